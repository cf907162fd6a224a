//! Every incoming object to windows with candidates, and the receipt of what was looked at.

use std::collections::HashSet;
use std::num::NonZero;
use std::time::Instant;

use pushgate_core::cause::Cause;
use pushgate_core::haystack::{Source, Window};
use pushgate_core::limits::Limits;
use pushgate_core::policy::Undecided;
use pushgate_core::search::{Searched, Searcher};
use pushgate_git::{
    Incoming, IncomingObject, Kind, LimitExceeded, ObjectId, Objects, Push, ReadError, Unlisted,
    Unreadable, UpdateKind, haystacks,
};

use super::sift::{Mark, Sifted};
use super::stream::search_blob;
use super::{Context, exceeded};
use crate::progress::grouped;
use crate::schedule::{is_past, part_of_rest};

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coverage {
    pub(crate) objects: u64,
    pub(crate) blobs: u64,
    pub(crate) commits: u64,
    pub(crate) tags: u64,
    pub(crate) trees: u64,
    /// Bytes of all objects.
    pub(crate) bytes: u64,
    /// Bytes of the objects that were searched to their end.
    pub(crate) bytes_searched: u64,
    /// Objects that were not, because the time ran out.
    pub(crate) unfinished: u64,
}

/// Objects that are named each when the time ran out; of more there is only the number.
const UNFINISHED_NAMED_MAX: usize = 8;

/// Where a window is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An incoming object.
    Object(IncomingObject),
    /// The name of the ref in this update.
    RefName(usize),
}

/// The text around an origin's candidates.
#[derive(Debug)]
pub(crate) enum Windows {
    /// All of it.
    Held(Vec<Window>),
    /// There was too much to hold at once: the origin is searched again when it is judged.
    Later,
}

/// All candidates of a push, and what could not be searched.
#[derive(Debug, Default)]
pub(crate) struct SearchedPush {
    pub(crate) windows: Vec<(Origin, Windows)>,
    pub(crate) undecided: Vec<Undecided>,
    pub(crate) coverage: Coverage,
    /// Whether names of files or refs are among what could not be searched.
    pub(crate) names_missed: bool,
    /// Objects that were searched in part when the time ran out.
    unfinished: Vec<ObjectId>,
    window_bytes: usize,
}

/// Searches the names of refs, which are few, and say at once what others read first.
pub(crate) fn ref_names(push: &Push, context: Context<'_>) -> SearchedPush {
    let mut found = SearchedPush::default();
    let searcher = Searcher::new(&context.installation.matcher, &context.config.limits.core);
    for (index, update) in push.updates.iter().enumerate() {
        // A name that is taken away is not made available.
        if update.kind() != UpdateKind::Delete {
            let searched = searcher.whole(Source::RefName, &update.name);
            found.add(Origin::RefName(index), searched, context);
        }
    }
    found
}

/// Searches everything that is incoming, but what is known to be clean; adds it to what is `found`.
pub(crate) fn search(
    mut found: SearchedPush,
    incoming: &Incoming,
    objects: &Objects,
    sifted: Sifted,
    context: Context<'_>,
) -> SearchedPush {
    found.undecided.extend(incoming.unreadable.iter().map(undecided_of));
    let Sifted { marks, at_tips } = sifted;
    let buffers = Buffers::default();
    let mut search = Search { incoming, objects, context, marks, buffers, found };
    search.all(at_tips);
    search.finish()
}

/// The search of the incoming objects.
struct Search<'s> {
    incoming: &'s Incoming,
    objects: &'s Objects,
    context: Context<'s>,
    marks: Vec<Mark>,
    buffers: Buffers,
    found: SearchedPush,
}

