//! A component to native code. The admin's tool does this, never the hook.
//!
//! Upstream counts time and memory that compiling takes as no security matter, so whoever compiles
//! a detector of somebody else should do it in a child process with bounds of its own: everything
//! here is a function from bytes to bytes, and [`CompiledComponent`](crate::CompiledComponent)
//! carries the result over a pipe.

use wasmparser::{Encoding, Parser, Payload};
use wasmtime::Engine;
use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;
use wit_component::ComponentEncoder;

use crate::artefact::{self, Artefact, Code, Manifest};
use crate::engine::{compiler, engine};
use crate::instance::{Instance, StartFailure};
use crate::limits::DetectorLimits;
use pushgate_core::judge::DetectorFailure;

/// The custom section that holds a detector's manifest.
pub const MANIFEST_SECTION: &str = "pushgate:manifest";

/// Bytes of a component, or of a core module to make one of.
pub const COMPONENT_BYTES_MAX: usize = 32 << 20;

/// Bytes that say what a file of WebAssembly is.
const HEADER_BYTES: usize = 8;

/// Bytes of a manifest.
const MANIFEST_BYTES_MAX: usize = 1 << 20;

/// Why a file is not compiled to a detector.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// It is too large.
    #[error("it has {bytes} bytes; {COMPONENT_BYTES_MAX} are allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is compiled code, which is never accepted from outside, or no WebAssembly at all.
    #[error("it is neither a WebAssembly component nor a core module")]
    NotWasm,
    /// A core module that does not describe the interface it implements, or breaks it.
    #[error("it cannot be made a component: {reason}")]
    Encode {
        /// What is wrong.
        reason: String,
    },
    /// It wants something from outside.
    #[error("it imports `{name}`; a detector imports nothing")]
    Imports {
        /// The first thing that it imports.
        name: String,
    },
    /// The compiler refuses it.
    #[error("it does not compile: {reason}")]
    Refused {
        /// What wasmtime says.
        reason: String,
    },
    /// It is no detector of this version.
    #[error("it is no detector of {}: {reason}", crate::engine::API)]
    OtherInterface {
        /// What is missing or different.
        reason: String,
    },
    /// It does not start within the limits.
    #[error("it does not start within the limits: {}", .failure.as_str())]
    DoesNotStart {
        /// The cause.
        failure: DetectorFailure,
    },
}

/// Makes a component of a core module that describes its interface; returns a component as it is.
///
/// # Errors
///
/// When it is neither, is too large, or does not fit its own description.
pub fn componentize(wasm: &[u8]) -> Result<Vec<u8>, CompileError> {
    if wasm.len() > COMPONENT_BYTES_MAX {
        return Err(CompileError::TooLarge { bytes: wasm.len() });
    }
    match encoding(wasm).ok_or(CompileError::NotWasm)? {
        Encoding::Component => Ok(wasm.to_vec()),
        Encoding::Module => ComponentEncoder::default()
            .module(wasm)
            .and_then(|encoder| encoder.validate(true).encode())
            .map_err(|error| CompileError::Encode { reason: format!("{error:#}") }),
    }
}

/// What the first bytes say that it is.
fn encoding(wasm: &[u8]) -> Option<Encoding> {
    match Parser::new(0).parse(wasm, true).ok()? {
        wasmparser::Chunk::Parsed { payload: Payload::Version { encoding, .. }, .. } => {
            Some(encoding)
        }
        _ => None,
    }
}

/// Why no manifest was found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// There is none.
    #[error(
        "it has no custom section `{MANIFEST_SECTION}`, which holds its manifest and its rules; see \
         \"Without Rust\" in docs/rule-authors/write-a-detector.md"
    )]
    Missing,
    /// There are several, and nobody knows which one counts.
    #[error("it has several custom sections `{MANIFEST_SECTION}`")]
    Several,
    /// It is no text of a reasonable size.
    #[error(
        "its custom section `{MANIFEST_SECTION}` is no text of at most {MANIFEST_BYTES_MAX} bytes"
    )]
    NotText,
    /// There is nothing in the file.
    #[error("it is empty")]
    Empty,
    /// The file does not begin as WebAssembly does.
    #[error("it is not a WebAssembly component: {0}")]
    NotWasm(&'static str),
    /// It is WebAssembly of a version of which nobody here knows.
    #[error("it is WebAssembly of a version that this tool does not know")]
    OtherVersion,
    /// The file around it is no WebAssembly.
    #[error("it is damaged at byte {offset}")]
    Damaged {
        /// Where.
        offset: u64,
    },
}

