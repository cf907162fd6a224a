//! Which bytes may follow a literal where a match holds it.
//!
//! A literal is the rarest part of what a match begins with, and much text has it that goes on
//! otherwise: an automaton would walk from the start of the match up to there to find that out.

use super::LiteralUse;
use super::automaton::{Automaton, Damaged, Table};
use super::prefilter::Case;

/// Bytes behind a literal that are looked at: a bit for each.
const BYTES_MAX: usize = u8::BITS as usize;

/// States in which an automaton may be at one place: if there are more, it is tried instead.
const STATES_MAX: usize = 64;

/// The bytes that may follow: for each byte a bit for each distance from the literal, up to the
/// first at which a match may have ended; behind that every byte may.
pub(super) struct Following(Box<[u8; 256]>);

impl std::fmt::Debug for Following {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Following")
    }
}

impl Following {
    /// What may follow `literal` in matches of an automaton that hold it so.
    #[cold]
    pub(super) fn of(
        automaton: &Automaton,
        usage: &LiteralUse,
        literal: &[u8],
        case: Case,
    ) -> Self {
        let mut following = Following(Box::new([u8::MAX; 256]));
        // A damaged table says so where it is tried.
        let _ = automaton.table().and_then(|table| following.fill(&table, usage, literal, case));
        following
    }

    fn fill(
        &mut self,
        table: &Table<'_>,
        usage: &LiteralUse,
        literal: &[u8],
        case: Case,
    ) -> Result<(), Damaged> {
        let any = 0..table.columns();
        let mut before = States::default();
        before.add(table.starts());
        let mut states = States::default();
        for offset in 0..=usage.offset_max {
            if offset >= usage.offset_min {
                states.add(&before.list);
            }
            if before.are_too_many() || states.are_too_many() {
                return Ok(());
            }
            if offset < usage.offset_max {
                before = before.behind(table, any.clone(), |_| ())?;
            }
        }
        for &byte in literal {
            let spellings = match case {
                Case::AsWritten => [byte; 2],
                Case::Any => [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()],
            };
            let columns = spellings.into_iter().map(|byte| table.column(byte));
            states = states.behind(table, columns, |_| ())?;
        }
        for distance in 0..BYTES_MAX {
            if states.are_too_many() || states.may_match(table) {
                break;
            }
            let mut may_follow = [false; 256];
            let next = states.behind(table, any.clone(), |column| {
                may_follow.get_mut(column).into_iter().for_each(|may| *may = true);
            })?;
            for (byte, bits) in (0..=u8::MAX).zip(self.0.iter_mut()) {
                if may_follow.get(table.column(byte)) == Some(&false) {
                    *bits &= !(1 << distance);
                }
            }
            states = next;
        }
        Ok(())
    }

    /// Where the first byte stands that cannot follow, if the literal ends before `rest`; `None` if
    /// there is none, or if the text ends near.
    #[inline]
    pub(super) fn first_other(&self, rest: &[u8]) -> Option<usize> {
        let bytes = rest.first_chunk::<BYTES_MAX>()?.iter().enumerate();
        let bits = |byte: u8| self.0.get(usize::from(byte)).copied().unwrap_or(u8::MAX);
        let fitting = bytes.fold(0, |fitting, (at, byte)| fitting | bits(*byte) & 1 << at);
        (fitting != u8::MAX).then(|| fitting.trailing_ones() as usize)
    }
}

/// The states in which an automaton may be, each once.
#[derive(Debug)]
struct States {
    list: Vec<u16>,
    /// Which they are, a bit for each.
    known: Vec<u64>,
}

impl Default for States {
    fn default() -> States {
        let words = (usize::from(u16::MAX) + 1) / u64::BITS as usize;
        States { list: Vec::new(), known: vec![0; words] }
    }
}

impl States {
    fn add(&mut self, states: &[u16]) {
        for &state in states {
            let bit = 1_u64 << (u32::from(state) % u64::BITS);
            let word = self.known.get_mut(usize::from(state) / u64::BITS as usize);
            if let Some(word) = word.filter(|word| **word & bit == 0) {
                *word |= bit;
                self.list.push(state);
            }
        }
    }

