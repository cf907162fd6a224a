//! A whole detector: the tokens of Acme, a company that does not exist.
//!
//! ```text
//! acme_q7m2w9k4z1x8c5v3_30
//! prefix, sixteen lower-case letters and digits, and the sum of their byte values modulo 100
//! ```
//!
//! Its rule, with pattern and texts, stands in `manifest.toml` and travels inside the module: one
//! file is all there is to install.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window, detector};

detector! {
    manifest: "manifest.toml",
    judges: [("acme-test-token", judge)],
}

const PREFIX: &[u8] = b"acme_";
const BODY_LEN: usize = 16;

/// Codes of the manifest's tables.
const DIGITS_RIGHT: u16 = 1;
const DIGITS_WRONG: u16 = 1;
const PART_OF_MORE: u16 = 2;
const MALFORMED: u16 = 3;

/// Judges one candidate: the digits at its end are the sum of the characters before them.
fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let Some((body, digits)) = span.of(window.text).and_then(parts) else {
        return Verdict::Dismissed(MALFORMED);
    };

    // The pattern says nothing of its neighbours. They come from whoever pushed, as all here does:
    // what is not there is asked for with `get`, because a panic would be *undecided*.
    let before = span.start().checked_sub(1).and_then(|at| window.text.get(at));
    let after = window.text.get(span.end());
    if [before, after].into_iter().flatten().any(u8::is_ascii_alphanumeric) {
        return Verdict::Dismissed(PART_OF_MORE);
    }

    let sum = body.iter().fold(0_u32, |sum, &byte| sum + u32::from(byte)) % 100;
    if digits == sum {
        Verdict::Confirmed { secret: span, grade: Grade::Proven, evidence: DIGITS_RIGHT }
    } else {
        Verdict::Dismissed(DIGITS_WRONG)
    }
}

/// The characters that count, and the number at the end.
fn parts(token: &[u8]) -> Option<(&[u8], u32)> {
    let (body, rest) = token.strip_prefix(PREFIX)?.split_at_checked(BODY_LEN)?;
    match *rest {
        [b'_', tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            Some((body, u32::from(tens - b'0') * 10 + u32::from(ones - b'0')))
        }
        _ => None,
    }
}
