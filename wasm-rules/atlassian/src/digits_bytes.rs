//! Tokens that are base64 of `digits:bytes`: the personal access tokens of Data Center.
//!
//! ```text
//! NDA5MjA3OTE2MzgzOq…     44 characters, 33 bytes, no padding
//! 4 0 9 2 … 6 3 8 3 :     the token's number, then 20 random bytes
//! ```
//!
//! Random base64 looks so once in 10^19. One shape serves four products, of which Bitbucket has since
//! put `BBDC-` before it: that is a kind of its own.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::base64;
use crate::boundary::{is_alphanumeric, starts_freely};
use crate::codes::{dismissal, evidence};
use crate::context::{Distance, Word};
use crate::names::{self, distances};
use crate::occurrences::occurrences;
use crate::placeholder::distinct;
use crate::unescape::{Reading, step};
use crate::value::is_public;

const CHARACTERS: usize = 44;
/// Every known token has twelve digits; nobody promised it.
const DIGITS_USUAL: usize = 12;
/// More than this leave too few random bytes.
const DIGITS_MAX: usize = 20;
/// Fewer digits than this chance may produce.
const DIGITS_SURE: usize = 8;
/// Twelve or more random bytes with fewer different values were not drawn.
const DISTINCT_MIN: usize = 6;
const HTTP_ACCESS_PREFIX: &[u8] = b"BBDC-";

/// Judges `jira-dc-pat`.
pub(crate) fn jira(window: &Window<'_>, span: Span) -> Verdict {
    let others = [names::CONFLUENCE, names::BAMBOO, names::BITBUCKET_SERVER];
    of_product(window, span, names::JIRA, others, Nameless::Taken)
}

/// Judges `confluence-dc-pat`.
pub(crate) fn confluence(window: &Window<'_>, span: Span) -> Verdict {
    let others = [names::JIRA, names::BAMBOO, names::BITBUCKET_SERVER];
    of_product(window, span, names::CONFLUENCE, others, Nameless::Taken)
}

/// Judges `bamboo-dc-pat`.
pub(crate) fn bamboo(window: &Window<'_>, span: Span) -> Verdict {
    let others = [names::JIRA, names::CONFLUENCE, names::BITBUCKET_SERVER];
    of_product(window, span, names::BAMBOO, others, Nameless::Taken)
}

/// Judges `bitbucket-dc-http-access-token`.
pub(crate) fn http_access_token(window: &Window<'_>, span: Span) -> Verdict {
    check_prefixed(window.text, span)
}

/// Judges `bitbucket-server-pat-legacy`.
pub(crate) fn bitbucket_server(window: &Window<'_>, span: Span) -> Verdict {
    let others = [names::JIRA, names::CONFLUENCE, names::BAMBOO];
    of_product(window, span, names::BITBUCKET_SERVER, others, Nameless::Left)
}

/// What becomes of a token with no product's name around it.
///
/// Three products still make such tokens: all three take it, and the host names the first of them
/// with the others beside it. Bitbucket has put its prefix before them since its version 7, so that
/// its old form needs the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nameless {
    Taken,
    Left,
}

fn of_product(
    window: &Window<'_>,
    span: Span,
    this: &[Word],
    others: [&[Word]; 3],
    nameless: Nameless,
) -> Verdict {
    let pat = match find(window.text, span) {
        Ok(pat) => pat,
        Err(reason) => return Verdict::Dismissed(reason),
    };

    if is_public(pat.span.of(window.text).unwrap_or_default()) {
        return Verdict::Dismissed(dismissal::PUBLIC);
    }
    let [second, third, fourth] = others;
    let [own, others @ ..] = distances(window, pat.span, [this, second, third, fourth]);
    if nearer(others.into_iter().flatten().min(), own) {
        return Verdict::Dismissed(dismissal::ANOTHER_KIND);
    }

    let confirmed = |grade, evidence| Verdict::Confirmed { secret: pat.span, grade, evidence };
    match own {
        None if nameless == Nameless::Left => Verdict::Dismissed(dismissal::NO_NAME),
        _ if pat.digits >= DIGITS_SURE => confirmed(Grade::Proven, evidence::STRUCTURE),
        Some(_) => confirmed(Grade::Likely, evidence::STRUCTURE_NEAR_NAME),
        None => Verdict::Dismissed(dismissal::NO_NAME),
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
    let ends = pat.ends(text);
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
            Ok(pat) if pat.stands_alone(text) => return Ok(pat),
            Ok(_) => reason = dismissal::PART_OF_MORE,
            Err(read) if reason == dismissal::MALFORMED => reason = read,
            Err(_) => (),
        }
    }
    Err(reason)
}

