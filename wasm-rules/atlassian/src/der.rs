//! Enough of DER to know a private key from everything else that is written in it.
//!
//! ```text
//! PKCS#1      SEQUENCE { 0, n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p }
//! DSA         SEQUENCE { 0, p, q, g, y, x }
//! SEC 1       SEQUENCE { 1, OCTET STRING d, [0] curve, [1] point }
//! PKCS#8      SEQUENCE { 0 | 1, SEQUENCE { algorithm }, OCTET STRING { one of the above } }
//! encrypted   SEQUENCE { SEQUENCE { password-based scheme }, OCTET STRING }
//! public      SEQUENCE { SEQUENCE { … }, BIT STRING }, and certificates
//! ```
//!
//! The reader goes down a fixed number of levels, and each is read once.

use crate::placeholder::distinct;

/// What a whole piece of DER is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Structure {
    /// A private key, readable by whoever has it.
    Private(Algorithm),
    /// A private key under a passphrase.
    Encrypted,
    /// A store of keys and certificates under a passphrase (PKCS#12); known by its beginning only.
    Store,
    /// The half that everybody may have: a public key, a certificate, a request for one.
    Public,
    /// Anything else, or no DER.
    Other,
}

/// What a private key is used with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// RSA, which is all that application links and most of SAML know.
    Rsa,
    /// Elliptic curves in their older form.
    Ec,
    /// Diffie-Hellman: two sides agree on a secret, and nobody logs in.
    Agreement,
    /// Everything else: Ed25519, DSA, …
    Another,
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// `1.2.840.113549.1`, from which RSA and the password-based schemes hang.
const PKCS: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01];
const EC_PUBLIC_KEY: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
/// `1.2.840.10046.2.1`, the name that X9.42 has for what is `3.1` under [`PKCS`].
const DH_PUBLIC_NUMBER: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3E, 0x02, 0x01];
/// `1.3.101.110` to `1.3.101.113`: X25519, X448, Ed25519, Ed448.
const EDWARDS: &[u8] = &[0x2B, 0x65];

/// Parts of one sequence that are read; a key of many primes has a dozen.
const PARTS_MAX: usize = 16;
/// Bytes of the shortest key of each sort that anybody uses.
const RSA_BYTES_MIN: usize = 48;
const SCALAR_BYTES_MIN: usize = 14;

/// What `bytes` are, all of them.
pub(crate) fn structure(bytes: &[u8]) -> Structure {
    match sequence(bytes).as_deref() {
        Some([Part { tag: INTEGER, bytes: version }, parts @ ..]) => {
            match private(version, parts) {
                Some(algorithm) => Structure::Private(algorithm),
                None => Structure::Other,
            }
        }
        Some([Part { tag: SEQUENCE, bytes: first }, parts @ ..]) => not_private(first, parts),
        _ => Structure::Other,
    }
}

/// What the first bytes alone say: a key may be cut, or a stub that somebody filled with noise.
pub(crate) fn beginning(bytes: &[u8]) -> Structure {
    let [SEQUENCE, 0x82, _, _, rest @ ..] = bytes else {
        return Structure::Other;
    };
    match rest {
        // A version, then the algorithm or the modulus.
        [INTEGER, 1, 0, SEQUENCE, 13, OBJECT_IDENTIFIER, 9, oid @ ..] if oid.starts_with(PKCS) => {
            Structure::Private(Algorithm::Rsa)
        }
        [INTEGER, 1, 0, INTEGER, 0x81 | 0x82, ..] => Structure::Private(Algorithm::Rsa),
        [INTEGER, 1, 3, SEQUENCE, ..] => Structure::Store,
        [SEQUENCE, _, OBJECT_IDENTIFIER, 9, oid @ ..]
            if oid.starts_with(PKCS) && matches!(oid.get(7), Some(5 | 12)) =>
        {
            Structure::Encrypted
        }
        [SEQUENCE, 0x82, ..] | [SEQUENCE, _, OBJECT_IDENTIFIER, ..] => Structure::Public,
        _ => Structure::Other,
    }
}

/// One element: what it is, and what it holds.
#[derive(Clone, Copy)]
struct Part<'d> {
    tag: u8,
    bytes: &'d [u8],
}

/// The element at the start of `bytes`, and what follows it.
fn part(bytes: &[u8]) -> Option<(Part<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (len, rest) = match first {
        0..=0x7F => (usize::from(first), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            (digits.iter().fold(0, |len, &digit| len << 8 | usize::from(digit)), rest)
        }
        _ => return None,
    };
    let (bytes, rest) = rest.split_at_checked(len)?;
    Some((Part { tag, bytes }, rest))
}

