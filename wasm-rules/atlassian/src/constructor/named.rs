//! A secret under its name in a call: `password='…'`.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use super::judge_secret;
use super::place::{self, Place};
use crate::caseless::stands_at;
use crate::code_string::code_string;
use crate::codes::{dismissal, evidence};

/// What secrets are called in calls.
const KEYS: [&[u8]; 9] = [
    b"password",
    b"passwd",
    b"passphrase",
    b"pass",
    b"token",
    b"api_token",
    b"apitoken",
    b"secret",
    b"personal_access_token",
];

/// Whether the candidate is such an argument.
pub(super) fn begins(text: &[u8], span: Span) -> bool {
    let rest = span.of(text).unwrap_or_default();
    KEYS.iter().any(|key| {
        stands_at(rest, 0, key)
            && rest.get(key.len()).is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b'_')
    })
}

/// Judges it.
pub(super) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let Some(secret) = value(text, span) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    if !place::is_for_client_below(text, span.start()) {
        if !place::is_in_call(text, span.start()) {
            return Verdict::Dismissed(dismissal::ANOTHER_KIND);
        }
        match place::of_named_argument(window, span) {
            Place::Ours => {}
            Place::Others => return Verdict::Dismissed(dismissal::OTHER_HOST),
            Place::Nobodys => return Verdict::Dismissed(dismissal::NO_NAME),
        }
    }
    if !is_drawn(secret.of(text).unwrap_or_default()) {
        return Verdict::Dismissed(dismissal::WORD);
    }
    judge_secret(text, &[], secret, (Grade::Likely, evidence::CLIENT))
}

/// The string behind the separator that the candidate ends in, its quotation mark included or not.
fn value(text: &[u8], span: Span) -> Option<Span> {
    let inside = span.of(text)?;
    let word =
        inside.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let rest = text.get(span.start() + word..)?;
    let gap = rest.iter().take(24).take_while(|byte| b"\"'\\`".contains(byte)).count();
    let rest = rest.get(gap..)?;
    let blanks = rest.iter().take(24).take_while(|byte| b" \t:=>".contains(byte)).count();
    let mut at = span.start() + word + gap + blanks;
    let separator = text.get(span.start() + word + gap..at)?;
    if separator.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'>')) {
        return None;
    }
    for around in [&b"Some("[..], b"String("] {
        if text.get(at..)?.starts_with(around) {
            at += around.len();
        }
    }
    code_string(text, at).map(|string| string.content)
}

/// Whether a value was drawn or thought up, and is no word of the language: letters of one case
/// are words, and so are names joined by dashes.
pub(super) fn is_drawn(value: &[u8]) -> bool {
    const LONG: usize = 24;
    const NOISE: usize = 14;
    let digits = value.iter().any(u8::is_ascii_digit);
    let symbols =
        value.iter().any(|byte| byte.is_ascii_punctuation() && !b"_-.:/,()[]{}<>".contains(byte));
    let mixed = value.iter().any(u8::is_ascii_uppercase);
    digits
        || symbols
        || mixed && (value.len() >= LONG || value.len() >= NOISE && crate::value::is_drawn(value))
}
