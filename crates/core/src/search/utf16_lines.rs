//! Lines of an object in which UTF-16 without a byte-order mark stands.
//!
//! Half of a letter may be the byte of a line feed: `上` is `0A 4E` or `4E 0A`. So lines are counted
//! by bytes in plain text and in what is ASCII in UTF-16, and by code units in what stands there
//! else.

use std::ops::Range;

use crate::decode::utf16::ByteOrder;
use crate::haystack::Position;

/// Bytes beside a run of UTF-16, with no blank among them, that may be plain text.
const PLAIN_BYTES_MIN: usize = 64;
/// Plain text has fewer line feeds than one among as many bytes.
const BYTES_PER_LINE_MIN: usize = 4;

/// How far the lines of an object are counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Utf16Lines {
    position: Position,
    /// Offset in the object of what is not counted yet, and the byte before it.
    offset: u64,
    before: Option<u8>,
    /// The order of the run that ends here or was the last before.
    order: Option<ByteOrder>,
}

impl Utf16Lines {
    pub(super) const START: Utf16Lines =
        Utf16Lines { position: Position::START, offset: 0, before: None, order: None };

    /// `run` without a line feed at either end that is half of a letter beside it.
    ///
    /// `block` holds what is not counted yet, from its first byte on.
    pub(super) fn trimmed(&self, block: &[u8], run: &Range<usize>) -> Range<usize> {
        let half_of_letter = |at: usize, beside: Option<&u8>| {
            block.get(at) == Some(&b'\n') && beside.is_some_and(|&byte| byte != 0)
        };
        let Range { mut start, mut end } = *run;
        let last = end.saturating_sub(1);
        match self.order_of(start) {
            ByteOrder::Big => {
                let before = match start.checked_sub(1) {
                    Some(before) => block.get(before),
                    None => self.before.as_ref(),
                };
                if half_of_letter(start, before) {
                    start = (start + 2).min(end);
                }
            }
            ByteOrder::Little => {
                if half_of_letter(last, block.get(end)) {
                    end = end.saturating_sub(2).max(start);
                }
            }
        }
        start..end
    }

    /// Where `run` begins. Runs come in their order, and `block` begins at `start` of the object.
    pub(super) fn begin(&mut self, block: &[u8], start: u64, run: &Range<usize>) -> Position {
        let first = usize::from(!start.is_multiple_of(2)) + run.start;
        let order = order_at(first);
        let gap = self.rest(block, start, run.start);
        let is_between = self.order == Some(order) || self.order.is_none() && self.offset == 0;
        self.pass(gap, Some(order), is_between);
        self.order = Some(order);
        self.position
    }

    /// Counts a run, or as much of it as lies before `end`.
    pub(super) fn end(&mut self, block: &[u8], start: u64, end: usize) {
        let run = self.rest(block, start, end);
        self.position = self.position.after(run);
        self.note(run);
    }

    /// Counts what follows the last run, up to `end`. `position` is that of its end, if all there
    /// is before it is plain.
    pub(super) fn tail(&mut self, block: &[u8], start: u64, end: usize, position: Position) {
        let tail = self.rest(block, start, end);
        match self.order {
            // Hardly any object has UTF-16 in it: this costs nothing.
            None => {
                self.position = position;
                self.note(tail);
            }
            order => self.pass(tail, order, true),
        }
    }

    /// Text in UTF-16 mostly begins at an even offset; `at` is one of what is not counted yet.
    fn order_of(&self, at: usize) -> ByteOrder {
        order_at(usize::from(!self.offset.is_multiple_of(2)) + at)
    }

    fn rest<'b>(&self, block: &'b [u8], start: u64, end: usize) -> &'b [u8] {
        let from = usize::try_from(self.offset.saturating_sub(start)).unwrap_or(usize::MAX);
        block.get(from..end).unwrap_or_default()
    }

    /// Counts `gap`, beside which there is text in this order.
    fn pass(&mut self, gap: &[u8], order: Option<ByteOrder>, is_between: bool) {
        self.position = match order {
            Some(order) if !is_plain(gap, is_between) => {
                let from = usize::from(!self.offset.is_multiple_of(2));
                after_units(self.position, gap, from, order)
            }
            _ => self.position.after(gap),
        };
        self.note(gap);
    }

    fn note(&mut self, counted: &[u8]) {
        self.offset += counted.len() as u64;
        self.before = counted.last().copied().or(self.before);
    }
}

fn order_at(first: usize) -> ByteOrder {
    if first.is_multiple_of(2) { ByteOrder::Little } else { ByteOrder::Big }
}

/// Whether `gap` is text with one byte for a letter, but for zeros of the runs beside it.
fn is_plain(gap: &[u8], is_between: bool) -> bool {
    let gap = gap.strip_prefix(b"\0").unwrap_or(gap);
    let gap = gap.strip_suffix(b"\0").unwrap_or(gap);
    if is_between && gap.len() < PLAIN_BYTES_MIN {
        return false;
    }
    let is_control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    memchr::memchr_iter(b'\n', gap).count() * BYTES_PER_LINE_MIN <= gap.len()
        && !gap.iter().any(is_control)
        && std::str::from_utf8(gap).is_ok()
}

/// The position after `units`, of which the first begins at `from`.
fn after_units(position: Position, units: &[u8], from: usize, order: ByteOrder) -> Position {
    let line_end = match order {
        ByteOrder::Little => *b"\n\0",
        ByteOrder::Big => *b"\0\n",
    };
    let (pairs, _) = units.get(from..).unwrap_or_default().as_chunks::<2>();
    let ends = pairs.iter().filter(|pair| **pair == line_end).count() as u64;
    match pairs.iter().rposition(|pair| *pair == line_end) {
        None => Position { column: position.column + units.len() as u64, ..position },
        Some(last) => {
            let line_feed = from + 2 * last + usize::from(order == ByteOrder::Big);
            Position { line: position.line + ends, column: (units.len() - line_feed) as u64 }
        }
    }
}
