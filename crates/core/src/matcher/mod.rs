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

pub use self::anchored::{Automaton, MATCH_BYTES_MAX};
pub use self::build::{BuildError, Pattern, build};
pub use self::class_run::ClassRun;
pub use self::prefilter::{Literal, LiteralUse};

use self::prefilter::Prefilter;
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
    /// All literals, and the rules that each of them may announce.
    pub literals: Vec<Literal>,
    /// The class runs of rules without a literal.
    pub class_runs: Vec<ClassRun>,
    /// One serialised anchored automaton for each rule, in rule order.
    pub automata: Vec<Vec<u8>>,
}

/// Why parts are not a matcher of this version and machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The automaton of a rule does not load.
    #[error("the automaton of rule {rule} does not load: {reason}")]
    Automaton {
        /// Index of the rule.
        rule: usize,
        /// What the loader says.
        reason: String,
    },
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
    prefilter: Prefilter,
    class_runs: Vec<ClassRun>,
    automata: Vec<Automaton>,
}

/// A search ended early: there were more candidates than it may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyCandidates;

impl Matcher {
    /// Loads a matcher from `parts`.
    ///
    /// # Errors
    ///
    /// When the parts were made by another version, or name rules that are not there.
    pub fn new(parts: Parts) -> Result<Matcher, LoadError> {
        let automata = parts
            .automata
            .into_iter()
            .enumerate()
            .map(|(rule, bytes)| {
                Automaton::from_bytes(bytes)
                    .map_err(|reason| LoadError::Automaton { rule, reason: reason.to_string() })
            })
            .collect::<Result<Vec<_>, _>>()?;

        let named = parts
            .literals
            .iter()
            .flat_map(|literal| literal.uses.iter().map(|usage| usage.rule))
            .chain(parts.class_runs.iter().flat_map(|run| run.rules.iter().copied()));
        for rule in named {
            if usize::from(rule.0) >= automata.len() {
                return Err(LoadError::UnknownRule { rule: rule.0 });
            }
        }

        let prefilter = Prefilter::new(parts.literals)
            .map_err(|reason| LoadError::Prefilter { reason: reason.to_string() })?;
        Ok(Matcher { prefilter, class_runs: parts.class_runs, automata })
    }

    /// Appends the candidates of all rules in `text` to `candidates`, sorted and each once.
    ///
    /// A rule has at most one candidate for each start: its longest match there.
    ///
    /// # Errors
    ///
    /// When there are more than `candidates_max`; those found so far are appended all the same.
    pub fn find(
        &self,
        text: &[u8],
        candidates_max: usize,
        candidates: &mut Vec<Candidate>,
    ) -> Result<(), TooManyCandidates> {
        let before = candidates.len();
        let mut attempt = |rule: RuleIndex, start: usize| {
            let Some(automaton) = self.automata.get(usize::from(rule.0)) else { return true };
            if let Some(span) = automaton.longest_match_at(text, start) {
                candidates.push(Candidate { rule, span });
            }
            candidates.len() - before < candidates_max
        };

        let finished = self.prefilter.hits(text, &mut attempt)
            && self.class_runs.iter().all(|run| run.hits(text, &mut attempt));

        if let Some(new) = candidates.get_mut(before..) {
            new.sort_unstable_by_key(|candidate| (candidate.span, candidate.rule));
        }
        candidates.dedup();
        if finished { Ok(()) } else { Err(TooManyCandidates) }
    }
}

#[cfg(test)]
mod tests;
