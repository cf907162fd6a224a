//! Which objects are wanted, and what must be read for them.

use std::{num::NonZero, ops::Range, time::Instant};

use super::{Forest, Visitor, walk};

/// Trees whose roots lie in the same stretch of the pack are walked by one thread: what was read of
/// the pack for one of them serves the others.
const STRETCH_BYTES_MAX: u64 = 256 << 10;
/// A thread that is begun for less than such a stretch costs more than it does.
const STRETCH_BYTES_MIN: u64 = 16 << 10;
/// Stretches of a short pack: as many that no thread has nothing to do for long while another
/// walks the last of them.
const STRETCHES: u64 = 32;

const WANTED: u8 = 1;
const NEEDED: u8 = 2;
const BASE: u8 = 4;

/// The objects of a [`Forest`] that a walk delivers, and those that they are derived from.
#[derive(Debug)]
pub struct Selection<'f> {
    pub(super) forest: &'f Forest,
    marks: Vec<u8>,
    /// Roots that are needed, in the order of the pack.
    pub(super) roots: Vec<u32>,
    /// Where each stretch begins in `roots`, and where the last one ends.
    stretches: Vec<u32>,
    /// When a walk stops.
    pub(super) deadline: Option<Instant>,
}

impl<'f> Selection<'f> {
    pub(super) fn new(forest: &'f Forest, wanted: impl Fn(u32) -> bool) -> Selection<'f> {
        let mut selection = Selection {
            forest,
            marks: vec![0; forest.len()],
            roots: Vec::new(),
            stretches: vec![],
            deadline: forest.limits.deadline,
        };
        for number in 0..forest.len() as u32 {
            if wanted(number) {
                selection.mark(number);
            }
        }
        selection.roots = forest.roots().filter(|root| selection.is_needed(*root)).collect();
        selection.stretches = selection.stretches();
        selection
    }

    fn mark(&mut self, number: u32) {
        if let Some(mark) = self.marks.get_mut(number as usize) {
            *mark |= WANTED;
        }
        // Up to what was needed before; a circle ends where it was begun.
        let (mut cursor, mut mark_as) = (Some(number), NEEDED);
        while let Some(number) = cursor {
            let Some(mark) = self.marks.get_mut(number as usize) else { break };
            let before = *mark;
            *mark |= mark_as;
            if before & NEEDED != 0 {
                break;
            }
            (cursor, mark_as) = (self.forest.base(number), NEEDED | BASE);
        }
    }

    fn stretches(&self) -> Vec<u32> {
        let pack = self.forest.offsets.last().copied().unwrap_or_default();
        let bytes = (pack / STRETCHES).clamp(STRETCH_BYTES_MIN, STRETCH_BYTES_MAX);
        let stretch = |root: &u32| {
            let offset = self.forest.offsets.get(*root as usize);
            offset.copied().unwrap_or_default() / bytes
        };
        let mut begins = vec![0];
        for (at, pair) in (1..).zip(self.roots.windows(2)) {
            if let [before, after] = pair
                && stretch(before) != stretch(after)
            {
                begins.push(at);
            }
        }
        begins.push(self.roots.len() as u32);
        begins
    }

    pub(super) fn stretch_count(&self) -> usize {
        self.stretches.len() - 1
    }

    /// The roots of the stretch with that number.
    pub(super) fn stretch(&self, number: usize) -> Option<&[u32]> {
        let begin = *self.stretches.get(number)?;
        let end = *self.stretches.get(number + 1)?;
        self.roots.get(Range { start: begin as usize, end: end as usize })
    }

    pub(super) fn is_wanted(&self, number: u32) -> bool {
        self.marks.get(number as usize).is_some_and(|mark| mark & WANTED != 0)
    }

    pub(super) fn is_needed(&self, number: u32) -> bool {
        self.marks.get(number as usize).is_some_and(|mark| mark & NEEDED != 0)
    }

    /// Whether something that is needed is derived from the object.
    pub(super) fn is_base(&self, number: u32) -> bool {
        self.marks.get(number as usize).is_some_and(|mark| mark & BASE != 0)
    }

    /// The same selection, of which a walk delivers nothing any more when `deadline` has passed.
    #[must_use]
    pub fn until(mut self, deadline: Option<Instant>) -> Selection<'f> {
        self.deadline = deadline;
        self
    }

    /// Walks the trees of the forest, bases before what is derived from them, on up to `threads`
    /// threads
    /// with a visitor each, and returns the visitors.
    ///
    /// Which of them sees which tree is left to chance; all that is derived from one root is seen by
    /// one of them. One thread is this one.
    pub fn walk<V: Visitor + Send>(
        &self,
        threads: NonZero<usize>,
        make: impl Fn() -> V + Sync,
    ) -> Vec<V> {
        walk::walk(self, threads, &make)
    }
}
