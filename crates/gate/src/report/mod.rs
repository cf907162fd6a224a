//! What is told of a push: [`text`] to the developer, [`tool`] to the tools in between, [`json`] to
//! who keeps records.

use crate::progress;

pub(crate) mod json;

pub(crate) mod lines;

pub(crate) mod text;

pub(crate) mod tool;

pub(crate) mod plan;

/// Bytes of all that the pusher of one push is told, with what servers and tools get of it. Servers
/// and clients cut off what is longer, or wait for a reader who is gone.
pub(crate) const BYTES_MAX: usize = 16 << 10;

const _: () = assert!(lines::BYTES_MAX + tool::LINE_BYTES_MAX + PROGRESS_BYTES_MAX <= BYTES_MAX);

/// Bytes of the lines that come before a message.
const PROGRESS_BYTES_MAX: usize = progress::LINES_MAX * progress::LINE_BYTES_MAX;
