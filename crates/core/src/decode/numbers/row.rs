//! Numbers one behind the other.

use std::ops::Range;

use super::item::Way;
use super::{LETTERS_MIN, NAME, NUMBERS_MIN, SPAN_MAX, STEPS_MAX, extend};
use crate::decode::rewrite::Rewriter;
use crate::limits::Clock;

/// The row of numbers that are written in this way to which the one at `at` belongs; it begins at
/// `from` or behind that.
pub(super) fn around(text: &[u8], way: Way, from: usize, at: usize) -> Option<Range<usize>> {
    let (mut count, mut end) = (0, at);
    let mut next = Some(at);
    while let Some(item) = next.and_then(|next| way.letter(text, next)) {
        count += 1;
        end = item.end;
        next = way.next(text, end);
    }
    let mut start = at;
    while let Some(before) = way.before(text, from, start).filter(|_| count > 0) {
        count += 1;
        start = before;
    }
    (count >= NUMBERS_MIN).then_some(start..end)
}

/// What of a row says words, as it seems, as far as a few numbers together decide.
pub(super) fn saying(text: &[u8], way: Way, row: &Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut recent = Recent::default();
    let together = way.together();
    let mut at = Some(row.start);
    while let Some(start) = at
        && let Some(item) = way.letter(text, start).filter(|item| item.end <= row.end)
    {
        at = way.next(text, item.end);
        recent.add(start, item.byte, together);
        if let Some(first) = recent.first_of_words(together)
            && item.end - first <= SPAN_MAX
        {
            extend(&mut found, first..item.end);
        }
    }
    found
}

/// A number among others.
#[derive(Clone, Copy, Debug, Default)]
struct Number {
    start: usize,
    byte: u8,
    is_letter: bool,
    /// Whether it is as far from the one before as that from its own.
    is_step: bool,
}

/// The last numbers of a row.
#[derive(Debug, Default)]
struct Recent {
    ring: [Number; Way::TOGETHER_MAX],
    count: usize,
    letters: usize,
    steps: usize,
}

impl Recent {
    /// The number so many before the next one.
    fn back(&self, by: usize) -> Number {
        let at = self.count.checked_sub(by).map(|at| at % self.ring.len());
        at.and_then(|at| self.ring.get(at)).copied().unwrap_or_default()
    }

    /// Adds one; of the numbers before, `together` less one count with it.
    fn add(&mut self, start: usize, byte: u8, together: usize) {
        let (last, before) = (self.back(1).byte, self.back(2).byte);
        let is_step = self.count >= 2 && byte.wrapping_sub(last) == last.wrapping_sub(before);
        let number = Number { start, byte, is_letter: byte.is_ascii_alphabetic(), is_step };
        if self.count >= together {
            let gone = self.back(together);
            self.letters -= usize::from(gone.is_letter);
            self.steps -= usize::from(gone.is_step);
        }
        self.letters += usize::from(number.is_letter);
        self.steps += usize::from(number.is_step);
        let at = self.count % self.ring.len();
        self.ring.get_mut(at).into_iter().for_each(|place| *place = number);
        self.count += 1;
    }

    /// Where the last `together` begin, if they may be of a word: tables of numbers have other
    /// characters, and steps.
    fn first_of_words(&self, together: usize) -> Option<usize> {
        let first = self.back(together);
        // Whether the first two are steps, others decide.
        let outside = [first, self.back(together - 1)].iter().filter(|it| it.is_step).count();
        let few_steps = (self.steps - outside) * STEPS_MAX.1 <= together * STEPS_MAX.0;
        let many_letters = self.letters * LETTERS_MIN.1 >= together * LETTERS_MIN.0;
        (self.count >= together && few_steps && many_letters).then_some(first.start)
    }
}

/// Replaces each number of a row by what it says. What is one value is quoted.
pub(super) fn undo(
    text: &[u8],
    range: Range<usize>,
    way: Way,
    rewriter: &mut Rewriter<'_>,
    clock: &mut Clock,
) {
    let quote: &[u8] = if is_one_value(text, range.clone(), way) { b"\"" } else { b"" };
    let mut opens = quote;
    let mut at = Some(range.start);
    while let Some(start) = at
        && let Some(group) = Group::at(text, start..range.end, way)
        && !clock.is_late(group.end - start)
    {
        at = group.next;
        let (end, closes) = match at {
            Some(next) => (next, &b""[..]),
            // The zero that ends a string.
            None => (zero_behind(text, group.end, way).unwrap_or(group.end), quote),
        };
        rewriter.replace(start..end, &[opens, group.said(), closes], &[NAME]);
        opens = b"";
    }
}

/// Where the zero ends that is the number behind one that ends at `at`.
fn zero_behind(text: &[u8], at: usize, way: Way) -> Option<usize> {
    let item = way.item(text, way.next(text, at)?)?;
    (item.byte == 0).then_some(item.end)
}

/// A few numbers of one line. What each of them was read from is near enough if it is told for all
/// of them: so many pieces as there are bytes would be many.
struct Group {
    bytes: [u8; Group::LEN],
    len: usize,
    /// Where the last of them ends, and where the next begins, if there is one.
    end: usize,
    next: Option<usize>,
}

impl Group {
    const LEN: usize = 8;

    /// Those with which `range` begins.
    fn at(text: &[u8], range: Range<usize>, way: Way) -> Option<Group> {
        let mut group = Group { bytes: [0; Group::LEN], len: 0, end: range.start, next: None };
        let mut at = range.start;
        while let Some(place) = group.bytes.get_mut(group.len)
            && let Some(item) = way.letter(text, at)
            && item.end <= range.end
        {
            *place = item.byte;
            group.len += 1;
            group.end = item.end;
            group.next = way.next(text, item.end).filter(|next| *next < range.end);
            match group.next.and_then(|next| text.get(item.end..next)) {
                Some(gap) if !gap.contains(&b'\n') => at = item.end + gap.len(),
                _ => break,
            }
        }
        (group.len > 0).then_some(group)
    }

    fn said(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// Whether a row stands in brackets by itself and says something that a string can hold as it is.
fn is_one_value(text: &[u8], range: Range<usize>, way: Way) -> bool {
    let before = text.get(..range.start).unwrap_or_default().trim_ascii_end().last();
    if !before.is_some_and(|byte| b"[({".contains(byte)) {
        return false;
    }
    let mut at = Some(range.start);
    while let Some(item) = at.and_then(|at| way.letter(text, at)).filter(|it| it.end <= range.end) {
        if matches!(item.byte, b'"' | b'\\' | b'\n' | b'\r') {
            return false;
        }
        at = way.next(text, item.end);
    }
    true
}
