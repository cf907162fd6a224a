//! One line of JSON for tools between us and the person: editors, bots, pages of a server.
//!
//! It says what the message says, and no more: what is masked there is masked here. It is ASCII,
//! has no line feed in it, and is bounded, whatever was pushed.

use pushgate_core::finding::{AttributedFinding, Site};
use pushgate_core::policy::Undecided;
use serde::Serialize;

use crate::code::Code;
use crate::report::lines;
use crate::report::text::{Words, short_id};
use crate::show::fit;

/// The form of the line; a change that breaks readers gets another number.
const SCHEMA: &str = "pushgate.message/1";

/// Bytes of the line: with the rest of a message it stays far from what servers cut off.
const BYTES_MAX: usize = 8 << 10;

/// Bytes of the line as it is sent: with the mark of a server before it, and a line feed.
pub(super) const LINE_BYTES_MAX: usize = BYTES_MAX + lines::AROUND_BYTES_MAX;

/// Secrets, and open questions, that are listed.
const LISTED_MAX: usize = 64;

/// Characters of a name from the push.
const NAME_CHARACTERS_MAX: usize = 256;

/// What a tool is told of one push.
#[derive(Debug, Serialize)]
pub(super) struct Notice<'n> {
    schema: &'static str,
    decision: &'static str,
    code: &'static str,
    /// How many secrets there are, those that are not listed included.
    secrets: usize,
    findings: Vec<FindingNotice<'n>>,
    /// How many open questions there are.
    open: usize,
    undecided: Vec<OpenNotice<'n>>,
}

#[derive(Debug, Serialize)]
struct FindingNotice<'n> {
    kind: &'n str,
    grade: &'static str,
    id: String,
    source: Option<&'static str>,
    path: Option<String>,
    inner_path: Option<String>,
    line: Option<u64>,
    column: Option<u64>,
    commit: Option<&'n str>,
    #[serde(rename = "ref")]
    ref_name: Option<String>,
    sites: usize,
}

#[derive(Debug, Serialize)]
struct OpenNotice<'n> {
    cause: &'static str,
    path: Option<String>,
    object: Option<&'n str>,
}

impl<'n> Notice<'n> {
    /// The notice about a push that was judged.
    pub(super) fn of_push(
        words: &'n Words<'n>,
        code: Code,
        findings: &[&'n AttributedFinding],
        open: &[&'n Undecided],
    ) -> Notice<'n> {
        let name = |bytes: &Vec<u8>| fit(&words.shown.ascii(bytes), NAME_CHARACTERS_MAX);
        let listed = findings.iter().take(LISTED_MAX);
        Notice {
            schema: SCHEMA,
            decision: decision(is_warning(code)),
            code: code.name,
            secrets: findings.len(),
            findings: listed.map(|finding| FindingNotice::of(words, finding, &name)).collect(),
            open: open.len(),
            undecided: open
                .iter()
                .take(LISTED_MAX)
                .map(|open| OpenNotice {
                    cause: open.cause.as_str(),
                    path: open.path.as_ref().map(&name),
                    object: open.object.as_deref(),
                })
                .collect(),
        }
    }

    /// The notice about a push that was not judged, and passes all the same if it is `accepted`.
    pub(super) fn of_failure(code: Code, accepted: bool) -> Notice<'static> {
        Notice {
            schema: SCHEMA,
            decision: decision(accepted),
            code: code.name,
            secrets: 0,
            findings: Vec::new(),
            open: 0,
            undecided: Vec::new(),
        }
    }

    /// The line, without a line feed. What does not fit is counted, and not listed.
    pub(super) fn into_line(mut self) -> String {
        loop {
            let line =
                serde_json::to_string(&self).expect("strings, numbers and lists always serialise");
            // Whoever pastes all of a message runs nothing that stands between these quotes.
            let line = line.replace('$', "\\u0024").replace('`', "\\u0060");
            let listed = self.findings.len() + self.undecided.len();
            if line.len() <= BYTES_MAX || listed == 0 {
                return line;
            }
            self.findings.truncate(self.findings.len() / 2);
            self.undecided.truncate(self.undecided.len() / 2);
        }
    }
}

impl<'n> FindingNotice<'n> {
    fn of(
        words: &'n Words<'n>,
        attributed: &'n AttributedFinding,
        name: &impl Fn(&Vec<u8>) -> String,
    ) -> FindingNotice<'n> {
        let finding = &attributed.finding;
        let site: Option<&'n Site> = attributed.sites.first();
        FindingNotice {
            kind: words.installation.rules.get(finding.rule).map_or("", |rule| rule.id.as_str()),
            grade: finding.grade.as_str(),
            id: short_id(&finding.fingerprint),
            source: site.map(|site| site.source.as_str()),
            path: site.and_then(|site| site.path.as_ref()).map(name),
            inner_path: site.and_then(|site| site.inner_path.as_ref()).map(name),
            line: site.map(|site| site.position.line),
            column: site.map(|site| site.position.column),
            commit: site.and_then(|site| site.commit.as_deref()),
            ref_name: site.and_then(|site| site.ref_name.as_ref()).map(name),
            sites: attributed.site_count,
        }
    }
}

fn decision(accepted: bool) -> &'static str {
    if accepted { "accept" } else { "reject" }
}

/// Whether messages with this code are about a push that passes.
fn is_warning(code: Code) -> bool {
    code.name.starts_with("PG03")
}

#[cfg(test)]
mod tests {
    use super::{BYTES_MAX, FindingNotice, Notice, OpenNotice};
    use crate::code;

    #[test]
    fn a_failure_is_one_line() {
        assert_eq!(
            Notice::of_failure(code::CONFIG, false).into_line(),
            "{\"schema\":\"pushgate.message/1\",\"decision\":\"reject\",\"code\":\"PG0202\",\
             \"secrets\":0,\"findings\":[],\"open\":0,\"undecided\":[]}"
        );
    }

    #[test]
    fn a_line_is_bounded_and_counts_what_it_does_not_list() {
        let name = || Some("\\\"".repeat(128));
        let finding = |_| FindingNotice {
            kind: "kind",
            grade: "likely",
            id: "0".repeat(16),
            source: Some("blob"),
            path: name(),
            inner_path: name(),
            line: Some(u64::MAX),
            column: Some(u64::MAX),
            commit: None,
            ref_name: name(),
            sites: usize::MAX,
        };
        let open = |_| OpenNotice { cause: "damaged", path: name(), object: None };
        let mut notice = Notice::of_failure(code::FOUND, false);
        notice.secrets = 20_000;
        notice.findings = (0..super::LISTED_MAX).map(finding).collect();
        notice.open = 20_000;
        notice.undecided = (0..super::LISTED_MAX).map(open).collect();
        let line = notice.into_line();
        assert!(line.len() <= BYTES_MAX, "{}", line.len());
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["secrets"], 20_000);
        assert_eq!(value["open"], 20_000);
        assert!(!value["findings"].as_array().unwrap().is_empty(), "{line}");
    }
}
