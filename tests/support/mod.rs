//! What the black-box tests share: a push laboratory, example secrets, and a git client that can
//! send what git itself never would.
//!
//! Nothing here knows the crates: only the built files, real git, and `contract` (what scripts and
//! servers may rely on) are used.

pub mod archive;
pub mod commands;
pub mod desk;
pub mod documents;
pub mod encode;
pub mod history;
pub mod jira;
pub mod lab;
pub mod message;
pub mod pack;
pub mod powershell;
pub mod pushed;
pub mod record;
pub mod tokens;
pub mod wire;

pub use history::{Change, History, file, settings, source_text, symlink};
pub use lab::{Arrival, Format, Install, PushLab, RefStorage, Setup, both};
pub use pushed::Pushed;
