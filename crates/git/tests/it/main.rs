//! The crate against real git: what is incoming, what it holds, where it stands.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[path = "../support/packs.rs"]
#[expect(dead_code, reason = "shared with other tests, which use all of it")]
mod packs;
#[path = "../support/mod.rs"]
mod support;

mod attribute;
mod deltas;
mod descent;
mod environment;
mod faults;
mod history;
mod incoming;
mod objects;
mod random;
mod refs;
mod tips;
