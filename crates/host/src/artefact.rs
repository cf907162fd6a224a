//! A compiled detector, what its manifest says, and sets of them as bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::engine::{FORMAT, engine_id};
use crate::store::{Owners, StoreError};

/// Bytes of compiled code that are read at most.
pub(crate) const CODE_BYTES_MAX: u64 = 128 << 20;

/// What the host must know of a detector's manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The detector's name.
    pub name: String,
    /// The detector's version.
    pub version: String,
    /// The ids of its judges; a question names one by its index.
    pub judges: Vec<String>,
    /// What its evidence codes mean.
    pub evidence: BTreeMap<u16, String>,
    /// What its dismissal codes mean.
    pub dismissals: BTreeMap<u16, String>,
}

/// A detector, compiled and ready to be loaded.
#[derive(Clone, Debug)]
pub struct Artefact {
    /// What its author says of it.
    pub manifest: Manifest,
    /// BLAKE3 of the component that was compiled, in hexadecimal digits.
    pub digest: String,
    /// The name of the file it was compiled from, in the admin's folder; a built-in one has none.
    pub file: Option<String>,
    /// The compiled code.
    pub code: Code,
}

/// Compiled code, wherever it lies. Read and checked when the detector is asked for the first time.
#[derive(Clone)]
pub struct Code {
    source: CodeSource,
    digest: blake3::Hash,
}

#[derive(Clone)]
enum CodeSource {
    Embedded(&'static [u8]),
    #[cfg_attr(not(feature = "compile"), expect(dead_code, reason = "only a compiler makes it"))]
    Owned(Vec<u8>),
    Stored {
        path: PathBuf,
        owners: Owners,
    },
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = match &self.source {
            CodeSource::Embedded(_) => "embedded".to_owned(),
            CodeSource::Owned(_) => "just compiled".to_owned(),
            CodeSource::Stored { path, .. } => path.display().to_string(),
        };
        f.debug_struct("Code")
            .field("place", &place)
            .field("digest", &self.digest.to_hex())
            .finish()
    }
}

/// Why compiled code cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArtefactError {
    /// The bytes are no set of artefacts.
    #[error("the compiled detectors are damaged")]
    Damaged,
    /// The bytes were made for another engine.
    #[error("the compiled detectors were made for another version; compile them again")]
    OtherEngine,
    /// The code is not what was compiled.
    #[error("the compiled code of detector `{name}` is damaged; run `pushgate install` again")]
    DamagedCode {
        /// The detector's name.
        name: String,
    },
    /// The code could not be read from the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Wasmtime refused the code, or the machine gave no engine.
    #[error("the compiled code of detector `{name}` cannot be loaded: {reason}")]
    Refused {
        /// The detector's name.
        name: String,
        /// What wasmtime says.
        reason: String,
    },
}

impl Code {
    /// Code that was just compiled.
    #[cfg(feature = "compile")]
    pub(crate) fn owned(bytes: Vec<u8>) -> Code {
        let digest = blake3::hash(&bytes);
        Code { source: CodeSource::Owned(bytes), digest }
    }

    /// Code in a store. Nothing is read yet.
    pub(crate) fn stored(path: PathBuf, owners: Owners, digest: [u8; 32]) -> Code {
        Code { source: CodeSource::Stored { path, owners }, digest: digest.into() }
    }

    /// BLAKE3 of the code.
    #[cfg(feature = "compile")]
    pub(crate) fn digest(&self) -> blake3::Hash {
        self.digest
    }

    /// The bytes, whatever they are: not compared with the digest yet.
    fn unchecked(&self) -> Result<Cow<'_, [u8]>, StoreError> {
        match &self.source {
            CodeSource::Embedded(bytes) => Ok(Cow::Borrowed(bytes)),
            CodeSource::Owned(bytes) => Ok(Cow::Borrowed(bytes)),
            CodeSource::Stored { path, owners } => {
                Ok(Cow::Owned(owners.read(path, CODE_BYTES_MAX)?))
            }
        }
    }
}

impl Artefact {
    /// Whether the compiled code can be read and is what was compiled.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is not trusted where it lies, or is damaged.
    pub fn check(&self) -> Result<(), ArtefactError> {
        self.code().map(drop)
    }

