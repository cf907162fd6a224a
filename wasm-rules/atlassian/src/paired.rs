//! Names and values that stand in two fields: `- name: K⏎  value: v`, `name="K" value="v"`,
//! `variable "K" { default = "v" }`, `('--k', default='v')`.

use crate::literal::{Literal, Surroundings, bare, skip_blanks, string, typed, wrapped};
use crate::quoting::{quote_at, quote_before};

/// Between the name and the field of its value.
const GAP_MAX: usize = 200;
/// The longest word before a name.
const WORD_MAX: usize = 24;

/// Fields that hold a name.
const NAMES: [&[u8]; 24] = [
    b"name",
    b"key",
    b"id",
    b"variable",
    b"var",
    b"field",
    b"parameter",
    b"param",
    b"property",
    b"prop",
    b"entry",
    b"setting",
    b"env",
    b"envname",
    b"parameterkey",
    b"parametername",
    b"header",
    b"label",
    b"title",
    b"variablename",
    b"keyname",
    b"option",
    b"secretname",
    b"k",
];
/// Fields that hold a value.
const VALUES: [&[u8]; 14] = [
    b"value",
    b"default",
    b"defaultvalue",
    b"default_value",
    b"val",
    b"parametervalue",
    b"stringvalue",
    b"values",
    b"string",
    b"data",
    b"secret_value",
    b"secretvalue",
    b"v",
    b"plaintext",
];

/// Whether what stands before `at`, where a name begins, says that its value stands in a field.
pub(crate) fn is_name(text: &[u8], at: usize) -> bool {
    let mut end = quote_before(text, at).map_or(at, |quote| quote.start);
    let before = text.get(..end).unwrap_or_default();
    let is_gap = |byte: &u8| matches!(byte, b' ' | b'\t' | b':' | b'=' | b'>');
    end -= before.iter().rev().take(WORD_MAX).take_while(|byte| is_gap(byte)).count();
    let gap = end < before.len();
    end = quote_before(text, end).map_or(end, |quote| quote.start);
    let before = text.get(..end).unwrap_or_default();
    let is_word = |byte: &u8| byte.is_ascii_alphabetic();
    let length = before.iter().rev().take(WORD_MAX).take_while(|byte| is_word(byte)).count();
    let word = before.get(end - length..).unwrap_or_default();
    gap && NAMES.iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// The value in the field that follows the name that ends at `at`.
pub(crate) fn value(text: &[u8], at: usize) -> Option<Literal> {
    let mut at = quote_at(text, at).map_or(at, |quote| quote.end);
    let end = at + GAP_MAX;
    let mut braces = 0;
    let mut words = 0;
    let mut unclosed = false;
    while at < end {
        let byte = *text.get(at)?;
        let quote = quote_at(text, at);
        let start = quote.map_or(at, |quote| quote.end);
        if let Some(literal) = field(text, start) {
            return Some(literal);
        }
        if let Some(quote) = quote {
            // The text of another field may speak of values. It is read to its end, which must not
            // be looked for again and again where there is none.
            at = match string(text, quote.start) {
                Some(literal) => literal.next,
                None if unclosed => return None,
                None => quote.end,
            };
            unclosed |= at == quote.end;
            continue;
        }
        match byte {
            b'{' if braces == 0 => braces += 1,
            b'{' | b'}' | b')' => return None,
            b'\n' if starts_item(text, at + 1) => return None,
            b'/' if text.get(at + 1) == Some(&b'>') => return None,
            _ => {}
        }
        let length = word_length(text, at);
        let word = text.get(at..at + length).unwrap_or_default();
        if NAMES.iter().take(2).any(|name| word.eq_ignore_ascii_case(name)) {
            words += 1;
            if words > 1 || is_separator(text, at + length) {
                return None;
            }
        }
        at += length.max(1);
    }
    None
}

/// The value of the field whose word begins at `at`.
fn field(text: &[u8], at: usize) -> Option<Literal> {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    {
        return None;
    }
    let length = word_length(text, at);
    let word = text.get(at..at + length)?;
    if !VALUES.iter().any(|value| word.eq_ignore_ascii_case(value)) {
        return None;
    }
    let mut at = at + length;
    at = quote_at(text, at).map_or(at, |quote| quote.end);
    let blanks = skip_blanks(text, at, false);
    // The name of a type, but for its tag.
    let typed_only = word.eq_ignore_ascii_case(b"string");
    match *text.get(blanks)? {
        b'>' => {
            let start = blanks + 1;
            let rest = text.get(start..)?;
            let length = rest.iter().take(512).position(|&byte| byte == b'<')?;
            let span = crate::literal::trimmed(text, start, start + length)?;
            Some(Literal { span, quoted: true, next: start + length })
        }
        _ if typed_only => None,
        b':' | b'=' => {
            let after = blanks + 1 + usize::from(text.get(blanks + 1) == Some(&b'>'));
            let start = skip_blanks(text, after, false);
            let literal = string(text, start).or_else(|| wrapped(text, start));
            let literal = literal.or_else(|| typed(text, start));
            literal.or_else(|| bare(text, start, Surroundings::default()))
        }
        _ if blanks > at => string(text, blanks),
        _ => None,
    }
}

/// Whether a new item of a list begins on this line.
fn starts_item(text: &[u8], at: usize) -> bool {
    let at = skip_blanks(text, at, false);
    text.get(at) == Some(&b'-') && matches!(text.get(at + 1), Some(b' ' | b'\n' | b'\r'))
        || matches!(text.get(at), Some(b'\n'))
}

fn is_separator(text: &[u8], at: usize) -> bool {
    let at = quote_at(text, at).map_or(at, |quote| quote.end);
    matches!(text.get(skip_blanks(text, at, false)), Some(b':' | b'='))
}

fn word_length(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    rest.iter().take(WORD_MAX).take_while(|byte| is_word(byte)).count()
}
