//! The command line and the files with which Data Center products encrypt a password.
//!
//! ```text
//! CipherTool … -p "{\"plainTextPassword\":\"…\",\"algorithm\":\"AES/CBC/PKCS5PADDING\",…}"
//! javax.crypto.SealedObject_1577…            AC ED 00 05 …, or `rO0AB…` in base64
//! javax.crypto.spec.SecretKeySpec_1577…
//! java.security.AlgorithmParameters_1577…
//! ```

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::base64;
use crate::caseless::{contains, contains_any, stands_at};
use crate::codes::{dismissal, evidence};
use crate::password;

/// The key of the tool's argument, in lower case.
const PASSWORD: &[u8] = b"plaintextpassword";
const PASSWORD_MAX: usize = 512;
/// The other keys of the argument, and the tool's name, stand this near.
const ARGUMENT_REACH: usize = 512;
const ARGUMENT_WORDS: [&[u8]; 3] = [b"algorithm", b"cipher", b"atlassian"];

/// How a serialized object begins, raw and in base64.
const MAGIC: &[u8] = &[0xAC, 0xED, 0x00, 0x05];
const MAGIC_BASE64: &[u8] = b"rO0AB";
/// Its class, or that of an array of bytes, comes next.
const SECRET_KEY: &[u8] = b"javax.crypto.spec.SecretKeySpec";
const SEALED: &[u8] = b"javax.crypto.SealedObject";
/// Objects that are read; each of the tool's has a few hundred bytes.
const OBJECT_MAX: usize = 4096;
const OBJECT_MIN: usize = 24;
/// How the tool names its files.
const FILE_NAMES: [&[u8]; 3] = [b"sealedobject_", b"secretkeyspec_", b"algorithmparameters_"];
const NAME_REACH: usize = 160;

/// Judges `atlassian-dc-cipher-key-files`.
pub(crate) fn cipher_key_files(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let found = span.of(text).unwrap_or_default();
    let found = found.get(..64).unwrap_or(found);
    if let [b's' | b'u', b'r', 0, ..] = found {
        return raw_object(window, span.start().saturating_sub(MAGIC.len()));
    }
    if let Some(at) = position(found, MAGIC_BASE64) {
        return base64_object(window, span.start() + at);
    }
    let mut starts = span.start()..span.start() + found.len();
    match starts.find(|&at| stands_at(text, at, PASSWORD)) {
        Some(at) => argument(text, at, at + PASSWORD.len()),
        None => Verdict::Dismissed(dismissal::MALFORMED),
    }
}

/// The value of `plainTextPassword`, whose name stands from `name` to `end`.
fn argument(text: &[u8], name: usize, end: usize) -> Verdict {
    let Some((start, quote)) = value_start(text, end) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let rest = text.get(start..).unwrap_or_default();
    let rest = rest.get(..PASSWORD_MAX).unwrap_or(rest);
    let ends = |byte: u8| match quote {
        Some(quote) => byte == quote || byte == b'\n',
        None => {
            matches!(byte, b'\n' | b'\r' | b' ' | b',' | b';' | b')' | b'}' | b'<' | b'"' | b'\'')
        }
    };
    let len = rest.iter().position(|&byte| ends(byte)).unwrap_or(rest.len());
    let value = rest.get(..len).unwrap_or_default();
    // Before an escaped quote stand as many backslashes as before the first one.
    let value = match quote {
        Some(_) => value.strip_suffix(&b"\\\\\\"[..]).or_else(|| value.strip_suffix(b"\\")),
        None => None,
    }
    .unwrap_or(value);

    let from = name.saturating_sub(ARGUMENT_REACH);
    let before = text.get(from..name).unwrap_or_default();
    let behind = text.get(start + value.len()..).unwrap_or_default();
    let behind = behind.get(..ARGUMENT_REACH).unwrap_or(behind);
    let is_tool = contains_any(before, &ARGUMENT_WORDS) || contains_any(behind, &ARGUMENT_WORDS);
    if let Err(reason) = password::check(b"", value) {
        return Verdict::Dismissed(reason);
    }
    if !is_tool {
        return Verdict::Dismissed(dismissal::NO_NAME);
    }
    // In code, a type, a variable or a call stands here rather than a value.
    let in_code =
        |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b'[' | b'(');
    if quote.is_none()
        && (value.iter().all(in_code) || value.contains(&b'(') || value.contains(&b'['))
    {
        return Verdict::Dismissed(dismissal::TEMPLATE);
    }
    Verdict::Confirmed {
        secret: Span::at(start, value.len()),
        grade: Grade::Likely,
        evidence: evidence::CIPHER_PASSWORD,
    }
}

