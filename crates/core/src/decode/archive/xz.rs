//! Xz: streams that continue each other, of blocks of LZMA2 data, an index and a footer.
//!
//! The container is read here, so that the library brings no more than LZMA2 and the filters that
//! change programs before they are packed. Its window grows with what comes out, whatever size is
//! claimed.

use std::io::Read;

use lzma_rust2::Lzma2Reader;
use lzma_rust2::filter::bcj::BcjReader;
use lzma_rust2::filter::delta::DeltaReader;

use super::output::Output;
use super::{Budget, End, u32_at};

const MAGIC: &[u8] = b"\xfd7zXZ\0";
/// Length of a stream's header, and of its footer.
const EDGE_LENGTH: usize = 12;
/// Lengths of a block's check, by the kind that the stream's header names.
const CHECK_LENGTHS: [usize; 16] = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
/// Everything in a stream is a multiple of this.
const ALIGNMENT: usize = 4;
const CHECKSUM_LENGTH: usize = 4;

const FLAG_PACKED_LENGTH: u8 = 0x40;
const FLAG_TEXT_LENGTH: u8 = 0x80;
const FILTER_LZMA2: u64 = 0x21;
/// The largest window that LZMA2 can claim, and the code for it.
const WINDOW_CODE_MAX: u8 = 40;
/// Bytes decoded at a time; as many are lost where data is damaged.
const CHUNK_LENGTH: usize = 4096;

/// Whether `bytes` begin as a stream.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Decodes one stream after the other.
pub(super) fn streams(bytes: &[u8], budget: &mut Budget, output: &mut Output) -> End {
    let mut rest = bytes;
    let mut end = End::Done;
    while !rest.is_empty() {
        match stream(&mut rest, budget, output) {
            (true, End::Done) => {}
            // A block of a kind that cannot be undone, behind which reading goes on.
            (true, stream_end) => end = stream_end,
            (false, stream_end) => return stream_end,
        }
        let padding = rest.iter().take_while(|&&byte| byte == 0).count();
        rest = rest.get(padding..).unwrap_or_default();
    }
    end
}

/// Decodes the stream that begins `rest`; whether its end was found, and how it went.
fn stream(rest: &mut &[u8], budget: &mut Budget, output: &mut Output) -> (bool, End) {
    if budget.pay_entry().is_none() {
        return (false, End::Full);
    }
    let check = rest.get(7).map(|kind| usize::from(kind & 0xf));
    let check_length = check.and_then(|check| CHECK_LENGTHS.get(check));
    let (true, Some(&check_length), Some(blocks)) =
        (begins(rest), check_length, rest.get(EDGE_LENGTH..))
    else {
        return (false, End::Unreadable);
    };
    *rest = blocks;
    let mut end = End::Done;
    // A zero stands where the index begins.
    while rest.first().is_some_and(|&length| length != 0) {
        if budget.pay_entry().is_none() {
            return (false, End::Full);
        }
        match block(rest, check_length, output) {
            (true, End::Done) => {}
            (true, block_end) => end = block_end,
            (false, block_end) => return (false, block_end),
        }
    }
    match index_length(rest).and_then(|length| rest.get(length + EDGE_LENGTH..)) {
        Some(behind) => *rest = behind,
        None => return (false, End::Unreadable),
    }
    (true, end)
}

/// Decodes the block that begins `rest`; whether its end was found, and how it went.
fn block(rest: &mut &[u8], check_length: usize, output: &mut Output) -> (bool, End) {
    let Some(header) = header(rest) else { return (false, End::Unreadable) };
    let data = rest.get(header.length..).unwrap_or_default();
    let mut reader = Lzma2Reader::new(data, header.window_length, None);
    let mut end = End::Done;
    let mut text: Box<dyn Read + '_> = Box::new(&mut reader);
    for filter in header.filters.iter().rev() {
        text = match filter {
            Some(filter) => filter.undone(text),
            None => {
                end = End::Unreadable;
                text
            }
        };
    }
    let mut chunk = [0; CHUNK_LENGTH];
    loop {
        match text.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) if output.take(chunk.get(..length).unwrap_or_default()) => {}
            Ok(_) => return (false, End::Full),
            Err(_) => return (false, End::Unreadable),
        }
    }
    drop(text);
    let length = data.len() - reader.inner().len();
    match data.get(length.next_multiple_of(ALIGNMENT) + check_length..) {
        Some(behind) => *rest = behind,
        None => return (false, End::Unreadable),
    }
    (true, end)
}

