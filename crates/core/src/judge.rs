//! Candidates to verdicts.

use crate::haystack::Window;
use crate::span::Span;

/// How sure a detector is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Shape alone.
    Weak,
    /// Shape and context.
    Likely,
    /// Something that chance or an author of documentation does not produce.
    Proven,
}

impl Grade {
    /// The name that configuration and the audit record use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Grade::Weak => "weak",
            Grade::Likely => "likely",
            Grade::Proven => "proven",
        }
    }
}

/// What a detector says of one candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is a secret.
    Confirmed {
        /// The secret itself, in the window.
        secret: Span,
        /// How sure the detector is.
        grade: Grade,
        /// A code of the detector's evidence table.
        evidence: u16,
    },
    /// It is not a secret.
    Dismissed {
        /// A code of the detector's table of dismissals.
        code: u16,
        /// Whether it is none whatever the path.
        anywhere: bool,
    },
    /// The detector could not tell: it trapped, ran out of fuel or memory, or answered nonsense.
    ///
    /// This is not "no". Policy decides what happens to the push.
    Undecided(DetectorFailure),
}

/// Why a detector gave no usable verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DetectorFailure {
    /// It is not installed, or could not be loaded.
    Missing,
    /// It ran into a trap: a panic, an access outside its memory, a division by zero.
    Trapped,
    /// It used up the fuel of one call.
    OutOfFuel,
    /// It asked for more memory than it may have.
    OutOfMemory,
    /// Its answer does not fit the question: too few or too many verdicts, a span outside the
    /// window, a code that its manifest does not have, or too much output.
    BadAnswer,
}

impl DetectorFailure {
    /// The cause that the audit record shows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            DetectorFailure::Missing => "detector-missing",
            DetectorFailure::Trapped => "detector-trapped",
            DetectorFailure::OutOfFuel => "detector-out-of-fuel",
            DetectorFailure::OutOfMemory => "detector-out-of-memory",
            DetectorFailure::BadAnswer => "detector-bad-answer",
        }
    }
}

/// One candidate, as a detector is asked about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which judge of the detector is asked: an index into its manifest.
    pub judge: u32,
    /// Where the matcher hit, in the window.
    pub span: Span,
}

/// Something that judges candidates: a WASM component, or native code in tests.
pub trait Detector {
    /// Judges `questions` about `window`; `path` is where the text stands, if it stands in a file.
    ///
    /// Appends exactly one verdict for each question to `verdicts`, in their order.
    fn judge(
        &mut self,
        window: &Window,
        path: Option<&[u8]>,
        questions: &[Question],
        verdicts: &mut Vec<Verdict>,
    );
}