/// Where the value of a key that ends at `end` begins, and what quotes it.
fn value_start(text: &[u8], end: usize) -> Option<(usize, Option<u8>)> {
    const GAP_MAX: usize = 24;
    let gap = text.get(end..)?;
    let gap = gap.get(..GAP_MAX).unwrap_or(gap);
    // The quote that ends the key stands before the separator, and the other behind it.
    let separator = gap.iter().position(|&byte| matches!(byte, b':' | b'='))?;
    let closes = |&byte: &u8| {
        byte.is_ascii_whitespace()
            || matches!(byte, b'"' | b'\'' | b'\\' | b'&' | b';' | b']')
            || byte.is_ascii_lowercase()
    };
    if !gap.get(..separator)?.iter().all(closes) {
        return None;
    }
    let signs = |byte: &&u8| byte.is_ascii_whitespace() || matches!(**byte, b'>' | b'=' | b'\\');
    let signs = gap.get(separator + 1..)?.iter().take_while(signs).count();
    let at = end + separator + 1 + signs;
    match *text.get(at)? {
        // Doubled in a string of C#.
        b'"' if text.get(at + 1) == Some(&b'"') => Some((at + 2, Some(b'"'))),
        quote @ (b'"' | b'\'' | b'`') => Some((at + 1, Some(quote))),
        b'&' if text.get(at..)?.starts_with(b"&quot;") => Some((at + 6, Some(b'&'))),
        _ => Some((at, None)),
    }
}

/// A serialized object whose bytes begin at `at`.
fn raw_object(window: &Window<'_>, at: usize) -> Verdict {
    let bytes = window.text.get(at..).unwrap_or_default();
    let bytes = bytes.get(..OBJECT_MAX).unwrap_or(bytes);
    object(window, bytes, Span::at(at, bytes.len()), name_end(bytes))
}

/// Where the name of an object's class ends. It is no secret, and the file has its name from it.
fn name_end(bytes: &[u8]) -> usize {
    let head = bytes.get(..64).unwrap_or(bytes);
    let end = |name: &[u8]| position(head, name).map(|at| at + name.len());
    end(SECRET_KEY).or_else(|| end(SEALED)).unwrap_or(0)
}

/// The same in base64.
fn base64_object(window: &Window<'_>, at: usize) -> Verdict {
    let rest = window.text.get(at..).unwrap_or_default();
    let is_base64 = |byte: &&u8| base64::value(**byte).is_some();
    let len = rest.iter().take(OBJECT_MAX).take_while(is_base64).count();
    let characters = rest.get(..len - len % 4).unwrap_or_default();
    let bytes = base64::decode(characters).unwrap_or_default();
    let padding = rest.get(len..).unwrap_or_default().iter().take(2);
    let padding = padding.take_while(|&&byte| byte == b'=').count();
    object(window, &bytes, Span::at(at, len + padding), 0)
}

/// The verdict on an object of these bytes that stands in `place`, and whose secret begins `name`
/// bytes behind the start of that.
fn object(window: &Window<'_>, bytes: &[u8], place: Span, name: usize) -> Verdict {
    let head = bytes.get(..64).unwrap_or(bytes);
    if !bytes.starts_with(MAGIC) || bytes.len() < OBJECT_MIN {
        return Verdict::Dismissed(dismissal::MALFORMED);
    }
    // The key is a secret whoever wrote it; of the others the name tells that the tool did.
    let is_key = position(head, SECRET_KEY).is_some();
    let is_sealed = position(head, SEALED).is_some();
    let is_array = bytes.get(4..).is_some_and(|rest| rest.starts_with(b"ur\0\x02[B"));
    let from = place.start().saturating_sub(NAME_REACH);
    let before = window.text.get(from..place.start()).unwrap_or_default();
    let is_named = |text: &[u8]| FILE_NAMES.iter().any(|name| contains(text, name));
    let path = window.path().unwrap_or_default();
    let path = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let named = is_named(before) || is_named(path);
    if is_key || (is_sealed || is_array) && named {
        Verdict::Confirmed {
            secret: Span::at(place.start() + name, place.len().saturating_sub(name)),
            grade: Grade::Likely,
            evidence: evidence::CIPHER_OBJECT,
        }
    } else {
        Verdict::Dismissed(dismissal::OTHER_OBJECT)
    }
}

fn position(text: &[u8], bytes: &[u8]) -> Option<usize> {
    text.windows(bytes.len()).position(|window| window == bytes)
}
