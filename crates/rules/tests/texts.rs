//! What the built-in rules say of themselves: all of it is there, and it is what their judge does.

#![expect(clippy::unwrap_used, reason = "a helper of tests may panic as tests do")]

use std::collections::BTreeSet;
use std::path::Path;

use pushgate_cases::Expect;
use pushgate_core::judge::Grade;
use pushgate_rules::{Manifest, RuleDefinition, builtin, check, cost};

/// The manifest of the detector that judges the built-in rules.
fn manifest() -> Manifest {
    let text = include_str!("../../../wasm-rules/atlassian/manifest.toml");
    Manifest::parse("atlassian", text).unwrap()
}

fn grade_of(expect: Expect) -> Option<Grade> {
    match expect {
        Expect::Proven => Some(Grade::Proven),
        Expect::Likely => Some(Grade::Likely),
        Expect::Weak => Some(Grade::Weak),
        Expect::Dismissed => None,
    }
}

#[test]
fn every_built_in_rule_is_described() {
    for RuleDefinition { id, product, about, looks, sure, grades, .. } in builtin::rules().unwrap()
    {
        for (field, text) in
            [("product", product), ("about", about), ("looks", looks), ("sure", sure)]
        {
            assert!(text.is_some(), "{id} has no `{field}`");
        }
        assert!(grades.listed().next().is_some(), "{id} has no `grades`");
    }
}

#[test]
fn every_sentence_on_grades_speaks_of_those_that_there_are() {
    for rule in builtin::rules().unwrap() {
        let sure = rule.sure.unwrap_or_default().to_ascii_lowercase();
        for grade in [Grade::Proven, Grade::Likely, Grade::Weak] {
            let listed = rule.grades.listed().any(|(listed, _)| listed == grade);
            let said = sure.split(|c: char| !c.is_ascii_alphabetic()).any(|w| w == grade.as_str());
            assert!(!said || listed, "{}: `sure` speaks of {}", rule.id, grade.as_str());
        }
    }
}

#[test]
fn every_grade_of_a_case_is_listed_by_its_rule() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wasm-rules/atlassian/cases");
    let rules = builtin::rules().unwrap();
    let mut seen = 0;
    for case in pushgate_cases::load_folder(&folder).unwrap() {
        let (Some(grade), Some(code)) = (grade_of(case.expect), case.evidence) else { continue };
        let rule = rules.iter().find(|rule| rule.id == case.judge).unwrap();
        let (id, name) = (&rule.id, &case.name);
        assert!(rule.grades.allow(grade, code), "{id}: {name}: {} {code}", grade.as_str());
        seen += 1;
    }
    assert!(seen > 100, "the cases are not where they were");
}

#[test]
fn every_text_of_evidence_belongs_to_a_grade_of_a_rule() {
    let manifest = manifest();
    let rules = builtin::rules().unwrap();
    let mut checked = check::Checked::default();
    for rule in &rules {
        check::against(rule, &manifest, &mut checked);
    }
    assert_eq!(checked.problems, []);
    let used: BTreeSet<u16> = rules
        .iter()
        .flat_map(|rule| rule.grades.listed())
        .flat_map(|(_, codes)| codes.iter().copied())
        .collect();
    let known: BTreeSet<u16> = manifest.evidence.keys().copied().collect();
    assert_eq!(used, known);
}

#[test]
fn the_built_in_files_pass_the_check_for_authors() {
    for (name, text) in builtin::FILES {
        let checked = check::rule_file(text);
        assert_eq!(checked.problems, [], "{name}");
        for rule in &checked.rules {
            assert!(cost::cost(rule).is_ok(), "{}", rule.id);
        }
    }
}

/// A message is 72 characters wide, and a reason stands behind four blanks.
#[test]
fn every_reason_fits_a_line_of_a_message() {
    for (code, text) in &manifest().evidence {
        assert!(text.len() <= 68, "{code}: {text}: {} characters", text.len());
    }
}
