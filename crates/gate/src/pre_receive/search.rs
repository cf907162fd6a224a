//! Every incoming object to windows with candidates, and the receipt of what was looked at.

use pushgate_core::cause::Cause;
use pushgate_core::haystack::{Source, Window};
use pushgate_core::policy::Undecided;
use pushgate_core::search::{Searched, Searcher};
use pushgate_git::{
    Incoming, IncomingObject, Kind, ObjectId, Objects, Push, ReadError, Unreadable, UpdateKind,
    haystacks,
};

use super::sift::Clean;
use super::{Context, exceeded};

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
}

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
    window_bytes: usize,
}

/// Searches everything that `push` makes available, but what is known to be `clean`.
pub(crate) fn search(
    push: &Push,
    incoming: &Incoming,
    objects: &Objects,
    clean: &Clean,
    context: Context<'_>,
) -> SearchedPush {
    let limits = &context.config.limits;
    let searcher = Searcher::new(&context.installation.matcher, &limits.core);
    let mut push_searched = SearchedPush::default();
    push_searched.undecided.extend(incoming.unreadable.iter().map(undecided_of));

    for (index, update) in push.updates.iter().enumerate() {
        // A name that is taken away is not made available.
        if update.kind() != UpdateKind::Delete {
            let searched = searcher.whole(Source::RefName, &update.name);
            push_searched.add(Origin::RefName(index), searched, context);
        }
    }

    let mut buffers = Buffers::default();
    for (place, object) in incoming.objects.iter().enumerate() {
        push_searched.coverage.count(object);
        if clean.contains(place) {
            push_searched.coverage.bytes_searched += object.size;
            continue;
        }
        if context.out_of_time() {
            push_searched.undecided.push(Undecided {
                cause: Cause::OutOfTime,
                object: None,
                path: None,
                detail: Some(format!("push_duration_ms_max, before object {}", object.id)),
            });
            push_searched.names_missed = true;
            break;
        }
        match buffers.search(object, objects, searcher) {
            Ok(searched) => {
                if searched.open.is_none() {
                    push_searched.coverage.bytes_searched += object.size;
                }
                push_searched.add(Origin::Object(*object), searched, context);
            }
            Err(error) => {
                push_searched.names_missed |= object.kind == Kind::Tree;
                push_searched.undecided.push(undecided_object(object.id, &error));
            }
        }
    }
    // The receipt counts what is incoming, whether or not the time sufficed to look at it.
    for object in incoming.objects.iter().skip(push_searched.coverage.seen()) {
        push_searched.coverage.count(object);
    }
    push_searched
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
                .search(&object, objects, searcher)
                .map_err(|error| undecided_object(object.id, &error))?,
        };
        Ok(searched.windows)
    }

    fn search(
        &mut self,
        object: &IncomingObject,
        objects: &Objects,
        searcher: Searcher<'_>,
    ) -> Result<Searched, ReadError> {
        if object.kind == Kind::Blob && object.size >= objects.limits().stream_bytes_min {
            let mut stream = searcher.stream(Source::Blob);
            objects.stream(&object.id, &mut |piece| stream.push(piece))?;
            return Ok(stream.finish());
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
        if let Some(open) = searched.open {
            self.names_missed |= is_name;
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

    fn seen(&self) -> usize {
        usize::try_from(self.objects).unwrap_or(usize::MAX)
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
