//! The automaton of rules that are looked for at the same places, as a table, tried at one of them.
//!
//! `regex-automata` makes the automaton when rules are built; what a push reads is the table of
//! it, as it lies in the file of compiled rules. The library's own serialised form must be checked
//! state by state before it may be used, which cost a push more than all its searching; this one
//! is checked where it is read, byte by byte.
//!
//! ```text
//! columns, states, first match state, five start states    numbers of two bytes, little-endian
//! the column of each byte                                  256 bytes
//! the next state, row by row                               two bytes each; a row is a state
//! the rules that each match state reports                  two bytes each: a bit for each rule
//! ```
//!
//! State 0 is dead. The last column is the end of the text. Matches are reported one byte late, so
//! that `\b` and `$` can see what follows.

use std::borrow::Cow;

use regex_automata::dfa::{Automaton as _, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, Input};

use super::{AutomatonPart, Candidate, RuleIndex};
use crate::span::Span;

/// Bytes of a match, at most.
///
/// It bounds what a text full of literals can make the automata do, and what blocks of an object
/// must overlap; with it, a pattern may repeat without end and have a small automaton.
pub const MATCH_BYTES_MAX: usize = 4096;

/// The state from which nothing matches any more.
const DEAD: u16 = 0;

/// What may stand before a match, as far as `\b` and `^` tell it apart: nothing, a letter, some
/// other byte, and the two that end lines. One text of each, in the order of the start states.
const BEFORE: [&[u8]; 5] = [b"", b"a", b" ", b"\n", b"\r"];

/// Bytes before the rows.
const HEADER_BYTES: usize = (FIRST_START + BEFORE.len()) * 2 + 256;

/// The place of the first start state among the numbers.
const FIRST_START: usize = 3;

/// Rules of one automaton, at most: a bit of two bytes for each.
pub(super) const RULES_MAX: usize = u16::BITS as usize;

/// The bytes are no automaton: they are damaged, or of another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damaged;

/// An anchored automaton of some rules.
pub(super) struct Automaton {
    /// In the order of their bits.
    rules: Vec<RuleIndex>,
    bytes: Cow<'static, [u8]>,
}

impl std::fmt::Debug for Automaton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Automaton({:?}, {} bytes)", self.rules, self.bytes.len())
    }
}

/// A table, its header read.
#[derive(Clone, Copy)]
struct Table<'t> {
    columns: usize,
    first_match: u16,
    classes: &'t [u8; 256],
    rows: &'t [u8],
    /// What each match state reports.
    reported: &'t [u8],
}

impl Table<'_> {
    fn next(&self, state: u16, column: usize) -> Result<u16, Damaged> {
        let at = (usize::from(state) * self.columns + column) * 2;
        let cell = self.rows.get(at..).and_then(<[u8]>::first_chunk::<2>).ok_or(Damaged)?;
        Ok(u16::from_le_bytes(*cell))
    }

    /// The rules that `state` reports, a bit for each; none if it is no match.
    fn reports(&self, state: u16) -> Result<u16, Damaged> {
        let Some(place) = state.checked_sub(self.first_match) else { return Ok(0) };
        let rest = self.reported.get(2 * usize::from(place)..);
        let bits = rest.and_then(<[u8]>::first_chunk::<2>).ok_or(Damaged)?;
        Ok(u16::from_le_bytes(*bits))
    }
}

impl Automaton {
    /// An automaton from what [`table`] has made of the patterns of as many rules.
    pub(super) fn new(part: AutomatonPart) -> Automaton {
        Automaton { rules: part.rules, bytes: part.bytes }
    }

    /// Whose patterns it knows.
    pub(super) fn rules(&self) -> &[RuleIndex] {
        &self.rules
    }

