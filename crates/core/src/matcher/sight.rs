//! Where a text has anything that may lead to a candidate, and what that rests on.
//!
//! This is the first half of a search, for a text of which parts are known from another one: what
//! was sighted in a part that both have need not be looked for again. So each sighting says which
//! bytes decided about it.

use std::ops::Range;

use super::prefilter::{Cursor, Use};
use super::trail::Trails;
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
    trails: Trails,
}

impl<'m> Sights<'m> {
    /// Nothing is sighted yet.
    #[must_use]
    pub fn new(matcher: &'m Matcher) -> Sights<'m> {
        Sights {
            matcher,
            cursor: Cursor::default(),
            class_runs: vec![0; matcher.class_runs.len()],
            trails: Trails::default(),
        }
    }

    /// Begins with another text, in the memory of the one before: many texts are short.
    pub fn restart(&mut self) {
        let Sights { matcher: _, cursor, class_runs, trails } = self;
        *cursor = Cursor::default();
        class_runs.fill(0);
        trails.clear();
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
        let Sights { matcher, cursor, class_runs, trails } = self;
        let mut look = Look { matcher, text, trails };
        matcher.everywhere.hits(text, cursor, until, &mut |entry, at| {
            let literal = &entry.literal;
            if entry.opens_zone {
                sight(Sighting::Word(at..at + literal.bytes.len()));
                return Ok(());
            }
            entry.uses(at).try_for_each(|usage| look.sight_at(usage, sight))
        })?;
        for (run, at) in matcher.class_runs.iter().zip(class_runs) {
            run.hits(text, at, until, &mut |automaton, start| look.sight(automaton, start, sight))?;
        }
        Ok(())
    }
}

/// A text that is sighted.
struct Look<'l> {
    matcher: &'l Matcher,
    text: &'l [u8],
    trails: &'l mut Trails,
}

impl Look<'_> {
    fn sight_at(
        &mut self,
        usage: Use<'_>,
        sight: &mut impl FnMut(Sighting),
    ) -> Result<(), Incomplete> {
        let index = usage.automaton();
        let Some(automaton) = self.matcher.automaton(index) else { return Ok(()) };
        if let Some(end) = usage.end_in_vain(self.text, automaton) {
            let vain = |start: usize| sight(Sighting::Glimpse(start.saturating_sub(1)..end));
            usage.starts().for_each(vain);
            return Ok(());
        }
        usage.starts().try_for_each(|start| self.sight(index, start, sight))
    }

    fn sight(
        &mut self,
        index: AutomatonIndex,
        start: usize,
        sight: &mut impl FnMut(Sighting),
    ) -> Result<(), Incomplete> {
        let attempted = self.matcher.attempt(index, self.text, start, self.trails)?;
        let Some((end, longest)) = attempted else { return Ok(()) };
        let seen = start.saturating_sub(1)..end;
        sight(match std::mem::take(longest).is_empty() {
            true => Sighting::Glimpse(seen),
            false => Sighting::Candidate(seen),
        });
        Ok(())
    }
}
