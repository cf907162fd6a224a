//! Values that a person writes down behind their names, with a word about them between.
//!
//! ```text
//! Jira password (staging): value      app password for ci-bot: value      password – value
//! le jeton est « value »              トークンは「value」です              token (was "value")
//! ```
//!
//! Prose goes on with words, so what stands here is a value only if it looks set by somebody.

use pushgate_detector_sdk::Span;

use crate::literal::{Literal, skip_blanks, string};
use crate::value::{is_doubtful, is_drawn};

/// Longer notes are sentences.
const NOTE_MAX: usize = 48;
/// Words of a note without brackets.
const WORDS_MAX: usize = 4;
/// The shortest value that is told from a word.
const VALUE_MIN: usize = 8;
/// Hexadecimal digits of the shortest token, or of a UUID.
const HEX_MIN: usize = 30;
/// The longest.
const VALUE_MAX: usize = 512;

/// Dashes between a name and its value.
const DASHES: [&[u8]; 2] = ["–".as_bytes(), "—".as_bytes()];
/// Quotation marks that are not written with one byte, and their partners.
const MARKS: [(&[u8], &[u8]); 3] = [
    ("«".as_bytes(), "»".as_bytes()),
    ("「".as_bytes(), "」".as_bytes()),
    ("『".as_bytes(), "』".as_bytes()),
];
/// Blanks that are not written with one byte.
const BLANKS: [&[u8]; 2] = ["\u{a0}".as_bytes(), "\u{202f}".as_bytes()];
/// Words with which a note without brackets begins.
const BEGINNINGS: [&[u8]; 6] = [b"for ", b"of ", b"pour ", b"von ", "für ".as_bytes(), b"fuer "];

/// The value behind a note at `at`, where the blanks behind a name end.
pub(crate) fn value(text: &[u8], at: usize) -> Option<Literal> {
    if let Some(marked) = marked(text, at).or_else(|| behind_dash(text, at)) {
        return Some(marked);
    }
    let rest = text.get(at..)?;
    if rest.first() == Some(&b'(') {
        return bracketed(text, at);
    }
    let beginning = BEGINNINGS.iter().find(|beginning| rest.starts_with(beginning))?;
    let note = rest.get(beginning.len()..)?.iter().take(NOTE_MAX);
    let length = note.take_while(|byte| is_of_note(**byte)).count();
    let end = at + beginning.len() + length;
    let words = text.get(at + beginning.len()..end)?.split(|&byte| byte == b' ');
    let few = (1..=WORDS_MAX).contains(&words.filter(|word| !word.is_empty()).count());
    let start = end + usize::from(text.get(end) == Some(&b':'));
    // `the token for jira is `value``
    let told = |verb: &[u8]| text.get(..end).is_some_and(|it| it.ends_with(verb));
    let is_told = matches!(text.get(end), Some(b'`' | b'"' | b'\''))
        && [&b" is "[..], b" was ", b" ist ", b" est "].into_iter().any(told);
    if few && (start > end || is_told) { set(text, skip_blanks(text, start, false)) } else { None }
}

/// What a note of words holds: nothing that code is made of.
fn is_of_note(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || b" -_.@()/".contains(&byte)
}

/// `(staging): value`, and `(was "value")`.
fn bracketed(text: &[u8], at: usize) -> Option<Literal> {
    let inside = text.get(at + 1..)?;
    let note = inside.iter().take(NOTE_MAX).take_while(|byte| is_of_note(**byte) && **byte != b'(');
    // Up to the bracket that closes it, or a mark that opens the value.
    let length = note.take_while(|byte| **byte != b')').count();
    let end = at + 1 + length;
    match *text.get(end)? {
        b')' if length > 0 => {
            let colon = skip_blanks(text, end + 1, false);
            let dash = behind_dash(text, colon);
            let start = skip_blanks(text, colon + 1, false);
            dash.or_else(|| if text.get(colon) == Some(&b':') { set(text, start) } else { None })
        }
        b'"' | b'\'' | b'`' if text.get(end - 1) == Some(&b' ') => {
            let literal = string(text, end)?;
            let closed = text.get(literal.next) == Some(&b')');
            (closed && looks_set(literal.span.of(text)?)).then_some(literal)
        }
        _ => None,
    }
}

/// `– value`
fn behind_dash(text: &[u8], at: usize) -> Option<Literal> {
    let rest = text.get(at..)?;
    let dash = DASHES.iter().find(|dash| rest.starts_with(dash))?;
    set(text, skip_blanks(text, at + dash.len(), false))
}

/// The text between marks at `at`, which a particle may stand before.
pub(crate) fn marked(text: &[u8], at: usize) -> Option<Literal> {
    let particle = "は".as_bytes();
    let rest = text.get(at..)?;
    let at = at + if rest.starts_with(particle) { particle.len() } else { 0 };
    let rest = text.get(at..)?;
    let (open, close) = MARKS.iter().find(|(open, _)| rest.starts_with(open))?;
    let start = skip_wide_blanks(text, at + open.len());
    let rest = text.get(start..)?;
    let rest = rest.get(..VALUE_MAX).unwrap_or(rest);
    let length = rest.windows(close.len()).position(|it| it == *close)?;
    let mut value = rest.get(..length)?.trim_ascii_end();
    for blank in BLANKS {
        value = value.strip_suffix(blank).unwrap_or(value);
    }
    let span = Span::at(start, value.len());
    looks_set(value).then_some(Literal { span, quoted: true, next: start + length + close.len() })
}