    /// The table, and the state in which it begins behind `before`.
    fn table(&self, before: Option<u8>) -> Result<(Table<'_>, u16), Damaged> {
        let (header, rows) = self.bytes.split_at_checked(HEADER_BYTES).ok_or(Damaged)?;
        let (classes, numbers) =
            header.split_last_chunk::<256>().map(|(n, c)| (c, n)).ok_or(Damaged)?;
        let number = |index: usize| {
            let bytes = numbers.get(2 * index..).and_then(<[u8]>::first_chunk::<2>);
            bytes.map(|bytes| u16::from_le_bytes(*bytes)).ok_or(Damaged)
        };
        let start = FIRST_START
            + match before {
                None => 0,
                Some(byte) if byte.is_ascii_alphanumeric() || byte == b'_' => 1,
                Some(b'\n') => 3,
                Some(b'\r') => 4,
                Some(_) => 2,
            };
        let columns = usize::from(number(0)?);
        let row_bytes = 2 * columns * usize::from(number(1)?);
        let (rows, reported) = rows.split_at_checked(row_bytes).ok_or(Damaged)?;
        let table = Table { columns, first_match: number(2)?, classes, rows, reported };
        Ok((table, number(start)?))
    }

    /// Looks for each rule's longest match of at most [`MATCH_BYTES_MAX`] bytes that begins at
    /// `start`.
    ///
    /// The automaton sees the bytes around the match, so `\b`, `^` and `$` mean what they say.
    pub(super) fn attempt(&self, text: &[u8], start: usize) -> Result<Attempt, Damaged> {
        let before = start.checked_sub(1).and_then(|before| text.get(before)).copied();
        let (table, mut state) = self.table(before)?;
        let column =
            |byte: u8| table.classes.get(usize::from(byte)).map_or(0, |&class| class.into());
        let limit = text.len().min(start.saturating_add(MATCH_BYTES_MAX));
        let mut longest = Longest::default();
        for (distance, &byte) in text.get(start..limit).unwrap_or_default().iter().enumerate() {
            state = table.next(state, column(byte))?;
            if state >= table.first_match {
                longest.add(table.reports(state)?, distance);
            } else if state == DEAD {
                return Ok(Attempt { start, longest, seen: start + distance + 1 });
            }
        }
        let last = text.get(limit).map_or(table.columns.saturating_sub(1), |&byte| column(byte));
        longest.add(table.reports(table.next(state, last)?)?, limit.saturating_sub(start));
        Ok(Attempt { start, longest, seen: limit + 1 })
    }
}

/// How long the longest matches of rules are; lengths are added in rising order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Longest {
    /// Of those that are not as long as the last one, and zero for others.
    lengths: [u16; RULES_MAX],
    /// Those whose match is the last one, a bit for each, and its length.
    last: u16,
    length: u16,
}

/// The length of a match is a number of two bytes.
const _: () = assert!(MATCH_BYTES_MAX <= u16::MAX as usize);

impl Longest {
    /// The rules of these bits have a match of so many bytes.
    fn add(&mut self, rules: u16, length: usize) {
        if rules == 0 {
            return;
        }
        // Long matches may end anywhere, and mostly for the same rules.
        if rules != self.last {
            self.settle();
        }
        self.last = rules;
        self.length = u16::try_from(length).unwrap_or(u16::MAX);
    }

    fn settle(&mut self) {
        for (rule, length) in self.lengths.iter_mut().enumerate() {
            if self.last >> rule & 1 == 1 {
                *length = self.length;
            }
        }
    }
}

/// What came of trying rules at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attempt {
    start: usize,
    longest: Longest,
    /// Where the bytes end that this rests on; one behind the text, if it rests on its end.
    pub(super) seen: usize,
}

impl Attempt {
    /// Whether a rule matches there.
    pub(super) fn matches(&self) -> bool {
        self.longest.last != 0
    }

    /// Each of `rules`, those of the automaton, that matches there, with its longest match.
    pub(super) fn found(mut self, rules: &[RuleIndex]) -> impl Iterator<Item = Candidate> {
        self.longest.settle();
        // No match is empty.
        let found = rules.iter().zip(self.longest.lengths).filter(|(_, length)| *length > 0);
        found.filter_map(move |(&rule, length)| {
            let span = Span::new(self.start, self.start + usize::from(length))?;
            Some(Candidate { rule, span })
        })
    }
}

