//! Names and values that stand in two fields: `- name: K⏎  value: v`, `name="K" value="v"`,
//! `variable "K" { default = "v" }`, `('--k', default='v')`.

use crate::literal::{Literal, Surroundings, bare, skip_blanks, string, typed, wrapped};
use crate::quoting::{quote_at, quote_before};
use crate::separator::block;
use pushgate_detector_sdk::Span;

/// Between the name and the field of its value.
const GAP_MAX: usize = 200;
/// The longest word before a name.
const WORD_MAX: usize = 24;

/// Fields that hold a name.
const NAMES: [&[u8]; 26] = [
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
    b"provide",
    b"forkey",
];
/// Fields that hold a value.
const VALUES: [&[u8]; 20] = [
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
    b"secret",
    b"secret-string",
    b"secretstring",
    b"usevalue",
    b"v",
    b"plaintext",
    b"plaintext_value",
    b"content",
];

/// Bytes of a path that ends in a name: `/prod/jira/token`.
const PATH_MAX: usize = 80;

/// Whether what stands before `at`, where a name begins, says that its value stands in a field.
pub(crate) fn is_name(text: &[u8], at: usize) -> bool {
    name_field(text, at).is_some()
}

/// Where the field begins that holds the name at `at`.
fn name_field(text: &[u8], at: usize) -> Option<usize> {
    let at = path_start(text, at);
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
    let start = end - length;
    let start = quote_before(text, start).map_or(start, |quote| quote.start);
    (gap && NAMES.iter().any(|name| word.eq_ignore_ascii_case(name))).then_some(start)
}

/// The value in the field before the one that holds the name at `at`, if it is the first of the
/// two: `{"value": "v", "name": "K"}`, `set("v", forKey: "K")`.
pub(crate) fn value_first(text: &[u8], at: usize) -> Option<Literal> {
    let before = text.get(..name_field(text, at)?)?;
    let line = before.len().saturating_sub(GAP_MAX + WORD_MAX);
    let near = before.get(line..)?.trim_ascii_end();
    let near = near.strip_suffix(b",").unwrap_or(near).trim_ascii_end();
    let end = line + near.len();
    let (span, start) = match quote_before(text, end) {
        Some(close) => {
            let inside = text.get(line..close.start)?;
            let open = inside.iter().rposition(|&byte| byte == close.mark || byte == b'\n')?;
            let open = quote_at(text, line + open).filter(|open| open.mark == close.mark)?;
            (Span::new(open.end, close.start)?, open.start)
        }
        None => {
            let start = near.iter().rposition(|byte| byte.is_ascii_whitespace())? + 1;
            (Span::new(line + start, end)?, line + start)
        }
    };
    opens_value(text.get(line..start)?).then_some(Literal { span, quoted: true, next: end })
}

/// The value in any field of the same object that stands above the name at `at`:
/// `{"value": "v", "domain": "d", "name": "K"}`.
pub(crate) fn value_above(text: &[u8], at: usize) -> Option<Literal> {
    const OBJECT_MAX: usize = 512;
    let end = name_field(text, at)?;
    let before = text.get(end.saturating_sub(OBJECT_MAX)..end)?;
    let open = before.iter().rposition(|byte| matches!(byte, b'{' | b'}'))?;
    let object = before.get(open..).filter(|object| object.starts_with(b"{"))?;
    let start = end - object.len();
    let words = object.windows(b"value".len()).enumerate();
    let mut values = words.filter(|(_, word)| word.eq_ignore_ascii_case(b"value"));
    values.find_map(|(word, _)| field(text, start + word)).filter(|literal| literal.next <= end)
}

