//! `BAMSCRT@0@0@` + base64: what Bamboo Specs write instead of a password.
//!
//! It is meant to be committed, and opens nothing without the key of the server. It is told, weakly,
//! because it is of use to whoever has got that key, and so that nobody takes it for a password.

use pushgate_detector_sdk::{Grade, Span, Verdict};

use crate::base64;
use crate::codes::{dismissal, evidence};
use crate::occurrences::occurrences;
use crate::placeholder::{distinct, is_template};
use crate::unescape::{Reading, step};

/// As it is, and as a form sends it.
const PREFIXES: [&[u8]; 2] = [b"BAMSCRT@0@0@", b"BAMSCRT%400%400%40"];
const CHARACTERS_MAX: usize = 4096;
/// The cipher works on blocks of so many bytes.
const BLOCK_BYTES: usize = 16;
const DISTINCT_MIN: usize = 6;

/// What an encrypted value in `span` says of itself.
pub(crate) fn check(text: &[u8], span: Span) -> Verdict {
    let starts = PREFIXES.iter().filter_map(|prefix| {
        occurrences(text, span, prefix).next().map(|start| (start, start + prefix.len()))
    });
    let Some((start, body)) = starts.min() else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let mut characters = Vec::new();
    let mut at = body;
    while let Some(step) = step(text, at, Reading::Plain)
        && base64::value(step.byte).is_some()
        && characters.len() < CHARACTERS_MAX
    {
        characters.push(step.byte);
        at = step.next;
    }
    for _ in 0..2 {
        match step(text, at, Reading::Plain) {
            Some(step) if step.byte == b'=' => at = step.next,
            _ => break,
        }
    }
    let whole = |bytes: &Vec<u8>| !bytes.is_empty() && bytes.len().is_multiple_of(BLOCK_BYTES);
    match base64::decode(&characters).filter(whole) {
        Some(bytes) if distinct(&bytes) < DISTINCT_MIN => {
            Verdict::Dismissed(dismissal::PLACEHOLDER)
        }
        Some(_) => Verdict::Confirmed {
            secret: Span::at(start, at - start),
            grade: Grade::Weak,
            evidence: evidence::BAMBOO_ENCRYPTED,
        },
        None => {
            let rest = text.get(body..).unwrap_or_default();
            let rest = rest.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            let stub = is_template(rest) || rest.starts_with(b"<") || rest.starts_with(b".");
            let reason = if stub { dismissal::PLACEHOLDER } else { dismissal::MALFORMED };
            Verdict::Dismissed(reason)
        }
    }
}
