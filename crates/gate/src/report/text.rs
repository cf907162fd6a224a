//! What the developer reads: the verdict first, then what, where, why, and what to type now.
//!
//! A message fits its 25 lines with any number of findings; a check, which no server passes on, shows
//! them all. None has a word that a server takes for something else. What is told of a change that
//! was made on a server's pages has no commands: who reads it may have no clone.

use pushgate_core::cause::Cause;
use pushgate_core::finding::{AttributedFinding, Site, State};
use pushgate_core::fingerprint::Fingerprint;
use pushgate_core::haystack::Source;
use pushgate_core::judge::Grade;
use pushgate_core::policy::{Action, Decision, Mode, Undecided};

use crate::code;
use crate::hook::GateError;
use crate::installation::Installation;
use crate::report::lines::{Extent, LINES_MAX, Lines, Manner};
use crate::report::plan::{self, history::History};
use crate::report::tool::Notice;
use crate::show::{Shown, fit};

/// Lines of one secret.
const FINDING_LINES: usize = 4;

/// Places of other secrets that are tried for one line.
const PLACES_MAX: usize = 8;

/// Lines of a refusal besides the secrets, what to do about them and what the admin adds: the
/// verdict, that they are to be revoked, and whom to ask.
const FRAME_LINES: usize = 3;

/// Where our page is, for those whose admin names no other.
const PAGE: &str = "  Page: \"My push was rejected\", or type: pushgate explain rejected";

/// Lines around a plan.
const AROUND_PLAN_LINES: usize = 2;

/// Lines of a refusal that are empty, if there is room for them.
const EMPTY_LINES: usize = 2;

/// Lines on why a refusal could not be recorded.
const UNRECORDED_LINES_MAX: usize = 2;

/// Lines of the text of a failure.
const FAILURE_LINES_MAX: usize = 10;

/// Digits of a fingerprint: enough to find it in the audit record.
const FINGERPRINT_DIGITS: usize = 16;

/// Lines of the header of an annotated tag: object, type, name, and who made it.
const TAG_HEADER_LINES: u64 = 4;

/// Characters on what was not checked, besides the path of the first.
const OPEN_CHARACTERS: usize = 32;

/// Characters on how a secret is written, behind its place.
const DECODERS_CHARACTERS_MAX: usize = 24;

/// Digits of a commit id.
const COMMIT_DIGITS: usize = 8;

/// Words for people about one push.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'w> {
    /// What is known of the push if it is refused.
    pub(crate) history: &'w History,
    pub(crate) installation: &'w Installation,
    pub(crate) shown: Shown<'w>,
    pub(crate) mode: Mode,
    pub(crate) manner: Manner<'w>,
    /// Why a refusal could not be recorded.
    pub(crate) unrecorded: Option<&'w str>,
}

/// The message for a push that was not judged because of `error`.
pub(crate) fn failure(error: &GateError, shown: Shown<'_>, manner: Manner<'_>) -> String {
    let mut lines = Lines::default();
    lines.refusal("the gate itself failed", error.code);
    lines.blank();
    lines.wrapped(&shown.ascii(error.text.as_bytes()), "  > ", FAILURE_LINES_MAX);
    lines.blank();
    lines.push("  This is not about what you pushed. Nothing of it was kept.");
    lines.push(match error.code {
        code::STOPPED => "  Push again. If it stays so, tell an admin, with the lines above.",
        _ => "  Please tell an admin of this server, with the lines above.",
    });
    let json = manner.has_json().then(|| Notice::of_failure(error.code, false).into_line());
    lines.into_text(manner, manner.own_lines(), json)
}

/// The warning for a push that passes although `error` kept it from being judged, or recorded.
pub(crate) fn let_through(error: &GateError, shown: Shown<'_>, manner: Manner<'_>) -> String {
    let mut lines = Lines::default();
    let what = match error.code {
        code::AUDIT => "this push could not be recorded",
        _ => "the gate itself failed; nothing was checked",
    };
    lines.warning(what, code::LET_THROUGH);
    lines.wrapped(&shown.ascii(error.text.as_bytes()), "  > ", FAILURE_LINES_MAX);
    let json = manner.has_json().then(|| Notice::of_failure(code::LET_THROUGH, true).into_line());
    lines.into_text(manner, Vec::new(), json)
}

