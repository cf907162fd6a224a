//! Runs of base64 and of hexadecimal digits, wherever they stand in a text.

mod chain;
mod container;
mod glance;
mod items;
mod letters;
mod lines;
mod long;
mod pairs;
mod rows;

pub use self::container::Binary;
pub use self::long::LongRuns;

pub(crate) use self::chain::LINE_MIN;
pub(crate) use self::lines::GAP_MAX;
pub(crate) use self::long::LONG_MIN;

use std::ops::Range;

use self::container::{begins_in_base64, in_hex};
use self::glance::{
    first_line, glance_anywhere, glance_at_base64, glance_at_hex, line_that_may_say, may_say,
    may_say_short,
};
use self::letters::{end_of_letters, is_hex, is_of_hex};
use self::lines::{Joined, begins_line, end_of_lines, other_ends};
use super::rewrite::{Rewriter, Rewritten};
use super::utf16::ByteOrder;
use super::{base64, hex, utf16};
use crate::limits::{Clock, Limits};

/// Letters of a run that is decoded where something else points at it.
const SHORT_MIN: usize = 16;

/// Letters of one that is all there is behind a key.
const VALUE_MIN: usize = 8;

/// Bytes of a decoded text that decide whether it is one, if it is long.
const SAMPLE_MAX: usize = 3 << 10;

/// Bytes of decoded text, at least.
const TEXT_MIN: usize = 12;

/// Letters of a run that says no text and may hold some all the same.
const BINARY_MIN: usize = 2048;

/// Places at which groups of four letters may begin.
const PLACES: usize = 4;

/// Digits of a digest: a run of no other letters is no base64.
const DIGEST_MIN: usize = 32;

/// How often lines are read together in vain before each is read by itself. Where most lines say
/// text alone and nothing together, each attempt looks at the same bytes.
const ATTEMPTS_MAX: usize = 4;

/// Whether base64 or hex can hold `byte`.
#[inline]
fn is_letter(byte: u8) -> bool {
    base64::is_letter(byte)
}

/// What the runs of a text say.
#[derive(Debug)]
pub struct Read {
    /// The text with those that say text in their places, if there are any.
    pub rewritten: Option<Rewritten>,
    /// Those that say something else.
    pub binary: Vec<Binary>,
}

/// Reads the runs in `range` of `text`, as far as there is time.
#[must_use]
pub fn read(text: &[u8], range: Range<usize>, limits: &Limits) -> Read {
    let text = text.get(..range.end).unwrap_or_default();
    let mut rewriter = Rewriter::new(text, range.start);
    let mut binary = Vec::new();
    let mut at = range.start;
    let mut attempts = Attempts::default();
    let mut clock = Clock::new(limits);
    while let Some(line) = next_run(text, at)
        && !clock.is_late(line.end - at)
    {
        let together = attempts.letters(&line);
        if !is_worth_reading(text, &line, together) {
            at = line.end;
            continue;
        }
        let (joined, said) = match joined(text, &line, together, &mut clock) {
            (joined, None) if joined.range.end > line.end => {
                match joined_less(text, &line, &joined, &mut clock) {
                    Some((fewer, said)) => {
                        attempts.fail(text, &line);
                        (fewer, Some(said))
                    }
                    None => (joined, None),
                }
            }
            joined => joined,
        };
        at = joined.range.end;
        if let Some(said) = said {
            let (name, end) = match said.form {
                Form::Hex => (hex::NAME, at),
                Form::Base64 => (base64::NAME, after_written_padding(text, at)),
            };
            let names = [name, utf16::NAME];
            let (names, _) = names.split_at(if said.wide { 2 } else { 1 });
            let run = joined.source_of(said.skipped)..end;
            let bytes = in_quotes(text, &run, &said.bytes);
            rewriter.replace(run, &[bytes], names);
        } else {
            if let Some(bytes) = in_hex(&joined.letters, &mut clock) {
                binary.push(Binary { run: joined.range, bytes, decoder: hex::NAME });
                continue;
            }
            let is_container = begins_in_base64(&joined.letters);
            let next = text.get(line.end..).unwrap_or_default().trim_ascii_start();
            if joined.range.end > line.end
                && !begins_line(text, line.start)
                && !is_container
                && (joined.letters.len() < BINARY_MIN
                    || begins_in_base64(next)
                    || glance_anywhere(next))
            {
                // A word at the end of the line before, such as the name of a file.
                attempts.fail(text, &line);
                at = line.end;
                continue;
            }
            // Lines may be a list of which each says something by itself.
            if !is_container
                && let Some(alone) = line_that_may_say(text, line.clone(), joined.range.end)
            {
                attempts.fail(text, &line);
                at = alone;
            }
            let known = binary.last().map_or(0, |last: &Binary| last.run.end);
            if joined.range.start >= known && (is_container || joined.letters.len() >= BINARY_MIN) {
                let bytes = decode(&joined.letters, &mut clock);
                binary.push(Binary { run: joined.range, bytes, decoder: base64::NAME });
            }
        }
    }
    Read { rewritten: rewriter.finish(range.end), binary }
}

