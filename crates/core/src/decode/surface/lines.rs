//! A value that goes on in the next line, and what stands before each line.

use super::Undone;
use crate::lines::line_before;

/// Fewest characters of the piece before the break: shorter words are words.
const PIECE_MIN: usize = 16;

/// How far back the start of a line is looked for.
pub(super) const BACK_MAX: usize = 512;

/// Most characters of a line that goes on a value.
const LINE_MAX: usize = 256;

/// Signs that begin the lines of a comment, a quotation or a diff.
pub(super) const SIGNS: &[u8] = b"#/*-;>+|%";

/// Bytes of such signs before a line: more are a rule.
pub(super) const SIGNS_MAX: usize = 4;

/// What ends a line that the next one goes on, in most languages.
const GOES_ON: &[u8] = b"([{,";

/// Takes the sign of a comment away from the line behind `at`, where code stands in one and goes on.
pub(super) fn comment(text: &[u8], at: usize) -> Option<Undone> {
    let line = text.get(..at)?;
    let end = line.strip_suffix(b"\r").unwrap_or(line).len();
    line.get(end.checked_sub(1)?).filter(|byte| GOES_ON.contains(byte))?;
    behind_sign(text, end, at + 1).map(|next| Undone::byte(next, b'\n'))
}

/// Where the line that begins at `next` goes on behind the sign of a comment, if the one that ends
/// at `end` has it too.
fn behind_sign(text: &[u8], end: usize, next: usize) -> Option<usize> {
    let line = line_before(text, end, BACK_MAX)?.trim_ascii_start();
    let len = line.iter().take(SIGNS_MAX + 1).take_while(|byte| SIGNS.contains(byte)).count();
    let sign = line.get(..len).filter(|_| len <= SIGNS_MAX)?;
    // One of these begins an item of a list, or a path.
    if matches!(sign, [] | b"-" | b"/") {
        return None;
    }
    let rest = text.get(next..)?;
    let blanks = rest.iter().take(LINE_MAX).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let behind = rest.get(blanks..)?.strip_prefix(sign)?;
    Some(text.len() - behind.len())
}

/// Joins the line that ends at `at` to the next, if both seem to be pieces of one value.
pub(super) fn fold(text: &[u8], at: usize) -> Option<Undone> {
    let end = at - usize::from(at > 0 && text.get(at - 1) == Some(&b'\r'));
    // Most lines end in no such piece.
    let last = text.get(end.checked_sub(PIECE_MIN)?..end)?;
    if !last.iter().all(|&byte| is_letter(byte)) {
        return None;
    }
    let before = text.get(end.saturating_sub(BACK_MAX)..end)?;
    let line = memchr::memrchr(b'\n', before)
        .map_or(before, |newline| before.get(newline + 1..).unwrap_or_default());

    let mut next = at + 1;
    // The sign that begins both lines: of a diff, a quotation, a comment.
    if let Some(&sign) = line.first().filter(|sign| b"+->#*;|/".contains(sign))
        && !line.iter().all(|&byte| is_letter(byte))
    {
        while text.get(next) == Some(&sign) {
            next += 1;
        }
    }
    while matches!(text.get(next), Some(b' ' | b'\t')) {
        next += 1;
    }
    let rest = text.get(next..)?;
    let rest = rest.get(..rest.len().min(LINE_MAX))?;
    let letters = rest.iter().take_while(|&&byte| is_letter(byte)).count();
    let line = rest.get(..letters)?;
    let ends = match rest.get(letters) {
        None => rest.len() < LINE_MAX,
        Some(byte) => b"\r\n\"'`<,;)}]\\".contains(byte),
    };
    // A rule or a fence of Markdown is a line of its own.
    let word = line.iter().any(u8::is_ascii_alphanumeric);
    (word && ends && !assigns(line)).then_some(Undone::nothing(next))
}

fn is_letter(byte: u8) -> bool {
    LETTERS.get(usize::from(byte)).is_some_and(|letter| *letter)
}

/// What [`is_letter`] says of each byte.
const LETTERS: [bool; 256] = letters();

#[expect(clippy::indexing_slicing, reason = "evaluated when compiling, where a fault shows")]
const fn letters() -> [bool; 256] {
    let mut letters = [false; 256];
    let mut byte = 0;
    while byte < letters.len() {
        let this = byte as u8;
        letters[byte] = this.is_ascii_alphanumeric()
            || matches!(this, b'+' | b'/' | b'=' | b'_' | b'-' | b'.' | b'~' | b'%');
        byte += 1;
    }
    letters
}

/// Whether a line is `KEY=value` of its own: a value has `=` at its end, or before a checksum.
fn assigns(line: &[u8]) -> bool {
    const CHECKSUM: usize = 8;
    match memchr::memrchr(b'=', line) {
        None => false,
        Some(last) => {
            let (name, tail) = line.split_at(last);
            let tail = tail.get(1..).unwrap_or_default();
            let checksum = tail.len() == CHECKSUM && tail.iter().all(u8::is_ascii_hexdigit);
            if tail.is_empty() { is_name(name) } else { !checksum }
        }
    }
}

/// Whether this is the name of a setting and not the end of base64: words of one case that signs
/// join, or words that capitals begin.
fn is_name(line: &[u8]) -> bool {
    const LEN_MIN: usize = 6;
    let has = |sort: fn(&u8) -> bool| line.iter().any(sort);
    let plain = line.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte));
    let (small, great) = (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
    let joined = has(|byte| b"_.-".contains(byte)) && small != great;
    let begins_word = |pair: &[u8]| match pair {
        [first, second] => !first.is_ascii_uppercase() || second.is_ascii_lowercase(),
        _ => true,
    };
    let words = small
        && line.iter().all(u8::is_ascii_alphabetic)
        && line.windows(2).all(begins_word)
        && 4 * line.iter().filter(|byte| byte.is_ascii_uppercase()).count() <= line.len();
    line.len() >= LEN_MIN && plain && (joined || words)
}

/// Takes the sign of a diff away from the line behind `at`.
///
/// The head of a hunk loses its first character too: what is read of a diff is none, and the blanks
/// of its lines are not taken for signs when it is read again.
pub(super) fn diff_prefix(text: &[u8], at: usize) -> Option<Undone> {
    let is_sign = matches!(text.get(at + 1), Some(b'+' | b'-' | b' ')) || is_hunk(text, at + 1);
    is_sign.then_some(Undone::byte(at + 2, b'\n'))
}

/// The same for the head of a hunk with which the text at `at` begins.
pub(super) fn hunk_prefix(text: &[u8], at: usize) -> Option<Undone> {
    is_hunk(text, at).then_some(Undone::nothing(at + 1))
}

/// Whether the head of a hunk begins at `at`.
pub(super) fn is_hunk(text: &[u8], at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(b"@@ "))
}

/// Joins the line that a caret breaks at `at` to the next, as in a batch file.
pub(super) fn caret(text: &[u8], at: usize) -> Option<Undone> {
    let broken = text.get(at + 1..)?;
    let next = broken.strip_prefix(b"\r").unwrap_or(broken).strip_prefix(b"\n")?;
    let before = at.checked_sub(1).and_then(|before| text.get(before)).copied();
    let inside = before.is_some_and(is_letter) && next.first().copied().is_some_and(is_letter);
    inside.then(|| Undone::nothing(text.len() - next.len()))
}
