//! What is searched, and where it stands.

/// What kind of text a haystack is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The bytes of a blob.
    Blob,
    /// A whole commit object: headers, message, signature.
    Commit,
    /// A whole annotated tag object.
    Tag,
    /// The entry names of a tree, each ended by a NUL byte, which no name can hold.
    TreeName,
    /// The name of a ref that is being written.
    RefName,
}

impl Source {
    /// The name that the audit record uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Source::Blob => "blob",
            Source::Commit => "commit",
            Source::Tag => "tag",
            Source::TreeName => "tree-name",
            Source::RefName => "ref-name",
        }
    }
}

/// A line and a column, both counted from one; the column counts bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from one.
    pub line: u64,
    /// Column in bytes, from one.
    pub column: u64,
}

impl Position {
    /// The first byte of a text.
    pub const START: Position = Position { line: 1, column: 1 };

    /// The position after `text`, if `text` begins at this position.
    #[must_use]
    pub fn after(self, text: &[u8]) -> Position {
        match memchr::memrchr(b'\n', text) {
            None => Position { line: self.line, column: self.column + text.len() as u64 },
            Some(last) => Position {
                line: self.line + memchr::memchr_iter(b'\n', text).count() as u64,
                column: (text.len() - last) as u64,
            },
        }
    }
}

/// Part of a text with candidates in it: what a detector sees.
#[derive(Clone, PartialEq, Eq)]
pub struct Window {
    /// The bytes, decoded.
    pub text: Vec<u8>,
    /// What kind of text it was cut from.
    pub source: Source,
    /// Where the window's first byte stands in the object as pushed.
    pub position: Position,
    /// What was undone to get the text, outermost first.
    pub decoded_from: Vec<&'static str>,
    /// Whether the text is the whole object.
    pub complete: bool,
    /// Where the matcher hit.
    pub candidates: Vec<crate::matcher::Candidate>,
}

impl std::fmt::Debug for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Window")
            .field("bytes", &self.text.len())
            .field("source", &self.source)
            .field("position", &self.position)
            .field("candidates", &self.candidates)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[test]
    fn positions_count_from_one() {
        assert_eq!(Position::START.after(b""), Position { line: 1, column: 1 });
        assert_eq!(Position::START.after(b"ab"), Position { line: 1, column: 3 });
        assert_eq!(Position::START.after(b"ab\n"), Position { line: 2, column: 1 });
        assert_eq!(Position::START.after(b"a\n\ncd"), Position { line: 3, column: 3 });
    }
}
