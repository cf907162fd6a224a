//! Trello secrets without a prefix: hexadecimal digits beside the name.
//!
//! ```text
//! TRELLO_API_KEY=32 digits   TRELLO_TOKEN=64 digits   TRELLO_SECRET=64 digits
//! ```
//!
//! The API key is public by design; who has the token as well can act as its owner.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::candidate::{Found, Wanted, find};
use crate::codes::{dismissal, evidence};
use crate::context::{Word, mentions};
use crate::shape::{Drawn, Shape, values};
use crate::whose::nearer;
use crate::words::{has, is_listed, parts};

const OWN: &[Word] = &[Word::part("trello")];
const KEY: Shape = Shape::Hex(32);
const SECRET: Shape = Shape::Hex(64);

/// Judges `trello-token-legacy`.
pub(crate) fn token_legacy(window: &Window<'_>, span: Span) -> Verdict {
    const WANTED: Wanted = Wanted { shapes: &[SECRET], is_key: is_token, own: OWN };

    match find(window, span, &WANTED, is_argument_beside_key) {
        Ok(found) if stands_beside_key(window, found.value) => {
            likely(found, evidence::TRELLO_TOKEN_BESIDE_KEY)
        }
        Ok(found) => likely(found, evidence::TRELLO_TOKEN),
        Err(reason) => Verdict::Dismissed(reason),
    }
}

/// Judges `trello-api-key`.
pub(crate) fn api_key(window: &Window<'_>, span: Span) -> Verdict {
    const WANTED: Wanted = Wanted { shapes: &[KEY], is_key: is_api_key, own: OWN };

    match find(window, span, &WANTED, |_, _| false) {
        Ok(found) => Verdict::Confirmed {
            secret: found.value,
            grade: Grade::Weak,
            evidence: evidence::TRELLO_API_KEY,
        },
        Err(reason) => Verdict::Dismissed(reason),
    }
}

/// Judges `trello-oauth-secret`.
pub(crate) fn oauth_secret(window: &Window<'_>, span: Span) -> Verdict {
    const WANTED: Wanted = Wanted { shapes: &[SECRET], is_key: is_secret, own: OWN };

    match find(window, span, &WANTED, |_, _| false) {
        Ok(found) if is_called_token(found.phrase.of(window.text).unwrap_or_default()) => {
            Verdict::Dismissed(dismissal::ANOTHER_KIND)
        }
        Ok(found) => likely(found, evidence::TRELLO_SECRET),
        Err(reason) => Verdict::Dismissed(reason),
    }
}

/// Whether a name with a token in it follows the word for a secret: `secret set TRELLO_TOKEN`.
fn is_called_token(phrase: &[u8]) -> bool {
    let last =
        |word: &[u8]| phrase.windows(word.len()).rposition(|it| it.eq_ignore_ascii_case(word));
    last(b"token") > last(b"secret")
}

fn likely(found: Found, evidence: u16) -> Verdict {
    Verdict::Confirmed { secret: found.value, grade: Grade::Likely, evidence }
}

fn is_token(name: &[u8]) -> bool {
    has(name, &[b"token", b"tokens"])
}

fn is_secret(name: &[u8]) -> bool {
    has(name, &[b"secret", b"secrets"])
}

fn is_api_key(name: &[u8]) -> bool {
    const OTHER_KEYS: &[u8] = b"cache primary foreign partition sort idempotency ssh deploy \
        encryption private signing license storage";
    has(name, &[b"key", b"keys"]) && !parts(name).any(|part| is_listed(part, OTHER_KEYS))
}

/// Whether an API key stands right before `token`, as it does in addresses.
fn stands_beside_key(window: &Window<'_>, token: Span) -> bool {
    key_before(window, token).is_some()
}

/// Whether the two are the arguments of a call: `new Trello("key", "token")`.
fn is_argument_beside_key(window: &Window<'_>, token: Span) -> bool {
    let before = key_before(window, token).and_then(|key| window.text.get(..key.start()));
    let beside = matches!(before, Some([.., b'(', b'"' | b'\'' | b'`']));
    beside && nearer(window, token, OWN) || is_second_argument(window.text, token)
}

/// Whether a variable is the other argument: `new Trello(process.env.TRELLO_KEY, "token")`.
fn is_second_argument(text: &[u8], token: Span) -> bool {
    const CALL_MAX: usize = 120;
    let before = text.get(token.start().saturating_sub(CALL_MAX)..token.start());
    let arguments = before.and_then(|before| match before {
        [rest @ .., b'"' | b'\'' | b'`'] => rest.trim_ascii_end().strip_suffix(b","),
        _ => None,
    });
    let Some(arguments) = arguments else { return false };
    let of_variable = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._$".contains(byte);
    let variable = arguments.iter().rev().take_while(of_variable).count();
    let (call, variable) = arguments.split_at(arguments.len() - variable);
    let Some(call) = call.trim_ascii_end().strip_suffix(b"(") else { return false };
    let name = call.iter().rev().take_while(of_variable).count();
    let name = call.get(call.len() - name..).unwrap_or_default();
    is_api_key(variable) && mentions(name, OWN)
}

fn key_before(window: &Window<'_>, token: Span) -> Option<Span> {
    const BETWEEN_MAX: usize = 24;

    let reach = KEY.len() + BETWEEN_MAX;
    let range = Span::new(token.start().saturating_sub(reach), token.start())?;
    let (key, shape) = values(window.text, range, &[KEY]).next()?;
    (shape.drawn(key.of(window.text)?) == Drawn::Yes).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::{is_api_key, is_secret, is_token};

    #[test]
    fn names_tell_the_three_apart() {
        assert!(is_token(b"TRELLO_TOKEN") && is_token(b"trelloToken") && is_token(b"tokens"));
        assert!(is_secret(b"trello.oauth.secret") && !is_secret(b"TRELLO_TOKEN"));
        assert!(is_api_key(b"apikey") && is_api_key(b"trelloAPIKey"));
        assert!(!is_api_key(b"cache_key") && !is_api_key(b"keyboard"));
    }
}
