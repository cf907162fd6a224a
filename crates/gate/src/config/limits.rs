//! The `[limits]` table: bounds of all crates under one roof, by name.

use std::num::NonZero;

use pushgate_core::limits::Limits;
use pushgate_git::GitLimits;
use pushgate_host::DetectorLimits;
use serde::Deserialize;

/// Every bound that holds for a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllLimits {
    /// Bounds on searching and judging.
    pub core: Limits,
    /// Bounds on reading the push.
    pub git: GitLimits,
    /// Bounds on detectors.
    pub detector: DetectorLimits,
}

impl AllLimits {
    /// How many threads a push may have on this machine: the system is asked each time.
    pub(crate) fn threads(&self) -> NonZero<usize> {
        let max = NonZero::new(self.core.threads_per_push_max);
        let there_are = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        max.map_or(NonZero::<usize>::MIN, |max| max.min(there_are))
    }
}

impl Default for AllLimits {
    fn default() -> AllLimits {
        AllLimits {
            core: Limits::DEFAULT,
            git: GitLimits::default(),
            detector: DetectorLimits::default(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct LimitsTable {
    push_duration_ms_max: Option<u64>,
    objects_max: Option<u64>,
    object_bytes_max: Option<u64>,
    held_bytes_max: Option<u64>,
    stream_bytes_max: Option<u64>,
    candidates_per_object_max: Option<usize>,
    decode_depth_max: Option<usize>,
    decoded_bytes_per_object_max: Option<usize>,
    container_bytes_max: Option<usize>,
    container_depth_max: Option<usize>,
    container_entry_bytes_max: Option<u64>,
    container_expanded_bytes_max: Option<u64>,
    container_entries_max: Option<u32>,
    window_bytes_held_max: Option<usize>,
    findings_per_push_max: Option<usize>,
    threads_per_push_max: Option<usize>,
    sites_per_finding_max: Option<usize>,
    paths_per_blob_max: Option<usize>,
    judged_per_blob_max: Option<usize>,
    ref_updates_max: Option<u64>,
    ref_line_bytes_max: Option<u64>,
    commits_walked_max: Option<u64>,
    tree_entries_max: Option<u64>,
    tree_depth_max: Option<u64>,
    folder_visits_max: Option<u64>,
    folder_visits_per_commit_max: Option<u64>,
    tag_chain_max: Option<u64>,
    delta_chain_max: Option<u64>,
    forest_bytes_max: Option<u64>,
    refs_max: Option<u64>,
    proof_objects_max: Option<u64>,
    detector_fuel_per_call: Option<u64>,
    detector_memory_bytes_max: Option<usize>,
}

impl LimitsTable {
    /// The older name of a key that is not in this table any more.
    pub(super) fn push_duration_ms_max(&self) -> Option<u64> {
        self.push_duration_ms_max
    }

    /// A limit of nothing that would leave nobody to judge a push.
    pub(super) fn useless(&self) -> Option<&'static str> {
        let is_useless = [
            ("limits.threads_per_push_max", self.threads_per_push_max == Some(0)),
            ("limits.detector_fuel_per_call", self.detector_fuel_per_call == Some(0)),
            ("limits.detector_memory_bytes_max", self.detector_memory_bytes_max == Some(0)),
        ];
        is_useless.into_iter().find_map(|(key, is_useless)| is_useless.then_some(key))
    }

    /// The defaults with what the table sets.
    pub(super) fn limits(&self) -> AllLimits {
        let mut limits = AllLimits::default();
        let AllLimits { core, git, detector } = &mut limits;
        set(&mut core.candidates_per_object_max, self.candidates_per_object_max);
        set(&mut core.decode_depth_max, self.decode_depth_max);
        set(&mut core.decoded_bytes_per_object_max, self.decoded_bytes_per_object_max);
        set(&mut core.container_bytes_max, self.container_bytes_max);
        set(&mut core.container_depth_max, self.container_depth_max);
        set(&mut core.container_entry_bytes_max, self.container_entry_bytes_max);
        set(&mut core.container_expanded_bytes_max, self.container_expanded_bytes_max);
        set(&mut core.container_entries_max, self.container_entries_max);
        set(&mut core.window_bytes_held_max, self.window_bytes_held_max);
        set(&mut core.findings_per_push_max, self.findings_per_push_max);
        set(&mut core.threads_per_push_max, self.threads_per_push_max);
        set(&mut core.sites_per_finding_max, self.sites_per_finding_max);
        set(&mut core.paths_per_blob_max, self.paths_per_blob_max);
        set(&mut core.judged_per_blob_max, self.judged_per_blob_max);
        set(&mut git.objects_max, self.objects_max);
        set(&mut git.object_bytes_max, self.object_bytes_max);
        set(&mut git.held_bytes_max, self.held_bytes_max);
        set(&mut git.stream_bytes_max, self.stream_bytes_max);
        set(&mut git.ref_updates_max, self.ref_updates_max);
        set(&mut git.ref_line_bytes_max, self.ref_line_bytes_max);
        set(&mut git.commits_walked_max, self.commits_walked_max);
        set(&mut git.tree_entries_max, self.tree_entries_max);
        set(&mut git.tree_depth_max, self.tree_depth_max);
        set(&mut git.folder_visits_max, self.folder_visits_max);
        set(&mut git.folder_visits_per_commit_max, self.folder_visits_per_commit_max);
        set(&mut git.tag_chain_max, self.tag_chain_max);
        set(&mut git.delta_chain_max, self.delta_chain_max);
        set(&mut git.forest_bytes_max, self.forest_bytes_max);
        set(&mut git.refs_max, self.refs_max);
        set(&mut git.proof_objects_max, self.proof_objects_max);
        set(&mut detector.fuel_per_call, self.detector_fuel_per_call);
        set(&mut detector.memory_bytes_max, self.detector_memory_bytes_max);
        limits
    }
}

fn set<T>(limit: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *limit = value;
    }
}
