//! The audit record: what `docs/admin/audit.md` promises, field by field.

use std::collections::BTreeSet;
use std::time::Duration;

use pushgate_core::cause::Cause;
use pushgate_core::finding::{AttributedFinding, Site};
use pushgate_core::matcher::RuleIndex;
use pushgate_core::policy::{Action, Undecided};
use pushgate_git::Push;
use serde::Serialize;

use crate::clock::{Clock, Stages};
use crate::config::Config;
use crate::environment::Environment;
use crate::hook::GateError;
use crate::installation::Installation;
use crate::pre_receive::Judged;
use crate::show::Shown;

/// The form of the record; a change that breaks readers gets another number.
const SCHEMA: &str = "pushgate.audit/1";

/// Bytes of a name from the environment that are recorded.
const NAME_BYTES_MAX: usize = 256;

/// One line of the audit file.
#[derive(Debug, Serialize)]
pub(crate) struct Record {
    schema: &'static str,
    time: String,
    push: String,
    repository: String,
    pusher: PusherRecord,
    mode: &'static str,
    profile: &'static str,
    deadline_ms: u64,
    decision: &'static str,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorRecord>,
    refs: Vec<RefRecord>,
    findings: Vec<FindingRecord>,
    undecided: Vec<UndecidedRecord>,
    coverage: CoverageRecord,
    rules: RulesRecord,
    timing_us: TimingRecord,
}

#[derive(Debug, Serialize)]
struct PusherRecord {
    name: String,
    source: &'static str,
}

#[derive(Debug, Serialize)]
struct ErrorRecord {
    code: &'static str,
    text: String,
}

#[derive(Debug, Serialize)]
struct RefRecord {
    name: String,
    old: String,
    new: String,
}

#[derive(Debug, Serialize)]
struct FindingRecord {
    kind: String,
    also: Vec<String>,
    grade: &'static str,
    evidence: String,
    state: &'static str,
    action: &'static str,
    fingerprint: String,
    secret_bytes: usize,
    decoded_from: Vec<&'static str>,
    site_count: usize,
    sites: Vec<SiteRecord>,
}

#[derive(Debug, Serialize)]
struct SiteRecord {
    source: &'static str,
    object: Option<String>,
    commit: Option<String>,
    #[serde(rename = "ref")]
    ref_name: Option<String>,
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inner_path: Option<String>,
    line: u64,
    column: u64,
}

#[derive(Debug, Serialize)]
struct UndecidedRecord {
    cause: &'static str,
    object: Option<String>,
    path: Option<String>,
    detail: Option<String>,
    action: &'static str,
}

#[derive(Debug, Default, Serialize)]
struct CoverageRecord {
    objects: u64,
    blobs: u64,
    commits: u64,
    tags: u64,
    trees: u64,
    bytes: u64,
    bytes_searched: u64,
    unfinished: u64,
    unreadable_containers: u64,
    skipped: u64,
}

#[derive(Debug, Default, Serialize)]
struct RulesRecord {
    digest: String,
    count: usize,
    detectors: Vec<DetectorRecord>,
}

#[derive(Debug, Serialize)]
struct DetectorRecord {
    name: String,
    version: String,
    digest: String,
}

#[derive(Debug, Serialize)]
struct TimingRecord {
    total: u64,
    incoming: u64,
    sift: u64,
    search: u64,
    judge: u64,
}

impl TimingRecord {
    fn of(total: Duration, stages: &Stages) -> TimingRecord {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        TimingRecord {
            total: micros(total),
            incoming: micros(stages.incoming),
            sift: micros(stages.sift),
            search: micros(stages.search),
            judge: micros(stages.judge),
        }
    }
}

/// What a record is about, whatever became of the push.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    pub(crate) environment: &'a Environment,
    pub(crate) config: &'a Config,
    pub(crate) clock: &'a Clock,
    pub(crate) push: Option<&'a Push>,
    pub(crate) installation: Option<&'a Installation>,
    pub(crate) shown: Shown<'a>,
}

