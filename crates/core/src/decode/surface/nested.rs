//! One byte, written as an escape that may be escaped itself: `\\u0041`, `%2541`, `&amp;#65;`.

use super::{Undone, escapes};

/// Bytes of such an escape.
pub(crate) const ESCAPE_MAX: usize = "&amp;amp;#x0041;".len();

/// How often an escape is escaped itself.
const TIMES_MAX: usize = 2;

/// Backslashes before a letter that is escaped so often.
const BACKSLASHES_MAX: usize = 1 << TIMES_MAX;
const _: () = assert!(BACKSLASHES_MAX + "U00000041".len() <= ESCAPE_MAX);

/// What an escape says, if that is one byte.
#[derive(Clone, Copy)]
pub(super) struct Escape {
    pub(super) len: usize,
    pub(super) byte: u8,
}

impl Escape {
    /// The escape at `at`, if it says a printable character; escaped itself or not.
    pub(super) fn printable(text: &[u8], at: usize) -> Option<Escape> {
        let undone = match *text.get(at)? {
            b'%' => percent(text, at),
            b'\\' => backslash(text, at),
            b'&' => entity(text, at),
            _ => None,
        }?;
        let Undone { end, bytes: [byte, ..], len: 1 } = undone else { return None };
        let is_printable = matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
        (is_printable && end - at <= ESCAPE_MAX).then_some(Escape { len: end - at, byte })
    }

    /// The same, if it says a letter, a digit or `@`, which need none.
    pub(super) fn needless(text: &[u8], at: usize) -> Option<Escape> {
        let needs_none = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'@';
        Escape::printable(text, at).filter(|escape| needs_none(escape.byte))
    }
}

/// `%41` and `%2541`.
fn percent(text: &[u8], at: usize) -> Option<Undone> {
    let rest = text.get(at + 1..)?;
    let (pairs, _) = rest.as_chunks::<2>();
    let times = pairs.iter().take(TIMES_MAX).take_while(|pair| **pair == *b"25").count();
    // Of `%25` alone the digits are its own.
    escapes::percent(text, at + 2 * times).or_else(|| escapes::percent(text, at))
}

/// `\x41`, `\101`, `\u0041`, `\u{41}` and `\U00000041`, with more backslashes too.
fn backslash(text: &[u8], at: usize) -> Option<Undone> {
    let rest = text.get(at..)?.iter().take(BACKSLASHES_MAX);
    let last = at + rest.take_while(|&&byte| byte == b'\\').count() - 1;
    let numbered = matches!(text.get(last + 1)?, b'x' | b'u' | b'U' | b'0' | b'1');
    if numbered { escapes::backslash(text, last) } else { None }
}

/// `&#65;`, `&#x41;` and `&amp;#65;`.
fn entity(text: &[u8], at: usize) -> Option<Undone> {
    const AMPERSAND: &[u8] = b"amp;";
    let mut at = at;
    for _ in 0..TIMES_MAX {
        let is_nested = text.get(at + 1..)?.starts_with(AMPERSAND);
        at += if is_nested { AMPERSAND.len() } else { 0 };
    }
    if text.get(at + 1)? == &b'#' { escapes::entity(text, at) } else { None }
}
