//! Pushes, edits and merges on a real forge: Gitea, with the hook in its repositories.
//!
//! `cargo xtask gitea` builds Gitea and runs this; `PUSHGATE_GITEA` names the folder it is in.

#![expect(clippy::disallowed_methods, reason = "tests start processes and read their environment")]
#![expect(clippy::indexing_slicing, reason = "a test that panics has failed, as it should")]
#![expect(unreachable_pub, reason = "nothing outside a test binary could reach it")]
#![expect(
    dead_code,
    unused_imports,
    reason = "what the tests of pushes share is more than is needed here"
)]

#[path = "../support/mod.rs"]
mod support;

mod forge;
mod http;
mod merges;
mod place;
mod pushes;
mod unseen;
mod upkeep;
mod web;
