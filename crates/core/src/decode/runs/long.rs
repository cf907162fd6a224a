//! Long runs, and others that are worth reading, wherever they stand.

use std::ops::Range;

use fearless_simd::{Simd, dispatch};

use super::glance::lines_may_say;
use super::letters::start_of_letters;
use super::lines::end_of_lines;
use super::rows::{Belonging, Row, Rows};
use super::{chain, end_of_letters};
use crate::decode::{blocks, surface};
use crate::processor;

/// Letters of a run that is decoded wherever it stands: the shortest token that tells by itself
/// what it is has 48 in base64.
pub(crate) const LONG_MIN: usize = 47;

/// The runs of at least `LONG_MIN` letters in a text that may say something, each with the lines
/// that go on with it, and runs of so many letters in shorter lines, as far as they were looked
/// for.
///
/// What is noticed in a text is noticed in each part of it that holds the whole of it.
#[derive(Debug, Default)]
pub struct LongRuns {
    runs: Vec<Range<usize>>,
    /// Those that say nothing.
    silent: Vec<Range<usize>>,
    /// Stretches that show their letters when their escapes are undone.
    escaped: Vec<Range<usize>>,
    /// Where the next block begins.
    at: usize,
    /// What may belong to a row in the block before.
    belonging: Belonging,
    /// Up to here all runs are known.
    passed: usize,
}

impl LongRuns {
    /// All of `text`.
    #[must_use]
    pub fn of(text: &[u8]) -> LongRuns {
        let mut long = LongRuns::default();
        long.advance(text, text.len());
        long
    }

    /// Those that may say something, in order.
    #[must_use]
    pub fn runs(&self) -> &[Range<usize>] {
        &self.runs
    }

    /// What is to be read with its escapes undone, in order.
    #[must_use]
    pub fn escaped(&self) -> &[Range<usize>] {
        &self.escaped
    }

    /// All of them, those that say nothing too, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Range<usize>> {
        self.runs.iter().chain(&self.silent).chain(&self.escaped)
    }

    /// Goes on in `text` to `until`.
    pub fn advance(&mut self, text: &[u8], until: usize) {
        dispatch!(processor::level(), simd => self.advance_in(simd, text, until));
    }

    #[inline(always)]
    fn advance_in<S: Simd>(&mut self, simd: S, text: &[u8], until: usize) {
        let until = until.min(text.len());
        while self.at < until {
            let rest = text.get(self.at..).unwrap_or_default();
            self.belonging = self.belonging.next(simd, rest);
            if self.belonging.has_row(simd, rest) {
                self.look(text);
            }
            self.at += blocks::BYTES;
            if self.passed > self.at {
                // No row begins before.
                (self.at, self.belonging) = (self.passed, Belonging::default());
            }
        }
    }

    /// Looks at the rows that end in the block at hand.
    #[cold]
    fn look(&mut self, text: &[u8]) {
        for (row, end) in Rows::of(text, self.at) {
            let end = self.at + end;
            let Some(start) = end.checked_sub(row.len()) else { continue };
            let found = match (row, text.get(start..end).unwrap_or_default()) {
                _ if end <= self.passed => None,
                // Its first letters may be passed.
                (Row::Long, _) => self.run_around(text, end - 1),
                _ if start < self.passed => None,
                (Row::Line, [.., b'=', _]) => self.mail(text, end - 2),
                (Row::Line, _) => self.chain_around(text, end - 1),
                (Row::Sign, [b'=', ..]) => self.mail(text, start),
                (Row::Sign, _) => self.chain_around(text, start),
            };
            self.passed = found.unwrap_or(self.passed);
        }
    }

    /// The end of the run that the letters at `at` belong to, if it is a long one.
    fn run_around(&mut self, text: &[u8], at: usize) -> Option<usize> {
        let start = start_of_letters(text, self.passed, at);
        let start = start + usize::from(ends_line(text, start));
        let line_end = end_of_letters(text, at);
        if line_end.saturating_sub(start) < LONG_MIN {
            return None;
        }
        let end = end_of_lines(text, start..line_end);
        let run = start..end;
        if lines_may_say(text, start..line_end, end) {
            // Behind an escape it may go on.
            self.escaped.extend((text.get(end) == Some(&b'\\')).then(|| run.clone()));
            self.runs.push(run);
        } else {
            self.silent.push(run);
        }
        Some(end)
    }

    /// The end of the short lines around the letters at `at`, if they are one run.
    fn chain_around(&mut self, text: &[u8], at: usize) -> Option<usize> {
        let chain = chain::around(text, self.passed, at)?;
        let end = chain.range.end;
        let ranges = match chain.may_say(text) {
            true if chain.escaped => &mut self.escaped,
            true => &mut self.runs,
            false => &mut self.silent,
        };
        ranges.push(chain.range);
        Some(end)
    }

    /// The end of the escapes of mail around the one at `at`.
    fn mail(&mut self, text: &[u8], at: usize) -> Option<usize> {
        let row = surface::row_of_mail(text, self.passed, at, LONG_MIN)?;
        let end = row.end;
        self.escaped.push(row);
        Some(end)
    }
}

