//! One window to findings: every candidate is put to its detector.

use std::collections::BTreeMap;

use crate::cause::Cause;
use crate::finding::Finding;
use crate::fingerprint::FingerprintKey;
use crate::haystack::Window;
use crate::judge::{Detector, DetectorFailure, Question, Verdict};
use crate::matcher::{Candidate, RuleIndex};
use crate::rule::{DetectorIndex, RuleSet};
use crate::secret::Secret;
use crate::span::Span;

/// The detectors that rules name.
pub trait Detectors {
    /// The detector at `index`, or `None` if it could not be had.
    fn detector(&mut self, index: DetectorIndex) -> Option<&mut dyn Detector>;
}

/// What the detectors said of one window.
#[derive(Debug, Default)]
pub struct Assessed {
    /// Secrets, each once: where several rules claim the same bytes, the most specific names it.
    pub findings: Vec<Finding>,
    /// Why some candidates have no verdict, each reason once.
    pub causes: Vec<Cause>,
}

/// Has all candidates of `window` judged; `path` is where the text stands, if in a file.
pub fn assess(
    window: &Window,
    path: Option<&[u8]>,
    rules: &RuleSet,
    detectors: &mut dyn Detectors,
    key: &FingerprintKey,
) -> Assessed {
    let mut assessed = Assessed::default();
    let mut claims = Vec::new();
    for (detector, candidates) in by_detector(window, rules) {
        let questions: Vec<Question> = candidates.iter().map(|&(_, question)| question).collect();
        let mut verdicts = Vec::with_capacity(questions.len());
        if let Some(detector) = detectors.detector(detector) {
            detector.judge(window, path, &questions, &mut verdicts);
        } else {
            verdicts.resize(questions.len(), Verdict::Undecided(DetectorFailure::Missing));
        }

        let mut verdicts = verdicts.into_iter();
        for (candidate, _) in candidates {
            // Too few verdicts must not turn into silence, so this is not a `zip`.
            let verdict = verdicts.next().unwrap_or(Verdict::Undecided(DetectorFailure::BadAnswer));
            match claim(candidate, &verdict, window) {
                Ok(claim) => claims.extend(claim),
                Err(failure) => assessed.causes.push(Cause::Detector(failure)),
            }
        }
    }
    assessed.causes.sort_unstable();
    assessed.causes.dedup();
    assessed.findings = settle(claims, rules)
        .into_iter()
        .map(|(claim, also)| finding(&claim, also, window, key))
        .collect();
    assessed
}

/// A rule's confirmed claim to some bytes.
#[derive(Clone, Copy, Debug)]
struct Claim<'w> {
    rule: RuleIndex,
    span: Span,
    bytes: Secret<'w>,
    grade: crate::judge::Grade,
    evidence: u16,
}

/// A window's candidates, by the detector that judges them, in order.
fn by_detector(
    window: &Window,
    rules: &RuleSet,
) -> BTreeMap<DetectorIndex, Vec<(Candidate, Question)>> {
    let mut groups: BTreeMap<DetectorIndex, Vec<(Candidate, Question)>> = BTreeMap::new();
    for &candidate in &window.candidates {
        // A candidate's rule is in the set: matcher and rules are compiled together.
        if let Some(rule) = rules.get(candidate.rule) {
            let question = Question { judge: rule.judge, span: candidate.span };
            groups.entry(rule.detector).or_default().push((candidate, question));
        }
    }
    groups
}

/// What a verdict claims; nothing if it was dismissed.
fn claim<'w>(
    candidate: Candidate,
    verdict: &Verdict,
    window: &'w Window,
) -> Result<Option<Claim<'w>>, DetectorFailure> {
    match *verdict {
        Verdict::Dismissed(_) => Ok(None),
        Verdict::Undecided(failure) => Err(failure),
        Verdict::Confirmed { secret, grade, evidence } => {
            let bytes = secret
                .of(&window.text)
                .filter(|bytes| !bytes.is_empty())
                .ok_or(DetectorFailure::BadAnswer)?;
            let bytes = Secret::new(bytes);
            Ok(Some(Claim { rule: candidate.rule, span: secret, bytes, grade, evidence }))
        }
    }
}

