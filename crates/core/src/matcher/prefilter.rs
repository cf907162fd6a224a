//! From literals to the rules they may announce.
//!
//! `regex-automata` has prefilters of its own, but they do not tell which pattern a literal
//! comes from, and here that is the question.

use super::RuleIndex;
use super::grams::Grams;

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

/// Which spellings of a literal count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// Its own.
    AsWritten,
    /// All.
    Any,
}

/// Bytes of a literal that is not a short one.
pub(super) const LONG_BYTES_MIN: usize = 4;

/// All literals, searched for at once.
#[derive(Debug)]
pub(super) struct Prefilter {
    literals: Vec<Literal>,
    case: Case,
    /// Filters for the long and for the short ones, if there are any.
    long: Option<Grams<4>>,
    short: Option<Grams<3>>,
}

impl Prefilter {
    /// A prefilter for `literals`, each of at least three bytes.
    pub(super) fn new(literals: Vec<Literal>, case: Case) -> Prefilter {
        let of = |long: bool| {
            let indexed = literals.iter().enumerate().map(|(i, l)| (i, l.bytes.as_slice()));
            indexed.filter(move |(_, bytes)| (bytes.len() >= LONG_BYTES_MIN) == long)
        };
        let long = of(true).next().map(|_| Grams::new(of(true)));
        let short = of(false).next().map(|_| Grams::new(of(false)));
        Prefilter { literals, case, long, short }
    }

    /// The most bytes of a literal with what may stand before it in a match.
    pub(super) fn reach(&self) -> usize {
        let offset = |literal: &Literal| literal.uses.iter().map(|usage| usage.offset_max).max();
        let reach = |literal: &Literal| literal.bytes.len() + offset(literal).unwrap_or(0);
        self.literals.iter().map(reach).max().unwrap_or(0)
    }

    /// Calls `hit` with every literal that stands in `text`, and where, until it fails: those
    /// that `cursor` has not passed, up to about `until`.
    pub(super) fn hits<E>(
        &self,
        text: &[u8],
        cursor: &mut Cursor,
        until: usize,
        hit: &mut impl FnMut(&Literal, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut seen = |index: usize, start: usize| {
            let Some(literal) = self.literals.get(index) else { return Ok(()) };
            let rest = text.get(start..).unwrap_or_default();
            let stands = rest.get(..literal.bytes.len()).is_some_and(|here| match self.case {
                Case::AsWritten => here == literal.bytes,
                Case::Any => here.eq_ignore_ascii_case(&literal.bytes),
            });
            if stands { hit(literal, start) } else { Ok(()) }
        };
        if let Some(grams) = &self.long {
            grams.hits(text, &mut cursor.long, until, &mut seen)?;
        }
        if let Some(grams) = &self.short {
            grams.hits(text, &mut cursor.short, until, &mut seen)?;
        }
        Ok(())
    }
}

/// How far a prefilter has come in a text: the next positions that its filters look at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    long: usize,
    short: usize,
}

impl Cursor {
    /// A prefilter that begins at `start`.
    pub(super) fn at(start: usize) -> Cursor {
        Cursor { long: start, short: start }
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
