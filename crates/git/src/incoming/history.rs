//! Which commits are new.
//!
//! Commits that were sent and that a new tip reaches are; what they build on is their *frontier*.
//! When a ref points at every commit of the frontier, that is all. Else the history of the rest
//! of the frontier is walked, together with that of all refs, newest first, until what is left
//! can only be old.

use std::{cmp::Reverse, collections::BinaryHeap};

use gix::{
    ObjectId,
    hashtable::{HashMap, HashSet},
};

use super::{
    Incoming, IncomingError, Unreadable,
    links::Links,
    positions::{Listed, Positions},
    tips::{ExistingRefs, Tip},
};
use crate::{LimitExceeded, Objects, ReadError, limits::Budget, objects::Kind, parse, refs};

/// How many old commits are looked at after the last new one, because clocks can be wrong.
///
/// Git does the same with five, but tells the parents of each, and theirs, at once that they are
/// old: so this sees as far as git does. A commit that is taken for new by mistake is searched in
/// vain.
const SLOP: usize = 7;

/// How many of the newest commits are looked at before all refs are read.
const NEAR_HEAD_MAX: usize = 200;

/// A commit that the push makes available.
#[derive(Clone, Debug)]
pub(crate) struct NewCommit {
    pub(crate) id: ObjectId,
    pub(crate) tree: ObjectId,
    pub(crate) parents: parse::Parents,
    date: u64,
    /// The first of [`Incoming::tips`] that reaches it.
    pub(crate) tip: usize,
}

impl Listed for NewCommit {
    fn id(&self) -> &ObjectId {
        &self.id
    }
}

/// New commits while they are being found, numbered as they come.
#[derive(Default)]
struct Found {
    commits: Vec<NewCommit>,
    numbers: Positions,
}

/// The commits that new tips reach and no existing ref does, parents first. Adds those that were
/// not sent to `incoming`.
pub(super) fn collect(
    objects: &Objects,
    existing: &mut ExistingRefs<'_>,
    links: &Links,
    incoming: &mut Incoming,
) -> Result<Vec<NewCommit>, IncomingError> {
    let mut walk = Walk::new(objects, links);
    let mut frontier = walk.sent(incoming)?;
    existing.remove_claimed(&mut frontier);
    if !frontier.is_empty() {
        walk.remove_near_head(&mut frontier);
        existing.remove_tips(&mut frontier)?;
    }
    if !frontier.is_empty() {
        let hidden = existing.ends()?;
        walk.stored(frontier, hidden, incoming)?;
    }
    incoming.unreadable.append(&mut walk.unreadable);
    Ok(walk.finish(incoming))
}

/// The commits that were sent and that new tips reach, parents first.
pub(super) fn sent(
    objects: &Objects,
    links: &Links,
    incoming: &Incoming,
) -> Result<Vec<NewCommit>, LimitExceeded> {
    let mut walk = Walk::new(objects, links);
    walk.sent(incoming)?;
    Ok(walk.finish(incoming))
}

struct Walk<'o> {
    objects: &'o Objects,
    links: &'o Links,
    budget: Budget,
    bytes: Vec<u8>,
    found: Found,
    unreadable: Vec<Unreadable>,
}