/// What to do after revoking.
#[derive(Debug)]
struct Steps {
    lines: Vec<String>,
    /// Whether the page is named.
    names_page: bool,
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
        let verdict = format!("{} found", secrets(findings.len()));
        lines.refusal(&verdict, code::FOUND);
        lines.blank();
        let others = FRAME_LINES
            + UNRECORDED_LINES_MAX * usize::from(self.unrecorded.is_some())
            + usize::from(!open.is_empty())
            + self.manner.own_lines().len()
            + usize::from(!self.manner.has_page())
            + usize::from(self.manner.has_json());
        let room = LINES_MAX.saturating_sub(others);
        let beside = FINDING_LINES + AROUND_PLAN_LINES + usize::from(findings.len() > 1);
        let steps = self.steps(findings, room.saturating_sub(beside));
        // The plan is what people need; of the findings, those stand there that fit beside it.
        let room = room.saturating_sub(steps.lines.len());
        let (room, spare) = match self.manner.extent {
            Extent::Message if findings.len().saturating_mul(FINDING_LINES) > room => {
                let free = room.saturating_sub(EMPTY_LINES + 1);
                let shown = (free / FINDING_LINES).max(1);
                (shown, free.saturating_sub(shown.saturating_mul(FINDING_LINES)))
            }
            _ => (usize::MAX, 0),
        };
        self.findings(&mut lines, findings, room);
        let hidden = findings.get(room..).filter(|_| spare > 0).unwrap_or_default();
        self.places_of(hidden).into_iter().for_each(|line| lines.push(line));
        // A message has one line for them.
        let at_once = match self.manner.extent {
            Extent::Message => open.len().max(1),
            Extent::Check => 1,
        };
        for open in open.chunks(at_once).take(self.manner.extent.shown_max()) {
            lines.push(format!("  Not checked to the end: {}", self.open(open)));
        }
        lines.blank();
        lines.push("  Now: 1. Revoke what is listed. Treat it as exposed.");
        for line in steps.lines {
            lines.step(line);
        }
        lines.push("  Not a secret? Give an admin of this server the number after the #.");
        if steps.names_page && !self.manner.has_page() {
            lines.push(PAGE);
        }
        self.refused(lines, || Notice::of_push(self, code::FOUND, findings, open))
    }

    fn undecided(&self, open: &[&Undecided]) -> String {
        let mut lines = Lines::default();
        lines.refusal("not everything could be checked", code::UNDECIDED);
        lines.blank();
        let max = self.manner.extent.shown_max();
        for open in open.iter().take(max) {
            lines.push(format!("  {}", self.open(&[open])));
            if let Some(detail) = &open.detail {
                let shown = self.shown.calm(detail.as_bytes());
                lines.wrapped(&shown, "    > ", 2);
            }
        }
        if let Some(more) = open.len().checked_sub(max).filter(|more| *more > 0) {
            lines.push(format!("  and {more} more"));
        }
        lines.blank();
        lines.push("  No secret that blocks was found, but not all could be checked.");
        let is_late = open.iter().any(|open| open.cause == Cause::OutOfTime);
        let is_ours = open.iter().all(|open| matches!(open.cause, Cause::Detector(_)));
        if is_ours {
            lines.push("  Nothing of it was kept. What failed is a detector of this server, not");
            lines.push("  you: tell an admin, with the lines above.");
        } else if self.manner.on_web {
            lines.push("  Nothing of this change was kept.");
            lines.push("  Leave out what is listed, change less at once, or ask an admin.");
        } else if is_late {
            lines.push("  Nothing of this push was kept.");
            lines.push("  The time ran out: push it in parts, the oldest commits first, each");
            lines.push("  with a later COMMIT, until all are there:");
            lines.step("    git push origin COMMIT:refs/heads/BRANCH".to_owned());
            lines.push("  Or ask an admin of this server, who can raise deadline_ms.");
        } else {
            lines.push("  Nothing of this push was kept.");
            lines.push("  Leave out what is listed, push less at once, or ask an admin.");
        }
        if !self.manner.on_web && !self.manner.has_page() {
            lines.push(PAGE);
        }
        self.refused(lines, || Notice::of_push(self, code::UNDECIDED, &[], open))
    }

    fn warning(&self, findings: &[&AttributedFinding], open: &[&Undecided]) -> String {
        if findings.is_empty() && open.is_empty() {
            return String::new();
        }
        let mut lines = Lines::default();
        if !findings.is_empty() {
            let is_minor = |it: &&AttributedFinding| {
                it.introduced_count == 0 || it.finding.grade == Grade::Weak
            };
            let all_minor = self.mode != Mode::Warn && findings.iter().all(is_minor);
            lines.warning(&warned_of(findings.len(), all_minor), code::WARNED);
            self.findings(&mut lines, findings, usize::MAX);
            lines.push("  Revoke what is live: whoever can read the repository can use it.");
        }
        if !open.is_empty() {
            let verdict = "not all could be checked; the push passes";
            lines.warning(verdict, code::LET_THROUGH);
            lines.push(format!("  {}", self.open(open)));
        }
        let code = if findings.is_empty() { code::LET_THROUGH } else { code::WARNED };
        let notice = || Notice::of_push(self, code, findings, open).into_line();
        lines.into_text(self.manner, Vec::new(), self.manner.has_json().then(notice))
    }

    fn findings(&self, lines: &mut Lines, findings: &[&AttributedFinding], room: usize) {
        let max = room.min(self.manner.extent.shown_max());
        for finding in findings.iter().take(max) {
            self.finding(lines, finding);
        }
        if let Some(more) = findings.len().checked_sub(max).filter(|more| *more > 0) {
            let more =
                if more == 1 { "1 more secret".to_owned() } else { format!("{more} more secrets") };
            // The plan takes all of them out: none may be forgotten that is to be revoked.
            lines.push(match self.manner.extent {
                Extent::Message => {
                    format!("  and {more} to revoke: pushgate check or an admin lists them")
                }
                Extent::Check => format!("  and {more}; check again to see what is left"),
            });
        }
    }

    /// Where those secrets stand for which there is no room, as many as fit one line.
    fn places_of(&self, findings: &[&AttributedFinding]) -> Option<String> {
        let sites = findings.iter().filter_map(|finding| finding.sites.first());
        let places: Vec<String> = sites.take(PLACES_MAX).map(|site| self.place(site)).collect();
        let line = |shown: usize| {
            let listed = places.get(..shown)?.join(", ");
            let more = match findings.len().saturating_sub(shown) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let line = format!("    at {listed}{more}");
            (line.len() <= self.manner.extent.width()).then_some(line)
        };
        (1..=places.len()).rev().find_map(line)
    }

    fn finding(&self, lines: &mut Lines, attributed: &AttributedFinding) {
        let finding = &attributed.finding;
        let Some(rule) = self.installation.rules.get(finding.rule) else { return };
        let evidence = self.installation.evidence(rule.detector, finding.evidence);
        let fingerprint = short_id(&finding.fingerprint);
        let grade = finding.grade.as_str();
        let old = if attributed.state == State::Existing { ", already there" } else { "" };
        lines.title(format!("  {} ({grade}{old}) #{fingerprint}", rule.title));
        let decoders = match finding.decoded_from.as_slice() {
            [] => String::new(),
            decoders => format!(" in {}", decoders.join(" in ")),
        };
        let length = format!("; {} characters{decoders}", finding.secret_bytes);
        let width = self.manner.extent.width();
        match attributed.sites.split_first() {
            Some((site, others)) => {
                let others = others.get(..self.manner.extent.places_max() - 1).unwrap_or(others);
                let more = match attributed.site_count.saturating_sub(1 + others.len()) {
                    0 => String::new(),
                    1 => " and 1 more place".to_owned(),
                    count => format!(" and {count} more places"),
                };
                let carrier = self.carrier(site, evidence.len());
                let commit = site.commit.as_deref().map(short).filter(|_| carrier.is_none());
                let more = commit.map_or(more.clone(), |commit| format!("{more} in {commit}"));
                let why = format!("    {}{evidence}", carrier.unwrap_or_default());
                // A reason that is whole says more than one with a length; then what must be
                // decoded to find the secret stands behind the place.
                let has_room = why.len() + length.len() <= width;
                let more = match finding.decoded_from.as_slice() {
                    [] => more,
                    _ if has_room => more,
                    decoders => format!(" ({}){more}", encoded(decoders)),
                };
                let place = self.place(site);
                let room = width - "    at ".len() - more.len();
                // The beginning of the text that is to be looked for there, if it stands there so.
                let shape = rule.prefix.as_ref().filter(|_| decoders.is_empty());
                let shape = shape.map(|prefix| format!(" ({prefix}...)"));
                let shape = shape.filter(|shape| place.len() + shape.len() <= room);
                let place = fit(&place, room) + shape.as_deref().unwrap_or_default();
                lines.push(format!("    at {place}{more}"));
                for other in others {
                    let commit = other.commit.as_deref().filter(|_| other.commit != site.commit);
                    let commit = commit.map(|id| format!(" in {}", short(id))).unwrap_or_default();
                    lines.push(format!("    at {}{commit}", self.place(other)));
                }
                lines.push(if has_room { why + &length } else { why });
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
        let width = self.manner.extent.width();
        let commit = site.commit.as_deref().map(short).unwrap_or_default();
        let line = site.position.line;
        let path = site.path.as_ref().map(|path| shown.calm(path));
        match (site.source, path) {
            (Source::RefName, _) => {
                let name = site.ref_name.as_deref().unwrap_or_default();
                let folders: [(&[u8], &str); 2] =
                    [(b"refs/heads/", "branch"), (b"refs/tags/", "tag")];
                let folder = folders.iter().find(|(folder, _)| name.starts_with(folder));
                format!("the name of the {}", folder.map_or("ref", |(_, kind)| kind))
            }
            (Source::Commit, _) => format!("{} of commit {commit}", self.part_of_commit(site)),
            (Source::Tag, _) if line > TAG_HEADER_LINES => "the message of the tag".to_owned(),
            (Source::Tag, _) => format!("the header of the tag, line {line}"),
            (Source::TreeName, Some(path)) => format!("the name {path}"),
            (_, Some(path)) => {
                // In an archive nobody counts lines: its entry says more.
                let (path, position) = match &site.inner_path {
                    Some(inner) => (format!("{path}!/{}", shown.calm(inner)), String::new()),
                    None => (path, format!(":{line}:{}", site.position.column)),
                };
                format!("{}{position}", fit(&path, width - "    at ".len() - position.len()))
            }
            (_, None) => {
                let object = site.object.as_deref().map(short).unwrap_or_default();
                format!("object {object}, line {line}, which no commit names")
            }
        }
    }

    /// Which part of a commit a secret stands in: its header begins with the tree and the parents.
    fn part_of_commit(&self, site: &Site) -> String {
        let line = site.position.line;
        let parents = site.commit_parents.map(|parents| parents as u64);
        let known =
            self.history.commits.iter().find(|known| Some(&known.id) == site.commit.as_ref());
        match (parents, known) {
            (Some(parents), _) if line == parents + 2 => "the author".to_owned(),
            (Some(parents), _) if line == parents + 3 => "the committer".to_owned(),
            (_, Some(known)) if line > known.header_lines => "the message".to_owned(),
            _ => format!("line {line} of the text"),
        }
    }

    /// The commit and ref that bring a secret, as words before a reason of so many characters;
    /// without the ref if both do not fit, and `None` if neither does.
    fn carrier(&self, site: &Site, reason: usize) -> Option<String> {
        let name = self.shown.calm(site.ref_name.as_ref()?);
        let name = fit(name.strip_prefix("refs/heads/").unwrap_or(&name), 24);
        let width = self.manner.extent.width();
        let fits = |words: &String| "    ".len() + words.len() + reason <= width;
        match site.commit.as_deref().map(short) {
            None => Some(format!("on {name}: ")).filter(fits),
            Some(commit) => Some(format!("in {commit} on {name}: "))
                .filter(fits)
                .or_else(|| Some(format!("in {commit}: ")).filter(fits)),
        }
    }

    /// What was not checked, in a few words.
    fn open(&self, open: &[&Undecided]) -> String {
        let Some(first) = open.first() else { return String::new() };
        let what = match (&first.path, &first.object) {
            (Some(path), _) => {
                let room = self.manner.extent.width().saturating_sub(OPEN_CHARACTERS);
                fit(&self.shown.calm(path), room)
            }
            (None, Some(object)) => format!("object {}", short(object)),
            (None, None) => "the push".to_owned(),
        };
        let more = match open.len() {
            0 | 1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        format!("{what} ({}){more}", first.cause.as_str())
    }

    /// What to do after revoking, with a plan of at most `lines_max` lines.
    fn steps(&self, findings: &[&AttributedFinding], lines_max: usize) -> Steps {
        if self.manner.on_web {
            let steps = plan::on_web(self.manner.merges).iter();
            let lines = steps.map(|&line| line.to_owned()).collect();
            return Steps { lines, names_page: false };
        }
        let told = plan::told(findings, self.history, self.shown, lines_max);
        let place = if told.in_top_folder { " (in the top folder)" } else { "" };
        let mut lines = vec![format!("       2. Take it out of the history that you push{place}:")];
        lines.extend(told.lines.into_iter().map(|line| format!("    {line}")));
        lines.push("       3. Push again. Nothing of this push was kept.".to_owned());
        Steps { lines, names_page: told.names_page }
    }

    /// The text of a refusal, with what every refusal ends in.
    fn refused<'n>(&'n self, mut lines: Lines, notice: impl FnOnce() -> Notice<'n>) -> String {
        if let Some(reason) = self.unrecorded {
            let reason = self.shown.ascii(reason.as_bytes());
            lines.wrapped(&reason, "  > ", UNRECORDED_LINES_MAX);
        }
        let json = self.manner.has_json().then(|| notice().into_line());
        lines.into_text(self.manner, self.manner.own_lines(), json)
    }
}

/// The short id of a secret: the number that people are told.
pub(super) fn short_id(fingerprint: &Fingerprint) -> String {
    let mut digits = fingerprint.to_hex();
    digits.truncate(FINGERPRINT_DIGITS);
    digits
}

/// The verdict on secrets with which a push passes.
fn warned_of(count: usize, all_minor: bool) -> String {
    let what = secrets(count);
    match all_minor {
        true => format!("{what}, old or weak; the push passes"),
        false => format!("{what} found; the push passes"),
    }
}

fn secrets(count: usize) -> String {
    if count == 1 { "1 secret".to_owned() } else { format!("{count} secrets") }
}

fn short(id: &str) -> &str {
    id.get(..COMMIT_DIGITS).unwrap_or(id)
}

/// How a secret is written that is encoded by all of these, in a few words.
fn encoded(decoders: &[&str]) -> String {
    let shown = |count: usize| {
        let names = decoders.get(..count).unwrap_or(decoders).join(" in ");
        match decoders.len() - count {
            0 => format!("in {names}"),
            more => format!("in {names} and {more} more"),
        }
    };
    let texts = (1..=decoders.len()).rev().map(shown);
    let mut fitting = texts.filter(|text| text.len() <= DECODERS_CHARACTERS_MAX);
    fitting.next().unwrap_or_else(|| format!("encoded {} times", decoders.len()))
}

#[cfg(test)]
mod tests {
    use super::{encoded, failure, warned_of};
    use crate::code;
    use crate::config::{Config, MessageSettings};
    use crate::environment::Environment;
    use crate::hook::GateError;
    use crate::report::lines::Manner;
    use crate::show::Shown;

    /// Nothing is cut out of a first line, in a check either, where more words stand before it.
    #[test]
    fn a_warning_is_whole_however_many_secrets_there_are() {
        for count in [1, 99, 1_000] {
            for all_minor in [false, true] {
                let verdict = warned_of(count, all_minor);
                let line = format!("pushgate: check: warning: {verdict} [PG0301]");
                assert!(line.len() <= 80, "{line}");
                let line = format!("pushgate: warning: {verdict} [PG0301]");
                assert!(line.len() <= 72, "{line}");
            }
        }
    }

    #[test]
    fn encodings_that_do_not_fit_are_counted() {
        for (decoders, expected) in [
            (&["base64"][..], "in base64"),
            (&["base64", "base64"], "in base64 in base64"),
            (&["gzip", "base64", "hex"], "in gzip in base64 in hex"),
            (&["base64", "quoted-printable", "hex"], "in base64 and 2 more"),
            (&["quoted-printable", "base64"], "encoded 2 times"),
        ] {
            assert_eq!(encoded(decoders), expected);
        }
    }

    #[test]
    fn a_failure_is_told_within_bounds_whatever_its_text() {
        let message = MessageSettings { help: Some("Help: ask".to_owned()), ..Default::default() };
        let config = Config { message, ..Config::embedded() };
        let environment = Environment::of_variables(&[]);
        let manner = Manner::of(&config, &environment);
        for text in ["x".repeat(100_000), "error ".repeat(10_000), "\x1b[31m\0\n".repeat(5_000)] {
            let error = GateError { code: code::CONFIG, text };
            let text = failure(&error, Shown::unjudged(None), manner);
            assert!(text.starts_with("pushgate: push refused: the gate itself failed [PG0202]\n"));
            assert!(text.lines().count() <= 25);
            assert!(text.lines().all(|line| line.len() <= 72));
            assert!(text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)));
            assert!(text.ends_with("Help: ask\n"));
        }
    }
}
