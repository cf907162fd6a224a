//! How far the search of one object has come.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::containers::{Container, Expense};
use super::marks::{Marks, find};
use super::space::{Lines, SearchedSpace};
use super::utf16_lines::Utf16Lines;
use super::views::{self, View, Views};
use super::windows::SearchedText;
use super::{BLOCK_BYTES, HEAD_BYTES, Open, Reaches, Searched, Searcher, Spent, TAIL_BYTES};
use crate::cause::Cause;
use crate::decode::archive::{Archive, Located};
use crate::decode::markup;
use crate::decode::rewrite::Chain;
use crate::decode::utf16::{self, ByteOrder};
use crate::haystack::{Position, Source, Space};
use crate::limits::Limits;
use crate::matcher::{Candidate, Found, Incomplete};

/// The object as it is.
const PLAIN: Space = Space(0);
/// The object decoded as a whole from UTF-16.
const MARKED_UTF16: Space = Space(1);
/// Runs of UTF-16 in the object.
const UTF16_RUNS: Space = Space(2);

/// How far the search of one object has come.
#[derive(Debug)]
pub(super) struct Progress<'m> {
    searcher: Searcher<'m>,
    source: Source,
    /// Offset of the next block in the object.
    offset: u64,
    /// Where the next block begins, as lines of bytes and as lines of decoded text.
    position: Position,
    decoded_position: Position,
    utf16_lines: Utf16Lines,
    /// Bytes at the start of the next block whose candidates were reported already.
    reported: usize,
    byte_order: Option<ByteOrder>,
    candidate_count: usize,
    decoded_bytes: usize,
    /// Containers that the text of the object holds, encoded.
    containers: Vec<Container>,
    expense: Option<Box<Expense>>,
    searched: Searched,
}

impl<'m> Progress<'m> {
    pub(super) fn new(searcher: Searcher<'m>, source: Source) -> Progress<'m> {
        Progress {
            searcher,
            source,
            offset: 0,
            position: Position::START,
            decoded_position: Position::START,
            utf16_lines: Utf16Lines::START,
            reported: 0,
            byte_order: None,
            candidate_count: 0,
            decoded_bytes: 0,
            containers: Vec::new(),
            expense: None,
            searched: Searched::default(),
        }
    }

    /// Searches a block that others follow; returns how far behind its start the next begins.
    pub(super) fn block(&mut self, block: &[u8]) -> usize {
        let report_end = block.len().saturating_sub(TAIL_BYTES);
        let consumed = report_end.saturating_sub(HEAD_BYTES);
        let runs = self.search(block, self.reported..report_end, false);
        let passed = block.get(..consumed).unwrap_or_default();
        self.position = self.position.after(passed);
        self.pass_utf16(block, &runs, consumed);
        if let Some(order) = self.byte_order {
            let mut text = Vec::new();
            order.decode(passed, &mut text);
            self.decoded_position = self.decoded_position.after(&text);
        }
        self.offset += consumed as u64;
        self.reported = report_end - consumed;
        consumed
    }

    pub(super) fn last_block(&mut self, block: &[u8]) {
        // Nothing begins behind the last byte, and everything before it counts.
        let _ = self.search(block, self.reported..block.len(), self.offset == 0);
    }

    /// Searches a part of an object: plain text, of which no more is to be told than what it holds.
    pub(super) fn part(&mut self, bytes: &[u8]) {
        self.search_text(bytes, 0..bytes.len(), false);
        self.open_containers();
    }

    /// The search has ended.
    pub(super) fn into_searched(mut self) -> Searched {
        self.searched.spent = Spent {
            candidates: self.candidate_count,
            decoded_bytes: self.decoded_bytes,
            containers: self.expense.is_some(),
        };
        self.searched
    }

    /// Searches what is packed in the object, which is a container from `start` on.
    pub(super) fn unpack(&mut self, bytes: Vec<u8>, archive: Archive, start: u64) {
        self.containers.push(Container {
            bytes,
            archive,
            chain: Chain::from([]),
            position: Position::START,
            inner_path: None,
            depth: 0,
            cut: false,
            searched_in: Some((PLAIN, start)),
        });
        self.open_containers();
    }

    fn open_containers(&mut self) {
        while let Some(container) = self.containers.pop() {
            let expense = self.expense.take();
            let mut expense = expense.unwrap_or_else(|| Box::new(Expense::new(self.limits())));
            self.open_container(container, &mut expense);
            self.expense = Some(expense);
        }
    }

    pub(super) fn limits(&self) -> &'m Limits {
        self.searcher.limits
    }

