//! Candidates to windows: the text around them, and where it stands.

use std::ops::Range;
use std::sync::Arc;

use super::space::SearchedSpace;
use crate::decode::rewrite::{Chain, Rewritten};
use crate::haystack::{Source, Stretch, Window, united};
use crate::lines::{line_end, line_start};
use crate::matcher::Candidate;

/// Bytes of surroundings on either side of a candidate that its window holds, if they are there.
pub(super) const CONTEXT_BYTES: usize = 1024;

/// Bytes of a window, unless a single candidate with its surroundings is longer.
const WINDOW_BYTES_MAX: usize = 32 << 10;

/// Candidates of a window.
const WINDOW_CANDIDATES_MAX: usize = 128;

/// A text that was searched: a space as it is, or read in another way.
pub(super) struct SearchedText<'t> {
    pub(super) source: Source,
    pub(super) space: &'t SearchedSpace<'t>,
    pub(super) read: Option<&'t Rewritten>,
}

impl SearchedText<'_> {
    /// The text.
    pub(super) fn bytes(&self) -> &[u8] {
        self.read.map_or(self.space.bytes, |read| &read.bytes)
    }

    /// Cuts the windows of `candidates`, which are sorted.
    pub(super) fn cut(&self, candidates: &[Candidate], windows: &mut Vec<Window>) {
        let mut rest = candidates;
        while let Some((range, together)) = next_window(self.bytes(), rest) {
            let (members, others) = rest.split_at(together);
            rest = others;
            windows.push(self.window(range, members));
        }
    }

    fn window(&self, range: Range<usize>, members: &[Candidate]) -> Window {
        let stretches = match self.read {
            None => self.verbatim(range.clone()),
            Some(read) => self.decoded(read, range.clone()),
        };
        Window {
            text: self.bytes().get(range.clone()).unwrap_or_default().to_vec(),
            source: self.source,
            space: self.space.id,
            decoded_from: united(stretches.iter().map(|stretch: &Stretch| &stretch.chain)),
            stretches,
            inner_path: self.space.inner_path.clone(),
            complete: self.space.complete
                && self.read.is_none()
                && range == (0..self.space.bytes.len()),
            candidates: members
                .iter()
                .filter_map(|candidate| {
                    let span = candidate.span.shifted_left(range.start)?;
                    Some(Candidate { rule: candidate.rule, span })
                })
                .collect(),
        }
    }

    fn verbatim(&self, range: Range<usize>) -> Vec<Stretch> {
        vec![Stretch {
            at: 0,
            from: self.space.offset + range.start as u64,
            from_len: range.len() as u64,
            position: self.space.position_of(range.start),
            verbatim: self.space.counts_lines(),
            chain: Arc::clone(&self.space.chain),
        }]
    }

    /// The stretches of a window of decoded text. Where the source of one goes over lines, it is
    /// divided, so that each part knows its line.
    fn decoded(&self, read: &Rewritten, range: Range<usize>) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        for (piece, len) in read.pieces_of(range.clone()) {
            let part = piece.at.max(range.start)..(piece.at + len).min(range.end);
            // A piece of nothing is what was taken away between two others.
            if part.start > part.end || part.is_empty() && len > 0 {
                continue;
            }
            let verbatim = piece.chain.is_empty() && self.space.counts_lines();
            let chain: Chain = if piece.chain.is_empty() {
                Arc::clone(&self.space.chain)
            } else {
                self.space.chain.iter().chain(piece.chain.iter()).copied().collect()
            };
            let source = read.source_of(part.clone());
            let add = |at: usize, from: usize, end: usize| Stretch {
                at: at - range.start,
                from: self.space.offset + from as u64,
                from_len: end.saturating_sub(from) as u64,
                position: self.space.position_of(from),
                verbatim,
                chain: Arc::clone(&chain),
            };
            let mut from = source.start;
            let mut at = part.start;
            if !verbatim {
                for line in self.space.lines_in(source.clone()) {
                    // The first byte of the text that was read from this line.
                    let before = (line - source.start) * part.len() / source.len().max(1);
                    let next = part.start + before;
                    if next > at {
                        stretches.push(add(at, from, line));
                        (from, at) = (line, next);
                    }
                }
            }
            stretches.push(add(at, from, source.end));
        }
        stretches
    }
}

/// The range of the next window, and how many of the candidates it holds.
fn next_window(text: &[u8], candidates: &[Candidate]) -> Option<(Range<usize>, usize)> {
    let first = candidates.first()?;
    let start = line_start(text, first.span.start().saturating_sub(CONTEXT_BYTES));
    let mut end = 0;
    let mut together = 0;
    for candidate in candidates.iter().take(WINDOW_CANDIDATES_MAX) {
        let reaches = candidate.span.end().max(end);
        let fits = reaches.saturating_sub(start) <= WINDOW_BYTES_MAX;
        if together > 0 && !(fits && candidate.span.start() <= end + 2 * CONTEXT_BYTES) {
            break;
        }
        end = reaches;
        together += 1;
    }
    let end = line_end(text, end.saturating_add(CONTEXT_BYTES).min(text.len()));
    Some((start..end, together))
}
