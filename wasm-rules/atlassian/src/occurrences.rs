//! Where a prefix stands in a candidate.

use pushgate_detector_sdk::Span;

/// More of one prefix than this in one candidate is not text that somebody wrote, and each is work.
const OCCURRENCES_MAX: usize = 4;

/// Offsets in `text` at which `prefix` starts inside `span`.
pub(crate) fn occurrences<'t>(
    text: &'t [u8],
    span: Span,
    prefix: &'t [u8],
) -> impl Iterator<Item = usize> + 't {
    let first = prefix.first().copied();
    (span.start()..span.end())
        .filter(move |&at| text.get(at).copied() == first)
        .filter(move |&at| text.get(at..).is_some_and(|rest| rest.starts_with(prefix)))
        .take(OCCURRENCES_MAX)
}

#[cfg(test)]
mod tests {
    use super::occurrences;
    use pushgate_detector_sdk::Span;

    #[test]
    fn only_what_starts_inside_the_span_counts() {
        let found: Vec<_> = occurrences(b"ab ab ab", Span::at(1, 3), b"ab").collect();
        assert_eq!(found, [3]);
    }
}
