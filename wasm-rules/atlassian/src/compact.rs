//! Where a JSON web token stands: three runs of URL-safe base64 with a dot between each.
//!
//! ```text
//! eyJhbGciOiJIUzI1NiJ9 . eyJpc3MiOiJmb3JnZSJ9 . w8u7pIRZV0lEirWO00Uz
//! header                 payload                signature
//! ```
//!
//! A candidate begins with the header or with the first dot: a header may begin in too many ways to
//! look for all of them. Tokens are long, so people wrap them, as text or as joined strings: between
//! two characters a *fold* may stand, which is the end of a line with quotes and signs around it.

use pushgate_detector_sdk::Span;

use crate::base64;
use crate::boundary::is_base64url;
use crate::claims::{Member, Value, members};
use crate::codes::dismissal;
use crate::placeholder::is_token_stub;

/// A token whose header and payload are JSON objects.
#[derive(Debug)]
pub(crate) struct Compact {
    /// All of it, in the text.
    pub(crate) span: Span,
    /// What the header says.
    pub(crate) header: Vec<Member>,
    /// What the payload says.
    pub(crate) claims: Vec<Member>,
}

/// Characters of one part. The longest seen have about 3000.
const PART_MAX: usize = 8192;
/// Bytes before the first dot that may belong to the header.
const HEADER_MAX: usize = 2048;
/// Shorter ones sign nothing.
const SIGNATURE_MIN: usize = 20;
/// Folds of one part.
const FOLDS_MAX: usize = 64;
/// Places at which a header is tried to begin.
const BEGINNINGS_MAX: usize = 8;
/// The token that `span` hits, or why there is none.
pub(crate) fn read(text: &[u8], span: Span) -> Result<Compact, u16> {
    if text.get(span.start()) == Some(&b'.') {
        read_around(text, span.start())
    } else {
        first_read(text, (span.start()..span.end()).filter(|&at| begins_object(text, at)))
    }
}

/// The first token that begins at one of `starts`, or the last reason why there is none that says
/// more than that it makes no sense.
fn first_read(text: &[u8], starts: impl Iterator<Item = usize>) -> Result<Compact, u16> {
    let mut reason = dismissal::MALFORMED;
    for start in starts.take(BEGINNINGS_MAX) {
        match read_from(text, start) {
            Err(dismissal::MALFORMED) => (),
            Err(told) => reason = told,
            done => return done,
        }
    }
    Err(reason)
}

/// Whether base64 of an object may begin at `at`: of `{` and `"`, a blank or the end of a line.
fn begins_object(text: &[u8], at: usize) -> bool {
    matches!(text.get(at..at + 2), Some(b"ey" | b"ew"))
}

/// The token whose first dot is at `dot`: its header is read back to where it makes sense.
fn read_around(text: &[u8], dot: usize) -> Result<Compact, u16> {
    let from = dot.saturating_sub(HEADER_MAX);
    let before = text.get(from..dot).unwrap_or_default();
    let len = before.iter().rev().take_while(|&&byte| is_base64url(byte) || is_fold(byte)).count();
    first_read(text, (dot - len..dot).rev().filter(|&at| begins_object(text, at)))
}

fn read_from(text: &[u8], start: usize) -> Result<Compact, u16> {
    let header = Part::read(text, start);
    let after = header.after_dot(text)?;
    let header = header.members().ok_or(dismissal::MALFORMED)?;
    let payload = Part::read(text, after);
    let claims = payload.members().ok_or(dismissal::MALFORMED)?;
    let unsigned = |_| dismissal::UNSIGNED;
    let (signature, end) = {
        let start = payload.after_dot(text).map_err(unsigned)?;
        signature(text, start, sizes(&header))
    };
    if signature.len() < SIGNATURE_MIN {
        return Err(dismissal::UNSIGNED);
    }
    if is_token_stub(&signature) {
        return Err(dismissal::PLACEHOLDER);
    }
    let span = Span::new(start, end).ok_or(dismissal::MALFORMED)?;
    Ok(Compact { span, header, claims })
}

