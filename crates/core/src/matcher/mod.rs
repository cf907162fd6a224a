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

pub use self::anchored::MATCH_BYTES_MAX;
pub use self::build::{BuildError, Pattern, build};
pub use self::class_run::ClassRun;
pub use self::prefilter::{Literal, LiteralUse};

use self::anchored::{Automaton, Damaged};
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
    /// When there are more than `candidates_max`, or a rule cannot be tried; those found so far
    /// are appended all the same.
    pub fn find(
        &self,
        text: &[u8],
        candidates_max: usize,
        candidates: &mut Vec<Candidate>,
    ) -> Result<(), Incomplete> {
        let before = candidates.len();
        let mut outcome = Ok(());
        let mut attempt = |rule: RuleIndex, start: usize| {
            // A prefilter names no rule without an automaton: that was checked.
            let Some(automaton) = self.automata.get(usize::from(rule.0)) else { return true };
            match automaton.longest_match_at(text, start) {
                Ok(Some(span)) => candidates.push(Candidate { rule, span }),
                Ok(None) => (),
                Err(Damaged) => outcome = Err(Incomplete::Damaged(rule)),
            }
            if candidates.len() - before >= candidates_max {
                outcome = Err(Incomplete::TooManyCandidates);
            }
            outcome.is_ok()
        };
        let finished = self.prefilter.hits(text, &mut attempt);
        if finished {
            let _ = self.class_runs.iter().all(|run| run.hits(text, &mut attempt));
        }

        if let Some(new) = candidates.get_mut(before..) {
            new.sort_unstable_by_key(|candidate| (candidate.span, candidate.rule));
        }
        candidates.dedup();
        outcome
    }
}

#[cfg(test)]
mod tests;