impl<'o> Walk<'o> {
    fn new(objects: &'o Objects, links: &'o Links) -> Walk<'o> {
        Walk {
            objects,
            links,
            budget: Budget::new(
                "commits_walked_max",
                objects.limits.commits_walked_max,
                &objects.limits,
            ),
            bytes: Vec::new(),
            found: Found::default(),
            unreadable: Vec::new(),
        }
    }

    fn read(&mut self, id: &ObjectId) -> Result<Result<parse::Commit, ReadError>, LimitExceeded> {
        self.budget.spend(1)?;
        if let Some(commit) = self.links.of(id) {
            return Ok(Ok(commit.clone()));
        }
        Ok(self.objects.commit(id, &mut self.bytes))
    }

    /// Finds sent commits; returns what they build on.
    fn sent(&mut self, incoming: &Incoming) -> Result<HashSet<ObjectId>, LimitExceeded> {
        let mut frontier = HashSet::default();
        let mut pending = Vec::new();
        for target in incoming.tips.iter().map(|tip| tip.target) {
            let Some((id, Kind::Commit)) = target else { continue };
            pending.push(id);
            while let Some(id) = pending.pop() {
                if self.found.number(&id).is_some() || frontier.contains(&id) {
                    continue;
                }
                if incoming.get(&id).is_none() {
                    frontier.insert(id);
                    continue;
                }
                let commit = match self.read(&id)? {
                    Ok(commit) => commit,
                    Err(cause) => {
                        self.unreadable.push(Unreadable::Object { id, cause });
                        continue;
                    }
                };
                pending.extend(&commit.parents);
                self.add(id, commit);
            }
        }
        Ok(frontier)
    }

    /// Removes those of `ids` that are among the newest commits of the branch that `HEAD` names: a
    /// new branch mostly begins there, and then the other refs need not be read.
    fn remove_near_head(&mut self, ids: &mut HashSet<ObjectId>) {
        let mut newest = BinaryHeap::new();
        let mut seen = HashSet::default();
        let mut next = refs::main_branch(&self.objects.repository).into_iter().collect::<Vec<_>>();
        for _ in 0..NEAR_HEAD_MAX {
            for id in next.drain(..).filter(|id| seen.insert(*id)) {
                // One that cannot be read leads nowhere.
                if let Ok(commit) = self.objects.commit(&id, &mut self.bytes) {
                    ids.remove(&id);
                    newest.push((commit.date, id, commit.parents));
                }
            }
            if ids.is_empty() {
                return;
            }
            let Some((_, _, parents)) = newest.pop() else { return };
            next = parents.into_vec();
        }
    }

    fn add(&mut self, id: ObjectId, commit: parse::Commit) {
        let parse::Commit { tree, parents, date } = commit;
        self.found.add(NewCommit { id, tree, parents, date, tip: 0 });
    }

    /// Says of every commit which tip reaches it first, and sorts them.
    fn finish(self, incoming: &Incoming) -> Vec<NewCommit> {
        let mut found = self.found;
        let parents = found.parents();
        found.reach(&parents, &incoming.tips);
        found.parents_first(&parents)
    }

    /// Finds new commits of the store: those behind `frontier` and not behind `hidden`.
    fn stored(
        &mut self,
        frontier: HashSet<ObjectId>,
        hidden: &HashSet<ObjectId>,
        incoming: &mut Incoming,
    ) -> Result<(), LimitExceeded> {
        let mut colours = Colours::default();
        for id in hidden {
            // Not every ref points at a commit, and a broken one hides nothing.
            if let Ok(commit) = self.read(id)? {
                colours.reach(*id, commit, false);
            }
        }
        for id in frontier {
            self.visit(id, true, &mut colours)?;
        }
        while let Some(state) = colours.next() {
            let is_new = state.is_new;
            for parent in state.commit.parents.clone() {
                self.visit(parent, is_new, &mut colours)?;
            }
        }
        let mut fresh: Vec<_> = colours.into_new().collect();
        fresh.sort_unstable_by_key(|(id, _)| *id);
        for (id, commit) in fresh {
            match self.objects.header(&id) {
                Ok(header) => {
                    incoming.add_stored(id, header, self.objects)?;
                    self.add(id, commit);
                }
                Err(cause) => incoming.note(id, cause),
            }
        }
        Ok(())
    }

    /// Reaches the commit `id`, from a new one or a tip, or from an old one.
    fn visit(
        &mut self,
        id: ObjectId,
        is_new: bool,
        colours: &mut Colours,
    ) -> Result<(), LimitExceeded> {
        if colours.reach_again(&id, !is_new) {
            return Ok(());
        }
        match self.read(&id)? {
            Ok(commit) => colours.reach(id, commit, is_new),
            Err(cause) if is_new => self.unreadable.push(Unreadable::Object { id, cause }),
            Err(_) => {}
        }
        Ok(())
    }
}

/// A commit of the store during the walk.
struct State {
    commit: parse::Commit,
    /// Whether no existing ref is known to reach it.
    is_new: bool,
    queued: bool,
}

/// All commits of the store that were reached, and those to look at next, newest first.
#[derive(Default)]
struct Colours {
    states: HashMap<ObjectId, State>,
    queue: BinaryHeap<(u64, ObjectId)>,
    /// How many commits in the queue are new as far as is known.
    open: usize,
    /// The oldest commit that was taken from the queue as new.
    oldest: Option<u64>,
    slop: usize,
}

impl Colours {
    fn reach(&mut self, id: ObjectId, commit: parse::Commit, is_new: bool) {
        self.open = self.open.saturating_add(usize::from(is_new));
        self.queue.push((commit.date, id));
        self.states.insert(id, State { commit, is_new, queued: true });
    }

    /// Notes that a commit was reached that may be known; says whether it is.
    fn reach_again(&mut self, id: &ObjectId, is_old: bool) -> bool {
        let Some(state) = self.states.get_mut(id) else { return false };
        if is_old && std::mem::take(&mut state.is_new) {
            if state.queued {
                self.open = self.open.saturating_sub(1);
            } else {
                // Its parents were taken for new, too: go there again.
                state.queued = true;
                self.queue.push((state.commit.date, *id));
            }
        }
        true
    }

