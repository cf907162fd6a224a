//! A filter that says where one of many literals may stand.
//!
//! Of every `STEP` positions of the text one is looked at. Four bytes there (three, for literals of
//! three) may be those of a literal or not. Each literal has `STEP` such grams in a row, so one of
//! them lies at a position that is looked at.
//!
//! A table says of two bytes with which sorts of grams they begin, and with which they end; a gram
//! of the text passes if its first two bytes and its last two have a sort in common. What that
//! costs does not depend on how many literals there are, and few of the positions pass. The two
//! bytes are the place in the table, so that what ordinary text asks for lies close together. (The
//! idea of looking at one of several positions is Wu and Manber's, *A Fast Algorithm for
//! Multi-Pattern Searching*, 1994; that of sorts is shift-or's, with buckets.)
//!
//! Letters are made small before they are looked up, so one table does for literals in one
//! spelling and in any.

use std::ops::Range;

use fearless_simd::{Simd, dispatch};

use crate::processor;

/// Cells of the table: one for each two bytes, of which six bits count.
const CELLS: usize = 1 << 12;

/// Sorts of grams: one for each bit of half a cell.
const SORTS: usize = 32;

/// Heads of the lists of literals, a power of two.
const HEADS: usize = 1 << 10;

/// Positions that are looked at together.
const TOGETHER: usize = 8;

/// Bytes that hold the ends of the grams of so many positions.
const BLOCK: usize = 2 * TOGETHER;

/// Makes letters small, in four bytes at once; other bytes may change too, but all alike.
const SMALL: u32 = 0x2020_2020;

/// The bytes of a gram of three.
const THREE: u32 = 0x00FF_FFFF;

/// A filter of grams of `LEN` bytes, three or four.
pub(super) struct Grams<const LEN: usize> {
    /// For each two bytes, the sorts of grams that begin with them, in the low half, and of those
    /// that end with them, in the high one.
    table: Box<[u64; CELLS]>,
    heads: Vec<Range<u32>>,
    slots: Vec<Slot>,
}

impl Slot {
    /// The gram of `bytes`, three or four, which stand at `offset` in a literal.
    fn new(literal: usize, offset: usize, bytes: &[u8]) -> Slot {
        let mask = if bytes.len() < 4 { THREE } else { u32::MAX };
        let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let (literal, offset) = (number(literal), number(offset));
        Slot { gram: (padded(bytes) | SMALL) & mask, mask, literal, offset }
    }

    /// Whether the gram has fewer bytes than `LEN`.
    fn is_cut<const LEN: usize>(&self) -> bool {
        LEN == 4 && self.mask != u32::MAX
    }

    /// Its first two bytes.
    fn first(&self) -> u16 {
        (self.gram & 0xFFFF) as u16
    }

    /// Its last two, or the third one alone if it is cut.
    fn last<const LEN: usize>(&self) -> u16 {
        (self.gram >> (8 * (LEN - 2)) & 0xFFFF) as u16
    }

    /// How common its last two bytes are.
    fn last_commonness<const LEN: usize>(&self) -> u64 {
        if self.is_cut::<LEN>() {
            COMMONNESS_OF_ONE
        } else {
            commonness_of(cell_of(self.last::<LEN>()))
        }
    }

    /// How often text passes for it, as far as its halves are independent.
    fn commonness<const LEN: usize>(&self) -> u64 {
        commonness_of(cell_of(self.first())) * self.last_commonness::<LEN>()
    }
}

/// How common what begins the grams of a sort is, and what ends them.
#[derive(Clone, Copy, Debug, Default)]
struct Sort {
    first: u64,
    last: u64,
}

impl Sort {
    /// How much text passes.
    fn passing(self) -> u64 {
        self.first * self.last
    }
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

