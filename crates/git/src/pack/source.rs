//! Entries of the pack, inflated.

use std::{fs::File, io, os::unix::fs::FileExt, sync::Arc};

use gix::odb::pack::data;
use sirocco::{
    Format,
    inflate::{Decoder, Error},
};

use crate::{
    ReadError,
    objects::{
        Pack,
        delta::Delta,
        pack::{DELTA_HEADER_BYTES_MAX, Scratch},
    },
};

/// Bytes that one byte of deflated data inflates to, at most.
const INFLATED_PER_BYTE_MAX: u64 = 1032;
/// How many bytes are read at once where entries are read one after the other.
const LONG_BYTES: usize = 256 << 10;
/// How many bytes are read at once elsewhere.
const SHORT_BYTES: usize = 4 << 10;
/// How many bytes of an entry are read to know its size: its header, the description of a block in
/// the longest form (RFC 1951), and what says the first bytes of a delta.
const HEAD_BYTES: u64 = 1 << 10;
/// How far ahead an entry still counts as the next.
const NEAR_BYTES: u64 = 8 << 10;

/// Reads entries of one pack.
pub(super) struct Source<'p> {
    pack: &'p Pack,
    file: Arc<File>,
    /// How many bytes the file has.
    length: u64,
    /// What was read last of the file, from `start` on.
    bytes: Vec<u8>,
    start: u64,
    filled: usize,
    stride: usize,
    decoder: Box<Decoder>,
}

impl<'p> Source<'p> {
    pub(super) fn open(pack: &'p Pack) -> Result<Source<'p>, ReadError> {
        let file = pack.file()?;
        let length = file.metadata()?.len();
        let decoder = Box::new(Decoder::new(Format::Zlib));
        let (bytes, stride) = (Vec::new(), SHORT_BYTES);
        Ok(Source { pack, file, length, bytes, start: 0, filled: 0, stride, decoder })
    }

    /// What stands before the bytes of the object at `offset`; the next one begins at `end`.
    pub(super) fn entry(&mut self, offset: u64, end: u64) -> Result<data::Entry, ReadError> {
        self.read(offset, end)?;
        let bytes = ahead(&self.bytes, self.start, self.filled, offset, end.min(self.length));
        self.pack.parse_entry(bytes, offset)
    }

    /// Refuses a size that the bytes up to `end` cannot inflate to, before there is memory for it.
    pub(super) fn check_claim(&self, entry: &data::Entry, end: u64) -> Result<(), ReadError> {
        let deflated = end.min(self.length).saturating_sub(entry.data_offset);
        if entry.decompressed_size > deflated.saturating_mul(INFLATED_PER_BYTE_MAX) {
            return Err(shorter());
        }
        Ok(())
    }

    /// Fills `out`, which must be as long as the entry says; the next one begins at `end`.
    pub(super) fn inflate(
        &mut self,
        entry: &data::Entry,
        end: u64,
        out: &mut [u8],
    ) -> Result<(), ReadError> {
        let end = end.min(self.length);
        let mut at = entry.data_offset;
        self.decoder.reset();
        while at < end {
            self.read(at, end)?;
            let bytes = ahead(&self.bytes, self.start, self.filled, at, end);
            let next = at.saturating_add(bytes.len() as u64);
            if next == at {
                break;
            }
            match self.decoder.decompress(bytes, out, next == end) {
                Ok(progress) if progress.done => {
                    let is_filled = self.decoder.total_out() == out.len() as u64;
                    return if is_filled { Ok(()) } else { Err(shorter()) };
                }
                // All that was there is taken, unless there is no room for what comes of it.
                Ok(_) => at = next,
                Err(error) => return Err(corrupt(error)),
            }
        }
        Err(corrupt(Error::Truncated))
    }

    /// The same, with so much behind it in memory that it mostly says how many bytes a delta makes.
    pub(super) fn head(&mut self, offset: u64, end: u64) -> Result<data::Entry, ReadError> {
        self.entry(offset, end.min(offset.saturating_add(HEAD_BYTES)))
    }

    /// How many bytes the object at `offset` has, as its `entry` says; the next one begins at `end`.
    pub(super) fn claimed_size(
        &mut self,
        entry: &data::Entry,
        offset: u64,
        end: u64,
    ) -> Result<u64, ReadError> {
        if entry.header.is_base() {
            return Ok(entry.decompressed_size);
        }
        let size = self.size_in_head(entry, end.min(offset.saturating_add(HEAD_BYTES)));
        // A stream of empty blocks can put off what it says.
        size.or_else(|_| self.pack.claimed_size(&mut Scratch::default(), &self.file, offset))
    }

    /// The same of a delta, if what stands before `end` says so: it says so in its first bytes, and
    /// no more than those are inflated.
    fn size_in_head(&mut self, entry: &data::Entry, end: u64) -> Result<u64, ReadError> {
        let end = end.min(self.length);
        self.read(entry.data_offset, end)?;
        let mut head = [0; DELTA_HEADER_BYTES_MAX as usize];
        let wanted = entry.decompressed_size.min(DELTA_HEADER_BYTES_MAX) as usize;
        let (head, _) = head.split_at_mut(wanted);
        let bytes = ahead(&self.bytes, self.start, self.filled, entry.data_offset, end);
        self.decoder.reset();
        let progress = self.decoder.decompress(bytes, head, false).map_err(corrupt)?;
        if progress.output.len() < wanted {
            return Err(shorter());
        }
        Ok(Delta::parse(progress.output)?.result_size)
    }

    /// Has all bytes from `offset` to `end` in memory, or as many as are read at once.
    fn read(&mut self, offset: u64, end: u64) -> io::Result<()> {
        let filled_end = self.start.saturating_add(self.filled as u64);
        if offset >= self.start && end <= filled_end {
            return Ok(());
        }
        let is_near = offset >= self.start && offset <= filled_end.saturating_add(NEAR_BYTES);
        let wanted = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX);
        self.stride =
            if is_near { self.stride.saturating_mul(2).min(LONG_BYTES) } else { SHORT_BYTES };
        let count = wanted.clamp(self.stride, LONG_BYTES);
        (self.start, self.filled) = (offset, 0);
        // Most packs are short: memory for a long stretch would cost more than reading them.
        if self.bytes.len() < count {
            self.bytes.resize(count, 0);
        }
        let (free, _) = self.bytes.split_at_mut(count);
        while let Some(free) = free.get_mut(self.filled..).filter(|free| !free.is_empty()) {
            match self.file.read_at(free, offset.saturating_add(self.filled as u64)) {
                Ok(0) => break,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn shorter() -> ReadError {
    ReadError::Corrupt("shorter than its header says".to_owned())
}

fn corrupt(error: Error) -> ReadError {
    match error {
        Error::BufferFull => ReadError::Corrupt("longer than its header says".to_owned()),
        error => ReadError::Corrupt(error.to_string()),
    }
}

/// What is read of the file from `at` to `end`.
fn ahead(bytes: &[u8], start: u64, filled: usize, at: u64, end: u64) -> &[u8] {
    let place = |offset: u64| usize::try_from(offset.saturating_sub(start)).unwrap_or(usize::MAX);
    bytes.get(place(at)..place(end).min(filled)).unwrap_or_default()
}
