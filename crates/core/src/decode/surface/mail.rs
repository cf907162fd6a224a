//! Quoted-printable, as mail is written in.

use std::ops::Range;

use memchr::memmem;

use super::escapes::capital_pair;
use crate::decode::base64;

/// Escapes in a row that no other text has: an address or a list has fewer.
const ROW_MIN: usize = 4;

/// Bytes of a line that was cut, at least; mail cuts at 76.
const LINE_MIN: usize = 50;

/// Bytes at the start of a block among which the row that it lies in has an `=`.
const STEP: usize = "=\r\n".len();

/// Whether `text` has what quoted-printable writes for `=` and for the end of a line, or escapes in
/// a row. Other text has it too, so this is one more way to read it.
#[must_use]
pub fn may_be_quoted_printable(text: &[u8]) -> bool {
    memmem::find(text, b"=3D").is_some()
        || memmem::find_iter(text, b"=\n").any(|at| ends_long_line(text, at))
        || memmem::find_iter(text, b"=\r\n").any(|at| ends_long_line(text, at))
        || begins_row(text)
}

/// Whether a line that was cut may end at `at`: in the middle of a word, and as far to the right as
/// mail cuts lines. `name =` at the end of a line is code, `NAME=` a setting without a value.
fn ends_long_line(text: &[u8], at: usize) -> bool {
    let line = text.get(at.saturating_sub(LINE_MIN)..at).unwrap_or_default();
    line.len() == LINE_MIN
        && !line.contains(&b'\n')
        && line.last().is_some_and(|byte| !byte.is_ascii_whitespace())
        && !fills_up_armour(line, text.get(at + 1..).unwrap_or_default())
}

/// Whether the sign behind the end of `line`, and before `rest`, fills up the base64 in armour, which
/// ends with it.
fn fills_up_armour(line: &[u8], rest: &[u8]) -> bool {
    let next = rest.strip_prefix(b"\r").unwrap_or(rest);
    next.starts_with(b"\n-----END ")
        && line.iter().all(|byte| base64::is_letter(*byte) || *byte == b'=')
}

fn begins_row(text: &[u8]) -> bool {
    let row = |at: usize| (0..ROW_MIN).all(|index| escape(text, at + 3 * index).is_some());
    memchr::memchr_iter(b'=', text).any(row)
}

/// The escapes in a row of which some stand at `at` or right behind, with soft ends of lines among
/// them; none before `from`. They are `len_min` bytes, and say printable text.
pub(crate) fn row_of_mail(
    text: &[u8],
    from: usize,
    at: usize,
    len_min: usize,
) -> Option<Range<usize>> {
    let first = text.get(at..)?.iter().take(STEP).position(|&byte| byte == b'=')?;
    let mut start = at + first;
    let (mut end, mut escapes) = (start, 0);
    while let Some(len) = step(text, end) {
        escapes += 1;
        end += len;
    }
    if escapes < ROW_MIN {
        return None;
    }
    // The block may begin within the soft end of a line.
    start -= soft_break_before(text.get(from..start)?);
    while let Some(before) = step_before(text, start).filter(|before| *before >= from) {
        start = before;
    }
    start += soft_break(text.get(start..)?).unwrap_or(0);
    (end - start >= len_min).then_some(start..end)
}

/// The length of the escape at `at`, or of the soft end of a line with the escape that follows.
fn step(text: &[u8], at: usize) -> Option<usize> {
    let soft = text.get(at..).and_then(soft_break).unwrap_or(0);
    Some(soft + escape(text, at + soft)?)
}

/// The length of the escape at `at`, if it says a printable character.
fn escape(text: &[u8], at: usize) -> Option<usize> {
    let byte = (text.get(at) == Some(&b'=')).then(|| capital_pair(text, at + 1))??;
    matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n').then_some(3)
}

fn soft_break(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'=', b'\n', ..] => Some(2),
        [b'=', b'\r', b'\n', ..] => Some(3),
        _ => None,
    }
}

fn soft_break_before(before: &[u8]) -> usize {
    let line = before.strip_suffix(b"=\r\n").or_else(|| before.strip_suffix(b"=\n"));
    line.map_or(0, |line| before.len() - line.len())
}

/// Where the step begins that ends at `end`.
fn step_before(text: &[u8], end: usize) -> Option<usize> {
    let starts = [6, 5, 3].map(|len| end.checked_sub(len));
    starts.into_iter().flatten().find(|start| step(text, *start) == Some(end - start))
}
