//! Every bound on what a push can make the search do, by name.

use std::time::Instant;

/// Bounds on searching and judging.
///
/// What exceeds one is *undecided*, never passed over. Bounds on reading the push are in
/// `pushgate_git`, bounds on a detector's fuel and memory in `pushgate_host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Candidates kept for one object.
    pub candidates_per_object_max: usize,
    /// How many encodings are undone, one inside another.
    pub decode_depth_max: usize,
    /// Bytes read from encodings in one object, without those of containers.
    pub decoded_bytes_per_object_max: usize,
    /// Bytes of an object that is a container, such as an archive: it must be held in memory.
    pub container_bytes_max: usize,
    /// How many containers are opened, one inside another.
    pub container_depth_max: usize,
    /// Bytes of one entry of a container.
    pub container_entry_bytes_max: u64,
    /// Bytes of all entries of all containers in one object.
    pub container_expanded_bytes_max: u64,
    /// Entries of all containers in one object.
    pub container_entries_max: u32,
    /// Bytes of windows held at once until their candidates are judged; objects with more of them
    /// are searched twice.
    pub window_bytes_held_max: usize,
    /// Places at which one finding is shown and recorded.
    pub sites_per_finding_max: usize,
    /// Distinct paths under which one blob is judged.
    pub paths_per_blob_max: usize,
    /// Candidates of one blob that are judged, each counted once for every path.
    pub judged_per_blob_max: usize,
    /// Findings and open questions recorded for one push.
    pub findings_per_push_max: usize,
    /// Threads that search one push.
    pub threads_per_push_max: usize,
    /// When searching stops; what was not searched by then is undecided. `None` for never.
    pub deadline: Option<Instant>,
}

impl Limits {
    /// The bounds of the embedded configuration.
    pub const DEFAULT: Limits = Limits {
        candidates_per_object_max: 60_000,
        decode_depth_max: 6,
        decoded_bytes_per_object_max: 512 << 20,
        container_bytes_max: 128 << 20,
        container_depth_max: 6,
        container_entry_bytes_max: 160 << 20,
        container_expanded_bytes_max: 2 << 30,
        container_entries_max: 200_000,
        window_bytes_held_max: 128 << 20,
        sites_per_finding_max: 100,
        paths_per_blob_max: 1000,
        judged_per_blob_max: 1_000_000,
        findings_per_push_max: 20_000,
        threads_per_push_max: 4,
        deadline: None,
    };

    /// Whether there is no time left.
    #[must_use]
    pub fn is_late(&self) -> bool {
        is_past(self.deadline)
    }
}

/// Looks at the clock now and then, while something is done that may take long.
#[derive(Debug)]
pub(crate) struct Clock {
    deadline: Option<Instant>,
    /// Bytes that may be worked on before the next look.
    left: usize,
    is_late: bool,
}

impl Clock {
    /// Bytes between two looks: those who work on them take about a millisecond.
    pub(crate) const STEP_BYTES: usize = 64 << 10;

    pub(crate) fn new(limits: &Limits) -> Clock {
        Clock { deadline: limits.deadline, left: 0, is_late: false }
    }

    /// Whether there was no time left at the last look; `bytes` are worked on next.
    pub(crate) fn is_late(&mut self, bytes: usize) -> bool {
        match self.left.checked_sub(bytes) {
            Some(left) => self.left = left,
            None => {
                self.is_late = is_past(self.deadline);
                self.left = Clock::STEP_BYTES;
            }
        }
        self.is_late
    }
}

/// Whether the moment has come, if there is one.
pub(crate) fn is_past(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}
