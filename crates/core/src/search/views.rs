//! Other readings of a text, where there is reason to try them.
//!
//! A view is the text around something that was hit, or around a long run of base64, with its
//! escapes undone ([`surface`]) or its runs decoded ([`runs`]). Each is tried on the result of the
//! other, so what was encoded twice is found.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use super::marks::Marks;
use crate::decode::archive::Archive;
use crate::decode::base64;
use crate::decode::rewrite::{Piece, Rewritten, chain};
use crate::decode::runs::{self, LongRuns};
use crate::decode::surface::{self, Equals};
use crate::lines::{line_end, line_start};
use crate::matcher::Found;
use crate::ranges;
use crate::span::Span;

/// Bytes around a place that say what it may be.
pub(super) const AROUND_BYTES: usize = 512;

/// Bytes before a candidate that may belong to its secret.
const BEFORE_BYTES: usize = 64;

/// Bytes after one in which its secret begins, if it does not begin in it.
const AFTER_BYTES: usize = 256;

/// How often the surface of a text is read again: escapes in escapes.
const SURFACES_MAX: usize = 3;

/// How a view was read from the text before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Its escapes were undone; so often in a row.
    Surface(usize),
    /// Its runs were decoded.
    Runs,
    /// It is what a run says, which is no text.
    Binary,
}

/// A reading of a part of a space.
#[derive(Debug)]
pub(super) struct View {
    pub(super) text: Rewritten,
    /// How many readings it is away from the space.
    pub(super) depth: usize,
    way: Way,
}

impl View {
    /// The container that it is, if a run says one.
    pub(super) fn archive(&self) -> Option<Archive> {
        (self.way == Way::Binary).then(|| Archive::of(&self.text.bytes)).flatten()
    }

    /// Whether anything was undone in what a detector may read of a candidate. What stands in the
    /// object as it is was judged there.
    pub(super) fn differs_near(&self, candidate: Span) -> bool {
        let start = candidate.start().saturating_sub(BEFORE_BYTES);
        let end = candidate.end() + AFTER_BYTES;
        self.text.pieces_of(start..end).any(|(piece, _)| !piece.chain.is_empty())
    }

    /// Whether a run in it says something that nobody has looked at.
    pub(super) fn hides_more(&self) -> bool {
        let bytes = &self.text.bytes;
        hide_something(bytes, LongRuns::of(bytes))
    }
}

/// Whether one of the long `runs` of `text` says text, or a container.
pub(super) fn hide_something(text: &[u8], runs: Vec<Range<usize>>) -> bool {
    runs.into_iter().any(|run| {
        let read = runs::read(text, run);
        let is_container = |bytes: &Vec<u8>| Archive::of(bytes).is_some();
        read.rewritten.is_some() || read.binary.iter().any(|(_, bytes)| is_container(bytes))
    })
}

/// The views of a space that are still to be searched.
#[derive(Debug, Default)]
pub(super) struct Views {
    open: Vec<View>,
    /// What was read already, in whatever way.
    seen: HashSet<u64>,
}

impl Views {
    pub(super) fn next(&mut self) -> Option<View> {
        self.open.pop()
    }

    /// Adds the readings of a text around its marks; `outer` is how it was read itself, if it is
    /// not the space as it is.
    pub(super) fn add_of_text(&mut self, text: &[u8], outer: Option<&Rewritten>, marks: Marks) {
        let onto = |read: Rewritten| match outer {
            Some(outer) => read.onto(outer),
            None => read,
        };
        let Marks { found: Found { zones, .. }, hints, long } = marks;
        for region in regions(text, &zones, hints.into_stretches()) {
            for read in surfaces(text, region) {
                self.add(onto(read), 1, Way::Surface(1));
            }
        }
        for region in regions(text, &zones, long.into_runs()) {
            let read = runs::read(text, region);
            if let Some(rewritten) = read.rewritten {
                self.add(onto(rewritten), 1, Way::Runs);
            }
            for (run, bytes) in read.binary {
                self.add(onto(of_run(run, bytes)), 1, Way::Binary);
            }
        }
    }

    /// Adds the readings of a view.
    pub(super) fn add_of_view(&mut self, view: &View) {
        let text = &view.text.bytes;
        let depth = view.depth + 1;
        let times = match view.way {
            Way::Surface(times) => times,
            Way::Runs => 0,
            Way::Binary => SURFACES_MAX,
        };
        if times < SURFACES_MAX {
            for read in surfaces(text, 0..text.len()) {
                self.add(read.onto(&view.text), depth, Way::Surface(times + 1));
            }
        }
        let read = runs::read(text, 0..text.len());
        if let Some(rewritten) = read.rewritten {
            self.add(rewritten.onto(&view.text), depth, Way::Runs);
        }
        for (run, bytes) in read.binary {
            self.add(of_run(run, bytes).onto(&view.text), depth, Way::Binary);
        }
    }

    fn add(&mut self, text: Rewritten, depth: usize, way: Way) {
        // What two ways lead to is searched once.
        let mut hasher = DefaultHasher::new();
        (text.source_of(0..1).start, &text.bytes).hash(&mut hasher);
        if self.seen.insert(hasher.finish()) {
            self.open.push(View { text, depth, way });
        }
    }
}

/// A part of a text with its escapes undone, and once more as mail or as a form if it may be one.
fn surfaces(text: &[u8], range: Range<usize>) -> Vec<Rewritten> {
    let part = text.get(range.clone()).unwrap_or_default();
    let mail = surface::may_be_quoted_printable(part).then_some(Equals::QuotedPrintable);
    let form = surface::may_be_form(part).then_some(Equals::Form);
    let ways = std::iter::once(Equals::Plain).chain(mail).chain(form);
    ways.filter_map(|equals| surface::read(text, range.clone(), equals)).collect()
}

/// The text that a run of base64 says, alone.
fn of_run(run: Range<usize>, bytes: Vec<u8>) -> Rewritten {
    let piece = Piece { at: 0, from: run.start, from_len: run.len(), chain: chain(base64::NAME) };
    Rewritten { bytes, pieces: vec![piece] }
}

/// Zones, and other places with the lines around them, united where they meet.
fn regions(text: &[u8], zones: &[Range<usize>], places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let around = |place: Range<usize>| {
        let start = line_start(text, place.start.saturating_sub(AROUND_BYTES));
        let end = (place.end + AROUND_BYTES).min(text.len());
        start..line_end(text, end)
    };
    let mut regions: Vec<Range<usize>> = places.into_iter().map(around).collect();
    regions.extend_from_slice(zones);
    ranges::unite(&mut regions);
    regions
}
