//! What the entries of a pack say of themselves: kinds, sizes, and what they are deltas of.
//!
//! A delta says its size in what is deflated, so its first bytes are inflated while they are at
//! hand: the pack is read once for all this.

use std::{num::NonZero, ops::Range};

use super::source::Source;
use crate::{
    GitLimits, Kind, ReadError,
    limits::Budget,
    objects::{Pack, pack::kind},
    threads::each,
};

/// In place of a number: there is none.
pub(super) const NONE: u32 = u32::MAX;

/// In place of a size: it cannot be read, or was not.
pub(super) const NO_SIZE: u64 = u64::MAX;

/// Entries that are read together, and how many of them are worth a thread.
const BATCH: usize = 64 << 10;
const SHARE_MIN: usize = 1 << 10;

/// Entries that are read between two looks at the clock.
const READ_BETWEEN_LOOKS: usize = 64;

/// What all entries of a pack say, in the order of their numbers.
#[derive(Default)]
pub(super) struct Heads {
    /// The number of the base, or [`NONE`].
    pub(super) bases: Vec<u32>,
    /// The kind of what is no delta.
    pub(super) kinds: Vec<Option<Kind>>,
    /// How many bytes the object has, or [`NO_SIZE`].
    pub(super) sizes: Vec<u64>,
}

/// What one entry says.
struct Head {
    base: u32,
    kind: Option<Kind>,
    size: u64,
}

impl Head {
    /// The walk comes to the error again, and tells it.
    const UNREADABLE: Head = Head { base: NONE, kind: None, size: NO_SIZE };
}

impl Heads {
    /// Reads those of the entries at `offsets`, on up to `threads` threads. What comes too late is
    /// not read: it is late for the walk, too, which tells it.
    pub(super) fn read(
        pack: &Pack,
        offsets: &[u64],
        limits: &GitLimits,
        threads: NonZero<usize>,
    ) -> Heads {
        let reader = Reader { pack, offsets, limits };
        let mut heads = Heads {
            bases: Vec::with_capacity(offsets.len()),
            kinds: Vec::with_capacity(offsets.len()),
            sizes: Vec::with_capacity(offsets.len()),
        };
        let mut workers = vec![(); threads.get()];
        for first in (0..offsets.len()).step_by(BATCH) {
            let batch = first..offsets.len().min(first.saturating_add(BATCH));
            let end = batch.end;
            let share = batch.len().div_ceil(threads.get()).max(SHARE_MIN);
            let shares = batch.step_by(share);
            let shares = shares.map(|first| first..end.min(first.saturating_add(share))).collect();
            let read = each(&mut workers, shares, |(), share| reader.share(share));
            for Head { base, kind, size } in read.into_iter().flatten() {
                heads.bases.push(base);
                heads.kinds.push(kind);
                heads.sizes.push(size);
            }
        }
        heads
    }
}

/// Reads entries of one pack.
struct Reader<'p> {
    pack: &'p Pack,
    offsets: &'p [u64],
    limits: &'p GitLimits,
}

impl Reader<'_> {
    fn share(&self, numbers: Range<usize>) -> Vec<Head> {
        let mut source = Source::open(self.pack).ok();
        let mut clock = Budget::new("objects_max", u64::MAX, self.limits);
        let first = numbers.start;
        let mut late = false;
        let mut head = |number: usize| {
            if (number - first).is_multiple_of(READ_BETWEEN_LOOKS) {
                late = late || clock.spend(1).is_err();
            }
            let source = source.as_mut().filter(|_| !late)?;
            self.head(source, number as u32).ok()
        };
        numbers.map(|number| head(number).unwrap_or(Head::UNREADABLE)).collect()
    }

    fn head(&self, source: &mut Source<'_>, number: u32) -> Result<Head, ReadError> {
        let Some(&offset) = self.offsets.get(number as usize) else { return Ok(Head::UNREADABLE) };
        let end = end_of(self.offsets, number);
        let entry = source.head(offset, end)?;
        let (base, kind) = match self.pack.base_offset(&entry)? {
            None => (NONE, Some(kind(&entry)?)),
            Some(base) => match self.offsets.binary_search(&base) {
                Ok(base) => (base as u32, None),
                Err(_) => return Ok(Head::UNREADABLE),
            },
        };
        let size = source.claimed_size(&entry, offset, end).unwrap_or(NO_SIZE);
        Ok(Head { base, kind, size })
    }
}

/// Where the object behind `number` begins, by where each does.
pub(super) fn end_of(offsets: &[u64], number: u32) -> u64 {
    let rest = offsets.get(number as usize..).unwrap_or_default();
    // An index can say that several lie at one place.
    let next = match rest {
        [offset, next, ..] if next == offset => rest.partition_point(|next| next <= offset),
        _ => 1,
    };
    rest.get(next).copied().unwrap_or(u64::MAX)
}
