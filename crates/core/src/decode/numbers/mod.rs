//! Bytes that are written as numbers, one by one: `{0x41, 0x54}`, `[65, 84]`, `41 54`, and the lines
//! of a dump.
//!
//! Where digits stand close together is told block by block. What such a place is, its neighbourhood
//! alone decides, so a part of a text shows what the whole shows there.

mod dump;
mod item;
mod row;

use std::ops::Range;

use fearless_simd::{Simd, dispatch};

use self::item::{ITEM_MAX, Way, is_in_word, is_letter};
use super::blocks::{self, Lanes, Places};
use super::rewrite::{Rewriter, Rewritten};
use crate::limits::{Clock, Limits};
use crate::lines::{line_before, line_end, line_start};
use crate::processor;
use crate::ranges;

/// The decoder's name in findings.
pub const NAME: &str = "numbers";

/// Bytes of which some are looked at together.
const HALF: usize = blocks::BYTES / 2;

/// Digits of such a half in which numbers may stand, and short numbers.
const DIGITS_MIN: usize = 7;
const NUMBERS_MIN: usize = 3;

/// Bytes over which numbers go that say together whether they may be of a word. They stand in three
/// halves at most, so one of these has a third of them.
const SPAN_MAX: usize = blocks::BYTES;

/// Of how many letters among so many numbers they may be of a word, and how many of them may be as
/// far from the one before as that from its own.
const LETTERS_MIN: (usize, usize) = (3, 8);
const STEPS_MAX: (usize, usize) = (1, 4);

/// Bytes of a row on either side of a stretch that are read with it.
const BESIDE_BYTES: usize = 512;

/// Bytes that a line of a dump shows, at least, for it to say anything by itself.
const SHOWN_MIN: usize = 8;

/// Bytes of such a line up to the end of its digits, at most.
const DIGITS_END_MAX: usize = 160;

/// Bytes that decide whether numbers stand somewhere.
pub(crate) const REACH_BYTES: usize = DIGITS_END_MAX;
const _: () = assert!(SPAN_MAX + item::GAP_MAX <= REACH_BYTES);

/// How a stretch says bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Row(Way),
    Dump,
}

/// Numbers that say text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    range: Range<usize>,
    form: Form,
}

/// The stretches of a text that say text in numbers, as far as they were looked for.
#[derive(Debug, Default)]
pub struct Numbers {
    stretches: Vec<Stretch>,
    /// Where the next block begins.
    at: usize,
    /// Up to here all is known, and up to there the rows of each way.
    passed: usize,
    rows: [usize; Way::COUNT],
}

impl Numbers {
    /// All of `text`.
    #[must_use]
    pub fn of(text: &[u8]) -> Numbers {
        let mut numbers = Numbers::default();
        numbers.advance(text, text.len());
        numbers
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    /// Goes on in `text` to about `until`.
    pub fn advance(&mut self, text: &[u8], until: usize) {
        dispatch!(processor::level(), simd => self.advance_in(simd, text, until));
    }

    #[inline(always)]
    fn advance_in<S: Simd>(&mut self, simd: S, text: &[u8], until: usize) {
        while self.at < until {
            let rest = text.get(self.at..).unwrap_or_default();
            let lanes = Lanes::of(simd, rest);
            let digits = lanes.are_in(b'0', b'9');
            if have(digits.bits(), DIGITS_MIN) != [false; 2] {
                let letters = lanes.small().are_in(b'a', b'z') | lanes.are(b'_');
                let numbers = short_numbers(digits.bits(), (digits | letters).bits());
                if have(numbers, NUMBERS_MIN) != [false; 2] {
                    self.look(text, numbers);
                }
            }
            self.at += blocks::BYTES;
        }
    }

    /// What was found, in no order.
    pub fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.stretches.iter().map(|stretch| stretch.range.clone())
    }

    /// Looks at the halves of the block at hand that have many `numbers`.
    #[cold]
    fn look(&mut self, text: &[u8], numbers: u64) {
        let halves = have(numbers, NUMBERS_MIN).into_iter().zip([0, HALF]);
        for (_, start) in halves.filter(|(many, _)| *many) {
            let mut numbers = numbers & u64::from(u32::MAX) << start;
            for place in Places::of(numbers) {
                let fits = item::may_be_letter(text.get(self.at + place..).unwrap_or_default());
                numbers &= !(u64::from(!fits) << place);
            }
            if numbers.count_ones() as usize >= NUMBERS_MIN {
                Places::of(numbers).for_each(|place| self.number(text, self.at + place));
            }
        }
    }

