//! The outcome of a check, for people and for tools.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::files::INPUT_NAME;
use super::{Subject, columns, sarif};
use crate::rehearsal::{Outcome, Rehearsal};

/// The form of the JSON; a change that breaks readers gets another number.
const SCHEMA: &str = "pushgate.check/1";

/// Fields of the hook's record that speak of a server, or of a push that there was none of.
const NOT_OURS: &[&str] = &["schema", "push", "repository", "pusher", "profile", "deadline_ms"];

/// What to do about what is staged, around the places.
const STEPS_STAGED: [&str; 4] = [
    "  Now: 1. Take it out here, and git add the file again:",
    "          A file that should not be there at all: git rm --cached FILE",
    "       2. Commit again. Nothing was committed or sent.",
    "  If it was ever shared, revoke it.",
];

/// What to do about files, around the places.
const STEPS_FILES: [&str; 2] = ["  Now: take it out here:", "  If it was ever shared, revoke it."];

/// What to do about standard input.
const STEPS_INPUT: &str = "  Now: take it out of the text. If it was ever shared, revoke it.";

/// Places that are named where it is said what to do.
const PLACES_MAX: usize = 1000;

/// How a line of the message begins that says where a secret stands.
const AT: &str = "    at ";

/// What is said of a server that looks at nothing.
const OFF: &str = "the gate is off (mode = \"off\"): nothing was looked at, everything passes";

/// What is said of a server that refuses nothing, and tells nobody.
const MONITOR: &str = "the push passes, and is only recorded (mode = \"monitor\")";

/// How an outcome is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// The message of the server, in the words of a check.
    Text,
    /// One object, as docs/developers/check-before-you-push.md describes it.
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

/// An outcome, and what it is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report<'r> {
    pub(super) subject: Subject,
    pub(super) outcome: &'r Outcome,
    /// Where what was checked can be read.
    pub(super) rehearsal: &'r Rehearsal,
    /// How many files there are, if files are checked.
    pub(super) files: usize,
    /// What files were called by who named them, where the rehearsal has another name.
    pub(super) names: &'r BTreeMap<String, String>,
    /// Nothing is said of what is clean.
    pub(super) quiet: bool,
}

