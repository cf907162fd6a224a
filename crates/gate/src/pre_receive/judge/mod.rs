//! Windows to findings: where each stands, what its detector says, whether it is new.

use std::collections::{HashMap, HashSet};

use pushgate_core::assess::{Assessor, assess};
use pushgate_core::cause::Cause;
use pushgate_core::finding::{AttributedFinding, Finding, Findings, Site, State};
use pushgate_core::fingerprint::Fingerprint;
use pushgate_core::haystack::{Position, Source, Window};
use pushgate_core::policy::Undecided;
use pushgate_core::redact::{KnownSecrets, Redactor};
use pushgate_core::search::Searcher;
use pushgate_core::secret::Secret;
use pushgate_git::{
    IncomingObject, Kind, ObjectId, Objects, Part, Place, Places, Push, Reachable, UpdateKind,
    attribute, haystacks, parent_count, parent_versions, reachable_from_existing_refs,
};

mod names;

use self::names::{source_of, span_of};
use super::search::{Buffers, Origin, SearchedPush, Windows};
use super::{Context, Pushed, exceeded};
use crate::installation::HostedDetectors;

/// What became of all candidates of a push.
#[derive(Debug, Default)]
pub(crate) struct JudgedCandidates {
    pub(crate) findings: Vec<AttributedFinding>,
    pub(crate) undecided: Vec<Undecided>,
    pub(crate) redactor: Redactor,
}

/// Judges all candidates of `searched`.
pub(crate) fn judge(
    searched: SearchedPush,
    pushed: Pushed<'_>,
    objects: &Objects,
    context: Context<'_>,
) -> JudgedCandidates {
    let Pushed { push, incoming, forests } = pushed;
    let sites_max = context.config.limits.core.sites_per_finding_max;
    let deletes = push.updates.iter().any(|update| update.kind() == UpdateKind::Delete);
    if searched.windows.is_empty() && searched.undecided.is_empty() && !deletes {
        return JudgedCandidates::default();
    }
    let with_candidates = searched.windows.iter().filter_map(|(origin, _)| match origin {
        Origin::Object(object) => Some(object.id),
        Origin::RefName(_) => None,
    });
    let unsearched = searched.undecided.iter().filter_map(object_of);
    let wanted: HashSet<ObjectId> = with_candidates.chain(unsearched).collect();
    let mut undecided = searched.undecided;
    let places = attribute(incoming, objects, forests, &wanted, context.threads());
    undecided.extend(places.exceeded().map(exceeded));
    for open in undecided.iter_mut().filter(|open| open.path.is_none()) {
        let place = object_of(open).and_then(|id| places.of(&id).first());
        open.path = place.and_then(path_of).map(<[u8]>::to_vec);
    }

    let mut bench = Bench {
        push,
        objects,
        context,
        places,
        detectors: context.installation.detectors(),
        findings: Findings::default(),
        known: KnownSecrets::default(),
        undecided,
        stopped: false,
        versions: HashMap::new(),
        stored: Vec::new(),
        inner_paths: HashSet::new(),
    };
    if searched.names_missed {
        bench.known.miss_names();
    }
    let mut buffers = Buffers::default();
    for (origin, windows) in searched.windows {
        if bench.is_over() {
            break;
        }
        let windows = match windows {
            Windows::Held(windows) => Ok(windows),
            Windows::Later => buffers.search_again(origin, push, objects, context),
        };
        match (origin, windows) {
            (Origin::RefName(update), Ok(windows)) => bench.judge_ref_name(update, &windows),
            (Origin::Object(object), Ok(windows)) => bench.judge_object(&object, &windows),
            (_, Err(open)) => bench.undecided.push(open),
        }
    }
    bench.settle_stored();
    bench.know_deleted_names();
    JudgedCandidates {
        findings: bench.findings.into_sorted(sites_max),
        undecided: bench.undecided,
        redactor: bench.known.into_redactor(),
    }
}

/// Everything at hand while a push is judged.
struct Bench<'b> {
    push: &'b Push,
    objects: &'b Objects,
    context: Context<'b>,
    places: Places,
    detectors: HostedDetectors,
    findings: Findings,
    /// All secrets, so that no name shows one.
    known: KnownSecrets,
    undecided: Vec<Undecided>,
    /// Whether there was too much of something.
    stopped: bool,
    /// The secrets in the parents' versions that were looked at, by object and path.
    versions: HashMap<(ObjectId, Vec<u8>), HashSet<Fingerprint>>,
    /// Findings in objects that were in the store already: they may not be new at all.
    stored: Vec<(ObjectId, Finding, State, Site)>,
    /// The paths in archives that were looked through for secrets.
    inner_paths: HashSet<Vec<u8>>,
}

