//! One push, from standard input to the verdict and the words for it.
//!
//! This crate alone knows people: the environment, the configuration, the messages, the audit
//! record. It starts no process but the hook that was there before it.
//!
//! ```text
//! arguments ─▶ Config ──┐
//! environment ──────────┼─▶ pre_receive ─▶ Judged ─▶ audit record ─▶ message, exit code
//! standard input ───────┘
//! ```

pub mod code;

pub mod config;

pub mod profile;

pub mod environment;

mod installation;

mod clock;

mod schedule;

mod progress;

mod branches;

mod channel;

mod show;

pub mod shell;

pub mod pre_receive;

pub mod report;

pub mod audit;

mod regular;

mod previous;

mod signals;

mod panic_guard;

pub mod hook;

pub use hook::{Embedded, run};
pub use installation::key_fault;
