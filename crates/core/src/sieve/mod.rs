//! Which objects of a push may hold a finding.
//!
//! Most objects of a large push are nearly the same as others: versions of a file. So what was
//! looked at in one is not looked at again in the next. A sieve is told how an object is made of
//! its base, looks through the new bytes and what lies around them, and takes over what it has
//! sighted in the base. The text around sightings is searched as if it were all there is, once for
//! each such text, and what is found there is put to the detectors.
//!
//! ```text
//! new bytes ─▶ look ─▶ marks ─▶ regions ─▶ known? ─▶ search ─▶ windows ─▶ dismissed wherever they
//!                       ▲                                                  stand, or suspect
//! base ─────── carry ───┘
//! ```
//!
//! It says *suspect* too often and never too seldom: an object that it calls clean has no finding
//! and no open question when it is searched in full, at whatever path it stands. What is suspect
//! is to be searched in full.
//!
//! ```text
//! carry.rs    what was sighted in the base, and where it stands in the object
//! look.rs     looks through a piece of text
//! marks.rs    where something was sighted, and the text around it
//! ```

mod carry;
mod look;
mod marks;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use self::carry::Carried;
use self::look::{Look, Looked};
use self::marks::{Mark, Sort, regions, unite};
use crate::decode::archive::Archive;
use crate::decode::utf16::ByteOrder;
use crate::haystack::{Source, Window};
use crate::limits::Limits;
use crate::search::{MAGIC_BYTES, Reaches, Searched, Searcher, Spent};

/// Marks of an object that are remembered, united; one with more is searched in full, and so are
/// those that are made of it. In a chain of deltas what is remembered of each object is held at
/// once.
const MARKS_MAX: usize = 256;

/// Marks that are seen in one look, not yet united.
const SEEN_MAX: usize = 1 << 16;

/// Glimpses of an object, likewise: each step of a delta looks through them.
const GLIMPSES_MAX: usize = 256;

/// How often the bytes of an object are looked at, at most, before it is searched in full instead:
/// a hostile text can make each look at a new byte go on far from it.
const LOOKS_MAX: usize = 3;

/// Bytes of an object for each step that makes it; one with more steps is searched in full.
const BYTES_PER_STEP_MIN: usize = 32;

/// Steps that any object may have.
const STEPS_MIN: usize = 64;

/// Objects whose memory is used again for others.
const SPARE_MAX: usize = 64;

/// Texts whose outcome is remembered.
const KNOWN_MAX: usize = 1 << 20;

/// A text that need not lie together.
pub trait Pieces {
    /// How many bytes it has.
    fn size(&self) -> usize;

    /// Appends the bytes of `range` to `out`.
    fn gather(&self, range: Range<usize>, out: &mut Vec<u8>);
}

/// A text that lies together.
struct Whole<'t>(&'t [u8]);

impl Pieces for Whole<'_> {
    fn size(&self) -> usize {
        self.0.len()
    }

    fn gather(&self, range: Range<usize>, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.get(range).unwrap_or_default());
    }
}

/// How an object is made of its base, in the order of its bytes: no two copies that continue each
/// other, no two insertions side by side, nothing empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Bytes of the base.
    Copy {
        /// Where they are in the base.
        from: Range<usize>,
        /// Where they are in the object.
        at: usize,
    },
    /// New bytes: where they are in the object.
    Insert(Range<usize>),
}

/// Says whether windows hold anything, whatever the path at which they stand.
pub trait Dismisser {
    /// Whether every candidate of `windows` is dismissed wherever it stands.
    fn dismisses(&mut self, windows: &[Window]) -> bool;
}

/// What is remembered of an object, for those that are made of it.
#[derive(Debug, Default)]
pub struct Sifted {
    size: usize,
    /// Sorted, apart from each other.
    marks: Vec<Mark>,
    /// What belongs to no candidate now; see [`Sighting::Glimpse`](crate::matcher::Sighting).
    glimpses: Vec<Range<usize>>,
    regions: Vec<Region>,
    /// It is searched in full, whatever it is made of.
    entire: bool,
    suspect: bool,
}

impl Sifted {
    /// An object of `size` bytes that was not looked at: it is to be searched in full, and so are
    /// those that are made of it unless they are found clean as a whole.
    #[must_use]
    pub fn unknown(size: usize) -> Sifted {
        Sifted { size, entire: true, suspect: true, ..Sifted::default() }
    }

