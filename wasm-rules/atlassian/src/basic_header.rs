//! `Authorization: Basic base64(user:secret)`.
//!
//! Every vendor has these. It is Atlassian's when a token of Atlassian's is inside, or when an
//! Atlassian name stands nearby.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::base64;
use crate::carried::{self, Carried};
use crate::codes::{dismissal, evidence};
use crate::context::{mentions, nearest};
use crate::names;
use crate::password;
use crate::unescape::{Reading, step};

/// Base64 of a user and the longest token.
const CHARACTERS_MAX: usize = 2048;
/// As in every pattern of it: shorter ones are words.
const CHARACTERS_MIN: usize = 8;
/// Blanks after the scheme, a break of the line with its indentation included.
const BLANKS_MAX: usize = 16;

/// Judges `atlassian-basic-auth-header`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let Some((secret, characters)) = credentials(window.text, span) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let Some(decoded) = base64::decode(&characters) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let decoded = without_line_end(&decoded);
    let (user, password) = split(decoded);

    let confirmed = |grade, evidence| Verdict::Confirmed { secret, grade, evidence };
    let inside = carried::look(password);
    if inside == Carried::Proven || carried::look(user) == Carried::Proven {
        return confirmed(Grade::Proven, evidence::CARRIES_PROVEN);
    }
    if !is_text(decoded) {
        return Verdict::Dismissed(dismissal::OTHER_BYTES);
    }
    if let Err(reason) = password::check(user, password) {
        return Verdict::Dismissed(reason);
    }

    let [nearest] = nearest(window.text, span, [names::ANY]);
    let near = nearest.is_some() || mentions(user, names::ANY);
    match inside {
        // The token names Atlassian by itself, and is worth here what it is worth alone.
        Carried::Unproven(grade) => confirmed(grade, evidence::CARRIES_UNPROVEN),
        _ if near => confirmed(Grade::Likely, evidence::PASSWORD_NEAR_NAME),
        _ => Verdict::Dismissed(dismissal::NO_NAME),
    }
}

/// Where the base64 stands, and its characters without padding and escapes.
fn credentials(text: &[u8], span: Span) -> Option<(Span, Vec<u8>)> {
    let start = after_scheme(text, span)?;
    let mut characters = Vec::new();
    let mut at = start;
    while let Some(step) = step(text, at, Reading::Plain) {
        if base64::value(step.byte).is_none() {
            break;
        }
        if characters.len() == CHARACTERS_MAX {
            return None;
        }
        characters.push(step.byte);
        at = step.next;
    }
    for _ in 0..2 {
        match step(text, at, Reading::QuotedPrintable) {
            Some(step) if step.byte == b'=' => at = step.next,
            _ => break,
        }
    }
    (characters.len() >= CHARACTERS_MIN).then_some((Span::new(start, at)?, characters))
}

/// Where the text after `Basic` and its blanks begins; the span's start, if it has no `Basic`.
fn after_scheme(text: &[u8], span: Span) -> Option<usize> {
    const SCHEME: &[u8] = b"basic";
    let found = span.of(text)?.windows(SCHEME.len()).position(|it| it.eq_ignore_ascii_case(SCHEME));
    let mut at = found.map_or(span.start(), |found| span.start() + found + SCHEME.len());
    for _ in 0..BLANKS_MAX {
        match blank(text, at) {
            Some(next) => at = next,
            None => break,
        }
    }
    Some(at)
}

/// Where the blank at `at` ends, in whatever way it is written, or `None` if there is none.
///
/// A plus sign is one in a form; no user name begins with the bytes for which it stands in base64.
fn blank(text: &[u8], at: usize) -> Option<usize> {
    let backslashes = text.get(at..)?.iter().take(2).take_while(|&&byte| byte == b'\\').count();
    if backslashes > 0 && matches!(text.get(at + backslashes), Some(b't' | b'n' | b'r')) {
        return Some(at + backslashes + 1);
    }
    let step = step(text, at, Reading::Plain)?;
    matches!(step.byte, b' ' | b'\t' | b'\n' | b'\r' | b'+').then_some(step.next)
}

/// What `echo` added before it was encoded.
fn without_line_end(decoded: &[u8]) -> &[u8] {
    let decoded = decoded.strip_suffix(b"\n").unwrap_or(decoded);
    decoded.strip_suffix(b"\r").unwrap_or(decoded)
}

/// User and password, at the first colon; all is user, if there is none.
fn split(decoded: &[u8]) -> (&[u8], &[u8]) {
    let colon = decoded.iter().position(|&byte| byte == b':');
    match colon.and_then(|at| Some((decoded.get(..at)?, decoded.get(at + 1..)?))) {
        Some(pair) => pair,
        None => (decoded, &[]),
    }
}

fn is_text(decoded: &[u8]) -> bool {
    std::str::from_utf8(decoded).is_ok() && !decoded.iter().any(u8::is_ascii_control)
}
