//! Whether a value without structure was drawn by a machine, or is made of words.

use crate::codes::dismissal;
use crate::joined::is_joined_words;
use crate::password;
use crate::placeholder::{distinct, is_token_stub};

/// Shorter pieces of letters are no words.
const WORD_MIN: usize = 4;
/// Unless signs stand between them: `app.git`.
const WORD_BESIDE_SIGN_MIN: usize = 3;
/// A word has a vowel among as many letters.
const CONSONANTS_MAX: usize = 6;
/// The longest period of a value that somebody typed by repeating himself.
const PERIOD_MAX: usize = 20;
/// As many steps of `a1b2c3d4` in a row chance does not make.
const TURNS_MAX: usize = 8;

/// Nothing, if `value` looks random; else the code of a dismissal.
pub(crate) fn check(value: &[u8]) -> Result<(), u16> {
    password::check(&[], value)?;
    if is_token_stub(value) || repeats(value) || counts_in_turns(value) {
        Err(dismissal::PLACEHOLDER)
    } else if is_words(value) || is_joined_words(value) || distinct(value) < 8 {
        Err(dismissal::NOT_RANDOM)
    } else {
        Ok(())
    }
}

/// Nearly all letters stand in words, in capitals or small letters or with one capital first, and
/// there are few digits: `getRefreshToken2`, `config.oauth.token`, `SOME_NAME`.
fn is_words(value: &[u8]) -> bool {
    let count = |text: &[u8], is: fn(&u8) -> bool| text.iter().filter(|byte| is(byte)).count();
    let letters = count(value, u8::is_ascii_alphabetic);
    let digits = count(value, u8::is_ascii_digit);
    let goes_on = |left: &u8, right: &u8| {
        left.is_ascii_alphabetic()
            && right.is_ascii_alphabetic()
            && (right.is_ascii_lowercase() || left.is_ascii_uppercase())
    };
    let signs = value.iter().any(|byte| matches!(byte, b'.' | b'/' | b'_' | b'-'));
    let min = if signs { WORD_BESIDE_SIGN_MIN } else { WORD_MIN };
    let is_word = |piece: &&[u8]| {
        let capitals = count(piece, u8::is_ascii_uppercase);
        let vowels = count(piece, |byte| b"aeiouyAEIOUY".contains(byte));
        piece.len() >= min
            && (capitals <= 1 || capitals == piece.len())
            && vowels * CONSONANTS_MAX >= piece.len()
    };
    let in_words: usize = value.chunk_by(goes_on).filter(is_word).map(<[u8]>::len).sum();
    8 * digits < value.len() && 20 * in_words >= 17 * letters
}

/// `0123abcd0123abcd0123abcd`.
fn repeats(value: &[u8]) -> bool {
    (1..=PERIOD_MAX.min(value.len() / 2)).any(|period| {
        value.iter().zip(value.iter().skip(period)).all(|(left, right)| left == right)
    })
}

/// `a1b2c3d4e5f6`.
fn counts_in_turns(value: &[u8]) -> bool {
    let mut turns = 0;
    value.iter().zip(value.iter().skip(2)).any(|(left, right)| {
        turns = if left + 1 == *right { turns + 1 } else { 0 };
        turns > TURNS_MAX
    })
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn random_values_pass() {
        let values = [
            "ZlRLTIehBsdVQgNRSC",
            "QltqsohfvFmrfmfz67",
            "SSn58y6MhMDePvFUi3",
            "0b3231a72abef0c753c5379a30bb342a0335dc62",
            "q9B1K9xghL8fEL7MlOAfoX6eH5nQcnEc9sFlJLDC",
        ];
        for value in values {
            assert_eq!(check(value.as_bytes()), Ok(()), "{value}");
        }
    }

    #[test]
    fn words_and_samples_do_not() {
        let values = [
            "getRefreshTokenFromStore",
            "process.env.BITBUCKET_REFRESH",
            "config.oauth2.bitbucket.value",
            "some_long_name_of_a_thing",
            "a1b2c3d4e5f6g7h8i9j0",
            "1234567890abcdef1234567890abcdef12345678",
            "0123456789abcdef0123456789abcdef01234567",
            "ffffffffffffffffffffffffffffffffffffffff",
            "your-refresh-token-1",
            "bitbucket.org/acme/app.git",
            "bitbucket-dc-http-access-token.md",
            "bitbucket/rest-api-v2.md",
            "how-to-revoke.md",
        ];
        for value in values {
            assert!(check(value.as_bytes()).is_err(), "{value}");
        }
    }
}