/// Whether a run is read whose first line is `line`, with `together` letters of the lines behind it: a
/// line alone is, if it may say something.
fn is_worth_reading(text: &[u8], line: &Range<usize>, together: usize) -> bool {
    if line.len() < SHORT_MIN {
        return is_value(text, line.clone()) && may_say_short(text, line);
    }
    together > 0 || text.get(line.clone()).is_some_and(may_say)
}

/// The run whose first line is `line`, and what it says, if it says text. Of a run that says none,
/// lines are read together up to `enough` letters.
fn joined<'t>(
    text: &'t [u8],
    line: &Range<usize>,
    enough: usize,
    clock: &mut Clock,
) -> (Joined<'t>, Option<Said>) {
    let short = line.len() < SHORT_MIN;
    let sample = Joined::of(text, line.clone(), enough, clock);
    let said = say(&sample.letters, short, clock);
    if sample.letters.len() < enough || enough == 0 {
        return (sample, said);
    }
    let whole = Joined::of(text, line.clone(), usize::MAX, clock);
    let said = said.and_then(|_| say(&whole.letters, short, clock));
    (whole, said)
}

/// The run whose first line is `line` without the last lines of `all` that say nothing with it: they
/// may be words of their own, such as the end of a here-document.
fn joined_less<'t>(
    text: &'t [u8],
    line: &Range<usize>,
    all: &Joined<'_>,
    clock: &mut Clock,
) -> Option<(Joined<'t>, Said)> {
    let [last, before] = other_ends(text, line.clone());
    let mut tried = all.range.end;
    for end in [last, before, line.end] {
        // Fewer letters say nothing but as a value of their own.
        if end >= tried || end - line.start < SHORT_MIN {
            continue;
        }
        tried = end;
        let text = text.get(..end).unwrap_or_default();
        let fewer = Joined::of(text, line.clone(), usize::MAX, clock);
        if let Some(said) = say(&fewer.letters, false, clock) {
            return Some((fewer, said));
        }
    }
    None
}

/// What base64 says, as far as there is time.
fn decode(letters: &[u8], clock: &mut Clock) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3);
    let mut decoder = base64::Decoder::new();
    for part in letters.chunks(Clock::STEP_BYTES) {
        if clock.is_late(part.len()) {
            break;
        }
        decoder.add(part, &mut bytes);
    }
    decoder.finish(&mut bytes);
    bytes
}

/// How often lines were read together in vain.
#[derive(Debug, Default)]
struct Attempts {
    failed: usize,
    /// Where the lines end of which that is said.
    until: usize,
}

impl Attempts {
    /// How many letters are read together with `line`.
    fn letters(&self, line: &Range<usize>) -> usize {
        if line.start < self.until && self.failed >= ATTEMPTS_MAX { 0 } else { SAMPLE_MAX }
    }

