//! `pushgate explain`: what a code means, what a kind is, and what a finding was.

mod finding;
mod kind;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use pushgate_gate::code;
use pushgate_rules::{builtin, nearest};

use crate::output::{print, say};

/// The page of which the messages speak.
const PAGE: &str = include_str!("../../../../../docs/developers/my-push-was-rejected.md");

/// What it goes by.
const PAGE_NAMES: [&str; 3] = ["rejected", "my-push-was-rejected", "My push was rejected"];

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A code, as it stands in square brackets at the end of a message's first line; a kind, as
    /// `pushgate rule list` names it; `rejected` for the page on what to do about a refused push; or,
    /// on the server, the number after the # of a finding.
    #[arg(
        value_name = "CODE | KIND | FINDING-ID | rejected",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    name: Option<String>,
    /// Print the page of all codes.
    #[arg(long)]
    all: bool,
    /// The configuration that says where the audit file is; without it, the system's.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// An audit file in which a finding is looked up; can be given several times.
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    audit: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(name) = &arguments.name else {
        print(&code::page())?;
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(code) = code::find(name) {
        say!("{}: {}\n", code.name, code.means)?;
        say!("Developer: {}", code.developer)?;
        say!("Admin: {}", code.admin)?;
        return Ok(ExitCode::SUCCESS);
    }
    if PAGE_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
        print(PAGE)?;
        return Ok(ExitCode::SUCCESS);
    }
    let rules = builtin::rules()?;
    if let Some(rule) = rules.iter().find(|rule| rule.id.eq_ignore_ascii_case(name)) {
        kind::explain(rule)?;
        return Ok(ExitCode::SUCCESS);
    }
    if finding::is_id(name) {
        finding::explain(name, arguments.config.as_deref(), &arguments.audit)?;
        return Ok(ExitCode::SUCCESS);
    }
    let codes: Vec<String> =
        code::CODES.iter().map(|code| code.name.to_ascii_lowercase()).collect();
    // A code of another hundred is about something else.
    let hundred = name.to_ascii_lowercase().get(..4).unwrap_or_default().to_owned();
    let codes = codes.iter().map(String::as_str).filter(|code| code.starts_with(&hundred));
    let known = codes.chain(PAGE_NAMES).chain(rules.iter().map(|rule| rule.id.as_str()));
    let near: Vec<&str> = nearest(name, known)
        .into_iter()
        .map(|near| code::find(near).map_or(near, |code| code.name))
        .collect();
    if near.is_empty() {
        bail!(
            "{name:?} is no code, no kind, and no number of a finding (8 to 64 hexadecimal \
             digits); `pushgate explain --all` shows the codes, `pushgate rule list` the kinds"
        );
    }
    bail!("there is no code or kind {name:?}; did you mean {}?", near.join(", "));
}
