//! `pushgate rule test`: examples must be found, counterexamples must not.
//!
//! What is expanded from a template holds a token, so nothing of it is ever shown: a problem is
//! named by its rule and the number of the example.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use pushgate_core::matcher::{Found, Matcher, Pattern, build};
use pushgate_rules::cost::cost;
use pushgate_rules::{RuleDefinition, builtin};

use super::bench::{Bench, Judged};
use super::source::Source;
use super::{counted, texts};
use crate::output::say;
use crate::{detectors, printable};

/// Seeds from which tokens are made, if nobody says otherwise.
const SEEDS: &str = "12";

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 as it should be, 1 something is not, 2 it could not be tried.\n\
    With --text: 0 nothing found, 1 something found or undecided."
)]
pub(crate) struct Arguments {
    /// Rule files (.toml) or detectors (.wasm); without any, the built-in rules.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How often each template is expanded, each time with other tokens.
    #[arg(long, value_name = "NUMBER", default_value = SEEDS,
          value_parser = clap::value_parser!(u64).range(1..=10_000))]
    seeds: u64,
    /// Instead of templates, search these files and folders, and list what is found.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    text: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let sources: Vec<Source> =
        arguments.files.iter().map(|path| Source::read(path)).collect::<anyhow::Result<_>>()?;
    for source in &sources {
        if let Some(problem) = source.checked.problems.first() {
            let path = source.path.display();
            bail!("{path}: {problem}; `pushgate rule check` tells all that is wrong");
        }
    }
    for (source, rule) in
        sources.iter().flat_map(|it| it.checked.rules.iter().map(move |rule| (it, rule)))
    {
        if let Some(reason) = cost(rule).err().and_then(|reasons| reasons.into_iter().next()) {
            let (path, id) = (source.path.display(), &rule.id);
            bail!("{path}: rule {id}: {reason}; `pushgate rule check` tells all that is wrong");
        }
    }
    let components: Vec<PathBuf> =
        sources.iter().filter(|source| source.is_component()).map(|s| s.path.clone()).collect();
    let texts = sources.iter().filter(|source| !source.is_component());
    let (judged, unjudged): (Vec<RuleDefinition>, Vec<RuleDefinition>) = texts
        .flat_map(|source| source.checked.rules.iter().cloned())
        .partition(|rule| may_be_judged(rule, &sources));

    let bench = Bench::new(detectors::compile_with(components, judged.clone())?)?;
    if !arguments.text.is_empty() {
        return texts::run(&bench, &arguments.text);
    }
    let own = sources.iter().filter(|source| source.is_component());
    let mut rules: Vec<RuleDefinition> =
        own.flat_map(|source| source.checked.rules.iter().cloned()).chain(judged).collect();
    if arguments.files.is_empty() {
        rules = builtin::rules()?;
    }
    let mut tally = Tally { seeds: arguments.seeds, ..Tally::default() };
    for rule in &rules {
        tally.test(rule, &|text| judged_as(&bench, rule, &bench.judge(text)))?;
    }
    for rule in &unjudged {
        let matcher = matcher(rule)?;
        tally.test_pattern(rule, &matcher)?;
    }
    tally.told()
}

/// Whether a detector that is there judges the rule; else only its pattern can be tested.
fn may_be_judged(rule: &RuleDefinition, sources: &[Source]) -> bool {
    let own = |name: &String| {
        sources.iter().filter_map(|source| source.manifest.as_ref()).any(|it| it.name == *name)
    };
    let built_in =
        |name: &String| detectors::built_in_manifest().is_ok_and(|manifest| manifest.name == *name);
    rule.detector.as_ref().is_some_and(|name| own(name) || built_in(name))
}

