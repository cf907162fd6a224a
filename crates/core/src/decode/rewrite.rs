//! A text that was read differently, and where each of its bytes comes from.
//!
//! Decoders copy most of a text as it is and replace some stretches of it ([`Rewriter`]). What
//! results ([`Rewritten`]) knows for each stretch where it stood ([`Piece`]), so a secret in it can
//! be shown where a person sees it, however many decoders were at work ([`Rewritten::onto`]).

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// What was undone, outermost first.
pub type Chain = Arc<[&'static str]>;

/// A stretch of a text, and what it was read from. It ends where the next one begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins in the text.
    pub at: usize,
    /// Where its source begins.
    pub from: usize,
    /// Length of its source. That of the piece itself, where nothing was undone.
    pub from_len: usize,
    /// What was undone to read it.
    pub chain: Chain,
}

impl Piece {
    /// Where the byte `at` of the text comes from, if this piece of `len` bytes holds it.
    fn source_of(&self, at: usize, len: usize) -> usize {
        let distance = at.saturating_sub(self.at).min(len);
        if len == self.from_len {
            return self.from + distance;
        }
        // Some decoders read so many bytes from so many; for others it is near enough.
        self.from + distance.saturating_mul(self.from_len) / len.max(1)
    }
}

/// A text read from another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// The text.
    pub bytes: Vec<u8>,
    /// Its pieces, in order; the first begins at zero.
    pub pieces: Vec<Piece>,
}

impl Rewritten {
    /// The pieces that hold `range` of the text, each with its length.
    pub fn pieces_of(&self, range: Range<usize>) -> impl Iterator<Item = (&Piece, usize)> {
        let first = self.pieces.partition_point(|piece| piece.at <= range.start).saturating_sub(1);
        self.pieces_from(first, range)
    }

    /// The same, if the first of them is the piece with the number `first`.
    fn pieces_from(
        &self,
        first: usize,
        range: Range<usize>,
    ) -> impl Iterator<Item = (&Piece, usize)> {
        (first..self.pieces.len())
            .map_while(move |index| {
                let piece = self.pieces.get(index)?;
                Some((piece, self.end_of(index).saturating_sub(piece.at)))
            })
            .take_while(move |(piece, _)| piece.at < range.end.max(range.start + 1))
    }

    /// Where the piece with this number ends in the text.
    fn end_of(&self, index: usize) -> usize {
        self.pieces.get(index + 1).map_or(self.bytes.len(), |next| next.at)
    }

    /// What `range` of the text was read from.
    #[must_use]
    pub fn source_of(&self, range: Range<usize>) -> Range<usize> {
        let pieces = self.pieces_of(range.clone());
        source(pieces, range)
    }

    /// The same text, its pieces read from what `self` was read from through `outer`.
    #[must_use]
    pub fn onto(self, outer: &Rewritten) -> Rewritten {
        let mut onto = Onto { outer, at: 0, chains: HashMap::new(), pieces: Vec::new() };
        for (index, piece) in self.pieces.iter().enumerate() {
            onto.add(piece, self.end_of(index).saturating_sub(piece.at));
        }
        Rewritten { bytes: self.bytes, pieces: onto.pieces }
    }
}

/// Bytes of a text, and what they were read from.
struct Stretch {
    /// Where they begin in the text, which is where its last piece ends.
    at: usize,
    len: usize,
    from: usize,
    from_len: usize,
}

impl Stretch {
    /// Adds it to `pieces`; to the last of them where both are read alike: from stretches that
    /// follow each other, as many bytes from as many. A piece for each character of a text that is
    /// escaped as a whole would be many.
    #[inline]
    fn add_to(&self, pieces: &mut Vec<Piece>, chain: &Chain) {
        let Stretch { at, len, from, from_len } = *self;
        let goes_on = pieces.last_mut().filter(|last| {
            Arc::ptr_eq(&last.chain, chain)
                && last.from + last.from_len == from
                && last.from_len.saturating_mul(len) == (at - last.at).saturating_mul(from_len)
        });
        match goes_on {
            Some(last) => last.from_len += from_len,
            None => pieces.push(Piece { at, from, from_len, chain: Arc::clone(chain) }),
        }
    }
}

