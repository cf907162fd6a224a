//! What the headers of entries say: kinds and sizes.

use std::fs::File;

use gix::{ObjectId, odb::pack::data};

use super::{
    DELTA_HEADER_BYTES_MAX, Delta, Header, Kind, Pack, ReadError, Scratch, check_depth, kind,
};
use crate::{GitLimits, LimitExceeded};

impl Pack {
    pub(in crate::objects) fn header(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        offset: u64,
    ) -> Result<Header, ReadError> {
        let mut entry = self.entry(&mut scratch.window, offset)?;
        let mut size = entry.decompressed_size;
        let mut deltas = 0;
        while let Some(base) = self.base_offset(&entry)? {
            if deltas == 0 {
                size = self.result_size(scratch, self.file()?.as_ref(), &entry)?;
            }
            deltas += 1;
            check_depth(deltas, limits)?;
            entry = self.entry(&mut scratch.window, base)?;
        }
        Ok(Header { kind: kind(&entry)?, size })
    }

    /// How many objects there are.
    pub(crate) fn count(&self) -> u64 {
        self.index.num_objects().into()
    }

    /// Headers of all objects, in the order in which they lie in the pack, until `sink` fails.
    ///
    /// Faster than one by one: what a delta is made of mostly lies before it.
    pub(in crate::objects) fn headers(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        mut sink: impl FnMut(ObjectId, Result<Header, ReadError>) -> Result<(), LimitExceeded>,
    ) -> Result<(), LimitExceeded> {
        let entries = self.entries();
        let mut kinds: Vec<Option<Kind>> = vec![None; entries.len()];
        for (at, (offset, id)) in entries.iter().enumerate() {
            let known = |base: u64| {
                let at = entries.binary_search_by_key(&base, |(offset, _)| *offset).ok()?;
                kinds.get(at).copied().flatten()
            };
            let header = self.header_with(scratch, *offset, known);
            let header = match header {
                Ok(Some(header)) => Ok(header),
                Ok(None) => self.header(scratch, limits, *offset),
                Err(error) => Err(error),
            };
            if let (Ok(header), Some(kind)) = (&header, kinds.get_mut(at)) {
                *kind = Some(header.kind);
            }
            sink(*id, header)?;
        }
        Ok(())
    }

    /// The header of an object whose base, if it has one, is `known`.
    fn header_with(
        &self,
        scratch: &mut Scratch,
        offset: u64,
        known: impl Fn(u64) -> Option<Kind>,
    ) -> Result<Option<Header>, ReadError> {
        let entry = self.entry(&mut scratch.window, offset)?;
        let Some(base) = self.base_offset(&entry)? else {
            return Ok(Some(Header { kind: kind(&entry)?, size: entry.decompressed_size }));
        };
        let Some(kind) = known(base) else { return Ok(None) };
        Ok(Some(Header { kind, size: self.result_size(scratch, self.file()?.as_ref(), &entry)? }))
    }

    /// How many bytes the object at `offset` has, as its entry says; `file` is the pack's.
    pub(crate) fn claimed_size(
        &self,
        scratch: &mut Scratch,
        file: &File,
        offset: u64,
    ) -> Result<u64, ReadError> {
        let entry = self.entry_in(file, &mut scratch.window, offset)?;
        match entry.header.is_base() {
            true => Ok(entry.decompressed_size),
            false => self.result_size(scratch, file, &entry),
        }
    }

    /// What a delta says its result has.
    pub(super) fn result_size(
        &self,
        scratch: &mut Scratch,
        file: &File,
        entry: &data::Entry,
    ) -> Result<u64, ReadError> {
        let mut bytes = [0; DELTA_HEADER_BYTES_MAX as usize];
        let wanted = entry.decompressed_size.min(DELTA_HEADER_BYTES_MAX) as usize;
        let (head, _) = bytes.split_at_mut(wanted);
        let mut reader = scratch.window.reader(file, Some(self.number), entry.data_offset);
        scratch.inflater.reset();
        let count = scratch.inflater.fill(&mut reader, head)?;
        Ok(Delta::parse(head.get(..count).unwrap_or_default())?.result_size)
    }
}
