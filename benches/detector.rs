//! What a verdict costs: the built-in detector in its sandbox beside the same source natively.
//!
//! The bytes are those that the hook carries. First the way to a first verdict, step by step, each
//! step with all before it; then calls of a started detector with more and more candidates, which
//! hand over the window too.

#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pushgate_core::haystack::{Position, Source, Window};
use pushgate_core::judge::{Question, Verdict};
use pushgate_core::matcher::Matcher;
use pushgate_core::span::Span;
use pushgate_detector_sdk as native;
use pushgate_host::{ArtefactSet, DetectorLimits, Detectors, Library};
use pushgate_rules::CompiledRules;

/// Whom all candidates are for.
const JUDGE: &str = "atlassian-cloud-api-token";

/// A file that `cargo xtask build` compiles into the hook.
fn embedded(name: &str) -> &'static [u8] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pushgate/embedded");
    std::fs::read(folder.join(name)).expect("`cargo xtask build` has made it").leak()
}

fn detectors(set: &'static [u8]) -> Detectors {
    let set = ArtefactSet::from_bytes(set).unwrap();
    Detectors::new(&Arc::new(Library::new(set.artefacts)), DetectorLimits::default())
}

/// A window with `count` tokens, and a question about each.
fn window(count: u64) -> (Window, Vec<Question>) {
    let judges = atlassian::JUDGES.iter();
    let judge = u32::try_from(judges.map(|(name, _)| *name).position(|n| n == JUDGE).unwrap());
    let judge = judge.unwrap();
    let mut text = Vec::new();
    let mut questions = Vec::new();
    for seed in 0..count {
        text.extend(b"JIRA_API_TOKEN=");
        let start = text.len();
        text.extend(pushgate_cases::expand(&format!("{{{JUDGE}}}"), seed));
        questions.push(Question { judge, span: Span::new(start, text.len()).unwrap() });
        text.push(b'\n');
    }
    let window = Window::plain(text, Source::Blob, Position::START);
    (window, questions)
}

fn judge(detectors: &mut Detectors, window: &Window, questions: &[Question]) -> Vec<Verdict> {
    let mut verdicts = Vec::with_capacity(questions.len());
    detectors.detector(0).judge(window, Some(b"settings.env"), questions, &mut verdicts);
    verdicts
}

fn judge_natively(window: &Window, questions: &[Question]) -> Vec<native::Verdict> {
    let place = native::Path::new(Some(b"settings.env"));
    let window = native::Window { place, ..native::Window::of_text(&window.text) };
    let candidate = |question: &Question| native::Candidate {
        judge: question.judge,
        span: native::Span::new(question.span.start(), question.span.end()).unwrap(),
    };
    let candidates: Vec<native::Candidate> = questions.iter().map(candidate).collect();
    atlassian::judge_natively(&window, &candidates)
}

/// Both must say that each candidate is a secret, or what is measured is not the work.
fn check(verdicts: &[Verdict], natively: &[native::Verdict], count: usize) {
    assert_eq!(verdicts.len(), count);
    assert!(verdicts.iter().all(|verdict| matches!(verdict, Verdict::Confirmed { .. })));
    assert_eq!(natively.len(), count);
    assert!(natively.iter().all(|verdict| matches!(verdict, native::Verdict::Confirmed { .. })));
}

/// What stands before a first verdict.
fn first(criterion: &mut Criterion) {
    let (rules, set) = (embedded("rules.bin"), embedded("detectors.bin"));
    let (window, questions) = window(1);
    let mut group = criterion.benchmark_group("detector/first");
    group.bench_function("rules loaded", |bencher| {
        bencher.iter_with_large_drop(|| CompiledRules::from_bytes(black_box(rules)).unwrap());
    });
    group.bench_function("matcher of loaded rules", |bencher| {
        bencher.iter_batched(
            || CompiledRules::from_bytes(rules).unwrap().parts,
            |parts| Matcher::new(parts).unwrap(),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("set read, nothing started", |bencher| {
        bencher.iter_with_large_drop(|| detectors(black_box(set)));
    });
    group.bench_function("first verdict, set read before", |bencher| {
        bencher.iter_batched_ref(
            || detectors(set),
            |detectors| judge(detectors, black_box(&window), &questions),
            BatchSize::PerIteration,
        );
    });
}

/// A started detector.
fn calls(criterion: &mut Criterion) {
    let mut detectors = detectors(embedded("detectors.bin"));
    let mut group = criterion.benchmark_group("detector/call");
    for count in [1, 100, 1000] {
        let (window, questions) = window(count);
        let natively = judge_natively(&window, &questions);
        check(&judge(&mut detectors, &window, &questions), &natively, questions.len());
        group.throughput(Throughput::Elements(count));
        group.bench_with_input(BenchmarkId::new("sandbox", count), &window, |bencher, window| {
            bencher.iter(|| judge(&mut detectors, black_box(window), &questions));
        });
        group.bench_with_input(BenchmarkId::new("native", count), &window, |bencher, window| {
            bencher.iter(|| judge_natively(black_box(window), &questions));
        });
    }
}

criterion_group!(benches, first, calls);
criterion_main!(benches);
