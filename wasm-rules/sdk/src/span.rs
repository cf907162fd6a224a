//! A checked byte range.

/// A byte range of a window, end exclusive, whose start never lies behind its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// The range `start..end`, or `None` if it is reversed.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Option<Span> {
        if start <= end { Some(Span { start, end }) } else { None }
    }

    /// The range of `len` bytes from `start`.
    #[must_use]
    pub const fn at(start: usize, len: usize) -> Span {
        Span { start, end: start.saturating_add(len) }
    }

    /// First byte.
    #[must_use]
    pub const fn start(self) -> usize {
        self.start
    }

    /// One past the last byte.
    #[must_use]
    pub const fn end(self) -> usize {
        self.end
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it covers no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The bytes it covers, or `None` if it leaves `bytes`.
    #[must_use]
    pub fn of(self, bytes: &[u8]) -> Option<&[u8]> {
        bytes.get(self.start..self.end)
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
        assert_eq!(Span::at(2, 7).of(b"abc"), None);
        assert_eq!(Span::at(1, 2).of(b"abc"), Some(&b"bc"[..]));
    }
}
