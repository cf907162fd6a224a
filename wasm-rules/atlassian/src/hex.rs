//! Hexadecimal digits to numbers.

/// The value of one digit, in either case.
pub(crate) fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The byte that two digits name.
pub(crate) fn pair(text: &[u8], at: usize) -> Option<u8> {
    let high = digit(*text.get(at)?)?;
    let low = digit(*text.get(at + 1)?)?;
    Some(high << 4 | low)
}

/// The number that exactly eight digits name.
pub(crate) fn word(digits: &[u8]) -> Option<u32> {
    if digits.len() != 8 {
        return None;
    }
    digits.iter().try_fold(0, |value, &byte| Some(value << 4 | u32::from(digit(byte)?)))
}

#[cfg(test)]
mod tests {
    use super::{pair, word};

    #[test]
    fn eight_digits_are_a_word_and_nothing_else_is() {
        assert_eq!(word(b"1CC8a114"), Some(0x1CC8_A114));
        assert_eq!(word(b"1CC8A11"), None);
        assert_eq!(word(b"1CC8A11g"), None);
    }

    #[test]
    fn a_pair_does_not_leave_the_text() {
        assert_eq!(pair(b"%3D", 1), Some(b'='));
        assert_eq!(pair(b"%3", 1), None);
    }
}
