//! One window to findings: every candidate is put to its detector.

use std::collections::BTreeMap;

use crate::cause::Cause;
use crate::decode::surface::CONCATENATION;
use crate::finding::Finding;
use crate::fingerprint::FingerprintKey;
use crate::haystack::{Place, Position, Space, Window};
use crate::judge::{Detector, DetectorFailure, Flaw, Grade, Question, Verdict};
use crate::matcher::{Candidate, RuleIndex};
use crate::rule::{DetectorIndex, RuleSet};
use crate::secret::Secret;
use crate::span::Span;

/// What stands for a verdict that was not given.
const MISSING: DetectorFailure = DetectorFailure::BadAnswer(Flaw::Count);

/// The detectors that rules name.
pub trait Detectors {
    /// The detector at `index`, or `None` if it could not be had.
    fn detector(&mut self, index: DetectorIndex) -> Option<&mut dyn Detector>;
}

/// What the detectors said of the windows of one object.
#[derive(Debug, Default)]
pub struct Assessed {
    /// Secrets, each once: where several rules claim the same bytes, the most specific names it.
    /// Each with the index of the window in which it was judged.
    pub findings: Vec<(usize, Finding)>,
    /// Why some candidates have no verdict, each reason once.
    pub causes: Vec<Open>,
}

/// Why a candidate has no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Open {
    /// The cause.
    pub cause: Cause,
    /// The rule whose candidate it is, if it is about one.
    pub rule: Option<RuleIndex>,
}

/// What judging rests on, the same for all objects of a push.
#[derive(Clone, Copy)]
pub struct Assessor<'a> {
    /// The rules that named the candidates.
    pub rules: &'a RuleSet,
    /// The key of the fingerprints.
    pub key: &'a FingerprintKey,
    /// Whether there is no time left: then what is not judged yet is undecided.
    pub out_of_time: &'a dyn Fn() -> bool,
}

impl std::fmt::Debug for Assessor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Assessor({} rules)", self.rules.rules.len())
    }
}

/// Has all candidates of an object's `windows` judged; `path` is where it stands, if it does.
pub fn assess(
    windows: &[Window],
    path: Option<&[u8]>,
    assessor: Assessor<'_>,
    detectors: &mut dyn Detectors,
) -> Assessed {
    let Assessor { rules, key, out_of_time } = assessor;
    let mut assessed = Assessed::default();
    let mut claims = Vec::new();
    for (index, window) in windows.iter().enumerate() {
        if out_of_time() {
            assessed.causes.push(Open { cause: Cause::OutOfTime, rule: None });
            break;
        }
        let inner = window.inner_path.as_ref().map(|inner| joined(path, inner));
        let path = inner.as_deref().or(path);
        judge(window, path, rules, detectors, &mut |candidate, verdict| match claim(
            candidate, &verdict, index, window,
        ) {
            Ok(claim) => claims.extend(claim),
            Err(failure) => {
                let (cause, rule) = (Cause::Detector(failure), Some(candidate.rule));
                assessed.causes.push(Open { cause, rule });
            }
        });
    }
    // Of those with one name, what says most comes first.
    assessed.causes.sort_unstable();
    assessed.causes.dedup_by_key(|open| open.cause.as_str());
    assessed.findings = settle(claims, rules)
        .into_iter()
        .map(|settled| (settled.claim.window, finding(settled, windows, key)))
        .collect();
    assessed
}

/// Whether every candidate of `windows` is dismissed whatever the path at which they stand.
///
/// What no detector could tell, or what it would tell at a certain path only, is not dismissed.
pub fn dismissed_anywhere(
    windows: &[Window],
    rules: &RuleSet,
    detectors: &mut dyn Detectors,
) -> bool {
    windows.iter().all(|window| {
        let mut all = true;
        // What is in a container has a path of its own.
        let known = window.inner_path.is_none();
        judge(window, None, rules, detectors, &mut |_, verdict| {
            all &= matches!(verdict, Verdict::Dismissed { anywhere: true, .. });
        });
        all && known
    })
}

/// The path of something in a container, as people write it: `app.jar!/config/jira.properties`.
fn joined(path: Option<&[u8]>, inner: &[u8]) -> Vec<u8> {
    [path.unwrap_or_default(), b"!/", inner].concat()
}

/// Has the candidates of one window judged, and hands over each with its verdict.
fn judge(
    window: &Window,
    path: Option<&[u8]>,
    rules: &RuleSet,
    detectors: &mut dyn Detectors,
    each: &mut dyn FnMut(Candidate, Verdict),
) {
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
            let verdict = verdicts.next().unwrap_or(Verdict::Undecided(MISSING));
            each(candidate, verdict);
        }
    }
}

