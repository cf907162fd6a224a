//! Addresses that are secrets themselves, and the header that guards the newer ones.
//!
//! ```text
//! https://automation.atlassian.com/pro/hooks/<40 hexadecimal digits>
//! https://<UUID>.hello.atlassian-dev.net/x1/<25 to 27 of base64url>
//! X-Automation-Webhook-Token: <the secret>
//! ```

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::after_name;
use crate::assignment::assigned;
use crate::boundary::{is_alphanumeric, is_base64url};
use crate::caseless::stands_at;
use crate::codes::{dismissal, evidence};
use crate::context::nearest;
use crate::drawn;
use crate::names;
use crate::opaque::is_sealed;
use crate::placeholder::is_token_stub;
use crate::unescape::{Reading, step};
use crate::update;
use crate::value::decodes_to_none;

const AUTOMATION_HOST: &[u8] = b"automation.atlassian.com";
const HOOK_DIGITS: usize = 40;
/// The longest that has been seen has 27 characters, the shortest 25.
const WEBTRIGGER_TOKEN: std::ops::RangeInclusive<usize> = 20..=64;
const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
const HEADER_SECRET: std::ops::RangeInclusive<usize> = 16..=256;

/// Judges `jira-automation-webhook-url`.
pub(crate) fn automation_webhook(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let Some(host) = (span.start()..span.end()).find(|&at| stands_at(text, at, AUTOMATION_HOST))
    else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let Some(path) = past(text, host + AUTOMATION_HOST.len(), b"/pro/hooks/") else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let rest = text.get(path..).unwrap_or_default();
    let len = rest.iter().take(HOOK_DIGITS + 1).take_while(|&&byte| is_base64url(byte)).count();
    let digits = rest.get(..len).unwrap_or_default();
    if !digits.iter().all(u8::is_ascii_hexdigit) || len != HOOK_DIGITS {
        return Verdict::Dismissed(unfit(rest, len));
    }
    address(text, host, path, len, evidence::AUTOMATION_ADDRESS)
}

/// Judges `forge-webtrigger-url`.
pub(crate) fn webtrigger(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let Some((host, path)) = (span.start()..span.end()).find_map(|at| webtrigger_path(text, at))
    else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let rest = text.get(path..).unwrap_or_default();
    let max = *WEBTRIGGER_TOKEN.end();
    let len = rest.iter().take(max + 1).take_while(|&&byte| is_base64url(byte)).count();
    if !WEBTRIGGER_TOKEN.contains(&len) {
        return Verdict::Dismissed(unfit(rest, len));
    }
    if let Err(reason) = drawn::check(rest.get(..len).unwrap_or_default()) {
        return Verdict::Dismissed(reason);
    }
    address(text, host, path, len, evidence::WEBTRIGGER_ADDRESS)
}

/// Where the UUID begins before the host that begins with a dot at `at`, and where the token does.
fn webtrigger_path(text: &[u8], at: usize) -> Option<(usize, usize)> {
    const HOSTS: [&[u8]; 2] = [b".hello.atlassian-dev.net", b".webtrigger."];
    const HOST_MAX: usize = 64;
    let index = HOSTS.iter().position(|host| stands_at(text, at, host))?;
    let [hello, webtrigger] = HOSTS;
    let path = if index == 0 {
        past(text, at + hello.len(), b"/x1/")?
    } else {
        let rest = text.get(at + webtrigger.len()..)?;
        let host = rest.iter().take(HOST_MAX);
        let len = host.take_while(|&&byte| is_alphanumeric(byte) || b".-".contains(&byte)).count();
        let path = past(text, at + webtrigger.len() + len, b"/")?;
        past(text, path, b"x1/").unwrap_or(path)
    };
    Some((uuid_before(text, at)?, path))
}

/// Where the UUID begins that ends at `end`.
fn uuid_before(text: &[u8], end: usize) -> Option<usize> {
    const LEN: usize = 36;
    let start = end.checked_sub(LEN)?;
    let uuid = text.get(start..end)?;
    let groups = uuid.split(|&byte| byte == b'-');
    let fits = groups.map(<[u8]>::len).eq(UUID_GROUPS)
        && uuid.iter().all(|&byte| byte == b'-' || byte.is_ascii_hexdigit());
    fits.then_some(start)
}

