//! One push, as seen from outside, and what a test may claim about it.

use std::path::Path;

use serde_json::Value;

use super::commands::Ended;
use super::lab::PushLab;
use super::message::{self, Verdict};
use super::record;

/// What a push did.
#[derive(Debug)]
pub struct Pushed {
    /// Whether git's client calls the push a success.
    pub accepted: bool,
    /// What the client printed.
    pub stderr: String,
    /// The lines that came from the server, without `remote: ` and right-trimmed.
    pub sent: Vec<String>,
    /// Those lines as the person reads them: the marks of GitLab taken away as its pages do,
    /// colours left to the terminal, and without the line for tools.
    pub remote: Vec<String>,
    /// The line for tools, if there was one.
    pub notice: Option<Value>,
    /// The exit code of the hook, if git ran one and it came back.
    pub hook_exit: Option<i32>,
    /// The audit record that this push left.
    pub audit: Option<Value>,
}

impl Pushed {
    /// Lets `push` happen and gathers what it left. What holds for every push is checked here.
    #[track_caller]
    pub fn observe(lab: &PushLab, push: impl FnOnce(&Path) -> Ended) -> Pushed {
        let before = lab.audit_lines().len();
        let trace = lab.root().join("trace.json");
        drop(std::fs::remove_file(&trace));
        let ended = push(&trace);
        let lines = lab.audit_lines();
        let new = &lines[before.min(lines.len())..];
        assert!(new.len() <= 1, "one push left {} audit records", new.len());
        let stderr = String::from_utf8(ended.stderr.clone())
            .unwrap_or_else(|_| ended.stderr.iter().map(|byte| *byte as char).collect());
        let sent: Vec<String> = stderr
            .split('\n')
            .filter_map(|line| line.strip_prefix("remote:"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end_matches(' ').to_owned())
            .collect();
        let mut remote = message::on_pages_of_gitlab(&sent);
        if lab.setup.noisy {
            drop_words_of_others(&mut remote);
        }
        if std::fs::read_to_string(&lab.config).is_ok_and(|text| text.contains("colour = ")) {
            message::without_colours(&mut remote);
        }
        let notice = message::take_notice(&mut remote);
        let refused = ended.code() != 0 || stderr.contains("! [remote rejected]");
        let pushed = Pushed {
            accepted: !refused,
            sent,
            remote,
            notice,
            hook_exit: hook_exit(&trace),
            audit: new.first().map(|line| record::check(line)),
            stderr,
        };
        pushed.check();
        pushed
    }

    #[track_caller]
    fn check(&self) {
        message::check(&self.remote);
        message::check_size(&self.sent);
        let verdict = self.remote.first().and_then(|line| message::verdict(line));
        let expected = match self.hook_exit {
            Some(1) => matches!(verdict, Some(Verdict::Secrets(_) | Verdict::NotEverything)),
            Some(2) => verdict == Some(Verdict::GateFailed),
            Some(0) => verdict.is_none(),
            _ => true,
        };
        assert!(expected, "the hook ended with {:?} and said:\n{}", self.hook_exit, self.told());
        if let (Some(record), Some(code)) = (&self.audit, self.hook_exit) {
            let decision = if code == 0 { "accept" } else { "reject" };
            assert_eq!(record["decision"], decision, "the hook ended with {code}: {record}");
            assert_eq!(record["reason"] == "error", code == 2, "ended with {code}: {record}");
        }
        if self.hook_exit.is_some_and(|code| code != 0) {
            assert!(!self.accepted, "git accepted what the hook refused:\n{}", self.stderr);
        }
    }

    /// What the pusher was told, for failures.
    pub fn told(&self) -> String {
        format!(
            "{}\n--- whole:\n{}\n--- audit: {:?}",
            self.remote.join("\n"),
            self.stderr,
            self.audit
        )
    }

    /// The push went through and the pusher heard nothing of it.
    #[track_caller]
    pub fn accepted_silently(&self) -> &Pushed {
        assert!(self.accepted, "refused:\n{}", self.told());
        assert_eq!(self.hook_exit, Some(0), "{}", self.told());
        assert!(self.remote.is_empty(), "the pusher was told:\n{}", self.told());
        let record = self.record();
        assert_eq!(record["reason"], "clean", "{record}");
        assert_eq!(self.kinds(), Vec::<String>::new(), "{record}");
        self
    }

    /// The push went through, and the pusher was warned.
    #[track_caller]
    pub fn accepted_with_warning(&self) -> &Pushed {
        assert!(self.accepted, "refused:\n{}", self.told());
        assert_eq!(self.hook_exit, Some(0), "{}", self.told());
        let first = self.remote.first().map_or("", String::as_str);
        assert!(first.starts_with("pushgate: warning:"), "no warning:\n{}", self.told());
        assert_eq!(self.record()["reason"], "warned", "{}", self.told());
        self
    }

    /// Refused for secrets, all of which are of these kinds, and these kinds all there.
    #[track_caller]
    pub fn refused_for(&self, kinds: &[&str]) -> &Pushed {
        self.refused_for_secrets();
        let mut expected: Vec<&str> = kinds.to_vec();
        expected.sort_unstable();
        assert_eq!(self.kinds(), expected, "{}", self.told());
        self
    }

    /// Refused for secrets of whatever kind.
    #[track_caller]
    pub fn refused_for_secrets(&self) -> &Pushed {
        assert!(!self.accepted, "accepted:\n{}", self.told());
        assert_eq!(self.hook_exit, Some(1), "{}", self.told());
        let verdict = message::verdict(self.remote.first().map_or("", String::as_str));
        let record = self.record();
        assert_eq!(record["reason"], "found", "{record}");
        let blocking = self.findings().iter().filter(|f| f["action"] == "block").count();
        assert_eq!(verdict, Some(Verdict::Secrets(blocking)), "{}", self.told());
        self
    }

    /// Refused for secrets, each seen in this source at least once.
    #[track_caller]
    pub fn refused_in(&self, source: &str, kinds: &[&str]) -> &Pushed {
        self.refused_for(kinds);
        for finding in self.findings() {
            let sites = finding["sites"].as_array().expect("a record was checked");
            assert!(
                sites.iter().any(|site| site["source"] == source),
                "not in {source}: {finding}"
            );
        }
        self
    }

    /// Refused because something could not be looked at.
    #[track_caller]
    pub fn refused_undecided(&self) -> &Pushed {
        assert!(!self.accepted, "accepted:\n{}", self.told());
        assert_eq!(self.hook_exit, Some(1), "{}", self.told());
        let verdict = message::verdict(self.remote.first().map_or("", String::as_str));
        assert_eq!(verdict, Some(Verdict::NotEverything), "{}", self.told());
        assert_eq!(self.record()["reason"], "undecided", "{}", self.told());
        self
    }

    /// Refused because the gate could not do its work.
    #[track_caller]
    pub fn gate_failed(&self) -> &Pushed {
        assert!(!self.accepted, "accepted:\n{}", self.told());
        assert_eq!(self.hook_exit, Some(2), "{}", self.told());
        self
    }

    /// Refused, by exit 1 or 2: never accepted, never a crash.
    #[track_caller]
    pub fn refused_somehow(&self) -> &Pushed {
        assert!(!self.accepted, "accepted:\n{}", self.told());
        assert!(matches!(self.hook_exit, Some(1 | 2)), "{:?}: {}", self.hook_exit, self.told());
        self
    }

    /// Whether some line holds this text.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Pushed {
        assert!(
            self.remote.iter().any(|line| line.contains(text)),
            "{text:?} is not in:\n{}",
            self.told()
        );
        self
    }

