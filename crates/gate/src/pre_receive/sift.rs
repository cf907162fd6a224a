//! Which incoming objects need not be searched in full.
//!
//! Packs are walked as forests of deltas, and what a delta leaves as it was is not looked at again.
//! This only ever takes work away: an object that cannot be read here, or is too large, or may hold
//! a finding, is searched and judged as if there were no sieve.

use pushgate_core::assess::dismissed_anywhere;
use pushgate_core::haystack::{Source, Window};
use pushgate_core::rule::RuleSet;
use pushgate_core::search::Searcher;
use pushgate_core::sieve::{Dismisser, Pieces, Sieve, Sifted, Step};
use pushgate_git::pack::{self, Derived, Entries, Entry, Forest, Text, Visitor};
use pushgate_git::{Incoming, Kind, ObjectId, ReadError, haystacks};

use super::Context;
use crate::installation::HostedDetectors;

/// The objects that are clean, by their place among the incoming ones.
#[derive(Debug, Default)]
pub(crate) struct Clean(Vec<bool>);

impl Clean {
    pub(crate) fn contains(&self, place: usize) -> bool {
        self.0.get(place).copied().unwrap_or(false)
    }
}

/// Sifts the packs that were sent.
pub(crate) fn sift(incoming: &Incoming, forests: &[Forest<'_>], context: Context<'_>) -> Clean {
    let mut clean = Clean(vec![false; incoming.objects.len()]);
    let installation = context.installation;
    let searcher = Searcher::new(&installation.matcher, &context.config.limits.core);
    let limits = &context.config.limits.git;
    for forest in forests {
        let selection = forest.select(|id, _| incoming.get(id).is_some());
        let visitors = selection.walk(context.threads(), || {
            let detectors = installation.detectors();
            Sifter {
                sieve: Sieve::new(searcher, Detected { detectors, rules: &installation.rules }),
                clean: Vec::new(),
                size_max: limits.object_bytes_max.min(limits.stream_bytes_min),
                tree: Vec::new(),
                names: Vec::new(),
            }
        });
        for id in visitors.iter().flat_map(|visitor| &visitor.clean) {
            let place = incoming.position(id).and_then(|place| clean.0.get_mut(place));
            place.into_iter().for_each(|place| *place = true);
        }
    }
    clean
}

/// Dismisses what the detectors dismiss wherever it stands.
struct Detected<'d> {
    detectors: HostedDetectors,
    rules: &'d RuleSet,
}

impl Dismisser for Detected<'_> {
    fn dismisses(&mut self, windows: &[Window]) -> bool {
        dismissed_anywhere(windows, self.rules, &mut self.detectors)
    }
}

/// Sifts the objects of one pack, or those that one thread sees.
struct Sifter<'d> {
    sieve: Sieve<'d, Detected<'d>>,
    clean: Vec<ObjectId>,
    /// Bytes of an object that is sifted; a larger one is streamed, or is too large.
    size_max: u64,
    tree: Vec<u8>,
    names: Vec<u8>,
}

/// What is remembered of an object.
enum State {
    Text(Sifted),
    /// A tree of which all names are silent.
    SilentTree(Entries),
    /// Any other tree.
    Tree,
}

impl Sifter<'_> {
    fn text(&mut self, entry: &Entry<'_>, sifted: Sifted) -> State {
        if entry.is_wanted && !sifted.is_suspect() {
            self.clean.push(entry.id());
        }
        State::Text(sifted)
    }

    /// A tree in whose names there is nothing.
    fn silent_tree(&mut self, entry: &Entry<'_>, entries: Entries) -> State {
        if entry.is_wanted {
            self.clean.push(entry.id());
        }
        State::SilentTree(entries)
    }

    /// A tree that lies in `self.tree`.
    fn tree(&mut self, entry: &Entry<'_>) -> State {
        let id = entry.id();
        let mut silent = true;
        let sieve = &mut self.sieve;
        let entries =
            Entries::of(&id, &self.tree, &mut |name| silent = silent && sieve.is_silent(name));
        match entries {
            Some(entries) if silent => self.silent_tree(entry, entries),
            _ => {
                haystacks::tree_names(&id, &self.tree, &mut self.names);
                if entry.is_wanted && !self.sieve.names(&self.names).is_suspect() {
                    self.clean.push(id);
                }
                State::Tree
            }
        }
    }

    fn derived_tree(&mut self, entry: &Entry<'_>, base: &State, object: &Derived<'_>) -> State {
        if let State::SilentTree(base) = base {
            let mut silent = true;
            let sieve = &mut self.sieve;
            let mut fresh = |name: &[u8]| silent = silent && sieve.is_silent(name);
            let entries = base.derived(&entry.id(), object, &mut fresh);
            if let (Some(entries), true) = (entries, silent) {
                return self.silent_tree(entry, entries);
            }
        }
        self.tree.clear();
        object.text().whole(&mut self.tree);
        self.tree(entry)
    }
}

impl Visitor for Sifter<'_> {
    type State = State;

    fn root(&mut self, entry: &Entry<'_>, text: &[u8]) -> State {
        let sifted = match source(entry.kind) {
            _ if entry.size > self.size_max => Sifted::unknown(text.len()),
            Some(source) => self.sieve.whole(source, text),
            None => {
                self.tree.clear();
                self.tree.extend_from_slice(text);
                return self.tree(entry);
            }
        };
        self.text(entry, sifted)
    }

    fn derived(&mut self, entry: &Entry<'_>, base: &State, object: &Derived<'_>) -> State {
        let text = object.text();
        let sifted = match (source(entry.kind), base) {
            _ if entry.size > self.size_max => Sifted::unknown(text.size()),
            (None, base) => return self.derived_tree(entry, base, object),
            (Some(source), State::Text(base)) => {
                self.sieve.derived(source, base, object.steps().map(step), &InPieces(text))
            }
            // What is derived is of its base's kind.
            (Some(_), _) => Sifted::unknown(text.size()),
        };
        self.text(entry, sifted)
    }

    fn large(&mut self, _: &Entry<'_>) {}

    fn unreadable(&mut self, _: &ObjectId, _: ReadError) {}
}

/// What kind of text an object is; none if it is a tree, of which the names are one.
fn source(kind: Kind) -> Option<Source> {
    match kind {
        Kind::Blob => Some(Source::Blob),
        Kind::Commit => Some(Source::Commit),
        Kind::Tag => Some(Source::Tag),
        Kind::Tree => None,
    }
}

fn step(step: pack::Step<'_>) -> Step {
    match step {
        pack::Step::Copy { from, at } => Step::Copy { from, at },
        pack::Step::Insert { at, bytes } => Step::Insert(at..at + bytes.len()),
    }
}

/// A text of a pack, as the sieve reads it.
struct InPieces<'t>(Text<'t>);

impl Pieces for InPieces<'_> {
    fn size(&self) -> usize {
        self.0.size()
    }

    fn gather(&self, range: std::ops::Range<usize>, out: &mut Vec<u8>) {
        self.0.gather(range, out);
    }
}
