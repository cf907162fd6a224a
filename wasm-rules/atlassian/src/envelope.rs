//! Tokens of the form `AT?T3xFfGF0` + body + `=` + CRC-32: the long ones of Atlassian Cloud.
//!
//! ```text
//! ATATT3xFfGF0 N4rQ…171 characters…zBI = 1CC8A114
//! prefix       body, base64url         |  CRC-32 of everything before, eight hex digits
//!                                      padding: one, two, or none, by the length of the body
//! ```
//!
//! The letters and digits of a token stand as they are wherever it is written, but mail folds them
//! into lines; its padding may be escaped. So the padding is read through [`step`], and the checksum
//! is taken of what it means.

use std::borrow::Cow;

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::boundary::{ends_freely, is_alphanumeric, is_base64url, starts_freely};
use crate::codes::{dismissal, evidence};
use crate::context::Word;
use crate::crc32::Crc32;
use crate::hex;
use crate::names::{self, Named, named};
use crate::occurrences::occurrences;
use crate::placeholder::is_token_stub;
use crate::unescape::{Reading, Step, step};

/// One kind's envelope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope<'p> {
    prefix: &'p [u8],
    /// What the shape is worth without a valid checksum.
    unproven: (Grade, u16),
}

const TAIL_LEN: usize = 8;
/// The published range begins at 80; scanners that saw more begin at 20.
const BODY_MIN: usize = 20;
/// Every published token has 171; "the length varies" is all that Atlassian says.
const BODY_MAX: usize = 1000;
/// Without padding nothing marks the tail, so that the shape alone must be of the usual size.
const UNPADDED_BODY_MIN: usize = 80;
const PADDING_MAX: usize = 2;
/// What every published token has behind its prefix: body, padding and tail.
const REST_LEN: usize = 180;
/// More tokens than this in one candidate nobody writes.
const FAMILY_MAX: usize = 4;

/// A user's API token.
pub(crate) const OF_USERS: Envelope<'static> =
    Envelope { prefix: b"ATATT3xFfGF0", unproven: (Grade::Weak, evidence::CHECKSUM_WRONG) };
/// A service account's, whose checksum is inferred from its family.
pub(crate) const SERVICE_ACCOUNT: Envelope<'static> =
    Envelope { prefix: b"ATSTT3xFfGF0", unproven: (Grade::Likely, evidence::CHECKSUM_UNSURE) };
/// An organization's API key, or a Bitbucket access token.
pub(crate) const OF_ACCESS: Envelope<'static> =
    Envelope { prefix: b"ATCTT3xFfGN0", unproven: (Grade::Weak, evidence::CHECKSUM_WRONG) };

/// Judges `atlassian-cloud-api-token`.
pub(crate) fn api_token(window: &Window<'_>, span: Span) -> Verdict {
    check(window.text, span, &OF_USERS)
}

/// Judges `atlassian-service-account-api-token`.
pub(crate) fn service_account_token(window: &Window<'_>, span: Span) -> Verdict {
    check(window.text, span, &SERVICE_ACCOUNT)
}

/// Judges `atlassian-org-admin-api-key`.
pub(crate) fn org_admin_key(window: &Window<'_>, span: Span) -> Verdict {
    unless_named(window, span, names::ORGANIZATION, names::BITBUCKET_CLOUD)
}

/// Judges `bitbucket-cloud-access-token`.
pub(crate) fn cloud_access_token(window: &Window<'_>, span: Span) -> Verdict {
    unless_named(window, span, names::BITBUCKET_CLOUD, names::ORGANIZATION)
}

