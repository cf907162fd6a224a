//! Base64 in both alphabets, as found in text: padded or not, either alphabet in one text.

/// The six bits of a character of either alphabet.
pub(crate) fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// The bytes that unpadded characters stand for, or `None` if a character is of no alphabet or
/// one is left over that cannot hold a byte.
pub(crate) fn decode(characters: &[u8]) -> Option<Vec<u8>> {
    if characters.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(characters.len() / 4 * 3 + 2);
    let mut held: u32 = 0;
    let mut bits = 0;
    for &character in characters {
        held = held << 6 | u32::from(value(character)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xFF) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn both_alphabets_are_read() {
        assert_eq!(decode(b"+/+/").unwrap(), [0xFB, 0xFF, 0xBF]);
        assert_eq!(decode(b"-_-_").unwrap(), [0xFB, 0xFF, 0xBF]);
        assert_eq!(decode(b"-/+_").unwrap(), [0xFB, 0xFF, 0xBF]);
    }

    #[test]
    fn missing_padding_is_no_fault() {
        assert_eq!(decode(b"dXNlcjpwYXNz").unwrap(), b"user:pass");
        assert_eq!(decode(b"dTpw").unwrap(), b"u:p");
        assert_eq!(decode(b"dTo").unwrap(), b"u:");
        assert_eq!(decode(b"dQ").unwrap(), b"u");
        assert_eq!(decode(b"").unwrap(), b"");
    }

    #[test]
    fn what_no_encoder_writes_is_refused() {
        assert_eq!(decode(b"dXNlc"), None);
        assert_eq!(decode(b"dX=l"), None);
    }
}
