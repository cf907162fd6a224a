//! What the developer reads: the verdict first, then what, where, why, and what to type now.
//!
//! At most 25 lines of 72 ASCII characters, with any number of findings: with git's `remote: `
//! before it, a line still fits 80 columns. No line begins with a word that git colours, none has
//! a word that a server takes for something else.

use pushgate_core::cause::Cause;
use pushgate_core::finding::{AttributedFinding, Site};
use pushgate_core::haystack::Source;
use pushgate_core::policy::{Action, Decision, Mode, Undecided};

use crate::code::{self, Code};
use crate::hook::GateError;
use crate::installation::Installation;
use crate::report::plan::{self, history::History};
use crate::show::{Shown, fit};

/// Characters of a line.
const WIDTH: usize = 72;

/// Lines of a message.
const LINES_MAX: usize = 25;

/// Secrets that are shown one by one, with four lines each.
const FINDINGS_SHOWN_MAX: usize = 3;

/// Lines of one secret.
const FINDING_LINES: usize = 4;

/// Lines that the secrets have together with the plan: the others are the verdict, a line for more
/// secrets and one for what was not checked, what to do, and two empty ones.
const FINDING_LINES_ROOM: usize = LINES_MAX - 10;

/// Open questions that are shown one by one.
const UNDECIDED_SHOWN_MAX: usize = 3;

/// Lines on why a refusal could not be recorded.
const UNRECORDED_LINES_MAX: usize = 2;

/// Lines of the text of a failure.
const FAILURE_LINES_MAX: usize = 10;

/// Digits of a fingerprint: enough to find it in the audit record.
const FINGERPRINT_DIGITS: usize = 16;

/// Digits of a commit id.
const COMMIT_DIGITS: usize = 8;

/// Words at the start of a line that git clients colour.
const COLOURED: &[&str] = &["hint", "warning", "success", "error"];

/// A message, line by line.
#[derive(Debug, Default)]
struct Lines(Vec<String>);

impl Lines {
    fn push(&mut self, line: impl Into<String>) {
        let line: String = line.into();
        let words = line.trim_start();
        let coloured = COLOURED.iter().any(|word| {
            words.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        });
        let line = if coloured { format!("  - {words}") } else { line };
        self.0.push(fit(line.trim_end(), WIDTH));
    }

    fn blank(&mut self) {
        self.0.push(String::new());
    }

    /// Adds `text`, broken at blanks, each line behind `indent`; at most `lines_max` lines.
    fn wrapped(&mut self, text: &str, indent: &str, lines_max: usize) {
        let room = WIDTH - indent.len();
        let mut lines: Vec<String> = vec![String::new()];
        // A word that is longer than a line, such as a path, goes on in the next.
        let words = text.split_ascii_whitespace().flat_map(|word| pieces(word, room));
        for word in words {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(word),
                Some(line) if line.len() + 1 + word.len() <= room => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        if lines.len() > lines_max {
            lines.truncate(lines_max.saturating_sub(1));
            lines.push("...".to_owned());
        }
        for line in lines {
            self.push(format!("{indent}{line}"));
        }
    }

    fn into_text(mut self) -> String {
        self.0.truncate(LINES_MAX);
        let mut text = self.0.join("\n");
        text.push('\n');
        text
    }
}

/// Words for people about one push.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'w> {
    /// What is known of the push if it is refused.
    pub(crate) history: &'w History,
    pub(crate) installation: &'w Installation,
    pub(crate) shown: Shown<'w>,
    pub(crate) mode: Mode,
    pub(crate) help: Option<&'w str>,
    /// Why a refusal could not be recorded.
    pub(crate) unrecorded: Option<&'w str>,
}

/// The message for a push that was not judged because of `error`.
pub(crate) fn failure(error: &GateError, shown: Shown<'_>, help: Option<&str>) -> String {
    let mut lines = Lines::default();
    lines.push(first("push refused: the gate itself failed", error.code));
    lines.blank();
    lines.wrapped(&shown.ascii(error.text.as_bytes()), "  > ", FAILURE_LINES_MAX);
    lines.blank();
    lines.push("  This is not about what you pushed. Nothing of it was kept.");
    lines.push("  Please tell an admin of this server, with the lines above.");
    if let Some(help) = help {
        lines.push(format!("  {help}"));
    }
    lines.into_text()
}

/// The warning for a push that passes although `error` kept it from being judged, or recorded.
pub(crate) fn let_through(error: &GateError, shown: Shown<'_>) -> String {
    let mut lines = Lines::default();
    let what = match error.code {
        code::AUDIT => "warning: this push could not be recorded",
        _ => "warning: the gate itself failed; nothing was checked",
    };
    lines.push(first(what, code::LET_THROUGH));
    lines.wrapped(&shown.ascii(error.text.as_bytes()), "  > ", FAILURE_LINES_MAX);
    lines.into_text()
}

fn first(verdict: &str, code: Code) -> String {
    format!("pushgate: {verdict} [{}]", code.name)
}

