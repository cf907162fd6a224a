//! `demo`: the main job, shown to someone who has never seen it.

mod cost;
mod lab;
pub(crate) mod token;

use std::fs;
use std::process::Command;

use crate::build::build;
use crate::failure::{Doing, Failure};
use crate::files::TemporaryFolder;
use crate::places::Places;
use crate::process::command;
use lab::{Lab, Push};

/// The bare repository of the demo.
const SERVER: &str = "server.git";

/// A refusal is shown whole once; of a second one these lines do.
const SECOND_REFUSAL_LINES: usize = 4;

/// The record goes on, with what matters less at first sight.
const AUDIT_LINES: usize = 7;

/// Wide enough for most terminals.
const COLUMNS: usize = 96;

pub(crate) fn demo(places: &Places) -> Result<(), Failure> {
    build(places)?;
    let folder = TemporaryFolder::new("demo")?;
    let lab = Lab::new(folder.path())?;
    println!(
        "\nThe demo. All of it happens in {}, which goes when it ends.",
        folder.path().display()
    );
    println!("The tokens are made up on the spot, with the checksum that real ones have.");
    install(places, &lab)?;
    clean_push(&lab)?;
    secret_in_a_file(&lab)?;
    secret_in_a_message(&lab)?;
    audit_record(&lab)?;
    cost(&lab)
}

/// The tool as it was built. It gets no setting but the one it is given.
fn tool(places: &Places, lab: &Lab) -> Command {
    let mut tool = command(places.dist().join("pushgate"));
    tool.current_dir(lab.path("."));
    tool
}

fn install(places: &Places, lab: &Lab) -> Result<(), Failure> {
    heading(1, "A git server: a bare repository. An admin installs the hook.");
    lab.bare_repository(SERVER)?;
    let audit = lab.path("audit.jsonl");
    let config = format!("mode = \"block\"\n\n[audit]\npath = {:?}\n", audit.display().to_string());
    fs::write(lab.path("pushgate.toml"), config).doing("writing pushgate.toml")?;
    let arguments = ["install", "--repository", SERVER, "--config", "pushgate.toml"];
    let output = tool(places, lab).args(arguments).output().doing("starting pushgate")?;
    println!("   $ pushgate {}", arguments.join(" "));
    let said = [output.stdout, output.stderr].concat();
    show(String::from_utf8_lossy(&said).lines(), "");
    if output.status.success() { Ok(()) } else { Err(Failure::new("pushgate install failed")) }
}

fn clean_push(lab: &Lab) -> Result<(), Failure> {
    heading(2, "A developer pushes clean files. It passes, and nothing is said.");
    lab.write("README.md", "# A project\n")?;
    lab.write("src/main.rs", "fn main() {\n    println!(\"hello\");\n}\n")?;
    lab.commit("Begin")?;
    let push = push(lab, "main")?;
    expect(push.accepted, "a clean push passes", &push)?;
    println!("   accepted");
    Ok(())
}

fn secret_in_a_file(lab: &Lab) -> Result<(), Failure> {
    heading(3, "One commit brings an API token in a file, the next removes the file.");
    println!("   The history would still hold it: refused.");
    let token = token::cloud_api_token(token::seed_of_now());
    lab.write("deploy.env", &format!("JIRA_SITE=acme\nJIRA_TOKEN={token}\n"))?;
    lab.commit("Add the settings for deployment")?;
    lab.git("client", &["rm", "--quiet", "deploy.env"])?;
    lab.commit("Remove the settings again")?;
    let push = push(lab, "main")?;
    expect(!push.accepted, "a token in the history is refused", &push)?;
    show(push.told.iter().map(String::as_str), "remote:");
    lab.git("client", &["reset", "--quiet", "--hard", "HEAD~2"])
}

fn secret_in_a_message(lab: &Lab) -> Result<(), Failure> {
    heading(4, "No file has the token now, but a commit message does: refused as well.");
    let token = token::cloud_api_token(token::seed_of_now() ^ u64::MAX);
    lab.commit(&format!("Rotate the token\n\nThe old one was {token}."))?;
    let push = push(lab, "main")?;
    expect(!push.accepted, "a token in a commit message is refused", &push)?;
    show(push.told.iter().map(String::as_str).take(SECOND_REFUSAL_LINES), "remote:");
    println!(
        "   (and {} lines more, as above)",
        push.told.len().saturating_sub(SECOND_REFUSAL_LINES)
    );
    lab.git("client", &["reset", "--quiet", "--hard", "HEAD~1"])
}

fn audit_record(lab: &Lab) -> Result<(), Failure> {
    let records = fs::read_to_string(lab.path("audit.jsonl")).doing("reading the audit record")?;
    let records: Vec<&str> = records.lines().collect();
    heading(5, "What the admin has: a line of JSON for each push, with no byte of a secret.");
    println!("   There are {} now; the last one, folded:", records.len());
    expect_audit(&records)?;
    let lines = folded(records.last().copied().unwrap_or_default(), COLUMNS - 5);
    for line in lines.iter().take(AUDIT_LINES) {
        println!("     {line}");
    }
    println!("     (and what was searched, with which rules, in what time)");
    Ok(())
}

fn expect_audit(records: &[&str]) -> Result<(), Failure> {
    let has = |text: &str| records.iter().filter(|record| record.contains(text)).count();
    if records.len() == 3 && has("\"accept\"") == 1 && has("\"reject\"") == 2 {
        return Ok(());
    }
    Err(Failure::new(format!(
        "three pushes should have left one record of acceptance and two of rejection:\n{}",
        records.join("\n")
    )))
}

fn cost(lab: &Lab) -> Result<(), Failure> {
    heading(6, "What it costs: small pushes with this hook, and with one that is `exit 0`.");
    let cost = cost::measure(lab, SERVER)?;
    let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
    println!(
        "   median of {} pushes each: {:.1} ms with, {:.1} ms without; {:.2} times as long",
        cost::RUNS,
        milliseconds(cost.with),
        milliseconds(cost.without),
        cost.ratio()
    );
    println!("\nTo go on: README.md says how to install it on your server.");
    Ok(())
}

fn push(lab: &Lab, branch: &str) -> Result<Push, Failure> {
    println!("   $ git push {SERVER} {branch}");
    lab.push(SERVER, branch)
}

/// The demo shows what happens, so it must notice when something else does.
fn expect(holds: bool, what: &str, push: &Push) -> Result<(), Failure> {
    if holds {
        return Ok(());
    }
    Err(Failure::new(format!("expected: {what}. Instead:\n{}", push.printed)))
}

fn heading(number: u8, text: &str) {
    println!("\n{number}. {text}");
}

fn show<'a>(lines: impl Iterator<Item = &'a str>, prefix: &str) {
    for line in lines {
        println!("   {}", format_args!("{prefix}{line}").to_string().trim_end());
    }
}

/// Breaks a line after a comma, so that no line is longer than `columns` if commas allow it.
fn folded(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for part in text.split_inclusive(',') {
        let last = lines.last_mut().expect("there is always one");
        if !last.is_empty() && last.len() + part.len() > columns {
            lines.push(part.to_owned());
        } else {
            last.push_str(part);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_loses_nothing_and_keeps_the_width() {
        let text = "{\"a\":1,\"b\":22,\"c\":333,\"d\":4444}";
        let lines = folded(text, 14);
        assert_eq!(lines, ["{\"a\":1,\"b\":22,", "\"c\":333,", "\"d\":4444}"]);
        assert_eq!(lines.concat(), text);
    }
}
