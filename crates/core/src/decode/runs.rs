//! Runs of base64 and of hexadecimal digits, wherever they stand in a text.

use std::ops::Range;

use super::blocks::Places;
use super::rewrite::{Rewriter, Rewritten};
use super::utf16::ByteOrder;
use super::{base64, hex, utf16};

/// Letters of a run that is decoded wherever it stands: the shortest token that tells by itself
/// what it is has 48 in base64, and one of every `BLOCK` + `STRIDE` letters is looked at.
pub(crate) const LONG_MIN: usize = 47;

/// Letters that are looked at together.
const BLOCK: usize = 16;

/// Distance between the blocks that are looked at.
const STRIDE: usize = 32;
const _: () = assert!(BLOCK + STRIDE - 1 == LONG_MIN);

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

/// How base64 begins that says a container: gzip, zip, zstd, xz, bzip2.
const CONTAINERS: [&[u8]; 5] = [b"H4sI", b"UEsD", b"KLUv", b"/Td6", b"Qlpo"];

/// Letters by which it is told whether a run may say text at all.
const GLANCE: usize = 48;

/// Digits of a digest: a run of no other letters is no base64.
const DIGEST_MIN: usize = 32;

/// Digits of the longest digest that is common.
const HEX_DIGEST_MAX: usize = 128;
const _: () = assert!(GLANCE <= HEX_DIGEST_MAX);

/// Bytes of white space between two lines of one run.
const BREAK_MAX: usize = 64;

/// Whether base64 or hex can hold `byte`.
fn is_letter(byte: u8) -> bool {
    base64::is_letter(byte)
}

/// The runs of at least `LONG_MIN` letters in a text that may say something, each with the lines
/// that go on with it, as far as they were looked for.
#[derive(Debug, Default)]
pub struct LongRuns {
    runs: Vec<Range<usize>>,
    /// Those that say nothing.
    silent: Vec<Range<usize>>,
    /// Where the next block is looked at.
    at: usize,
    /// Up to here all runs are known.
    passed: usize,
}

impl LongRuns {
    /// All of `text`.
    #[must_use]
    pub fn of(text: &[u8]) -> Vec<Range<usize>> {
        let mut long = LongRuns::default();
        long.advance(text, text.len());
        long.runs
    }

    /// What was found, in order.
    #[must_use]
    pub fn into_runs(self) -> Vec<Range<usize>> {
        self.runs
    }

    /// What was found so far, in order.
    #[must_use]
    pub fn runs(&self) -> &[Range<usize>] {
        &self.runs
    }

    /// Runs that are long enough and say nothing.
    #[must_use]
    pub fn silent(&self) -> &[Range<usize>] {
        &self.silent
    }

    /// Goes on in `text` to `until`.
    pub fn advance(&mut self, text: &[u8], until: usize) {
        while self.at < until
            && let Some(block) = text.get(self.at..).and_then(|rest| rest.first_chunk::<BLOCK>())
        {
            if Places::of(block, base64::letters).at_front() == BLOCK
                && self.passed <= self.at
                && let Some(end) = self.run_around(text)
            {
                self.passed = end;
                self.at = end;
            } else {
                self.at += STRIDE;
            }
        }
    }

    /// The end of the run that the block at hand lies in, if it is a long one.
    fn run_around(&mut self, text: &[u8]) -> Option<usize> {
        let at = self.at;
        if !may_be_long(text, at) {
            return None;
        }
        let before = text.get(self.passed..at).unwrap_or_default();
        let start = at - before.iter().rev().take_while(|&&byte| is_letter(byte)).count();
        let line_end = end_of_letters(text, at);
        if line_end - start < LONG_MIN {
            return None;
        }
        let end = end_of_lines(text, line_end);
        let says = may_say(text.get(start..end).unwrap_or_default());
        let runs = if says { &mut self.runs } else { &mut self.silent };
        runs.push(start..end);
        Some(end)
    }
}

/// Whether the block at `at`, which has only letters, may lie in a long run: most are names, whose
/// ends lie within its neighbours.
fn may_be_long(text: &[u8], at: usize) -> bool {
    let (before, here) = text.split_at_checked(at).unwrap_or_default();
    let behind = here.get(BLOCK..).unwrap_or_default();
    match (before.last_chunk::<STRIDE>(), behind.first_chunk::<STRIDE>()) {
        (Some(before), Some(behind)) => {
            let before = Places::of(before, base64::letters).at_end::<STRIDE>();
            let behind = Places::of(behind, base64::letters).at_front();
            before + BLOCK + behind >= LONG_MIN
        }
        _ => true,
    }
}

fn end_of_letters(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|&&byte| is_letter(byte)).count()
}

/// The end of the lines that go on a run whose line ends at `end`.
fn end_of_lines(text: &[u8], mut end: usize) -> usize {
    while let Some(next) = next_line(text, end) {
        end = next;
    }
    end
}