    /// A filter for `literals`, each with its index, of at least `LEN` bytes.
    pub(super) fn new<'l>(literals: impl Iterator<Item = (usize, &'l [u8])>) -> Grams<LEN> {
        let mut slots = Vec::new();
        for (index, literal) in literals {
            let first = Self::rarest(literal);
            for offset in first..first + Self::STEP {
                let bytes = literal.get(offset..).unwrap_or_default();
                slots.push(Slot::new(index, offset, bytes.get(..LEN).unwrap_or(bytes)));
            }
        }
        let table = Self::table(&mut slots);
        slots.sort_by_key(|slot| head_of(slot.gram));
        let mut heads = vec![0..0; HEADS];
        for (number, slot) in (0..).zip(&slots) {
            let Some(head) = heads.get_mut(head_of(slot.gram)) else { continue };
            let start = if head.start == head.end { number } else { head.start };
            *head = start..number + 1;
        }
        Grams { table, heads, slots }
    }

    /// The table for `slots`. Each gram is of the sort that with it lets the least text pass; those
    /// that are common choose first.
    fn table(slots: &mut [Slot]) -> Box<[u64; CELLS]> {
        slots.sort_by_cached_key(|slot| std::cmp::Reverse((slot.commonness::<LEN>(), slot.gram)));
        let mut table = Box::new([0; CELLS]);
        let mut sorts = [Sort::default(); SORTS];
        for slot in slots {
            let (first, last) = (cell_of(slot.first()), cell_of(slot.last::<LEN>()));
            let has = |cell: u16| table.get(usize::from(cell)).copied().unwrap_or(0);
            let (firsts, lasts) = (has(first), has(last) >> SORTS);
            let with = |(number, sort): (usize, &Sort)| {
                let new = |among: u64| u64::from(among >> number & 1 == 0);
                Sort {
                    first: sort.first + new(firsts) * commonness_of(first),
                    last: sort.last + new(lasts) * slot.last_commonness::<LEN>(),
                }
            };
            let worse =
                |(number, sort): &(usize, &Sort)| with((*number, sort)).passing() - sort.passing();
            let Some((number, sort)) = sorts.iter().enumerate().min_by_key(worse) else { break };
            let sort = with((number, sort));
            sorts.get_mut(number).into_iter().for_each(|old| *old = sort);
            let mut set = |cell: u16, bit: usize| {
                table.get_mut(usize::from(cell)).into_iter().for_each(|cell| *cell |= 1 << bit);
            };
            set(first, number);
            if slot.is_cut::<LEN>() {
                // Any byte may stand behind the last one.
                let pair = |byte: u8| slot.last::<LEN>() | u16::from(byte) << 8;
                (0..=u8::MAX).for_each(|byte| set(cell_of(pair(byte)), SORTS + number));
            } else {
                set(last, SORTS + number);
            }
        }
        table
    }

    /// Where in a literal the grams begin that other text has least often.
    fn rarest(literal: &[u8]) -> usize {
        let window = (LEN + Self::STEP - 1).min(literal.len());
        let commonness = |window: &[u8]| window.windows(LEN).map(commonness).sum::<u64>();
        let windows = literal.windows(window).enumerate();
        windows.min_by_key(|(_, window)| commonness(window)).map_or(0, |(at, _)| at)
    }

    /// What the table says of two bytes.
    #[inline]
    fn cell(&self, pair: [u8; 2]) -> u64 {
        let cell = cell_of(u16::from_le_bytes(pair));
        self.table.get(usize::from(cell)).copied().unwrap_or(0)
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
        loop {
            *at = dispatch!(processor::level(), simd => self.pass_over(simd, text, *at, until));
            let rest = text.get(*at + Self::STEP..).unwrap_or_default();
            if *at >= until || rest.len() < BLOCK {
                break;
            }
            self.hits_in(text, *at, hit)?;
            *at += TOGETHER * Self::STEP;
        }
        while *at < until.min(text.len()) {
            if self.passes(text, *at) {
                self.hits_at(text, *at, hit)?;
            }
            *at += Self::STEP;
        }
        Ok(())
    }

    /// The first position from `at` on, as far as there are blocks before `until`, at which one of
    /// those that are looked at together may be a literal's; else the position behind the last
    /// block. Nearly all of a text is passed over, so this is apart from what comes then: it keeps
    /// what it needs in registers.
    #[inline(always)]
    fn pass_over<S: Simd>(&self, _simd: S, text: &[u8], mut at: usize, until: usize) -> usize {
        let pair = text.get(at..).and_then(<[u8]>::first_chunk);
        let mut first = pair.map_or(0, |pair| self.cell(*pair));
        while at < until {
            let rest = text.get(at + Self::STEP..).unwrap_or_default();
            let Some(block) = rest.first_chunk::<BLOCK>() else { break };
            // Without branches: nearly always none of them passes.
            let mut passing = 0;
            for cell in self.cells(block) {
                passing |= first & (cell >> SORTS);
                first = cell;
            }
            if passing != 0 {
                break;
            }
            at += TOGETHER * Self::STEP;
        }
        at
    }

    /// What the table says of the two bytes at each of the positions that are looked at together.
    #[inline(always)]
    fn cells(&self, block: &[u8; BLOCK]) -> [u64; TOGETHER] {
        let pair = |index: usize| block.get(index * Self::STEP..).and_then(<[u8]>::first_chunk);
        let place = |index: usize| pair(index).map_or(0, |pair| cell_of(u16::from_le_bytes(*pair)));
        let places: [u16; TOGETHER] = std::array::from_fn(place);
        places.map(|place| self.table.get(usize::from(place)).copied().unwrap_or(0))
    }

    /// Those at the positions from `at` on that are looked at together.
    #[cold]
    #[inline(never)]
    fn hits_in<E>(
        &self,
        text: &[u8],
        at: usize,
        hit: &mut impl FnMut(usize, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let pair = text.get(at..).and_then(<[u8]>::first_chunk);
        let block = text.get(at + Self::STEP..).and_then(<[u8]>::first_chunk::<BLOCK>);
        let (Some(pair), Some(block)) = (pair, block) else { return Ok(()) };
        let mut first = self.cell(*pair);
        for (index, cell) in self.cells(block).into_iter().enumerate() {
            if first & (cell >> SORTS) != 0 {
                self.hits_at(text, at + index * Self::STEP, hit)?;
            }
            first = cell;
        }
        Ok(())
    }

    /// Whether a literal may have the gram at `position`, as far as the table can say.
    fn passes(&self, text: &[u8], position: usize) -> bool {
        let pair = |at: usize| text.get(at..).and_then(<[u8]>::first_chunk);
        match (pair(position), pair(position + Self::STEP)) {
            (Some(first), Some(last)) => self.cell(*first) & (self.cell(*last) >> SORTS) != 0,
            _ => true,
        }
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
        let head = self.heads.get(head_of(gram)).cloned().unwrap_or_default();
        let slots = self.slots.get(head.start as usize..head.end as usize).unwrap_or_default();
        for slot in slots.iter().filter(|slot| gram & slot.mask == slot.gram) {
            if let Some(start) = position.checked_sub(slot.offset as usize) {
                hit(slot.literal as usize, start)?;
            }
        }
        Ok(())
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

/// The cell of two bytes, the first one lowest. What does not count are the bits by which small
/// letters differ from large ones, and ASCII from other bytes: so the table is small enough for the
/// cache that is nearest.
#[inline]
const fn cell_of(pair: u16) -> u16 {
    let bits = (pair & 0x1F1F) | (pair & 0x4040) >> 1;
    (bits & 0x3F) | (bits & 0x3F00) >> 2
}

/// The list of a gram, which all have that begin with the same three bytes: the highest bits of a
/// product with a large odd number, Knuth's multiplicative hash.
fn head_of(gram: u32) -> usize {
    ((gram & THREE).wrapping_mul(0x9E37_79B1) >> (u32::BITS - HEADS.ilog2())) as usize
}

/// Pairs of bytes that are common in sources, side by side; those of a line are twice as common as
/// those of the next. Counted in 16 MB of many languages, as the filter sees them: `*` ends lines
/// and DEL is an underscore.
const COMMON: [&[u8]; 8] = [
    b"  ",
    b"",
    b"",
    b"* ",
    b" t)), atdee eneresetinonorresestt tethti",
    b" * = a c f i o r s {*)**,*: ;*= alanarascecoctd ecedelfigeheioisitlelimen ndnengnsntpaper \
      rariros tatotrur",
    b" \" ( b d e l m n p u v w }) )*);*//*//:*acadamapcachckcldadie.eaefemexe\x7Ff fohahiicidie\
      ifigilimlalllolumamompnancnoocodolomopotouplpoprptrnrrrsrts.sisosststutyt\x7Fueulunusutva\
      vevey yp{*}*\x7Fs",
    b" -\",()--.*agbeblcre(e:epeqfakel lflsltnfninuo ofpuqurcscspsus\x7Ftt\x7Fc",
];

/// For each cell, how common its pairs are: one more is twice as common, zero is none of [`COMMON`].
static LEVELS: [u8; CELLS] = levels();

#[expect(clippy::indexing_slicing, reason = "it is done when this is compiled")]
const fn levels() -> [u8; CELLS] {
    let mut levels = [0; CELLS];
    let mut line = COMMON.len();
    while line > 0 {
        line -= 1;
        let pairs = COMMON[line];
        let mut at = 0;
        while at < pairs.len() {
            let cell = cell_of(u16::from_le_bytes([pairs[at], pairs[at + 1]]));
            levels[cell as usize] = (COMMON.len() - line) as u8;
            at += 2;
        }
    }
    levels
}

/// How common a gram is in sources, roughly.
fn commonness(gram: &[u8]) -> u64 {
    let pairs = gram.windows(2).filter_map(<[u8]>::first_chunk);
    let levels = pairs.map(|pair| u32::from(level_of(cell_of(u16::from_le_bytes(*pair)))));
    1 << levels.sum::<u32>()
}

/// How common the pairs of a cell are.
fn commonness_of(cell: u16) -> u64 {
    // Those of no line are far less common than those of the last one.
    match level_of(cell) {
        0 => 1,
        level => 8 << level,
    }
}

/// How common a byte is, beside pairs.
const COMMONNESS_OF_ONE: u64 = 1024;

fn level_of(cell: u16) -> u8 {
    LEVELS.get(usize::from(cell)).copied().unwrap_or(0)
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
