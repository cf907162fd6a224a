//! What each new tree holds of the wanted objects, and at which paths, as one number.
//!
//! Two trees with the same holding have the same wanted objects at the same paths. So a commit whose
//! tree holds what a parent's tree holds brings none of them anywhere, and of any other commit only
//! those folders are read that hold something else than the parents' do.
//!
//! A holding is a sum with random factors (see [`recipes`](super::recipes)), modulo 2^61 - 1. That
//! two which should differ are the same happens once in 2^61 divided by the depth of the folders:
//! among the ten million pairs of a large push with a probability below one in a thousand million.

use std::{collections::HashSet as PlainSet, num::NonZero};

use gix::{ObjectId, hashtable::HashSet};

use super::field::Number;
use super::recipes::{Keys, Recipe, Recipes, Term, Wanted, Writer};
use crate::{
    Kind, Objects,
    pack::{Forest, Numbers},
};

/// What trees hold of the wanted objects.
#[derive(Default)]
pub(super) struct Holdings<'f> {
    keys: Keys,
    packs: Vec<PackHoldings<'f>>,
}

/// What the trees of one pack hold.
struct PackHoldings<'f> {
    numbers: Numbers<'f>,
    states: Vec<State>,
    /// By number, of those that are done.
    values: Vec<Number>,
}

/// In place of where a recipe stands: the tree holds what its base holds.
const NO_RECIPE: u32 = u32::MAX;

/// What is known of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is no tree, or it is not known what it holds.
    Unknown,
    /// It can be worked out.
    Written,
    /// It is being worked out.
    Begun,
    Done,
}

impl<'f> Holdings<'f> {
    /// Walks the trees of `forests`, on `threads` threads.
    pub(super) fn find(
        forests: &'f [Forest],
        objects: &Objects,
        wanted: &PlainSet<ObjectId>,
        threads: NonZero<usize>,
    ) -> Holdings<'f> {
        let keys = Keys::default();
        let wanted: HashSet<ObjectId> = wanted.iter().copied().collect();
        let holdings = |forest: &'f Forest| {
            let numbers = forest.numbers();
            let wanted = Wanted { forest, numbers: &numbers, objects: &wanted, keys: &keys };
            let trees = forest.select_kind(Kind::Tree).until(objects.limits.deadline);
            let writers = trees.walk(threads, || Writer::new(wanted));
            let mut kitchen = Kitchen::new(forest, &keys);
            writers.into_iter().for_each(|writer| kitchen.take(writer.into_recipes()));
            kitchen.work();
            PackHoldings { states: kitchen.states, values: kitchen.values, numbers }
        };
        let packs = forests.iter().map(holdings).collect();
        Holdings { keys, packs }
    }

    /// What the tree `id` holds; zero is nothing. A tree of which nothing is known has a number of its
    /// own.
    pub(super) fn of(&self, id: &ObjectId) -> Number {
        let of_pack = |pack: &PackHoldings<'_>| {
            let number = pack.numbers.of(id)? as usize;
            let is_done = pack.states.get(number) == Some(&State::Done);
            pack.values.get(number).copied().filter(|_| is_done)
        };
        self.packs.iter().find_map(of_pack).unwrap_or_else(|| self.keys.value(id))
    }
}

/// Works out the recipes of one pack.
struct Kitchen<'r> {
    forest: &'r Forest,
    keys: &'r Keys,
    recipes: Vec<Recipe>,
    terms: Vec<Term>,
    states: Vec<State>,
    /// By number: where the recipe stands of a tree that is not done.
    places: Vec<u32>,
    /// By number: what a tree that is done holds.
    values: Vec<Number>,
    /// Trees to be worked out, and those that were begun below what they need.
    pending: Vec<u32>,
}

