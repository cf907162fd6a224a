//! Base64 in both alphabets, as found in text: padded or not, either alphabet in one text.

/// What is no character of either alphabet.
const NONE: u8 = 0xFF;

/// The six bits of each character.
const VALUES: [u8; 256] = values();

#[expect(clippy::indexing_slicing, reason = "evaluated when compiling, where a fault shows")]
const fn values() -> [u8; 256] {
    let mut values = [NONE; 256];
    let mut byte = 0;
    while byte < values.len() {
        values[byte] = match byte as u8 {
            letter @ b'A'..=b'Z' => letter - b'A',
            letter @ b'a'..=b'z' => letter - b'a' + 26,
            digit @ b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => NONE,
        };
        byte += 1;
    }
    values
}

/// The six bits of a character of either alphabet.
pub(crate) fn value(byte: u8) -> Option<u8> {
    VALUES.get(usize::from(byte)).copied().filter(|value| *value != NONE)
}

/// The bytes that unpadded characters stand for, or `None` if a character is of no alphabet or
/// one is left over that cannot hold a byte.
pub(crate) fn decode(characters: &[u8]) -> Option<Vec<u8>> {
    if characters.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(characters.len() / 4 * 3 + 2);
    let (fours, rest) = characters.as_chunks::<4>();
    for four in fours {
        let [a, b, c, d] = four.map(|it| VALUES.get(usize::from(it)).copied().unwrap_or(NONE));
        if (a | b | c | d) & 0xC0 != 0 {
            return None;
        }
        bytes.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
    }
    match *rest {
        [a, b] => bytes.push(value(a)? << 2 | value(b)? >> 4),
        [a, b, c] => {
            let (a, b, c) = (value(a)?, value(b)?, value(c)?);
            bytes.extend([a << 2 | b >> 4, b << 4 | c >> 2]);
        }
        _ => {}
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
