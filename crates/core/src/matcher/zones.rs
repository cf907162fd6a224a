//! The stretches of a text around hits of a prefilter.

use std::ops::Range;

use crate::lines::{line_end, line_start};

/// Bytes on either side of a hit that belong to its zone.
pub(crate) const NEAR_BYTES: usize = 1024;

/// Collects zones; hits come in any order.
pub(super) struct Zones<'z> {
    text: &'z [u8],
    zones: &'z mut Vec<Range<usize>>,
}

impl<'z> Zones<'z> {
    pub(super) fn new(text: &'z [u8], zones: &'z mut Vec<Range<usize>>) -> Zones<'z> {
        Zones { text, zones }
    }

    /// Adds the zone of a hit of `len` bytes at `at`.
    pub(super) fn add(&mut self, at: usize, len: usize) {
        let end = (at + len).saturating_add(NEAR_BYTES).min(self.text.len());
        let start = at.saturating_sub(NEAR_BYTES);
        // Hits that come in order make the last zone longer.
        match self.zones.last_mut() {
            Some(last) if last.start <= start && start <= last.end => last.end = last.end.max(end),
            _ => self.zones.push(start..end),
        }
    }

    /// No hit follows: zones are set to lines, sorted, and united where they meet.
    pub(super) fn finish(&mut self) {
        for zone in self.zones.iter_mut() {
            *zone = line_start(self.text, zone.start)..line_end(self.text, zone.end);
        }
        self.zones.sort_unstable_by_key(|zone| zone.start);
        self.zones.dedup_by(|next, zone| {
            let meets = next.start <= zone.end;
            if meets {
                zone.end = zone.end.max(next.end);
            }
            meets
        });
    }

    pub(super) fn all(&self) -> &[Range<usize>] {
        self.zones
    }
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
            collected.add(at, 4);
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
