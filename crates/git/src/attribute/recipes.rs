//! How much of what is wanted each tree of a pack holds, told from what deltas change.
//!
//! The *holding* of a tree is a sum: for each entry, a factor made of its name times what the entry
//! leads to. That is a value for each wanted object, and the holding of the tree for a folder. So a
//! tree that is a delta holds what its base holds, plus what its new entries lead to, minus what
//! those lead to that are gone. This is its *recipe*. Recipes are written in the order of the pack,
//! where folders come before or after what is in them, and worked out when all are known.

use std::hash::{BuildHasher, RandomState};

use gix::{ObjectId, hashtable::HashSet};

use super::field::Number;
use crate::{
    Kind, ReadError,
    pack::{Derived, Entries, Entry, Forest, Numbers, Told, TreeReader, Visitor},
    parse::{self, EntryKind},
};

/// How many terms a thread writes, of 16 bytes each; of further trees nothing is known.
const TERMS_MAX: usize = 2 << 20;
/// Among how many new items of a tree it is looked for items that only seem to be new.
const COMPARED_MAX: usize = 16;
/// Lists of items whose memory is kept for others, and items of one, at most.
const SPARE_MAX: usize = 64;
const SPARE_ITEMS_MAX: usize = 4 << 10;

/// Turns names and ids into numbers that the pusher cannot foresee.
#[derive(Debug, Default)]
pub(super) struct Keys {
    names: RandomState,
    ids: RandomState,
}

impl Keys {
    /// The value of a wanted object, or of a tree of which nothing is known.
    pub(super) fn value(&self, id: &ObjectId) -> Number {
        Number::new(self.ids.hash_one(id))
    }

    /// What tells entries with different names apart.
    fn factor(&self, entry: &parse::Entry<'_>) -> Number {
        Number::new(self.names.hash_one((entry.kind == EntryKind::Tree, entry.name)))
    }
}

/// What is added up to the holding of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    pub(super) factor: Number,
    /// The number of a tree of the same pack.
    pub(super) tree: u32,
}

/// How the holding of one tree is worked out.
#[derive(Debug)]
pub(super) struct Recipe {
    pub(super) number: u32,
    /// Whether the holding of the base comes first.
    pub(super) is_derived: bool,
    /// What is added for the wanted objects that are entries.
    pub(super) constant: Number,
    /// Where its terms begin; they end where the next recipe's begin.
    pub(super) first_term: usize,
}

/// The recipes of the trees that one thread has seen.
#[derive(Debug, Default)]
pub(super) struct Recipes {
    pub(super) recipes: Vec<Recipe>,
    pub(super) terms: Vec<Term>,
    /// Trees that hold just what their bases hold.
    pub(super) unchanged: Vec<u32>,
}

/// What the trees of one pack are looked through for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'w> {
    pub(super) forest: &'w Forest,
    pub(super) numbers: &'w Numbers<'w>,
    pub(super) objects: &'w HashSet<ObjectId>,
    pub(super) keys: &'w Keys,
}

/// Writes recipes.
pub(super) struct Writer<'w> {
    wanted: Wanted<'w>,
    written: Recipes,
    trees: TreeReader,
    tree: Vec<u8>,
    /// How often each item of the base stands in what is derived from it.
    copies: Vec<u64>,
    /// The items that are not copied.
    fresh: Vec<Item>,
    /// Memory of items that are not needed any more.
    spare: Vec<Vec<Item>>,
}

impl<'w> Writer<'w> {
    pub(super) fn new(wanted: Wanted<'w>) -> Writer<'w> {
        Writer {
            wanted,
            written: Recipes::default(),
            trees: TreeReader::default(),
            tree: Vec::new(),
            copies: Vec::new(),
            fresh: Vec::new(),
            spare: Vec::new(),
        }
    }

    pub(super) fn into_recipes(self) -> Recipes {
        self.written
    }
}

/// What is remembered of a tree for those that are derived from it.
pub(super) enum State {
    /// Its entries, and those that may hold something.
    Known(Entries, Vec<Item>),
    /// It cannot be read to its end, or there is no room to write more.
    Unknown,
}

/// An entry that holds something, or may.
#[derive(Clone, Copy)]
pub(super) struct Item {
    /// Its number in the tree.
    entry: usize,
    factor: Number,
    leads_to: LeadsTo,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LeadsTo {
    /// A tree of the same pack, by its number.
    Tree(u32),
    /// Something that counts so much.
    Value(Number),
}

impl Item {
    fn is_same(&self, other: &Item) -> bool {
        (self.factor, self.leads_to) == (other.factor, other.leads_to)
    }
}

impl Wanted<'_> {
    /// Adds what the entry with that number leads to.
    fn add(&self, number: usize, entry: &parse::Entry<'_>, items: &mut Vec<Item>) {
        if entry.kind == EntryKind::Gitlink {
            return;
        }
        let id = entry.object_id();
        let folder = (entry.kind == EntryKind::Tree).then(|| self.folder(&id));
        let itself = self.objects.contains(&id).then(|| LeadsTo::Value(self.keys.value(&id)));
        let item = |leads_to| Item { entry: number, factor: self.keys.factor(entry), leads_to };
        items.extend(folder.into_iter().chain(itself).map(item));
    }

