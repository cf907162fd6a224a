//! Tokens that are base64 of `digits:bytes`: the personal access tokens of Data Center.
//!
//! ```text
//! NDA5MjA3OTE2MzgzOq…     44 characters, 33 bytes, no padding
//! 4 0 9 2 … 6 3 8 3 :     the token's number, then 20 random bytes
//! ```
//!
//! Random base64 looks so once in 10^19. One shape serves three products, and `BBDC-` before it
//! makes a fourth.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::base64;
use crate::boundary::{ends_freely, is_alphanumeric, starts_freely};
use crate::codes::{dismissal, evidence};
use crate::context::{Distance, Word};
use crate::names::{self, distances};
use crate::occurrences::occurrences;
use crate::placeholder::distinct;
use crate::unescape::{Reading, step};

const CHARACTERS: usize = 44;
/// Every known token has twelve digits; nobody promised it.
const DIGITS_MAX: usize = 20;
/// Fewer digits than this chance may produce.
const DIGITS_SURE: usize = 8;
/// Twelve or more random bytes with fewer different values were not drawn.
const DISTINCT_MIN: usize = 6;
const HTTP_ACCESS_PREFIX: &[u8] = b"BBDC-";

/// Judges `jira-dc-pat`.
pub(crate) fn jira(window: &Window<'_>, span: Span) -> Verdict {
    of_product(window, span, names::JIRA, [names::CONFLUENCE, names::BAMBOO])
}

/// Judges `confluence-dc-pat`.
pub(crate) fn confluence(window: &Window<'_>, span: Span) -> Verdict {
    of_product(window, span, names::CONFLUENCE, [names::JIRA, names::BAMBOO])
}

/// Judges `bamboo-dc-pat`.
pub(crate) fn bamboo(window: &Window<'_>, span: Span) -> Verdict {
    of_product(window, span, names::BAMBOO, [names::JIRA, names::CONFLUENCE])
}

/// Judges `bitbucket-dc-http-access-token`.
pub(crate) fn http_access_token(window: &Window<'_>, span: Span) -> Verdict {
    check_prefixed(window.text, span)
}

fn of_product(window: &Window<'_>, span: Span, this: &[Word], others: [&[Word]; 2]) -> Verdict {
    let pat = match find(window.text, span) {
        Ok(pat) => pat,
        Err(reason) => return Verdict::Dismissed(reason),
    };

    let [second, third] = others;
    let groups = [this, second, third, names::BITBUCKET_SERVER];
    let [own, second, third, bitbucket] = distances(window, pat.span, groups);
    let other = [second, third].into_iter().flatten().min();
    // The bare form of a Bitbucket token is no kind of its own here, so that its words do not
    // dismiss: they leave the question open, and then all three products confirm.
    let open = nearer(bitbucket, own) && nearer(bitbucket, other);
    if nearer(other, own) && !open {
        return Verdict::Dismissed(dismissal::ANOTHER_KIND);
    }

    let confirmed = |grade, evidence| Verdict::Confirmed { secret: pat.span, grade, evidence };
    if pat.digits >= DIGITS_SURE {
        confirmed(Grade::Proven, evidence::STRUCTURE)
    } else if own.is_some() && !open {
        confirmed(Grade::Likely, evidence::STRUCTURE_NEAR_NAME)
    } else {
        Verdict::Dismissed(dismissal::NO_NAME)
    }
}

/// Whether the left one is there and the right one is not as near.
fn nearer(left: Option<Distance>, right: Option<Distance>) -> bool {
    left.is_some_and(|left| right.is_none_or(|right| left < right))
}

/// What a bare token in `span` says of itself, whatever the product.
pub(crate) fn check_bare(text: &[u8], span: Span) -> Verdict {
    match find(text, span) {
        Ok(pat) if pat.digits >= DIGITS_SURE => Verdict::Confirmed {
            secret: pat.span,
            grade: Grade::Proven,
            evidence: evidence::STRUCTURE,
        },
        Ok(_) => Verdict::Dismissed(dismissal::NO_NAME),
        Err(reason) => Verdict::Dismissed(reason),
    }
}

