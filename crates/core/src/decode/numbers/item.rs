//! One byte, written as a number, and what parts it from the next.

use crate::decode::hex;

/// Bytes between two numbers: a comma, the end of a line, and what the next line begins with.
pub(super) const GAP_MAX: usize = 48;

/// Digits of a number, with what marks it.
pub(super) const ITEM_MAX: usize = "0x41u".len();

/// How bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// `0x41, 0x54`.
    Marked,
    /// `65, 84`, or with blanks alone.
    Decimal,
    /// `41 54`, or with colons.
    Pairs,
}

/// What a number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) byte: u8,
    pub(super) end: usize,
}

impl Way {
    /// How many there are.
    pub(super) const COUNT: usize = 3;

    /// Numbers that say together whether they are of a word: so many that a third of them has as
    /// many digits as are noticed, even if the last of these is cut.
    pub(super) fn together(self) -> usize {
        match self {
            Way::Marked | Way::Decimal => 10,
            Way::Pairs => Way::TOGETHER_MAX,
        }
    }

    /// The most of these.
    pub(super) const TOGETHER_MAX: usize = 19;

    /// The number at `at`.
    pub(super) fn item(self, text: &[u8], at: usize) -> Option<Item> {
        let item = match self {
            Way::Marked => marked(text, at),
            Way::Decimal => decimal(text, at),
            Way::Pairs => hex::pair(text, at).map(|byte| Item { byte, end: at + 2 }),
        }?;
        (!text.get(item.end).is_some_and(is_in_word)).then_some(item)
    }

    /// The number at `at`, if it says a character of a text. All of these begin with a digit.
    pub(super) fn letter(self, text: &[u8], at: usize) -> Option<Item> {
        self.item(text, at).filter(|item| is_letter(item.byte))
    }

    /// Where the next number begins behind one that ends at `at`.
    pub(super) fn next(self, text: &[u8], at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        // Nearly all.
        let is_comma = |byte: &u8| self.parting().contains(byte);
        match rest {
            [comma, b' ', next, ..] if is_comma(comma) && next.is_ascii_digit() => {
                return Some(at + 2);
            }
            [comma, next, ..] if (is_comma(comma) || *comma == b' ') && next.is_ascii_digit() => {
                return Some(at + 1);
            }
            _ => (),
        }
        let rest = rest.get(..rest.len().min(GAP_MAX))?;
        let blanks = |rest: &[u8]| rest.iter().take_while(|byte| is_blank(byte)).count();
        let before = blanks(rest);
        let comma = rest.get(before).is_some_and(is_comma);
        let mut len = before + usize::from(comma);
        len += blanks(rest.get(len..)?);
        if let [b'\n', ..] | [b'\r', b'\n', ..] = rest.get(len..)? {
            // The signs of a diff or of a comment.
            let is_margin = |byte: &&u8| byte.is_ascii_whitespace() || b"+-*#>|/".contains(byte);
            len += rest.get(len..)?.iter().take_while(is_margin).count();
        }
        (len > 0).then_some(at + len)
    }

    /// Where the number before the one at `at` begins, none before `from`.
    pub(super) fn before(self, text: &[u8], from: usize, at: usize) -> Option<usize> {
        let near = text.get(from.max(at.saturating_sub(GAP_MAX + ITEM_MAX))..at)?;
        let end = near.iter().rposition(is_in_word)? + 1;
        let word = near.get(..end)?;
        let len = word.iter().rev().take_while(|byte| is_in_word(byte)).count();
        let start = at - near.len() + end - len;
        let item = self.letter(text, start)?;
        (self.next(text, item.end) == Some(at)).then_some(start)
    }

    fn parting(self) -> &'static [u8] {
        match self {
            Way::Marked | Way::Decimal => b",;",
            Way::Pairs => b":-",
        }
    }
}

/// `0x41`, `0X4`, `0x41u`.
fn marked(text: &[u8], at: usize) -> Option<Item> {
    let [b'0', b'x' | b'X', first, rest @ ..] = text.get(at..)? else { return None };
    let first = hex::digit(*first)?;
    let (byte, end) = match rest.first().and_then(|second| hex::digit(*second)) {
        Some(second) => (first << 4 | second, at + 4),
        None => (first, at + 3),
    };
    let suffix = matches!(text.get(end), Some(b'u' | b'U'));
    Some(Item { byte, end: end + usize::from(suffix) })
}

fn decimal(text: &[u8], at: usize) -> Option<Item> {
    let digits = text.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit());
    let mut byte: u8 = 0;
    let mut end = at;
    for digit in digits.take(4) {
        byte = byte.checked_mul(10)?.checked_add(digit - b'0')?;
        end += 1;
    }
    // With zeros before it, nobody knows which digits were meant.
    let is_padded = end > at + 1 && text.get(at) == Some(&b'0');
    (end > at && !is_padded).then_some(Item { byte, end })
}

/// Whether a number with which `rest` begins may say a letter, as far as its first digits tell.
pub(super) fn may_be_letter(rest: &[u8]) -> bool {
    let Some([first, second, third]) = rest.first_chunk() else { return false };
    match (first, second) {
        (b'0', b'x' | b'X') => {
            matches!(third, b'0' | b'2'..=b'7' | b'9' | b'a' | b'A' | b'd' | b'D')
        }
        (b'0', b'9' | b'a' | b'A' | b'd' | b'D') => true,
        (b'1', b'0') => true,
        (b'1', b'1'..=b'2') => third.is_ascii_digit(),
        (b'1', b'3') | (b'8' | b'9', b'0'..=b'9') => true,
        (b'2'..=b'7', second) => second.is_ascii_hexdigit(),
        (b'9', _) => !is_in_word(second),
        _ => false,
    }
}

/// Whether `byte` stands in a text as it is.
pub(super) fn is_letter(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

/// Whether a word or a number may hold `byte`.
pub(super) fn is_in_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

pub(super) fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
