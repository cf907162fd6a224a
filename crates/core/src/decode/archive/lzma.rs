//! LZMA data as an entry of a zip holds it: a version, properties, and the data.

use std::io::Read;

use lzma_rust2::{DICT_SIZE_MAX, LzmaReader};

use super::End;
use super::output::Output;
use super::{u16_at, u32_at};

/// Where the length of the properties is, behind the version of what has packed it.
const PROPERTIES_LENGTH_AT: usize = 2;
/// Where the properties are: a byte, and how large the window is.
const PROPERTIES_AT: usize = 4;
const PROPERTIES_LENGTH: u16 = 5;
const DATA_AT: usize = 9;
/// Bits of a place and of the byte before that may choose how a byte is read. LZMA2 and tools allow
/// no more; tables for more would take longer to make than a small entry to read.
const CONTEXT_BITS_MAX: u8 = 4;
/// Bytes decoded at a time.
const CHUNK_LENGTH: usize = 4096;

/// Decodes `data` up to the mark of its end, or to `text_length` if it has none.
pub(super) fn unpack(data: &[u8], text_length: Option<u64>, output: &mut Output) -> End {
    // The window grows with what comes out, whatever size is claimed.
    let reader = begin(data).and_then(|(properties, window)| {
        let packed = data.get(DATA_AT..)?;
        let length = text_length.unwrap_or(u64::MAX);
        LzmaReader::new_with_props(packed, length, properties, window, None).ok()
    });
    let Some(mut reader) = reader else { return End::Unreadable };
    // What came before the damage is handed over; and a length that is not that of the data is told
    // from one that is.
    reader.set_defer_errors(true);
    reader.set_relaxed_end_condition(false);
    let mut chunk = [0; CHUNK_LENGTH];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) if output.take(chunk.get(..length).unwrap_or_default()) => {}
            Ok(_) => return End::Full,
            Err(_) => return End::Unreadable,
        }
    }
    let (behind, unused) = reader.into_parts();
    if behind.is_empty() && unused.is_empty() { End::Done } else { End::Unreadable }
}

/// The properties of the data, and the window that it claims.
fn begin(data: &[u8]) -> Option<(u8, u32)> {
    if u16_at(data, PROPERTIES_LENGTH_AT)? != PROPERTIES_LENGTH {
        return None;
    }
    let properties = *data.get(PROPERTIES_AT)?;
    let window = u32_at(data, PROPERTIES_AT + 1)?.min(DICT_SIZE_MAX);
    let (of_before, of_place) = (properties % 9, properties / 9 % 5);
    (of_before + of_place <= CONTEXT_BITS_MAX).then_some((properties, window))
}
