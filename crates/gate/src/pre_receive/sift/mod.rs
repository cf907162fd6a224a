//! Which incoming objects need not be searched in full.
//!
//! Packs are walked as forests of deltas, and what a delta leaves as it was is not looked at again.
//! This only ever takes work away: an object that cannot be read here, or is too large, or may hold
//! a finding, is searched and judged as if there were no sieve.

use std::ops::Range;
use std::time::Instant;

use pushgate_core::assess::dismissed_anywhere;
use pushgate_core::haystack::{Source, Window};
use pushgate_core::limits::Limits;
use pushgate_core::rule::RuleSet;
use pushgate_core::search::Searcher;
use pushgate_core::sieve::{self, Dismisser, Pieces, Sieve, Step};
use pushgate_git::pack::{self, Derived, Entry, Forest, Text, TreeReader, Visitor};
use pushgate_git::{
    Incoming, IncomingObject, Kind, ObjectId, Objects, ReadError, Sent, Survey, Surveyed,
};

mod trees;

use self::trees::SiftedTree;
use super::Context;
use crate::installation::HostedDetectors;
use crate::progress::Count;
use crate::schedule::{is_past, part_of_rest};

/// What is known of an object before it is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing.
    Unseen,
    /// It need not be searched.
    Clean,
    /// It may hold a finding.
    Suspect,
    /// It was searched.
    Done,
}

/// What the sieve knows of the incoming objects.
#[derive(Debug, Default)]
pub(crate) struct Sifted {
    /// By their place among the incoming ones.
    pub(crate) marks: Vec<Mark>,
    /// If the time did not suffice to sift all at once: the places of what stands at the new tips.
    pub(crate) at_tips: Option<Vec<usize>>,
}

/// Bytes of a blob that is sifted before it is known what else is incoming: one that is longer may
/// take so long that there is no time left to find that out.
const SHORT_BLOB_BYTES_MAX: u64 = 1 << 20;

/// The sifting of one push, from pass to pass.
pub(crate) struct Sift<'p> {
    forests: Vec<Placed<'p>>,
    marks: Vec<Mark>,
    /// Whether nothing in the packs is left.
    is_done: bool,
}

impl<'p> Sift<'p> {
    /// Sifts the packs that were sent before it is known what else is incoming, and sees on the way
    /// what must be known for that: nothing, if the time that this may take does not suffice.
    pub(crate) fn begin(
        sent: &mut Sent,
        forests: &'p [Forest],
        objects: &Objects,
        context: Context<'_>,
    ) -> (Sift<'p>, Option<Surveyed>) {
        let places = sent.take_places();
        let placed = forests.iter().zip(places).map(|(forest, places)| Placed { forest, places });
        let forests: Vec<_> = match sent.is_cut_off() {
            // Where even a list takes too long, so does a look at each delta's base.
            true => Vec::new(),
            false => placed.collect(),
        };
        let sent = &*sent;
        let mut marks = vec![Mark::Unseen; sent.objects().len()];
        if forests.is_empty() {
            return (Sift { forests, marks, is_done: true }, None);
        }
        let schedule = context.schedule;
        // The rest of the time is for listing what was not seen here. However short the time is,
        // there is some for listing; there need be none for searching.
        let halfway = part_of_rest(schedule.listed(), 1, 2);
        let deadline = [halfway, schedule.searched(true)].into_iter().flatten().min();
        let pass = Pass::new(&forests, objects, context);
        let is_short = |object: &IncomingObject| {
            object.kind != Kind::Blob || object.size <= SHORT_BLOB_BYTES_MAX
        };
        let wanted = |place: usize| sent.objects().get(place).is_some_and(is_short);
        let survey = || Some(Survey::new(sent, objects));
        let (in_time, surveys) = pass.run(&mut marks, deadline, wanted, survey);
        let mut surveyed = Surveyed::default();
        surveys.into_iter().for_each(|survey| surveyed.add(survey));
        let is_done = in_time && sent.objects().iter().all(is_short);
        (Sift { forests, marks, is_done }, in_time.then_some(surveyed))
    }

