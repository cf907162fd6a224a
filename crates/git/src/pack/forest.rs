//! Which object is a delta of which.

use std::{num::NonZero, sync::Arc};

use gix::ObjectId;

use super::{
    heads::{Heads, NO_SIZE, NONE, end_of},
    selection::Selection,
    source::Source,
};
use crate::{
    GitLimits, Kind, LimitExceeded, Objects, ReadError,
    objects::{Header, Pack},
};

/// Ids that are fetched from the index before any is used.
const FETCHED_TOGETHER: usize = 64;

/// The objects of one pack of the quarantine, numbered in the order of the pack, and what each is
/// a delta of.
///
/// It takes 33 bytes for each object.
pub struct Forest {
    pub(super) limits: GitLimits,
    pub(super) pack: Arc<Pack>,
    /// Where each object lies in the pack.
    pub(super) offsets: Vec<u64>,
    /// Where its id lies in the index.
    positions: Vec<u32>,
    /// What it is a delta of.
    bases: Vec<u32>,
    /// What it is; `None` where that cannot be known.
    kinds: Vec<Option<Kind>>,
    /// How many bytes it says that it has, or [`NO_SIZE`].
    sizes: Vec<u64>,
    /// Where its children begin in `children`; they end where the next one's begin.
    first: Vec<u32>,
    children: Vec<u32>,
    /// Deltas that no root leads to.
    pub(super) rootless: Vec<u32>,
}

impl std::fmt::Debug for Forest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Forest").field("pack", &self.pack).finish_non_exhaustive()
    }
}

impl Forest {
    /// A forest for each pack of the quarantine that has an index, read on up to `threads` threads.
    ///
    /// Loose objects and packs that cannot be understood are not among them:
    /// [`Incoming`](crate::Incoming) names both.
    #[must_use]
    pub fn all(objects: &Objects, threads: NonZero<usize>) -> Vec<Forest> {
        let packs = objects.quarantine.as_ref().map(|quarantine| quarantine.packs());
        let packs = packs.iter().flat_map(|packs| &packs.packs);
        packs.map(|pack| Forest::of(objects, Arc::clone(pack), threads)).collect()
    }

    fn of(objects: &Objects, pack: Arc<Pack>, threads: NonZero<usize>) -> Forest {
        let (offsets, positions): (Vec<u64>, Vec<u32>) = pack.positions().into_iter().unzip();
        let Heads { bases, kinds, sizes } = Heads::read(&pack, &offsets, &objects.limits, threads);
        let mut forest = Forest {
            limits: objects.limits,
            pack,
            bases,
            kinds,
            sizes,
            offsets,
            positions,
            first: Vec::new(),
            children: Vec::new(),
            rootless: Vec::new(),
        };
        forest.list_children();
        forest.spread_kinds();
        forest
    }

    fn list_children(&mut self) {
        let mut first = vec![0_u32; self.offsets.len() + 1];
        let mut total = 0;
        for base in &self.bases {
            if let Some(count) = first.get_mut(*base as usize) {
                *count += 1;
                total += 1;
            }
        }
        let mut sum = 0;
        for count in &mut first {
            (*count, sum) = (sum, sum + *count);
        }
        // Filling in moves each begin to the next one's.
        let mut children = vec![0; total];
        for (number, base) in self.bases.iter().enumerate() {
            if let Some(next) = first.get_mut(*base as usize) {
                if let Some(child) = children.get_mut(*next as usize) {
                    *child = number as u32;
                }
                *next += 1;
            }
        }
        first.pop();
        first.insert(0, 0);
        (self.first, self.children) = (first, children);
    }

    /// What is derived has the kind of its root; what has no root is a circle, or hangs on one.
    fn spread_kinds(&mut self) {
        let mut seen = vec![false; self.len()];
        let mut pending: Vec<u32> = self.roots().collect();
        while let Some(number) = pending.pop() {
            let kind = self.kind(number);
            if let Some(seen) = seen.get_mut(number as usize) {
                *seen = true;
            }
            let begin = pending.len();
            pending.extend_from_slice(self.children(number));
            for child in pending.get(begin..).unwrap_or_default() {
                if let Some(of_child) = self.kinds.get_mut(*child as usize) {
                    *of_child = kind;
                }
            }
        }
        let numbers = (0..).zip(seen);
        self.rootless = numbers.filter_map(|(number, seen)| (!seen).then_some(number)).collect();
    }

