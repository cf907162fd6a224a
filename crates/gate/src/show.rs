//! Foreign bytes to text that any terminal, browser or log can show.

use std::ops::Range;

use pushgate_core::matcher::{Candidate, Found, Matcher};
use pushgate_core::redact::Redactor;
use pushgate_core::rule::RuleSet;

use crate::installation::Installation;

/// Candidates that one text is searched for; names of files and refs are short.
const CANDIDATES_MAX: usize = 1000;

/// Stands for what could be a secret.
const MASK: &[u8] = b"***";

/// How tokens begin that say themselves what they are.
const TOKEN_PREFIXES: [&[u8]; 8] =
    [b"ATATT3", b"ATCTT3", b"ATSTT3", b"ATBB", b"BBDC-", b"ATTA", b"ATOA", b"ATCO"];

/// The ranks of rules for tokens that tell by themselves what they are: a match is enough.
const TOKEN_RANKS: Range<u16> = 10..30;

/// Bytes of the shortest token that begins so, its beginning among them.
const TOKEN_BYTES_MIN: usize = 36;

/// Shows names from the push, with the secrets in them masked.
///
/// A file can be named after a token, or after the password that another file holds. Masked is
/// what is a secret that was found in this push, and what says itself that it is a token, whatever
/// its verdict. Where not all names were judged, every candidate is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'s> {
    rules: Option<(&'s Matcher, &'s RuleSet)>,
    redactor: Option<&'s Redactor>,
}