    /// `line` says text alone, and none together with those that follow.
    fn fail(&mut self, text: &[u8], line: &Range<usize>) {
        if line.start >= self.until {
            *self = Attempts { failed: 0, until: end_of_lines(text, line.clone()) };
        }
        self.failed += 1;
    }
}

/// The next run from `from` on of at least [`VALUE_MIN`] letters, up to the end of its line.
fn next_run(text: &[u8], from: usize) -> Option<Range<usize>> {
    let mut start = from;
    loop {
        // Where the last of so many bytes is no letter, no run that is long enough begins among
        // them: most text is passed over in steps.
        let last = start + (VALUE_MIN - 1);
        if !is_letter(*text.get(last)?) {
            start = last + 1;
            continue;
        }
        let before = text.get(start..last)?;
        let begin = last - before.iter().rev().take_while(|byte| is_letter(**byte)).count();
        // Most runs are words.
        let behind = text.get(last..)?.iter().take_while(|byte| is_letter(**byte));
        let end = last + behind.count();
        if end - begin >= VALUE_MIN {
            return Some(begin..end);
        }
        start = end + 1;
    }
}

/// Whether a short run is all there is between a separator or a quote and the end of its line.
fn is_value(text: &[u8], run: Range<usize>) -> bool {
    let before = run.start.checked_sub(1).and_then(|at| text.get(at));
    let end = after_padding(text, run.end);
    (end - run.start).is_multiple_of(4)
        && before.is_some_and(|byte| b" \t:=\"'>".contains(byte))
        && text.get(end).is_none_or(|byte| b"\r\n\"'<,".contains(byte))
}

/// Where the padding ends that follows a run at `end`, however it is written.
fn after_written_padding(text: &[u8], mut end: usize) -> usize {
    const SIGNS: [&[u8]; 9] =
        [b"=", b"%3D", b"%3d", b"%253D", b"\\u003d", b"\\u003D", b"\\=", b"&#61;", b"&equals;"];
    for _ in 0..2 {
        let rest = text.get(end..).unwrap_or_default();
        let sign = SIGNS.iter().find(|sign| rest.starts_with(sign));
        end += sign.map_or(0, |sign| sign.len());
    }
    end
}

fn after_padding(text: &[u8], end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    end + rest.iter().take(2).take_while(|&&byte| byte == b'=').count()
}

/// `bytes`, which `run` says, without the end of their line if they are one line in quotes: a string
/// ends in its line.
fn in_quotes<'b>(text: &[u8], run: &Range<usize>, bytes: &'b [u8]) -> &'b [u8] {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let opens = run.start.checked_sub(1).and_then(|before| text.get(before));
    let quoted = opens == text.get(run.end) && matches!(opens, Some(b'"' | b'\'' | b'`'));
    if quoted && !line.contains(&b'\n') { line } else { bytes }
}

/// How a run is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Hex,
    Base64,
}

/// What a run says, if it says text.
fn say(letters: &[u8], short: bool, clock: &mut Clock) -> Option<Said> {
    from_hex(letters, clock).or_else(|| from_base64(letters, short, clock))
}

/// What a run says.
struct Said {
    form: Form,
    /// What stands before it and does not belong to it: bytes, then letters.
    skipped: usize,
    bytes: Vec<u8>,
    /// Whether it said it in UTF-16.
    wide: bool,
}

fn from_hex(letters: &[u8], clock: &mut Clock) -> Option<Said> {
    let digits = behind_mark(letters);
    if digits.len() < SHORT_MIN || !is_hex(digits) || !glance_at_hex(digits) {
        return None;
    }
    let bytes = bytes_of_hex(digits, clock)?;
    // Digits that do not belong to it cannot be told from others.
    said(Form::Hex, &bytes).filter(|said| said.skipped == 0)
}

/// The bytes that digits say, if there is time; the ends of lines are passed over.
fn bytes_of_hex(digits: &[u8], clock: &mut Clock) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    let mut high = None;
    for part in digits.chunks(Clock::STEP_BYTES) {
        if clock.is_late(part.len()) {
            return None;
        }
        for digit in part.iter().filter_map(|&byte| hex::digit(byte)) {
            match high.take() {
                None => high = Some(digit << 4),
                Some(high) => bytes.push(high | digit),
            }
        }
    }
    Some(bytes)
}

