//! Bzip2: streams that continue each other, of blocks that are sorted texts.
//!
//! A block's text is all there or not at all, so of one with damage nothing is handed over. Memory
//! grows with what a block holds, to four bytes for each byte of the largest.

use super::output::Output;
use super::{Budget, End, Entry, Unpacked};

/// What a stream begins with, before the digit that says how large its blocks are.
const MAGIC: &[u8] = b"BZh";
const MAGIC_LENGTH: usize = 4;
/// Bytes of a block, for each of its stream's digit.
const BLOCK_UNIT: usize = 100_000;
/// What a block begins with, and what the end of a stream does.
const BLOCK_MARK: u64 = 0x3141_5926_5359;
const END_MARK: u64 = 0x1772_4538_5090;
const MARK_BITS: u32 = 48;
const CHECKSUM_BITS: u32 = 32;

/// Symbols that are read with one code before the next is chosen.
const GROUP_LENGTH: usize = 50;
const CODES_MIN: usize = 2;
const CODES_MAX: usize = 6;
/// Symbols of a code: two for runs, one for each other byte that is used, and one for the end.
const SYMBOLS_MAX: usize = 258;
/// Bits of the longest symbol.
const SYMBOL_BITS_MAX: u8 = 20;
/// Equal bytes behind which stands how many more there are.
const REPEATED: usize = 4;
/// Bytes that are handed over at a time.
const CHUNK_LENGTH: usize = 32 << 10;

/// Whether `bytes` begin as a stream: with its mark, and that of a block or of the stream's end.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let mut bits = Bits { bytes, at: MAGIC_LENGTH, held: 0, count: 0 };
    block_length(bytes).is_some()
        && bits.take(MARK_BITS).is_some_and(|mark| mark == BLOCK_MARK || mark == END_MARK)
}

/// Decodes all streams into one entry.
pub(super) fn unpack(bytes: &[u8], budget: &mut Budget, each: &mut dyn FnMut(Entry)) -> Unpacked {
    let mut output = Output::new(budget);
    let end = streams(bytes, budget, &mut output);
    output.hand_over(None, None, budget, each);
    end.into()
}

/// Decodes one stream after the other.
pub(super) fn streams(bytes: &[u8], budget: &mut Budget, output: &mut Output) -> End {
    let mut rest = bytes;
    let mut block = Block::default();
    while !rest.is_empty() {
        let Some(block_length) = block_length(rest) else { return End::Unreadable };
        let mut bits = Bits { bytes: rest, at: MAGIC_LENGTH, held: 0, count: 0 };
        loop {
            if budget.pay_entry().is_none() {
                return End::Full;
            }
            let (mark, checksum) = (bits.take(MARK_BITS), bits.take(CHECKSUM_BITS));
            match (mark, checksum) {
                (Some(END_MARK), Some(_)) => break,
                (Some(BLOCK_MARK), Some(_)) => {}
                _ => return End::Unreadable,
            }
            if block.read(&mut bits, block_length).is_none() {
                return End::Unreadable;
            }
            if !block.write(output) {
                return End::Full;
            }
        }
        rest = bits.rest();
    }
    End::Done
}

/// Bytes of a block of the stream that begins `bytes`.
fn block_length(bytes: &[u8]) -> Option<usize> {
    match bytes.strip_prefix(MAGIC)?.first()? {
        digit @ b'1'..=b'9' => Some(usize::from(digit - b'0') * BLOCK_UNIT),
        _ => None,
    }
}

/// Reads bits, the highest of a byte first.
struct Bits<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Bits that were taken from the bytes and not read, in the lowest places.
    held: u64,
    count: u32,
}

impl<'b> Bits<'b> {
    /// The next `count` bits, which are 48 at most.
    fn take(&mut self, count: u32) -> Option<u64> {
        while self.count < count {
            self.held = self.held << 8 | u64::from(*self.bytes.get(self.at)?);
            self.at += 1;
            self.count += 8;
        }
        self.count -= count;
        let bits = self.held >> self.count;
        self.held &= (1 << self.count) - 1;
        Some(bits)
    }

