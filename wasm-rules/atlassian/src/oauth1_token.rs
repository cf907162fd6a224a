//! OAuth 1.0a access tokens of application links.
//!
//! ```text
//! oauth_token = 32 letters and digits    oauth_token_secret = 32 letters and digits
//! ```
//!
//! The second one is the secret. With the consumer's private key it opens whatever its user can
//! open, for years. Everybody who speaks OAuth 1.0a has the same two names: the words around them
//! must name a product of Atlassian.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::candidate::{Wanted, find};
use crate::caseless::contains_any;
use crate::codes::{dismissal, evidence};
use crate::context::Word;
use crate::shape::Shape;
use crate::whose::nearer;
use crate::words::has;

const OWN: &[Word] = &[
    Word::part("jira"),
    Word::part("confluence"),
    Word::part("atlassian"),
    Word::part("bitbucket"),
    Word::part("applink"),
    Word::part("application link"),
    Word::part("application-link"),
    Word::part("application_link"),
];

/// Judges `applink-oauth1-access-token`.
pub(crate) fn access_token(window: &Window<'_>, span: Span) -> Verdict {
    const WANTED: Wanted =
        Wanted { shapes: &[Shape::Alphanumeric(32)], is_key: is_secret, own: OWN };

    match find(window, span, &WANTED, is_second_argument) {
        Ok(found) if found.phrase.is_empty() => likely(found.value),
        Ok(found) if !of_token(found.phrase.of(window.text).unwrap_or_default()) => {
            Verdict::Dismissed(dismissal::NOT_NAMED)
        }
        Ok(found) => likely(found.value),
        Err(reason) => Verdict::Dismissed(reason),
    }
}

fn likely(secret: Span) -> Verdict {
    Verdict::Confirmed { secret, grade: Grade::Likely, evidence: evidence::OAUTH1_TOKEN_SECRET }
}

/// Whether `value` is the second of the two with which Ruby's client is given its token:
/// `set_access_token("token", "secret")`.
fn is_second_argument(window: &Window<'_>, value: Span) -> bool {
    const REACH: usize = 120;
    const CALL: &[u8] = b"set_access_token(";
    let from = value.start().saturating_sub(REACH);
    let before = window.text.get(from..value.start()).unwrap_or_default();
    let call = before.windows(CALL.len()).rposition(|it| it == CALL);
    let arguments = call.and_then(|at| before.get(at + CALL.len()..)).unwrap_or_default();
    let line = arguments.iter().all(|&byte| byte != b'\n' && byte != b')');
    line && arguments.iter().filter(|&&byte| byte == b',').count() == 1
        && nearer(window, value, OWN)
}

fn is_secret(name: &[u8]) -> bool {
    has(name, &[b"secret"])
}

/// `access_token_secret`, `oauthTokenSecret`, `access secret`: not the secret of a client.
fn of_token(phrase: &[u8]) -> bool {
    contains_any(phrase, &[b"token", b"access"])
}