impl Words<'_> {
    /// The message about `decision`; empty if there is nothing to say.
    pub(crate) fn decision(&self, decision: &Decision) -> String {
        let told = |action: Action| action != Action::Ignore;
        let blocking: Vec<_> = decision
            .findings
            .iter()
            .filter(|(_, action)| *action == Action::Block)
            .map(|(finding, _)| finding)
            .collect();
        if decision.accepted {
            let findings: Vec<_> = decision
                .findings
                .iter()
                .filter(|(_, action)| told(*action))
                .map(|(finding, _)| finding)
                .collect();
            let open = decision.undecided.iter().filter(|(_, action)| told(*action));
            return self.warning(&findings, &open.map(|(open, _)| open).collect::<Vec<_>>());
        }
        let open: Vec<_> = decision.undecided.iter().map(|(open, _)| open).collect();
        if blocking.is_empty() { self.undecided(&open) } else { self.found(&blocking, &open) }
    }

    fn found(&self, findings: &[&AttributedFinding], open: &[&Undecided]) -> String {
        let mut lines = Lines::default();
        let verdict = format!("push refused: {} found", secrets(findings.len()));
        lines.push(first(&verdict, code::FOUND));
        lines.blank();
        let plan = plan::lines(findings, self.history, self.shown);
        // The plan is what people need; of the findings, those stand there that fit beside it.
        let room = FINDING_LINES_ROOM
            .saturating_sub(plan.len() + 2 * usize::from(self.unrecorded.is_some()));
        self.findings(&mut lines, findings, (room / FINDING_LINES).max(1));
        if !open.is_empty() {
            lines.push(format!("  Not checked to the end: {}", self.open(open)));
        }
        lines.blank();
        lines.push("  Now: 1. Revoke what is listed. Treat it as exposed.");
        lines.push("       2. Take it out of the history that you push:");
        for line in plan {
            lines.push(format!("    {line}"));
        }
        lines.push("       3. Push again. Nothing of this push was kept.");
        lines.push("  Not a secret? Give an admin of this server the number after the #.");
        self.help(&mut lines);
        lines.into_text()
    }

    fn undecided(&self, open: &[&Undecided]) -> String {
        let mut lines = Lines::default();
        lines.push(first("push refused: not everything could be checked", code::UNDECIDED));
        lines.blank();
        for open in open.iter().take(UNDECIDED_SHOWN_MAX) {
            lines.push(format!("  {}", self.open(&[open])));
            if let Some(detail) = &open.detail {
                let shown = self.shown.ascii(detail.as_bytes());
                lines.wrapped(&shown, "    > ", 2);
            }
        }
        if let Some(more) = open.len().checked_sub(UNDECIDED_SHOWN_MAX).filter(|more| *more > 0) {
            lines.push(format!("  and {more} more"));
        }
        lines.blank();
        lines.push("  Nothing that blocks was found, but not all was looked at to its end.");
        if open.iter().any(|open| open.cause == Cause::OutOfTime) {
            lines.push("  Nothing of this push was kept. The time ran out: push it in parts, the");
            lines.push("  oldest commits first, each with a later COMMIT, until all are there:");
            lines.push("    git push origin COMMIT:refs/heads/BRANCH");
            lines.push("  Or ask an admin of this server, who can raise deadline_ms.");
        } else {
            lines.push("  Nothing of this push was kept. Push less at once, or leave out what");
            lines.push("  is listed, or ask an admin of this server.");
        }
        self.help(&mut lines);
        lines.into_text()
    }

    fn warning(&self, findings: &[&AttributedFinding], open: &[&Undecided]) -> String {
        if findings.is_empty() && open.is_empty() {
            return String::new();
        }
        let mut lines = Lines::default();
        if !findings.is_empty() {
            let what = secrets(findings.len());
            let verdict = if self.mode == Mode::Warn {
                format!("warning: {what} found; the push passes")
            } else {
                format!("warning: {what} old or unsure; the push passes")
            };
            lines.push(first(&verdict, code::WARNED));
            self.findings(&mut lines, findings, FINDINGS_SHOWN_MAX);
            lines.push("  Revoke what is live: whoever can read the repository can use it.");
        }
        if !open.is_empty() {
            let verdict = "warning: not everything could be checked";
            lines.push(first(verdict, code::LET_THROUGH));
            lines.push(format!("  {}", self.open(open)));
        }
        lines.into_text()
    }

    fn findings(&self, lines: &mut Lines, findings: &[&AttributedFinding], room: usize) {
        let max = room.min(FINDINGS_SHOWN_MAX);
        for finding in findings.iter().take(max) {
            self.finding(lines, finding);
        }
        if let Some(more) = findings.len().checked_sub(max).filter(|more| *more > 0) {
            lines.push(format!("  and {} more; push again to see what is left", secrets(more)));
        }
    }

    fn finding(&self, lines: &mut Lines, attributed: &AttributedFinding) {
        let finding = &attributed.finding;
        let Some(rule) = self.installation.rules.get(finding.rule) else { return };
        let evidence = self.installation.evidence(rule.detector, finding.evidence);
        let fingerprint = finding.fingerprint.to_hex();
        let fingerprint = fingerprint.get(..FINGERPRINT_DIGITS).unwrap_or_default();
        lines.push(format!("  {} ({}) #{fingerprint}", rule.title, finding.grade.as_str()));
        let decoded = match finding.decoded_from.as_slice() {
            [] => String::new(),
            decoders => format!(" in {}", decoders.join(" in ")),
        };
        let length = format!("; {} characters{decoded}", finding.secret_bytes);
        match attributed.sites.first() {
            Some(site) => {
                let more = match attributed.site_count {
                    0 | 1 => String::new(),
                    count => format!(" and {} more", count - 1),
                };
                let place = fit(&self.place(site), WIDTH - "    at ".len() - more.len());
                lines.push(format!("    at {place}{more}"));
                let why = format!("    {}{evidence}", self.carrier(site));
                // A reason that is whole says more than one with a length.
                let room = WIDTH.saturating_sub(why.len());
                lines.push(if length.len() <= room { why + &length } else { why });
            }
            None => lines.push(format!("    {evidence}{length}")),
        }
        match &rule.revoke_url {
            Some(url) => lines.push(format!("    revoke: {url}")),
            None => lines.push(format!("    revoke: {}", rule.revoke)),
        }
    }

    /// Where a secret stands, in a few words.
    fn place(&self, site: &Site) -> String {
        let shown = self.shown;
        let commit = site.commit.as_deref().map(short).unwrap_or_default();
        let line = site.position.line;
        let path = site.path.as_ref().map(|path| shown.ascii(path));
        match (site.source, path) {
            (Source::RefName, _) => "the name of the ref".to_owned(),
            (Source::Commit, _) => format!("the text of commit {commit}, line {line}"),
            (Source::Tag, _) => format!("the text of the tag, line {line}"),
            (Source::TreeName, Some(path)) => format!("the name {path}"),
            (_, Some(path)) => {
                // In an archive nobody counts lines: its entry says more.
                let (path, position) = match &site.inner_path {
                    Some(inner) => (format!("{path}!/{}", shown.ascii(inner)), String::new()),
                    None => (path, format!(":{line}:{}", site.position.column)),
                };
                format!("{}{position}", fit(&path, WIDTH - "    at ".len() - position.len()))
            }
            (_, None) => {
                let object = site.object.as_deref().map(short).unwrap_or_default();
                format!("object {object}, line {line}, which no commit names")
            }
        }
    }

    /// The commit and ref that bring a secret, as words before the reason.
    fn carrier(&self, site: &Site) -> String {
        let Some(name) = &site.ref_name else { return String::new() };
        let name = self.shown.ascii(name);
        let name = fit(name.strip_prefix("refs/heads/").unwrap_or(&name), 24);
        match site.commit.as_deref().map(short) {
            Some(commit) => format!("in {commit} on {name}: "),
            None => format!("on {name}: "),
        }
    }

    /// What was not checked, in a few words.
    fn open(&self, open: &[&Undecided]) -> String {
        let Some(first) = open.first() else { return String::new() };
        let what = match (&first.path, &first.object) {
            (Some(path), _) => fit(&self.shown.ascii(path), 40),
            (None, Some(object)) => format!("object {}", short(object)),
            (None, None) => "the push".to_owned(),
        };
        let more = match open.len() {
            0 | 1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        format!("{what} ({}){more}", first.cause.as_str())
    }

    fn help(&self, lines: &mut Lines) {
        if let Some(reason) = self.unrecorded {
            let reason = self.shown.ascii(reason.as_bytes());
            lines.wrapped(&reason, "  > ", UNRECORDED_LINES_MAX);
        }
        if let Some(help) = self.help {
            lines.push(help);
        }
    }
}

