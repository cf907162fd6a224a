//! Every incoming object to windows with candidates, and the receipt of what was looked at.

use std::collections::HashSet;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use pushgate_core::cause::Cause;
use pushgate_core::haystack::{Source, Window};
use pushgate_core::limits::Limits;
use pushgate_core::policy::{Action, Undecided};
use pushgate_core::search::{Open, Searched, Searcher};
use pushgate_git::threads::each;
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
    /// Archives and the like of which something could not be read.
    pub(crate) unreadable_containers: u64,
}

/// Objects that are named each when the time ran out; of more there is only the number.
const UNFINISHED_NAMED_MAX: usize = 8;

/// Objects that are searched together, and their bytes.
const BATCH_OBJECTS_MAX: usize = 256;
const BATCH_BYTES_MAX: u64 = 8 << 20;

/// Objects that are worth a thread.
const OBJECTS_PER_THREAD_MIN: usize = 8;

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
    /// What is judged before all else, because the time may not suffice.
    pub(crate) first: HashSet<ObjectId>,
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
            let held = AtomicUsize::new(found.window_bytes);
            found.add(Origin::RefName(index), Kept::of(searched, &held, context));
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
    let unreadable = incoming.unreadable.iter().filter_map(|unreadable| match unreadable {
        Unreadable::Object { id, .. } => Some(*id),
        _ => None,
    });
    let told = unreadable.collect();
    let Sifted { marks, at_tips } = sifted;
    let workers = std::iter::repeat_with(Buffers::default).take(context.threads.get()).collect();
    let mut search = Search { incoming, objects, context, marks, told, workers, found };
    search.all(at_tips);
    search.finish()
}

