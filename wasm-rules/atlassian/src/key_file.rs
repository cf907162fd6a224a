//! One private key, wherever and however it stands: what it is, and whether it is one.

use pushgate_detector_sdk::Span;

use crate::armour::{self, Armour, LinePrefix, Start, is_armoured};
use crate::base64;
use crate::caseless::{contains, contains_any};
use crate::codes::dismissal;
use crate::der::{self, Algorithm, Structure};
use crate::key_body::{Body, Ending};
use crate::key_headers;
use crate::occurrences::occurrences;
use crate::openssh::{self, Block};
use crate::placeholder::{WORDS, distinct, is_token_stub};

/// A private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The armour's first line, if there is one, and the body: what is reported, so that a key is
    /// shown where a reader sees it begin.
    pub(crate) secret: Span,
    /// How sure it is that this is a key.
    pub(crate) proof: Proof,
    /// Whether programs of Atlassian's take such a key for anything but SSH.
    pub(crate) fits: Fits,
}

/// What says that something is a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It parses.
    Parsed,
    /// It parses, and is of use to two sides that talk to each other only.
    Agreement,
    /// It parses, and names a key that is in hardware.
    Handle,
    /// It is encrypted, which leaves the outside to parse.
    Encrypted,
    /// It has an armour, or the beginning of one, around noise.
    Shaped,
    /// It is noise with three letters in front, and must have a name.
    Noise,
}

/// Which uses a key may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fits {
    /// All: RSA, or nobody knows.
    All,
    /// All but application links and trusted applications: a key on a curve.
    Curve,
    /// SSH alone, or something that is not Atlassian's.
    Ssh,
    /// Single sign-on: a store of keys.
    Store,
}

/// Characters of the shortest body that may be a key though it does not parse: of a label that
/// says nothing, and of one that says RSA or the like.
const BODY_MIN: usize = 60;
const LABELLED_BODY_MIN: usize = 100;
/// Of one without an armour.
const BARE_BODY_MIN: usize = 200;

/// What stands before a value that hiera-eyaml has encrypted; its DER begins as a key's does.
const SEALED: &[u8] = b"ENC[PKCS7,";

impl Key {
    /// Reads the key that begins in `span`, or says why there is none.
    pub(crate) fn read(text: &[u8], span: Span) -> Result<Key, u16> {
        if let Some(armour) = Armour::read(text, span) {
            return armoured(text, &armour);
        }
        match armour::bare(text, span) {
            Some((Start::Der, at)) => bare(text, at),
            Some((Start::Armour, at)) => encoded(text, at),
            Some((Start::JavaStore, at)) => store(text, at),
            None => putty(text, span),
        }
    }
}

fn armoured(text: &[u8], armour: &Armour<'_>) -> Result<Key, u16> {
    let is_pgp = armour.says(b"PGP");
    let at = if is_pgp { key_headers::fields(text, armour.end) } else { armour.end };
    let body = Body::armoured(text, at, armour.line_prefix(text));
    let key = |proof, fits| Key {
        secret: Span::at(armour.start, body.span.end().max(armour.end) - armour.start),
        proof,
        fits,
    };
    if body.characters.is_empty() {
        return Err(empty(&body));
    }
    let bytes = base64::decode(&body.characters).unwrap_or_default();
    if is_pgp {
        check_noise(&body, LABELLED_BODY_MIN)?;
        return match is_secret_packet(&body.characters) {
            true => Ok(key(Proof::Shaped, Fits::Ssh)),
            false => Err(dismissal::OTHER_BYTES),
        };
    }
    match openssh::openssh(&bytes) {
        Block::Private => return Ok(key(Proof::Parsed, Fits::Ssh)),
        Block::Encrypted => return Ok(key(Proof::Encrypted, Fits::Ssh)),
        Block::Handle => return Ok(key(Proof::Handle, Fits::Ssh)),
        Block::Other => (),
    }
    match der::structure(&bytes) {
        Structure::Private(algorithm) => return Ok(key(parsed(algorithm), fits(algorithm))),
        Structure::Encrypted => return Ok(key(Proof::Encrypted, Fits::All)),
        Structure::Public => return Err(dismissal::PUBLIC_HALF),
        Structure::Store | Structure::Other => (),
    }

    let labelled = !armour.label.iter().all(|byte| !byte.is_ascii_uppercase());
    check_noise(&body, if labelled { LABELLED_BODY_MIN } else { BODY_MIN })?;
    if is_cut_short(&body) {
        return Err(dismissal::PLACEHOLDER);
    }
    let fits = if armour.says(b"OPENSSH") || armour.says(b"DSA") {
        Fits::Ssh
    } else if armour.says(b"EC ") || armour.says(b"EC%") || armour.says(b"EC+") {
        Fits::Curve
    } else {
        Fits::All
    };
    let is_encrypted = body.encrypted || armour.says(b"ENCRYPTED");
    Ok(key(if is_encrypted { Proof::Encrypted } else { Proof::Shaped }, fits))
}

