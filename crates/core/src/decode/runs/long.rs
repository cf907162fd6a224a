//! Long runs, and others that are worth reading, wherever they stand.

use std::ops::Range;

use super::chain::Margin;
use super::glance::may_say;
use super::lines::end_of_lines;
use super::{chain, end_of_letters, is_letter};
use crate::decode::base64;
use crate::decode::blocks::{Lanes, Places, Told};
use crate::decode::surface;

/// Letters of a run that is decoded wherever it stands: the shortest token that tells by itself
/// what it is has 48 in base64, and one of every `BLOCK` + `STRIDE` letters is looked at.
pub(crate) const LONG_MIN: usize = 47;

/// Letters that are looked at together.
pub(super) const BLOCK: usize = 16;

/// Letters of a block that ends a line, with what ends it.
const END_MIN: usize = 12;

/// Distance between the blocks that are looked at.
const STRIDE: usize = 32;
const _: () = assert!(BLOCK + STRIDE - 1 == LONG_MIN);

/// The runs of at least `LONG_MIN` letters in a text that may say something, each with the lines
/// that go on with it, and runs of so many letters in shorter lines, as far as they were looked
/// for.
#[derive(Debug, Default)]
pub struct LongRuns {
    runs: Vec<Range<usize>>,
    /// Those that say nothing.
    silent: Vec<Range<usize>>,
    /// Stretches that show their letters when their escapes are undone.
    escaped: Vec<Range<usize>>,
    /// Where the next block is looked at.
    at: usize,
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
        while self.at < until
            && let Some(block) = text.get(self.at..).and_then(|rest| rest.first_chunk::<BLOCK>())
        {
            let belongs = Places::of(block, may_belong).at_front();
            let looked = match belongs {
                _ if belongs < END_MIN || self.passed > self.at => None,
                BLOCK => self.look(text, block),
                _ => self.look_below(text, self.at + belongs),
            };
            if let Some(end) = looked {
                self.passed = end;
                self.at = end;
            } else {
                self.at += STRIDE;
            }
        }
    }

    /// Looks at the line that begins at `line`, behind blanks and signs, if the block at hand holds
    /// the end of the one before.
    #[cold]
    fn look_below(&mut self, text: &[u8], line: usize) -> Option<usize> {
        let is_line = matches!(text.get(..line)?, [.., b'\n'] | [.., b'\\', b'n']);
        let at = line + text.get(line..).filter(|_| is_line).map(chain::margin_len)?;
        let block = text.get(at..)?.first_chunk::<BLOCK>()?;
        let is_letters = Places::of(block, base64::letters).at_front() == BLOCK;
        if is_letters { self.chain_around(text, at) } else { None }
    }

    /// The end of what the block at hand belongs to, if that is worth remembering.
    fn look(&mut self, text: &[u8], block: &[u8; BLOCK]) -> Option<usize> {
        match block.get(Places::of(block, base64::letters).at_front()) {
            None => self.run_around(text),
            Some(b'\n' | b'\r' | b'\\') => {
                self.chain_around(text, self.at).or_else(|| self.mail(text))
            }
            Some(b'=') => self.mail(text),
            Some(_) => None,
        }
    }

    /// The end of the run that the block at hand lies in, if it is a long one.
    fn run_around(&mut self, text: &[u8]) -> Option<usize> {
        let at = self.at;
        let (before, behind) = neighbours(text, at);
        if before + BLOCK + behind < LONG_MIN {
            // Most are names, alone in their lines or not.
            return match may_be_line(text, at - before..at + BLOCK + behind) {
                true => self.chain_around(text, at),
                false => None,
            };
        }
        let before = text.get(self.passed..at).unwrap_or_default();
        let start = at - before.iter().rev().take_while(|&&byte| is_letter(byte)).count();
        let start = start + usize::from(ends_line(text, start));
        let line_end = end_of_letters(text, at);
        if line_end.saturating_sub(start) < LONG_MIN {
            return self.chain_around(text, at);
        }
        let end = end_of_lines(text, start..line_end);
        let run = start..end;
        if may_say(text.get(run.clone()).unwrap_or_default()) {
            // Behind an escape it may go on.
            self.escaped.extend((text.get(end) == Some(&b'\\')).then(|| run.clone()));
            self.runs.push(run);
        } else {
            self.silent.push(run);
        }
        Some(end)
    }

    /// The end of the short lines around the block at `at`, if they are one run.
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

    /// The end of the escapes of mail that the block at hand lies in.
    fn mail(&mut self, text: &[u8]) -> Option<usize> {
        let row = surface::row_of_mail(text, self.passed, self.at, LONG_MIN)?;
        let end = row.end;
        self.escaped.push(row);
        Some(end)
    }
}