/// A part that ends where its alphabet and its folds do.
struct Part {
    characters: Vec<u8>,
    end: usize,
}

impl Part {
    fn read(text: &[u8], start: usize) -> Part {
        let mut part = Part { characters: Vec::new(), end: start };
        for _ in 0..FOLDS_MAX {
            let line = line(text, part.end);
            part.characters.extend_from_slice(line);
            part.end += line.len();
            match fold(text, part.end) {
                Some(next) if part.characters.len() < PART_MAX => part.end = next,
                _ => break,
            }
        }
        part
    }

    /// Where the next part begins.
    fn after_dot(&self, text: &[u8]) -> Result<usize, u16> {
        match text.get(self.end) {
            Some(b'.') => Ok(fold(text, self.end + 1).unwrap_or(self.end + 1)),
            _ => Err(dismissal::MALFORMED),
        }
    }

    fn members(&self) -> Option<Vec<Member>> {
        members(&base64::decode(&self.characters)?)
    }
}

/// Characters of a signature, of the usual keys if the algorithm leaves a choice.
fn sizes(header: &[Member]) -> &'static [usize] {
    let algorithm = header.iter().find(|(name, _)| name == b"alg");
    match algorithm {
        Some((_, Value::Text(name))) => match name.as_slice() {
            b"HS256" => &[43],
            b"HS384" => &[64],
            b"HS512" | b"ES256" | b"EdDSA" => &[86],
            b"ES384" => &[128],
            b"ES512" => &[176],
            _ => &[342, 512, 683],
        },
        _ => &[],
    }
}

/// The signature at `start`, and where it ends.
///
/// Nothing follows that would tell where it ends, so it goes on in the next line only if that adds
/// up to one of `sizes`.
fn signature(text: &[u8], start: usize, sizes: &[usize]) -> (Vec<u8>, usize) {
    let first = line(text, start);
    let unfolded = (first.to_vec(), start + first.len());
    let is_whole = |characters: &[u8]| sizes.contains(&characters.len());
    let (mut characters, mut end) = unfolded.clone();
    for _ in 0..FOLDS_MAX {
        if is_whole(&characters) {
            return (characters, end);
        }
        let Some(next) = fold(text, end) else { break };
        let line = line(text, next);
        characters.extend_from_slice(line);
        end = next + line.len();
        if characters.len() > PART_MAX {
            break;
        }
    }
    if is_whole(&characters) { (characters, end) } else { unfolded }
}

fn line(text: &[u8], at: usize) -> &[u8] {
    let rest = text.get(at..).unwrap_or_default();
    let len = rest.iter().take(PART_MAX).take_while(|&&byte| is_base64url(byte)).count();
    rest.get(..len).unwrap_or_default()
}

/// What may stand at the end of a line within a token, or at the beginning of the next.
fn is_fold(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t'
            | b'\r'
            | b'\n'
            | b'"'
            | b'\''
            | b'`'
            | b'+'
            | b'\\'
            | b'='
            | b'&'
            | b'*'
            | b'#'
            | b'>'
            | b'|'
            | b'/'
    )
}

/// Where a part goes on after the fold at `at`: one end of a line or a sign that joins two strings,
/// and another character of the alphabet or a dot.
fn fold(text: &[u8], at: usize) -> Option<usize> {
    const BYTES_MAX: usize = 96;
    let rest = text.get(at..)?;
    let len = rest.iter().take(BYTES_MAX).take_while(|&&byte| is_fold(byte)).count();
    let fold = rest.get(..len)?;
    let count = |wanted: &[u8]| fold.iter().filter(|byte| wanted.contains(byte)).count();
    let joins = match count(b"\n") {
        0 => count(b"+&") == 1 && count(b"\"'`") == 2,
        breaks => breaks == 1,
    };
    let goes_on = rest.get(len).is_some_and(|&byte| is_base64url(byte) || byte == b'.');
    (joins && goes_on).then_some(at + len)
}
