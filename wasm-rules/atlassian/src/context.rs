//! What the words around a candidate say.
//!
//! Two kinds may have one shape; then the word that stands nearer decides. A key stands before its
//! value and on its line, so a word before counts for more than one after, and a line more than any
//! number of bytes. A word on a later line may name the next section: it counts only where none
//! stands above, or a blank line sets that one off.

use pushgate_detector_sdk::Span;

use crate::caseless::{Beginnings, stands_at};

/// Text further away than this says nothing about a candidate.
const REACH_BYTES_MAX: usize = 1024;
/// Nor does a line further away.
const REACH_LINES_MAX: u32 = 5;

/// Added to the lines of a word that another section may own: it is further than all the others.
const ELSEWHERE: u32 = 2 * (REACH_LINES_MAX + 1);

/// A word to look for, in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    text: &'static [u8],
    /// Whether letters beside it make it another word: `stash`, but not `stashed`.
    whole: bool,
}

impl Word {
    /// A word that counts inside another: `jira` in `myJiraClient`. `text` is in lower case.
    pub(crate) const fn part(text: &'static str) -> Word {
        Word { text: text.as_bytes(), whole: false }
    }

    /// A word that counts alone, or where camel case sets it off. `text` is in lower case.
    pub(crate) const fn whole(text: &'static str) -> Word {
        Word { text: text.as_bytes(), whole: true }
    }

    fn stands_at(self, text: &[u8], at: usize) -> bool {
        if !stands_at(text, at, self.text) {
            return false;
        }
        if !self.whole {
            return true;
        }
        let end = at + self.text.len();
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        // `-Dstash.token=`: the letter belongs to the option.
        let is_option = at >= 2 && matches!(text.get(at - 2..at), Some(b"-D" | b"-P"));
        let before = before.filter(|_| !is_option);
        let last = end.checked_sub(1).and_then(|last| text.get(last));
        !joined(before, text.get(at)) && !joined(last, text.get(end)) && !in_noise(text, at, end)
    }
}

/// Whether the word from `at` to `end` is but a few letters of something that was drawn, such as
/// the `db` of a digest.
fn in_noise(text: &[u8], at: usize, end: usize) -> bool {
    const SIDE_MAX: usize = 64;
    const LENGTH_MIN: usize = 24;
    const DIGITS_MIN: usize = 4;
    let joins = |byte: &&u8| byte.is_ascii_alphanumeric();
    let left = text.get(at.saturating_sub(SIDE_MAX)..at).unwrap_or_default();
    let left = at - left.iter().rev().take_while(joins).count();
    let right = text.get(end..).unwrap_or_default();
    let right = end + right.iter().take(SIDE_MAX).take_while(joins).count();
    let digits =
        || text.get(left..right).unwrap_or_default().iter().filter(|it| it.is_ascii_digit());
    right - left >= LENGTH_MIN && digits().count() >= DIGITS_MIN
}

/// Whether two neighbours belong to one word.
fn joined(left: Option<&u8>, right: Option<&u8>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) if left.is_ascii_alphabetic() && right.is_ascii_alphabetic() => {
            !(left.is_ascii_lowercase() && right.is_ascii_uppercase())
        }
        _ => false,
    }
}

/// How far away a word stands; less is nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Distance {
    lines: u32,
    bytes: usize,
}

impl Distance {
    /// Of a word in the path: further than any in the text.
    pub(crate) const PATH: Distance = Distance { lines: u32::MAX, bytes: 0 };
}

/// For each group of words: how far its nearest one stands from `span`, if one stands near at all.
///
/// All groups in one pass, because a long line without any of their words is read to the end of
/// the reach for every candidate in it.
pub(crate) fn nearest<const N: usize>(
    text: &[u8],
    span: Span,
    groups: [&[Word]; N],
) -> [Option<Distance>; N] {
    let all = groups.iter().flat_map(|group| group.iter());
    let search = Search { groups, beginnings: Beginnings::of(all.map(|word| word.text)) };
    let mut nearest = search.before(text, span);
    for (nearest, after) in nearest.iter_mut().zip(search.after(text, span)) {
        *nearest = match (*nearest, after) {
            (Some(before), Some(after)) => Some(before.min(after)),
            (before, after) => before.or(after),
        };
    }
    nearest
}

/// Whether one of `words` stands in `path`, or anywhere else that is short.
pub(crate) fn mentions(path: &[u8], words: &[Word]) -> bool {
    mentions_anywhere(path.get(..REACH_BYTES_MAX).unwrap_or(path), words)
}

/// The same in a text of any length.
pub(crate) fn mentions_anywhere(text: &[u8], words: &[Word]) -> bool {
    let beginnings = Beginnings::of(words.iter().map(|word| word.text));
    text.windows(2).enumerate().any(|(at, pair)| {
        matches!(*pair, [first, second] if beginnings.may_be(first, second))
            && words.iter().any(|word| word.stands_at(text, at))
    })
}

/// Where in `name`, which is short, the last of `words` stands.
pub(crate) fn last_mention(name: &[u8], words: &[Word]) -> Option<usize> {
    let from = name.len().saturating_sub(REACH_BYTES_MAX);
    (from..name.len()).rev().find(|&at| words.iter().any(|word| word.stands_at(name, at)))
}

/// Groups of words, and how their words begin.
struct Search<'w, const N: usize> {
    groups: [&'w [Word]; N],
    beginnings: Beginnings,
}

