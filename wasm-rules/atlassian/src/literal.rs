//! A value where a setting's separator ends: in quotes, in tags, or bare.

use pushgate_detector_sdk::Span;

use crate::caseless::contains_any;
use crate::quoting::{QUOTED_MAX, Quote, closing, quote_at};
use crate::value::scheme_len;

/// Longer values are none that somebody set.
const VALUE_MAX: usize = QUOTED_MAX;
/// Blanks and the indentation of the next line.
const BLANKS_MAX: usize = 120;
/// The longest name of a function, or of a type.
const NAME_MAX: usize = 64;

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) span: Span,
    /// Whether it stood in quotes.
    pub(crate) quoted: bool,
    /// Where the text goes on.
    pub(crate) next: usize,
}

/// Functions that make a secret of a string, and nothing else of it. Those that undo an encoding are
/// among them: the string was read, and what it says is what they make.
const MAKERS: [&str; 53] = [
    "concat",
    "from",
    "fromstring",
    "from_string",
    "of",
    "some",
    "just",
    "string",
    "new",
    "secretstr",
    "secretstring",
    "secret",
    "value",
    "ptr",
    "to",
    "toptr",
    "stringptr",
    "str",
    "bytes",
    "plaintext",
    "unsafeplaintext",
    "securestring",
    "default",
    "field",
    "base64encode",
    "b64encode",
    "protectedstring",
    "sensitive",
    "literal",
    "strdup",
    "_t",
    "text",
    "wrap",
    "nsstring",
    "qstring",
    "bytestring",
    "pack",
    "buffer",
    "fromplaintext",
    "stringify",
    "extra",
    "atob",
    "b64decode",
    "urlsafe_b64decode",
    "standard_b64decode",
    "base64decode",
    "base64_decode",
    "decode_base64",
    "frombase64string",
    "decode64",
    "strict_decode64",
    "fromhex",
    "unhexlify",
];

/// The same, where the name before them says of which encoding: `Base64.getDecoder().decode(`.
const DECODERS: [&str; 3] = ["decode", "decodestring", "getstring"];
const ENCODINGS: [&[u8]; 6] = [b"base64", b"b64", b"decoder", b"encoding", b"utf8", b"hex"];

/// Where blanks end, lines included if `lines` says so.
pub(crate) fn skip_blanks(text: &[u8], at: usize, lines: bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t') || lines && matches!(byte, b'\r' | b'\n');
    at + rest.iter().take(BLANKS_MAX).take_while(|byte| blank(byte)).count()
}

/// The string at `at`, which may have a prefix: `f"…"`, `@"…"`, `r#"…"#`, `$'…'`, `"""…"""`.
pub(crate) fn string(text: &[u8], at: usize) -> Option<Literal> {
    let rest = text.get(at..)?;
    let prefix = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'@' | b'$' | b'8');
    let letters = rest.iter().take(3).take_while(|byte| prefix(byte)).count();
    let raw = rest.get(..letters).is_some_and(|it| it.eq_ignore_ascii_case(b"r"));
    let hashes = if raw {
        rest.iter().skip(letters).take(4).take_while(|&&byte| byte == b'#').count()
    } else {
        0
    };
    if rest.starts_with(b"[[") {
        return long_brackets(text, at);
    }
    let open = quote_at(text, at + letters + hashes)?;
    if let Some(start) = open.triple_end(text) {
        return triple(text, start, open.mark);
    }
    if let Some(doubled) = doubled(text, open) {
        return Some(doubled);
    }
    let (end, next) = closing(text, open)?;
    let span = quoted_once_more(text, Span::new(open.end, end)?);
    Some(Literal { span, quoted: true, next: next + hashes })
}

/// What stands in the quotes of a string that holds a string: `"\"value\""`.
fn quoted_once_more(text: &[u8], span: Span) -> Span {
    let inside = || {
        let [b'\\', mark @ (b'"' | b'\''), inner @ ..] = span.of(text)? else { return None };
        let inner = inner.strip_suffix(&[b'\\', *mark])?;
        let simple = !inner.is_empty() && !inner.contains(mark);
        simple.then(|| Span::at(span.start() + 2, inner.len()))
    };
    inside().unwrap_or(span)
}

