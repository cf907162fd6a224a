//! Every built-in rule's examples and counterexamples, through the matcher and the detector.
//!
//! The detector runs natively here; that it says the same as WebAssembly is tested where the host
//! is.

#![expect(clippy::unwrap_used, reason = "a helper of tests may panic as tests do")]

use atlassian::{JUDGES, judge_natively};
use pushgate_core::matcher::{Found, Matcher, Pattern, build};
use pushgate_detector_sdk::{Candidate, Grade, Span, Window};
use pushgate_rules::{RuleDefinition, builtin};

/// How often each template is expanded, each time with another secret.
const SEEDS: u64 = 12;

/// The grade at which `rule` confirms something in `text`, if it does.
fn grade(rule: &RuleDefinition, text: &[u8]) -> Option<Grade> {
    let pattern = Pattern {
        rule: &rule.id,
        pattern: &rule.pattern,
        literals: &rule.literals,
        near: &rule.near,
    };
    let matcher = Matcher::new(build(&[pattern]).unwrap()).unwrap();
    let mut found = Found::default();
    matcher.find(text, usize::MAX, &mut found).unwrap();
    let judge = JUDGES.iter().position(|(name, _)| *name == rule.id).unwrap();
    let candidates: Vec<Candidate> = found
        .candidates
        .iter()
        .map(|candidate| Candidate {
            judge: u32::try_from(judge).unwrap(),
            span: Span::new(candidate.span.start(), candidate.span.end()).unwrap(),
        })
        .collect();
    let window = Window::of_text(text);
    judge_natively(&window, &candidates).into_iter().filter_map(|verdict| verdict.grade()).max()
}

#[test]
fn every_example_is_found_and_no_counterexample_is() {
    for rule in builtin::rules().unwrap() {
        for seed in 0..SEEDS {
            for example in &rule.examples {
                let text = pushgate_cases::expand(example, seed);
                assert!(grade(&rule, &text).is_some(), "{}: {example}, seed {seed}", rule.id);
            }
            for counterexample in &rule.counterexamples {
                let text = pushgate_cases::expand(counterexample, seed);
                assert_eq!(grade(&rule, &text), None, "{}: {counterexample}, seed {seed}", rule.id);
            }
        }
    }
}
