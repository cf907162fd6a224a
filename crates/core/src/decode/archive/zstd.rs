//! Zstandard: frames that continue each other, and skippable ones between them.
//!
//! The decoder's buffer grows with what comes out, but a decoder that is used again allocates
//! the window that a frame claims: each frame gets a decoder of its own.

use std::io;

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::output::Output;
use super::{Budget, End, u32_at};

const MAGIC: u32 = 0xfd2f_b528;
/// Magic numbers of frames that hold nothing.
const SKIPPABLE: std::ops::RangeInclusive<u32> = 0x184d_2a50..=0x184d_2a5f;
/// Length of a skippable frame's magic number and length.
const SKIPPABLE_HEADER_LENGTH: usize = 8;
/// Skippable frames that may stand before the first that counts.
const LEADING_SKIPPABLE_MAX: usize = 16;
/// Bytes decoded at a time; the last block may add one block's length.
const STEP_LENGTH: usize = 1 << 20;
/// A last block without content, and a checksum, which may be wrong.
const EMPTY_LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// Whether `bytes` begin with a frame, perhaps behind a few skippable ones.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    for _ in 0..LEADING_SKIPPABLE_MAX {
        let Some(behind) = behind_skippable(rest) else { break };
        rest = behind;
    }
    u32_at(rest, 0) == Some(MAGIC)
}

/// Decodes one frame after the other.
pub(super) fn frames(bytes: &[u8], budget: &mut Budget, output: &mut Output) -> End {
    let mut rest = bytes;
    while !rest.is_empty() {
        if budget.pay_entry().is_none() {
            return End::Full;
        }
        if let Some(behind) = behind_skippable(rest) {
            rest = behind;
            continue;
        }
        let end = frame(&mut rest, output);
        if end != End::Done {
            return end;
        }
    }
    End::Done
}

/// What follows the skippable frame that begins `bytes`.
fn behind_skippable(bytes: &[u8]) -> Option<&[u8]> {
    if !SKIPPABLE.contains(&u32_at(bytes, 0)?) {
        return None;
    }
    let length = usize::try_from(u32_at(bytes, 4)?).ok()?;
    bytes.get(SKIPPABLE_HEADER_LENGTH.checked_add(length)?..)
}

/// Decodes the frame that begins `rest`, and leaves what follows it.
fn frame(rest: &mut &[u8], output: &mut Output) -> End {
    let mut decoder = FrameDecoder::new();
    // A claim only: as much as was decoded is held back, and `room` bounds that.
    decoder.set_max_window_size(u64::MAX);
    if decoder.init(&mut *rest).is_err() {
        return End::Unreadable;
    }
    let mut end = End::Done;
    // The decoder does not tell how much it holds back for its window, but each step that does
    // not finish the frame has produced at least its length.
    let mut least = 0;
    let room = output.room();
    let step = STEP_LENGTH.min(room.saturating_add(1));
    while end == End::Done && !decoder.is_finished() {
        match decoder.decode_blocks(&mut *rest, BlockDecodingStrategy::UptoBytes(step)) {
            Ok(_) => {
                least += step;
                if !decoder.is_finished() && least > room {
                    end = End::Full;
                }
            }
            Err(_) => end = End::Unreadable,
        }
        if !collect(&mut decoder, output) {
            return End::Full;
        }
    }
    if end != End::Done {
        // What is held back comes out only at the end of a frame, so the frame is given one.
        let _ = decoder.decode_blocks(EMPTY_LAST_BLOCK.as_slice(), BlockDecodingStrategy::All);
        if !collect(&mut decoder, output) {
            return End::Full;
        }
    }
    end
}

/// Takes what `decoder` does not hold back; whether all of it fitted.
fn collect(decoder: &mut FrameDecoder, output: &mut Output) -> bool {
    let mut sink = Sink { output, fitted: true };
    decoder.collect_to_writer(&mut sink).is_ok() && sink.fitted
}

/// An output that the decoder can write to.
struct Sink<'o> {
    output: &'o mut Output,
    fitted: bool,
}

impl io::Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.fitted &= self.output.take(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
