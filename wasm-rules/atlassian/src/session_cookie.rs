//! Cookies of a logged-in browser, Data Center.
//!
//! ```text
//! seraph.rememberme.cookie=10401%3A<40 hexadecimal digits>     logs in again
//! crowd.token_key=<24 letters and digits>                       single sign-on
//! JSESSIONID=<32 capital hexadecimal digits>                    any servlet engine's
//! ```
//!
//! The tokens against forged requests (`atl.xsrf.token`, `atl_token`) stand beside them and log
//! nobody in.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::after_name;
use crate::boundary::{ends_freely, is_alphanumeric, is_base64url, starts_freely};
use crate::caseless::contains;
use crate::codes::{dismissal, evidence};
use crate::drawn;
use crate::paired;
use crate::unescape::{Reading, step};

const REMEMBER_DIGITS: std::ops::RangeInclusive<usize> = 1..=12;
const REMEMBER_HEX: usize = 40;
const TOKEN: std::ops::RangeInclusive<usize> = 22..=64;
const SESSION_HEX: usize = 32;

/// Judges `atlassian-dc-session-cookie`.
pub(crate) fn session_cookie(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let name = span.of(text).unwrap_or_default();
    if !starts_freely(text, span.start(), is_name) {
        return Verdict::Dismissed(dismissal::PART_OF_MORE);
    }
    let Some(value) = value(text, span) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };

    if contains(name, b"sessionid") {
        return servlet_session(text, value);
    }
    if contains(name, b"seraph")
        && let Some(verdict) = remember_me(text, value)
    {
        return verdict;
    }
    let characters = value.of(text).unwrap_or_default();
    if !TOKEN.contains(&characters.len()) {
        return Verdict::Dismissed(dismissal::MALFORMED);
    }
    let evidence =
        if contains(name, b"crowd") { evidence::CROWD_SESSION } else { evidence::REMEMBER_ME };
    match drawn::check(characters) {
        Ok(()) => Verdict::Confirmed { secret: value, grade: Grade::Likely, evidence },
        Err(reason) => Verdict::Dismissed(reason),
    }
}

/// What stands behind the name; or in another field of its object, as browsers' tools export
/// cookies: `{"name": "crowd.token_key", "path": "/", "value": "…"}`, in whatever order.
fn value(text: &[u8], name: Span) -> Option<Span> {
    // `COOKIE_HEADER=seraph.rememberme.cookie=…`: what a header holds, and no header's name.
    let sign = step(text, name.end(), Reading::Plain).map(|step| step.byte);
    if sign == Some(b'=') || !paired::is_name(text, name.start()) {
        return after_name::value(text, name.end(), is_base64url);
    }
    let field = paired::value(text, name.end()).or_else(|| paired::value_above(text, name.start()));
    let value = field?.span;
    let length = value.of(text)?.iter().take_while(|&&byte| is_base64url(byte)).count();
    Some(Span::at(value.start(), length))
}

fn is_name(byte: u8) -> bool {
    is_alphanumeric(byte) || byte == b'_'
}

/// A number, a colon, forty digits; `None` if it is something else.
fn remember_me(text: &[u8], value: Span) -> Option<Verdict> {
    let rest = text.get(value.start()..)?;
    let digits = rest.iter().take(16).take_while(|byte| byte.is_ascii_digit()).count();
    if !REMEMBER_DIGITS.contains(&digits) {
        return None;
    }
    // A batch file doubles the percent sign.
    let sign = value.start() + digits;
    let doubled = usize::from(text.get(sign..sign + 2) == Some(b"%%"));
    let hex = step(text, sign + doubled, Reading::Plain).filter(|step| step.byte == b':')?.next;
    let secret = Span::at(value.start(), hex + REMEMBER_HEX - value.start());
    let characters = text.get(hex..hex + REMEMBER_HEX)?;
    if !characters.iter().all(u8::is_ascii_hexdigit)
        || !ends_freely(text, secret.end(), is_base64url)
    {
        return Some(Verdict::Dismissed(dismissal::MALFORMED));
    }
    Some(match drawn::check(characters) {
        Ok(()) => {
            let (grade, evidence) = (Grade::Likely, evidence::REMEMBER_ME);
            Verdict::Confirmed { secret, grade, evidence }
        }
        Err(reason) => Verdict::Dismissed(reason),
    })
}

/// Every servlet engine has these: near a product's name it may be the product's.
fn servlet_session(text: &[u8], value: Span) -> Verdict {
    let characters = value.of(text).unwrap_or_default();
    let is_digit = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F');
    if characters.len() != SESSION_HEX
        || !characters.iter().all(is_digit)
        || !ends_freely(text, value.end(), is_alphanumeric)
    {
        return Verdict::Dismissed(dismissal::MALFORMED);
    }
    match drawn::check(characters) {
        Ok(()) => Verdict::Confirmed {
            secret: value,
            grade: Grade::Weak,
            evidence: evidence::SERVLET_SESSION,
        },
        Err(reason) => Verdict::Dismissed(reason),
    }
}
