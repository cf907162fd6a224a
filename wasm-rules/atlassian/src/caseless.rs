//! Words found in any case, at little cost where there are none.

/// How some words begin, so that most places are passed over at a glance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beginnings {
    /// For each first letter, a bit for each second one; of a letter only the low five bits count,
    /// which do not know its case.
    seconds: [u32; 32],
}

impl Beginnings {
    /// Those of `words`, which have at least two letters each.
    pub(crate) fn of<'w>(words: impl Iterator<Item = &'w [u8]>) -> Beginnings {
        let mut seconds = [0; 32];
        for word in words {
            if let [first, second, ..] = word
                && let Some(bits) = seconds.get_mut(usize::from(first & 31))
            {
                *bits |= 1 << (second & 31);
            }
        }
        Beginnings { seconds }
    }

    /// Whether one of the words may begin with these two.
    #[inline]
    pub(crate) fn may_be(&self, first: u8, second: u8) -> bool {
        let bits = self.seconds.get(usize::from(first & 31)).copied().unwrap_or_default();
        bits >> (second & 31) & 1 == 1
    }
}

/// Whether `word`, which has no capitals, stands at `at` in any case.
pub(crate) fn stands_at(text: &[u8], at: usize, word: &[u8]) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    rest.len() >= word.len()
        && rest.iter().zip(word).all(|(byte, letter)| byte.to_ascii_lowercase() == *letter)
}

/// What stands before `word`, which has no capitals, if `text` ends with it in any case.
pub(crate) fn without_end<'t>(text: &'t [u8], word: &[u8]) -> Option<&'t [u8]> {
    let (before, end) = text.split_at_checked(text.len().checked_sub(word.len())?)?;
    stands_at(end, 0, word).then_some(before)
}

/// Whether `word`, which has no capitals, stands anywhere in `text` in any case.
pub(crate) fn contains(text: &[u8], word: &[u8]) -> bool {
    contains_any(text, &[word])
}

/// Whether one of `words`, which have no capitals and two letters or more, stands anywhere in
/// `text` in any case.
pub(crate) fn contains_any(text: &[u8], words: &[&[u8]]) -> bool {
    let beginnings = Beginnings::of(words.iter().copied());
    text.windows(2).enumerate().any(|(at, pair)| {
        matches!(*pair, [first, second] if beginnings.may_be(first, second))
            && words.iter().any(|word| stands_at(text, at, word))
    })
}

#[cfg(test)]
mod tests {
    use super::{contains, contains_any, stands_at};

    #[test]
    fn words_are_found_in_any_case_and_to_the_end_of_the_text() {
        assert!(contains(b"a JiRa", b"jira"));
        assert!(contains(b"jira", b"jira"));
        assert!(!contains(b"jir", b"jira"));
        assert!(contains("so…".as_bytes(), "…".as_bytes()));
        assert!(contains_any(b"your TOKEN", &[b"key", b"token"]));
        assert!(!contains_any(b"your TOKEN", &[]));
    }

    #[test]
    fn nothing_stands_behind_the_end() {
        assert!(stands_at(b"ab", 1, b"b"));
        assert!(!stands_at(b"ab", 2, b"b"));
        assert!(!stands_at(b"ab", 9, b"b"));
    }
}
