//! Where the entries of a tree begin, told from its base: only new entries are read.

use std::ops::Range;

use super::{
    derived::{Derived, Step},
    text::Text,
};
use crate::parse;

/// Bytes in which nearly every entry lies, and any with a name that file systems take.
const SHORT_ENTRY_BYTES: usize = 96;
const ENTRY_BYTES: usize = 512;
/// Trees whose memory is kept for others, and entries of one, at most.
const SPARE_MAX: usize = 64;
const SPARE_ENTRIES_MAX: usize = 16 << 10;

/// The entries of a tree that is well-formed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// Where each entry begins, and where the last one ends.
    starts: Vec<u32>,
}

impl Entries {
    /// How many bytes it takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.starts.capacity() * size_of::<u32>()
    }

    /// Where the entry with that number lies in its tree.
    fn range(&self, number: usize) -> Option<Range<usize>> {
        Some(*self.starts.get(number)? as usize..*self.starts.get(number + 1)? as usize)
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

/// Reads the entries of trees, and keeps the memory of those that are done for the next ones.
///
/// There are hundreds of thousands of trees in a large push; threads that ask for memory for each
/// wait for each other more than they read.
#[derive(Debug, Default)]
pub struct TreeReader {
    spare: Vec<Entries>,
    buffer: Vec<u8>,
}

impl TreeReader {
    /// The entries of a whole tree with `ids` of this kind; `fresh` is called with each. `None` if
    /// the tree cannot be read to its end.
    pub fn read(
        &mut self,
        ids: gix::hash::Kind,
        bytes: &[u8],
        fresh: &mut dyn FnMut(parse::Entry<'_>),
    ) -> Option<Entries> {
        let mut tree = self.begin();
        let mut entries = parse::tree(bytes, ids);
        while let Some(entry) = entries.next() {
            fresh(entry);
            tree.starts.push(u32::try_from(bytes.len() - entries.rest().len()).ok()?);
        }
        entries.rest().is_empty().then_some(tree)
    }

    /// The entries of a tree that is made of one with the entries `base`; `fresh` is called with
    /// each that is not copied from there as a whole, and perhaps with some that are.
    pub fn derived(
        &mut self,
        base: &Entries,
        ids: gix::hash::Kind,
        object: &Derived<'_>,
        fresh: &mut dyn FnMut(parse::Entry<'_>),
    ) -> Option<Entries> {
        self.follow(base, ids, object, &mut |told| match told {
            Told::Fresh(entry) => fresh(entry),
            Told::Copied(_) => {}
        })
    }

    /// As [`TreeReader::derived`], if the tree has the names that `base` has, in the same order;
    /// `None` if it has others, or cannot be read.
    pub fn renewed(
        &mut self,
        base: &Entries,
        ids: gix::hash::Kind,
        object: &Derived<'_>,
        fresh: &mut dyn FnMut(parse::Entry<'_>),
    ) -> Option<Entries> {
        let (mut count, mut is_alike, mut before) = (0, true, Vec::new());
        let entries = self.follow(base, ids, object, &mut |told| match told {
            Told::Copied(range) => {
                is_alike &= range.start == count;
                count += range.len();
            }
            Told::Fresh(entry) => {
                before.clear();
                object.base().gather(base.range(count).unwrap_or_default(), &mut before);
                let named = parse::tree(&before, ids).next();
                is_alike &= named.is_some_and(|before| before.name == entry.name);
                fresh(entry);
                count += 1;
            }
        })?;
        if is_alike && entries.starts.len() == base.starts.len() {
            return Some(entries);
        }
        self.done(entries);
        None
    }

    /// As [`TreeReader::derived`], telling all entries in their order.
    pub fn follow(
        &mut self,
        base: &Entries,
        ids: gix::hash::Kind,
        object: &Derived<'_>,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Option<Entries> {
        let text = object.text();
        let size = text.size();
        let mut tree = self.begin();
        let mut steps = object.steps();
        let mut step = steps.next();
        let mut at = 0;
        while at < size {
            while step.as_ref().is_some_and(|step| end(step) <= at) {
                step = steps.next();
            }
            let copied = step.as_ref().and_then(|step| base.copied(step, at)).unwrap_or_default();
            if let Some(&last) = copied.ends.last() {
                tell(Told::Copied(copied.first..copied.first + copied.ends.len()));
                let end_of = |end: u32| at + (end as usize - copied.start);
                // What is last ends last, so all fit if it does.
                u32::try_from(end_of(last)).ok()?;
                tree.starts.extend(copied.ends.iter().map(|end| end_of(*end) as u32));
                at = end_of(last);
                continue;
            }
            at += read_one(ids, text, at, &mut self.buffer, tell)?;
            tree.starts.push(u32::try_from(at).ok()?);
        }
        Some(tree)
    }

    /// Takes back what is not needed any more.
    pub fn done(&mut self, entries: Entries) {
        let is_small = (1..=SPARE_ENTRIES_MAX).contains(&entries.starts.capacity());
        if is_small && self.spare.len() < SPARE_MAX {
            self.spare.push(entries);
        }
    }

    /// A tree without entries.
    fn begin(&mut self) -> Entries {
        let mut entries = self.spare.pop().unwrap_or_default();
        entries.starts.clear();
        entries.starts.push(0);
        entries
    }
}

/// What is told of entries.
#[derive(Clone, Debug)]
pub enum Told<'e> {
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
    ids: gix::hash::Kind,
    text: Text<'_>,
    at: usize,
    buffer: &mut Vec<u8>,
    tell: &mut dyn FnMut(Told<'_>),
) -> Option<usize> {
    for bytes in [SHORT_ENTRY_BYTES, ENTRY_BYTES, usize::MAX] {
        buffer.clear();
        text.gather(at..text.size().min(at.saturating_add(bytes)), buffer);
        let mut entries = parse::tree(buffer, ids);
        if let Some(entry) = entries.next() {
            tell(Told::Fresh(entry));
            return Some(buffer.len() - entries.rest().len());
        }
    }
    None
}