    #[track_caller]
    pub fn record(&self) -> &Value {
        self.audit.as_ref().unwrap_or_else(|| panic!("no audit record:\n{}", self.told()))
    }

    #[track_caller]
    pub fn findings(&self) -> &Vec<Value> {
        self.record()["findings"].as_array().expect("a record was checked")
    }

    /// The only finding.
    #[track_caller]
    pub fn finding(&self) -> &Value {
        let findings = self.findings();
        assert_eq!(findings.len(), 1, "{}", self.told());
        &findings[0]
    }

    /// The sites of the only finding.
    #[track_caller]
    pub fn sites(&self) -> &Vec<Value> {
        self.finding()["sites"].as_array().expect("a record was checked")
    }

    /// The kinds of all findings, in order.
    #[track_caller]
    pub fn kinds(&self) -> Vec<String> {
        let kind = |finding: &Value| finding["kind"].as_str().expect("just checked").to_owned();
        let mut kinds: Vec<String> = self.findings().iter().map(kind).collect();
        kinds.sort_unstable();
        kinds
    }

    #[track_caller]
    pub fn coverage(&self, counter: &str) -> u64 {
        self.record()["coverage"][counter].as_u64().expect("a record was checked")
    }
}

/// Drops what others said before the hook and after it; among our lines they have no business.
fn drop_words_of_others(remote: &mut Vec<String>) {
    let before = remote.iter().take_while(|line| is_of_others(line)).count();
    remote.drain(..before);
    while remote.last().is_some_and(|line| is_of_others(line)) {
        remote.pop();
    }
}

/// The words of git, and of a forge about pull requests, come on the same band; they begin so, and
/// ours never do.
fn is_of_others(line: &str) -> bool {
    let is_of_git = ["error:", "fatal: ", "warning: ", "hint: "];
    let is_of_forge = ["Create a new pull", "Visit the existing pull", "  http", ". Proc", "Proc"];
    let mut words = is_of_git.iter().chain(&is_of_forge);
    line.is_empty() || words.any(|word| line.starts_with(word))
}

/// The exit code of pre-receive, from the events that git itself logs of its children.
fn hook_exit(trace: &Path) -> Option<i32> {
    let text = String::from_utf8_lossy(&std::fs::read(trace).ok()?).into_owned();
    let events: Vec<Value> =
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let start = events
        .iter()
        .find(|event| event["event"] == "child_start" && event["hook_name"] == "pre-receive")?;
    let exit = events.iter().find(|event| {
        event["event"] == "child_exit"
            && event["sid"] == start["sid"]
            && event["child_id"] == start["child_id"]
    })?;
    i32::try_from(exit["code"].as_i64()?).ok()
}