    fn search_text(&mut self, block: &[u8], report: Range<usize>, complete: bool) {
        let space = SearchedSpace {
            id: PLAIN,
            bytes: block,
            offset: self.offset,
            lines: Lines::Counted(self.position),
            chain: Chain::from([]),
            inner_path: None,
            complete,
            breaks: OnceLock::new(),
        };
        self.search_space(&space, &report);
    }

    /// Gives the runs of UTF-16 in `block`.
    fn search(&mut self, block: &[u8], report: Range<usize>, complete: bool) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        self.search_text(block, report.clone(), complete);
        // Names are separated by zeros, which would make single letters look like UTF-16.
        if self.source != Source::TreeName {
            if self.offset == 0 {
                self.byte_order = ByteOrder::of_mark(block);
            }
            if let Some(order) = self.byte_order {
                self.search_utf16(block, report.clone(), order);
            }
            runs = utf16::runs(block);
            for run in &mut runs {
                *run = self.utf16_lines.trimmed(block, run);
            }
            self.search_utf16_runs(block, &runs, &report);
        }
        self.open_containers();
        runs
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
        let position = self.decoded_position;
        let space = utf16_space(MARKED_UTF16, &bytes, self.offset, position);
        self.search_space(&space, &(report_start..report_end));
    }

    /// Searches what looks like UTF-16 in a block, wherever it begins.
    fn search_utf16_runs(&mut self, block: &[u8], runs: &[Range<usize>], report: &Range<usize>) {
        let mut lines = self.utf16_lines;
        for run in runs {
            let first = self.offset + run.start as u64;
            let position = lines.begin(block, self.offset, run);
            lines.end(block, self.offset, run.end);
            if self.byte_order.is_some_and(|order| order.covers(first)) {
                continue;
            }
            let mut bytes = Vec::with_capacity(run.len() / 2 + 1);
            utf16::decode_run(block.get(run.clone()).unwrap_or_default(), &mut bytes);
            let to_text = |at: usize| at.saturating_sub(run.start).div_ceil(2).min(bytes.len());
            let report = to_text(report.start)..to_text(report.end);
            // Two bytes of the file are one column of the text.
            let position = Position { line: position.line, column: position.column.div_ceil(2) };
            let space = utf16_space(UTF16_RUNS, &bytes, first, position);
            self.search_space(&space, &report);
        }
    }

    /// Counts the lines of what the next block does not hold, `runs` of UTF-16 among it.
    fn pass_utf16(&mut self, block: &[u8], runs: &[Range<usize>], consumed: usize) {
        for run in runs.iter().take_while(|run| run.start < consumed) {
            self.utf16_lines.begin(block, self.offset, run);
            self.utf16_lines.end(block, self.offset, run.end.min(consumed));
        }
        self.utf16_lines.tail(block, self.offset, consumed, self.position);
    }

    /// Searches a space: as it is, and what of it may be read in other ways.
    ///
    /// Candidates count that begin in `report`, or whose source does.
    pub(super) fn search_space(&mut self, space: &SearchedSpace<'_>, report: &Range<usize>) {
        if self.is_late() {
            return;
        }
        self.search_text_of(&SearchedText { source: self.source, space, read: None }, report);
    }

    /// Searches an office document once more, without its markup.
    pub(super) fn search_without_markup(&mut self, space: &SearchedSpace<'_>) {
        let len = space.bytes.len();
        for start in (0..len).step_by(BLOCK_BYTES) {
            if self.is_late() {
                return;
            }
            let report = start..len.min(start + BLOCK_BYTES);
            let from = start.saturating_sub(HEAD_BYTES);
            let Some(read) = markup::read(space.bytes, from..len.min(report.end + TAIL_BYTES))
            else {
                continue;
            };
            self.decoded_bytes += report.len();
            if self.decoded_bytes > self.limits().decoded_bytes_per_object_max {
                self.note(Open::limit(Cause::LimitReached, "decoded_bytes_per_object_max"));
                return;
            }
            let text = SearchedText { source: self.source, space, read: Some(&read) };
            self.search_text_of(&text, &report);
        }
    }

    /// Searches a text: as it is, and what of it may be read in other ways.
    fn search_text_of(&mut self, text: &SearchedText<'_>, report: &Range<usize>) {
        let limits = self.limits();
        let SearchedText { space, read, .. } = *text;
        let (mut marks, outcome) = Marks::of(text.bytes(), self.searcher.matcher, limits);
        self.note_incomplete(outcome);
        if read.is_none() {
            self.searched.reaches = Reaches::of(&marks.found, text.bytes().len());
        }
        // What was found in time counts, whether or not there is time for more.
        let is_late = self.is_late();
        let candidates = &mut marks.found.candidates;
        candidates.retain(|candidate| {
            let span = candidate.span;
            let start =
                read.map_or(span.start(), |read| read.source_of(span.start()..span.end()).start);
            report.contains(&start)
        });
        self.keep(text, candidates);

        if is_late {
            return;
        }
        if limits.decode_depth_max == 0 {
            let hides = views::hide_something(text.bytes(), &marks.long, limits);
            if hides || !marks.numbers.is_empty() {
                self.note(Open::limit(Cause::LimitReached, "decode_depth_max"));
            }
            // It may have been cut short.
            self.is_late();
            return;
        }
        let mut views = Views::of_text(text.bytes(), read, marks, limits);
        while let Some(view) = views.next() {
            if self.is_late() {
                return;
            }
            self.decoded_bytes += view.text.bytes.len();
            if self.decoded_bytes > limits.decoded_bytes_per_object_max {
                self.note(Open::limit(Cause::LimitReached, "decoded_bytes_per_object_max"));
                return;
            }
            if let Some(located) = view.container() {
                self.wait_for(space, view, located, report);
                continue;
            }
            self.search_view(space, &view, report);
            if view.depth < limits.decode_depth_max {
                views.descend(view);
            } else if view.hides_more(limits) {
                self.note(Open::limit(Cause::LimitReached, "decode_depth_max"));
            }
        }
        // The last one may have been cut short.
        self.is_late();
    }

    /// Keeps what a run of a space says, which is a container, until the space is searched.
    fn wait_for(
        &mut self,
        space: &SearchedSpace<'_>,
        view: View,
        located: Located,
        report: &Range<usize>,
    ) {
        let source = view.text.source_of(0..view.text.bytes.len());
        if report.contains(&source.start) {
            let chains = view.text.pieces.first().map(|piece| &piece.chain);
            let container = Container {
                archive: located.archive,
                chain: space
                    .chain
                    .iter()
                    .chain(chains.into_iter().flat_map(|c| c.iter()))
                    .copied()
                    .collect(),
                position: space.position_of(source.start),
                inner_path: space.inner_path.clone(),
                depth: 0,
                cut: source.end >= space.bytes.len() && !space.complete,
                searched_in: None,
                bytes: view.text.bytes,
            };
            self.containers.push(container.from(located.start));
        }
    }

    fn search_view(&mut self, space: &SearchedSpace<'_>, view: &View, report: &Range<usize>) {
        let mut found = Found::default();
        let matcher = self.searcher.matcher;
        let outcome = find(&view.text.bytes, matcher, self.limits(), &mut found);
        self.note_incomplete(outcome);
        found.candidates.retain(|candidate| {
            let span = candidate.span;
            let source = view.text.source_of(span.start()..span.end());
            report.contains(&source.start) && view.differs_near(span)
        });
        let text = SearchedText { source: self.source, space, read: Some(&view.text) };
        self.keep(&text, &found.candidates);
    }

    fn note_incomplete(&mut self, outcome: Result<(), Incomplete>) {
        match outcome {
            Ok(()) => (),
            Err(Incomplete::TooManyCandidates) => {
                self.note(Open::limit(Cause::TooManyCandidates, "candidates_per_object_max"));
            }
            Err(Incomplete::Damaged(_)) => {
                self.note(Open { cause: Cause::RuleDamaged, limit: None });
            }
        }
    }

    /// Keeps `candidates`, as many as there may be; what was found before and dismissed by the
    /// search itself does not count.
    fn keep(&mut self, text: &SearchedText<'_>, candidates: &[Candidate]) {
        let left = self.limits().candidates_per_object_max.saturating_sub(self.candidate_count);
        let kept = match candidates.get(..left) {
            Some(kept) if kept.len() < candidates.len() => {
                self.note_incomplete(Err(Incomplete::TooManyCandidates));
                kept
            }
            _ => candidates,
        };
        self.candidate_count += candidates.len();
        text.cut(kept, &mut self.searched.windows);
    }

    /// Whether there is no time left; then what is not searched yet is open.
    pub(super) fn is_late(&mut self) -> bool {
        let is_late = self.limits().is_late();
        if is_late {
            // Whatever else is open: more than that was not looked at.
            self.searched.open = Some(Open::limit(Cause::OutOfTime, "deadline_ms"));
        }
        is_late
    }

    /// Counts a container of which something could not be read.
    pub(super) fn note_unreadable(&mut self) {
        self.searched.unreadable += 1;
    }

    pub(super) fn note(&mut self, open: Open) {
        self.searched.open.get_or_insert(open);
    }
}

/// A space of text that was decoded from UTF-16 and has lines of its own.
fn utf16_space(id: Space, bytes: &[u8], offset: u64, position: Position) -> SearchedSpace<'_> {
    SearchedSpace {
        id,
        bytes,
        offset,
        lines: Lines::Counted(position),
        chain: Arc::from([utf16::NAME]),
        inner_path: None,
        complete: false,
        breaks: OnceLock::new(),
    }
}