/// `word`, which is ASCII, in pieces of at most `room` characters.
fn pieces(word: &str, room: usize) -> impl Iterator<Item = &str> {
    (0..word.len())
        .step_by(room)
        .filter_map(move |start| word.get(start..word.len().min(start + room)))
}

fn secrets(count: usize) -> String {
    if count == 1 { "1 secret".to_owned() } else { format!("{count} secrets") }
}

fn short(id: &str) -> &str {
    id.get(..COMMIT_DIGITS).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::{Lines, failure};
    use crate::code;
    use crate::hook::GateError;
    use crate::show::Shown;

    #[test]
    fn lines_that_git_would_colour_begin_with_a_dash() {
        let mut lines = Lines::default();
        lines.push("  error.log at 3");
        lines.push("warning: here");
        lines.push("  hinterland");
        let text = lines.into_text();
        for line in text.lines() {
            assert!(line.starts_with("  - "), "{line}");
        }
    }

    #[test]
    fn a_failure_is_told_within_bounds_whatever_its_text() {
        for text in ["x".repeat(100_000), "error ".repeat(10_000), "\x1b[31m\0\n".repeat(5_000)] {
            let error = GateError { code: code::CONFIG, text };
            let text = failure(&error, Shown::unjudged(None), Some("Help: ask"));
            assert!(text.starts_with("pushgate: push refused: the gate itself failed [PG0202]\n"));
            assert!(text.lines().count() <= 25);
            assert!(text.lines().all(|line| line.len() <= 72));
            assert!(text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)));
            assert!(text.ends_with("Help: ask\n"));
        }
    }
}