    /// How many bytes it takes besides itself.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.marks.capacity() * size_of::<Mark>()
            + self.glimpses.capacity() * size_of::<Range<usize>>()
            + self.regions.capacity() * size_of::<Region>()
    }

    /// Whether the object is to be searched in full.
    #[must_use]
    pub fn is_suspect(&self) -> bool {
        self.suspect
    }
}

/// A stretch of text that is searched.
#[derive(Clone, Debug)]
struct Region {
    range: Range<usize>,
    /// What was searched for it: more, if something in it reached farther.
    rests_on: Range<usize>,
    outcome: Outcome,
}

/// What came of searching a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Outcome {
    suspect: bool,
    /// What of the object what was found rests on besides the text.
    reaches: Reaches,
    spent: Spent,
}

/// A part of an object of `size` bytes.
struct Part<'t> {
    text: &'t [u8],
    range: &'t Range<usize>,
    size: usize,
}

impl Part<'_> {
    /// Whether something comes before it, and behind it.
    fn is_cut(&self) -> (bool, bool) {
        (self.range.start > 0, self.range.end < self.size)
    }
}

/// Sifts the objects of a push.
#[derive(Debug)]
pub struct Sieve<'m, D> {
    searcher: Searcher<'m>,
    look: Look<'m>,
    limits: &'m Limits,
    dismisser: D,
    /// Outcomes of texts, by a hash whose key the pusher cannot know.
    known: HashMap<u64, Outcome>,
    /// Whether names are silent, by the same sort of hash.
    silent: HashMap<u64, bool>,
    hasher: RandomState,
    /// Objects that are forgotten, whose memory is used again.
    spare: Vec<Sifted>,
    /// Buffers.
    text: Vec<u8>,
    carried: Carried,
    looked: Looked,
}

