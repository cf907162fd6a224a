//! What a judge is asked about.

use std::cell::Cell;
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

/// Where a text stands, and whether a judge asked for it.
///
/// What is dismissed without a look at the path is dismissed wherever it stands, and the host need
/// not find that out.
#[derive(Clone, Default)]
pub struct Path<'a> {
    bytes: Option<&'a [u8]>,
    asked: Cell<bool>,
}

impl fmt::Debug for Path<'_> {
    /// Shows whether there is one, never the path: a name may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Path").field("known", &self.bytes.is_some()).finish_non_exhaustive()
    }
}

impl<'a> Path<'a> {
    /// A path that nobody has asked for.
    #[must_use]
    pub fn new(bytes: Option<&'a [u8]>) -> Path<'a> {
        Path { bytes, asked: Cell::new(false) }
    }

    fn get(&self) -> Option<&'a [u8]> {
        self.asked.set(true);
        self.bytes
    }

    /// Whether it was asked for since this was called the last time.
    pub(crate) fn take_asked(&self) -> bool {
        self.asked.replace(false)
    }
}

/// The text around some candidates.
#[derive(Clone)]
pub struct Window<'a> {
    /// The bytes, already decoded. It begins and ends where a line does, if it is not whole.
    pub text: &'a [u8],
    /// What kind of text it was cut from.
    pub source: Source,
    /// Where it stands; [`Window::path`] tells it.
    pub place: Path<'a>,
    /// What the host undid to get the text, outermost first: `utf-16le`, `base64`, …
    pub decoded_from: &'a [String],
    /// False when the text is only part of the object.
    pub complete: bool,
}

impl<'a> Window<'a> {
    /// A whole blob without a path, for tests.
    #[must_use]
    pub fn of_text(text: &'a [u8]) -> Window<'a> {
        let place = Path::default();
        Window { text, source: Source::Blob, place, decoded_from: &[], complete: true }
    }

    /// Raw bytes of the path, where there is one.
    ///
    /// Look at everything else first: a dismissal that needs no path spares the host the search
    /// for it.
    #[must_use]
    pub fn path(&self) -> Option<&'a [u8]> {
        self.place.get()
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