/// `{{value}}`: what Jira and Confluence show as code, unless it reads like the name of a variable.
pub(crate) fn monospaced(text: &[u8], at: usize) -> Option<Literal> {
    let rest = text.get(at..)?.strip_prefix(b"{{")?;
    let rest = rest.get(..VALUE_MAX).unwrap_or(rest);
    let length = rest.windows(2).position(|it| it == b"}}")?;
    let value = rest.get(..length)?;
    let plain = !value.iter().any(|byte| byte.is_ascii_whitespace() || b"{}|()".contains(byte));
    let next = at + length + 4;
    (plain && looks_set(value)).then_some(Literal {
        span: Span::at(at + 2, length),
        quoted: true,
        next,
    })
}

fn skip_wide_blanks(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let wide = BLANKS.iter().find(|blank| rest.starts_with(blank)).map_or(0, |blank| blank.len());
    skip_blanks(text, at + wide, false)
}

/// The word at `at`, in marks or bare, if it looks like a value and what follows does not go on
/// with it.
pub(crate) fn set(text: &[u8], at: usize) -> Option<Literal> {
    if let Some(literal) = marked(text, at) {
        return Some(literal);
    }
    if matches!(text.get(at), Some(b'"' | b'\'' | b'`')) {
        let literal = string(text, at)?;
        return looks_set(literal.span.of(text)?).then_some(literal);
    }
    let rest = text.get(at..)?.iter().take(VALUE_MAX + 1);
    let length = rest.take_while(|byte| byte.is_ascii_graphic() && !b"\"'`<>".contains(byte));
    let length = length.count();
    let word = text.get(at..at + length)?;
    // A text in another may end here, and a sentence.
    let word = word.strip_suffix(b"\\n").or_else(|| word.strip_suffix(b"\\")).unwrap_or(word);
    let word = word.strip_suffix(b",").or_else(|| word.strip_suffix(b".")).unwrap_or(word);
    let span = Span::at(at, word.len());
    (length <= VALUE_MAX && looks_set(word)).then_some(Literal {
        span,
        quoted: false,
        next: span.end(),
    })
}

/// The word at `at`, right behind a name in a sentence, if nobody could take it for one of its words:
/// long, of letters in both cases and digits, and at the end of the sentence or a part of it.
pub(crate) fn told(text: &[u8], at: usize) -> Option<Literal> {
    const LEN_MIN: usize = 11;
    const DIGITS_MIN: usize = 2;
    let literal = set(text, at)?;
    let value = literal.span.of(text)?;
    let count = |sort: fn(&u8) -> bool| value.iter().filter(|byte| sort(byte)).count();
    let plain =
        value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-!#*%+@&?.".contains(byte));
    let mixed = count(u8::is_ascii_lowercase) > 0
        && count(u8::is_ascii_uppercase) > 0
        && count(u8::is_ascii_digit) >= DIGITS_MIN;
    let ends = match text.get(literal.next..)? {
        [] | [b'\n' | b'\r', ..] => true,
        [b'.' | b',', next, ..] => next.is_ascii_whitespace(),
        [b'.'] => true,
        _ => false,
    };
    let bare =
        matches!(text.get(at), Some(byte) if byte.is_ascii_graphic() && !b"\"'`".contains(byte));
    (bare && plain && mixed && ends && value.len() >= LEN_MIN).then_some(literal)
}

/// Whether a value is none that prose would go on with: drawn, or of letters, digits and signs.
pub(crate) fn looks_set(value: &[u8]) -> bool {
    let has = |sort: fn(&u8) -> bool| value.iter().any(sort);
    let plain = value.iter().all(u8::is_ascii_graphic);
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let signs = has(|byte| byte.is_ascii_punctuation() && !b"-_./:,".contains(byte));
    let hex = value.len() >= HEX_MIN
        && value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    hex && mixed
        || value.len() >= VALUE_MIN
            && plain
            && mixed
            && (signs || is_drawn(value))
            && !is_doubtful(value)
}

#[cfg(test)]
mod tests {
    use super::value;

    fn check(text: &str, expected: Option<&str>) {
        let found = value(text.as_bytes(), 0).map(|it| &text[it.span.start()..it.span.end()]);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_value_stands_behind_a_note() {
        for text in [
            "(staging): kmskXN5MnGFw",
            "(Stand 2026) – kmskXN5MnGFw",
            "(read only): `kmskXN5MnGFw`",
            "(was \"kmskXN5MnGFw\")",
            "for jira is `kmskXN5MnGFw`",
            "of the bot is \"kmskXN5MnGFw\".",
            "for ci-bot: kmskXN5MnGFw",
            "for the CI user: kmskXN5MnGFw,",
            "für prod (EU): kmskXN5MnGFw",
            "– kmskXN5MnGFw",
            "« kmskXN5MnGFw »",
            "「kmskXN5MnGFw」",
            "は「kmskXN5MnGFw」です",
        ] {
            check(text, Some("kmskXN5MnGFw"));
        }
        check("for svc_jira: Kelp*Quartz71", Some("Kelp*Quartz71"));
    }

    #[test]
    fn prose_and_code_go_on_in_other_ways() {
        for text in [
            "(str): The API token",
            "(optional): see OPS-1423",
            "(required)",
            "(user, kmskXN5MnGFw)",
            "(kmskXN5MnGFw)",
            "for users: ask an admin",
            "for users who log in every day: kmskXN5MnGFw",
            "for issue: PROJ-123",
            "for token in tokens",
            "for x = y: kmskXN5MnGFw",
            "for jira in `kmskXN5MnGFw`",
            "for jira is `jira-token-2`",
            "– the one of the CI",
            "« mot de passe »",
            "for staging: jira-token-2",
        ] {
            check(text, None);
        }
    }
}
