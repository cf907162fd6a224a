//! What one detector may use up.

/// What one detector may use up, and how often it may fail.
///
/// Fuel counts executed instructions (bulk operations count their bytes), so the same push gives
/// the same verdicts on an idle and on a busy server; a million units are 0.1 to 0.35 ms on a
/// server core. One call may use
/// `fuel_per_call + fuel_per_candidate * candidates + fuel_per_byte * window`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetectorLimits {
    /// Fuel to start an instance: data that a guest builds before its first call.
    pub fuel_at_start: u64,
    /// Fuel of one call, whatever is asked.
    pub fuel_per_call: u64,
    /// Further fuel of one call for each candidate.
    pub fuel_per_candidate: u64,
    /// Further fuel of one call for each byte of the window and the path.
    pub fuel_per_byte: u64,
    /// Linear memory of one instance, all its memories together.
    pub memory_bytes_max: usize,
    /// Elements of all tables of one instance together.
    pub table_elements_max: usize,
    /// Window and path together; more is [`OutOfMemory`](pushgate_core::judge::DetectorFailure)
    /// without asking.
    pub window_bytes_max: usize,
    /// Candidates of one call; when a window has more, the detector is asked again for the rest.
    pub candidates_per_call_max: usize,
    /// How often a detector that failed is started anew in one push. After that it is not asked
    /// any more, and its last failure is the answer to all further questions.
    pub restarts_max: u32,
}

impl Default for DetectorLimits {
    fn default() -> Self {
        DetectorLimits {
            // Six times what the heaviest guest measured needs (a garbage-collected language).
            fuel_at_start: 10_000_000,
            fuel_per_call: 10_000_000,
            // A verdict costs 2 000 to 10 000 in a compiled guest, 110 000 in an interpreted one,
            // and up to a million when it decodes and searches what it was shown.
            fuel_per_candidate: 2_000_000,
            fuel_per_byte: 64,
            memory_bytes_max: 16 << 20,
            table_elements_max: 16_384,
            window_bytes_max: 4 << 20,
            candidates_per_call_max: 1024,
            restarts_max: 8,
        }
    }
}

impl DetectorLimits {
    /// Fuel of one call about `candidates` candidates in `bytes` bytes.
    #[must_use]
    pub fn fuel_of_call(&self, candidates: usize, bytes: usize) -> u64 {
        let candidates = self.fuel_per_candidate.saturating_mul(candidates as u64);
        let bytes = self.fuel_per_byte.saturating_mul(bytes as u64);
        self.fuel_per_call.saturating_add(candidates).saturating_add(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::DetectorLimits;

    #[test]
    fn fuel_grows_with_the_question_and_does_not_wrap() {
        let limits = DetectorLimits {
            fuel_per_call: 1000,
            fuel_per_candidate: 10,
            fuel_per_byte: 1,
            ..DetectorLimits::default()
        };
        assert_eq!(limits.fuel_of_call(0, 0), 1000);
        assert_eq!(limits.fuel_of_call(2, 7), 1027);
        let endless = DetectorLimits { fuel_per_byte: u64::MAX, ..limits };
        assert_eq!(endless.fuel_of_call(1, 2), u64::MAX);
    }
}
