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
    BadAnswer(Flaw),
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
            DetectorFailure::BadAnswer(_) => "detector-bad-answer",
        }
    }

    /// What happened, for who looks after the detector: nothing in it is of the push.
    #[must_use]
    pub fn reason(self) -> String {
        match self {
            DetectorFailure::Missing => "it cannot be loaded, or has no such judge".to_owned(),
            DetectorFailure::Trapped => "it ran into a trap".to_owned(),
            DetectorFailure::OutOfFuel => "it used up the fuel of a call".to_owned(),
            DetectorFailure::OutOfMemory => "it asked for more memory than it may have".to_owned(),
            DetectorFailure::BadAnswer(flaw) => match flaw {
                Flaw::Evidence(code) => format!("evidence code {code} is not in the manifest"),
                Flaw::Dismissal(code) => format!("dismissal code {code} is not in the manifest"),
                Flaw::Span => "a secret is empty, or not in the window".to_owned(),
                Flaw::Count => "there is not one verdict for each candidate".to_owned(),
                Flaw::Form => "its answer has not the form of the interface".to_owned(),
                Flaw::Another => "another of its verdicts was wrong".to_owned(),
            },
        }
    }
}

/// What is wrong with an answer; what says most comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// A code of evidence that the manifest does not have.
    Evidence(u16),
    /// A code of a dismissal that it does not have.
    Dismissal(u16),
    /// A secret that is empty or outside the window.
    Span,
    /// Too few or too many verdicts.
    Count,
    /// It breaks the rules of the component model, or is too large.
    Form,
    /// This verdict is not believed because of another, in this call or in those before.
    Another,
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