/// The string of Lua at `at`, on one line: `[[value]]`.
fn long_brackets(text: &[u8], at: usize) -> Option<Literal> {
    let start = at + 2;
    let rest = text.get(start..)?;
    let length = rest.windows(2).take(VALUE_MAX).position(|it| it == b"]]")?;
    let value = rest.get(..length)?;
    let next = start + length + 2;
    let ends = matches!(text.get(next), None | Some(b'\n' | b'\r' | b',' | b';' | b' ' | b')'));
    // Lists in lists begin so, and what is to be filled in has no digit.
    let plain = value.iter().all(|byte| byte.is_ascii_graphic() && !b"[]\"'".contains(byte))
        && value.iter().any(u8::is_ascii_digit);
    (ends && plain).then_some(Literal { span: Span::at(start, length), quoted: true, next })
}

/// The string between doubled marks, which is how a string stands in one of C# or of CSV:
/// `@"password=""value"""`.
fn doubled(text: &[u8], open: Quote) -> Option<Literal> {
    let start = open.end + 1;
    let mark = open.mark;
    if open.start + 1 != open.end || text.get(open.end) != Some(&mark) {
        return None;
    }
    let rest = text.get(start..)?;
    if !rest.first()?.is_ascii_alphanumeric() {
        return None;
    }
    let length = rest.iter().take(VALUE_MAX).position(|&byte| byte == mark || byte == b'\n')?;
    (rest.get(length..length + 2)? == [mark, mark]).then_some(Literal {
        span: Span::at(start, length),
        quoted: true,
        next: start + length + 2,
    })
}

/// The first line of text in a string that three marks open.
fn triple(text: &[u8], start: usize, mark: u8) -> Option<Literal> {
    let start = skip_blanks(text, start, true);
    let rest = text.get(start..)?.iter().take(VALUE_MAX);
    let ends = |at: usize, byte: u8| {
        byte == b'\n' || byte == b'\\' && quote_at(text, at).is_some() || {
            byte == mark && text.get(at + 1) == Some(&mark) && text.get(at + 2) == Some(&mark)
        }
    };
    let length = rest.enumerate().take_while(|&(index, &byte)| !ends(start + index, byte)).count();
    let span = trimmed(text, start, start + length)?;
    (length < VALUE_MAX).then_some(Literal { span, quoted: true, next: start + length })
}

/// `start..end` without blanks at its ends.
pub(crate) fn trimmed(text: &[u8], start: usize, end: usize) -> Option<Span> {
    let bytes = text.get(start..end)?;
    let before = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let kept = bytes.trim_ascii().len();
    Some(Span::at(start + before, kept))
}

/// The string at `at` behind brackets and functions that only wrap it: `("…")`, `["…"]`,
/// `String::from("…")`, `new SecretString("…")`, `ConvertTo-SecureString "…"`.
pub(crate) fn wrapped(text: &[u8], at: usize) -> Option<Literal> {
    const LAYERS_MAX: usize = 4;
    let first = at;
    let mut at = at;
    let mut alone = false;
    for _ in 0..LAYERS_MAX {
        at = skip_blanks(text, at, true);
        if let Some(literal) = string(text, at) {
            let next = text.get(skip_blanks(text, literal.next, true));
            return (!alone || next != Some(&b',')).then_some(literal);
        }
        match *text.get(at)? {
            b'[' if class(text, at).is_some() => (at, alone) = maker(text, class(text, at)?)?,
            b'(' | b'[' => at += 1,
            b'<' if text.get(at..at + 3) == Some(b"<<\"") => at += 2,
            b'd' if at > first && named_default(text, at).is_some() => {
                at = named_default(text, at)?;
            }
            byte if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'-') => {
                (at, alone) = maker(text, at)?;
            }
            _ => return None,
        }
    }
    None
}

/// What stands after the class of PowerShell at `at`: `[Text.Encoding]::`.
fn class(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix(b"[")?;
    let named = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'.';
    let length = rest.iter().take(NAME_MAX).take_while(named).count();
    rest.get(length..)?.starts_with(b"]::").then_some(at + length + b"[]::".len())
}

