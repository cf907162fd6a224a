//! The base64 of a key, read through everything that people wrap around its lines.
//!
//! ```text
//! MIIE…\nQIBA…           escaped line breaks, once or more often; `&#10;`, `%0A`, `<br>`
//! "MIIE…\n" +            one string literal for each line, joined in the manner of any language
//! + # > MIIE…            what stands before every line: see `Armour::line_prefix`
//! MIIE… QIBA…            blanks, tabs, commas, bars
//! Proc-Type: 4,ENCRYPTED headers, before an encrypted body
//! ```

use pushgate_detector_sdk::Span;

use crate::armour::{LinePrefix, are_alike};
use crate::caseless::stands_at;
use crate::key_headers;
use crate::unescape::{Reading, step};

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    /// Its characters, without padding.
    pub(crate) characters: Vec<u8>,
    /// From its first character to its last, padding included.
    pub(crate) span: Span,
    /// How it ends.
    pub(crate) ending: Ending,
    /// Whether headers say that it is encrypted.
    pub(crate) encrypted: bool,
    /// Most characters that stand together, without anything between.
    pub(crate) longest_line: usize,
}

/// What stands behind a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The last line of its armour.
    Armour,
    /// A character that belongs to no body.
    Text(u8),
    /// Nothing: the text ends.
    Nothing,
}

/// Bytes of text that are read for one body: a key of 8192 bits, in deep indentation.
const TEXT_MAX: usize = 16 << 10;
/// Between two literals of one key there is a sign or a call, and perhaps a comment.
const GAP_MAX: usize = 80;
/// A line of base64 has 64 or 76 characters; some people cut at fewer.
const LITERAL_MAX: usize = 4096;
const INDENT_MAX: usize = 32;
const BACKSLASHES_MAX: usize = 8;

impl Body {
    /// Reads what stands behind the first line of an armour, whose lines begin with `prefix`.
    pub(crate) fn armoured(text: &[u8], at: usize, prefix: LinePrefix<'_>) -> Body {
        let behind_headers = key_headers::encryption(text, at);
        let mut reader = Reader::new(text, behind_headers.unwrap_or(at), prefix);
        reader.lines();
        Body { encrypted: behind_headers.is_some(), ..reader.finish() }
    }

    /// Reads base64 that stands at `at` without an armour, of which `expected` characters, padding
    /// included, are to come, if its own first bytes tell.
    pub(crate) fn bare(text: &[u8], at: usize, expected: Option<usize>) -> Body {
        let mut reader = Reader::new(text, at, LinePrefix::NONE);
        reader.expected = expected;
        reader.lines();
        reader.finish()
    }
}