/// The end of the letters in the next line, if a line ends at `end` and the next has only letters.
fn next_line(text: &[u8], end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let broken = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"));
    let escaped = rest.strip_prefix(b"\\r\\n").or_else(|| rest.strip_prefix(b"\\n"));
    let line = broken.or(escaped)?;
    let blanks = line.iter().take(BREAK_MAX).take_while(|byte| matches!(byte, b' ' | b'\t'));
    let start = end + (rest.len() - line.len()) + blanks.count();
    let stop = end_of_letters(text, start);
    let ends = matches!(
        text.get(stop),
        None | Some(b'\r' | b'\n' | b'=' | b'"' | b'\'' | b'\\' | b'<' | b',')
    );
    (stop > start && ends).then_some(stop)
}

/// What the runs of a text say.
#[derive(Debug)]
pub struct Read {
    /// The text with those that say text in their places, if there are any.
    pub rewritten: Option<Rewritten>,
    /// Those that say something else, and where they stand.
    pub binary: Vec<(Range<usize>, Vec<u8>)>,
}

/// Reads the runs in `range` of `text`.
#[must_use]
pub fn read(text: &[u8], range: Range<usize>) -> Read {
    let text = text.get(..range.end).unwrap_or_default();
    let mut rewriter = Rewriter::new(text, range.start);
    let mut binary = Vec::new();
    let mut at = range.start;
    while let Some(Range { start, end: line_end }) = next_run(text, at) {
        at = start;
        let len = line_end - at;
        if len < SHORT_MIN && !is_value(text, at..line_end) {
            at = line_end;
            continue;
        }
        let mut end = end_of_lines(text, line_end);
        let mut said = say(text.get(at..end).unwrap_or_default(), len < SHORT_MIN);
        if said.is_none() && end > line_end {
            // The next line may be a word of its own, such as the end of a here-document.
            said = say(text.get(at..line_end).unwrap_or_default(), false);
            if said.is_some() {
                end = line_end;
            }
        }
        let letters = text.get(at..end).unwrap_or_default();
        if let Some(said) = said {
            let (name, end) = match said.form {
                Form::Hex => (hex::NAME, end),
                Form::Base64 => (base64::NAME, after_written_padding(text, end)),
            };
            let names = [name, utf16::NAME];
            let (names, _) = names.split_at(if said.wide { 2 } else { 1 });
            rewriter.replace(at + said.skipped..end, &said.bytes, names);
        } else {
            let contains = CONTAINERS.iter().any(|start| letters.starts_with(start));
            if contains || letters.len() >= BINARY_MIN {
                let mut bytes = Vec::new();
                base64::decode(letters, &mut bytes);
                binary.push((at..end, bytes));
            }
        }
        at = end;
    }
    Read { rewritten: rewriter.finish(range.end), binary }
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
        let end = end_of_letters(text, last);
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

/// How a run is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Hex,
    Base64,
}

/// What a run says, if it says text.
fn say(letters: &[u8], short: bool) -> Option<Said> {
    from_hex(letters).or_else(|| from_base64(letters, short))
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

fn from_hex(letters: &[u8]) -> Option<Said> {
    let digits = letters.strip_prefix(b"0x").unwrap_or(letters);
    if digits.len() < SHORT_MIN || !is_hex(digits) {
        return None;
    }
    if !glance_at_hex(digits) {
        return None;
    }
    let digits: Vec<u8> = digits.iter().copied().filter(u8::is_ascii_hexdigit).collect();
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    hex::decode(&digits, &mut bytes);
    // Digits that do not belong to it cannot be told from others.
    said(Form::Hex, &bytes).filter(|said| said.skipped == 0)
}

fn is_hex(letters: &[u8]) -> bool {
    letters.iter().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace())
}

/// Whether the first digits of a run may say text; the last of its line too, if it is too long for
/// a digest: a text may begin with a sentence that ASCII cannot write.
fn glance_at_hex(digits: &[u8]) -> bool {
    if glance_at_pairs(digits.get(..GLANCE).unwrap_or(digits)) {
        return true;
    }
    let line = digits.iter().position(u8::is_ascii_whitespace).unwrap_or(digits.len());
    if line <= HEX_DIGEST_MAX {
        return false;
    }
    let start = (line - GLANCE) / 2 * 2;
    digits.get(start..line).is_some_and(glance_at_pairs)
}

/// Whether more of what these digits say is text than chance makes so.
fn glance_at_pairs(digits: &[u8]) -> bool {
    let (pairs, _) = digits.as_chunks::<2>();
    let bytes = pairs.iter().filter_map(|pair| hex::pair(pair, 0));
    let (fitting, all) = bytes.fold((0, 0), |(fitting, all), byte| {
        (fitting + usize::from(is_text_byte(byte) || byte == 0), all + 1)
    });
    fitting * 10 >= all * 6
}

