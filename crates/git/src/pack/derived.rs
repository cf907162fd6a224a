//! A derived object: its text, its base's text, and the steps from one to the other.

use std::ops::Range;

use super::text::{HELD, Piece, Text};

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

/// An object that is made of another one, its base.
#[derive(Clone, Copy)]
pub struct Derived<'d> {
    pub(super) text: Text<'d>,
    pub(super) base: Text<'d>,
    /// Those that are held are inserted, the others are copied from the base.
    pub(super) steps: &'d [Piece],
    pub(super) bytes: &'d [u8],
}

impl std::fmt::Debug for Derived<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Derived")
            .field("text", &self.text)
            .field("base", &self.base)
            .field("steps", &self.steps.len())
            .finish_non_exhaustive()
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
        Steps { rest: self.steps, size: self.text.size(), bytes: self.bytes }
    }
}

/// See [`Derived::steps`].
#[derive(Clone)]
pub struct Steps<'d> {
    rest: &'d [Piece],
    size: usize,
    bytes: &'d [u8],
}

impl std::fmt::Debug for Steps<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Steps").field("rest", &self.rest.len()).finish_non_exhaustive()
    }
}

impl<'d> Iterator for Steps<'d> {
    type Item = Step<'d>;

    #[inline]
    fn next(&mut self) -> Option<Step<'d>> {
        let (step, rest) = self.rest.split_first()?;
        let at = step.at as usize;
        let length = rest.first().map_or(self.size, |next| next.at as usize) - at;
        self.rest = rest;
        if step.from & HELD != 0 {
            let start = (step.from & !HELD) as usize;
            return Some(Step::Insert { at, bytes: self.bytes.get(start..start + length)? });
        }
        let from = step.from as usize;
        Some(Step::Copy { from: from..from + length, at })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len(), Some(self.rest.len()))
    }
}

impl ExactSizeIterator for Steps<'_> {}
