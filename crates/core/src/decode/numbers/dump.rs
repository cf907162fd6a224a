//! The lines in which a tool shows bytes: where they stand, their digits, and often their letters.
//!
//! ```text
//! 00000010: 6578 706f 7274 204a 4952 415f 544f 4b45  export JIRA_TOKE
//! 00000010  65 78 70 6f 72 74 20 4a  49 52 41 5f 54 4f 4b 45  |export JIRA_TOKE|
//!     0x0010:  6578 706f 7274 204a 4952 415f 544f 4b45  export JIRA_TOKE
//! 0000020 7865 6f70 7472 4a20 5249 5f41 4f54 454b
//! ```

use super::BESIDE_BYTES;
use super::item::is_blank;
use crate::decode::hex;
use crate::lines::line_before;

/// Bytes of a line, with the letters behind the digits.
const LINE_MAX: usize = 320;

/// Bytes that a line shows.
const SHOWN_MAX: usize = 64;

/// Bytes behind its digits: what it shows, as letters, and what stands around these.
const LETTERS_MAX: usize = SHOWN_MAX + 16;

/// Bytes of a half of a line of the tool that leaves a wider gap in the middle.
const HALF: usize = 8;

/// Digits of a group that says more than one byte.
const GROUP: usize = 4;

/// Whether a group of digits stands at `at`, and another such behind it.
pub(super) fn is_group(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    [2, GROUP].into_iter().any(|width| {
        let is_digit = |(at, byte): (usize, &u8)| match at == width {
            true => *byte == b' ',
            false => byte.is_ascii_hexdigit(),
        };
        let groups = rest.get(..2 * width + 1);
        groups.is_some_and(|groups| groups.iter().enumerate().all(is_digit))
    })
}

/// A line of a dump.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where its digits end.
    pub(super) digits_end: usize,
    /// Where the line itself does, without what ends it.
    pub(super) end: usize,
    /// Where the next one begins.
    pub(super) next: usize,
}

impl Line {
    /// The line that begins at `start`; what it shows is in `bytes` then.
    pub(super) fn at(text: &[u8], start: usize, bytes: &mut Vec<u8>) -> Option<Line> {
        let rest = text.get(start..)?;
        let rest = rest.get(..rest.len().min(LINE_MAX))?;
        // Most lines are none.
        let (colon, behind) = behind_offset(rest)?;
        let before = rest.len() - behind.len();
        let len = memchr::memchr(b'\n', rest);
        let line = rest.get(..len.unwrap_or(rest.len()))?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let digits = line.get(before..)?;
        let left = shown(digits, colon, bytes)?;
        if left > LETTERS_MAX {
            return None;
        }
        Some(Line {
            digits_end: start + line.len() - left,
            end: start + line.len(),
            next: start + len.map_or(rest.len(), |len| len + 1),
        })
    }
}

/// Where the first line begins of those that stand before the one at `start` and are near, none of
/// them before `from`.
pub(super) fn first_before(text: &[u8], from: usize, start: usize) -> usize {
    let mut bytes = Vec::new();
    let mut first = start;
    while start - first < BESIDE_BYTES
        && let Some(end) = first.checked_sub(1)
        && let Some(line) = line_before(text, end, LINE_MAX)
        && let before = end - line.len()
        && before >= from
        && let Some(line) = Line::at(text, before, &mut bytes)
        && line.next == first
    {
        first = before;
    }
    first
}

/// What stands behind the offset with which a line begins, and whether that ends in a colon.
fn behind_offset(line: &[u8]) -> Option<(bool, &[u8])> {
    const SIGNS_MAX: usize = 8;
    let is_before = |byte: &&u8| is_blank(byte) || b"+->#*".contains(byte);
    let signs = line.iter().take(SIGNS_MAX).take_while(is_before).count();
    let line = line.get(signs..)?;
    let unmarked = line.strip_prefix(b"0x");
    let offset = unmarked.unwrap_or(line);
    let len = offset.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let rest = offset.get(len..)?;
    let colon = rest.strip_prefix(b":");
    let rest = colon.unwrap_or(rest);
    let blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
    let is_offset = match len {
        4..=5 => blanks > 0 && unmarked.is_some() || blanks > 1,
        6..=16 => blanks > 0,
        _ => false,
    };
    is_offset.then_some((colon.is_some(), rest.get(blanks..)?))
}

/// Adds the bytes that the groups of digits say with which `rest` begins; returns how much of it is
/// left behind them.
fn shown(mut rest: &[u8], colon: bool, bytes: &mut Vec<u8>) -> Option<usize> {
    bytes.clear();
    let digits = |rest: &[u8]| rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let width = digits(rest);
    if !matches!(width, 2 | GROUP) {
        return None;
    }
    loop {
        let len = digits(rest);
        if len == 0 || len > width || len % 2 != 0 || bytes.len() >= SHOWN_MAX {
            return (!bytes.is_empty()).then_some(rest.len());
        }
        let (group, behind) = rest.split_at(len);
        let ends = behind.first().is_none_or(|byte| byte.is_ascii_whitespace());
        if !ends {
            return (!bytes.is_empty()).then_some(rest.len());
        }
        let (pairs, _) = group.as_chunks::<2>();
        let start = bytes.len();
        bytes.extend(pairs.iter().map(|[high, low]| hex::value(*high) << 4 | hex::value(*low)));
        if !colon && width > 2 {
            // Numbers of a processor that stores the lowest byte first.
            bytes.get_mut(start..)?.reverse();
        }
        // Behind two blanks stand the letters.
        let half = !colon && width == 2 && bytes.len() == HALF;
        rest = match behind {
            [b' ', b' ', next @ ..] if half && digits(next) == 2 => next,
            [b' ', b' ' | b'|' | b'>', ..] => return Some(behind.len()),
            [b' ', next @ ..] => next,
            _ => return Some(behind.len()),
        };
    }
}