/// Judges `atlassian-token-family-unknown`.
pub(crate) fn family(window: &Window<'_>, span: Span) -> Verdict {
    const KNOWN: [Envelope<'_>; 3] = [OF_USERS, SERVICE_ACCOUNT, OF_ACCESS];
    match of_any_kind(window.text, span) {
        Verdict::Confirmed { secret, .. }
            if secret.of(window.text).is_some_and(|secret| {
                KNOWN.iter().any(|known| secret.starts_with(known.prefix))
            }) =>
        {
            Verdict::Dismissed(dismissal::ANOTHER_KIND)
        }
        verdict => verdict,
    }
}

/// Whether a token of any letter pair in `text` has a valid checksum.
pub(crate) fn is_proven_of_any_kind(text: &[u8]) -> bool {
    of_any_kind(text, Span::at(0, text.len())).grade() == Some(Grade::Proven)
}

/// A token of any letter pair, `AT??T3xFf…`, that starts in `span` and has a valid checksum.
///
/// The prefix is a guess then, so that nothing less is proof. `T3xF` there decodes to `O|E`, which
/// the header of every known token holds at that place: so the match is the other check.
fn of_any_kind(text: &[u8], span: Span) -> Verdict {
    const MIDDLE: &[u8] = b"T3xFf";
    let starts = (span.start()..span.end()).filter(|&start| {
        matches!(text.get(start..start + 4), Some([b'A', b'T', first, second])
            if first.is_ascii_uppercase() && second.is_ascii_uppercase())
            && text.get(start + 4..start + 9) == Some(MIDDLE)
    });
    let mut reason = dismissal::MALFORMED;
    for start in starts.take(FAMILY_MAX) {
        let prefix = text.get(start..start + 9).unwrap_or_default();
        match check_at(text, start, &Envelope { prefix, ..OF_USERS }) {
            Verdict::Confirmed { secret, grade: Grade::Proven, .. } => {
                let (grade, evidence) = (Grade::Proven, evidence::FAMILY_CHECKSUM);
                return Verdict::Confirmed { secret, grade, evidence };
            }
            Verdict::Confirmed { .. } => (),
            Verdict::Dismissed(told) => reason = told,
        }
    }
    Verdict::Dismissed(reason)
}

/// Two kinds of one shape: the words around decide, and without any both are confirmed.
fn unless_named(window: &Window<'_>, span: Span, this: &[Word], other: &[Word]) -> Verdict {
    let verdict = check(window.text, span, &OF_ACCESS);
    match verdict {
        Verdict::Confirmed { secret, .. }
            if named(window, secret, this, other) == Named::Another =>
        {
            Verdict::Dismissed(dismissal::ANOTHER_KIND)
        }
        _ => verdict,
    }
}

/// What the token itself says, wherever in `span` it starts.
pub(crate) fn check(text: &[u8], span: Span, envelope: &Envelope<'_>) -> Verdict {
    let mut verdict: Option<Verdict> = None;
    for start in occurrences(text, span, envelope.prefix) {
        let next = check_at(text, start, envelope);
        let best = verdict.map_or(next, |verdict| verdict.or(next));
        if best.grade() == Some(Grade::Proven) {
            return best;
        }
        verdict = Some(best);
    }
    verdict.unwrap_or(Verdict::Dismissed(dismissal::MALFORMED))
}

fn check_at(text: &[u8], start: usize, envelope: &Envelope<'_>) -> Verdict {
    let crc = Crc32::new().extend(envelope.prefix);
    let body = start + envelope.prefix.len();
    let plain = Token::read(text, body, crc);
    let proven = plain.shape.is_some_and(|shape| shape.valid);
    // In mail, `=3D` is the padding; elsewhere its last two characters begin the tail.
    let rest = text.get(body + plain.body.len()..).unwrap_or_default();
    let escaped = matches!(rest, [b'=', b'3', b'D' | b'd', ..] | [b'=', b'\r' | b'\n', ..]);
    let mail = (escaped && !proven).then(|| Token::read_mail(text, body, crc));

    let readings = [Some(&plain), mail.as_ref()];
    let shaped = || readings.into_iter().flatten().filter_map(|token| Some((token, token.shape?)));
    if let Some((_, shape)) = shaped().find(|(_, shape)| shape.valid) {
        // Chance does not produce a checksum, so it wins over a bad boundary and an odd body.
        let secret = Span::at(start, shape.end - start);
        return Verdict::Confirmed {
            secret,
            grade: Grade::Proven,
            evidence: evidence::CHECKSUM_VALID,
        };
    }

    // In mail, `=3D` and six digits of the tail look like a tail too, which then runs on.
    let ends = |shape: &Shape| ends_freely(text, shape.end, is_alphanumeric);
    let alone = shaped().find(|(_, shape)| ends(shape));
    let Some((token, shape)) = alone.or_else(|| shaped().next()) else {
        return match is_token_stub(&plain.body) {
            true => Verdict::Dismissed(dismissal::PLACEHOLDER),
            false => altered(text, start, envelope),
        };
    };
    if is_token_stub(token.body.get(..shape.body_len).unwrap_or_default()) {
        return Verdict::Dismissed(dismissal::PLACEHOLDER);
    }
    if !starts_freely(text, start, is_base64url) || !ends(&shape) {
        return Verdict::Dismissed(dismissal::PART_OF_MORE);
    }
    let (grade, evidence) = envelope.unproven;
    Verdict::Confirmed { secret: Span::at(start, shape.end - start), grade, evidence }
}

/// A token whose last letters were changed before it was published, as in what scanners are tested
/// with: as long as all of them, and without a tail.
fn altered(text: &[u8], start: usize, envelope: &Envelope<'_>) -> Verdict {
    let len = envelope.prefix.len() + REST_LEN;
    let letter = |byte: u8| is_base64url(byte) || byte == b'=';
    let token = text.get(start..start + len).unwrap_or_default();
    let is_whole = token.len() == len && token.iter().all(|byte| letter(*byte));
    if !is_whole || envelope.unproven.0 != Grade::Weak {
        return Verdict::Dismissed(dismissal::MALFORMED);
    }
    if !starts_freely(text, start, is_base64url) || !ends_freely(text, start + len, letter) {
        return Verdict::Dismissed(dismissal::PART_OF_MORE);
    }
    let (grade, evidence) = envelope.unproven;
    Verdict::Confirmed { secret: Span::at(start, len), grade, evidence }
}

/// What follows a prefix.
struct Token<'t> {
    /// The characters of the alphabet, with the tail if nothing separates it.
    body: Cow<'t, [u8]>,
    /// The whole token, if there is one.
    shape: Option<Shape>,
}

