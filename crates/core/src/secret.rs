//! Bytes that must not be shown.

use std::fmt;

/// The bytes of a secret while it is being fingerprinted.
///
/// There is no `Display`, and `Debug` shows the length alone, so that a secret does not reach
/// a log by accident.
#[derive(Clone, Copy)]
pub struct Secret<'h>(&'h [u8]);

impl<'h> Secret<'h> {
    /// Wraps `bytes`.
    #[must_use]
    pub fn new(bytes: &'h [u8]) -> Secret<'h> {
        Secret(bytes)
    }

    /// The bytes themselves; every call is worth a look in review.
    #[must_use]
    pub fn expose(self) -> &'h [u8] {
        self.0
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_shows_the_length_alone() {
        assert_eq!(format!("{:?}", Secret::new(b"hunter2")), "Secret(7 bytes)");
    }
}
