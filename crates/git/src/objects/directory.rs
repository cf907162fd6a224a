//! One object directory: loose objects and packs.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use gix::{ObjectId, hash};

use super::{
    Header, Kind, ReadError,
    files::OpenFiles,
    loose,
    loose_folder::LooseFolder,
    pack::{Pack, Scratch},
};
use crate::GitLimits;

/// Loose objects and packs in one directory. Alternates are not its business.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    format: hash::Kind,
    files: Arc<OpenFiles>,
    packs: RwLock<Option<Arc<Packs>>>,
    /// The folders for loose objects: most are missing in a repository that is packed.
    folders: OnceLock<Vec<LooseFolder>>,
    /// The pack that had the last object; the next one is probably there, too.
    last: AtomicUsize,
}

/// What the folder `pack` holds.
#[derive(Debug, Default)]
pub(crate) struct Packs {
    pub(crate) packs: Vec<Arc<Pack>>,
    /// Indices that cannot be read, and why.
    pub(crate) broken: Vec<(PathBuf, String)>,
    /// Packs without an index, and files that git does not put there.
    pub(crate) unexpected: Vec<PathBuf>,
    promisor: bool,
}

/// Where an object is.
#[derive(Debug)]
pub(super) enum Location {
    Loose(File),
    Packed(Arc<Pack>, u64),
}

impl Location {
    /// Whether it is in a pack whose file is gone.
    pub(super) fn is_gone(&self) -> bool {
        matches!(self, Location::Packed(pack, _) if pack.is_gone())
    }

    pub(super) fn header(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
    ) -> Result<Header, ReadError> {
        match self {
            Location::Loose(file) => loose::header(scratch, file),
            Location::Packed(pack, offset) => pack.header(scratch, limits, *offset),
        }
    }

    pub(super) fn read(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        out: &mut Vec<u8>,
    ) -> Result<Kind, ReadError> {
        match self {
            Location::Loose(file) => loose::read(scratch, limits, file, out),
            Location::Packed(pack, offset) => pack.read(scratch, limits, *offset, out),
        }
    }