/// A token with a body, and eight digits in the right place.
#[derive(Clone, Copy)]
struct Shape {
    /// One past its last byte in the text.
    end: usize,
    /// How much of the run is body.
    body_len: usize,
    /// Whether the digits are the checksum of the rest.
    valid: bool,
}

impl<'t> Token<'t> {
    /// Reads a token whose prefix, with the checksum `crc`, ends at `at`.
    fn read(text: &'t [u8], at: usize, crc: Crc32) -> Token<'t> {
        let rest = text.get(at..).unwrap_or_default();
        let len = rest.iter().take(BODY_MAX).take_while(|&&byte| is_base64url(byte)).count();
        let body = rest.get(..len).unwrap_or_default();
        let padded = || padded(text, at + len, crc.extend(body), Reading::Plain);
        Token { body: Cow::Borrowed(body), shape: shape(body, crc, padded, |len| at + len) }
    }

    /// The same in mail, whose lines end in `=` where they go on.
    fn read_mail(text: &'t [u8], at: usize, crc: Crc32) -> Token<'t> {
        const READING: Reading = Reading::QuotedPrintable;
        let mut body = Vec::new();
        let mut ends = vec![at];
        let mut next = at;
        while let Some(step) = step(text, next, READING)
            && is_base64url(step.byte)
            && body.len() < BODY_MAX
        {
            body.push(step.byte);
            ends.push(step.next);
            next = step.next;
        }
        let padded = || padded(text, next, crc.extend(&body), READING);
        let end = |len: usize| ends.get(len).copied().unwrap_or(next);
        let shape = shape(&body, crc, padded, end);
        Token { body: Cow::Owned(body), shape }
    }
}

/// The token that a body makes with its padding and its tail, or with a tail that it holds itself.
///
/// `end` tells where in the text a number of its characters end.
fn shape(
    body: &[u8],
    crc: Crc32,
    padded: impl FnOnce() -> Option<(usize, bool)>,
    end: impl Fn(usize) -> usize,
) -> Option<Shape> {
    if body.len() < BODY_MIN {
        return None;
    }
    let padded = padded().map(|(end, valid)| Shape { end, body_len: body.len(), valid });
    match padded {
        Some(Shape { valid: true, .. }) => padded,
        _ => match unpadded(body, crc, end) {
            Some(shape) if shape.valid || padded.is_none() => Some(shape),
            _ => padded,
        },
    }
}

/// A body of a multiple of three bytes has no padding, and its tail is the end of the run, unless
/// text of the same alphabet follows: so a valid checksum counts anywhere in it.
fn unpadded(body: &[u8], crc: Crc32, end: impl Fn(usize) -> usize) -> Option<Shape> {
    let mut summed = (crc, 0);
    let mut digits = 0;
    for (index, &byte) in body.iter().enumerate() {
        digits = if byte.is_ascii_hexdigit() { digits + 1 } else { 0 };
        let body_len = (index + 1).saturating_sub(TAIL_LEN);
        if digits >= TAIL_LEN && body_len >= BODY_MIN {
            let (crc, done) = summed;
            let crc = crc.extend(body.get(done..body_len)?);
            summed = (crc, body_len);
            if hex::word(body.get(body_len..=index)?) == Some(crc.finish()) {
                return Some(Shape { end: end(index + 1), body_len, valid: true });
            }
        }
    }
    let body_len = body.len().checked_sub(TAIL_LEN)?;
    // A prefix of twelve leaves it to the body to tell whether padding is due.
    let whole = body_len.is_multiple_of(4) && body_len >= UNPADDED_BODY_MIN;
    let shape = Shape { end: end(body.len()), body_len, valid: false };
    (whole && digits >= TAIL_LEN).then_some(shape)
}

/// Padding and eight digits at `at`: where they end, and whether they are the checksum.
fn padded(text: &[u8], at: usize, mut crc: Crc32, reading: Reading) -> Option<(usize, bool)> {
    let mut found = None;
    let mut at = at;
    for _ in 0..PADDING_MAX {
        match step(text, at, reading) {
            Some(Step { byte: b'=', next }) => at = next,
            _ => break,
        }
        crc = crc.push(b'=');
        if let Some((end, tail)) = tail(text, at, reading) {
            let valid = tail == crc.finish();
            found = Some((end, valid));
            if valid {
                break;
            }
        }
    }
    found
}

/// Eight hex digits at `at`: where they end, and their value.
fn tail(text: &[u8], at: usize, reading: Reading) -> Option<(usize, u32)> {
    let mut digits = [0; TAIL_LEN];
    let mut at = at;
    for digit in &mut digits {
        let step = step(text, at, reading)?;
        *digit = step.byte;
        at = step.next;
    }
    Some((at, hex::word(&digits)?))
}
