//! What stands between the words before a value.

use pushgate_detector_sdk::Span;

/// What stands between a word and what was read after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glue<'t> {
    /// All of it.
    pub(crate) bytes: &'t [u8],
    /// Whether it gives what follows to the word.
    pub(crate) assigned: bool,
}

impl<'t> Glue<'t> {
    /// What stands between `word` and `next`.
    pub(crate) fn between(text: &'t [u8], word: Span, next: usize) -> Glue<'t> {
        let bytes = text.get(word.end()..next).unwrap_or_default();
        let before = word.start().checked_sub(1).and_then(|at| text.get(at));
        let bytes = match (before, bytes) {
            // The end of an entity.
            (Some(b'&' | b'#'), [b';', rest @ ..]) => rest,
            // `$ENV{KEY} = …`, `${KEY}    …`, `{\key}{…}`.
            (Some(b'{' | b'\\'), [b'}', rest @ ..]) if follows_braces(rest) => rest,
            (_, bytes) => bytes,
        };
        let quotes = bytes.iter().take_while(|byte| b"'\"`\\] \t*?!".contains(byte)).count();
        let assigned = match bytes.get(quotes..).unwrap_or_default() {
            [b':', b':', ..] => false,
            [b'=' | b':', ..] => true,
            [b'>', ..] => before == Some(&b'<'),
            _ => false,
        };
        Glue { bytes, assigned }
    }

    /// Whether what follows stands inside of something that the word begins.
    pub(crate) fn opens(self) -> bool {
        let header = self.assigned && {
            let mut rest = self.bytes.iter().skip_while(|byte| !matches!(byte, b':' | b'='));
            rest.next();
            rest.find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')) == Some(&b'\n')
        };
        header || self.bytes.iter().any(|byte| matches!(byte, b'(' | b'[' | b'{'))
    }

    /// Whether the word has a value of its own, in letters that are read as none, and what follows
    /// comes after it: `description = "本番"⏎`.
    pub(crate) fn has_its_own(self) -> bool {
        let foreign = self.bytes.iter().position(|byte| !byte.is_ascii());
        let rest = foreign.and_then(|at| self.bytes.get(at..)).unwrap_or_default();
        self.assigned && rest.iter().any(|byte| matches!(byte, b',' | b'\n'))
    }

    /// Whether the word and what follows are two things of a row.
    pub(crate) fn separates(self) -> bool {
        self.bytes.iter().any(|byte| matches!(byte, b',' | b'\n' | b'\t'))
            || self.bytes.windows(2).any(|pair| matches!(pair, [b'"' | b'\'', b' ']))
    }

    /// Whether the thing that the word belongs to ends before what follows.
    pub(crate) fn ends_object(self) -> bool {
        let ends_statement =
            self.bytes.windows(2).any(|pair| matches!(pair, [b';', b' ' | b'\n' | b'\r' | b'\t']));
        let blanks = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
        let lines = || self.bytes.split(|&byte| byte == b'\n').skip(1);
        let blank_line = || lines().zip(lines().skip(1)).any(|(line, _)| blanks(line));
        self.bytes.contains(&b'}') || ends_statement || !self.assigned && blank_line()
    }
}

/// Where the braces begin that stand between a property of C# and its value:
/// `Token { get; set; } = "…"`.
pub(crate) fn accessors_before(text: &[u8], value: usize) -> Option<usize> {
    const LEN_MAX: usize = 48;
    let before = text.get(value.saturating_sub(LEN_MAX)..value)?;
    let before = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii_end();
    let before = before.strip_suffix(b"=")?.trim_ascii_end().strip_suffix(b"}")?;
    let open = before.iter().rposition(|&byte| byte == b'{')?;
    let inside = before.get(open + 1..)?.trim_ascii_start();
    let from = value - value.min(LEN_MAX);
    inside.starts_with(b"get").then_some(from + open)
}

/// Whether what follows a name in braces may be its value.
fn follows_braces(rest: &[u8]) -> bool {
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let sign = rest.get(blanks);
    sign == Some(&b'=') || rest.first() == Some(&b'{') || blanks > 1 || rest.first() == Some(&b'\t')
}