    /// Those behind these, without the dead one; `followed` is told of each column that leads to one.
    fn behind(
        &self,
        table: &Table<'_>,
        columns: impl IntoIterator<Item = usize> + Clone,
        mut followed: impl FnMut(usize),
    ) -> Result<States, Damaged> {
        let mut next = States::default();
        for &state in &self.list {
            for column in columns.clone() {
                if let Some(behind) = table.behind(state, column)? {
                    followed(column);
                    next.add(&[behind]);
                }
            }
        }
        Ok(next)
    }

    fn are_too_many(&self) -> bool {
        self.list.len() > STATES_MAX
    }

    fn may_match(&self, table: &Table<'_>) -> bool {
        self.list.iter().any(|state| table.is_match(*state))
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES_MAX, Following};
    use crate::matcher::automaton::Automaton;
    use crate::matcher::prefilter::Case;
    use crate::matcher::trail::Trail;
    use crate::matcher::{AutomatonIndex, LiteralUse, Pattern, build};

    /// What cannot follow makes no match, whatever stands before and behind.
    #[test]
    fn where_another_byte_follows_nothing_matches() {
        let (mut tried, mut ruled_out, mut matched) = (0, 0, 0);
        for (pattern, literal, offset_min, offset_max, case) in [
            ("abc[0-9]{3}", "abc", 0, 0, Case::AsWritten),
            (r"\babc(?:=\n)?[0-9]{2}\b", "abc", 0, 0, Case::AsWritten),
            ("[x-z]{2}abc(?:[0-9]{9}|0=)", "abc", 2, 2, Case::AsWritten),
            ("[x-z]{1,3}abc[0-9]", "abc", 1, 3, Case::AsWritten),
            ("(?i)abc[0-9]x", "abc", 0, 0, Case::Any),
            ("abc[0-9]|ABC-", "abc", 0, 0, Case::Any),
            ("abc", "abc", 0, 0, Case::AsWritten),
            ("abc(?:d|d[0-9]x)", "abc", 0, 0, Case::AsWritten),
        ] {
            let literals = [literal.to_owned()];
            // Literals near words are looked for in any spelling.
            let words = ["word".to_owned()];
            let near = if case == Case::Any { &words[..] } else { &[] };
            let pattern = Pattern { rule: "test", pattern, literals: &literals, near };
            let automaton = Automaton::new(build(&[pattern]).unwrap().automata.remove(0));
            let usage = LiteralUse { automaton: AutomatonIndex(0), offset_min, offset_max };
            let following = Following::of(&automaton, &usage, literal.as_bytes(), case);
            let mut number: u64 = 11;
            let mut next = |bytes: &[u8]| {
                number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                bytes[(number >> 33) as usize % bytes.len()]
            };
            for _ in 0..3000 {
                let mut text: Vec<u8> = (0..4).map(|_| next(b"xyz -")).collect();
                let spelt = if case == Case::Any && next(b"01") == b'1' { "ABC" } else { literal };
                text.extend_from_slice(spelt.as_bytes());
                let end = text.len();
                text.extend((0..BYTES_MAX + 2).map(|_| next(b"00123=\nxcd -")));
                tried += 1;
                let other = following.first_other(&text[end..]);
                ruled_out += u32::from(other.is_some());
                for offset in offset_min..=offset_max {
                    let mut trail = Trail::default();
                    let start = end - literal.len() - offset;
                    let seen = automaton.attempt(&text, start, &mut trail);
                    let seen = seen.unwrap();
                    matched += u32::from(!trail.longest.is_empty());
                    if let Some(other) = other {
                        assert!(trail.longest.is_empty(), "{}", text.escape_ascii());
                        assert!(seen <= end + other + 1, "{}", text.escape_ascii());
                    }
                }
            }
        }
        assert!(ruled_out > tried / 2 && matched > 1000, "{ruled_out}, {matched} of {tried}");
    }

    #[test]
    fn at_the_end_of_a_text_nothing_is_ruled_out() {
        let literals = ["abc".to_owned()];
        let pattern =
            Pattern { rule: "test", pattern: "abc[0-9]*", literals: &literals, near: &[] };
        let automaton = Automaton::new(build(&[pattern]).unwrap().automata.remove(0));
        let usage = LiteralUse { automaton: AutomatonIndex(0), offset_min: 0, offset_max: 0 };
        let following = Following::of(&automaton, &usage, b"abc", Case::AsWritten);
        for rest in ["", "1", "1234567", "x", "12345678"] {
            assert_eq!(following.first_other(rest.as_bytes()), None, "{rest}");
        }
    }
}
