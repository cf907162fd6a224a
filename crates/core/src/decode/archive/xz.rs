//! Xz: streams that continue each other, of blocks of LZMA2 data, an index and a footer.
//!
//! The container is read here, so that the library brings no more than LZMA2. Its window grows
//! with what comes out, whatever size is claimed.

use std::io::Read;

use lzma_rust2::Lzma2Reader;

use super::output::Output;
use super::{Budget, End, Entry, Unpacked};

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
        return (false, End::Damaged);
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
        None => return (false, End::Damaged),
    }
    (true, end)
}

/// Decodes the block that begins `rest`; whether its end was found, and how it went.
fn block(rest: &mut &[u8], check_length: usize, output: &mut Output) -> (bool, End) {
    let Some(header) = header(rest) else { return (false, End::Damaged) };
    let data = rest.get(header.length..).unwrap_or_default();
    let mut reader = Lzma2Reader::new(data, header.window_length, None);
    let mut chunk = [0; CHUNK_LENGTH];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) if output.take(chunk.get(..length).unwrap_or_default()) => {}
            Ok(_) => return (false, End::Full),
            Err(_) => return (false, End::Damaged),
        }
    }
    let length = data.len() - reader.inner().len();
    match data.get(length.next_multiple_of(ALIGNMENT) + check_length..) {
        Some(behind) => *rest = behind,
        None => return (false, End::Damaged),
    }
    (true, if header.filtered { End::Damaged } else { End::Done })
}

/// A block's header, as far as it matters.
struct Header {
    length: usize,
    window_length: u32,
    /// Whether the text was changed before it was packed, as is done with programs.
    filtered: bool,
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
    let filters = (flags & 3) + 1;
    for _ in 1..filters {
        filter(&mut fields)?;
    }
    let (FILTER_LZMA2, &[code]) = filter(&mut fields)? else { return None };
    let window_length = match code {
        WINDOW_CODE_MAX => u32::MAX,
        0..WINDOW_CODE_MAX => (2 | u32::from(code & 1)) << (code / 2 + 11),
        _ => return None,
    };
    Some(Header { length, window_length, filtered: filters > 1 })
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
