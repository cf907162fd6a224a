//! Entries of the pack, inflated.

use std::{fs::File, sync::Arc};

use gix::odb::pack::data;

use crate::{
    ReadError,
    objects::{Pack, inflate::Inflater, window::Window},
};

/// Bytes that one byte of deflated data inflates to, at most.
const INFLATED_PER_BYTE_MAX: u64 = 1032;

/// Reads entries of one pack.
pub(super) struct Source<'p> {
    pack: &'p Pack,
    file: Arc<File>,
    length: u64,
    window: Window,
    inflater: Inflater,
}

impl<'p> Source<'p> {
    pub(super) fn open(pack: &'p Pack) -> Result<Source<'p>, ReadError> {
        let file = pack.file()?;
        let length = file.metadata()?.len();
        Ok(Source { pack, file, length, window: Window::default(), inflater: Inflater::default() })
    }

    /// What stands before the bytes of the object at `offset`.
    pub(super) fn entry(&mut self, offset: u64) -> Result<data::Entry, ReadError> {
        self.pack.entry_in(&self.file, &mut self.window, offset)
    }

    /// Refuses a size that the bytes up to `end` cannot inflate to, before there is memory for it.
    pub(super) fn check_claim(&self, entry: &data::Entry, end: u64) -> Result<(), ReadError> {
        let deflated = end.min(self.length).saturating_sub(entry.data_offset);
        if entry.decompressed_size > deflated.saturating_mul(INFLATED_PER_BYTE_MAX) {
            return Err(ReadError::Corrupt("shorter than its header says".to_owned()));
        }
        Ok(())
    }

    /// Fills `out`, which must be as long as the entry says.
    pub(super) fn inflate(&mut self, entry: &data::Entry, out: &mut [u8]) -> Result<(), ReadError> {
        let mut reader =
            self.window.reader(&self.file, Some(self.pack.number()), entry.data_offset);
        self.inflater.reset();
        if self.inflater.fill(&mut reader, out)? < out.len() {
            return Err(ReadError::Corrupt("shorter than its header says".to_owned()));
        }
        self.inflater.finish(&mut reader)
    }
}
