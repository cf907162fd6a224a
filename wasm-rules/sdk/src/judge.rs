//! Candidates to verdicts, one at a time.

use crate::verdict::Verdict;
use crate::window::{Candidate, Window};

/// A function that judges one candidate: the window, and where the matcher hit in it.
pub type Judge = fn(&Window<'_>, crate::span::Span) -> Verdict;

/// A verdict, and whether it holds at every path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the judge said.
    pub verdict: Verdict,
    /// The judge did not ask for the path.
    pub anywhere: bool,
}

/// Judges every candidate with the judge that it names; the answers stand in the same order.
///
/// A candidate that no judge can answer (an index outside `judges`, a span outside the window)
/// does not come back as a dismissal: a guest traps, and a native run panics.
#[must_use]
pub fn judge_all(
    judges: &[(&str, Judge)],
    window: &Window<'_>,
    candidates: &[Candidate],
) -> Vec<Answer> {
    let mut answers = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let judge = usize::try_from(candidate.judge).ok().and_then(|index| judges.get(index));
        let inside = candidate.span.of(window.text).is_some();
        match judge {
            Some((_, judge)) if inside => {
                window.place.take_asked();
                let verdict = judge(window, candidate.span);
                answers.push(Answer { verdict, anywhere: !window.place.take_asked() });
            }
            _ => give_up("no judge of that index, or a span outside the window"),
        }
    }
    answers
}

/// Ends the call without an answer. The reason is for native tests; a guest has nowhere to say it.
#[cfg(target_arch = "wasm32")]
pub(crate) fn give_up(_reason: &str) -> ! {
    core::arch::wasm32::unreachable()
}

/// Ends the call without an answer.
#[cfg(not(target_arch = "wasm32"))]
fn give_up(reason: &str) -> ! {
    panic!("{reason}")
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::{Answer, Judge, judge_all};
    use crate::span::Span;
    use crate::verdict::Verdict;
    use crate::window::{Candidate, Window};

    const JUDGES: &[(&str, Judge)] = &[
        ("first", |_, _| Verdict::Dismissed(1)),
        ("second", |window, _| Verdict::Dismissed(2 + u16::from(window.path().is_some()))),
    ];

    fn answer(code: u16, anywhere: bool) -> Answer {
        Answer { verdict: Verdict::Dismissed(code), anywhere }
    }

    fn ask(candidates: &[Candidate]) -> Vec<Answer> {
        judge_all(JUDGES, &Window::of_text(b"0123456789"), candidates)
    }

    #[test]
    fn verdicts_stand_in_the_order_of_their_candidates() {
        let span = Span::at(0, 4);
        let candidates = [1, 0, 1].map(|judge| Candidate { judge, span });
        let expected = [answer(2, false), answer(1, true), answer(2, false)];
        assert_eq!(ask(&candidates), expected);
    }

    #[test]
    fn an_unknown_judge_is_no_dismissal() {
        let candidate = Candidate { judge: 2, span: Span::at(0, 4) };
        assert!(catch_unwind(|| ask(&[candidate])).is_err());
    }

    #[test]
    fn a_span_outside_the_window_is_no_dismissal() {
        let candidate = Candidate { judge: 0, span: Span::at(8, 4) };
        assert!(catch_unwind(|| ask(&[candidate])).is_err());
    }
}
