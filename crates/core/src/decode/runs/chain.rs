//! A run in lines that are too short to be noticed each.
//!
//! Each line is as long as the one before or shorter, as where a text was broken at some width.
//! Here lines are those of a file, or those of a string whose breaks are escapes; letters that are
//! written as escapes belong to their line. Before each line may stand the same blanks and signs.

use std::ops::Range;

use super::container::{begins_in_base64, begins_in_hex};
use super::glance::{glance_at_pairs, may_be_text};
use super::lines::{BEFORE_MAX, SIGNS, SIGNS_OF_LETTERS};
use super::long::LONG_MIN;
use super::{end_of_letters, is_hex, is_letter};
use crate::decode::base64;

/// Letters of a line that another one goes on.
pub(crate) const LINE_MIN: usize = 16;

/// Backslashes before a letter: strings in strings.
const BACKSLASHES_MAX: usize = 4;

/// Letters by which it is told whether a run may say text.
const SAMPLE: usize = 64;

/// Lines that are one run.
#[derive(Debug)]
pub(super) struct Chain<'t> {
    pub(super) range: Range<usize>,
    margin: Margin<'t>,
    /// Whether there are escapes in it.
    pub(super) escaped: bool,
}

impl Chain<'_> {
    /// Whether it may say anything.
    pub(super) fn may_say(&self, text: &[u8]) -> bool {
        let text = text.get(..self.range.end).unwrap_or_default();
        let mut letters = Vec::with_capacity(SAMPLE);
        let mut at = Some(self.range.start);
        // A sign before each line that is a letter too, as of a diff.
        let sign = text.get(self.range.start).filter(|byte| SIGNS_OF_LETTERS.contains(byte));
        while let Some(start) = at
            && letters.len() < SAMPLE
        {
            let is_signed = sign.is_some() && text.get(start) == sign;
            let line = Line::at(text, start + usize::from(is_signed), Some(&mut letters));
            let line_break = self.margin.break_behind(text, line.range.end);
            at = line_break.map(|line_break| line_break.end);
        }
        if is_hex(&letters) {
            return glance_at_pairs(&letters) || begins_in_hex(&letters);
        }
        if begins_in_base64(&letters) {
            return true;
        }
        let mut bytes = Vec::with_capacity(SAMPLE);
        (0..4).any(|skipped| {
            bytes.clear();
            base64::decode(letters.get(skipped..).unwrap_or_default(), &mut bytes);
            may_be_text(&bytes)
        })
    }
}

/// The lines around the letters at `at`, none of them before `from`, if they have as many letters as
/// a long run.
pub(super) fn around(text: &[u8], from: usize, at: usize) -> Option<Chain<'_>> {
    let here = Line::at(text, start_before(text, at, from), None);
    let margin = Margin::before(text.get(from..here.range.start)?).unwrap_or(Margin::NONE);
    let (mut start, mut longest) = (here.range.start, here.count);
    let (mut end, mut shortest) = (here.range.end, here.count);
    let (mut count, mut escaped) = (here.count, here.escaped);
    while let Some(line_break) = margin.break_before(text, start, from) {
        let line = Line::at(text, start_before(text, line_break.start, from), None);
        if line.range.end != line_break.start || line.count < longest.max(LINE_MIN) {
            break;
        }
        escaped |= line.escaped | line_break.escaped;
        count += line.count;
        (start, longest) = (line.range.start, line.count);
    }
    while shortest >= LINE_MIN
        && let Some(line_break) = margin.break_behind(text, end)
    {
        let line = Line::at(text, line_break.end, None);
        if line.count == 0 || line.count > shortest {
            break;
        }
        escaped |= line.escaped | line_break.escaped;
        count += line.count;
        (end, shortest) = (line.range.end, line.count);
    }
    (count >= LONG_MIN).then_some(Chain { range: start..end, margin, escaped })
}

/// Letters in a row, of which some may be written as escapes.
#[derive(Debug)]
struct Line {
    range: Range<usize>,
    count: usize,
    escaped: bool,
}

impl Line {
    /// The line that begins at `start`; adds its letters to `said`.
    fn at(text: &[u8], start: usize, mut said: Option<&mut Vec<u8>>) -> Line {
        let mut line = Line { range: start..start, count: 0, escaped: false };
        loop {
            let end = end_of_letters(text, line.range.end);
            let letters = text.get(line.range.end..end).unwrap_or_default();
            line.count += letters.len();
            if let Some(said) = &mut said {
                said.extend(letters.iter().take(SAMPLE.saturating_sub(said.len())));
            }
            line.range.end = end;
            let Some((len, letter)) = text.get(end..).and_then(escaped_letter) else {
                return line;
            };
            line.count += 1;
            line.escaped = true;
            said.as_mut().into_iter().for_each(|said| said.push(letter));
            line.range.end = end + len;
        }
    }
}

