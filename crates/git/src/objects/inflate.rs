//! zlib streams, inflated in pieces, with the size that a header promised.

use std::io::BufRead;

use gix::zlib::{Decompress, FlushDecompress, Status};

use super::ReadError;
use crate::GitLimits;

/// How much memory a promised size gets before its bytes have come.
const FIRST_BYTES: usize = 64 << 10;
/// Bytes that are inflated between two looks at the clock.
const STEP_BYTES_MAX: usize = 8 << 20;
/// The longest piece that a sink sees.
const PIECE_BYTES: usize = 1 << 20;

/// One zlib decoder, used for one stream after the other.
#[derive(Default)]
pub(crate) struct Inflater(Decompress);

impl std::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflater").finish_non_exhaustive()
    }
}

impl Inflater {
    /// Makes ready for another stream.
    pub(crate) fn reset(&mut self) {
        self.0.reset();
    }

    /// Fills `out` from the stream in `input`; returns fewer bytes only when the stream ends.
    pub(crate) fn fill(
        &mut self,
        input: &mut dyn BufRead,
        out: &mut [u8],
    ) -> Result<usize, ReadError> {
        let mut written = 0;
        while let Some(free) = out.get_mut(written..).filter(|free| !free.is_empty()) {
            let bytes = input.fill_buf()?;
            let (in_before, out_before) = (self.0.total_in(), self.0.total_out());
            let status = self
                .0
                .decompress(bytes, free, FlushDecompress::None)
                .map_err(|error| ReadError::Corrupt(error.to_string()))?;
            // Both differences are bounded by the lengths of two slices.
            let taken = (self.0.total_in() - in_before) as usize;
            let given = (self.0.total_out() - out_before) as usize;
            input.consume(taken);
            written += given;
            if status == Status::StreamEnd {
                break;
            }
            if taken == 0 && given == 0 {
                return Err(ReadError::Corrupt("the zlib stream is cut off".to_owned()));
            }
        }
        Ok(written)
    }

    /// Reads the end of a stream that must have no more bytes.
    pub(crate) fn finish(&mut self, input: &mut dyn BufRead) -> Result<(), ReadError> {
        match self.fill(input, &mut [0])? {
            0 => Ok(()),
            _ => Err(ReadError::Corrupt("longer than its header says".to_owned())),
        }
    }

    /// Appends exactly `size` bytes to `out`, then the stream must end.
    pub(crate) fn append(
        &mut self,
        input: &mut dyn BufRead,
        size: u64,
        limits: &GitLimits,
        out: &mut Vec<u8>,
    ) -> Result<(), ReadError> {
        let mut missing = usize::try_from(size)
            .map_err(|_| ReadError::Corrupt("larger than memory can be".to_owned()))?;
        while missing > 0 {
            // A header may promise anything, so memory grows with what has come.
            let step = missing.min(out.len().clamp(FIRST_BYTES, STEP_BYTES_MAX));
            if step == STEP_BYTES_MAX {
                limits.check_time()?;
            }
            let start = out.len();
            out.resize(start.saturating_add(step), 0);
            let (_, free) = out.split_at_mut(start);
            if self.fill(input, free)? < step {
                return Err(ReadError::Corrupt("shorter than its header says".to_owned()));
            }
            missing -= step;
        }
        self.finish(input)
    }

    /// Hands exactly `size` bytes to `sink`, then the stream must end.
    pub(crate) fn stream(
        &mut self,
        input: &mut dyn BufRead,
        size: u64,
        limits: &GitLimits,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), ReadError> {
        let piece_bytes = usize::try_from(size).unwrap_or(PIECE_BYTES).clamp(1, PIECE_BYTES);
        let mut piece = vec![0; piece_bytes];
        let mut missing = size;
        while missing > 0 {
            limits.check_time()?;
            let step = usize::try_from(missing).unwrap_or(piece_bytes).min(piece_bytes);
            let (head, _) = piece.split_at_mut(step);
            if self.fill(input, head)? < step {
                return Err(ReadError::Corrupt("shorter than its header says".to_owned()));
            }
            sink(head);
            missing -= step as u64;
        }
        self.finish(input)
    }
}
