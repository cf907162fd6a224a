//! Every case of the folder `cases`, natively.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;

use atlassian::{JUDGES, judge_natively};
use pushgate_cases::{Case, Expanded, Expect, load_folder};
use pushgate_detector_sdk::{Candidate, Grade, Span, Verdict, Window};

/// How often a case is expanded: a template that fails for one seed in a few is found.
const SEEDS: u64 = 24;

fn cases() -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    load_folder(path).expect("the cases can be read")
}

fn judge_index(case: &Case) -> u32 {
    let index = JUDGES.iter().position(|(name, _)| *name == case.judge);
    u32::try_from(index.expect("the case names a judge")).unwrap()
}

fn window<'a>(case: &'a Case, expanded: &'a Expanded) -> Window<'a> {
    let path = case.path.as_deref().map(str::as_bytes);
    Window { place: pushgate_detector_sdk::Path::new(path), ..Window::of_text(&expanded.text) }
}

fn candidate(case: &Case, expanded: &Expanded) -> Candidate {
    let range = expanded.candidate.clone();
    Candidate { judge: judge_index(case), span: Span::new(range.start, range.end).unwrap() }
}

fn answer(case: &Case, expanded: &Expanded) -> Verdict {
    judge_natively(&window(case, expanded), &[candidate(case, expanded)])[0]
}

/// What a verdict would be in a case: the word, the code, the secret.
fn in_words(verdict: Verdict) -> (Expect, u16, Option<std::ops::Range<usize>>) {
    match verdict {
        Verdict::Dismissed(code) => (Expect::Dismissed, code, None),
        Verdict::Confirmed { secret, grade, evidence } => {
            let expect = match grade {
                Grade::Weak => Expect::Weak,
                Grade::Likely => Expect::Likely,
                Grade::Proven => Expect::Proven,
            };
            (expect, evidence, Some(secret.start()..secret.end()))
        }
    }
}

#[test]
fn every_case_gets_its_verdict_for_every_seed() {
    let mut wrong = Vec::new();
    for case in cases() {
        for seed in 0..SEEDS {
            let expanded = case.expand(seed);
            let (expect, code, secret) = in_words(answer(&case, &expanded));
            let fits = expect == case.expect
                && case.evidence.is_none_or(|expected| expected == code)
                && (expanded.secret.is_none() || secret.is_none() || secret == expanded.secret);
            if !fits {
                wrong.push(format!(
                    "{} / {} (seed {seed}): {expect:?} {code} {secret:?}, not {:?} {:?} {:?}",
                    case.judge, case.name, case.expect, case.evidence, expanded.secret
                ));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_judge_has_a_confirmed_and_a_dismissed_case() {
    let cases = cases();
    for (name, _) in JUDGES {
        let has = |expects: &[Expect]| {
            cases.iter().any(|case| case.judge == *name && expects.contains(&case.expect))
        };
        assert!(
            has(&[Expect::Proven, Expect::Likely, Expect::Weak]),
            "{name} has no confirmed case"
        );
        assert!(has(&[Expect::Dismissed]), "{name} has no dismissed case");
    }
}

#[test]
fn case_names_are_not_used_twice() {
    let mut names: Vec<String> = cases().into_iter().map(|case| case.name).collect();
    names.sort();
    let before = names.len();
    names.dedup();
    assert_eq!(names.len(), before);
}

#[test]
fn confirmed_cases_say_which_bytes_are_the_secret() {
    for case in cases() {
        let marked = case.expand(0).secret.is_some();
        assert!(marked || case.expect == Expect::Dismissed, "{}", case.name);
    }
}

#[test]
fn verdicts_do_not_depend_on_order_or_on_other_candidates() {
    let cases = cases();
    for seed in 0..4 {
        let mut text = Vec::new();
        let mut candidates = Vec::new();
        for case in cases.iter().filter(|case| case.path.is_none()) {
            let expanded = case.expand(seed);
            let one = candidate(case, &expanded);
            let moved = Span::at(one.span.start() + text.len(), one.span.len());
            candidates.push(Candidate { span: moved, ..one });
            text.extend(expanded.text);
            text.extend(b"\n\n\n\n\n\n\n\n");
        }
        let window = Window::of_text(&text);
        let together = judge_natively(&window, &candidates);
        let alone: Vec<Verdict> =
            candidates.iter().map(|one| judge_natively(&window, &[*one])[0]).collect();
        assert_eq!(together, alone);

        candidates.reverse();
        let mut reversed = judge_natively(&window, &candidates);
        reversed.reverse();
        assert_eq!(together, reversed);
    }
}
