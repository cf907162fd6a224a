//! Depth first over each tree, on one or more threads.

use std::{
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{
    Entry, Selection, Visitor,
    held::{Held, Place, Refused},
    source::Source,
};
use crate::{
    GitLimits, Kind, LimitExceeded, ReadError,
    limits::Budget,
    objects::{delta::Delta, pack::kind},
    threads::on_threads,
};

/// How many objects are looked at between two looks at the clock, if they are small.
const OBJECTS_PER_LOOK: u64 = 64;
/// How many bytes of objects are, if they are not.
const BYTES_PER_LOOK: u64 = 1 << 20;
/// A buffer for a delta that is longer than this is not kept.
const KEPT_BYTES_MAX: usize = 4 << 20;

pub(super) fn walk<V: Visitor + Send>(
    selection: &Selection<'_>,
    threads: NonZero<usize>,
    make: &(impl Fn() -> V + Sync),
) -> Vec<V> {
    // A thread more than there are stretches would find nothing to do.
    let threads = threads.min(NonZero::new(selection.stretch_count()).unwrap_or(threads));
    let next = AtomicUsize::new(0);
    let share = selection.forest.limits.forest_bytes_max / threads.get() as u64;
    let share = usize::try_from(share).unwrap_or(usize::MAX);
    let mut visitors = on_threads(threads, || Walker::new(selection, make(), share).work(&next));
    if let Some(visitor) = visitors.first_mut() {
        tell_rootless(selection, visitor);
    }
    visitors
}

/// Deltas in a circle, and what hangs on them.
fn tell_rootless(selection: &Selection<'_>, visitor: &mut impl Visitor) {
    for number in &selection.forest.rootless {
        if selection.is_wanted(*number) {
            let cause = ReadError::Corrupt("a delta of itself".to_owned());
            visitor.unreadable(&selection.forest.id(*number), cause);
        }
    }
}

/// An object on the path.
struct Frame<'s, S> {
    /// The rest of its children.
    children: std::slice::Iter<'s, u32>,
    depth: u64,
    place: Place,
    /// Whether room was made as long as it is on top, or cannot be made.
    is_settled: bool,
    state: S,
    /// Bytes that the state takes.
    weight: usize,
}

struct Walker<'s, V: Visitor> {
    selection: &'s Selection<'s>,
    source: Result<Source<'s>, ReadError>,
    visitor: V,
    held: Held,
    delta: Vec<u8>,
    path: Vec<Frame<'s, V::State>>,
    /// Bytes that all states on the path take, and may take.
    weight: usize,
    weight_max: usize,
    clock: Budget,
    until_look: u64,
    /// Whether the deadline has passed; then nothing is looked at any more.
    is_late: bool,
}

