//! Pieces of secrets in names: without the beginning, over several folders, in hexadecimal digits
//! or in Base64.
//!
//! Letters and digits alone are compared, so that it does not matter what stands between them.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;

/// Letters and digits of a secret that must stand in a name: fewer are no use to anybody.
const PIECE_BYTES: usize = 16;

/// Pieces that are remembered; 8 bytes each.
const PIECES_MAX: usize = 1 << 20;

/// Of how many pieces one is remembered when half the room is taken: a run must be longer by so
/// many to be found for sure.
const SPARSE_STEP: usize = 8;

/// Bytes of a secret whose pieces are remembered: more than any token has.
const SECRET_BYTES_MAX: usize = 8 << 10;

/// The pieces of secrets, by hashes that nobody else can compute, as they come.
#[derive(Default)]
pub(super) struct Pieces {
    hasher: RandomState,
    secrets: HashSet<u64>,
    pieces: Vec<u64>,
    /// There were too many.
    incomplete: bool,
}

/// The pieces of all secrets.
#[derive(Default)]
pub(super) struct AllPieces {
    hasher: RandomState,
    /// Sorted: there may be a million, and each is looked for in a few names.
    pieces: Vec<u64>,
    incomplete: bool,
}

impl Pieces {
    /// Adds the pieces of a secret.
    pub(super) fn add(&mut self, secret: &[u8]) {
        if secret.len() < PIECE_BYTES || !self.secrets.insert(self.hasher.hash_one(secret)) {
            return;
        }
        let secret = secret.get(..SECRET_BYTES_MAX).unwrap_or(secret);
        if self.pieces.len().saturating_add(secret.len()) > PIECES_MAX {
            self.incomplete = true;
            return;
        }
        let step = if self.pieces.len() > PIECES_MAX / 2 { SPARSE_STEP } else { 1 };
        let word: Vec<u8> = secret.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
        for piece in word.windows(PIECE_BYTES).step_by(step) {
            self.pieces.push(self.hasher.hash_one(piece));
        }
    }

    /// No more will come.
    pub(super) fn all(self) -> AllPieces {
        let Pieces { hasher, mut pieces, incomplete, .. } = self;
        pieces.sort_unstable();
        AllPieces { hasher, pieces, incomplete }
    }
}

impl AllPieces {
    /// Where pieces stand in `name`. Ranges may overlap.
    pub(super) fn look_for(&self, name: &[u8], found: &mut Vec<Range<usize>>) {
        if self.incomplete {
            // What cannot be compared is not shown.
            found.push(0..name.len());
            return;
        }
        if self.pieces.is_empty() || name.len() < PIECE_BYTES {
            return;
        }
        let plain = name.iter().enumerate().map(|(at, &byte)| Place { byte, from: at..at + 1 });
        self.look_for_word(plain, found);
        for skipped in 0..2 {
            let digits = coded(name, hex_digit).skip(skipped);
            self.look_for_word(decoded(digits, 4), found);
        }
        // A slash is a digit of Base64, or it stands between folders.
        for digit in [base64_digit, base64_digit_or_slash] {
            for skipped in 0..4 {
                self.look_for_word(decoded(coded(name, digit).skip(skipped), 6), found);
            }
        }
    }

    fn look_for_word(&self, text: impl Iterator<Item = Place>, found: &mut Vec<Range<usize>>) {
        let is_of_word = |place: &Place| place.byte.is_ascii_alphanumeric();
        let (word, places): (Vec<u8>, Vec<Range<usize>>) =
            text.filter(is_of_word).map(|place| (place.byte, place.from)).unzip();
        for (piece, places) in word.windows(PIECE_BYTES).zip(places.windows(PIECE_BYTES)) {
            if self.pieces.binary_search(&self.hasher.hash_one(piece)).is_ok()
                && let (Some(first), Some(last)) = (places.first(), places.last())
            {
                found.push(first.start..last.end);
            }
        }
    }
}

/// A byte, and what it was read from.
struct Place {
    byte: u8,
    from: Range<usize>,
}

/// The values of the digits in `name`, whatever stands between them, and their places.
fn coded(name: &[u8], digit: fn(u8) -> Option<u8>) -> impl Iterator<Item = (usize, u8)> {
    name.iter().enumerate().filter_map(move |(at, &byte)| Some((at, digit(byte)?)))
}

