//! The lines around a place in a text.

/// Bytes by which a stretch of text may grow on either side to begin and end with a line.
pub(crate) const LINE_BYTES_MAX: usize = 512;

/// The start of the line of `at`, if it is near.
pub(crate) fn line_start(text: &[u8], at: usize) -> usize {
    at - line_before(text, at, LINE_BYTES_MAX).unwrap_or_default().len()
}

/// The line of `at` as far as `at`, if it begins at most `max` bytes before.
pub(crate) fn line_before(text: &[u8], at: usize, max: usize) -> Option<&[u8]> {
    let from = at.saturating_sub(max);
    let near = text.get(from..at)?;
    match memchr::memrchr(b'\n', near) {
        Some(newline) => near.get(newline + 1..),
        None if from == 0 => Some(near),
        None => None,
    }
}

/// The end of the line of `at`, if it is near.
pub(crate) fn line_end(text: &[u8], at: usize) -> usize {
    let near = text.get(at..text.len().min(at + LINE_BYTES_MAX)).unwrap_or_default();
    memchr::memchr(b'\n', near).map_or(at + near.len(), |newline| at + newline + 1)
}
