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

#[cfg(test)]
mod tests {
    use super::pair;

    #[test]
    fn digits_of_either_case_are_read() {
        assert_eq!([0, 2, 4].map(|at| pair(b"4a4Bzz41", at)), [Some(b'J'), Some(b'K'), None]);
    }
}