/// The table of an anchored automaton of at most [`RULES_MAX`] patterns; an error says why there is
/// none.
pub(super) fn table(dfa: &dense::DFA<Vec<u32>>) -> Result<Vec<u8>, String> {
    let starts = BEFORE
        .iter()
        .map(|before| {
            let input = Input::new(*before).range(before.len()..).anchored(Anchored::Yes);
            dfa.start_state_forward(&input).map_err(|error| error.to_string())
        })
        .collect::<Result<Vec<StateID>, String>>()?;
    let states = States::of(dfa, &starts)?;
    let columns = Columns::of(dfa, &states.order);

    let mut bytes = Vec::new();
    let mut number = |number: usize| -> Result<(), String> {
        let number = u16::try_from(number).map_err(|_| "it has too many states".to_owned())?;
        bytes.extend_from_slice(&number.to_le_bytes());
        Ok(())
    };
    number(columns.bytes.len() + 1)?;
    number(states.order.len())?;
    number(states.first_match)?;
    for start in &starts {
        number(states.number_of(*start))?;
    }
    let mut rows = Vec::new();
    for &state in &states.order {
        let next = columns.bytes.iter().map(|&byte| dfa.next_state(state, byte));
        rows.extend(next.chain([dfa.next_eoi_state(state)]).map(|next| states.number_of(next)));
    }
    let mut bytes = [bytes, columns.of_byte.to_vec()].concat();
    for next in rows {
        let next = u16::try_from(next).map_err(|_| "it has too many states".to_owned())?;
        bytes.extend_from_slice(&next.to_le_bytes());
    }
    for &state in states.order.iter().skip(states.first_match) {
        let patterns = (0..dfa.match_len(state)).map(|index| dfa.match_pattern(state, index));
        let bits = patterns.map(|pattern| 1_u16.checked_shl(pattern.as_u32()).unwrap_or(0));
        bytes.extend_from_slice(&bits.fold(0, |all, bit| all | bit).to_le_bytes());
    }
    Ok(bytes)
}

/// The states of an automaton in the order of its table: dead, others, matches.
struct States {
    order: Vec<StateID>,
    first_match: usize,
    numbers: std::collections::HashMap<StateID, usize>,
}

impl States {
    fn of(dfa: &dense::DFA<Vec<u32>>, starts: &[StateID]) -> Result<States, String> {
        let mut seen: Vec<StateID> = Vec::new();
        let mut numbers = std::collections::HashMap::new();
        let mut open = starts.to_vec();
        while let Some(state) = open.pop() {
            if dfa.is_quit_state(state) {
                return Err("it gives up on some bytes".to_owned());
            }
            if dfa.is_dead_state(state) || numbers.insert(state, 0).is_some() {
                continue;
            }
            seen.push(state);
            open.extend((0..=255).map(|byte| dfa.next_state(state, byte)));
            open.push(dfa.next_eoi_state(state));
        }
        // Numbers do not depend on how the automaton was walked.
        seen.sort_unstable();
        let (matches, others): (Vec<StateID>, Vec<StateID>) =
            seen.into_iter().partition(|&state| dfa.is_match_state(state));
        let first_match = 1 + others.len();
        let order: Vec<StateID> =
            [StateID::ZERO].into_iter().chain(others).chain(matches).collect();
        numbers.extend(order.iter().enumerate().map(|(number, &state)| (state, number)));
        Ok(States { order, first_match, numbers })
    }

    fn number_of(&self, state: StateID) -> usize {
        self.numbers.get(&state).copied().unwrap_or(usize::from(DEAD))
    }
}

/// Bytes that no state tells apart are one column.
struct Columns {
    of_byte: [u8; 256],
    /// One byte of each column.
    bytes: Vec<u8>,
}