impl Pat {
    /// Whether this is not a slice of longer base64.
    ///
    /// A slash before it is a path's, as in `/token/<PAT>`; one after it only if one is before, or
    /// if the digits are as many as ever: then marks that people put between words do not matter
    /// either. Nor does it matter that another token is joined to it.
    fn stands_alone(self, text: &[u8]) -> bool {
        let before = self.span.start().checked_sub(1).and_then(|at| text.get(at)).copied();
        let in_path = before == Some(b'/') && text.get(self.span.end()) == Some(&b'/');
        self.starts(text, before) && (in_path || self.ends(text))
    }

    fn starts(self, text: &[u8], before: Option<u8>) -> bool {
        let start = self.span.start();
        // The prefixed form is a kind of its own.
        let prefixed = text.get(..start).is_some_and(|it| it.ends_with(HTTP_ACCESS_PREFIX));
        let free = |byte| matches!(byte, b'/' | b'=') || !continues_base64(byte);
        let joined = || before.is_some_and(separates) || is_end_of_another(text, start);
        !prefixed
            && (before.is_none_or(free)
                || starts_freely(text, start, continues_base64)
                || self.is_usual() && joined())
    }

    fn ends(self, text: &[u8]) -> bool {
        let end = self.span.end();
        let next = step(text, end, Reading::QuotedPrintable).map(|step| step.byte);
        // What looks like padding is a fold of mail only where a line ends.
        let padded =
            text.get(end) == Some(&b'=') && !matches!(text.get(end + 1), Some(b'\r' | b'\n'));
        let joined = || next.is_some_and(separates) || is_start_of_another(text, end);
        !padded && !next.is_some_and(continues_base64) || self.is_usual() && joined()
    }

    /// Whether the token's number has as many digits as every known one.
    fn is_usual(self) -> bool {
        self.digits == DIGITS_USUAL
    }
}

/// What people write between words, and the URL-safe alphabet or base64 holds too.
fn separates(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b'/')
}

/// Whether a usual token ends at `end`, where this one begins.
fn is_end_of_another(text: &[u8], end: usize) -> bool {
    end.checked_sub(CHARACTERS)
        .and_then(|start| read(text, start).ok())
        .is_some_and(|other| other.is_usual() && other.span.end() == end)
}

/// Whether a usual token begins at `start`, where this one ends, with its prefix or without.
fn is_start_of_another(text: &[u8], start: usize) -> bool {
    let rest = text.get(start..).unwrap_or_default();
    let prefix = if rest.starts_with(HTTP_ACCESS_PREFIX) { HTTP_ACCESS_PREFIX.len() } else { 0 };
    read(text, start + prefix).is_ok_and(Pat::is_usual)
}

fn continues_base64(byte: u8) -> bool {
    byte == b'=' || base64::value(byte).is_some()
}

/// The token at `at`, or why there is none.
fn read(text: &[u8], at: usize) -> Result<Pat, u16> {
    let mut characters = [0; CHARACTERS];
    let mut next = at;
    for character in &mut characters {
        // No token holds the sign, so that it may fold a line of mail.
        let step = step(text, next, Reading::QuotedPrintable).ok_or(dismissal::MALFORMED)?;
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