/// A rule's confirmed claim to some bytes.
#[derive(Clone, Copy, Debug)]
struct Claim<'w> {
    rule: RuleIndex,
    window: usize,
    span: Span,
    place: Place,
    /// Whether it stands in an entry of a container, whose path says more than a line.
    in_entry: bool,
    /// Whether its bytes are pieces of strings, of which another reading sees the first alone.
    joined: bool,
    bytes: Secret<'w>,
    grade: Grade,
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
    index: usize,
    window: &'w Window,
) -> Result<Option<Claim<'w>>, DetectorFailure> {
    match *verdict {
        Verdict::Dismissed { .. } => Ok(None),
        Verdict::Undecided(failure) => Err(failure),
        Verdict::Confirmed { secret, grade, evidence } => {
            let bytes = secret
                .of(&window.text)
                .filter(|bytes| !bytes.is_empty())
                .ok_or(DetectorFailure::BadAnswer(Flaw::Span))?;
            let bytes = Secret::new(bytes);
            let place = window.place_of(secret);
            Ok(Some(Claim {
                rule: candidate.rule,
                window: index,
                span: secret,
                place,
                in_entry: window.inner_path.is_some(),
                joined: window.undone_in(secret).contains(&CONCATENATION),
                bytes,
                grade,
                evidence,
            }))
        }
    }
}

/// Settles which rule names the bytes that several of them claim.
///
/// The more specific class of kinds wins (the tens of the rank), then the surer claim, then the
/// smaller rank, the rule listed first, what stands in an entry of a container, and of readings of
/// one text one that joined its pieces, or the first. The other rules are returned beside it.
fn settle<'w>(mut claims: Vec<Claim<'w>>, rules: &RuleSet) -> Vec<Settled<'w>> {
    let rank = |claim: &Claim<'_>| rules.get(claim.rule).map_or(u16::MAX, |rule| rule.rank);
    claims.sort_by_key(|claim| {
        let (rank, grade) = (rank(claim), std::cmp::Reverse(claim.grade));
        let reading = (!claim.in_entry, !claim.joined, claim.window, claim.span);
        (rank / 10, grade, rank, claim.rule, reading)
    });

    let mut settled: Vec<Settled<'w>> = Vec::new();
    // By where they end, so that those which may overlap a claim are found without looking at all.
    let mut ends: BTreeMap<(Space, u64), usize> = BTreeMap::new();
    let mut longest = 0;
    for claim in claims {
        let place = claim.place;
        let reach =
            (place.space, place.start + 1)..=(place.space, place.end.saturating_add(longest));
        let winner = ends
            .range(reach)
            .map(|(_, &index)| index)
            .find(|&index| settled.get(index).is_some_and(|won| won.claim.place.overlaps(place)));
        match winner.and_then(|index| settled.get_mut(index)) {
            Some(winner) => winner.beat(claim),
            None => {
                longest = longest.max(place.end - place.start);
                ends.insert((place.space, place.end), settled.len());
                settled.push(Settled { claim, also: Vec::new(), inner: None });
            }
        }
    }
    settled.sort_by_key(|won| (won.claim.place, won.claim.window));
    settled
}

/// A claim that has won, and what is known of those that it beat.
#[derive(Debug)]
struct Settled<'w> {
    claim: Claim<'w>,
    also: Vec<RuleIndex>,
    /// The first beaten claim of another rule: what a header holds, if the header has won.
    inner: Option<Claim<'w>>,
}

impl<'w> Settled<'w> {
    fn beat(&mut self, claim: Claim<'w>) {
        if self.claim.rule != claim.rule {
            self.inner.get_or_insert(claim);
            if !self.also.contains(&claim.rule) {
                self.also.push(claim.rule);
            }
        }
    }

    /// What was undone to read the secret; for one that carries another, to read that one.
    fn decoded_from(&self, windows: &[Window]) -> Vec<&'static str> {
        std::iter::once(&self.claim)
            .chain(&self.inner)
            .filter_map(|claim| Some(windows.get(claim.window)?.undone_in(claim.span)))
            .find(|chain| !chain.is_empty())
            .unwrap_or_default()
    }
}

