//! From literals to the matches that they may announce.
//!
//! `regex-automata` has prefilters of its own, but they do not tell which pattern a literal
//! comes from, and here that is the question.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::AutomatonIndex;
use super::automaton::Automaton;
use super::following::Following;
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
    case: Case,
    /// For each of its uses, what may follow it, once that was asked.
    following: Vec<OnceLock<Following>>,
}

impl Entry {
    /// Its uses where it stands at `at`.
    #[inline]
    pub(super) fn uses(&self, at: usize) -> impl Iterator<Item = Use<'_>> {
        let uses = self.literal.uses.iter().zip(&self.following);
        uses.map(move |(usage, following)| Use { entry: self, usage, following, at })
    }
}

/// A literal that stands in a text, in a match of one automaton.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use<'e> {
    entry: &'e Entry,
    usage: &'e LiteralUse,
    following: &'e OnceLock<Following>,
    /// Where the literal begins.
    at: usize,
}

impl Use<'_> {
    #[inline]
    pub(super) fn automaton(&self) -> AutomatonIndex {
        self.usage.automaton
    }

    /// Every start of a match that may hold it.
    #[inline]
    pub(super) fn starts(&self) -> impl Iterator<Item = usize> {
        let at = self.at;
        (self.usage.offset_min..=self.usage.offset_max)
            .filter_map(move |offset| at.checked_sub(offset))
    }

    /// The end of the bytes of `text` by which it is known that `automaton`, the one that is meant,
    /// has no match that holds it; `None` if it must be tried.
    #[inline]
    pub(super) fn end_in_vain(&self, text: &[u8], automaton: &Automaton) -> Option<usize> {
        let end = self.at + self.entry.literal.bytes.len();
        let following = self.following.get().unwrap_or_else(|| self.ask(automaton));
        Some(end + following.first_other(text.get(end..)?)? + 1)
    }

    #[cold]
    fn ask(&self, automaton: &Automaton) -> &Following {
        let Entry { literal: Literal { bytes, .. }, case, .. } = self.entry;
        self.following.get_or_init(|| Following::of(automaton, self.usage, bytes, *case))
    }
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
            .map(|((literal, opens_zone), circles)| {
                let following = literal.uses.iter().map(|_| OnceLock::new()).collect();
                Entry { literal, opens_zone, circles, case, following }
            })
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
