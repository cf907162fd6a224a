//! A text that was read differently, and where each of its bytes comes from.
//!
//! Decoders copy most of a text as it is and replace some stretches of it ([`Rewriter`]). What
//! results ([`Rewritten`]) knows for each stretch where it stood ([`Piece`]), so a secret in it can
//! be shown where a person sees it, however many decoders were at work ([`Rewritten::onto`]).

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
        let scaled = (distance as u128) * (self.from_len as u128) / (len.max(1) as u128);
        self.from + usize::try_from(scaled).unwrap_or(self.from_len)
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
        (first..self.pieces.len())
            .map_while(move |index| {
                let piece = self.pieces.get(index)?;
                let end = self.pieces.get(index + 1).map_or(self.bytes.len(), |next| next.at);
                Some((piece, end.saturating_sub(piece.at)))
            })
            .take_while(move |(piece, _)| piece.at < range.end.max(range.start + 1))
    }

    /// What `range` of the text was read from.
    #[must_use]
    pub fn source_of(&self, range: Range<usize>) -> Range<usize> {
        let mut pieces = self.pieces_of(range.clone());
        let Some((first, len)) = pieces.next() else { return 0..0 };
        let (last, last_len) = pieces.last().unwrap_or((first, len));
        let start = first.source_of(range.start, len);
        start..last.source_of(range.end, last_len).max(start)
    }

    /// The same text, its pieces read from what `self` was read from through `outer`.
    #[must_use]
    pub fn onto(self, outer: &Rewritten) -> Rewritten {
        let mut pieces = Vec::with_capacity(self.pieces.len());
        for index in 0..self.pieces.len() {
            let Some(piece) = self.pieces.get(index) else { break };
            let end = self.pieces.get(index + 1).map_or(self.bytes.len(), |next| next.at);
            if piece.chain.is_empty() {
                let range = piece.from..piece.from + end.saturating_sub(piece.at);
                copied(piece.at, range, outer, &mut pieces);
            } else {
                let source = outer.source_of(piece.from..piece.from + piece.from_len);
                let under = outer.pieces_of(piece.from..piece.from + 1).next();
                let before = under.map_or(&[][..], |(outer, _)| &outer.chain);
                pieces.push(Piece {
                    at: piece.at,
                    from: source.start,
                    from_len: source.len(),
                    chain: before.iter().chain(piece.chain.iter()).copied().collect(),
                });
            }
        }
        Rewritten { bytes: self.bytes, pieces }
    }
}

/// Adds the pieces of `outer` that hold `range`, as they stand in a text that copied them.
fn copied(at: usize, range: Range<usize>, outer: &Rewritten, pieces: &mut Vec<Piece>) {
    if range.is_empty() {
        return;
    }
    for (piece, len) in outer.pieces_of(range.clone()) {
        let start = piece.at.max(range.start);
        let end = (piece.at + len).min(range.end);
        let from = piece.source_of(start, len);
        pieces.push(Piece {
            at: at + (start - range.start),
            from,
            from_len: piece.source_of(end, len).saturating_sub(from),
            chain: Arc::clone(&piece.chain),
        });
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

    /// Replaces `range` of the source by `bytes`, which the decoders `names` have read there.
    ///
    /// A range that begins before the last one ended is left as it is.
    pub fn replace(&mut self, range: Range<usize>, bytes: &[u8], names: &[&'static str]) {
        if range.start < self.next {
            return;
        }
        self.copy_to(range.start);
        let chain = self.chain(names);
        let at = self.rewritten.bytes.len();
        let (from, from_len) = (range.start, range.len());
        // A piece for each character of a text that is escaped as a whole would be many.
        let goes_on = self.rewritten.pieces.last_mut().filter(|last| {
            let steady = last.from_len * bytes.len() == (at - last.at) * from_len;
            Arc::ptr_eq(&last.chain, &chain) && last.from + last.from_len == from && steady
        });
        match goes_on {
            Some(last) => last.from_len += from_len,
            None => self.rewritten.pieces.push(Piece { at, from, from_len, chain }),
        }
        self.rewritten.bytes.extend_from_slice(bytes);
        self.next = range.end;
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
        let chain = self.chain(&[]);
        let at = self.rewritten.bytes.len();
        self.rewritten.pieces.push(Piece { at, from: self.next, from_len: bytes.len(), chain });
        self.rewritten.bytes.extend_from_slice(bytes);
        self.next = end;
    }

    /// The chain of the decoders `names`, the same one each time.
    fn chain(&mut self, names: &[&'static str]) -> Chain {
        if let Some(known) = self.chains.iter().find(|chain| ***chain == *names) {
            return Arc::clone(known);
        }
        let chain = Chain::from(names);
        self.chains.push(Arc::clone(&chain));
        chain
    }
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
            rewriter.replace(at..at + from.len(), to.as_bytes(), &[name]);
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
