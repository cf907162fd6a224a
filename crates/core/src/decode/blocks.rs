//! Looking at many bytes of a text at once.
//!
//! Where what is looked for stands every few bytes, a search that begins anew behind each costs more
//! than one that tells all places of a block at once. Nothing here is written for one processor:
//! the compiler makes of it what the machine has.

/// Bytes of a block.
pub(crate) const BYTES: usize = 64;

/// Moves the lowest bit of byte `n` of eight to bit `56 + n`: a byte with the value one that lies
/// `8 n` bits up is added once for each bit of the factor, and of those sums only one is that high.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// The places in the first [`BYTES`] bytes of `text`, or in as many as there are, that are `wanted`.
///
/// A byte of zero must not be.
#[inline]
pub(crate) fn places(text: &[u8], wanted: impl Fn(u8) -> bool + Copy) -> Places {
    let Some(block) = text.first_chunk() else {
        let mut block = [0; BYTES];
        block.iter_mut().zip(text).for_each(|(byte, of_text)| *byte = *of_text);
        return Places::of(&block, wanted);
    };
    Places::of(block, wanted)
}

/// Places in a block, from the first to the last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    /// One bit for each byte, the first one lowest.
    bits: u64,
}

impl Places {
    #[inline]
    fn of(block: &[u8; BYTES], wanted: impl Fn(u8) -> bool + Copy) -> Places {
        let flags = block.map(|byte| u8::from(wanted(byte)));
        let (eights, _) = flags.as_chunks::<8>();
        let gathered = eights.iter().map(|eight| u64::from_le_bytes(*eight).wrapping_mul(GATHER));
        Places { bits: gathered.rev().fold(0, |bits, eight| bits << 8 | eight >> 56) }
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
                    b"ab\"\xff"[(number >> 33) as usize % 4]
                })
                .collect();
            let wanted = |byte| matches!(byte, b'"' | 0xff);
            let found: Vec<usize> = places(&text, wanted).collect();
            let of_block = text.iter().take(64).enumerate();
            let expected: Vec<usize> =
                of_block.filter(|(_, byte)| wanted(**byte)).map(|(at, _)| at).collect();
            assert_eq!(found, expected);
        }
    }
}
