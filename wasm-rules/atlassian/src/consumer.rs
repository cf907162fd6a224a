//! Key and secret of a consumer of Bitbucket's OAuth, one behind the other.
//!
//! ```text
//! curl -u <key>:<secret> https://bitbucket.org/site/oauth2/access_token
//! requests.post('https://bitbucket.org/site/oauth2/access_token', auth=('<key>', '<secret>'))
//! provider :bitbucket, '<key>', '<secret>'
//! ```

use pushgate_detector_sdk::{Grade, Span};

use crate::caseless::contains;
use crate::code_call::{Ending, arguments};
use crate::codes::{dismissal, evidence};
use crate::literal::skip_blanks;
use crate::quoting::{quote_at, quote_before};
use crate::value::{self, is_drawn};

const KEY_LEN: usize = 18;
const SECRET_LEN: usize = 32;
/// Where the pair may stand, from the path of the address on.
const REACH_BYTES_MAX: usize = 400;
/// Where the address may stand, from what is given the pair on: the pair is a part of the way.
const CALL_BYTES_MAX: usize = 300;
/// At this address Bitbucket gives tokens to consumers.
const ADDRESS: &[u8] = b"bitbucket.org/site/oauth2/access_token";
const HOST: &[u8] = b"bitbucket.org";

/// Whether the two look like key and secret of a consumer, which have a kind of their own.
pub(crate) fn is_pair(key: &[u8], secret: &[u8]) -> bool {
    key.len() == KEY_LEN
        && secret.len() == SECRET_LEN
        && key.iter().chain(secret).all(u8::is_ascii_alphanumeric)
        && !secret.iter().all(u8::is_ascii_hexdigit)
        && is_drawn(secret)
}

/// Whether `text` has the address at which Bitbucket gives tokens to consumers.
pub(crate) fn asks_for_token(text: &[u8]) -> bool {
    contains(text, ADDRESS)
}

/// The same of the text around `span`.
pub(crate) fn is_beside_address(text: &[u8], span: Span) -> bool {
    let to = text.len().min(span.end().saturating_add(CALL_BYTES_MAX));
    text.get(span.start().saturating_sub(CALL_BYTES_MAX)..to).is_some_and(asks_for_token)
}

/// The secret of a pair near the address whose path is `span`.
pub(crate) fn near_address(text: &[u8], span: Span) -> Result<(Span, Grade, u16), u16> {
    const HOST_BYTES_MAX: usize = 40;
    let before = text.get(span.start().saturating_sub(HOST_BYTES_MAX)..span.start());
    if !contains(before.unwrap_or_default(), HOST) {
        return Err(dismissal::OTHER_HOST);
    }
    let to = text.len().min(span.end().saturating_add(REACH_BYTES_MAX));
    let mut places = span.start().saturating_sub(REACH_BYTES_MAX)..to;
    let secret = places.find_map(|at| around(text, at)).filter(|secret| secret.end() <= to);
    let secret = secret.ok_or(dismissal::NO_PASSWORD)?;
    Ok((secret, Grade::Likely, evidence::CONSUMER_PAIR))
}

/// The secret of the pair that the colon at `at` joins, or the comma between two strings.
fn around(text: &[u8], at: usize) -> Option<Span> {
    let (end, start) = match text.get(at)? {
        b':' => (at, at + 1),
        b',' => {
            let open = quote_at(text, skip_blanks(text, at + 1, true))?;
            (quote_before(text, at)?.start, open.end)
        }
        _ => return None,
    };
    let key = Span::new(end.checked_sub(KEY_LEN)?, end)?;
    let secret = Span::at(start, SECRET_LEN);
    let goes_on = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let before = key.start().checked_sub(1).and_then(|before| text.get(before));
    let whole = !goes_on(before) && !goes_on(text.get(secret.end()));
    let value = secret.of(text)?;
    let fits = whole && is_pair(key.of(text)?, value) && value::check(b"", value, true).is_ok();
    fits.then_some(secret)
}

/// The secret that a strategy of OmniAuth is given: `provider :bitbucket, '<key>', '<secret>'`.
pub(crate) fn of_strategy(text: &[u8], span: Span) -> Result<(Span, Grade, u16), u16> {
    const WORDS: [&[u8]; 2] = [b"provider", b"omniauth"];
    let before = text.get(..span.start()).unwrap_or_default();
    let before = before.strip_suffix(b"(").unwrap_or(before).trim_ascii_end();
    let is_called = WORDS.iter().any(|word| before.ends_with(word));
    let comma = skip_blanks(text, span.end(), false);
    if !is_called || text.get(comma) != Some(&b',') {
        return Err(dismissal::MALFORMED);
    }
    let given = arguments(text, comma + 1, Ending::Bracket);
    let literal = |index: usize| given.get(index).and_then(|it| it.literal);
    let (Some(key), Some(secret)) = (literal(0), literal(1)) else {
        return Err(dismissal::NO_PASSWORD);
    };
    let value = secret.of(text).unwrap_or_default();
    if !is_pair(key.of(text).unwrap_or_default(), value) {
        return Err(dismissal::MALFORMED);
    }
    value::check(b"", value, true)?;
    Ok((secret, Grade::Likely, evidence::CONSUMER_NAMED))
}
