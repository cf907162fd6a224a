//! One character of a text, as the reader of that text will see it.
//!
//! A token keeps its letters wherever it is written, but its `=` does not: a URL makes it `%3D`, a
//! properties file `\=`, JSON `\u003d`, XML `&#61;`, mail `=3D`. Whoever reads a token through
//! [`step`] need not know where it stands.

use crate::hex;

/// What an `=` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Itself.
    Plain,
    /// The start of an escape: mail in quoted-printable. A line that ends in it goes on.
    QuotedPrintable,
}

/// A character, and where the text goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The character, without its escape.
    pub(crate) byte: u8,
    /// Offset of the next one.
    pub(crate) next: usize,
}

/// Backslashes double each time a text is quoted once more.
const BACKSLASHES_MAX: usize = 8;
/// So does the percent sign: `%253D`.
const PERCENT_LAYERS_MAX: usize = 4;
/// A line of mail cannot be folded more often than this at one place.
const FOLDS_MAX: usize = 4;

/// The character at `at`, whatever way it is written, or `None` at the end of the text.
pub(crate) fn step(text: &[u8], at: usize, reading: Reading) -> Option<Step> {
    let byte = *text.get(at)?;
    let itself = Step { byte, next: at + 1 };
    // Nearly every character of a token is one of these, and none of them begins an escape.
    if byte.is_ascii_alphanumeric() {
        return Some(itself);
    }
    let escaped = match byte {
        b'%' => percent(text, at),
        b'\\' => backslash(text, at),
        b'&' => entity(text, at),
        b'=' if reading == Reading::QuotedPrintable => quoted_printable(text, at),
        _ => None,
    };
    escaped.or(Some(itself))
}

/// `raw` as the reader of its text will see it.
pub(crate) fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(step) = step(raw, at, Reading::Plain) {
        bytes.push(step.byte);
        at = step.next;
    }
    bytes
}

/// `%3D`, and `%253D`, which is the same escaped once more.
fn percent(text: &[u8], at: usize) -> Option<Step> {
    let mut digits = at + 1;
    for _ in 0..PERCENT_LAYERS_MAX {
        let deeper = text.get(digits..digits + 2) == Some(b"25");
        if deeper && hex::pair(text, digits + 2).is_some() {
            digits += 2;
        } else {
            break;
        }
    }
    Some(Step { byte: hex::pair(text, digits)?, next: digits + 2 })
}

/// `\=`, `\u003d`, `\x3d`, with any small number of backslashes.
fn backslash(text: &[u8], at: usize) -> Option<Step> {
    let run = text.get(at..)?.iter().take(BACKSLASHES_MAX).take_while(|&&byte| byte == b'\\');
    let mark = at + run.count();
    match *text.get(mark)? {
        b'u' => {
            let byte = hex::pair(text, mark + 3)?;
            (text.get(mark + 1..mark + 3) == Some(b"00")).then_some(Step { byte, next: mark + 5 })
        }
        b'x' => Some(Step { byte: hex::pair(text, mark + 1)?, next: mark + 3 }),
        byte @ (b'=' | b'/' | b'+' | b'_' | b'-' | b':' | b'@' | b'#' | b'!') => {
            Some(Step { byte, next: mark + 1 })
        }
        _ => None,
    }
}

/// `&#61;`, `&#x3d;`, `&equals;`.
fn entity(text: &[u8], at: usize) -> Option<Step> {
    const NAMED: [(&[u8], u8); 8] = [
        (b"&equals;", b'='),
        (b"&plus;", b'+'),
        (b"&sol;", b'/'),
        (b"&lowbar;", b'_'),
        (b"&lt;", b'<'),
        (b"&gt;", b'>'),
        (b"&quot;", b'"'),
        (b"&amp;", b'&'),
    ];
    let rest = text.get(at..)?;
    for (name, byte) in NAMED {
        if rest.starts_with(name) {
            return Some(Step { byte, next: at + name.len() });
        }
    }

    let digits = rest.strip_prefix(b"&#")?;
    let (radix, digits, before) = match digits.first()? {
        b'x' | b'X' => (16, digits.get(1..)?, 3),
        _ => (10, digits, 2),
    };
    let mut value = 0;
    for (index, &byte) in digits.iter().take(6).enumerate() {
        if byte == b';' {
            let byte = u8::try_from(value).ok().filter(u8::is_ascii)?;
            return (index > 0).then_some(Step { byte, next: at + before + index + 1 });
        }
        let digit = u32::from(hex::digit(byte)?);
        if digit >= radix {
            return None;
        }
        value = value * radix + digit;
    }
    None
}

/// `=3D`, and `=` at the end of a line, which joins it to the next.
fn quoted_printable(text: &[u8], at: usize) -> Option<Step> {
    let mut at = at;
    for _ in 0..FOLDS_MAX {
        let rest = text.get(at..)?;
        if rest.starts_with(b"=\r\n") {
            at += 3;
        } else if rest.starts_with(b"=\n") {
            at += 2;
        } else {
            break;
        }
    }
    match *text.get(at)? {
        b'=' => Some(Step { byte: hex::pair(text, at + 1)?, next: at + 3 }),
        byte => Some(Step { byte, next: at + 1 }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Reading, Step, step};

    fn check(text: &[u8], reading: Reading, byte: u8, next: usize) {
        let shown = text.escape_ascii();
        assert_eq!(step(text, 0, reading), Some(Step { byte, next }), "{shown}");
    }

    #[test]
    fn an_equals_sign_is_seen_through_every_escape() {
        let escapes: [&[u8]; 13] = [
            b"=",
            b"%3D",
            b"%3d",
            b"%253D",
            b"%25253d",
            b"\\=",
            b"\\\\=",
            b"\\u003d",
            b"\\\\u003D",
            b"\\x3d",
            b"&#61;",
            b"&#x3D;",
            b"&equals;",
        ];
        for escape in escapes {
            check(escape, Reading::Plain, b'=', escape.len());
        }
    }

    #[test]
    fn mail_escapes_and_folds_are_undone_only_in_mail() {
        check(b"=3DA", Reading::QuotedPrintable, b'=', 3);
        check(b"=3DA", Reading::Plain, b'=', 1);
        check(b"=\r\nA", Reading::QuotedPrintable, b'A', 4);
        check(b"=\n=3D", Reading::QuotedPrintable, b'=', 5);
        check(b"=XY", Reading::QuotedPrintable, b'=', 1);
    }

    #[test]
    fn what_looks_like_an_escape_and_is_none_stands_for_itself() {
        for text in [&b"%3"[..], b"%ZZ", b"%", b"\\", b"\\n", b"\\u1234", b"&", b"&#;", b"&#61"] {
            check(text, Reading::Plain, text[0], 1);
        }
        check(b"&#300;", Reading::Plain, b'&', 1);
        check(b"%25", Reading::Plain, b'%', 3);
    }

    #[test]
    fn after_the_end_there_is_nothing() {
        assert_eq!(step(b"a", 1, Reading::Plain), None);
        assert_eq!(step(b"", 0, Reading::QuotedPrintable), None);
    }
}
