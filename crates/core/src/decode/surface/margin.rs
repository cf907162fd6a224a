//! What stands before each line of code that is quoted, in the way of a string that goes on in the
//! next line: the sign of a comment or of a diff, a number, what a log writes, what prints a line.

use std::ops::Range;

use super::lines::{BACK_MAX, SIGNS, SIGNS_MAX};
use crate::lines::line_before;

/// Bytes between a string and the end of its line: an operator, and what ends a quoted line.
const TAIL_MAX: usize = 32;

/// Bytes before each line, at most.
const MARGIN_MAX: usize = 96;

/// What stands between two lines of code where both are quoted: what ends the line in which the
/// quote at `at` stands, and what the next one begins with as it does. Where it begins is looked
/// for `back_max` bytes back; if that is not there, the signs with which the next one begins count.
pub(super) fn between(text: &[u8], at: usize, back_max: usize) -> Option<Range<usize>> {
    let behind = text.get(at + 1..)?;
    let behind = behind.get(..behind.len().min(TAIL_MAX))?;
    let tail = behind.get(..memchr::memchr(b'\n', behind)?)?;
    let next = at + 1 + tail.len() + 1;
    let rest = text.get(next..)?;
    let rest = rest.get(..rest.len().min(MARGIN_MAX))?;
    // Most strings that end a line are followed by code.
    let is_operator = |byte: &u8| b"+.|<&~\\".contains(byte);
    let is_sign = |byte: &u8| SIGNS.contains(byte) || byte.is_ascii_digit();
    if !tail.trim_ascii_start().first().is_some_and(is_operator)
        && !rest.trim_ascii_start().first().is_some_and(is_sign)
    {
        return None;
    }
    let Some(line) = line_before(text, at, back_max) else {
        return behind_signs(rest).map(|len| next - 1..next + len);
    };
    // As far as the string has not begun.
    let line = memchr::memrchr(*text.get(at)?, line).and_then(|open| line.get(..open));
    let common = rest.get(..alike(line.unwrap_or_default(), rest))?;
    if let Some(quote) = tail.iter().position(is_quote)
        && let Some(open) = memchr::memrchr(*tail.get(quote)?, common)
    {
        return Some(at + 1 + quote..next + open + 1);
    }
    let common = common.split(is_quote).next()?;
    let is_blank = common.iter().all(u8::is_ascii_whitespace);
    (!is_blank).then_some(next - 1..next + common.len())
}

/// Where a word that the end of a line broke at `end` goes on in the line at `next`, if both are
/// quoted.
pub(super) fn behind(text: &[u8], end: usize, next: usize) -> Option<usize> {
    let line = line_before(text, end, BACK_MAX)?;
    let rest = text.get(next..)?;
    let common = rest.get(..alike(line, rest.get(..rest.len().min(MARGIN_MAX))?))?;
    let common = common.split(is_quote).next()?;
    // A letter that both have alike may be one of the word.
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_=".contains(byte);
    let len = common.iter().rposition(|byte| !in_word(byte))? + 1;
    Some(next + len)
}

/// The length of the signs that quote a line, with blanks before them.
pub(super) fn behind_signs(line: &[u8]) -> Option<usize> {
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let rest = line.get(blanks..)?;
    let signs = rest.iter().take(SIGNS_MAX).take_while(|byte| SIGNS.contains(byte)).count();
    (signs > 0).then_some(blanks + signs)
}

/// How many bytes of `next` are what `line` begins with too. One number is like another, and so are
/// blanks.
fn alike(line: &[u8], next: &[u8]) -> usize {
    let numbers = |from: &[u8]| from.iter().take_while(|byte| is_number(byte)).count();
    let (mut line, mut rest) = (line, next);
    while let (Some((one, behind)), Some((other, rest_behind))) =
        (line.split_first(), rest.split_first())
    {
        if is_number(one) && is_number(other) {
            line = line.get(numbers(line)..).unwrap_or_default();
            rest = rest.get(numbers(rest)..).unwrap_or_default();
        } else if one == other && *one != b'\n' {
            (line, rest) = (behind, rest_behind);
        } else {
            break;
        }
    }
    next.len() - rest.len()
}

fn is_number(byte: &u8) -> bool {
    *byte == b' ' || byte.is_ascii_digit()
}

fn is_quote(byte: &u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}
