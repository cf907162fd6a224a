//! Chance that can be repeated: all that is random in a document comes from one seed.

use crate::support::encode::{Random, base64, base64url, hex};

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const DIGITS: &[u8] = b"0123456789";

/// Words that passwords and host names are made of.
const WORDS: [&str; 24] = [
    "granite", "meadow", "copper", "lantern", "harbor", "juniper", "thistle", "basalt", "walnut",
    "ember", "cobalt", "willow", "marble", "saddle", "pepper", "orchid", "tundra", "magnet",
    "velvet", "cactus", "anchor", "falcon", "ginger", "tramway",
];

/// A seeded source of everything random.
pub struct Dice(Random);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(Random::new(seed))
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.0.next() >> 11).expect("53 bits fit") % limit
    }

    /// A number of this range, both ends included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// Yes in one of `sides` throws.
    pub fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    pub fn pick<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        self.0.bytes(count)
    }

    pub fn text(&mut self, alphabet: &[u8], count: usize) -> String {
        self.0.text(alphabet, count)
    }

    pub fn digits(&mut self, count: usize) -> String {
        self.text(DIGITS, count)
    }

    pub fn lower(&mut self, count: usize) -> String {
        self.text(LOWER, count)
    }

    /// Letters of both cases and digits; each of the three is there.
    pub fn alphanumeric(&mut self, count: usize) -> String {
        loop {
            let text = self.text(ALPHANUMERIC, count);
            let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
            if has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
            {
                return text;
            }
        }
    }

    pub fn hex(&mut self, digits: usize) -> String {
        let mut text = hex(&self.bytes(digits.div_ceil(2)));
        text.truncate(digits);
        text
    }

    /// `count` characters of unpadded base64.
    pub fn base64(&mut self, count: usize) -> String {
        let mut text = base64(&self.bytes(count + 2));
        text.truncate(count);
        text
    }

    /// `count` characters of unpadded base64 in the alphabet for URLs.
    pub fn base64url(&mut self, count: usize) -> String {
        let mut text = base64url(&self.bytes(count + 2));
        text.truncate(count);
        text
    }

    pub fn uuid(&mut self) -> String {
        let (a, b, c) = (self.hex(8), self.hex(4), self.hex(3));
        let (d, e, f) = (*self.pick(&["8", "9", "a", "b"]), self.hex(3), self.hex(12));
        format!("{a}-{b}-4{c}-{d}{e}-{f}")
    }

    pub fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    /// The first part of a host name or of a mail address.
    pub fn name(&mut self) -> String {
        format!("{}{}", self.word(), self.below(90) + 10)
    }

    pub fn mail(&mut self) -> String {
        format!("{}.{}@corp{}.example.org", self.lower(5), self.word(), self.below(90) + 10)
    }

    /// A password as people and password managers make them, without shape.
    pub fn password(&mut self) -> String {
        let sign = *self.pick(&["!", "#", "*", "+", "-", "_", ".", "@", "^", "~", "%"]);
        match self.below(10) {
            0..5 => {
                let (one, two) = (capital(self.word()), capital(self.word()));
                format!("{one}{sign}{two}{}", self.digits(4))
            }
            5..7 => format!("{}{sign}{}{}", self.alphanumeric(9), self.digits(2), self.lower(3)),
            7 => {
                let (one, two) = (self.word(), self.word());
                format!("{one}-{}-{two}{}", self.word(), self.digits(2))
            }
            8 => format!("{}{}", self.alphanumeric(15), self.digits(1)),
            _ => {
                let hard = *self.pick(&["&", "$", "=", "?", "/", "|", "<"]);
                format!("{}{hard}{}{}", capital(self.word()), self.lower(5), self.digits(3))
            }
        }
    }
}

/// The word with its first letter in upper case.
pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| {
        format!("{}{}", first.to_ascii_uppercase(), letters.as_str())
    })
}
