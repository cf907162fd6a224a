//! Detectors that misbehave, each in its own way: `tests/hostile/*.wat`.
//!
//! Whatever a guest does, the host goes on, and the verdict is undecided for the right cause.

#![expect(clippy::unwrap_used, reason = "a helper of tests may panic as tests do")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use pushgate_core::judge::{DetectorFailure, Flaw, Grade, Verdict};
use pushgate_host::DetectorLimits;
use pushgate_host::compile::CompileError;
use support::{ask, compiled, detectors, detectors_within, question};

/// Guests that compile, and the cause that their questions are answered with.
const UNDECIDED: [(&str, DetectorFailure); 27] = [
    ("endless_loop", DetectorFailure::OutOfFuel),
    ("realloc_endless", DetectorFailure::OutOfFuel),
    ("cleanup_endless", DetectorFailure::OutOfFuel),
    ("grows_memory", DetectorFailure::OutOfMemory),
    ("grows_at_once", DetectorFailure::OutOfMemory),
    ("grows_table", DetectorFailure::OutOfMemory),
    ("unreachable", DetectorFailure::Trapped),
    ("reads_outside", DetectorFailure::Trapped),
    ("divides_by_zero", DetectorFailure::Trapped),
    ("endless_recursion", DetectorFailure::Trapped),
    ("too_few", BAD),
    ("too_many", BAD),
    ("span_outside", BAD),
    ("span_reversed", BAD),
    ("span_empty", BAD),
    ("unknown_evidence", BAD),
    ("unknown_dismissal", BAD),
    ("unknown_verdict", BAD),
    ("unknown_grade", BAD),
    ("endless_list", BAD),
    ("many_verdicts", BAD),
    ("answer_too_long", BAD),
    ("list_outside", BAD),
    ("list_unaligned", BAD),
    ("answer_outside", BAD),
    ("realloc_outside", BAD),
    ("burns_at_start", DetectorFailure::OutOfFuel),
];

/// A bad answer, whatever is wrong with it.
const BAD: DetectorFailure = DetectorFailure::BadAnswer(Flaw::Form);

/// Guests that are refused when they are compiled, and part of what the admin is told.
const REFUSED: [(&str, &str); 8] = [
    ("traps_at_start", "does not start within the limits: detector-trapped"),
    ("large_at_start", "does not start within the limits: detector-out-of-memory"),
    ("uses_simd", "SIMD support is not enabled"),
    ("uses_wide_memory", "memory64"),
    ("has_import", "imports `now`"),
    ("wrong_type", "has another type than the interface says"),
    ("no_judge", "does not export the function `judge`"),
    ("burns_at_start", "does not start within the limits: detector-out-of-fuel"),
];

/// Guests that answer well, and the shell around the others.
const OTHERS: [&str; 4] = ["confirms", "remembers", "works_a_while", "shell"];

/// Limits within which `burns_at_start` does not start. The defaults let it.
fn strict() -> DetectorLimits {
    DetectorLimits { fuel_at_start: 1_000_000, ..DetectorLimits::default() }
}

#[test]
fn each_misbehaviour_is_undecided_for_its_own_cause() {
    for (name, cause) in UNDECIDED {
        let limits = if name == "burns_at_start" { strict() } else { DetectorLimits::default() };
        let questions = [question(0, 8), question(11, 20)];
        // Of one verdict, the guest has said all; of a second, some say nothing, which is bad, too.
        for questions in [&questions[..1], &questions[..]] {
            let mut detectors = detectors_within(name, limits);
            let verdicts = ask(&mut detectors, questions);
            assert_eq!(verdicts.len(), questions.len(), "{name}");
            for verdict in verdicts {
                let Verdict::Undecided(failure) = verdict else { panic!("{name}: {verdict:?}") };
                assert_eq!(failure.as_str(), cause.as_str(), "{name}");
            }
        }
    }
}

#[test]
fn what_is_no_detector_is_refused_when_it_is_compiled() {
    for (name, part) in REFUSED {
        let error = compiled(name, &strict()).unwrap_err();
        assert!(error.to_string().contains(part), "{name}: {error}");
    }
}

#[test]
fn every_guest_of_the_folder_is_expected_to_do_something() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let found: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let listed = UNDECIDED.map(|(name, _)| name).into_iter();
    let listed = listed.chain(REFUSED.map(|(name, _)| name)).chain(OTHERS);
    assert_eq!(found, listed.map(str::to_owned).collect());
}

#[test]
fn a_good_guest_confirms_each_candidate_where_it_stands() {
    let mut detectors = detectors("confirms");
    let questions = [question(11, 20), question(0, 8)];
    let expected: Vec<Verdict> = questions
        .iter()
        .map(|asked| Verdict::Confirmed { secret: asked.span, grade: Grade::Proven, evidence: 1 })
        .collect();
    for _ in 0..100 {
        assert_eq!(ask(&mut detectors, &questions), expected);
    }
    assert_eq!(ask(&mut detectors, &[]), []);
    let cost = detectors.hosted(0).unwrap().last_call();
    assert_eq!(cost.fuel, 0, "no question, no call");
}

