//! `pushgate explain`: what a code means, what a kind is, and what a finding was.

mod finding;
mod kind;
mod page;
mod words;

pub(crate) use self::finding::is_id;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use pushgate_gate::code;
use pushgate_rules::{builtin, nearest};

use crate::kinds;
use crate::output::{print, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A code, as it stands in square brackets at the end of a message's first line; a kind, by
    /// the title in a message or as `pushgate rule list` names it; a word of a message, such as
    /// `likely` or `out-of-time`; `rejected` for the page on what to do about a refused push; or, on
    /// the server, the number after the # of a finding.
    #[arg(
        value_name = "CODE | KIND | WORD | FINDING-ID | rejected",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    name: Option<String>,
    /// With `rejected`: the section of the page, by its heading or a part of it.
    #[arg(value_name = "SECTION")]
    section: Vec<String>,
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
    let is_page = page::NAMES.iter().any(|known| name.eq_ignore_ascii_case(known));
    if is_page {
        print(&page::text(&arguments.section.join(" "))?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if !arguments.section.is_empty() {
        let words = arguments.section.join(" ");
        bail!("one name at a time; one of several words stands in quotes: \"{name} {words}\"");
    }
    if let Some(code) = code::find(name) {
        say!("{}: {}\n", code.name, code.means)?;
        say!("Developer: {}", code.developer)?;
        say!("Admin: {}", code.admin)?;
        return Ok(ExitCode::SUCCESS);
    }
    let rules = builtin::rules()?;
    if let Some(rule) = kinds::find(&rules, name) {
        kind::explain(rule)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(text) = words::meaning(&name.to_ascii_lowercase()) {
        say!("{text}")?;
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
    let known = codes.chain(page::NAMES).chain(rules.iter().map(|rule| rule.id.as_str()));
    let near: Vec<&str> = nearest(name, known)
        .into_iter()
        .map(|near| code::find(near).map_or(near, |code| code.name))
        .collect();
    if near.is_empty() && is_like_a_code(name) {
        bail!("there is no code {name}; `pushgate explain --all` shows them all");
    }
    if near.is_empty() {
        bail!(
            "{name:?} is no code, no kind, and no number of a finding (8 to 64 hexadecimal \
             digits); `pushgate explain --all` shows the codes, `pushgate rule list` the kinds"
        );
    }
    bail!("there is no code or kind {name:?}; did you mean {}?", near.join(", "));
}

/// Whether it has the form of a code.
fn is_like_a_code(name: &str) -> bool {
    let name = name.trim_matches(['[', ']']).to_ascii_uppercase();
    let digits = name.strip_prefix("PG").unwrap_or_default();
    digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}