/// What a token with the prefix `BBDC-` in `span` says of itself.
pub(crate) fn check_prefixed(text: &[u8], span: Span) -> Verdict {
    let mut verdict: Option<Verdict> = None;
    for start in occurrences(text, span, HTTP_ACCESS_PREFIX) {
        let next = check_prefixed_at(text, start);
        verdict = Some(verdict.map_or(next, |verdict| verdict.or(next)));
    }
    verdict.unwrap_or(Verdict::Dismissed(dismissal::MALFORMED))
}

fn check_prefixed_at(text: &[u8], start: usize) -> Verdict {
    let pat = match read(text, start + HTTP_ACCESS_PREFIX.len()) {
        Ok(pat) => pat,
        Err(reason) => return Verdict::Dismissed(reason),
    };
    let Some(secret) = Span::new(start, pat.span.end()) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };

    // The structure alone is decisive; with few digits the prefix must stand alone to be one.
    let free = starts_freely(text, start, is_alphanumeric);
    let ends = ends_freely(text, secret.end(), continues_base64);
    if pat.digits < DIGITS_SURE && !(free && ends) {
        Verdict::Dismissed(dismissal::PART_OF_MORE)
    } else if ends {
        Verdict::Confirmed { secret, grade: Grade::Proven, evidence: evidence::STRUCTURE }
    } else {
        Verdict::Confirmed { secret, grade: Grade::Likely, evidence: evidence::STRUCTURE_RUNS_ON }
    }
}

/// A token of this shape.
#[derive(Clone, Copy, Debug)]
struct Pat {
    span: Span,
    digits: usize,
}

/// The first token in `span` that stands alone, or why there is none.
fn find(text: &[u8], span: Span) -> Result<Pat, u16> {
    let mut reason = dismissal::MALFORMED;
    for start in span.start()..span.end() {
        // How a digit and what follows it begin in base64; anything else need not be decoded.
        let begins = matches!(
            text.get(start..start + 2),
            Some([b'M' | b'N' | b'O', b'D' | b'T' | b'j' | b'z'])
        );
        if !begins {
            continue;
        }
        match read(text, start) {
            Ok(pat) if stands_alone(text, pat.span) => return Ok(pat),
            Ok(_) => reason = dismissal::PART_OF_MORE,
            Err(read) if reason == dismissal::MALFORMED => reason = read,
            Err(_) => (),
        }
    }
    Err(reason)
}

/// Whether this is not a slice of longer base64.
///
/// A slash before it is a path's, as in `/token/<PAT>`; one after it only if one is before.
fn stands_alone(text: &[u8], span: Span) -> bool {
    let before = span.start().checked_sub(1).and_then(|at| text.get(at));
    let in_path = before == Some(&b'/') && text.get(span.end()) == Some(&b'/');
    starts_freely(text, span.start(), |byte| continues_base64(byte) && !matches!(byte, b'/' | b'='))
        && (in_path || ends_freely(text, span.end(), continues_base64))
}

fn continues_base64(byte: u8) -> bool {
    byte == b'=' || base64::value(byte).is_some()
}

/// The token at `at`, or why there is none.
fn read(text: &[u8], at: usize) -> Result<Pat, u16> {
    let mut characters = [0; CHARACTERS];
    let mut next = at;
    for character in &mut characters {
        let step = step(text, next, Reading::Plain).ok_or(dismissal::MALFORMED)?;
        if base64::value(step.byte).is_none() {
            return Err(dismissal::MALFORMED);
        }
        *character = step.byte;
        next = step.next;
    }

    let bytes = base64::decode(&characters).ok_or(dismissal::MALFORMED)?;
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let random = match bytes.get(digits..) {
        Some([b':', random @ ..]) if (1..=DIGITS_MAX).contains(&digits) => random,
        _ => return Err(dismissal::OTHER_BYTES),
    };
    if random.iter().all(|&byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')) {
        return Err(dismissal::OTHER_BYTES);
    }
    if distinct(random) < DISTINCT_MIN {
        return Err(dismissal::PLACEHOLDER);
    }
    Ok(Pat { span: Span::at(at, next - at), digits })
}
