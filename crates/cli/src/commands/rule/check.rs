//! `pushgate rule check`: all that is wrong with rules, and what each costs.

use std::path::PathBuf;
use std::process::ExitCode;

use pushgate_rules::builtin;
use pushgate_rules::check::Problem;
use pushgate_rules::cost::{Cost, LookedFor, cost};

use super::counted;
use super::source::Source;
use crate::output::say;
use crate::{compiler, detectors, printable};

#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code: 0 all is well, 1 there are problems, 2 a file cannot be read.")]
pub(crate) struct Arguments {
    /// Rule files or manifests (.toml), or detectors (.wasm).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut problems = 0;
    let mut claims = Claims::default();
    for path in &arguments.files {
        let mut source = Source::read(path)?;
        examine(&mut source)?;
        claims.look_at(&mut source)?;
        let shown = path.display();
        for problem in &source.checked.problems {
            say!("{}", printable(&format!("{shown}: {problem}")))?;
        }
        problems += source.checked.problems.len();
        let rules = counted(source.checked.rules.len(), "rule");
        say!("{shown}: {rules}, {}", counted(source.checked.problems.len(), "problem"))?;
        if source.is_component() && source.checked.problems.is_empty() {
            say!("now run: pushgate rule test {shown}")?;
        }
    }
    Ok(if problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Names that files claim for themselves, of which there can be one each.
#[derive(Debug, Default)]
struct Claims {
    /// Ids of rules, each with its file. A manifest and the component with it in it are one.
    rules: Vec<(bool, String, PathBuf)>,
    detectors: Vec<(String, PathBuf)>,
}

impl Claims {
    /// Notes what the built-in rules or an earlier file have already.
    fn look_at(&mut self, source: &mut Source) -> anyhow::Result<()> {
        let path = source.path.clone();
        let is_component = source.is_component();
        let built_in = detectors::built_in_manifest()?;
        let mut is_own = is_component;
        if let Some(manifest) = source.manifest.clone() {
            let name = &manifest.name;
            // The built-in detector itself may be checked too.
            is_own = *name != built_in.name;
            if !is_own && manifest.judges != built_in.judges {
                let reason = format!("the built-in detector has the name {name}; choose another");
                source.checked.problems.push(Problem { rule: None, reason });
            }
            if let Some((_, other)) = self.detectors.iter().find(|(known, _)| known == name) {
                let reason = format!("{} has a detector {name}, too", other.display());
                source.checked.problems.push(Problem { rule: None, reason });
            }
            self.detectors.push((manifest.name, path.clone()));
        }
        let known = builtin::rules()?;
        for rule in source.checked.rules.clone() {
            let id = &rule.id;
            let claim = |(component, other, _): &&(bool, String, PathBuf)| {
                *component == is_component && other == id
            };
            if let Some((_, _, other)) = self.rules.iter().find(claim) {
                let reason = format!("{} has a rule of this id, too", other.display());
                source.checked.note(id, reason);
            } else if is_own && known.iter().any(|known| known.id == *id) {
                source.checked.note(id, "a built-in rule has this id; choose another");
            }
            self.rules.push((is_component, rule.id, path.clone()));
        }
        Ok(())
    }
}

/// Adds what only compiling shows, and prints what each rule costs.
fn examine(source: &mut Source) -> anyhow::Result<()> {
    for rule in source.checked.rules.clone() {
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
