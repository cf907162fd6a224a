//! `pushgate rule check`: all that is wrong with rules, and what each costs.

use std::path::PathBuf;
use std::process::ExitCode;

use pushgate_rules::RuleDefinition;
use pushgate_rules::check::Problem;
use pushgate_rules::cost::{Cost, LookedFor, cost};

use super::counted;
use super::source::Source;
use crate::output::say;
use crate::{compiler, printable};

#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code: 0 all is well, 1 there are problems, 2 a file cannot be read.")]
pub(crate) struct Arguments {
    /// Rule files or manifests (.toml), or detectors (.wasm).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut problems = 0;
    for path in &arguments.files {
        let mut source = Source::read(path)?;
        examine(&mut source)?;
        let shown = path.display();
        for problem in &source.checked.problems {
            say!("{}", printable(&format!("{shown}: {problem}")))?;
        }
        problems += source.checked.problems.len();
        let rules = counted(source.checked.rules.len(), "rule");
        say!("{shown}: {rules}, {}", counted(source.checked.problems.len(), "problem"))?;
    }
    Ok(if problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Adds what only compiling shows, and prints what each rule costs.
fn examine(source: &mut Source) -> anyhow::Result<()> {
    for rule in source.checked.rules.clone() {
        for problem in problems_of_templates(&rule) {
            source.checked.note(&rule.id, problem);
        }
        match cost(&rule) {
            Ok(cost) => {
                let judged = if rule.detector.is_some() { "" } else { "; names no detector" };
                say!("{}: {}{judged}", printable(&rule.id), looked_for(cost))?;
            }
            Err(reasons) => {
                for reason in reasons {
                    source.checked.note(&rule.id, reason);
                }
            }
        }
    }
    if let Some(wasm) = &source.wasm
        && let Err(error) = compiler::compile(wasm)
    {
        source.checked.problems.push(Problem { rule: None, reason: format!("{error:#}") });
    }
    Ok(())
}

/// The examples and counterexamples that cannot be expanded.
fn problems_of_templates(rule: &RuleDefinition) -> Vec<String> {
    let lists = [("example", &rule.examples), ("counterexample", &rule.counterexamples)];
    let mut problems = Vec::new();
    for (noun, templates) in lists {
        for (index, template) in templates.iter().enumerate() {
            if let Err(error) = pushgate_cases::try_expand(template, 0) {
                problems.push(format!("{noun} {} is no template: {error}", index + 1));
            }
        }
    }
    problems
}

/// What a rule costs, in words.
pub(crate) fn looked_for(Cost { automaton_bytes, looked_for }: Cost) -> String {
    let how = match looked_for {
        LookedFor::Literals(literals) => {
            format!("{} looked for everywhere", counted(literals, "literal"))
        }
        LookedFor::NearWords { literals, spellings } => format!(
            "{} looked for near words in {}",
            counted(literals, "literal"),
            counted(spellings, "spelling")
        ),
        LookedFor::ClassRun(classes) => {
            format!("no literal: a run of {classes} classes is tried everywhere")
        }
    };
    format!("automaton of {automaton_bytes} bytes, {how}")
}
