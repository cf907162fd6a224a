//! Where something was sighted, and how much of the text around it is to be searched.

use std::ops::Range;

use crate::matcher::LITERAL_OFFSET_MAX;
use crate::search::AROUND_MARK_BYTES;

/// Marks of one sort that are no farther apart are one: what lies around them is searched together.
const UNITED_BYTES: usize = 512;

/// Words are not united to more than this: a change among many would have all of them searched
/// again. What lies around each half of them overlaps by more than what is looked for near a word
/// takes.
const WORDS_BYTES_MAX: usize = 3 << 10;

/// Regions that meet are united to no more than this.
const REGION_BYTES_MAX: usize = 8 << 10;

/// Stretches of a text in which something was sighted. What was sighted decides how far around it a
/// search looks. Of each sort, sorted by their starts, and apart once they are united.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    /// Candidates, with their surroundings, and what is read in another way, with the lines around.
    pub(super) narrow: Vec<Range<usize>>,
    /// Words and starts of tokens. Within some distance other things are looked for. What is found
    /// there may go on far and has surroundings of its own; mostly nothing is.
    pub(super) wide: Vec<Range<usize>>,
}

impl Marks {
    pub(super) fn clear(&mut self) {
        self.narrow.clear();
        self.wide.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.narrow.len() + self.wide.len()
    }

    /// Bytes of memory that they take.
    pub(super) fn weight(&self) -> usize {
        (self.narrow.capacity() + self.wide.capacity()) * size_of::<Range<usize>>()
    }

    /// Becomes a copy of `other`, in the memory that there is.
    pub(super) fn copy(&mut self, other: &Marks) {
        self.narrow.clone_from(&other.narrow);
        self.wide.clone_from(&other.wide);
    }

    /// Sorts them, and unites those that overlap or are near each other.
    pub(super) fn unite(&mut self) {
        unite(&mut self.narrow, usize::MAX);
        unite(&mut self.wide, WORDS_BYTES_MAX);
    }

    /// The text around each, in a text of `size` bytes, in the order of their starts: so much that
    /// nothing outside has to do with the mark, unless a search says that what it finds reaches
    /// farther.
    pub(super) fn around(&self, size: usize) -> Vec<Range<usize>> {
        let around = |mark: &Range<usize>, around: usize| {
            mark.start.saturating_sub(around)..size.min(mark.end.saturating_add(around))
        };
        let narrow = self.narrow.iter().map(|mark| around(mark, AROUND_MARK_BYTES));
        // What is looked for may begin before its literal, and a line before that.
        let more = AROUND_MARK_BYTES + LITERAL_OFFSET_MAX + 1;
        let wide = self.wide.iter().map(|mark| around(mark, more));
        let mut all: Vec<Range<usize>> = narrow.chain(wide).collect();
        all.sort_unstable_by_key(|around| around.start);
        all
    }
}

/// Sorts marks, and unites those that overlap, and those that are near each other to no more than
/// `bytes_max`.
fn unite(marks: &mut Vec<Range<usize>>, bytes_max: usize) {
    marks.sort_unstable_by_key(|mark| mark.start);
    marks.dedup_by(|next, mark| {
        let end = mark.end.max(next.end);
        let meets = next.start <= mark.end
            || next.start - mark.end <= UNITED_BYTES && end - mark.start <= bytes_max;
        if meets {
            mark.end = end;
        }
        meets
    });
}

/// Adds `around` to `regions`, with the last of them if it holds it or both are not large. They
/// come in the order of their starts.
pub(super) fn add_to(regions: &mut Vec<Range<usize>>, around: Range<usize>) {
    if let Some(last) = regions.last_mut().filter(|last| around.start <= last.end) {
        let end = last.end.max(around.end);
        if end == last.end || end - last.start <= REGION_BYTES_MAX {
            last.end = end;
            return;
        }
    }
    regions.push(around);
}
