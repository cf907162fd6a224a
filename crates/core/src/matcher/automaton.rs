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
//! that `\b` and `$` can see what follows. A next state is written as the place of its row among all
//! the numbers of the rows, so that nothing has to be multiplied from byte to byte; where there are
//! too many of those for two bytes, it is written as the number of its row.

use std::borrow::Cow;

use regex_automata::dfa::{Automaton as _, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, Input};

use super::trail::{End, STRIDE, Trail};
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
    header: Result<Header, Damaged>,
}

impl std::fmt::Debug for Automaton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Automaton({:?}, {} bytes)", self.rules, self.bytes.len())
    }
}

/// The numbers with which a table begins.
#[derive(Clone, Copy, Debug)]
struct Header {
    columns: usize,
    states: usize,
    first_match: u16,
    starts: [u16; BEFORE.len()],
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Header, Damaged> {
        let number = |index: usize| {
            let bytes = bytes.get(2 * index..).and_then(<[u8]>::first_chunk::<2>);
            bytes.map(|bytes| u16::from_le_bytes(*bytes)).ok_or(Damaged)
        };
        let mut starts = [DEAD; BEFORE.len()];
        for (index, start) in (FIRST_START..).zip(&mut starts) {
            *start = number(index)?;
        }
        let (columns, states) = (number(0)?.into(), number(1)?.into());
        Ok(Header { columns, states, first_match: number(2)?, starts })
    }

    /// What the number of a state is multiplied by to have the place of its row.
    fn unit(&self) -> usize {
        if is_written_as_place(self.columns, self.states) { 1 } else { self.columns }
    }

    /// The state in which a match begins behind this byte.
    fn start(&self, before: Option<u8>) -> u16 {
        let [at_start, letter, other, line_feed, carriage_return] = self.starts;
        match before {
            None => at_start,
            Some(byte) if byte.is_ascii_alphanumeric() || byte == b'_' => letter,
            Some(b'\n') => line_feed,
            Some(b'\r') => carriage_return,
            Some(_) => other,
        }
    }
}

/// Whether states are written as places of their rows.
fn is_written_as_place(columns: usize, states: usize) -> bool {
    columns * states < 1 << u16::BITS
}

/// A table, its header read.
#[derive(Clone, Copy)]
pub(super) struct Table<'t> {
    header: &'t Header,
    classes: &'t [u8; 256],
    rows: &'t [[u8; 2]],
    /// What each match state reports.
    reported: &'t [u8],
}

impl Table<'_> {
    #[inline]
    pub(super) fn column(&self, byte: u8) -> usize {
        self.classes.get(usize::from(byte)).map_or(0, |&class| class.into())
    }

    /// The state behind the one whose row is at `place`.
    #[inline]
    fn next(&self, place: usize, column: usize) -> Result<u16, Damaged> {
        let cell = self.rows.get(place + column).ok_or(Damaged)?;
        Ok(u16::from_le_bytes(*cell))
    }

    /// How many columns there are for bytes.
    pub(super) fn columns(&self) -> usize {
        self.header.columns.saturating_sub(1)
    }

    /// The states in which a match begins, whatever stands before it.
    pub(super) fn starts(&self) -> &[u16] {
        &self.header.starts
    }

    /// The state behind `state`; `None` if nothing matches any more.
    pub(super) fn behind(&self, state: u16, column: usize) -> Result<Option<u16>, Damaged> {
        let next = self.next(usize::from(state) * self.header.unit(), column)?;
        Ok(Some(next).filter(|next| *next != DEAD))
    }

    /// Whether a match ended before the byte that led to `state`.
    pub(super) fn is_match(&self, state: u16) -> bool {
        state >= self.header.first_match
    }

    /// The rules that `state` reports, a bit for each; none if it is no match.
    fn reports(&self, state: u16) -> Result<u16, Damaged> {
        let Some(behind) = state.checked_sub(self.header.first_match) else { return Ok(0) };
        let match_state = usize::from(behind) * self.header.unit() / self.header.columns.max(1);
        let rest = self.reported.get(2 * match_state..);
        let bits = rest.and_then(<[u8]>::first_chunk::<2>).ok_or(Damaged)?;
        Ok(u16::from_le_bytes(*bits))
    }
}

