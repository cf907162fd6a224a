//! What the commits of the packs say, read in one pass.

use std::num::NonZero;

use gix::{ObjectId, hash, hashtable::HashMap};

use crate::{
    Kind, Objects, ReadError,
    pack::{Derived, Entry, Forest, Visitor},
    parse,
};

/// The links of commits that were sent in packs.
///
/// One that is not here may have been sent all the same: as a loose object, or too large, or
/// broken. It is to be read by itself, which then says so.
#[derive(Debug, Default)]
pub(crate) struct Links(HashMap<ObjectId, parse::Commit>);

impl Links {
    /// Reads all commits of `forests`, on `threads` threads.
    pub(crate) fn read(forests: &[Forest], objects: &Objects, threads: NonZero<usize>) -> Links {
        let mut links = HashMap::default();
        for forest in forests {
            let commits = forest.select_kind(Kind::Commit).until(objects.limits.deadline);
            let make =
                || Reader { format: objects.format(), commits: Vec::new(), text: Vec::new() };
            for reader in commits.walk(threads, make) {
                links.extend(reader.commits);
            }
        }
        for (id, commit) in &mut links {
            objects.cut_at_shallow(id, commit);
        }
        Links(links)
    }

    /// What the commit `id` says, if it was read.
    pub(crate) fn of(&self, id: &ObjectId) -> Option<&parse::Commit> {
        self.0.get(id)
    }
}

struct Reader {
    format: hash::Kind,
    commits: Vec<(ObjectId, parse::Commit)>,
    text: Vec<u8>,
}

impl Reader {
    fn read(&mut self, entry: &Entry<'_>, text: &[u8]) {
        let commit = parse::commit(text, self.format);
        self.commits.extend(commit.map(|commit| (entry.id(), commit)));
    }
}

impl Visitor for Reader {
    type State = ();

    fn root(&mut self, entry: &Entry<'_>, text: &[u8]) {
        self.read(entry, text);
    }

    fn derived(&mut self, entry: &Entry<'_>, (): &(), object: &Derived<'_>) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        object.text().whole(&mut text);
        self.read(entry, &text);
        self.text = text;
    }

    fn large(&mut self, _: &Entry<'_>) {}

    fn unreadable(&mut self, _: &ObjectId, _: ReadError) {}
}
