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
use super::windows::CONTEXT_BYTES;
use crate::decode::archive::{Located, locate};
use crate::decode::numbers::{self, Numbers};
use crate::decode::rewrite::{Piece, Rewritten, chain};
use crate::decode::runs::{self, Binary, LongRuns};
use crate::decode::surface::{self, Equals};
use crate::limits::Limits;
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

/// Bytes behind those in which a secret may go on: up to the end of the word.
const WORD_BYTES_MAX: usize = CONTEXT_BYTES - AFTER_BYTES;

/// How often the surface of a text is read again: escapes in escapes.
const SURFACES_MAX: usize = 3;

/// Bytes of which the surface is read at once.
const PART_BYTES: usize = 1 << 20;

/// Bytes that two such parts have in common, on either side of where they meet: a candidate with
/// its surroundings, each byte of it escaped.
const PART_OVERLAP_BYTES: usize = 64 << 10;
const _: () = assert!(2 * surface::ESCAPE_MAX * super::AROUND_MARK_BYTES <= PART_OVERLAP_BYTES);

/// How a view was read from the text before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Its escapes were undone; so often in a row.
    Surface(usize),
    /// Its runs were decoded.
    Runs,
    /// Its numbers were.
    Numbers,
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
    /// How often in a row the surface was read to get it; as often as may be if it is no text.
    fn surfaces(&self) -> usize {
        match self.way {
            Way::Surface(times) => times,
            Way::Runs | Way::Numbers => 0,
            Way::Binary => SURFACES_MAX,
        }
    }

    /// The container that it is, if a run says one.
    pub(super) fn container(&self) -> Option<Located> {
        (self.way == Way::Binary).then(|| locate(&self.text.bytes)).flatten()
    }

    /// Whether anything was undone in what a detector may read of a candidate. What stands in the
    /// object as it is was judged there.
    pub(super) fn differs_near(&self, candidate: Span) -> bool {
        let start = candidate.start().saturating_sub(BEFORE_BYTES);
        let end = candidate.end() + AFTER_BYTES;
        let rest = self.text.bytes.get(end..).unwrap_or_default().iter().take(WORD_BYTES_MAX);
        let end = end + rest.take_while(|byte| !byte.is_ascii_whitespace()).count();
        self.text.pieces_of(start..end).any(|(piece, _)| !piece.chain.is_empty())
    }

    /// Whether numbers are looked for in it. Escapes hide none, as they are no part of a number.
    fn may_hold_numbers(&self) -> bool {
        self.way == Way::Runs
    }

    /// Whether a run in it, or numbers, say something that nobody has looked at.
    pub(super) fn hides_more(&self, limits: &Limits) -> bool {
        let bytes = &self.text.bytes;
        hide_something(bytes, &LongRuns::of(bytes), limits)
            || self.may_hold_numbers() && !Numbers::of(bytes).is_empty()
    }
}

/// Whether one of the `long` runs of `text` says text, or a container.
pub(super) fn hide_something(text: &[u8], long: &LongRuns, limits: &Limits) -> bool {
    long.runs().iter().take_while(|_| !limits.is_late()).any(|run| {
        let read = runs::read(text, run.clone(), limits);
        read.rewritten.is_some() || read.binary.iter().any(|it| locate(&it.bytes).is_some())
    })
}

/// The views of a space that are still to be searched. Each is read when its turn comes, so what
/// is held at once is one reading of each depth, and what it was read from.
#[derive(Debug)]
pub(super) struct Views<'t> {
    text: &'t [u8],
    limits: &'t Limits,
    /// How the text was read itself, if it is not the space as it is.
    outer: Option<&'t Rewritten>,
    /// The space, and on it the views that are being read, each from the one before.
    frames: Vec<Frame>,
    /// What was read already, in whatever way.
    seen: HashSet<u64>,
}

/// A text of which other readings are searched.
#[derive(Debug)]
struct Frame {
    /// The text; the space itself if there is none.
    view: Option<View>,
    /// Where escapes, runs and numbers are still to be undone.
    surfaces: Vec<Range<usize>>,
    runs: Vec<Range<usize>>,
    numbers: Vec<Range<usize>>,
    ready: Vec<View>,
}

