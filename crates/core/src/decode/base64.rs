//! Base64, standard and URL-safe, padded or not, with or without line breaks.

use super::blocks::{Lanes, Told};

/// Name of the decoder in findings.
pub const NAME: &str = "base64";

/// In [`VALUES`]: not a character of base64.
const NONE: u8 = 0xFF;

/// The value of each character; `-` and `_` are those of the URL-safe alphabet.
const VALUES: [u8; 256] = values();

#[expect(clippy::indexing_slicing, reason = "evaluated when compiling, where a fault shows")]
const fn values() -> [u8; 256] {
    let mut values = [NONE; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    while value < 64 {
        values[alphabet[value as usize] as usize] = value;
        value += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
}

/// Whether `byte` is a letter of either alphabet.
#[must_use]
#[inline]
pub fn is_letter(byte: u8) -> bool {
    value(byte) != NONE
}

/// Which of many bytes are letters.
#[inline]
pub(super) fn letters(lanes: Lanes) -> Told {
    // The slash stands before the digits.
    let signs = lanes.are(b'+') | lanes.are(b'-') | lanes.are(b'_');
    lanes.small().are_in(b'a', b'z') | lanes.are_in(b'/', b'9') | signs
}

#[inline]
fn value(byte: u8) -> u8 {
    VALUES.get(usize::from(byte)).copied().unwrap_or(NONE)
}

/// Appends what `letters` say to `bytes`; anything but letters is passed over. The last letter of
/// an incomplete group of four is dropped with it where it does not make a byte.
pub fn decode(letters: &[u8], bytes: &mut Vec<u8>) {
    let (groups, _) = letters.as_chunks::<4>();
    let start = bytes.len();
    bytes.resize(start + groups.len() * 3, 0);
    let (_, free) = bytes.split_at_mut(start);
    let (free, _) = free.as_chunks_mut::<3>();
    let mut done = 0;
    for (group, free) in groups.iter().zip(free) {
        let [a, b, c, d] = group.map(value);
        if (a | b | c | d) & !63 != 0 {
            // A line break moves the groups, so the rest is read letter by letter.
            break;
        }
        let bits = u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d);
        let [_, first, second, third] = bits.to_be_bytes();
        *free = [first, second, third];
        done += 1;
    }
    bytes.truncate(start + done * 3);
    slowly(letters.get(done * 4..).unwrap_or_default(), bytes);
}

fn slowly(letters: &[u8], bytes: &mut Vec<u8>) {
    let mut bits: u32 = 0;
    let mut count = 0;
    for value in letters.iter().map(|&byte| value(byte)).filter(|&value| value != NONE) {
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
            bits &= (1 << count) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, is_letter, letters};
    use crate::decode::blocks::Places;

    #[test]
    fn the_two_ways_to_tell_letters_agree() {
        for byte in 0..=u8::MAX {
            let told = Places::of(&[byte; 16], letters).at_front();
            assert_eq!(told == 16, is_letter(byte), "{byte}");
        }
    }

    fn check(letters: &str, expected: &[u8]) {
        let mut bytes = Vec::new();
        decode(letters.as_bytes(), &mut bytes);
        assert_eq!(bytes, expected, "{letters}");
    }

    #[test]
    fn the_vectors_of_rfc_4648_come_out() {
        check("", b"");
        check("Zg==", b"f");
        check("Zm8=", b"fo");
        check("Zm9v", b"foo");
        check("Zm9vYmFy", b"foobar");
        check("-_-_", &[0xFB, 0xFF, 0xBF]);
        check("+/+/", &[0xFB, 0xFF, 0xBF]);
    }

    #[test]
    fn line_breaks_are_passed_over() {
        check("Zm9v\n  YmF\r\ny", b"foobar");
        check("Zm9vYm", b"foob");
        check("Zm9vY", b"foo");
    }
}
