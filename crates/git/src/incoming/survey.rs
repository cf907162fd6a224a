//! What a walk over the packs, made for something else, sees of what the listing must know.
//!
//! Whoever walks hands over commits, and entries of trees; then the packs need not be walked twice
//! more, for the links of commits and for what trees name.

use super::{
    Sent,
    links::{self, Links},
    named::{self, Named},
};
use crate::{Objects, pack::Entry, parse};

/// What a thread sees of one pack.
#[derive(Debug)]
pub struct Survey<'s> {
    commits: links::Seen,
    /// Nothing where the store is empty: then all that trees name was sent.
    names: Option<named::Seen<'s>>,
}

impl<'s> Survey<'s> {
    /// Nothing was seen yet.
    #[must_use]
    pub fn new(sent: &'s Sent, objects: &Objects) -> Survey<'s> {
        let names = (!objects.base_is_empty()).then(|| named::Seen::new(&sent.incoming));
        Survey { commits: links::Seen::new(objects.format()), names }
    }

    /// A commit with this text.
    pub fn commit(&mut self, entry: &Entry<'_>, text: &[u8]) {
        self.commits.commit(entry, text);
    }

    /// An entry of a tree that its base has not, and perhaps one that it has.
    pub fn name(&mut self, entry: &parse::Entry<'_>) {
        if let Some(names) = &mut self.names {
            names.name(entry);
        }
    }

    /// A tree of which all entries were told that its base has not.
    pub fn tree(&mut self, entry: &Entry<'_>) {
        if let Some(names) = &mut self.names {
            names.tree(entry);
        }
    }

    /// A tree that was not read to its end.
    pub fn missed(&mut self) {
        if let Some(names) = &mut self.names {
            names.missed();
        }
    }
}

/// What was seen of all packs, to their ends.
#[derive(Debug, Default)]
pub struct Surveyed {
    pub(super) links: Links,
    pub(super) named: Named,
}

impl Surveyed {
    /// Adds what another thread has seen, or what was seen of another pack.
    pub fn add(&mut self, other: Survey<'_>) {
        let Survey { commits, names } = other;
        self.links.add(commits);
        names.into_iter().for_each(|names| self.named.add(names.into_named()));
    }
}