impl Report<'_> {
    pub(super) fn render(&self, format: Format) -> anyhow::Result<String> {
        Ok(match format {
            Format::Text => self.text(),
            Format::Json => format!("{:#}\n", self.json()),
            Format::Sarif => {
                let mut check = self.json();
                columns::count_characters(&mut check, self.rehearsal);
                format!("{:#}\n", sarif::log(&check)?)
            }
        })
    }

    /// What to do, if there is anything.
    pub(super) fn plan(&self) -> String {
        self.outcome.plan(self.steps().as_deref())
    }

    /// What to do where there was no push.
    fn steps(&self) -> Option<Vec<String>> {
        let places = self.places();
        let (first, last) = match self.subject {
            Subject::Push => return None,
            Subject::Staged => STEPS_STAGED.split_at(1),
            Subject::Files if places.is_empty() => return Some(vec![STEPS_INPUT.to_owned()]),
            Subject::Files => STEPS_FILES.split_at(1),
        };
        let text = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>();
        Some([text(first), places, text(last)].concat())
    }

    /// Where what is to be taken out stands, behind a sign so that a shell takes it for no command.
    fn places(&self) -> Vec<String> {
        let list = |value: &Value, name: &str| {
            value.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
        };
        let findings = list(&self.outcome.record, "findings").into_iter();
        let blocking = findings.filter(|it| it.get("action") == Some(&json!("block")));
        let mut places = Vec::new();
        for site in blocking.flat_map(|finding| list(&finding, "sites")) {
            let text = |name: &str| site.get(name).and_then(Value::as_str);
            let Some(path) = text("path").filter(|path| *path != INPUT_NAME) else { continue };
            let path = self.names.get(path).map_or(path, String::as_str);
            let end = match (text("source"), text("inner_path"), site.get("line")) {
                (Some("tree-name"), ..) | (_, _, None) => String::new(),
                (_, Some(inner), _) => format!("!/{inner}"),
                (_, None, Some(line)) => format!(":{line}"),
            };
            let place = format!("    # {}", ascii(&format!("{path}{end}")));
            if !places.contains(&place) && places.len() < PLACES_MAX {
                places.push(place);
            }
        }
        places
    }

    /// The message with the names that were typed in place of those in the rehearsal.
    fn with_typed_names(&self, message: &str) -> String {
        let mut text = String::new();
        for line in message.lines() {
            match line.strip_prefix(AT).and_then(|place| self.typed(place)) {
                Some(place) => text.push_str(&format!("{AT}{place}\n")),
                None => text.push_str(&format!("{line}\n")),
            }
        }
        text
    }

    /// The place under the name that was typed, if that is another one.
    fn typed(&self, place: &str) -> Option<String> {
        let ends = place.match_indices([':', '!']).map(|(at, _)| at);
        ends.filter_map(|at| place.split_at_checked(at))
            .find_map(|(name, end)| Some(format!("{}{end}", self.names.get(name)?)))
    }

    fn text(&self) -> String {
        let message = self.outcome.message(self.steps().as_deref());
        let message = self.with_typed_names(&message);
        if !message.is_empty() || self.quiet {
            return message;
        }
        match self.outcome.mode() {
            "off" => return format!("pushgate: check: {OFF}\n"),
            "monitor" if self.outcome.findings() > 0 => {
                let secrets = match self.outcome.findings() {
                    1 => "1 secret".to_owned(),
                    count => format!("{count} secrets"),
                };
                return format!("pushgate: check: {secrets} found; {MONITOR}\n");
            }
            _ => {}
        }
        let told = match (self.subject, self.files, self.outcome.objects()) {
            (Subject::Files, 0, _) => "there is nothing to check".to_owned(),
            (Subject::Files, 1, _) => "1 file looked at".to_owned(),
            (Subject::Files, count, _) => format!("{count} files looked at"),
            (_, _, 0) => "there is nothing new to check".to_owned(),
            (_, _, 1) => "1 object looked at".to_owned(),
            (_, _, count) => format!("{count} objects looked at"),
        };
        // What the server passes over is said here, where somebody may want to look.
        let passed_over = match self.outcome.unreadable_containers() {
            0 => "",
            1 => "; 1 archive could not be read to its end",
            count => &format!("; {count} archives could not be read to their ends"),
        };
        format!("pushgate: check: clean: {told}{passed_over}\n")
    }

    /// The hook's record, without what is not of this check.
    fn json(&self) -> Value {
        let mut record = self.outcome.record.clone();
        if let Some(fields) = record.as_object_mut() {
            for name in NOT_OURS {
                fields.remove(*name);
            }
            let subject = match self.subject {
                Subject::Push => "push",
                Subject::Staged => "staged",
                Subject::Files => "files",
            };
            if self.subject != Subject::Push {
                fields.insert("refs".to_owned(), json!([]));
            }
            fields.insert("schema".to_owned(), json!(SCHEMA));
            fields.insert("version".to_owned(), json!(env!("CARGO_PKG_VERSION")));
            fields.insert("checked".to_owned(), json!(subject));
        }
        let findings = record.get_mut("findings").and_then(Value::as_array_mut);
        for finding in findings.into_iter().flatten().filter_map(Value::as_object_mut) {
            // Of a key that is gone: it names nothing on any server.
            finding.remove("fingerprint");
            let sites = finding.get_mut("sites").and_then(Value::as_array_mut);
            for site in sites.into_iter().flatten().filter(|_| self.subject != Subject::Push) {
                // Of the rehearsal alone: nobody has this commit.
                if let Some(site) = site.as_object_mut() {
                    site.insert("commit".to_owned(), Value::Null);
                    site.insert("ref".to_owned(), Value::Null);
                }
            }
        }
        record
    }
}

/// A name as messages show it: what is no printable ASCII stands as `\xNN`.
fn ascii(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        match byte {
            b' '..=b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\x{byte:02x}")),
        }
    }
    text
}