impl Search<'_> {
    /// Searches in an order in which reading is fast; when the time may not suffice, what tells
    /// most comes first.
    fn all(&mut self, at_tips: Option<Vec<usize>>) {
        let not_clean = [Mark::Suspect, Mark::Unseen];
        let all = 0..self.marks.len();
        let at_tips = match at_tips {
            Some(at_tips) => at_tips,
            None => {
                let halfway = part_of_rest(self.context.schedule.searched(true), 1, 2);
                if self.some(all.clone(), &not_clean, halfway) {
                    return;
                }
                self.incoming.at_tips(self.objects)
            }
        };
        for mark in not_clean {
            self.some(at_tips.iter().copied(), &[mark], None);
            self.some(all.clone(), &[mark], None);
        }
        self.judge_first(&at_tips);
    }

    /// Has what was found in these places judged before what was found elsewhere.
    fn judge_first(&mut self, places: &[usize]) {
        let objects = places.iter().filter_map(|place| self.incoming.objects.get(*place));
        let first: HashSet<ObjectId> = objects.map(|object| object.id).collect();
        self.found.windows.sort_by_key(|(origin, _)| match origin {
            Origin::RefName(_) => false,
            Origin::Object(object) => !first.contains(&object.id),
        });
    }

    /// Searches what of `places` has one of these marks, until `pause` or until there is no time;
    /// says whether it came to the end.
    fn some(
        &mut self,
        places: impl Iterator<Item = usize>,
        marks: &[Mark],
        pause: Option<Instant>,
    ) -> bool {
        let schedule = self.context.schedule;
        let core = self.context.config.limits.core;
        let limits = [false, true]
            .map(|has_candidates| Limits { deadline: schedule.searched(has_candidates), ..core });
        for place in places {
            let (Some(mark), Some(object)) =
                (self.marks.get_mut(place), self.incoming.objects.get(place))
            else {
                continue;
            };
            if !marks.contains(mark) {
                continue;
            }
            // What is found must be judged, too.
            let [none_yet, some] = &limits;
            let limits = if self.found.windows.is_empty() { none_yet } else { some };
            if limits.is_late() || is_past(pause) {
                return false;
            }
            *mark = Mark::Done;
            let searcher = Searcher::new(&self.context.installation.matcher, limits);
            self.one(object, searcher);
            self.context.progress.add(1);
        }
        true
    }

    fn one(&mut self, object: &IncomingObject, searcher: Searcher<'_>) {
        match self.buffers.search(object, self.objects, searcher, self.context.threads()) {
            Ok(searched) => {
                match &searched.open {
                    None => self.found.coverage.bytes_searched += object.size,
                    Some(open) if open.cause == Cause::OutOfTime => {
                        self.found.unfinished.push(object.id);
                    }
                    Some(_) => {}
                }
                self.found.add(Origin::Object(*object), searched, self.context);
            }
            Err(ReadError::Limit(LimitExceeded::Deadline)) => {
                self.found.names_missed |= object.kind == Kind::Tree;
                self.found.unfinished.push(object.id);
            }
            Err(error) => {
                self.found.names_missed |= object.kind == Kind::Tree;
                self.found.undecided.push(undecided_object(object.id, &error));
            }
        }
    }

    /// Counts everything that is incoming, whether or not the time sufficed to look at it.
    fn finish(self) -> SearchedPush {
        let Search { incoming, context, marks, mut found, .. } = self;
        let mut coverage = found.coverage;
        let mut unfinished = std::mem::take(&mut found.unfinished);
        coverage.unfinished = unfinished.len() as u64;
        for (object, mark) in incoming.objects.iter().zip(marks) {
            coverage.count(object);
            match mark {
                Mark::Done => {}
                Mark::Clean => coverage.bytes_searched += object.size,
                Mark::Unseen | Mark::Suspect => {
                    coverage.unfinished += 1;
                    if unfinished.len() < UNFINISHED_NAMED_MAX {
                        unfinished.push(object.id);
                    }
                    found.names_missed |= object.kind == Kind::Tree;
                }
            }
        }
        if let Some(Unlisted { objects }) = incoming.unlisted {
            coverage.objects += objects;
            coverage.unfinished += objects;
            found.names_missed = true;
        }
        found.undecided.extend(undecided_in_time(&coverage, unfinished, incoming, context));
        found.coverage = coverage;
        found
    }
}

/// What is said of what the time did not suffice for.
fn undecided_in_time(
    coverage: &Coverage,
    unfinished: Vec<ObjectId>,
    incoming: &Incoming,
    context: Context<'_>,
) -> Vec<Undecided> {
    let deadline = format!("deadline_ms = {}", context.schedule.deadline_ms());
    let open = |object: Option<ObjectId>, detail| Undecided {
        cause: Cause::OutOfTime,
        object: object.map(|id| id.to_string()),
        path: None,
        detail: Some(detail),
    };
    let Coverage { objects, unfinished: count, .. } = *coverage;
    if count == 0 {
        let what = "what the new commits name and was not sent";
        let detail = format!("{deadline}: not all was listed of {what}");
        return incoming.unlisted.map(|_| open(None, detail)).into_iter().collect();
    }
    // A few can be named each, and then left out or pushed one by one.
    if incoming.unlisted.is_none() && count == unfinished.len() as u64 {
        return unfinished.into_iter().map(|id| open(Some(id), deadline.clone())).collect();
    }
    let (count, objects) = (grouped(count), grouped(objects));
    vec![open(None, format!("{deadline}: {count} of {objects} objects were not checked"))]
}

