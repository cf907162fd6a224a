//! What comes out of one entry, counted as it comes.

use std::time::Instant;

use super::{Budget, Entry};
use crate::limits::is_past;

/// Bytes that are taken between two looks at the clock.
const BYTES_PER_LOOK: usize = 1 << 20;

/// The bytes of one entry so far, and how many there may be.
pub(super) struct Output {
    bytes: Vec<u8>,
    limit: usize,
    deadline: Option<Instant>,
    /// How many bytes there are at the next look at the clock.
    next_look: usize,
}

impl Output {
    /// An empty output that can hold what is left of `budget`.
    pub(super) fn new(budget: &Budget) -> Output {
        let limit = budget.bytes.min(budget.entry_bytes);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let next_look = BYTES_PER_LOOK;
        Output { bytes: Vec::new(), limit, deadline: budget.deadline, next_look }
    }

    /// Bytes that still fit.
    pub(super) fn room(&self) -> usize {
        self.limit.saturating_sub(self.bytes.len())
    }

    /// Takes as much of `bytes` as fits; whether that was all of it.
    #[must_use]
    pub(super) fn take(&mut self, bytes: &[u8]) -> bool {
        if self.bytes.len() >= self.next_look {
            self.next_look = self.bytes.len().saturating_add(BYTES_PER_LOOK);
            if is_past(self.deadline) {
                self.limit = self.bytes.len();
            }
        }
        let room = self.room();
        let fitting = bytes.get(..room).unwrap_or(bytes);
        let needed = self.bytes.len() + fitting.len();
        if needed > self.bytes.capacity() {
            // Doubling, but never beyond what the budget lets in.
            let wanted = needed.max(self.bytes.capacity().saturating_mul(2)).min(self.limit);
            self.bytes.reserve_exact(wanted - self.bytes.len());
        }
        self.bytes.extend_from_slice(fitting);
        fitting.len() == bytes.len()
    }

    /// Charges `budget`, and hands the bytes over if there are any; the container has them as
    /// they are from `stored_at` on, if that is known.
    pub(super) fn hand_over(
        self,
        name: Option<Vec<u8>>,
        stored_at: Option<usize>,
        budget: &mut Budget,
        each: &mut dyn FnMut(Entry),
    ) {
        budget.bytes = budget.bytes.saturating_sub(self.bytes.len() as u64);
        if !self.bytes.is_empty() {
            each(Entry { name, bytes: self.bytes, stored_at });
        }
    }
}
