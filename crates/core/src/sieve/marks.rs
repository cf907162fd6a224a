//! Where something was sighted, and how much of the text around it is to be searched.

use std::ops::Range;

use crate::matcher::LITERAL_OFFSET_MAX;
use crate::ranges;
use crate::search::AROUND_MARK_BYTES;

/// What was sighted decides how far around it a search looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// A candidate, with its surroundings; or what is read in another way, with the lines around.
    Narrow,
    /// A word or the start of a token. Within some distance other things are looked for. What is
    /// found there may go on far and has surroundings of its own; mostly nothing is.
    Wide,
}

impl Sort {
    fn around(self) -> usize {
        match self {
            Sort::Narrow => AROUND_MARK_BYTES,
            // What is looked for may begin before its literal, and a line before that.
            Sort::Wide => AROUND_MARK_BYTES + LITERAL_OFFSET_MAX + 1,
        }
    }
}

/// A stretch of text in which something was sighted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) range: Range<usize>,
    pub(super) sort: Sort,
}

impl Mark {
    /// The same mark in other bytes.
    pub(super) fn at(&self, range: Range<usize>) -> Mark {
        Mark { range, sort: self.sort }
    }

    fn around(&self, size: usize) -> Range<usize> {
        let around = self.sort.around();
        self.range.start.saturating_sub(around)..size.min(self.range.end.saturating_add(around))
    }
}

/// Marks of one sort that are no farther apart are one: what lies around them is searched together.
const UNITED_BYTES: usize = 512;

/// Sorts marks, and unites those that overlap or are near each other.
pub(super) fn unite(marks: &mut Vec<Mark>) {
    marks.sort_unstable_by_key(|mark| mark.range.start);
    marks.dedup_by(|next, mark| {
        let gap = if next.sort == mark.sort { UNITED_BYTES } else { 0 };
        let meets = next.range.start <= mark.range.end + gap;
        if meets {
            mark.range.end = mark.range.end.max(next.range.end);
            mark.sort = mark.sort.max(next.sort);
        }
        meets
    });
}

/// The text around marks, united where it meets, in a text of `size` bytes: so much that nothing
/// outside has to do with the marks, unless a search says that what it finds reaches farther.
pub(super) fn regions(marks: &[Mark], size: usize) -> Vec<Range<usize>> {
    let mut regions: Vec<Range<usize>> = marks.iter().map(|mark| mark.around(size)).collect();
    ranges::unite(&mut regions);
    regions
}