/// Where the text goes on after `expected` at `at`, whose slashes may be escaped.
fn past(text: &[u8], at: usize, expected: &[u8]) -> Option<usize> {
    expected.iter().try_fold(at, |at, &byte| {
        step(text, at, Reading::Plain).filter(|step| step.byte == byte).map(|step| step.next)
    })
}

/// Why what follows a path is no secret.
fn unfit(rest: &[u8], len: usize) -> u16 {
    match rest.first() {
        Some(b'$' | b'{' | b'%' | b'#') => dismissal::TEMPLATE,
        Some(b'<' | b'.' | b'*') => dismissal::PLACEHOLDER,
        _ if is_token_stub(rest.get(..len).unwrap_or_default()) => dismissal::PLACEHOLDER,
        _ => dismissal::MALFORMED,
    }
}

/// The whole address, whose path ends in a token of `len` at `token`.
fn address(text: &[u8], host: usize, token: usize, len: usize, evidence: u16) -> Verdict {
    if drawn::check(Span::at(token, len).of(text).unwrap_or_default()).is_err() {
        return Verdict::Dismissed(dismissal::PLACEHOLDER);
    }
    let start = scheme_before(text, host);
    match Span::new(start, token + len) {
        Some(secret) => Verdict::Confirmed { secret, grade: Grade::Likely, evidence },
        None => Verdict::Dismissed(dismissal::MALFORMED),
    }
}

/// Where the scheme before a host begins, or else the host.
fn scheme_before(text: &[u8], host: usize) -> usize {
    const MARK_MAX: usize = 24;
    let from = host.saturating_sub(MARK_MAX);
    let mut schemes = (from..host).filter(|&at| stands_at(text, at, b"http"));
    schemes
        .next_back()
        .filter(|&at| {
            let after = if stands_at(text, at, b"https") { at + 5 } else { at + 4 };
            past(text, after, b"://") == Some(host)
        })
        .unwrap_or(host)
}

/// The name that ends in `span`, from its `X` on.
fn key_at(text: &[u8], span: Span) -> Span {
    const START_MAX: usize = 8;
    let before = text.get(span.start().saturating_sub(START_MAX)..span.start());
    let joins = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let more = before.unwrap_or_default().iter().rev().take_while(joins).count();
    Span::at(span.start() - more, span.len() + more)
}

/// Judges `jira-automation-webhook-secret`.
pub(crate) fn automation_secret(window: &Window<'_>, span: Span) -> Verdict {
    // Without its `X-` the name may be that of any automation.
    let before = window.text.get(..span.start()).unwrap_or_default();
    let header = matches!(
        before,
        [.., b'X' | b'x', b'-' | b'_' | b'.' | b' ', b'A' | b'a'] | [.., b'X' | b'x', b'A']
    );
    if !header && nearest(window.text, span, [names::ANY]) == [None] {
        return Verdict::Dismissed(dismissal::NO_NAME);
    }
    let key = key_at(window.text, span);
    // Prose, tables and shells part the two as they part any name from its value.
    let first = update::value_of(window.text, key).map(|it| it.span);
    let first = first.or_else(|| after_name::value(window.text, span.end(), is_base64url));
    let check = |secret: Option<Span>| match secret {
        Some(secret) => automation_value(window.text, secret).map(|()| secret),
        None => Err(dismissal::TEMPLATE),
    };
    let other = || check(assigned(window.text, key).map(|found| found.value)).ok();
    match check(first).or_else(|reason| other().ok_or(reason)) {
        Ok(secret) => {
            let (grade, evidence) = (Grade::Likely, evidence::AUTOMATION_HEADER);
            Verdict::Confirmed { secret, grade, evidence }
        }
        Err(reason) => Verdict::Dismissed(reason),
    }
}

/// Nothing, if this may be the secret of an automation rule.
fn automation_value(text: &[u8], secret: Span) -> Result<(), u16> {
    let value = secret.of(text).unwrap_or_default();
    if !HEADER_SECRET.contains(&value.len()) || !value.iter().all(|&byte| is_base64url(byte)) {
        return Err(dismissal::MALFORMED);
    }
    if matches!(text.get(secret.end()), Some(b'(' | b'.' | b'[')) {
        return Err(dismissal::NOT_RANDOM);
    }
    if is_sealed(text, secret) {
        return Err(dismissal::ENCRYPTED);
    }
    if decodes_to_none(value) {
        return Err(dismissal::PLACEHOLDER);
    }
    drawn::check(value)
}
