//! What a walk holds along the path from the root: bytes and pieces.
//!
//! Both are stacks, so that an object that is done costs nothing to drop and the next one costs no
//! allocation.

use super::{
    derived::Derived,
    text::{HELD, Piece, Slicer, Text, append},
};
use crate::{
    ReadError,
    objects::delta::{Delta, Instruction, corrupt},
};

/// An object may be in this many pieces, and one more for each [`BYTES_PER_PIECE`].
const PIECES_MIN: usize = 16;
/// An object that is in more pieces is made whole.
const BYTES_PER_PIECE: usize = 128;

/// Positions are kept in 31 bits.
const POSITION_MAX: usize = (HELD - 1) as usize;
/// Making an object whole to make room must free at least this part of all room.
const SETTLED_PART: usize = 8;

/// Why an object is not held.
#[derive(Debug)]
pub(super) enum Refused {
    /// There is no room for it.
    Large,
    /// It cannot be read.
    Unreadable(ReadError),
}

impl From<ReadError> for Refused {
    fn from(error: ReadError) -> Refused {
        Refused::Unreadable(error)
    }
}

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Refused {
        Refused::Unreadable(error.into())
    }
}

/// An object that is held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Where its own bytes begin.
    pub(super) bytes: usize,
    /// Where its pieces begin.
    pub(super) pieces: usize,
    /// How many bytes it has.
    pub(super) size: usize,
}

/// An object that may become one on the path.
#[derive(Clone, Copy)]
struct Newest {
    /// Where its own bytes begin.
    bytes: usize,
    /// How many bytes it has.
    size: usize,
    /// Whether nothing is derived from it.
    is_leaf: bool,
}

/// Bytes and pieces of the objects on the path.
pub(super) struct Held {
    /// Bytes behind `used` are those of objects that are done.
    bytes: Vec<u8>,
    used: usize,
    pieces: Vec<Piece>,
    /// The pieces of the newest object.
    list: Vec<Piece>,
    /// What the delta of the newest object does.
    steps: Vec<Piece>,
    newest: Newest,
    bytes_max: usize,
}

impl Held {
    pub(super) fn new(bytes_max: usize) -> Held {
        Held {
            bytes: Vec::new(),
            used: 0,
            pieces: Vec::new(),
            list: Vec::new(),
            steps: Vec::new(),
            newest: Newest { bytes: 0, size: 0, is_leaf: false },
            bytes_max: bytes_max.min(POSITION_MAX),
        }
    }

    /// How many more bytes there is room for.
    pub(super) fn room(&self) -> usize {
        let pieces = self.pieces.len().saturating_mul(size_of::<Piece>());
        self.bytes_max.saturating_sub(self.used).saturating_sub(pieces)
    }

    /// `size` bytes to be filled with a whole object, which is then the newest.
    pub(super) fn root(&mut self, size: u64) -> Result<&mut [u8], Refused> {
        let fits = usize::try_from(size).ok().filter(|size| *size <= self.room());
        let size = fits.ok_or(Refused::Large)?;
        self.newest = Newest { bytes: self.used, size, is_leaf: false };
        self.list.clear();
        self.list.extend(whole(self.used, size));
        Ok(self.grow(size))
    }

    /// Puts together what `delta` makes of `base`, the object on top; it is then the newest.
    ///
    /// Takes room for at most five times the bytes of the delta, beside that for pieces. A leaf,
    /// from which nothing is derived, has no pieces of its own: the steps from its base will do.
    pub(super) fn derive(
        &mut self,
        base: &Place,
        delta: &Delta<'_>,
        is_leaf: bool,
    ) -> Result<(), Refused> {
        if delta.base_size != base.size as u64 {
            return Err(corrupt("made for a base of another size").into());
        }
        let size = usize::try_from(delta.result_size).ok();
        let size = size.filter(|size| *size <= POSITION_MAX).ok_or(Refused::Large)?;
        self.newest = Newest { bytes: self.used, size, is_leaf };
        self.read_steps(base, delta)?;
        let room = self.room() / size_of::<Piece>() / 4;
        let pieces_max = (PIECES_MIN + size / BYTES_PER_PIECE).min(room);
        if !is_leaf && !self.list_pieces(base, pieces_max) {
            self.rebuild(base)?;
        }
        Ok(())
    }

    /// Checks what the delta does, notes it, and keeps what it inserts.
    fn read_steps(&mut self, base: &Place, delta: &Delta<'_>) -> Result<(), Refused> {
        let (start, size) = (self.used, self.newest.size);
        self.grow(delta.length());
        let (_, free) = self.bytes.split_at_mut(start);
        let mut free = Free(free);
        self.steps.clear();
        let (mut at, mut fresh, mut continued) = (0, HELD | start as u32, None);
        for instruction in delta.instructions() {
            let (from, length) = match instruction.map_err(corrupt)? {
                Instruction::Copy { offset, length } => {
                    if offset.saturating_add(length) > base.size {
                        return Err(corrupt("copies from beyond its base").into());
                    }
                    (offset as u32, length)
                }
                Instruction::Insert(inserted) => {
                    free.put(inserted);
                    let from = fresh;
                    fresh += inserted.len() as u32;
                    (from, inserted.len())
                }
            };
            if continued != Some(from) {
                self.steps.push(Piece { at: at as u32, from });
            }
            continued = Some(from + length as u32);
            at += length;
            if at > size {
                return Err(corrupt("longer than it says").into());
            }
        }
        if at < size {
            return Err(corrupt("shorter than it says").into());
        }
        self.used = (fresh & !HELD) as usize;
        Ok(())
    }