/// Reads base64 without an armour that begins at `at`.
fn bare(text: &[u8], at: usize) -> Result<Key, u16> {
    if is_armoured(text, at) {
        return Err(dismissal::PART_OF_MORE);
    }
    if text.get(..at).is_some_and(|before| before.ends_with(SEALED)) {
        return Err(dismissal::ENCRYPTED);
    }
    let expected = expected_characters(text, at);
    let body = Body::bare(text, at, Some(expected));
    let bytes = base64::decode(&body.characters).unwrap_or_default();
    let key = |proof, fits| Ok(Key { secret: body.span, proof, fits });
    match der::structure(&bytes) {
        Structure::Private(algorithm) => return key(parsed(algorithm), fits(algorithm)),
        Structure::Encrypted => return key(Proof::Encrypted, Fits::All),
        Structure::Public => return Err(dismissal::PUBLIC_HALF),
        Structure::Store | Structure::Other => (),
    }
    check_noise(&body, BARE_BODY_MIN)?;
    match der::beginning(&bytes_of_start(&body.characters)) {
        Structure::Private(algorithm) => key(Proof::Shaped, fits(algorithm)),
        Structure::Encrypted => key(Proof::Encrypted, Fits::All),
        Structure::Public => Err(dismissal::PUBLIC_HALF),
        Structure::Store => key(Proof::Encrypted, Fits::Store),
        // What is as long as it says is something, and no key.
        Structure::Other if body.characters.len().abs_diff(expected) <= 2 => {
            Err(dismissal::OTHER_BYTES)
        }
        Structure::Other if is_called_public(text, at) => Err(dismissal::PUBLIC_HALF),
        Structure::Other => key(Proof::Noise, Fits::All),
    }
}

/// Reads an armour that is encoded once more, as secrets of Kubernetes and variables of pipelines
/// are; `at` is where its base64 begins.
fn encoded(text: &[u8], at: usize) -> Result<Key, u16> {
    const ARMOURS_MAX: usize = 8;
    let body = Body::bare(text, at, Some(0));
    let whole = body.characters.len() - body.characters.len() % 4;
    let whole = if body.characters.len() % 4 == 1 { whole } else { body.characters.len() };
    let inside = body.characters.get(..whole).and_then(base64::decode).unwrap_or_default();
    // A certificate may stand before the key.
    let armours = occurrences(&inside, Span::at(0, inside.len()), b"-----BEGIN");
    let mut reason = dismissal::OTHER_BYTES;
    for start in armours.take(ARMOURS_MAX) {
        let Some(armour) = Armour::read(&inside, Span::at(start, inside.len() - start)) else {
            continue;
        };
        match armoured(&inside, &armour) {
            Ok(key) => return Ok(Key { secret: body.span, ..key }),
            Err(why) => reason = why,
        }
    }
    Err(reason)
}

/// Reads a key store of Java's in base64.
fn store(text: &[u8], at: usize) -> Result<Key, u16> {
    let body = Body::bare(text, at, Some(0));
    check_noise(&body, BARE_BODY_MIN)?;
    Ok(Key { secret: body.span, proof: Proof::Encrypted, fits: Fits::Store })
}

/// Reads a file of PuTTY's, of which `span` holds the first line.
fn putty(text: &[u8], span: Span) -> Result<Key, u16> {
    const REACH: usize = 16 << 10;
    const LINES: &[u8] = b"Private-Lines:";
    const END: &[u8] = b"Private-MAC";
    let file = text.get(span.start()..).unwrap_or_default();
    let file = file.get(..REACH).unwrap_or(file);
    if !file.starts_with(b"PuTTY-User-Key-File") {
        return Err(dismissal::MALFORMED);
    }
    let find = |word: &[u8]| file.windows(word.len()).position(|window| window == word);
    let lines = find(LINES).ok_or(dismissal::NO_BODY)? + LINES.len();
    let number = file.get(lines..).unwrap_or_default();
    let number = number.iter().take_while(|byte| matches!(byte, b' ' | b'0'..=b'9')).count();
    let end = find(END).or_else(|| find(b"Private-Hash")).unwrap_or(file.len());
    let limited = text.get(..span.start() + end).unwrap_or_default();
    let body = Body::armoured(limited, span.start() + lines + number, LinePrefix::NONE);
    check_noise(&body, BODY_MIN / 2)?;
    let bytes = base64::decode(&body.characters).unwrap_or_default();
    let proof = if contains(file.get(..lines).unwrap_or_default(), b"encryption: none") {
        if openssh::putty(&bytes) == Block::Private { Proof::Parsed } else { Proof::Shaped }
    } else {
        Proof::Encrypted
    };
    let secret = Span::at(span.start(), body.span.end().saturating_sub(span.start()));
    Ok(Key { secret, proof, fits: Fits::Ssh })
}