/// What stands after `default=` among the arguments of a function.
fn named_default(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix(b"default")?;
    let at = skip_blanks(text, text.len() - rest.len(), false);
    (text.get(at) == Some(&b'=')).then_some(at + 1)
}

/// What stands after the name of a function in [`MAKERS`] and its bracket, and whether the string
/// must be its only argument.
fn maker(text: &[u8], at: usize) -> Option<(usize, bool)> {
    let rest = text.get(at..)?;
    for word in [&b"new "[..], b"const ", b"ConvertTo-SecureString ", b"-String "] {
        if rest.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word)) {
            return Some((at + word.len(), false));
        }
    }
    let named = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'$' | b'<' | b'>')
    };
    let name_length = |rest: &[u8]| rest.iter().take(NAME_MAX).take_while(|it| named(it)).count();
    let mut length = name_length(rest);
    // `Base64.getDecoder().decode(`
    if let Some(method) = rest.get(length..).and_then(|it| it.strip_prefix(b"().")) {
        length += b"().".len() + name_length(method);
    }
    let name = rest.get(..length)?;
    let length = length + usize::from(rest.get(length) == Some(&b'!'));
    if rest.get(length) != Some(&b'(') {
        return None;
    }
    let last = name.rsplit(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').next()?;
    let is = |known: &&str| last.eq_ignore_ascii_case(known.as_bytes());
    let decodes = DECODERS.iter().any(is) && contains_any(name, &ENCODINGS);
    let known = decodes || MAKERS.iter().any(is);
    let several = last.eq_ignore_ascii_case(b"from") || last.eq_ignore_ascii_case(b"field");
    // `String.join("", "value")`
    let joined = [&b"\"\", "[..], b"'', ", b"\"\","];
    let arguments = rest.get(length + 1..)?;
    if last.eq_ignore_ascii_case(b"join")
        && let Some(empty) = joined.iter().find(|it| arguments.starts_with(it))
    {
        return Some((at + length + 1 + empty.len(), true));
    }
    known.then_some((at + length + 1, !several))
}

/// Where the string begins that stands behind a type and `=`: `&'static str = "…"`.
pub(crate) fn typed(text: &[u8], at: usize) -> Option<Literal> {
    let rest = text.get(at..)?;
    let mut depth = 0_usize;
    let mut before = b' ';
    let mut letters = false;
    for (index, &byte) in rest.iter().enumerate().take(NAME_MAX) {
        match byte {
            b'<' | b'[' | b'(' => depth += 1,
            b'>' | b']' | b')' => depth = depth.checked_sub(1)?,
            b'=' if letters && depth == 0 => {
                if matches!(rest.get(index + 1), Some(b'=' | b'>' | b'~')) {
                    return None;
                }
                return wrapped(text, at + index + 1);
            }
            b',' if depth > 0 => {}
            b'\'' if before == b'&' => {}
            b' ' | b'_' | b'&' | b'*' | b'|' | b'?' | b'.' | b'!' => {}
            b':' if before == b':' || rest.get(index + 1) == Some(&b':') => {}
            byte if byte.is_ascii_alphanumeric() => letters |= byte.is_ascii_alphabetic(),
            _ => return None,
        }
        before = byte;
    }
    None
}

/// How a bare value stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Surroundings {
    /// In a string that ends with this mark.
    pub(crate) inside: Option<u8>,
}

/// The value at `at` without quotes, which ends where the line's next word or syntax begins.
pub(crate) fn bare(text: &[u8], at: usize, surroundings: Surroundings) -> Option<Literal> {
    let start = at + scheme_len(text.get(at..)?);
    let mut end = enclosed(text, start).unwrap_or(start);
    while let Some(&byte) = text.get(end) {
        if ends_bare(text, at, end, byte, surroundings) {
            break;
        }
        end += 1;
        if end - at > VALUE_MAX {
            return None;
        }
    }
    let next = end;
    while let Some((&last, rest)) = text.get(at..end).and_then(<[u8]>::split_last) {
        let unbalanced = |open: u8| !rest.contains(&open);
        let cut = match last {
            b',' | b';' => true,
            b')' => unbalanced(b'('),
            b']' => unbalanced(b'['),
            b'}' => unbalanced(b'{'),
            b'>' => unbalanced(b'<'),
            b':' => rest.last() == Some(&b')'),
            b'\\' => matches!(text.get(end), None | Some(b'\n' | b'\r' | b'"' | b'\'')),
            _ => false,
        };
        if !cut {
            break;
        }
        end -= 1;
    }
    Some(Literal { span: Span::new(at, end)?, quoted: false, next })
}

