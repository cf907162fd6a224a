//! Looking at many bytes of a text at once.
//!
//! Where what is looked for stands every few bytes, a search that begins anew behind each costs more
//! than one that tells all places of a block at once. How many bytes one instruction compares is
//! known when the program runs ([`crate::processor`]): whoever looks at many blocks is compiled for
//! each sort of processor, and says which one it is for.

use fearless_simd::prelude::*;
use fearless_simd::{i8x64, mask8x64, u8x64};

/// Bytes of a block.
pub(crate) const BYTES: usize = 64;

/// The bytes of a block side by side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lanes<S: Simd>(u8x64<S>);

/// For each byte, whether it is what was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<S: Simd>(mask8x64<S>);

impl<S: Simd> Lanes<S> {
    /// The first [`BYTES`] bytes of `text`, or as many as there are with zeros behind them.
    #[inline(always)]
    pub(crate) fn of(simd: S, text: &[u8]) -> Lanes<S> {
        let short;
        let block = match text.first_chunk::<BYTES>() {
            Some(block) => block,
            None => {
                short = with_zeros(text);
                &short
            }
        };
        Lanes(u8x64::from_slice(simd, block))
    }

    /// Which are `byte`.
    #[inline(always)]
    pub(crate) fn are(self, byte: u8) -> Told<S> {
        Told(self.0.simd_eq(byte))
    }

    /// Which are `first`, `last` or between them.
    #[inline(always)]
    pub(crate) fn are_in(self, first: u8, last: u8) -> Told<S> {
        let from_first = self.0 - first;
        Told(from_first.min(last - first).simd_eq(from_first))
    }

    /// Which are above `byte` and of ASCII.
    #[inline(always)]
    pub(crate) fn are_above(self, byte: i8) -> Told<S> {
        Told(self.signed().simd_gt(byte))
    }

    /// Which are below `byte` or not of ASCII.
    #[inline(always)]
    pub(crate) fn are_below(self, byte: i8) -> Told<S> {
        Told(self.signed().simd_lt(byte))
    }

    /// With the bytes that are not of ASCII below all others.
    #[inline(always)]
    fn signed(self) -> i8x64<S> {
        self.0.bitcast()
    }

    /// The same with small letters for large ones; other bytes change too.
    #[inline(always)]
    pub(crate) fn small(self) -> Lanes<S> {
        self.with(0x20)
    }

    /// The same with these bits in each byte, so that bytes that differ in no other are told at once.
    #[inline(always)]
    pub(crate) fn with(self, bits: u8) -> Lanes<S> {
        Lanes(self.0 | bits)
    }
}

/// A short `text` with zeros behind it.
#[cold]
fn with_zeros(text: &[u8]) -> [u8; BYTES] {
    let mut block = [0; BYTES];
    if let Some(front) = block.get_mut(..text.len()) {
        front.copy_from_slice(text);
    }
    block
}

impl<S: Simd> Told<S> {
    /// Where they stand.
    #[inline(always)]
    pub(crate) fn places(self) -> Places {
        Places { bits: self.0.to_bitmask() }
    }

    /// One bit for each byte of the block, the first one lowest.
    #[inline(always)]
    pub(crate) fn bits(self) -> u64 {
        self.0.to_bitmask()
    }

    /// Without the `others`.
    #[inline(always)]
    pub(crate) fn without(self, others: Told<S>) -> Told<S> {
        Told(self.0 & !others.0)
    }
}

impl<S: Simd> std::ops::BitOr for Told<S> {
    type Output = Told<S>;

    #[inline(always)]
    fn bitor(self, other: Told<S>) -> Told<S> {
        Told(self.0 | other.0)
    }
}

/// Places in a block, from the first to the last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    /// One bit for each byte, the first one lowest.
    bits: u64,
}

impl Places {
    /// Those of these bits, the first byte's lowest.
    #[inline]
    pub(crate) fn of(bits: u64) -> Places {
        Places { bits }
    }

    /// How many places there are at the front of a block before the first that is not among these.
    #[inline]
    pub(crate) fn at_front(self) -> usize {
        self.bits.trailing_ones() as usize
    }

    /// How many there are at the end of a whole block behind the last that is not.
    #[inline]
    pub(crate) fn at_end(self) -> usize {
        self.bits.leading_ones() as usize
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
    use fearless_simd::{Level, Simd, dispatch};

    use super::{Lanes, Told};
    use crate::processor;

    #[inline(always)]
    fn wanted<S: Simd>(lanes: Lanes<S>) -> Told<S> {
        lanes.are(b'"') | lanes.small().are_in(b'b', b'z')
    }

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
            let is_wanted = |byte: u8| matches!(byte, b'"' | b'b' | b'B');
            let of_block = text.iter().take(64).enumerate();
            let expected: Vec<usize> =
                of_block.filter(|(_, byte)| is_wanted(**byte)).map(|(at, _)| at).collect();
            for level in [Level::baseline(), processor::level()] {
                let found: Vec<usize> =
                    dispatch!(level, simd => wanted(Lanes::of(simd, &text)).places()).collect();
                assert_eq!(found, expected, "{level:?}");
            }
        }
    }
}
