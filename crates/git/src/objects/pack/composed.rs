//! An object whose base is too large to be held.
//!
//! Its deltas are put together first, so that each piece of it comes from one of them or from the
//! whole object at the end of the chain. That one is then inflated as often as there are segments of
//! the result, and what a segment takes from it is picked out while it passes by.
//!
//! ```text
//! delta of delta   ──▶  pieces of the delta below  ──▶  pieces of the whole object
//! whole object     ═════════╤══╤═══════════╤═══════▶    passes by
//! segment                   └──┴───────────┘            filled in any order, handed over
//! ```

use gix::odb::pack::data;

use super::{Kind, PIECE_BYTES, Pack, Scratch, check_depth, check_stream_size, held_max, kind};
use crate::{
    GitLimits, ReadError,
    objects::delta::{Delta, Instruction, corrupt},
};

/// The part of what may be held that is kept for a segment of the result: more, if deltas leave
/// room.
const SEGMENT_PART: u64 = 6;

/// Where bytes of an object come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// They were inserted, and are kept at this position.
    Kept(u64),
    /// They are copied from this position of the base.
    Base(u64),
}

/// Bytes of an object that come from one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Where they are in the object.
    at: u64,
    length: u64,
    from: Origin,
}

impl Piece {
    fn end(&self) -> u64 {
        self.at.saturating_add(self.length)
    }

    /// What it has of the bytes of the object from `start` to `end`.
    fn cut(&self, start: u64, end: u64) -> Option<Piece> {
        let (at, end) = (self.at.max(start), self.end().min(end));
        let skipped = at.checked_sub(self.at)?;
        let length = end.checked_sub(at).filter(|length| *length > 0)?;
        let from = match self.from {
            Origin::Kept(from) => Origin::Kept(from.saturating_add(skipped)),
            Origin::Base(from) => Origin::Base(from.saturating_add(skipped)),
        };
        Some(Piece { at, length, from })
    }
}

/// Deltas that were put together.
struct Composed {
    pieces: Vec<Piece>,
    /// What the deltas insert.
    kept: Vec<u8>,
    /// Bytes of the object, and of that of which `pieces` are.
    size: u64,
    base_size: u64,
    /// How many more pieces and bytes there may be, all steps together.
    room: u64,
    max: u64,
    /// Bytes of the object that are held at once, at least.
    segment: u64,
}

impl Composed {
    /// Nothing is put together: the object itself, of `size` bytes.
    fn new(size: u64, limits: &GitLimits) -> Composed {
        let held = held_max(limits);
        let segment = held / SEGMENT_PART;
        let max = held.saturating_sub(segment);
        let pieces = vec![Piece { at: 0, length: size, from: Origin::Base(0) }];
        Composed { pieces, kept: Vec::new(), size, base_size: size, room: max, max, segment }
    }

    /// Takes `bytes` from what may be held.
    fn take(&mut self, bytes: u64) -> Result<(), ReadError> {
        let rest = self.room.checked_sub(bytes);
        let size = self.max.saturating_add(bytes);
        self.room = rest.ok_or(ReadError::TooLarge { size, max: self.max })?;
        Ok(())
    }

    /// Replaces pieces of the base by what `delta` makes the base of.
    fn put_below(&mut self, delta: &Delta<'_>) -> Result<(), ReadError> {
        if delta.result_size != self.base_size {
            return Err(corrupt("made for a base of another size"));
        }
        let below = self.pieces_of(delta)?;
        let mut pieces = Vec::new();
        for piece in std::mem::take(&mut self.pieces) {
            let Origin::Base(from) = piece.from else {
                self.push(&mut pieces, piece)?;
                continue;
            };
            let end = from.saturating_add(piece.length);
            let first = below.partition_point(|it| it.end() <= from);
            let rest = below.get(first..).unwrap_or_default();
            for part in rest.iter().map_while(|it| it.cut(from, end)) {
                let at = piece.at.saturating_add(part.at.saturating_sub(from));
                self.push(&mut pieces, Piece { at, ..part })?;
            }
        }
        self.pieces = pieces;
        self.base_size = delta.base_size;
        Ok(())
    }

    fn push(&mut self, pieces: &mut Vec<Piece>, piece: Piece) -> Result<(), ReadError> {
        self.take(size_of::<Piece>() as u64)?;
        pieces.push(piece);
        Ok(())
    }

