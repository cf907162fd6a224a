//! What a judge is asked about.

use std::fmt;

use crate::span::Span;

/// What kind of text a window was cut from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The bytes of a blob.
    Blob,
    /// A whole commit object: headers, message, signature.
    Commit,
    /// A whole annotated tag object.
    Tag,
    /// The entry names of a tree, each ended by a NUL byte.
    TreeName,
    /// The name of a ref that is being written.
    RefName,
}

/// The text around some candidates.
#[derive(Clone, Copy)]
pub struct Window<'a> {
    /// The bytes, already decoded. It begins and ends where a line does, if it is not whole.
    pub text: &'a [u8],
    /// What kind of text it was cut from.
    pub source: Source,
    /// Raw bytes of the path, where there is one.
    pub path: Option<&'a [u8]>,
    /// What the host undid to get the text, outermost first: `utf-16le`, `base64`, …
    pub decoded_from: &'a [String],
    /// False when the text is only part of the object.
    pub complete: bool,
}

impl<'a> Window<'a> {
    /// A whole blob without a path, for tests.
    #[must_use]
    pub fn of_text(text: &'a [u8]) -> Window<'a> {
        Window { text, source: Source::Blob, path: None, decoded_from: &[], complete: true }
    }
}

impl fmt::Debug for Window<'_> {
    /// Shows the length, never the text: it may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Window")
            .field("bytes", &self.text.len())
            .field("source", &self.source)
            .field("complete", &self.complete)
            .finish_non_exhaustive()
    }
}

/// One place to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Candidate {
    /// Index of the judge in the manifest.
    pub judge: u32,
    /// Where the matcher hit, in the window.
    pub span: Span,
}

#[cfg(test)]
mod tests {
    use super::Window;

    #[test]
    fn a_window_does_not_show_its_text() {
        let shown = format!("{:?}", Window::of_text(b"hunter2"));
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains('7'), "{shown}");
    }
}
