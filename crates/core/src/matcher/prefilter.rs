//! From literals to the rules they may announce.
//!
//! `regex-automata` has prefilters of its own, but they do not tell which pattern a literal
//! comes from, and here that is the question.

use aho_corasick::packed;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::RuleIndex;

/// A literal, and the rules in whose matches it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The bytes, exactly.
    pub bytes: Vec<u8>,
    /// Where it stands in matches of which rules.
    pub uses: Vec<LiteralUse>,
}

/// A rule whose matches hold a literal at a bounded distance from their start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiteralUse {
    /// The rule.
    pub rule: RuleIndex,
    /// Fewest bytes of a match before the literal.
    pub offset_min: usize,
    /// Most bytes of a match before the literal.
    pub offset_max: usize,
}

/// All literals, searched for at once.
#[derive(Debug)]
pub(super) struct Prefilter {
    engine: Engine,
    literals: Vec<Literal>,
    /// For each literal, all that can stand where it stands: those that begin with it, and those
    /// that it begins with. Indices, itself included.
    companions: Vec<Vec<usize>>,
}

/// How the literals are searched for.
#[derive(Debug)]
enum Engine {
    /// There is no literal.
    None,
    /// Few literals, and a processor with vector instructions for it.
    Packed(Box<packed::Searcher>),
    /// Any other number, or another processor.
    Automaton(Box<AhoCorasick>),
}

impl Prefilter {
    pub(super) fn new(literals: Vec<Literal>) -> Result<Prefilter, aho_corasick::BuildError> {
        let engine = if literals.is_empty() {
            Engine::None
        } else if let Some(searcher) =
            packed::Searcher::new(literals.iter().map(|literal| &literal.bytes))
        {
            Engine::Packed(Box::new(searcher))
        } else {
            let automaton = AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .build(literals.iter().map(|literal| &literal.bytes))?;
            Engine::Automaton(Box::new(automaton))
        };
        let companions = literals
            .iter()
            .map(|one| {
                let together = |other: &Literal| {
                    one.bytes.starts_with(&other.bytes) || other.bytes.starts_with(&one.bytes)
                };
                literals.iter().enumerate().filter(|(_, l)| together(l)).map(|(i, _)| i).collect()
            })
            .collect();
        Ok(Prefilter { engine, literals, companions })
    }

    /// Calls `attempt` with every rule and start that a literal in `text` announces.
    ///
    /// Returns false if `attempt` did so and ended the search.
    pub(super) fn hits(
        &self,
        text: &[u8],
        attempt: &mut impl FnMut(RuleIndex, usize) -> bool,
    ) -> bool {
        match &self.engine {
            Engine::None => true,
            Engine::Packed(searcher) => {
                let mut from = 0;
                while let Some(hit) = searcher.find_in(text, (from..text.len()).into()) {
                    // The searcher reports one literal for a place; others may begin there too,
                    // and the next one may begin within this one.
                    let here = text.get(hit.start()..).unwrap_or_default();
                    let companions = self.companions.get(hit.pattern().as_usize());
                    let mut literals =
                        companions.into_iter().flatten().filter_map(|&i| self.literals.get(i));
                    if !literals.all(|literal| {
                        !here.starts_with(&literal.bytes) || announce(literal, hit.start(), attempt)
                    }) {
                        return false;
                    }
                    from = hit.start() + 1;
                }
                true
            }
            Engine::Automaton(automaton) => automaton.find_overlapping_iter(text).all(|hit| {
                self.literals
                    .get(hit.pattern().as_usize())
                    .is_none_or(|literal| announce(literal, hit.start(), attempt))
            }),
        }
    }
}

/// Tries every start at which a match with `literal` at `at` can begin.
fn announce(
    literal: &Literal,
    at: usize,
    attempt: &mut impl FnMut(RuleIndex, usize) -> bool,
) -> bool {
    literal.uses.iter().all(|usage| {
        (usage.offset_min..=usage.offset_max)
            .filter_map(|offset| at.checked_sub(offset))
            .all(|start| attempt(usage.rule, start))
    })
}
