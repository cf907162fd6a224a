//! Where a private key stands: between the lines of an armour, or bare.
//!
//! ```text
//! -----BEGIN RSA PRIVATE KEY-----     label RSA; the body begins behind the dashes
//! MIIEpAIBAAKCAQEA…                   body, which [`crate::key_body`] reads
//! -----END RSA PRIVATE KEY-----
//! ```

use pushgate_detector_sdk::Span;

use crate::boundary::starts_freely;

/// The first line of an armour around a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Armour<'t> {
    /// Where its dashes begin.
    pub(crate) start: usize,
    /// One past its last dash.
    pub(crate) end: usize,
    /// The words before `PRIVATE KEY`.
    pub(crate) label: &'t [u8],
}

const BEGIN: &[u8] = b"-----BEGIN";
const PRIVATE: &[u8] = b"PRIVATE";
const DASHES: &[u8] = b"-----";
/// From `BEGIN` to the dashes behind it; `ENCRYPTED` with escaped blanks is the longest label.
const LABEL_MAX: usize = 64;
/// Before a bare key, this much is looked at for the armour that it may stand in.
const ARMOUR_REACH: usize = 8192;

impl<'t> Armour<'t> {
    /// Reads the first line that begins in `span`.
    pub(crate) fn read(text: &'t [u8], span: Span) -> Option<Armour<'t>> {
        let found = text.get(span.start()..span.end())?;
        let found = found.get(..LABEL_MAX).unwrap_or(found);
        let begin = found.windows(BEGIN.len()).position(|window| window == BEGIN)?;
        let start = span.start() + begin;
        let words = start + BEGIN.len();
        let line = text.get(words..)?;
        let line = line.get(..LABEL_MAX).unwrap_or(line);
        let dashes = line.windows(DASHES.len()).position(|window| window == DASHES)?;
        let line = line.get(..dashes)?;
        let private = line.windows(PRIVATE.len()).position(|window| window == PRIVATE)?;
        let more = text.get(words + dashes + DASHES.len()..)?;
        let more = more.iter().take(2).take_while(|&&byte| byte == b'-').count();
        Some(Armour {
            start,
            end: words + dashes + DASHES.len() + more,
            label: line.get(..private)?,
        })
    }

    /// Whether the label holds this word.
    pub(crate) fn says(&self, word: &[u8]) -> bool {
        self.label.windows(word.len()).any(|window| window == word)
    }

    /// What stands before it on its line and may stand before all others: the marks of a comment, a
    /// quotation or a diff, or what a log writes.
    pub(crate) fn line_prefix(&self, text: &'t [u8]) -> LinePrefix<'t> {
        const PREFIX_MAX: usize = 128;
        let before =
            text.get(self.start.saturating_sub(PREFIX_MAX)..self.start).unwrap_or_default();
        let line = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
        let marks: Vec<u8> =
            line.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        if marks.iter().all(|&byte| is_mark(byte)) {
            return LinePrefix::Marks(marks);
        }
        let whole = line.len() < before.len() || self.start <= PREFIX_MAX;
        if whole && let Some(stamp) = stamp(line, self.next_line(text)) {
            return LinePrefix::Stamp(stamp);
        }
        if whole && let Some(marks) = comment_marks(line, self.next_line(text)) {
            return LinePrefix::Marks(marks.to_vec());
        }
        // In a diff the value stands behind its name, and the sign before both.
        match line.first() {
            Some(&sign @ (b'+' | b'-')) if whole => LinePrefix::Marks(vec![sign]),
            _ => LinePrefix::NONE,
        }
    }

    /// What follows the end of its line.
    fn next_line(&self, text: &'t [u8]) -> &'t [u8] {
        const LINE_END_MAX: usize = 16;
        let rest = text.get(self.end..).unwrap_or_default();
        let near = rest.get(..LINE_END_MAX).unwrap_or(rest);
        let line = near.iter().position(|&byte| byte == b'\n');
        line.and_then(|end| rest.get(end + 1..)).unwrap_or_default()
    }
}

/// What stands before every line of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LinePrefix<'t> {
    /// These characters, with blanks between them or without.
    Marks(Vec<u8>),
    /// The time and what else a log writes, as it stands before the first line: as many characters
    /// before each, and none but digits differ.
    Stamp(&'t [u8]),
}

impl LinePrefix<'_> {
    pub(crate) const NONE: LinePrefix<'static> = LinePrefix::Marks(Vec::new());
}

/// What `line` and the `next` one begin with, if it is more than marks.
fn stamp<'t>(line: &'t [u8], next: &[u8]) -> Option<&'t [u8]> {
    /// Characters that are no blanks: fewer may be the same by chance.
    const STAMP_MIN: usize = 4;
    let len = line.iter().zip(next).take_while(|(a, b)| are_alike(**a, **b)).count();
    let end = line.get(..len)?.iter().rposition(u8::is_ascii_whitespace)? + 1;
    let stamp = line.get(..end)?;
    let solid = stamp.iter().filter(|byte| !byte.is_ascii_whitespace());
    let is_more = stamp.iter().any(|&byte| !is_mark(byte) && !byte.is_ascii_whitespace());
    (is_more && solid.count() >= STAMP_MIN).then_some(stamp)
}