impl Bench<'_> {
    /// Whether to stop before the next object, because no time is left or because there is more to
    /// record than policy allows.
    fn is_over(&mut self) -> bool {
        if self.context.out_of_time() {
            self.stop(Cause::OutOfTime, "deadline_ms");
        } else if self.recorded() > self.context.config.limits.core.findings_per_push_max {
            self.stop(Cause::TooManyFindings, "findings_per_push_max");
        }
        self.stopped
    }

    /// Whether `finding` can be recorded beside the others; if not, it is the first too many.
    fn has_room_for(&mut self, finding: &Finding) -> bool {
        let max = self.context.config.limits.core.findings_per_push_max;
        if self.recorded() >= max && !self.findings.contains(finding.fingerprint) {
            self.stop(Cause::TooManyFindings, "findings_per_push_max");
        }
        !self.stopped
    }

    fn recorded(&self) -> usize {
        self.findings.len() + self.stored.len() + self.undecided.len()
    }

    /// Judges no more, and says so.
    fn stop(&mut self, cause: Cause, limit: &str) {
        if !self.stopped {
            let detail = Some(limit.to_owned());
            self.undecided.push(Undecided { cause, object: None, path: None, detail });
            // The names among what is left are not judged either.
            self.known.miss_names();
            self.stopped = true;
        }
    }

    fn judge_ref_name(&mut self, update: usize, windows: &[Window]) {
        let Some(update) = self.push.updates.get(update) else { return };
        let state = match update.kind() {
            // A ref that exists already has had its name before.
            UpdateKind::Update => State::Existing,
            _ => State::Introduced,
        };
        for (window, finding) in self.assess(windows, None, None) {
            if !self.has_room_for(&finding) {
                return;
            }
            if let Some(window) = windows.get(window) {
                self.know_in_names(&update.name, window, &finding);
            }
            let site = Site {
                source: Source::RefName,
                object: None,
                commit: None,
                commit_parents: None,
                ref_name: Some(update.name.to_vec()),
                path: None,
                inner_path: None,
                position: finding.position,
            };
            self.findings.add(finding, state, site, &self.context.installation.rules);
        }
    }

    fn judge_object(&mut self, object: &IncomingObject, windows: &[Window]) {
        let id = object.id;
        let names = self.names_of(object);
        let places = self.places.of(&id).to_vec();
        // What no commit names has no path; it is judged and reported all the same.
        let mut by_path: Vec<(Option<&[u8]>, Vec<&Place>)> = Vec::new();
        for place in &places {
            let path = path_of(place);
            match by_path.iter_mut().find(|(known, _)| *known == path) {
                Some((_, places)) => places.push(place),
                None => by_path.push((path, vec![place])),
            }
        }
        let paths_max = self.context.config.limits.core.paths_per_blob_max;
        if by_path.len() > paths_max {
            by_path.truncate(paths_max);
            self.undecided.push(Undecided {
                cause: Cause::LimitReached,
                object: Some(id.to_string()),
                path: None,
                detail: Some("paths_per_blob_max".to_owned()),
            });
            if object.kind == Kind::Tree {
                self.known.miss_names();
            }
        }
        if by_path.is_empty() {
            by_path.push((None, Vec::new()));
        }
        for (path, places) in by_path {
            for (window, finding) in self.assess(windows, path, Some(id)) {
                if !self.has_room_for(&finding) {
                    return;
                }
                if let Some(window) = windows.get(window) {
                    let found = FoundIn { object, names: &names, window };
                    self.place(&finding, found, &places);
                }
            }
        }
    }

    /// Adds `finding` at all its places.
    fn place(&mut self, finding: &Finding, found: FoundIn<'_>, places: &[&Place]) {
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
            commit_parents: commit.and_then(|commit| parent_count(&commit, self.objects)),
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
        let path = place.path.to_vec();
        parent_versions(place, self.objects).into_iter().any(|parent| {
            let key = (parent, path.clone());
            if !self.versions.contains_key(&key) {
                let secrets = self.secrets_of(parent, &path);
                self.versions.insert(key.clone(), secrets);
            }
            self.versions.get(&key).is_some_and(|secrets| secrets.contains(&fingerprint))
        })
    }

    /// The secrets in an object that is not incoming itself.
    ///
    /// What cannot be read holds none: then a finding counts as new, which is the stricter side.
    fn secrets_of(&mut self, id: ObjectId, path: &[u8]) -> HashSet<Fingerprint> {
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

    /// Has an object's windows judged; open questions are noted. Each finding comes with the index
    /// of its window.
    fn assess(
        &mut self,
        windows: &[Window],
        path: Option<&[u8]>,
        id: Option<ObjectId>,
    ) -> Vec<(usize, Finding)> {
        let context = self.context;
        let out_of_time = || context.out_of_time();
        let assessor = assessor(context, &out_of_time);
        let assessed = assess(windows, path, assessor, &mut self.detectors);
        let are_names =
            |window: &Window| matches!(window.source, Source::TreeName | Source::RefName);
        if !assessed.causes.is_empty() && windows.iter().any(are_names) {
            self.known.miss_names();
        }
        for (window, finding) in &assessed.findings {
            let text = windows.get(*window).map(|window| window.text.as_slice());
            if let Some(secret) = text.and_then(|text| span_of(finding).of(text)) {
                self.known.add(Secret::new(secret));
            }
        }
        for cause in assessed.causes {
            let open = Undecided {
                cause,
                object: id.map(|id| id.to_string()),
                path: path.map(<[u8]>::to_vec),
                detail: None,
            };
            if !self.undecided.contains(&open) {
                self.undecided.push(open);
            }
        }
        assessed.findings
    }

    /// Settles what was found in objects that the store had already: one that an existing ref
    /// reaches is not new. The proof is a walk, so it is made only now, for those with findings.
    fn settle_stored(&mut self) {
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

/// Where a finding was made.
#[derive(Clone, Copy)]
struct FoundIn<'f> {
    object: &'f IncomingObject,
    /// The names in the object, if it is a tree.
    names: &'f [u8],
    window: &'f Window,
}

/// What judging a push rests on.
fn assessor<'c>(context: Context<'c>, out_of_time: &'c dyn Fn() -> bool) -> Assessor<'c> {
    Assessor { rules: &context.installation.rules, key: context.key, out_of_time }
}

/// The path of a place in a commit; a place at which a ref points itself has none.
fn path_of(place: &Place) -> Option<&[u8]> {
    (!place.path.is_empty()).then_some(place.path.as_slice())
}

/// The object that an open question is about.
fn object_of(open: &Undecided) -> Option<ObjectId> {
    open.object.as_ref().and_then(|id| ObjectId::from_hex(id.as_bytes()).ok())
}
