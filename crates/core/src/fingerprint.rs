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
    #[must_use]
    pub fn fingerprint(&self, secret: Secret<'_>) -> Fingerprint {
        let hash = blake3::keyed_hash(&self.0, secret.expose());
        let (head, _) = hash.as_bytes().split_at(16);
        Fingerprint(head.try_into().expect("the head was cut to 16 bytes"))
    }
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
    fn another_key_gives_another_fingerprint() {
        let secret = Secret::new(b"hunter2");
        let one = FingerprintKey::new([1; 32]).fingerprint(secret);
        assert_eq!(one, FingerprintKey::new([1; 32]).fingerprint(secret));
        assert_ne!(one, FingerprintKey::new([2; 32]).fingerprint(secret));
        assert_eq!(one.to_hex().len(), 32);
    }
}
