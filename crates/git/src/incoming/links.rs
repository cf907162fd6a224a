//! What the commits of the packs say, read in one pass.

use std::num::NonZero;

use gix::{ObjectId, hash};

use super::positions::{Listed, Positions};
use crate::{
    Kind, Objects, ReadError,
    pack::{Derived, Entry, Forest, Visitor},
    parse,
};

/// The links of commits that were sent in packs.
///
/// One that is not here may have been sent all the same: as a loose object, or too large, or
/// broken. It is to be read by itself, which then says so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Links {
    /// As they were met: mostly the next one that is asked for stands beside the last.
    commits: Vec<(ObjectId, parse::Commit)>,
    positions: Positions,
}

impl Links {
    /// Reads all commits of `forests`, on `threads` threads.
    pub(crate) fn read(forests: &[Forest], objects: &Objects, threads: NonZero<usize>) -> Links {
        let mut links = Links::default();
        for forest in forests {
            let commits = forest.select_kind(Kind::Commit).until(objects.limits.deadline);
            let make = || Reader { seen: Seen::new(objects.format()), text: Vec::new() };
            commits.walk(threads, make).into_iter().for_each(|reader| links.add(reader.seen));
        }
        links.cut_at_shallow(objects);
        links
    }

    /// Adds what a thread has seen.
    pub(super) fn add(&mut self, seen: Seen) {
        let Links { commits, positions } = self;
        commits.reserve(seen.commits.len());
        positions.reserve(seen.commits.len(), commits);
        for (id, commit) in seen.commits {
            if positions.of(&id, commits).is_none() {
                commits.push((id, commit));
                positions.add_last(commits);
            }
        }
    }

    /// Takes away what lies behind the boundary of shallow history.
    pub(super) fn cut_at_shallow(&mut self, objects: &Objects) {
        for (id, commit) in &mut self.commits {
            objects.cut_at_shallow(id, commit);
        }
    }

    /// What the commit `id` says, if it was read.
    pub(crate) fn of(&self, id: &ObjectId) -> Option<&parse::Commit> {
        let at = self.positions.of(id, &self.commits)?;
        self.commits.get(at).map(|(_, commit)| commit)
    }
}

impl Listed for (ObjectId, parse::Commit) {
    fn id(&self) -> &ObjectId {
        &self.0
    }
}

/// The commits that a thread has seen.
#[derive(Debug)]
pub(super) struct Seen {
    format: hash::Kind,
    commits: Vec<(ObjectId, parse::Commit)>,
}

impl Seen {
    /// None yet, with ids of this kind.
    pub(super) fn new(format: hash::Kind) -> Seen {
        Seen { format, commits: Vec::new() }
    }

    pub(super) fn commit(&mut self, entry: &Entry<'_>, text: &[u8]) {
        let commit = parse::commit(text, self.format);
        self.commits.extend(commit.map(|commit| (entry.id(), commit)));
    }
}

struct Reader {
    seen: Seen,
    text: Vec<u8>,
}

impl Visitor for Reader {
    type State = ();

    fn root(&mut self, entry: &Entry<'_>, text: &[u8]) {
        self.seen.commit(entry, text);
    }

    fn derived(&mut self, entry: &Entry<'_>, (): &(), object: &Derived<'_>) {
        self.text.clear();
        object.text().whole(&mut self.text);
        self.seen.commit(entry, &self.text);
    }

    fn large(&mut self, _: &Entry<'_>) {}

    fn unreadable(&mut self, _: &ObjectId, _: ReadError) {}
}
