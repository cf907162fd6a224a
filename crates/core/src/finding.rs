//! Secrets that were found, and where.

use std::collections::BTreeMap;

use crate::fingerprint::Fingerprint;
use crate::haystack::{Position, Source};
use crate::judge::Grade;
use crate::matcher::RuleIndex;
use crate::rule::RuleSet;

/// A secret in one object. No byte of the secret is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that names it.
    pub rule: RuleIndex,
    /// Less specific rules that claim the same bytes.
    pub also: Vec<RuleIndex>,
    /// How sure its detector is.
    pub grade: Grade,
    /// Why: a code of the detector's evidence table.
    pub evidence: u16,
    /// Identity of the secret.
    pub fingerprint: Fingerprint,
    /// Length of the secret in bytes.
    pub secret_bytes: usize,
    /// Where it begins in the object as pushed.
    pub position: Position,
    /// Where it begins in the window in which it was judged.
    pub window_offset: usize,
    /// What was undone to read it, outermost first.
    pub decoded_from: Vec<&'static str>,
}

/// One place where a person can look at a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// What kind of text it stands in.
    pub source: Source,
    /// Id of the object in hexadecimal digits; for a ref name there is none.
    pub object: Option<String>,
    /// The commit that brings it, if one does.
    pub commit: Option<String>,
    /// How many parents that commit has, if it is known.
    pub commit_parents: Option<usize>,
    /// The ref of the push from which it is reached, if it is reached. Bytes, not text.
    pub ref_name: Option<Vec<u8>>,
    /// The path in that commit. Bytes, not text.
    pub path: Option<Vec<u8>>,
    /// If the object is an archive, the path in it, as `lib/app.jar!/conf/.env`. Bytes, not text.
    pub inner_path: Option<Vec<u8>>,
    /// Where in the object.
    pub position: Position,
}

/// Whether a push brings a secret, or touches a place that had it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It already stood in a parent's version of the same path, at every site.
    Existing,
    /// It is new, at one site at least.
    Introduced,
}

impl State {
    /// The name that the audit record uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Existing => "existing",
            State::Introduced => "introduced",
        }
    }
}

/// A secret with all the places at which the push shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributedFinding {
    /// The secret. Its position is that of the first site.
    pub finding: Finding,
    /// Whether it is new.
    pub state: State,
    /// Where it stands, introduced ones first; bounded.
    pub sites: Vec<Site>,
    /// Number of sites, those that are not listed included.
    pub site_count: usize,
    /// Number of sites that are new; they stand before the others.
    pub introduced_count: usize,
}

/// Unites findings of the same secret: one secret is one finding, however often it is pushed.
#[derive(Debug, Default)]
pub struct Findings {
    by_fingerprint: BTreeMap<Fingerprint, Known>,
}

/// A secret that was seen already.
#[derive(Debug)]
struct Known {
    finding: Finding,
    sites: Vec<(State, Site)>,
}

impl Findings {
    /// Number of different secrets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_fingerprint.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_fingerprint.is_empty()
    }

    /// Whether this secret was added already.
    #[must_use]
    pub fn contains(&self, fingerprint: Fingerprint) -> bool {
        self.by_fingerprint.contains_key(&fingerprint)
    }

    /// Adds one secret at one site.
    pub fn add(&mut self, finding: Finding, state: State, site: Site, rules: &RuleSet) {
        let rank = |rule: RuleIndex| rules.get(rule).map_or(u16::MAX, |rule| rule.rank);
        let known = self
            .by_fingerprint
            .entry(finding.fingerprint)
            .or_insert_with(|| Known { finding: finding.clone(), sites: Vec::new() });
        let order = |f: &Finding| (std::cmp::Reverse(f.grade), rank(f.rule), f.rule);
        let mut loser = finding;
        if order(&loser) < order(&known.finding) {
            std::mem::swap(&mut loser, &mut known.finding);
        }
        for rule in std::iter::once(loser.rule).chain(loser.also) {
            if rule != known.finding.rule && !known.finding.also.contains(&rule) {
                known.finding.also.push(rule);
            }
        }
        // One place that was read in two ways is one place.
        if known.sites.last() != Some(&(state, site.clone())) {
            known.sites.push((state, site));
        }
    }

    /// The findings in the order of their first sites, with at most `sites_max` sites each.
    #[must_use]
    pub fn into_sorted(self, sites_max: usize) -> Vec<AttributedFinding> {
        let mut findings: Vec<_> =
            self.by_fingerprint.into_values().map(|known| known.attributed(sites_max)).collect();
        findings.sort_by(|a, b| {
            let place = |f: &AttributedFinding| {
                f.sites.first().map(|s| {
                    let path = (s.path.clone(), s.inner_path.clone());
                    (path, s.position, s.source, s.object.clone())
                })
            };
            (b.state, b.finding.grade, place(a)).cmp(&(a.state, a.finding.grade, place(b)))
        });
        findings
    }
}

impl Known {
    fn attributed(mut self, sites_max: usize) -> AttributedFinding {
        // An introduced site is what its author must mend, so it goes before the others. The
        // sort keeps the order in which sites came: that of the history.
        self.sites.sort_by_key(|(state, _)| std::cmp::Reverse(*state));
        let mut finding = self.finding;
        let state = self.sites.first().map_or(State::Introduced, |(state, _)| *state);
        let site_count = self.sites.len();
        let is_new = |(state, _): &&(State, Site)| *state == State::Introduced;
        let introduced_count = self.sites.iter().filter(is_new).count();
        let sites: Vec<Site> =
            self.sites.into_iter().map(|(_, site)| site).take(sites_max).collect();
        if let Some(site) = sites.first() {
            finding.position = site.position;
        }
        AttributedFinding { finding, state, sites, site_count, introduced_count }
    }
}