/// A place in a text, and what was read before it.
struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    limit: usize,
    prefix: LinePrefix<'t>,
    /// Without an armour, how many characters there should be; zero, if nothing tells.
    expected: Option<usize>,
    characters: Vec<u8>,
    padding: usize,
    span: Option<(usize, usize)>,
    line: usize,
    longest_line: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t [u8], at: usize, prefix: LinePrefix<'t>) -> Reader<'t> {
        Reader {
            text,
            at,
            limit: text.len().min(at.saturating_add(TEXT_MAX)),
            prefix,
            expected: None,
            characters: Vec::new(),
            padding: 0,
            span: None,
            line: 0,
            longest_line: 0,
        }
    }

    fn finish(self) -> Body {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let ending = match rest.first() {
            Some(_) if is_last_line(rest) => Ending::Armour,
            Some(&byte) => Ending::Text(byte),
            None => Ending::Nothing,
        };
        let (start, end) = self.span.unwrap_or((self.at, self.at));
        Body {
            characters: self.characters,
            span: Span::at(start, end - start),
            ending,
            encrypted: false,
            longest_line: self.longest_line,
        }
    }

    /// Reads characters, and passes over what separates lines, until something else comes.
    fn lines(&mut self) {
        while self.at < self.limit {
            let before = self.at;
            let read = self.run() || self.separator() || self.character();
            if !read || self.at <= before || self.is_full() {
                break;
            }
        }
    }

    /// Whether a bare body has all the characters that its own beginning promises.
    fn is_full(&self) -> bool {
        self.expected.is_some_and(|expected| {
            expected > 0 && self.characters.len() + self.padding >= expected
        })
    }

    /// Reads characters of base64 that stand as they are, as many as follow each other.
    fn run(&mut self) -> bool {
        if self.padding > 0 {
            return false;
        }
        let left = match self.expected {
            Some(expected) if expected > 0 => expected.saturating_sub(self.characters.len()),
            _ => usize::MAX,
        };
        let rest = self.text.get(self.at..self.limit).unwrap_or_default();
        let letter = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        let len = rest.iter().take(left).take_while(letter).count();
        let Some(run) = rest.get(..len).filter(|run| !run.is_empty()) else { return false };
        self.characters.extend_from_slice(run);
        self.line += len;
        self.longest_line = self.longest_line.max(self.line);
        let (start, _) = self.span.unwrap_or((self.at, self.at));
        self.at += len;
        self.span = Some((start, self.at));
        true
    }

    /// Reads one character of base64, however it is escaped.
    fn character(&mut self) -> bool {
        let Some(step) = step(self.text, self.at, Reading::Plain) else {
            return false;
        };
        match step.byte {
            b'=' => self.padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if self.padding == 0 => {
                self.characters.push(step.byte);
                self.line += 1;
                self.longest_line = self.longest_line.max(self.line);
            }
            // An escaped line break.
            b'\n' | b'\r' | b' ' => {
                self.line = 0;
                self.at = step.next;
                return self.expected.is_none();
            }
            _ => return false,
        }
        let (start, _) = self.span.unwrap_or((self.at, self.at));
        self.span = Some((start, step.next));
        self.at = step.next;
        true
    }

    /// Passes over something that may stand between two characters.
    fn separator(&mut self) -> bool {
        let Some(&byte) = self.text.get(self.at) else {
            return false;
        };
        let next = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=' => return false,
            b'\n' => Some(self.line_start(self.at + 1)),
            b' ' | b'\t' | b'\r' => Some(self.at + 1),
            // Lines joined by hand; a bare body is one line of its own.
            b',' | b';' | b'|' | b'^' if self.expected.is_none() => Some(self.at + 1),
            b'\\' => self.backslash(),
            b'`' => self.backtick(),
            b'"' | b'\'' => self.literal(self.at, byte),
            b'&' => self.quote_entity(),
            b'<' => self.line_tag(),
            _ => None,
        };
        let Some(next) = next.filter(|&next| !self.ends_bare(next)) else {
            return false;
        };
        self.line = 0;
        self.at = next;
        true
    }

    /// Without an armour, the next line belongs to the body only if it is nothing but base64.
    fn ends_bare(&self, next: usize) -> bool {
        const LINE_MIN: usize = 40;
        let Some(expected) = self.expected else {
            return false;
        };
        let rest = self.text.get(next..self.limit).unwrap_or_default();
        if rest.first().is_none_or(|&byte| !is_base64(byte)) {
            // Blanks, or a quote that follows an escape: the next step decides.
            return false;
        }
        let len = rest.iter().take_while(|&&byte| is_base64(byte)).count();
        let last = expected > 0 && self.characters.len() + len == expected;
        let closed = rest.get(len).is_none_or(|&byte| {
            matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'`' | b'<' | b'\\' | b'&' | b'=')
        });
        !(last || closed && len >= LINE_MIN && self.longest_line >= LINE_MIN)
    }

    /// Where the text of a line begins, behind what stands before every line.
    fn line_start(&self, start: usize) -> usize {
        match &self.prefix {
            LinePrefix::Marks(marks) => self.behind_marks(marks, start),
            LinePrefix::Stamp(stamp) => self.behind_stamp(stamp, start),
        }
    }

    fn behind_stamp(&self, stamp: &[u8], start: usize) -> usize {
        let end = start + stamp.len();
        let alike = |here: &[u8]| stamp.iter().zip(here).all(|(a, b)| are_alike(*a, *b));
        if self.text.get(start..end).is_some_and(alike) { end } else { start }
    }

    fn behind_marks(&self, marks: &[u8], start: usize) -> usize {
        let mut at = start;
        let mut marks = marks.iter();
        let mut mark = marks.next();
        while let Some(expected) = mark {
            match self.text.get(at) {
                Some(b' ' | b'\t') => at += 1,
                // The dashes of the last line are not those of a diff.
                Some(b'-') if self.text.get(at..).is_some_and(is_last_line) => break,
                Some(byte) if byte == expected => {
                    at += 1;
                    mark = marks.next();
                }
                _ => break,
            }
        }
        at
    }

    /// `\n`, `\r`, `\t`, and a backslash that ends a line or stands before a quote.
    fn backslash(&self) -> Option<usize> {
        let rest = self.text.get(self.at..)?;
        let run = rest.iter().take(BACKSLASHES_MAX).take_while(|&&byte| byte == b'\\').count();
        let end = self.at + run;
        match *self.text.get(end)? {
            b'n' | b'r' | b't' => Some(end + 1),
            b'\n' => Some(self.line_start(end + 1)),
            b'\r' => Some(end + 1),
            quote @ (b'"' | b'\'') => self.literal(end, quote),
            _ => None,
        }
    }

    /// PowerShell's line break, or a quote.
    fn backtick(&self) -> Option<usize> {
        match self.text.get(self.at + 1) {
            Some(b'n' | b'r') => Some(self.at + 2),
            _ => self.literal(self.at, b'`'),
        }
    }

    fn quote_entity(&self) -> Option<usize> {
        let quote: &[u8] = b"&quot;";
        let rest = self.text.get(self.at..)?;
        if !rest.starts_with(quote) {
            return None;
        }
        let gap = rest.get(quote.len()..)?;
        let gap = gap.get(..GAP_MAX).unwrap_or(gap);
        let open = gap.windows(quote.len()).position(|window| window == quote)?;
        Some(self.at + open + 2 * quote.len())
    }

    /// `<br>` and its like.
    fn line_tag(&self) -> Option<usize> {
        const TAG_MAX: usize = 8;
        if !stands_at(self.text, self.at, b"<br") {
            return None;
        }
        let rest = self.text.get(self.at..)?;
        let end = rest.iter().take(TAG_MAX).position(|&byte| byte == b'>')?;
        Some(self.at + end + 1)
    }

    /// A quote at `at` ends one literal; where the text of the next one begins, if it goes on with
    /// the key.
    fn literal(&self, at: usize, quote: u8) -> Option<usize> {
        let gap = self.text.get(at + 1..self.limit)?;
        let gap = gap.get(..GAP_MAX).unwrap_or(gap);
        let open = gap.iter().position(|&byte| byte == quote)?;
        // Without an armour, a name between the two has the other for itself: `cert: "…", key: "…"`.
        if self.expected.is_some() && gap.get(..open)?.contains(&b':') {
            return None;
        }
        let start = at + 1 + open + 1;
        let rest = self.text.get(start..self.limit)?;
        // A file of YAML in literals is indented inside of them.
        let start = start + rest.iter().take(INDENT_MAX).take_while(|&&byte| byte == b' ').count();
        let rest = self.text.get(start..self.limit)?;
        let rest = rest.get(..LITERAL_MAX).unwrap_or(rest);
        let len = rest.iter().take_while(|&&byte| is_base64(byte)).count();
        let behind = rest.get(len..)?;
        let goes_on = match behind {
            [b'-', ..] => len == 0 && is_last_line(behind),
            [b'\\', b'n' | b'r' | b'"' | b'\'' | b'\\' | b'/', ..] => true,
            [b'`', ..] => true,
            [byte, ..] => len > 0 && *byte == quote,
            [] => len > 0,
        };
        goes_on.then_some(start)
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Whether the last line of an armour begins here.
fn is_last_line(text: &[u8]) -> bool {
    text.starts_with(b"-----END")
}

#[cfg(test)]
mod tests {
    use super::{Body, Ending, LinePrefix};

    /// The characters behind the first line break of `text`, and how they end.
    fn check(text: &str, prefix: &str, expected: &str, ending: Ending) {
        let body = Body::armoured(text.as_bytes(), 0, LinePrefix::Marks(prefix.into()));
        assert_eq!(body.characters.escape_ascii().to_string(), expected, "{text}");
        assert_eq!(body.ending, ending, "{text}");
    }

    #[test]
    fn line_breaks_are_read_in_every_spelling() {
        for text in [
            "\nAB+\n/CD=\n-----END",
            "\r\n  AB+\r\n  /CD=\r\n-----END",
            "\\nAB+\\n\\/CD=\\n-----END",
            "\\\\nAB+\\\\n\\\\/CD\\u003d\\\\n-----END",
            "\\n\\\nAB+\\n\\\n/CD=\\n\\\n-----END",
            "&#10;AB+&#xA;/CD=&#10;-----END",
            "%0AAB%2B%0D%0A%2FCD%3D%0A-----END",
            "<br>AB+<br />/CD=<br/>-----END",
            "`nAB+`n/CD=`n-----END",
            " AB+ /CD= -----END",
            ",AB+,/CD=,-----END",
        ] {
            check(text, "", "AB+/CD", Ending::Armour);
        }
    }

    #[test]
    fn literals_are_joined_in_every_manner() {
        for text in [
            "\\n\" +\n  \"AB+\\n\" +\n  \"/CD=\\n\" +\n  \"-----END",
            "\\n\"\n + \"    AB+\\n\"\n + \"    /CD=\\n\"\n + \"    -----END",
            "\"\n \"AB+\"\n \"/CD=\"\n \"-----END",
            "\\n', 'AB+\\n', '/CD=\\n', '-----END",
            "' .\n 'AB+' .\n '/CD=' . '-----END",
            "\" & vbCrLf & _\n \"AB+\" & vbCrLf & _\n \"/CD=\" & _\n\"-----END",
            "\\n\"); s.append(\"AB+\\n\"); s.append(\"/CD=\\n\"); s.append(\"-----END",
            "\\\\n\\\",\\n \\\"AB+\\\\n\\\", \\\"/CD=\\\\n\\\", \\\"-----END",
            "&quot; + &quot;AB+&quot; + &quot;/CD=&quot; + &quot;-----END",
            "' >> key\necho 'AB+' >> key\necho '/CD=' >> key\necho '-----END",
        ] {
            check(text, "", "AB+/CD", Ending::Armour);
        }
    }

    #[test]
    fn what_stands_before_every_line_is_passed_over() {
        check("\n+AB+\n++/CD\n+-----END", "+", "AB++/CD", Ending::Armour);
        check("\n  // AB+\n  // /CD\n  // -----END", "//", "AB+/CD", Ending::Armour);
        check("\n-AB\n------END", "-", "AB", Ending::Armour);
        check("\n  AB\n  -----END", "-", "AB", Ending::Armour);
        check("\n> > AB\n> > -----END", ">>", "AB", Ending::Armour);
    }

    #[test]
    fn what_a_log_writes_before_every_line_is_passed_over() {
        let check = |text: &str, expected: &str| {
            let stamp = LinePrefix::Stamp(b"10:00:00 INFO ");
            let body = Body::armoured(text.as_bytes(), 0, stamp);
            assert_eq!(body.characters.escape_ascii().to_string(), expected, "{text}");
        };
        check("\n10:00:01 INFO AB+\n10:00:02 INFO   /CD=\n10:00:03 INFO -----END", "AB+/CD");
        // What is said by another line does not belong to it.
        check("\n10:00:01 INFO AB+\n10:00:02 WARN no disk\n10:00:03 INFO -----END", "AB+10");
    }

    #[test]
    fn headers_are_passed_over() {
        let text = "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\nQRST\n-----END";
        check(text, "", "QRST", Ending::Armour);
        assert!(Body::armoured(text.as_bytes(), 0, LinePrefix::NONE).encrypted);
    }

    #[test]
    fn other_text_ends_a_body() {
        check("\nAB...", "", "AB", Ending::Text(b'.'));
        check("${KEY}", "", "", Ending::Text(b'$'));
        check("\nAB</key>", "", "AB", Ending::Text(b'<'));
        check("\", \"not base64\"", "", "", Ending::Text(b'"'));
        check("\nAB", "", "AB", Ending::Nothing);
    }

    #[test]
    fn a_bare_body_ends_with_its_line_or_its_length() {
        let line = "A".repeat(64);
        let read =
            |text: &str, expected| Body::bare(text.as_bytes(), 0, Some(expected)).characters.len();
        assert_eq!(read(&format!("{line}\nnext: value"), 0), 64);
        assert_eq!(read(&format!("{line}\n{line}\nnext: value"), 0), 128);
        assert_eq!(read(&format!("{line}\n  {line}\nABC=\nnext"), 132), 131);
        assert_eq!(read(&format!("{line}\\n{line}\\nABCD\" "), 132), 132);
        assert_eq!(read(&format!("\"{line}\""), 0), 0);
        assert_eq!(read(&format!("{line}\",\n  \"{line}\"\n"), 0), 128);
        assert_eq!(read(&format!("{line}\",\n  key: \"{line}\"\n"), 0), 64);
    }
}
