//! `pushgate remediate`: what to do about a secret that was exposed, for a kind or for all.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use pushgate_gate::code;
use pushgate_rules::remediation::{self, Card, Lookout, Migration, Way};
use pushgate_rules::{RuleDefinition, builtin, nearest};
use serde_json::{Value, json};

use crate::commands::explain::is_id;
use crate::kinds;
use crate::output::print;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The kind, by its title in a message, or by its id as in a refusal's record and in
    /// `pushgate rule list`; without it, all kinds.
    /// The name of a page that a kind leads to, such as `scoped-tokens`, shows that page.
    kind: Option<String>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the pages of all kinds into a folder instead, and name those that changed.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["kind", "format"])]
    write_docs: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For a terminal.
    Text,
    /// As on the page of the kind.
    Markdown,
    /// For programs.
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let rules = builtin::rules()?;
    let cards = remediation::cards(&rules)?;
    let told = match (&arguments.write_docs, &arguments.kind) {
        (Some(folder), _) => write(folder, &cards, &rules)?,
        (None, Some(kind)) => one(kind, arguments.format, &cards, &rules)?,
        (None, None) => all(arguments.format, &cards, &rules)?,
    };
    print(&told)?;
    Ok(ExitCode::SUCCESS)
}

fn one(
    kind: &str,
    format: Format,
    cards: &[Card],
    rules: &[RuleDefinition],
) -> anyhow::Result<String> {
    if let Some(migration) = Migration::ALL.into_iter().find(|page| page.name() == kind) {
        return match format {
            Format::Text | Format::Markdown => Ok(migration.page().to_owned()),
            Format::Json => bail!("{kind} is a page for people, which has no JSON"),
        };
    }
    let wanted = kinds::find(rules, kind).map(|rule| &rule.id);
    let found = cards.iter().zip(rules).find(|(card, _)| Some(&card.kind) == wanted);
    let Some((card, rule)) = found else {
        if let Some(code) = code::find(kind) {
            bail!("{0} is a code, and no kind of secret; type: pushgate explain {0}", code.name);
        }
        if is_id(kind) {
            bail!(
                "{kind} is the number of a finding, and no kind of secret; on the server, this \
                 tells its kind: pushgate explain '{kind}'"
            );
        }
        let kinds = cards.iter().map(|card| card.kind.as_str());
        let pages: Vec<&str> = Migration::ALL.into_iter().map(Migration::name).collect();
        let near = nearest(kind, kinds.chain(pages));
        let hint = if near.is_empty() {
            "`pushgate remediate` lists them all".to_owned()
        } else {
            format!("did you mean {}?", near.join(", "))
        };
        bail!("there is no kind {kind:?}; {hint}");
    };
    Ok(match format {
        Format::Text => remediation::text(card, rule),
        Format::Markdown => remediation::page(card, rule),
        Format::Json => lines(&as_json(card, rule))?,
    })
}

fn all(format: Format, cards: &[Card], rules: &[RuleDefinition]) -> anyhow::Result<String> {
    Ok(match format {
        Format::Text => list(rules),
        Format::Markdown => remediation::index(rules),
        Format::Json => {
            let cards = cards.iter().zip(rules).map(|(card, rule)| as_json(card, rule));
            lines(&Value::Array(cards.collect()))?
        }
    })
}

fn list(rules: &[RuleDefinition]) -> String {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let mut table = String::new();
    for rule in rules {
        table += &format!("{:width$}  {}\n", rule.id, rule.title);
    }
    table
}

/// Writes what differs from what is there, and says so.
fn write(folder: &Path, cards: &[Card], rules: &[RuleDefinition]) -> anyhow::Result<String> {
    let mut told = String::new();
    for page in remediation::pages(cards, rules) {
        let path = folder.join(&page.name);
        if std::fs::read(&path).ok().as_deref() != Some(page.text.as_bytes()) {
            std::fs::write(&path, &page.text)
                .with_context(|| format!("writing {}", path.display()))?;
            told += &format!("{}\n", page.name);
        }
    }
    Ok(told)
}

fn lines(value: &Value) -> anyhow::Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// The shape that `docs/remediation/README.md` promises.
fn as_json(card: &Card, rule: &RuleDefinition) -> Value {
    let way = |way: &Way| {
        json!({
            "who": way.who,
            "path": way.path,
            "url": way.url,
            "call": way.call,
            "note": way.note,
            "verified": !way.unverified,
        })
    };
    let lookout = |lookout: &Lookout| {
        json!({
            "log": lookout.log,
            "look": lookout.look,
            "url": lookout.url,
            "verified": !lookout.unverified,
        })
    };
    let links = card.links.iter().map(|link| json!({"title": link.title, "url": link.url}));
    let migrate =
        card.migrate.iter().map(|page| json!({"title": page.title(), "path": page.path()}));
    json!({
        "schema": "pushgate.remediation/1",
        "kind": card.kind,
        "title": rule.title,
        "product": rule.product,
        "severity": rule.severity.as_str(),
        "what": card.what,
        "opens": card.opens,
        "breaks": card.breaks,
        "revoke": card.revoke.iter().map(way).collect::<Vec<_>>(),
        "rotate": card.rotate,
        "misuse": {
            "from": card.from,
            "look": card.misuse.iter().map(lookout).collect::<Vec<_>>(),
        },
        "also": card.also,
        "prevent": card.prevent,
        "links": links.collect::<Vec<_>>(),
        "migrate": migrate.collect::<Vec<_>>(),
        "code": card.code.map(remediation::Code::as_str),
        "sent": card.sent,
    })
}
