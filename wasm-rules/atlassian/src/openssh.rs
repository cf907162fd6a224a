//! The two formats of keys that SSH programs have of their own: OpenSSH's and PuTTY's.
//!
//! Both are made of strings with their length before them.

use crate::placeholder::distinct;

/// What a block of bytes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// A private key, readable by whoever has it.
    Private,
    /// A private key under a passphrase.
    Encrypted,
    /// What names a key in a piece of hardware, which alone can use it.
    Handle,
    /// Anything else.
    Other,
}

/// How `openssh-key-v1` begins.
const MAGIC: &[u8] = b"openssh-key-v1\0";
/// Keys in one file: programs write one, and the format could hold some more.
const KEYS_MAX: u32 = 16;
/// A private number has more different bytes than a sample that was typed.
const DISTINCT_MIN: usize = 8;

/// What the whole of `bytes`, decoded from an armour of OpenSSH's, are.
pub(crate) fn openssh(bytes: &[u8]) -> Block {
    read_openssh(bytes).unwrap_or(Block::Other)
}

fn read_openssh(bytes: &[u8]) -> Option<Block> {
    let (cipher, rest) = string(bytes.strip_prefix(MAGIC)?)?;
    let (kdf, rest) = string(rest)?;
    let (_, rest) = string(rest)?;
    let (count, mut rest) = number(rest)?;
    if !(1..=KEYS_MAX).contains(&count) {
        return None;
    }
    for _ in 0..count {
        (_, rest) = string(rest)?;
    }
    let (private, rest) = string(rest)?;
    // Authenticated ciphers leave their tag behind the last string.
    if cipher != b"none" || kdf != b"none" {
        return (private.len() >= 32).then_some(Block::Encrypted);
    }
    let (first, private) = number(private)?;
    let (second, private) = number(private)?;
    let (name, private) = string(private)?;
    let is_handle = name.starts_with(b"sk-");
    let named = is_handle || name.starts_with(b"ssh-") || name.starts_with(b"ecdsa-");
    let whole = rest.is_empty() && first == second && named;
    let block = if is_handle { Block::Handle } else { Block::Private };
    (whole && distinct(private) >= DISTINCT_MIN).then_some(block)
}

/// What the private lines of a file of PuTTY's are, which are not encrypted.
pub(crate) fn putty(bytes: &[u8]) -> Block {
    // RSA has four numbers, DSA and the curves have one.
    const STRINGS_MAX: usize = 5;
    let mut rest = bytes;
    for _ in 0..STRINGS_MAX {
        if rest.is_empty() {
            break;
        }
        match string(rest) {
            Some((_, after)) => rest = after,
            None => return Block::Other,
        }
    }
    let whole = rest.is_empty() && distinct(bytes) >= DISTINCT_MIN;
    if whole { Block::Private } else { Block::Other }
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*digits), rest))
}

fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = number(bytes)?;
    rest.split_at_checked(usize::try_from(len).ok()?)
}

#[cfg(test)]
mod tests {
    use super::{Block, MAGIC, openssh, putty};

    fn string(bytes: &[u8]) -> Vec<u8> {
        [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
    }

    fn key(cipher: &[u8], check: u8) -> Vec<u8> {
        let drawn: Vec<u8> = (0..64).collect();
        let private = [&[1, 2, 3, 4, 1, 2, 3, check][..], &string(b"ssh-ed25519"), &string(&drawn)];
        [
            MAGIC,
            &string(cipher),
            &string(if cipher == b"none" { b"none" } else { b"bcrypt" }),
            &string(b""),
            &[0, 0, 0, 1],
            &string(b"public"),
            &string(&private.concat()),
        ]
        .concat()
    }

    #[test]
    fn a_key_is_read_to_its_end() {
        assert_eq!(openssh(&key(b"none", 4)), Block::Private);
        assert_eq!(openssh(&key(b"aes256-ctr", 9)), Block::Encrypted);
        let whole = key(b"none", 4);
        assert_eq!(openssh(&whole[..whole.len() - 1]), Block::Other);
        assert_eq!(openssh(MAGIC), Block::Other);
    }

    #[test]
    fn numbers_that_should_be_equal_and_are_not_mean_no_key() {
        assert_eq!(openssh(&key(b"none", 5)), Block::Other);
    }

    #[test]
    fn private_lines_are_strings_and_nothing_else() {
        let drawn: Vec<u8> = (0..64).collect();
        assert_eq!(putty(&[string(&drawn), string(&drawn)].concat()), Block::Private);
        assert_eq!(putty(&drawn), Block::Other);
        assert_eq!(putty(&[]), Block::Other);
    }
}
