//! A compiled component on its way from the process that compiled it to the one that asked.
//!
//! What compiling takes, in time and memory, is decided by the component, and upstream does not
//! count it as a matter of security. So it happens in a process of its own, under limits, and what
//! comes out of it are bytes.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::artefact::{Artefact, CODE_BYTES_MAX, Code, Manifest};
use crate::compile::{self, CompileError, ManifestError};
use crate::engine::{FORMAT, engine_id};
use crate::limits::DetectorLimits;

/// Bytes that a compiled component takes at most on its way: its code, its manifest and a little.
pub const HANDOVER_BYTES_MAX: u64 = CODE_BYTES_MAX + (2 << 20);

/// A component, compiled, and the manifest that it brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompiledComponent {
    /// The text of its manifest.
    pub manifest: String,
    code: Vec<u8>,
}

/// Why a component was not compiled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComponentError {
    /// It has no manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// It does not compile, or is no detector.
    #[error("it cannot be used as a detector: {0}")]
    Compile(#[from] CompileError),
    /// Its code is larger than what a hook reads.
    #[error("compiled, it has {bytes} bytes; {CODE_BYTES_MAX} are allowed")]
    CodeTooLarge {
        /// The size of its code.
        bytes: usize,
    },
}

/// Why bytes are no compiled component.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HandoverError {
    /// They are cut off, or something else.
    #[error("what the compiler left is damaged")]
    Damaged,
    /// Another version of the program compiled it.
    #[error("it was compiled by another version of this program")]
    OtherEngine,
}

/// How it is written.
#[derive(Serialize, Deserialize)]
struct Wire<'a> {
    format: u32,
    engine: Cow<'a, str>,
    manifest: Cow<'a, str>,
    code_digest: [u8; 32],
    code: &'a [u8],
}

impl CompiledComponent {
    /// Compiles a component or core module that brings its manifest.
    ///
    /// # Errors
    ///
    /// Why it is no detector.
    pub fn compile(
        wasm: &[u8],
        limits: &DetectorLimits,
    ) -> Result<CompiledComponent, ComponentError> {
        let manifest = compile::manifest_section(wasm)?;
        let code = compile::precompile(&compile::componentize(wasm)?, limits)?;
        if code.len() as u64 > CODE_BYTES_MAX {
            return Err(ComponentError::CodeTooLarge { bytes: code.len() });
        }
        Ok(CompiledComponent { manifest, code })
    }

    /// As bytes.
    ///
    /// # Panics
    ///
    /// Never: the written type has no form that cannot be written.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let wire = Wire {
            format: FORMAT,
            engine: Cow::Owned(engine_id()),
            manifest: Cow::Borrowed(&self.manifest),
            code_digest: *blake3::hash(&self.code).as_bytes(),
            code: &self.code,
        };
        postcard::to_allocvec(&wire).expect("plain data can be written")
    }

    /// Reads what [`CompiledComponent::to_bytes`] wrote.
    ///
    /// `bytes` must come from a process that this one started, and which ran this very program:
    /// they hold code that a hook will execute.
    ///
    /// # Errors
    ///
    /// When they are damaged, or were written by another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<CompiledComponent, HandoverError> {
        let damaged = |_| HandoverError::Damaged;
        let (wire, rest) = postcard::take_from_bytes::<Wire<'_>>(bytes).map_err(damaged)?;
        if wire.format != FORMAT || wire.engine != engine_id() {
            return Err(HandoverError::OtherEngine);
        }
        if !rest.is_empty() || blake3::hash(wire.code) != wire.code_digest {
            return Err(HandoverError::Damaged);
        }
        Ok(CompiledComponent { manifest: wire.manifest.into_owned(), code: wire.code.to_vec() })
    }

    /// The artefact of the component that was read from `wasm`; `file` as in [`Artefact`].
    #[must_use]
    pub fn into_artefact(self, wasm: &[u8], manifest: Manifest, file: Option<String>) -> Artefact {
        let digest = compile::digest(wasm);
        Artefact { manifest, digest, file, code: Code::owned(self.code) }
    }
}