fn finding(settled: Settled<'_>, windows: &[Window], key: &FingerprintKey) -> Finding {
    let decoded_from = settled.decoded_from(windows);
    let Settled { claim, also, .. } = settled;
    let window = windows.get(claim.window);
    Finding {
        rule: claim.rule,
        also,
        grade: claim.grade,
        evidence: claim.evidence,
        fingerprint: key.fingerprint(claim.bytes),
        secret_bytes: claim.span.len(),
        position: window.map_or(Position::START, |window| window.position_of(claim.span.start())),
        window_offset: claim.span.start(),
        decoded_from,
    }
}

#[cfg(test)]
mod tests {
    use super::{Assessor, Detectors, Open, assess};
    use crate::cause::Cause;
    use crate::fingerprint::FingerprintKey;
    use crate::haystack::{Position, Source, Window};
    use crate::judge::{Detector, DetectorFailure, Flaw, Grade, Question, Verdict};
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

    /// The failure at the candidate of the first rule.
    fn open(failure: DetectorFailure) -> Open {
        Open { cause: Cause::Detector(failure), rule: Some(RuleIndex(0)) }
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
            prefix: None,
            revoke: String::new(),
            revoke_url: None,
        };
        RuleSet { rules: (0..count).map(rule).collect() }
    }

    /// One candidate for each of `count` rules in a window of 40 bytes.
    fn judged(count: u16, detector: u16, verdicts: Vec<Verdict>) -> super::Assessed {
        judged_in_time(count, detector, verdicts, true)
    }

    fn judged_in_time(
        count: u16,
        detector: u16,
        verdicts: Vec<Verdict>,
        in_time: bool,
    ) -> super::Assessed {
        let candidate =
            |index| Candidate { rule: RuleIndex(index), span: span(usize::from(index), 30) };
        let text = b"0123\n56789012345678901234567890123456789".to_vec();
        let window = Window {
            candidates: (0..count).map(candidate).collect(),
            ..Window::plain(text, Source::Blob, Position { line: 7, column: 1 })
        };
        let key = FingerprintKey::new([0; 32]);
        let (rules, key) = (&rules(count, detector), &key);
        let assessor = Assessor { rules, key, out_of_time: &move || !in_time };
        assess(&[window], None, assessor, &mut Scripted(verdicts))
    }

    #[test]
    fn a_missing_verdict_is_undecided() {
        let assessed = judged(2, 0, vec![Verdict::Dismissed { code: 1, anywhere: false }]);
        // The second of the rules is the one without a verdict.
        let cause = Cause::Detector(DetectorFailure::BadAnswer(Flaw::Count));
        assert_eq!(assessed.causes, [Open { cause, rule: Some(RuleIndex(1)) }]);
    }

    #[test]
    fn of_what_is_wrong_with_one_answer_the_verdict_that_spoiled_it_is_named() {
        let bad = |flaw| Verdict::Undecided(DetectorFailure::BadAnswer(flaw));
        let assessed = judged(2, 0, vec![bad(Flaw::Another), bad(Flaw::Evidence(77))]);
        let cause = Cause::Detector(DetectorFailure::BadAnswer(Flaw::Evidence(77)));
        assert_eq!(assessed.causes, [Open { cause, rule: Some(RuleIndex(1)) }]);
    }

    #[test]
    fn a_secret_outside_the_window_is_undecided() {
        let assessed = judged(1, 0, vec![confirmed(30, 99, Grade::Proven)]);
        assert!(assessed.findings.is_empty());
        assert_eq!(assessed.causes, [open(DetectorFailure::BadAnswer(Flaw::Span))]);
    }

    #[test]
    fn a_missing_detector_is_undecided() {
        let assessed = judged(1, 1, vec![]);
        assert_eq!(assessed.causes, [open(DetectorFailure::Missing)]);
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
            .map(|(_, finding)| {
                (finding.rule.0, finding.also.iter().map(|r| r.0).collect::<Vec<_>>())
            })
            .collect();
        // Rules 1 and 2 are of one class, and rule 1 is the surer; rule 0 is of another class.
        assert_eq!(seen, [(1, vec![2, 0]), (3, vec![])]);
    }

    #[test]
    fn what_is_not_judged_in_time_is_undecided() {
        let assessed = judged_in_time(1, 0, vec![confirmed(7, 9, Grade::Proven)], false);
        assert!(assessed.findings.is_empty());
        assert_eq!(assessed.causes, [Open { cause: Cause::OutOfTime, rule: None }]);
    }

    #[test]
    fn a_finding_stands_at_its_secret() {
        let assessed = judged(1, 0, vec![confirmed(7, 9, Grade::Likely)]);
        assert_eq!(assessed.findings[0].1.position, Position { line: 8, column: 3 });
        assert_eq!(assessed.findings[0].1.secret_bytes, 2);
    }
}
