//! What is searched, and where it stands.

use std::ops::Range;

use crate::decode::rewrite::Chain;
use crate::span::Span;

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

/// Where a text stands: an object as pushed, or something unpacked from it. Texts of one space can
/// be compared byte by byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Space(pub u32);

/// A stretch of a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The space.
    pub space: Space,
    /// Its first byte there.
    pub start: u64,
    /// The byte behind its last.
    pub end: u64,
}

impl Place {
    /// Whether the two have a byte in common.
    #[must_use]
    pub fn overlaps(self, other: Place) -> bool {
        self.space == other.space && self.start < other.end && other.start < self.end
    }
}

/// A stretch of a window, and where a person sees it. It ends where the next one begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Where it begins in the window.
    pub at: usize,
    /// Where it begins in the window's space.
    pub from: u64,
    /// Length there.
    pub from_len: u64,
    /// The position of its first byte in the object as pushed.
    pub position: Position,
    /// Whether it stands in the object as it is, so that positions in it can be counted on.
    pub verbatim: bool,
    /// What was undone to read it, outermost first.
    pub chain: Chain,
}

/// Part of a text with candidates in it: what a detector sees.
#[derive(Clone, PartialEq, Eq)]
pub struct Window {
    /// The bytes, decoded.
    pub text: Vec<u8>,
    /// What kind of text it was cut from.
    pub source: Source,
    /// Where the text stands.
    pub space: Space,
    /// Where its bytes come from, in order; the first stretch begins at zero.
    pub stretches: Vec<Stretch>,
    /// What was undone anywhere in it, outermost first.
    pub decoded_from: Vec<&'static str>,
    /// The names of the containers that the text was in, from the outermost, and its own name.
    pub inner_path: Option<Vec<u8>>,
    /// Whether the text is the whole object.
    pub complete: bool,
    /// Where the matcher hit.
    pub candidates: Vec<crate::matcher::Candidate>,
}

impl Window {
    /// A window of a text that stands in an object as it is, from `position` on.
    #[must_use]
    pub fn plain(text: Vec<u8>, source: Source, position: Position) -> Window {
        let stretch = Stretch {
            at: 0,
            from: 0,
            from_len: text.len() as u64,
            position,
            verbatim: true,
            chain: Chain::from([]),
        };
        Window {
            text,
            source,
            space: Space::default(),
            stretches: vec![stretch],
            decoded_from: Vec::new(),
            inner_path: None,
            complete: true,
            candidates: Vec::new(),
        }
    }

    /// Bytes of memory that it takes, about.
    #[must_use]
    pub fn bytes_held(&self) -> usize {
        self.text.len() + self.stretches.len() * size_of::<Stretch>()
    }

    /// Where the byte at `offset` of the window stands in the object as pushed.
    #[must_use]
    pub fn position_of(&self, offset: usize) -> Position {
        let Some((stretch, _)) = self.stretch_of(offset) else { return Position::START };
        let before = self.text.get(stretch.at..offset).unwrap_or_default();
        if stretch.verbatim { stretch.position.after(before) } else { stretch.position }
    }

    /// Where `span` of the window stands in its space.
    #[must_use]
    pub fn place_of(&self, span: Span) -> Place {
        let from = |offset: usize| {
            let (stretch, len) = self.stretch_of(offset)?;
            let distance = (offset - stretch.at) as u64;
            let distance = if len == stretch.from_len {
                distance
            } else {
                // Some decoders read so many bytes from so many; for others it is near enough.
                distance.saturating_mul(stretch.from_len) / len.max(1)
            };
            Some(stretch.from + distance.min(stretch.from_len))
        };
        let start = from(span.start()).unwrap_or(0);
        let last = from(span.end().saturating_sub(1)).unwrap_or(start);
        Place { space: self.space, start, end: last.max(start) + 1 }
    }

