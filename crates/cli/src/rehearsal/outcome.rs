//! What the hook said of a rehearsal: its exit code, its message, its record.

use std::process::ExitStatus;

use anyhow::bail;
use serde_json::Value;

/// How the hook's message begins when it refuses.
const REFUSED: &str = "pushgate: push refused: ";

/// How it begins when it lets a push pass with a warning.
const WARNING: &str = "pushgate: warning: ";

/// How the part begins that says what to do.
const PLAN: &str = "  Now:";

/// Lines that say what to do, by how they begin, and what they are in a check: nothing was pushed,
/// so nobody else has seen the secret yet.
const STEPS: &[(&str, &[&str])] = &[
    ("  Now: 1. Revoke", &[]),
    (
        "       2. Take it out of the history that you push (in the top folder)",
        &["  Now: 1. In the top folder, take it out of what you would push:"],
    ),
    ("       2. Take it out", &["  Now: 1. Take it out of the history that you would push:"]),
    (
        "       3. Push again",
        &["       2. Then push. Nothing was sent.", "  If it was ever shared, revoke it."],
    ),
];

/// How the lines begin that speak of an admin's number, which a rehearsal does not have.
const NUMBER: &str = "  Not a secret? ";

/// What a rehearsal does not have to say: there was no push.
const KEPT: &str = "Nothing of this push was kept.";

/// Digits of a fingerprint in a message.
const FINGERPRINT_DIGITS: usize = 16;

/// Digits of a commit in a message.
const COMMIT_DIGITS: usize = 8;

/// What became of a rehearsal that came to a verdict.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// Whether the server would accept.
    pub(crate) accepted: bool,
    /// What the hook said, in the words of a check.
    message: String,
    /// What it would have recorded.
    pub(crate) record: Value,
}

impl Outcome {
    /// Reads what the hook left behind; an error if it came to no verdict.
    pub(crate) fn new(status: ExitStatus, message: &str, record: &[u8]) -> anyhow::Result<Outcome> {
        let accepted = match status.code() {
            Some(0) => true,
            Some(1) => false,
            Some(2) => bail!("{}", failure(message)),
            _ => bail!("the hook program ended with {status}, without a verdict"),
        };
        let line = record.split(|&byte| byte == b'\n').find(|line| !line.is_empty());
        let Ok(record) = serde_json::from_slice::<Value>(line.unwrap_or_default()) else {
            bail!("the hook program left no record of what it did");
        };
        let message = reworded(message, &record);
        Ok(Outcome { accepted, message, record })
    }

    /// A rehearsal without updates: nothing would be sent.
    pub(crate) fn of_nothing() -> Outcome {
        let record = serde_json::json!({
            "decision": "accept", "reason": "clean", "refs": [], "findings": [], "undecided": [],
        });
        Outcome { accepted: true, message: String::new(), record }
    }

    /// The message; empty if there is nothing to say.
    ///
    /// With `steps`, these lines stand in place of what to do about a push.
    pub(crate) fn message(&self, steps: Option<&[String]>) -> String {
        let Some(steps) = steps else { return self.message.clone() };
        let (before, plan) = self.split().unwrap_or((&self.message, ""));
        let mut text = String::new();
        for line in before.lines() {
            text.push_str(&self.without_commit(line));
            text.push('\n');
        }
        for step in steps.iter().filter(|_| !plan.is_empty()) {
            text.push_str(step);
            text.push('\n');
        }
        text
    }

    /// The line without the commit and the ref that a rehearsal made, which nobody has.
    fn without_commit(&self, line: &str) -> String {
        let ids = self.record.get("refs").and_then(Value::as_array);
        let ids = ids.into_iter().flatten().filter_map(|update| update.get("new")?.as_str());
        for short in ids.filter_map(|id| id.get(..COMMIT_DIGITS)) {
            // It stands before the reason, or behind the place if the reason is long.
            let behind = line.strip_prefix(&format!("    in {short}"));
            if let Some((_, reason)) = behind.and_then(|rest| rest.split_once(": ")) {
                return format!("    {reason}");
            }
            if let Some(place) = line.strip_suffix(&format!(" in {short}")) {
                return place.to_owned();
            }
        }
        line.to_owned()
    }

    /// What to do, and nothing else; empty if there is nothing to do.
    ///
    /// With `steps`, these lines stand in place of what to do about a push.
    pub(crate) fn plan(&self, steps: Option<&[String]>) -> String {
        match (self.split(), steps) {
            (Some(_), Some(steps)) => steps.join("\n") + "\n",
            (Some((_, plan)), None) => plan.to_owned(),
            // What was not checked to its end, and what to do about that, stand together.
            (None, _) if !self.accepted => {
                self.message.split_once("\n\n").map_or("", |(_, rest)| rest).to_owned()
            }
            (None, _) => String::new(),
        }
    }

    fn split(&self) -> Option<(&str, &str)> {
        let at = self.message.find(&format!("\n{PLAN}"))?;
        self.message.split_at_checked(at + 1)
    }

    /// The mode of the server that was rehearsed; empty if there was nothing to judge.
    pub(crate) fn mode(&self) -> &str {
        self.record.get("mode").and_then(Value::as_str).unwrap_or_default()
    }

