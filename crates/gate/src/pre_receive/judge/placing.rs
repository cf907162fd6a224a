//! Where a finding stands, and whether it stood there before.

use std::collections::{HashMap, HashSet};

use pushgate_core::assess::assess;
use pushgate_core::cause::Cause;
use pushgate_core::finding::{Finding, Site, State};
use pushgate_core::fingerprint::Fingerprint;
use pushgate_core::haystack::{Position, Source, Window};
use pushgate_core::policy::Undecided;
use pushgate_core::search::Searcher;
use pushgate_git::{
    IncomingObject, Kind, ObjectId, Part, Place, Reachable, haystacks, reachable_from_existing_refs,
};

use super::names::source_of;
use super::{Bench, assessor, path_of};

/// Where a finding was made.
#[derive(Clone, Copy)]
pub(super) struct FoundIn<'f> {
    pub(super) object: &'f IncomingObject,
    /// The names in the object, if it is a tree.
    pub(super) names: &'f [u8],
    pub(super) window: &'f Window,
}

impl Bench<'_> {
    /// Adds `finding` at all its places.
    pub(super) fn place(&mut self, finding: &Finding, found: FoundIn<'_>, places: &[Place]) {
        let FoundIn { object, names, window } = found;
        let id = object.id;
        if window.source == Source::TreeName {
            self.know_in_names(names, window, finding);
        }
        if let Some(path) = &window.inner_path {
            self.know_inner_path(path);
        }
        let sites: Vec<(State, Site)> = if places.is_empty() {
            vec![(State::Introduced, self.site(finding, found, None))]
        } else {
            // Where not all places are known, one of the others may be new.
            let cut = self.places.is_cut(&id);
            places
                .iter()
                .map(|place| {
                    let known =
                        !cut && self.stood_there_before(place, window.source, finding.fingerprint);
                    let state = if known { State::Existing } else { State::Introduced };
                    (state, self.site(finding, found, Some(place)))
                })
                .collect()
        };
        for (state, site) in sites {
            let finding = finding.clone();
            match object.part {
                Part::Quarantine => {
                    let rules = &self.context.installation.rules;
                    self.findings.add(finding, state, site, rules);
                }
                Part::Store => self.stored.push((id, finding, state, site)),
            }
        }
    }

    /// Where a person looks at a finding.
    fn site(&self, finding: &Finding, found: FoundIn<'_>, place: Option<&Place>) -> Site {
        let FoundIn { object, names, window } = found;
        let mut path = place.and_then(path_of).map(<[u8]>::to_vec);
        let mut position = finding.position;
        if window.source == Source::TreeName {
            let start = source_of(window, finding).start;
            let name = haystacks::name_at(names, start);
            let path = path.get_or_insert_default();
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(name);
            position = Position::START;
        }
        let commit = place.and_then(|place| place.commit);
        Site {
            source: window.source,
            object: Some(object.id.to_string()),
            commit: commit.map(|commit| commit.to_string()),
            commit_parents: place.and_then(|place| place.commit_parents),
            ref_name: place.map(|place| place.ref_name.to_vec()),
            path,
            inner_path: window.inner_path.clone(),
            position,
        }
    }

    /// Whether a parent's version of the place has the same secret.
    fn stood_there_before(
        &mut self,
        place: &Place,
        source: Source,
        fingerprint: Fingerprint,
    ) -> bool {
        if !matches!(source, Source::Blob | Source::TreeName) {
            return false;
        }
        place.before.iter().any(|parent| {
            let key = (*parent, place.path.to_vec());
            if let Some(secrets) = self.versions.get(&key) {
                return secrets.contains(&fingerprint);
            }
            let is_incoming = self.pushed.incoming.get(parent).is_some();
            if is_incoming && !self.with_candidates.contains(parent) {
                return false;
            }
            let secrets = self.secrets_of(*parent, &place.path);
            let is_known = secrets.contains(&fingerprint);
            self.versions.insert(key, secrets);
            is_known
        })
    }

    /// The secrets in an object at a path at which it was not judged.
    ///
    /// What cannot be read holds none: then a finding counts as new, which is the stricter side.
    fn secrets_of(&mut self, id: ObjectId, path: &[u8]) -> Vec<Fingerprint> {
        let searcher =
            Searcher::new(&self.context.installation.matcher, &self.context.config.limits.core);
        let mut bytes = Vec::new();
        let windows = match self.objects.read(&id, &mut bytes) {
            Ok(Kind::Blob) => searcher.whole(Source::Blob, &bytes).windows,
            Ok(Kind::Tree) => {
                let mut names = Vec::new();
                haystacks::tree_names(&id, &bytes, &mut names);
                searcher.whole(Source::TreeName, &names).windows
            }
            _ => Vec::new(),
        };
        let context = self.context;
        let out_of_time = || context.out_of_time();
        let assessor = assessor(context, &out_of_time);
        assess(&windows, Some(path), assessor, &mut self.detectors)
            .findings
            .into_iter()
            .map(|(_, finding)| finding.fingerprint)
            .collect()
    }

    /// Settles what was found in objects that the store had already: one that an existing ref
    /// reaches is not new. The proof is a walk, so it is made only now, for those with findings.
    pub(super) fn settle_stored(&mut self) {
        if self.stored.is_empty() {
            return;
        }
        let ids: HashSet<ObjectId> = self.stored.iter().map(|(id, ..)| *id).collect();
        let reached = reachable_from_existing_refs(self.objects, &ids).unwrap_or_else(|error| {
            // Without the proof a finding stays new, which is the stricter side.
            self.undecided.push(Undecided {
                cause: Cause::LimitReached,
                object: None,
                path: None,
                detail: Some(error.to_string()),
            });
            HashMap::new()
        });
        for (id, finding, state, site) in std::mem::take(&mut self.stored) {
            let old = reached.get(&id).is_some_and(|reachable| *reachable == Reachable::Yes);
            let state = if old { State::Existing } else { state };
            self.findings.add(finding, state, site, &self.context.installation.rules);
        }
    }
}
