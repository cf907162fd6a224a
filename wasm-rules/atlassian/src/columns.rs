//! Names that stand over their values: the columns of a table, in SQL, CSV or Markdown.
//!
//! ```text
//! INSERT INTO host (client_key, shared_secret) VALUES ('…', '…');
//! service,key,token⏎trello,…,…
//! | Service | Key | Token |⏎|---|---|---|⏎| Trello | … | … |
//! ```

use pushgate_detector_sdk::Span;

use crate::caseless::stands_at;
use crate::context::mentions;
use crate::names;
use crate::update;
use crate::words::is_listed;

/// Bytes between a column's name and its value, at most.
const REACH_BYTES_MAX: usize = 4096;
/// Bytes of a cell beside the value that it holds: quotation marks, and a scheme.
const BESIDE_MAX: usize = 16;
/// Rows between them.
const ROWS_MAX: usize = 40;
/// Columns of a table.
const COLUMNS_MAX: usize = 64;

/// The name over `value`.
pub(crate) fn name_of(text: &[u8], value: Span) -> Option<Span> {
    let in_statement = name_in_statement(text, value).or_else(|| name_in_dump(text, value));
    let in_statement = in_statement.or_else(|| update::name_of(text, value));
    in_statement.or_else(|| name_in_head(text, value)).map(|name| inside_quotes(text, name))
}

/// The name that `word` is a part of, and the first value under it.
pub(crate) fn value_of(text: &[u8], word: Span) -> Option<(Span, Span)> {
    let in_statement = value_in_statement(text, word).or_else(|| value_in_dump(text, word));
    let (name, value) = in_statement.or_else(|| value_below(text, word))?;
    Some((inside_quotes(text, name), inside_quotes(text, value)))
}

fn name_in_statement(text: &[u8], value: Span) -> Option<Span> {
    let from = value.start().saturating_sub(REACH_BYTES_MAX);
    let at = (from..value.start()).rev().find(|&at| is_values(text, at))?;
    let names = names_before(text, from, at)?;
    let mut row = text.get(at..value.start())?.iter().position(|&byte| byte == b'(')? + at;
    for _ in 0..ROWS_MAX {
        let cells = cells(text, row);
        let end = cells.last()?.end();
        if let Some(index) = cells.iter().position(|cell| holds(*cell, value)) {
            // A cell that holds a whole text has its own names in it.
            let alone = cells.get(index)?.len() <= value.len() + BESIDE_MAX;
            return names.get(index).copied().filter(|_| alone);
        }
        row = text.get(end + 1..value.start())?.iter().position(|&byte| byte == b'(')? + end + 1;
    }
    None
}

fn value_in_statement(text: &[u8], word: Span) -> Option<(Span, Span)> {
    let to = text.len().min(word.end() + REACH_BYTES_MAX);
    let at = (word.end()..to).find(|&at| is_values(text, at))?;
    let names = names_before(text, word.start().saturating_sub(REACH_BYTES_MAX), at)?;
    let index = names.iter().position(|name| holds(*name, word))?;
    let row = text.get(at..to)?.iter().position(|&byte| byte == b'(')? + at;
    Some((*names.get(index)?, *cells(text, row).get(index)?))
}

/// What stands between the names and the values of a statement.
fn is_values(text: &[u8], at: usize) -> bool {
    stands_at(text, at, b"values")
}

/// What stands between the names and the rows of a dump, which have tabs.
fn is_stdin(text: &[u8], at: usize) -> bool {
    stands_at(text, at, b"from stdin")
}

fn name_in_dump(text: &[u8], value: Span) -> Option<Span> {
    let from = value.start().saturating_sub(REACH_BYTES_MAX);
    let at = (from..value.start()).rev().find(|&at| is_stdin(text, at))?;
    let row = line_at(text, value.start());
    let index = fields(text, row, b'\t').iter().position(|cell| holds(*cell, value))?;
    names_before(text, from, at)?.get(index).copied()
}

fn value_in_dump(text: &[u8], word: Span) -> Option<(Span, Span)> {
    let to = text.len().min(word.end() + REACH_BYTES_MAX);
    let at = (word.end()..to).find(|&at| is_stdin(text, at))?;
    let names = names_before(text, word.start().saturating_sub(REACH_BYTES_MAX), at)?;
    let index = names.iter().position(|name| holds(*name, word))?;
    let row = line_at(text, (line_at(text, at).end() + 1).min(text.len()));
    Some((*names.get(index)?, *fields(text, row, b'\t').get(index)?))
}

