//! What a walk holds along the path from the root: bytes and pieces.
//!
//! Both are stacks, so that an object that is done costs nothing to drop and the next one costs no
//! allocation.

use super::{
    derived::Fresh,
    text::{Piece, Text, append},
};
use crate::{
    ReadError,
    objects::delta::{Delta, Instruction, corrupt},
};

/// An object may be in this many pieces, and one more for each [`BYTES_PER_PIECE`].
const PIECES_MIN: usize = 16;
/// An object that is in more pieces is made whole.
const BYTES_PER_PIECE: usize = 64;

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

/// Bytes and pieces of the objects on the path.
pub(super) struct Held {
    /// Bytes behind `used` are those of objects that are done.
    bytes: Vec<u8>,
    used: usize,
    pieces: Vec<Piece>,
    /// The pieces of the newest object.
    list: Vec<Piece>,
    /// Where the bytes of the newest object begin, and its size.
    newest: (usize, usize),
    newest_is_whole: bool,
    bytes_max: usize,
}

impl Held {
    pub(super) fn new(bytes_max: usize) -> Held {
        Held {
            bytes: Vec::new(),
            used: 0,
            pieces: Vec::new(),
            list: Vec::new(),
            newest: (0, 0),
            newest_is_whole: false,
            // Positions are of 32 bits.
            bytes_max: bytes_max.min(u32::MAX as usize / 2),
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
        self.newest = (self.used, size);
        self.newest_is_whole = true;
        self.list.clear();
        if size > 0 {
            append(&mut self.list, 0, self.used);
        }
        Ok(self.grow(size))
    }

    /// Puts together what `delta` makes of `base`, the object on top; it is then the newest.
    pub(super) fn derive(&mut self, base: &Place, delta: &Delta<'_>) -> Result<(), Refused> {
        if delta.base_size != base.size as u64 {
            return Err(corrupt("made for a base of another size").into());
        }
        let Some(size) =
            usize::try_from(delta.result_size).ok().filter(|size| *size <= u32::MAX as usize)
        else {
            return Err(Refused::Large);
        };
        self.newest = (self.used, size);
        self.newest_is_whole = false;
        let room = self.room() / size_of::<Piece>() / 4;
        let pieces_max = (PIECES_MIN + size / BYTES_PER_PIECE).min(room);
        if self.list_pieces(base, delta, pieces_max)? {
            return Ok(());
        }
        self.used = self.newest.0;
        if size > self.room() {
            return Err(Refused::Large);
        }
        self.rebuild(base, delta)?;
        self.newest_is_whole = true;
        Ok(())
    }

    /// Lists the pieces; says no when they are more than `pieces_max`.
    fn list_pieces(
        &mut self,
        base: &Place,
        delta: &Delta<'_>,
        pieces_max: usize,
    ) -> Result<bool, Refused> {
        let size = self.newest.1;
        let mut list = std::mem::take(&mut self.list);
        list.clear();
        let mut at = 0;
        for instruction in delta.instructions() {
            let instruction = instruction.map_err(corrupt)?;
            match instruction {
                Instruction::Copy { offset, length } => {
                    let end = offset.saturating_add(length);
                    check(base, end, at, length, size)?;
                    let pieces = self.pieces.get(base.pieces..).unwrap_or_default();
                    Text::new(&[], pieces, base.size).slice_into(offset..end, at, &mut list);
                    at += length;
                }
                Instruction::Insert(inserted) => {
                    check(base, 0, at, inserted.len(), size)?;
                    append(&mut list, at, self.used);
                    self.grow(inserted.len()).copy_from_slice(inserted);
                    at += inserted.len();
                }
            }
            if list.len() > pieces_max {
                self.list = list;
                return Ok(false);
            }
        }
        self.list = list;
        if at != size {
            return Err(corrupt("shorter than it says").into());
        }
        Ok(true)
    }

    /// Makes the newest object whole.
    fn rebuild(&mut self, base: &Place, delta: &Delta<'_>) -> Result<(), Refused> {
        let (start, size) = self.newest;
        self.grow(size);
        let (held, out) = self.bytes.split_at_mut(start);
        let pieces = self.pieces.get(base.pieces..).unwrap_or_default();
        let base_text = Text::new(held, pieces, base.size);
        let mut at = 0;
        let mut put = |slice: &[u8]| {
            if let Some(free) = out.get_mut(at..at + slice.len()) {
                free.copy_from_slice(slice);
            }
            at += slice.len();
            at
        };
        let mut written = 0;
        for instruction in delta.instructions() {
            match instruction.map_err(corrupt)? {
                Instruction::Copy { offset, length } => {
                    let end = offset.saturating_add(length);
                    check(base, end, written, length, size)?;
                    for slice in base_text.slices(offset..end) {
                        written = put(slice);
                    }
                }
                Instruction::Insert(inserted) => {
                    check(base, 0, written, inserted.len(), size)?;
                    written = put(inserted);
                }
            }
        }
        if written != size {
            return Err(corrupt("shorter than it says").into());
        }
        self.list.clear();
        if size > 0 {
            append(&mut self.list, 0, start);
        }
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

    /// The text of the newest object.
    pub(super) fn newest(&self) -> Text<'_> {
        Text::new(&self.bytes, &self.list, self.newest.1)
    }

    /// What the newest object has of its own.
    pub(super) fn fresh(&self) -> Fresh<'_> {
        let bytes = self.bytes.get(self.newest.0..self.used).unwrap_or_default();
        if self.newest_is_whole { Fresh::Placed(bytes) } else { Fresh::Together(bytes) }
    }

    /// The text of the object on top of the path, while another one may be newer.
    pub(super) fn top(&self, place: &Place) -> Text<'_> {
        let pieces = self.pieces.get(place.pieces..).unwrap_or_default();
        Text::new(&self.bytes, pieces, place.size)
    }

    /// Puts the newest object on top of the path.
    pub(super) fn push(&mut self) -> Place {
        let (bytes, size) = self.newest;
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
        let (held, out) = self.bytes.split_at_mut(used);
        let pieces = self.pieces.get(top.pieces..).unwrap_or_default();
        let mut at = 0;
        for slice in Text::new(held, pieces, top.size).slices(0..top.size) {
            if let Some(free) = out.get_mut(at..at + slice.len()) {
                free.copy_from_slice(slice);
            }
            at += slice.len();
        }
        self.bytes.copy_within(used..used + top.size, floor.bytes);
        self.used = floor.bytes + top.size;
        self.pieces.truncate(floor.pieces);
        if top.size > 0 {
            self.pieces.push(Piece { at: 0, from: floor.bytes as u32 });
        }
        *top = Place { size: top.size, ..*floor };
        true
    }
}

/// Checks one step: it ends at `end` of the base, and its `length` bytes come to `at`.
#[inline]
fn check(base: &Place, end: usize, at: usize, length: usize, size: usize) -> Result<(), Refused> {
    if end > base.size {
        return Err(corrupt("copies from beyond its base").into());
    }
    if length > size - at {
        return Err(corrupt("longer than it says").into());
    }
    Ok(())
}