    /// Adds what the number at `at` belongs to.
    fn number(&mut self, text: &[u8], at: usize) {
        if at < self.passed || !is_short_number(text, at) {
            return;
        }
        if dump::is_group(text, at)
            && let Some(line) = line_before(text, at, DIGITS_END_MAX)
            && let start = at - line.len()
            && start >= self.passed
        {
            self.dump(text, dump::first_before(text, self.passed, start));
        }
        // `41 54` may be both of the last two, and which of them says more is told at the end.
        let ways: &[Way] = match text.get(at + 1) {
            Some(b'x' | b'X') => &[Way::Marked],
            _ => &[Way::Decimal, Way::Pairs],
        };
        for &way in ways {
            let known = self.rows.get(way as usize).copied().unwrap_or_default();
            let from = self.passed.max(known);
            if at >= from
                && let Some(row) = row::around(text, way, from, at)
            {
                self.rows.get_mut(way as usize).into_iter().for_each(|known| *known = row.end);
                self.row(text, way, row);
            }
        }
    }

    /// Adds the lines of a dump from `start` on, as far as they say text or stand beside such.
    fn dump(&mut self, text: &[u8], start: usize) {
        let mut bytes = Vec::new();
        let mut saying: Vec<Range<usize>> = Vec::new();
        let mut at = start;
        while let Some(line) = dump::Line::at(text, at, &mut bytes) {
            if says_text(&bytes) && is_dense(text, at..line.digits_end) {
                extend(&mut saying, at..line.next);
            }
            at = line.next;
        }
        for near in beside(saying, start..at) {
            let range = line_start(text, near.start)..line_end(text, near.end).min(at);
            self.add(range, Form::Dump);
        }
        self.passed = self.passed.max(at);
    }

    /// Adds what of a row says words, with what is beside it.
    fn row(&mut self, text: &[u8], way: Way, row: Range<usize>) {
        for near in beside(row::saying(text, way, &row), row) {
            // A number that is cut is none.
            let cut = |at: usize| text.get(at.wrapping_sub(1)).is_some_and(is_in_word);
            let behind = |at: usize| text.get(at..near.end).unwrap_or_default().iter();
            let before = |at: usize| text.get(near.start..at).unwrap_or_default().iter().rev();
            let mut start = near.start;
            if cut(start) {
                start += behind(start).take_while(|byte| is_in_word(byte)).count();
            }
            start += behind(start).take_while(|byte| !is_in_word(byte)).count();
            let mut end = near.end;
            if text.get(end).is_some_and(is_in_word) {
                end -= before(end).take_while(|byte| is_in_word(byte)).count();
            }
            end -= before(end).take_while(|byte| !is_in_word(byte)).count();
            if start < end {
                self.add(start..end, Form::Row(way));
            }
        }
    }

    fn add(&mut self, range: Range<usize>, form: Form) {
        self.stretches.push(Stretch { range, form });
    }
}

/// Whether each half of a block has so many of these bytes.
#[inline(always)]
fn have(bytes: u64, count_min: usize) -> [bool; 2] {
    [bytes as u32, (bytes >> HALF) as u32].map(|half| half.count_ones() as usize >= count_min)
}

/// Where in a block a word of a few bytes begins, and that with a digit.
#[inline(always)]
fn short_numbers(digits: u64, words: u64) -> u64 {
    const { assert!(ITEM_MAX == 5) };
    let two = words & words >> 1;
    let six = two & two >> 2 & two >> 4;
    digits & !(words << 1) & !six
}

/// Whether a word of a few bytes begins at `at`, and that with a digit.
fn is_short_number(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let word = text.get(at..).unwrap_or_default();
    word.first().is_some_and(u8::is_ascii_digit)
        && !before.is_some_and(is_in_word)
        && word.iter().take(ITEM_MAX + 1).take_while(|byte| is_in_word(byte)).count() <= ITEM_MAX
}

