//! Trees: what is sighted in the names of files and folders.
//!
//! Of nearly all names nothing is. Where something is, the names around are searched, and what came
//! of it holds for a tree that is made of the first as long as it has the same names.

use pushgate_git::pack::{Derived, Entries, Entry, Told};
use pushgate_git::{Survey, haystacks};

use super::{Sifter, State};

/// A tree that could be read to its end.
pub(super) struct SiftedTree {
    entries: Entries,
    /// The numbers of those whose names are not silent.
    loud: Vec<usize>,
    names: Names,
}

impl SiftedTree {
    /// How many bytes it takes besides itself.
    pub(super) fn weight(&self) -> usize {
        self.entries.weight() + self.loud.capacity() * size_of::<usize>()
    }

    /// Its entries, whose memory can be used again.
    pub(super) fn into_entries(self) -> Entries {
        self.entries
    }
}

/// What is known of the names of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// A search finds nothing in them.
    Clean,
    Suspect,
    /// Something is sighted in one, and they were not searched, since the tree is not wanted.
    Unsearched,
}

impl Sifter<'_, '_> {
    /// A tree that lies in `self.bytes`.
    pub(super) fn whole_tree(&mut self, entry: &Entry<'_>) -> State {
        let (sieve, survey) = (&mut self.sieve, &mut self.survey);
        let (mut loud, mut count) = (Vec::new(), 0);
        let entries = self.trees.read(entry.ids(), &self.bytes, &mut |named| {
            if !sieve.is_silent(named.name) {
                loud.push(count);
            }
            count += 1;
            survey.iter_mut().for_each(|survey| survey.name(&named));
        });
        if let Some(entries) = entries {
            let names = self.names(entry, &loud);
            return self.tree(entry, SiftedTree { entries, loud, names });
        }
        self.survey.iter_mut().for_each(Survey::missed);
        // Any of it may be a name.
        haystacks::tree_names(&entry.id(), &self.bytes, &mut self.names);
        let all = std::iter::once(0..self.names.len());
        let is_suspect = entry.is_wanted && self.sieve.names_are_suspect(&self.names, all);
        self.note(entry, !is_suspect);
        State::Tree(None)
    }

    /// A tree that is made of another.
    pub(super) fn derived_tree(
        &mut self,
        entry: &Entry<'_>,
        base: Option<&SiftedTree>,
        object: &Derived<'_>,
    ) -> State {
        if let Some(base) = base {
            if let Some(entries) = self.same_names(entry, base, object) {
                let (loud, names) = (base.loud.clone(), base.names);
                return self.tree(entry, SiftedTree { entries, loud, names });
            }
            if let Some((entries, loud)) = self.other_names(entry, base, object) {
                if !loud.is_empty() {
                    self.bytes.clear();
                    object.text().whole(&mut self.bytes);
                }
                let names = self.names(entry, &loud);
                return self.tree(entry, SiftedTree { entries, loud, names });
            }
        }
        self.bytes.clear();
        object.text().whole(&mut self.bytes);
        self.whole_tree(entry)
    }

    /// The entries of a tree if it has the names of its base and something is known of them, which
    /// is told only where not all are silent.
    fn same_names(
        &mut self,
        entry: &Entry<'_>,
        base: &SiftedTree,
        object: &Derived<'_>,
    ) -> Option<Entries> {
        if base.loud.is_empty() || base.names == Names::Unsearched && entry.is_wanted {
            return None;
        }
        let survey = &mut self.survey;
        self.trees.renewed(&base.entries, entry.ids(), object, &mut |named| {
            survey.iter_mut().for_each(|survey| survey.name(&named));
        })
    }

    /// The entries of a tree that may have other names than its base, and the numbers of those
    /// whose names are not silent.
    fn other_names(
        &mut self,
        entry: &Entry<'_>,
        base: &SiftedTree,
        object: &Derived<'_>,
    ) -> Option<(Entries, Vec<usize>)> {
        let (sieve, survey) = (&mut self.sieve, &mut self.survey);
        let (mut loud, mut count) = (Vec::new(), 0);
        let mut tell = |told: Told<'_>| match told {
            Told::Copied(range) => {
                let first = base.loud.partition_point(|number| *number < range.start);
                let rest = base.loud.iter().skip(first);
                let copied = rest.take_while(|number| **number < range.end);
                loud.extend(copied.map(|number| number - range.start + count));
                count += range.len();
            }
            Told::Fresh(named) => {
                if !sieve.is_silent(named.name) {
                    loud.push(count);
                }
                count += 1;
                survey.iter_mut().for_each(|survey| survey.name(&named));
            }
        };
        let entries = self.trees.follow(&base.entries, entry.ids(), object, &mut tell)?;
        Some((entries, loud))
    }

    /// What is known of the names of a tree, of which those with the numbers `loud` are not silent;
    /// if there are any, it lies in `self.bytes`.
    fn names(&mut self, entry: &Entry<'_>, loud: &[usize]) -> Names {
        if loud.is_empty() {
            return Names::Clean;
        }
        if !entry.is_wanted {
            return Names::Unsearched;
        }
        haystacks::tree_names(&entry.id(), &self.bytes, &mut self.names);
        let loud = haystacks::places_of(&self.names, loud);
        let is_suspect = self.sieve.names_are_suspect(&self.names, loud);
        if is_suspect { Names::Suspect } else { Names::Clean }
    }

    /// A tree that was looked at.
    fn tree(&mut self, entry: &Entry<'_>, tree: SiftedTree) -> State {
        self.survey.iter_mut().for_each(|survey| survey.tree(entry));
        self.note(entry, tree.names == Names::Clean);
        State::Tree(Some(tree))
    }
}
