//! A guest's answer is checked against the question before anyone believes it.

use pushgate_core::judge::{Flaw, Verdict};
use pushgate_core::span::Span;

use crate::artefact::Manifest;
use crate::instance::v1::{ConfirmationRecord, VerdictVariant};

/// What a guest adds to the code of a dismissal that holds at every path.
const ANYWHERE: u16 = 0x8000;

/// Why an answer is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spoiled {
    /// Which verdict is wrong, if it is one of them.
    pub(crate) at: Option<usize>,
    /// What is wrong.
    pub(crate) flaw: Flaw,
}

/// The verdicts, if the answer fits the question.
///
/// One bad verdict spoils the whole answer: a guest that is wrong about one candidate is not to
/// be believed when it dismisses another.
pub(crate) fn checked(
    answer: &[VerdictVariant],
    candidates: usize,
    window_bytes: usize,
    manifest: &Manifest,
) -> Result<Vec<Verdict>, Spoiled> {
    if answer.len() != candidates {
        return Err(Spoiled { at: None, flaw: Flaw::Count });
    }
    let one = |(at, verdict)| {
        checked_one(verdict, window_bytes, manifest).map_err(|flaw| Spoiled { at: Some(at), flaw })
    };
    answer.iter().enumerate().map(one).collect()
}

fn checked_one(
    verdict: &VerdictVariant,
    window_bytes: usize,
    manifest: &Manifest,
) -> Result<Verdict, Flaw> {
    match verdict {
        VerdictVariant::Dismissed(code) => {
            let known = |code| manifest.dismissals.contains_key(&code);
            let (code, anywhere) = match code.checked_sub(ANYWHERE) {
                Some(plain) if !known(*code) => (plain, true),
                _ => (*code, false),
            };
            if !known(code) {
                return Err(Flaw::Dismissal(code));
            }
            Ok(Verdict::Dismissed { code, anywhere })
        }
        VerdictVariant::Confirmed(ConfirmationRecord { secret, grade, evidence }) => {
            let start = usize::try_from(secret.start).map_err(|_| Flaw::Span)?;
            let end = usize::try_from(secret.end).map_err(|_| Flaw::Span)?;
            let secret = Span::new(start, end).filter(|span| !span.is_empty());
            let secret = secret.filter(|span| span.end() <= window_bytes).ok_or(Flaw::Span)?;
            if !manifest.evidence.contains_key(evidence) {
                return Err(Flaw::Evidence(*evidence));
            }
            Ok(Verdict::Confirmed { secret, grade: (*grade).into(), evidence: *evidence })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pushgate_core::judge::Flaw;

    use super::{Spoiled, checked};
    use crate::artefact::Manifest;
    use crate::instance::v1::{ConfirmationRecord, GradeEnum, SpanRecord, VerdictVariant};

    fn manifest() -> Manifest {
        Manifest {
            name: "test".to_owned(),
            version: "1.0.0".to_owned(),
            judges: vec!["one".to_owned()],
            evidence: BTreeMap::from([(1, "the checksum fits".to_owned())]),
            dismissals: BTreeMap::from([(2, "an example".to_owned())]),
        }
    }

    fn confirmed(start: u32, end: u32, evidence: u16) -> VerdictVariant {
        let secret = SpanRecord { start, end };
        VerdictVariant::Confirmed(ConfirmationRecord { secret, grade: GradeEnum::Weak, evidence })
    }

    #[test]
    fn an_answer_counts_only_if_every_verdict_fits() {
        let fits =
            |answer: &[VerdictVariant]| checked(answer, answer.len(), 10, &manifest()).is_ok();
        assert!(fits(&[]));
        assert!(fits(&[confirmed(0, 10, 1), VerdictVariant::Dismissed(2)]));
        assert!(!fits(&[confirmed(0, 10, 1), confirmed(0, 11, 1)]), "leaves the window");
        assert!(!fits(&[confirmed(4, 4, 1)]), "empty");
        assert!(!fits(&[confirmed(4, 3, 1)]), "reversed");
        assert!(!fits(&[confirmed(u32::MAX, u32::MAX, 1)]), "far outside");
        assert!(!fits(&[confirmed(0, 1, 2)]), "a dismissal's code is not evidence");
        assert!(!fits(&[VerdictVariant::Dismissed(1)]), "and the other way round");
        assert!(fits(&[VerdictVariant::Dismissed(0x8002)]));
        let answer = [VerdictVariant::Dismissed(2), confirmed(0, 1, 77)];
        let spoiled = checked(&answer, 2, 10, &manifest()).unwrap_err();
        assert_eq!(spoiled, Spoiled { at: Some(1), flaw: Flaw::Evidence(77) });
        assert!(!fits(&[VerdictVariant::Dismissed(0x8001)]));
    }

    #[test]
    fn the_number_of_verdicts_is_the_number_of_candidates() {
        let answer = [VerdictVariant::Dismissed(2)];
        assert!(checked(&answer, 1, 10, &manifest()).is_ok());
        assert!(checked(&answer, 0, 10, &manifest()).is_err());
        assert!(checked(&answer, 2, 10, &manifest()).is_err());
    }
}
