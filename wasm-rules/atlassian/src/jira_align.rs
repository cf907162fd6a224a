//! `user:<id>|<40 characters>`: tokens of Jira Align.
//!
//! The forty are any printable ones but quotation marks, so that nothing in them tells where they
//! end, and in JSON or XML some are written as two or more. So they are counted in each way of
//! writing, and a way is right if the text ends there.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::boundary::{is_base64url, starts_freely};
use crate::codes::{dismissal, evidence};
use crate::placeholder::is_token_stub;
use crate::unescape::{Reading, step};

const SECRET_LEN: usize = 40;
/// Digits of a user's number.
const DIGITS_MAX: usize = 9;
/// Marks of emphasis in a row: bold and leaning at once.
const EMPHASIS_MAX: usize = 3;

/// How characters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    /// As themselves.
    Plain,
    /// With a backslash before some: JSON, shells, programs.
    Backslash,
    /// XML, and HTML.
    Entities,
    /// In an address.
    Percent,
    /// With every dollar doubled: Docker Compose, make.
    Dollars,
    /// Quoted-printable, in mail.
    Mail,
}

/// Judges `jira-align-api-token`.
pub(crate) fn api_token(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let Some(start) = (span.start()..span.end()).find(|&at| stands_at(text, at)) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let before = start.checked_sub(1).and_then(|at| text.get(at)).copied();
    if !starts_freely(text, start, is_base64url) && !is_underlined(text, start) {
        return Verdict::Dismissed(dismissal::PART_OF_MORE);
    }
    let Some(body) = body_start(text, start) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };

    let ways = [
        Writing::Entities,
        Writing::Plain,
        Writing::Backslash,
        Writing::Percent,
        Writing::Dollars,
        Writing::Mail,
    ];
    let read = ways.into_iter().find_map(|writing| forty(text, body, writing, before));
    match read {
        None => Verdict::Dismissed(dismissal::MALFORMED),
        Some((secret, _)) if is_token_stub(&secret) || is_template(&secret) => {
            Verdict::Dismissed(dismissal::PLACEHOLDER)
        }
        Some((secret, _)) if !is_drawn(&secret) => Verdict::Dismissed(dismissal::NOT_RANDOM),
        Some((_, end)) => Verdict::Confirmed {
            secret: Span::at(start, end - start),
            grade: Grade::Likely,
            evidence: evidence::ALIGN_SHAPE,
        },
    }
}

fn stands_at(text: &[u8], at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(b"user"))
}

/// Where the forty characters begin, after the number and the bar.
fn body_start(text: &[u8], start: usize) -> Option<usize> {
    let sign = |at, sign| step(text, at, Reading::Plain).filter(|step| step.byte == sign);
    let digits = sign(start + 4, b':')?.next;
    let rest = text.get(digits..)?.iter().take(DIGITS_MAX + 1);
    let count = rest.take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=DIGITS_MAX).contains(&count) {
        return None;
    }
    let bar = digits + count;
    match text.get(bar) {
        // Escaped in a table of Markdown.
        Some(b'\\') if text.get(bar + 1) == Some(&b'|') => Some(bar + 2),
        _ => Some(sign(bar, b'|')?.next),
    }
}

/// Forty characters at `start`, if the text ends there, and where.
fn forty(
    text: &[u8],
    start: usize,
    writing: Writing,
    before: Option<u8>,
) -> Option<(Vec<u8>, usize)> {
    let mut secret = Vec::with_capacity(SECRET_LEN);
    let mut at = start;
    let mut escaped = false;
    while secret.len() < SECRET_LEN {
        let (byte, next) = character(text, at, writing)?;
        if !byte.is_ascii_graphic() || matches!(byte, b'"' | b'\'') {
            return None;
        }
        secret.push(byte);
        escaped |= next > at + 1;
        at = next;
    }
    // Without an escape it is the plain text, and with one no other reading is right.
    let told = escaped || writing == Writing::Plain;
    let underlined = before == Some(b'_');
    let closed = !underlined || text.get(at) == Some(&b'_');
    (told && closed && (ends(text, at, before) || ends_emphasised(text, at, before)))
        .then_some((secret, at))
}

/// Whether only the underscores of Markdown stand before `at`, and no name that they are part of.
fn is_underlined(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let marks = before.iter().rev().take(EMPHASIS_MAX).take_while(|&&byte| byte == b'_').count();
    marks > 0 && starts_freely(text, at - marks, is_base64url)
}

/// Whether a value ends at `end` in marks with which Markdown closes bold, leaning and struck words.
///
/// They may have been opened before the token or before other words; but where it is opened by a
/// quote, the quote alone ends it.
fn ends_emphasised(text: &[u8], end: usize, before: Option<u8>) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let Some(&mark @ (b'*' | b'_' | b'~')) = rest.first() else {
        return false;
    };
    let marks = rest.iter().take(EMPHASIS_MAX).take_while(|&&byte| byte == mark).count();
    !matches!(before, Some(b'"' | b'\'' | b'`')) && ends(text, end + marks, Some(b' '))
}

