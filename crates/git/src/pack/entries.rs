//! Where the entries of a tree begin, told from its base: only new entries are read.

use std::ops::Range;

use gix::ObjectId;

use super::{
    derived::{Derived, Step},
    text::Text,
};
use crate::parse;

/// Bytes in which an ordinary entry lies.
const ENTRY_BYTES: usize = 512;

/// The entries of a tree that is well-formed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// Where each entry begins, and where the last one ends.
    starts: Vec<u32>,
}

impl Entries {
    /// The entries of a whole tree, whose `id` says how long ids are; `fresh` is called with each
    /// name. `None` if the tree cannot be read to its end.
    pub fn of(id: &ObjectId, bytes: &[u8], fresh: &mut dyn FnMut(&[u8])) -> Option<Entries> {
        Entries::read(id, bytes, &mut |entry| fresh(entry.name))
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.starts.capacity() * size_of::<u32>()
    }

    /// As [`Entries::of`], for those who want more of an entry than its name.
    pub(crate) fn read(
        id: &ObjectId,
        bytes: &[u8],
        fresh: &mut dyn FnMut(parse::Entry<'_>),
    ) -> Option<Entries> {
        let mut entries = parse::tree(bytes, id.kind());
        let mut starts = vec![0];
        while let Some(entry) = entries.next() {
            fresh(entry);
            starts.push(u32::try_from(bytes.len() - entries.rest().len()).ok()?);
        }
        entries.rest().is_empty().then_some(Entries { starts })
    }

    /// The entries of a tree that is made of one with `self`; `fresh` is called with the name of
    /// each that is not copied from there as a whole, and perhaps of some that are.
    pub fn derived(
        &self,
        id: &ObjectId,
        object: &Derived<'_>,
        fresh: &mut dyn FnMut(&[u8]),
    ) -> Option<Entries> {
        self.follow(id, object, &mut |told| match told {
            Told::Fresh(entry) => fresh(entry.name),
            Told::Copied(_) => {}
        })
    }

    /// As [`Entries::derived`], telling all entries in their order.
    pub(crate) fn follow(
        &self,
        id: &ObjectId,
        object: &Derived<'_>,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Option<Entries> {
        let text = object.text();
        let size = text.size();
        let mut steps = object.steps();
        let mut step = steps.next();
        let mut buffer = Vec::new();
        let mut starts = vec![0];
        let mut at = 0;
        while at < size {
            while step.as_ref().is_some_and(|step| end(step) <= at) {
                step = steps.next();
            }
            let copied = step.as_ref().and_then(|step| self.copied(step, at)).unwrap_or_default();
            if let Some(&last) = copied.ends.last() {
                tell(Told::Copied(copied.first..copied.first + copied.ends.len()));
                let end_of = |end: &u32| at + (*end as usize - copied.start);
                for end in copied.ends {
                    starts.push(u32::try_from(end_of(end)).ok()?);
                }
                at = end_of(&last);
                continue;
            }
            at += read_one(id, text, at, &mut buffer, tell)?;
            starts.push(u32::try_from(at).ok()?);
        }
        Some(Entries { starts })
    }

    /// The base's entries that stand whole in a copy from `at` on.
    fn copied(&self, step: &Step<'_>, at: usize) -> Option<Copied<'_>> {
        let Step::Copy { from, at: begin } = step else { return None };
        let start = from.start + (at - begin);
        let index = self.starts.binary_search(&u32::try_from(start).ok()?).ok()?;
        let ends = self.starts.get(index + 1..)?;
        let whole = ends.partition_point(|end| *end as usize <= from.end);
        Some(Copied { first: index, start, ends: ends.get(..whole)? })
    }
}

/// What is told of entries.
pub(crate) enum Told<'e> {
    /// They are those of the base with these numbers.
    Copied(Range<usize>),
    /// It is not copied as a whole, but perhaps the same as one of the base.
    Fresh(parse::Entry<'e>),
}

/// Entries of the base, one after the other.
#[derive(Clone, Copy, Default)]
struct Copied<'e> {
    /// The number of the first.
    first: usize,
    /// Where the first begins.
    start: usize,
    /// Where each ends.
    ends: &'e [u32],
}

/// Where a step ends in the object.
fn end(step: &Step<'_>) -> usize {
    match step {
        Step::Copy { from, at } => at + from.len(),
        Step::Insert { at, bytes } => at + bytes.len(),
    }
}

/// Reads the entry at `at`; returns how long it is.
fn read_one(
    id: &ObjectId,
    text: Text<'_>,
    at: usize,
    buffer: &mut Vec<u8>,
    tell: &mut dyn FnMut(Told<'_>),
) -> Option<usize> {
    for bytes in [ENTRY_BYTES, usize::MAX] {
        buffer.clear();
        text.gather(at..text.size().min(at.saturating_add(bytes)), buffer);
        let mut entries = parse::tree(buffer, id.kind());
        if let Some(entry) = entries.next() {
            tell(Told::Fresh(entry));
            return Some(buffer.len() - entries.rest().len());
        }
    }
    None
}
