//! `Authorization: Basic base64(user:secret)`.
//!
//! Every vendor has these. It is Atlassian's when a token of Atlassian's is inside, or when an
//! Atlassian name stands nearby.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::base64;
use crate::carried::{self, Carried};
use crate::caseless::{contains, stands_at};
use crate::codes::{dismissal, evidence};
use crate::constructor::{Place, is_old_token, of_addresses};
use crate::context::{mentions, mentions_anywhere, nearest};
use crate::names;
use crate::password;
use crate::request_object::is_sent_to_ours;
use crate::unescape::{Reading, step};
use crate::vendors::VENDORS;

/// Base64 of a user and the longest token.
const CHARACTERS_MAX: usize = 2048;
/// As in every pattern of it: shorter ones are words.
const CHARACTERS_MIN: usize = 8;
/// No encoder makes shorter lines of what it folds.
const FOLDED_LINE_MIN: usize = 40;
/// Nor longer ones.
const FOLDED_LINE_MAX: usize = 1024;
/// Blanks after the scheme, a break of the line with its indentation included.
const BLANKS_MAX: usize = 16;

/// Judges `atlassian-basic-auth-header`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let Some(lines) = credentials(window.text, span) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    // Who takes another line for a part of the base64 decodes noise, or a worse secret.
    match lines.folded {
        Some(folded) => match of_base64(window, span, folded) {
            confirmed @ Verdict::Confirmed { .. } => confirmed,
            Verdict::Dismissed(_) => of_base64(window, span, lines.first),
        },
        None => of_base64(window, span, lines.first),
    }
}

/// Judges a candidate of `atlassian-legacy-api-token` that is a header.
pub(crate) fn old_token(window: &Window<'_>, span: Span) -> Verdict {
    let decoded = credentials(window.text, span)
        .and_then(|lines| base64::decode(&lines.first.characters))
        .unwrap_or_default();
    let (user, password) = split(without_line_end(&decoded));
    if is_old_token(user, password) {
        judge(window, span)
    } else {
        Verdict::Dismissed(dismissal::MALFORMED)
    }
}

/// Judges the user and the password that the characters of `encoded` stand for.
fn of_base64(window: &Window<'_>, span: Span, encoded: Encoded) -> Verdict {
    let secret = encoded.place;
    let Some(decoded) = base64::decode(&encoded.characters) else {
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
        _ if near && !mentions(user, names::ANY) && is_sent_elsewhere(window.text, span) => {
            Verdict::Dismissed(dismissal::OTHER_HOST)
        }
        _ if near && !mentions(user, names::ANY) => match called_elsewhere(window.text, secret) {
            // A product may run under any name, but not under that of a vendor.
            Some(line) if mentions_anywhere(&line, VENDORS) => {
                Verdict::Dismissed(dismissal::OTHER_HOST)
            }
            Some(_) => confirmed(Grade::Weak, evidence::FAR_FROM_PRODUCT),
            None => confirmed(Grade::Likely, evidence::PASSWORD_NEAR_NAME),
        },
        _ if near || is_sent_to_ours(window.text, secret.start()) => {
            confirmed(Grade::Likely, evidence::PASSWORD_NEAR_NAME)
        }
        _ => Verdict::Dismissed(dismissal::NO_NAME),
    }
}

/// Whether the header is one of a request that names its host, and nothing of Atlassian's.
fn is_sent_elsewhere(text: &[u8], span: Span) -> bool {
    const REQUEST_MAX: usize = 1024;
    const HOST: &[u8] = b"host:";
    let before = text.get(span.start().saturating_sub(REQUEST_MAX)..span.start());
    let before = before.unwrap_or_default();
    let after = text.get(span.end()..).unwrap_or_default();
    let after = after.get(..REQUEST_MAX).unwrap_or(after);
    // An empty line parts one request from the next.
    let filled = |line: &&[u8]| !line.trim_ascii().is_empty();
    let mut lines = before.rsplit(|&byte| byte == b'\n').take_while(filled);
    let mut below = after.split(|&byte| byte == b'\n').take_while(filled);
    let names_host = |line: &[u8]| stands_at(line, 0, HOST);
    let ours = |line: &[u8]| mentions(line, names::ANY) || contains(line, b"/rest/");
    let (mut host, mut named) = (false, false);
    for line in lines.by_ref().chain(below.by_ref()) {
        host |= names_host(line);
        named |= ours(line);
    }
    host && !named
}