    /// Lists the pieces; says no when they are more than `pieces_max`.
    fn list_pieces(&mut self, base: &Place, pieces_max: usize) -> bool {
        self.list.clear();
        let mut slicer = Slicer::new(self.pieces.get(base.pieces..).unwrap_or_default());
        let ends = self.steps.iter().skip(1).map(|step| step.at).chain([self.newest.size as u32]);
        for (step, end) in self.steps.iter().zip(ends) {
            if step.from & HELD != 0 {
                append(&mut self.list, step.at, step.from);
            } else {
                let range = (step.from, step.from + (end - step.at));
                slicer.slice(range, step.at, &mut self.list);
            }
            if self.list.len() > pieces_max {
                return false;
            }
        }
        true
    }

    /// Makes the newest object whole, behind what was inserted.
    fn rebuild(&mut self, base: &Place) -> Result<(), Refused> {
        let size = self.newest.size;
        if size > self.room() {
            return Err(Refused::Large);
        }
        let start = self.used;
        self.grow(size);
        let (held, free) = self.bytes.split_at_mut(start);
        let mut free = Free(free);
        let pieces = self.pieces.get(base.pieces..).unwrap_or_default();
        let text = Text::held(held, pieces, base.size).derived(&self.steps, size);
        text.slices(0..size).for_each(|slice| free.put(slice));
        self.list.clear();
        self.list.extend(whole(start, size));
        Ok(())
    }

    /// `count` more bytes. What they are is left over from others.
    fn grow(&mut self, count: usize) -> &mut [u8] {
        let (start, end) = (self.used, self.used.saturating_add(count));
        if end > self.bytes.len() {
            // Not more than twice what is needed, and never more than there may be.
            let length = end.max(self.bytes.len().saturating_mul(2).min(self.bytes_max));
            self.bytes.reserve_exact(length.saturating_sub(self.bytes.len()));
            self.bytes.resize(length, 0);
        }
        self.used = end;
        self.bytes.get_mut(start..end).unwrap_or_default()
    }

    /// The newest object, which is derived from the one on top.
    pub(super) fn derived(&self, base: &Place) -> Derived<'_> {
        let pieces = self.pieces.get(base.pieces..).unwrap_or_default();
        let base = Text::held(&self.bytes, pieces, base.size);
        let text = match self.newest.is_leaf {
            true => base.derived(&self.steps, self.newest.size),
            false => Text::held(&self.bytes, &self.list, self.newest.size),
        };
        Derived { text, base, steps: &self.steps, bytes: &self.bytes }
    }

    /// Puts the newest object on top of the path.
    pub(super) fn push(&mut self) -> Place {
        let Newest { bytes, size, .. } = self.newest;
        let place = Place { bytes, pieces: self.pieces.len(), size };
        self.pieces.extend_from_slice(&self.list);
        place
    }

    /// How many bytes are used.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// Drops the newest object, before which so many bytes were used.
    pub(super) fn rewind(&mut self, used: usize) {
        self.used = used;
    }

    /// Drops the object on top of the path.
    pub(super) fn pop(&mut self, place: &Place) {
        self.used = place.bytes;
        self.pieces.truncate(place.pieces);
    }

    /// Makes the object on top whole and moves it down to `floor`, when that frees enough.
    pub(super) fn settle(&mut self, floor: &Place, top: &mut Place) -> bool {
        let own = self.used.saturating_sub(floor.bytes);
        let fits = top.size <= self.bytes_max.saturating_sub(self.used);
        if !fits || own.saturating_sub(top.size) < self.bytes_max / SETTLED_PART {
            return false;
        }
        let used = self.used;
        self.grow(top.size);
        let (held, free) = self.bytes.split_at_mut(used);
        let mut free = Free(free);
        let pieces = self.pieces.get(top.pieces..).unwrap_or_default();
        let text = Text::held(held, pieces, top.size);
        text.slices(0..top.size).for_each(|slice| free.put(slice));
        self.bytes.copy_within(used..used + top.size, floor.bytes);
        self.used = floor.bytes + top.size;
        self.pieces.truncate(floor.pieces);
        self.pieces.extend(whole(floor.bytes, top.size));
        *top = Place { size: top.size, ..*floor };
        true
    }
}

/// The piece, if any, that an object is in whose bytes lie together.
fn whole(start: usize, size: usize) -> Option<Piece> {
    (size > 0).then_some(Piece { at: 0, from: HELD | start as u32 })
}

/// Memory that is filled from front to back.
struct Free<'o>(&'o mut [u8]);

impl Free<'_> {
    fn put(&mut self, bytes: &[u8]) {
        let (free, rest) = std::mem::take(&mut self.0).split_at_mut(bytes.len());
        copy_short(bytes, free);
        self.0 = rest;
    }
}

/// Copies bytes of which there are mostly few; both must be of one length.
///
/// A call of `memcpy` costs more than the copy: in the library that a static hook is linked to, it
/// is made for long ones.
#[inline]
pub(super) fn copy_short(from: &[u8], out: &mut [u8]) {
    match from.len() {
        0 => {}
        1 => copy_ends::<1>(from, out),
        2..4 => copy_ends::<2>(from, out),
        4..8 => copy_ends::<4>(from, out),
        8..16 => copy_ends::<8>(from, out),
        16..32 => copy_ends::<16>(from, out),
        32..64 => copy_ends::<32>(from, out),
        64..128 => copy_ends::<64>(from, out),
        _ => out.copy_from_slice(from),
    }
}

/// Copies the first and the last `N` bytes, which may overlap.
#[inline]
fn copy_ends<const N: usize>(from: &[u8], out: &mut [u8]) {
    if let (Some(from), Some(out)) = (from.first_chunk::<N>(), out.first_chunk_mut()) {
        *out = *from;
    }
    if let (Some(from), Some(out)) = (from.last_chunk::<N>(), out.last_chunk_mut()) {
        *out = *from;
    }
}