impl About<'_> {
    /// The record of a push that was judged.
    pub(crate) fn judged(&self, judged: &Judged) -> Record {
        let decision = &judged.decision;
        let findings =
            decision.findings.iter().map(|(finding, action)| self.finding(finding, *action));
        let undecided =
            decision.undecided.iter().map(|(open, action)| self.undecided(open, *action));
        Record {
            decision: if decision.accepted { "accept" } else { "reject" },
            reason: decision.reason.as_str(),
            findings: findings.collect(),
            undecided: undecided.collect(),
            coverage: CoverageRecord::of(judged),
            timing_us: TimingRecord::of(self.clock.elapsed(), &judged.stages),
            ..self.frame()
        }
    }

    /// The record of a push that could not be judged.
    pub(crate) fn failed(&self, error: &GateError, accepted: bool) -> Record {
        Record {
            decision: if accepted { "accept" } else { "reject" },
            reason: "error",
            error: Some(ErrorRecord {
                code: error.code.name,
                text: self.shown.utf8(error.text.as_bytes()),
            }),
            ..self.frame()
        }
    }

    /// All that does not depend on the outcome.
    fn frame(&self) -> Record {
        let shown = self.shown;
        let updates = self.push.map_or(&[][..], |push| &push.updates);
        let repository = self.environment.repository.clone().unwrap_or_else(|| {
            let path = &self.environment.git.git_dir;
            let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            shown.utf8(path.as_os_str().as_encoded_bytes())
        });
        let deadline_ms = self.config.deadline(self.environment).as_millis();
        Record {
            schema: SCHEMA,
            time: self.clock.timestamp(),
            push: self.clock.push_id(),
            repository: cut(shown.utf8(repository.as_bytes())),
            pusher: PusherRecord {
                name: cut(shown.utf8(self.environment.pusher.name.as_bytes())),
                source: self.environment.pusher.source,
            },
            mode: self.config.mode.as_str(),
            profile: self.config.profile(self.environment).as_str(),
            deadline_ms: u64::try_from(deadline_ms).unwrap_or(u64::MAX),
            decision: "reject",
            reason: "error",
            error: None,
            refs: updates
                .iter()
                .map(|update| RefRecord {
                    name: shown.utf8(&update.name),
                    old: update.old_id.to_string(),
                    new: update.new_id.to_string(),
                })
                .collect(),
            findings: Vec::new(),
            undecided: Vec::new(),
            coverage: CoverageRecord::default(),
            rules: self.installation.map(RulesRecord::from).unwrap_or_default(),
            timing_us: TimingRecord::of(self.clock.elapsed(), &Stages::default()),
        }
    }

    fn finding(&self, attributed: &AttributedFinding, action: Action) -> FindingRecord {
        let finding = &attributed.finding;
        let rule = |index: RuleIndex| self.installation.and_then(|known| known.rules.get(index));
        let id = |index: RuleIndex| rule(index).map(|rule| rule.id.clone()).unwrap_or_default();
        let evidence = self
            .installation
            .zip(rule(finding.rule))
            .map_or("", |(known, rule)| known.evidence(rule.detector, finding.evidence));
        FindingRecord {
            kind: id(finding.rule),
            also: finding
                .also
                .iter()
                .map(|&index| id(index))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            grade: finding.grade.as_str(),
            evidence: evidence.to_owned(),
            state: attributed.state.as_str(),
            action: action.as_str(),
            fingerprint: finding.fingerprint.to_hex(),
            secret_bytes: finding.secret_bytes,
            decoded_from: finding.decoded_from.clone(),
            site_count: attributed.site_count,
            sites: attributed.sites.iter().map(|site| self.site(site)).collect(),
        }
    }

    fn site(&self, site: &Site) -> SiteRecord {
        let shown = self.shown;
        SiteRecord {
            source: site.source.as_str(),
            object: site.object.clone(),
            commit: site.commit.clone(),
            ref_name: site.ref_name.as_ref().map(|name| shown.utf8(name)),
            path: site.path.as_ref().map(|path| shown.utf8(path)),
            inner_path: site.inner_path.as_ref().map(|path| shown.utf8(path)),
            line: site.position.line,
            column: site.position.column,
        }
    }

    fn undecided(&self, open: &Undecided, action: Action) -> UndecidedRecord {
        let shown = self.shown;
        UndecidedRecord {
            cause: open.cause.as_str(),
            object: open.object.clone(),
            path: open.path.as_ref().map(|path| shown.utf8(path)),
            detail: open.detail.as_ref().map(|detail| shown.utf8(detail.as_bytes())),
            action: action.as_str(),
        }
    }
}

impl CoverageRecord {
    fn of(judged: &Judged) -> CoverageRecord {
        let Judged { decision, coverage, .. } = judged;
        let (late, other): (Vec<&Undecided>, Vec<&Undecided>) = decision
            .undecided
            .iter()
            .map(|(open, _)| open)
            .partition(|open| open.cause == Cause::OutOfTime);
        // One entry can stand for many objects that the time did not suffice for.
        let open = other.len() as u64 + coverage.unfinished.max(late.len() as u64);
        CoverageRecord {
            objects: coverage.objects,
            blobs: coverage.blobs,
            commits: coverage.commits,
            tags: coverage.tags,
            trees: coverage.trees,
            bytes: coverage.bytes,
            bytes_searched: coverage.bytes_searched,
            unfinished: coverage.unfinished,
            unreadable_containers: coverage.unreadable_containers,
            // What was not looked at to its end, and passes all the same.
            skipped: if decision.accepted { open } else { 0 },
        }
    }
}

impl From<&Installation> for RulesRecord {
    fn from(installation: &Installation) -> RulesRecord {
        RulesRecord {
            digest: installation.digest.clone(),
            count: installation.rules.rules.len(),
            detectors: installation
                .detectors
                .iter()
                .map(|detector| DetectorRecord {
                    name: detector.facts.name.clone(),
                    version: detector.facts.version.clone(),
                    digest: detector.digest.clone(),
                })
                .collect(),
        }
    }
}

/// A name from outside, of bounded length. It is masked before, so no half of a secret is left.
fn cut(mut name: String) -> String {
    name.truncate(name.floor_char_boundary(NAME_BYTES_MAX));
    name
}

impl Record {
    /// The record as one line of JSON in ASCII: what stands in names from outside can move no
    /// cursor and turn no text around when somebody looks at the file.
    pub(crate) fn to_line(&self) -> String {
        let line =
            serde_json::to_string(self).expect("strings, numbers and lists always serialise");
        let mut ascii = String::with_capacity(line.len());
        for character in line.chars() {
            if matches!(character, ' '..='~') {
                ascii.push(character);
            } else {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    ascii.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
        ascii
    }
}