impl<'r> Kitchen<'r> {
    fn new(forest: &'r Forest, keys: &'r Keys) -> Kitchen<'r> {
        Kitchen {
            forest,
            keys,
            recipes: Vec::new(),
            terms: Vec::new(),
            states: vec![State::Unknown; forest.len()],
            places: vec![NO_RECIPE; forest.len()],
            values: vec![Number::ZERO; forest.len()],
            pending: Vec::new(),
        }
    }

    fn take(&mut self, written: Recipes) {
        let terms_before = self.terms.len();
        for number in written.unchanged {
            self.set(number, State::Written);
        }
        for recipe in written.recipes {
            self.set(recipe.number, State::Written);
            if let Some(place) = self.places.get_mut(recipe.number as usize) {
                *place = self.recipes.len() as u32;
            }
            let first_term = recipe.first_term + terms_before;
            self.recipes.push(Recipe { first_term, ..recipe });
        }
        self.terms.extend(written.terms);
    }

    /// Works out all trees, each after those that it needs.
    fn work(&mut self) {
        for number in 0..self.forest.len() as u32 {
            self.pending.push(number);
            while let Some(number) = self.pending.pop() {
                match self.state(number) {
                    State::Unknown | State::Done => {}
                    State::Written => self.begin(number),
                    State::Begun => self.finish(number),
                }
            }
        }
    }

    /// Has what a tree needs worked out first.
    fn begin(&mut self, number: u32) {
        let first = self.pending.len();
        self.pending.push(number);
        let needed = terms(self.recipe(number), &self.recipes, &self.terms).iter();
        for needed in self.base(number).into_iter().chain(needed.map(|term| term.tree)) {
            if !matches!(self.state(needed), State::Done | State::Unknown) {
                self.pending.push(needed);
            }
        }
        // A base can be in what is derived from it. That circle ends where it is come upon.
        let needed = self.pending.get(first + 1..).unwrap_or_default();
        if needed.iter().any(|needed| self.state(*needed) == State::Begun) {
            self.pending.truncate(first);
            self.set(number, State::Unknown);
        } else {
            self.set(number, State::Begun);
        }
    }

    /// Adds up what a tree holds, when all that it needs is known as far as it can be.
    fn finish(&mut self, number: u32) {
        let mut sum = Number::ZERO;
        if let Some(base) = self.base(number) {
            if self.state(base) != State::Done {
                return self.set(number, State::Unknown);
            }
            sum = self.value(base);
        }
        let recipe = self.recipe(number);
        if let Some(recipe) = recipe.and_then(|at| self.recipes.get(at)) {
            sum = sum.plus(recipe.constant);
        }
        for term in terms(recipe, &self.recipes, &self.terms) {
            sum = sum.plus(term.factor.times(self.holding(term.tree)));
        }
        self.set(number, State::Done);
        if let Some(value) = self.values.get_mut(number as usize) {
            *value = sum;
        }
    }

    /// The object whose holding comes first in that of `number`.
    fn base(&self, number: u32) -> Option<u32> {
        let recipe = self.recipe(number).and_then(|at| self.recipes.get(at));
        let is_derived = recipe.is_none_or(|recipe| recipe.is_derived);
        self.forest.base(number).filter(|_| is_derived)
    }

    /// Where the recipe of a tree stands that is not done.
    fn recipe(&self, number: u32) -> Option<usize> {
        let place = self.places.get(number as usize).map(|place| *place as usize);
        place.filter(|at| *at < self.recipes.len())
    }

    fn holding(&self, number: u32) -> Number {
        match self.state(number) {
            State::Done => self.value(number),
            _ => self.keys.value(&self.forest.id(number)),
        }
    }

    fn state(&self, number: u32) -> State {
        self.states.get(number as usize).copied().unwrap_or(State::Unknown)
    }

    fn value(&self, number: u32) -> Number {
        self.values.get(number as usize).copied().unwrap_or_default()
    }

    fn set(&mut self, number: u32, state: State) {
        if let Some(place) = self.states.get_mut(number as usize) {
            *place = state;
        }
    }
}

/// The terms of a recipe.
fn terms<'t>(recipe: Option<usize>, recipes: &[Recipe], terms: &'t [Term]) -> &'t [Term] {
    let first = |at: usize| recipes.get(at).map(|recipe| recipe.first_term);
    let range = recipe.and_then(|at| Some(first(at)?..first(at + 1).unwrap_or(terms.len())));
    range.and_then(|range| terms.get(range)).unwrap_or_default()
}
