//! Secrets whose shape nobody has written down: a machine made them, and that shows.

use pushgate_detector_sdk::Span;

use crate::assignment::{Assigned, assigned};
use crate::boundary::is_base64url;
use crate::caseless::contains;
use crate::codes::dismissal;
use crate::columns::value_of;
use crate::label::{Name, named};
use crate::password;
use crate::place::is_hash;
use crate::placeholder::is_template;
use crate::reference::is_encrypted;
use crate::shape::{Drawn, drawn, is_free};
use crate::wordlike::{has_regular_case, reads_like_words};
use crate::words::{is_listed, parts};

/// More than any known secret has.
const LEN_MAX: usize = 400;

/// Words of which people make values that stand for a secret.
const WORDS: &[u8] =
    b"shared secret key my your our the a some test demo sample dummy fake connect \
    addon add on app plugin lost not to be unique client token jira confluence atlassian bitbucket \
    installation tenant scim api directory here value string dev local prod";

/// Bytes behind a name in which its value begins.
const REACH_BYTES_MAX: usize = 160;

/// Reads the key that a word is a part of, and its value.
pub(crate) type Reader = fn(&[u8], Span) -> Option<Called>;

/// A value, and what it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Called {
    /// Its name.
    pub(crate) name: Name,
    /// The value.
    pub(crate) value: Span,
}

/// The value that is assigned to the key around `word`.
pub(crate) fn value_assigned(text: &[u8], word: Span) -> Option<Called> {
    let Assigned { key, value, .. } = assigned(text, word)?;
    Some(Called { name: Name { key, phrase: key }, value })
}

/// The first value in the column that `word` names.
pub(crate) fn value_under(text: &[u8], word: Span) -> Option<Called> {
    let (key, value) = value_of(text, word)?;
    Some(Called { name: Name { key, phrase: key }, value })
}

/// The first value behind `word` that a machine may have made and whose key is one that `is_key`
/// knows.
pub(crate) fn value_behind(
    text: &[u8],
    word: Span,
    len_min: usize,
    is_key: fn(&[u8]) -> bool,
) -> Option<Called> {
    let end = text.len().min(word.end() + REACH_BYTES_MAX);
    (word.end()..end)
        .filter(|&start| text.get(start).is_some_and(u8::is_ascii_alphanumeric))
        .filter(|&start| is_free(text, start))
        .map(|start| run_at(text, start))
        .filter(|value| value.of(text).is_some_and(|value| check(value, len_min).is_ok()))
        .take(VALUES_MAX)
        .find_map(|value| Some(Called { name: named(text, value, is_key).ok()?, value }))
}

/// Values that are looked at.
const VALUES_MAX: usize = 3;

/// Characters of base64 from `start` on, with the padding.
fn run_at(text: &[u8], start: usize) -> Span {
    let rest = text.get(start..).unwrap_or_default();
    let belongs = |byte: &&u8| is_base64url(**byte) || matches!(byte, b'+' | b'/');
    let len = rest.iter().take(LEN_MAX + 1).take_while(belongs).count();
    let padding = rest.iter().skip(len).take(2).take_while(|&&byte| byte == b'=').count();
    Span::at(start, len + padding)
}

/// Whether `value` is a part of what is encrypted, or of the hash of something: `ENC(value)`,
/// `vault:v1:value`, `{value}`.
pub(crate) fn is_sealed(text: &[u8], value: Span) -> bool {
    const BEFORE_MAX: usize = 64;
    let before = text.get(value.start().saturating_sub(BEFORE_MAX)..value.start());
    let before = before.unwrap_or_default();
    let joins = |byte: &&u8| byte.is_ascii_graphic() && !b"\"'`=".contains(byte);
    let length = before.iter().rev().take_while(joins).count();
    let word = text.get(value.start() - length..value.end()).unwrap_or_default();
    let braced = before.ends_with(b"{") && text.get(value.end()) == Some(&b'}');
    braced || is_encrypted(word) || is_hash(word)
}

/// Nothing, if a machine may have made `value` of at least `len_min` bytes; else the code of a
/// dismissal.
pub(crate) fn check(value: &[u8], len_min: usize) -> Result<(), u16> {
    if is_template(value) {
        return Err(dismissal::TEMPLATE);
    }
    let fits = (len_min..=LEN_MAX).contains(&value.len()) && value.iter().copied().all(belongs);
    if !fits || contains(value, b"%22") {
        return Err(dismissal::MALFORMED);
    }
    password::check(b"", value)?;
    let digit = value.iter().any(u8::is_ascii_digit);
    if is_constant(value) || !digit && has_regular_case(value) && reads_like_words(value) {
        return Err(dismissal::NOT_RANDOM);
    }
    if drawn(value) == Drawn::No || !is_mixed(value) {
        return Err(dismissal::PLACEHOLDER);
    }
    Ok(())
}

/// `KEM_1_SHARED_KEY_BYTES`: a name that a program has for a number.
fn is_constant(value: &[u8]) -> bool {
    const DIGITS_MAX: usize = 4;
    let count = |sort: fn(&&u8) -> bool| value.iter().filter(sort).count();
    count(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_')
        == value.len()
        && count(|byte| **byte == b'_') > 1
        && count(|byte| byte.is_ascii_digit()) <= DIGITS_MAX
}

/// What stands in a secret, and not in code.
fn belongs(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"'`<>(){}[]\\;,".contains(&byte)
}

/// Whether small letters, capitals and digits are mixed as they are not in words: a change at every
/// sixth character, known words aside.
fn is_mixed(value: &[u8]) -> bool {
    const LEN_MIN: usize = 8;
    const STRETCHES_MIN: usize = 3;
    const CHARACTERS_A_STRETCH_MAX: usize = 6;

    let class = |byte: &u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    let rest: Vec<u8> =
        parts(value).filter(|part| !is_listed(part, WORDS)).flatten().copied().collect();
    let stretches = rest.chunk_by(|left, right| class(left) == class(right)).count();
    rest.len() >= LEN_MIN
        && stretches >= STRETCHES_MIN
        && stretches * CHARACTERS_A_STRETCH_MAX >= rest.len()
        && (rest.iter().any(u8::is_ascii_digit) || stretches * 3 >= rest.len())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_a_machine_made_is_taken_for_it() {
        // One in some hundreds looks like words.
        let mut missed = 0;
        for seed in 0..2000 {
            for template in [
                "{alnum:40}",
                "{base64url:43}",
                "{base64:44}",
                "{hex:32}",
                "{hex:8}-{hex:4}-4{hex:3}-8{hex:3}-{hex:12}",
            ] {
                let value = pushgate_cases::expand(template, seed);
                missed += usize::from(check(&value, 16).is_err());
            }
        }
        assert!(missed < 10, "{missed}");
    }

    #[test]
    fn what_people_write_is_not() {
        let values = [
            "a-secret-key-not-to-be-lost",
            "my-shared-secret-123",
            "Shared-Secret-Key-2021",
            "settings.sharedSecret",
            "process.env.SHARED_SECRET",
            "ecdh.computeSecret(key)",
            "${SHARED_SECRET}",
            "test-shared-secret-value",
            "xxxxxxxxxxxxxxxxxxxxxxxx",
            "short1",
            "unique-client-identifier",
        ];
        for value in values {
            assert!(check(value.as_bytes(), 16).is_err(), "{value}");
        }
    }
}
