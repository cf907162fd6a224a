//! An object's bytes, in pieces.

use std::ops::Range;

/// So many pieces are looked at one after the other, before they are searched by halves.
const FEW: usize = 8;

/// Marks a position in the bytes that are held; other positions are those in a base.
pub(super) const HELD: u32 = 1 << 31;

/// Where bytes of an object come from, beginning at one position and up to the next piece's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Position in the object.
    pub(super) at: u32,
    /// Position in the base, or, with [`HELD`], in the bytes that are held.
    pub(super) from: u32,
}

/// The bytes of an object that is not rebuilt.
#[derive(Clone, Copy)]
pub struct Text<'t> {
    bytes: &'t [u8],
    /// In order; the first is at 0 unless the text is empty.
    pieces: &'t [Piece],
    /// The pieces of the base, all of which are held, where some of `pieces` are not.
    base: &'t [Piece],
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
    /// A text all of whose pieces are held.
    pub(super) fn held(bytes: &'t [u8], pieces: &'t [Piece], size: usize) -> Text<'t> {
        Text { bytes, pieces, base: &[], size }
    }

    /// A text whose pieces are held or are those of `self`, which is held.
    pub(super) fn derived(&self, pieces: &'t [Piece], size: usize) -> Text<'t> {
        Text { bytes: self.bytes, pieces, base: self.pieces, size }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many pieces it is in, or how many steps lead to it from its base.
    #[must_use]
    pub fn piece_count(&self) -> usize {
        self.pieces.len()
    }

    /// Its bytes, if they lie together.
    #[must_use]
    pub fn as_slice(&self) -> Option<&'t [u8]> {
        let first = self.slices(0..self.size).next().unwrap_or_default();
        (first.len() == self.size).then_some(first)
    }

    /// Its bytes in `range`, in order, as they lie; `range` is cut to what there is.
    #[must_use]
    pub fn slices(&self, range: Range<usize>) -> Slices<'t> {
        let end = range.end.min(self.size);
        let rest = from_position(self.pieces, range.start);
        Slices { text: *self, rest, at: range.start, end, base: Inner::default() }
    }

    /// Appends its bytes in `range` to `out`; `range` is cut to what there is.
    pub fn gather(&self, range: Range<usize>, out: &mut Vec<u8>) {
        let mut slices = self.slices(range);
        while let Some((start, length)) = slices.place() {
            append_short(self.bytes, start, length, out);
        }
    }

    /// Appends all its bytes to `out`.
    pub fn whole(&self, out: &mut Vec<u8>) {
        out.reserve(self.size);
        self.gather(0..self.size, out);
    }
}

/// The pieces from that on which holds the byte at `position`.
fn from_position(pieces: &[Piece], position: usize) -> &[Piece] {
    let first = pieces.partition_point(|piece| piece.at as usize <= position);
    pieces.get(first.saturating_sub(1)..).unwrap_or_default()
}

/// See [`Text::slices`].
#[derive(Clone)]
pub struct Slices<'t> {
    text: Text<'t>,
    /// The first holds the byte at `at`.
    rest: &'t [Piece],
    at: usize,
    end: usize,
    /// The rest of a piece that is not held.
    base: Inner<'t>,
}

/// Pieces of the base; the first holds the byte at `at`.
#[derive(Clone, Default)]
struct Inner<'t> {
    rest: &'t [Piece],
    at: usize,
    end: usize,
}

impl std::fmt::Debug for Slices<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slices").field("at", &self.at).field("end", &self.end).finish()
    }
}

/// Takes a piece from the front of `rest`, and moves `at`, which must be before `end`, behind it:
/// where the piece's bytes come from, and how many they are.
#[inline]
fn take(rest: &mut &[Piece], at: &mut usize, end: usize) -> Option<(u32, usize)> {
    let (piece, behind) = rest.split_first()?;
    let piece_end = behind.first().map_or(end, |next| end.min(next.at as usize));
    let from = piece.from + (*at as u32 - piece.at);
    let length = piece_end - *at;
    (*rest, *at) = (behind, piece_end);
    Some((from, length))
}

impl Slices<'_> {
    /// Where the next slice lies in the bytes that are held, and how many bytes it has.
    #[inline]
    fn place(&mut self) -> Option<(usize, usize)> {
        let base = &mut self.base;
        let (from, length) = if base.at < base.end {
            take(&mut base.rest, &mut base.at, base.end)?
        } else if self.at < self.end {
            let (from, length) = take(&mut self.rest, &mut self.at, self.end)?;
            if from & HELD != 0 {
                return Some(((from & !HELD) as usize, length));
            }
            let from = from as usize;
            let rest = from_position(self.text.base, from);
            *base = Inner { rest, at: from, end: from + length };
            take(&mut base.rest, &mut base.at, base.end)?
        } else {
            return None;
        };
        Some(((from & !HELD) as usize, length))
    }
}

impl<'t> Iterator for Slices<'t> {
    type Item = &'t [u8];

    #[inline]
    fn next(&mut self) -> Option<&'t [u8]> {
        let (start, length) = self.place()?;
        self.text.bytes.get(start..start + length)
    }
}

/// Appends some of `bytes`, of which there are mostly few, to `out`.
///
/// Where it can be, more is copied than is wanted and cut off again: that takes no call, and a call
/// costs more than the copy.
#[inline]
fn append_short(bytes: &[u8], start: usize, length: usize, out: &mut Vec<u8>) {
    let rest = bytes.get(start..).unwrap_or_default();
    let end = out.len() + length;
    match (rest.first_chunk::<32>(), rest.first_chunk::<128>()) {
        (Some(chunk), _) if length <= chunk.len() => out.extend_from_slice(chunk),
        (_, Some(chunk)) if length <= chunk.len() => out.extend_from_slice(chunk),
        _ => out.extend_from_slice(rest.get(..length).unwrap_or_default()),
    }
    out.truncate(end);
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
