//! `pushgate rule list`: the built-in rules, as a table or as the page of kinds.

use std::process::ExitCode;

use pushgate_core::judge::Grade;
use pushgate_core::policy::{Action, Policy};
use pushgate_rules::{builtin, page};

use crate::detectors;
use crate::output::print;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Print the page docs/kinds.md instead.
    #[arg(long)]
    markdown: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let rules = builtin::rules()?;
    if arguments.markdown {
        print(&page::kinds(&rules, &[detectors::built_in_manifest()?], &on_push))?;
        return Ok(ExitCode::SUCCESS);
    }
    let id_width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let title_width = rules.iter().map(|rule| rule.title.len()).max().unwrap_or_default();
    let mut table = String::new();
    for rule in &rules {
        let (id, title) = (&rule.id, &rule.title);
        let (severity, grades) = (rule.severity.as_str(), page::grades(rule));
        table += &format!("{id:id_width$}  {title:title_width$}  {severity:8}  {grades}\n");
    }
    print(&table)?;
    Ok(ExitCode::SUCCESS)
}

/// What the default policy does with a new secret of this grade.
pub(crate) fn on_push(grade: Grade) -> &'static str {
    let action = match grade {
        Grade::Proven => Policy::DEFAULT.proven,
        Grade::Likely => Policy::DEFAULT.likely,
        Grade::Weak => Policy::DEFAULT.weak,
    };
    match action {
        Action::Block => "the push is refused",
        Action::Warn => "the push passes with a warning",
        Action::Ignore => "the push passes",
    }
}