    /// The pieces that a delta makes its result of, all of it; what it inserts is kept.
    fn pieces_of(&mut self, delta: &Delta<'_>) -> Result<Vec<Piece>, ReadError> {
        let mut pieces = Vec::new();
        let mut at = 0_u64;
        for instruction in delta.instructions() {
            let (from, length) = match instruction.map_err(corrupt)? {
                Instruction::Copy { offset, length } => {
                    if (offset as u64).saturating_add(length as u64) > delta.base_size {
                        return Err(corrupt("copies from beyond its base"));
                    }
                    (Origin::Base(offset as u64), length)
                }
                Instruction::Insert(bytes) => {
                    self.take(bytes.len() as u64)?;
                    let from = Origin::Kept(self.kept.len() as u64);
                    self.kept.extend_from_slice(bytes);
                    (from, bytes.len())
                }
            };
            self.push(&mut pieces, Piece { at, length: length as u64, from })?;
            at = at.saturating_add(length as u64);
            if at > delta.result_size {
                return Err(corrupt("longer than it says"));
            }
        }
        if at < delta.result_size {
            return Err(corrupt("shorter than it says"));
        }
        Ok(pieces)
    }

    /// The bytes of the object from `start` to `end`, as far as they are kept, and what is to be
    /// picked from the base for the others, in the order of the base.
    fn segment(&self, start: u64, end: u64) -> Result<(Vec<u8>, Vec<Pick>), ReadError> {
        let mut bytes = vec![0; usize::try_from(end.saturating_sub(start)).unwrap_or_default()];
        let mut picks = Vec::new();
        let first = self.pieces.partition_point(|piece| piece.end() <= start);
        let rest = self.pieces.get(first..).unwrap_or_default();
        for piece in rest.iter().map_while(|piece| piece.cut(start, end)) {
            let at = piece.at.saturating_sub(start);
            match piece.from {
                Origin::Base(from) => add_picks(&mut picks, from, at, piece.length),
                Origin::Kept(from) => {
                    let kept = slice(&self.kept, from, piece.length);
                    kept.and_then(|kept| copy_to(&mut bytes, at, kept)).ok_or_else(lost)?;
                }
            }
        }
        picks.sort_unstable_by_key(|pick| pick.from);
        Ok((bytes, picks))
    }
}

/// Bytes of the base, all in one piece in which it passes by, and where they go in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pick {
    from: u64,
    at: u64,
    length: u64,
}

/// Adds picks for `length` bytes of the base from `from` on.
fn add_picks(picks: &mut Vec<Pick>, mut from: u64, mut at: u64, mut length: u64) {
    const PASSING: u64 = PIECE_BYTES as u64;
    while length > 0 {
        let step = length.min(PASSING - from % PASSING);
        picks.push(Pick { from, at, length: step });
        (from, at, length) = (from + step, at + step, length - step);
    }
}

fn slice(bytes: &[u8], from: u64, length: u64) -> Option<&[u8]> {
    let place = |at: u64| usize::try_from(at).ok();
    bytes.get(place(from)?..place(from.checked_add(length)?)?)
}

fn copy_to(out: &mut [u8], at: u64, bytes: &[u8]) -> Option<()> {
    let start = usize::try_from(at).ok()?;
    out.get_mut(start..start.checked_add(bytes.len())?)?.copy_from_slice(bytes);
    Some(())
}

/// What cannot be: a segment of which a piece was not filled is never handed over.
fn lost() -> ReadError {
    corrupt("a piece of it is nowhere")
}

