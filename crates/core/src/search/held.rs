//! An object that is a container must be held as a whole before it is opened.

use super::Open;
use super::progress::Progress;
use crate::cause::Cause;
use crate::decode::archive::{Archive, behind};
use crate::limits::Limits;

/// Bytes that are kept of too many: a few times the end at which a zip is known.
const TAIL_BYTES_MAX: usize = 1 << 20;
const _: () = assert!(behind::END_REACH <= TAIL_BYTES_MAX / 2);

/// The bytes of an object that is a container.
#[derive(Debug)]
pub(super) struct HeldContainer {
    archive: Archive,
    /// Where it begins in the object.
    start: u64,
    bytes: Vec<u8>,
    /// If there were too many: how many there were before those that are left.
    dropped: Option<usize>,
}

impl HeldContainer {
    pub(super) fn new(archive: Archive, start: u64) -> HeldContainer {
        HeldContainer { archive, start, bytes: Vec::new(), dropped: None }
    }

    pub(super) fn push(&mut self, piece: &[u8], limits: &Limits) {
        self.bytes.extend_from_slice(piece);
        let bytes_max = match self.dropped {
            None => limits.container_bytes_max,
            Some(_) => TAIL_BYTES_MAX,
        };
        if self.bytes.len() > bytes_max {
            let tail = self.bytes.len().saturating_sub(behind::END_REACH);
            self.bytes = self.bytes.split_off(tail);
            self.dropped = Some(self.dropped.unwrap_or(0) + tail);
        }
    }

    /// Opens what began as a container.
    pub(super) fn open(self, progress: &mut Progress<'_>) {
        match self.dropped {
            None => progress.unpack(self.bytes, self.archive, self.start),
            Some(_) => progress.note(Open::limit(Cause::ObjectTooLarge, "container_bytes_max")),
        }
    }

    /// Whether what may be a zip behind other bytes ends as one.
    pub(super) fn is_ended(&self) -> bool {
        match self.dropped {
            None => behind::find(&self.bytes).is_some(),
            Some(dropped) => behind::ends(&self.bytes, dropped),
        }
    }
}