/// Whether two characters of stamps are the same, or may differ.
pub(crate) fn are_alike(one: u8, other: u8) -> bool {
    one == other || one.is_ascii_digit() && other.is_ascii_digit()
}

/// What makes a comment of `line`, which has more in it, if the `next` one begins so too:
/// `# KEY = """`.
fn comment_marks<'t>(line: &'t [u8], next: &[u8]) -> Option<&'t [u8]> {
    let line = line.trim_ascii_start();
    let length = line.iter().take_while(|&&byte| is_mark(byte)).count();
    let marks = line.get(..length).filter(|marks| !marks.is_empty())?;
    next.trim_ascii_start().starts_with(marks).then_some(marks)
}

/// Whether the text at `at` stands inside the armour of something, private or not.
pub(crate) fn is_armoured(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(ARMOUR_REACH)..at).unwrap_or_default();
    let Some(dashes) = before.windows(DASHES.len()).rposition(|window| window == DASHES) else {
        return false;
    };
    // The dashes nearest before close the first line of an armour, or the last.
    let line = before.get(dashes.saturating_sub(LABEL_MAX)..dashes).unwrap_or_default();
    let words = line.windows(5).rposition(|window| window == b"BEGIN");
    words.is_some() && words > line.windows(4).rposition(|window| window == b"-END")
}

/// What base64 without an armour begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// DER with a length of two bytes.
    Der,
    /// An armour, encoded once more.
    Armour,
    /// A key store of Java's.
    JavaStore,
}

/// Where base64 begins that the pattern found in `span`, if nothing glues it to more.
pub(crate) fn bare(text: &[u8], span: Span) -> Option<(Start, usize)> {
    const STARTS: [(&[u8], Start); 3] = [
        (b"MII", Start::Der),
        (b"LS0tLS1CRUdJTi", Start::Armour),
        (b"/u3+7QAAAA", Start::JavaStore),
    ];
    const REACH: usize = 4;
    let glued = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'_' | b'-');
    let near = span.start()..span.end().min(span.start() + REACH);
    let starts = near.flat_map(|at| STARTS.map(|(bytes, start)| (bytes, start, at)));
    starts
        .filter(|(bytes, _, at)| text.get(*at..).is_some_and(|rest| rest.starts_with(bytes)))
        .find(|(_, _, at)| starts_freely(text, *at, glued) || is_default(text, *at))
        .map(|(_, start, at)| (start, at))
}

/// Whether a shell has the sign for what a variable is by default before `at`: `${KEY:-MII…}`.
fn is_default(text: &[u8], at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.ends_with(b":-"))
}