impl<'t> Views<'t> {
    /// The readings of a text around its marks; `outer` is how it was read itself, if it is not the
    /// space as it is.
    pub(super) fn of_text(
        text: &'t [u8],
        outer: Option<&'t Rewritten>,
        marks: Marks,
        limits: &'t Limits,
    ) -> Views<'t> {
        let Marks { found: Found { zones, .. }, hints, long, numbers } = marks;
        let mut escaped = hints.into_stretches();
        escaped.extend_from_slice(long.escaped());
        let surfaces = regions(text, &zones, &escaped);
        let surfaces = surfaces.into_iter().flat_map(|region| parts(text, region)).collect();
        let runs = regions(text, &zones, long.runs());
        let numbers: Vec<Range<usize>> = numbers.ranges().collect();
        let numbers = regions(text, &[], &numbers);
        let numbers = numbers.into_iter().flat_map(|region| parts(text, region)).collect();
        let frame = Frame { view: None, surfaces, runs, numbers, ready: Vec::new() };
        Views { text, limits, outer, frames: vec![frame], seen: HashSet::new() }
    }

    /// The next one; of what there is no time for, there may be none.
    pub(super) fn next(&mut self) -> Option<View> {
        loop {
            let frame = self.frames.last_mut()?;
            if let Some(view) = frame.ready.pop() {
                return Some(view);
            }
            if !self.read_more() {
                self.frames.pop();
            }
        }
    }

    /// Adds the readings of `view`; they come next.
    pub(super) fn descend(&mut self, view: View) {
        let len = view.text.bytes.len();
        let surfaces = match view.surfaces() {
            ..SURFACES_MAX => parts(&view.text.bytes, 0..len),
            _ => Vec::new(),
        };
        let runs = std::iter::once(0..len).collect();
        let numbers = match view.may_hold_numbers() {
            true => parts(&view.text.bytes, 0..len),
            false => Vec::new(),
        };
        self.frames.push(Frame { view: Some(view), surfaces, runs, numbers, ready: Vec::new() });
    }

    /// Reads another part of the text at hand; says whether there was one.
    fn read_more(&mut self) -> bool {
        let Views { text, limits, outer, frames, seen } = self;
        let Some(frame) = frames.last_mut() else { return false };
        let (text, outer, depth, times) = match &frame.view {
            None => (*text, *outer, 1, 0),
            Some(view) => {
                (view.text.bytes.as_slice(), Some(&view.text), view.depth + 1, view.surfaces())
            }
        };
        let mut reads: Vec<(Rewritten, Way)> = Vec::new();
        if let Some(range) = frame.runs.pop() {
            let read = runs::read(text, range, limits);
            reads.extend(read.rewritten.map(|rewritten| (rewritten, Way::Runs)));
            let of_runs = read.binary.into_iter().map(of_run);
            reads.extend(of_runs.map(|read| (read, Way::Binary)));
        } else if let Some(range) = frame.surfaces.pop() {
            let read = surfaces(text, range, limits).into_iter();
            reads.extend(read.map(|read| (read, Way::Surface(times + 1))));
        } else if let Some(range) = frame.numbers.pop() {
            let read = numbers::read(text, range, limits);
            reads.extend(read.map(|read| (read, Way::Numbers)));
        } else {
            return false;
        }
        for (read, way) in reads {
            let text = match outer {
                Some(outer) => read.onto(outer),
                None => read,
            };
            // What two ways lead to is searched once.
            let mut hasher = DefaultHasher::new();
            (text.source_of(0..1).start, &text.bytes).hash(&mut hasher);
            if seen.insert(hasher.finish()) {
                frame.ready.push(View { text, depth, way });
            }
        }
        true
    }
}

/// A range in parts, with so much of their neighbours that nothing a detector reads is cut. What
/// each byte was read from is held for a part at a time.
fn parts(text: &[u8], range: Range<usize>) -> Vec<Range<usize>> {
    if range.len() <= PART_BYTES {
        return vec![range];
    }
    let part = |start: usize| {
        let end = range.end.min(start + PART_BYTES);
        let from = line_start(text, start.saturating_sub(PART_OVERLAP_BYTES));
        let until = line_end(text, range.end.min(end + PART_OVERLAP_BYTES));
        from.max(range.start)..until.min(range.end)
    };
    range.clone().step_by(PART_BYTES).map(part).collect()
}

/// A part of a text with its escapes undone, and once more as mail or as a form if it may be one.
fn surfaces(text: &[u8], range: Range<usize>, limits: &Limits) -> Vec<Rewritten> {
    let part = text.get(range.clone()).unwrap_or_default();
    let mail = surface::may_be_quoted_printable(part).then_some(Equals::QuotedPrintable);
    let form = surface::may_be_form(part).then_some(Equals::Form);
    let ways = std::iter::once(Equals::Plain).chain(mail).chain(form);
    ways.filter_map(|equals| surface::read(text, range.clone(), equals, limits)).collect()
}

/// What a run says, alone.
fn of_run(Binary { run, bytes, decoder }: Binary) -> Rewritten {
    let piece = Piece { at: 0, from: run.start, from_len: run.len(), chain: chain(decoder) };
    Rewritten { bytes, pieces: vec![piece] }
}

/// Zones, and other places with the lines around them, united where they meet.
fn regions(text: &[u8], zones: &[Range<usize>], places: &[Range<usize>]) -> Vec<Range<usize>> {
    let around = |place: &Range<usize>| {
        let start = line_start(text, place.start.saturating_sub(AROUND_BYTES));
        let end = (place.end + AROUND_BYTES).min(text.len());
        start..line_end(text, end)
    };
    let mut regions: Vec<Range<usize>> = places.iter().map(around).collect();
    regions.extend_from_slice(zones);
    ranges::unite(&mut regions);
    regions
}