impl<const N: usize> Search<'_, N> {
    fn before(&self, text: &[u8], span: Span) -> [Option<Distance>; N] {
        let from = span.start().saturating_sub(REACH_BYTES_MAX);
        let reach = text.get(from..span.start()).unwrap_or_default();
        let mut found = [None; N];
        let mut lines = 0;
        let mut next = 0;
        // Whether the line that is read has text, and whether one between had none.
        let (mut text_seen, mut set_off) = (true, false);
        for (index, &byte) in reach.iter().enumerate().rev() {
            if byte == b'\n' {
                lines += 1;
                if lines > REACH_LINES_MAX {
                    break;
                }
                set_off |= !text_seen;
                text_seen = false;
            } else {
                text_seen |= !byte.is_ascii_whitespace();
            }
            if self.beginnings.may_be(byte, next) {
                let bytes = reach.len() - index;
                self.note(text, from + index, &mut found, |word| {
                    // It must end before the candidate does begin.
                    let bytes = bytes.checked_sub(word.text.len())?;
                    let further = if set_off { ELSEWHERE } else { 0 };
                    Some(Distance { lines: further + 2 * lines, bytes })
                });
                if found.iter().all(Option::is_some) {
                    break;
                }
            }
            next = byte;
        }
        found
    }

    fn after(&self, text: &[u8], span: Span) -> [Option<Distance>; N] {
        let rest = text.get(span.end()..).unwrap_or_default();
        let mut found = [None; N];
        let mut lines = 0;
        for (bytes, pair) in rest.windows(2).take(REACH_BYTES_MAX).enumerate() {
            let &[first, second] = pair else { break };
            if first == b'\n' {
                lines += 1;
                if lines > REACH_LINES_MAX {
                    break;
                }
            }
            if self.beginnings.may_be(first, second) {
                // On the candidate's line it must be four times as near as a word before; on
                // another line, a line nearer than one that a blank line sets off.
                let lines = if lines == 0 { 0 } else { ELSEWHERE + 2 * lines + 1 };
                let distance = Distance { lines, bytes: 16 + 4 * bytes };
                self.note(text, span.end() + bytes, &mut found, |_| Some(distance));
                if found.iter().all(Option::is_some) {
                    break;
                }
            }
        }
        found
    }

    /// Notes the distance of a word at `at` for each group that has found none yet.
    fn note(
        &self,
        text: &[u8],
        at: usize,
        found: &mut [Option<Distance>; N],
        distance: impl Fn(&Word) -> Option<Distance>,
    ) {
        for (group, found) in self.groups.iter().zip(found) {
            if found.is_none() {
                *found = group.iter().find(|word| word.stands_at(text, at)).and_then(&distance);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Word, mentions, nearest};
    use pushgate_detector_sdk::Span;

    const LEFT: &[Word] = &[Word::part("bitbucket"), Word::whole("stash")];
    const RIGHT: &[Word] = &[Word::part("admin")];

    /// Which word is nearer to `#` in `text`.
    fn check(text: &str, expected: &str) {
        let at = text.find('#').unwrap();
        let nearer = match nearest(text.as_bytes(), Span::at(at, 1), [LEFT, RIGHT]) {
            [Some(left), Some(right)] if left < right => "left",
            [Some(_), None] => "left",
            [None, None] => "none",
            _ => "right",
        };
        assert_eq!(nearer, expected, "{text}");
    }

    #[test]
    fn letters_of_a_digest_are_no_word() {
        let words = &[Word::whole("db")];
        assert!(mentions(b"db1_password", words) && mentions(b"jiraDb2024", words));
        assert!(!mentions(b"id=db78086d0ae8378903b4b095560c12a3", words));
    }

    #[test]
    fn the_nearer_word_wins() {
        check("BITBUCKET_TOKEN=#", "left");
        check("bitbucket, no: admin=#", "right");
        check("bitbucket\nadmin=#", "right");
        check("#@bitbucket.org", "left");
        check("nothing=#", "none");
    }

    #[test]
    fn the_key_of_the_next_value_does_not_win() {
        check("BITBUCKET_TOKEN=#\nADMIN=y", "left");
        check("- bitbucket\n  value: #\n- admin\n  value: y", "left");
        check(r##"{"bitbucket":{"token":"#"},"admin":{}}"##, "left");
        check("/* bitbucket and all of the other hosts */ call(\"#\", \"admin\")", "right");
    }

    #[test]
    fn the_next_section_does_not_win_over_one_above() {
        check("bitbucket:\n  url: x\n  token: #\nadmin:\n  url: y", "left");
        check("bitbucket:\n\n\n  token: #\nadmin:", "right");
        check("bitbucket: x\n \t\r\ntoken: #\nuser: admin", "right");
        check("bitbucket: x\n\ntoken: #\n\n\nadmin", "left");
        check("token: #\nuser: admin", "right");
    }

    #[test]
    fn whole_words_are_not_found_in_longer_ones() {
        check("logstashes: #", "none");
        check("stash_token: #", "left");
        check("stashToken: #", "left");
        check("myStash: #", "left");
        check("STASHED: #", "none");
    }

    #[test]
    fn far_text_says_nothing() {
        check("bitbucket\n\n\n\n\n\n#", "none");
        check("bitbucket\n\n\n\n\n#", "left");
        check(&format!("bitbucket{}#", " ".repeat(3000)), "none");
        check("#\n\n\n\n\n\nbitbucket", "none");
        check("#\n\n\n\n\nbitbucket", "left");
    }

    #[test]
    fn a_path_mentions_a_word_in_any_case() {
        assert!(mentions(b"ci/Bitbucket-pipelines.yml", LEFT));
        assert!(!mentions(b"ci/pipelines.yml", LEFT));
    }
}
