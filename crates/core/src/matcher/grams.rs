//! A filter that says where one of many literals may stand.
//!
//! Of every `STEP` positions of the text one is looked at. The four bytes there (three, for
//! literals of three) are looked up in a table, which says whether any literal may have them.
//! Each literal is in the table with `STEP` such grams in a row, so one of them lies at a position
//! that is looked at. What a look-up costs does not depend on how many literals there are, and
//! few of the positions pass. (The idea is Wu and Manber's, *A Fast Algorithm for Multi-Pattern
//! Searching*, 1994.)
//!
//! Letters are made small before they are looked up, so one table does for literals in one
//! spelling and in any.

use std::ops::Range;

/// Cells of the table: one for each number of sixteen bits.
const CELLS: usize = 1 << 16;

/// Heads of the lists of literals, a power of two.
const HEADS: usize = 1 << 10;

/// Positions that are looked at together.
const TOGETHER: usize = 8;

/// Bytes that hold the grams of so many positions.
const BLOCK: usize = 2 * TOGETHER + 2;

/// Makes letters small, in four bytes at once; other bytes may change too, but all alike.
const SMALL: u32 = 0x2020_2020;

/// A filter of grams of `LEN` bytes, three or four.
pub(super) struct Grams<const LEN: usize> {
    table: Box<[u8; CELLS]>,
    heads: Vec<Range<u32>>,
    slots: Vec<Slot>,
}

/// A literal that has a certain gram.
#[derive(Clone, Copy, Debug)]
struct Slot {
    gram: u32,
    /// Which bytes of the gram are the literal's.
    mask: u32,
    literal: u32,
    /// Bytes of the literal before the gram.
    offset: u32,
}

impl<const LEN: usize> std::fmt::Debug for Grams<LEN> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Grams<{LEN}>({} slots)", self.slots.len())
    }
}

impl<const LEN: usize> Grams<LEN> {
    /// Distance of the positions that are looked at.
    const STEP: usize = LEN - 2;

    /// Those of four bytes.
    const MASK: u32 = if LEN == 4 { u32::MAX } else { 0x00FF_FFFF };

    /// A filter for `literals`, each with its index, of at least `LEN` bytes.
    pub(super) fn new<'l>(literals: impl Iterator<Item = (usize, &'l [u8])>) -> Grams<LEN> {
        let mut grams = Grams { table: Box::new([0; CELLS]), heads: Vec::new(), slots: Vec::new() };
        for (index, literal) in literals {
            let first = Self::rarest(literal);
            for offset in first..first + Self::STEP {
                let bytes = literal.get(offset..).unwrap_or_default();
                grams.add(index, offset, bytes.get(..LEN).unwrap_or(bytes));
            }
        }
        grams.slots.sort_by_key(|slot| head_of(slot.gram, slot.mask));
        grams.heads = (0..HEADS)
            .map(|head| {
                let at = |head| grams.slots.partition_point(|s| head_of(s.gram, s.mask) < head);
                // There are fewer slots than bytes of literals.
                let number = |at| u32::try_from(at).unwrap_or(u32::MAX);
                number(at(head))..number(at(head + 1))
            })
            .collect();
        grams
    }

    /// Where in a literal the grams begin that other text has least often.
    fn rarest(literal: &[u8]) -> usize {
        let window = (LEN + Self::STEP - 1).min(literal.len());
        let commonness = |window: &[u8]| window.iter().map(|&byte| commonness(byte)).sum::<u32>();
        let windows = literal.windows(window).enumerate();
        windows.min_by_key(|(_, window)| commonness(window)).map_or(0, |(at, _)| at)
    }

    fn add(&mut self, literal: usize, offset: usize, bytes: &[u8]) {
        let gram = padded(bytes) | SMALL;
        let mask = if bytes.len() < 4 { 0x00FF_FFFF } else { u32::MAX };
        if bytes.len() < LEN {
            // Any byte may stand behind the last one; of it, five bits count.
            for last in 0..1 << 5 {
                self.set((gram & mask) | (last << 24) | SMALL);
            }
        } else {
            self.set(gram & Self::MASK);
        }
        let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let (literal, offset) = (number(literal), number(offset));
        self.slots.push(Slot { gram: gram & mask, mask, literal, offset });
    }

    fn set(&mut self, gram: u32) {
        if let Some(cell) = self.table.get_mut(usize::from(cell_of(gram))) {
            *cell |= tag_of(gram);
        }
    }

    /// Not zero if a literal may have the gram, or another one with the same cell.
    fn cell(&self, gram: u32) -> u8 {
        self.table.get(usize::from(cell_of(gram & Self::MASK))).copied().unwrap_or(0)
    }

    /// Whether a literal may have the gram: of others with the same cell one in eight passes.
    fn may_be(&self, gram: u32) -> bool {
        self.cell(gram) & tag_of(gram & Self::MASK) != 0
    }

    /// Calls `hit` with the index and the start of every literal that may stand at one of the
    /// positions from `*at` to before `until`, until it fails; `*at` becomes the next position.
    /// That a literal does stand there is for the caller to see.
    pub(super) fn hits<E>(
        &self,
        text: &[u8],
        at: &mut usize,
        until: usize,
        hit: &mut impl FnMut(usize, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let stride = TOGETHER * Self::STEP;
        while *at < until {
            let rest = text.get(*at..).unwrap_or_default();
            let Some(block) = rest.first_chunk::<BLOCK>() else { break };
            // Without branches: nearly always none of them passes.
            let gram = |index: usize| {
                let bytes = block.get(index * Self::STEP..).and_then(<[u8]>::first_chunk::<4>);
                bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) | SMALL)
            };
            let mut cells = 0;
            for index in 0..TOGETHER {
                cells |= self.cell(gram(index));
            }
            if cells != 0 {
                let mut passed = 0_u32;
                for index in 0..TOGETHER {
                    passed |= u32::from(self.may_be(gram(index))) << index;
                }
                while passed != 0 {
                    let index = passed.trailing_zeros() as usize;
                    passed &= passed - 1;
                    self.hits_at(text, *at + index * Self::STEP, hit)?;
                }
            }
            *at += stride;
        }
        while *at < until.min(text.len()) {
            self.hits_at(text, *at, hit)?;
            *at += Self::STEP;
        }
        Ok(())
    }

    /// Those whose gram stands at `position`.
    #[inline]
    fn hits_at<E>(
        &self,
        text: &[u8],
        position: usize,
        hit: &mut impl FnMut(usize, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let rest = text.get(position..).unwrap_or_default();
        let gram = padded(rest.get(..4).unwrap_or(rest)) | SMALL;
        if !self.may_be(gram) {
            return Ok(());
        }
        let whole = (LEN == 4).then(|| self.slots_of(gram, u32::MAX));
        let slots = whole.into_iter().flatten().chain(self.slots_of(gram, 0x00FF_FFFF));
        for slot in slots {
            if let Some(start) = position.checked_sub(slot.offset as usize) {
                hit(slot.literal as usize, start)?;
            }
        }
        Ok(())
    }

    fn slots_of(&self, gram: u32, mask: u32) -> impl Iterator<Item = &Slot> {
        let head = self.heads.get(head_of(gram & mask, mask)).cloned().unwrap_or_default();
        let slots = self.slots.get(head.start as usize..head.end as usize).unwrap_or_default();
        slots.iter().filter(move |slot| slot.mask == mask && slot.gram == gram & mask)
    }
}

