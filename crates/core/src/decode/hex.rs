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

/// What a digit, in either case, says; anything of what is none.
#[must_use]
#[inline]
pub(super) fn value(digit: u8) -> u8 {
    // Letters have a bit that digits have not, and begin with one.
    (digit & 0x0F) + (digit >> 6) * 9
}

/// The byte that the two digits at `at` say.
#[must_use]
pub fn pair(text: &[u8], at: usize) -> Option<u8> {
    let (&high, &low) = (text.get(at)?, text.get(at + 1)?);
    Some(digit(high)? << 4 | digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::{digit, pair, value};

    #[test]
    fn a_digit_says_its_value() {
        for byte in 0..=u8::MAX {
            assert!(digit(byte).is_none_or(|said| said == value(byte)), "{byte}");
        }
    }

    #[test]
    fn digits_of_either_case_are_read() {
        assert_eq!([0, 2, 4].map(|at| pair(b"4a4Bzz41", at)), [Some(b'J'), Some(b'K'), None]);
    }
}
