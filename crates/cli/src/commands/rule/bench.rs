//! Rules with their detectors as in a push: search, sandbox, verdicts.

use std::io::Read;
use std::sync::Arc;

use pushgate_core::assess::{Assessed, Assessor, Detectors, Open, assess};
use pushgate_core::cause::Cause;
use pushgate_core::finding::Finding;
use pushgate_core::fingerprint::FingerprintKey;
use pushgate_core::haystack::Source;
use pushgate_core::judge::Detector;
use pushgate_core::limits::Limits;
use pushgate_core::matcher::{Matcher, RuleIndex};
use pushgate_core::rule::{DetectorIndex, RuleSet};
use pushgate_core::search::{Searched, Searcher};
use pushgate_host::{DetectorLimits, Library};

use crate::detectors::Compiled;

/// Bytes that are read at once.
const PIECE_BYTES: usize = 1 << 20;

/// Compiled rules and detectors, ready to judge texts.
#[derive(Debug)]
pub(crate) struct Bench {
    rules: RuleSet,
    matcher: Matcher,
    installed: Arc<Library>,
    key: FingerprintKey,
}

/// What was found in one text.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// Secrets, in the order of the text.
    pub(crate) findings: Vec<Finding>,
    /// Why something is undecided, each reason once.
    pub(crate) undecided: Vec<String>,
}

impl Bench {
    pub(crate) fn new(compiled: Compiled) -> anyhow::Result<Bench> {
        Ok(Bench {
            rules: compiled.rules.rules,
            matcher: Matcher::new(compiled.rules.parts)?,
            installed: Arc::new(Library::new(compiled.artefacts)),
            // Nobody sees a fingerprint here: it only tells one secret from another.
            key: FingerprintKey::new([0; 32]),
        })
    }

    /// The index of the rule of this id.
    pub(crate) fn rule(&self, id: &str) -> Option<RuleIndex> {
        let index = self.rules.rules.iter().position(|rule| rule.id == id)?;
        u16::try_from(index).ok().map(RuleIndex)
    }

    /// The id of a rule.
    pub(crate) fn id(&self, rule: RuleIndex) -> &str {
        self.rules.get(rule).map_or("", |rule| &rule.id)
    }

    /// Judges a text.
    pub(crate) fn judge(&self, text: &[u8]) -> Judged {
        let limits = Limits::DEFAULT;
        self.assess(Searcher::new(&self.matcher, &limits).whole(Source::Blob, text), None)
    }

    /// Judges what `reader` gives, under the path `path`.
    pub(crate) fn judge_stream(
        &self,
        mut reader: impl Read,
        path: &[u8],
    ) -> std::io::Result<Judged> {
        let limits = Limits::DEFAULT;
        let mut stream = Searcher::new(&self.matcher, &limits).stream(Source::Blob);
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let read = reader.read(&mut piece)?;
            if read == 0 {
                break;
            }
            stream.push(piece.get(..read).unwrap_or_default());
        }
        Ok(self.assess(stream.finish(), Some(path)))
    }

    fn assess(&self, searched: Searched, path: Option<&[u8]>) -> Judged {
        let assessor = Assessor { rules: &self.rules, key: &self.key, out_of_time: &|| false };
        // New instances for each text: one that failed must not be missing in the next.
        let limits = DetectorLimits::default();
        let mut detectors = Hosted(pushgate_host::Detectors::new(&self.installed, limits));
        let Assessed { findings, causes } =
            assess(&searched.windows, path, assessor, &mut detectors);
        let open = searched.open.map(|open| open.limit.unwrap_or(open.cause.as_str()));
        let mut findings: Vec<Finding> = findings.into_iter().map(|(_, finding)| finding).collect();
        findings.sort_by_key(|finding| finding.position);
        let told = |open: &Open| {
            let cause = open.cause.as_str();
            let rule = open.rule.and_then(|rule| self.rules.get(rule));
            match (open.cause, rule) {
                (Cause::Detector(failure), Some(rule)) => {
                    format!("{cause} ({}: {})", rule.id, failure.reason())
                }
                _ => cause.to_owned(),
            }
        };
        let open = open.map(str::to_owned);
        Judged { findings, undecided: open.into_iter().chain(causes.iter().map(told)).collect() }
    }
}

/// The host's detectors under the rules' indices, which are the same.
struct Hosted(pushgate_host::Detectors);

impl Detectors for Hosted {
    fn detector(&mut self, index: DetectorIndex) -> Option<&mut dyn Detector> {
        Some(self.0.detector(usize::from(index.0)))
    }
}
