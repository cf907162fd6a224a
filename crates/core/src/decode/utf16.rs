//! UTF-16 as git stores it: bytes like any others.
//!
//! With a byte-order mark the whole object is decoded ([`ByteOrder`]). Without one, or where the
//! mark lies, runs in which every second byte is zero are text too ([`runs`]): that is how ASCII
//! looks in UTF-16 of either byte order, at any offset.

use std::ops::Range;

/// Name of the decoder in findings.
pub const NAME: &str = "utf-16";

/// Fewest characters of a run that is worth reading as text.
const RUN_CHARACTERS_MIN: usize = 12;

/// The order of the two bytes of a code unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Low byte first.
    Little,
    /// High byte first.
    Big,
}

impl ByteOrder {
    /// The order that a byte-order mark at the start of an object announces.
    #[must_use]
    pub fn of_mark(object_start: &[u8]) -> Option<ByteOrder> {
        match object_start {
            [0xFF, 0xFE, ..] => Some(ByteOrder::Little),
            [0xFE, 0xFF, ..] => Some(ByteOrder::Big),
            _ => None,
        }
    }

    /// Whether a run whose characters stand at `first`, `first + 2`, … of the object is text in
    /// this order, so that decoding the whole object shows it already.
    #[must_use]
    pub fn covers(self, first: u64) -> bool {
        match self {
            ByteOrder::Little => first.is_multiple_of(2),
            ByteOrder::Big => !first.is_multiple_of(2),
        }
    }

    /// Appends `units` to `text` as UTF-8; a lone surrogate becomes U+FFFD, a mark vanishes.
    pub fn decode(self, units: &[u8], text: &mut Vec<u8>) {
        let (pairs, _) = units.as_chunks::<2>();
        let units = pairs.iter().map(|&pair| match self {
            ByteOrder::Little => u16::from_le_bytes(pair),
            ByteOrder::Big => u16::from_be_bytes(pair),
        });
        for character in char::decode_utf16(units) {
            let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
            if character != '\u{FEFF}' {
                let mut buffer = [0; 4];
                text.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }
}

/// The runs of `block` in which a zero byte stands between every two others.
///
/// A run covers its first character to its last: `a 0 b 0 c`. Each is at least
/// `RUN_CHARACTERS_MIN` characters long.
#[must_use]
pub fn runs(block: &[u8]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut from = 0;
    // Every run holds zeros, so text without any costs one look by `memchr`.
    while let Some(zero) = memchr::memchr(0, block.get(from..).unwrap_or_default()) {
        let zero = from + zero;
        // Zeros in a row stand between no two characters, and binary files are full of them.
        let rest = block.get(zero..).unwrap_or_default();
        let zeros = rest.iter().take_while(|&&byte| byte == 0).count();
        if zeros > 1 {
            from = zero + zeros;
            continue;
        }
        let start = zero.saturating_sub(1).max(from);
        let end = end_of_run(block, start);
        if end.saturating_sub(start) >= 2 * RUN_CHARACTERS_MIN - 1 {
            runs.push(start..end);
        }
        // A byte that ended this run may begin the next.
        from = end.max(zero + 1);
    }
    runs
}

/// The end of the run `x 0 x 0 x …` that begins at `start`; `start` itself if there is none.
fn end_of_run(block: &[u8], start: usize) -> usize {
    let mut end = start;
    let rest = block.get(start..).unwrap_or_default();
    for pair in rest.chunks(2) {
        match pair {
            [character, 0] if *character != 0 => end += 2,
            [character, ..] if *character != 0 => return end + 1,
            _ => break,
        }
    }
    // The zero behind the last character belongs to it, or to nothing.
    end.saturating_sub(1).max(start)
}

/// Appends the characters of a run to `text`, one byte each.
pub fn decode_run(run: &[u8], text: &mut Vec<u8>) {
    text.extend(run.iter().step_by(2));
}

#[cfg(test)]
mod tests {
    use super::{ByteOrder, decode_run, runs};

    fn utf16(text: &str, order: ByteOrder) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| match order {
                ByteOrder::Little => unit.to_le_bytes(),
                ByteOrder::Big => unit.to_be_bytes(),
            })
            .collect()
    }

    fn texts(block: &[u8]) -> Vec<String> {
        runs(block)
            .into_iter()
            .map(|run| {
                let mut text = Vec::new();
                decode_run(&block[run], &mut text);
                String::from_utf8_lossy(&text).into_owned()
            })
            .collect()
    }

    #[test]
    fn runs_are_found_in_either_order_at_any_offset() {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            for before in [&b""[..], b"x", b"xy", b"\0", b"\0\0", b"abc\0", b"\xFF\xFE"] {
                let block = [before, &utf16("password=hunter2;", order), b"tail"].concat();
                let found = texts(&block);
                assert!(
                    found.iter().any(|text| text.contains("assword=hunter2")),
                    "{order:?} after {before:?}: {found:?}"
                );
            }
        }
    }

    #[test]
    fn zeros_and_plain_text_are_no_runs() {
        assert_eq!(texts(&[0; 100]), Vec::<String>::new());
        assert_eq!(texts(b"nothing of the sort here at all, at all"), Vec::<String>::new());
        assert_eq!(texts(b"a\0b\0c\0d\0"), Vec::<String>::new());
    }

    #[test]
    fn a_whole_text_is_decoded_without_its_mark() {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            let block = utf16("\u{FEFF}naïve 鍵 🔑", order);
            assert_eq!(ByteOrder::of_mark(&block), Some(order));
            let mut text = Vec::new();
            order.decode(&block, &mut text);
            assert_eq!(String::from_utf8(text).unwrap(), "naïve 鍵 🔑");
        }
    }
}
