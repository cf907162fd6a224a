//! Runs that say no text: what may be in them is a container.

use std::ops::Range;

use super::{behind_mark, bytes_of_hex, is_of_hex};
use crate::limits::Clock;

/// How base64 begins that says a container: gzip, zip, zstd, xz, bzip2, and zlib of three levels,
/// of which the last bits of the third letter belong to what follows.
const IN_BASE64: [&[u8]; 17] = [
    b"H4sI", b"UEsD", b"KLUv", b"/Td6", b"Qlpo", b"eJw", b"eJx", b"eJy", b"eJz", b"eAE", b"eAF",
    b"eAG", b"eAH", b"eNo", b"eNp", b"eNq", b"eNr",
];

/// The same in hexadecimal digits.
const IN_HEX: [&[u8]; 7] =
    [b"1f8b08", b"504b0304", b"28b52ffd", b"fd377a585a00", b"425a6839314159", b"789c", b"78da"];

/// A run that says no text.
#[derive(Debug)]
pub struct Binary {
    /// Where it stands.
    pub run: Range<usize>,
    /// What it says.
    pub bytes: Vec<u8>,
    /// The name of its decoder.
    pub decoder: &'static str,
}

/// Whether base64 begins as that of a container.
pub(super) fn begins_in_base64(letters: &[u8]) -> bool {
    IN_BASE64.iter().any(|start| letters.starts_with(start))
}

/// The container that hexadecimal digits say, if they say one. What follows their last line may be
/// a word, such as the end of a here-document.
pub(super) fn in_hex(letters: &[u8], clock: &mut Clock) -> Option<Vec<u8>> {
    let digits = behind_mark(letters);
    if !begins_in_hex(digits) {
        return None;
    }
    let other = digits.iter().position(|byte| !is_of_hex(byte));
    let lines = match other {
        Some(other) => digits.get(..other)?.iter().rposition(|&byte| byte == b'\n')?,
        None => digits.len(),
    };
    bytes_of_hex(digits.get(..lines)?, clock)
}

/// Whether hexadecimal digits begin as those of a container.
pub(super) fn begins_in_hex(digits: &[u8]) -> bool {
    IN_HEX
        .iter()
        .any(|start| digits.get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start)))
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use crate::limits::Limits;

    #[test]
    fn a_word_behind_the_lines_of_a_container_is_none_of_it() {
        let text = "cat <<EOF\n1f8b0800aabbccdd\n1f8b0800aabbccdd\nEOF\n";
        let read = read(text.as_bytes(), 0..text.len(), &Limits::DEFAULT);
        let [binary] = read.binary.as_slice() else { panic!("{:?}", read.binary) };
        assert_eq!(binary.bytes, [0x1f, 0x8b, 8, 0, 0xaa, 0xbb, 0xcc, 0xdd].repeat(2));
    }

    #[test]
    fn digits_of_a_container_are_given_as_bytes() {
        for text in ["a: 1f8b0800aabbccdd b", "a: 1F8B0800AABBCCDD\n", r"a: \x1f8b0800aabbccdd b"] {
            let read = read(text.as_bytes(), 0..text.len(), &Limits::DEFAULT);
            let [binary] = read.binary.as_slice() else { panic!("{text}") };
            assert_eq!(binary.bytes, [0x1f, 0x8b, 8, 0, 0xaa, 0xbb, 0xcc, 0xdd], "{text}");
            assert_eq!(binary.decoder, "hex", "{text}");
        }
    }

    #[test]
    fn zlib_in_base64_is_given_as_bytes() {
        for (start, header) in [("eAE", [0x78, 0x01]), ("eJz", [0x78, 0x9c]), ("eNo", [0x78, 0xda])]
        {
            let text = format!("a: {start}{}\n", "/+8z".repeat(20));
            let read = read(text.as_bytes(), 0..text.len(), &Limits::DEFAULT);
            let [binary] = read.binary.as_slice() else { panic!("{text}") };
            assert_eq!(binary.bytes.first_chunk(), Some(&header), "{text}");
        }
    }
}
