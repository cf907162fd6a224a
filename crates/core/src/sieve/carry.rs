//! What was sighted in the base of an object, and where it stands in the object.

use std::ops::Range;

use super::marks::Mark;
use super::{BYTES_PER_STEP_MIN, Region, SEEN_MAX, STEPS_MIN, Sifted, Step};

/// A range of the base that the object has too.
#[derive(Clone, Copy, Debug)]
struct Copied {
    from: usize,
    at: usize,
    len: usize,
}

/// What an object takes over from its base.
#[derive(Debug, Default)]
pub(super) struct Carried {
    pub(super) marks: Vec<Mark>,
    pub(super) glimpses: Vec<Range<usize>>,
    /// What is to be looked at: new bytes, places at which other bytes follow than in the base,
    /// and what was glimpsed across such places. Sorted and apart, farther than looks reach.
    pub(super) fresh: Vec<Range<usize>>,
    copies: Vec<Copied>,
}

impl Carried {
    /// Takes over what `base` has, in an object of `size` bytes; `None` if the object is better
    /// searched in full.
    pub(super) fn fill(
        &mut self,
        base: &Sifted,
        steps: impl Iterator<Item = Step>,
        size: usize,
    ) -> Option<()> {
        self.marks.clear();
        self.glimpses.clear();
        self.fresh.clear();
        self.copies.clear();
        let mut end = 0;
        let steps_max = STEPS_MIN + size / BYTES_PER_STEP_MIN;
        for (index, step) in steps.enumerate() {
            if index > steps_max || self.marks.len() > SEEN_MAX {
                return None;
            }
            match step {
                Step::Insert(range) => {
                    end = range.end;
                    self.fresh.push(range);
                }
                Step::Copy { from, at } => {
                    end = at + from.len();
                    // A text begins where its base begins, and ends where it ends, or else its
                    // begin and its end are new.
                    if at > 0 || from.start > 0 {
                        self.fresh.push(at..at);
                    }
                    let copied = Copied { from: from.start, at, len: from.len() };
                    self.copies.push(copied);
                    self.carry_marks(base, copied);
                    self.carry_glimpses(base, copied, size);
                    if from.end < base.size || end < size {
                        self.fresh.push(end..end);
                    }
                }
            }
        }
        if end == 0 {
            // Nothing is left of the base.
            self.fresh.push(0..0);
        }
        Some(())
    }

    /// Of a mark that is copied in part, the part stays one.
    fn carry_marks(&mut self, base: &Sifted, copied: Copied) {
        let end = copied.from + copied.len;
        let first = base.marks.partition_point(|mark| mark.range.end <= copied.from);
        let rest = base.marks.get(first..).unwrap_or_default();
        for mark in rest.iter().take_while(|mark| mark.range.start < end) {
            let range = mark.range.start.max(copied.from)..mark.range.end.min(end);
            self.marks.push(mark.at(copied.image(&range)));
        }
    }

    /// A glimpse that is copied in part is looked at again.
    fn carry_glimpses(&mut self, base: &Sifted, copied: Copied, size: usize) {
        let end = copied.from + copied.len;
        let to_the_end = end == base.size && copied.at + copied.len == size;
        for glimpse in &base.glimpses {
            if glimpse.end <= copied.from || glimpse.start >= end {
                continue;
            }
            let whole = glimpse.start >= copied.from
                && (glimpse.end <= end || to_the_end && glimpse.end == end + 1);
            if whole {
                self.glimpses.push(copied.image(glimpse));
            } else {
                let range = glimpse.start.max(copied.from)..glimpse.end.min(end);
                self.fresh.push(copied.image(&range));
            }
        }
    }

    /// Unites what is looked at together anyway, with `reach` bytes around.
    pub(super) fn unite_fresh(&mut self, reach: usize) {
        self.fresh.sort_unstable_by_key(|fresh| fresh.start);
        self.fresh.dedup_by(|next, fresh| {
            let meets = next.start <= fresh.end + 2 * reach;
            if meets {
                fresh.end = fresh.end.max(next.end);
            }
            meets
        });
    }

    /// The same region of the base, if all that it rests on is copied from there with it.
    pub(super) fn image(&self, range: &Range<usize>, size: usize, base: &Sifted) -> Option<Region> {
        let index = self.copies.partition_point(|copied| copied.at <= range.start);
        let copied = index.checked_sub(1).and_then(|index| self.copies.get(index))?;
        let start = copied.from + (range.start - copied.at);
        let index = base.regions.partition_point(|region| region.range.start < start);
        let region = base.regions.get(index)?;
        let Range { start, end } = region.rests_on;
        if start < copied.from || end > copied.from + copied.len {
            return None;
        }
        let moved = Region {
            range: copied.image(&region.range),
            rests_on: copied.image(&region.rests_on),
            outcome: region.outcome,
        };
        let ends_alike = (start == 0) == (moved.rests_on.start == 0)
            && (end == base.size) == (moved.rests_on.end == size);
        (ends_alike && moved.range == *range).then_some(moved)
    }
}

impl Copied {
    /// Where a range of the base stands in the object.
    fn image(&self, range: &Range<usize>) -> Range<usize> {
        let move_on = |place: usize| place - self.from + self.at;
        move_on(range.start)..move_on(range.end)
    }
}