/// Whether a line of a dump shows a text.
fn says_text(bytes: &[u8]) -> bool {
    let fitting = bytes.iter().filter(|byte| is_letter(**byte)).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let (few, many) = LETTERS_MIN;
    bytes.len() >= SHOWN_MIN
        && fitting * 10 >= bytes.len() * 8
        && letters * many >= bytes.len() * few
}

/// Whether a line of a dump is noticed wherever blocks begin: of twice so many bytes some half of a
/// block has all of one of these windows.
fn is_dense(text: &[u8], range: Range<usize>) -> bool {
    const WINDOW: usize = 22;
    let mut digits = [0; DIGITS_END_MAX];
    let mut numbers = [0; DIGITS_END_MAX];
    let flags = digits.iter_mut().zip(&mut numbers).zip(range.clone());
    for ((digit, number), at) in flags {
        *digit = usize::from(text.get(at).is_some_and(u8::is_ascii_digit));
        let fits = *digit > 0 && item::may_be_letter(text.get(at..).unwrap_or_default());
        *number = usize::from(fits && is_short_number(text, at));
    }
    let windows = digits.windows(WINDOW).zip(numbers.windows(WINDOW)).take(range.len());
    let mut dense = 0;
    for (digits, numbers) in windows {
        let is_dense = digits.iter().sum::<usize>() >= DIGITS_MIN
            && numbers.iter().sum::<usize>() >= NUMBERS_MIN;
        dense = if is_dense { dense + 1 } else { 0 };
        if dense > WINDOW {
            return range.len() <= DIGITS_END_MAX;
        }
    }
    false
}

/// Adds a stretch behind others, to the last of them if it touches that.
fn extend(found: &mut Vec<Range<usize>>, stretch: Range<usize>) {
    match found.last_mut().filter(|last| stretch.start <= last.end) {
        Some(last) => last.end = stretch.end,
        None => found.push(stretch),
    }
}

/// These stretches with what stands beside them in `all`.
fn beside(mut dense: Vec<Range<usize>>, all: Range<usize>) -> Vec<Range<usize>> {
    for range in &mut dense {
        range.start = range.start.saturating_sub(BESIDE_BYTES).max(all.start);
        range.end = (range.end + BESIDE_BYTES).min(all.end);
    }
    ranges::unite(&mut dense);
    dense
}

/// These stretches in order; of those that overlap the longest.
fn longest(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort_by_key(|stretch| stretch.range.start);
    stretches.dedup_by(|next, kept| {
        let overlap = next.range.start < kept.range.end;
        if overlap && next.range.len() > kept.range.len() {
            std::mem::swap(next, kept);
        }
        overlap
    });
    stretches
}

/// Reads `range` of `text` with its numbers undone, as far as there is time; `None` if there are
/// none.
#[must_use]
pub fn read(text: &[u8], range: Range<usize>, limits: &Limits) -> Option<Rewritten> {
    let text = text.get(..range.end)?;
    let mut numbers = Numbers { at: range.start, passed: range.start, ..Numbers::default() };
    numbers.advance(text, range.end);
    let mut rewriter = Rewriter::new(text, range.start);
    let mut clock = Clock::new(limits);
    for Stretch { range, form } in longest(numbers.stretches) {
        match form {
            Form::Row(way) => row::undo(text, range, way, &mut rewriter, &mut clock),
            Form::Dump => undo_dump(text, range, &mut rewriter, &mut clock),
        }
    }
    rewriter.finish(range.end)
}