/// The columns in the brackets that close right before `at`.
fn names_before(text: &[u8], from: usize, at: usize) -> Option<Vec<Span>> {
    let before = text.get(from..at)?.trim_ascii_end();
    if before.last() != Some(&b')') {
        return None;
    }
    let open = before.iter().rposition(|&byte| byte == b'(')?;
    Some(cells(text, from + open))
}

/// The parts between the bracket at `open` and its partner, trimmed.
fn cells(text: &[u8], open: usize) -> Vec<Span> {
    let mut cells = Vec::new();
    let first = open + 1;
    let mut start = first;
    let mut depth = 0;
    let mut quote: Option<u8> = None;
    for at in first..text.len().min(first + REACH_BYTES_MAX) {
        let Some(&byte) = text.get(at) else { break };
        match (quote, byte) {
            (Some(mark), _) if mark == byte => quote = None,
            (Some(_), _) => (),
            (None, b'\'' | b'"' | b'`') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b',' | b')') if depth == 0 => {
                cells.push(trimmed(text, start, at));
                start = at + 1;
                if byte == b')' || cells.len() == COLUMNS_MAX {
                    break;
                }
            }
            (None, b')') => depth -= 1,
            _ => (),
        }
    }
    cells
}

fn name_in_head(text: &[u8], value: Span) -> Option<Span> {
    let row = line_at(text, value.start());
    let mark = mark_of(row.of(text)?)?;
    let cells = fields(text, row, mark);
    let index = cells.iter().position(|cell| inside_quotes(text, *cell) == value)?;
    if cells.iter().filter(|cell| !cell.is_empty()).count() < 2 {
        return None;
    }
    let names = fields(text, head_over(text, row, mark)?, mark);
    let name = names.get(index).copied().filter(|_| names.len() == cells.len())?;
    is_name(name.of(text)?).then_some(name)
}

/// What stands in the column before that of `value`, as in a table of names and values.
pub(crate) fn cell_before(text: &[u8], value: Span) -> Option<Span> {
    let row = line_at(text, value.start());
    let mark = mark_of(row.of(text)?)?;
    let cells = fields(text, row, mark);
    let index = cells.iter().position(|cell| inside_quotes(text, *cell) == value)?;
    let name = inside_quotes(text, *cells.get(index.checked_sub(1)?)?);
    is_name(name.of(text)?).then_some(name)
}

/// The value on the line of `word`, if the columns of the table say that one holds names and
/// another, before it, their values: `value,name⏎v,K`.
pub(crate) fn value_beside(text: &[u8], word: Span) -> Option<Span> {
    const NAMES: &[u8] = b"name names key keys var variable param parameter property setting env";
    const VALUES: &[u8] = b"value values val secret token password content data";
    let row = line_at(text, word.start());
    let mark = mark_of(row.of(text)?)?;
    let cells = fields(text, row, mark);
    let index = cells.iter().position(|cell| holds(*cell, word))?;
    let names = fields(text, head_over(text, row, mark)?, mark);
    let is = |name: &Span, list| {
        inside_quotes(text, *name).of(text).is_some_and(|name| is_listed(name, list))
    };
    let name = names.get(index).filter(|_| names.len() == cells.len())?;
    let before = names.get(..index)?.iter().position(|name| is(name, VALUES))?;
    let value = cells.get(before).filter(|_| is(name, NAMES))?;
    Some(inside_quotes(text, *value))
}

/// The first line of the table that `row` is in, if it is not `row` itself.
fn head_over(text: &[u8], row: Span, mark: u8) -> Option<Span> {
    let mut head = None;
    let mut line = row;
    for _ in 0..ROWS_MAX {
        let Some(above) = line.start().checked_sub(1) else { break };
        line = line_at(text, above);
        if row.start() - line.start() > REACH_BYTES_MAX || !line.of(text)?.contains(&mark) {
            break;
        }
        head = Some(line);
    }
    head
}

/// What may be the name of a column, and is no value itself.
fn is_name(cell: &[u8]) -> bool {
    const LEN_MAX: usize = 40;
    cell.len() <= LEN_MAX
        && cell.iter().any(u8::is_ascii_alphabetic)
        && cell.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-. \"'`*/".contains(byte))
}

