//! Where a text has anything that may lead to a candidate, and what that rests on.
//!
//! This is the first half of a search, for a text of which parts are known from another one: what
//! was sighted in a part that both have need not be looked for again. So each sighting says which
//! bytes decided about it.

use std::ops::Range;

use super::automaton::Longest;
use super::prefilter::{Cursor, Use};
use super::{AutomatonIndex, Incomplete, Matcher};

/// Something that was sighted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// A word or the start of a token: around it other things are looked for.
    Word(Range<usize>),
    /// A candidate, with the bytes that decide about it.
    Candidate(Range<usize>),
    /// A literal that belongs to no candidate. Other text behind it would make it one, so these
    /// bytes decide: from one before the first to the last that was looked at. The range may reach
    /// one byte beyond the text, if its end decides.
    Glimpse(Range<usize>),
}

/// Sights a text in steps.
#[derive(Debug)]
pub struct Sights<'m> {
    matcher: &'m Matcher,
    cursor: Cursor,
    class_runs: Vec<usize>,
}

impl<'m> Sights<'m> {
    /// Nothing is sighted yet.
    #[must_use]
    pub fn new(matcher: &'m Matcher) -> Sights<'m> {
        Sights { matcher, cursor: Cursor::default(), class_runs: vec![0; matcher.class_runs.len()] }
    }

    /// Goes on in `text` to `until`, and hands over what is sighted.
    ///
    /// # Errors
    ///
    /// When a rule cannot be tried.
    pub fn advance(
        &mut self,
        text: &[u8],
        until: usize,
        sight: &mut impl FnMut(Sighting),
    ) -> Result<(), Incomplete> {
        let matcher = self.matcher;
        matcher.everywhere.hits(text, &mut self.cursor, until, &mut |entry, at| {
            let literal = &entry.literal;
            if entry.opens_zone {
                sight(Sighting::Word(at..at + literal.bytes.len()));
                return Ok(());
            }
            entry.uses(at).try_for_each(|usage| matcher.sight_at(text, usage, sight))
        })?;
        for (run, at) in matcher.class_runs.iter().zip(&mut self.class_runs) {
            run.hits(text, at, until, &mut |automaton, start| {
                matcher.sight(text, automaton, start, sight)
            })?;
        }
        Ok(())
    }
}

impl Matcher {
    fn sight_at(
        &self,
        text: &[u8],
        usage: Use<'_>,
        sight: &mut impl FnMut(Sighting),
    ) -> Result<(), Incomplete> {
        let index = usage.automaton();
        let Some(automaton) = self.automaton(index) else { return Ok(()) };
        if let Some(end) = usage.end_in_vain(text, automaton) {
            let vain = |start: usize| sight(Sighting::Glimpse(start.saturating_sub(1)..end));
            usage.starts().for_each(vain);
            return Ok(());
        }
        usage.starts().try_for_each(|start| self.sight(text, index, start, sight))
    }

    fn sight(
        &self,
        text: &[u8],
        automaton: AutomatonIndex,
        start: usize,
        sight: &mut impl FnMut(Sighting),
    ) -> Result<(), Incomplete> {
        let Some(automaton) = self.automaton(automaton) else { return Ok(()) };
        let mut longest = Longest::default();
        let end = automaton
            .attempt(text, start, &mut longest)
            .map_err(|_| Incomplete::damaged(automaton))?;
        let seen = start.saturating_sub(1)..end;
        sight(match longest.is_empty() {
            true => Sighting::Glimpse(seen),
            false => Sighting::Candidate(seen),
        });
        Ok(())
    }
}
