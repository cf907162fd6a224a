//! Hexadecimal digits.

/// Name of the decoder in findings.
pub const NAME: &str = "hex";

/// The value of a digit, in either case.
#[must_use]
pub fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The byte that the two digits at `at` say.
#[must_use]
pub fn pair(text: &[u8], at: usize) -> Option<u8> {
    let (&high, &low) = (text.get(at)?, text.get(at + 1)?);
    Some(digit(high)? << 4 | digit(low)?)
}

/// Appends what `digits` say to `bytes`, up to the first that is none.
pub fn decode(digits: &[u8], bytes: &mut Vec<u8>) {
    let (pairs, _) = digits.as_chunks::<2>();
    bytes.extend(pairs.iter().map_while(|pair| self::pair(pair, 0)));
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn digits_of_either_case_are_read() {
        let mut bytes = Vec::new();
        decode(b"4a4Bzz41", &mut bytes);
        assert_eq!(bytes, b"JK");
    }
}