impl Columns {
    fn of(dfa: &dense::DFA<Vec<u32>>, states: &[StateID]) -> Columns {
        let mut columns = Columns { of_byte: [0; 256], bytes: Vec::new() };
        for (byte, column) in (0_u8..=255).zip(&mut columns.of_byte) {
            let alike = |&other: &u8| {
                states.iter().all(|&s| dfa.next_state(s, byte) == dfa.next_state(s, other))
            };
            let known = columns.bytes.iter().position(alike);
            let index = known.unwrap_or_else(|| {
                columns.bytes.push(byte);
                columns.bytes.len() - 1
            });
            // There are no more columns than bytes.
            *column = u8::try_from(index).unwrap_or(u8::MAX);
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::{Automaton, AutomatonPart, Damaged};
    use crate::matcher::{Pattern, build};

    fn part(patterns: &[&str]) -> AutomatonPart {
        let literals = ["abc".to_owned()];
        let pattern = |pattern| Pattern { rule: "test", pattern, literals: &literals, near: &[] };
        let patterns: Vec<Pattern<'_>> = patterns.iter().copied().map(pattern).collect();
        build(&patterns).unwrap().automata.remove(0)
    }

    /// The rules that match at `start`, and where their matches end.
    fn ends(automaton: &Automaton, text: &str, start: usize) -> Result<Vec<(u16, usize)>, Damaged> {
        let attempt = automaton.attempt(text.as_bytes(), start)?;
        let found = attempt.found(automaton.rules());
        Ok(found.map(|candidate| (candidate.rule.0, candidate.span.end())).collect())
    }

    #[test]
    fn what_stands_before_and_behind_counts() {
        let check = |pattern: &str, text: &str, expected: Option<usize>| {
            let automaton = Automaton::new(part(&[pattern]));
            let start = text.find("abc").unwrap();
            let ends = ends(&automaton, text, start).unwrap();
            let found = ends.first().map(|(_, end)| end - start);
            assert_eq!(found, expected, "{pattern} in {text:?}");
        };
        check(r"\babc\b", "abc", Some(3));
        check(r"\babc\b", "-abc-", Some(3));
        check(r"\babc\b", "xabc", None);
        check(r"\babc\b", "abc1", None);
        check(r"(?m)^abc$", "x\nabc\ny", Some(3));
        check(r"(?m)^abc$", "x\rabc", None);
        check(r"(?mR)^abc", "x\rabc", Some(3));
        check(r"\Aabc", "\nabc", None);
        check(r"abc(?:d|dee)?", "abcdee", Some(6));
        check(r"abc(?:d|dee)?", "abcde", Some(4));
    }

    #[test]
    fn rules_of_one_automaton_have_matches_of_their_own() {
        let patterns = ["abc[0-9]{2,4}", r"abc[0-9]+\b", "abc1[a-f]*", "abc"];
        let automaton = Automaton::new(part(&patterns));
        assert_eq!(automaton.rules().len(), patterns.len());
        let check = |text: &str, expected: &[(u16, usize)]| {
            assert_eq!(ends(&automaton, text, 0).unwrap(), expected, "{text}");
        };
        check("abc", &[(3, 3)]);
        check("abc123456", &[(0, 7), (1, 9), (2, 4), (3, 3)]);
        check("abc1abcg", &[(2, 7), (3, 3)]);
        check("abc12x", &[(0, 5), (2, 4), (3, 3)]);
        check("abd", &[]);
    }

    #[test]
    fn cut_bytes_are_damaged_or_as_good_as_whole() {
        let whole = part(&[r"abc[0-9]{3}\b"]);
        let text = "abc123 ";
        let found = ends(&Automaton::new(whole.clone()), text, 0);
        assert_eq!(found, Ok(vec![(0, 6)]));
        let mut damaged = 0;
        for len in 0..whole.bytes.len() {
            let bytes = whole.bytes[..len].to_vec().into();
            match ends(&Automaton::new(AutomatonPart { bytes, ..whole.clone() }), text, 0) {
                Err(Damaged) => damaged += 1,
                cut => assert_eq!(cut, found, "{len} bytes"),
            }
        }
        assert!(damaged > 200, "{damaged}");
    }
}