/// Replaces each line of a dump by what it shows.
fn undo_dump(text: &[u8], range: Range<usize>, rewriter: &mut Rewriter<'_>, clock: &mut Clock) {
    let mut bytes = Vec::new();
    let mut at = range.start;
    while at < range.end
        && let Some(line) = dump::Line::at(text, at, &mut bytes)
        && !clock.is_late(line.next - at)
    {
        let end = if line.next < range.end { line.next } else { line.end };
        rewriter.replace(at..end, &[&bytes], &[NAME]);
        at = line.next;
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, read};
    use crate::limits::Limits;

    fn check(text: &str, expected: &str) {
        let read = read(text.as_bytes(), 0..text.len(), &Limits::DEFAULT);
        let bytes = read.map_or_else(|| text.as_bytes().to_vec(), |read| read.bytes);
        assert_eq!(String::from_utf8_lossy(&bytes), expected, "{text}");
    }

    const SECRET: &str = "Some-Secret_42 of it";

    fn written(separator: &str, byte: impl Fn(u8) -> String) -> String {
        SECRET.bytes().map(byte).collect::<Vec<_>>().join(separator)
    }

    #[test]
    fn numbers_in_a_row_are_undone() {
        let quoted = format!("x = {{\"{SECRET}\"}};");
        for (before, separator, behind) in [("", ", ", ""), ("\n  ", ",", "\n"), ("", ",\n", ",")] {
            let wide = |row: &str| format!("x = {{{before}{row}{behind}}};");
            let expected = quoted.replace("{\"", &format!("{{{before}\""));
            let expected = expected.replace("\"}", &format!("\"{behind}}}"));
            check(&wide(&written(separator, |byte| format!("0x{byte:02x}"))), &expected);
            check(&wide(&written(separator, |byte| format!("0X{byte:02X}"))), &expected);
            check(&wide(&written(separator, |byte| byte.to_string())), &expected);
        }
        check(&format!("[{}]", written(" ", |byte| byte.to_string())), &format!("[\"{SECRET}\"]"));
        let suffixed = written(",", |byte| format!("0x{byte:02x}u"));
        check(&format!("{{ {suffixed} }}"), &format!("{{ \"{SECRET}\" }}"));
        for separator in [" ", ":", "-"] {
            check(&written(separator, |byte| format!("{byte:02x}")), SECRET);
        }
        for margin in ["+", "// ", " * ", "> ", "    "] {
            let lines = SECRET.as_bytes().chunks(8).map(|bytes| {
                let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
                format!("{margin}{}", numbers.join(", "))
            });
            let lines: Vec<_> = lines.collect();
            check(&lines.join(",\n"), &format!("{margin}{SECRET}"));
        }
    }

    #[test]
    fn the_zero_that_ends_a_string_is_none_of_it() {
        let row = written(", ", |byte| format!("0x{byte:02x}"));
        check(&format!("{{{row}, 0x00}}"), &format!("{{\"{SECRET}\"}}"));
        check(&format!("{{{row}, 0xff, 1}}"), &format!("{{\"{SECRET}\", 0xff, 1}}"));
    }

    #[test]
    fn what_is_more_than_one_value_is_not_quoted() {
        let text = "user = \"me\"\npassword = \"it is\"\n";
        let row = text.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(",");
        check(&format!("[{row}]"), &format!("[{text}]"));
    }

    #[test]
    fn dumps_are_undone() {
        let said = "it is Some-Secret_42\nand so on";
        let line =
            |offset: &str, groups: &str, letters: &str| format!("{offset}{groups}{letters}\n");
        let lines =
            |offset: fn(usize) -> String, group: &dyn Fn(&[u8]) -> String, letters: bool| {
                let lines = said.as_bytes().chunks(16).enumerate().map(|(number, bytes)| {
                    let shown = String::from_utf8_lossy(bytes).replace('\n', ".");
                    let shown = if letters { format!("  {shown}") } else { String::new() };
                    line(&offset(16 * number), &group(bytes), &shown)
                });
                lines.collect::<String>()
            };
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let fours = |bytes: &[u8]| bytes.chunks(2).map(hex).collect::<Vec<_>>().join(" ");
        let swapped = |bytes: &[u8]| {
            let twos = bytes.chunks(2).map(|two| two.iter().rev().copied().collect::<Vec<_>>());
            twos.map(|two| hex(&two)).collect::<Vec<_>>().join(" ")
        };
        let twos = |bytes: &[u8]| bytes.chunks(1).map(hex).collect::<Vec<_>>().join(" ");
        let halves = |bytes: &[u8]| bytes.chunks(8).map(twos).collect::<Vec<_>>().join("  ");
        let expected = format!("{said}\n");
        check(&lines(|at| format!("{at:08x}: "), &fours, true), &expected);
        check(&lines(|at| format!("\t0x{at:04x}:  "), &fours, true), &expected);
        check(&lines(|at| format!("{at:07o} "), &twos, false), &expected);
        check(&lines(|at| format!("{at:08x}  "), &halves, false), &expected);
        check(&lines(|at| format!("{at:08x}  "), &halves, true), &expected);
        check(&lines(|at| format!("{at:04x}   "), &twos, true), &expected);
        check(&lines(|at| format!("+{at:08x}: "), &fours, true), &expected);
        check(&lines(|at| format!("{at:07x} "), &swapped, false), &expected);
    }

    #[test]
    fn tables_of_numbers_say_nothing() {
        for text in [
            "{0x77073096, 0xee0e612c, 0x990951ba, 0x076dc419, 0x706af48f, 0xe963a535}",
            "[32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 65, 66, 67]",
            "[126, 124, 122, 120, 118, 116, 114, 112, 110, 108, 106, 104, 102, 100, 98, 96, 94]",
            "0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f",
            "2b:8e:4c:00:9f:a1:77:d2:0b:e6:51:c8:3d:f4:19:a7:60:be:85:2c:01:fd:93:4e",
            "[065, 084, 065, 084, 084, 051, 120, 070, 102, 071, 070, 048, 083, 101, 099, 114]",
            "10:22:31 41 52 63.5 77.25 2026-11-29 10:22:32 42 53 64.5 78.25 2026-11-29",
            "1.0.4, 2.1.3, 65.2.84, 101.5.6, 108.4.3, 110.111.112.113, 114.115.116.117",
            "00000000: 7f45 4c46 0201 0100 0000 0000 0000 0000  .ELF............",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn rows_are_seen_wherever_blocks_begin() {
        let row = written(", ", |byte| format!("0x{byte:02x}"));
        let dump = "00000000: 536f 6d65 2d53 6563 7265 745f 3432 206f  Some-Secret_42 o\n";
        for form in [row.as_str(), dump] {
            for before in 0..70 {
                let text = format!("{}\n{form}\n{}", "x".repeat(before), "y".repeat(70));
                let numbers = Numbers::of(text.as_bytes());
                let found: Vec<_> = numbers.ranges().map(|range| &text[range]).collect();
                assert_eq!(found.len(), 1, "{before}: {found:?}");
                assert_eq!(found[0].trim_end(), form.trim_end(), "{before}");
            }
        }
    }

    #[test]
    fn a_part_shows_what_the_whole_shows_there() {
        let mut number: u64 = 7;
        let mut below = |end: usize| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (number >> 33) as usize % end
        };
        let mut seen = 0;
        for _ in 0..8000 {
            let mut text = String::new();
            for _ in 0..12 {
                let way = below(6);
                let separator = [", ", ",", " ", ",\n  ", ", // a\n", ":"][below(6)];
                for _ in 0..below(40) {
                    let byte = [b'a' + below(26) as u8, 32 + below(96) as u8, below(256) as u8];
                    let byte = byte[below(9).saturating_sub(6)];
                    text += &match way {
                        0 => format!("{byte}"),
                        1 => format!("0x{byte:x}"),
                        2 => format!("{byte:02x}"),
                        3 => format!("\n{:08x}: {byte:02x}6a 6b74 7167 2d31  .jkt", below(99)),
                        4 => {
                            format!("\n{:07x} {byte:02x} 6b 74 71 67 2d 31 61 62 63 7a", below(99))
                        }
                        _ => format!("word{byte}"),
                    };
                    text += separator;
                }
                text += &" fill".repeat(below(60));
            }
            let text = text.as_bytes();
            let found = |text: &[u8]| Numbers::of(text).ranges().collect::<Vec<_>>();
            for range in found(text) {
                let start = range.start.saturating_sub(super::REACH_BYTES + below(90));
                let end = text.len().min(range.end + super::REACH_BYTES + below(90));
                let part = found(&text[start..end]);
                let holds = |part: &std::ops::Range<usize>| {
                    part.start + start <= range.start && range.end <= part.end + start
                };
                let shown = String::from_utf8_lossy(&text[start..end]);
                assert!(part.iter().any(holds), "{range:?} from {start} part {part:?} in {shown}");
                seen += 1;
            }
        }
        assert!(seen > 400, "{seen}");
    }
}
