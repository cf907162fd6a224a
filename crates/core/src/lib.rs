//! Bytes in, findings and a decision out.
//!
//! ```text
//! bytes ─▶ search ─▶ Window ─▶ assess (Detector) ─▶ Finding ─▶ merge ─▶ policy ─▶ Decision
//!          Matcher            Verdict
//! ```
//!
//! No input or output happens here, and nothing of git, of wasm, or of a file format is known.
//! What cannot be finished is a value too, a [`cause::Cause`] of *undecided*: never silence.

pub mod span;

pub mod haystack;

pub mod limits;

mod lines;

mod ranges;

mod processor;

pub mod cause;

pub mod rule;

pub mod matcher;

pub mod decode;

pub mod search;

pub mod sieve;

pub mod judge;

pub mod secret;

pub mod fingerprint;

pub mod redact;

pub mod assess;

pub mod finding;

pub mod policy;