pub(crate) fn is_mark(byte: u8) -> bool {
    matches!(byte, b'+' | b'-' | b'#' | b'*' | b'/' | b'>' | b'|' | b';' | b'!' | b':' | b'%')
}

#[cfg(test)]
mod tests {
    use super::{Armour, LinePrefix, is_armoured};
    use pushgate_detector_sdk::Span;

    fn read(text: &str) -> Option<(usize, usize, String)> {
        let armour = Armour::read(text.as_bytes(), Span::at(0, text.len()))?;
        Some((armour.start, armour.end, String::from_utf8(armour.label.to_vec()).unwrap()))
    }

    #[test]
    fn the_first_line_is_read_with_any_blank() {
        assert_eq!(read("-----BEGIN PRIVATE KEY-----x"), Some((0, 27, " ".to_owned())));
        assert_eq!(read("k=-----BEGIN RSA PRIVATE KEY-----").unwrap().2, " RSA ");
        assert_eq!(read("-----BEGIN%20EC%20PRIVATE%20KEY-----").unwrap().2, "%20EC%20");
        assert_eq!(read("-----BEGIN PGP PRIVATE KEY BLOCK-----").unwrap().2, " PGP ");
    }

    #[test]
    fn other_armour_is_not() {
        assert_eq!(read("-----BEGIN PUBLIC KEY-----"), None);
        assert_eq!(read("-----BEGIN PRIVATE KEY"), None);
        assert_eq!(read("-----BEGIN"), None);
    }

    fn prefix(text: &str) -> String {
        let armour = Armour::read(text.as_bytes(), Span::at(0, text.len())).unwrap();
        match armour.line_prefix(text.as_bytes()) {
            LinePrefix::Marks(marks) => String::from_utf8(marks).unwrap(),
            LinePrefix::Stamp(stamp) => format!("stamp {}", String::from_utf8_lossy(stamp)),
        }
    }

    #[test]
    fn what_stands_before_every_line_is_known() {
        assert_eq!(prefix("x\n  # -----BEGIN PRIVATE KEY-----"), "#");
        assert_eq!(prefix("x\n+  // -----BEGIN PRIVATE KEY-----"), "+//");
        assert_eq!(prefix("x\n+ key: '-----BEGIN PRIVATE KEY-----"), "+");
        assert_eq!(prefix("x\nkey: '-----BEGIN PRIVATE KEY-----"), "");
        assert_eq!(prefix("x\n# key = '-----BEGIN PRIVATE KEY-----\n# MII"), "#");
        assert_eq!(prefix("x\n  // key: `-----BEGIN PRIVATE KEY-----\n  // MII"), "//");
        assert_eq!(prefix("x\n# key = '-----BEGIN PRIVATE KEY-----\nMII"), "");
    }

    #[test]
    fn what_a_log_writes_before_every_line_is_known() {
        let check = |before: &str, next: &str, expected: &str| {
            let text = format!("x\n{before}-----BEGIN PRIVATE KEY-----\n{next}MIIE");
            assert_eq!(prefix(&text), expected, "{text}");
        };
        let stamp = "2026-01-01 10:00:09 INFO ";
        check(stamp, "2026-01-01 10:00:10 INFO ", &format!("stamp {stamp}"));
        check(&format!("{stamp}key: \""), "2026-01-01 10:00:10 INFO ", &format!("stamp {stamp}"));
        check("app_1  | ", "app_1  | ", "stamp app_1  | ");
        // The next line has none, or another.
        check(stamp, "", "");
        check("one two ", "one three ", "");
        check("key: ", "", "");
    }

    #[test]
    fn text_behind_a_first_line_and_before_the_last_is_armoured() {
        let check =
            |text: &str, expected| assert_eq!(is_armoured(text.as_bytes(), text.len()), expected);
        check("-----BEGIN CERTIFICATE-----\n", true);
        check("-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\nk: ", false);
        check("k: ", false);
        check("-----\nk: ", false);
    }
}