    fn number(&mut self, count: u32) -> Option<usize> {
        usize::try_from(self.take(count)?).ok()
    }

    fn flag(&mut self) -> Option<bool> {
        Some(self.take(1)? == 1)
    }

    /// The bytes of which no bit was read.
    fn rest(&self) -> &'b [u8] {
        let held = usize::try_from(self.count / 8).unwrap_or(0);
        self.bytes.get(self.at.saturating_sub(held)..).unwrap_or_default()
    }
}

/// A block: its text as it was sorted, and where each byte's successor is.
#[derive(Default)]
struct Block {
    /// The last column of the sorted text: in the lowest byte a byte of it; above, once all is
    /// there, the place of what follows.
    column: Vec<u32>,
    /// Where the text begins.
    origin: usize,
    /// How often each byte occurs.
    counts: Vec<u32>,
}

impl Block {
    /// Reads the block that comes next, of `length_max` bytes at most.
    fn read(&mut self, bits: &mut Bits<'_>, length_max: usize) -> Option<()> {
        self.column.clear();
        self.counts.clear();
        self.counts.resize(256, 0);
        // What was shuffled so that it sorts faster is of a time before all archives that are left.
        if bits.flag()? {
            return None;
        }
        self.origin = bits.number(24)?;
        let mut recent = used_bytes(bits)?;
        let symbols = recent.len() + 2;
        let codes_count = bits.number(3).filter(|count| (CODES_MIN..=CODES_MAX).contains(count))?;
        let choices = choices(bits, codes_count)?;
        let codes = (0..codes_count).map(|_| Code::read(bits, symbols));
        let codes: Vec<Code> = codes.collect::<Option<_>>()?;
        let last = symbols - 1;
        let (mut run, mut weight) = (0_usize, 1_usize);
        for choice in choices {
            let code = codes.get(usize::from(choice))?;
            for _ in 0..GROUP_LENGTH {
                let symbol = code.symbol(bits)?;
                if symbol < 2 {
                    // The length of a run is written with the digits one and two.
                    run = run.checked_add(weight << symbol).filter(|&run| run <= length_max)?;
                    weight <<= 1;
                    continue;
                }
                self.add(*recent.first()?, run, length_max)?;
                (run, weight) = (0, 1);
                if symbol == last {
                    return self.link();
                }
                recent.get_mut(..symbol)?.rotate_right(1);
                self.add(*recent.first()?, 1, length_max)?;
            }
        }
        None
    }

    /// Adds `count` times `byte` to the column.
    fn add(&mut self, byte: u8, count: usize, length_max: usize) -> Option<()> {
        if count == 0 {
            return Some(());
        }
        let length = self.column.len().checked_add(count).filter(|&length| length <= length_max)?;
        self.column.resize(length, u32::from(byte));
        *self.counts.get_mut(usize::from(byte))? += u32::try_from(count).ok()?;
        Some(())
    }

    /// Says for each place in the column where what follows is.
    fn link(&mut self) -> Option<()> {
        let mut next = 0;
        for count in &mut self.counts {
            next += std::mem::replace(count, next);
        }
        for at in 0..self.column.len() {
            let byte = usize::from(self.column.get(at)?.to_le_bytes()[0]);
            let first = self.counts.get_mut(byte)?;
            *self.column.get_mut(usize::try_from(*first).ok()?)? |= u32::try_from(at).ok()? << 8;
            *first += 1;
        }
        (self.origin < self.column.len()).then_some(())
    }

