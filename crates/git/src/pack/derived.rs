//! A derived object: its text, its base's text, and the steps from one to the other.

use std::ops::Range;

use super::text::Text;
use crate::objects::delta::{Instruction, Instructions};

/// What a delta does, in the order of its result.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// An object that is made of another one, its base.
#[derive(Clone, Copy, Debug)]
pub struct Derived<'d> {
    pub(super) text: Text<'d>,
    pub(super) base: Text<'d>,
    pub(super) instructions: Instructions<'d>,
    pub(super) fresh: Fresh<'d>,
}

/// Where the inserted bytes lie, without the delta's other bytes.
#[derive(Clone, Copy)]
pub(super) enum Fresh<'d> {
    /// One after the other.
    Together(&'d [u8]),
    /// At their places in the object, which is whole.
    Placed(&'d [u8]),
}

impl std::fmt::Debug for Fresh<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fresh")
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
        Steps { rest: self.instructions, ahead: None, fresh: self.fresh, inserted: 0, at: 0 }
    }
}

/// See [`Derived::steps`].
#[derive(Clone, Debug)]
pub struct Steps<'d> {
    rest: Instructions<'d>,
    ahead: Option<Instruction<'d>>,
    fresh: Fresh<'d>,
    inserted: usize,
    at: usize,
}

impl<'d> Steps<'d> {
    fn instruction(&mut self) -> Option<Instruction<'d>> {
        // All were looked at before, when the object was put together.
        self.ahead.take().or_else(|| self.rest.next()?.ok())
    }
}

impl<'d> Iterator for Steps<'d> {
    type Item = Step<'d>;

    #[inline]
    fn next(&mut self) -> Option<Step<'d>> {
        let at = self.at;
        match self.instruction()? {
            Instruction::Copy { offset, length } => {
                let mut end = offset + length;
                self.ahead = loop {
                    match self.instruction() {
                        Some(Instruction::Copy { offset, length }) if offset == end => {
                            end += length;
                        }
                        other => break other,
                    }
                };
                self.at += end - offset;
                Some(Step::Copy { from: offset..end, at })
            }
            Instruction::Insert(bytes) => {
                let mut length = bytes.len();
                self.ahead = loop {
                    match self.instruction() {
                        Some(Instruction::Insert(bytes)) => length += bytes.len(),
                        other => break other,
                    }
                };
                let bytes = match self.fresh {
                    Fresh::Together(bytes) => bytes.get(self.inserted..self.inserted + length),
                    Fresh::Placed(bytes) => bytes.get(at..at + length),
                };
                self.inserted += length;
                self.at += length;
                Some(Step::Insert { at, bytes: bytes? })
            }
        }
    }
}