    /// All bytes of the window's space from which `span` was read, and perhaps some beside them
    /// that cannot be told from them.
    #[must_use]
    pub fn source_of(&self, span: Span) -> Range<u64> {
        let mut source: Option<Range<u64>> = None;
        for (index, stretch) in self.stretches.iter().enumerate() {
            let end = self.stretches.get(index + 1).map_or(self.text.len(), |next| next.at);
            if stretch.at >= span.end() || span.start() >= end {
                continue;
            }
            let is_copy = stretch.verbatim && (end - stretch.at) as u64 == stretch.from_len;
            let from = if is_copy {
                let offset = |at: usize| stretch.from + at.saturating_sub(stretch.at) as u64;
                offset(span.start())..offset(span.end().min(end))
            } else {
                stretch.from..stretch.from + stretch.from_len
            };
            source = Some(source.map_or(from.clone(), |known| {
                known.start.min(from.start)..known.end.max(from.end)
            }));
        }
        source.unwrap_or(0..0)
    }

    /// What was undone to read `span`, outermost first.
    #[must_use]
    pub fn undone_in(&self, span: Span) -> Vec<&'static str> {
        let mut chains: Vec<&Chain> = Vec::new();
        for (index, stretch) in self.stretches.iter().enumerate() {
            let end = self.stretches.get(index + 1).map_or(self.text.len(), |next| next.at);
            if stretch.at < span.end() && span.start() < end {
                chains.push(&stretch.chain);
            }
        }
        united(chains.into_iter())
    }

    fn stretch_of(&self, offset: usize) -> Option<(&Stretch, u64)> {
        let index = self.stretches.partition_point(|stretch| stretch.at <= offset);
        let stretch = self.stretches.get(index.checked_sub(1)?)?;
        let end = self.stretches.get(index).map_or(self.text.len(), |next| next.at);
        Some((stretch, end.saturating_sub(stretch.at) as u64))
    }
}

/// All that chains name, the longest first, each name of the others once.
pub(crate) fn united<'c>(chains: impl Iterator<Item = &'c Chain> + Clone) -> Vec<&'static str> {
    let longest = chains.clone().max_by_key(|chain| chain.len());
    let mut names: Vec<&'static str> = longest.map(|chain| chain.to_vec()).unwrap_or_default();
    for name in chains.flat_map(|chain| chain.iter()) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    names
}

impl std::fmt::Debug for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Window")
            .field("bytes", &self.text.len())
            .field("source", &self.source)
            .field("space", &self.space)
            .field("candidates", &self.candidates)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Position, Source, Stretch, Window};
    use crate::decode::rewrite::Chain;
    use crate::span::Span;

    #[test]
    fn a_span_is_read_from_all_stretches_that_it_touches() {
        let stretch = |at, from, from_len, verbatim| {
            let (position, chain) = (Position::START, Chain::from([]));
            Stretch { at, from, from_len, position, verbatim, chain }
        };
        let window = Window {
            stretches: vec![
                stretch(0, 100, 4, true),
                stretch(4, 104, 8, false),
                stretch(8, 112, 2, true),
            ],
            ..Window::plain(b"0123456789".to_vec(), Source::Blob, Position::START)
        };
        let source = |start, end| window.source_of(Span::new(start, end).unwrap());
        assert_eq!(source(1, 3), 101..103);
        assert_eq!(source(5, 6), 104..112);
        assert_eq!(source(3, 9), 103..113);
        assert_eq!(source(8, 10), 112..114);
        assert_eq!(source(10, 12), 0..0);
    }

    #[test]
    fn positions_count_from_one() {
        assert_eq!(Position::START.after(b""), Position { line: 1, column: 1 });
        assert_eq!(Position::START.after(b"ab"), Position { line: 1, column: 3 });
        assert_eq!(Position::START.after(b"ab\n"), Position { line: 2, column: 1 });
        assert_eq!(Position::START.after(b"a\n\ncd"), Position { line: 3, column: 3 });
    }
}
