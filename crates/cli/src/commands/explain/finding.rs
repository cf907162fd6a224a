//! What a finding was: looked up in the audit file of this server, which holds no secret.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use pushgate_gate::config::{Config, SYSTEM_PATH};
use pushgate_rules::builtin;
use serde_json::Value;

use crate::output::{complain, say};

/// Digits that name a finding: fewer fit too many, more there are none.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=64;

/// Bytes of one line of the file; a longer one is no record.
const LINE_BYTES_MAX: u64 = 256 << 20;

/// Bytes at the start of the file in which a record begins, if it is one.
const BEGINNING_BYTES: usize = 1 << 20;

/// Pushes that are shown, the latest.
const PUSHES_SHOWN_MAX: usize = 10;

/// Places that are shown of one push.
const SITES_SHOWN_MAX: usize = 5;

/// How a compressed file begins, and what unpacks it.
const PACKED: [(&[u8], &str); 4] = [
    (b"\x1f\x8b", "zcat"),
    (b"\x28\xb5\x2f\xfd", "zstdcat"),
    (b"BZh", "bzcat"),
    (b"\xfd7zXZ", "xzcat"),
];

/// One push that had the finding.
#[derive(Debug)]
struct Seen {
    record: Value,
    finding: Value,
}

/// Whether this is the number of a finding, with or without its `#`.
pub(crate) fn is_id(name: &str) -> bool {
    let digits = digits(name);
    DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Prints what the audit file says of the finding.
pub(super) fn explain(name: &str, config: Option<&Path>, audit: &[PathBuf]) -> anyhow::Result<()> {
    let paths = audit_files(config, audit)?;
    let wanted = digits(name).to_ascii_lowercase();
    let mut seen = Vec::new();
    for path in &paths {
        let (found, unread) = look_up(path, &wanted)?;
        if unread > 0 {
            let shown = path.display();
            complain!("pushgate: {unread} lines of {shown} are no records, and were passed over");
        }
        seen.extend(found);
    }
    // Files that were rotated may be named in any order.
    seen.sort_by(|one, other| text(&one.record, "time").cmp(text(&other.record, "time")));
    let fingerprints: BTreeSet<&str> =
        seen.iter().map(|seen| text(&seen.finding, "fingerprint")).collect();
    if fingerprints.len() > 1 {
        let all: Vec<&str> = fingerprints.into_iter().take(PUSHES_SHOWN_MAX).collect();
        bail!("#{wanted} fits several findings; give more digits: {}", all.join(", "));
    }
    let Some(last) = seen.last() else {
        let shown: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        bail!(
            "{} has no finding #{wanted}; an older record may be in a file that was rotated \
             away (--audit FILE), and numbers are those of one server",
            shown.join(", ")
        );
    };
    let finding = &last.finding;
    let print = |line: String| say!("{}", plain(&line));
    print(format!("#{}: {}", text(finding, "fingerprint"), text(finding, "kind")))?;
    print(format!(
        "{}: {}; {} characters",
        text(finding, "grade"),
        text(finding, "evidence"),
        finding.get("secret_bytes").and_then(Value::as_u64).unwrap_or_default()
    ))?;
    for Seen { record, finding } in seen.iter().rev().take(PUSHES_SHOWN_MAX) {
        let pusher = record.pointer("/pusher/name").and_then(Value::as_str).unwrap_or("?");
        print(format!(
            "\n{}  {}  pushed by {pusher}\n  {}, {}: the push was {}",
            text(record, "time"),
            text(record, "repository"),
            text(finding, "state"),
            text(finding, "action"),
            if text(record, "decision") == "accept" { "accepted" } else { "refused" },
        ))?;
        let sites = finding.get("sites").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for site in sites.iter().take(SITES_SHOWN_MAX) {
            print(format!("  {}", place(site)))?;
        }
        if let Some(more) = sites.len().checked_sub(SITES_SHOWN_MAX).filter(|more| *more > 0) {
            say!("  and {more} more places")?;
        }
    }
    if let Some(more) = seen.len().checked_sub(PUSHES_SHOWN_MAX).filter(|more| *more > 0) {
        say!("\nand {more} earlier pushes")?;
    }
    let kind = text(finding, "kind");
    if builtin::rules()?.iter().any(|rule| rule.id == kind) {
        return say!("\nWhat it is, and how to revoke it: pushgate explain {kind}");
    }
    print(format!("\n{kind} is a kind of a detector of your own: its rule says how to revoke it"))
}

fn digits(name: &str) -> &str {
    name.strip_prefix('#').unwrap_or(name)
}

fn audit_files(config: Option<&Path>, audit: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    if !audit.is_empty() {
        return Ok(audit.to_vec());
    }
    let path = Config::find(config)?.audit_path.with_context(|| {
        let why = match Config::path(config) {
            Some(path) => format!("{} names none", path.display()),
            None => format!("there is no {SYSTEM_PATH} that would name one"),
        };
        format!(
            "findings are looked up in the audit file of the server, and {why}; name it with \
             --audit FILE, or a configuration with --config FILE. A server without [audit] path \
             keeps no record, and then there is nothing to look up"
        )
    })?;
    Ok(vec![path])
}

/// Says why a file that begins so cannot be an audit file, if it cannot.
fn look_at_beginning(path: &Path, beginning: &[u8]) -> anyhow::Result<()> {
    let shown = path.display();
    if let Some((_, program)) = PACKED.iter().find(|(mark, _)| beginning.starts_with(mark)) {
        bail!("{shown} is compressed; unpack it first: {program} {shown} > FILE, and --audit FILE");
    }
    // The first line may be damaged, when a machine stopped or somebody cut the file.
    let is_record = |line: &[u8]| line.trim_ascii_start().starts_with(b"{");
    if !beginning.is_empty() && !beginning.split(|byte| *byte == b'\n').any(is_record) {
        bail!("{shown} is not an audit file of pushgate: each line of one is a JSON object");
    }
    Ok(())
}

/// The pushes in which a finding has this number, in their order, and how many lines were none.
fn look_up(path: &Path, wanted: &str) -> anyhow::Result<(Vec<Seen>, usize)> {
    let failed = || format!("reading {}", path.display());
    let file = File::open(path).with_context(failed)?;
    let mut reader = BufReader::with_capacity(BEGINNING_BYTES, file);
    look_at_beginning(path, reader.fill_buf().with_context(failed)?)?;
    let mut seen = Vec::new();
    let mut unread = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        if read.with_context(failed)? == 0 {
            return Ok((seen, unread));
        }
        // Most lines are of other pushes: a record is read only where the digits stand.
        let has_digits = line.windows(wanted.len()).any(|part| part == wanted.as_bytes());
        if !has_digits {
            continue;
        }
        let Ok(record) = serde_json::from_slice::<Value>(&line) else {
            unread += 1;
            continue;
        };
        let findings = record.get("findings").and_then(Value::as_array);
        let matching: Vec<Value> = findings
            .into_iter()
            .flatten()
            .filter(|finding| text(finding, "fingerprint").starts_with(wanted))
            .cloned()
            .collect();
        for finding in matching {
            let mut record = record.clone();
            if let Some(fields) = record.as_object_mut() {
                fields.remove("findings");
            }
            seen.push(Seen { record, finding });
        }
    }
}

