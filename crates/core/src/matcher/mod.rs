//! Haystack to candidates.
//!
//! Two prefilters run over the text, each faster than any automaton that knows the whole
//! patterns: [`prefilter`] looks for the rules' literals, [`class_run`] for the runs of byte
//! classes with which rules without a literal begin. At each of their hits, and only there, the
//! [`automaton`] that knows the rules' patterns is tried.
//!
//! Rules that are looked for by the same literals share an automaton, so that one attempt does for
//! all of them. It tells each rule's own longest match, so a rule can never hide another: with
//! leftmost-first semantics `token = ghp_…` would be reported for one of two rules alone.
//!
//! Nothing is compiled here during a push: [`build`] makes [`Parts`] when rules are built or
//! installed, and [`Matcher::new`] takes them as they are.

mod automaton;
mod build;
mod class_run;
mod following;
mod grams;
mod groups;
mod prefilter;
mod sight;
mod trail;
mod words;
mod zones;

pub use self::automaton::MATCH_BYTES_MAX;
pub(crate) use self::build::LITERAL_OFFSET_MAX;
pub use self::build::{BuildError, Pattern, build};
pub use self::class_run::ClassRun;
pub use self::prefilter::{Literal, LiteralUse};
pub use self::sight::{Sighting, Sights};
pub use self::words::Word;
pub(crate) use self::zones::NEAR_BYTES;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use self::automaton::{Automaton, Damaged, Longest};
use self::prefilter::{Case, Cursor, Prefilter, Use};
use self::trail::Trails;
use self::words::Circles;
use self::zones::Zones;
use crate::span::Span;

/// Index of a rule in its rule set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(pub u16);

/// Index of an automaton among the [`Parts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AutomatonIndex(pub u16);

/// A place that may be a secret: a rule's pattern matched there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate {
    /// Whose pattern matched.
    pub rule: RuleIndex,
    /// Where, in the text that was searched.
    pub span: Span,
}

/// A compiled matcher as plain data, to be stored and loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The literals that are looked for everywhere, and whose matches each may announce.
    pub literals: Vec<Literal>,
    /// The literals that are looked for near words only.
    pub near_literals: Vec<Literal>,
    /// Those words, in all their spellings.
    pub near_words: Vec<Word>,
    /// The class runs of rules without a literal.
    pub class_runs: Vec<ClassRun>,
    /// The automata that are tried there.
    pub automata: Vec<AutomatonPart>,
}

/// One serialised anchored automaton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutomatonPart {
    /// The rules whose patterns it knows: those that are looked for at the same places.
    pub rules: Vec<RuleIndex>,
    /// Its table. Tables are most of the bytes of the parts, and are not copied where they are part
    /// of the program.
    pub bytes: Cow<'static, [u8]>,
}

/// Why parts are not a matcher of this version and machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A literal or a class run names an automaton that is not there, or has no rules.
    #[error("a prefilter names automaton {automaton}, which does not exist")]
    UnknownAutomaton {
        /// The index it names.
        automaton: u16,
    },
}

/// Finds candidates of all rules.
#[derive(Debug)]
pub struct Matcher {
    /// Literals that are looked for everywhere, and the words near which others are.
    everywhere: Prefilter,
    near: Near,
    class_runs: Vec<ClassRun>,
    automata: Vec<Automaton>,
}

/// The literals that are looked for near words only; most pushes have no such word, so the
/// filter for them is made when the first one is seen.
#[derive(Debug)]
struct Near {
    literals: Vec<Literal>,
    prefilter: OnceLock<Prefilter>,
    circles: Circles,
}

impl Near {
    fn prefilter(&self) -> &Prefilter {
        let literals = || self.literals.iter().map(|literal| (literal.clone(), Vec::new()));
        self.prefilter.get_or_init(|| Prefilter::new(literals().collect(), Case::Any))
    }
}

/// What a matcher finds in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Places that may be secrets, sorted and each once.
    pub candidates: Vec<Candidate>,
    /// Stretches of the text around literals and words, sorted and apart from each other: where a
    /// secret may stand in another form.
    pub zones: Vec<Range<usize>>,
    /// Where the bytes end that any attempt rests on; one behind the text, if one rests on its end.
    pub(crate) seen: usize,
}

/// A search ended early. This is not "nothing found".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// There were more candidates than may be kept.
    TooManyCandidates,
    /// The automaton of this rule is damaged, or of another version.
    Damaged(RuleIndex),
}

impl Incomplete {
    fn damaged(automaton: &Automaton) -> Incomplete {
        // One of its rules stands for all: it has some, which was checked.
        Incomplete::Damaged(automaton.rules().first().copied().unwrap_or(RuleIndex(u16::MAX)))
    }
}

