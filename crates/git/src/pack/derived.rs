//! A derived object: its text, its base's text, and the steps from one to the other.

use std::ops::Range;

use super::text::Text;

/// In place of a position in the base: these bytes are new.
pub(super) const FRESH: u32 = u32::MAX;

/// What a delta does, in the order of its result.
#[derive(Clone, PartialEq, Eq)]
pub enum Step<'d> {
    /// Bytes of the base.
    Copy {
        /// Where they are in the base.
        from: Range<usize>,
        /// Where they are in the object.
        at: usize,
    },
    /// New bytes.
    Insert {
        /// Where they are in the object.
        at: usize,
        /// The bytes.
        bytes: &'d [u8],
    },
}

impl std::fmt::Debug for Step<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What is in an object may be secret.
        match self {
            Step::Copy { from, at } => {
                f.debug_struct("Copy").field("from", from).field("at", at).finish()
            }
            Step::Insert { at, bytes } => {
                f.debug_struct("Insert").field("at", at).field("bytes", &bytes.len()).finish()
            }
        }
    }
}

/// Where a step begins; it ends where the next one does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// Position in the object.
    pub(super) at: u32,
    /// Position in the base, or [`FRESH`].
    pub(super) from: u32,
}

/// An object that is made of another one, its base.
#[derive(Clone, Copy, Debug)]
pub struct Derived<'d> {
    pub(super) text: Text<'d>,
    pub(super) base: Text<'d>,
    pub(super) marks: &'d [Mark],
    pub(super) fresh: Fresh<'d>,
}

/// All bytes that are inserted, one after the other.
#[derive(Clone, Copy)]
pub(super) struct Fresh<'d>(pub(super) &'d [u8]);

impl std::fmt::Debug for Fresh<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Fresh").field(&self.0.len()).finish()
    }
}

impl<'d> Derived<'d> {
    /// Its bytes.
    #[must_use]
    pub fn text(&self) -> Text<'d> {
        self.text
    }

    /// The bytes of its base.
    #[must_use]
    pub fn base(&self) -> Text<'d> {
        self.base
    }

    /// How it is made of its base: no two copies that continue each other, no two insertions side
    /// by side, nothing empty.
    #[must_use]
    pub fn steps(&self) -> Steps<'d> {
        Steps { marks: self.marks, size: self.text.size(), fresh: self.fresh }
    }
}

/// See [`Derived::steps`].
#[derive(Clone, Debug)]
pub struct Steps<'d> {
    marks: &'d [Mark],
    size: usize,
    fresh: Fresh<'d>,
}

impl<'d> Iterator for Steps<'d> {
    type Item = Step<'d>;

    #[inline]
    fn next(&mut self) -> Option<Step<'d>> {
        let (mark, rest) = self.marks.split_first()?;
        let at = mark.at as usize;
        let length = rest.first().map_or(self.size, |next| next.at as usize) - at;
        self.marks = rest;
        if mark.from == FRESH {
            let (bytes, fresh) = self.fresh.0.split_at_checked(length)?;
            self.fresh = Fresh(fresh);
            return Some(Step::Insert { at, bytes });
        }
        let from = mark.from as usize;
        Some(Step::Copy { from: from..from + length, at })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.marks.len(), Some(self.marks.len()))
    }
}

impl ExactSizeIterator for Steps<'_> {}