    /// Sifts what is left.
    ///
    /// Half of the time goes to all of it, in the order of the packs. If that does not suffice, what
    /// stands at the new tips comes before the rest; and what was found suspect by then is left some
    /// time in which it can be searched.
    pub(crate) fn finish(
        self,
        incoming: &Incoming,
        objects: &Objects,
        context: Context<'_>,
    ) -> Sifted {
        let Sift { forests, mut marks, is_done } = self;
        marks.resize(incoming.objects.len(), Mark::Unseen);
        if incoming.unlisted.is_some_and(|unlisted| unlisted.objects > 0) {
            return Sifted { marks, at_tips: Some(incoming.at_tips(objects)) };
        }
        let schedule = context.schedule;
        let pass = Pass::new(&forests, objects, context);
        let sift = |marks: &mut Vec<_>, deadline, wanted: &dyn Fn(usize) -> bool| {
            let (is_done, _) = pass.run(marks, deadline, wanted, || None);
            is_done
        };
        let halfway = part_of_rest(schedule.searched(true), 1, 2);
        if is_done || sift(&mut marks, halfway, &|_| true) {
            return Sifted { marks, at_tips: None };
        }
        let at_tips = incoming.at_tips(objects);
        let mut is_at_tip = vec![false; marks.len()];
        for place in &at_tips {
            is_at_tip.get_mut(*place).into_iter().for_each(|is_at_tip| *is_at_tip = true);
        }
        let is_at_tip = |place: usize| is_at_tip.get(place).copied().unwrap_or(false);
        sift(&mut marks, part_of_rest(schedule.searched(true), 1, 2), &is_at_tip);
        sift(&mut marks, part_of_rest(schedule.searched(true), 3, 4), &|_| true);
        if !marks.contains(&Mark::Suspect) {
            sift(&mut marks, schedule.searched(false), &|_| true);
        }
        Sifted { marks, at_tips: Some(at_tips) }
    }
}

/// A pack, and where its objects stand among the incoming ones.
struct Placed<'p> {
    forest: &'p Forest,
    /// By number; what was not sent stands nowhere.
    places: Vec<u32>,
}

/// What a pass through the packs rests on.
struct Pass<'p> {
    forests: &'p [Placed<'p>],
    limits: Limits,
    /// Bytes of an object that is sifted; a larger one is streamed, or is too large.
    size_max: u64,
    context: Context<'p>,
}

impl<'p> Pass<'p> {
    fn new(forests: &'p [Placed<'p>], objects: &Objects, context: Context<'p>) -> Pass<'p> {
        let deadline = context.schedule.searched(false);
        let limits = Limits { deadline, ..context.config.limits.core };
        let size_max = objects.limits().object_bytes_max.min(objects.limits().stream_bytes_min);
        Pass { forests, limits, size_max, context }
    }

    /// Sifts, until `deadline`, what was not seen yet and is `wanted`; says whether the time
    /// sufficed, and what each thread has surveyed of a pack.
    fn run<'s>(
        &self,
        marks: &mut [Mark],
        deadline: Option<Instant>,
        wanted: impl Fn(usize) -> bool,
        survey: impl Fn() -> Option<Survey<'s>> + Sync,
    ) -> (bool, Vec<Survey<'s>>) {
        let mut surveys = Vec::new();
        let Pass { forests, limits, size_max, context } = self;
        let installation = context.installation;
        let searcher = Searcher::new(&installation.matcher, limits);
        for Placed { forest, places } in *forests {
            if is_past(deadline) {
                return (false, surveys);
            }
            let place = |number: u32| places.get(number as usize).map(|place| *place as usize);
            let is_open = |number| {
                place(number).is_some_and(|at| marks.get(at) == Some(&Mark::Unseen) && wanted(at))
            };
            let selection = forest.select_numbers(is_open).until(deadline);
            let visitors = selection.walk(context.threads, || {
                let detectors = installation.detectors();
                let rules = &installation.rules;
                let sieve = Sieve::new(searcher, Detected { detectors, rules, limits });
                Sifter::new(sieve, survey(), *size_max, Count::new(context.progress))
            });
            for visitor in visitors {
                for (number, mark) in visitor.seen {
                    let place = place(number).and_then(|at| marks.get_mut(at));
                    place.into_iter().for_each(|place| *place = mark);
                }
                surveys.extend(visitor.survey);
            }
        }
        (!is_past(deadline), surveys)
    }
}

/// Dismisses what the detectors dismiss wherever it stands.
struct Detected<'d> {
    detectors: HostedDetectors,
    rules: &'d RuleSet,
    limits: &'d Limits,
}

impl Dismisser for Detected<'_> {
    fn dismisses(&mut self, windows: &[Window]) -> bool {
        windows.iter().all(|window| {
            let window = std::slice::from_ref(window);
            !self.limits.is_late() && dismissed_anywhere(window, self.rules, &mut self.detectors)
        })
    }
}