#[test]
fn a_failed_guest_is_started_anew_and_remembers_nothing() {
    let mut detectors = detectors("remembers");
    let trapped = Verdict::Undecided(DetectorFailure::Trapped);
    for _ in 0..3 {
        assert_eq!(
            ask(&mut detectors, &[question(0, 8)]),
            [Verdict::Dismissed { code: 1, anywhere: false }]
        );
        assert_eq!(
            ask(&mut detectors, &[question(0, 8)]),
            [Verdict::Dismissed { code: 2, anywhere: false }]
        );
        assert_eq!(ask(&mut detectors, &[question(0, 8)]), std::slice::from_ref(&trapped));
    }
    detectors.hosted(0).unwrap().forget();
    assert_eq!(
        ask(&mut detectors, &[question(0, 8)]),
        [Verdict::Dismissed { code: 1, anywhere: false }]
    );
}

#[test]
fn a_guest_that_fails_too_often_is_not_asked_again() {
    let limits = DetectorLimits { restarts_max: 2, ..DetectorLimits::default() };
    let mut detectors = detectors_within("unreachable", limits);
    let trapped = Verdict::Undecided(DetectorFailure::Trapped);
    for _ in 0..3 {
        assert_eq!(ask(&mut detectors, &[question(0, 8)]), std::slice::from_ref(&trapped));
        assert!(detectors.hosted(0).unwrap().last_call().fuel > 0, "it was asked");
    }
    assert_eq!(ask(&mut detectors, &[question(0, 8)]), [trapped]);
    assert_eq!(detectors.hosted(0).unwrap().last_call().fuel_max, 0, "it was not asked");
}

#[test]
fn the_same_question_costs_the_same_fuel_and_half_of_it_is_not_enough() {
    let ask_with = |fuel_per_call: u64| {
        let limits = DetectorLimits {
            fuel_per_call,
            fuel_per_candidate: 0,
            fuel_per_byte: 0,
            ..DetectorLimits::default()
        };
        let mut detectors = detectors_within("confirms", limits);
        let verdict = ask(&mut detectors, &[question(0, 8)]).remove(0);
        (verdict, detectors.hosted(0).unwrap().last_call())
    };
    let (verdict, cost) = ask_with(1_000_000);
    assert!(matches!(verdict, Verdict::Confirmed { .. }));
    assert!(cost.fuel > 0 && cost.fuel < cost.fuel_max);

    let (again, exactly) = ask_with(cost.fuel);
    assert_eq!((again, exactly.fuel), (verdict, cost.fuel), "the same question costs the same");
    // Fuel is compared at loops and calls only, so the last few instructions may be free.
    let (verdict, _) = ask_with(cost.fuel / 2);
    assert_eq!(verdict, Verdict::Undecided(DetectorFailure::OutOfFuel));
}

#[test]
fn the_fuel_of_a_call_alone_decides_how_long_a_guest_works_at_it() {
    let ask_with = |fuel_per_call: u64, count: usize| {
        let limits = DetectorLimits {
            fuel_per_call,
            fuel_per_candidate: 0,
            fuel_per_byte: 0,
            restarts_max: 0,
            ..DetectorLimits::default()
        };
        let mut detectors = detectors_within("works_a_while", limits);
        let verdict = ask(&mut detectors, &vec![question(0, 8); count]).remove(0);
        (verdict, detectors.hosted(0).unwrap().last_call().fuel)
    };
    let (verdict, fuel) = ask_with(u64::MAX, 1);
    assert!(matches!(verdict, Verdict::Confirmed { .. }), "{verdict:?}");
    assert!(fuel > 3_000_000, "six hundred thousand rounds took {fuel}");
    assert_eq!(ask_with(fuel, 1), (verdict, fuel), "exactly enough");
    for too_little in [0, 1, 1000, fuel / 2, fuel - fuel / 100] {
        for count in [1, 100] {
            let (verdict, used) = ask_with(too_little, count);
            assert_eq!(verdict, Verdict::Undecided(DetectorFailure::OutOfFuel), "{too_little}");
            assert!(used <= too_little, "{used} of {too_little}");
        }
    }
}

#[test]
fn an_answer_is_read_as_far_as_a_good_one_can_go_and_no_further() {
    // As many verdicts as this guest gives fit when as many were asked for: it runs on to its end.
    let limits = DetectorLimits { candidates_per_call_max: 2000, ..DetectorLimits::default() };
    let mut detectors = detectors_within("answer_too_long", limits);
    let verdicts = ask(&mut detectors, &vec![question(0, 8); 2000]);
    assert_eq!(verdicts[0], Verdict::Undecided(DetectorFailure::OutOfFuel));
    let verdicts = ask(&mut detectors, &vec![question(0, 8); 100]);
    assert_eq!(verdicts[0], Verdict::Undecided(BAD));
    let last = detectors.hosted(0).unwrap().last_call();
    assert!(last.fuel < last.fuel_max / 2, "the guest ran again: {last:?}");
}

