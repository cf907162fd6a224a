//! `pushgate rule show`: everything about one built-in rule.

use std::process::ExitCode;

use anyhow::bail;
use pushgate_rules::{Manifest, RuleDefinition, builtin, cost, nearest, page};

use super::check::looked_for;
use super::list::on_push;
use crate::detectors;
use crate::kinds;
use crate::output::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Id of the rule, as in a refusal's record and in `pushgate rule list`, or its title.
    id: String,
    /// Show its examples and counterexamples: templates, in which each secret is a name in braces.
    #[arg(long)]
    examples: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let rules = builtin::rules()?;
    let Some(rule) = kinds::find(&rules, &arguments.id) else {
        let near = nearest(&arguments.id, rules.iter().map(|rule| rule.id.as_str()));
        let hint = if near.is_empty() {
            "`pushgate rule list` shows them all".to_owned()
        } else {
            format!("did you mean {}?", near.join(", "))
        };
        bail!("there is no rule {:?}; {hint}", arguments.id);
    };
    if arguments.examples {
        return examples(rule);
    }
    show(rule, &[detectors::built_in_manifest()?])?;
    Ok(ExitCode::SUCCESS)
}

fn show(rule: &RuleDefinition, manifests: &[Manifest]) -> anyhow::Result<()> {
    say!("{}: {}, severity {}", rule.id, rule.title, rule.severity.as_str())?;
    let texts = [&rule.about, &rule.looks, &rule.sure];
    for text in texts.into_iter().flatten() {
        say!("{text}")?;
    }
    say!("")?;
    for (grade, codes) in rule.grades.listed() {
        say!("{}: {}", grade.as_str(), on_push(grade))?;
        for &code in codes {
            let text = page::evidence(rule, manifests, code).unwrap_or("(no text)");
            say!("  {code}: {text}")?;
        }
    }
    say!("")?;
    field("revoke", Some(&rule.revoke))?;
    field("where", rule.revoke_url.as_ref())?;
    field("then", rule.rotate.as_ref())?;
    say!("")?;
    field("product", rule.product.as_ref())?;
    field("detector", rule.detector.as_ref())?;
    say!("rank: {}", rule.rank)?;
    say!("pattern: {}", rule.pattern)?;
    list("literals", &rule.literals)?;
    list("near", &rule.near)?;
    field("prefix", rule.prefix.as_ref())?;
    if let Ok(cost) = cost::cost(rule) {
        say!("cost: {}", looked_for(cost))?;
    }
    say!(
        "tests: {}, {} (pushgate rule show --examples {})",
        super::counted(rule.examples.len(), "example"),
        super::counted(rule.counterexamples.len(), "counterexample"),
        rule.id
    )
}

fn examples(rule: &RuleDefinition) -> anyhow::Result<ExitCode> {
    let lists = [("example", &rule.examples), ("counterexample", &rule.counterexamples)];
    for (noun, templates) in lists {
        for (index, template) in templates.iter().enumerate() {
            say!("{noun} {}:", index + 1)?;
            for line in template.lines() {
                say!("    {}", crate::printable(line))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn field(name: &str, text: Option<&String>) -> anyhow::Result<()> {
    text.map_or(Ok(()), |text| say!("{name}: {text}"))
}

fn list(name: &str, texts: &[String]) -> anyhow::Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    let texts: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
    say!("{name}: {}", texts.join(", "))
}
