//! A run that goes on in other lines, and what stands between them.

use std::borrow::Cow;
use std::ops::Range;

use super::end_of_letters;
use super::items::{item_behind, quote_of_list};
use crate::limits::Clock;
use crate::lines::line_before;

/// Blanks behind a line.
pub(super) const BEHIND_MAX: usize = 8;

/// Bytes before the letters of a line: blanks and a sign.
pub(super) const BEFORE_MAX: usize = 64;

/// Bytes between two lines, with what ends the first: markup, or the signs of a list of strings.
pub(crate) const GAP_MAX: usize = BEHIND_MAX + "<br />\r\n".len() + BEFORE_MAX;
const _: () = assert!("<br />".len() > "\",- \"".len());

/// How far before a run its line may begin.
const LINE_MAX: usize = 128;

/// Signs that begin the lines of a comment, a quotation or a diff.
pub(super) const SIGNS: &[u8] = b"#/*>+-;|%!";

/// The sign of an item of a list, and those that stand before the first line alone.
const LIST: &[u8] = b"-";
const ONCE: [&[u8]; 4] = [LIST, b"/*", b"/**", b"|"];

/// Bytes of such signs before a line: more are a rule.
const SIGNS_MAX: usize = 8;

/// Signs among them that are letters of base64 too.
pub(super) const SIGNS_OF_LETTERS: &[u8] = b"+-/";

/// How the boundary of a mail begins.
const BOUNDARY: &[u8] = b"--";

/// How a page ends its lines.
const MARKUP: [&[u8]; 4] = [b"<br>", b"<br/>", b"<br />", b"<BR>"];

/// The lines that go on a run, one after the other.
#[derive(Clone, Copy)]
struct Lines<'t> {
    text: &'t [u8],
    /// What stands before each line, but blanks.
    sign: &'t [u8],
    /// What each line stands in, if they are the strings of a list.
    quote: Option<u8>,
    /// The end of the last line.
    end: usize,
}

/// A line that goes on a run.
struct Line {
    letters: Range<usize>,
    /// Whether only white space stands before it.
    apart: bool,
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        if let Some(quote) = self.quote {
            return self.line_at(item_behind(self.text, self.end, quote)?, false);
        }
        let (start, mut apart) = self.break_at(self.end)?;
        let mut at = after_blanks(self.text, start, BEFORE_MAX);
        let rest = self.text.get(at..)?;
        if !self.sign.is_empty() && rest.starts_with(self.sign) {
            let behind = at + self.sign.len();
            at = after_blanks(self.text, behind, BEFORE_MAX);
            // Each item of a list is a text of its own.
            if self.sign == LIST && at == behind + 1 || at - start > BEFORE_MAX {
                return None;
            }
            apart = false;
        } else if !self.sign.is_empty() && !ONCE.contains(&self.sign) {
            // A comment, a quotation or a change ends where its sign does.
            return None;
        }
        self.line_at(at, apart)
    }
}

impl<'t> Lines<'t> {
    /// Those that follow the line of a run; and where the run begins, behind its sign.
    fn of(text: &'t [u8], line: Range<usize>) -> (Lines<'t>, usize) {
        let lines = Lines { text, sign: &[], quote: None, end: line.end };
        if lines.break_at(line.end).is_none() {
            let quote = quote_of_list(text, &line);
            return (Lines { quote, ..lines }, line.start);
        }
        let sign = sign_before(text, line.start);
        let lines = Lines { sign: sign.unwrap_or_default(), ..lines };
        if sign.is_some_and(<[u8]>::is_empty) {
            let own = lines.common_signs(line.start);
            return (Lines { sign: own, ..lines }, line.start + own.len());
        }
        (lines, line.start)
    }

    /// Signs with which the line at `start` begins and the next one too.
    fn common_signs(&self, start: usize) -> &'t [u8] {
        let Some((next, _)) = self.break_at(self.end) else { return &[] };
        let next = after_blanks(self.text, next, BEFORE_MAX);
        let here = self.text.get(start..self.end).unwrap_or_default();
        let there = self.text.get(next..).unwrap_or_default();
        let alike = |(a, b): &(&u8, &u8)| a == b && SIGNS_OF_LETTERS.contains(a);
        let len = here.iter().zip(there).take(SIGNS_MAX).take_while(alike).count();
        here.get(..len).unwrap_or_default()
    }

    /// The line that begins at `at`.
    fn line_at(&mut self, at: usize, apart: bool) -> Option<Line> {
        let letters = at..end_of_letters(self.text, at);
        let says = self.text.get(letters.clone())?.iter().any(u8::is_ascii_alphanumeric);
        if !says || !self.ends(letters.end) {
            return None;
        }
        self.end = letters.end;
        Some(Line { letters, apart })
    }

    /// Where the next line begins if one ends at `end`, and whether only white space parts them.
    fn break_at(&self, end: usize) -> Option<(usize, bool)> {
        self.text.get(end).filter(|byte| b" \t\r\n<".contains(byte))?;
        let at = after_blanks(self.text, end, BEHIND_MAX);
        let rest = self.text.get(at..)?;
        let markup = MARKUP.iter().find(|markup| rest.starts_with(markup));
        let at = at + markup.map_or(0, |markup| markup.len());
        let rest = self.text.get(at..)?;
        let len = match rest {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ if markup.is_some() => 0,
            _ => return None,
        };
        Some((at + len, markup.is_none()))
    }

    /// Whether a line may end at `at`.
    fn ends(&self, at: usize) -> bool {
        match self.text.get(at) {
            None | Some(b'\r' | b'\n' | b'=' | b'"' | b'\'' | b'\\' | b'<' | b',') => true,
            Some(b' ' | b'\t') => {
                let behind = after_blanks(self.text, at, BEHIND_MAX);
                matches!(self.text.get(behind), None | Some(b'\r' | b'\n' | b'<'))
            }
            _ => false,
        }
    }
}

