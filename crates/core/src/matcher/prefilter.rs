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

/// Most literals of one searcher with vector instructions: with more it finds too much.
const PACKED_LITERALS_MAX: usize = 32;

/// Most such searchers, one after the other: beyond, an automaton is faster.
const PACKED_SEARCHERS_MAX: usize = 4;

/// A searcher, and the index of its first literal.
type Packed = (usize, packed::Searcher);

/// Searchers of few literals each, on a processor that has vector instructions for them.
fn packed_searchers(literals: &[Literal]) -> Option<Vec<Packed>> {
    let count = literals.len().div_ceil(PACKED_LITERALS_MAX);
    if count == 0 || count > PACKED_SEARCHERS_MAX {
        return None;
    }
    let each = literals.len().div_ceil(count);
    let chunks = literals.chunks(each).enumerate();
    chunks
        .map(|(index, literals)| {
            // The limits of its own are stricter, and were measured to be in the way.
            let searcher = packed::Config::new()
                .heuristic_pattern_limits(false)
                .builder()
                .extend(literals.iter().map(|literal| &literal.bytes))
                .build()?;
            Some((index * each, searcher))
        })
        .collect()
}

/// How the literals are searched for.
#[derive(Debug)]
enum Engine {
    /// There is no literal.
    None,
    /// Few literals, and a processor with vector instructions for it.
    Packed(Vec<Packed>),
    /// Any other number, or another processor.
    Automaton(Box<AhoCorasick>),
}

impl Prefilter {
    pub(super) fn new(
        literals: Vec<Literal>,
        case: Case,
    ) -> Result<Prefilter, aho_corasick::BuildError> {
        let packed = if case == Case::AsWritten { packed_searchers(&literals) } else { None };
        let engine = if literals.is_empty() {
            Engine::None
        } else if let Some(searchers) = packed {
            Engine::Packed(searchers)
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
            Engine::Packed(searchers) => searchers.iter().try_for_each(|(first, searcher)| {
                self.packed_hits(text, &range, (*first, searcher), hit)
            }),
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

impl Prefilter {
    /// The hits of one searcher. It reports one literal for a place; others of its literals may
    /// begin there too, and the next one may begin within this one.
    fn packed_hits<E>(
        &self,
        text: &[u8],
        range: &Range<usize>,
        (first, searcher): (usize, &packed::Searcher),
        hit: &mut impl FnMut(&Literal, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut from = range.start;
        while let Some(found) = searcher.find_in(text, (from..range.end).into()) {
            let here = text.get(found.start()..range.end).unwrap_or_default();
            let companions = self.companions.get(first + found.pattern().as_usize());
            for &index in companions.into_iter().flatten() {
                if let Some(literal) = self.literals.get(index)
                    && here.starts_with(&literal.bytes)
                {
                    hit(literal, found.start())?;
                }
            }
            from = found.start() + 1;
        }
        Ok(())
    }
}

impl Literal {
    /// Whether it is a word near which rules are looked for.
    pub(super) fn is_word(&self) -> bool {
        self.uses.is_empty()
    }

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