/// The command or the call on the line of the header, if it names an address, and nothing of
/// Atlassian's: what a comment above says may be of something else.
fn called_elsewhere(text: &[u8], secret: Span) -> Option<Vec<u8>> {
    const LINE_MAX: usize = 1024;
    let before = text.get(secret.start().saturating_sub(LINE_MAX)..secret.start());
    let before = before.unwrap_or_default();
    let after = text.get(secret.end()..).unwrap_or_default();
    let after = after.get(..LINE_MAX).unwrap_or(after);
    let mut line = lines_joined(before.rsplit(|&byte| byte == b'\n'), false);
    line.extend(lines_joined(after.split(|&byte| byte == b'\n'), true));
    let others =
        of_addresses(&line) == Some(Place::Others) && !mentions_anywhere(&line, names::ANY);
    others.then_some(line)
}

/// The first of `lines`, and those that a backslash joins to it, in either direction.
fn lines_joined<'t>(lines: impl Iterator<Item = &'t [u8]>, forward: bool) -> Vec<u8> {
    const LINES_MAX: usize = 8;
    let goes_on = |line: &[u8]| line.trim_ascii_end().ends_with(b"\\");
    let mut joined = Vec::new();
    let mut next = true;
    for (index, line) in lines.take(LINES_MAX).enumerate() {
        if !(forward && next || !forward && (index == 0 || goes_on(line))) {
            break;
        }
        joined.extend_from_slice(line);
        joined.push(b'\n');
        next = goes_on(line);
    }
    joined
}

/// Some base64, without padding and escapes, and where it stands.
struct Encoded {
    place: Span,
    characters: Vec<u8>,
}

/// The base64 on the line of the scheme, and with it that of the lines below, if they may be its
/// rest: encoders fold what they write, mail and YAML fold what they carry.
struct Lines {
    first: Encoded,
    folded: Option<Encoded>,
}

fn credentials(text: &[u8], span: Span) -> Option<Lines> {
    let start = after_scheme(text, span)?;
    let mut characters = Vec::new();
    let end = line(text, start, &mut characters)?;
    let first = Encoded { place: Span::new(start, end)?, characters: characters.clone() };
    if characters.len() < CHARACTERS_MIN {
        return None;
    }

    let mut at = end;
    let mut before = characters.len();
    // Padding ends it, and so does a line that is shorter than an encoder makes one.
    while before >= FOLDED_LINE_MIN && text.get(at - 1) != Some(&b'=') {
        let Some(next) = line_below(text, at) else { break };
        let length = characters.len();
        at = line(text, next, &mut characters)?;
        before = characters.len() - length;
    }
    let folded = (at > end).then(|| Some(Encoded { place: Span::new(start, at)?, characters }));
    Some(Lines { first, folded: folded.flatten() })
}

/// Reads base64 to its end on this line; `None` if there is too much of it.
fn line(text: &[u8], start: usize, characters: &mut Vec<u8>) -> Option<usize> {
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
    Some(at)
}

/// Where base64 begins on the next line, if nothing else stands there.
fn line_below(text: &[u8], end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let broken: [&[u8]; 5] = [b"\\r\\n", b"\\n", b"\\\n", b"\r\n", b"\n"];
    let length = broken.iter().find(|broken| rest.starts_with(broken))?.len();
    let below = rest.get(length..)?;
    let blanks = below.iter().take(BLANKS_MAX).take_while(|byte| matches!(byte, b' ' | b'\t'));
    let blanks = blanks.count();
    let line = below.get(blanks..)?;
    let line = line.get(..FOLDED_LINE_MAX).unwrap_or(line);
    let is_base64 = |byte: &&u8| base64::value(**byte).is_some() || **byte == b'=';
    let characters = line.iter().take_while(is_base64).count();
    let ends =
        matches!(line.get(characters), None | Some(b'\n' | b'\r' | b'"' | b'\'' | b'\\' | b'`'));
    (characters > 0 && ends).then_some(end + length + blanks)
}

/// Where the text after `Basic` and its blanks begins; the span's start, if it has no `Basic`.
fn after_scheme(text: &[u8], span: Span) -> Option<usize> {
    const SCHEME: &[u8] = b"basic";
    let found = span.of(text)?.windows(SCHEME.len()).position(|it| it.eq_ignore_ascii_case(SCHEME));
    let mut at = found.map_or(span.start(), |found| span.start() + found + SCHEME.len());
    if let Some(start) = next_string(text, at) {
        return Some(start);
    }
    for _ in 0..BLANKS_MAX {
        match blank(text, at) {
            Some(next) => at = next,
            None => break,
        }
    }
    Some(at)
}

/// Where the string begins that is the next argument behind a string that ends at `at`:
/// `new AuthenticationHeaderValue("Basic", "…")`, `(scheme: "Basic", parameter: "…")`.
fn next_string(text: &[u8], at: usize) -> Option<usize> {
    const NAME: &[u8] = b"parameter:";
    let [b'"' | b'\'', b',', rest @ ..] = text.get(at..)? else { return None };
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let rest = rest.strip_prefix(NAME).unwrap_or(rest);
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let [b'"' | b'\'', string @ ..] = rest else { return None };
    Some(text.len() - string.len())
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