    /// The objects that are no deltas.
    pub(super) fn roots(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.bases).filter_map(|(number, base)| (*base == NONE).then_some(number))
    }

    /// How many objects there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.offsets.is_empty()
    }

    /// Ids and kinds of all objects, in the order of the pack; without a kind where it is unknown
    /// because a header or a base cannot be read.
    pub fn entries(&self) -> impl Iterator<Item = (ObjectId, Option<Kind>)> {
        (0..self.len() as u32).map(|number| (self.id(number), self.kind(number)))
    }

    /// Hands id, position in the index, and header of every object to `sink`, in the order of the
    /// pack, until it fails.
    pub(crate) fn headers(
        &self,
        objects: &Objects,
        mut sink: impl FnMut(ObjectId, u32, Result<Header, ReadError>) -> Result<(), LimitExceeded>,
    ) -> Result<(), LimitExceeded> {
        // The index is in the order of ids, which is none here: to fetch several at once is faster.
        let mut ids = Vec::with_capacity(FETCHED_TOGETHER);
        for (first, positions) in
            (0..).step_by(FETCHED_TOGETHER).zip(self.positions.chunks(FETCHED_TOGETHER))
        {
            ids.clear();
            ids.extend(positions.iter().map(|position| self.pack.id(*position)));
            for (number, (id, position)) in (first..).zip(ids.iter().zip(positions)) {
                let header = match self.kind(number) {
                    Some(kind) => self.size(number).map(|size| Header { kind, size }),
                    // It says what is wrong.
                    None => objects.header(id),
                };
                sink(*id, *position, header)?;
            }
        }
        Ok(())
    }

    /// How many bytes an object has, as its entry says.
    pub(super) fn size(&self, number: u32) -> Result<u64, ReadError> {
        match self.sizes.get(number as usize) {
            Some(size) if *size != NO_SIZE => Ok(*size),
            // It is read once more for what is wrong.
            _ => {
                let mut source = Source::open(&self.pack)?;
                let (offset, end) = (self.offset(number), self.end(number));
                let entry = source.head(offset, end)?;
                source.claimed_size(&entry, offset, end)
            }
        }
    }

    /// Whether it is that of `pack`.
    pub(crate) fn is_of(&self, pack: &Arc<Pack>) -> bool {
        Arc::ptr_eq(&self.pack, pack)
    }

    /// Chooses what a walk delivers.
    #[must_use]
    pub fn select(&self, wanted: impl Fn(&ObjectId, Option<Kind>) -> bool) -> Selection<'_> {
        Selection::new(self, |number| wanted(&self.id(number), self.kind(number)))
    }

    /// Chooses all objects of one kind.
    #[must_use]
    pub fn select_kind(&self, kind: Kind) -> Selection<'_> {
        self.select_numbers(|number| self.kind(number) == Some(kind))
    }

    /// Chooses what a walk delivers by the numbers that objects have among
    /// [`entries`](Forest::entries), which costs less than by their ids.
    #[must_use]
    pub fn select_numbers(&self, wanted: impl Fn(u32) -> bool) -> Selection<'_> {
        Selection::new(self, wanted)
    }

    /// Inflates all entries and does nothing else, which is what a walk is measured by; says how
    /// many bytes they have.
    #[doc(hidden)]
    pub fn inflate_all(&self) -> Result<u64, ReadError> {
        let mut source = Source::open(&self.pack)?;
        let (mut out, mut sum) = (Vec::new(), 0);
        for number in 0..self.len() as u32 {
            let (offset, end) = (self.offset(number), self.end(number));
            let header = source.entry(offset, end)?;
            source.check_claim(&header, end)?;
            let size = header.decompressed_size as usize;
            if out.len() < size {
                out.resize(size, 0);
            }
            let (out, _) = out.split_at_mut(size);
            source.inflate(&header, end, out)?;
            sum += size as u64;
        }
        Ok(sum)
    }

    pub(super) fn offset(&self, number: u32) -> u64 {
        self.offsets.get(number as usize).copied().unwrap_or(u64::MAX)
    }

    /// Where the next object begins.
    pub(super) fn end(&self, number: u32) -> u64 {
        end_of(&self.offsets, number)
    }

    pub(crate) fn id(&self, number: u32) -> ObjectId {
        // Numbers are those of objects that there are.
        let position = self.positions.get(number as usize).copied().unwrap_or_default();
        self.pack.id(position)
    }

    /// Of what kind the ids are.
    pub(crate) fn ids(&self) -> gix::hash::Kind {
        self.pack.ids()
    }

    /// Finds the numbers of objects by their ids.
    pub(crate) fn numbers(&self) -> Numbers<'_> {
        let mut by_position = vec![NONE; self.len()];
        for (number, position) in (0..).zip(&self.positions) {
            if let Some(place) = by_position.get_mut(*position as usize) {
                *place = number;
            }
        }
        Numbers { pack: &self.pack, by_position }
    }

    pub(crate) fn kind(&self, number: u32) -> Option<Kind> {
        self.kinds.get(number as usize).copied().flatten()
    }

    pub(crate) fn base(&self, number: u32) -> Option<u32> {
        self.bases.get(number as usize).copied().filter(|base| *base != NONE)
    }

    pub(super) fn children(&self, number: u32) -> &[u32] {
        let begin = |number: usize| self.first.get(number).map_or(0, |begin| *begin as usize);
        let number = number as usize;
        self.children.get(begin(number)..begin(number + 1)).unwrap_or_default()
    }
}

/// The numbers of a forest's objects.
pub(crate) struct Numbers<'f> {
    pack: &'f Pack,
    /// By the place of the id in the index.
    by_position: Vec<u32>,
}

impl Numbers<'_> {
    /// The number of the object `id`, if it is in the pack.
    pub(crate) fn of(&self, id: &ObjectId) -> Option<u32> {
        let position = self.pack.position(id)?;
        self.by_position.get(position as usize).copied().filter(|number| *number != NONE)
    }
}
