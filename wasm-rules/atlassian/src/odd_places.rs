//! Values that stand to their keys as in no other language.
//!
//! ```text
//! ${KEY}    value                       Robot Framework
//! \newcommand{\key}{value}              TeX
//! key;value;…                           a table with semicolons
//! Jira key,value                        the same, under a name of words
//! id,key⏎1,value                        a table with a head
//! (id, key) VALUES (1, 'value')         a statement of SQL
//! s|@@KEY@@|value|                      what a program puts in the place of a key
//! gh secret set KEY --body "value"      programs that take the value as an option
//! ##vso[task.setvariable variable=KEY;issecret=true]value
//! #[arg(default_value = "value")]⏎key: String
//! [DefaultValue("value")] string key
//! key VARCHAR(64) := 'value'            a variable of PL/SQL
//! getKey() { return "value"; }          functions that say it
//! name="KEY"⏎⏎value                     a part of a form
//! echo "value" > secrets/KEY            a file of that name, or a secret of Docker's
//! echo "value" | gh secret set KEY
//! ```

use pushgate_detector_sdk::Span;

use crate::caseless::contains;
use crate::columns;
use crate::context::mentions;
use crate::declared;
use crate::literal::{Literal, Surroundings, bare, skip_blanks, string, trimmed};
use crate::names::PRODUCTS;

/// Longer values are none that somebody set.
const VALUE_MAX: usize = 512;
/// Longer lines hold no attribute.
const LINE_MAX: usize = 320;

/// The value of `key`, if it stands in one of these places behind it.
pub(crate) fn value(text: &[u8], key: Span) -> Option<Literal> {
    variable(text, key)
        .or_else(|| declared::value(text, key))
        .or_else(|| replaced(text, key))
        .or_else(|| command(text, key))
        .or_else(|| argument(text, key))
        .or_else(|| option(text, key))
        .or_else(|| cell(text, key))
        .or_else(|| column(text, key))
        .or_else(|| form_part(text, key))
        .or_else(|| stored(text, key))
}

/// What stands on the line of `key`, before it.
pub(crate) fn line_before(text: &[u8], key: Span) -> &[u8] {
    let before = text.get(key.start().saturating_sub(LINE_MAX)..key.start()).unwrap_or_default();
    before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default()
}

/// `${KEY}    value`, which begins its line; two blanks or more part the two.
fn variable(text: &[u8], key: Span) -> Option<Literal> {
    let at = key.end() + 1;
    if line_before(text, key) != b"${" || text.get(key.end()) != Some(&b'}') {
        return None;
    }
    let start = skip_blanks(text, at, false);
    let apart = start > at + 1 || text.get(at) == Some(&b'\t');
    if apart { bare(text, start, Surroundings::default()) } else { None }
}

/// `s|@@KEY@@|value|`: what a program puts in the place of a key.
fn replaced(text: &[u8], key: Span) -> Option<Literal> {
    const MARKS_MAX: usize = 2;
    let mark = |byte: &&u8| b"@_%{}<>$".contains(byte);
    let before = line_before(text, key);
    let opened = before.iter().rev().take(MARKS_MAX).take_while(mark).count();
    let [command @ .., b's', sign] = before.get(..before.len() - opened)? else { return None };
    let rest = text.get(key.end()..)?;
    let closed = rest.iter().take(MARKS_MAX).take_while(mark).count();
    let starts = command.last().is_none_or(|byte| !byte.is_ascii_alphanumeric());
    if !starts || !b"|/#~,!".contains(sign) || opened != closed || rest.get(closed) != Some(sign) {
        return None;
    }
    let start = key.end() + closed + 1;
    let value = text.get(start..)?;
    let length = value.iter().take(VALUE_MAX).position(|byte| byte == sign || *byte == b'\n')?;
    let ends = value.get(length) == Some(sign) && length > 0;
    ends.then_some(Literal { span: Span::at(start, length), quoted: true, next: start + length })
}

