//! One rule's automaton, tried at a given place.

use std::sync::OnceLock;

use regex_automata::dfa::Automaton as _;
use regex_automata::dfa::sparse::DFA;
use regex_automata::{Anchored, Input};

use crate::span::Span;

/// Bytes of a match, at most.
///
/// It bounds what a text full of literals can make the automata do, and what blocks of an object
/// must overlap; with it, a pattern may repeat without end and have a small automaton.
pub const MATCH_BYTES_MAX: usize = 4096;

/// An anchored DFA of one rule, loaded when it is tried for the first time: most pushes try none.
///
/// It is a sparse one: it is tried at few places, so its size matters more than its speed, and
/// it can be loaded from bytes of any alignment.
pub(super) struct Automaton {
    bytes: Vec<u8>,
    dfa: OnceLock<Option<DFA<Vec<u8>>>>,
}

impl std::fmt::Debug for Automaton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Automaton({} bytes)", self.bytes.len())
    }
}

/// The bytes are no automaton: they are damaged, or of another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damaged;

impl Automaton {
    /// An automaton from bytes that [`super::build`] has made.
    pub(super) fn new(bytes: Vec<u8>) -> Automaton {
        Automaton { bytes, dfa: OnceLock::new() }
    }

    fn dfa(&self) -> Result<&DFA<Vec<u8>>, Damaged> {
        let load = || DFA::from_bytes(&self.bytes).ok().map(|(dfa, _)| dfa.to_owned());
        self.dfa.get_or_init(load).as_ref().ok_or(Damaged)
    }

    /// The longest match of at most [`MATCH_BYTES_MAX`] bytes that begins at `start`.
    ///
    /// The automaton sees the bytes around the match, so `\b`, `^` and `$` mean what they say.
    pub(super) fn longest_match_at(
        &self,
        text: &[u8],
        start: usize,
    ) -> Result<Option<Span>, Damaged> {
        let dfa = self.dfa()?;
        let limit = text.len().min(start.saturating_add(MATCH_BYTES_MAX));
        let input = Input::new(text).range(start..limit).anchored(Anchored::Yes);
        // It fails only for anchored modes or bytes that these automata are built without.
        let mut state = dfa.start_state_forward(&input).map_err(|_| Damaged)?;
        let mut end = None;
        for (distance, &byte) in text.get(start..limit).unwrap_or_default().iter().enumerate() {
            state = dfa.next_state(state, byte);
            if dfa.is_special_state(state) {
                if dfa.is_match_state(state) {
                    // Matches are reported one byte late, so this one ends before `byte`.
                    end = Some(start + distance);
                } else if dfa.is_dead_state(state) || dfa.is_quit_state(state) {
                    return Ok(end.and_then(|end| Span::new(start, end)));
                }
            }
        }
        state = match text.get(limit) {
            Some(&byte) => dfa.next_state(state, byte),
            None => dfa.next_eoi_state(state),
        };
        if dfa.is_match_state(state) {
            end = Some(limit);
        }
        Ok(end.and_then(|end| Span::new(start, end)))
    }
}