/// The bytes that digits of `bits` bits each stand for.
fn decoded(digits: impl Iterator<Item = (usize, u8)>, bits: u32) -> impl Iterator<Item = Place> {
    let mut held = 0_u32;
    let mut held_bits = 0;
    let mut start = 0;
    digits.filter_map(move |(at, value)| {
        if held_bits == 0 {
            start = at;
        }
        held = held << bits | u32::from(value);
        held_bits += bits;
        if held_bits < 8 {
            return None;
        }
        held_bits -= 8;
        let byte = u8::try_from(held >> held_bits).ok()?;
        held &= (1 << held_bits) - 1;
        let from = start..at + 1;
        // The rest of the digit belongs to the next byte.
        start = at;
        Some(Place { byte, from })
    })
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

fn base64_digit_or_slash(byte: u8) -> Option<u8> {
    if byte == b'/' { Some(63) } else { base64_digit(byte) }
}

#[cfg(test)]
mod tests {
    use super::{PIECES_MAX, Pieces};

    /// A secret with all that stands in tokens.
    const SECRET: &str = "Q7x_k2-Lm9Pz4Rt=8Vb3Nc6Yw1Hd5Jf0Gs";

    /// `name` with what is found in it as stars.
    fn marked(secret: &str, name: &str) -> String {
        let mut pieces = Pieces::default();
        pieces.add(secret.as_bytes());
        let mut found = Vec::new();
        pieces.all().look_for(name.as_bytes(), &mut found);
        let is_in = |at: usize| found.iter().any(|range| range.contains(&at));
        name.char_indices().map(|(at, c)| if is_in(at) { '*' } else { c }).collect()
    }

    /// Base64 with these last two digits; what does not fill a digit is left out.
    fn base64(text: &str, last: [char; 2]) -> String {
        let alphabet: Vec<char> =
            ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(last).collect();
        let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
        let starts = (0..bits.len() / 6 * 6).step_by(6);
        starts.map(|at| alphabet[usize::from_str_radix(&bits[at..at + 6], 2).unwrap()]).collect()
    }

    #[test]
    fn a_piece_of_a_secret_is_found_and_a_shorter_one_is_not() {
        let tail = &SECRET[7..];
        assert_eq!(
            marked(SECRET, &format!("a/{tail}.txt")),
            format!("a/{}.txt", "*".repeat(tail.len()))
        );
        // Sixteen letters and digits, and fifteen.
        assert_eq!(marked(SECRET, "x-Q7xk2Lm9Pz4Rt8Vb"), "x-****************");
        assert_eq!(marked(SECRET, "x-Q7xk2Lm9Pz4Rt8V!"), "x-Q7xk2Lm9Pz4Rt8V!");
        assert_eq!(marked("", "a/b"), "a/b");
    }

    #[test]
    fn a_piece_is_found_over_folders_and_dots() {
        let name = format!("a/{}/{}.{}", &SECRET[..9], &SECRET[9..20], &SECRET[20..]);
        assert_eq!(marked(SECRET, &name), format!("a/{}", "*".repeat(SECRET.len() + 2)));
    }

    #[test]
    fn a_piece_is_found_in_hexadecimal_digits() {
        let hex: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
        for hex in [hex.to_uppercase(), hex] {
            for at in [20, 31] {
                let name = format!("zz/{}/{}", &hex[..at], &hex[at..]);
                assert_eq!(marked(SECRET, &name), format!("zz/{}", "*".repeat(hex.len() + 1)));
                let name = format!("za/{}/{}", &hex[..at], &hex[at..]);
                assert!(marked(SECRET, &name).ends_with(&"*".repeat(hex.len() + 1)));
            }
        }
    }

    #[test]
    fn a_piece_is_found_in_base64_whatever_stands_before_it() {
        for last in [['+', '/'], ['-', '_']] {
            for before in ["", "a", "ab", "abc", "abcd"] {
                let encoded = base64(SECRET, last);
                let (head, tail) = encoded.split_at(21);
                for name in [format!("{before}{encoded}"), format!("{before}/{head}/{tail}")] {
                    let marked = marked(SECRET, &name);
                    // Only what does not fill a byte is left.
                    let shown = marked.trim_start_matches(before).replace('*', "");
                    assert!(shown.len() <= 3, "{name}: {marked}");
                }
            }
        }
    }

    #[test]
    fn ordinary_names_are_shown() {
        for name in
            ["src/main/java/com/example/application/Main.java", "deadbeefdeadbeefdeadbeefdeadbeef"]
        {
            assert_eq!(marked(SECRET, name), name);
        }
    }

    #[test]
    fn what_cannot_be_compared_is_not_shown() {
        let mut pieces = Pieces::default();
        for number in 0..3000 {
            let numbers = (0..1000).map(|index| (1_000_000 + number * 1000 + index).to_string());
            pieces.add(numbers.collect::<String>().as_bytes());
        }
        assert!(pieces.pieces.len() <= PIECES_MAX);
        let mut found = Vec::new();
        pieces.all().look_for(b"abcdefghijklmnopqrstuvwxyz", &mut found);
        assert_eq!(found.first(), Some(&(0..26)));
    }

    #[test]
    fn of_many_secrets_longer_pieces_are_found() {
        let mut pieces = Pieces::default();
        pieces.pieces.extend(0..PIECES_MAX as u64 / 2 + 1);
        pieces.add(SECRET.as_bytes());
        assert!(!pieces.incomplete);
        let mut found = Vec::new();
        pieces.all().look_for(&SECRET.as_bytes()[5..], &mut found);
        assert!(!found.is_empty());
    }
}