/// Where a placeholder at `at` ends that may hold blanks: `{{ x }}`, `${{ x }}`, `<x y>`, `$(x y)`.
fn enclosed(text: &[u8], at: usize) -> Option<usize> {
    const ENCLOSED_MAX: usize = 160;
    let rest = text.get(at..)?;
    let sigils = rest.iter().take(2).take_while(|byte| matches!(byte, b'$' | b'#' | b'%')).count();
    let close = match *rest.get(sigils)? {
        b'{' => b'}',
        b'<' if sigils == 0 => b'>',
        b'(' if sigils > 0 => b')',
        _ => return None,
    };
    let inside = rest.iter().take(ENCLOSED_MAX).take_while(|&&byte| byte != b'\n');
    let inside = rest.get(..inside.count())?;
    let mut end = inside.iter().position(|&byte| byte == close)? + 1;
    while inside.get(end) == Some(&close) {
        end += 1;
    }
    Some(at + end)
}

fn ends_bare(text: &[u8], start: usize, at: usize, byte: u8, around: Surroundings) -> bool {
    let next = text.get(at + 1);
    match byte {
        // Whatever quotes the line of a settings file quotes its comment too.
        b' ' if text.get(at..).is_some_and(|rest| rest.starts_with(b" # ")) => true,
        0..=b' ' | 0x7F => around.inside.is_none() || byte < b' ' && byte != b'\t',
        b'"' | b'\'' | b'`' => around.inside.is_none_or(|mark| mark == byte),
        b'\\' => {
            let paragraph = text.get(at..).is_some_and(|rest| rest.starts_with(b"\\par"));
            matches!(next, Some(b'n' | b'r')) || paragraph || quote_at(text, at).is_some()
        }
        b'<' => at > start && (next == Some(&b'/') || starts_line_tag(text, at)),
        b'&' => {
            let rest = text.get(at..).unwrap_or_default();
            quote_at(text, at).is_some()
                || [&b"&amp;"[..], b"&lt;", b"&gt;"].iter().any(|entity| rest.starts_with(entity))
                || next == Some(&b'&')
                || starts_setting(text, at + 1)
        }
        b',' => at > start && (starts_setting(text, at + 1) || starts_member(text, at + 1)),
        b';' | b'|' => at > start && starts_setting(text, at + 1),
        b'#' => at > start && starts_long_setting(text, at + 1),
        _ => false,
    }
}

/// `<br>`, `<p>`: the end of a line of HTML.
fn starts_line_tag(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    [&b"<br>"[..], b"<br/>", b"<br />", b"<p>", b"<b>"].iter().any(|tag| rest.starts_with(tag))
}

/// The same for a name that nobody writes into a password.
fn starts_long_setting(text: &[u8], at: usize) -> bool {
    const LEN_MIN: usize = 6;
    let rest = text.get(at..).unwrap_or_default();
    let named = |byte: &&u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.');
    let length = rest.iter().take(NAME_MAX).take_while(named).count();
    length >= LEN_MIN && rest.get(length) == Some(&b'=')
}

/// `name:` of an object in a script without blanks, and its value.
fn starts_member(text: &[u8], at: usize) -> bool {
    const LEN_MIN: usize = 3;
    let rest = text.get(at..).unwrap_or_default();
    let named = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b'_';
    let length = rest.iter().take(NAME_MAX).take_while(named).count();
    length >= LEN_MIN && rest.get(length) == Some(&b':')
}

/// Whether `name=` stands at `at`: the next of several settings.
fn starts_setting(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let named = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let length = rest.iter().take(NAME_MAX).take_while(|byte| named(byte)).count();
    length > 0
        && rest.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && rest.get(length) == Some(&b'=')
}