fn place(site: &Value) -> String {
    let number = |name: &str| site.get(name).and_then(Value::as_u64).unwrap_or_default();
    let position = format!("{}:{}", number("line"), number("column"));
    let what = match (site.get("path").and_then(Value::as_str), text(site, "source")) {
        (_, "ref-name") => "the name of the ref".to_owned(),
        (Some(path), "tree-name") => format!("the name {path}"),
        (Some(path), _) => match site.get("inner_path").and_then(Value::as_str) {
            Some(inner) => format!("{path}!/{inner}"),
            None => format!("{path}:{position}"),
        },
        (None, source) => format!("the text of the {source}, {position}"),
    };
    let commit = text(site, "commit").get(..8).map(|commit| format!(" in {commit}"));
    let on = site.get("ref").and_then(Value::as_str).map(|name| format!(" on {name}"));
    format!("{what}{}{}", commit.unwrap_or_default(), on.unwrap_or_default())
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A line that no terminal obeys, and that reads in one direction.
fn plain(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for character in crate::printable(line).chars() {
        if matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{is_id, look_up, plain};

    #[test]
    fn a_number_has_digits_enough() {
        for (name, expected) in [
            ("#d3b20d8c3492285e", true),
            ("D3B20D8C", true),
            ("d3b20d8", false),
            ("#", false),
            ("PG0101aa", false),
            (&"0".repeat(64), true),
            (&"0".repeat(65), false),
        ] {
            assert_eq!(is_id(name), expected, "{name}");
        }
    }

    #[test]
    fn only_fingerprints_are_looked_at_and_broken_lines_are_counted() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let record = |finger: &str, object: &str| {
            format!("{{\"push\":\"{object}\",\"findings\":[{{\"fingerprint\":\"{finger}\"}}]}}\n")
        };
        let text = [
            record("aaaaaaaa11", "x"),
            record("bbbbbbbb22", "aaaaaaaa"),
            "{\"aaaaaaaa\n".to_owned(),
            record("aaaaaaaa11", "y"),
        ];
        std::fs::write(file.path(), text.concat()).unwrap();
        let (seen, unread) = look_up(file.path(), "aaaaaaaa").unwrap();
        let pushes: Vec<_> = seen.iter().map(|seen| seen.record["push"].clone()).collect();
        assert_eq!((pushes, unread), (vec!["x".into(), "y".into()], 1));
    }

    #[test]
    fn text_from_a_push_turns_nothing_around() {
        assert_eq!(plain("a\u{202e}b\u{1b}[2J"), "a\\u{202e}b\\u{1b}[2J");
    }
}
