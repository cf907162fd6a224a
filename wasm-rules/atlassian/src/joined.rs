//! Names of kinds, pages, files and keys, where a secret would stand: small words with signs between.
//!
//! ```text
//! bamboo-encrypted-secret   how-to-revoke.md   settings/account_security   rest-api-v2   guide-9.4
//! ```
//!
//! Nobody draws such a value, but somebody may think of one: where a password stands for sure, a
//! name is a reason to warn and none to be silent.

use crate::wordlike::{has_regular_case, reads_like_words};

/// Digits of one number of a version.
const VERSION_DIGITS_MAX: usize = 2;
/// Words that end in a digit.
const NUMBERED: [&[u8]; 3] = [b"oauth1", b"oauth2", b"log4j"];

/// Whether `value` is made of small words and the signs that join names, and has no digits but
/// those of a version.
pub(crate) fn is_joined_words(value: &[u8]) -> bool {
    let signs = value.iter().filter(|byte| joins(byte)).count();
    signs > 0
        && value
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || joins(byte))
        && value.iter().any(u8::is_ascii_lowercase)
        && has_only_versions(value)
        && reads_like_words(value)
}

/// Whether what digits there are stand in versions: `rest-api-v2`, `guide-9.4`.
fn has_only_versions(value: &[u8]) -> bool {
    let is_number = |part: &&[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    value.split(|byte| joins(byte) && *byte != b'.').all(|step| {
        let parts = || step.split(|&byte| byte == b'.');
        // One number alone may be anything.
        parts().all(is_version_or_word) && parts().filter(is_number).count() != 1
    })
}

/// A word, a version behind its letter, or one number of several.
fn is_version_or_word(part: &[u8]) -> bool {
    let digits = part.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let letters = part.get(..part.len() - digits).unwrap_or_default();
    !letters.iter().any(u8::is_ascii_digit)
        && digits <= VERSION_DIGITS_MAX
        && (digits == 0 || matches!(letters, [] | [b'v']))
        || NUMBERED.contains(&part)
}

/// `settingsAccountSecurity`: the words of a key, without a digit.
pub(crate) fn is_camel(value: &[u8]) -> bool {
    value.first().is_some_and(u8::is_ascii_lowercase)
        && value.iter().all(u8::is_ascii_alphabetic)
        && value.iter().any(u8::is_ascii_uppercase)
        && has_regular_case(value)
        && reads_like_words(value)
}

fn joins(byte: &u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.' | b'/' | b':')
}

#[cfg(test)]
mod tests {
    use super::{is_camel, is_joined_words};

    #[test]
    fn names_of_things_are_words_and_signs() {
        for name in [
            "bamboo-encrypted-secret",
            "bitbucket-dc-http-access-token.md",
            "how-to-revoke.html",
            "settings/account_security",
            "rest-api-v2",
            "../kinds/jira-dc-pat",
            "migration-guide-9.4.1",
            "oauth2/authorize",
            ":rest_api_v2",
        ] {
            assert!(is_joined_words(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn keys_are_words_and_capitals() {
        for key in ["settingsAccountSecurity", "getStarted"] {
            assert!(is_camel(key.as_bytes()), "{key}");
        }
        for other in ["saffron", "KelpQuartz", "kelpQuartz71", "kmskXNqMnGFwJktMPCqh", ""] {
            assert!(!is_camel(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn words_with_more_than_a_version_are_no_names() {
        for other in [
            "saffron",
            "",
            "kelp-quartz-71",
            "kelp-quartz-basin71",
            "Kelp-Quartz",
            "kelp-v271",
            "kelp-quartz!",
            "qxkz-vwjh-trgp-lmbn",
            "12.34",
            "kelp1-quartz",
        ] {
            assert!(!is_joined_words(other.as_bytes()), "{other}");
        }
    }
}
