//! One character, written as an escape.

use super::Undone;
use crate::decode::hex;

/// `\"`, `\\`, `\/`, `\=`, `\n`, `\u003d`, `\x3d`, `\075`, and a line that goes on behind `\`.
pub(super) fn backslash(text: &[u8], at: usize) -> Option<Undone> {
    let escape = *text.get(at + 1)?;
    let byte = |byte| Some(Undone::byte(at + 2, byte));
    match escape {
        b'"' | b'\'' | b'\\' | b'/' | b'=' | b':' | b'#' | b'!' | b'$' | b'`' | b'%' | b'&'
        | b'@' | b'-' | b'_' | b'*' | b'|' | b'~' | b'<' | b'>' => byte(escape),
        b'n' => byte(b'\n'),
        b'r' => byte(b'\r'),
        b't' => byte(b'\t'),
        b'x' => Some(Undone::byte(at + 4, hex::pair(text, at + 2)?)),
        b'u' => unicode(text, at),
        b'0'..=b'3' => octal(text, at),
        b'\n' => Some(Undone::nothing(after_indentation(text, at, at + 2))),
        b'\r' if text.get(at + 2) == Some(&b'\n') => {
            Some(Undone::nothing(after_indentation(text, at, at + 3)))
        }
        _ => None,
    }
}

/// `\u003d`, and two of them where the character needs it.
fn unicode(text: &[u8], at: usize) -> Option<Undone> {
    let unit = |at: usize| {
        let (high, low) = (hex::pair(text, at + 2)?, hex::pair(text, at + 4)?);
        Some(u16::from_be_bytes([high, low]))
    };
    let first = unit(at)?;
    let mut units = vec![first];
    let mut end = at + 6;
    if (0xD800..0xDC00).contains(&first)
        && text.get(end..end + 2) == Some(b"\\u")
        && let Some(second) = unit(end)
    {
        units.push(second);
        end += 6;
    }
    let character = char::decode_utf16(units).next()?.unwrap_or(char::REPLACEMENT_CHARACTER);
    Some(Undone::character(end, character))
}

fn octal(text: &[u8], at: usize) -> Option<Undone> {
    let digits = text.get(at + 1..at + 4)?;
    let mut value: u8 = 0;
    for &digit in digits {
        let digit = digit.checked_sub(b'0').filter(|&digit| digit < 8)?;
        value = value.checked_mul(8)?.checked_add(digit)?;
    }
    Some(Undone::byte(at + 4, value))
}

/// Where a line goes on in the next one, which begins at `next`: behind its indentation, if the
/// backslash at `at` stands in the middle of a word.
fn after_indentation(text: &[u8], at: usize, next: usize) -> usize {
    let word = |byte: &u8| byte.is_ascii_graphic() && !b";,(){}[]<>\"'`\\".contains(byte);
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    if !before.is_some_and(word) {
        return next;
    }
    let rest = text.get(next..).unwrap_or_default();
    next + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// What begins a sequence that a terminal obeys.
pub(super) const ESCAPE: u8 = 0x1b;

/// `ESC [ 1 ; 32 m`: colours and the like, which a terminal does not show.
pub(super) fn control_sequence(text: &[u8], at: usize) -> Option<Undone> {
    /// Numbers of a sequence, with what parts them.
    const PARAMETERS_MAX: usize = 16;
    let rest = text.get(at + 1..)?.strip_prefix(b"[")?;
    let parameter = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b';' | b':' | b'?');
    let len = rest.iter().take(PARAMETERS_MAX).take_while(parameter).count();
    rest.get(len).filter(|byte| byte.is_ascii_alphabetic())?;
    Some(Undone::nothing(at + len + 3))
}

/// `%3D`.
pub(super) fn percent(text: &[u8], at: usize) -> Option<Undone> {
    if text.get(at) != Some(&b'%') {
        return None;
    }
    Some(Undone::byte(at + 3, hex::pair(text, at + 1)?))
}

/// The plus of a form, which stands in a word with percent escapes.
pub(super) fn plus(text: &[u8], at: usize) -> Option<Undone> {
    const REACH: usize = 64;
    let word = |byte: &&u8| byte.is_ascii_graphic() && !b"\"'<>".contains(byte);
    let before = text.get(at.saturating_sub(REACH)..at)?;
    let after = text.get(at + 1..)?;
    let after = after.get(..REACH).unwrap_or(after);
    let start = before.len() - before.iter().rev().take_while(word).count();
    let end = after.iter().take_while(word).count();
    let escaped = |part: &[u8]| (0..part.len()).any(|at| percent(part, at).is_some());
    let starts = |part: Option<&[u8]>| part.is_some_and(escaped);
    (starts(before.get(start..)) || starts(after.get(..end))).then(|| Undone::byte(at + 1, b' '))
}

/// `=3D`, and a line that ends in `=`.
pub(super) fn quoted_printable(text: &[u8], at: usize) -> Option<Undone> {
    let rest = text.get(at + 1..)?;
    if rest.starts_with(b"\n") {
        return Some(Undone::nothing(at + 2));
    }
    if rest.starts_with(b"\r\n") {
        return Some(Undone::nothing(at + 3));
    }
    let capital = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    rest.get(..2).filter(|digits| digits.iter().all(capital))?;
    Some(Undone::byte(at + 3, hex::pair(text, at + 1)?))
}

/// `&#61;`, `&#x3D;`, and the names that text in XML and HTML needs.
pub(super) fn entity(text: &[u8], at: usize) -> Option<Undone> {
    /// Bytes of an entity, at most.
    const LEN_MAX: usize = 10;
    const NAMED: [(&[u8], char); 38] = [
        (b"quot", '"'),
        (b"amp", '&'),
        (b"lt", '<'),
        (b"gt", '>'),
        (b"apos", '\''),
        (b"nbsp", ' '),
        (b"equals", '='),
        (b"colon", ':'),
        (b"sol", '/'),
        (b"bsol", '\\'),
        (b"plus", '+'),
        (b"lowbar", '_'),
        (b"hyphen", '-'),
        (b"period", '.'),
        (b"comma", ','),
        (b"commat", '@'),
        (b"num", '#'),
        (b"percnt", '%'),
        (b"vert", '|'),
        (b"verbar", '|'),
        (b"ast", '*'),
        (b"excl", '!'),
        (b"quest", '?'),
        (b"dollar", '$'),
        (b"semi", ';'),
        (b"lpar", '('),
        (b"rpar", ')'),
        (b"lsqb", '['),
        (b"lbrack", '['),
        (b"rsqb", ']'),
        (b"rbrack", ']'),
        (b"lcub", '{'),
        (b"lbrace", '{'),
        (b"rcub", '}'),
        (b"rbrace", '}'),
        (b"Hat", '^'),
        (b"Tab", '\t'),
        (b"NewLine", '\n'),
    ];
    let rest = text.get(at + 1..)?;
    let rest = rest.get(..rest.len().min(LEN_MAX))?;
    let len = memchr::memchr(b';', rest)?;
    let name = rest.get(..len)?;
    let end = at + len + 2;
    let character = match name {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
        [b'#', digits @ ..] => number(digits, 10)?,
        _ => NAMED.iter().find(|(known, _)| *known == name).map(|(_, character)| *character)?,
    };
    Some(Undone::character(end, character))
}

fn number(digits: &[u8], radix: u32) -> Option<char> {
    let digits = std::str::from_utf8(digits).ok()?;
    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
}
