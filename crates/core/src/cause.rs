//! Why something could not be decided.

use crate::judge::DetectorFailure;

/// Why one thing of a push could not be looked at to its end.
///
/// It is neither "a secret" nor "no secret"; policy decides what happens to the push.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The object is larger than the bound on objects that must be held in memory.
    ObjectTooLarge,
    /// The object, or one that it names, is not there.
    ObjectMissing,
    /// The object is there, and cannot be read.
    ObjectCorrupt,
    /// The object can be read, but does not have the form that leads to what it names.
    ObjectMalformed,
    /// The object is, or holds, a container of which something needs a key, is damaged, or is packed
    /// in a way that is not undone.
    ContainerUnreadable,
    /// There are more candidates in the object, or in the push, than are kept.
    TooManyCandidates,
    /// A rule's compiled pattern is damaged, so nobody knows what it would have found.
    RuleDamaged,
    /// The push has more findings than are recorded.
    TooManyFindings,
    /// A bound on reading the push was reached: objects, commits, tree entries, depth.
    LimitReached,
    /// The push has used up its time.
    OutOfTime,
    /// A detector gave no usable verdict.
    Detector(DetectorFailure),
}

impl Cause {
    /// The name that the audit record uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::ObjectTooLarge => "object-too-large",
            Cause::ObjectMissing => "object-missing",
            Cause::ObjectCorrupt => "object-corrupt",
            Cause::ObjectMalformed => "object-malformed",
            Cause::ContainerUnreadable => "container-unreadable",
            Cause::TooManyCandidates => "too-many-candidates",
            Cause::RuleDamaged => "rule-damaged",
            Cause::TooManyFindings => "too-many-findings",
            Cause::LimitReached => "limit-reached",
            Cause::OutOfTime => "out-of-time",
            Cause::Detector(failure) => failure.as_str(),
        }
    }
}
