//! The stretches of a text around hits of a prefilter.

use std::ops::Range;

use super::words::Circle;
use crate::lines::{line_end, line_start};
use crate::ranges;

/// Bytes on either side of a hit that belong to its zone.
pub(crate) const NEAR_BYTES: usize = 1024;

/// Collects zones; hits come in any order.
pub(super) struct Zones<'z> {
    text: &'z [u8],
    zones: &'z mut Vec<Range<usize>>,
    /// Those of the words of each circle.
    of_circles: Vec<Vec<Range<usize>>>,
}

impl<'z> Zones<'z> {
    pub(super) fn new(text: &'z [u8], zones: &'z mut Vec<Range<usize>>) -> Zones<'z> {
        Zones { text, zones, of_circles: Vec::new() }
    }

    /// Adds the zone of a hit of `len` bytes at `at`, which is a word of `circles`.
    pub(super) fn add(&mut self, at: usize, len: usize, circles: &[Circle]) {
        let end = (at + len).saturating_add(NEAR_BYTES).min(self.text.len());
        let zone = at.saturating_sub(NEAR_BYTES)..end;
        for Circle(circle) in circles {
            if self.of_circles.len() <= *circle {
                self.of_circles.resize_with(circle + 1, Vec::new);
            }
            self.of_circles.get_mut(*circle).into_iter().for_each(|zones| add(zones, &zone));
        }
        add(self.zones, &zone);
    }

    /// No hit follows: zones are set to lines, sorted, and united where they meet.
    pub(super) fn finish(&mut self) {
        unite(self.text, self.zones);
        self.of_circles.iter_mut().for_each(|zones| unite(self.text, zones));
    }

    /// Whether a word of `circle` has `place` in its zone.
    pub(super) fn reach(&self, circle: Circle, place: Range<usize>) -> bool {
        let Some(zones) = self.of_circles.get(circle.0) else { return false };
        let until = zones.partition_point(|zone| zone.start <= place.start);
        let nearest = until.checked_sub(1).and_then(|index| zones.get(index));
        nearest.is_some_and(|zone| place.end <= zone.end)
    }

    pub(super) fn all(&self) -> &[Range<usize>] {
        self.zones
    }
}

/// Adds a zone. Hits that come in order make the last one longer.
fn add(zones: &mut Vec<Range<usize>>, zone: &Range<usize>) {
    match zones.last_mut() {
        Some(last) if last.start <= zone.start && zone.start <= last.end => {
            last.end = last.end.max(zone.end);
        }
        _ => zones.push(zone.clone()),
    }
}

/// Sets zones to the lines of `text`, sorts them, and unites them where they meet.
fn unite(text: &[u8], zones: &mut Vec<Range<usize>>) {
    for zone in zones.iter_mut() {
        *zone = line_start(text, zone.start)..line_end(text, zone.end);
    }
    ranges::unite(zones);
}

#[cfg(test)]
mod tests {
    use super::{NEAR_BYTES, Zones};

    #[test]
    fn zones_are_lines_and_unite_where_they_meet() {
        let text = b"0123456789\n".repeat(1000);
        let mut zones = Vec::new();
        let mut collected = Zones::new(&text, &mut zones);
        for at in [9000, 5000, 5500, 10] {
            collected.add(at, 4, &[]);
        }
        collected.finish();
        let lines = |zone: &std::ops::Range<usize>| {
            zone.start.is_multiple_of(11) && zone.end.is_multiple_of(11)
        };
        assert!(zones.iter().all(lines), "{zones:?}");
        assert_eq!(zones.len(), 3, "{zones:?}");
        assert!(zones[1].start <= 5000 - NEAR_BYTES && zones[1].end >= 5504 + NEAR_BYTES);
    }
}