/// Memory that is used for one object after the other.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    bytes: Vec<u8>,
    names: Vec<u8>,
}

impl Buffers {
    /// Searches once more what was too much to hold.
    pub(crate) fn search_again(
        &mut self,
        origin: Origin,
        push: &Push,
        objects: &Objects,
        context: Context<'_>,
    ) -> Result<Vec<Window>, Undecided> {
        let limits = &context.config.limits.core;
        let searcher = Searcher::new(&context.installation.matcher, limits);
        let searched = match origin {
            Origin::RefName(update) => {
                let name = push.updates.get(update).map(|update| update.name.as_slice());
                searcher.whole(Source::RefName, name.unwrap_or_default())
            }
            Origin::Object(object) => self
                .search(&object, objects, searcher, context.threads())
                .map_err(|error| undecided_object(object.id, &error))?,
        };
        Ok(searched.windows)
    }

    fn search(
        &mut self,
        object: &IncomingObject,
        objects: &Objects,
        searcher: Searcher<'_>,
        threads: NonZero<usize>,
    ) -> Result<Searched, ReadError> {
        if object.kind == Kind::Blob && object.size >= objects.limits().stream_bytes_min {
            return search_blob(&object.id, objects, searcher, threads);
        }
        objects.read(&object.id, &mut self.bytes)?;
        Ok(match object.kind {
            Kind::Blob => searcher.whole(Source::Blob, &self.bytes),
            Kind::Commit => searcher.whole(Source::Commit, &self.bytes),
            Kind::Tag => searcher.whole(Source::Tag, &self.bytes),
            Kind::Tree => {
                self.names.clear();
                haystacks::tree_names(&object.id, &self.bytes, &mut self.names);
                searcher.whole(Source::TreeName, &self.names)
            }
        })
    }
}

impl SearchedPush {
    fn add(&mut self, origin: Origin, searched: Searched, context: Context<'_>) {
        let (object, is_name) = match origin {
            Origin::Object(object) => (Some(object.id.to_string()), object.kind == Kind::Tree),
            Origin::RefName(_) => (None, true),
        };
        self.names_missed |= is_name && searched.open.is_some();
        // Objects that the time did not suffice for are counted, and told together.
        let is_counted = |cause| object.is_some() && cause == Cause::OutOfTime;
        if let Some(open) = searched.open.filter(|open| !is_counted(open.cause)) {
            let detail = open.limit.map(str::to_owned);
            let cause = open.cause;
            self.undecided.push(Undecided { cause, object, path: None, detail });
        }
        if searched.windows.is_empty() {
            return;
        }
        let bytes: usize = searched.windows.iter().map(Window::bytes_held).sum();
        let held = if self.window_bytes + bytes <= context.config.limits.core.window_bytes_held_max
        {
            self.window_bytes += bytes;
            Windows::Held(searched.windows)
        } else {
            Windows::Later
        };
        self.windows.push((origin, held));
    }
}

impl Coverage {
    fn count(&mut self, object: &IncomingObject) {
        self.objects += 1;
        self.bytes += object.size;
        *match object.kind {
            Kind::Blob => &mut self.blobs,
            Kind::Commit => &mut self.commits,
            Kind::Tag => &mut self.tags,
            Kind::Tree => &mut self.trees,
        } += 1;
    }
}

/// What the gate says of something that the push's reader could not look at.
fn undecided_of(unreadable: &Unreadable) -> Undecided {
    match unreadable {
        Unreadable::Object { id, cause } => undecided_object(*id, cause),
        Unreadable::Malformed { id } => Undecided {
            cause: Cause::ObjectMalformed,
            object: Some(id.to_string()),
            path: None,
            detail: None,
        },
        Unreadable::File { .. } => Undecided {
            cause: Cause::ObjectCorrupt,
            object: None,
            path: None,
            detail: Some(unreadable.to_string()),
        },
    }
}

fn undecided_object(id: ObjectId, error: &ReadError) -> Undecided {
    let cause = match error {
        ReadError::Missing => Cause::ObjectMissing,
        ReadError::TooLarge { .. } => Cause::ObjectTooLarge,
        ReadError::Limit(limit) => exceeded(*limit).cause,
        _ => Cause::ObjectCorrupt,
    };
    let detail = Some(error.to_string());
    Undecided { cause, object: Some(id.to_string()), path: None, detail }
}