    pub(super) fn stream(
        &self,
        scratch: &mut Scratch,
        limits: &GitLimits,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<Kind, ReadError> {
        match self {
            Location::Loose(file) => loose::stream(scratch, limits, file, sink),
            Location::Packed(pack, offset) => pack.stream(scratch, limits, *offset, sink),
        }
    }
}

impl Directory {
    pub(super) fn new(path: PathBuf, format: hash::Kind, files: &Arc<OpenFiles>) -> Directory {
        Directory {
            path,
            format,
            files: Arc::clone(files),
            packs: RwLock::default(),
            folders: OnceLock::new(),
            last: AtomicUsize::new(0),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Its packs, listed when first asked for.
    pub(crate) fn packs(&self) -> Arc<Packs> {
        let known = self.packs.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(packs) = known {
            return packs;
        }
        self.refresh();
        self.packs.read().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default()
    }

    /// Lists packs again; those that are known stay open.
    pub(super) fn refresh(&self) {
        let mut packs = self.packs.write().unwrap_or_else(PoisonError::into_inner);
        let known = packs.take().unwrap_or_default();
        *packs = Some(Arc::new(self.list(&known)));
    }

    pub(super) fn has_promisor_pack(&self) -> bool {
        self.packs().promisor
    }

    /// An index that cannot be read, if there is one.
    pub(super) fn broken(&self) -> Option<PathBuf> {
        self.packs().broken.first().map(|(path, _)| path.clone())
    }

    /// Whether there is nothing here; a folder for loose objects counts as one.
    pub(super) fn is_empty(&self) -> bool {
        let packs = self.packs();
        let has_folder = || self.folders().iter().any(|folder| folder.exists);
        packs.packs.is_empty() && packs.broken.is_empty() && !has_folder()
    }

    fn folders(&self) -> &[LooseFolder] {
        self.folders.get_or_init(|| LooseFolder::all(&self.path))
    }

    /// Whether the object is here; what was added since the first look may be missed.
    pub(super) fn contains(&self, id: &ObjectId) -> bool {
        self.contains_in(&self.packs(), id)
    }

    /// The same, by its `packs`: threads that ask for many objects would wait for each other's turn
    /// to ask for these.
    pub(super) fn contains_in(&self, packs: &Packs, id: &ObjectId) -> bool {
        if packs.packs.iter().any(|pack| pack.contains(id)) {
            return true;
        }
        match self.folders().get(usize::from(id.first_byte())) {
            Some(folder) => folder.contains(|| self.loose_path(id), id),
            None => self.loose_path(id).is_file(),
        }
    }

    /// Where the object is; an error when it is here but cannot be opened.
    pub(super) fn find(&self, id: &ObjectId) -> Option<Result<Location, ReadError>> {
        let packs = self.packs();
        let last = self.last.load(Ordering::Relaxed);
        let first = packs.packs.get(last).map(|pack| (last, pack));
        for (at, pack) in first.into_iter().chain(packs.packs.iter().enumerate()) {
            if pack.is_gone() {
                continue;
            }
            if let Some(offset) = pack.offset(id) {
                self.last.store(at, Ordering::Relaxed);
                return Some(Ok(Location::Packed(Arc::clone(pack), offset)));
            }
        }
        match File::open(self.loose_path(id)) {
            Ok(file) => Some(Ok(Location::Loose(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => Some(Err(error.into())),
        }
    }

    /// Lists a folder of packs. What vanishes meanwhile was repacked, and is found elsewhere.
    fn list(&self, known: &Packs) -> Packs {
        let folder = &self.path.join("pack");
        let mut listed = Packs::default();
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return listed,
            Err(error) => {
                listed.broken.push((folder.to_owned(), error.to_string()));
                return listed;
            }
        };
        let mut indices = Vec::new();
        let mut packs = Vec::new();
        for entry in entries {
            let path = match entry {
                Ok(entry) => entry.path(),
                Err(error) => {
                    listed.broken.push((folder.to_owned(), error.to_string()));
                    continue;
                }
            };
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            match name.rsplit_once('.').map(|(_, extension)| extension) {
                Some("idx") => indices.push(path),
                Some("pack") => packs.push(path),
                Some("promisor") => listed.promisor = true,
                Some("rev" | "keep" | "mtimes" | "bitmap" | "midx" | "chain") => {}
                _ if name.starts_with("tmp_") || name.starts_with(".tmp") => {}
                _ if name.starts_with("multi-pack-index") => {}
                _ => listed.unexpected.push(path.clone()),
            }
        }
        indices.sort_unstable();
        for path in &indices {
            let pack_path = path.with_extension("pack");
            let known = known.packs.iter().find(|pack| pack.path() == pack_path);
            if let Some(pack) = known.filter(|pack| !pack.is_gone() || !packs.contains(&pack_path))
            {
                listed.packs.push(Arc::clone(pack));
                continue;
            }
            match Pack::open(path, self.format, &self.files) {
                Ok(pack) => listed.packs.push(Arc::new(pack)),
                Err(_) if !path.exists() => {}
                Err(why) => listed.broken.push((path.clone(), why)),
            }
        }
        packs.retain(|path| indices.binary_search(&path.with_extension("idx")).is_err());
        listed.unexpected.extend(packs);
        listed.unexpected.sort_unstable();
        listed
    }

    fn loose_path(&self, id: &ObjectId) -> PathBuf {
        let mut hex = hash::Kind::hex_buf();
        let hex: &str = id.hex_to_buf(hex.as_mut());
        let (folder, file) = hex.split_at_checked(2).unwrap_or_default();
        let mut path = self.path.join(folder);
        path.push(file);
        path
    }
}