impl Matcher {
    /// Loads a matcher from `parts`.
    ///
    /// # Errors
    ///
    /// When the parts were made by another version, or name rules that are not there.
    pub fn new(parts: Parts) -> Result<Matcher, LoadError> {
        let automata: Vec<Automaton> = parts.automata.into_iter().map(Automaton::new).collect();

        let literals = parts.literals.iter().chain(&parts.near_literals);
        let named = literals
            .flat_map(|literal| literal.uses.iter().map(|usage| usage.automaton))
            .chain(parts.class_runs.iter().flat_map(|run| run.automata.iter().copied()));
        for AutomatonIndex(automaton) in named {
            if automata.get(usize::from(automaton)).is_none_or(|known| known.rules().is_empty()) {
                return Err(LoadError::UnknownAutomaton { automaton });
            }
        }

        let circles = Circles::of(&parts.near_words);
        let word = |word: Word| {
            let circles = circles.of_word(&word);
            (Literal { bytes: word.bytes, uses: Vec::new() }, circles)
        };
        let literals = parts.literals.into_iter().map(|literal| (literal, Vec::new()));
        let everywhere = literals.chain(parts.near_words.into_iter().map(word)).collect();
        Ok(Matcher {
            everywhere: Prefilter::new(everywhere, Case::AsWritten),
            near: Near { literals: parts.near_literals, prefilter: OnceLock::new(), circles },
            class_runs: parts.class_runs,
            automata,
        })
    }

    fn automaton(&self, index: AutomatonIndex) -> Option<&Automaton> {
        self.automata.get(usize::from(index.0))
    }

    /// Tries an automaton at `start`; see [`Automaton::attempt`]. Gives where the bytes end on which
    /// the outcome rests, and what it found.
    #[inline]
    fn attempt<'t>(
        &self,
        index: AutomatonIndex,
        text: &[u8],
        start: usize,
        trails: &'t mut Trails,
    ) -> Result<Option<(usize, &'t mut Longest)>, Incomplete> {
        let trail = trails.of(index, self.automata.len());
        // A prefilter names no automaton that is not there: that was checked.
        let Some((automaton, trail)) = self.automaton(index).zip(trail) else { return Ok(None) };
        match automaton.attempt(text, start, trail) {
            Ok(seen) => Ok(Some((seen, &mut trail.longest))),
            Err(Damaged) => Err(Incomplete::damaged(automaton)),
        }
    }

    /// Bytes that decide whether a literal stands somewhere, and where its match may begin.
    pub(crate) fn reach(&self) -> usize {
        self.everywhere.reach()
    }

    /// Whether something that is looked for holds a zero with printable text behind it, so that it
    /// could begin in the name of one file and end in that of the next.
    pub(crate) fn spans_names(&self) -> bool {
        let zero_in_run = |run: &ClassRun| run.places.first().is_some_and(|places| *places != 0);
        self.everywhere.spans_names() || self.class_runs.iter().any(zero_in_run)
    }

    /// Finds the candidates of all rules in `text`.
    ///
    /// A rule has at most one candidate for each start: its longest match there.
    ///
    /// # Errors
    ///
    /// When there are more than `candidates_max`, or a rule cannot be tried; those found so far
    /// are in `found` all the same. What was in it before is lost.
    pub fn find(
        &self,
        text: &[u8],
        candidates_max: usize,
        found: &mut Found,
    ) -> Result<(), Incomplete> {
        let mut finder = self.finder(text, candidates_max, found);
        finder.advance(text.len());
        finder.finish()
    }

    /// Begins a search of `text` that goes on step by step; see [`find`](Matcher::find).
    pub fn finder<'f>(
        &'f self,
        text: &'f [u8],
        candidates_max: usize,
        found: &'f mut Found,
    ) -> Finder<'f> {
        found.candidates.clear();
        found.zones.clear();
        found.seen = 0;
        Finder {
            zones: Zones::new(text, &mut found.zones),
            attempts: Attempts {
                matcher: self,
                text,
                candidates_max,
                candidates: &mut found.candidates,
                seen: &mut found.seen,
                trails: Trails::default(),
            },
            cursor: Cursor::default(),
            class_runs: vec![0; self.class_runs.len()],
            outcome: Ok(()),
        }
    }
}

/// A search of one text, in steps: so the text can be looked at by others too while the cache
/// still holds it.
pub struct Finder<'f> {
    zones: Zones<'f>,
    attempts: Attempts<'f>,
    cursor: Cursor,
    /// The next position of each class run.
    class_runs: Vec<usize>,
    outcome: Result<(), Incomplete>,
}

impl std::fmt::Debug for Finder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finder").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

