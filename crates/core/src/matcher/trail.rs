//! The way of an automaton's last attempt through a text, for the next one.
//!
//! Matches may be long, and a text can hold a literal every few bytes: then each attempt would walk
//! through what the one before it has walked through. Where both are in the same state before the
//! same byte, they go on alike. So the later one takes over what the earlier one came to, and walks
//! on from where that one had to stop: what a text costs does not grow with the length of matches.

use std::collections::VecDeque;

use super::AutomatonIndex;
use super::automaton::Longest;

/// Distance of the bytes before which states are compared.
pub(super) const STRIDE: usize = 32;

/// Where an attempt came to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct End {
    /// Behind the last byte that it read.
    pub(super) at: usize,
    /// The state behind that byte.
    pub(super) state: u16,
}

/// The trails of all automata through one text.
#[derive(Debug, Default)]
pub(super) struct Trails(Vec<Trail>);

impl Trails {
    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// That of an automaton, one of `count`.
    pub(super) fn of(
        &mut self,
        AutomatonIndex(index): AutomatonIndex,
        count: usize,
    ) -> Option<&mut Trail> {
        if self.0.is_empty() {
            self.0.resize_with(count, Trail::default);
        }
        self.0.get_mut(usize::from(index))
    }
}

/// The way of the last attempt, and that of the next one until they meet.
#[derive(Debug, Default)]
pub(super) struct Trail {
    last: Way,
    /// What the last one has found.
    found: Longest,
    end: End,
    next: Way,
    have_met: bool,
    /// What the next one has found so far; whoever reads it takes it.
    pub(super) longest: Longest,
}

/// The states of an attempt before every [`STRIDE`]th byte of the text.
#[derive(Debug, Default)]
struct Way {
    start: usize,
    /// The byte before which the first state stood; the others follow stride by stride.
    first: usize,
    states: VecDeque<u16>,
}

impl Way {
    fn state_before(&self, at: usize) -> Option<u16> {
        let index = at.checked_sub(self.first)? / STRIDE;
        self.states.get(index).copied()
    }

    fn push(&mut self, at: usize, state: u16) {
        if self.states.is_empty() {
            self.first = at;
        }
        debug_assert_eq!(at, self.first + self.states.len() * STRIDE);
        self.states.push_back(state);
    }

    /// Goes on as `other` from the byte at `at` on, which both have a state before.
    fn go_on_as(&mut self, other: &mut Way, at: usize) {
        let passed = at.saturating_sub(other.first) / STRIDE;
        other.states.drain(..passed.min(other.states.len()));
        other.first = at - self.states.len() * STRIDE;
        while let Some(state) = self.states.pop_back() {
            other.states.push_front(state);
        }
        other.start = self.start;
        std::mem::swap(self, other);
    }
}

impl Trail {
    /// An attempt begins at `start`.
    pub(super) fn begin(&mut self, start: usize) {
        self.next.start = start;
        self.next.states.clear();
        self.have_met = false;
    }

    /// The attempt is in `state` before the byte at `at`, which is at a stride. If the last one was
    /// so too, this one has found what that one had in the end, and it is told where that was.
    pub(super) fn pass(&mut self, at: usize, state: u16) -> Option<End> {
        // One that began later had more bytes before it.
        let meets = !self.have_met
            && self.last.start <= self.next.start
            && self.last.state_before(at) == Some(state);
        if !meets {
            self.next.push(at, state);
            return None;
        }
        let later = self.next.start - self.last.start;
        self.longest.go_on_as(&self.found, later, at - self.next.start);
        self.next.go_on_as(&mut self.last, at);
        self.have_met = true;
        Some(self.end)
    }

    /// The attempt came to its end.
    pub(super) fn end(&mut self, end: End) {
        self.end = end;
        self.found = self.longest;
        std::mem::swap(&mut self.last, &mut self.next);
    }
}

#[cfg(test)]
mod tests {
    use super::{STRIDE, Trail};
    use crate::matcher::automaton::{Automaton, Longest, MATCH_BYTES_MAX};
    use crate::matcher::tests::part;

    fn automaton(patterns: &[&str]) -> Automaton {
        Automaton::new(part(patterns))
    }

    /// What stands in a text is found the same with the ways of earlier attempts and without any.
    #[test]
    fn attempts_end_as_they_do_alone() {
        let automata = [
            automaton(&[
                r"abc[a-z0-9]*",
                r"abc[a-z]{4}0",
                r"abc[a-z]{3,40}\b",
                r"abc(?:[a-z]|[0-9]{2})*-",
            ]),
            automaton(&[r"abc(?:[a-z]|\n {0,3}[a-z]{5})*", r"abc[a-z\n ]+1"]),
            automaton(&[r"abc[^x]*x?"]),
        ];
        let mut number: u64 = 5;
        let mut next = |count: u64| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (number >> 33) % count
        };
        let (mut tried, mut long) = (0, 0);
        for _ in 0..300 {
            let mut text = Vec::new();
            let other = next(40) + 2;
            while text.len() < 9000 {
                match next(other * other) {
                    0 => text.push(b"01x-\n "[next(6) as usize]),
                    1 => text.extend_from_slice(b"\n  bcdefg"),
                    2 => text.extend_from_slice(b"abcabcd0"),
                    _ => text.extend_from_slice(&b"abcabcde"[..next(8) as usize]),
                }
            }
            for automaton in &automata {
                let mut trail = Trail::default();
                let mut start = 0;
                while start < text.len() {
                    let mut alone = Trail::default();
                    let seen = automaton.attempt(&text, start, &mut alone);
                    let seen_behind = automaton.attempt(&text, start, &mut trail);
                    assert_eq!(seen, seen_behind, "at {start} of {}", text.escape_ascii());
                    let rules = automaton.rules();
                    let alone: Vec<_> = alone.longest.take(rules, start).collect();
                    let behind: Vec<_> = trail.longest.take(rules, start).collect();
                    assert_eq!(alone, behind, "at {start} of {}", text.escape_ascii());
                    tried += 1;
                    long += usize::from(seen.unwrap() > start + 4 * STRIDE);
                    // Now and then an earlier place is tried once more, as literals apart do.
                    start = (start + 1 + next(9) as usize).saturating_sub(next(5) as usize);
                }
            }
        }
        assert!(long > tried / 6, "{long} of {tried} are long");
    }

    /// However long a match is, an attempt behind another walks on a few bytes only.
    #[test]
    fn an_attempt_goes_on_where_the_last_one_stopped() {
        let automaton = automaton(&[r"abc[a-z]*"]);
        let text = b"abcd".repeat(4 * MATCH_BYTES_MAX);
        let mut trail = Trail::default();
        let mut strides = 0;
        for start in (0..text.len() - 2 * MATCH_BYTES_MAX).step_by(4) {
            automaton.attempt(&text, start, &mut trail).unwrap();
            trail.longest = Longest::default();
            assert_eq!(trail.end.at, start + MATCH_BYTES_MAX);
            strides += usize::from(!trail.have_met);
        }
        assert_eq!(strides, 1, "all but the first meet the one before");
    }
}
