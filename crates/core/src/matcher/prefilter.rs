//! From literals to the matches that they may announce.
//!
//! `regex-automata` has prefilters of its own, but they do not tell which pattern a literal
//! comes from, and here that is the question.

use std::collections::HashMap;

use super::AutomatonIndex;
use super::grams::Grams;
use super::words::Circle;

/// A literal, and in whose matches it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The bytes, exactly.
    pub bytes: Vec<u8>,
    /// Where it stands in matches of which automata.
    pub uses: Vec<LiteralUse>,
}

/// An automaton whose matches hold a literal at a bounded distance from their start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiteralUse {
    /// The automaton.
    pub automaton: AutomatonIndex,
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

/// A literal that is searched for.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) literal: Literal,
    /// Whether other things are looked for around it: it is a word, or the start of a token, of
    /// which the rest may stand there in another form.
    pub(super) opens_zone: bool,
    /// Whose word it is.
    pub(super) circles: Vec<Circle>,
}

/// Bytes of a literal that is not a short one.
pub(super) const LONG_BYTES_MIN: usize = 4;

/// All literals, searched for at once.
#[derive(Debug)]
pub(super) struct Prefilter {
    entries: Vec<Entry>,
    case: Case,
    /// Filters for the long and for the short ones, if there are any.
    long: Option<Grams<4>>,
    short: Option<Grams<3>>,
}

impl Prefilter {
    /// A prefilter for `literals`, each of at least three bytes, and whose words they are.
    pub(super) fn new(literals: Vec<(Literal, Vec<Circle>)>, case: Case) -> Prefilter {
        let (literals, circles): (Vec<Literal>, Vec<Vec<Circle>>) = literals.into_iter().unzip();
        let of = |long: bool| {
            let indexed = literals.iter().enumerate().map(|(i, l)| (i, l.bytes.as_slice()));
            indexed.filter(move |(_, bytes)| (bytes.len() >= LONG_BYTES_MIN) == long)
        };
        let long = of(true).next().map(|_| Grams::new(of(true)));
        let short = of(false).next().map(|_| Grams::new(of(false)));
        let zones = zones_of(&literals);
        let entries = literals.into_iter().zip(zones).zip(circles);
        let entries = entries
            .map(|((literal, opens_zone), circles)| Entry { literal, opens_zone, circles })
            .collect();
        Prefilter { entries, case, long, short }
    }

    /// The most bytes of a literal with what may stand before it in a match.
    pub(super) fn reach(&self) -> usize {
        let offset = |literal: &Literal| literal.uses.iter().map(|usage| usage.offset_max).max();
        let reach = |literal: &Literal| literal.bytes.len() + offset(literal).unwrap_or(0);
        self.entries.iter().map(|entry| reach(&entry.literal)).max().unwrap_or(0)
    }

    /// Whether a literal holds a zero and then a byte that is no control.
    pub(super) fn spans_names(&self) -> bool {
        self.entries.iter().any(|entry| {
            let (_, behind) = entry.literal.bytes.split_at(1);
            let pairs = entry.literal.bytes.iter().zip(behind);
            pairs.into_iter().any(|(first, second)| *first == 0 && !second.is_ascii_control())
        })
    }

    /// Calls `hit` with every literal that stands in `text`, and where, until it fails: those
    /// that `cursor` has not passed, up to about `until`.
    pub(super) fn hits<E>(
        &self,
        text: &[u8],
        cursor: &mut Cursor,
        until: usize,
        hit: &mut impl FnMut(&Entry, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut seen = |index: usize, start: usize| {
            let Some(entry) = self.entries.get(index) else { return Ok(()) };
            let literal = &entry.literal;
            let rest = text.get(start..).unwrap_or_default();
            let stands = rest.get(..literal.bytes.len()).is_some_and(|here| match self.case {
                Case::AsWritten => here == literal.bytes,
                Case::Any => here.eq_ignore_ascii_case(&literal.bytes),
            });
            if stands { hit(entry, start) } else { Ok(()) }
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

/// Whether other things are looked for around each of `literals`, in their order. One that is
/// looked for in several spellings begins no token: `BASIC` is a word.
fn zones_of(literals: &[Literal]) -> Vec<bool> {
    let mut spellings: HashMap<Vec<u8>, usize> = HashMap::new();
    for literal in literals {
        *spellings.entry(literal.bytes.to_ascii_lowercase()).or_default() += 1;
    }
    let begins_token = |bytes: &[u8]| {
        bytes.iter().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && spellings.get(&bytes.to_ascii_lowercase()) == Some(&1)
    };
    let is_word = |literal: &Literal| literal.uses.is_empty();
    literals.iter().map(|literal| is_word(literal) || begins_token(&literal.bytes)).collect()
}

impl Literal {
    /// Every automaton and start of a match that may hold this literal at `at`.
    pub(super) fn starts(&self, at: usize) -> impl Iterator<Item = (AutomatonIndex, usize)> {
        self.uses.iter().flat_map(move |usage| {
            (usage.offset_min..=usage.offset_max)
                .filter_map(move |offset| at.checked_sub(offset))
                .map(|start| (usage.automaton, start))
        })
    }
}