/// Says what a file is that begins in another way than a component or a core module.
fn look_at_header(wasm: &[u8]) -> Result<(), ManifestError> {
    if wasm.is_empty() {
        return Err(ManifestError::Empty);
    }
    if !wasm.starts_with(b"\0asm") {
        let is_text = std::str::from_utf8(wasm.get(..HEADER_BYTES).unwrap_or(wasm)).is_ok();
        return Err(ManifestError::NotWasm(match wasm {
            [0x7f, b'E', b'L', b'F', ..] => "it is a native program or library (ELF)",
            _ if is_text => "it is a text; one in WAT has to be assembled first",
            _ => "it does not begin with the four bytes of WebAssembly",
        }));
    }
    let is_known = wasm.get(..HEADER_BYTES).is_none_or(|_| encoding(wasm).is_some());
    if is_known { Ok(()) } else { Err(ManifestError::OtherVersion) }
}

/// The manifest of a component or core module: its custom section `pushgate:manifest`, at the top
/// or in a module inside.
///
/// # Errors
///
/// When there is not exactly one.
pub fn manifest_section(wasm: &[u8]) -> Result<String, ManifestError> {
    look_at_header(wasm)?;
    let mut found = None;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.map_err(|error| ManifestError::Damaged { offset: error.offset() })?;
        let Payload::CustomSection(section) = payload else { continue };
        if section.name() != MANIFEST_SECTION {
            continue;
        }
        if found.is_some() {
            return Err(ManifestError::Several);
        }
        found = Some(section.data());
    }
    let bytes = found.ok_or(ManifestError::Missing)?;
    std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.len() <= MANIFEST_BYTES_MAX)
        .map(str::to_owned)
        .ok_or(ManifestError::NotText)
}

/// Compiles a component, after checking that it is a detector: no imports, the function `judge`
/// of the right type, and a start within `limits`.
///
/// # Errors
///
/// Why it is no detector.
pub fn precompile(component: &[u8], limits: &DetectorLimits) -> Result<Vec<u8>, CompileError> {
    if component.len() > COMPONENT_BYTES_MAX {
        return Err(CompileError::TooLarge { bytes: component.len() });
    }
    if encoding(component) != Some(Encoding::Component) {
        return Err(CompileError::NotWasm);
    }
    let refused = |error: wasmtime::Error| CompileError::Refused { reason: format!("{error:#}") };
    let code = compiler().and_then(|compiler| compiler.precompile_component(component));
    let code = code.map_err(refused)?;

    // From here on as the hook does it, so that the admin learns now what a push would run into.
    let engine = engine().map_err(refused)?;
    let compiled = artefact::deserialize(&engine, &code).map_err(refused)?;
    refuse_imports(&engine, &compiled)?;
    Instance::start(&engine, &compiled, limits).map_err(|failure| match failure {
        StartFailure::Stopped(failure) => CompileError::DoesNotStart { failure },
        StartFailure::NotLoaded(reason) => CompileError::Refused { reason },
        other => CompileError::OtherInterface { reason: other.to_string() },
    })?;
    Ok(code)
}

/// Types may be imported, because they are only names; anything else may not.
fn refuse_imports(engine: &Engine, component: &Component) -> Result<(), CompileError> {
    let component_type = component.component_type();
    let import = component_type.imports(engine).find(|(_, item)| !is_type(&item.ty));
    match import {
        Some((name, _)) => Err(CompileError::Imports { name: name.to_owned() }),
        None => Ok(()),
    }
}

fn is_type(item: &ComponentItem) -> bool {
    matches!(item, ComponentItem::Type(_))
}

/// Compiles a component or core module to an artefact.
///
/// # Errors
///
/// Why it is no detector.
pub fn artefact(
    wasm: &[u8],
    manifest: Manifest,
    limits: &DetectorLimits,
) -> Result<Artefact, CompileError> {
    let component = componentize(wasm)?;
    let code = Code::owned(precompile(&component, limits)?);
    Ok(Artefact { manifest, digest: digest(wasm), file: None, code })
}

/// By which a component is known: BLAKE3 of its bytes, in hexadecimal digits.
#[must_use]
pub fn digest(wasm: &[u8]) -> String {
    blake3::hash(wasm).to_hex().to_string()
}
