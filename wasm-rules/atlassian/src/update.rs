//! A name and its value in a statement that changes a row:
//! `UPDATE config SET value = 'v' WHERE name = 'K'`.
//!
//! The column tells that it holds a value and no more; what is called so stands behind `WHERE`.

use pushgate_detector_sdk::Span;

use crate::caseless::stands_at;
use crate::literal::{Literal, string};

/// Bytes of a statement on either side of the value.
const REACH_BYTES_MAX: usize = 512;
/// Quotation marks between the value and its name.
const QUOTES_MAX: usize = 8;

/// The name behind `WHERE` of the value that stands in quotes at `value`.
pub(crate) fn name_of(text: &[u8], value: Span) -> Option<Span> {
    let start = value.start().checked_sub(1)?;
    if !is_set(text, start) {
        return None;
    }
    let to = text.len().min(value.end() + REACH_BYTES_MAX);
    let end = (value.end()..to).find(|&at| text.get(at) == Some(&b';')).unwrap_or(to);
    let at = (value.end()..end).find(|&at| is_where(text, at))?;
    let quote = (at..end).find(|&at| text.get(at) == Some(&b'\''))?;
    Some(string(text, quote)?.span)
}

/// The value that is set in the row whose name is `key`.
pub(crate) fn value_of(text: &[u8], key: Span) -> Option<Literal> {
    let before = text.get(..key.start())?.strip_suffix(b"'")?;
    let before = before.trim_ascii_end().strip_suffix(b"=")?;
    let from = before.len().saturating_sub(REACH_BYTES_MAX);
    let at = (from..before.len()).rev().find(|&at| is_where(text, at))?;
    let quotes = (from..at).rev().filter(|&at| text.get(at) == Some(&b'\'')).take(QUOTES_MAX);
    quotes.filter(|&quote| is_set(text, quote)).find_map(|quote| string(text, quote))
}

fn is_where(text: &[u8], at: usize) -> bool {
    stands_at(text, at, b"where")
        && text.get(at + b"where".len()).is_some_and(u8::is_ascii_whitespace)
}

/// Whether `value =` stands before the quote at `quote`, and `SET` before that.
fn is_set(text: &[u8], quote: usize) -> bool {
    let before = text.get(quote.saturating_sub(REACH_BYTES_MAX)..quote).unwrap_or_default();
    let Some(before) = before.trim_ascii_end().strip_suffix(b"=") else { return false };
    let before = before.trim_ascii_end();
    let column = before.iter().rev().take_while(|byte| !byte.is_ascii_whitespace()).count();
    let (before, column) = before.split_at(before.len() - column);
    let column = column.trim_ascii_end();
    let column = match column {
        [b'"' | b'`' | b'[', inner @ .., _] => inner,
        column => column,
    };
    let is_value = [&b"value"[..], b"val", b"content", b"data", b"text"].iter().any(|word| {
        column.len().checked_sub(word.len()).is_some_and(|at| stands_at(column, at, word))
    }) || column.eq_ignore_ascii_case(b"v");
    let statement = before.rsplit(|&byte| byte == b';').next().unwrap_or_default();
    is_value && (0..statement.len()).any(|at| stands_at(statement, at, b"set"))
}

#[cfg(test)]
mod tests {
    use super::{name_of, value_of};
    use pushgate_detector_sdk::Span;

    fn span(text: &str, word: &str) -> Span {
        Span::at(text.find(word).unwrap(), word.len())
    }

    #[test]
    fn a_row_has_the_name_and_its_column_the_value() {
        for text in [
            "UPDATE config SET value = 'V1' WHERE name = 'the.key';",
            "update `t` set `option_value`='V1', x = 2\nwhere id = 3 or k='the.key'",
            "UPDATE c SET v = 'V1' WHERE propertykey = 'the.key';\nUPDATE c SET v = 'V2' WHERE k = 'x';",
        ] {
            let value = value_of(text.as_bytes(), span(text, "the.key")).map(|it| it.span);
            assert_eq!(value, Some(span(text, "V1")), "{text}");
        }
        let text = "UPDATE config SET value = 'V1' WHERE name = 'the.key';";
        assert_eq!(name_of(text.as_bytes(), span(text, "V1")), Some(span(text, "the.key")));
    }

    #[test]
    fn another_column_names_its_value_itself() {
        for text in [
            "UPDATE users SET hash = 'V1' WHERE name = 'the.key';",
            "value = 'V1'; SELECT x WHERE name = 'the.key'",
        ] {
            assert_eq!(name_of(text.as_bytes(), span(text, "V1")), None, "{text}");
            assert_eq!(value_of(text.as_bytes(), span(text, "the.key")), None, "{text}");
        }
    }
}
