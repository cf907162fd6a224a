//! Patterns to the parts of a matcher; done when rules are built or installed, never in a push.

use regex_automata::MatchKind;
use regex_automata::dfa::{StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, HirKind, Repetition};

use super::automaton;
use super::class_run::{CLASSES_MAX, CLASSES_MIN};
use super::groups::{Classes, Member, Start, add_group};
use super::prefilter::LONG_BYTES_MIN;
use super::words::{self, WORD_BYTES_MIN, Word};
use super::{Parts, RuleIndex};

/// Most bytes that may stand before a literal in a match.
pub(crate) const LITERAL_OFFSET_MAX: usize = 64;

/// Fewest bytes of a literal: a shorter one would be everywhere.
const LITERAL_BYTES_MIN: usize = 3;

/// Most bytes of one rule's automaton.
const AUTOMATON_BYTES_MAX: usize = 1 << 20;

/// Most bytes that determinising one rule's automaton may take.
const DETERMINIZE_BYTES_MAX: usize = 64 << 20;

/// Most rules of a set.
const RULES_MAX: usize = 4096;

/// Widest class that a class run may have, in byte values.
const CLASS_BYTES_MAX: usize = 32;

/// What a rule looks for.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'r> {
    /// Name of the rule, for errors.
    pub rule: &'r str,
    /// Regular expression over bytes; classes such as `\w` are ASCII.
    pub pattern: &'r str,
    /// Literals of which every match holds one, near its start; empty for a rule that begins
    /// with a run of narrow classes instead. In lower case, and found in any, if there is a `near`.
    pub literals: &'r [String],
    /// Words of which one must stand near the literals, in any usual case: a rule whose literals
    /// are everyday words is looked for only there. Empty for a rule that is looked for everywhere.
    pub near: &'r [String],
}

/// Why a rule is not accepted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The pattern is not a regular expression.
    #[error("rule {rule}: the pattern is not a regular expression: {reason}")]
    Syntax {
        /// Name of the rule.
        rule: String,
        /// What the parser says.
        reason: String,
    },
    /// The automaton would be too large.
    #[error(
        "rule {rule}: the pattern explodes: its automaton exceeds {AUTOMATON_BYTES_MAX} bytes \
         ({reason}); use smaller repeat counts or narrower classes"
    )]
    TooLarge {
        /// Name of the rule.
        rule: String,
        /// What the builder says.
        reason: String,
    },
    /// The pattern matches the empty text.
    #[error("rule {rule}: the pattern matches the empty text")]
    Empty {
        /// Name of the rule.
        rule: String,
    },
    /// The pattern matches no text.
    #[error("rule {rule}: the pattern matches nothing, whatever the text")]
    Nothing {
        /// Name of the rule.
        rule: String,
    },
    /// No match is short enough to be looked at.
    #[error(
        "rule {rule}: every match has more than {} bytes, and none is found",
        automaton::MATCH_BYTES_MAX
    )]
    TooLong {
        /// Name of the rule.
        rule: String,
    },
    /// A literal is too short.
    #[error("rule {rule}: literal {literal:?} is shorter than {LITERAL_BYTES_MIN} bytes")]
    ShortLiteral {
        /// Name of the rule.
        rule: String,
        /// The literal.
        literal: String,
    },
    /// The pattern has matches without any of the literals near their start.
    #[error(
        "rule {rule}: its pattern does not imply its literals: every match must hold one of them \
         within its first {LITERAL_OFFSET_MAX} bytes"
    )]
    LiteralsNotImplied {
        /// Name of the rule.
        rule: String,
    },
    /// No match begins with this literal.
    #[error("rule {rule}: no match of its pattern holds the literal {literal:?}")]
    UselessLiteral {
        /// Name of the rule.
        rule: String,
        /// The literal.
        literal: String,
    },
    /// There is neither a literal nor a run of classes.
    #[error(
        "rule {rule}: without literals its pattern must begin with at least {CLASSES_MIN} \
         characters from classes of at most {CLASS_BYTES_MAX} byte values"
    )]
    NothingToLookFor {
        /// Name of the rule.
        rule: String,
    },
    /// A word of `near` is too short.
    #[error("rule {rule}: the word {word:?} of `near` is shorter than {WORD_BYTES_MIN} bytes")]
    ShortWord {
        /// Name of the rule.
        rule: String,
        /// The word.
        word: String,
    },
    /// There are more rules than a set can hold.
    #[error("there are more than {RULES_MAX} rules")]
    TooManyRules,
}

