//! A text that stands for itself, and where a person sees its bytes.

use std::ops::Range;
use std::sync::OnceLock;

use crate::decode::rewrite::Chain;
use crate::haystack::{Position, Space};

/// How positions in a space are told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lines {
    /// Counted, from that of the first byte.
    Counted(Position),
    /// All the same: where the container of the text stands.
    Fixed(Position),
}

/// A text to search: a block of an object, or what was unpacked from one.
#[derive(Debug)]
pub(super) struct SearchedSpace<'s> {
    pub(super) id: Space,
    pub(super) bytes: &'s [u8],
    /// Where the bytes begin in the space.
    pub(super) offset: u64,
    pub(super) lines: Lines,
    /// What was undone to get the text.
    pub(super) chain: Chain,
    pub(super) inner_path: Option<Vec<u8>>,
    /// Whether the bytes are all there is.
    pub(super) complete: bool,
    /// Counted when a position is asked for the first time.
    pub(super) breaks: OnceLock<Breaks>,
}

impl SearchedSpace<'_> {
    pub(super) fn counts_lines(&self) -> bool {
        matches!(self.lines, Lines::Counted(_))
    }

    /// Where a person sees the byte at `offset`.
    pub(super) fn position_of(&self, offset: usize) -> Position {
        let first = match self.lines {
            Lines::Counted(first) => first,
            Lines::Fixed(position) => return position,
        };
        let breaks = self.breaks.get_or_init(|| Breaks::of(self.bytes));
        match breaks.before(self.bytes, offset) {
            Step { last: None, .. } => {
                Position { line: first.line, column: first.column + offset as u64 }
            }
            Step { count, last: Some(last) } => {
                Position { line: first.line + count, column: offset.saturating_sub(last) as u64 }
            }
        }
    }

    /// The starts of the lines that begin in `range`, but not with it.
    pub(super) fn lines_in(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        let bytes = match self.lines {
            Lines::Counted(_) => self.bytes.get(range.start..range.end).unwrap_or_default(),
            Lines::Fixed(_) => &[],
        };
        memchr::memchr_iter(b'\n', bytes)
            .map(move |at| range.start + at + 1)
            .take_while(move |&line| line < range.end)
    }
}

/// Bytes of a step in which line breaks are counted.
const STEP_BYTES: usize = 4096;

/// How many line breaks a text has, in steps: a large text has too many to list each.
#[derive(Debug)]
pub(super) struct Breaks {
    /// What stands before each step.
    steps: Vec<Step>,
}

/// The line breaks before a place.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    count: u64,
    last: Option<usize>,
}

impl Step {
    /// Those before the end of `bytes`, which begin at `start`, where these are.
    fn and_in(self, bytes: &[u8], start: usize) -> Step {
        let more = memchr::memchr_iter(b'\n', bytes).count() as u64;
        let last = memchr::memrchr(b'\n', bytes).map(|at| start + at);
        Step { count: self.count + more, last: last.or(self.last) }
    }
}

impl Breaks {
    fn of(bytes: &[u8]) -> Breaks {
        let mut before = Step::default();
        let steps = bytes.chunks(STEP_BYTES).enumerate().map(|(index, chunk)| {
            let after = before.and_in(chunk, index * STEP_BYTES);
            std::mem::replace(&mut before, after)
        });
        Breaks { steps: steps.collect() }
    }

    /// Those before `offset` of `bytes`, of which these are.
    fn before(&self, bytes: &[u8], offset: usize) -> Step {
        // The end of a text whose last step is full belongs to that step.
        let index = (offset / STEP_BYTES).min(self.steps.len().saturating_sub(1));
        let start = index * STEP_BYTES;
        let step = self.steps.get(index).copied().unwrap_or_default();
        step.and_in(bytes.get(start..offset).unwrap_or_default(), start)
    }
}

#[cfg(test)]
mod tests {
    use super::{Breaks, STEP_BYTES};

    #[test]
    fn breaks_counted_in_steps_are_those_of_the_text() {
        let long = "x".repeat(2 * STEP_BYTES + 7);
        for text in [
            String::new(),
            "\n".repeat(2 * STEP_BYTES),
            "0123456789\n".repeat(2000),
            format!("a\n{long}\nb\n{long}"),
            "y".repeat(STEP_BYTES),
        ] {
            let bytes = text.as_bytes();
            let breaks = Breaks::of(bytes);
            for offset in (0..bytes.len()).step_by(61).chain([bytes.len()]) {
                let step = breaks.before(bytes, offset);
                let before = &bytes[..offset];
                let count = before.iter().filter(|&&byte| byte == b'\n').count() as u64;
                let last = before.iter().rposition(|&byte| byte == b'\n');
                assert_eq!((step.count, step.last), (count, last), "at {offset}");
            }
        }
    }
}
