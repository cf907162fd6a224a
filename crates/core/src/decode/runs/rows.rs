//! Rows of letters in a text, and of what letters are written with.
//!
//! They are told block by block, and each at its end, so that it makes no difference where a block
//! begins.

use fearless_simd::{Level, Simd, dispatch};

use super::chain::LINE_MIN;
use super::long::LONG_MIN;
use crate::decode::base64;
use crate::decode::blocks::{self, Lanes, Told};

const _: () = assert!(LINE_MIN < LONG_MIN && LONG_MIN <= blocks::BYTES);

/// A row that is worth a closer look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// As many letters as a long run has; the first of those that such letters end in.
    Long,
    /// A line that another one may go on, and the first byte of what ends it.
    Line,
    /// A sign with which an escape may begin, and so much behind it of what may belong to it that a
    /// long run has less than a line before it.
    Sign,
}

impl Row {
    const ALL: [Row; 3] = [Row::Long, Row::Line, Row::Sign];

    /// How many bytes it has.
    pub(super) const fn len(self) -> usize {
        match self {
            Row::Long => LONG_MIN,
            Row::Line => LINE_MIN + 1,
            Row::Sign => LONG_MIN - LINE_MIN + 1,
        }
    }
}

/// Which bytes of a block may belong to a row, and which of the block before it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Belonging {
    before: u64,
    here: u64,
}

impl Belonging {
    /// Those of the block with which `rest` begins, behind the one that this is of.
    #[inline(always)]
    pub(super) fn next<S: Simd>(self, simd: S, rest: &[u8]) -> Belonging {
        Belonging { before: self.here, here: may_belong(Lanes::of(simd, rest)).bits() }
    }

    /// Whether a row may end in the block, with which `rest` begins.
    #[inline(always)]
    pub(super) fn has_row<S: Simd>(self, simd: S, rest: &[u8]) -> bool {
        // Most that end here begin here.
        let over = self.before.leading_ones() + self.here.trailing_ones();
        let has_line = rows_in(self.here) != 0 || over >= LINE_MIN as u32;
        has_line && self.has_end(simd, rest)
    }

    /// Whether there is an end behind a line, or a longer row.
    #[inline(always)]
    fn has_end<S: Simd>(self, simd: S, rest: &[u8]) -> bool {
        let both = Pair::new(self.before, self.here);
        let ends = may_end(Lanes::of(simd, rest)).bits();
        let lines = Pair(both.rows::<LINE_MIN>().0 << 1).here() & ends;
        lines | both.rows::<{ Row::Sign.len() }>().here() != 0
    }
}

/// Whether many bytes may belong to a row: letters, `=`, the backslash, and others that are told
/// with them, but no comma, full stop, colon or semicolon.
#[inline(always)]
fn may_belong<S: Simd>(lanes: Lanes<S>) -> Told<S> {
    let parting = lanes.with(0x02).are(b'.') | lanes.with(0x01).are(b';');
    lanes.are_above(b'*'.cast_signed()).without(parting)
}

/// Whether they may end one: line feed and carriage return, the backslash, and others that hardly
/// stand behind so many letters.
#[inline(always)]
fn may_end<S: Simd>(lanes: Lanes<S>) -> Told<S> {
    lanes.are_below(0x0E) | lanes.are(b'\\')
}

/// The rows that end in a block, in the order of their ends.
#[derive(Debug)]
pub(super) struct Rows {
    /// Of each sort, where they end in the block.
    ends: [u64; Row::ALL.len()],
}

impl Rows {
    /// Those of the block at `at`.
    pub(super) fn of(text: &[u8], at: usize) -> Rows {
        let before = at.checked_sub(blocks::BYTES).and_then(|before| text.get(before..));
        let before = Signs::of(before.unwrap_or_default());
        let here = Signs::of(text.get(at..).unwrap_or_default());
        let letters = Pair::new(before.letters, here.letters);
        let backslashes = Pair::new(before.backslashes, here.backslashes);
        let equals = Pair::new(before.equals, here.equals);
        let Pair(breaks) = Pair::new(before.breaks, here.breaks);
        // Those of strings in strings are one.
        let first = backslashes.0 & !(backslashes.0 << 1);
        let with_escapes = Pair(letters.0 | backslashes.0);
        let of_mail = Pair(letters.0 | equals.0);
        let line = with_escapes.rows::<LINE_MIN>().0 << 1 & (first | breaks)
            | of_mail.rows::<LINE_MIN>().0 << 1 & equals.0 << 1 & breaks;
        const BEHIND: usize = Row::Sign.len() - 1;
        let sign = with_escapes.rows::<BEHIND>().0 & first << BEHIND
            | of_mail.rows::<BEHIND>().0 & equals.0 << BEHIND;
        // Of a long run one is enough.
        let long = letters.rows::<LONG_MIN>().0;
        let long = long & !(long << 1);
        Rows { ends: [long, line, sign].map(|ends| Pair(ends).here()) }
    }
}

/// What rows are made of in a block: a bit for each byte.
struct Signs {
    letters: u64,
    backslashes: u64,
    equals: u64,
    breaks: u64,
}

impl Signs {
    /// Those of the block that `text` begins with.
    fn of(text: &[u8]) -> Signs {
        dispatch!(Level::baseline(), simd => Signs::told(Lanes::of(simd, text)))
    }

