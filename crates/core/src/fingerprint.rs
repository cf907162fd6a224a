//! The identity of a secret across pushes, which tells nothing of the secret.

use std::fmt;

use crate::secret::Secret;

/// A keyed hash of a secret: the same secret has the same fingerprint in one installation.
///
/// Without the key it cannot be computed from a guess, so a short password cannot be found
/// by trying.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint as 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

/// The key of one installation.
#[derive(Clone)]
pub struct FingerprintKey([u8; 32]);

impl FingerprintKey {
    /// A key of these bytes; they should come from the system's random source.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> FingerprintKey {
        FingerprintKey(bytes)
    }

    /// The fingerprint of `secret` under this key (BLAKE3 in keyed mode, 128 bits of it).
    ///
    /// A secret has one fingerprint however it is escaped where it stands.
    #[must_use]
    pub fn fingerprint(&self, secret: Secret<'_>) -> Fingerprint {
        let hash = blake3::keyed_hash(&self.0, &plain(secret.expose()));
        let (head, _) = hash.as_bytes().split_at(16);
        Fingerprint(head.try_into().expect("the head was cut to 16 bytes"))
    }
}

/// How signs of tokens are escaped in addresses, properties, mail, JSON and XML.
///
/// Longer escapes stand before those that they begin with.
const ESCAPES: &[(&[u8], u8)] = &[
    (b"\\\\u003d", b'='),
    (b"\\u003d", b'='),
    (b"\\x3d", b'='),
    (b"\\\\=", b'='),
    (b"\\=", b'='),
    (b"\\:", b':'),
    (b"\\/", b'/'),
    (b"%253d", b'='),
    (b"%3d", b'='),
    (b"%2b", b'+'),
    (b"%2f", b'/'),
    (b"&equals;", b'='),
    (b"&#x3d;", b'='),
    (b"&#61;", b'='),
    (b"=3d", b'='),
    (b"=\r\n", b'\0'),
    (b"=\n", b'\0'),
];

/// Whether an escape begins with a byte: most bytes of a secret begin none.
const BEGINS_ESCAPE: [bool; 256] = begins_escape();

#[expect(clippy::indexing_slicing, reason = "evaluated when compiling, where a fault shows")]
const fn begins_escape() -> [bool; 256] {
    let mut begins = [false; 256];
    let mut at = 0;
    while at < ESCAPES.len() {
        begins[ESCAPES[at].0[0] as usize] = true;
        at += 1;
    }
    begins
}

/// `secret` without the escapes of where it stands.
pub(crate) fn plain(secret: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(secret.len());
    let mut rest = secret;
    while let Some((&byte, after)) = rest.split_first() {
        if !BEGINS_ESCAPE.get(usize::from(byte)).is_some_and(|begins| *begins) {
            plain.push(byte);
            rest = after;
            continue;
        }
        let escape = ESCAPES.iter().find(|(escape, _)| {
            rest.get(..escape.len()).is_some_and(|start| start.eq_ignore_ascii_case(escape))
        });
        match escape {
            // A soft line break of mail stands for nothing.
            Some((escape, b'\0')) => rest = rest.get(escape.len()..).unwrap_or_default(),
            Some((escape, sign)) => {
                plain.push(*sign);
                rest = rest.get(escape.len()..).unwrap_or_default();
            }
            None => {
                plain.push(byte);
                rest = after;
            }
        }
    }
    plain
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::FingerprintKey;
    use crate::secret::Secret;

    #[test]
    fn a_secret_has_one_fingerprint_however_it_is_escaped() {
        let key = FingerprintKey::new([1; 32]);
        let of = |text: &str| key.fingerprint(Secret::new(text.as_bytes()));
        let spellings = [
            "a+b/c=1F",
            "a%2Bb%2fc%3D1F",
            "a+b\\/c\\=1F",
            "a+b/c\\u003d1F",
            "a+b/c=3D1F",
            "a+=\nb/c=1F",
        ];
        for spelling in spellings {
            assert_eq!(of(spelling), of("a+b/c=1F"), "{spelling}");
        }
        assert_ne!(of("a+b/c=1E"), of("a+b/c=1F"));
    }

    #[test]
    fn another_key_gives_another_fingerprint() {
        let secret = Secret::new(b"hunter2");
        let one = FingerprintKey::new([1; 32]).fingerprint(secret);
        assert_eq!(one, FingerprintKey::new([1; 32]).fingerprint(secret));
        assert_ne!(one, FingerprintKey::new([2; 32]).fingerprint(secret));
        assert_eq!(one.to_hex().len(), 32);
    }
}