/// What `range` of a text was read from, which these `pieces` hold.
fn source<'p>(
    mut pieces: impl Iterator<Item = (&'p Piece, usize)>,
    range: Range<usize>,
) -> Range<usize> {
    let Some((first, len)) = pieces.next() else { return 0..0 };
    let (last, last_len) = pieces.last().unwrap_or((first, len));
    let start = first.source_of(range.start, len);
    start..last.source_of(range.end, last_len).max(start)
}

/// The pieces of a text, as they are read through another one.
struct Onto<'o> {
    outer: &'o Rewritten,
    /// The number of the outer piece at which the last look ended.
    at: usize,
    /// The chains that were put together so far, by where the two of each lie in memory.
    chains: HashMap<(*const &'static str, *const &'static str), Chain>,
    pieces: Vec<Piece>,
}

impl Onto<'_> {
    /// Adds what a piece of `len` bytes was read from.
    fn add(&mut self, piece: &Piece, len: usize) {
        if piece.chain.is_empty() {
            return self.copy(piece.at, piece.from..piece.from + len);
        }
        let range = piece.from..piece.from + piece.from_len;
        let first = self.first_of(range.start);
        let Some(under) = self.outer.pieces.get(first) else { return };
        let from = source(self.outer.pieces_from(first, range.clone()), range);
        let key = (under.chain.as_ptr(), piece.chain.as_ptr());
        let chain = self
            .chains
            .entry(key)
            .or_insert_with(|| under.chain.iter().chain(piece.chain.iter()).copied().collect());
        Stretch { at: piece.at, len, from: from.start, from_len: from.len() }
            .add_to(&mut self.pieces, chain);
    }

    /// Adds the pieces that hold `range`, as they stand in a text that copied them.
    fn copy(&mut self, at: usize, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let first = self.first_of(range.start);
        for (piece, len) in self.outer.pieces_from(first, range.clone()) {
            let start = piece.at.max(range.start);
            let end = (piece.at + len).min(range.end);
            let from = piece.source_of(start, len);
            let from_len = piece.source_of(end, len).saturating_sub(from);
            let len = end.saturating_sub(start);
            Stretch { at: at + (start - range.start), len, from, from_len }
                .add_to(&mut self.pieces, &piece.chain);
        }
    }

    /// The number of the outer piece that holds the byte `at`. What is asked for comes in order, so
    /// it is near the last one.
    fn first_of(&mut self, at: usize) -> usize {
        let pieces = &self.outer.pieces;
        if pieces.get(self.at).is_none_or(|piece| piece.at > at) {
            self.at = pieces.partition_point(|piece| piece.at <= at).saturating_sub(1);
        }
        while pieces.get(self.at + 1).is_some_and(|next| next.at <= at) {
            self.at += 1;
        }
        self.at
    }
}

/// Makes a text from another one by replacing stretches of it, in order.
#[derive(Debug)]
pub struct Rewriter<'t> {
    source: &'t [u8],
    /// Where the part of the source begins that was not copied yet.
    next: usize,
    rewritten: Rewritten,
    /// The chains that were needed so far: most texts need none.
    chains: Vec<Chain>,
}

impl<'t> Rewriter<'t> {
    /// A rewriter of `source` from `start` on.
    #[must_use]
    pub fn new(source: &'t [u8], start: usize) -> Rewriter<'t> {
        let rewritten = Rewritten { bytes: Vec::new(), pieces: Vec::new() };
        Rewriter { source, next: start, rewritten, chains: Vec::new() }
    }

    /// Where in the source what was replaced last ends.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.next
    }

