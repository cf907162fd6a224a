//! OAuth 2.0 tokens of Bitbucket Cloud, which have no shape: only where they stand tells them.
//!
//! ```text
//! {"access_token": "…", "scopes": "…", "refresh_token": "…"}      near the name of Bitbucket
//! BITBUCKET_REFRESH_TOKEN=…
//! https://x-token-auth:…@bitbucket.org/
//! Authorization: Bearer …                                        to api.bitbucket.org
//! ```

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::after_name;
use crate::assignment::assigned;
use crate::carried::{self, Carried};
use crate::caseless::{contains, contains_any, stands_at};
use crate::codes::{dismissal, evidence};
use crate::context::{Word, nearest};
use crate::drawn;
use crate::reference::{encodes_encrypted, is_encrypted};
use crate::value::is_public;

use crate::unescape::{Reading, step};
use crate::value::decodes_to_none;

/// The shortest refresh token that was seen has 16 characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=2048;
/// How far the other fields of an answer may stand, and the name.
const REACH: usize = 1024;
/// How far before the field its key may begin.
const KEY_MAX: usize = 48;

const USER: &[u8] = b"x-token-auth";
/// The scheme of a header with such a token, and the host that takes it.
const SCHEME: &[u8] = b"bearer ";
const HOST: &[u8] = b"api.bitbucket.org";
/// Fields that stand beside a token in the answer to a request for one.
const FIELDS: [&[u8]; 7] = [
    b"\"scopes\"",
    b"scopes:",
    b"token_type",
    b"expires_in",
    b"expires_at",
    b"grant_type",
    b"client_secret",
];
/// Others who give out such tokens.
const OTHERS: &[Word] = &[
    Word::part("github"),
    Word::part("gitlab"),
    Word::part("google"),
    Word::part("azure"),
    Word::part("slack"),
    Word::part("dropbox"),
    Word::part("facebook"),
    Word::part("twitter"),
    Word::part("linkedin"),
    Word::part("gitea"),
    Word::part("salesforce"),
    Word::part("spotify"),
    Word::part("discord"),
    Word::part("auth.atlassian.com"),
];
const OURS: &[Word] = &[Word::part("bitbucket")];
/// How tokens of others begin.
const PREFIXES: [&[u8]; 14] = [
    b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_", b"glpat-", b"xox", b"ya29.", b"AKIA",
    b"sk_", b"sk-", b"EAA", b"npm_",
];

/// Judges `bitbucket-oauth-access-token`.
pub(crate) fn access_token(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let name = span.of(text).unwrap_or_default();
    let in_address = contains(name, USER);
    let in_header = stands_at(name, 0, SCHEME);
    if in_header && !contains(around(text, span), HOST) {
        return Verdict::Dismissed(dismissal::NO_NAME);
    }
    let read = match (in_address, in_header) {
        (true, _) => password(text, span),
        (_, true) => Ok(behind_scheme(text, span)),
        _ => field(text, span),
    };
    let secret = match read {
        Ok(secret) => secret,
        Err(reason) => return Verdict::Dismissed(reason),
    };

    let value = unescaped(secret.of(text).unwrap_or_default());
    if let Err(reason) = drawn::check(value.trim_ascii_end()) {
        return Verdict::Dismissed(reason);
    }
    if is_public(value.trim_ascii_end()) {
        return Verdict::Dismissed(dismissal::PUBLIC);
    }
    if is_encrypted(&value) || encodes_encrypted(&value) {
        return Verdict::Dismissed(dismissal::ENCRYPTED);
    }
    if contains(&value, b"1234567890") || decodes_to_none(&value) {
        return Verdict::Dismissed(dismissal::PLACEHOLDER);
    }
    if !LENGTHS.contains(&value.len()) {
        return Verdict::Dismissed(dismissal::NO_PASSWORD);
    }
    let is_web_token = value.starts_with(b"ey") && value.contains(&b'.');
    if is_web_token
        || carried::look(&value) != Carried::NoToken
        || PREFIXES.iter().any(|prefix| value.starts_with(prefix))
    {
        return Verdict::Dismissed(dismissal::ANOTHER_KIND);
    }
    if is_setting(&value) {
        return Verdict::Dismissed(dismissal::MALFORMED);
    }
    if !is_bitbuckets(window, span) {
        return Verdict::Dismissed(dismissal::NO_NAME);
    }

    let (grade, evidence) = if in_address {
        (Grade::Likely, evidence::BITBUCKET_TOKEN_AUTH)
    } else if in_header {
        (Grade::Likely, evidence::BITBUCKET_NAMED)
    } else if has_other_fields(text, span) {
        (Grade::Likely, evidence::BITBUCKET_OAUTH)
    } else if key_names_it(text, span) {
        (Grade::Likely, evidence::BITBUCKET_NAMED)
    } else {
        (Grade::Weak, evidence::BITBUCKET_NAMED)
    };
    Verdict::Confirmed { secret, grade, evidence }
}

