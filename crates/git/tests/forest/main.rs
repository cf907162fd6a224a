//! The walk over a pack as a forest, against git and against reading object by object.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[expect(dead_code, reason = "the other tests use all of it")]
#[path = "../support/mod.rs"]
mod support;

#[path = "../support/packs.rs"]
mod packs;

mod checker;
mod heads;
mod hostile;
mod limits;
mod made_by_git;
mod random;