#[test]
fn fuel_is_new_for_each_call_and_grows_with_the_question() {
    let limits = DetectorLimits {
        fuel_per_call: 1000,
        fuel_per_candidate: 100,
        fuel_per_byte: 10,
        ..DetectorLimits::default()
    };
    let mut detectors = detectors_within("confirms", limits);
    for count in [1, 5, 1, 5] {
        ask(&mut detectors, &vec![question(0, 8); count]);
        let cost = detectors.hosted(0).unwrap().last_call();
        assert_eq!(cost.fuel_max, 1000 + 100 * count as u64 + 10 * (20 + 7));
    }
    // Together these take more than one call, or a start, may use.
    let mut detectors = detectors_within("works_a_while", DetectorLimits::default());
    for _ in 0..5 {
        let verdicts = ask(&mut detectors, &[question(0, 8)]);
        assert!(matches!(verdicts[..], [Verdict::Confirmed { .. }]), "{verdicts:?}");
    }
}

#[test]
fn a_window_above_the_bound_is_not_handed_over() {
    let limits = DetectorLimits { window_bytes_max: 26, ..DetectorLimits::default() };
    let mut detectors = detectors_within("confirms", limits);
    let verdicts = ask(&mut detectors, &[question(0, 8)]);
    assert_eq!(verdicts, [Verdict::Undecided(DetectorFailure::OutOfMemory)]);
    let limits = DetectorLimits { window_bytes_max: 27, ..DetectorLimits::default() };
    let mut detectors = detectors_within("confirms", limits);
    let verdicts = ask(&mut detectors, &[question(0, 8)]);
    assert!(matches!(verdicts[..], [Verdict::Confirmed { .. }]));
}

#[test]
fn many_candidates_are_asked_in_several_calls_and_keep_their_order() {
    let limits = DetectorLimits { candidates_per_call_max: 3, ..DetectorLimits::default() };
    let mut detectors = detectors_within("confirms", limits);
    let questions: Vec<_> = (0..10).map(|index| question(index, index + 1)).collect();
    let verdicts = ask(&mut detectors, &questions);
    assert_eq!(verdicts.len(), 10);
    for (verdict, asked) in verdicts.iter().zip(&questions) {
        assert!(matches!(verdict, Verdict::Confirmed { secret, .. } if *secret == asked.span));
    }
}

#[test]
fn a_large_window_fits_the_default_limits() {
    let mut detectors = detectors("confirms");
    let window = support::window(&"x".repeat((4 << 20) - 1));
    let questions = vec![question(5, 9); 4096];
    let mut verdicts = Vec::new();
    detectors.detector(0).judge(&window, Some(b"p"), &questions, &mut verdicts);
    assert_eq!(verdicts.len(), questions.len());
    assert!(verdicts.iter().all(|verdict| matches!(verdict, Verdict::Confirmed { .. })));
}

#[test]
fn a_guest_that_does_not_start_says_so_to_the_admin() {
    let mut detectors = detectors_within("burns_at_start", strict());
    assert_eq!(detectors.problems(), []);
    ask(&mut detectors, &[question(0, 8)]);
    let problem = "detector `burns_at_start` does not work: it was stopped while starting: \
                   detector-out-of-fuel";
    assert_eq!(detectors.problems(), [(0, problem.to_owned())]);
}

#[test]
fn a_judge_that_the_manifest_does_not_have_is_missing() {
    let mut detectors = detectors("confirms");
    let mut asked = question(0, 8);
    asked.judge = 1;
    let verdicts = ask(&mut detectors, &[asked]);
    assert_eq!(verdicts, [Verdict::Undecided(DetectorFailure::Missing)]);
}

#[test]
fn a_detector_that_is_not_installed_is_missing() {
    let mut detectors = detectors("confirms");
    let mut verdicts = Vec::new();
    let questions = [question(0, 8), question(1, 2)];
    detectors.detector(1).judge(&support::window("password"), None, &questions, &mut verdicts);
    assert_eq!(verdicts, vec![Verdict::Undecided(DetectorFailure::Missing); 2]);
}

#[test]
fn compiled_code_is_not_taken_for_a_component() {
    let artefact = compiled("confirms", &DetectorLimits::default()).unwrap();
    let set = pushgate_host::ArtefactSet { artefacts: vec![artefact] }.to_bytes().unwrap();
    let start = set.windows(4).position(|bytes| bytes == b"\x7fELF").unwrap();
    let error = pushgate_host::compile::componentize(&set[start..]).unwrap_err();
    assert!(matches!(error, CompileError::NotWasm));
    assert!(matches!(pushgate_host::compile::componentize(b""), Err(CompileError::NotWasm)));
}