/// What a text was, seen from one rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    /// No secret of its kind.
    Nothing,
    /// A secret of its kind, with a grade.
    Secret(&'static str),
    /// A secret, with a grade and evidence that the rule does not list.
    Unlisted(&'static str, u16),
    /// Nobody knows.
    Undecided(String),
}

fn judged_as(bench: &Bench, rule: &RuleDefinition, judged: &Judged) -> Seen {
    if let Some(cause) = judged.undecided.first() {
        return Seen::Undecided(cause.clone());
    }
    let index = bench.rule(&rule.id);
    let names = |rule| Some(rule) == index;
    if let Some(finding) = judged.findings.iter().find(|finding| names(finding.rule)) {
        let (grade, code) = (finding.grade, finding.evidence);
        let listed = rule.grades.listed().next().is_none() || rule.grades.allow(grade, code);
        let grade = grade.as_str();
        return if listed { Seen::Secret(grade) } else { Seen::Unlisted(grade, code) };
    }
    // Named by a more special rule, and found by this one too.
    match judged.findings.iter().find(|finding| finding.also.iter().any(|&also| names(also))) {
        Some(_) => Seen::Secret("another kind's"),
        None => Seen::Nothing,
    }
}

fn matcher(rule: &RuleDefinition) -> anyhow::Result<Matcher> {
    let RuleDefinition { id, pattern, literals, near, .. } = rule;
    Ok(Matcher::new(build(&[Pattern { rule: id, pattern, literals, near }])?)?)
}

/// What is not as it should be with the examples of a rule that a detector judges, in words.
pub(crate) fn problems(bench: &Bench, rule: &RuleDefinition, seeds: u64) -> Vec<String> {
    problems_of(rule, seeds, &|text| judged_as(bench, rule, &bench.judge(text)))
}

fn problems_of(rule: &RuleDefinition, seeds: u64, see: &dyn Fn(&[u8]) -> Seen) -> Vec<String> {
    let of_example = |text: &[u8]| match see(text) {
        Seen::Secret(_) => None,
        Seen::Nothing => Some("is not found".to_owned()),
        Seen::Unlisted(grade, code) => {
            Some(format!("is found as {grade} with code {code}, which `grades` does not list"))
        }
        Seen::Undecided(cause) => Some(format!("is undecided: {cause}")),
    };
    let of_counterexample = |text: &[u8]| match see(text) {
        Seen::Nothing => None,
        Seen::Secret(grade) | Seen::Unlisted(grade, _) => {
            Some(format!("is found, with the grade {grade}"))
        }
        Seen::Undecided(cause) => Some(format!("is undecided: {cause}")),
    };
    let mut problems = Vec::new();
    for (number, template) in (1..).zip(&rule.examples) {
        let problem = first_problem(template, seeds, &of_example);
        problems.extend(problem.map(|told| format!("{}: example {number} {told}", rule.id)));
    }
    for (number, template) in (1..).zip(&rule.counterexamples) {
        let problem = first_problem(template, seeds, &of_counterexample);
        problems.extend(problem.map(|told| format!("{}: counterexample {number} {told}", rule.id)));
    }
    problems
}

/// Expands a template with each seed; what is wrong with the first text with which something is.
fn first_problem(
    template: &str,
    seeds: u64,
    wrong: &dyn Fn(&[u8]) -> Option<String>,
) -> Option<String> {
    let mut first = None;
    let mut count = 0;
    for seed in 0..seeds {
        let problem = match pushgate_cases::try_expand(template, seed) {
            Ok(text) => wrong(&text),
            Err(error) => Some(format!("is no template: {error}")),
        };
        if let Some(problem) = problem {
            count += 1;
            first.get_or_insert((seed, problem));
        }
    }
    let (seed, problem) = first?;
    Some(format!("{problem} (seed {seed}; {count} of {seeds} seeds)"))
}

/// Counts what was tested, and tells what is not as it should be.
#[derive(Debug, Default)]
struct Tally {
    seeds: u64,
    rules: usize,
    examples: usize,
    counterexamples: usize,
    problems: usize,
}

impl Tally {
    fn test(&mut self, rule: &RuleDefinition, see: &dyn Fn(&[u8]) -> Seen) -> anyhow::Result<()> {
        self.rules += 1;
        self.examples += rule.examples.len();
        self.counterexamples += rule.counterexamples.len();
        for problem in problems_of(rule, self.seeds, see) {
            self.problems += 1;
            say!("{}", printable(&problem))?;
        }
        Ok(())
    }

    /// Tests the pattern of a rule without a detector: it must lead to every example.
    fn test_pattern(&mut self, rule: &RuleDefinition, matcher: &Matcher) -> anyhow::Result<()> {
        say!("{}: names no detector, so only its pattern is tested", printable(&rule.id))?;
        let pattern = RuleDefinition { counterexamples: Vec::new(), ..rule.clone() };
        self.test(&pattern, &|text| {
            let mut found = Found::default();
            match matcher.find(text, usize::MAX, &mut found) {
                Err(_) => Seen::Undecided("rule-damaged".to_owned()),
                Ok(()) if found.candidates.is_empty() => Seen::Nothing,
                Ok(()) => Seen::Secret("candidate"),
            }
        })
    }

    fn told(&self) -> anyhow::Result<ExitCode> {
        say!(
            "{}, {} and {}, {} each: {}",
            counted(self.rules, "rule"),
            counted(self.examples, "example"),
            counted(self.counterexamples, "counterexample"),
            counted(usize::try_from(self.seeds).unwrap_or(usize::MAX), "seed"),
            if self.problems == 0 {
                "all as it should be".to_owned()
            } else {
                counted(self.problems, "problem")
            }
        )?;
        Ok(if self.problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