impl<'s> Shown<'s> {
    /// Shows names of a push that was judged; `redactor` knows its secrets.
    pub(crate) fn judged(installation: &'s Installation, redactor: &'s Redactor) -> Shown<'s> {
        let redactor = Some(redactor);
        Shown { rules: Some((&installation.matcher, &installation.rules)), redactor }
    }

    /// Shows names of a push that was not judged; without rules, only tokens can be told in them.
    pub(crate) fn unjudged(installation: Option<&'s Installation>) -> Shown<'s> {
        let rules = installation.map(|known| (&known.matcher, &known.rules));
        Shown { rules, redactor: None }
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

    /// The same for a message, in which what shells act on stands as `\\xNN`, too: whoever pastes all
    /// of a message runs nothing that came from the push.
    pub(crate) fn calm(self, bytes: &[u8]) -> String {
        let mut text = String::new();
        for character in self.ascii(bytes).chars() {
            match character {
                '$' | '`' | ';' | '&' | '|' | '<' | '>' | '\'' | '"' => {
                    text.push_str(&format!("\\x{:02x}", u32::from(character)));
                }
                _ => text.push(character),
            }
        }
        text
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
        let mut secrets = tokens(bytes, self.rules.is_none());
        if let Some(redactor) = self.redactor {
            secrets.extend(redactor.secrets_in(bytes));
        }
        match self.candidates(bytes) {
            Ok(candidates) => secrets.extend(candidates),
            // Too many to mask one by one.
            Err(Incomplete) => return MASK.to_vec(),
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

    /// Where rules match in `bytes` and the verdict does not matter.
    fn candidates(self, bytes: &[u8]) -> Result<Vec<Range<usize>>, Incomplete> {
        let Some((matcher, rules)) = self.rules else { return Ok(Vec::new()) };
        let mut found = Found::default();
        matcher.find(bytes, CANDIDATES_MAX, &mut found).map_err(|_| Incomplete)?;
        let judged = self.redactor.is_some_and(Redactor::knows_names);
        let mut ranges = Vec::new();
        for Candidate { rule, span } in found.candidates {
            let rest = bytes.get(span.end()..).unwrap_or_default();
            // What goes on after a match without a break may be the rest of a secret.
            let run = if rules.get(rule).is_some_and(|rule| TOKEN_RANKS.contains(&rule.rank)) {
                rest.iter().take_while(|&&byte| is_part_of_token(byte)).count()
            } else if !judged {
                // Where a password ends, only its detector knows.
                rest.iter().take_while(|&&byte| byte != b'/').count()
            } else {
                continue;
            };
            ranges.push(span.start()..span.end() + run);
        }
        Ok(ranges)
    }
}

/// Not all that should be masked is known.
struct Incomplete;

/// Where tokens stand in the path `bytes` that go on over a slash, so that no rule matches them; if
/// there are no rules, `whole` ones too.
///
/// Whatever could still belong to one is taken for it, the next folders too: a path that is shown
/// too short does less harm than a token that can be put together again.
fn tokens(bytes: &[u8], whole: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !whole && !bytes.contains(&b'/') {
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
            && (whole || last - first >= length)
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
    use pushgate_core::redact::{KnownSecrets, Redactor};
    use pushgate_core::rule::{DetectorIndex, Rule, RuleSet};
    use pushgate_core::secret::Secret;

    use super::{Shown, fit};

    #[test]
    fn foreign_bytes_are_escaped() {
        let shown = Shown::unjudged(None);
        assert_eq!(shown.ascii(b"a\x1b[31m\\\n\xff\xc3\xbc"), "a\\x1b[31m\\\\\\x0a\\xff\\xc3\\xbc");
        assert_eq!(shown.utf8(b"a\xff\xc3\xbc"), "a\\xffü");
    }

    /// A matcher of one rule, which has this rank.
    fn rule(rank: u16) -> (Matcher, RuleSet) {
        let literals = ["KEY-".to_owned()];
        let pattern =
            Pattern { rule: "key", pattern: "KEY-[a-z]{4}", literals: &literals, near: &[] };
        let matcher = Matcher::new(build(&[pattern]).unwrap()).unwrap();
        let rule = Rule {
            id: "key".to_owned(),
            title: "Key".to_owned(),
            detector: DetectorIndex(0),
            judge: 0,
            rank,
            prefix: None,
            revoke: "Do.".to_owned(),
            revoke_url: None,
        };
        (matcher, RuleSet { rules: vec![rule] })
    }

    #[test]
    fn what_looks_like_a_token_is_masked() {
        let (matcher, rules) = &rule(10);
        let redactor = &Redactor::default();
        for redactor in [None, Some(redactor)] {
            let shown = Shown { rules: Some((matcher, rules)), redactor };
            assert_eq!(shown.ascii(b"src/KEY-abcd/KEY-efgh.txt"), "src/***/***.txt");
            assert_eq!(shown.utf8(b"KEY-abc"), "KEY-abc");
            assert_eq!(shown.utf8(b"a/KEY-abcdMORE_of=it.txt"), "a/***.txt");
        }
    }

    #[test]
    fn what_a_rule_for_words_matches_is_masked_if_nobody_judged_it() {
        let (matcher, rules) = &rule(60);
        let rules = Some((matcher, rules));
        let name = b"src/a.KEY-abcd=!.txt/KEY-efgh.txt";
        let judged = &Redactor::default();
        let shown = Shown { rules, redactor: Some(judged) };
        assert_eq!(shown.ascii(name), "src/a.KEY-abcd=!.txt/KEY-efgh.txt");
        let mut known = KnownSecrets::default();
        known.miss_names();
        let missed = &known.into_redactor();
        for redactor in [None, Some(missed)] {
            assert_eq!(Shown { rules, redactor }.ascii(name), "src/a.***/***");
        }
    }

    #[test]
    fn what_was_found_is_masked_wherever_it_stands() {
        let mut known = KnownSecrets::default();
        known.add(Secret::new(b"Tram!2345"));
        known.add_in_name(b"p=ab", 2..4);
        let redactor = &known.into_redactor();
        let shown = Shown { rules: None, redactor: Some(redactor) };
        assert_eq!(shown.ascii(b"p=ab/xTram!2345Tram!2345.txt"), "p=***/x******.txt");
        assert_eq!(shown.utf8(b"Tram!234/ab"), "Tram!234/ab");
    }

    #[test]
    fn a_token_over_several_folders_is_masked() {
        let (matcher, rules) = &rule(10);
        let shown = Shown { rules: Some((matcher, rules)), redactor: None };
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
            // One that is whole is for the rules, if there are any.
            let whole = format!("a/{token}.txt");
            check(&whole, &whole);
            assert_eq!(Shown::unjudged(None).ascii(whole.as_bytes()), "a/***.txt");
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
        let (matcher, rules) = &rule(10);
        let shown = Shown { rules: Some((matcher, rules)), redactor: None };
        let token = format!("ATBB/KEY-abcd{}", "z".repeat(20));
        assert_eq!(shown.ascii(format!("a/{token}/b/KEY-abcd").as_bytes()), "a/***");
        let text = format!("KEY-abcdATBB/{}/x.y", "z".repeat(40));
        assert_eq!(shown.ascii(text.as_bytes()), "***.y");
    }

    #[test]
    fn words_that_servers_understand_are_broken() {
        let shown = Shown::unjudged(None).ascii(b"a non-fast-forward, a NON-FAST-FORWARD");
        assert_eq!(shown, "a non\\x2dfast-forward, a NON\\x2dFAST-FORWARD");
    }

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(fit("abcdefghij", 10), "abcdefghij");
        assert_eq!(fit("abcdefghijk", 10), "abc...hijk");
    }
}