impl Pack {
    /// Hands over the object at `offset`, a delta, without its base being held.
    pub(super) fn stream_composed(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        offset: u64,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<Kind, ReadError> {
        // What is held now is all that is held.
        scratch.cache.shrink(0);
        let (composed, whole) = self.compose(scratch, limits, offset)?;
        let kind = kind(&whole)?;
        let step = composed.segment.saturating_add(composed.room).max(1);
        let mut start = 0;
        while start < composed.size {
            limits.check_time()?;
            let end = composed.size.min(start.saturating_add(step));
            let (mut bytes, picks) = composed.segment(start, end)?;
            if !picks.is_empty() {
                self.pick(scratch, limits, (&whole, &picks), &mut bytes)?;
            }
            bytes.chunks(PIECE_BYTES).for_each(&mut *sink);
            start = end;
        }
        Ok(kind)
    }

    /// Puts together the deltas from `offset` down to the object that is whole.
    fn compose(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        offset: u64,
    ) -> Result<(Composed, data::Entry), ReadError> {
        let mut entry = self.entry(&mut scratch.window, offset)?;
        let size = self.result_size(scratch, self.file()?.as_ref(), &entry)?;
        check_stream_size(size, limits)?;
        let mut composed = Composed::new(size, limits);
        let mut depth = 0;
        while let Some(base) = self.base_offset(&entry)? {
            depth += 1;
            check_depth(depth, limits)?;
            limits.check_time()?;
            composed.take(entry.decompressed_size)?;
            let bytes = self.instructions(scratch, limits, (&[], &entry))?;
            composed.put_below(&Delta::parse(&bytes)?)?;
            entry = self.entry(&mut scratch.window, base)?;
        }
        if entry.decompressed_size != composed.base_size {
            return Err(corrupt("made for a base of another size"));
        }
        check_stream_size(entry.decompressed_size, limits)?;
        Ok((composed, entry))
    }

    /// Inflates the object `whole`, and puts what is to be picked from it into `bytes`.
    fn pick(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        (whole, picks): (&data::Entry, &[Pick]),
        bytes: &mut [u8],
    ) -> Result<(), ReadError> {
        let (mut rest, mut passed, mut filled) = (picks, 0_u64, Some(()));
        self.stream_whole(scratch, limits, whole, &mut |piece| {
            let end = passed.saturating_add(piece.len() as u64);
            let here = rest.partition_point(|pick| pick.from < end);
            let (picked, later) = rest.split_at(here);
            for pick in picked {
                let from = pick.from.saturating_sub(passed);
                let picked = slice(piece, from, pick.length);
                filled = filled.and_then(|()| copy_to(bytes, pick.at, picked?));
            }
            (rest, passed) = (later, end);
        })?;
        filled.filter(|()| rest.is_empty()).ok_or_else(lost)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Composed, Delta, GitLimits, Origin, PIECE_BYTES, Pick, Piece, ReadError, add_picks,
    };

    fn composed(size: u64, deltas: &[&[u8]]) -> Result<Composed, ReadError> {
        let mut composed = Composed::new(size, &GitLimits::default());
        for delta in deltas {
            composed.put_below(&Delta::parse(delta)?)?;
        }
        Ok(composed)
    }

    #[test]
    fn deltas_are_put_together() {
        // "cdeXYab" of "abcdef", which is "abc", "d" and the last two of "xyef".
        let upper = [6, 7, 0x91, 2, 3, 2, b'X', b'Y', 0x90, 2];
        let lower = [4, 6, 4, b'a', b'b', b'c', b'd', 0x91, 2, 2];
        let composed = composed(7, &[&upper, &lower]).unwrap();
        let piece = |at, length, from| Piece { at, length, from };
        assert_eq!(
            composed.pieces,
            [
                piece(0, 2, Origin::Kept(4)),
                piece(2, 1, Origin::Base(2)),
                piece(3, 2, Origin::Kept(0)),
                piece(5, 2, Origin::Kept(2)),
            ]
        );
        assert_eq!(composed.kept, b"XYabcd");
        let (bytes, picks) = composed.segment(1, 6).unwrap();
        assert_eq!(bytes, b"d\0XYa");
        assert_eq!(picks, [Pick { from: 2, at: 1, length: 1 }]);
    }

    #[test]
    fn what_does_not_fit_together_is_an_error() {
        for deltas in [
            &[&[6, 3, 0x90, 3][..], &[4, 5, 0x90, 4, 1, b'x']][..], // another size
            &[&[6, 3, 0x91, 5, 3]],                                 // beyond the base
            &[&[6, 3, 0x90, 2]],                                    // too short
            &[&[6, 3, 0x90, 4]],                                    // too long
            &[&[6, 3, 0]],                                          // reserved instruction
        ] {
            let result = composed(3, deltas);
            assert!(matches!(result, Err(ReadError::Corrupt(_))), "{deltas:?}");
        }
    }

    #[test]
    fn pieces_and_bytes_have_a_bound_over_all_deltas() {
        let limits = GitLimits { held_bytes_max: 240, ..GitLimits::default() };
        let mut composed = Composed::new(3, &limits);
        let copy = [3, 3, 0x90, 3];
        let refused =
            (0..100).find_map(|_| composed.put_below(&Delta::parse(&copy).unwrap()).err());
        assert!(matches!(refused, Some(ReadError::TooLarge { .. })));
    }

    #[test]
    fn picks_end_where_pieces_end() {
        let mut picks = Vec::new();
        let passing = PIECE_BYTES as u64;
        add_picks(&mut picks, passing - 2, 10, passing + 5);
        let pick = |from, at, length| Pick { from, at, length };
        assert_eq!(
            picks,
            [
                pick(passing - 2, 10, 2),
                pick(passing, 12, passing),
                pick(2 * passing, 12 + passing, 3),
            ]
        );
    }
}
