//! Names of kinds, pages, files and keys, where a secret would stand: small words with signs between,
//! words with capitals, and single words.
//!
//! ```text
//! bamboo-encrypted-secret   how-to-revoke.md   settings/account_security   rest-api-v2   guide-9.4
//! settingsAccountSecurity   HowToRevoke        Sha256Digest                overview
//! ```
//!
//! Nobody draws such a value, but somebody may think of one: where a password stands for sure, a
//! name is a reason to warn and none to be silent.

use crate::wordlike::{has_regular_case, reads_like_words, words};

/// Digits of one number of a version.
const VERSION_DIGITS_MAX: usize = 2;
/// Words that end in a digit.
const NUMBERED: [&[u8]; 3] = [b"oauth1", b"oauth2", b"log4j"];
/// Words that end in a digit, or have one inside, where capitals set off the words of a name.
const NUMBERED_IN_CAMEL: [&[u8]; 24] = [
    b"oauth1", b"oauth2", b"sha1", b"sha256", b"sha384", b"sha512", b"md5", b"base32", b"base64",
    b"utf8", b"utf16", b"x509", b"http2", b"ipv4", b"ipv6", b"aes128", b"aes256", b"pkcs1",
    b"pkcs8", b"pkcs12", b"hs256", b"rs256", b"es256", b"ed25519",
];

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

/// Whether `value` is one word, or words set off by capitals as in the name of a type or of a key.
///
/// A password of a directory may be such a word too, and rules for passwords ask for more: a number
/// of two digits, a sign. So this is a reason to doubt.
pub(crate) fn is_word_or_camel(value: &[u8]) -> bool {
    is_word(value) || is_camel(value)
}

/// `overview`, `Übersicht`, or any text in letters that English does not have.
fn is_word(value: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    let rest = value.get(1..).unwrap_or_default();
    let is_of_one_case =
        || rest.iter().all(u8::is_ascii_lowercase) || value.iter().all(u8::is_ascii_uppercase);
    !value.is_empty()
        && value.iter().all(is_letter)
        && (!value.is_ascii() || is_of_one_case())
        && reads_like_words(value)
}

/// `settingsAccountSecurity`, `HowToRevoke`, `createToken2`, `Sha256Digest`.
fn is_camel(value: &[u8]) -> bool {
    let signed = || words(value).filter(|word| word.iter().all(u8::is_ascii_alphabetic));
    value.first().is_some_and(u8::is_ascii_alphabetic)
        && value.iter().all(u8::is_ascii_alphanumeric)
        && signed().nth(1).is_some()
        && has_regular_case(value)
        && reads_like_words(value)
        && has_only_numbers_of_names(value)
}

/// Whether each number is that of a version, belongs to its word, or is one digit at the end.
fn has_only_numbers_of_names(value: &[u8]) -> bool {
    let mut before: &[u8] = &[];
    let mut end = 0;
    words(value).all(|word| {
        let name = std::mem::replace(&mut before, word);
        end += word.len();
        if !word.iter().all(u8::is_ascii_digit) {
            return true;
        }
        let is_last = end == value.len() && word.len() == 1;
        let is_version = name.eq_ignore_ascii_case(b"v") && word.len() <= VERSION_DIGITS_MAX;
        let whole = [name, word].concat().to_ascii_lowercase();
        is_last || is_version || NUMBERED_IN_CAMEL.iter().any(|known| whole.ends_with(known))
    })
}

fn joins(byte: &u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.' | b'/' | b':')
}

#[cfg(test)]
mod tests {
    use super::{is_camel, is_joined_words, is_word};

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
    fn keys_and_types_are_words_and_capitals() {
        for key in [
            "settingsAccountSecurity",
            "getStarted",
            "HowToRevoke",
            "KelpQuartz",
            "createToken2",
            "Sha256Digest",
            "MigrationGuideV12",
            "loginWithOauth2Token",
            "parseX509Key",
        ] {
            assert!(is_camel(key.as_bytes()), "{key}");
        }
        for other in [
            "saffron",
            "Saffron",
            "kelpQuartz71",
            "Kelp71Quartz",
            "Kelp7Quartz",
            "kelpQuartzV271",
            "Sha256Digest71",
            "kelpQuartz!",
            "2kelpQuartz",
            "saffron2",
            "kmskXNqMnGFwJktMPCqh",
            "",
        ] {
            assert!(!is_camel(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn one_word_is_letters_of_one_case() {
        for word in
            ["saffron", "Overview", "OVERVIEW", "Übersicht", "пароль", "«Mot\u{a0}de\u{a0}passe»"]
        {
            assert!(is_word(word.as_bytes()), "{word}");
        }
        for other in ["", "saffroN", "kelpQuartz", "saffron7", "saffron!", "qxkzvwjhtrgplmbn"] {
            assert!(!is_word(other.as_bytes()), "{other}");
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