/// Settles which rule names the bytes that several of them claim.
///
/// The surest claim wins, then the rule with the smaller rank, then the one listed first. The
/// others are returned beside it.
fn settle<'w>(mut claims: Vec<Claim<'w>>, rules: &RuleSet) -> Vec<(Claim<'w>, Vec<RuleIndex>)> {
    let rank = |claim: &Claim<'_>| rules.get(claim.rule).map_or(u16::MAX, |rule| rule.rank);
    claims
        .sort_by_key(|claim| (std::cmp::Reverse(claim.grade), rank(claim), claim.rule, claim.span));

    let mut settled: Vec<(Claim<'w>, Vec<RuleIndex>)> = Vec::new();
    for claim in claims {
        match settled.iter_mut().find(|(winner, _)| winner.span.overlaps(claim.span)) {
            Some((winner, also)) => {
                if winner.rule != claim.rule && !also.contains(&claim.rule) {
                    also.push(claim.rule);
                }
            }
            None => settled.push((claim, Vec::new())),
        }
    }
    settled.sort_by_key(|(claim, _)| claim.span);
    settled
}

fn finding(
    claim: &Claim<'_>,
    also: Vec<RuleIndex>,
    window: &Window,
    key: &FingerprintKey,
) -> Finding {
    let before = window.text.get(..claim.span.start()).unwrap_or_default();
    Finding {
        rule: claim.rule,
        also,
        grade: claim.grade,
        evidence: claim.evidence,
        fingerprint: key.fingerprint(claim.bytes),
        secret_bytes: claim.span.len(),
        position: window.position.after(before),
        window_offset: claim.span.start(),
        decoded_from: window.decoded_from.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Detectors, assess};
    use crate::cause::Cause;
    use crate::fingerprint::FingerprintKey;
    use crate::haystack::{Position, Source, Window};
    use crate::judge::{Detector, DetectorFailure, Grade, Question, Verdict};
    use crate::matcher::{Candidate, RuleIndex};
    use crate::rule::{DetectorIndex, Rule, RuleSet};
    use crate::span::Span;

    /// A detector that answers what the test wants.
    struct Scripted(Vec<Verdict>);

    impl Detector for Scripted {
        fn judge(
            &mut self,
            _: &Window,
            _: Option<&[u8]>,
            _: &[Question],
            verdicts: &mut Vec<Verdict>,
        ) {
            verdicts.append(&mut self.0);
        }
    }

    impl Detectors for Scripted {
        fn detector(&mut self, index: DetectorIndex) -> Option<&mut dyn Detector> {
            (index.0 == 0).then_some(self)
        }
    }

    fn span(start: usize, end: usize) -> Span {
        Span::new(start, end).unwrap()
    }

    fn confirmed(start: usize, end: usize, grade: Grade) -> Verdict {
        Verdict::Confirmed { secret: span(start, end), grade, evidence: 1 }
    }

    fn rules(count: u16, detector: u16) -> RuleSet {
        let rule = |index: u16| Rule {
            id: format!("rule-{index}"),
            title: String::new(),
            detector: DetectorIndex(detector),
            judge: 0,
            rank: 100 - index,
            revoke: String::new(),
            revoke_url: None,
        };
        RuleSet { rules: (0..count).map(rule).collect() }
    }

    /// One candidate for each of `count` rules in a window of 40 bytes.
    fn judged(count: u16, detector: u16, verdicts: Vec<Verdict>) -> super::Assessed {
        let candidate =
            |index| Candidate { rule: RuleIndex(index), span: span(usize::from(index), 30) };
        let window = Window {
            text: b"0123\n56789012345678901234567890123456789".to_vec(),
            source: Source::Blob,
            position: Position { line: 7, column: 1 },
            decoded_from: Vec::new(),
            complete: false,
            candidates: (0..count).map(candidate).collect(),
        };
        let key = FingerprintKey::new([0; 32]);
        assess(&window, None, &rules(count, detector), &mut Scripted(verdicts), &key)
    }

    #[test]
    fn a_missing_verdict_is_undecided() {
        let assessed = judged(2, 0, vec![Verdict::Dismissed(1)]);
        assert_eq!(assessed.causes, [Cause::Detector(DetectorFailure::BadAnswer)]);
    }

    #[test]
    fn a_secret_outside_the_window_is_undecided() {
        let assessed = judged(1, 0, vec![confirmed(30, 99, Grade::Proven)]);
        assert!(assessed.findings.is_empty());
        assert_eq!(assessed.causes, [Cause::Detector(DetectorFailure::BadAnswer)]);
    }

    #[test]
    fn a_missing_detector_is_undecided() {
        let assessed = judged(1, 1, vec![]);
        assert_eq!(assessed.causes, [Cause::Detector(DetectorFailure::Missing)]);
    }

    #[test]
    fn bytes_that_two_rules_claim_are_one_finding() {
        let verdicts = vec![
            confirmed(6, 30, Grade::Proven),
            confirmed(8, 20, Grade::Proven),
            confirmed(6, 30, Grade::Likely),
            confirmed(31, 35, Grade::Weak),
        ];
        let assessed = judged(4, 0, verdicts);
        let seen: Vec<_> = assessed
            .findings
            .iter()
            .map(|finding| (finding.rule.0, finding.also.iter().map(|r| r.0).collect::<Vec<_>>()))
            .collect();
        // Rule 1 has the smaller rank of the two that are sure.
        assert_eq!(seen, [(1, vec![0, 2]), (3, vec![])]);
    }

    #[test]
    fn a_finding_stands_at_its_secret() {
        let assessed = judged(1, 0, vec![confirmed(7, 9, Grade::Likely)]);
        assert_eq!(assessed.findings[0].position, Position { line: 8, column: 3 });
        assert_eq!(assessed.findings[0].secret_bytes, 2);
    }
}