/// Whether a value follows `before`, as the first of an object or the first argument of a call.
fn opens_value(before: &[u8]) -> bool {
    const CALLS: [&[u8]; 6] = [b"set", b"setvalue", b"setobject", b"setstring", b"store", b"save"];
    let is_word = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let last_word = |bytes: &[u8]| bytes.iter().rev().take_while(|byte| is_word(byte)).count();
    let known = |words: &[&[u8]], word: &[u8]| words.iter().any(|it| word.eq_ignore_ascii_case(it));
    let before = before.trim_ascii_end();
    if let Some(call) = before.strip_suffix(b"(") {
        return known(&CALLS, call.get(call.len() - last_word(call)..).unwrap_or_default());
    }
    let Some(field) = before.strip_suffix(b":").or_else(|| before.strip_suffix(b"=")) else {
        return false;
    };
    let field = field.trim_ascii_end();
    let field = field.strip_suffix(b"\"").or_else(|| field.strip_suffix(b"'")).unwrap_or(field);
    let (rest, word) = field.split_at(field.len() - last_word(field));
    let rest = rest.strip_suffix(b"\"").or_else(|| rest.strip_suffix(b"'")).unwrap_or(rest);
    let rest = rest.trim_ascii_end();
    // `<attribute value="v" name="K"/>`
    let in_tag = || rest.get(..rest.len() - last_word(rest)).is_some_and(|it| it.ends_with(b"<"));
    let first = matches!(rest.last(), Some(b'{' | b'-' | b'(' | b'[')) || in_tag();
    first && known(&VALUES, word)
}

/// Where the path begins of which the name at `at` is the end.
pub(crate) fn path_start(text: &[u8], at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    if !before.ends_with(b"/") {
        return at;
    }
    let in_path = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/_.-".contains(byte);
    at - before.iter().rev().take(PATH_MAX).take_while(in_path).count()
}

/// The value in the field that follows the name that ends at `at`.
pub(crate) fn value(text: &[u8], at: usize) -> Option<Literal> {
    if text.get(at) == Some(&b'=') {
        // `ENV K=v` has its value right here.
        return None;
    }
    let mut at = quote_at(text, at).map_or(at, |quote| quote.end);
    if text.get(at) == Some(&b';') {
        // `… WHERE name = 'K';`: what follows is another statement.
        return None;
    }
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
                return named_value(text, at + length);
            }
        }
        at += length.max(1);
    }
    None
}

/// The text of an element that is called a value by its attribute, which stands at `at`:
/// `name="Argument.value">v<`.
fn named_value(text: &[u8], at: usize) -> Option<Literal> {
    let start = skip_blanks(text, at, false) + 1;
    let name = string(text, skip_blanks(text, start, false))?;
    let named = name.span.of(text)?;
    let last = named.rsplit(|byte| !byte.is_ascii_alphanumeric()).next()?;
    let closed = text.get(name.next) == Some(&b'>');
    if closed && last.eq_ignore_ascii_case(b"value") { element(text, name.next + 1) } else { None }
}

/// The text of the element whose tag ends before `start`, if there is any.
fn element(text: &[u8], start: usize) -> Option<Literal> {
    let rest = text.get(start..)?;
    let length = rest.iter().take(512).position(|&byte| byte == b'<')?;
    let span = crate::literal::trimmed(text, start, start + length)?;
    (!span.is_empty()).then_some(Literal { span, quoted: true, next: start + length })
}

/// The value of the field whose word begins at `at`.
fn field(text: &[u8], at: usize) -> Option<Literal> {
    let before = text.get(..at)?;
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if before.last().is_some_and(goes_on) {
        return None;
    }
    // `--value`, and `-Value` of PowerShell.
    let dashes = text.get(at..)?.iter().take(2).take_while(|&&byte| byte == b'-').count();
    let is_option = dashes > 0 && before.last().is_none_or(u8::is_ascii_whitespace);
    let at = if is_option { at + dashes } else { at };
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
        b'>' => element(text, blanks + 1),
        _ if typed_only => None,
        b':' | b'=' => {
            let after = blanks + 1 + usize::from(text.get(blanks + 1) == Some(&b'>'));
            let start = skip_blanks(text, after, false);
            let literal = string(text, start).or_else(|| block(text, start));
            let literal = literal.or_else(|| wrapped(text, start));
            let literal = literal.or_else(|| typed(text, start));
            // `(v=49)`: a variable of one letter that is assigned.
            let assigned = word.len() == 1 && text.get(blanks) == Some(&b'=');
            literal.or_else(|| bare(text, start, Surroundings::default()).filter(|_| !assigned))
        }
        _ if blanks > at => {
            let literal = string(text, blanks);
            let bare_too = is_option && text.get(blanks) != Some(&b'-');
            literal.or_else(|| bare(text, blanks, Surroundings::default()).filter(|_| bare_too))
        }
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
