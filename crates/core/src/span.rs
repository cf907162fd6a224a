//! A checked byte range.

/// A byte range, end exclusive, whose start never lies behind its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// The range `start..end`, or `None` if it is reversed.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Option<Span> {
        (start <= end).then_some(Span { start, end })
    }

    /// First byte.
    #[must_use]
    pub fn start(self) -> usize {
        self.start
    }

    /// One past the last byte.
    #[must_use]
    pub fn end(self) -> usize {
        self.end
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it covers no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The bytes it covers, or `None` if it leaves `bytes`.
    #[must_use]
    pub fn of(self, bytes: &[u8]) -> Option<&[u8]> {
        bytes.get(self.start..self.end)
    }

    /// Whether the two share a byte.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The span moved left by `by` bytes, or `None` if it would start before zero.
    #[must_use]
    pub fn shifted_left(self, by: usize) -> Option<Span> {
        Some(Span { start: self.start.checked_sub(by)?, end: self.end.checked_sub(by)? })
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn reversed_spans_do_not_exist() {
        assert_eq!(Span::new(3, 2), None);
        assert_eq!(Span::new(2, 2).map(Span::is_empty), Some(true));
    }

    #[test]
    fn a_span_outside_the_bytes_covers_nothing() {
        assert_eq!(Span::new(2, 9).and_then(|span| span.of(b"abc")), None);
    }

    #[test]
    fn touching_spans_do_not_overlap() {
        let left = Span::new(0, 4).unwrap();
        let right = Span::new(4, 8).unwrap();
        assert!(!left.overlaps(right));
        assert!(left.overlaps(Span::new(3, 5).unwrap()));
    }
}
