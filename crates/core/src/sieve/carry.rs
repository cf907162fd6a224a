//! What was sighted in the base of an object, and where it stands in the object.

use std::ops::Range;

use super::marks::Marks;
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
    pub(super) marks: Marks,
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
        for (marks, carried) in
            [(&base.marks.narrow, &mut self.marks.narrow), (&base.marks.wide, &mut self.marks.wide)]
        {
            let end = copied.from + copied.len;
            let first = marks.partition_point(|mark| mark.end <= copied.from);
            let rest = marks.get(first..).unwrap_or_default();
            let here = rest.iter().take_while(|mark| mark.start < end);
            let part = |mark: &Range<usize>| mark.start.max(copied.from)..mark.end.min(end);
            carried.extend(here.map(|mark| copied.image(&part(mark))));
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

    /// The regions of the base of which the object has all that they rest on, where they stand in
    /// the object, in the order of their starts.
    pub(super) fn regions(&self, base: &Sifted, size: usize) -> Vec<Region> {
        let mut regions = Vec::new();
        for copied in &self.copies {
            let end = copied.from + copied.len;
            let first = base.regions.partition_point(|region| region.range.start < copied.from);
            let rest = base.regions.get(first..).unwrap_or_default();
            let here = rest.iter().take_while(|region| region.range.start < end);
            regions.extend(here.filter_map(|region| copied.region(region, base.size, size)));
        }
        regions.sort_unstable_by_key(|region| region.range.start);
        regions
    }
}

impl Copied {
    /// A region of the base, of `base_size` bytes, in the object, of `size`.
    fn region(&self, region: &Region, base_size: usize, size: usize) -> Option<Region> {
        let Range { start, end } = region.rests_on;
        if start < self.from || end > self.from + self.len {
            return None;
        }
        let moved = Region {
            range: self.image(&region.range),
            rests_on: self.image(&region.rests_on),
            outcome: region.outcome,
        };
        let ends_alike = (start == 0) == (moved.rests_on.start == 0)
            && (end == base_size) == (moved.rests_on.end == size);
        ends_alike.then_some(moved)
    }

    /// Where a range of the base stands in the object.
    fn image(&self, range: &Range<usize>) -> Range<usize> {
        let move_on = |place: usize| place - self.from + self.at;
        move_on(range.start)..move_on(range.end)
    }
}