/// The same, if the names of a statement end soon behind `word`.
pub(crate) fn value_of_statement(text: &[u8], word: Span) -> Option<(Span, Span)> {
    const NAMES_BYTES_MAX: usize = 512;
    let rest = text.get(word.end()..)?;
    let list = rest.iter().take(NAMES_BYTES_MAX);
    let listed = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_, `\"'.\r\n\t".contains(byte);
    let end = word.end() + list.take_while(listed).count();
    let blanks = text.get(end + 1..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let in_statement = text.get(end) == Some(&b')') && is_values(text, end + 1 + blanks);
    let (name, value) = if in_statement { value_in_statement(text, word)? } else { return None };
    Some((inside_quotes(text, name), inside_quotes(text, value)))
}

/// The same, if the name stands in the first row of a table.
pub(crate) fn value_under_head(text: &[u8], word: Span) -> Option<(Span, Span)> {
    value_below(text, word)
        .map(|(name, value)| (inside_quotes(text, name), inside_quotes(text, value)))
}

/// The value under `word` in a head whose names all stand in quotes, as keepers of passwords export
/// them: `"Title","Password","URL"`. The next name is not its value.
pub(crate) fn value_under_quoted_head(text: &[u8], word: Span) -> Option<Span> {
    const NAMES_MIN: usize = 3;
    let head = line_at(text, word.start());
    // Few lines are one, and to part a line costs more.
    if head.of(text)?.first() != Some(&b'"') {
        return None;
    }
    let names = fields(text, head, b',');
    let is_quoted = |name: &Span| match name.of(text) {
        Some([b'"', inner @ .., b'"']) => is_name(inner) && !inner.contains(&b'"'),
        _ => false,
    };
    if names.len() < NAMES_MIN || !names.iter().all(is_quoted) {
        return None;
    }
    value_below(text, word).map(|(_, value)| inside_quotes(text, value))
}

fn value_below(text: &[u8], word: Span) -> Option<(Span, Span)> {
    let head = line_at(text, word.start());
    let mark = mark_of(head.of(text)?)?;
    let names = fields(text, head, mark);
    let index = names.iter().position(|name| holds(*name, word))?;
    // `call(user, token))` is no head, and `token,` alone is a parameter.
    names.get(index).and_then(|name| name.of(text)).filter(|name| is_name(name))?;
    if names.iter().filter(|name| !name.is_empty()).count() < 2 {
        return None;
    }
    let mut first = None;
    let mut line = head;
    for _ in 0..ROWS_MAX {
        let next = line.end() + 1;
        if next >= text.len() {
            break;
        }
        line = line_at(text, next);
        if line.start() > head.end() + REACH_BYTES_MAX {
            break;
        }
        let row = line.of(text)?;
        let cells = fields(text, line, mark);
        if row.iter().all(|byte| b"|-: \r".contains(byte)) {
            continue;
        }
        let Some(cell) = cells.get(index).filter(|_| cells.len() == names.len()) else { break };
        if cell.of(text).is_some_and(is_argument) {
            break;
        }
        // Of the rows of a list of logins, the one for a product counts.
        let found = Some((*names.get(index)?, *cell));
        if mentions(row, names::ANY) {
            return found;
        }
        first = first.or(found);
    }
    first
}

/// `timeout=60`: the argument of a call, or a parameter with its default.
fn is_argument(cell: &[u8]) -> bool {
    let equals = cell.iter().position(|&byte| byte == b'=').unwrap_or(0);
    let (name, rest) = cell.split_at_checked(equals).unwrap_or_default();
    let is_part = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'_';
    !name.is_empty() && name.iter().all(is_part) && rest.len() > 1
}

/// The line of `at`, or the part of it that is near.
fn line_at(text: &[u8], at: usize) -> Span {
    let from = at.saturating_sub(REACH_BYTES_MAX);
    let before = text.get(from..at).unwrap_or_default();
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(from, |line| from + line + 1);
    let rest = text.get(at..text.len().min(at + REACH_BYTES_MAX)).unwrap_or_default();
    let len = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    Span::at(start, at - start + len)
}

/// What stands between the columns of a line.
fn mark_of(line: &[u8]) -> Option<u8> {
    [b'|', b'\t', b';', b','].into_iter().find(|mark| line.contains(mark))
}

/// The columns of a line, trimmed; a mark in double quotes is none.
fn fields(text: &[u8], line: Span, mark: u8) -> Vec<Span> {
    let mut fields = Vec::new();
    let mut start = line.start();
    let mut quoted = false;
    for at in line.start()..=line.end().min(text.len()) {
        let byte = if at == line.end() { Some(&mark) } else { text.get(at) };
        match byte {
            Some(b'"') if mark != b'|' => quoted = !quoted,
            Some(byte) if *byte == mark && (!quoted || at == line.end()) => {
                fields.push(trimmed(text, start, at));
                start = at + 1;
                if fields.len() == COLUMNS_MAX {
                    break;
                }
            }
            _ => (),
        }
    }
    fields
}

fn trimmed(text: &[u8], start: usize, end: usize) -> Span {
    let bytes = text.get(start..end).unwrap_or_default();
    let lead = bytes.len() - bytes.trim_ascii_start().len();
    Span::at(start + lead, bytes.trim_ascii().len())
}

/// Without quotation marks, and the letter that some dialects put before them.
fn inside_quotes(text: &[u8], cell: Span) -> Span {
    let bytes = cell.of(text).unwrap_or_default();
    let letter = usize::from(matches!(bytes, [b'N' | b'E', b'\'', ..]));
    match bytes.get(letter..) {
        Some([first @ (b'\'' | b'"' | b'`'), .., last]) if first == last => {
            Span::at(cell.start() + letter + 1, bytes.len() - letter - 2)
        }
        _ => cell,
    }
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start() <= inner.start() && inner.end() <= outer.end()
}

