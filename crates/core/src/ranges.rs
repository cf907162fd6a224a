//! Stretches of a text that are looked at together.

use std::ops::Range;

/// Sorts stretches, and unites those that overlap or touch.
pub(crate) fn unite(ranges: &mut Vec<Range<usize>>) {
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|next, range| {
        let meets = next.start <= range.end;
        if meets {
            range.end = range.end.max(next.end);
        }
        meets
    });
}

#[cfg(test)]
mod tests {
    use super::unite;

    #[test]
    fn what_overlaps_or_touches_is_one() {
        let mut ranges = vec![20..30, 0..5, 29..31, 5..7, 9..12, 10..11];
        unite(&mut ranges);
        assert_eq!(ranges, [0..7, 9..12, 20..31]);
    }
}