/// Compiles `patterns`, whose order is that of the rule set.
///
/// # Errors
///
/// For the first rule that is not acceptable, with its name and the reason.
pub fn build(patterns: &[Pattern<'_>]) -> Result<Parts, BuildError> {
    if patterns.len() > RULES_MAX {
        return Err(BuildError::TooManyRules);
    }
    let mut parts = Parts::default();
    let mut groups: Vec<Vec<Member<'_>>> = Vec::new();
    for (index, pattern) in patterns.iter().enumerate() {
        let rule = RuleIndex(u16::try_from(index).map_err(|_| BuildError::TooManyRules)?);
        let hir = parse(pattern)?;
        let member =
            Member { rule, pattern, table: table_of(&[pattern])?, start: start_of(pattern, &hir)? };
        if !pattern.literals.is_empty() {
            add_words(pattern, rule, &mut parts.near_words)?;
        }
        let joins = |group: &&mut Vec<Member<'_>>| {
            group.len() < automaton::RULES_MAX
                && group.first().is_some_and(|first| first.is_looked_for_with(&member))
        };
        match groups.iter_mut().find(joins) {
            Some(group) => group.push(member),
            None => groups.push(vec![member]),
        }
    }
    groups.iter().try_for_each(|group| add_group(group, &mut parts))?;
    Ok(parts)
}

/// A pattern that matches all that `hir` matches, with its letters made small: literals of rules
/// that are looked for near words are searched for in any case.
fn lower_case(hir: &Hir) -> Hir {
    let small = |bytes: &[u8]| Hir::literal(bytes.to_ascii_lowercase());
    match hir.kind() {
        HirKind::Literal(literal) => small(&literal.0),
        HirKind::Class(Class::Bytes(class)) => {
            let bytes = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            let mut class = ClassBytes::empty();
            for byte in bytes.map(|byte| byte.to_ascii_lowercase()) {
                class.push(ClassBytesRange::new(byte, byte));
            }
            match class.literal() {
                Some(literal) => small(&literal),
                None => Hir::class(Class::Bytes(class)),
            }
        }
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            sub: Box::new(lower_case(&repetition.sub)),
            ..repetition.clone()
        }),
        HirKind::Capture(capture) => lower_case(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(lower_case).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(lower_case).collect()),
        _ => hir.clone(),
    }
}

/// Adds the words near which a rule is looked for, each in its usual spellings.
fn add_words(
    pattern: &Pattern<'_>,
    rule: RuleIndex,
    words: &mut Vec<Word>,
) -> Result<(), BuildError> {
    for word in pattern.near {
        if word.len() < WORD_BYTES_MIN {
            let (rule, word) = (pattern.rule.to_owned(), word.clone());
            return Err(BuildError::ShortWord { rule, word });
        }
        for spelling in words::spellings(word) {
            match words.iter_mut().find(|known| known.bytes == spelling) {
                Some(known) if known.rules.contains(&rule) => (),
                Some(known) => known.rules.push(rule),
                None => words.push(Word { bytes: spelling, rules: vec![rule] }),
            }
        }
    }
    Ok(())
}

fn syntax_config() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false)
}

fn parse(pattern: &Pattern<'_>) -> Result<Hir, BuildError> {
    let rule = || pattern.rule.to_owned();
    let hir = syntax::parse_with(pattern.pattern, &syntax_config())
        .map_err(|error| BuildError::Syntax { rule: rule(), reason: error.to_string() })?;
    match hir.properties().minimum_len() {
        None => Err(BuildError::Nothing { rule: rule() }),
        Some(0) => Err(BuildError::Empty { rule: rule() }),
        Some(len) if len > automaton::MATCH_BYTES_MAX => Err(BuildError::TooLong { rule: rule() }),
        Some(_) => Ok(hir),
    }
}

/// The automaton of `patterns`; an error is that of the first.
pub(super) fn table_of(patterns: &[&Pattern<'_>]) -> Result<Vec<u8>, BuildError> {
    let rule = || patterns.first().map_or("", |pattern| pattern.rule).to_owned();
    let too_large = |reason: String| BuildError::TooLarge { rule: rule(), reason };
    let texts: Vec<&str> = patterns.iter().map(|pattern| pattern.pattern).collect();
    let dense = dense::Builder::new()
        .syntax(syntax_config())
        .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(DETERMINIZE_BYTES_MAX)))
        .configure(
            dense::Config::new()
                .match_kind(MatchKind::All)
                .start_kind(StartKind::Anchored)
                .dfa_size_limit(Some(DETERMINIZE_BYTES_MAX))
                .determinize_size_limit(Some(DETERMINIZE_BYTES_MAX)),
        )
        .build_many(&texts)
        .map_err(|error| too_large(error.to_string()))?;
    let bytes = automaton::table(&dense).map_err(too_large)?;
    if bytes.len() > AUTOMATON_BYTES_MAX {
        return Err(too_large(format!("{} bytes", bytes.len())));
    }
    Ok(bytes)
}

