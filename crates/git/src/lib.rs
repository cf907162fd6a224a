//! The push, as git hands it to a `pre-receive` hook, read through gix.
//!
//! This crate knows what a push *makes available* and where that stands in history. It searches
//! nothing, decides nothing and prints nothing, and no type of gix but [`ObjectId`] leaves it.
//!
//! ```text
//! standard input ─▶ Push ──┐
//!                          ├─▶ Incoming::find ─▶ Incoming ─▶ Objects::read/stream ─▶ (search)
//! environment ─▶ Objects ──┘                        │
//!                                                   └─▶ attribute ─▶ Places   (only for findings)
//! ```
//!
//! ```no_run
//! use pushgate_git::{GitEnvironment, GitLimits, Incoming, Objects, Push};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let environment = GitEnvironment { git_dir: ".".into(), ..Default::default() };
//! let limits = GitLimits::default();
//! let push = Push::read(std::io::stdin().lock(), &limits)?;
//! let objects = Objects::open(&environment, &limits)?;
//! let incoming = Incoming::find(&push, &objects)?;
//! let mut bytes = Vec::new();
//! for object in &incoming.objects {
//!     objects.read(&object.id, &mut bytes)?;
//! }
//! # Ok(()) }
//! ```
//!
//! Everything that comes from the push is hostile: lines, names, objects, sizes, the shape of
//! history. No loop over it is without a bound of [`GitLimits`], nothing recurses, and what cannot
//! be read is said, never skipped. Replacement refs, grafts and attributes are never followed, and
//! no process is started, but one to list the refs of a repository whose ref format gix does not
//! know.

pub use gix::ObjectId;

pub mod alternates;
pub mod environment;
pub mod limits;
pub mod update;

pub mod push;
pub mod threads;

pub mod objects;
mod parse;
pub mod refs;
mod repository;

pub mod incoming;
pub mod pack;

pub mod attribute;
pub mod descent;
pub mod haystacks;
pub mod proof;

pub use attribute::{Place, Places, attribute};
pub use descent::{
    Behind, CommitSummary, Descent, FileSummary, Follows, MessageSummary, TipSummary, Wanted,
    descent,
};
pub use environment::GitEnvironment;
pub use incoming::{
    Incoming, IncomingError, IncomingObject, Part, Sent, Survey, Surveyed, Unlisted, Unreadable,
};
pub use limits::{GitLimits, LimitExceeded};
pub use objects::{Header, Kind, Objects, OpenError, ReadError};
pub use parse::Entry as TreeEntry;
pub use proof::{Reachable, reachable_from_existing_refs};
pub use push::{Push, ReadPushError};
pub use update::{ParseUpdateError, RefUpdate, UpdateKind};