    /// The commit whose parents are to be reached next, until nothing can change any more.
    fn next(&mut self) -> Option<&State> {
        let (date, _) = *self.queue.peek()?;
        if self.open == 0 {
            let oldest = self.oldest?;
            self.slop = if date >= oldest { SLOP } else { self.slop.saturating_sub(1) };
            if self.slop == 0 {
                return None;
            }
        }
        let (_, id) = self.queue.pop()?;
        let state = self.states.get_mut(&id)?;
        state.queued = false;
        if state.is_new {
            self.open = self.open.saturating_sub(1);
            self.oldest = Some(self.oldest.map_or(date, |oldest| oldest.min(date)));
            self.slop = SLOP;
        }
        Some(state)
    }

    fn into_new(self) -> impl Iterator<Item = (ObjectId, parse::Commit)> {
        self.states
            .into_iter()
            .filter(|(_, state)| state.is_new)
            .map(|(id, state)| (id, state.commit))
    }
}

impl Found {
    fn add(&mut self, commit: NewCommit) {
        if self.number(&commit.id).is_none() {
            self.commits.push(commit);
            self.numbers.add_last(&self.commits);
        }
    }

    fn number(&self, id: &ObjectId) -> Option<u32> {
        self.numbers.of(id, &self.commits).map(|number| number as u32)
    }

    /// The parents of each that are new themselves.
    fn parents(&self) -> Lists {
        let mut parents = Lists::default();
        for commit in &self.commits {
            parents.push(commit.parents.iter().filter_map(|parent| self.number(parent)));
        }
        parents
    }

    /// Says of every commit which tip reaches it first.
    fn reach(&mut self, parents: &Lists, tips: &[Tip]) {
        let mut reached = vec![false; self.commits.len()];
        let mut pending = Vec::new();
        for (at, tip) in tips.iter().enumerate() {
            pending.extend(tip.target.and_then(|(id, _)| self.number(&id)));
            while let Some(number) = pending.pop() {
                let index = number as usize;
                let (Some(commit), Some(reached)) =
                    (self.commits.get_mut(index), reached.get_mut(index))
                else {
                    continue;
                };
                if !std::mem::replace(reached, true) {
                    commit.tip = at;
                    pending.extend(parents.of(number));
                }
            }
        }
    }

    /// Sorts commits so that parents come first, and older ones before newer ones.
    fn parents_first(self, parents: &Lists) -> Vec<NewCommit> {
        let children = parents.turned();
        let mut missing: Vec<usize> = Vec::with_capacity(self.commits.len());
        let mut ready = BinaryHeap::new();
        let waiting = |number: u32, commit: &NewCommit| Reverse((commit.date, commit.id, number));
        for (number, commit) in (0..).zip(&self.commits) {
            let count = parents.of(number).len();
            if count == 0 {
                ready.push(waiting(number, commit));
            }
            missing.push(count);
        }
        let mut commits: Vec<_> = self.commits.into_iter().map(Some).collect();
        let mut sorted = Vec::with_capacity(commits.len());
        while let Some(Reverse((_, _, number))) = ready.pop() {
            for child in children.of(number) {
                let Some(count) = missing.get_mut(*child as usize) else { continue };
                *count = count.saturating_sub(1);
                if let (0, Some(Some(commit))) = (*count, commits.get(*child as usize)) {
                    ready.push(waiting(*child, commit));
                }
            }
            sorted.extend(commits.get_mut(number as usize).and_then(Option::take));
        }
        sorted
    }
}

/// A list of commits for each commit, all by their numbers.
#[derive(Default)]
struct Lists {
    /// Where each list ends; it begins where the one before ends.
    ends: Vec<usize>,
    items: Vec<u32>,
}

impl Lists {
    fn push(&mut self, list: impl Iterator<Item = u32>) {
        self.items.extend(list);
        self.ends.push(self.items.len());
    }

    fn of(&self, number: u32) -> &[u32] {
        let number = number as usize;
        let begin = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let list =
            begin.zip(self.ends.get(number)).and_then(|(begin, end)| self.items.get(begin..*end));
        list.unwrap_or_default()
    }

    /// For each commit, those in whose lists it stands, as often as it stands there.
    fn turned(&self) -> Lists {
        let mut ends = vec![0; self.ends.len()];
        for item in &self.items {
            ends.get_mut(*item as usize).into_iter().for_each(|count| *count += 1);
        }
        let mut sum = 0;
        for count in &mut ends {
            // Filling in moves each begin to its end.
            (*count, sum) = (sum, sum + *count);
        }
        let mut items = vec![0; self.items.len()];
        for number in 0..self.ends.len() as u32 {
            for item in self.of(number) {
                let Some(at) = ends.get_mut(*item as usize) else { continue };
                items.get_mut(*at).into_iter().for_each(|place| *place = number);
                *at += 1;
            }
        }
        Lists { ends, items }
    }
}
