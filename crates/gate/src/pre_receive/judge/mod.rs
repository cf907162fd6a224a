//! Windows to findings: where each stands, what its detector says, whether it is new.

use std::collections::{HashMap, HashSet};

use pushgate_core::assess::{Assessed, Assessor, Open};
use pushgate_core::cause::Cause;
use pushgate_core::finding::{AttributedFinding, Finding, Findings, Site, State};
use pushgate_core::fingerprint::Fingerprint;
use pushgate_core::haystack::{Source, Window};
use pushgate_core::policy::Undecided;
use pushgate_core::redact::{KnownSecrets, Redactor};
use pushgate_core::secret::Secret;
use pushgate_git::{IncomingObject, Kind, ObjectId, Objects, Place, Places, UpdateKind, attribute};

mod names;
mod panel;
mod placing;

use self::names::span_of;
use self::panel::{Case, NotHeard, Opinion, Panel};
use self::placing::FoundIn;
use super::search::{Origin, SearchedPush, Windows};
use super::{Context, Pushed, exceeded};
use crate::installation::HostedDetectors;

/// Origins that are judged together, before what is found in them is placed.
const CASES_MAX: usize = 256;

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
    let with_candidates: HashSet<ObjectId> = with_candidates.collect();
    let unsearched = searched.undecided.iter().filter_map(object_of);
    let wanted = with_candidates.iter().copied().chain(unsearched).collect();
    let mut undecided = searched.undecided;
    let places = attribute(incoming, objects, forests, &wanted, context.threads);
    undecided.extend(places.exceeded().map(exceeded));
    for open in undecided.iter_mut().filter(|open| open.path.is_none()) {
        let place = object_of(open).and_then(|id| places.of(&id).first());
        open.path = place.and_then(path_of).map(<[u8]>::to_vec);
    }

    let windows = in_order(searched.windows, &searched.first, &places);
    let mut bench = Bench {
        pushed,
        objects,
        context,
        places,
        detectors: context.installation.detectors(),
        findings: Findings::default(),
        known: KnownSecrets::default(),
        undecided,
        stopped: false,
        with_candidates,
        versions: HashMap::new(),
        stored: Vec::new(),
        inner_paths: HashSet::new(),
    };
    if searched.names_missed {
        bench.known.miss_names();
    }
    let mut panel = Panel::new(push, objects, context);
    let mut windows = windows.into_iter();
    loop {
        let cases = bench.next_cases(&mut windows);
        if cases.is_empty() || bench.is_over() {
            break;
        }
        let opinions = panel.hear(cases);
        for (id, path, secrets) in opinions.iter().flatten().flat_map(Opinion::secrets) {
            bench.versions.insert((id, path.to_vec()), secrets);
        }
        // What was judged in time counts, whether or not there is time for more.
        for opinion in opinions {
            if bench.is_full() {
                break;
            }
            match opinion {
                Ok(opinion) => bench.take(opinion),
                Err(NotHeard::OutOfTime) => bench.note_out_of_time(),
                Err(NotHeard::Open(open)) => bench.undecided.push(open),
            }
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

/// Windows in the order in which they are judged: as history goes, so the versions of parents are
/// known before those of their children.
fn in_order(
    mut windows: Vec<(Origin, Windows)>,
    first: &HashSet<ObjectId>,
    places: &Places,
) -> Vec<(Origin, Windows)> {
    windows.sort_by_key(|(origin, _)| match origin {
        Origin::RefName(_) => (false, 0),
        Origin::Object(object) => (!first.contains(&object.id), places.order(&object.id)),
    });
    windows
}

/// Everything at hand while a push is judged.
struct Bench<'b> {
    pushed: Pushed<'b>,
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
    /// The incoming objects that may hold secrets.
    with_candidates: HashSet<ObjectId>,
    /// The secrets in versions that were looked at, by object and path.
    versions: HashMap<(ObjectId, Vec<u8>), Vec<Fingerprint>>,
    /// Findings in objects that were in the store already: they may not be new at all.
    stored: Vec<(ObjectId, Finding, State, Site)>,
    /// The paths in archives that were looked through for secrets.
    inner_paths: HashSet<Vec<u8>>,
}

impl Bench<'_> {
    /// Whether to stop before the next objects, because no time is left or because there is more
    /// to record than policy allows.
    fn is_over(&mut self) -> bool {
        if self.context.out_of_time() {
            self.note_out_of_time();
            self.stopped = true;
        }
        self.is_full()
    }

    /// Whether there is more to record than policy allows, or judging has ended.
    fn is_full(&mut self) -> bool {
        if self.recorded() > self.context.config.limits.core.findings_per_push_max {
            self.stop_full();
        }
        self.stopped
    }

    /// Says that not all could be judged in time.
    fn note_out_of_time(&mut self) {
        let detail = Some("deadline_ms".to_owned());
        let open = Undecided { cause: Cause::OutOfTime, object: None, path: None, detail };
        if !self.undecided.contains(&open) {
            self.undecided.push(open);
        }
        // The names among what is left are not judged either.
        self.known.miss_names();
    }

    /// Whether `finding` can be recorded beside the others; if not, it is the first too many.
    fn has_room_for(&mut self, finding: &Finding) -> bool {
        let max = self.context.config.limits.core.findings_per_push_max;
        if self.recorded() >= max && !self.findings.contains(finding.fingerprint) {
            self.stop_full();
        }
        !self.stopped
    }

    fn recorded(&self) -> usize {
        self.findings.len() + self.stored.len() + self.undecided.len()
    }

    /// Judges no more because there is too much to record, and says so.
    fn stop_full(&mut self) {
        if !self.stopped {
            let cause = Cause::TooManyFindings;
            let detail = Some("findings_per_push_max".to_owned());
            self.undecided.push(Undecided { cause, object: None, path: None, detail });
            // The names among what is left are not judged either.
            self.known.miss_names();
            self.stopped = true;
        }
    }

    /// The next of `windows`, with the paths at which they stand; none at the end.
    fn next_cases(&mut self, windows: &mut impl Iterator<Item = (Origin, Windows)>) -> Vec<Case> {
        let mut cases = Vec::new();
        let mut is_held = true;
        while is_held && cases.len() < CASES_MAX {
            let Some((origin, windows)) = windows.next() else { break };
            // Of what was too much to hold, one is held at a time.
            is_held = matches!(windows, Windows::Held(_));
            let paths = match origin {
                Origin::RefName(_) => vec![None],
                Origin::Object(object) => self.paths_of(&object),
            };
            cases.push(Case { origin, windows, paths });
        }
        cases
    }

    /// The paths at which an object is judged. What no commit names has none; it is judged and
    /// reported all the same.
    fn paths_of(&mut self, object: &IncomingObject) -> Vec<Option<Vec<u8>>> {
        let mut paths = Vec::new();
        let mut seen = HashSet::new();
        let of_places = self.places.of(&object.id).iter().map(path_of);
        for path in of_places.filter(|path| seen.insert(*path)) {
            if paths.len() == self.context.config.limits.core.paths_per_blob_max {
                self.note_paths_left(object, "paths_per_blob_max");
                return paths;
            }
            paths.push(path.map(<[u8]>::to_vec));
        }
        if paths.is_empty() {
            paths.push(None);
        }
        paths
    }

    /// Says that an object was not judged at all of its paths.
    fn note_paths_left(&mut self, object: &IncomingObject, limit: &str) {
        self.undecided.push(Undecided {
            cause: Cause::LimitReached,
            object: Some(object.id.to_string()),
            path: None,
            detail: Some(limit.to_owned()),
        });
        if object.kind == Kind::Tree {
            self.known.miss_names();
        }
    }

    /// Takes what detectors say of one origin.
    fn take(&mut self, opinion: Opinion) {
        let Opinion { origin, windows, at_paths, is_cut } = opinion;
        match origin {
            Origin::RefName(update) => {
                for (_, assessed) in at_paths {
                    self.note(&assessed, &windows, None, None);
                    self.take_ref_name(update, &windows, assessed.findings);
                }
            }
            Origin::Object(object) => {
                if is_cut {
                    self.note_paths_left(&object, "judged_per_blob_max");
                }
                let names = self.names_of(&object);
                for (path, assessed) in at_paths {
                    self.note(&assessed, &windows, path.as_deref(), Some(object.id));
                    let places = self.places.of(&object.id).iter();
                    let places = places.filter(|place| path_of(place) == path.as_deref());
                    let places: Vec<Place> = places.cloned().collect();
                    for (window, finding) in assessed.findings {
                        if !self.has_room_for(&finding) {
                            return;
                        }
                        if let Some(window) = windows.get(window) {
                            let found = FoundIn { object: &object, names: &names, window };
                            self.place(&finding, found, &places);
                        }
                    }
                }
            }
        }
    }

    fn take_ref_name(&mut self, update: usize, windows: &[Window], found: Vec<(usize, Finding)>) {
        let Some(update) = self.pushed.push.updates.get(update) else { return };
        let state = match update.kind() {
            // A ref that exists already has had its name before.
            UpdateKind::Update => State::Existing,
            _ => State::Introduced,
        };
        for (window, finding) in found {
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

    /// Notes the secrets and the open questions of one origin.
    fn note(
        &mut self,
        assessed: &Assessed,
        windows: &[Window],
        path: Option<&[u8]>,
        id: Option<ObjectId>,
    ) {
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
        for &Open { cause, rule } in &assessed.causes {
            if cause == Cause::OutOfTime {
                self.note_out_of_time();
                continue;
            }
            let open = Undecided {
                cause,
                object: id.map(|id| id.to_string()),
                path: path.map(<[u8]>::to_vec),
                detail: self.context.installation.failed(cause, rule),
            };
            if !self.undecided.contains(&open) {
                self.undecided.push(open);
            }
        }
    }
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
