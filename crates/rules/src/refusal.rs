//! Why a rule cannot work with the rules and detectors beside it, in the words that all tell.

/// Why a rule cannot work with what is there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Another rule has its id.
    #[error("there are two rules of this id")]
    Duplicate,
    /// It names no detector.
    #[error("it names no detector")]
    NoDetector,
    /// It names a detector that is not there.
    #[error("there is no detector {0} to judge it")]
    UnknownDetector(String),
    /// Its detector, which has this name, has no judge for it.
    #[error("detector {0} has no judge of this name")]
    UnknownJudge(String),
}