impl Finder<'_> {
    /// Goes on to `until`.
    pub fn advance(&mut self, until: usize) {
        if self.outcome.is_ok() {
            self.outcome = self.look(until);
        }
    }

    fn look(&mut self, until: usize) -> Result<(), Incomplete> {
        let Finder { zones, attempts, cursor, class_runs, .. } = self;
        let (matcher, text) = (attempts.matcher, attempts.text);
        matcher.everywhere.hits(text, cursor, until, &mut |entry, at| {
            if entry.opens_zone {
                zones.add(at, entry.literal.bytes.len(), &entry.circles);
            }
            entry.uses(at).try_for_each(|usage| attempts.attempt_at(usage))
        })?;
        for (run, at) in matcher.class_runs.iter().zip(class_runs) {
            run.hits(text, at, until, &mut |automaton, start| attempts.attempt(automaton, start))?;
        }
        Ok(())
    }

    /// Ends the search: what stands near the words that were seen is looked for.
    ///
    /// # Errors
    ///
    /// As for [`find`](Matcher::find).
    pub fn finish(mut self) -> Result<(), Incomplete> {
        let outcome = match self.outcome {
            Ok(()) => self.look_near(),
            incomplete => incomplete,
        };
        let too_many = self.attempts.settle();
        outcome.and(too_many)
    }

    fn look_near(&mut self) -> Result<(), Incomplete> {
        let Finder { zones, attempts, .. } = self;
        zones.finish();
        if zones.all().is_empty() {
            return Ok(());
        }
        let (matcher, text) = (attempts.matcher, attempts.text);
        let near = matcher.near.prefilter();
        // Rules of one automaton are looked for near the same words.
        let is_near = |automaton: AutomatonIndex, literal: Range<usize>| {
            let rule = matcher.automaton(automaton).and_then(|it| it.rules().first());
            let circle = rule.and_then(|rule| matcher.near.circles.of_rule(*rule));
            circle.is_some_and(|circle| zones.reach(circle, literal))
        };
        zones.all().iter().try_for_each(|zone| {
            let text = text.get(..zone.end).unwrap_or_default();
            near.hits(text, &mut Cursor::at(zone.start), zone.end, &mut |entry, at| {
                let literal = at..at + entry.literal.bytes.len();
                entry.uses(at).try_for_each(|usage| {
                    match is_near(usage.automaton(), literal.clone()) {
                        true => attempts.attempt_at(usage),
                        false => Ok(()),
                    }
                })
            })
        })
    }
}

/// Tries rules' automata, and keeps what matched.
struct Attempts<'a> {
    matcher: &'a Matcher,
    text: &'a [u8],
    candidates_max: usize,
    candidates: &'a mut Vec<Candidate>,
    seen: &'a mut usize,
    trails: Trails,
}

impl Attempts<'_> {
    /// Tries the automaton where it is used.
    fn attempt_at(&mut self, usage: Use<'_>) -> Result<(), Incomplete> {
        let index = usage.automaton();
        let Some(automaton) = self.matcher.automaton(index) else { return Ok(()) };
        if let Some(seen) = usage.end_in_vain(self.text, automaton) {
            *self.seen = seen.max(*self.seen);
            return Ok(());
        }
        usage.starts().try_for_each(|start| self.attempt(index, start))
    }

    fn attempt(&mut self, index: AutomatonIndex, start: usize) -> Result<(), Incomplete> {
        let Attempts { matcher, text, trails, .. } = self;
        let Some((seen, longest)) = matcher.attempt(index, text, start, trails)? else {
            return Ok(());
        };
        *self.seen = seen.max(*self.seen);
        if longest.is_empty() {
            return Ok(());
        }
        let known = self.candidates.len();
        let rules = matcher.automaton(index).map(Automaton::rules).unwrap_or_default();
        self.candidates.extend(longest.take(rules, start));
        // Places are tried in order, nearly: if these are too, there is little to sort in the end.
        self.candidates.get_mut(known..).into_iter().for_each(sort);
        // Several literals can lead to one candidate, so how many there are is known when they
        // are sorted; each time a good part of them must have been one candidate twice.
        if self.candidates.len() / 2 > self.candidates_max {
            return self.settle();
        }
        Ok(())
    }

    /// Sorts the candidates, and keeps each once and no more than there may be.
    fn settle(&mut self) -> Result<(), Incomplete> {
        sort(self.candidates);
        self.candidates.dedup();
        if self.candidates.len() > self.candidates_max {
            self.candidates.truncate(self.candidates_max);
            return Err(Incomplete::TooManyCandidates);
        }
        Ok(())
    }
}

fn sort(candidates: &mut [Candidate]) {
    candidates.sort_unstable_by_key(|candidate| (candidate.span, candidate.rule));
}

#[cfg(test)]
mod tests;
