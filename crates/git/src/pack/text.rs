//! An object's bytes, in pieces.

use std::ops::Range;

/// So many pieces are looked at one after the other, before they are searched by halves.
const FEW: usize = 8;

/// Where the bytes of an object lie, from one position on up to the next piece's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Position in the object.
    pub(super) at: u32,
    /// Position in the bytes that are held.
    pub(super) from: u32,
}

/// The bytes of an object that is not rebuilt.
#[derive(Clone, Copy)]
pub struct Text<'t> {
    bytes: &'t [u8],
    /// In order; the first is at 0 unless the text is empty.
    pieces: &'t [Piece],
    size: usize,
}

impl std::fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What is in an object may be secret.
        f.debug_struct("Text")
            .field("size", &self.size)
            .field("pieces", &self.pieces.len())
            .finish_non_exhaustive()
    }
}

impl<'t> Text<'t> {
    pub(super) fn new(bytes: &'t [u8], pieces: &'t [Piece], size: usize) -> Text<'t> {
        Text { bytes, pieces, size }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many pieces it is in.
    #[must_use]
    pub fn piece_count(&self) -> usize {
        self.pieces.len()
    }

    /// Its bytes, if they lie together.
    #[must_use]
    pub fn as_slice(&self) -> Option<&'t [u8]> {
        match self.pieces {
            [] => Some(&[]),
            [_] => self.slices(0..self.size).next(),
            _ => None,
        }
    }

    /// Its bytes in `range`, in order, as they lie; `range` is cut to what there is.
    #[must_use]
    pub fn slices(&self, range: Range<usize>) -> Slices<'t> {
        let end = range.end.min(self.size);
        let first = self.pieces.partition_point(|piece| piece.at as usize <= range.start);
        let rest = self.pieces.get(first.saturating_sub(1)..).unwrap_or_default();
        Slices { bytes: self.bytes, rest, at: range.start, end }
    }

    /// Appends its bytes in `range` to `out`; `range` is cut to what there is.
    pub fn gather(&self, range: Range<usize>, out: &mut Vec<u8>) {
        for slice in self.slices(range) {
            out.extend_from_slice(slice);
        }
    }

    /// Appends all its bytes to `out`.
    pub fn whole(&self, out: &mut Vec<u8>) {
        out.reserve(self.size);
        self.gather(0..self.size, out);
    }
}

/// Slices the list of an object's pieces, in any order, fastest from the front to the back.
pub(super) struct Slicer<'t> {
    pieces: &'t [Piece],
    /// The piece that the last slice ended with.
    last: usize,
}

impl<'t> Slicer<'t> {
    pub(super) fn new(pieces: &'t [Piece]) -> Slicer<'t> {
        Slicer { pieces, last: 0 }
    }

    /// Appends the pieces of the bytes from `start` to `end`, of which there must be some, to
    /// `list`, which ends at `at`.
    #[inline]
    pub(super) fn slice(&mut self, (start, end): (u32, u32), at: u32, list: &mut Vec<Piece>) {
        let begins_before = |piece: &Piece| piece.at <= start;
        let (known, rest) = self.pieces.split_at(self.last);
        let first = match rest.first() {
            Some(last) if begins_before(last) => self.last + count(rest, begins_before) - 1,
            _ => known.partition_point(begins_before).saturating_sub(1),
        };
        let Some((piece, rest)) = self.pieces.get(first..).and_then(<[Piece]>::split_first) else {
            return;
        };
        append(list, at, piece.from + (start - piece.at));
        let (rest, _) = rest.split_at(count(rest, |piece| piece.at < end));
        let shift = at.wrapping_sub(start);
        let moved = |piece: &Piece| Piece { at: piece.at.wrapping_add(shift), from: piece.from };
        list.extend(rest.iter().map(moved));
        self.last = first + rest.len();
    }
}

/// How many pieces at the front are as wanted; all others are not. Fast where they are few.
#[inline]
fn count(pieces: &[Piece], is_wanted: impl Fn(&Piece) -> bool) -> usize {
    match pieces.iter().take(FEW).position(|piece| !is_wanted(piece)) {
        Some(count) => count,
        None => pieces.partition_point(is_wanted),
    }
}

/// Appends a piece to `list`, or lengthens the last one.
#[inline]
pub(super) fn append(list: &mut Vec<Piece>, at: u32, from: u32) {
    let continues = |last: &Piece| last.from.wrapping_add(at.wrapping_sub(last.at)) == from;
    if !list.last().is_some_and(continues) {
        list.push(Piece { at, from });
    }
}

/// See [`Text::slices`].
#[derive(Clone)]
pub struct Slices<'t> {
    bytes: &'t [u8],
    /// The first holds the byte at `at`.
    rest: &'t [Piece],
    at: usize,
    end: usize,
}

impl std::fmt::Debug for Slices<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slices").field("at", &self.at).field("end", &self.end).finish()
    }
}

impl<'t> Iterator for Slices<'t> {
    type Item = &'t [u8];

    #[inline]
    fn next(&mut self) -> Option<&'t [u8]> {
        if self.at >= self.end {
            return None;
        }
        let (piece, rest) = self.rest.split_first()?;
        let end = rest.first().map_or(self.end, |next| self.end.min(next.at as usize));
        let from = piece.from as usize + (self.at - piece.at as usize);
        let slice = self.bytes.get(from..from + (end - self.at))?;
        (self.at, self.rest) = (end, rest);
        Some(slice)
    }
}
