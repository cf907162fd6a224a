//! An object's bytes to windows with candidates.
//!
//! An object is searched in blocks, whether it lies in memory ([`Searcher::whole`]) or comes in
//! pieces ([`Searcher::stream`]), so a large one needs no more memory than two blocks. Blocks
//! overlap: a candidate is reported by the block in which it has its whole surroundings.
//!
//! ```text
//! block 1  ├──────────────────── reported here ────────────────────┤─ tail ─┤
//! block 2                                            ├─ head ─┤──── reported here ────…
//! ```

use std::ops::Range;

use crate::cause::Cause;
use crate::decode::utf16::{self, ByteOrder};
use crate::haystack::{Position, Source, Window};
use crate::limits::Limits;
use crate::matcher::{Candidate, Found, Incomplete, MATCH_BYTES_MAX, Matcher};

/// Bytes of a block. Even, as are the two below: blocks begin at whole UTF-16 units.
const BLOCK_BYTES: usize = 4 << 20;

/// Bytes before a reported candidate that a block holds at least.
const HEAD_BYTES: usize = 16 << 10;

/// Bytes from a reported candidate's start that a block holds at least: the longest match of any
/// rule with its surroundings, in UTF-16.
const TAIL_BYTES: usize = 16 << 10;
const _: () = assert!(2 * (MATCH_BYTES_MAX + CONTEXT_BYTES + LINE_BYTES_MAX) <= TAIL_BYTES);

/// Bytes of surroundings on either side of a candidate that its window holds, if they are there.
const CONTEXT_BYTES: usize = 1024;

/// Bytes by which a window may grow on either side to begin and end with a line.
const LINE_BYTES_MAX: usize = 512;

/// Bytes of a window, unless a single candidate with its surroundings is longer.
const WINDOW_BYTES_MAX: usize = 32 << 10;

/// Candidates of a window.
const WINDOW_CANDIDATES_MAX: usize = 128;

/// What a search of one object found.
#[derive(Debug, Default)]
pub struct Searched {
    /// Text around candidates, in the order of the object.
    pub windows: Vec<Window>,
    /// What kept the search from being complete.
    pub cause: Option<Cause>,
}

/// Searches objects with one matcher.
#[derive(Clone, Copy, Debug)]
pub struct Searcher<'m> {
    matcher: &'m Matcher,
    limits: &'m Limits,
}

impl<'m> Searcher<'m> {
    /// A searcher that finds what `matcher` finds.
    #[must_use]
    pub fn new(matcher: &'m Matcher, limits: &'m Limits) -> Searcher<'m> {
        Searcher { matcher, limits }
    }

    /// Searches an object that lies in memory.
    #[must_use]
    pub fn whole(self, source: Source, bytes: &[u8]) -> Searched {
        let mut progress = Progress::new(self, source);
        let mut start = 0;
        loop {
            let rest = bytes.get(start..).unwrap_or_default();
            match rest.get(..BLOCK_BYTES) {
                Some(block) if rest.len() > BLOCK_BYTES => start += progress.block(block),
                _ => {
                    progress.last_block(rest);
                    return progress.searched;
                }
            }
        }
    }

    /// Searches an object that comes in pieces.
    #[must_use]
    pub fn stream(self, source: Source) -> Stream<'m> {
        Stream { progress: Progress::new(self, source), buffer: Vec::new() }
    }
}

/// A search of an object that comes in pieces of any size.
#[derive(Debug)]
pub struct Stream<'m> {
    progress: Progress<'m>,
    buffer: Vec<u8>,
}

impl Stream<'_> {
    /// Takes the next bytes of the object.
    pub fn push(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            // A full block is searched only when it is known not to be the last one.
            if self.buffer.len() == BLOCK_BYTES {
                let consumed = self.progress.block(&self.buffer);
                self.buffer.drain(..consumed);
            }
            let (head, tail) = piece.split_at(piece.len().min(BLOCK_BYTES - self.buffer.len()));
            self.buffer.extend_from_slice(head);
            piece = tail;
        }
    }

    /// The object has ended.
    #[must_use]
    pub fn finish(mut self) -> Searched {
        self.progress.last_block(&self.buffer);
        self.progress.searched
    }
}

/// How far the search of one object has come.
#[derive(Debug)]
struct Progress<'m> {
    searcher: Searcher<'m>,
    source: Source,
    /// Offset of the next block in the object.
    offset: u64,
    /// Where the next block begins, as lines of bytes and as lines of decoded text.
    position: Position,
    decoded_position: Position,
    /// Bytes at the start of the next block whose candidates were reported already.
    reported: usize,
    byte_order: Option<ByteOrder>,
    candidate_count: usize,
    searched: Searched,
}

/// A text to search, and which of its candidates count.
struct Text<'t> {
    bytes: &'t [u8],
    report: Range<usize>,
    position: Position,
    decoded_from: Vec<&'static str>,
    complete: bool,
}