/// What the start of the pattern's matches is found by.
fn start_of(pattern: &Pattern<'_>, hir: &Hir) -> Result<Start, BuildError> {
    let rule = || pattern.rule.to_owned();
    if pattern.literals.is_empty() {
        return class_run(hir).ok_or_else(|| BuildError::NothingToLookFor { rule: rule() });
    }
    for literal in pattern.literals {
        if literal.len() < LITERAL_BYTES_MIN {
            return Err(BuildError::ShortLiteral { rule: rule(), literal: literal.clone() });
        }
    }
    let place = match pattern.near.is_empty() {
        true => place_of_literals(hir, pattern.literals),
        false => place_of_literals(&lower_case(hir), pattern.literals),
    };
    let place = place.ok_or_else(|| BuildError::LiteralsNotImplied { rule: rule() })?;
    let mut literals = Vec::new();
    for literal in pattern.literals {
        if !place.prefixes.iter().any(|prefix| prefix.starts_with(literal.as_bytes())) {
            return Err(BuildError::UselessLiteral { rule: rule(), literal: literal.clone() });
        }
        literals.extend(place.lengthened(literal.as_bytes()));
    }
    Ok(Start::Literals { literals, before: place.offset_min..=place.offset_max })
}

/// Where a pattern's literals stand.
struct Place {
    offset_min: usize,
    offset_max: usize,
    prefixes: Vec<Vec<u8>>,
}

impl Place {
    /// A short literal with each byte that may follow it, if few may: one more byte makes it much
    /// rarer in other text.
    fn lengthened(&self, literal: &[u8]) -> Vec<Vec<u8>> {
        let alone = vec![literal.to_vec()];
        if literal.len() >= LONG_BYTES_MIN {
            return alone;
        }
        let mut longer: Vec<Vec<u8>> = Vec::new();
        for prefix in self.prefixes.iter().filter(|prefix| prefix.starts_with(literal)) {
            match prefix.get(..LONG_BYTES_MIN) {
                Some(start) if !longer.iter().any(|known| known == start) => {
                    longer.push(start.to_vec());
                }
                Some(_) => (),
                None => return alone,
            }
        }
        longer
    }
}

/// The first place in the pattern at which every match continues with one of `literals`.
fn place_of_literals(hir: &Hir, literals: &[String]) -> Option<Place> {
    let sequence = sequence_of(hir);
    let mut offset_min = 0;
    let mut offset_max = 0;
    for (index, part) in sequence.iter().enumerate() {
        let rest = Hir::concat(sequence.iter().skip(index).map(|part| (*part).clone()).collect());
        let prefixes = Extractor::new().limit_class(CLASS_BYTES_MAX).extract(&rest);
        if let Some(prefixes) = prefixes.literals()
            && !prefixes.is_empty()
            && prefixes.iter().all(|prefix| {
                literals.iter().any(|literal| prefix.as_bytes().starts_with(literal.as_bytes()))
            })
        {
            let prefixes = prefixes.iter().map(|prefix| prefix.as_bytes().to_vec()).collect();
            return Some(Place { offset_min, offset_max, prefixes });
        }
        offset_min += part.properties().minimum_len()?;
        offset_max += part.properties().maximum_len()?;
        if offset_max > LITERAL_OFFSET_MAX {
            return None;
        }
    }
    None
}

/// The parts of a pattern that follow each other at its top level, groups opened.
fn sequence_of(hir: &Hir) -> Vec<&Hir> {
    let mut open = vec![hir];
    let mut sequence = Vec::new();
    while let Some(part) = open.pop() {
        match part.kind() {
            HirKind::Concat(parts) => open.extend(parts.iter().rev()),
            HirKind::Capture(capture) => open.push(&capture.sub),
            _ => sequence.push(part),
        }
    }
    sequence
}

/// The narrow classes with which every match of the pattern begins, if there are enough.
fn class_run(hir: &Hir) -> Option<Start> {
    let mut run = Classes { len: 0, places: vec![0; 256] };
    let mut open = vec![hir];
    while let Some(part) = open.pop() {
        if run.len == CLASSES_MAX {
            break;
        }
        match part.kind() {
            HirKind::Concat(parts) => open.extend(parts.iter().rev()),
            HirKind::Capture(capture) => open.push(&capture.sub),
            HirKind::Repetition(repetition) if Some(repetition.min) == repetition.max => {
                let times = usize::try_from(repetition.min).ok()?.min(CLASSES_MAX);
                open.extend(std::iter::repeat_n(&*repetition.sub, times));
            }
            HirKind::Literal(literal) => {
                for &byte in &literal.0 {
                    add_class(&mut run, std::iter::once(byte));
                }
            }
            HirKind::Class(Class::Bytes(class)) => {
                let bytes = || class.ranges().iter().flat_map(|range| range.start()..=range.end());
                if bytes().count() > CLASS_BYTES_MAX {
                    break;
                }
                add_class(&mut run, bytes());
            }
            _ => break,
        }
    }
    (run.len >= CLASSES_MIN).then_some(Start::Classes(run))
}

fn add_class(run: &mut Classes, bytes: impl Iterator<Item = u8>) {
    if run.len == CLASSES_MAX {
        return;
    }
    for byte in bytes {
        if let Some(places) = run.places.get_mut(usize::from(byte)) {
            *places |= 1 << run.len;
        }
    }
    run.len += 1;
}