/// Where the blanks at `at` end, of at most so many.
pub(super) fn after_blanks(text: &[u8], at: usize, max: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default().iter().take(max);
    at + rest.take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The signs with which the line of a run begins, before the run; `None` if the line is too long to
/// say.
fn sign_before(text: &[u8], run: usize) -> Option<&[u8]> {
    let line = line_before(text, run, LINE_MAX)?.trim_ascii_start();
    let len = line.iter().take_while(|byte| SIGNS.contains(byte) || **byte == b' ').count();
    let sign = line.get(..len)?.trim_ascii_end();
    // A key behind them is none of them: with none, the run does not begin its line.
    let begins = sign.len() <= SIGNS_MAX && (line.is_empty() || !sign.is_empty());
    begins.then_some(sign)
}

/// Whether the run at `run` begins its line, behind signs or not.
pub(super) fn begins_line(text: &[u8], run: usize) -> bool {
    sign_before(text, run).is_some()
}

/// A run with the lines that go on with it.
#[derive(Debug)]
pub(super) struct Joined<'t> {
    /// Where it begins, and where its last line ends.
    pub(super) range: Range<usize>,
    /// Its letters, with white space between them.
    pub(super) letters: Cow<'t, [u8]>,
    /// Where stretches of the letters behind the first stand in the text.
    stretches: Vec<Stretch>,
}

/// Letters that stand as they are in the text.
#[derive(Debug)]
struct Stretch {
    /// Among the letters.
    at: usize,
    /// In the text.
    from: usize,
}

impl Joined<'_> {
    /// The run whose first line is `line`, with as many lines as it takes to have `enough` letters,
    /// and as there is time for.
    pub(super) fn of<'t>(
        text: &'t [u8],
        line: Range<usize>,
        enough: usize,
        clock: &mut Clock,
    ) -> Joined<'t> {
        let (lines, start) = Lines::of(text, line.clone());
        let mut end = line.end;
        let mut parted: Option<Vec<u8>> = None;
        let mut stretches = Vec::new();
        for line in lines {
            let so_far = text.get(start..end).unwrap_or_default();
            let len = parted.as_ref().map_or(so_far.len(), Vec::len);
            if len >= enough || clock.is_late(line.letters.len()) {
                break;
            }
            let letters = text.get(line.letters.clone()).unwrap_or_default();
            match &mut parted {
                None if line.apart => (),
                parted => {
                    let parted = parted.get_or_insert_with(|| so_far.to_vec());
                    parted.push(b'\n');
                    stretches.push(Stretch { at: parted.len(), from: line.letters.start });
                    parted.extend_from_slice(letters);
                }
            }
            end = line.letters.end;
        }
        let letters = parted
            .map_or_else(|| Cow::Borrowed(text.get(start..end).unwrap_or_default()), Cow::Owned);
        Joined { range: start..end, letters, stretches }
    }

    /// Where the letter at `at` stands in the text.
    pub(super) fn source_of(&self, at: usize) -> usize {
        let next = self.stretches.partition_point(|stretch| stretch.at <= at);
        let stretch = next.checked_sub(1).and_then(|index| self.stretches.get(index));
        stretch.map_or(self.range.start + at, |stretch| stretch.from + (at - stretch.at))
    }
}

/// The letters of each line that goes on a run whose first line is `line`.
pub(super) fn lines_behind(
    text: &[u8],
    line: Range<usize>,
) -> impl Iterator<Item = Range<usize>> + use<'_> {
    Lines::of(text, line).0.map(|line| line.letters)
}

/// The end of the lines that go on a run whose first line is `line`.
pub(super) fn end_of_lines(text: &[u8], line: Range<usize>) -> usize {
    let end = line.end;
    lines_behind(text, line).last().map_or(end, |last| last.end)
}

/// Where the lines may end that go on a run whose first line is `line`, if not all that seem to do:
/// behind the last that was broken at the same width, and a line before that. The furthest first.
///
/// What follows the last line may be letters too: the end of a here-document, the boundary between
/// two parts of a mail.
pub(super) fn other_ends(text: &[u8], line: Range<usize>) -> [usize; 2] {
    let (lines, start) = Lines::of(text, line.clone());
    let mut ends = [line.end; 2];
    let [last, before] = &mut ends;
    let (mut len, mut is_second) = (line.end - start, true);
    for Line { letters, .. } in lines {
        let is_boundary = text.get(letters.clone()).is_some_and(|line| line.starts_with(BOUNDARY));
        // The first stands behind a key, perhaps.
        if is_boundary || letters.len() > len && !is_second {
            break;
        }
        (*before, *last) = (*last, letters.end);
        if letters.len() < len {
            break;
        }
        (len, is_second) = (letters.len(), false);
    }
    ends
}
