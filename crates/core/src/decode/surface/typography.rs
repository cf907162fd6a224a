//! Characters that a word processor, a page or a chat puts in the place of plain ones.

use super::Undone;

/// The first bytes of these characters.
pub(super) const FIRST: [u8; 3] = [0xC2, 0xE2, 0xEF];

/// A blank for one that breaks no line, a plain quote for a curved one, nothing for what takes no
/// room: the character in UTF-8 at `at`, as a program would want it.
pub(super) fn plain(text: &[u8], at: usize) -> Option<Undone> {
    let byte = |len: usize, byte: u8| Some(Undone::byte(at + len, byte));
    match text.get(at..)? {
        // No-break space, soft hyphen.
        [0xC2, 0xA0, ..] => byte(2, b' '),
        [0xC2, 0xAD, ..] => Some(Undone::nothing(at + 2)),
        [0xE2, 0x80, last, ..] => match last {
            // Spaces of all widths, the narrow no-break space.
            0x80..=0x8A | 0xAF => byte(3, b' '),
            // Zero-width space and joiners.
            0x8B..=0x8D => Some(Undone::nothing(at + 3)),
            // Hyphen, no-break hyphen.
            0x90 | 0x91 => byte(3, b'-'),
            0x99 if is_apostrophe(text, at) => None,
            0x98..=0x9B => byte(3, b'\''),
            0x9C..=0x9F => byte(3, b'"'),
            _ => None,
        },
        // Word joiner, byte order mark.
        [0xE2, 0x81, 0xA0, ..] | [0xEF, 0xBB, 0xBF, ..] => Some(Undone::nothing(at + 3)),
        // The wide signs of East Asian text.
        [0xEF, 0xBC, 0x9A, ..] => byte(3, b':'),
        [0xEF, 0xBC, 0x9D, ..] => byte(3, b'='),
        _ => None,
    }
}

/// Whether what closes a quotation at `at` stands within a word: `d’accès`.
fn is_apostrophe(text: &[u8], at: usize) -> bool {
    // What a letter of Latin, Greek or Cyrillic begins and ends with.
    let ends = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, 0x80..=0xBF);
    let begins = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, 0xC3..=0xD4);
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    before.is_some_and(ends) && text.get(at + 3).is_some_and(begins)
}
