//! Tokens of the form prefix + body + CRC-32, without a separator.
//!
//! ```text
//! ATBB qN4r…24 letters and digits…x8Zk 3A77C0DE
//! ATOA 4Cg_…64 of base64url, probably…0Zk5 64E587A1
//! ```

use std::ops::RangeInclusive;

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::boundary::{ends_freely, is_alphanumeric, is_base64url, starts_freely};
use crate::codes::{dismissal, evidence};
use crate::context::{mentions, nearest};
use crate::crc32::Crc32;
use crate::hex;
use crate::names;
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

/// What is written like an app password and has another length: made up, cut, or of a form that
/// nobody has told of.
pub(crate) fn app_password_of_odd_length(
    text: &[u8],
    start: usize,
) -> Result<(Span, Grade, u16), u16> {
    const LENGTHS: RangeInclusive<usize> = 20..=48;
    let first = start + APP_PASSWORD.prefix.len();
    let rest = text.get(first..).unwrap_or_default();
    let length = rest.iter().take_while(|it| it.is_ascii_alphanumeric()).take(LENGTHS.end() + 1);
    let body = rest.get(..length.count()).unwrap_or_default();
    let after = rest.get(body.len()..).unwrap_or_default();
    if !LENGTHS.contains(&body.len()) || !is_mixed(body) {
        return Err(dismissal::MALFORMED);
    }
    if is_token_stub(body) {
        return Err(dismissal::PLACEHOLDER);
    }
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    let in_path = before == Some(&b'/') || after.first() == Some(&b'/');
    if in_path || !starts_freely(text, start, continues_base64) || continues_in_base64(after) {
        return Err(dismissal::PART_OF_MORE);
    }
    let secret = Span::at(start, APP_PASSWORD.prefix.len() + body.len());
    Ok((secret, Grade::Weak, evidence::ODD_LENGTH))
}

