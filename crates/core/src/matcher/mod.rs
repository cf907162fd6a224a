//! Haystack to candidates.
//!
//! Two prefilters run over the text, each faster than any automaton that knows the whole
//! patterns: [`prefilter`] looks for the rules' literals, [`class_run`] for the runs of byte
//! classes with which rules without a literal begin. At each of their hits, and only there, the
//! rule's own [`automaton`] is tried.
//!
//! Every rule has an automaton of its own, so a rule can never hide another: with one automaton
//! of leftmost-first semantics `token = ghp_…` would be reported for one of two rules alone.
//!
//! Nothing is compiled here during a push: [`build`] makes [`Parts`] when rules are built or
//! installed, and [`Matcher::new`] takes them as they are.

mod automaton;
mod build;
mod class_run;
mod grams;
mod prefilter;
mod sight;
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

use self::automaton::{Automaton, Damaged};
use self::prefilter::{Case, Cursor, Prefilter};
use self::words::Circles;
use self::zones::Zones;
use crate::span::Span;

/// Index of a rule in its rule set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(pub u16);

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
    /// The literals that are looked for everywhere, and the rules that each may announce.
    pub literals: Vec<Literal>,
    /// The literals that are looked for near words only.
    pub near_literals: Vec<Literal>,
    /// Those words, in all their spellings.
    pub near_words: Vec<Word>,
    /// The class runs of rules without a literal.
    pub class_runs: Vec<ClassRun>,
    /// One serialised anchored automaton for each rule, in rule order. They are most of the bytes,
    /// and are not copied where they are part of the program.
    pub automata: Vec<Cow<'static, [u8]>>,
}

/// Why parts are not a matcher of this version and machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A literal, a word or a class run names a rule that has no automaton.
    #[error("a prefilter names rule {rule}, which does not exist")]
    UnknownRule {
        /// The index it names.
        rule: u16,
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
            .flat_map(|literal| literal.uses.iter().map(|usage| usage.rule))
            .chain(parts.near_words.iter().flat_map(|word| word.rules.iter().copied()))
            .chain(parts.class_runs.iter().flat_map(|run| run.rules.iter().copied()));
        for rule in named {
            if usize::from(rule.0) >= automata.len() {
                return Err(LoadError::UnknownRule { rule: rule.0 });
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
            let mut starts = entry.literal.starts(at);
            starts.try_for_each(|(rule, start)| attempts.attempt(rule, start))
        })?;
        for (run, at) in matcher.class_runs.iter().zip(class_runs) {
            run.hits(text, at, until, &mut |rule, start| attempts.attempt(rule, start))?;
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
        let is_near = |rule: RuleIndex, literal: Range<usize>| {
            let circle = matcher.near.circles.of_rule(rule);
            circle.is_some_and(|circle| zones.reach(circle, literal))
        };
        zones.all().iter().try_for_each(|zone| {
            let text = text.get(..zone.end).unwrap_or_default();
            near.hits(text, &mut Cursor::at(zone.start), zone.end, &mut |entry, at| {
                let literal = at..at + entry.literal.bytes.len();
                let mut starts = entry.literal.starts(at);
                starts.try_for_each(|(rule, start)| match is_near(rule, literal.clone()) {
                    true => attempts.attempt(rule, start),
                    false => Ok(()),
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
}

impl Attempts<'_> {
    fn attempt(&mut self, rule: RuleIndex, start: usize) -> Result<(), Incomplete> {
        // A prefilter names no rule without an automaton: that was checked.
        let Some(automaton) = self.matcher.automata.get(usize::from(rule.0)) else {
            return Ok(());
        };
        match automaton.attempt(self.text, start) {
            Ok(attempt) => {
                *self.seen = attempt.seen.max(*self.seen);
                self.candidates.extend(attempt.found.map(|span| Candidate { rule, span }));
            }
            Err(Damaged) => return Err(Incomplete::Damaged(rule)),
        }
        // Several literals can lead to one candidate, so how many there are is known when they
        // are sorted; each time a good part of them must have been one candidate twice.
        if self.candidates.len() / 2 > self.candidates_max {
            return self.settle();
        }
        Ok(())
    }

    /// Sorts the candidates, and keeps each once and no more than there may be.
    fn settle(&mut self) -> Result<(), Incomplete> {
        self.candidates.sort_unstable_by_key(|candidate| (candidate.span, candidate.rule));
        self.candidates.dedup();
        if self.candidates.len() > self.candidates_max {
            self.candidates.truncate(self.candidates_max);
            return Err(Incomplete::TooManyCandidates);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