fn fits(algorithm: Algorithm) -> Fits {
    match algorithm {
        Algorithm::Rsa => Fits::All,
        Algorithm::Ec => Fits::Curve,
        Algorithm::Agreement | Algorithm::Another => Fits::Ssh,
    }
}

fn parsed(algorithm: Algorithm) -> Proof {
    if algorithm == Algorithm::Agreement { Proof::Agreement } else { Proof::Parsed }
}

/// Why there is nothing behind a first line.
fn empty(body: &Body) -> u16 {
    match body.ending {
        Ending::Text(b'$' | b'{' | b'%' | b'@' | b'#') => dismissal::TEMPLATE,
        Ending::Text(b'<' | b'[' | b'(' | b'.' | b'*' | 0x80..) => dismissal::PLACEHOLDER,
        _ => dismissal::NO_BODY,
    }
}

/// Whether a body that does not parse may be a key all the same: noise, and enough of it.
fn check_noise(body: &Body, length_min: usize) -> Result<(), u16> {
    const DISTINCT_MIN: usize = 24;
    /// Lists of words are joined as the lines of a key are, and have shorter ones.
    const LINE_MIN: usize = 24;
    let characters = body.characters.as_slice();
    let length = characters.len();
    if length < length_min {
        return Err(if length < BODY_MIN / 2 { empty(body) } else { dismissal::PLACEHOLDER });
    }
    let redacted = matches!(
        body.ending,
        Ending::Text(b'.' | b'*' | b'[' | b'{' | b'$' | b'(' | b'~' | b'#' | 0x80..)
    );
    let count = |is: fn(&u8) -> bool| characters.iter().filter(|byte| is(byte)).count();
    let mixed = count(u8::is_ascii_uppercase) >= length / 8
        && count(u8::is_ascii_lowercase) >= length / 8
        && count(u8::is_ascii_digit) >= length / 32;
    // Zeros, which are written `A`, stand in the headers of real keys.
    let rest: Vec<u8> = characters.iter().copied().filter(|&byte| byte != b'A').collect();
    let noise = mixed
        && body.longest_line >= LINE_MIN
        && distinct(characters) >= DISTINCT_MIN
        && !is_token_stub(&rest)
        && !contains_any(characters, &WORDS);
    if redacted || !noise { Err(dismissal::PLACEHOLDER) } else { Ok(()) }
}

/// Whether a body is but the first line or two of what its own beginning promises: documentation
/// shows keys so.
fn is_cut_short(body: &Body) -> bool {
    const SHOWN_MAX: usize = 130;
    let start = bytes_of_start(&body.characters);
    let [0x30, 0x82, high, low, ..] = start.as_slice() else {
        return false;
    };
    let promised = usize::from(*high) << 8 | usize::from(*low);
    body.characters.len() <= SHOWN_MAX
        && promised > 3 * SHOWN_MAX
        && der::beginning(&start) != Structure::Other
}

/// How many characters a piece of DER has, as its first bytes say; zero if they do not.
fn expected_characters(text: &[u8], at: usize) -> usize {
    const HEADER: usize = 8;
    let header = text.get(at..at + HEADER).and_then(base64::decode).unwrap_or_default();
    match header.as_slice() {
        [0x30, 0x82, high, low, ..] => {
            (4 + (usize::from(*high) << 8 | usize::from(*low))).div_ceil(3) * 4
        }
        _ => 0,
    }
}

/// The first bytes of a body, which may have a length that no base64 has.
fn bytes_of_start(characters: &[u8]) -> Vec<u8> {
    const START: usize = 48;
    characters.get(..START).and_then(base64::decode).unwrap_or_default()
}

fn is_called_public(text: &[u8], at: usize) -> bool {
    const NAME_MAX: usize = 48;
    let name = text.get(at.saturating_sub(NAME_MAX)..at).unwrap_or_default();
    let name = name.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    contains(name, b"public") || contains(name, b"certificate")
}

/// Whether the first packet of a PGP block holds a secret key.
fn is_secret_packet(characters: &[u8]) -> bool {
    const SECRET_KEY: u8 = 5;
    match bytes_of_start(characters).first() {
        Some(&new) if new & 0xC0 == 0xC0 => new & 0x3F == SECRET_KEY,
        Some(&old) if old & 0xC0 == 0x80 => old >> 2 & 0xF == SECRET_KEY,
        _ => false,
    }
}
