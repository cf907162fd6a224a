//! Haystack to candidates.
//!
//! Two prefilters run over the text, each faster than any automaton that knows the whole
//! patterns: [`prefilter`] looks for the rules' literals, [`class_run`] for the runs of byte
//! classes with which rules without a literal begin. At each of their hits, and only there, the
//! rule's own [`anchored`] DFA is tried.
//!
//! Every rule has an automaton of its own, so a rule can never hide another: with one automaton
//! of leftmost-first semantics `token = ghp_…` would be reported for one of two rules alone.
//!
//! Nothing is compiled here during a push: [`build`] makes [`Parts`] when rules are built or
//! installed, and [`Matcher::new`] takes them as they are.

mod anchored;
mod build;
mod class_run;
mod prefilter;
mod words;
mod zones;

pub use self::anchored::MATCH_BYTES_MAX;
pub use self::build::{BuildError, Pattern, build};
pub use self::class_run::ClassRun;
pub use self::prefilter::{Literal, LiteralUse};

use std::ops::Range;
use std::sync::OnceLock;

use self::anchored::{Automaton, Damaged};
use self::prefilter::{Case, Prefilter};
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
    pub near_words: Vec<Vec<u8>>,
    /// The class runs of rules without a literal.
    pub class_runs: Vec<ClassRun>,
    /// One serialised anchored automaton for each rule, in rule order.
    pub automata: Vec<Vec<u8>>,
}

/// Why parts are not a matcher of this version and machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A literal or a class run names a rule that has no automaton.
    #[error("a prefilter names rule {rule}, which does not exist")]
    UnknownRule {
        /// The index it names.
        rule: u16,
    },
    /// The literals cannot be searched for.
    #[error("the literals do not make a prefilter: {reason}")]
    Prefilter {
        /// What the builder says.
        reason: String,
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
/// automaton for them is made when the first one is seen.
#[derive(Debug)]
struct Near {
    literals: Vec<Literal>,
    prefilter: OnceLock<Option<Prefilter>>,
}

impl Near {
    fn prefilter(&self) -> Result<&Prefilter, Incomplete> {
        let make = || Prefilter::new(self.literals.clone(), Case::Any).ok();
        let uses = self.literals.iter().flat_map(|literal| &literal.uses);
        let rule = uses.map(|usage| usage.rule).next().unwrap_or(RuleIndex(0));
        self.prefilter.get_or_init(make).as_ref().ok_or(Incomplete::Damaged(rule))
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
            .chain(parts.class_runs.iter().flat_map(|run| run.rules.iter().copied()));
        for rule in named {
            if usize::from(rule.0) >= automata.len() {
                return Err(LoadError::UnknownRule { rule: rule.0 });
            }
        }

        let word = |bytes| Literal { bytes, uses: Vec::new() };
        let words = parts.near_words.into_iter().map(word);
        let everywhere = parts.literals.into_iter().chain(words).collect();
        Ok(Matcher {
            everywhere: Prefilter::new(everywhere, Case::AsWritten)
                .map_err(|reason| LoadError::Prefilter { reason: reason.to_string() })?,
            near: Near { literals: parts.near_literals, prefilter: OnceLock::new() },
            class_runs: parts.class_runs,
            automata,
        })
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
        found.candidates.clear();
        found.zones.clear();
        let mut zones = Zones::new(text, &mut found.zones);
        let mut attempts =
            Attempts { matcher: self, text, candidates_max, candidates: &mut found.candidates };
        let outcome = self.find_all(text, &mut zones, &mut attempts);
        found.candidates.sort_unstable_by_key(|candidate| (candidate.span, candidate.rule));
        found.candidates.dedup();
        outcome
    }

    fn find_all(
        &self,
        text: &[u8],
        zones: &mut Zones<'_>,
        attempts: &mut Attempts<'_>,
    ) -> Result<(), Incomplete> {
        self.everywhere.hits(text, 0..text.len(), &mut |literal, at| {
            if literal.is_word() || literal.begins_a_token() {
                zones.add(at, literal.bytes.len());
            }
            literal.starts(at).try_for_each(|(rule, start)| attempts.attempt(rule, start))
        })?;
        for run in &self.class_runs {
            run.hits(text, &mut |rule, start| attempts.attempt(rule, start))?;
        }
        zones.finish();
        if zones.all().is_empty() {
            return Ok(());
        }
        let near = self.near.prefilter()?;
        zones.all().iter().cloned().try_for_each(|zone| {
            near.hits(text, zone, &mut |literal, at| {
                literal.starts(at).try_for_each(|(rule, start)| attempts.attempt(rule, start))
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
}

impl Attempts<'_> {
    fn attempt(&mut self, rule: RuleIndex, start: usize) -> Result<(), Incomplete> {
        // A prefilter names no rule without an automaton: that was checked.
        let Some(automaton) = self.matcher.automata.get(usize::from(rule.0)) else {
            return Ok(());
        };
        match automaton.longest_match_at(self.text, start) {
            Ok(Some(span)) => self.candidates.push(Candidate { rule, span }),
            Ok(None) => (),
            Err(Damaged) => return Err(Incomplete::Damaged(rule)),
        }
        if self.candidates.len() >= self.candidates_max {
            return Err(Incomplete::TooManyCandidates);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