/// `variable=KEY;issecret=true]value`.
fn command(text: &[u8], key: Span) -> Option<Literal> {
    const WORDS_MAX: usize = 48;
    let before = line_before(text, key);
    if !before.ends_with(b"variable=") || !contains(before, b"##vso[") {
        return None;
    }
    let rest = text.get(key.end()..)?;
    let close = rest.iter().take(WORDS_MAX).position(|&byte| byte == b']')?;
    let named = rest.get(..close)?;
    let settings = named.is_empty() || named.first() == Some(&b';');
    let start = key.end() + close + 1;
    let value = text.get(start..)?.iter().take(VALUE_MAX);
    let length = value.take_while(|&&byte| byte > b' ' && !b"\"'`".contains(&byte)).count();
    settings.then_some(Literal {
        span: Span::at(start, length),
        quoted: true,
        next: start + length,
    })
}

/// `{\key}{value}`.
fn argument(text: &[u8], key: Span) -> Option<Literal> {
    let start = key.end() + 2;
    let before = line_before(text, key);
    let opened = before.ends_with(b"{\\") || before.ends_with(b"{");
    if !opened || text.get(key.end()..start) != Some(b"}{") {
        return None;
    }
    let rest = text.get(start..)?;
    let length = rest.iter().take(VALUE_MAX).position(|byte| matches!(byte, b'}' | b'\n'))?;
    let closed = rest.get(length) == Some(&b'}') && length > 0;
    closed.then_some(Literal { span: Span::at(start, length), quoted: true, next: start + length })
}

/// `KEY --body "value"`, `KEY --value=value`.
fn option(text: &[u8], key: Span) -> Option<Literal> {
    const NAMES: [&[u8]; 4] = [b"--body", b"--value", b"--secret", b"--data"];
    let at = skip_blanks(text, key.end(), false);
    let rest = text.get(at..)?;
    let name = NAMES.iter().find(|name| rest.starts_with(name))?;
    let sign = at + name.len();
    if at == key.end() || !matches!(text.get(sign), Some(b' ' | b'=')) {
        return None;
    }
    let start = skip_blanks(text, sign + 1, false);
    string(text, start).or_else(|| bare(text, start, Surroundings::default()))
}

/// `key;value;` at the start of a line.
fn cell(text: &[u8], key: Span) -> Option<Literal> {
    let start = key.end() + 1;
    let quoted = text.get(key.end()) == Some(&b'"');
    let start = start + usize::from(quoted);
    let name = with_product(text, key);
    let begins = matches!(line_before(text, name), b"" | b"\"");
    let mark = *text.get(start - 1)?;
    // A comma behind a single word is read where a blank may follow it.
    if !begins || mark != b';' && (mark != b',' || name == key) {
        return None;
    }
    let rest = text.get(start..)?;
    let length = rest.iter().take(VALUE_MAX).position(|byte| *byte == mark || *byte == b'\n');
    let length = length.unwrap_or(rest.len().min(VALUE_MAX));
    if let Some(literal) = string(text, start) {
        return Some(literal);
    }
    let span = trimmed(text, start, start + length)?;
    let whole = span.start() == start && !span.of(text)?.contains(&b' ');
    (whole && !span.is_empty()).then_some(Literal { span, quoted: false, next: span.end() })
}

/// The key, and the name of a product before it with which it is one name: `Jira Password`.
fn with_product(text: &[u8], key: Span) -> Span {
    const WORDS_MAX: usize = 2;
    let line = line_before(text, key);
    let joins = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b' ';
    let words = line.get(line.len() - line.iter().rev().take_while(joins).count()..);
    let words = words.unwrap_or_default().trim_ascii_start();
    let count = words.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).count();
    let named = words.ends_with(b" ") && count <= WORDS_MAX && mentions(words, PRODUCTS);
    let length = if named { words.len() } else { 0 };
    Span::new(key.start() - length, key.end()).unwrap_or(key)
}

/// The default in an attribute before the field `key: String`, on its line or on the one above.
pub(crate) fn attribute(text: &[u8], key: Span) -> Option<Literal> {
    let line = line_before(text, key);
    let from = key.start() - line.len();
    let names = |it: &u8| it.is_ascii_alphanumeric() || b" \t_".contains(it);
    let declared = line.iter().rev().take_while(|byte| names(byte)).count();
    let attribute = line.get(..line.len() - declared)?;
    if !attribute.is_empty() {
        return default_in(text, Span::at(from, attribute.len()));
    }
    let end = from.checked_sub(1).filter(|&end| text.get(end) == Some(&b'\n'))?;
    let before = text.get(end.saturating_sub(LINE_MAX)..end)?;
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    default_in(text, Span::at(end - before.len() + start, before.len() - start))
}

