//! Foreign bytes to text that any terminal, browser or log can show.

use pushgate_core::matcher::{Found, Matcher};

/// Candidates that one text is searched for; names of files and refs are short.
const CANDIDATES_MAX: usize = 1000;

/// Stands for what could be a secret.
const MASK: &[u8] = b"***";

/// Shows names from the push: what could be a secret in them is masked.
///
/// A file can be named after a token. Every candidate is masked, whatever its verdict: a name is
/// still recognised without it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'m> {
    matcher: Option<&'m Matcher>,
}

impl<'m> Shown<'m> {
    /// Shows names, with what `matcher` finds masked.
    pub(crate) fn new(matcher: &'m Matcher) -> Shown<'m> {
        Shown { matcher: Some(matcher) }
    }

    /// Shows texts from before the rules were loaded; none of them is from the push.
    pub(crate) fn without_rules() -> Shown<'static> {
        Shown { matcher: None }
    }

    /// ASCII for terminals: other bytes and backslashes stand as `\xNN` and `\\`.
    pub(crate) fn ascii(self, bytes: &[u8]) -> String {
        let mut text = String::new();
        for &byte in &self.masked(bytes) {
            match byte {
                b'\\' => text.push_str("\\\\"),
                b' '..=b'~' => text.push(char::from(byte)),
                _ => text.push_str(&format!("\\x{byte:02x}")),
            }
        }
        without_signals(text)
    }

    /// UTF-8 for JSON: bytes that are not UTF-8 stand as `\xNN`.
    pub(crate) fn utf8(self, bytes: &[u8]) -> String {
        let mut text = String::new();
        for chunk in self.masked(bytes).utf8_chunks() {
            text.push_str(chunk.valid());
            for byte in chunk.invalid() {
                text.push_str(&format!("\\x{byte:02x}"));
            }
        }
        text
    }

    fn masked(self, bytes: &[u8]) -> Vec<u8> {
        let mut found = Found::default();
        if let Some(matcher) = self.matcher
            && matcher.find(bytes, CANDIDATES_MAX, &mut found).is_err()
        {
            // Too many to mask one by one.
            return MASK.to_vec();
        }
        let mut masked = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for candidate in found.candidates {
            if candidate.span.end() <= at {
                continue;
            }
            masked.extend_from_slice(bytes.get(at..candidate.span.start()).unwrap_or_default());
            masked.extend_from_slice(MASK);
            // What goes on after a match without a break may be the rest of a secret.
            let rest = bytes.get(candidate.span.end()..).unwrap_or_default();
            let run = rest.iter().take_while(|&&byte| is_part_of_token(byte)).count();
            at = candidate.span.end() + run;
        }
        masked.extend_from_slice(bytes.get(at..).unwrap_or_default());
        masked
    }
}

/// Whether `byte` may stand in a token.
fn is_part_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'=' | b'%' | b'~')
}

/// `text` without the words by which a server would take our refusal for something else: Gitea
/// takes the first of them for a race between two pushes, and hides the message.
fn without_signals(mut text: String) -> String {
    const SIGNAL: &str = "non-fast-forward";
    while let Some(at) = text.to_ascii_lowercase().find(SIGNAL) {
        let hyphen = at + "non".len();
        text.replace_range(hyphen..=hyphen, "\\x2d");
    }
    text
}

/// At most `width` characters of `text`, which is ASCII: its middle makes room for `...`.
pub(crate) fn fit(text: &str, width: usize) -> String {
    if text.len() <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(3);
    let head = text.get(..kept / 2).unwrap_or_default();
    let tail = text.get(text.len() - (kept - kept / 2)..).unwrap_or_default();
    format!("{head}...{tail}")
}

#[cfg(test)]
mod tests {
    use pushgate_core::matcher::{Matcher, Pattern, build};

    use super::{Shown, fit};

    #[test]
    fn foreign_bytes_are_escaped() {
        let shown = Shown::without_rules();
        assert_eq!(shown.ascii(b"a\x1b[31m\\\n\xff\xc3\xbc"), "a\\x1b[31m\\\\\\x0a\\xff\\xc3\\xbc");
        assert_eq!(shown.utf8(b"a\xff\xc3\xbc"), "a\\xffü");
    }

    #[test]
    fn what_could_be_a_secret_is_masked() {
        let literals = ["KEY-".to_owned()];
        let pattern =
            Pattern { rule: "key", pattern: "KEY-[a-z]{4}", literals: &literals, near: &[] };
        let matcher = Matcher::new(build(&[pattern]).unwrap()).unwrap();
        let shown = Shown::new(&matcher);
        assert_eq!(shown.ascii(b"src/KEY-abcd/KEY-efgh.txt"), "src/***/***.txt");
        assert_eq!(shown.utf8(b"KEY-abc"), "KEY-abc");
        assert_eq!(shown.utf8(b"a/KEY-abcdMORE_of=it.txt"), "a/***.txt");
    }

    #[test]
    fn words_that_servers_understand_are_broken() {
        let shown = Shown::without_rules().ascii(b"a non-fast-forward, a NON-FAST-FORWARD");
        assert_eq!(shown, "a non\\x2dfast-forward, a NON\\x2dFAST-FORWARD");
    }

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(fit("abcdefghij", 10), "abcdefghij");
        assert_eq!(fit("abcdefghijk", 10), "abc...hijk");
    }
}