/// The digits behind `0x`, or behind the `x` of `\\x`, which databases write before all that a column
/// holds.
#[inline]
fn behind_mark(letters: &[u8]) -> &[u8] {
    let digits = letters.strip_prefix(b"0").unwrap_or(letters);
    let digits = digits.strip_prefix(b"x").or_else(|| digits.strip_prefix(b"X"));
    digits.unwrap_or(letters)
}

/// Tries each place at which groups of four letters may begin: other letters may stand before.
fn from_base64(letters: &[u8], short: bool, clock: &mut Clock) -> Option<Said> {
    if letters.len() >= DIGEST_MIN && is_hex(letters) {
        return None;
    }
    let mut best: Option<Said> = None;
    let mut bytes = Vec::new();
    // A short run is all there is: nothing stands before it that is none of its groups.
    let places = if short { 1 } else { PLACES };
    let line = first_line(letters);
    for skipped in 0..places.min(letters.len()) {
        let letters = letters.get(skipped..)?;
        if !glance_at_base64(line, skipped, &mut bytes) {
            continue;
        }
        bytes.clear();
        base64::decode(letters.get(..SAMPLE_MAX).unwrap_or(letters), &mut bytes);
        let Some(mut said) = said(Form::Base64, &bytes) else { continue };
        let foreign = said.skipped;
        if short && foreign > 0 {
            // A name of a few letters that ends in what might be text.
            break;
        }
        said.skipped = skipped + foreign / 3 * 4;
        if letters.len() > SAMPLE_MAX {
            said.bytes = decode(letters, clock);
            said.bytes.drain(..foreign.min(said.bytes.len()));
            if said.wide {
                said.bytes = narrow(&said.bytes).unwrap_or_default();
            }
        }
        if best.as_ref().is_none_or(|best| best.bytes.len() < said.bytes.len()) {
            best = Some(said);
        }
    }
    let text_min = if short { 4 } else { TEXT_MIN };
    best.filter(|said| said.bytes.len() >= text_min)
}

/// What decoded bytes say, if it is text: all of them, or all but a few at the start, which then
/// were made of letters that do not belong to it.
fn said(form: Form, bytes: &[u8]) -> Option<Said> {
    if let Some(bytes) = narrow(bytes) {
        return Some(Said { form, skipped: 0, bytes, wide: true });
    }
    let foreign = match bytes.iter().rposition(|&byte| !is_text_byte(byte)) {
        None => 0,
        Some(_) if std::str::from_utf8(bytes).is_ok() && few_strange(bytes) => 0,
        // Groups of three, so that what is cut away is whole groups of letters.
        Some(last) => (last + 1).next_multiple_of(3),
    };
    if foreign > bytes.len() / 2 {
        return None;
    }
    let text = bytes.get(foreign..)?.to_vec();
    Some(Said { form, skipped: foreign, bytes: text, wide: false })
}

/// Text in UTF-16, of letters that ASCII has too.
fn narrow(bytes: &[u8]) -> Option<Vec<u8>> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let order = match pairs.first()? {
        [0xFF, 0xFE] | [_, 0] => ByteOrder::Little,
        [0xFE, 0xFF] | [0, _] => ByteOrder::Big,
        _ => return None,
    };
    let zeros = pairs.iter().filter(|[first, second]| (*first == 0) != (*second == 0)).count();
    if zeros < TEXT_MIN / 2 || zeros * 10 < pairs.len() * 9 {
        return None;
    }
    let mut text = Vec::new();
    order.decode(bytes, &mut text);
    Some(text)
}

/// What stands in text; logs hold the escapes of terminals. Told without a branch, so that many are
/// told at once.
fn is_text_byte(byte: u8) -> bool {
    let blank = (byte == b'\t') | (byte == b'\r') | (byte == b'\n');
    (byte.wrapping_sub(b' ') <= b'~' - b' ') | blank | (byte == 0x1b)
}