/// What stands behind the scheme of a header.
fn behind_scheme(text: &[u8], span: Span) -> Span {
    let start = span.start() + SCHEME.len();
    let rest = text.get(start..).unwrap_or_default();
    let len = rest.iter().take(*LENGTHS.end()).take_while(|&&byte| belongs(byte)).count();
    Span::at(start, len)
}

/// The value of a field, if the name is all of one or the end of one.
fn field(text: &[u8], span: Span) -> Result<Span, u16> {
    let beside = after_name::value(text, span.end(), belongs);
    let is_drawn = |value: &Span| value.of(text).is_some_and(|it| drawn::check(it).is_ok());
    let value = match beside {
        Some(value) if is_drawn(&value) => value,
        // Other arguments or fields may stand between.
        _ => set_otherwise(text, span).or(beside).ok_or(dismissal::TEMPLATE)?,
    };
    match text.get(value.end()) {
        Some(b'(' | b'[' | b'{') => Err(dismissal::NOT_RANDOM),
        _ => Ok(value),
    }
}

/// The value of the field where more stands between the two than signs.
fn set_otherwise(text: &[u8], name: Span) -> Option<Span> {
    let value = assigned(text, name)?.value;
    let fits = |value: &[u8]| !value.is_empty() && value.iter().all(|&byte| belongs(byte));
    value.of(text).is_some_and(fits).then_some(value)
}

/// `KEY=value`: the next line, where the name is itself a value. Padding only ends a secret.
fn is_setting(value: &[u8]) -> bool {
    let bare = value.iter().rposition(|&byte| byte != b'=').map_or(0, |last| last + 1);
    value.iter().take(bare).any(|&byte| byte == b'=')
}

/// The password of `x-token-auth` in an address.
fn password(text: &[u8], span: Span) -> Result<Span, u16> {
    let rest = text.get(span.end()..).unwrap_or_default();
    let is_over = |byte: &u8| byte.is_ascii_whitespace() || b"@/\"'<>`".contains(byte);
    let len = rest.iter().take(*LENGTHS.end()).position(is_over).unwrap_or_default();
    match rest.get(len) {
        Some(b'@') if len > 0 => Ok(Span::at(span.end(), len)),
        _ => Err(dismissal::MALFORMED),
    }
}

/// Characters of base64 in both alphabets, with their padding, and of what other tokens use.
fn belongs(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_+/=.~%".contains(&byte)
}

fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(step) = step(raw, at, Reading::Plain) {
        bytes.push(step.byte);
        at = step.next;
    }
    bytes
}

/// Whether Bitbucket is named nearby, and no other nearer.
fn is_bitbuckets(window: &Window<'_>, span: Span) -> bool {
    let [ours, others] = nearest(window.text, span, [OURS, OTHERS]);
    match (ours, others) {
        (Some(ours), Some(others)) => ours < others,
        (Some(_), None) => true,
        (None, Some(_)) => false,
        (None, None) => {
            contains(around(window.text, span), b"bitbucket")
                || window.path().is_some_and(|path| contains(path, b"bitbucket"))
        }
    }
}

/// Whether an answer is here, of which the other fields stand around this one.
fn has_other_fields(text: &[u8], span: Span) -> bool {
    let name = span.of(text).unwrap_or_default();
    let refresh: [&[u8]; 2] = [b"refresh_token", b"refreshtoken"];
    let access: [&[u8]; 2] = [b"access_token", b"accesstoken"];
    let other = if contains(name, b"refresh") { access } else { refresh };
    let around = around(text, span);
    contains_any(around, &other) || contains_any(around, &FIELDS)
}

fn around(text: &[u8], span: Span) -> &[u8] {
    let end = span.end().saturating_add(REACH).min(text.len());
    text.get(span.start().saturating_sub(REACH)..end).unwrap_or_default()
}

/// Whether the key itself names Bitbucket: `BITBUCKET_OAUTH_REFRESH_TOKEN`.
fn key_names_it(text: &[u8], span: Span) -> bool {
    let before = text.get(span.start().saturating_sub(KEY_MAX)..span.start()).unwrap_or_default();
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let len = before.iter().rev().take_while(|byte| is_key(byte)).count();
    contains(before.get(before.len() - len..).unwrap_or_default(), b"bitbucket")
}