    /// How many secrets were found, whatever is done about them.
    pub(crate) fn findings(&self) -> usize {
        self.record.get("findings").and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// How many objects were looked at.
    pub(crate) fn objects(&self) -> u64 {
        self.covered("/coverage/objects")
    }

    /// Of how many archives something could not be read.
    pub(crate) fn unreadable_containers(&self) -> u64 {
        self.covered("/coverage/unreadable_containers")
    }

    fn covered(&self, counter: &str) -> u64 {
        self.record.pointer(counter).and_then(Value::as_u64).unwrap_or_default()
    }
}

/// The hook's message in the words of a check: nothing was pushed, and its numbers are nobody's.
fn reworded(message: &str, record: &Value) -> String {
    let findings = record.get("findings").and_then(Value::as_array);
    let numbers: Vec<String> = findings
        .into_iter()
        .flatten()
        .filter_map(|finding| finding.get("fingerprint")?.as_str()?.get(..FINGERPRINT_DIGITS))
        .map(|digits| format!(" #{digits}"))
        .collect();
    let mut text = String::new();
    for line in message.lines().filter(|line| !line.starts_with(NUMBER)) {
        if let Some((_, lines)) = STEPS.iter().find(|(begin, _)| line.starts_with(begin)) {
            for line in *lines {
                text.push_str(line);
                text.push('\n');
            }
            continue;
        }
        let mut line = match (line.strip_prefix(REFUSED), line.strip_prefix(WARNING)) {
            (Some(verdict), _) => format!("pushgate: check: would be refused: {verdict}"),
            (_, Some(verdict)) => format!("pushgate: check: warning: {verdict}"),
            (None, None) => line.to_owned(),
        };
        // There may be a thousand of them, and they stand on a few lines.
        if line.contains(" #") {
            for number in &numbers {
                line = line.replace(number, "");
            }
        }
        if let Some((before, after)) = line.split_once(KEPT) {
            line = format!("{before}{after}").trim_end().to_owned();
            if line.is_empty() {
                continue;
            }
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// What a hook that could not do its work says: the code, and the reasons.
fn failure(message: &str) -> String {
    let code = message.lines().next().and_then(|line| line.rsplit_once(" [")).map(|(_, code)| code);
    let reasons: Vec<&str> =
        message.lines().filter_map(|line| line.strip_prefix("  > ")).map(str::trim).collect();
    let code = code.map(|code| format!(" [{code}")).unwrap_or_default();
    format!("the hook program could not do its work{code}: {}", reasons.join(" "))
}

#[cfg(test)]
mod tests {
    use super::{Outcome, failure, reworded};

    const MESSAGE: &str = "pushgate: push refused: 1 secret found [PG0101]\n\n  \
        Atlassian API token (proven) #0123456789abcdef\n\n  Now: 1. Revoke what\n       2. Take it out of what:\n    git x\n       \
        3. Push again. Nothing of this push was kept.\n  \
        Not a secret? Give\nHelp: ask\n";

    #[test]
    fn a_message_is_that_of_a_check() {
        let record =
            serde_json::json!({"findings": [{"fingerprint": "0123456789abcdef0123456789abcdef"}]});
        let text = reworded(MESSAGE, &record);
        assert_eq!(
            text,
            "pushgate: check: would be refused: 1 secret found [PG0101]\n\n  \
             Atlassian API token (proven)\n\n  \
             Now: 1. Take it out of the history that you would push:\n    git x\n       \
             2. Then push. Nothing was sent.\n  If it was ever shared, revoke it.\nHelp: ask\n"
        );
        let outcome = Outcome { accepted: false, message: text, record };
        let plan = outcome.plan(None);
        assert!(plan.starts_with("  Now: 1. Take it out of"), "{plan}");
        assert!(plan.ends_with("\nHelp: ask\n"), "{plan}");
        assert_eq!(outcome.plan(Some(&["  Now: mend".to_owned()])), "  Now: mend\n");
        assert!(
            outcome
                .message(Some(&["  Now: mend".to_owned()]))
                .ends_with("(proven)\n\n  Now: mend\n")
        );
    }

    #[test]
    fn what_was_not_checked_has_a_plan_of_its_own() {
        let message = "pushgate: push refused: not everything could be checked [PG0102]\n\n  \
            big (limit-reached)\n\n  Nothing of this push was kept.\n  Push less.\n";
        let record = serde_json::json!({});
        let message = reworded(message, &record);
        let outcome = Outcome { accepted: false, message: message.clone(), record };
        for steps in [None, Some(&["  Now: mend".to_owned()][..])] {
            assert_eq!(outcome.plan(steps), "  big (limit-reached)\n\n  Push less.\n");
        }
        let passed = Outcome { accepted: true, ..outcome };
        assert_eq!(passed.plan(None), "");
    }

    #[test]
    fn a_commit_of_the_rehearsal_is_not_told() {
        let record = serde_json::json!({"refs": [{"new": "0123456789".repeat(4)}]});
        let message = "one in 01234567\n    in 01234567 on files: long\n    \
                       in 01234567: short\n    in 99999999 on x: y\n";
        let outcome = Outcome { accepted: false, message: message.to_owned(), record };
        assert_eq!(
            outcome.message(Some(&["step".to_owned()])),
            "one\n    long\n    short\n    in 99999999 on x: y\n"
        );
        assert_eq!(outcome.message(None), message);
    }

    #[test]
    fn a_failure_keeps_its_code_and_its_reasons() {
        let text = "pushgate: push refused: the gate itself failed [PG0202]\n\n  > a: line 1:\n  \
                    > wrong\n\n  Please tell an admin\n";
        assert_eq!(
            failure(text),
            "the hook program could not do its work [PG0202]: a: line 1: wrong"
        );
    }
}