/// The search of the incoming objects.
struct Search<'s> {
    incoming: &'s Incoming,
    objects: &'s Objects,
    context: Context<'s>,
    marks: Vec<Mark>,
    /// What could not be read when it was listed, and is said of already.
    told: HashSet<ObjectId>,
    /// One for each thread.
    workers: Vec<Buffers>,
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
        let objects = at_tips.iter().filter_map(|place| self.incoming.objects.get(*place));
        self.found.first = objects.map(|object| object.id).collect();
    }

    /// Searches what of `places` has one of these marks, until `pause` or until there is no time;
    /// says whether it came to the end.
    fn some(
        &mut self,
        places: impl Iterator<Item = usize>,
        marks: &[Mark],
        pause: Option<Instant>,
    ) -> bool {
        let context = self.context;
        let wanted: Vec<usize> = places
            .filter(|place| self.marks.get(*place).is_some_and(|mark| marks.contains(mark)))
            .collect();
        let core = context.config.limits.core;
        let limits = [false, true].map(|has_candidates| Limits {
            deadline: context.schedule.searched(has_candidates),
            ..core
        });
        let mut rest = wanted.as_slice();
        while let Some(count) = self.together(rest) {
            let (batch, others) = rest.split_at(count);
            rest = others;
            let object = |place: &usize| self.incoming.objects.get(*place).copied();
            let batch: Vec<_> = batch.iter().filter_map(object).collect();
            let held = AtomicUsize::new(self.found.window_bytes);
            let has_candidates = AtomicBool::new(!self.found.windows.is_empty());
            let threads = self.workers.len().min(batch.len().div_ceil(OBJECTS_PER_THREAD_MIN));
            let workers = self.workers.get_mut(..threads).unwrap_or_default();
            let objects = self.objects;
            let searched = each(workers, batch, |buffers, object| {
                // What is found must be judged, too.
                let [none_yet, some] = &limits;
                let limits = if has_candidates.load(Ordering::Relaxed) { some } else { none_yet };
                if limits.is_late() || is_past(pause) {
                    return None;
                }
                let searcher = Searcher::new(&context.installation.matcher, limits);
                let searched = buffers.search(&object, objects, searcher, context.threads);
                let is_found = searched.as_ref().is_ok_and(|found| !found.windows.is_empty());
                has_candidates.fetch_or(is_found, Ordering::Relaxed);
                Some((object, searched.map(|searched| Kept::of(searched, &held, context))))
            });
            let is_complete = searched.iter().all(Option::is_some);
            for (object, outcome) in searched.into_iter().flatten() {
                self.done(&object, outcome);
                context.progress.add(1);
            }
            if !is_complete {
                return false;
            }
        }
        true
    }

    /// How many of `places` are searched together, if there are any: a large object by itself,
    /// since it takes all threads.
    fn together(&self, places: &[usize]) -> Option<usize> {
        let mut bytes = 0_u64;
        let fits = |place: &&usize| {
            let size = self.incoming.objects.get(**place).map_or(0, |object| object.size);
            bytes = bytes.saturating_add(size);
            bytes <= BATCH_BYTES_MAX
        };
        let count = places.iter().take(BATCH_OBJECTS_MAX).take_while(fits).count();
        (!places.is_empty()).then_some(count.max(1))
    }

    fn done(&mut self, object: &IncomingObject, outcome: Result<Kept, ReadError>) {
        let place = self.incoming.position(&object.id);
        let mark = place.and_then(|place| self.marks.get_mut(place));
        mark.into_iter().for_each(|mark| *mark = Mark::Done);
        match outcome {
            Ok(kept) => {
                match &kept.open {
                    None => self.found.coverage.bytes_searched += object.size,
                    Some(open) if open.cause == Cause::OutOfTime => {
                        self.found.unfinished.push(object.id);
                    }
                    Some(_) => {}
                }
                self.found.coverage.unreadable_containers += kept.unreadable;
                let is_told = self.context.config.policy.unreadable != Action::Ignore;
                if is_told && kept.unreadable > 0 {
                    self.found.undecided.push(undecided_container(object.id, kept.unreadable));
                }
                self.found.add(Origin::Object(*object), kept);
            }
            Err(ReadError::Limit(LimitExceeded::Deadline)) => {
                self.found.names_missed |= object.kind == Kind::Tree;
                self.found.unfinished.push(object.id);
            }
            Err(error) => {
                self.found.names_missed |= object.kind == Kind::Tree;
                if !self.told.contains(&object.id) {
                    self.found.undecided.push(undecided_object(object.id, &error));
                }
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
                .search(&object, objects, searcher, context.threads)
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

/// What is kept of the search of one origin.
struct Kept {
    windows: Windows,
    /// Bytes that the windows hold.
    bytes: usize,
    open: Option<Open>,
    /// Containers of which something could not be read.
    unreadable: u64,
}

impl Kept {
    /// Keeps windows as long as there is room beside the bytes that are `held`.
    fn of(searched: Searched, held: &AtomicUsize, context: Context<'_>) -> Kept {
        let Searched { windows, open, unreadable, .. } = searched;
        let bytes: usize = windows.iter().map(Window::bytes_held).sum();
        let before = held.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) <= context.config.limits.core.window_bytes_held_max {
            return Kept { windows: Windows::Held(windows), bytes, open, unreadable };
        }
        held.fetch_sub(bytes, Ordering::Relaxed);
        Kept { windows: Windows::Later, bytes: 0, open, unreadable }
    }
}

impl SearchedPush {
    fn add(&mut self, origin: Origin, kept: Kept) {
        let Kept { windows, bytes, open, unreadable: _ } = kept;
        let (object, is_name) = match origin {
            Origin::Object(object) => (Some(object.id.to_string()), object.kind == Kind::Tree),
            Origin::RefName(_) => (None, true),
        };
        self.names_missed |= is_name && open.is_some();
        // Objects that the time did not suffice for are counted, and told together.
        let is_counted = |cause| object.is_some() && cause == Cause::OutOfTime;
        if let Some(open) = open.filter(|open| !is_counted(open.cause)) {
            let detail = open.limit.map(str::to_owned);
            let cause = open.cause;
            self.undecided.push(Undecided { cause, object, path: None, detail });
        }
        if !matches!(&windows, Windows::Held(windows) if windows.is_empty()) {
            self.window_bytes += bytes;
            self.windows.push((origin, windows));
        }
    }
}

impl Coverage {
    pub(super) fn count(&mut self, object: &IncomingObject) {
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

/// What is said of an object with containers that could not be read, where policy wants to know.
fn undecided_container(id: ObjectId, count: u64) -> Undecided {
    let detail = match count {
        1 => "an archive is encrypted, damaged, or of a kind that is not opened, such as 7z"
            .to_owned(),
        _ => format!("{} archives are encrypted, damaged, or the like", grouped(count)),
    };
    Undecided {
        cause: Cause::ContainerUnreadable,
        object: Some(id.to_string()),
        path: None,
        detail: Some(detail),
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