/// Whether the letter at `at` is that of an escape that ends a line: `\n`.
fn ends_line(text: &[u8], at: usize) -> bool {
    let escape = at.checked_sub(1).and_then(|start| text.get(start..=at));
    matches!(escape, Some(b"\\n" | b"\\r"))
}

#[cfg(test)]
mod tests {
    use super::{LONG_MIN, LongRuns};

    #[test]
    fn long_runs_are_found_at_every_offset() {
        for before in 0..80 {
            for len in [LONG_MIN, LONG_MIN + 1, 200] {
                let text =
                    [" ".repeat(before), "YWFh".repeat(60)[..len].to_owned(), " b".to_owned()]
                        .concat();
                let runs = LongRuns::of(text.as_bytes());
                let expected = before..before + len;
                assert_eq!(runs.runs(), [expected]);
            }
        }
        assert!(LongRuns::of("a".repeat(30).as_bytes()).runs().is_empty());
    }

    #[test]
    fn digits_behind_a_mark_say_what_they_say_without() {
        let digits: String =
            "a line of text that is no digest".bytes().map(|b| format!("{b:02x}")).collect();
        for mark in ["", "0x", "0X", "x"] {
            let run = format!("{mark}{digits}");
            let expected = 1..1 + run.len();
            assert_eq!(LongRuns::of(format!("({run})").as_bytes()).runs(), [expected], "{mark}");
        }
    }

    #[test]
    fn a_long_run_goes_on_over_lines() {
        let line = "YWFh".repeat(16);
        let text = format!("x {line}\n{line}\r\n  {line}\nYWE=\nb c");
        let runs = LongRuns::of(text.as_bytes());
        let expected = 2..text.len() - 5;
        assert_eq!(runs.runs(), [expected]);
    }

    #[test]
    fn runs_in_short_lines_are_found_at_every_offset() {
        let letters = "YWFh".repeat(60);
        for width in [16, 20, 24, 31, 32, 40, 46] {
            for len in [LONG_MIN, LONG_MIN + 1, 90, 200] {
                let lines: Vec<&[u8]> = letters.as_bytes()[..len].chunks(width).collect();
                for line_end in ["\n", "\r\n", "\\n", "\\r\\n", "\\\\n"] {
                    let run = lines.join(line_end.as_bytes());
                    for before in 0..80 {
                        let text = [&b" ".repeat(before)[..], b"\"", &run, b"\" b"].concat();
                        let long = LongRuns::of(&text);
                        let expected = before + 1..before + 1 + run.len();
                        let escaped = line_end.contains('\\');
                        let found = if escaped { long.escaped() } else { long.runs() };
                        assert_eq!(found, [expected], "{width} {len} {before} {line_end:?}");
                    }
                }
            }
        }
    }

