//! Shared secrets of Connect without a prefix: the payload around says what they are.
//!
//! ```text
//! {"clientKey":"…","sharedSecret":"…","baseUrl":"https://acme.atlassian.net"}
//! INSERT INTO atlassian_host (client_key, shared_secret, …) VALUES ('…', '…', …)
//! ```
//!
//! Their size and alphabet were never documented. Many others have shared secrets: shops for apps,
//! RADIUS, whoever agrees on keys. So a value must stand beside other fields of the payload, or its
//! key must name a product.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::caseless::{contains, contains_any};
use crate::codes::{dismissal, evidence};
use crate::context::mentions;
use crate::enclosing::lines_around;
use crate::label::is_public;
use crate::names;
use crate::opaque::{self, Called, Reader, value_assigned, value_behind, value_under};
use crate::value::decodes_to_none;
use crate::whose::names_another;
use crate::words::{has, is_listed, parts};

/// Shorter ones are typed by hand.
const LEN_MIN: usize = 16;
/// Bytes on either side in which the other fields of the payload stand.
const REACH_BYTES_MAX: usize = 2048;
/// Lines on either side.
const REACH_LINES_MAX: usize = 10;

/// Fields that only this payload has, and the names of those who send it.
const SURE: [&[u8]; 18] = [
    b"client.key",
    b"product.type",
    b"clientkey",
    b"client_key",
    b"client-key",
    b"producttype",
    b"product_type",
    b"oauthclientid",
    b"oauth_client_id",
    b"pluginsversion",
    b"addonkey",
    b"addon_key",
    b"addonsettings",
    b"addon_settings",
    b"atlassian",
    b"jira",
    b"confluence",
    b"bitbucket",
];
/// Fields that others have too.
const UNSURE: [&[u8]; 7] =
    [b"baseurl", b"base_url", b"base-url", b"base.url", b"eventtype", b"event_type", b"event-type"];

/// Others that share secrets, by words in the key.
const OTHERS: &[u8] = b"apple ios itunes iap appstore store purchase receipt azure radius ecdh dh \
    ecdhe x25519 diffie stripe webhook ipsec vpn psk wifi turn coturn slack github paypal \
    revenuecat google android twilio";

/// Judges `atlassian-connect-shared-secret-legacy`.
pub(crate) fn shared_secret(window: &Window<'_>, span: Span) -> Verdict {
    const READERS: [Reader; 3] = [value_under, value_assigned, behind_words];

    let mut reason = dismissal::MALFORMED;
    for called in READERS.into_iter().filter_map(|read| read(window.text, span)) {
        match check(window, span, called) {
            Ok((grade, evidence)) => {
                return Verdict::Confirmed { secret: called.value, grade, evidence };
            }
            Err(why) if reason == dismissal::MALFORMED => reason = why,
            Err(_) => (),
        }
    }
    Verdict::Dismissed(reason)
}

/// The value behind more words than an assignment has.
fn behind_words(text: &[u8], word: Span) -> Option<Called> {
    value_behind(text, word, LEN_MIN, |name| has(name, &[b"secret"]))
        .filter(|called| called.name.phrase.of(text).is_some_and(|it| contains(it, b"shared")))
}

fn check(window: &Window<'_>, span: Span, called: Called) -> Result<(Grade, u16), u16> {
    let key = called.name.key.of(window.text).unwrap_or_default();
    let phrase = called.name.phrase.of(window.text).unwrap_or_default();
    let bytes = called.value.of(window.text).unwrap_or_default();
    if is_public(key) {
        return Err(dismissal::DIGEST_OR_ID);
    }
    opaque::check(bytes, LEN_MIN)?;
    if opaque::is_sealed(window.text, called.value) {
        return Err(dismissal::ENCRYPTED);
    }
    if decodes_to_none(bytes) {
        return Err(dismissal::PLACEHOLDER);
    }
    if bytes.starts_with(b"ATCO") {
        return Err(dismissal::ANOTHER_KIND);
    }
    if names_another(key, names::ANY) {
        return Err(dismissal::OTHER_SERVICE);
    }
    if mentions(phrase, names::ANY) {
        return Ok((Grade::Likely, evidence::CONNECT_NAMED));
    }
    if parts(key).any(|part| is_listed(part, OTHERS)) {
        return Err(dismissal::OTHER_SERVICE);
    }
    let around = lines_around(window.text, span, REACH_LINES_MAX, REACH_BYTES_MAX);
    let around = around.of(window.text).unwrap_or_default();
    if contains_any(around, &SURE) || window.path().is_some_and(|it| mentions(it, names::ANY)) {
        Ok((Grade::Likely, evidence::CONNECT_PAYLOAD))
    } else if contains_any(around, &UNSURE) {
        Ok((Grade::Weak, evidence::CONNECT_UNSURE))
    } else {
        Err(dismissal::NO_NAME)
    }
}