/// A block's header, as far as it matters.
struct Header {
    length: usize,
    window_length: u32,
    /// What was done to the text before it was packed, in this order; `None` for what is not known.
    filters: Vec<Option<Filter>>,
}

/// A change of a text that is made before it is packed.
#[derive(Clone, Copy, Debug)]
enum Filter {
    /// Each byte is told by the difference to the one so many bytes before.
    Delta(usize),
    /// Addresses in a program, which begins at a place, are told in another way.
    Program(Processor, usize),
}

/// What a program runs on.
#[derive(Clone, Copy, Debug)]
enum Processor {
    X86,
    PowerPc,
    Itanium,
    Arm,
    ArmThumb,
    Sparc,
    Arm64,
    RiscV,
}

impl Filter {
    /// The filter of a kind and its properties.
    fn of(kind: u64, properties: &[u8]) -> Option<Filter> {
        let processor = match kind {
            3 => {
                let &[distance] = properties else { return None };
                return Some(Filter::Delta(usize::from(distance) + 1));
            }
            4 => Processor::X86,
            5 => Processor::PowerPc,
            6 => Processor::Itanium,
            7 => Processor::Arm,
            8 => Processor::ArmThumb,
            9 => Processor::Sparc,
            10 => Processor::Arm64,
            11 => Processor::RiscV,
            _ => return None,
        };
        let start = match properties {
            [] => 0,
            _ => usize::try_from(u32_at(properties, 0)?).ok()?,
        };
        Some(Filter::Program(processor, start))
    }

    /// The text before the change.
    fn undone<'r>(self, text: Box<dyn Read + 'r>) -> Box<dyn Read + 'r> {
        match self {
            Filter::Delta(distance) => Box::new(DeltaReader::new(text, distance)),
            Filter::Program(processor, start) => Box::new(match processor {
                Processor::X86 => BcjReader::new_x86(text, start),
                Processor::PowerPc => BcjReader::new_ppc(text, start),
                Processor::Itanium => BcjReader::new_ia64(text, start),
                Processor::Arm => BcjReader::new_arm(text, start),
                Processor::ArmThumb => BcjReader::new_arm_thumb(text, start),
                Processor::Sparc => BcjReader::new_sparc(text, start),
                Processor::Arm64 => BcjReader::new_arm64(text, start),
                Processor::RiscV => BcjReader::new_riscv(text, start),
            }),
        }
    }
}

/// The header that begins `bytes`.
fn header(bytes: &[u8]) -> Option<Header> {
    let (&length, _) = bytes.split_first()?;
    let length = (usize::from(length) + 1) * ALIGNMENT;
    let (&flags, mut fields) = bytes.get(1..length)?.split_first()?;
    for flag in [FLAG_PACKED_LENGTH, FLAG_TEXT_LENGTH] {
        if flags & flag != 0 {
            number(&mut fields)?;
        }
    }
    let mut filters = Vec::new();
    for _ in 0..flags & 3 {
        let (kind, properties) = filter(&mut fields)?;
        filters.push(Filter::of(kind, properties));
    }
    let (FILTER_LZMA2, &[code]) = filter(&mut fields)? else { return None };
    let window_length = match code {
        WINDOW_CODE_MAX => u32::MAX,
        0..WINDOW_CODE_MAX => (2 | u32::from(code & 1)) << (code / 2 + 11),
        _ => return None,
    };
    Some(Header { length, window_length, filters })
}

/// The next filter of a block: what it is, and its properties.
fn filter<'b>(fields: &mut &'b [u8]) -> Option<(u64, &'b [u8])> {
    let kind = number(fields)?;
    let length = usize::try_from(number(fields)?).ok()?;
    let (properties, behind) = fields.split_at_checked(length)?;
    *fields = behind;
    Some((kind, properties))
}

/// Length of the index that begins `bytes`.
fn index_length(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes.get(1..)?;
    let records = number(&mut rest)?;
    for _ in 0..records {
        // Ends with the bytes, however many records are claimed.
        number(&mut rest)?;
        number(&mut rest)?;
    }
    Some((bytes.len() - rest.len()).next_multiple_of(ALIGNMENT) + CHECKSUM_LENGTH)
}

/// The next number: seven bits in each byte, the lowest first.
fn number(fields: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let (&byte, behind) = fields.split_first()?;
        *fields = behind;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
