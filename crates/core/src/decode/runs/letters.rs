//! Where letters end and begin, told block by block.

use fearless_simd::{Level, Simd, dispatch};

use super::base64;
use crate::decode::blocks::{self, Lanes, Told};

/// The end of the letters at `at`, which base64 or hex can hold.
#[inline]
pub(super) fn end_of_letters(text: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let letters =
            dispatch!(Level::baseline(), simd => base64::letters(Lanes::of(simd, rest)).places());
        end += letters.at_front();
        if letters.at_front() < blocks::BYTES {
            return end;
        }
    }
}

/// The start of the letters that end at `at`, of which none before `from` counts.
#[inline]
pub(super) fn start_of_letters(text: &[u8], from: usize, at: usize) -> usize {
    let mut before = text.get(from..at).unwrap_or_default();
    while let Some((rest, block)) = before.split_last_chunk::<{ blocks::BYTES }>() {
        let letters =
            dispatch!(Level::baseline(), simd => base64::letters(Lanes::of(simd, block)).places());
        if letters.at_end() < blocks::BYTES {
            return from + before.len() - letters.at_end();
        }
        before = rest;
    }
    let letters = before.iter().rev().take_while(|byte| base64::is_letter(**byte)).count();
    from + before.len() - letters
}

/// Whether `letters` are digits, with blanks between lines of them.
#[inline]
pub(super) fn is_hex(letters: &[u8]) -> bool {
    letters.chunks(blocks::BYTES).all(|block| {
        let told = dispatch!(Level::baseline(), simd => of_hex(Lanes::of(simd, block)).places());
        told.at_front() == block.len()
    })
}

/// Whether `byte` is a digit, or may stand between lines of them.
pub(super) fn is_of_hex(byte: &u8) -> bool {
    byte.is_ascii_hexdigit() || byte.is_ascii_whitespace()
}

/// Which of many bytes are.
#[inline(always)]
fn of_hex<S: Simd>(lanes: Lanes<S>) -> Told<S> {
    let digits = lanes.are_in(b'0', b'9') | lanes.small().are_in(b'a', b'f');
    let breaks = lanes.are(b'\t') | lanes.are(b'\n') | lanes.are_in(b'\x0C', b'\r');
    digits | breaks | lanes.are(b' ')
}

#[cfg(test)]
mod tests {
    use super::{end_of_letters, is_hex, is_of_hex, start_of_letters};
    use crate::decode::base64;

    #[test]
    fn letters_end_where_they_do_byte_by_byte() {
        for len in [0, 1, 46, 63, 64, 65, 127, 128, 200] {
            for behind in ["", " ", "=", "\n letters"] {
                for from in 0..3 {
                    let text = format!("go {}{behind}", "aZ09+/-_".repeat(25).split_at(len).0);
                    let text = text.as_bytes();
                    assert_eq!(end_of_letters(text, 3), 3 + len);
                    assert_eq!(start_of_letters(text, from, 3 + len), 3);
                    let later = 3 + len / 2;
                    assert_eq!(start_of_letters(text, later, 3 + len), later);
                }
            }
        }
    }

    #[test]
    fn the_two_ways_to_tell_letters_and_digits_agree() {
        for byte in 0..=u8::MAX {
            assert_eq!(is_hex(&[byte; 70]), is_of_hex(&byte), "{byte}");
            assert_eq!(end_of_letters(&[byte], 0) == 1, base64::is_letter(byte), "{byte}");
        }
        assert!(is_hex(b""));
        assert!(!is_hex(&[&b"0".repeat(64)[..], b"g"].concat()));
    }
}
