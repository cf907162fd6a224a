//! Random values that stand beside a product's name and little else: `JIRA_KEY=…`, `jira …`.
//!
//! A product's key is most often that of a project, and what follows a product's name is most often
//! a word. So only what chance drew counts, and weakly.

use pushgate_detector_sdk::{Grade, Span, Window};

use crate::assignment::assigned;
use crate::boundary::{ends_freely, is_base64url};
use crate::caseless::{contains_any, stands_at, without_end};
use crate::codes::{dismissal, evidence};
use crate::placeholder::is_token_stub;
use crate::value::{self, is_drawn};
use crate::vendors::PREFIXES;

/// Characters of an old API token.
pub(crate) const OLD_TOKEN_LEN: usize = 24;

/// What ends the name of a product's key.
const KEY: &[u8] = b"key";

/// Whether a candidate is the name of a product's key.
pub(crate) fn is_product_key(text: &[u8], span: Span) -> bool {
    let found = span.of(text).unwrap_or_default();
    without_end(found, KEY).is_some() && !stands_at(found, 0, b"api")
}

/// The value of a product's key, if chance drew it.
pub(crate) fn keyed(window: &Window<'_>, span: Span) -> Result<(Span, Grade, u16), u16> {
    const LEN_MIN: usize = 20;
    const OTHER_KEYS: [&[u8]; 6] =
        [b"public", b"client", b"consumer", b"project", b"issue", b"cache"];
    let text = window.text;
    let word = Span::at(span.end().saturating_sub(KEY.len()), KEY.len());
    let found = assigned(text, word).ok_or(dismissal::NO_PASSWORD)?;
    let key = found.key.of(text).unwrap_or_default();
    if found.key.end() != span.end() || contains_any(key, &OTHER_KEYS) {
        return Err(dismissal::OTHER_KEY);
    }
    let value = found.value.of(text).unwrap_or_default();
    if value.len() < LEN_MIN {
        return Err(dismissal::NO_PASSWORD);
    }
    check_mixed(value)?;
    value::check(key, value, found.quoted)?;
    Ok((found.value, Grade::Weak, evidence::PRODUCT_KEY))
}

/// What stands behind the name of a product and a blank, as long as an old API token.
pub(crate) fn behind_name(text: &[u8], span: Span) -> Result<(Span, Grade, u16), u16> {
    let start = span.end().saturating_sub(OLD_TOKEN_LEN);
    let secret = Span::new(start, span.end()).ok_or(dismissal::MALFORMED)?;
    let continues = |byte| is_base64url(byte) || b"+/=.(".contains(&byte);
    if !ends_freely(text, span.end(), continues) {
        return Err(dismissal::PART_OF_MORE);
    }
    let value = secret.of(text).unwrap_or_default();
    if !value.iter().any(u8::is_ascii_digit) || !value.iter().all(u8::is_ascii_alphanumeric) {
        return Err(dismissal::MALFORMED);
    }
    check_mixed(value)?;
    Ok((secret, Grade::Weak, evidence::OLD_TOKEN_NAMED))
}

/// Nothing, if `value` is made of letters in both cases, as chance mixes them.
pub(crate) fn check_mixed(value: &[u8]) -> Result<(), u16> {
    let has = |sort: fn(&u8) -> bool| value.iter().any(sort);
    let mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    if !mixed || !value.iter().all(|byte| is_base64url(*byte)) {
        return Err(dismissal::MALFORMED);
    }
    if PREFIXES.iter().any(|prefix| value.starts_with(prefix)) {
        return Err(dismissal::OTHER_VENDOR);
    }
    if is_token_stub(value) {
        return Err(dismissal::PLACEHOLDER);
    }
    if is_drawn(value) { Ok(()) } else { Err(dismissal::NOT_RANDOM) }
}
