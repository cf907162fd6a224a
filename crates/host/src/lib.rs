//! Detectors as WASM components, run by wasmtime. The only crate that knows wasm.
//!
//! ```text
//!   .wasm ──compile──▶ Artefact ──▶ ArtefactSet bytes, embedded in the hook ──┐
//!  (admin)               └────────▶ Store, a folder only the admin writes ────┤
//!                                                                             ▼
//!            window + questions ──▶ Detectors ──one call──▶ instance ──▶ checked verdicts
//! ```
//!
//! A detector is a component of one WIT world without imports: it sees its argument and can
//! compute, nothing else. What it may use up is bounded ([`DetectorLimits`]), what it answers is
//! checked against the question, and every way in which it can fail becomes
//! [`Verdict::Undecided`](pushgate_core::judge::Verdict::Undecided), never "no".
//!
//! Compiling happens when an admin installs a detector (feature `compile`); the hook is built
//! without it and only loads what was compiled. Nothing is loaded before the first question.

pub mod artefact;
#[cfg(feature = "compile")]
pub mod compile;
pub mod detectors;
pub mod engine;
#[cfg(feature = "compile")]
pub mod handover;
pub mod limits;
pub mod store;

mod answer;
mod instance;

pub use artefact::{Artefact, ArtefactError, ArtefactSet, Code, Manifest};
pub use detectors::{CallCost, Detectors, HostedDetector, Library};
pub use engine::engine_id;
#[cfg(feature = "compile")]
pub use handover::{CompiledComponent, ComponentError, HANDOVER_BYTES_MAX, HandoverError};
pub use limits::DetectorLimits;
pub use store::{Installed, Store, StoreError};