impl Automaton {
    /// An automaton from what [`table`] has made of the patterns of as many rules.
    pub(super) fn new(part: AutomatonPart) -> Automaton {
        let header = Header::read(&part.bytes);
        Automaton { rules: part.rules, bytes: part.bytes, header }
    }

    /// Whose patterns it knows.
    pub(super) fn rules(&self) -> &[RuleIndex] {
        &self.rules
    }

    pub(super) fn table(&self) -> Result<Table<'_>, Damaged> {
        let header = self.header.as_ref().map_err(|damaged| *damaged)?;
        let (front, rows) = self.bytes.split_at_checked(HEADER_BYTES).ok_or(Damaged)?;
        let classes = front.last_chunk::<256>().ok_or(Damaged)?;
        let row_bytes = 2 * header.columns * header.states;
        let (rows, reported) = rows.split_at_checked(row_bytes).ok_or(Damaged)?;
        Ok(Table { header, classes, rows: rows.as_chunks().0, reported })
    }

    /// Looks for each rule's longest match of at most [`MATCH_BYTES_MAX`] bytes that begins at
    /// `start`, and leaves them in `trail`, which is of this automaton and this text. Says where the
    /// bytes end on which that rests; one behind the text, if it rests on its end.
    ///
    /// The automaton sees the bytes around the match, so `\b`, `^` and `$` mean what they say.
    pub(super) fn attempt(
        &self,
        text: &[u8],
        start: usize,
        trail: &mut Trail,
    ) -> Result<usize, Damaged> {
        let table = self.table()?;
        // The place of a row hangs on the byte before: it must not be waited for.
        match table.header.unit() {
            1 => table.attempt(text, start, usize::from, trail),
            unit => table.attempt(text, start, |state| usize::from(state) * unit, trail),
        }
    }
}

impl Table<'_> {
    /// Likewise; `place` says where the row of a state is.
    #[inline]
    fn attempt(
        &self,
        text: &[u8],
        start: usize,
        place: impl Fn(u16) -> usize,
        trail: &mut Trail,
    ) -> Result<usize, Damaged> {
        let before = start.checked_sub(1).and_then(|before| text.get(before)).copied();
        let limit = text.len().min(start.saturating_add(MATCH_BYTES_MAX));
        let mut walk =
            Walk { table: self, text, start, at: start, state: self.header.start(before) };
        // Most attempts fail within a few bytes.
        if walk.go_on(limit.min(stride_behind(start + STRIDE - 1)), &place, &mut trail.longest)? {
            return Ok(walk.at);
        }
        trail.begin(start);
        while walk.at < limit {
            if walk.at.is_multiple_of(STRIDE)
                && let Some(End { at, state }) = trail.pass(walk.at, walk.state)
            {
                (walk.at, walk.state) = (at, state);
                match state {
                    DEAD => break,
                    // There may be a stride here.
                    _ => continue,
                }
            }
            if walk.go_on(limit.min(stride_behind(walk.at)), &place, &mut trail.longest)? {
                break;
            }
        }
        let Walk { at, state, .. } = walk;
        trail.end(End { at, state });
        if state == DEAD {
            return Ok(at);
        }
        let end = self.header.columns.saturating_sub(1);
        let last = text.get(limit).map_or(end, |&byte| self.column(byte));
        trail
            .longest
            .add(self.reports(self.next(place(state), last)?)?, limit.saturating_sub(start));
        Ok(limit + 1)
    }
}

/// The first position behind `at` that is at a stride.
fn stride_behind(at: usize) -> usize {
    (at / STRIDE + 1) * STRIDE
}

/// An automaton on its way through a text.
struct Walk<'w> {
    table: &'w Table<'w>,
    text: &'w [u8],
    start: usize,
    at: usize,
    state: u16,
}

