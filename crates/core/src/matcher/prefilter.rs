//! From literals to the rules they may announce.
//!
//! `regex-automata` has prefilters of its own, but they do not tell which pattern a literal
//! comes from, and here that is the question.

use std::ops::Range;

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

/// Which spellings of a literal count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// Its own.
    AsWritten,
    /// All.
    Any,
}

/// Most literals that vector instructions are used for: with more they find too much.
const PACKED_LITERALS_MAX: usize = 64;

/// A searcher of few literals on a processor that has vector instructions for it.
fn packed_searcher(literals: &[Literal]) -> Option<packed::Searcher> {
    if literals.len() > PACKED_LITERALS_MAX {
        return None;
    }
    // The limits of its own are stricter, and were measured to be in the way.
    packed::Config::new()
        .heuristic_pattern_limits(false)
        .builder()
        .extend(literals.iter().map(|literal| &literal.bytes))
        .build()
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
    pub(super) fn new(
        literals: Vec<Literal>,
        case: Case,
    ) -> Result<Prefilter, aho_corasick::BuildError> {
        let packed = if case == Case::AsWritten { packed_searcher(&literals) } else { None };
        let engine = if literals.is_empty() {
            Engine::None
        } else if let Some(searcher) = packed {
            Engine::Packed(Box::new(searcher))
        } else {
            let automaton = AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .ascii_case_insensitive(case == Case::Any)
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

    /// Calls `hit` with every literal that stands in `range` of `text`, and where, until it fails.
    pub(super) fn hits<E>(
        &self,
        text: &[u8],
        range: Range<usize>,
        hit: &mut impl FnMut(&Literal, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.engine {
            Engine::None => Ok(()),
            Engine::Packed(searcher) => {
                let mut from = range.start;
                while let Some(first) = searcher.find_in(text, (from..range.end).into()) {
                    // The searcher reports one literal for a place; others may begin there too,
                    // and the next one may begin within this one.
                    let here = text.get(first.start()..range.end).unwrap_or_default();
                    let companions = self.companions.get(first.pattern().as_usize());
                    for &index in companions.into_iter().flatten() {
                        if let Some(literal) = self.literals.get(index)
                            && here.starts_with(&literal.bytes)
                        {
                            hit(literal, first.start())?;
                        }
                    }
                    from = first.start() + 1;
                }
                Ok(())
            }
            Engine::Automaton(automaton) => {
                let input = aho_corasick::Input::new(text).range(range);
                automaton.find_overlapping_iter(input).try_for_each(|found| {
                    match self.literals.get(found.pattern().as_usize()) {
                        Some(literal) => hit(literal, found.start()),
                        None => Ok(()),
                    }
                })
            }
        }
    }
}

impl Literal {
    /// Whether it is the start of a token rather than a word: then the rest of the token may
    /// stand there in another form.
    pub(super) fn begins_a_token(&self) -> bool {
        self.bytes.iter().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    }

    /// Every rule and start of a match that may hold this literal at `at`.
    pub(super) fn starts(&self, at: usize) -> impl Iterator<Item = (RuleIndex, usize)> {
        self.uses.iter().flat_map(move |usage| {
            (usage.offset_min..=usage.offset_max)
                .filter_map(move |offset| at.checked_sub(offset))
                .map(|start| (usage.rule, start))
        })
    }
}
