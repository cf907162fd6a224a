//! The little that a plan must know of the history that was pushed.

use pushgate_git::descent::{Behind, Follows, MessageSummary, WANTED_MAX};

/// Commits that are looked at for a plan.
pub(crate) const COMMITS_MAX: usize = WANTED_MAX;

/// Files of one commit that are looked at for a plan.
pub(crate) const FILES_MAX: usize = 100;

/// What is known of a push that is refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) refs: Vec<PushedRef>,
    /// The commits that bring secrets, parents first.
    pub(crate) commits: Vec<KnownCommit>,
    /// Whether all places of all secrets are known.
    pub(crate) is_whole: bool,
}

/// A ref that the push creates or moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PushedRef {
    pub(crate) name: Vec<u8>,
    /// The object that it shall point at, in hexadecimal digits.
    pub(crate) object: String,
    /// The commit behind it.
    pub(crate) commit: Option<String>,
    /// The annotated tags between, the outermost first.
    pub(crate) tags: Vec<String>,
    /// What the outermost of them says.
    pub(crate) message: MessageSummary,
    /// What the branch is called where the push comes from.
    pub(crate) here: Here,
}

/// What a branch is called where the push comes from, and where the plan is carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Here {
    /// As on the server, as far as is known: git does not say.
    #[default]
    AsThere,
    /// So; a whole name.
    Named(Vec<u8>),
    /// No branch was pushed, but a commit.
    Nowhere,
}

impl Here {
    /// Whether there is a branch.
    pub(super) fn is_named(&self) -> bool {
        *self != Here::Nowhere
    }
}

/// A commit that brings a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownCommit {
    pub(crate) id: String,
    pub(crate) parents: usize,
    /// Lines of its header.
    pub(crate) header_lines: u64,
    pub(crate) message: MessageSummary,
    /// Those of [`History::refs`] that reach it.
    pub(crate) refs: Vec<usize>,
    /// Whether a merge descends from it.
    pub(crate) is_merged: bool,
    pub(crate) behind: Behind,
    pub(crate) files: Vec<KnownFile>,
}

/// A file that has a secret in a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownFile {
    pub(crate) path: Vec<u8>,
    pub(crate) is_link: bool,
    /// Whether the commit is the first that has it.
    pub(crate) is_added: bool,
    /// Whether a later commit has another version of it.
    pub(crate) is_changed: bool,
    /// The other version, if there is a single one, and all refs have it.
    pub(crate) settled: Option<String>,
    /// At how many refs it is gone.
    pub(crate) gone_at: usize,
    /// Whether it has another name there.
    pub(crate) follows: Follows,
}

impl KnownFile {
    /// Whether it is gone at each of so many refs.
    pub(super) fn is_gone(&self, refs: usize) -> bool {
        refs > 0 && self.gone_at >= refs
    }
}
