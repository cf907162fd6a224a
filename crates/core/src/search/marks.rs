//! What is seen of a text when it is looked through once: where more is to be done.

use crate::decode::numbers::Numbers;
use crate::decode::runs::LongRuns;
use crate::decode::surface::Hints;
use crate::limits::Limits;
use crate::matcher::{Found, Incomplete, Matcher};

/// Bytes that are looked through together: those who look read the same bytes one after the
/// other, so these should stay in the cache that is nearest but one.
pub(crate) const STEP_BYTES: usize = 64 << 10;

/// What is seen of a text.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Candidates, and the text around literals and words.
    pub(super) found: Found,
    /// Where escapes or halves of strings stand.
    pub(super) hints: Hints,
    /// Long runs of base64 or hexadecimal digits.
    pub(super) long: LongRuns,
    /// Bytes that are written as numbers.
    pub(super) numbers: Numbers,
}

impl Marks {
    /// Looks through `text`, as long as there is time; an error says why there may be more
    /// candidates than were found.
    pub(super) fn of(
        text: &[u8],
        matcher: &Matcher,
        limits: &Limits,
    ) -> (Marks, Result<(), Incomplete>) {
        let mut marks = Marks::default();
        let candidates_max = limits.candidates_per_object_max;
        let mut finder = matcher.finder(text, candidates_max, &mut marks.found);
        let mut until = 0;
        while until < text.len() && !limits.is_late() {
            until = text.len().min(until + STEP_BYTES);
            finder.advance(until);
            marks.hints.advance(text, until);
            marks.long.advance(text, until);
            marks.numbers.advance(text, until);
        }
        let outcome = finder.finish();
        (marks, outcome)
    }
}

/// Looks through a reading of a text for candidates alone, as long as there is time; likewise.
pub(super) fn find(
    text: &[u8],
    matcher: &Matcher,
    limits: &Limits,
    found: &mut Found,
) -> Result<(), Incomplete> {
    let mut finder = matcher.finder(text, limits.candidates_per_object_max, found);
    let mut until = 0;
    while until < text.len() && !limits.is_late() {
        until = text.len().min(until + STEP_BYTES);
        finder.advance(until);
    }
    finder.finish()
}
