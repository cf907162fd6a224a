//! Base64, standard and URL-safe, padded or not, with or without line breaks.

use fearless_simd::Simd;

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
#[inline(always)]
pub(super) fn letters<S: Simd>(lanes: Lanes<S>) -> Told<S> {
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
    let mut decoder = Decoder::new();
    decoder.add(letters, bytes);
    decoder.finish(bytes);
}

/// What the whole groups say with which `letters` begin.
pub(super) fn whole_groups(letters: &[u8]) -> impl Iterator<Item = [u8; 3]> {
    let groups = letters.as_chunks::<4>().0.iter().map(|group| group.map(value));
    groups.take_while(|values| !values.contains(&NONE)).map(decoded)
}

/// How many bytes beyond ASCII the whole groups of `letters` say: as many as have their highest bit,
/// each of which is a bit of a letter of its own.
pub(super) fn beyond_ascii(letters: &[u8]) -> usize {
    let groups = letters.as_chunks::<4>().0.iter().map(|group| group.map(value));
    let highest = groups.map(|[a, b, c, _]| (a >> 5 & 1) + (b >> 3 & 1) + (c >> 1 & 1));
    highest.map(usize::from).sum()
}

/// Letters of a group, and how many of them there are.
type Group = ([u8; 4], usize);

/// A group that has no letters yet: those that stand in it have no bits.
const NOTHING: Group = ([b'A'; 4], 0);

/// Decodes base64 a part at a time.
pub(super) struct Decoder {
    /// What the parts so far had behind their last whole group.
    begun: Group,
}

impl Decoder {
    pub(super) fn new() -> Decoder {
        Decoder { begun: NOTHING }
    }

    /// Appends what the next letters say to `bytes`.
    pub(super) fn add(&mut self, mut letters: &[u8], bytes: &mut Vec<u8>) {
        loop {
            if self.begun.1 == 0 {
                let done = decode_groups(letters.as_chunks::<4>().0, bytes);
                letters = letters.get(done * 4..).unwrap_or_default();
            }
            // A line ends among the next four, or behind them.
            let Some((&letter, rest)) = letters.split_first() else { return };
            letters = rest;
            self.begin(letter);
            if self.begun.1 == 4 {
                bytes.extend(decoded(self.begun.0.map(value)));
                self.begun = NOTHING;
            }
        }
    }

    /// Appends what the last group says, which is not complete.
    pub(super) fn finish(self, bytes: &mut Vec<u8>) {
        let (group, len) = self.begun;
        bytes.extend(decoded(group.map(value)).into_iter().take(len * 6 / 8));
    }

    fn begin(&mut self, letter: u8) {
        let (group, len) = &mut self.begun;
        if is_letter(letter)
            && let Some(free) = group.get_mut(*len)
        {
            *free = letter;
            *len += 1;
        }
    }
}

/// Appends what `groups` say to `bytes`, up to the first that has anything but letters; says how
/// many those are.
fn decode_groups(groups: &[[u8; 4]], bytes: &mut Vec<u8>) -> usize {
    /// Groups for which there is room at once.
    const BLOCK: usize = 64;
    let mut done = 0;
    for block in groups.chunks(BLOCK) {
        let start = bytes.len();
        bytes.resize(start + block.len() * 3, 0);
        let (_, free) = bytes.split_at_mut(start);
        let (free, _) = free.as_chunks_mut::<3>();
        let mut of_block = 0;
        for (group, free) in block.iter().zip(free) {
            let values = group.map(value);
            if values.iter().fold(0, |all, value| all | value) & !63 != 0 {
                break;
            }
            *free = decoded(values);
            of_block += 1;
        }
        done += of_block;
        if of_block < block.len() {
            bytes.truncate(start + of_block * 3);
            break;
        }
    }
    done
}

/// What four letters with these values say.
#[inline]
fn decoded(values: [u8; 4]) -> [u8; 3] {
    let [a, b, c, d] = values.map(u32::from);
    let [_, first, second, third] = (a << 18 | b << 12 | c << 6 | d).to_be_bytes();
    [first, second, third]
}

#[cfg(test)]
mod tests {
    use super::{beyond_ascii, decode, is_letter};

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
    fn bytes_beyond_ascii_are_counted_without_decoding() {
        let alphabet: Vec<u8> = (0..=u8::MAX).filter(|byte| is_letter(*byte)).collect();
        let mut number: u64 = 5;
        for _ in 0..500 {
            let letters: Vec<u8> = (0..48)
                .map(|_| {
                    number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    alphabet[(number >> 33) as usize % alphabet.len()]
                })
                .collect();
            let mut bytes = Vec::new();
            decode(&letters, &mut bytes);
            let expected = bytes.iter().filter(|byte| !byte.is_ascii()).count();
            assert_eq!(beyond_ascii(&letters), expected, "{}", letters.escape_ascii());
        }
    }

    #[test]
    fn line_breaks_are_passed_over() {
        check("Zm9v\n  YmF\r\ny", b"foobar");
        check("Zm9vYm", b"foob");
        check("Zm9vY", b"foo");
        check("Z\nm\n9\nv\nY\nmF\n\ny", b"foobar");
        check("=Zm9v==\0YmFy=", b"foobar");
    }
}
