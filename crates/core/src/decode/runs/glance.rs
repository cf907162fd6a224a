//! Whether a run may say anything, told by a few of its letters: most are words, names and digests.

use std::ops::Range;

use super::container::{begins_in_base64, begins_in_hex};
use super::lines::{SIGNS_OF_LETTERS, lines_behind};
use super::{
    BINARY_MIN, PLACES, SAMPLE_MAX, SHORT_MIN, base64, behind_mark, end_of_letters, hex, is_hex,
    is_text_byte, pairs,
};

/// Letters by which it is told whether a run may say text at all.
const GLANCE: usize = 48;

/// Digits of the longest digest that is common.
const HEX_DIGEST_MAX: usize = 128;
const _: () = assert!(GLANCE <= HEX_DIGEST_MAX);

/// Whether a long run may say anything, or one of its lines by itself: they may be a list. `line` is
/// the first of them, and `end` the end of the last.
pub(super) fn lines_may_say(text: &[u8], line: Range<usize>, end: usize) -> bool {
    let letters = text.get(line.start..end).unwrap_or_default();
    may_say(letters) || line_that_may_say(text, line, end).is_some()
}

/// The next line of a run that may say something by itself; `line` is its first line, and `end` its
/// end.
pub(super) fn line_that_may_say(text: &[u8], line: Range<usize>, end: usize) -> Option<usize> {
    if end <= line.end {
        return None;
    }
    lines_behind(text, line)
        .take_while(|line| line.end <= end)
        .filter(|line| line.len() >= SHORT_MIN)
        .find(|line| text.get(line.clone()).is_some_and(|line| may_say(line) && may_be_all(line)))
        .map(|line| line.start)
}

/// Whether letters may be all there is of a container or of a text: of many lines that say nothing,
/// some begin with what chance made like text.
fn may_be_all(letters: &[u8]) -> bool {
    let digits = behind_mark(letters);
    if begins_in_base64(letters) || begins_in_hex(digits) {
        return true;
    }
    let is_text = |bytes: &[u8]| {
        let fitting = bytes.iter().filter(|byte| is_text_byte(**byte) || **byte == 0).count();
        fitting * 10 >= bytes.len() * 8
    };
    let sample = letters.get(..SAMPLE_MAX).unwrap_or(letters);
    let mut bytes = Vec::with_capacity(sample.len());
    if is_hex(digits) {
        let (pairs, _) = sample.as_chunks::<2>();
        bytes.extend(pairs.iter().map(|[high, low]| hex::value(*high) << 4 | hex::value(*low)));
        return is_text(&bytes);
    }
    (0..PLACES).any(|skipped| {
        bytes.clear();
        base64::decode(sample.get(skipped..).unwrap_or_default(), &mut bytes);
        is_text(&bytes)
    })
}

/// Whether letters may say anything together: most are digests and names.
#[inline]
pub(super) fn may_say(letters: &[u8]) -> bool {
    let line = letters.get(..end_of_letters(letters, 0)).unwrap_or_default();
    let digits = behind_mark(line);
    if is_hex(digits) {
        return glance_at_hex(digits) || begins_in_hex(digits);
    }
    // A sign before each line, as of a diff, is one of its letters.
    let begins = begins_in_base64(letters)
        || letters.split_first().is_some_and(|(sign, letters)| {
            SIGNS_OF_LETTERS.contains(sign) && begins_in_base64(letters)
        });
    letters.len() >= BINARY_MIN || begins || glance_anywhere(letters)
}

/// Whether a short run may say anything: nothing stands before what it says, so no byte of a text
/// is a control. With lines that go on with it, it may be digits or a container.
pub(super) fn may_say_short(text: &[u8], line: &Range<usize>) -> bool {
    let letters = text.get(line.clone()).unwrap_or_default();
    let bytes = base64::whole_groups(letters).flatten();
    bytes.into_iter().all(|byte| byte >= b' ' || byte == 0 || is_text_byte(byte))
        || is_hex(behind_mark(letters))
        || begins_in_base64(letters)
}

/// Whether the first digits of a run may say text; the last of its line too, if it is too long for
/// a digest: a text may begin with a sentence that ASCII cannot write.
#[inline]
pub(super) fn glance_at_hex(digits: &[u8]) -> bool {
    if glance_at_pairs(digits.get(..GLANCE).unwrap_or(digits)) {
        return true;
    }
    let line = digits.iter().position(u8::is_ascii_whitespace).unwrap_or(digits.len());
    if line <= HEX_DIGEST_MAX {
        return false;
    }
    let start = (line - GLANCE) / 2 * 2;
    digits.get(start..line).is_some_and(glance_at_pairs)
}

/// Whether more of what these digits say is text than chance makes so.
#[inline]
pub(super) fn glance_at_pairs(digits: &[u8]) -> bool {
    let (of_text, all) = pairs::counted(digits);
    of_text * 10 >= all * 6
}

/// As much of a run's first line as is looked at, with its groups of four at any of their places.
#[inline]
pub(super) fn first_line(letters: &[u8]) -> &[u8] {
    let sample = letters.get(..SAMPLE_MAX + PLACES).unwrap_or(letters);
    sample.get(..end_of_letters(sample, 0)).unwrap_or_default()
}

/// Whether the last letters of a run's first line may say text, if that many at its front are none
/// of its groups; `bytes` is overwritten.
///
/// What does not belong to the run stands before it, so its end is looked at.
#[inline]
pub(super) fn glance_at_base64(line: &[u8], skipped: usize, bytes: &mut Vec<u8>) -> bool {
    let line = line.get(skipped..).unwrap_or_default();
    let line = line.get(..SAMPLE_MAX).unwrap_or(line);
    let start = line.len().saturating_sub(GLANCE).next_multiple_of(4);
    let glance = line.get(start..).unwrap_or_default();
    // Most runs are words, of which half the bytes are beyond ASCII.
    if is_too_many(base64::beyond_ascii(glance), glance.len() * 3 / 4) {
        return false;
    }
    bytes.clear();
    base64::decode(glance, bytes);
    may_be_text(bytes)
}

/// Whether the first line of these letters may say text, wherever its groups of four begin.
#[inline]
pub(super) fn glance_anywhere(letters: &[u8]) -> bool {
    let mut bytes = Vec::with_capacity(GLANCE);
    let line = first_line(letters);
    (0..PLACES).any(|skipped| glance_at_base64(line, skipped, &mut bytes))
}

/// Whether more bytes are letters, or the zeros between those of UTF-16, than chance makes so.
pub(super) fn may_be_text(bytes: &[u8]) -> bool {
    let strange = bytes.iter().map(|&byte| usize::from(!is_text_byte(byte) & (byte != 0)));
    !is_too_many(strange.sum(), bytes.len())
}

/// Whether so many of `all` bytes are more than a text has that is none of ASCII alone.
fn is_too_many(strange: usize, all: usize) -> bool {
    strange * 10 > all * 4
}