impl Walk<'_> {
    /// Walks on to `until`; `true` if nothing matches any more behind what was read.
    #[inline(always)]
    fn go_on(
        &mut self,
        until: usize,
        place: &impl Fn(u16) -> usize,
        longest: &mut Longest,
    ) -> Result<bool, Damaged> {
        let Walk { table, mut state, .. } = *self;
        let first_match = table.header.first_match;
        // The last match state, and what it reports: a long match mostly stays in one.
        let (mut matched, mut rules) = (DEAD, 0);
        for (at, &byte) in (self.at..).zip(self.text.get(self.at..until).unwrap_or_default()) {
            state = table.next(place(state), table.column(byte))?;
            if state >= first_match {
                if state != matched {
                    (matched, rules) = (state, table.reports(state)?);
                }
                longest.add(rules, at - self.start);
            } else if state == DEAD {
                (self.at, self.state) = (at + 1, DEAD);
                return Ok(true);
            }
        }
        (self.at, self.state) = (until, state);
        Ok(false)
    }
}

/// How long the longest matches of rules at one place are; lengths are added in rising order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Longest {
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

    /// Takes over the matches of an attempt that began `later` bytes before, from those on that are
    /// `length_min` bytes long here.
    pub(super) fn go_on_as(&mut self, other: &Longest, later: usize, length_min: usize) {
        let here = |length: u16| {
            let length = usize::from(length).checked_sub(later)?;
            u16::try_from(length).ok().filter(|_| length >= length_min)
        };
        self.settle();
        for (length, other) in self.lengths.iter_mut().zip(other.lengths) {
            *length = here(other).unwrap_or(*length);
        }
        if let Some(length) = here(other.length) {
            (self.last, self.length) = (other.last, length);
        }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.last == 0
    }

    /// Each of `rules`, those of the automaton, that matches at `start`, with its longest match;
    /// nothing is left.
    pub(super) fn take(
        &mut self,
        rules: &[RuleIndex],
        start: usize,
    ) -> impl Iterator<Item = Candidate> {
        self.settle();
        let Longest { lengths, .. } = std::mem::take(self);
        // No match is empty.
        let found = rules.iter().zip(lengths).filter(|(_, length)| *length > 0);
        found.filter_map(move |(&rule, length)| {
            let span = Span::new(start, start + usize::from(length))?;
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
    let column_count = columns.bytes.len() + 1;
    let unit = if is_written_as_place(column_count, states.order.len()) { column_count } else { 1 };
    number(column_count)?;
    number(states.order.len())?;
    number(states.first_match * unit)?;
    for start in &starts {
        number(states.number_of(*start) * unit)?;
    }
    let mut rows = Vec::new();
    for &state in &states.order {
        let next = columns.bytes.iter().map(|&byte| dfa.next_state(state, byte));
        let next = next.chain([dfa.next_eoi_state(state)]);
        rows.extend(next.map(|next| states.number_of(next) * unit));
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
    use super::{Automaton, AutomatonPart, Damaged, Trail};
    use crate::matcher::tests::part;

    /// The rules that match at `start`, and where their matches end.
    fn ends(automaton: &Automaton, text: &str, start: usize) -> Result<Vec<(u16, usize)>, Damaged> {
        let mut trail = Trail::default();
        automaton.attempt(text.as_bytes(), start, &mut trail)?;
        let found = trail.longest.take(automaton.rules(), start);
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
    fn states_of_a_large_automaton_are_rows() {
        let (count, behind) = (2000, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        let patterns =
            [format!("abc[a-z]{{2,{count}}}{behind}"), format!("abc[a-z]{{3,{count}}}{behind}!?")];
        let automaton = Automaton::new(part(&[&patterns[0], &patterns[1]]));
        let header = automaton.header.unwrap();
        assert!(header.unit() == header.columns && header.states > count, "{header:?}");
        let check = |letters: usize, expected: &[(u16, usize)]| {
            let text = format!("abc{}{behind}!", "m".repeat(letters));
            assert_eq!(ends(&automaton, &text, 0).unwrap(), expected, "{letters}");
        };
        let end = |letters: usize| 3 + letters + behind.len();
        check(1, &[]);
        check(2, &[(0, end(2))]);
        check(3, &[(0, end(3)), (1, end(3) + 1)]);
        check(count, &[(0, end(count)), (1, end(count) + 1)]);
        check(count + 1, &[]);
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