    /// Hands the text over; whether all of it fitted.
    fn write(&self, output: &mut Output) -> bool {
        let place = |at: usize| self.column.get(at).copied().unwrap_or_default();
        let mut next = place(self.origin);
        let mut chunk = Vec::with_capacity(CHUNK_LENGTH + 256);
        let (mut previous, mut equal) = (None, 0);
        for _ in 0..self.column.len() {
            next = place(usize::try_from(next >> 8).unwrap_or(usize::MAX));
            let [byte, ..] = next.to_le_bytes();
            match previous {
                Some(repeated) if equal == REPEATED => {
                    chunk.resize(chunk.len() + usize::from(byte), repeated);
                    (previous, equal) = (None, 0);
                }
                _ => {
                    equal = if previous == Some(byte) { equal + 1 } else { 1 };
                    previous = Some(byte);
                    chunk.push(byte);
                }
            }
            if chunk.len() >= CHUNK_LENGTH {
                if !output.take(&chunk) {
                    return false;
                }
                chunk.clear();
            }
        }
        output.take(&chunk)
    }
}

/// The bytes that occur in a block, in order.
fn used_bytes(bits: &mut Bits<'_>) -> Option<Vec<u8>> {
    let ranges = bits.take(16)?;
    let mut used = Vec::new();
    for range in (0..16_u8).filter(|range| ranges >> (15 - range) & 1 == 1) {
        let bytes = bits.take(16)?;
        let bytes = (0..16_u8).filter(|byte| bytes >> (15 - byte) & 1 == 1);
        used.extend(bytes.map(|byte| range << 4 | byte));
    }
    (!used.is_empty()).then_some(used)
}

/// Which of `codes` each group of symbols is read with.
fn choices(bits: &mut Bits<'_>, codes: usize) -> Option<Vec<u8>> {
    let count = bits.number(15)?;
    let mut recent = [0, 1, 2, 3, 4, 5];
    let mut choices = Vec::new();
    for _ in 0..count {
        let mut place = 0;
        while bits.flag()? {
            place += 1;
            if place >= codes {
                return None;
            }
        }
        recent.get_mut(..=place)?.rotate_right(1);
        choices.extend(recent.first());
    }
    Some(choices)
}

/// A code of symbols with different numbers of bits, by number of bits.
struct Code {
    /// For each number of bits the first code behind those that have so many, and what is to be
    /// taken from a code to get its place among the symbols.
    lengths: Vec<(u32, u32)>,
    /// The symbols, those with the fewest bits first.
    symbols: Vec<u16>,
}

impl Code {
    /// Reads a code of so many `symbols`.
    fn read(bits: &mut Bits<'_>, symbols: usize) -> Option<Code> {
        let mut lengths = [0_u8; SYMBOLS_MAX];
        let lengths = lengths.get_mut(..symbols)?;
        let mut length = u8::try_from(bits.take(5)?).ok()?;
        for symbol in lengths.iter_mut() {
            loop {
                if !(1..=SYMBOL_BITS_MAX).contains(&length) {
                    return None;
                }
                if !bits.flag()? {
                    break;
                }
                length = if bits.flag()? { length - 1 } else { length + 1 };
            }
            *symbol = length;
        }
        let mut code = Code { lengths: Vec::new(), symbols: Vec::new() };
        let mut next = 0_u32;
        for length in 1..=SYMBOL_BITS_MAX {
            next <<= 1;
            let before = u32::try_from(code.symbols.len()).ok()?;
            let here = lengths.iter().zip(0_u16..).filter(|(own, _)| **own == length);
            code.symbols.extend(here.map(|(_, symbol)| symbol));
            let first = next;
            next += u32::try_from(code.symbols.len()).ok()? - before;
            code.lengths.push((next, first.wrapping_sub(before)));
        }
        Some(code)
    }

    /// The symbol that comes next.
    fn symbol(&self, bits: &mut Bits<'_>) -> Option<usize> {
        let mut code = 0_u32;
        for &(behind, first) in &self.lengths {
            code = code << 1 | u32::from(bits.flag()?);
            if code < behind {
                let place = usize::try_from(code.wrapping_sub(first)).ok()?;
                return self.symbols.get(place).copied().map(usize::from);
            }
        }
        None
    }
}