    /// Replaces `range` of the source by the bytes of `parts`, which the decoders `names` have read
    /// there.
    ///
    /// A range that begins before the last one ended is left as it is.
    #[inline]
    pub fn replace(&mut self, range: Range<usize>, parts: &[&[u8]], names: &[&'static str]) {
        if range.start < self.next {
            return;
        }
        self.copy_to(range.start);
        self.add(range, parts, names);
    }

    /// The text up to `end` of the source; `None` if nothing was replaced.
    #[must_use]
    pub fn finish(mut self, end: usize) -> Option<Rewritten> {
        let replaced = self.rewritten.pieces.iter().any(|piece| !piece.chain.is_empty());
        if !replaced {
            return None;
        }
        self.copy_to(end);
        Some(self.rewritten)
    }

    fn copy_to(&mut self, end: usize) {
        let Some(bytes) = self.source.get(self.next..end).filter(|bytes| !bytes.is_empty()) else {
            return;
        };
        self.add(self.next..end, &[bytes], &[]);
    }

    #[inline]
    fn add(&mut self, range: Range<usize>, parts: &[&[u8]], names: &[&'static str]) {
        let Rewriter { next, rewritten, chains, .. } = self;
        let at = rewritten.bytes.len();
        for part in parts {
            rewritten.bytes.extend_from_slice(part);
        }
        let len = rewritten.bytes.len() - at;
        let stretch = Stretch { at, len, from: range.start, from_len: range.len() };
        stretch.add_to(&mut rewritten.pieces, chain_of(chains, names));
        *next = range.end;
    }
}

/// The one of `chains` that has the decoders `names`; it is added if there is none.
#[inline]
#[expect(clippy::indexing_slicing, reason = "the place of what was found or added is there")]
fn chain_of<'c>(chains: &'c mut Vec<Chain>, names: &[&'static str]) -> &'c Chain {
    // Most are the same texts in memory, which need not be read.
    let is_name = |(a, b): (&&'static str, &&'static str)| std::ptr::eq(*a, *b) || a == b;
    let is_known =
        |chain: &Chain| chain.len() == names.len() && chain.iter().zip(names).all(is_name);
    let known = chains.iter().position(is_known).unwrap_or_else(|| {
        chains.push(Chain::from(names));
        chains.len() - 1
    });
    &chains[known]
}

/// A chain of one decoder.
#[must_use]
pub fn chain(name: &'static str) -> Chain {
    Arc::from([name])
}

#[cfg(test)]
mod tests {
    use super::{Rewriter, Rewritten};

    /// `text` with each of `from` replaced by `to`.
    fn replaced(text: &str, from: &str, to: &str, name: &'static str) -> Rewritten {
        let mut rewriter = Rewriter::new(text.as_bytes(), 0);
        for (at, _) in text.match_indices(from) {
            rewriter.replace(at..at + from.len(), &[to.as_bytes()], &[name]);
        }
        rewriter.finish(text.len()).unwrap()
    }

    #[test]
    fn a_text_without_replacements_is_no_other_text() {
        assert_eq!(Rewriter::new(b"abc", 0).finish(3), None);
    }

    #[test]
    fn every_byte_knows_where_it_stood() {
        let text = "ab<=>cd<=>";
        let read = replaced(text, "<=>", "=", "x");
        assert_eq!(read.bytes, b"ab=cd=");
        assert_eq!(read.source_of(0..2), 0..2);
        assert_eq!(read.source_of(2..3), 2..5);
        assert_eq!(read.source_of(1..5), 1..7);
        assert_eq!(read.source_of(5..6), 7..10);
        assert_eq!(read.source_of(3..4), 5..6);
    }

    #[test]
    fn two_readings_are_seen_through() {
        let text = "k %2541%2542 z";
        let once = replaced(text, "%25", "%", "percent");
        assert_eq!(once.bytes, b"k %41%42 z");
        let inner = replaced("k %41%42 z", "%41%42", "AB", "again");
        let twice = inner.onto(&once);
        assert_eq!(twice.bytes, b"k AB z");
        assert_eq!(twice.source_of(2..4), 2..12);
        assert_eq!(twice.source_of(5..6), 13..14);
        let chains: Vec<_> = twice.pieces.iter().map(|piece| piece.chain.to_vec()).collect();
        assert_eq!(chains, [vec![], vec!["percent", "again"], vec![]]);
    }

    #[test]
    fn steady_replacements_are_one_piece() {
        let read = replaced("\\x41\\x41\\x41", "\\x41", "A", "escapes");
        assert_eq!(read.pieces.len(), 1);
        assert_eq!(read.source_of(1..2), 4..8);
    }
}
