//! Deltas: an object as copies from another one, and what is new.

use super::ReadError;

/// The longest piece that a sink sees.
const PIECE_BYTES: usize = 1 << 20;

/// A delta, split into what it promises and what it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delta<'d> {
    pub(crate) base_size: u64,
    pub(crate) result_size: u64,
    instructions: &'d [u8],
}

/// One step of a delta.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Instruction<'d> {
    /// Copies `length` bytes of the base.
    Copy { offset: usize, length: usize },
    /// Inserts bytes of the delta.
    Insert(&'d [u8]),
}

/// The instructions of a delta, in order, up to the first that is none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instructions<'d>(&'d [u8]);

pub(crate) fn corrupt(why: &str) -> ReadError {
    ReadError::Corrupt(format!("bad delta: {why}"))
}

impl<'d> Delta<'d> {
    /// Reads the promise at the begin of `bytes`, which may be cut off after it.
    pub(crate) fn parse(bytes: &'d [u8]) -> Result<Delta<'d>, ReadError> {
        let (base_size, rest) = size(bytes)?;
        let (result_size, instructions) = size(rest)?;
        Ok(Delta { base_size, result_size, instructions })
    }

    /// How many bytes its instructions have; it inserts fewer.
    pub(crate) fn length(&self) -> usize {
        self.instructions.len()
    }

    /// What it does.
    pub(crate) fn instructions(&self) -> Instructions<'d> {
        Instructions(self.instructions)
    }

    /// Hands the result to `sink`, in order, in pieces of at most 1 MiB.
    ///
    /// Never hands over more bytes than the delta promises.
    pub(super) fn apply(&self, base: &[u8], sink: &mut dyn FnMut(&[u8])) -> Result<(), ReadError> {
        if self.base_size != base.len() as u64 {
            return Err(corrupt("made for a base of another size"));
        }
        let mut missing = self.result_size;
        for instruction in self.instructions() {
            let fresh = match instruction.map_err(corrupt)? {
                Instruction::Copy { offset, length } => base
                    .get(offset..offset.saturating_add(length))
                    .ok_or_else(|| corrupt("copies from beyond its base"))?,
                Instruction::Insert(inserted) => inserted,
            };
            missing = missing
                .checked_sub(fresh.len() as u64)
                .ok_or_else(|| corrupt("longer than it says"))?;
            fresh.chunks(PIECE_BYTES).for_each(&mut *sink);
        }
        if missing != 0 {
            return Err(corrupt("shorter than it says"));
        }
        Ok(())
    }
}

impl<'d> Iterator for Instructions<'d> {
    type Item = Result<Instruction<'d>, &'static str>;

    #[inline(always)] // There are thirty million in the history of git.
    fn next(&mut self) -> Option<Self::Item> {
        let (&instruction, rest) = self.0.split_first()?;
        let next = if instruction & 0x80 != 0 {
            copy(instruction, rest)
        } else if instruction == 0 {
            Err("unknown instruction")
        } else {
            rest.split_at_checked(instruction.into())
                .map(|(inserted, rest)| (Instruction::Insert(inserted), rest))
                .ok_or("cut off in an insertion")
        };
        let (instruction, rest) = match next {
            Ok((instruction, rest)) => (Ok(instruction), rest),
            Err(why) => (Err(why), [].as_slice()),
        };
        self.0 = rest;
        Some(instruction)
    }
}

/// A copy, and what follows the instruction.
#[inline(always)]
fn copy(instruction: u8, rest: &[u8]) -> Result<(Instruction<'_>, &[u8]), &'static str> {
    let (fields, after) = match rest.first_chunk() {
        Some(bytes) => fields(instruction, u64::from_le_bytes(*bytes)),
        None => {
            let mut bytes = [0; 8];
            bytes.iter_mut().zip(rest).for_each(|(byte, given)| *byte = *given);
            fields(instruction, u64::from_le_bytes(bytes))
        }
    };
    let rest = rest.get(after..).ok_or("cut off in a copy")?;
    let offset = (fields & 0xffff_ffff) as usize;
    let length = match fields >> 32 {
        0 => 0x10000,
        length => length as usize,
    };
    Ok((Instruction::Copy { offset, length }, rest))
}

/// The four bytes of an offset and the three of a length, of which only those are in `bytes` that
/// `instruction` has a bit for; and how many these are.
///
/// Without a branch, for these bits are as good as random.
#[inline(always)]
fn fields(instruction: u8, mut bytes: u64) -> (u64, usize) {
    let mut fields = 0;
    for field in 0..7 {
        let is_there = u64::from(instruction >> field & 1);
        fields |= (bytes & (is_there * 0xff)) << (field * 8);
        bytes >>= is_there * 8;
    }
    (fields, (instruction & 0x7f).count_ones() as usize)
}

/// A size in groups of seven bits, least first, and what follows it.
fn size(bytes: &[u8]) -> Result<(u64, &[u8]), ReadError> {
    let mut value = 0_u64;
    let mut rest = bytes;
    for shift in (0..u64::BITS).step_by(7) {
        let (&byte, after) = rest.split_first().ok_or_else(|| corrupt("no size"))?;
        rest = after;
        let group = u64::from(byte & 0x7f);
        let shifted = group << shift;
        if shifted >> shift != group {
            break;
        }
        value |= shifted;
        if byte & 0x80 == 0 {
            return Ok((value, rest));
        }
    }
    Err(corrupt("a size that no object can have"))
}

#[cfg(test)]
mod tests {
    use super::{Delta, ReadError};

    fn apply(base: &[u8], delta: &[u8]) -> Result<Vec<u8>, ReadError> {
        let mut out = Vec::new();
        Delta::parse(delta)?.apply(base, &mut |piece| out.extend_from_slice(piece))?;
        Ok(out)
    }

    #[test]
    fn copies_and_insertions_follow_each_other() {
        let delta = [6, 7, 0x91, 2, 3, 2, b'X', b'Y', 0x90, 2];
        assert_eq!(apply(b"abcdef", &delta).unwrap(), b"cdeXYab");
    }

    #[test]
    fn a_length_of_zero_is_64_kib() {
        let base = vec![b'x'; 0x10000];
        let delta = [0x80, 0x80, 4, 0x80, 0x80, 4, 0x80];
        assert_eq!(apply(&base, &delta).unwrap(), base);
    }

    #[test]
    fn lies_are_errors_and_never_more_bytes_than_promised() {
        for delta in [
            &[5, 3, 3, 1, 2, 3][..], // another base size
            &[6, 3, 2, 1, 2],        // too short
            &[6, 1, 2, 1, 2],        // too long
            &[6, 3, 0, 1],           // reserved instruction
            &[6, 3, 0x91, 5, 3],     // beyond the base
            &[6, 3, 0x91, 5],        // cut copy
            &[6, 3, 3, 1, 2],        // cut insertion
            &[6],                    // no result size
            &[],                     // nothing
            &[0xff; 12],             // endless size
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2], // 65 bits
            &[6, 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], // huge copy
        ] {
            let mut seen = 0;
            let result = Delta::parse(delta).and_then(|parsed| {
                parsed.apply(b"abcdef", &mut |piece| seen += piece.len())?;
                Ok(())
            });
            assert!(matches!(result, Err(ReadError::Corrupt(_))), "{delta:?}");
            assert!(seen <= 3, "{delta:?}");
        }
    }
}
