//! Compiled detectors on disk: those that an admin added, and the rules compiled with them.
//!
//! ```text
//! <store>/                     what the configuration names
//!   <engine id>/               one folder for each engine; a new version leaves the old one alone
//!     index                    manifests and digests; written last
//!     <digest>.cwasm           compiled code, named by its BLAKE3
//!     <digest>.rules           what the caller keeps beside it
//! ```
//!
//! Who can write here decides what the hook executes. So each folder and file must belong to root
//! or to the user that the hook runs as, and nobody else may be able to write it; a symbolic link
//! is refused. Digests find damage, not malice: who can write the index can write digests.

mod trust;
#[cfg(feature = "compile")]
mod write;

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub(crate) use self::trust::Owners;
use crate::artefact::{Artefact, Code, Manifest};
use crate::engine::{FORMAT, engine_id};

/// Bytes of an index that are read at most.
const INDEX_BYTES_MAX: u64 = 16 << 20;

/// Bytes of compiled rules that are read at most.
const RULES_BYTES_MAX: u64 = 1 << 30;

/// A folder of compiled detectors.
#[derive(Debug)]
pub struct Store;

/// What a store holds. Nothing but the index is read yet.
#[derive(Debug)]
pub struct Installed {
    /// The detectors, in the order they were written in.
    pub artefacts: Vec<Artefact>,
    rules: PathBuf,
    rules_digest: [u8; 32],
    owners: Owners,
}

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is nothing.
    #[error("there are no compiled detectors in {path}; run `pushgate install` again")]
    Missing {
        /// The store.
        path: PathBuf,
    },
    /// There is something for another version of the hook.
    #[error(
        "the compiled detectors in {path} were made for another version; run `pushgate install` again"
    )]
    OtherEngine {
        /// The store.
        path: PathBuf,
    },
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is a symbolic link, a pipe or the like.
    #[error("{path} is not a regular {expected}; remove it and run `pushgate install` again")]
    Kind {
        /// The file or folder.
        path: PathBuf,
        /// `file` or `folder`.
        expected: &'static str,
    },
    /// It belongs to someone who is not trusted.
    #[error("{path} belongs to user {owner}; it must belong to root or to the user of the hook")]
    Owner {
        /// The file or folder.
        path: PathBuf,
        /// Whom it belongs to.
        owner: u32,
    },
    /// Others than its owner may write it.
    #[error("{path} has mode {mode:o}: others may write it; run `chmod go-w` on it")]
    Writable {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is larger than anything that was written.
    #[error("{path} is larger than {bytes_max} bytes; run `pushgate install` again")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// How large it may be.
        bytes_max: u64,
    },
    /// It is not what was written.
    #[error("{path} is damaged; run `pushgate install` again")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
}

impl Store {
    /// Reads the index of the store at `path`, for this version of the engine.
    ///
    /// # Errors
    ///
    /// When there is none, when it is damaged, or when others than root and the current user could
    /// have written it.
    pub fn open(path: &Path) -> Result<Installed, StoreError> {
        let owners = Owners::current();
        if !path.try_exists().map_err(|source| read_error(path, source))? {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        owners.check_folder(path)?;
        let folder = path.join(engine_id());
        if !folder.try_exists().map_err(|source| read_error(&folder, source))? {
            return Err(nothing_for_us(path));
        }
        owners.check_folder(&folder)?;
        let index = folder.join(INDEX_NAME);
        let bytes = owners.read(&index, INDEX_BYTES_MAX)?;
        let parsed = IndexWire::parse(&bytes).ok_or(StoreError::Damaged { path: index })?;

        let artefacts = parsed.artefacts.into_iter().map(|entry| Artefact {
            manifest: entry.manifest.into_owned(),
            digest: entry.digest.into_owned(),
            file: entry.file.map(Cow::into_owned),
            code: Code::stored(
                folder.join(file_name(&entry.code_digest, CODE_SUFFIX)),
                owners,
                entry.code_digest,
            ),
        });
        Ok(Installed {
            artefacts: artefacts.collect(),
            rules: folder.join(file_name(&parsed.rules_digest, RULES_SUFFIX)),
            rules_digest: parsed.rules_digest,
            owners,
        })
    }
}

impl Installed {
    /// What was kept beside the detectors.
    ///
    /// # Errors
    ///
    /// When it is missing, damaged, or others could have written it.
    pub fn rules(&self) -> Result<Vec<u8>, StoreError> {
        let bytes = self.owners.read(&self.rules, RULES_BYTES_MAX)?;
        if blake3::hash(&bytes) != self.rules_digest {
            return Err(StoreError::Damaged { path: self.rules.clone() });
        }
        Ok(bytes)
    }
}

const INDEX_NAME: &str = "index";
const CODE_SUFFIX: &str = ".cwasm";
const RULES_SUFFIX: &str = ".rules";

/// The file that holds the bytes with this digest.
fn file_name(digest: &[u8; 32], suffix: &str) -> String {
    format!("{}{suffix}", blake3::Hash::from(*digest).to_hex())
}

/// The index as it is written, after 32 bytes with the BLAKE3 of the rest.
#[derive(Serialize, Deserialize)]
struct IndexWire<'a> {
    format: u32,
    #[serde(borrow)]
    artefacts: Vec<EntryWire<'a>>,
    rules_digest: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct EntryWire<'a> {
    manifest: Cow<'a, Manifest>,
    #[serde(borrow)]
    digest: Cow<'a, str>,
    file: Option<Cow<'a, str>>,
    code_digest: [u8; 32],
}

impl<'a> IndexWire<'a> {
    fn parse(bytes: &'a [u8]) -> Option<IndexWire<'a>> {
        let (digest, rest) = bytes.split_first_chunk::<32>()?;
        if blake3::hash(rest) != *digest {
            return None;
        }
        postcard::from_bytes::<IndexWire<'a>>(rest).ok().filter(|index| index.format == FORMAT)
    }

    #[cfg(feature = "compile")]
    fn to_bytes(&self) -> Vec<u8> {
        let rest = postcard::to_allocvec(self).expect("plain data can be written");
        let mut bytes = blake3::hash(&rest).as_bytes().to_vec();
        bytes.extend_from_slice(&rest);
        bytes
    }
}

/// Whether the store is empty, or made for another engine.
fn nothing_for_us(path: &Path) -> StoreError {
    let has_other = std::fs::read_dir(path).is_ok_and(|mut entries| {
        entries.any(|entry| entry.is_ok_and(|entry| entry.path().join(INDEX_NAME).is_file()))
    });
    let path = path.to_owned();
    if has_other { StoreError::OtherEngine { path } } else { StoreError::Missing { path } }
}

fn read_error(path: &Path, source: io::Error) -> StoreError {
    StoreError::Read { path: path.to_owned(), source }
}