impl<'m> Progress<'m> {
    fn new(searcher: Searcher<'m>, source: Source) -> Progress<'m> {
        Progress {
            searcher,
            source,
            offset: 0,
            position: Position::START,
            decoded_position: Position::START,
            reported: 0,
            byte_order: None,
            candidate_count: 0,
            searched: Searched::default(),
        }
    }

    /// Searches a block that others follow; returns how far behind its start the next begins.
    fn block(&mut self, block: &[u8]) -> usize {
        let report_end = block.len().saturating_sub(TAIL_BYTES);
        self.search(block, self.reported..report_end, false);

        let consumed = report_end.saturating_sub(HEAD_BYTES);
        let passed = block.get(..consumed).unwrap_or_default();
        self.position = self.position.after(passed);
        if let Some(order) = self.byte_order {
            let mut text = Vec::new();
            order.decode(passed, &mut text);
            self.decoded_position = self.decoded_position.after(&text);
        }
        self.offset += consumed as u64;
        self.reported = report_end - consumed;
        consumed
    }

    fn last_block(&mut self, block: &[u8]) {
        // Nothing begins behind the last byte, and everything before it counts.
        self.search(block, self.reported..block.len(), self.offset == 0);
    }

    fn search(&mut self, block: &[u8], report: Range<usize>, complete: bool) {
        self.search_text(&Text {
            bytes: block,
            report: report.clone(),
            position: self.position,
            decoded_from: Vec::new(),
            complete,
        });
        // Names are separated by zeros, which would make single letters look like UTF-16.
        if self.source != Source::TreeName {
            if self.offset == 0 {
                self.byte_order = ByteOrder::of_mark(block);
            }
            if let Some(order) = self.byte_order {
                self.search_utf16(block, report.clone(), order);
            }
            self.search_utf16_runs(block, &report);
        }
    }

    /// Searches a block of an object whose byte-order mark says that it is UTF-16.
    fn search_utf16(&mut self, block: &[u8], report: Range<usize>, order: ByteOrder) {
        let mut bytes = Vec::with_capacity(block.len() / 2);
        let mut decode = |range: Range<usize>| {
            order.decode(block.get(range).unwrap_or_default(), &mut bytes);
            bytes.len()
        };
        let report_start = decode(0..report.start);
        // An odd end cuts the last unit short; only the last block can have one.
        let report_end = decode(report.start..report.end);
        decode(report.end..block.len());
        self.search_text(&Text {
            bytes: &bytes,
            report: report_start..report_end,
            position: self.decoded_position,
            decoded_from: vec![utf16::NAME],
            complete: false,
        });
    }

    /// Searches what looks like UTF-16 in a block, wherever it begins.
    fn search_utf16_runs(&mut self, block: &[u8], report: &Range<usize>) {
        let mut known = 0;
        let mut position = self.position;
        for run in utf16::runs(block) {
            let first = self.offset + run.start as u64;
            if self.byte_order.is_some_and(|order| order.covers(first)) {
                continue;
            }
            position = position.after(block.get(known..run.start).unwrap_or_default());
            known = run.start;
            let mut bytes = Vec::with_capacity(run.len() / 2 + 1);
            utf16::decode_run(block.get(run.clone()).unwrap_or_default(), &mut bytes);
            let to_text = |at: usize| at.saturating_sub(run.start).div_ceil(2).min(bytes.len());
            self.search_text(&Text {
                bytes: &bytes,
                report: to_text(report.start)..to_text(report.end),
                // Two bytes of the file are one column of the text.
                position: Position { line: position.line, column: position.column.div_ceil(2) },
                decoded_from: vec![utf16::NAME],
                complete: false,
            });
        }
    }

    fn search_text(&mut self, text: &Text<'_>) {
        let left =
            self.searcher.limits.candidates_per_object_max.saturating_sub(self.candidate_count);
        let mut found = Found::default();
        if let Err(incomplete) = self.searcher.matcher.find(text.bytes, left, &mut found) {
            self.searched.cause = Some(match incomplete {
                Incomplete::TooManyCandidates => Cause::TooManyCandidates,
                Incomplete::Damaged(_) => Cause::RuleDamaged,
            });
        }
        let mut candidates = found.candidates;
        candidates.retain(|candidate| text.report.contains(&candidate.span.start()));
        self.candidate_count += candidates.len();
        cut_windows(text, self.source, &candidates, &mut self.searched.windows);
    }
}

/// Cuts the windows of `candidates`, which are sorted, out of `text`.
fn cut_windows(
    text: &Text<'_>,
    source: Source,
    candidates: &[Candidate],
    windows: &mut Vec<Window>,
) {
    let mut known = 0;
    let mut position = text.position;
    let mut rest = candidates;
    while let Some((range, together)) = next_window(text.bytes, rest) {
        let (members, others) = rest.split_at(together);
        rest = others;
        position = position.after(text.bytes.get(known..range.start).unwrap_or_default());
        known = range.start;
        windows.push(Window {
            text: text.bytes.get(range.clone()).unwrap_or_default().to_vec(),
            source,
            position,
            decoded_from: text.decoded_from.clone(),
            complete: text.complete && range == (0..text.bytes.len()),
            candidates: members
                .iter()
                .filter_map(|candidate| {
                    let span = candidate.span.shifted_left(range.start)?;
                    Some(Candidate { rule: candidate.rule, span })
                })
                .collect(),
        });
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

/// The start of the line of `at`, if it is near.
fn line_start(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(LINE_BYTES_MAX);
    let near = text.get(from..at).unwrap_or_default();
    match memchr::memrchr(b'\n', near) {
        Some(newline) => from + newline + 1,
        None if from == 0 => 0,
        None => at,
    }
}

/// The end of the line of `at`, if it is near.
fn line_end(text: &[u8], at: usize) -> usize {
    let near = text.get(at..text.len().min(at + LINE_BYTES_MAX)).unwrap_or_default();
    memchr::memchr(b'\n', near).map_or(at + near.len(), |newline| at + newline + 1)
}

#[cfg(test)]
mod tests;
