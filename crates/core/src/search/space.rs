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
    /// Offsets of all line breaks; counted when a position is asked for the first time.
    pub(super) breaks: OnceLock<Vec<usize>>,
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
        let breaks = self.breaks();
        let before = breaks.partition_point(|&at| at < offset);
        match before.checked_sub(1).and_then(|last| breaks.get(last)) {
            None => Position { line: first.line, column: first.column + offset as u64 },
            Some(last) => Position {
                line: first.line + before as u64,
                column: offset.saturating_sub(*last) as u64,
            },
        }
    }

    /// The starts of the lines that begin in `range`, but not with it.
    pub(super) fn lines_in(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        let breaks = match self.lines {
            Lines::Counted(_) => self.breaks(),
            Lines::Fixed(_) => &[],
        };
        let first = breaks.partition_point(|&at| at < range.start);
        let rest = breaks.get(first..).unwrap_or_default();
        rest.iter().map(|at| at + 1).take_while(move |&line| line < range.end)
    }

    fn breaks(&self) -> &[usize] {
        self.breaks.get_or_init(|| memchr::memchr_iter(b'\n', self.bytes).collect())
    }
}