    /// What a container says is no text, whatever begins the block that is looked at first.
    #[test]
    fn containers_in_lines_are_found_at_every_offset() {
        let binary = "/+8z";
        for (letters, width_min) in [
            (format!("H4sI{}", binary.repeat(60)), 16),
            (format!("1f8b08{}", "9c".repeat(90)), 16),
            // So long a run is read whatever it says, if its lines are long.
            (binary.repeat(600), LONG_MIN),
        ] {
            let widths = [16, 20, 32, 40, 46, 47, 48, 60, 76];
            for width in widths.into_iter().filter(|width| *width >= width_min) {
                let lines: Vec<&[u8]> = letters.as_bytes().chunks(width).collect();
                for line_end in ["\n", "\r\n"] {
                    let run = lines.join(line_end.as_bytes());
                    for before in 0..80 {
                        let text = [&b" ".repeat(before)[..], b";\n", &run, b"\n;"].concat();
                        let long = LongRuns::of(&text);
                        let expected = before + 2..before + 2 + run.len();
                        assert_eq!(long.runs(), [expected], "{width} {before} {line_end:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn containers_in_short_quoted_lines_are_found_at_every_offset() {
        let letters = format!("H4sI{}", "/+8z".repeat(80));
        for margin in ["    ", "  ", "\t", "# ", "// ", " * ", "> ", "            ", "+", "-"] {
            // With a sign that is a letter too, more are no short lines.
            for width in [24, 32, 40, 45] {
                let lines: Vec<&[u8]> = letters.as_bytes().chunks(width).collect();
                for line_end in ["\n", "\r\n", "\\n"] {
                    let parted = format!("{line_end}{margin}");
                    let run = lines.join(parted.as_bytes());
                    for before in 0..80 {
                        let front = format!("{};{parted}", " ".repeat(before));
                        let text = [front.as_bytes(), &run, b"\n;"].concat();
                        let long = LongRuns::of(&text);
                        let found = match line_end {
                            "\\n" => long.escaped(),
                            _ => long.runs(),
                        };
                        // A sign that is a letter too is found with the letters.
                        let signs = if matches!(margin, "+" | "-") { 1 } else { 0 };
                        let expected = front.len() - signs..front.len() + run.len();
                        assert_eq!(found, [expected], "{margin} {width} {before} {line_end:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn few_short_quoted_lines_are_found_at_every_offset() {
        // Blocks fall nearly at the same place of each line.
        let letters = format!("H4sI{}", "/+8z".repeat(44));
        let lines: Vec<&str> =
            letters.as_bytes().chunks(32).filter_map(|it| std::str::from_utf8(it).ok()).collect();
        for before in 0..80 {
            let text = format!("{};\n  {}\n;", " ".repeat(before), lines.join("\n  "));
            let expected = before + 4..text.len() - 2;
            assert_eq!(LongRuns::of(text.as_bytes()).runs(), [expected], "{before}");
        }
    }

    #[test]
    fn the_letter_of_an_escape_is_none_of_the_run_behind_it() {
        let run = format!("H4sI{}", "/+8z".repeat(20));
        for before in ["\\n", "-----\\r\\n"] {
            let text = format!("\"{before}{run}\"");
            let expected = 1 + before.len()..1 + before.len() + run.len();
            assert_eq!(LongRuns::of(text.as_bytes()).runs(), [expected], "{before}");
        }
    }

    #[test]
    fn lists_of_names_and_numbers_say_nothing() {
        for line in ["getInternationalizedCustomer", "d41d8cd98f00b204e9800998ecf8427e", "a", ""] {
            let text = format!("{line}\n").repeat(100);
            assert!(LongRuns::of(text.as_bytes()).runs().is_empty(), "{line}");
        }
    }

    #[test]
    fn letters_with_escapes_are_found_at_every_offset() {
        let letters = format!("H4sI{}", "8z9a".repeat(12));
        for escape in ["\\/", "\\u002f", "\\u002B"] {
            for place in 0..letters.len() {
                let (front, back) = letters.split_at(place);
                let run = format!("{front}{escape}{back}");
                for before in 0..80 {
                    let text = format!("{}\"{run}\";", " ".repeat(before));
                    let found = LongRuns::of(text.as_bytes());
                    let covered = |runs: &[std::ops::Range<usize>]| {
                        runs.iter()
                            .any(|it| it.start <= before + 1 && it.end > before + front.len())
                    };
                    // Letters that are enough without it are a run of their own.
                    let known = covered(found.escaped()) || covered(found.runs());
                    assert!(known, "{escape} {place} {before}");
                }
            }
        }
    }

    #[test]
    fn escapes_of_mail_are_found_at_every_offset() {
        let escaped: String = "key-of-mine-abcdef".bytes().map(|b| format!("={b:02X}")).collect();
        for fold in [escaped.len(), 30, 31, 32] {
            let lines: Vec<&[u8]> = escaped.as_bytes().chunks(fold / 3 * 3).collect();
            for soft in ["=\n", "=\r\n"] {
                let row = lines.join(soft.as_bytes());
                for before in 0..80 {
                    let text = [&b" ".repeat(before)[..], &row, b" b"].concat();
                    let long = LongRuns::of(&text);
                    let expected = before..before + row.len();
                    assert_eq!(long.escaped(), [expected], "{fold} {before}");
                }
            }
        }
        for text in ["=".repeat(200), "=E3=81=82".repeat(20), "a=41&b=42&".repeat(20)] {
            assert!(LongRuns::of(text.as_bytes()).escaped().is_empty(), "{text}");
        }
    }
}