#[cfg(test)]
mod tests {
    use super::{cell_before, name_of, value_of};
    use pushgate_detector_sdk::Span;

    fn span(text: &str, word: &str) -> Span {
        Span::at(text.rfind(word).unwrap(), word.len())
    }

    fn check(text: &str, name: &str, value: &str) {
        let of = |span: Option<Span>| span.map(|it| &text[it.start()..it.end()]);
        assert_eq!(of(name_of(text.as_bytes(), span(text, value))), Some(name), "{text}");
        let word = Span::at(text.find(name).unwrap(), name.len());
        let under = value_of(text.as_bytes(), word).map(|(_, value)| value);
        assert_eq!(of(under), Some(value), "{text}");
    }

    #[test]
    fn columns_of_a_statement_name_its_values() {
        check("INSERT INTO t (a, tok) VALUES ('x, (y)', 'V1');", "tok", "V1");
        check("insert into t(tok,a)\nvalues\n (N'V1', now());", "tok", "V1");
        let text = "INSERT INTO t (a, tok) VALUES (1, 'x'), (2, 'V1')";
        assert_eq!(name_of(text.as_bytes(), span(text, "V1")), Some(span(text, "tok")));
    }

    #[test]
    fn heads_of_tables_name_what_stands_under_them() {
        check("a,tok\n1,V1\n", "tok", "V1");
        check("\"a\";tok\n\"x;y\";V1", "tok", "V1");
        check("| a | tok |\n|---|---|\n| 1 | V1 |\n", "tok", "V1");
        check("a\ttok\r\n1\tV1\r\n", "tok", "V1");
    }

    #[test]
    fn a_text_in_a_cell_has_names_of_its_own() {
        let text = "INSERT INTO t (a, body) VALUES (1, 'provider { tok = \"V1\" and more }');";
        assert_eq!(name_of(text.as_bytes(), span(text, "V1")), None);
    }

    #[test]
    fn a_name_may_stand_in_the_column_before() {
        for text in ["tok\tV1", "| a | b |\n|---|---|\n| `tok` | `V1` |\n", "a,b\ntok,V1,c"] {
            let name = cell_before(text.as_bytes(), span(text, "V1"));
            assert_eq!(name, Some(span(text, "tok")), "{text}");
        }
        assert_eq!(cell_before(b"V1\ttok", Span::at(0, 2)), None);
    }

    #[test]
    fn other_text_has_no_columns() {
        for text in ["V1", "a b\nc V1", "a\nb,V1"] {
            assert_eq!(name_of(text.as_bytes(), span(text, "V1")), None, "{text}");
        }
    }
}