    /// The compiled code, which fits its digest.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is not trusted where it lies, or is damaged.
    pub(crate) fn code(&self) -> Result<Cow<'_, [u8]>, ArtefactError> {
        let bytes = self.code.unchecked()?;
        if blake3::hash(&bytes) != self.code.digest {
            return Err(match &self.code.source {
                CodeSource::Stored { path, .. } => {
                    StoreError::Damaged { path: path.clone() }.into()
                }
                _ => ArtefactError::DamagedCode { name: self.manifest.name.clone() },
            });
        }
        Ok(bytes)
    }

    /// Makes the code executable.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is not trusted, is damaged, or was compiled for something else.
    pub(crate) fn load(&self, engine: &Engine) -> Result<Component, ArtefactError> {
        let code = self.code()?;
        deserialize(engine, &code).map_err(|error| ArtefactError::Refused {
            name: self.manifest.name.clone(),
            reason: format!("{error:#}"),
        })
    }
}

/// Makes compiled code executable. The one place of this project that has to trust bytes.
///
/// # Errors
///
/// What wasmtime says when the code was compiled for another engine.
#[expect(unsafe_code, reason = "loading what was compiled before is what keeps a push fast")]
pub(crate) fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: wasmtime asks that the bytes come from its own compiler and were not changed since.
    // They reach this function in two ways only.
    // `compile::precompile` passes what this process has just compiled.
    // `Artefact::load` passes code that is part of the running binary, which whoever may replace it
    // could as well replace as a whole; or code that was compiled in this process, or by the same
    // program in a process that this one started, and came through a pipe; or code that was
    // read from a store into memory of ours, from a descriptor that showed a regular file, owned by
    // root or by the user we run as, writable by nobody else. All of it was found equal to the
    // digest that was taken when it was compiled, and nobody can change it after that check. A
    // package never brings compiled code: only this project's compiler writes stores and sets.
    // Code of another wasmtime or of other settings is refused by the engine's version string.
    unsafe { Component::deserialize(engine, code) }
}

/// Several artefacts as bytes: what the hook embeds.
#[derive(Clone, Debug, Default)]
pub struct ArtefactSet {
    /// The artefacts, in their order.
    pub artefacts: Vec<Artefact>,
}

/// How one artefact is written.
#[derive(Serialize, Deserialize)]
struct ArtefactWire<'a> {
    manifest: Cow<'a, Manifest>,
    digest: Cow<'a, str>,
    file: Option<Cow<'a, str>>,
    code_digest: [u8; 32],
    code: &'a [u8],
}

/// How a set is written.
#[derive(Serialize, Deserialize)]
struct SetWire<'a> {
    format: u32,
    engine: Cow<'a, str>,
    #[serde(borrow)]
    artefacts: Vec<ArtefactWire<'a>>,
}

impl ArtefactSet {
    /// The set as bytes.
    ///
    /// # Errors
    ///
    /// When the code of an artefact cannot be read.
    ///
    /// # Panics
    ///
    /// Never: the written types have no form that cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ArtefactError> {
        let codes =
            self.artefacts.iter().map(Artefact::code).collect::<Result<Vec<_>, ArtefactError>>()?;
        let artefacts = self.artefacts.iter().zip(&codes).map(|(artefact, code)| ArtefactWire {
            manifest: Cow::Borrowed(&artefact.manifest),
            digest: Cow::Borrowed(&artefact.digest),
            file: artefact.file.as_deref().map(Cow::Borrowed),
            code_digest: *artefact.code.digest.as_bytes(),
            code,
        });
        let set = SetWire {
            format: FORMAT,
            engine: Cow::Owned(engine_id()),
            artefacts: artefacts.collect(),
        };
        Ok(postcard::to_allocvec(&set).expect("plain data can be written"))
    }

    /// Reads what [`ArtefactSet::to_bytes`] wrote. The code stays where it is.
    ///
    /// `bytes` must come from the running binary: they hold code that will be executed.
    ///
    /// # Errors
    ///
    /// When the bytes are something else, or were made for another engine.
    pub fn from_bytes(bytes: &'static [u8]) -> Result<ArtefactSet, ArtefactError> {
        let (format, rest) =
            postcard::take_from_bytes::<u32>(bytes).map_err(|_| ArtefactError::Damaged)?;
        let (engine, _) =
            postcard::take_from_bytes::<&str>(rest).map_err(|_| ArtefactError::Damaged)?;
        if format != FORMAT || engine != engine_id() {
            return Err(ArtefactError::OtherEngine);
        }
        let set: SetWire<'static> =
            postcard::from_bytes(bytes).map_err(|_| ArtefactError::Damaged)?;
        let artefacts = set.artefacts.into_iter().map(|artefact| Artefact {
            manifest: artefact.manifest.into_owned(),
            digest: artefact.digest.into_owned(),
            file: artefact.file.map(Cow::into_owned),
            code: Code {
                source: CodeSource::Embedded(artefact.code),
                digest: artefact.code_digest.into(),
            },
        });
        Ok(ArtefactSet { artefacts: artefacts.collect() })
    }
}
