//! Words near which rules are looked for: how a product's name is written, and whose word it is.

use std::collections::{BTreeMap, HashMap};

use super::RuleIndex;

/// Fewest bytes of a word: a shorter one would be everywhere.
pub(super) const WORD_BYTES_MIN: usize = 4;

/// A word near which rules are looked for, in one spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The bytes, exactly.
    pub bytes: Vec<u8>,
    /// The rules whose word it is.
    pub rules: Vec<RuleIndex>,
}

/// The rules that are looked for near the same words, by their place in a list of such sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Circle(pub(super) usize);

/// Which rules are of one circle.
#[derive(Debug)]
pub(super) struct Circles {
    /// By rule: its circle, if it has words.
    of_rule: Vec<Option<Circle>>,
}

impl Circles {
    /// The circles of the rules that have `words`.
    pub(super) fn of(words: &[Word]) -> Circles {
        let mut words_of: BTreeMap<RuleIndex, Vec<usize>> = BTreeMap::new();
        for (index, word) in words.iter().enumerate() {
            for rule in &word.rules {
                words_of.entry(*rule).or_default().push(index);
            }
        }
        let mut known: HashMap<Vec<usize>, Circle> = HashMap::new();
        let mut of_rule = Vec::new();
        for (rule, words) in words_of {
            let next = Circle(known.len());
            of_rule.resize(usize::from(rule.0), None);
            of_rule.push(Some(*known.entry(words).or_insert(next)));
        }
        Circles { of_rule }
    }

    /// That of `rule`; none if it has no words.
    pub(super) fn of_rule(&self, rule: RuleIndex) -> Option<Circle> {
        self.of_rule.get(usize::from(rule.0)).copied().flatten()
    }

    /// Those of `word`, each once.
    pub(super) fn of_word(&self, word: &Word) -> Vec<Circle> {
        let circles = word.rules.iter().filter_map(|rule| self.of_rule(*rule));
        let mut circles: Vec<Circle> = circles.collect();
        circles.sort_unstable();
        circles.dedup();
        circles
    }
}

/// What stands before a word that is looked for as it is written only.
const AS_WRITTEN: char = '=';

/// What stands before a word that is looked for in base64 only.
const IN_BASE64: char = '~';

/// The spellings of `word` that are looked for: in lower case, in capitals, with a capital first,
/// and as it is written itself (`StatusPage`), with a small letter first too (`statusPage`).
/// `=GenieKey` is looked for as it is written only, `~jira` as base64 has its spellings.
pub(super) fn spellings(word: &str) -> Vec<Vec<u8>> {
    if let Some(word) = word.strip_prefix(IN_BASE64) {
        return spellings(word).iter().flat_map(|spelling| in_base64(spelling)).collect();
    }
    if let Some(word) = word.strip_prefix(AS_WRITTEN) {
        return vec![word.as_bytes().to_vec()];
    }
    let capital_first = |word: &str| {
        let mut bytes = word.as_bytes().to_vec();
        if let Some(first) = bytes.first_mut() {
            first.make_ascii_uppercase();
        }
        bytes
    };
    let small_first = |word: &str| {
        let mut bytes = word.as_bytes().to_vec();
        if let Some(first) = bytes.first_mut() {
            first.make_ascii_lowercase();
        }
        bytes
    };
    let lower = word.to_ascii_lowercase();
    let mut spellings = Vec::new();
    let mut add = |bytes: Vec<u8>| {
        if !spellings.contains(&bytes) {
            spellings.push(bytes);
        }
    };
    add(lower.clone().into_bytes());
    add(word.to_ascii_uppercase().into_bytes());
    add(capital_first(&lower));
    add(word.as_bytes().to_vec());
    add(capital_first(word));
    add(small_first(word));
    spellings
}

/// What of base64 says `word` whatever stands before and behind it: one text for each of the three
/// places in a group that its first byte may have, unless that is too short to be looked for.
fn in_base64(word: &[u8]) -> Vec<Vec<u8>> {
    (0..3).filter_map(|before| letters_of(word, before)).collect()
}

/// The letters that `word` alone decides, with so many bytes before it in its group.
fn letters_of(word: &[u8], before: usize) -> Option<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const BITS: usize = 6;
    let first = (8 * before).div_ceil(BITS);
    let end = 8 * (before + word.len()) / BITS;
    let bit = |at: usize| {
        let byte = word.get(at / 8 - before).copied().unwrap_or(0);
        usize::from(byte >> (7 - at % 8) & 1)
    };
    let letter = |letter: usize| {
        let value = (BITS * letter..BITS * (letter + 1)).fold(0, |value, at| value << 1 | bit(at));
        ALPHABET.get(value).copied()
    };
    let letters: Vec<u8> = (first..end).filter_map(letter).collect();
    (letters.len() >= WORD_BYTES_MIN).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::spellings;

    fn check(word: &str, expected: &[&str]) {
        let spellings: Vec<String> =
            spellings(word).into_iter().map(|word| String::from_utf8(word).unwrap()).collect();
        assert_eq!(spellings, expected, "{word}");
    }

    #[test]
    fn a_word_is_looked_for_as_people_write_it() {
        check("jira", &["jira", "JIRA", "Jira"]);
        check(
            "StatusPage",
            &["statuspage", "STATUSPAGE", "Statuspage", "StatusPage", "statusPage"],
        );
        check("=GenieKey", &["GenieKey"]);
    }

    #[test]
    fn a_word_in_base64_is_looked_for_at_each_place_of_a_group() {
        let all = ["amlyY", "ppcm", "qaXJh", "SklSQ", "pJUk", "KSVJB", "SmlyY", "ppcm", "KaXJh"];
        check("~jira", &all);
        // `jira=K`, `xjira=K`, `xyjira=K`.
        for text in ["amlyYT1L", "eGppcmE9Sw", "eHlqaXJhPUs"] {
            let says = |letters: &Vec<u8>| text.contains(std::str::from_utf8(letters).unwrap());
            assert!(spellings("~jira").iter().any(says), "{text}");
        }
    }
}
