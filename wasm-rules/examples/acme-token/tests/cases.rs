//! Every case of `cases.toml`, natively, and the examples of the manifest.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;

use acme_token::{JUDGES, MANIFEST, judge_natively};
use pushgate_cases::Expect;
use pushgate_detector_sdk::{Candidate, Grade, Span, Verdict, Window};

fn judge(text: &[u8], start: usize, end: usize) -> Verdict {
    let candidate = Candidate { judge: 0, span: Span::new(start, end).unwrap() };
    judge_natively(&Window::of_text(text), &[candidate])[0]
}

#[test]
fn every_case_gets_its_verdict() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases.toml");
    for case in pushgate_cases::load(path).unwrap() {
        assert_eq!(case.judge, JUDGES[0].0);
        let expanded = case.expand(1);
        let span = expanded.candidate.clone();
        let (expect, code) = match judge(&expanded.text, span.start, span.end) {
            Verdict::Dismissed(code) => (Expect::Dismissed, code),
            Verdict::Confirmed { secret, grade: Grade::Proven, evidence } => {
                assert_eq!(Some(secret.start()..secret.end()), expanded.secret, "{}", case.name);
                (Expect::Proven, evidence)
            }
            other => panic!("{}: {other:?}", case.name),
        };
        assert_eq!((expect, Some(code)), (case.expect, case.evidence), "{}", case.name);
    }
}

#[test]
fn the_examples_of_the_manifest_are_secrets_and_the_counterexamples_are_not() {
    let manifest: toml::Table = MANIFEST.parse().unwrap();
    let rule = manifest["rule"][0].as_table().unwrap();
    assert_eq!(rule["id"].as_str(), Some(JUDGES[0].0));
    for (list, expected) in [("examples", true), ("counterexamples", false)] {
        for example in rule[list].as_array().unwrap() {
            let text = pushgate_cases::expand(example.as_str().unwrap(), 1);
            let start = text.windows(5).position(|window| window == b"acme_").unwrap();
            let end = (start + "acme_".len() + 16 + "_00".len()).min(text.len());
            let confirmed = judge(&text, start, end).grade().is_some();
            assert_eq!(confirmed, expected, "{list}: {example}");
        }
    }
}