/// Whether UTF-8 has few bytes that plain text has not.
fn few_strange(bytes: &[u8]) -> bool {
    let strange = bytes.iter().filter(|&&byte| !is_text_byte(byte)).count();
    let controls = bytes.iter().filter(|&&byte| byte < b' ' && !is_text_byte(byte)).count();
    controls == 0 && strange * 3 <= bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{LongRuns, VALUE_MIN, next_run, read};
    use crate::limits::Limits;

    fn check(text: &str, expected: &str) {
        let read = read(text.as_bytes(), 0..text.len(), &Limits::DEFAULT);
        let bytes = read.rewritten.map_or_else(|| text.as_bytes().to_vec(), |read| read.bytes);
        assert_eq!(String::from_utf8_lossy(&bytes), expected, "{text}");
    }

    #[test]
    fn runs_that_say_text_are_read_in_their_places() {
        check("a: aGVsbG8sIHdvcmxkLCBob3cgYXJlIHlvdQ== b", "a: hello, world, how are you b");
        check("a: 68656c6c6f2c20776f726c64 b", "a: hello, world b");
        check("a: 0x68656C6C6F2C20776F726C64 b", "a: hello, world b");
        check("a: 0X68656C6C6F2C20776F726C64 b", "a: hello, world b");
        check(r"a: \x68656c6c6f2c20776f726c64 b", r"a: \hello, world b");
        check("a: aGVsbG8sIHdvcmxk\n  LCBob3cgYXJlIHlvdQ==\nb", "a: hello, world, how are you\nb");
        check(
            "?a=aGVsbG8sIHdvcmxkLCBob3cgYXJlIHlvdQ%3D%3D&b=1",
            "?a=hello, world, how are you&b=1",
        );
        check("x/aGVsbG8sIHdvcmxkLCBob3cgYXJlIHlvdQ b", "x/hello, world, how are you b");
    }

    #[test]
    fn a_comment_ends_where_its_sign_does() {
        for sign in ["# ", "// ", "> ", "+"] {
            check(
                &format!("a\n{sign}aGVsbG8sIHdvcmxk\n{sign}LCBob3cgYXJlIHlvdSEh\nexit\n"),
                &format!("a\n{sign}hello, world, how are you!!\nexit\n"),
            );
        }
    }

    #[test]
    fn hex_may_begin_with_what_ascii_cannot_write() {
        let text = "# \u{672c}\u{756a}\u{74b0}\u{5883}\u{306e}\u{307f}\nname=value\n".to_owned()
            + &"and so on in words of letters; ".repeat(2);
        let digits: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        check(&format!("a: {digits} b"), &format!("a: {text} b"));
    }

    #[test]
    fn coloured_logs_are_text() {
        check(
            "a: G1sxbWhlbGxvG1swbSB3b3JsZCwgaG93IGFyZSB5b3U= b",
            "a: \u{1b}[1mhello\u{1b}[0m world, how are you b",
        );
    }

    #[test]
    fn a_short_value_is_read_where_it_is_all_there_is() {
        check("password: S2VscDEyMyE=\n", "password: Kelp123!\n");
        check("see S2VscDEyMyE for it\n", "see S2VscDEyMyE for it\n");
        check("\"Content-Type\": 1", "\"Content-Type\": 1");
        check("[\"TOKEN\", \"OS keychain\"]", "[\"TOKEN\", \"OS keychain\"]");
        check("'token', 'ciSystem': 1", "'token', 'ciSystem': 1");
    }

    #[test]
    fn a_short_value_that_is_no_text_begins_no_run() {
        let (line, text) = ("aGVsbG8sIHdvcmxkLCBob3cgYXJlIHlvdSEh", "hello, world, how are you!!");
        // Its first byte is a control.
        check(&format!("a: ATCTT3xFfGN0\n{line}\n"), &format!("a: ATCTT3xFfGN0\n{text}\n"));
        // With the line behind it, it is text, or a container.
        check("a: aGVs\nbG8s\nIHdvcmxk\n", "a: aGVs\nbG8s\nIHdvcmxk\n");
        check("a: aGVsbG8s\nIHdvcmxk\n", "a: hello, world\n");
        check("a: 68656c6c6f2c\n20776f726c64\n", "a: hello, world\n");
        let container = "a: H4sIAAAA\nAAAAA0tMSk5JBQA=\n";
        let binary = read(container.as_bytes(), 0..container.len(), &Limits::DEFAULT).binary;
        assert_eq!(binary.len(), 1);
    }

    #[test]
    fn a_line_in_quotes_ends_with_them() {
        check("a: \"aGVsbG8sIHdvcmxkCg==\"\n", "a: \"hello, world\"\n");
        check("a: 'aGVsbG8sIHdvcmxkDQo='\n", "a: 'hello, world'\n");
        check("a: aGVsbG8sIHdvcmxkCg==\n", "a: hello, world\n\n");
        check("a: \"aGVsbG8sCndvcmxkLAo=\"\n", "a: \"hello,\nworld,\n\"\n");
    }

    #[test]
    fn names_and_digests_stay() {
        for text in [
            "getInternationalizedCustomerSupportPhoneNumber()",
            "sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "/usr/share/doc/packages/libsomething/examples/readme",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn a_word_in_the_next_line_does_not_belong_to_a_run() {
        check("aGVsbG8sIHdvcmxkLCBob3cgYXJlIHlvdQ\nEND\n", "hello, world, how are you\nEND\n");
        check("68656c6c6f2c20776f726c64\nabc\n", "hello, world\nabc\n");
    }

    #[test]
    fn what_ends_lines_does_not_belong_to_a_run() {
        let boundaries =
            ["--000000000000a1b2c3d4e5", "--_000_AB3PR01", "--Apple-Mail=_1A2B", "EOF", "END"];
        let text = "hello, world, how are you? And so on.";
        let lines = ["aGVsbG8sIHdvcmxkLCBob3cg", "YXJlIHlvdT8gQW5kIHNvIG9u"];
        for end in boundaries {
            for line_end in ["\n", "\r\n"] {
                let run = lines.join(line_end);
                // The last line is as long as the one before it, or shorter.
                check(
                    &format!("{run}{line_end}{end}{line_end}"),
                    &format!("hello, world, how are you? And so on{line_end}{end}{line_end}"),
                );
                check(
                    &format!("{run}{line_end}LiAh{line_end}{end}--{line_end}"),
                    &format!("{text} !{line_end}{end}--{line_end}"),
                );
            }
        }
        // What stands before it in the line above does not, either.
        check(
            "base64 -d <<E > /etc/app/Podfile\naGVsbG8sIHdvcmxkLCBob3cg\nYXJlIHlvdQ==\n",
            "base64 -d <<E > /etc/app/Podfile\nhello, world, how are you\n",
        );
        let (line, text) =
            ("aGVsbG8sIHdvcmxkLCBob3cg\n".repeat(200), "hello, world, how ".repeat(200));
        check(&format!("> /etc/app/settings\n{line}"), &format!("> /etc/app/settings\n{text}\n"));
        // Lines that were broken somewhere say it together.
        check(
            "aGVsbG8sIHdvcmxk\nLCBob3cg\nYXJlIHlvdT8gQW5kIHNvIG9u\n",
            "hello, world, how are you? And so on\n",
        );
    }

    #[test]
    fn a_line_that_says_something_among_others_is_read() {
        let said = "password = of one line among many";
        let line = crate::search::tests::base64(said.as_bytes());
        let digest = "d41d8cd98f00b204e9800998ecf8427e".repeat(2);
        let other = "/+8z9Zq7".repeat(line.len() / 8);
        for (other, count) in [(&digest, 3), (&digest, 60), (&other, 3), (&other, 90)] {
            let others = format!("{other}\n").repeat(count);
            let text = format!("{others}{line}\n{others}");
            check(&text, &format!("{others}{said}\n{others}"));
            assert_eq!(LongRuns::of(text.as_bytes()).runs().len(), 1, "{other} {count}");
        }
    }

    #[test]
    fn strings_of_a_list_are_read_together_if_they_are_one_broken_run() {
        let said = "one two three four five six seven eight nine ten eleven twelve thirteen";
        let letters = crate::search::tests::base64(said.as_bytes());
        let broken = |width: usize, parted: &str| {
            let lines = letters.as_bytes().chunks(width).filter_map(|it| str::from_utf8(it).ok());
            lines.collect::<Vec<_>>().join(parted)
        };
        for (open, parted, close) in [
            ("[\"", "\",\n  \"", "\"]"),
            ("(\n    '", "'\n    '", "'\n)"),
            ("[\r\n\"", "\",\r\n\"", "\"\r\n]"),
            ("[\"", "\", \"", "\"]"),
            ("['", "','", "']"),
            ("- '", "'\n- '", "'\n"),
        ] {
            for width in [48, 50, 64, 76] {
                let text = format!("{open}{}{close}", broken(width, parted));
                check(&text, &format!("{open}{said}{close}"));
            }
        }
        // Each is a value: it is short, or longer than the one before, or before another that is
        // behind a shorter one, or all are as wide.
        let in_list = |values: &[&str]| {
            values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(",\n")
        };
        let lists: [&[usize]; 7] =
            [&[12, 12, 9], &[36, 45], &[45, 36, 45], &[45, 35, 45], &[36, 36], &[45; 4], &[36; 90]];
        for lens in lists {
            let values: Vec<&str> = lens.iter().map(|len| &said[..*len]).collect();
            let letters: Vec<String> =
                values.iter().map(|it| crate::search::tests::base64(it.as_bytes())).collect();
            let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
            check(&in_list(&letters), &in_list(&values));
        }
    }

    #[test]
    fn lines_that_say_nothing_together_are_not_read_together_each_time() {
        // Each says text, and is no whole number of groups.
        let line = "aGVsbG8sIHdvcmxkLCBob3cgYXJlIHlvdQ";
        let text = format!("{line}\n").repeat(60_000);
        let started = std::time::Instant::now();
        check(&text, &"hello, world, how are you\n".repeat(60_000));
        // No line of a page begins its line of the text.
        let text = "<br>6865zz6c6f2c20zz776f".repeat(60_000);
        check(&text, &text);
        assert!(started.elapsed().as_secs() < 20);
    }

    #[test]
    fn nothing_is_read_when_there_is_no_time_left() {
        let late = Limits { deadline: Some(std::time::Instant::now()), ..Limits::DEFAULT };
        let line = "aGVsbG8sIHdvcmxkLCBob3cgYXJlIHlvdSEh";
        for text in [line.repeat(1000), format!("{line}\n").repeat(1000), "6865".repeat(1000)] {
            let read = read(text.as_bytes(), 0..text.len(), &late);
            assert!(read.rewritten.is_none() && read.binary.is_empty());
        }
    }

    #[test]
    fn utf16_in_base64_is_read() {
        check("-enc aABlAGwAbABvACwAIAB3AG8AcgBsAGQA b", "-enc hello, world b");
    }

    #[test]
    fn short_runs_are_found_as_when_every_byte_is_read() {
        let mut number: u64 = 7;
        for _ in 0..2_000 {
            let text: Vec<u8> = (0..60)
                .map(|_| {
                    number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    if (number >> 33).is_multiple_of(7) { b' ' } else { b'a' }
                })
                .collect();
            let mut expected = Vec::new();
            let mut at = 0;
            for word in text.split(|byte| *byte == b' ') {
                expected.extend((word.len() >= VALUE_MIN).then_some(at..at + word.len()));
                at += word.len() + 1;
            }
            let mut found = Vec::new();
            let mut at = 0;
            while let Some(run) = next_run(&text, at) {
                at = run.end;
                found.push(run);
            }
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(&text));
        }
    }
}
