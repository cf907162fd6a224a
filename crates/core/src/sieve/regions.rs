//! The text around marks: so much that what a search finds there does not depend on the rest.

use std::ops::Range;

use super::Outcome;
use crate::matcher::MATCH_BYTES_MAX;
use crate::search::AROUND_MARK_BYTES;

/// Bytes on either side of a mark: a match may begin at the end of what is searched because of the
/// mark, and has surroundings of its own.
const REGION_BYTES: usize = 2 * AROUND_MARK_BYTES + MATCH_BYTES_MAX;

/// A stretch of text that is searched.
#[derive(Clone, Debug)]
pub(super) struct Region {
    pub(super) range: Range<usize>,
    pub(super) outcome: Outcome,
}

/// The regions of `marks`, which are sorted, in a text of `size` bytes.
pub(super) fn regions(marks: &[Range<usize>], size: usize) -> impl Iterator<Item = Region> {
    let mut marks = marks.iter().map(move |mark| {
        mark.start.saturating_sub(REGION_BYTES)..size.min(mark.end.saturating_add(REGION_BYTES))
    });
    let mut next = marks.next();
    std::iter::from_fn(move || {
        let mut range = next.take()?;
        for other in marks.by_ref() {
            if other.start > range.end {
                next = Some(other);
                break;
            }
            range.end = range.end.max(other.end);
        }
        Some(Region { range, outcome: Outcome::default() })
    })
}
