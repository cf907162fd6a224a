//! Looking at many bytes of a text at once.
//!
//! Where what is looked for stands every few bytes, a search that begins anew behind each costs more
//! than one that tells all places of a block at once.

use wide::{i8x16, u8x16};

/// Bytes of a block.
pub(crate) const BYTES: usize = 64;

/// Bytes that are compared by one instruction.
const LANES: usize = 16;

/// Bytes of a text side by side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lanes(u8x16);

/// For each byte, whether it is what was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told(u8x16);

impl Lanes {
    #[inline]
    fn of(bytes: &[u8; LANES]) -> Lanes {
        Lanes(u8x16::new(*bytes))
    }

    /// Which are `byte`.
    #[inline]
    pub(crate) fn are(self, byte: u8) -> Told {
        Told(self.0.simd_eq(u8x16::splat(byte)))
    }

    /// Which are `first`, `last` or between them.
    #[inline]
    pub(crate) fn are_in(self, first: u8, last: u8) -> Told {
        let from_first = self.0 - u8x16::splat(first);
        Told(from_first.min(u8x16::splat(last - first)).simd_eq(from_first))
    }

    /// Which are above `byte` and of ASCII.
    #[inline]
    pub(crate) fn are_above(self, byte: i8) -> Told {
        self.compared(|lanes| lanes.simd_gt(i8x16::splat(byte)))
    }

    /// Which are below `byte` or not of ASCII.
    #[inline]
    pub(crate) fn are_below(self, byte: i8) -> Told {
        self.compared(|lanes| lanes.simd_lt(i8x16::splat(byte)))
    }

    /// With the bytes that are not of ASCII below all others.
    #[inline]
    fn compared(self, compare: impl Fn(i8x16) -> i8x16) -> Told {
        let signed = i8x16::new(self.0.to_array().map(u8::cast_signed));
        Told(u8x16::new(compare(signed).to_array().map(i8::cast_unsigned)))
    }

    /// The same with small letters for large ones; other bytes change too.
    #[inline]
    pub(crate) fn small(self) -> Lanes {
        self.with(0x20)
    }

    /// The same with these bits in each byte, so that bytes that differ in no other are told at once.
    #[inline]
    pub(crate) fn with(self, bits: u8) -> Lanes {
        Lanes(self.0 | u8x16::splat(bits))
    }
}

impl Told {
    /// Without the `others`.
    #[inline]
    pub(crate) fn without(self, others: Told) -> Told {
        Told(self.0 & !others.0)
    }
}

impl std::ops::BitOr for Told {
    type Output = Told;

    #[inline]
    fn bitor(self, other: Told) -> Told {
        Told(self.0 | other.0)
    }
}

/// The places in the first [`BYTES`] bytes of `text`, or in as many as there are, that are `wanted`.
///
/// A byte of zero must not be.
#[inline]
pub(crate) fn places(text: &[u8], wanted: impl Fn(Lanes) -> Told) -> Places {
    if let Some(block) = text.first_chunk::<BYTES>() {
        return Places::of(block, wanted);
    }
    let mut block = [0; BYTES];
    block.iter_mut().zip(text).for_each(|(byte, of_text)| *byte = *of_text);
    Places::of(&block, wanted)
}

/// Places in a block, from the first to the last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    /// One bit for each byte, the first one lowest.
    bits: u64,
}

impl Places {
    /// The places in a block of at most [`BYTES`] bytes that are `wanted`.
    #[inline]
    pub(crate) fn of<const N: usize>(block: &[u8; N], wanted: impl Fn(Lanes) -> Told) -> Places {
        const { assert!(N.is_multiple_of(LANES) && N <= BYTES) };
        let (parts, _) = block.as_chunks::<LANES>();
        let bits = parts.iter().rev().fold(0, |bits, part| {
            bits << LANES | u64::from(wanted(Lanes::of(part)).0.to_bitmask())
        });
        Places { bits }
    }

    /// One bit for each byte of the block, the first one lowest.
    #[inline]
    pub(crate) fn bits(self) -> u64 {
        self.bits
    }

    /// How many places there are at the front of a block before the first that is not among these.
    #[inline]
    pub(crate) fn at_front(self) -> usize {
        self.bits.trailing_ones() as usize
    }

    /// How many there are at the end of a block of `N` bytes behind the last that is not.
    #[inline]
    pub(crate) fn at_end<const N: usize>(self) -> usize {
        (self.bits << (BYTES - N)).leading_ones() as usize
    }
}

impl Iterator for Places {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let place = self.bits.trailing_zeros() as usize;
        self.bits &= self.bits.checked_sub(1)?;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn the_places_are_those_that_are_wanted() {
        let mut number: u64 = 1;
        for len in 0..200 {
            let text: Vec<u8> = (0..len)
                .map(|_| {
                    number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    b"abAB\"\xff0"[(number >> 33) as usize % 7]
                })
                .collect();
            let found: Vec<usize> =
                places(&text, |lanes| lanes.are(b'"') | lanes.small().are_in(b'b', b'z')).collect();
            let wanted = |byte: u8| matches!(byte, b'"' | b'b' | b'B');
            let of_block = text.iter().take(64).enumerate();
            let expected: Vec<usize> =
                of_block.filter(|(_, byte)| wanted(**byte)).map(|(at, _)| at).collect();
            assert_eq!(found, expected);
        }
    }
}
