//! Foreign bytes to text that any terminal, browser or log can show.

use std::ops::Range;

use pushgate_core::matcher::{Found, Matcher};

/// Candidates that one text is searched for; names of files and refs are short.
const CANDIDATES_MAX: usize = 1000;

/// Stands for what could be a secret.
const MASK: &[u8] = b"***";

/// How tokens begin that say themselves what they are.
const TOKEN_PREFIXES: [&[u8]; 8] =
    [b"ATATT3", b"ATCTT3", b"ATSTT3", b"ATBB", b"BBDC-", b"ATTA", b"ATOA", b"ATCO"];

/// Bytes of the shortest token that begins so, its beginning among them.
const TOKEN_BYTES_MIN: usize = 36;

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
        let mut secrets = split_tokens(bytes);
        for candidate in found.candidates {
            // What goes on after a match without a break may be the rest of a secret.
            let rest = bytes.get(candidate.span.end()..).unwrap_or_default();
            let run = rest.iter().take_while(|&&byte| is_part_of_token(byte)).count();
            secrets.push(candidate.span.start()..candidate.span.end() + run);
        }
        secrets.sort_unstable_by_key(|secret| secret.start);
        let mut masked = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for secret in secrets {
            if secret.end <= at {
                continue;
            }
            // What begins within another one goes on behind the same mask.
            if let Some(before) = bytes.get(at..secret.start) {
                masked.extend_from_slice(before);
                masked.extend_from_slice(MASK);
            }
            at = secret.end;
        }
        masked.extend_from_slice(bytes.get(at..).unwrap_or_default());
        masked
    }
}

/// Where tokens stand in the path `bytes` that go on over a slash, so that no rule matches them.
///
/// Whatever could still belong to one is taken for it, the next folders too: a path that is shown
/// too short does less harm than a token that can be put together again.
fn split_tokens(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !bytes.contains(&b'/') {
        return found;
    }
    let (places, joined): (Vec<usize>, Vec<u8>) =
        bytes.iter().copied().enumerate().filter(|&(_, byte)| byte != b'/').unzip();
    let mut at = 0;
    while let Some(rest) = joined.get(at..).filter(|rest| !rest.is_empty()) {
        if !TOKEN_PREFIXES.iter().any(|prefix| rest.starts_with(prefix)) {
            at += 1;
            continue;
        }
        let length = rest.iter().take_while(|&&byte| is_part_of_token(byte)).count();
        let ends = places.get(at).zip(places.get(at + length - 1));
        if let Some((&first, &last)) = ends
            && length >= TOKEN_BYTES_MIN
            && last - first >= length
        {
            found.push(first..last + 1);
        }
        // What begins later in the same run ends where it ends.
        at += length;
    }
    found
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
    fn a_token_over_several_folders_is_masked() {
        let shown = Shown::without_rules();
        let check = |name: &str, expected: &str| assert_eq!(shown.ascii(name.as_bytes()), expected);
        let body = "x1Y2".repeat(8);
        for prefix in super::TOKEN_PREFIXES {
            let token = String::from_utf8(prefix.to_vec()).unwrap() + &body;
            for at in 1..token.len() {
                let (head, tail) = token.split_at(at);
                check(&format!("a/{head}/{tail}.txt"), "a/***.txt");
                check(&format!("a/my{head}//{tail}/b c/{head}"), &format!("a/my*** c/{head}"));
            }
            let folders: Vec<_> = token.split("").collect();
            check(&folders.join("/"), "/***/");
            // One that is whole is for the rules.
            check(&format!("a/{token}.txt"), &format!("a/{token}.txt"));
        }
        for name in ["src/ATTACHMENTS/long-list.txt", "ATCO/ab", "heads/ATBB-1/x", "ATBB/", "/"] {
            check(name, name);
        }
        check(&format!("ATBB/{}", "y".repeat(32)), "***");
        check(&format!("ATBB/{}", "y".repeat(31)), &format!("ATBB/{}", "y".repeat(31)));
        // The work is bounded, whatever the name.
        check(&"ATBB".repeat(1 << 20), &"ATBB".repeat(1 << 20));
        check(&"ATBB/".repeat(1 << 20), "***/");
    }

    #[test]
    fn masks_that_overlap_are_one() {
        let literals = ["KEY-".to_owned()];
        let pattern =
            Pattern { rule: "key", pattern: "KEY-[a-z]{4}", literals: &literals, near: &[] };
        let matcher = Matcher::new(build(&[pattern]).unwrap()).unwrap();
        let token = format!("ATBB/KEY-abcd{}", "z".repeat(20));
        assert_eq!(Shown::new(&matcher).ascii(format!("a/{token}/b/KEY-abcd").as_bytes()), "a/***");
        let text = format!("KEY-abcdATBB/{}/x.y", "z".repeat(40));
        assert_eq!(Shown::new(&matcher).ascii(text.as_bytes()), "***.y");
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