/// Which of many bytes may belong to a run, in lines or not, or to escapes of mail: letters, the
/// ends of lines, `=`, the backslash, and a few that are told with them.
#[inline]
fn may_belong(lanes: Lanes) -> Told {
    // Line feed and plus; carriage return, hyphen and equals sign.
    let signs = lanes.with(0x21).are(0x2B) | lanes.with(0x30).are(0x3D);
    // Behind the letters stand underscore and backslash.
    lanes.small().are_in(b'a', 0x7F) | lanes.are_in(b'/', b'9') | signs
}

/// Whether `step` of `text` has short lines behind blanks and signs that are one run. Those are not
/// noticed everywhere, but by where the blocks fall that are looked at.
pub(crate) fn has_quoted_lines(text: &[u8], step: Range<usize>) -> bool {
    let bytes = text.get(step.clone()).unwrap_or_default();
    memchr::memchr2_iter(b'\n', b'\\', bytes).any(|at| {
        let end = step.start + at + 1;
        let line = match text.get(end - 1..) {
            Some([b'\n', ..]) => end,
            Some([_, b'n', ..]) => end + 1,
            _ => return false,
        };
        let rest = text.get(line..).unwrap_or_default();
        let margin = chain::margin_len(rest);
        let block = rest.get(margin..).and_then(|rest| rest.first_chunk::<BLOCK>());
        let is_letters =
            |block: &[u8; BLOCK]| Places::of(block, base64::letters).at_front() == BLOCK;
        margin > 0
            && block.is_some_and(is_letters)
            && chain::around(text, 0, line + margin).is_some()
    })
}

/// Whether the letter at `at` is that of an escape that ends a line: `\n`.
fn ends_line(text: &[u8], at: usize) -> bool {
    let escape = at.checked_sub(1).and_then(|start| text.get(start..=at));
    matches!(escape, Some(b"\\n" | b"\\r"))
}

/// Whether letters in `run` may be a line that another follows, or that follows another.
fn may_be_line(text: &[u8], run: Range<usize>) -> bool {
    let (before, behind) = (text.get(..run.start), text.get(run.end..));
    let (before, behind) = (before.unwrap_or_default(), behind.unwrap_or_default());
    let is_below = Margin::NONE.follows(before) || before.ends_with(b"\\");
    match behind.first() {
        _ if is_below => true,
        Some(b'\\') => true,
        Some(b'\n' | b'\r') => {
            let margin = Margin::before(before);
            margin.is_some_and(|margin| margin.follows(before) || margin.goes_on(behind))
                || Margin::NONE.goes_on(behind)
        }
        _ => false,
    }
}

/// How many letters stand right before and right behind the block at `at`, of as many bytes as two
/// blocks that are looked at are apart.
fn neighbours(text: &[u8], at: usize) -> (usize, usize) {
    let (before, here) = text.split_at_checked(at).unwrap_or_default();
    let behind = here.get(BLOCK..).unwrap_or_default();
    let letters = |byte: &&u8| is_letter(**byte);
    (
        match before.last_chunk::<STRIDE>() {
            Some(before) => Places::of(before, base64::letters).at_end::<STRIDE>(),
            None => before.iter().rev().take_while(letters).count(),
        },
        match behind.first_chunk::<STRIDE>() {
            Some(behind) => Places::of(behind, base64::letters).at_front(),
            None => behind.iter().take_while(letters).count(),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{LONG_MIN, LongRuns, has_quoted_lines, may_belong};
    use crate::decode::base64;
    use crate::decode::blocks::Places;

    #[test]
    fn what_may_belong_to_a_run_is_looked_at() {
        for byte in 0..=u8::MAX {
            let told = Places::of(&[byte; 16], may_belong).at_front() == 16;
            let expected = base64::is_letter(byte) || b"\r\n=\\".contains(&byte);
            assert!(told || !expected, "{byte}");
        }
    }

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
    fn quoted_lines_are_seen_wherever_they_stand() {
        let letters = format!("H4sI{}", "/+8z".repeat(20));
        for (line_end, margin) in [("\n", "   "), ("\r\n", "# "), ("\\n", "    ")] {
            let lines: Vec<&str> = letters
                .as_bytes()
                .chunks(28)
                .filter_map(|it| std::str::from_utf8(it).ok())
                .collect();
            for before in 0..80 {
                let parted = format!("{line_end}{margin}");
                let text = format!("{};{parted}{}\n;", " ".repeat(before), lines.join(&parted));
                assert!(has_quoted_lines(text.as_bytes(), 0..text.len()), "{before} {parted:?}");
            }
        }
        let names = "    let value = get;\n    getInternationalizedCustomer(one);\n    return;\n";
        assert!(!has_quoted_lines(names.as_bytes(), 0..names.len()));
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
