//! How a product's name is written.

/// Fewest bytes of a word: a shorter one would be everywhere.
pub(super) const WORD_BYTES_MIN: usize = 4;

/// What stands before a word that is looked for as it is written only.
const AS_WRITTEN: char = '=';

/// The spellings of `word` that are looked for: in lower case, in capitals, with a capital first,
/// and as it is written itself (`StatusPage`), with a small letter first too (`statusPage`).
/// `=GenieKey` is looked for as it is written only.
pub(super) fn spellings(word: &str) -> Vec<Vec<u8>> {
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
}