impl<'s, V: Visitor> Walker<'s, V> {
    fn new(selection: &'s Selection<'s>, visitor: V, bytes_max: usize) -> Walker<'s, V> {
        let limits = GitLimits { deadline: selection.deadline, ..selection.forest.limits };
        Walker {
            selection,
            source: Source::open(&selection.forest.pack),
            visitor,
            held: Held::new(bytes_max),
            delta: Vec::new(),
            path: Vec::new(),
            weight: 0,
            weight_max: bytes_max / 2,
            clock: Budget::new("objects_max", u64::MAX, &limits),
            until_look: 0,
            is_late: false,
        }
    }

    /// Walks trees as long as there are any left.
    fn work(mut self, next: &AtomicUsize) -> V {
        while let Some(roots) = self.selection.stretch(next.fetch_add(1, Ordering::Relaxed)) {
            for root in roots {
                self.tree(*root);
            }
        }
        self.visitor
    }

    fn tree(&mut self, root: u32) {
        self.enter(root);
        while let Some(top) = self.path.last_mut() {
            let child = top.children.find(|child| self.selection.is_needed(**child));
            if let Some(child) = child {
                self.enter(*child);
            } else if let Some(top) = self.path.pop() {
                self.weight -= top.weight;
                self.held.pop(&top.place);
            }
        }
        if self.delta.len() > KEPT_BYTES_MAX {
            self.delta = Vec::new();
        }
    }

    fn enter(&mut self, number: u32) {
        let result = match self.look(number) {
            Err(Refused::Large) if self.settle() => self.look(number),
            result => result,
        };
        match result {
            Ok(()) => {}
            Err(Refused::Large) => self.leave(number),
            Err(Refused::Unreadable(cause)) => {
                below(self.selection, number, |number| self.refuse(number, cause.clone()));
            }
        }
    }

    /// Reads an object, shows it, and puts it on the path if something is derived from it.
    fn look(&mut self, number: u32) -> Result<(), Refused> {
        let depth = self.path.last().map_or(0, |top| top.depth.saturating_add(1));
        self.check_limits(depth)?;
        let used = self.held.used();
        let state = if self.path.is_empty() { self.root(number) } else { self.derived(number) };
        let mut state = state.inspect_err(|_| self.held.rewind(used))?;
        self.lighten_parent();
        if self.selection.is_base(number) {
            let mut weight = V::weight(&state);
            if self.weight.saturating_add(weight) > self.weight_max {
                self.visitor.lighten(&mut state);
                weight = 0;
            }
            self.weight += weight;
            let children = self.selection.forest.children(number).iter();
            let place = self.held.push();
            self.path.push(Frame { children, depth, place, is_settled: false, state, weight });
        } else {
            self.visitor.lighten(&mut state);
            self.held.rewind(used);
        }
        Ok(())
    }

    /// Forgets what is remembered of the object on top of the path, if that was its last child.
    fn lighten_parent(&mut self) {
        if let Some(parent) = self.path.last_mut()
            && parent.children.as_slice().is_empty()
        {
            self.visitor.lighten(&mut parent.state);
            self.weight -= std::mem::take(&mut parent.weight);
        }
    }

    fn check_limits(&mut self, depth: u64) -> Result<(), ReadError> {
        let max = self.selection.forest.limits.delta_chain_max;
        if depth > max {
            return Err(LimitExceeded::Count { name: "delta_chain_max", max }.into());
        }
        if self.until_look == 0 {
            self.until_look = OBJECTS_PER_LOOK;
            self.is_late = self.is_late || self.clock.spend(1).is_err();
        }
        if self.is_late {
            // For every object that comes now, not only for the one that was there at the moment.
            self.until_look = 0;
            return Err(LimitExceeded::Deadline.into());
        }
        self.until_look -= 1;
        Ok(())
    }

    fn root(&mut self, number: u32) -> Result<V::State, Refused> {
        let forest = self.selection.forest;
        let source = self.source.as_mut().map_err(|error| error.clone())?;
        let (offset, end) = (forest.offset(number), forest.end(number));
        let header = source.entry(offset, end)?;
        // The error that its header gave when the forest was made.
        let is_delta = forest.pack.base_offset(&header)?.is_some();
        if is_delta {
            return Err(ReadError::Corrupt("a delta without its base".to_owned()).into());
        }
        let kind = kind(&header)?;
        source.check_claim(&header, end)?;
        self.until_look = bring_nearer(self.until_look, header.decompressed_size);
        let text = self.held.root(header.decompressed_size)?;
        source.inflate(&header, end, text)?;
        let entry = entry(self.selection, number, kind, header.decompressed_size);
        Ok(self.visitor.root(&entry, text))
    }

    fn derived(&mut self, number: u32) -> Result<V::State, Refused> {
        let forest = self.selection.forest;
        let source = self.source.as_mut().map_err(|error| error.clone())?;
        let (offset, end) = (forest.offset(number), forest.end(number));
        let header = source.entry(offset, end)?;
        let (Some(base), Some(kind), false) =
            (self.path.last(), forest.kind(number), header.header.is_base())
        else {
            return Err(ReadError::Corrupt("not what it was".to_owned()).into());
        };
        source.check_claim(&header, end)?;
        // For the delta itself, what it does, and what it inserts.
        let fits = |size: &usize| *size <= self.held.room() / 6;
        let size = usize::try_from(header.decompressed_size).ok().filter(fits);
        let size = size.ok_or(Refused::Large)?;
        if size > self.delta.len() {
            self.delta.resize(size, 0);
        }
        let (bytes, _) = self.delta.split_at_mut(size);
        source.inflate(&header, end, bytes)?;
        let delta = Delta::parse(bytes)?;
        self.until_look = bring_nearer(self.until_look, delta.result_size);
        self.held.derive(&base.place, &delta, !self.selection.is_base(number))?;
        let object = self.held.derived(&base.place);
        let entry = entry(self.selection, number, kind, delta.result_size);
        Ok(self.visitor.derived(&entry, &base.state, &object))
    }

    /// Frees what is held of objects on the path that have no children left, at the cost of making
    /// the one on top whole. Says whether that was worth it.
    fn settle(&mut self) -> bool {
        let selection = self.selection;
        let Some((top, path)) = self.path.split_last_mut() else { return false };
        if std::mem::replace(&mut top.is_settled, true) {
            return false;
        }
        let is_open = |frame: &Frame<'_, V::State>| {
            frame.children.as_slice().iter().any(|child| selection.is_needed(*child))
        };
        let keep = path.iter().rposition(is_open).map_or(0, |at| at + 1);
        let Some(first) = path.get(keep) else { return false };
        let floor = first.place;
        let is_settled = self.held.settle(&floor, &mut top.place);
        if is_settled {
            let end = path.len();
            let gone = self.path.drain(keep..end);
            self.weight -= gone.map(|frame| frame.weight).sum::<usize>();
        }
        is_settled
    }

    /// Leaves an object, and all that is derived from it, to be streamed.
    fn leave(&mut self, number: u32) {
        let forest = self.selection.forest;
        below(self.selection, number, |number| match (forest.size(number), forest.kind(number)) {
            (Ok(size), Some(kind)) => {
                self.visitor.large(&entry(self.selection, number, kind, size));
            }
            (Ok(_), None) => {}
            (Err(cause), _) => self.visitor.unreadable(&forest.id(number), cause),
        });
    }

    fn refuse(&mut self, number: u32, cause: ReadError) {
        self.visitor.unreadable(&self.selection.forest.id(number), cause);
    }
}

/// When the next look at the clock is due after an object of `size` bytes.
fn bring_nearer(until_look: u64, size: u64) -> u64 {
    until_look.saturating_sub(size.saturating_mul(OBJECTS_PER_LOOK) / BYTES_PER_LOOK)
}

fn entry<'s>(selection: &'s Selection<'_>, number: u32, kind: Kind, size: u64) -> Entry<'s> {
    let is_wanted = selection.is_wanted(number);
    Entry { forest: selection.forest, number, kind, size, is_wanted }
}

/// Hands an object, and all that is derived from it, to `sink`, if they are wanted.
fn below(selection: &Selection<'_>, number: u32, mut sink: impl FnMut(u32)) {
    let mut pending = vec![number];
    while let Some(number) = pending.pop() {
        if selection.is_wanted(number) {
            sink(number);
        }
        let children = selection.forest.children(number).iter();
        pending.extend(children.filter(|child| selection.is_needed(**child)));
    }
}
