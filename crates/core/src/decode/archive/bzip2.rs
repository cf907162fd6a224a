//! Bzip2: streams that continue each other, of blocks that are sorted texts.
//!
//! A block's text is all there or not at all, so of one that is cut nothing is handed over.

use bzip2::{Decompress, Status};

use super::output::Output;
use super::{Budget, End};

/// What a stream begins with, before the digit that says how large its blocks are.
const MAGIC: &[u8] = b"BZh";
/// What a block begins with, and what the end of a stream does: digits of pi, and of its root.
const BLOCK_MARK: &[u8] = b"\x31\x41\x59\x26\x53\x59";
const END_MARK: &[u8] = b"\x17\x72\x45\x38\x50\x90";
/// Bytes that are handed over at a time.
const CHUNK_LENGTH: usize = 32 << 10;

/// Whether `bytes` begin as a stream: with its mark, and that of a block or of the stream's end.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let rest = bytes.strip_prefix(MAGIC).and_then(<[u8]>::split_first);
    rest.is_some_and(|(digit, rest)| {
        (b'1'..=b'9').contains(digit)
            && (rest.starts_with(BLOCK_MARK) || rest.starts_with(END_MARK))
    })
}

/// Decodes one stream after the other.
pub(super) fn streams(bytes: &[u8], budget: &mut Budget, output: &mut Output) -> End {
    let mut rest = bytes;
    let mut chunk = vec![0; CHUNK_LENGTH];
    while !rest.is_empty() {
        if !begins(rest) {
            return End::Unreadable;
        }
        if budget.pay_entry().is_none() {
            return End::Full;
        }
        match stream(rest, &mut chunk, output) {
            Ok(length) => rest = rest.get(length..).unwrap_or_default(),
            Err(end) => return end,
        }
    }
    End::Done
}

/// Decodes the stream that begins `bytes`; says how many of them it has, or why that is unknown.
fn stream(bytes: &[u8], chunk: &mut [u8], output: &mut Output) -> Result<usize, End> {
    let mut decoder = Decompress::new(false);
    loop {
        // Neither is more than what the decoder was given.
        let (taken, given) = (decoder.total_in() as usize, decoder.total_out());
        let status = decoder.decompress(bytes.get(taken..).unwrap_or_default(), chunk);
        let fresh = (decoder.total_out() - given) as usize;
        if !output.take(chunk.get(..fresh).unwrap_or_default()) {
            return Err(End::Full);
        }
        let taken_now = decoder.total_in() as usize;
        match status {
            Ok(Status::StreamEnd) => return Ok(taken_now),
            Ok(_) if taken_now > taken || fresh > 0 => {}
            _ => return Err(End::Unreadable),
        }
    }
}
