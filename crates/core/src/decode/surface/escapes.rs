//! One character, written as an escape.

use std::ops::Range;

use super::{Undone, margin, strings};
use fearless_simd::{Simd, dispatch};

use crate::decode::blocks::{self, Lanes, Places, Told};
use crate::decode::hex;
use crate::processor;

/// `\"`, `\\`, `\/`, `\=`, `\n`, `\u003d`, `\u{3d}`, `\U0000003d`, `\x3d`, `\075`, and a line that
/// goes on behind `\`.
pub(super) fn backslash(text: &[u8], at: usize) -> Option<Undone> {
    let escape = *text.get(at + 1)?;
    let byte = |byte| Some(Undone::byte(at + 2, byte));
    match escape {
        b'"' | b'\'' | b'\\' | b'/' | b'=' | b':' | b'#' | b'!' | b'$' | b'`' | b'%' | b'&'
        | b'@' | b'-' | b'_' | b'*' | b'|' | b'~' | b'<' | b'>' => byte(escape),
        b'n' => Some(Undone::byte(strings::next_line(text, at + 2).unwrap_or(at + 2), b'\n')),
        b'r' => byte(b'\r'),
        b't' => byte(b'\t'),
        b'x' => Some(Undone::byte(at + 4, hex::pair(text, at + 2)?)),
        b'u' if text.get(at + 2) == Some(&b'{') => braced(text, at + 2),
        b'u' => unicode(text, at),
        b'U' => long_unicode(text, at),
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
    let mut end = at + 6;
    let mut second = None;
    if (0xD800..0xDC00).contains(&first) && text.get(end..end + 2) == Some(b"\\u") {
        second = unit(end);
        end += second.map_or(0, |_| 6);
    }
    let units = std::iter::once(first).chain(second);
    let character = char::decode_utf16(units).next()?.unwrap_or(char::REPLACEMENT_CHARACTER);
    Some(Undone::character(end, character))
}

/// `{3d}` at `at`, behind what makes it an escape.
fn braced(text: &[u8], at: usize) -> Option<Undone> {
    let (digits, end) = in_braces(text, at)?;
    Some(Undone::character(end, number(digits, 16)?))
}

/// The hexadecimal digits between the braces at `at`, and where these end.
fn in_braces(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    /// Digits of the last character there is.
    const DIGITS_MAX: usize = 6;
    let rest = text.get(at..)?.strip_prefix(b"{")?;
    let len = rest.iter().take(DIGITS_MAX).take_while(|byte| byte.is_ascii_hexdigit()).count();
    rest.get(len).filter(|byte| **byte == b'}')?;
    Some((rest.get(..len)?, at + len + 2))
}

/// `\U0000003d`.
fn long_unicode(text: &[u8], at: usize) -> Option<Undone> {
    let end = at + 10;
    Some(Undone::character(end, number(text.get(at + 2..end)?, 16)?))
}

/// `` `u{3d} ``, as PowerShell writes it.
pub(super) fn backtick(text: &[u8], at: usize) -> Option<Undone> {
    braced(text, at + 2)
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
/// backslash at `at` stands in the middle of a word; behind the sign of a comment, if both lines
/// have it.
fn after_indentation(text: &[u8], at: usize, next: usize) -> usize {
    let next = margin::behind(text, at, next).unwrap_or(next);
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

/// `%3D`. A byte that is no ASCII is an escape only beside another: alone it begins the name of a
/// variable on Windows, `%DEPLOY_TOKEN%`.
pub(super) fn percent(text: &[u8], at: usize) -> Option<Undone> {
    const LEN: usize = "%3D".len();
    let byte = hex::pair(text, at + 1)?;
    let is_escape = |at: usize| text.get(at) == Some(&b'%') && hex::pair(text, at + 1).is_some();
    let beside = || is_escape(at + LEN) || at.checked_sub(LEN).is_some_and(is_escape);
    (byte.is_ascii() || beside()).then(|| Undone::byte(at + LEN, byte))
}

/// Tells which pluses of a form are blanks: those that stand in a word with percent escapes, not
/// far from one. They are asked for from left to right, and most of what is no form is pluses in a
/// row, so what was seen for one is kept for the next.
#[derive(Debug, Default)]
pub(super) struct Pluses {
    /// The word of the last plus, as far as it was looked for, and whether it ends there.
    word: Range<usize>,
    ends: bool,
    /// The last escape before that plus, and the next one behind it.
    before: Option<usize>,
    behind: Option<usize>,
    /// Where the next escape is looked for.
    at: usize,
}

impl Pluses {
    /// How far from a plus its word and the escapes in it count.
    const REACH: usize = blocks::BYTES;

    /// How much further they are looked for at once.
    const AHEAD: usize = 4 * blocks::BYTES;

    pub(super) fn undo(&mut self, text: &[u8], at: usize) -> Option<Undone> {
        self.see_word(text, at);
        self.see_escapes(text, at);
        let start = self.word.start.max(at.saturating_sub(Self::REACH));
        let end = self.word.end.min(at + 1 + Self::REACH);
        let near = self.before.is_some_and(|before| before >= start)
            || self.behind.is_some_and(|behind| behind + "%41".len() <= end);
        near.then(|| Undone::byte(at + 1, b' '))
    }

    fn see_word(&mut self, text: &[u8], at: usize) {
        if at >= self.word.end {
            let before = text.get(..at).unwrap_or_default();
            let len = match before.last_chunk::<{ blocks::BYTES }>() {
                Some(block) => words(block).at_end(),
                None => before.iter().rev().take_while(|byte| is_in_word(**byte)).count(),
            };
            (self.word, self.ends) = (at - len..at, false);
        }
        while !self.ends && self.word.end < at + 1 + Self::REACH {
            let rest = text.get(self.word.end..).unwrap_or_default();
            let len = words(rest).at_front();
            self.word.end += len;
            self.ends = len < blocks::BYTES;
        }
    }

    fn see_escapes(&mut self, text: &[u8], at: usize) {
        self.at = self.at.max(at.saturating_sub(Self::REACH));
        loop {
            if self.behind.is_some_and(|behind| behind < at) {
                self.before = self.behind.take();
            }
            if self.behind.is_some() || self.at > at + Self::REACH {
                return;
            }
            let end = text.len().min(at + Self::REACH + Self::AHEAD);
            let Some(rest) = text.get(self.at..end) else { return };
            let Some(len) = memchr::memchr(b'%', rest) else {
                self.at = end.max(at + Self::REACH + 1);
                return;
            };
            self.at += len;
            self.behind = percent(text, self.at).map(|_| self.at);
            self.at += 1;
        }
    }
}

/// The places of a block that a word of a form may hold.
fn words(text: &[u8]) -> Places {
    dispatch!(processor::level(), simd => in_word(Lanes::of(simd, text)).places())
}

/// Which of many bytes a word of a form may hold: all signs but quotation marks and brackets of tags.
#[inline(always)]
fn in_word<S: Simd>(lanes: Lanes<S>) -> Told<S> {
    let signs = lanes.are(b'!') | lanes.are_in(b'#', b'&') | lanes.are(b'=');
    signs | lanes.are_in(b'(', b';') | lanes.are_in(b'?', b'~')
}

fn is_in_word(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"'<>".contains(&byte)
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
    Some(Undone::byte(at + 3, capital_pair(text, at + 1)?))
}

/// The byte that two digits say, if they are no small letters.
pub(super) fn capital_pair(text: &[u8], at: usize) -> Option<u8> {
    let small = text.get(at..at + 2)?.iter().any(u8::is_ascii_lowercase);
    hex::pair(text, at).filter(|_| !small)
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
    let len = rest.iter().position(|&byte| byte == b';')?;
    let name = rest.get(..len)?;
    let end = at + len + 2;
    let character = match name {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
        [b'#', digits @ ..] => number(digits, 10)?,
        _ => NAMED.iter().find(|(known, _)| *known == name).map(|(_, character)| *character)?,
    };
    Some(Undone::character(end, character))
}

/// The character that digits say; there is one of them at least.
fn number(digits: &[u8], radix: u8) -> Option<char> {
    let mut value: u32 = 0;
    for &digit in digits {
        let digit = hex::digit(digit).filter(|&digit| digit < radix)?;
        value = value.checked_mul(radix.into())?.checked_add(digit.into())?;
    }
    char::from_u32(value).filter(|_| !digits.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Pluses, is_in_word, words};

    #[test]
    fn the_two_ways_to_tell_words_agree() {
        for byte in 0..=u8::MAX {
            let told = words(&[byte]).at_front() == 1;
            assert_eq!(told, is_in_word(byte), "{byte}");
        }
    }

    #[test]
    fn a_plus_has_an_escape_in_its_word_and_near() {
        for fill in [0, 10, 80] {
            let around = "x".repeat(fill);
            let check = |text: &str, expected: bool| {
                let text = format!("{around} {text} {around}");
                let at = text.find('+').unwrap();
                let told = Pluses::default().undo(text.as_bytes(), at).is_some();
                assert_eq!(told, expected, "{text}");
            };
            check("a%41b+c", true);
            check("a+b%41", true);
            check("a%4xb+c", false);
            check("a%41 b+c", false);
            check("a%41\"b+c", false);
            check(&format!("%41{}+c", "y".repeat(61)), true);
            check(&format!("%41{}+c", "y".repeat(62)), false);
            check(&format!("a+{}%41", "y".repeat(61)), true);
            check(&format!("a+{}%41", "y".repeat(62)), false);
        }
    }

    #[test]
    fn what_was_seen_for_a_plus_holds_for_the_next() {
        let mut number: u64 = 3;
        let mut below = |end: usize| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (number >> 33) as usize % end
        };
        for _ in 0..300 {
            let parts = ["+", "+++++++++++++++++++", "%41", "%4", " ", "word", "\""];
            let text: String = (0..80).map(|_| parts[below(parts.len()).min(below(7))]).collect();
            let text = text.as_bytes();
            let mut pluses = Pluses::default();
            for at in memchr::memchr_iter(b'+', text) {
                let known = pluses.undo(text, at).is_some();
                assert_eq!(known, Pluses::default().undo(text, at).is_some(), "{at}");
            }
        }
    }
}
