//! Between the generated types and the plain ones.

use crate::bindings;
use crate::judge::{Answer, Judge, give_up, judge_all};
use crate::span::Span;
use crate::verdict::{Grade, Verdict};
use crate::window::{Candidate, Path, Source, Window};

/// Answers one call of the host.
#[must_use]
pub fn answer(
    judges: &[(&str, Judge)],
    window: &bindings::Window,
    candidates: &[bindings::Candidate],
) -> Vec<bindings::Verdict> {
    let window = Window {
        text: &window.text,
        source: source(window.source),
        place: Path::new(window.path.as_deref()),
        decoded_from: &window.decoded_from,
        complete: window.complete,
    };
    let candidates: Vec<Candidate> = candidates.iter().map(candidate).collect();
    judge_all(judges, &window, &candidates).into_iter().map(verdict).collect()
}

fn source(source: bindings::Source) -> Source {
    match source {
        bindings::Source::Blob => Source::Blob,
        bindings::Source::Commit => Source::Commit,
        bindings::Source::Tag => Source::Tag,
        bindings::Source::TreeName => Source::TreeName,
        bindings::Source::RefName => Source::RefName,
    }
}

fn candidate(candidate: &bindings::Candidate) -> Candidate {
    match Span::new(candidate.span.start as usize, candidate.span.end as usize) {
        Some(span) => Candidate { judge: candidate.judge, span },
        None => give_up("a reversed span"),
    }
}

/// Added to the code of a dismissal that holds at every path.
const ANYWHERE: u16 = 0x8000;

fn verdict(Answer { verdict, anywhere }: Answer) -> bindings::Verdict {
    match verdict {
        Verdict::Dismissed(code) if anywhere => bindings::Verdict::Dismissed(code | ANYWHERE),
        Verdict::Dismissed(code) => bindings::Verdict::Dismissed(code),
        Verdict::Confirmed { secret, grade, evidence } => {
            bindings::Verdict::Confirmed(bindings::Confirmation {
                // A window is shorter than the guest's 32-bit memory.
                secret: bindings::Span { start: secret.start() as u32, end: secret.end() as u32 },
                grade: match grade {
                    Grade::Weak => bindings::Grade::Weak,
                    Grade::Likely => bindings::Grade::Likely,
                    Grade::Proven => bindings::Grade::Proven,
                },
                evidence,
            })
        }
    }
}