    fn folder(&self, id: &ObjectId) -> LeadsTo {
        let is_tree = |number: &u32| self.forest.kind(*number) == Some(Kind::Tree);
        let number = self.numbers.of(id).filter(is_tree);
        number.map_or_else(|| LeadsTo::Value(self.keys.value(id)), LeadsTo::Tree)
    }
}

impl Writer<'_> {
    /// A tree that is told by itself.
    fn whole(&mut self, entry: &Entry<'_>, bytes: &[u8]) -> State {
        let wanted = self.wanted;
        let (mut items, mut count) = (self.no_items(), 0);
        let entries = self.trees.read(entry.ids(), bytes, &mut |entry| {
            wanted.add(count, &entry, &mut items);
            count += 1;
        });
        // Without a recipe nothing is known of it.
        let Some(entries) = entries.filter(|_| self.has_room_for(items.len())) else {
            return State::Unknown;
        };
        self.begin(entry.number(), false);
        items.iter().for_each(|item| self.add(item.factor, item.leads_to));
        State::Known(entries, items)
    }

    /// An empty list, for which there is memory already.
    fn no_items(&mut self) -> Vec<Item> {
        let mut items = self.spare.pop().unwrap_or_default();
        items.clear();
        items
    }

    fn has_room_for(&self, items: usize) -> bool {
        self.written.terms.len().saturating_add(items) <= TERMS_MAX
    }

    fn begin(&mut self, number: u32, is_derived: bool) {
        let first_term = self.written.terms.len();
        self.written.recipes.push(Recipe {
            number,
            is_derived,
            constant: Number::ZERO,
            first_term,
        });
    }

    fn add(&mut self, factor: Number, leads_to: LeadsTo) {
        match leads_to {
            LeadsTo::Tree(tree) => self.written.terms.push(Term { factor, tree }),
            LeadsTo::Value(value) => {
                if let Some(recipe) = self.written.recipes.last_mut() {
                    recipe.constant = recipe.constant.plus(factor.times(value));
                }
            }
        }
    }

    /// A tree that is told by what it has copied of its base.
    fn changed(
        &mut self,
        entry: &Entry<'_>,
        base: (&Entries, &[Item]),
        object: &Derived<'_>,
    ) -> Option<State> {
        let (base_entries, base_items) = base;
        let (mut items, mut count) = (self.no_items(), 0);
        self.copies.clear();
        self.copies.resize(base_items.len(), 0);
        self.fresh.clear();
        let (wanted, copies, fresh) = (self.wanted, &mut self.copies, &mut self.fresh);
        let entries =
            self.trees.follow(base_entries, entry.ids(), object, &mut |told| match told {
                Told::Copied(range) => {
                    let first = base_items.partition_point(|item| item.entry < range.start);
                    let copied = base_items.iter().zip(copies.iter_mut()).skip(first);
                    for (item, copies) in copied.take_while(|(item, _)| item.entry < range.end) {
                        *copies += 1;
                        items.push(Item { entry: item.entry - range.start + count, ..*item });
                    }
                    count += range.len();
                }
                Told::Fresh(entry) => {
                    let first = items.len();
                    wanted.add(count, &entry, &mut items);
                    fresh.extend_from_slice(items.get(first..).unwrap_or_default());
                    count += 1;
                }
            })?;
        self.write_change(entry.number(), base_items);
        Some(State::Known(entries, items))
    }

    /// Writes that a tree has what is fresh beside what is copied of its base.
    fn write_change(&mut self, number: u32, base: &[Item]) {
        let mut fresh = std::mem::take(&mut self.fresh);
        if fresh.len() <= COMPARED_MAX {
            fresh.retain(|item| {
                let copies = base.iter().zip(&mut self.copies);
                let mut gone =
                    copies.filter(|(before, copies)| **copies == 0 && before.is_same(item));
                gone.next().map(|(_, copies)| *copies = 1).is_none()
            });
        }
        let copies = std::mem::take(&mut self.copies);
        let changed = base.iter().zip(&copies).filter(|(_, copies)| **copies != 1);
        if fresh.is_empty() && changed.clone().next().is_none() {
            self.written.unchanged.push(number);
        } else if self.has_room_for(base.len().saturating_add(fresh.len())) {
            self.begin(number, true);
            for (item, copies) in changed {
                // None of it takes it away once, two of it add it once.
                let times = Number::new(*copies).minus(Number::ONE);
                self.add(item.factor.times(times), item.leads_to);
            }
            fresh.iter().for_each(|item| self.add(item.factor, item.leads_to));
        }
        (self.copies, self.fresh) = (copies, fresh);
    }
}

impl Visitor for Writer<'_> {
    type State = State;

    fn weight(state: &State) -> usize {
        match state {
            State::Known(entries, items) => entries.weight() + items.capacity() * size_of::<Item>(),
            State::Unknown => 0,
        }
    }

    fn lighten(&mut self, state: &mut State) {
        if let State::Known(entries, items) = std::mem::replace(state, State::Unknown) {
            self.trees.done(entries);
            if (1..=SPARE_ITEMS_MAX).contains(&items.capacity()) && self.spare.len() < SPARE_MAX {
                self.spare.push(items);
            }
        }
    }

    fn root(&mut self, entry: &Entry<'_>, text: &[u8]) -> State {
        self.whole(entry, text)
    }

    fn derived(&mut self, entry: &Entry<'_>, base: &State, object: &Derived<'_>) -> State {
        if let State::Known(entries, items) = base
            && let Some(state) = self.changed(entry, (entries, items), object)
        {
            return state;
        }
        let mut tree = std::mem::take(&mut self.tree);
        tree.clear();
        object.text().whole(&mut tree);
        let state = self.whole(entry, &tree);
        self.tree = tree;
        state
    }

    fn large(&mut self, _: &Entry<'_>) {}

    fn unreadable(&mut self, _: &ObjectId, _: ReadError) {}
}
