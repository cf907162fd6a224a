//! Tokens of the form prefix + body + CRC-32, all of fixed length, without a separator.
//!
//! ```text
//! ATBB qN4r…24 letters and digits…x8Zk 3A77C0DE
//! ```

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::boundary::{ends_freely, is_alphanumeric, is_base64url, starts_freely};
use crate::codes::{dismissal, evidence};
use crate::crc32::Crc32;
use crate::hex;
use crate::occurrences::occurrences;
use crate::placeholder::is_token_stub;

/// One kind's layout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flat {
    prefix: &'static [u8; 4],
    body_len: usize,
}

const TAIL_LEN: usize = 8;

/// An app password of Bitbucket Cloud.
pub(crate) const APP_PASSWORD: Flat = Flat { prefix: b"ATBB", body_len: 24 };

/// Judges `bitbucket-app-password`.
pub(crate) fn app_password(window: &Window<'_>, span: Span) -> Verdict {
    check(window.text, span, &APP_PASSWORD)
}

/// What the token itself says, wherever in `span` it starts.
pub(crate) fn check(text: &[u8], span: Span, flat: &Flat) -> Verdict {
    let mut verdict: Option<Verdict> = None;
    for start in occurrences(text, span, flat.prefix) {
        let next = check_at(text, start, flat);
        verdict = Some(verdict.map_or(next, |verdict| verdict.or(next)));
    }
    verdict.unwrap_or(Verdict::Dismissed(dismissal::MALFORMED))
}

fn check_at(text: &[u8], start: usize, flat: &Flat) -> Verdict {
    let covered = Span::at(start, flat.prefix.len() + flat.body_len);
    let secret = Span::at(start, covered.len() + TAIL_LEN);
    let body = Span::at(start + flat.prefix.len(), flat.body_len).of(text);
    let tail = Span::at(covered.end(), TAIL_LEN).of(text).and_then(hex::word);
    let (Some(covered), Some(body), Some(tail)) = (covered.of(text), body, tail) else {
        let rest = text.get(start + flat.prefix.len()..).unwrap_or_default();
        let letters = rest.iter().take(flat.body_len).take_while(|it| it.is_ascii_alphanumeric());
        let word: Vec<u8> = letters.copied().collect();
        let stub = word.len() >= TAIL_LEN && is_token_stub(&word);
        let reason = if stub { dismissal::PLACEHOLDER } else { dismissal::MALFORMED };
        return Verdict::Dismissed(reason);
    };

    let confirmed = |grade, evidence| Verdict::Confirmed { secret, grade, evidence };
    if Crc32::new().extend(covered).finish() == tail {
        return confirmed(Grade::Proven, evidence::CHECKSUM_VALID);
    }
    if !body.iter().all(u8::is_ascii_alphanumeric) {
        Verdict::Dismissed(dismissal::MALFORMED)
    } else if is_token_stub(body) {
        Verdict::Dismissed(dismissal::PLACEHOLDER)
    } else if !starts_freely(text, start, is_base64url)
        || !ends_freely(text, secret.end(), is_alphanumeric)
    {
        Verdict::Dismissed(dismissal::PART_OF_MORE)
    } else {
        confirmed(Grade::Weak, evidence::CHECKSUM_WRONG)
    }
}
