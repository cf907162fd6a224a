//! A made-up token that looks real down to its checksum, so that none stands in this repository.

use std::time::SystemTime;

/// Characters between the prefix and the padding of a token of the usual length, 192.
const BODY_LENGTH: usize = 171;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// An Atlassian Cloud API token that opens nothing.
pub(crate) fn cloud_api_token(seed: u64) -> String {
    let mut token = ["ATATT3x", "FfGF0"].concat();
    let mut state = seed | 1;
    for position in 0..BODY_LENGTH {
        // Xorshift: nobody is kept from guessing this token.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let mut index = usize::try_from(state % 64).expect("below 64");
        if position == BODY_LENGTH - 1 {
            // Base64 before one padding character leaves two bits unused, and they are zero.
            index &= !3;
        }
        token.push(ALPHABET.get(index).copied().map(char::from).expect("64 characters"));
    }
    token.push('=');
    let checksum = crc32(token.as_bytes());
    format!("{token}{checksum:08X}")
}

/// Differs from one demo to the next.
pub(crate) fn seed_of_now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    now.as_secs() ^ (u64::from(now.subsec_nanos()) << 32)
}

/// The CRC-32 of zlib, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let mut remainder = u32::MAX;
    for byte in bytes {
        remainder ^= u32::from(*byte);
        for _ in 0..8 {
            let low_bit = remainder & 1;
            remainder = (remainder >> 1) ^ (0xEDB8_8320 * low_bit);
        }
    }
    !remainder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_zlib() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_token_has_the_usual_shape_and_its_own_checksum() {
        let token = cloud_api_token(7);
        assert_eq!(token.len(), 192);
        let (text, tail) = token.split_at(184);
        assert_eq!(u32::from_str_radix(tail, 16).unwrap(), crc32(text.as_bytes()));
        assert_ne!(token, cloud_api_token(8));
    }
}