    #[inline(always)]
    fn told<S: Simd>(lanes: Lanes<S>) -> Signs {
        Signs {
            letters: base64::letters(lanes).bits(),
            backslashes: lanes.are(b'\\').bits(),
            equals: lanes.are(b'=').bits(),
            breaks: (lanes.are(b'\n') | lanes.are(b'\r')).bits(),
        }
    }
}

impl Iterator for Rows {
    type Item = (Row, usize);

    /// A row, and the length of the block up to its end.
    fn next(&mut self) -> Option<(Row, usize)> {
        let sorts = self.ends.iter_mut().zip(Row::ALL).filter(|(ends, _)| **ends != 0);
        let (ends, row) = sorts.min_by_key(|(ends, _)| ends.trailing_zeros())?;
        let place = ends.trailing_zeros() as usize;
        *ends &= ends.wrapping_sub(1);
        Some((row, place + 1))
    }
}

/// Where lines end in a block of which these bytes may belong to one.
#[inline]
fn rows_in(belonging: u64) -> u64 {
    const { assert!(LINE_MIN == 16) };
    let two = belonging & belonging << 1;
    let four = two & two << 2;
    let eight = four & four << 4;
    eight & eight << 8
}

/// Bytes of two blocks, one behind the other: a bit for each, that of the first lowest.
#[derive(Clone, Copy, Debug, Default)]
struct Pair(u128);

impl Pair {
    #[inline]
    fn new(before: u64, here: u64) -> Pair {
        Pair(u128::from(before) | u128::from(here) << blocks::BYTES)
    }

    /// The last bytes of all rows of `LEN`.
    #[inline]
    fn rows<const LEN: usize>(self) -> Pair {
        let (mut rows, mut known) = (self.0, 1);
        while known < LEN {
            let more = known.min(LEN - known);
            rows &= rows << more;
            known += more;
        }
        Pair(rows)
    }

    /// Those of the second block.
    #[inline]
    fn here(self) -> u64 {
        (self.0 >> blocks::BYTES) as u64
    }
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::{Belonging, Row, Rows};
    use crate::decode::base64;
    use crate::decode::blocks;
    use crate::processor;

    /// Each row of a text, told byte by byte.
    fn rows_of(text: &[u8]) -> Vec<(Row, usize)> {
        let is_letter = |byte: &u8| base64::is_letter(*byte);
        let in_line = |byte: &u8| is_letter(byte) || *byte == b'\\';
        let in_mail = |byte: &u8| is_letter(byte) || *byte == b'=';
        let is_first = |start: usize| !text[..start].ends_with(b"\\");
        let mut rows = Vec::new();
        for end in 1..=text.len() {
            for row in Row::ALL {
                let Some(start) = end.checked_sub(row.len()) else { continue };
                let bytes = &text[start..end];
                let (first, last) = (bytes[0], bytes[bytes.len() - 1]);
                let told = match row {
                    Row::Long => {
                        let is_first = !text[..start].last().is_some_and(is_letter);
                        is_first && bytes.iter().all(is_letter)
                    }
                    Row::Line => {
                        let line = &bytes[..bytes.len() - 1];
                        let escape = last == b'\\' && is_first(end - 1);
                        let line_break = matches!(last, b'\n' | b'\r');
                        (escape || line_break) && line.iter().all(in_line)
                            || line_break && line.ends_with(b"=") && line.iter().all(in_mail)
                    }
                    Row::Sign => match first {
                        b'=' => bytes.iter().all(in_mail),
                        b'\\' => is_first(start) && bytes.iter().all(in_line),
                        _ => false,
                    },
                };
                rows.extend(told.then_some((row, end)));
            }
        }
        rows
    }

    #[test]
    fn rows_are_those_that_are_told_byte_by_byte() {
        let mut number: u64 = 7;
        let mut next = |below: u64| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (number >> 33) % below
        };
        let mut found = [0; 3];
        for _ in 0..2000 {
            let mut text = Vec::new();
            while text.len() < 300 {
                let part: &[u8] = match next(8) {
                    0 => b"\\n",
                    1 => b"\r\n",
                    2 => b"\\\\/",
                    3 => b"=\n",
                    4 => b"=4B",
                    5 => b" ;",
                    _ => &b"YWFh-_+/".repeat(8)[..next(60) as usize],
                };
                text.extend_from_slice(part);
            }
            let mut rows = Vec::new();
            let mut belongings = [Belonging::default(); 2];
            for at in (0..text.len()).step_by(blocks::BYTES) {
                let rest = &text[at..];
                let here: Vec<_> = Rows::of(&text, at).collect();
                for (level, belonging) in
                    [Level::baseline(), processor::level()].into_iter().zip(&mut belongings)
                {
                    *belonging = dispatch!(level, simd => belonging.next(simd, rest));
                    let has_row = dispatch!(level, simd => belonging.has_row(simd, rest));
                    assert!(has_row || here.is_empty());
                }
                rows.extend(here.into_iter().map(|(row, end)| (row, at + end)));
            }
            assert_eq!(rows, rows_of(&text), "{}", text.escape_ascii());
            rows.iter().for_each(|(row, _)| found[*row as usize] += 1);
        }
        assert!(found.iter().all(|found| *found > 100), "{found:?}");
    }
}