/// Whether the last letters of a run's first line may say text; `bytes` is overwritten.
///
/// What does not belong to the run stands before it, so its end is looked at.
fn glance_at_base64(letters: &[u8], bytes: &mut Vec<u8>) -> bool {
    let sample = letters.get(..SAMPLE_MAX).unwrap_or(letters);
    let line = sample.get(..end_of_letters(sample, 0)).unwrap_or_default();
    let glance = line.len().saturating_sub(GLANCE).next_multiple_of(4);
    bytes.clear();
    base64::decode(line.get(glance..).unwrap_or_default(), bytes);
    may_be_text(bytes)
}

/// Whether a long run may say anything: most are digests and names.
fn may_say(letters: &[u8]) -> bool {
    let line = letters.get(..end_of_letters(letters, 0)).unwrap_or_default();
    if is_hex(line) {
        return glance_at_hex(line);
    }
    let mut bytes = Vec::with_capacity(GLANCE);
    letters.len() >= BINARY_MIN
        || CONTAINERS.iter().any(|start| letters.starts_with(start))
        || (0..4).any(|skipped| {
            letters.get(skipped..).is_some_and(|rest| glance_at_base64(rest, &mut bytes))
        })
}

/// Whether more bytes are letters, or the zeros between those of UTF-16, than chance makes so.
fn may_be_text(bytes: &[u8]) -> bool {
    let fitting = bytes.iter().map(|&byte| usize::from(is_text_byte(byte) | (byte == 0)));
    fitting.sum::<usize>() * 10 >= bytes.len() * 6
}

/// Tries each place at which groups of four letters may begin: other letters may stand before.
fn from_base64(letters: &[u8], short: bool) -> Option<Said> {
    if letters.len() >= DIGEST_MIN && is_hex(letters) {
        return None;
    }
    let mut best: Option<Said> = None;
    let mut bytes = Vec::new();
    for skipped in 0..4.min(letters.len()) {
        let letters = letters.get(skipped..)?;
        if !glance_at_base64(letters, &mut bytes) {
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
            said.bytes.clear();
            base64::decode(letters, &mut said.bytes);
            said.bytes.drain(..foreign);
            if said.wide {
                said.bytes = narrow(&said.bytes).unwrap_or_default();
            }
        }
        if best.as_ref().is_none_or(|best| best.bytes.len() < said.bytes.len()) {
            best = Some(said);
        }
        if short {
            break;
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
    use super::{LONG_MIN, LongRuns, VALUE_MIN, next_run, read};

    fn check(text: &str, expected: &str) {
        let read = read(text.as_bytes(), 0..text.len());
        let bytes = read.rewritten.map_or_else(|| text.as_bytes().to_vec(), |read| read.bytes);
        assert_eq!(String::from_utf8_lossy(&bytes), expected, "{text}");
    }

    #[test]
    fn runs_that_say_text_are_read_in_their_places() {
        check("a: aGVsbG8sIHdvcmxkLCBob3cgYXJlIHlvdQ== b", "a: hello, world, how are you b");
        check("a: 68656c6c6f2c20776f726c64 b", "a: hello, world b");
        check("a: 0x68656C6C6F2C20776F726C64 b", "a: hello, world b");
        check("a: aGVsbG8sIHdvcmxk\n  LCBob3cgYXJlIHlvdQ==\nb", "a: hello, world, how are you\nb");
        check(
            "?a=aGVsbG8sIHdvcmxkLCBob3cgYXJlIHlvdQ%3D%3D&b=1",
            "?a=hello, world, how are you&b=1",
        );
        check("x/aGVsbG8sIHdvcmxkLCBob3cgYXJlIHlvdQ b", "x/hello, world, how are you b");
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

    #[test]
    fn long_runs_are_found_at_every_offset() {
        for before in 0..80 {
            for len in [LONG_MIN, LONG_MIN + 1, 200] {
                let text =
                    [" ".repeat(before), "YWFh".repeat(60)[..len].to_owned(), " b".to_owned()]
                        .concat();
                let runs = LongRuns::of(text.as_bytes());
                assert_eq!(runs.len(), 1, "{before} {len}");
                assert_eq!(runs[0], before..before + len);
            }
        }
        assert!(LongRuns::of("a".repeat(30).as_bytes()).is_empty());
    }

    #[test]
    fn a_long_run_goes_on_over_lines() {
        let line = "YWFh".repeat(16);
        let text = format!("x {line}\n{line}\r\n  {line}\nYWE=\nb c");
        let runs = LongRuns::of(text.as_bytes());
        assert_eq!(runs.len(), 1);
        assert_eq!(runs[0], 2..text.len() - 5);
    }
}
