//! Columns in characters: SARIF counts code points or UTF-16 units, the hook counts bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::{Value, json};

use crate::rehearsal::{Rehearsal, ask, git};

/// Bytes of a file that is read once more for its columns.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// Files that are read once more.
const FILES_MAX: usize = 1000;

/// A line and a column, each from one.
type Position = (u64, u64);

/// Puts characters in place of bytes in the columns of a check's JSON.
///
/// A column that cannot be known so, of a text that is not UTF-8 or very long, becomes `null`.
pub(super) fn count_characters(check: &mut Value, rehearsal: &Rehearsal) {
    let mut wanted: BTreeMap<String, BTreeSet<Position>> = BTreeMap::new();
    for_each_place(check, |object, position, _| {
        wanted.entry(object.to_owned()).or_default().insert(position);
    });
    let mut columns: BTreeMap<(String, Position), u64> = BTreeMap::new();
    for (object, positions) in wanted.into_iter().take(FILES_MAX) {
        let text = content(rehearsal, &object).unwrap_or_default();
        for (position, column) in in_characters(&text, &positions) {
            columns.insert((object.clone(), position), column);
        }
    }
    for_each_place(check, |object, position, column| {
        *column = json!(columns.get(&(object.to_owned(), position)));
    });
}

/// Calls `see` with each place that is a line and a column of a file.
fn for_each_place(check: &mut Value, mut see: impl FnMut(&str, Position, &mut Value)) {
    let findings = check.get_mut("findings").and_then(Value::as_array_mut);
    let sites = findings
        .into_iter()
        .flatten()
        .filter_map(|finding| finding.get_mut("sites")?.as_array_mut())
        .flatten();
    for site in sites {
        let is_file = site.get("source").and_then(Value::as_str) == Some("blob")
            && site.get("inner_path").is_none();
        let number = |name: &str| site.get(name).and_then(Value::as_u64).filter(|_| is_file);
        let object = site.get("object").and_then(Value::as_str).map(str::to_owned);
        let (Some(line), Some(column), Some(object)) = (number("line"), number("column"), object)
        else {
            continue;
        };
        if let Some(value) = site.get_mut("column") {
            see(&object, (line, column), value);
        }
    }
}

/// The bytes of a file, if it is not too long.
fn content(rehearsal: &Rehearsal, object: &str) -> Option<Vec<u8>> {
    let command = |what: &str| -> Command {
        let mut command = git();
        for variable in ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"] {
            command.env_remove(variable);
        }
        command.env("GIT_NO_REPLACE_OBJECTS", "1").arg("--git-dir").arg(rehearsal.server());
        command.args(["cat-file", what, object]);
        command
    };
    let length = String::from_utf8(ask(&mut command("-s")).ok()?).ok()?;
    let is_short = length.parse::<u64>().is_ok_and(|length| length <= FILE_BYTES_MAX);
    // A line feed at its end is gone, which no column needs.
    if is_short { ask(&mut command("blob")).ok() } else { None }
}

/// The columns in characters of those `positions` in which they can be counted.
fn in_characters(text: &[u8], positions: &BTreeSet<Position>) -> Vec<(Position, u64)> {
    // Tools do not count it as a character of the first line.
    let (text, mark) = match text.strip_prefix("\u{feff}".as_bytes()) {
        Some(text) => (text, 3),
        None => (text, 0),
    };
    let mut counted = Vec::new();
    let mut positions = positions.iter().peekable();
    for (number, line) in (1_u64..).zip(text.split(|&byte| byte == b'\n')) {
        let mark = if number == 1 { mark } else { 0 };
        while let Some(&&(of, column)) = positions.peek().filter(|(of, _)| *of <= number) {
            positions.next();
            let before =
                usize::try_from(column).ok().and_then(|column| column.checked_sub(1 + mark));
            let before = before.and_then(|length| line.get(..length));
            let before = before.and_then(|before| std::str::from_utf8(before).ok());
            // With a NUL it is hardly UTF-8, though it may look so.
            if let Some(before) = before.filter(|before| of == number && !before.contains('\0')) {
                counted.push(((of, column), before.chars().count() as u64 + 1));
            }
        }
        if positions.peek().is_none() {
            break;
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::in_characters;

    #[test]
    fn characters_are_counted_not_bytes() {
        let columns = |text: &[u8], positions: &[(u64, u64)]| -> Vec<u64> {
            let counted = in_characters(text, &positions.iter().copied().collect());
            counted.into_iter().map(|(_, column)| column).collect()
        };
        let text = "one\n\u{fc}\u{20ac}\u{1f600}x\nthree".as_bytes();
        assert_eq!(columns(text, &[(1, 1), (1, 3), (2, 10), (3, 2)]), [1, 3, 4, 2]);
        assert_eq!(
            columns(text, &[(2, 2), (2, 99), (9, 1)]),
            Vec::<u64>::new(),
            "inside of one, and behind"
        );
        assert_eq!(columns("\u{feff}abc\nab".as_bytes(), &[(1, 5), (2, 2)]), [2, 2]);
        assert_eq!(columns("\u{feff}abc".as_bytes(), &[(1, 1)]), Vec::<u64>::new());
        assert_eq!(columns(b"a\xffb", &[(1, 2), (1, 3)]), [2]);
        assert_eq!(columns(b"a\0b\0", &[(1, 3)]), Vec::<u64>::new());
    }
}