/// The parts of `bytes`, which they must fill.
fn parts(bytes: &[u8]) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (next, after) = part(rest)?;
        parts.push(next);
        if parts.len() > PARTS_MAX {
            return None;
        }
        rest = after;
    }
    Some(parts)
}

/// The parts of the one sequence that `bytes` are.
fn sequence(bytes: &[u8]) -> Option<Vec<Part<'_>>> {
    match part(bytes)? {
        (Part { tag: SEQUENCE, bytes }, []) => parts(bytes),
        _ => None,
    }
}

/// The algorithm of a private key of this version and these parts, if it is one.
fn private(version: &[u8], others: &[Part<'_>]) -> Option<Algorithm> {
    let &[version] = version else {
        return None;
    };
    match (version, others) {
        (0 | 1, [Part { tag: SEQUENCE, bytes: algorithm }, key, rest @ ..])
            if key.tag == OCTET_STRING && rest.iter().all(|part| is_tagged(*part)) =>
        {
            pkcs8(algorithm, key.bytes)
        }
        (1, [Part { tag: OCTET_STRING, bytes: scalar }, rest @ ..])
            if rest.iter().all(|part| is_tagged(*part)) =>
        {
            is_scalar(scalar).then_some(Algorithm::Ec)
        }
        (0, [_, _, _, _, _]) => is_dsa(others).then_some(Algorithm::Another),
        (0 | 1, _) => is_rsa(others).then_some(Algorithm::Rsa),
        _ => None,
    }
}

/// A private key inside of PKCS#8, after its version.
fn pkcs8(algorithm: &[u8], key: &[u8]) -> Option<Algorithm> {
    let (Part { tag: OBJECT_IDENTIFIER, bytes: oid }, _) = part(algorithm)? else {
        return None;
    };
    if oid.starts_with(PKCS) && oid.get(PKCS.len()) == Some(&1) {
        let inside = sequence(key)?;
        let (version, numbers) = inside.split_first()?;
        return (version.tag == INTEGER && is_rsa(numbers)).then_some(Algorithm::Rsa);
    }
    if oid == EC_PUBLIC_KEY {
        let inside = sequence(key)?;
        let [Part { tag: INTEGER, bytes: [1] }, scalar, ..] = inside.as_slice() else {
            return None;
        };
        return (scalar.tag == OCTET_STRING && is_scalar(scalar.bytes)).then_some(Algorithm::Ec);
    }
    let (inside, rest) = part(key)?;
    let wanted = if oid.starts_with(EDWARDS) { OCTET_STRING } else { INTEGER };
    let fits = inside.tag == wanted && rest.is_empty() && is_scalar(inside.bytes);
    let agrees = oid == DH_PUBLIC_NUMBER || oid.strip_prefix(PKCS) == Some(&[3, 1]);
    fits.then_some(if agrees { Algorithm::Agreement } else { Algorithm::Another })
}

/// Modulus, exponents, primes and what helps to compute with them.
fn is_rsa(numbers: &[Part<'_>]) -> bool {
    let Some([n, e, d, p, q, _, _, _]) = numbers.get(..8) else {
        return false;
    };
    if !numbers.iter().take(8).all(|part| part.tag == INTEGER) {
        return false;
    }
    let len = |part: &Part<'_>| magnitude(part.bytes).len();
    let odd = |part: &Part<'_>| part.bytes.last().is_some_and(|last| last & 1 == 1);
    // Of primes that are written with fewer digits a byte or two may be missing.
    let primes = len(p) + len(q);
    let two_primes = numbers.len() > 8 || primes.abs_diff(len(n)) <= 3;
    len(n) >= RSA_BYTES_MIN
        && is_drawn(n.bytes)
        && odd(n)
        && (1..=8).contains(&len(e))
        && odd(e)
        && magnitude(e.bytes) != [1]
        && (len(n) / 4..=len(n)).contains(&len(d))
        && is_drawn(d.bytes)
        && two_primes
}

/// Two primes, a generator, the public number and the private one.
fn is_dsa(numbers: &[Part<'_>]) -> bool {
    let [p, q, g, y, x] = numbers else {
        return false;
    };
    let len = |part: &Part<'_>| magnitude(part.bytes).len();
    numbers.iter().all(|part| part.tag == INTEGER)
        && len(p) >= RSA_BYTES_MIN
        && is_drawn(p.bytes)
        && (SCALAR_BYTES_MIN..len(p)).contains(&len(q))
        && len(g).max(len(y)) <= len(p)
        && (1..=len(q)).contains(&len(x))
}

/// What a first part that is a sequence may begin.
fn not_private(first: &[u8], others: &[Part<'_>]) -> Structure {
    match others {
        // A certificate or a request is signed, so an algorithm stands before the bits.
        [Part { tag: BIT_STRING, .. }]
        | [Part { tag: SEQUENCE, .. }, Part { tag: BIT_STRING, .. }] => Structure::Public,
        [Part { tag: OCTET_STRING, .. }] => match part(first) {
            Some((Part { tag: OBJECT_IDENTIFIER, bytes }, _)) if bytes.starts_with(PKCS) => {
                Structure::Encrypted
            }
            _ => Structure::Other,
        },
        _ => Structure::Other,
    }
}

/// Attributes and public halves are marked by number.
fn is_tagged(part: Part<'_>) -> bool {
    part.tag & 0xC0 == 0x80
}

/// A number without its zeros in front.
fn magnitude(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

fn is_scalar(bytes: &[u8]) -> bool {
    bytes.len() >= SCALAR_BYTES_MIN && is_drawn(bytes)
}

/// Whether a number is one that somebody drew: samples are often zeros, or one byte over and over.
fn is_drawn(bytes: &[u8]) -> bool {
    distinct(bytes) >= 8.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Structure, beginning, structure};

    /// An element; `bytes` are fewer than 65536.
    fn element(tag: u8, bytes: &[u8]) -> Vec<u8> {
        let len = u16::try_from(bytes.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &len, bytes].concat()
    }

    fn drawn(len: u8) -> Vec<u8> {
        (0..len).map(|index| index.wrapping_mul(91) | 1).collect()
    }

    fn rsa() -> Vec<u8> {
        let number = |len| element(2, &drawn(len));
        let half = || number(64);
        let numbers = [&[2, 1, 0][..], &number(128), &[2, 3, 1, 0, 1], &number(128)].concat();
        let halves = [half(), half(), half(), half(), half()].concat();
        element(0x30, &[numbers, halves].concat())
    }

    const RSA_ALGORITHM: &[u8] =
        &[0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0];

    #[test]
    fn an_rsa_key_is_known_in_both_forms_and_by_its_beginning() {
        let private = Structure::Private(Algorithm::Rsa);
        assert_eq!(structure(&rsa()), private);
        assert_eq!(beginning(&rsa()), private);
        let wrapped = [&[2, 1, 0][..], RSA_ALGORITHM, &element(4, &rsa())].concat();
        let wrapped = element(0x30, &wrapped);
        assert_eq!(structure(&wrapped), private);
        assert_eq!(beginning(&wrapped), private);
    }

    #[test]
    fn a_key_that_is_cut_or_runs_on_is_none() {
        let key = rsa();
        assert_eq!(structure(&key[..key.len() - 1]), Structure::Other);
        assert_eq!(structure(&[&key[..], &[0]].concat()), Structure::Other);
        assert_eq!(structure(&[]), Structure::Other);
    }

    #[test]
    fn keys_on_curves_are_known() {
        let sec1 = element(0x30, &[&[2, 1, 1][..], &element(4, &drawn(32))].concat());
        assert_eq!(structure(&sec1), Structure::Private(Algorithm::Ec));
        let algorithm = [0x30, 5, 6, 3, 0x2B, 0x65, 0x70];
        let ed25519 = [&[2, 1, 0][..], &algorithm, &element(4, &element(4, &drawn(32)))].concat();
        let ed25519 = element(0x30, &ed25519);
        assert_eq!(structure(&ed25519), Structure::Private(Algorithm::Another));
    }

    #[test]
    fn zeros_are_no_key() {
        let sec1 = element(0x30, &[&[2, 1, 1][..], &element(4, &[0; 32])].concat());
        assert_eq!(structure(&sec1), Structure::Other);
    }

    #[test]
    fn the_public_half_is_told_from_the_encrypted_one() {
        let public = element(0x30, &[RSA_ALGORITHM, &element(3, &drawn(200))].concat());
        assert_eq!(structure(&public), Structure::Public);
        assert_eq!(beginning(&public), Structure::Public);
        let scheme = [0x30, 11, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 5, 13];
        let encrypted = element(0x30, &[&scheme[..], &element(4, &drawn(200))].concat());
        assert_eq!(structure(&encrypted), Structure::Encrypted);
        assert_eq!(beginning(&encrypted), Structure::Encrypted);
    }
}
