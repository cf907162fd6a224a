//! Looks through a piece of text for what may lead to a candidate.

use std::ops::Range;

use super::marks::{Mark, Sort};
use super::{GLIMPSES_MAX, SEEN_MAX};
use crate::decode::numbers::{self, Numbers};
use crate::decode::runs::{GAP_MAX, LINE_MIN, LONG_MIN, LongRuns};
use crate::decode::surface::{HINT_REACH_BYTES, Hints};
use crate::haystack::Source;
use crate::matcher::{Incomplete, Matcher, Sighting, Sights};
use crate::search::STEP_BYTES;

/// Bytes at an end of a piece: a run of base64 that comes so near may go on outside, behind a line
/// break and what begins the next line.
const EDGE_BYTES: usize = 80;
const _: () = assert!(numbers::REACH_BYTES <= HINT_REACH_BYTES);
const _: () = assert!(GAP_MAX <= EDGE_BYTES);
// As far as a run goes that has just enough letters, in lines.
const _: () = assert!(LONG_MIN + LONG_MIN / LINE_MIN * EDGE_BYTES <= HINT_REACH_BYTES);

/// What was seen in a piece.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) marks: Vec<Mark>,
    pub(super) glimpses: Vec<Range<usize>>,
    /// What was seen may go on before the piece, and behind it.
    pub(super) reaches_start: bool,
    pub(super) reaches_end: bool,
    /// There are zeros: it may be UTF-16.
    zeros: bool,
}

impl Looked {
    pub(super) fn clear(&mut self) {
        self.marks.clear();
        self.glimpses.clear();
        (self.reaches_start, self.reaches_end, self.zeros) = (false, false, false);
    }

    /// Whether the object had better be searched in full.
    pub(super) fn is_too_much(&self) -> bool {
        self.zeros || self.marks.len() > SEEN_MAX || self.glimpses.len() > GLIMPSES_MAX
    }

    fn add(&mut self, sighting: Sighting, piece: usize, reach: usize) {
        match sighting {
            // Of a token's start other rules may make a candidate too, but a wide mark covers it.
            Sighting::Word(range) => self.marks.push(Mark { range, sort: Sort::Wide }),
            Sighting::Candidate(range) => {
                self.reaches_end |= range.end >= piece;
                let range = range.start..range.end.min(piece);
                self.marks.push(Mark { range, sort: Sort::Narrow });
            }
            Sighting::Glimpse(range) => {
                self.reaches_end |= range.end >= piece;
                // A shorter one is looked at again whenever a byte of it changes.
                if range.len() > reach {
                    self.glimpses.push(range);
                }
            }
        }
    }
}

/// Looks through pieces of text.
#[derive(Debug)]
pub(super) struct Look<'m> {
    sights: Sights<'m>,
    /// Bytes on either side of a place that decide what is sighted there, unless the look says
    /// that it was cut.
    pub(super) reach: usize,
    /// Whether something may go on from one name to the next, so that none is silent.
    spans_names: bool,
}

impl<'m> Look<'m> {
    pub(super) fn new(matcher: &'m Matcher) -> Look<'m> {
        let reach = HINT_REACH_BYTES.max(2 * LONG_MIN + EDGE_BYTES).max(matcher.reach() + 1);
        Look { sights: Sights::new(matcher), reach, spans_names: matcher.spans_names() }
    }

    /// Whether nothing is seen in `name`, a name between two zeros, not even what is no candidate.
    /// What could go on in the next name is not silent.
    pub(super) fn is_silent(&mut self, name: &[u8]) -> bool {
        if self.spans_names {
            return false;
        }
        let mut sighted = false;
        self.sights.restart();
        let outcome = self.sights.advance(name, name.len(), &mut |_| sighted = true);
        let inner = name.get(1..name.len().saturating_sub(1)).unwrap_or_default();
        let controls = inner.iter().any(u8::is_ascii_control);
        let short = inner.len() < LONG_MIN;
        let plain = Hints::of(name).is_empty() && Numbers::of(name).is_empty();
        outcome.is_ok() && !sighted && !controls && plain && short
    }

    /// Adds what is seen in `text` to `looked`.
    pub(super) fn at(
        &mut self,
        source: Source,
        text: &[u8],
        looked: &mut Looked,
    ) -> Result<(), Incomplete> {
        self.sights.restart();
        let mut hints = Hints::default();
        let mut long = LongRuns::default();
        let mut numbers = Numbers::default();
        let mut until = 0;
        while until < text.len() && !looked.is_too_much() {
            let start = until;
            until = text.len().min(until + STEP_BYTES);
            let step = text.get(start..until).unwrap_or_default();
            // Those between names are no half of a character.
            looked.zeros |= source != Source::TreeName && memchr::memchr(0, step).is_some();
            let reach = self.reach;
            self.sights.advance(text, until, &mut |s| looked.add(s, text.len(), reach))?;
            hints.advance(text, until);
            long.advance(text, until);
            numbers.advance(text, until);
        }
        let reaches_end = |end: usize| end + EDGE_BYTES >= text.len();
        // Of a string of a list less than a run may be left, and with it the list begins.
        looked.reaches_start |= long.all().any(|run| run.start <= EDGE_BYTES + LONG_MIN);
        looked.reaches_end |= long.all().any(|run| reaches_end(run.end));
        let readings = long.runs().iter().chain(long.escaped()).cloned();
        let readings = readings.chain(hints.into_stretches()).chain(numbers.ranges());
        looked.marks.extend(readings.map(|range| Mark { range, sort: Sort::Narrow }));
        Ok(())
    }
}
