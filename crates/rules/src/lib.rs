//! The rule format, and the built-in rules. The only crate that knows the format.
//!
//! ```text
//! builtin/*.toml ─┐
//!                 ├─▶ RuleDefinition ─▶ compile ─▶ CompiledRules ─▶ bytes      (when built, installed)
//! manifests ──────┘                                CompiledRules ◀─ bytes      (in a push)
//! ```
//!
//! What to do about a secret of each kind stands in [`remediation`].
//!
//! What an author is told of a rule comes from [`check`], [`cost`] and [`page`].
//!
//! A push never parses a rule and never compiles a pattern: it loads what was compiled.

pub mod definition;

pub mod manifest;

pub mod refusal;

pub mod check;

pub mod cost;

pub mod page;

pub mod remediation;

mod nearest;

pub mod builtin;

pub mod compile;

pub mod wire;

#[cfg(test)]
mod sample;

pub use compile::{CompiledRules, DetectorFacts};
pub use definition::RuleDefinition;
pub use manifest::Manifest;
pub use nearest::nearest;
pub use refusal::Refusal;