/// Up to four bytes as a number, the first one lowest.
fn padded(bytes: &[u8]) -> u32 {
    match *bytes {
        [a, b, c, d, ..] => u32::from_le_bytes([a, b, c, d]),
        [a, b, c] => u32::from_le_bytes([a, b, c, 0]),
        [a, b] => u32::from_le_bytes([a, b, 0, 0]),
        [a] => u32::from_le_bytes([a, 0, 0, 0]),
        [] => 0,
    }
}

/// The cell of a gram, from the middle of a product with a number whose last byte is one: so the
/// fourth byte of a gram counts with five bits, which tell letters apart.
fn cell_of(gram: u32) -> u16 {
    // The cut is what is wanted: sixteen bits.
    (gram.wrapping_mul(0x9E37_7901) >> 13) as u16
}

/// One of eight bits, by which grams of one cell are told apart; of the fourth byte nothing counts.
fn tag_of(gram: u32) -> u8 {
    1 << (gram.wrapping_mul(0x9E37_7901) >> 10 & 7)
}

/// The list of a gram: the highest bits of a product with a large odd number, Knuth's
/// multiplicative hash.
fn head_of(gram: u32, mask: u32) -> usize {
    ((gram ^ !mask).wrapping_mul(0x9E37_79B1) >> (u32::BITS - HEADS.ilog2())) as usize
}

/// How common a byte is in texts, roughly.
fn commonness(byte: u8) -> u32 {
    match byte {
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b' ' => 4,
        b'a'..=b'z' => 3,
        b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'/' | b'\n' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::Grams;

    /// Numbers that look random and are the same each time.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (self.0 >> 33) as usize % end
        }

        fn bytes(&mut self, len: usize) -> Vec<u8> {
            (0..len).map(|_| b"abAB.\n"[self.below(6)]).collect()
        }
    }

    /// Every literal is reported wherever it stands, in steps of any length.
    fn check<const LEN: usize>(seed: u64) {
        let mut numbers = Numbers(seed);
        let literals: Vec<Vec<u8>> = (0..6)
            .map(|_| {
                let len = LEN + numbers.below(5);
                numbers.bytes(len)
            })
            .collect();
        let grams = Grams::<LEN>::new(literals.iter().map(Vec::as_slice).enumerate());
        let len = 200 + numbers.below(60);
        let text = numbers.bytes(len);
        let mut hits = Vec::new();
        let mut at = 0;
        let mut until = 0;
        while until < text.len() {
            until = text.len().min(until + 1 + numbers.below(90));
            grams
                .hits(&text, &mut at, until, &mut |literal, start| {
                    hits.push((literal, start));
                    Ok::<(), ()>(())
                })
                .expect("nothing fails");
        }
        for (index, literal) in literals.iter().enumerate() {
            let standing = text.windows(literal.len()).enumerate().filter(|(_, w)| w == literal);
            for (start, _) in standing {
                assert!(hits.contains(&(index, start)), "{seed}: {literal:?} at {start}");
            }
        }
    }

    #[test]
    fn no_literal_is_passed_over() {
        for seed in 0..300 {
            check::<3>(seed);
            check::<4>(seed);
        }
    }
}