/// Sifts the objects of one pack, or those that one thread sees.
struct Sifter<'d, 's> {
    sieve: Sieve<'d, Detected<'d>>,
    /// What the listing must know of commits and trees, if it does not know it yet.
    survey: Option<Survey<'s>>,
    /// The numbers of objects that were wanted, and what they are.
    seen: Vec<(u32, Mark)>,
    /// Bytes of an object that is sifted; a larger one is streamed, or is too large.
    size_max: u64,
    trees: TreeReader,
    /// The bytes of an object, and the names of a tree.
    bytes: Vec<u8>,
    names: Vec<u8>,
    progress: Count<'d>,
}

/// What is remembered of an object.
enum State {
    Text(sieve::Sifted),
    /// A tree; none if nothing is remembered.
    Tree(Option<SiftedTree>),
}

impl<'d, 's> Sifter<'d, 's> {
    fn new(
        sieve: Sieve<'d, Detected<'d>>,
        survey: Option<Survey<'s>>,
        size_max: u64,
        progress: Count<'d>,
    ) -> Sifter<'d, 's> {
        Sifter {
            sieve,
            survey,
            seen: Vec::new(),
            size_max,
            trees: TreeReader::default(),
            bytes: Vec::new(),
            names: Vec::new(),
            progress,
        }
    }

    fn note(&mut self, entry: &Entry<'_>, is_clean: bool) {
        if entry.is_wanted {
            self.seen.push((entry.number(), if is_clean { Mark::Clean } else { Mark::Suspect }));
            self.progress.add(u64::from(is_clean));
        }
    }

    fn text(&mut self, entry: &Entry<'_>, sifted: sieve::Sifted) -> State {
        self.note(entry, !sifted.is_suspect());
        State::Text(sifted)
    }
}

impl Visitor for Sifter<'_, '_> {
    type State = State;

    fn weight(state: &State) -> usize {
        match state {
            State::Text(sifted) => sifted.weight(),
            State::Tree(tree) => tree.as_ref().map_or(0, SiftedTree::weight),
        }
    }

    fn lighten(&mut self, state: &mut State) {
        match state {
            State::Text(sifted) => self.sieve.forget(sifted),
            State::Tree(tree) => {
                tree.take().into_iter().for_each(|tree| self.trees.done(tree.into_entries()));
            }
        }
    }

    fn root(&mut self, entry: &Entry<'_>, text: &[u8]) -> State {
        let sifted = match source(entry.kind) {
            _ if entry.size > self.size_max => {
                self.large(entry);
                sieve::Sifted::unknown(text.len())
            }
            Some(source) => {
                if entry.kind == Kind::Commit {
                    self.survey.iter_mut().for_each(|survey| survey.commit(entry, text));
                }
                self.sieve.whole(source, text)
            }
            None => {
                self.bytes.clear();
                self.bytes.extend_from_slice(text);
                return self.whole_tree(entry);
            }
        };
        self.text(entry, sifted)
    }

    fn derived(&mut self, entry: &Entry<'_>, base: &State, object: &Derived<'_>) -> State {
        let text = object.text();
        let sifted = match (source(entry.kind), base) {
            _ if entry.size > self.size_max => {
                self.large(entry);
                sieve::Sifted::unknown(text.size())
            }
            (None, State::Tree(base)) => return self.derived_tree(entry, base.as_ref(), object),
            (Some(source), State::Text(base)) => {
                if let (Kind::Commit, Some(survey)) = (entry.kind, &mut self.survey) {
                    self.bytes.clear();
                    text.whole(&mut self.bytes);
                    survey.commit(entry, &self.bytes);
                }
                self.sieve.derived(source, base, object.steps().map(step), &InPieces(text))
            }
            // What is derived is of its base's kind.
            (Some(_), State::Tree(_)) => sieve::Sifted::unknown(text.size()),
            (None, State::Text(_)) => return self.derived_tree(entry, None, object),
        };
        self.text(entry, sifted)
    }

    fn large(&mut self, entry: &Entry<'_>) {
        if entry.kind == Kind::Tree {
            self.survey.iter_mut().for_each(Survey::missed);
        }
    }

    fn unreadable(&mut self, _: &ObjectId, _: ReadError) {
        self.survey.iter_mut().for_each(Survey::missed);
    }
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

    fn gather(&self, range: Range<usize>, out: &mut Vec<u8>) {
        self.0.gather(range, out);
    }
}