impl<'m, D: Dismisser> Sieve<'m, D> {
    /// A sieve that calls clean what `searcher` finds nothing in that `dismisser` would not dismiss.
    pub fn new(searcher: Searcher<'m>, dismisser: D) -> Sieve<'m, D> {
        Sieve {
            searcher,
            look: Look::new(searcher.matcher()),
            limits: searcher.limits(),
            dismisser,
            known: HashMap::new(),
            silent: HashMap::new(),
            hasher: RandomState::new(),
            spare: Vec::new(),
            text: Vec::new(),
            carried: Carried::default(),
            looked: Looked::default(),
        }
    }

    /// Forgets all of an object but its size.
    pub fn forget(&mut self, sifted: &mut Sifted) {
        let forgotten = std::mem::replace(sifted, Sifted::unknown(sifted.size));
        if self.spare.len() < SPARE_MAX {
            self.spare.push(forgotten);
        }
    }

    /// An object of which nothing was seen yet, for which there is memory already.
    fn begin(&mut self, size: usize) -> Sifted {
        let mut sifted = self.spare.pop().unwrap_or_default();
        sifted.marks.clear();
        sifted.glimpses.clear();
        sifted.regions.clear();
        Sifted { size, entire: false, suspect: false, ..sifted }
    }

    /// Sifts an object that is stored whole.
    pub fn whole(&mut self, source: Source, bytes: &[u8]) -> Sifted {
        if is_container(bytes) {
            return self.entire(source, bytes);
        }
        self.looked.clear();
        if self.look.at(source, bytes, &mut self.looked).is_err() {
            return Sifted::unknown(bytes.len());
        }
        if self.looked.is_too_much() {
            return self.entire(source, bytes);
        }
        unite(&mut self.looked.marks);
        if self.looked.marks.len() > MARKS_MAX {
            return self.entire(source, bytes);
        }
        let mut sifted = self.begin(bytes.len());
        sifted.marks.clone_from(&self.looked.marks);
        sifted.glimpses.clone_from(&self.looked.glimpses);
        for range in regions(&sifted.marks, bytes.len()) {
            let region = self.region(source, range, &Whole(bytes));
            sifted.regions.push(region);
        }
        self.decide(sifted)
    }

    /// Whether the names of a tree are to be searched in full, of which those that are not silent
    /// lie at `loud`.
    pub fn names_are_suspect(
        &mut self,
        names: &[u8],
        loud: impl Iterator<Item = Range<usize>>,
    ) -> bool {
        let mut marks: Vec<Mark> = loud.map(|range| Mark { range, sort: Sort::Wide }).collect();
        unite(&mut marks);
        let mut sifted = self.begin(names.len());
        for range in regions(&marks, names.len()) {
            let region = self.region(Source::TreeName, range, &Whole(names));
            sifted.regions.push(region);
        }
        let mut sifted = self.decide(sifted);
        let is_suspect = sifted.is_suspect();
        self.forget(&mut sifted);
        is_suspect
    }

    /// Whether nothing is sighted in the name of a file or folder, so that a tree has findings only
    /// around those that are not silent. Most names come again and again, so they are remembered.
    pub fn is_silent(&mut self, name: &[u8]) -> bool {
        let key = self.hasher.hash_one(name);
        if let Some(silent) = self.silent.get(&key) {
            return *silent;
        }
        self.text.clear();
        self.text.push(0);
        self.text.extend_from_slice(name);
        self.text.push(0);
        let silent = self.look.is_silent(&self.text);
        if self.silent.len() >= KNOWN_MAX {
            self.silent.clear();
        }
        self.silent.insert(key, silent);
        silent
    }

    /// Sifts an object that is made of another by `steps`.
    pub fn derived(
        &mut self,
        source: Source,
        base: &Sifted,
        steps: impl Iterator<Item = Step>,
        object: &impl Pieces,
    ) -> Sifted {
        let size = object.size();
        if base.entire {
            return self.rebuilt(source, object);
        }
        let mut carried = std::mem::take(&mut self.carried);
        let sifted = carried.fill(base, steps, size).and_then(|()| {
            carried.unite_fresh(self.look.reach);
            self.derived_of(source, base, &mut carried, object)
        });
        self.carried = carried;
        match sifted {
            Some(sifted) => self.decide(sifted),
            None => self.rebuilt(source, object),
        }
    }

    /// The derived object; `None` if it is to be searched in full.
    fn derived_of(
        &mut self,
        source: Source,
        base: &Sifted,
        carried: &mut Carried,
        object: &impl Pieces,
    ) -> Option<Sifted> {
        let size = object.size();
        if carried.fresh.first().is_some_and(|first| first.start < MAGIC_BYTES) {
            self.text.clear();
            object.gather(0..size.min(MAGIC_BYTES), &mut self.text);
            if is_container(&self.text) {
                return None;
            }
        }
        let mut passed = 0;
        let mut left = size.saturating_mul(LOOKS_MAX);
        for fresh in &carried.fresh {
            // What was looked at because of another may hold it, with what lies around.
            if fresh.end.saturating_add(self.look.reach).min(size) <= passed {
                continue;
            }
            self.looked.clear();
            let range = self.look_around(source, fresh.clone(), object)?;
            left = left.checked_sub(range.len())?;
            passed = range.end;
            if self.looked.is_too_much() {
                return None;
            }
            let here =
                |stretch: &Range<usize>| stretch.start + range.start..stretch.end + range.start;
            let marks = self.looked.marks.iter();
            carried.marks.extend(marks.map(|mark| mark.at(here(&mark.range))));
            carried.glimpses.extend(self.looked.glimpses.iter().map(here));
        }
        unite(&mut carried.marks);
        carried.glimpses.sort_unstable_by_key(|glimpse| (glimpse.start, glimpse.end));
        carried.glimpses.dedup();
        if carried.marks.len() > MARKS_MAX || carried.glimpses.len() > GLIMPSES_MAX {
            return None;
        }
        let mut sifted = self.begin(size);
        sifted.marks.clone_from(&carried.marks);
        sifted.glimpses.clone_from(&carried.glimpses);
        for range in regions(&sifted.marks, size) {
            let carried = carried.image(&range, size, base);
            let region = carried.unwrap_or_else(|| self.region(source, range, object));
            sifted.regions.push(region);
        }
        Some(sifted)
    }

    /// Looks at a stretch with so much around it that nothing is cut; says what was looked at.
    /// `None` if it cannot be told so.
    fn look_around(
        &mut self,
        source: Source,
        fresh: Range<usize>,
        object: &impl Pieces,
    ) -> Option<Range<usize>> {
        let size = object.size();
        let (mut before, mut behind) = (self.look.reach, self.look.reach);
        loop {
            let range = fresh.start.saturating_sub(before)..size.min(fresh.end + behind);
            self.text.clear();
            object.gather(range.clone(), &mut self.text);
            self.looked.clear();
            self.look.at(source, &self.text, &mut self.looked).ok()?;
            let cut_before = self.looked.reaches_start && range.start > 0;
            let cut_behind = self.looked.reaches_end && range.end < size;
            if !cut_before && !cut_behind {
                return Some(range);
            }
            // So much more each time that the last look costs more than all before.
            if cut_before {
                before *= 4;
            }
            if cut_behind {
                behind *= 4;
            }
        }
    }

    /// Searches what is in `range` of an object, and more around it if something found there
    /// reaches farther.
    fn region(&mut self, source: Source, range: Range<usize>, object: &impl Pieces) -> Region {
        let size = object.size();
        let mut text = std::mem::take(&mut self.text);
        let mut search = |rests_on: &Range<usize>| {
            text.clear();
            object.gather(rests_on.clone(), &mut text);
            self.outcome(source, &Part { text: &text, range: rests_on, size })
        };
        let mut rests_on = range.clone();
        let mut outcome = search(&rests_on);
        if outcome.reaches != Reaches::default() {
            let Reaches { before, behind } = outcome.reaches;
            let start = range.start.saturating_sub(before);
            rests_on = start..size.min(range.end.saturating_add(behind));
            outcome = search(&rests_on);
        }
        self.text = text;
        Region { range, rests_on, outcome }
    }

    /// What comes of searching a part of an object, or all of it.
    fn outcome(&mut self, source: Source, part: &Part<'_>) -> Outcome {
        let key = self.hasher.hash_one((source as u8, part.is_cut(), part.text));
        if let Some(outcome) = self.known.get(&key) {
            return *outcome;
        }
        let searched = match part.is_cut() {
            (false, false) => self.searcher.whole(source, part.text),
            _ => self.searcher.part(source, part.text),
        };
        let (cut_before, cut_behind) = part.is_cut();
        let Reaches { before, behind } = searched.reaches;
        let outcome = Outcome {
            reaches: Reaches {
                before: if cut_before { before } else { 0 },
                behind: if cut_behind { behind } else { 0 },
            },
            suspect: self.is_suspect(&searched),
            spent: searched.spent,
        };
        if self.known.len() >= KNOWN_MAX {
            self.known.clear();
        }
        self.known.insert(key, outcome);
        outcome
    }

    fn is_suspect(&mut self, searched: &Searched) -> bool {
        // What could not be read is counted when it is searched in full.
        searched.open.is_some()
            || searched.unreadable > 0
            || !searched.windows.is_empty() && !self.dismisser.dismisses(&searched.windows)
    }

    /// An object is clean if each of its regions is, and together they pass no bound.
    fn decide(&self, mut sifted: Sifted) -> Sifted {
        let mut total = Spent::default();
        for region in &sifted.regions {
            sifted.suspect |= region.outcome.suspect;
            total.add(region.outcome.spent);
        }
        sifted.suspect |= sifted.regions.len() > 1 && total.may_pass(self.limits);
        sifted
    }

    /// An object that is searched in full, as are those that are made of it.
    fn entire(&mut self, source: Source, bytes: &[u8]) -> Sifted {
        let all = 0..bytes.len();
        let part = Part { text: bytes, range: &all, size: bytes.len() };
        let outcome = self.outcome(source, &part);
        Sifted { size: bytes.len(), entire: true, suspect: outcome.suspect, ..Sifted::default() }
    }

    fn rebuilt(&mut self, source: Source, object: &impl Pieces) -> Sifted {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        object.gather(0..object.size(), &mut text);
        let sifted = self.entire(source, &text);
        self.text = text;
        sifted
    }
}

/// Whether an object is not to be read as plain text alone. A zip behind other bytes is not known by
/// its start; it holds zeros, for which it is searched in full.
fn is_container(start: &[u8]) -> bool {
    ByteOrder::of_mark(start).is_some() || Archive::of(start).is_some()
}
