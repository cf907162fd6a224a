//! One pack and its index.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use gix::{
    ObjectId, hash,
    odb::pack::{
        data::{self, entry::Header as EntryHeader},
        index,
    },
};

use super::{
    Header, Kind, ReadError,
    cache::{COPY_BYTES_MAX, Cache},
    delta::Delta,
    files::OpenFiles,
    inflate::Inflater,
    window::Window,
};
use crate::{GitLimits, LimitExceeded};

mod composed;
mod headers;

/// Bytes that hold the header of any pack entry.
const ENTRY_HEADER_BYTES_MAX: usize = 64;
/// How much memory a delta's promise gets before its bytes have come; no page is touched before.
const PROMISED_BYTES_MAX: usize = 128 << 20;
/// The longest piece that a sink sees.
const PIECE_BYTES: usize = 1 << 20;
/// Bytes that hold both sizes at the begin of a delta.
pub(crate) const DELTA_HEADER_BYTES_MAX: u64 = 20;

/// Buffers of one reader, kept between objects.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) window: Window,
    pub(crate) inflater: Inflater,
    cache: Cache,
}

/// A pack with its index.
pub(crate) struct Pack {
    /// A number of ours: the name of a pack is the pusher's choice.
    number: u32,
    path: PathBuf,
    index: index::File,
    files: Arc<OpenFiles>,
    /// Whether the file was not there when it was to be opened.
    gone: AtomicBool,
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pack").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Pack {
    /// Opens the index at `path`; the pack beside it is opened when it is first read.
    pub(super) fn open(
        path: &Path,
        format: hash::Kind,
        files: &Arc<OpenFiles>,
    ) -> Result<Pack, String> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let index = index::File::at(path, format).map_err(|error| error.to_string())?;
        let path = path.with_extension("pack");
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let (files, gone) = (Arc::clone(files), AtomicBool::new(false));
        Ok(Pack { number, path, index, files, gone })
    }

    /// The pack's file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Ids and offsets of all objects, in the order in which they lie in the pack.
    pub(crate) fn entries(&self) -> Vec<(u64, ObjectId)> {
        let mut entries: Vec<_> =
            self.index.iter().map(|entry| (entry.pack_offset, entry.oid)).collect();
        entries.sort_unstable();
        entries
    }

    /// Offsets of all objects with their positions in the index, in the order of the pack.
    pub(crate) fn positions(&self) -> Vec<(u64, u32)> {
        let mut positions: Vec<_> = (0..self.index.num_objects())
            .map(|position| (self.index.pack_offset_at_index(position), position))
            .collect();
        positions.sort_unstable();
        positions
    }

    /// The id at a position of the index, which must be one of [`Pack::positions`].
    pub(crate) fn id(&self, position: u32) -> ObjectId {
        self.index.oid_at_index(position).to_owned()
    }

    /// Of what kind the ids are.
    pub(crate) fn ids(&self) -> gix::hash::Kind {
        self.index.object_hash()
    }

    /// The position of `id` in the index.
    pub(crate) fn position(&self, id: &ObjectId) -> Option<u32> {
        self.index.lookup(id)
    }

    pub(super) fn offset(&self, id: &ObjectId) -> Option<u64> {
        self.position(id).map(|at| self.index.pack_offset_at_index(at))
    }

    /// Whether the object is in the pack, and the pack is there.
    pub(super) fn contains(&self, id: &ObjectId) -> bool {
        self.index.lookup(id).is_some() && self.file().is_ok()
    }

    /// Whether there is an index alone: the pack was removed, most likely because of a repack.
    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    /// Checks that the pack is the one that was indexed, and whole.
    pub(crate) fn check(&self) -> Result<(), ReadError> {
        let file = self.file()?;
        let hash_bytes = self.index.object_hash().len_in_bytes();
        let mut header = [0; data::header::SIZE];
        let mut trailer = vec![0; hash_bytes];
        let trailer_at = file
            .metadata()?
            .len()
            .checked_sub((hash_bytes + header.len()) as u64)
            .and_then(|body| body.checked_add(header.len() as u64))
            .ok_or_else(|| ReadError::Corrupt("the pack is cut off".to_owned()))?;
        file.read_exact_at(&mut header, 0)?;
        file.read_exact_at(&mut trailer, trailer_at)?;
        let (_, count) =
            data::header::decode(&header).map_err(|error| ReadError::Corrupt(error.to_string()))?;
        if count != self.index.num_objects() {
            return Err(ReadError::Corrupt("the pack has more objects than its index".to_owned()));
        }
        if trailer != self.index.pack_checksum().as_slice() {
            return Err(ReadError::Corrupt(
                "the pack is cut off or not the indexed one".to_owned(),
            ));
        }
        Ok(())
    }

    pub(crate) fn file(&self) -> io::Result<Arc<File>> {
        let opened = self.files.open(self.number, &self.path);
        if opened.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            self.gone.store(true, Ordering::Relaxed);
        }
        opened
    }

    fn entry(&self, window: &mut Window, offset: u64) -> Result<data::Entry, ReadError> {
        let file = self.file()?;
        self.entry_in(&file, window, offset)
    }

    /// What is written before the bytes of the object at `offset`; `file` is the pack's.
    pub(crate) fn entry_in(
        &self,
        file: &File,
        window: &mut Window,
        offset: u64,
    ) -> Result<data::Entry, ReadError> {
        let mut reader = window.reader(file, Some(self.number), offset);
        self.parse_entry(reader.peek(ENTRY_HEADER_BYTES_MAX)?, offset)
    }

    /// What `bytes`, which lie at `offset`, say of an object.
    pub(crate) fn parse_entry(&self, bytes: &[u8], offset: u64) -> Result<data::Entry, ReadError> {
        data::Entry::from_bytes(bytes, offset, self.index.object_hash())
            .map_err(|error| ReadError::Corrupt(error.to_string()))
    }

    /// Where the base of a delta lies; `None` for a whole object.
    pub(crate) fn base_offset(&self, entry: &data::Entry) -> Result<Option<u64>, ReadError> {
        let found = match &entry.header {
            EntryHeader::OfsDelta { base_distance } => {
                entry.checked_base_pack_offset(*base_distance)
            }
            EntryHeader::RefDelta { base_id } => self.offset(base_id),
            _ => return Ok(None),
        };
        found.map(Some).ok_or_else(|| ReadError::Corrupt("a delta without its base".to_owned()))
    }

    pub(super) fn read(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        offset: u64,
        out: &mut Vec<u8>,
    ) -> Result<Kind, ReadError> {
        out.clear();
        let entry = self.entry(&mut scratch.window, offset)?;
        let Some(base) = self.base_offset(&entry)? else {
            self.inflate(scratch, limits, &entry, out)?;
            return kind(&entry);
        };
        match self.read_delta(scratch, limits, (offset, &entry, base), out) {
            Err(ReadError::TooLarge { .. }) => {
                check_size(self.result_size(scratch, self.file()?.as_ref(), &entry)?, limits)?;
                out.clear();
                let sink = &mut |piece: &[u8]| out.extend_from_slice(piece);
                self.stream_composed(scratch, limits, offset, sink)
            }
            read => read,
        }
    }

    /// Reads the object at `offset`, whose delta is `entry` and whose base is held.
    fn read_delta(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        (offset, entry, base): (u64, &data::Entry, u64),
        out: &mut Vec<u8>,
    ) -> Result<Kind, ReadError> {
        let (kind, base) = self.whole(scratch, limits, base)?;
        self.apply(scratch, limits, (&base, entry), out)?;
        if out.len() as u64 <= COPY_BYTES_MAX {
            scratch.cache.put((self.number, offset), kind, &Arc::new(out.clone()));
        }
        Ok(kind)
    }

    pub(super) fn stream(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        offset: u64,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<Kind, ReadError> {
        let entry = self.entry(&mut scratch.window, offset)?;
        let Some(base) = self.base_offset(&entry)? else {
            check_stream_size(entry.decompressed_size, limits)?;
            self.stream_whole(scratch, limits, &entry, sink)?;
            return kind(&entry);
        };
        match self.stream_delta(scratch, limits, (offset, &entry, base), sink) {
            // Before anything was handed over.
            Err(ReadError::TooLarge { .. }) => self.stream_composed(scratch, limits, offset, sink),
            streamed => streamed,
        }
    }

    /// Hands over what `entry`, which is no delta, inflates to.
    fn stream_whole(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        entry: &data::Entry,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), ReadError> {
        let file = self.file()?;
        let mut reader = scratch.window.reader(&file, Some(self.number), entry.data_offset);
        scratch.inflater.reset();
        scratch.inflater.stream(&mut reader, entry.decompressed_size, limits, sink)
    }

    /// Hands over the object at `offset`, whose delta is `entry` and whose base is held.
    fn stream_delta(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        (offset, entry, base): (u64, &data::Entry, u64),
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<Kind, ReadError> {
        if self.result_size(scratch, self.file()?.as_ref(), entry)?
            <= COPY_BYTES_MAX.min(limits.object_bytes_max)
        {
            // Others may be deltas of it.
            let (kind, object) = self.whole(scratch, limits, offset)?;
            object.chunks(PIECE_BYTES).for_each(sink);
            return Ok(kind);
        }
        let (kind, base) = self.whole(scratch, limits, base)?;
        let instructions = self.instructions(scratch, limits, (&base, entry))?;
        let delta = Delta::parse(&instructions)?;
        check_stream_size(delta.result_size, limits)?;
        let mut in_time = Ok(());
        delta.apply(&base, &mut |piece| {
            in_time = in_time.and_then(|()| limits.check_time());
            if in_time.is_ok() {
                sink(piece);
            }
        })?;
        in_time?;
        Ok(kind)
    }

    /// The object at `offset`, built from its deltas.
    fn whole(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        offset: u64,
    ) -> Result<(Kind, Arc<Vec<u8>>), ReadError> {
        // From the object wanted down to the one that is no delta, or is known.
        let mut deltas = Vec::new();
        let mut cursor = offset;
        let (kind, mut object) = loop {
            if let Some(known) = scratch.cache.get((self.number, cursor)) {
                break known;
            }
            let entry = self.entry(&mut scratch.window, cursor)?;
            if let Some(base) = self.base_offset(&entry)? {
                deltas.push((cursor, entry));
                check_depth(deltas.len() as u64, limits)?;
                cursor = base;
                continue;
            }
            let mut bytes = Vec::new();
            self.inflate(scratch, limits, &entry, &mut bytes)?;
            let (kind, bytes) = (kind(&entry)?, Arc::new(bytes));
            scratch.cache.put((self.number, cursor), kind, &bytes);
            break (kind, bytes);
        };
        for (at, entry) in deltas.iter().rev() {
            limits.check_time()?;
            let mut bytes = Vec::new();
            self.apply(scratch, limits, (&object, entry), &mut bytes)?;
            object = Arc::new(bytes);
            scratch.cache.put((self.number, *at), kind, &object);
        }
        Ok((kind, object))
    }

    /// Writes to `out` what the delta `entry` makes of `base`.
    fn apply(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        (base, entry): (&[u8], &data::Entry),
        out: &mut Vec<u8>,
    ) -> Result<(), ReadError> {
        let instructions = self.instructions(scratch, limits, (base, entry))?;
        let delta = Delta::parse(&instructions)?;
        check_size(delta.result_size, limits)?;
        let held = [base.len() as u64, instructions.len() as u64, delta.result_size];
        make_room(&mut scratch.cache, limits, &held)?;
        let promised = usize::try_from(delta.result_size).unwrap_or_default();
        out.reserve_exact(promised.min(PROMISED_BYTES_MAX));
        delta.apply(base, &mut |piece| out.extend_from_slice(piece))
    }

    fn instructions(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        (base, entry): (&[u8], &data::Entry),
    ) -> Result<Vec<u8>, ReadError> {
        let held = [base.len() as u64, entry.decompressed_size];
        make_room(&mut scratch.cache, limits, &held)?;
        let mut bytes = Vec::new();
        self.inflate(scratch, limits, entry, &mut bytes)?;
        Ok(bytes)
    }

    fn inflate(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        entry: &data::Entry,
        out: &mut Vec<u8>,
    ) -> Result<(), ReadError> {
        check_size(entry.decompressed_size, limits)?;
        let file = self.file()?;
        let mut reader = scratch.window.reader(&file, Some(self.number), entry.data_offset);
        scratch.inflater.reset();
        scratch.inflater.append(&mut reader, entry.decompressed_size, limits, out)
    }
}

pub(crate) fn kind(entry: &data::Entry) -> Result<Kind, ReadError> {
    match entry.header {
        EntryHeader::Blob => Ok(Kind::Blob),
        EntryHeader::Tree => Ok(Kind::Tree),
        EntryHeader::Commit => Ok(Kind::Commit),
        EntryHeader::Tag => Ok(Kind::Tag),
        _ => Err(ReadError::Corrupt("a delta where an object was expected".to_owned())),
    }
}

/// Makes room for what is `held` at once, at the cost of the cache.
///
/// All together never has more than `held_bytes_max` bytes: a delta's base, its instructions and its
/// result have to stand in for each other.
fn make_room(cache: &mut Cache, limits: &GitLimits, held: &[u64]) -> Result<(), ReadError> {
    let max = held_max(limits);
    let size = held.iter().fold(0_u64, |sum, bytes| sum.saturating_add(*bytes));
    let rest = max.checked_sub(size).ok_or(ReadError::TooLarge { size, max })?;
    cache.shrink(rest);
    Ok(())
}

/// How many bytes may be held at once.
fn held_max(limits: &GitLimits) -> u64 {
    limits.held_bytes_max.min(limits.object_bytes_max.saturating_mul(2))
}

pub(super) fn check_size(size: u64, limits: &GitLimits) -> Result<(), ReadError> {
    if size > limits.object_bytes_max {
        return Err(ReadError::TooLarge { size, max: limits.object_bytes_max });
    }
    Ok(())
}

pub(super) fn check_stream_size(size: u64, limits: &GitLimits) -> Result<(), ReadError> {
    if size > limits.stream_bytes_max {
        return Err(ReadError::TooLarge { size, max: limits.stream_bytes_max });
    }
    Ok(())
}

fn check_depth(deltas: u64, limits: &GitLimits) -> Result<(), LimitExceeded> {
    if deltas > limits.delta_chain_max {
        return Err(LimitExceeded::Count { name: "delta_chain_max", max: limits.delta_chain_max });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Arc, Cache, GitLimits, Kind, ReadError, make_room};

    #[test]
    fn what_is_kept_makes_room_for_what_is_held() {
        let limits = GitLimits { held_bytes_max: 1500, ..Default::default() };
        let mut cache = Cache::default();
        cache.put((1, 1), Kind::Blob, &Arc::new(vec![0; 1000]));
        make_room(&mut cache, &limits, &[100, 100, 100]).unwrap();
        assert!(cache.get((1, 1)).is_some());
        make_room(&mut cache, &limits, &[200, 200, 200]).unwrap();
        assert!(cache.get((1, 1)).is_none());
        let too_large = ReadError::TooLarge { size: 1501, max: 1500 };
        assert_eq!(make_room(&mut cache, &limits, &[1501]), Err(too_large));
        // Never more than two of the largest objects.
        let limits = GitLimits { object_bytes_max: 700, ..limits };
        let too_large = ReadError::TooLarge { size: 1401, max: 1400 };
        assert_eq!(make_room(&mut cache, &limits, &[1401]), Err(too_large));
    }
}
