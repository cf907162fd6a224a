//! Deflated data, as in gzip and zip.

use zlib_rs::{Inflate, InflateFlush, Status};

use super::End;
use super::output::Output;

/// Bytes inflated at a time.
const CHUNK_LENGTH: usize = 32 << 10;
/// Base two logarithm of the farthest that deflated data can refer back.
const WINDOW_BITS: u8 = 15;

/// An inflater that is used again for each entry, since making one allocates.
pub(super) struct Inflater {
    state: Inflate,
    chunk: Vec<u8>,
}

impl Inflater {
    pub(super) fn new() -> Inflater {
        Inflater { state: Inflate::new(false, WINDOW_BITS), chunk: vec![0; CHUNK_LENGTH] }
    }

    /// Inflates what begins `input`, without believing any size; how much of it was read.
    pub(super) fn inflate(&mut self, input: &[u8], output: &mut Output) -> (usize, End) {
        self.state.reset(false);
        let mut read = 0;
        loop {
            let rest = input.get(read..).unwrap_or_default();
            let (read_before, written_before) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(rest, &mut self.chunk, InflateFlush::NoFlush);
            let more = length_of(self.state.total_in() - read_before);
            let written = length_of(self.state.total_out() - written_before);
            read += more;
            if !output.take(self.chunk.get(..written).unwrap_or_default()) {
                return (read, End::Full);
            }
            match status {
                Ok(Status::StreamEnd) => return (read, End::Done),
                Ok(Status::Ok | Status::BufError) if more > 0 || written > 0 => {}
                // No progress: the input is cut.
                Ok(Status::Ok | Status::BufError) | Err(_) => return (read, End::Unreadable),
            }
        }
    }
}

/// A count of bytes that are in memory, as a length.
fn length_of(count: u64) -> usize {
    usize::try_from(count).expect("counts bytes of a slice")
}