/// The value that an attribute in `place` says is the default.
fn default_in(text: &[u8], place: Span) -> Option<Literal> {
    const DEFAULTS: [&[u8]; 3] = [b"default_value", b"DefaultValue", b"defaultValue"];
    let attribute = place.of(text)?;
    let trimmed = attribute.trim_ascii();
    let is_attribute = (trimmed.starts_with(b"#[") || trimmed.starts_with(b"["))
        && trimmed.ends_with(b"]")
        || trimmed.starts_with(b"@") && trimmed.ends_with(b")");
    let default = |name: &&[u8]| attribute.windows(name.len()).position(|it| it == *name);
    let (name, at) = DEFAULTS.iter().find_map(|name| Some((name, default(name)?)))?;
    let sign = skip_blanks(text, place.start() + at + name.len(), false);
    let follows = is_attribute && matches!(text.get(sign), Some(b'=' | b'('));
    if follows { string(text, skip_blanks(text, sign + 1, false)) } else { None }
}

/// The body of a part of a form: `Content-Disposition: form-data; name="KEY"⏎⏎value⏎`.
fn form_part(text: &[u8], key: Span) -> Option<Literal> {
    const HEADERS_BYTES_MAX: usize = 200;
    let line = line_before(text, key);
    if !line.ends_with(b"name=\"") || !contains(line, b"form-data") {
        return None;
    }
    let rest = text.get(key.end()..)?.strip_prefix(b"\"")?;
    let near = rest.get(..HEADERS_BYTES_MAX).unwrap_or(rest);
    let ends = [&b"\r\n\r\n"[..], b"\n\n"];
    let length = ends.iter().find_map(|end| {
        near.windows(end.len()).position(|it| it == *end).map(|at| at + end.len())
    })?;
    let start = key.end() + 1 + length;
    let body = text.get(start..)?.iter().take(VALUE_MAX + 1);
    let length = body.take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
    (length <= VALUE_MAX).then_some(Literal {
        span: Span::at(start, length),
        quoted: true,
        next: start + length,
    })
}

/// The last string before the file, or the secret of Docker's, into which it is put.
fn stored(text: &[u8], key: Span) -> Option<Literal> {
    const QUOTES_MAX: usize = 8;
    const FORMATS: [&[u8]; 4] = [b"%s", b"%s\\n", b"\\n", b""];
    let line = line_before(text, key);
    let path = line
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"/_.-~$\"'{}".contains(byte));
    let command = line.get(..line.len() - path.count())?.trim_ascii_end();
    let writes = command.ends_with(b">") || command.ends_with(b"| tee");
    let sets = [&b"secret create"[..], b"secret set", b"secret put", b"variable set"];
    let creates = sets.iter().any(|set| command.ends_with(set)) && command.contains(&b'|');
    let prints = contains(command, b"echo") || contains(command, b"printf");
    let ends = text.get(key.end()).is_none_or(|byte| b" \t\r\n\"'.;&".contains(byte));
    if !(writes || creates) || !prints || !ends {
        return None;
    }
    let from = key.start() - line.len();
    let mut at = from;
    let mut found = None;
    for _ in 0..QUOTES_MAX {
        let rest = text.get(at..from + command.len())?;
        let Some(quote) = rest.iter().position(|byte| matches!(byte, b'"' | b'\'')) else { break };
        let literal = string(text, at + quote);
        match literal.filter(|literal| literal.next <= from + command.len()) {
            Some(literal) => {
                if !FORMATS.contains(&literal.span.of(text)?) {
                    found = Some(literal);
                }
                at = literal.next;
            }
            None => at += quote + 1,
        }
    }
    found
}

/// The value under the name of a column.
fn column(text: &[u8], key: Span) -> Option<Literal> {
    let mark = |byte: &u8| byte.is_ascii_control() || b",;|()\"'`".contains(byte);
    let whole = with_product(text, key);
    let before = text.get(..whole.start())?.trim_ascii_end().last();
    let after = text.get(key.end()..)?.iter().find(|&&byte| byte != b' ');
    if !(before.is_none_or(mark) && after.is_none_or(mark)) {
        return None;
    }
    let (name, span) =
        columns::value_of_statement(text, key).or_else(|| columns::value_under_head(text, key))?;
    // The name of a column is the whole key, perhaps in quotes.
    let alone = name.len() <= whole.len() + 2;
    alone.then_some(Literal { span, quoted: true, next: span.end() })
}
