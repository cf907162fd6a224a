//! Every bound on work and memory that a push can ask for, by name.

use std::time::Instant;

/// Bounds for reading one push.
///
/// A bound that is passed ends in [`LimitExceeded`] or, for one object, in
/// [`ReadError::TooLarge`](crate::ReadError::TooLarge); nothing is skipped because of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GitLimits {
    /// Lines on standard input.
    pub ref_updates_max: u64,
    /// Bytes of one line on standard input, without its line feed.
    pub ref_line_bytes_max: u64,
    /// Incoming objects.
    pub objects_max: u64,
    /// Bytes of an object that is held in memory whole.
    pub object_bytes_max: u64,
    /// Bytes that are held to read one object: a delta's base, its instructions and its result,
    /// and what was kept of others. Never more than two of the largest objects.
    pub held_bytes_max: u64,
    /// Bytes that the walk over a [`Forest`](crate::pack::Forest) holds, all its threads together.
    ///
    /// What does not fit is left to be streamed.
    pub forest_bytes_max: u64,
    /// Bytes of an object that is streamed.
    pub stream_bytes_max: u64,
    /// From this size on, a caller should stream a blob and not read it whole.
    pub stream_bytes_min: u64,
    /// Deltas between a packed object and the whole object it is built from.
    pub delta_chain_max: u64,
    /// Commits that are read, for new history and for the history that refs already hold.
    pub commits_walked_max: u64,
    /// Trees, and entries of trees, that are looked at.
    pub tree_entries_max: u64,
    /// Comparisons of a folder with those of a commit's parents, over the whole push, beyond eight
    /// for each incoming object.
    ///
    /// One folder can meet as many others as there are paths to it, in each parent.
    pub folder_visits_max: u64,
    /// The same, within one commit; what was compared is remembered that long.
    pub folder_visits_per_commit_max: u64,
    /// Folders inside folders.
    pub tree_depth_max: u64,
    /// Tags that point at tags.
    pub tag_chain_max: u64,
    /// Refs of the repository.
    pub refs_max: u64,
    /// Places that are kept for one object.
    pub sites_per_object_max: u64,
    /// Objects that are looked at to prove that an existing ref reaches one.
    pub proof_objects_max: u64,
    /// Commits that a refused push's files are followed through, counted once for each file; beyond,
    /// each file counts as changed.
    pub descent_steps_max: u64,
    /// How many of these files are looked up in trees, which takes longer; beyond, the same.
    pub descent_lookups_max: u64,
    /// When reading stops; `None` for never.
    pub deadline: Option<Instant>,
}

impl Default for GitLimits {
    fn default() -> Self {
        GitLimits {
            ref_updates_max: 1 << 17,
            ref_line_bytes_max: 1 << 16,
            objects_max: 1 << 24,
            object_bytes_max: 160 << 20,
            held_bytes_max: 192 << 20,
            forest_bytes_max: 96 << 20,
            stream_bytes_max: 8 << 30,
            stream_bytes_min: 8 << 20,
            delta_chain_max: 1 << 13,
            commits_walked_max: 1 << 23,
            tree_entries_max: 1 << 30,
            folder_visits_max: 1 << 17,
            folder_visits_per_commit_max: 7 << 18,
            tree_depth_max: 2048,
            tag_chain_max: 64,
            refs_max: 1 << 22,
            sites_per_object_max: 256,
            proof_objects_max: 1 << 24,
            descent_steps_max: 1_000_000,
            descent_lookups_max: 2_000,
            deadline: None,
        }
    }
}

impl GitLimits {
    /// An error if the deadline has passed.
    pub(crate) fn check_time(&self) -> Result<(), LimitExceeded> {
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(LimitExceeded::Deadline),
            _ => Ok(()),
        }
    }
}

/// A bound was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitExceeded {
    /// There is more of something than allowed.
    #[error("the limit {name} of {max} is exceeded")]
    Count {
        /// The field of [`GitLimits`].
        name: &'static str,
        /// Its value.
        max: u64,
    },
    /// The deadline came first.
    #[error("the deadline has passed")]
    Deadline,
}

/// Counts work against one bound, and looks at the clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    name: &'static str,
    max: u64,
    spent: u64,
    deadline: Option<Instant>,
}

impl Budget {
    pub(crate) fn new(name: &'static str, max: u64, limits: &GitLimits) -> Budget {
        Budget { name, max, spent: 0, deadline: limits.deadline }
    }

    /// Allows `amount` more.
    pub(crate) fn grant(&mut self, amount: u64) {
        self.max = self.max.saturating_add(amount);
    }

    /// Takes `amount` from what is left.
    pub(crate) fn spend(&mut self, amount: u64) -> Result<(), LimitExceeded> {
        self.spent = self.spent.saturating_add(amount);
        if self.spent > self.max {
            return Err(LimitExceeded::Count { name: self.name, max: self.max });
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(LimitExceeded::Deadline);
        }
        Ok(())
    }
}