/// A letter that is written as an escape, and the length of that.
fn escaped_letter(rest: &[u8]) -> Option<(usize, u8)> {
    let backslashes = backslashes(rest)?;
    match rest.get(backslashes..)? {
        [b'/', ..] => Some((backslashes + 1, b'/')),
        [b'u', b'0', b'0', b'2', b'f' | b'F', ..] => Some((backslashes + 5, b'/')),
        [b'u', b'0', b'0', b'2', b'b' | b'B', ..] => Some((backslashes + 5, b'+')),
        _ => None,
    }
}

/// How many backslashes there are at the start of `rest`, if there are some and not too many.
fn backslashes(rest: &[u8]) -> Option<usize> {
    let count = rest.iter().take(BACKSLASHES_MAX + 1).take_while(|&&byte| byte == b'\\').count();
    (1..=BACKSLASHES_MAX).contains(&count).then_some(count)
}

/// How many backslashes end at `end`, none before `from`; likewise.
fn backslashes_before(text: &[u8], end: usize, from: usize) -> Option<usize> {
    let before = text.get(from..end)?;
    let last = before.iter().rev().take(BACKSLASHES_MAX + 1);
    let count = last.take_while(|&&byte| byte == b'\\').count();
    (1..=BACKSLASHES_MAX).contains(&count).then_some(count)
}

/// Where the line of `at` begins, not before `from`. It may be right behind `at`, if that is within
/// an escape.
fn start_before(text: &[u8], at: usize, from: usize) -> usize {
    let mut end = at;
    loop {
        let before = text.get(from..end).unwrap_or_default();
        let start = end - before.iter().rev().take_while(|&&byte| is_letter(byte)).count();
        let Some(count) = backslashes_before(text, start, from) else { return start };
        match text.get(start..) {
            Some([b'n' | b'r', ..]) => return start + 1,
            Some(_) => match text.get(start - count..).and_then(escaped_letter) {
                Some(_) => end = start - count,
                None => return start,
            },
            None => return start,
        }
    }
}

/// What stands between two lines.
struct Break {
    start: usize,
    end: usize,
    escaped: bool,
}

fn is_margin(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t') || SIGNS.contains(byte)
}

/// What stands before each of some lines: blanks and signs, those of a comment or of a quotation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Margin<'t>(&'t [u8]);

impl<'t> Margin<'t> {
    pub(super) const NONE: Margin<'static> = Margin(&[]);

    /// What the last line of `before` consists of, if that is nothing else.
    pub(super) fn before(before: &'t [u8]) -> Option<Margin<'t>> {
        let near = before.get(before.len().saturating_sub(BEFORE_MAX)..)?;
        let len = near.iter().rev().take_while(|byte| is_margin(byte)).count();
        let (rest, margin) = before.split_at_checked(before.len() - len)?;
        let begins = rest.is_empty() || rest.ends_with(b"\n") || rest.ends_with(b"\\n");
        begins.then_some(Margin(margin))
    }

    /// What ends the line that ends at `start`, if another follows.
    fn break_behind(self, text: &[u8], start: usize) -> Option<Break> {
        let rest = text.get(start..)?;
        let (len, escaped) = match rest {
            [b'\n', ..] => (1, false),
            [b'\r', b'\n', ..] => (2, false),
            _ => {
                let first = escaped_break(rest)?;
                let second = rest.get(first..).and_then(escaped_break);
                (first + second.unwrap_or(0), true)
            }
        };
        rest.get(len..).filter(|line| line.starts_with(self.0))?;
        Some(Break { start, end: start + len + self.0.len(), escaped })
    }

    /// What ended the line before the one that begins at `end`.
    fn break_before(self, text: &[u8], end: usize, from: usize) -> Option<Break> {
        let before = text.get(from..end)?.strip_suffix(self.0)?;
        let plain = before.strip_suffix(b"\r\n").or_else(|| before.strip_suffix(b"\n"));
        if let Some(line) = plain {
            return Some(Break { start: from + line.len(), end, escaped: false });
        }
        let start = escaped_break_before(text, from + before.len(), from)?;
        let start = escaped_break_before(text, start, from).unwrap_or(start);
        Some(Break { start, end, escaped: true })
    }
}

/// The length of `\n` or `\r` as an escape.
fn escaped_break(rest: &[u8]) -> Option<usize> {
    let backslashes = backslashes(rest)?;
    matches!(rest.get(backslashes), Some(b'n' | b'r')).then_some(backslashes + 1)
}

fn escaped_break_before(text: &[u8], end: usize, from: usize) -> Option<usize> {
    let before = end.checked_sub(1).filter(|before| *before >= from)?;
    text.get(before).filter(|byte| matches!(byte, b'n' | b'r'))?;
    Some(before - backslashes_before(text, before, from)?)
}