/// Whether a candidate begins with the prefix of app passwords.
pub(crate) fn is_like_app_password(text: &[u8], span: Span) -> bool {
    span.of(text).is_some_and(|found| found.starts_with(APP_PASSWORD.prefix))
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

/// A kind of which no genuine sample has been seen: its checksum and its length are inferred from
/// those of its relatives, so that neither proves anything and neither is required.
#[derive(Debug)]
pub(crate) struct Presumed {
    prefix: &'static [u8; 4],
    /// Characters after the prefix.
    lengths: RangeInclusive<usize>,
    /// Evidence if the presumed checksum fits, and if it does not.
    evidence: (u16, u16),
}

/// What the arithmetic of the family gives: 64 characters and eight digits.
const PRESUMED_LEN: usize = 64 + TAIL_LEN;

/// The secret of an OAuth 2.0 client.
pub(crate) const CLIENT_SECRET: Presumed = Presumed {
    prefix: b"ATOA",
    lengths: 60..=300,
    evidence: (evidence::CLIENT_SECRET_FITS, evidence::CLIENT_SECRET_SHAPE),
};
/// The secret that Connect shares with an app; apps must have room for 400 characters.
pub(crate) const CONNECT_SECRET: Presumed = Presumed {
    prefix: b"ATCO",
    lengths: 60..=396,
    evidence: (evidence::CONNECT_SECRET_FITS, evidence::CONNECT_SECRET_SHAPE),
};
/// A token of Trello, whose body is hexadecimal in the one source that shows it.
const TRELLO: Presumed = Presumed {
    prefix: b"ATTA",
    lengths: PRESUMED_LEN..=PRESUMED_LEN,
    evidence: (evidence::TRELLO_FITS, evidence::TRELLO_SHAPE),
};

/// Judges `atlassian-oauth-client-secret`.
pub(crate) fn oauth_client_secret(window: &Window<'_>, span: Span) -> Verdict {
    check_presumed(window.text, span, &CLIENT_SECRET)
}

/// Judges `atlassian-connect-shared-secret`.
pub(crate) fn connect_shared_secret(window: &Window<'_>, span: Span) -> Verdict {
    check_presumed(window.text, span, &CONNECT_SECRET)
}

/// Judges `trello-token`.
pub(crate) fn trello_token(window: &Window<'_>, span: Span) -> Verdict {
    let verdict = check_trello(window.text, span);
    match verdict {
        Verdict::Confirmed { secret, grade: Grade::Weak, .. }
            if nearest(window.text, secret, [names::TRELLO]) != [None]
                || window.path().is_some_and(|path| mentions(path, names::TRELLO)) =>
        {
            let (grade, evidence) = (Grade::Likely, evidence::TRELLO_NEAR_NAME);
            Verdict::Confirmed { secret, grade, evidence }
        }
        _ => verdict,
    }
}

/// What a Trello token says of itself. Two of three sources know only its length and letters and
/// digits, so that another alphabet is a weak sign.
pub(crate) fn check_trello(text: &[u8], span: Span) -> Verdict {
    let verdict = check_presumed(text, span, &TRELLO);
    match verdict {
        Verdict::Confirmed { secret, evidence: evidence::TRELLO_SHAPE, .. }
            if !secret.of(text).is_some_and(|it| it.iter().skip(4).all(u8::is_ascii_hexdigit)) =>
        {
            let (grade, evidence) = (Grade::Weak, evidence::TRELLO_LENGTH);
            Verdict::Confirmed { secret, grade, evidence }
        }
        _ => verdict,
    }
}

/// What a token of a presumed layout says of itself, wherever in `span` it starts.
pub(crate) fn check_presumed(text: &[u8], span: Span, kind: &Presumed) -> Verdict {
    let mut verdict: Option<Verdict> = None;
    for start in occurrences(text, span, kind.prefix) {
        let next = check_presumed_at(text, start, kind);
        verdict = Some(verdict.map_or(next, |verdict| verdict.or(next)));
    }
    verdict.unwrap_or(Verdict::Dismissed(dismissal::MALFORMED))
}

fn check_presumed_at(text: &[u8], start: usize, kind: &Presumed) -> Verdict {
    let rest = text.get(start + kind.prefix.len()..).unwrap_or_default();
    let run = rest.iter().take(kind.lengths.end() + 1).take_while(|&&byte| is_base64url(byte));
    let run = rest.get(..run.count()).unwrap_or_default();

    let confirmed = |len: usize, evidence| {
        let secret = Span::at(start, kind.prefix.len() + len);
        Verdict::Confirmed { secret, grade: Grade::Likely, evidence }
    };
    let (fits, shape) = kind.evidence;
    // A checksum tells where a token ends, whatever follows it without a break.
    if let Some(len) = [PRESUMED_LEN, run.len()].into_iter().find(|&len| sums_up(kind, run, len)) {
        return confirmed(len, fits);
    }

    let after = rest.get(run.len()..).unwrap_or_default();
    let cut_off = after.starts_with(b"...") || after.starts_with("…".as_bytes());
    // What is written behind a whole token says nothing of it.
    let whole = run.get(..PRESUMED_LEN);
    let stub = is_token_stub(whole.unwrap_or(run)) || cut_off && whole.is_none();
    if run.len() >= TAIL_LEN && stub {
        Verdict::Dismissed(dismissal::PLACEHOLDER)
    } else if !kind.lengths.contains(&run.len()) {
        Verdict::Dismissed(dismissal::MALFORMED)
    } else if !starts_freely(text, start, continues_base64) || continues_in_base64(after) {
        Verdict::Dismissed(dismissal::PART_OF_MORE)
    } else if !is_mixed(run) {
        Verdict::Dismissed(dismissal::NOT_RANDOM)
    } else {
        confirmed(run.len(), shape)
    }
}

/// Whether the last eight of the first `len` characters are the checksum of all before.
fn sums_up(kind: &Presumed, run: &[u8], len: usize) -> bool {
    let Some((body, tail)) = run.get(..len).and_then(|it| it.split_last_chunk::<TAIL_LEN>()) else {
        return false;
    };
    hex::word(tail) == Some(Crc32::new().extend(kind.prefix).extend(body).finish())
        && !is_token_stub(body)
}

/// Capitals, small letters and digits: words of code have two of them at most, and a slug too.
/// Words are not hexadecimal either.
fn is_mixed(run: &[u8]) -> bool {
    let any = |is: fn(&u8) -> bool| run.iter().any(is);
    let letters = any(u8::is_ascii_uppercase) && any(u8::is_ascii_lowercase);
    any(u8::is_ascii_digit) && (letters || run.iter().all(u8::is_ascii_hexdigit))
}

/// What stands in a block of base64 before this: a slash may end a path instead.
fn continues_base64(byte: u8) -> bool {
    is_base64url(byte) || byte == b'+'
}

/// Whether a block of base64 goes on: with its signs, or with padding, which is neither a fold of
/// mail nor the `==` of a comparison.
fn continues_in_base64(after: &[u8]) -> bool {
    match after {
        [byte, ..] if continues_base64(*byte) => true,
        [b'=', next, ..] => !matches!(next, b'\r' | b'\n' | b'='),
        _ => false,
    }
}