fn character(text: &[u8], at: usize, writing: Writing) -> Option<(u8, usize)> {
    let byte = *text.get(at)?;
    let rest = text.get(at..)?;
    let plain = Some((byte, at + 1));
    match (writing, byte) {
        (Writing::Backslash, b'\\') => match rest.get(1)? {
            b'u' => step(text, at, Reading::Plain).map(|step| (step.byte, step.next)),
            &escaped => Some((escaped, at + 2)),
        },
        (Writing::Entities, b'&') => {
            const NAMED: [(&[u8], u8); 3] = [(b"&lt;", b'<'), (b"&gt;", b'>'), (b"&amp;", b'&')];
            let named = NAMED.iter().find(|(name, _)| rest.starts_with(name));
            let numbered = || step(text, at, Reading::Plain).map(|step| (step.byte, step.next));
            named.map(|(name, byte)| (*byte, at + name.len())).or_else(numbered)
        }
        (Writing::Percent, b'%') => {
            step(text, at, Reading::Plain).map(|step| (step.byte, step.next))
        }
        (Writing::Mail, b'=') => {
            step(text, at, Reading::QuotedPrintable).map(|step| (step.byte, step.next))
        }
        (Writing::Dollars, b'$') => (rest.get(1) == Some(&b'$')).then_some((byte, at + 2)),
        // A tag, or a raw quote, ends the text in these.
        (Writing::Entities, b'<') => None,
        _ => plain,
    }
}

/// Whether a value that is opened by `before` may end at `end`.
fn ends(text: &[u8], end: usize, before: Option<u8>) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    match (before, rest) {
        (_, [b'\\', b'n' | b'r' | b't', ..]) => true,
        // The end of a paragraph of rich text.
        (_, [b'\\', b'p', b'a', b'r', ..]) => true,
        (Some(b'<'), [b'>', ..]) => true,
        // It may be the user of an address, or the password; and end a sentence.
        (Some(b':' | b'/'), [b'@', next, ..]) => next.is_ascii_alphanumeric(),
        (Some(b' '), [b'.']) => true,
        (Some(b' '), [b'.', next, ..]) => next.is_ascii_whitespace(),
        (Some(quote @ (b'"' | b'\'' | b'`')), [b'\\', next, ..]) => *next == quote,
        (Some(quote @ (b'"' | b'\'' | b'`')), [next, ..]) => *next == quote,
        (_, [] | [b'\\', b'"', ..]) => true,
        (_, [next, ..]) => {
            next.is_ascii_whitespace()
                || next.is_ascii_control()
                || b"\"'`<,;)]}&|".contains(next)
                || !next.is_ascii()
        }
    }
}

/// `<token>…`, `${…}`.
fn is_template(secret: &[u8]) -> bool {
    secret.starts_with(b"<") && secret.ends_with(b">") || secret.starts_with(b"${")
}

/// Drawn characters change their sort all the time, words and numbers of a log do not.
fn is_drawn(secret: &[u8]) -> bool {
    const CHANGES_MIN: usize = 14;
    const FIELDS_MIN: usize = 3;
    let sort = |byte: &u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let sorts: Vec<u8> = secret.iter().map(sort).collect();
    let runs = || sorts.chunk_by(|left, right| left == right);
    runs().count() > CHANGES_MIN
        && sorts.contains(&0)
        && sorts.contains(&1)
        && fields(secret) < FIELDS_MIN
}

/// How many fields of a log there are, each a word and the sign behind it: `status=200|time=3ms`.
fn fields(secret: &[u8]) -> usize {
    const WORD_MIN: usize = 3;
    secret
        .split_inclusive(|byte| b"=|:".contains(byte))
        .filter(|piece| {
            let name = piece.split_last().map(|(_, name)| name).unwrap_or_default();
            name.len() >= WORD_MIN && name.iter().all(u8::is_ascii_lowercase)
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::is_drawn;

    #[test]
    fn a_line_of_a_log_is_told_from_drawn_characters() {
        for log in [
            &b"action=login|address=10.0.0.1|ag=Mozilla"[..],
            b"Role:admin|team:blue|Office=paris|rank=7",
        ] {
            assert!(!is_drawn(log), "{}", log.escape_ascii());
        }
        for drawn in [
            &b"Ujymoqkf=t_u_2yK:wuz::#{h*z|u2V/.:L$z_1Y"[..],
            b"Kq:Zx|Qw=Er|Ty:Ui=Op|As:Df=Gh|Jk:Lz=Xc|V",
        ] {
            assert!(is_drawn(drawn), "{}", drawn.escape_ascii());
        }
    }
}
