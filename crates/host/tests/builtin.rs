//! The built-in detector as the hook runs it: every case of its author through the component.
//!
//! The same Rust source runs natively beside it. Where the two differ, the sandbox changed a
//! verdict; where both differ from the case, the detector is wrong, and its own tests say so too.

#![expect(clippy::unwrap_used, reason = "a helper of tests may panic as tests do")]

mod support;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use atlassian::{JUDGES, answer_natively};
use pushgate_cases::{Case, Expanded};
use pushgate_core::judge::{Grade, Question, Verdict};
use pushgate_core::span::Span;
use pushgate_detector_sdk as native;
use pushgate_host::{CallCost, DetectorLimits, Detectors, Library, Manifest, compile};

/// How often a case is expanded, each time with another token.
const SEEDS: u64 = 8;

fn wasm_rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wasm-rules")
}

/// The component's file. These tests do not pass without it.
fn wasm() -> Vec<u8> {
    let path = wasm_rules().join("target/wasm32-unknown-unknown/release/atlassian.wasm");
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask build` makes it", path.display()))
}

/// What the host needs of the manifest inside the component.
fn manifest(wasm: &[u8]) -> Manifest {
    let text = compile::manifest_section(wasm).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let codes = |name: &str| -> BTreeMap<u16, String> {
        let table = table.get(name).unwrap().as_table().unwrap();
        table
            .iter()
            .map(|(code, text)| (code.parse().unwrap(), text.as_str().unwrap().to_owned()))
            .collect()
    };
    let detector = table.get("detector").unwrap();
    let word = |name: &str| detector.get(name).unwrap().as_str().unwrap().to_owned();
    let judges = detector.get("judges").unwrap().as_array().unwrap();
    Manifest {
        name: word("name"),
        version: word("version"),
        judges: judges.iter().map(|judge| judge.as_str().unwrap().to_owned()).collect(),
        evidence: codes("evidence"),
        dismissals: codes("dismissals"),
    }
}

/// The built-in detector, compiled once for all tests.
fn library() -> Arc<Library> {
    static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();
    let library = LIBRARY.get_or_init(|| {
        let wasm = wasm();
        let limits = DetectorLimits::default();
        let artefact = compile::artefact(&wasm, manifest(&wasm), &limits).unwrap();
        Arc::new(Library::new(vec![artefact]))
    });
    Arc::clone(library)
}

fn cases() -> Vec<Case> {
    pushgate_cases::load_folder(wasm_rules().join("atlassian/cases")).unwrap()
}

fn judge_of(case: &Case) -> u32 {
    let index = JUDGES.iter().position(|(name, _)| *name == case.judge);
    u32::try_from(index.unwrap()).unwrap()
}

fn span(range: &Range<usize>) -> Span {
    Span::new(range.start, range.end).unwrap()
}

/// What the component says, and what that cost.
fn ask(
    detectors: &mut Detectors,
    text: &[u8],
    path: Option<&str>,
    questions: &[Question],
) -> (Vec<Verdict>, CallCost) {
    let mut window = support::window("");
    window.text = text.to_owned();
    window.decoded_from.clear();
    let mut verdicts = Vec::new();
    detectors.detector(0).judge(&window, path.map(str::as_bytes), questions, &mut verdicts);
    (verdicts, detectors.hosted(0).unwrap().last_call())
}

/// What the same source says natively, in the words of the host.
fn ask_natively(text: &[u8], path: Option<&str>, questions: &[Question]) -> Vec<Verdict> {
    let path = path.map(str::as_bytes);
    let window = native::Window { place: native::Path::new(path), ..native::Window::of_text(text) };
    let candidates: Vec<native::Candidate> = questions
        .iter()
        .map(|question| native::Candidate {
            judge: question.judge,
            span: native::Span::new(question.span.start(), question.span.end()).unwrap(),
        })
        .collect();
    answer_natively(&window, &candidates)
        .into_iter()
        .map(|answer| match answer.verdict {
            native::Verdict::Dismissed(code) => {
                Verdict::Dismissed { code, anywhere: answer.anywhere }
            }
            native::Verdict::Confirmed { secret, grade, evidence } => Verdict::Confirmed {
                secret: span(&(secret.start()..secret.end())),
                grade: match grade {
                    native::Grade::Weak => Grade::Weak,
                    native::Grade::Likely => Grade::Likely,
                    native::Grade::Proven => Grade::Proven,
                },
                evidence,
            },
        })
        .collect()
}

/// Whether the verdict is what the case says.
fn fits(case: &Case, expanded: &Expanded, verdict: &Verdict) -> bool {
    let (word, code, secret) = match verdict {
        Verdict::Dismissed { code, .. } => ("dismissed", *code, None),
        Verdict::Confirmed { secret, grade, evidence } => {
            (grade.as_str(), *evidence, Some(*secret))
        }
        Verdict::Undecided(_) => return false,
    };
    word == case.expect.as_str()
        && case.evidence.is_none_or(|expected| expected == code)
        && (secret.is_none() || expanded.secret.as_ref().map(span) == secret)
}

/// Fails with all of `wrong`, and not only with the first.
fn none(wrong: &[impl Debug]) {
    assert!(wrong.is_empty(), "{} cases: {wrong:#?}", wrong.len());
}

#[test]
fn the_component_gives_the_verdict_of_every_case() {
    let mut detectors = Detectors::new(&library(), DetectorLimits::default());
    let cases = cases();
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for (case, seed) in cases.iter().flat_map(|case| (0..SEEDS).map(move |seed| (case, seed))) {
        let expanded = case.expand(seed);
        let question = Question { judge: judge_of(case), span: span(&expanded.candidate) };
        let path = case.path.as_deref();
        let (verdicts, cost) = ask(&mut detectors, &expanded.text, path, &[question]);
        let natively = ask_natively(&expanded.text, path, &[question]);
        if verdicts != natively || !verdicts.iter().all(|verdict| fits(case, &expanded, verdict)) {
            wrong.push((&case.judge, &case.name, seed, verdicts, natively));
        }
        // Far from the limit, or a push with many candidates would be refused for nothing.
        assert!(cost.fuel * 4 < cost.fuel_max, "{}: {cost:?}", case.name);
    }
    none(&wrong);
}

#[test]
fn a_fresh_and_a_used_component_agree() {
    let mut used = Detectors::new(&library(), DetectorLimits::default());
    let mut wrong = Vec::new();
    for case in cases() {
        let expanded = case.expand(1);
        let question = Question { judge: judge_of(&case), span: span(&expanded.candidate) };
        let path = case.path.as_deref();
        let (before, _) = ask(&mut used, &expanded.text, path, &[question]);
        let mut fresh = Detectors::new(&library(), DetectorLimits::default());
        let (alone, _) = ask(&mut fresh, &expanded.text, path, &[question]);
        if before != alone {
            wrong.push((case.name, before, alone));
        }
    }
    none(&wrong);
}

#[test]
fn all_cases_in_one_window_get_the_native_verdicts_in_one_call() {
    let mut text = Vec::new();
    let mut questions = Vec::new();
    for case in cases().iter().filter(|case| case.path.is_none()) {
        let expanded = case.expand(2);
        let Range { start, end } = expanded.candidate;
        let span = span(&(start + text.len()..end + text.len()));
        questions.push(Question { judge: judge_of(case), span });
        text.extend(expanded.text);
        text.extend(b"\n\n");
    }
    let mut detectors = Detectors::new(&library(), DetectorLimits::default());
    let (verdicts, _) = ask(&mut detectors, &text, None, &questions);
    assert_eq!(verdicts, ask_natively(&text, None, &questions));
    assert!(verdicts.len() > 50, "{} verdicts", verdicts.len());
}

#[test]
fn no_bytes_make_the_component_fail() {
    let mut detectors = Detectors::new(&library(), DetectorLimits::default());
    let judges = u32::try_from(JUDGES.len()).unwrap();
    for byte in 0..=u8::MAX {
        let text = vec![byte; 2000];
        let ranges = [0..0, 0..2000, 0..1, 1999..2000, 700..1300, 2000..2000];
        let questions: Vec<Question> = (0..judges)
            .flat_map(|judge| ranges.iter().map(move |range| Question { judge, span: span(range) }))
            .collect();
        let (verdicts, _) = ask(&mut detectors, &text, Some("\u{ff}/x"), &questions);
        assert_eq!(verdicts, ask_natively(&text, Some("\u{ff}/x"), &questions), "byte {byte}");
        let undecided = verdicts.iter().any(|verdict| matches!(verdict, Verdict::Undecided(_)));
        assert!(!undecided, "byte {byte}: {verdicts:?}");
    }
}

#[test]
fn a_window_of_the_largest_size_is_judged() {
    let case = cases().into_iter().find(|case| case.expect.as_str() == "proven").unwrap();
    let expanded = case.expand(3);
    let limits = DetectorLimits::default();
    let mut text = vec![b' '; limits.window_bytes_max - expanded.text.len()];
    let Range { start, end } = expanded.candidate;
    let span = span(&(start + text.len()..end + text.len()));
    text.extend(expanded.text);
    let questions = [Question { judge: judge_of(&case), span }];
    let mut detectors = Detectors::new(&library(), limits);
    let (verdicts, cost) = ask(&mut detectors, &text, None, &questions);
    assert_eq!(verdicts, ask_natively(&text, None, &questions));
    assert!(matches!(verdicts.as_slice(), [Verdict::Confirmed { .. }]), "{verdicts:?} {cost:?}");
}
