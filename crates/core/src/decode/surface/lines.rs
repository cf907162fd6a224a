//! A value that goes on in the next line, and what stands before each line.

use super::Undone;

/// Fewest characters of the piece before the break: shorter words are words.
const PIECE_MIN: usize = 16;

/// How far back the piece before a break is looked at.
const BACK_MAX: usize = 512;

/// Most characters of a line that goes on a value.
const LINE_MAX: usize = 256;

/// Joins the line that ends at `at` to the next, if both seem to be pieces of one value.
pub(super) fn fold(text: &[u8], at: usize) -> Option<Undone> {
    let end = at - usize::from(at > 0 && text.get(at - 1) == Some(&b'\r'));
    let before = text.get(end.saturating_sub(BACK_MAX)..end)?;
    let piece = before.iter().rev().take_while(|&&byte| is_letter(byte)).count();
    if piece < PIECE_MIN {
        return None;
    }
    let line = before
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(before, |newline| before.get(newline + 1..).unwrap_or_default());

    let mut next = at + 1;
    // The sign that begins both lines: of a diff, a quotation, a comment.
    if let Some(&sign) = line.first().filter(|sign| b"+->#*;|/".contains(sign))
        && piece < line.len()
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
    byte.is_ascii_alphanumeric() || b"+/=_-.~%".contains(&byte)
}

/// Whether a line is `KEY=value` of its own: a value has `=` at its end, or before a checksum.
fn assigns(line: &[u8]) -> bool {
    const CHECKSUM: usize = 8;
    match memchr::memrchr(b'=', line) {
        None => false,
        Some(last) => {
            let tail = line.get(last + 1..).unwrap_or_default();
            let checksum = tail.len() == CHECKSUM && tail.iter().all(u8::is_ascii_hexdigit);
            !(tail.is_empty() || checksum)
        }
    }
}

/// Takes the sign of a diff away from the line behind `at`.
pub(super) fn diff_prefix(text: &[u8], at: usize) -> Option<Undone> {
    matches!(text.get(at + 1), Some(b'+' | b'-' | b' ')).then_some(Undone::byte(at + 2, b'\n'))
}
