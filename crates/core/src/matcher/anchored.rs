//! One rule's automaton, tried at a given place.

use regex_automata::dfa::Automaton as _;
use regex_automata::dfa::sparse::DFA;
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, Input};

use crate::span::Span;

/// Bytes of a match, at most.
///
/// It bounds what a text full of literals can make the automata do, and what blocks of an object
/// must overlap; with it, a pattern may repeat without end and have a small automaton.
pub const MATCH_BYTES_MAX: usize = 4096;

/// An anchored DFA of one rule.
///
/// It is a sparse one: it is tried at few places, so its size matters more than its speed, and
/// it can be loaded from bytes of any alignment.
#[derive(Clone)]
pub struct Automaton {
    dfa: DFA<Vec<u8>>,
}

impl std::fmt::Debug for Automaton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Automaton({} bytes)", self.dfa.memory_usage())
    }
}

impl Automaton {
    /// Loads an automaton that [`super::build`] has made.
    ///
    /// # Errors
    ///
    /// When the bytes were made by an incompatible version, or are damaged.
    pub(super) fn from_bytes(
        bytes: Vec<u8>,
    ) -> Result<Automaton, regex_automata::util::wire::DeserializeError> {
        let (dfa, _) = DFA::from_bytes(&bytes)?;
        Ok(Automaton { dfa: dfa.to_owned() })
    }

    /// The longest match of at most [`MATCH_BYTES_MAX`] bytes that begins at `start`.
    ///
    /// The automaton sees the bytes around the match, so `\b`, `^` and `$` mean what they say.
    pub(super) fn longest_match_at(&self, text: &[u8], start: usize) -> Option<Span> {
        let limit = text.len().min(start.saturating_add(MATCH_BYTES_MAX));
        let input = Input::new(text).range(start..limit).anchored(Anchored::Yes);
        let mut state = self.start_state(&input)?;
        let mut end = None;
        for (distance, &byte) in text.get(start..limit)?.iter().enumerate() {
            state = self.dfa.next_state(state, byte);
            if self.dfa.is_special_state(state) {
                if self.dfa.is_match_state(state) {
                    // Matches are reported one byte late, so this one ends before `byte`.
                    end = Some(start + distance);
                } else if self.dfa.is_dead_state(state) || self.dfa.is_quit_state(state) {
                    return Span::new(start, end?);
                }
            }
        }
        state = match text.get(limit) {
            Some(&byte) => self.dfa.next_state(state, byte),
            None => self.dfa.next_eoi_state(state),
        };
        if self.dfa.is_match_state(state) {
            end = Some(limit);
        }
        Span::new(start, end?)
    }

    fn start_state(&self, input: &Input<'_>) -> Option<StateID> {
        // It fails only for anchored modes or bytes that these automata are built without.
        self.dfa.start_state_forward(input).ok()
    }
}
