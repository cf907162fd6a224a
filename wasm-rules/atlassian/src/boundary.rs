//! Whether a token stands alone, or is a piece of something longer.

use crate::hex;

/// Whether a token that starts at `at` starts freely: what is before it does not belong to it.
///
/// `glued` tells which characters would belong to it. A letter that ends an escape does not:
/// `%3A`, `\n`, `\u0022` and a terminal's colour all end in one, and then a token may follow.
pub(crate) fn starts_freely(text: &[u8], at: usize, glued: fn(u8) -> bool) -> bool {
    let before = text.get(..at).unwrap_or_default();
    match before.last() {
        Some(&last) if glued(last) => ends_in_escape(before),
        _ => true,
    }
}

/// Whether a token that ends at `end` ends freely.
pub(crate) fn ends_freely(text: &[u8], end: usize, glued: fn(u8) -> bool) -> bool {
    !text.get(end).is_some_and(|&next| glued(next))
}

fn ends_in_escape(before: &[u8]) -> bool {
    let ends_in_hex = |digits: usize, mark: &[u8]| {
        let Some(rest) = before.len().checked_sub(digits).and_then(|len| before.get(..len)) else {
            return false;
        };
        let digits = before.get(rest.len()..).unwrap_or_default();
        rest.ends_with(mark) && digits.iter().all(|&byte| hex::digit(byte).is_some())
    };
    let control = matches!(before, [.., b'\\', b'n' | b'r' | b't' | b'b' | b'f' | b'v' | b'0']);
    control
        || ends_in_hex(2, b"%")
        || ends_in_hex(2, b"%25")
        || ends_in_hex(2, b"=")
        || ends_in_hex(2, b"\\x")
        || ends_in_hex(4, b"\\u")
        || ends_in_colour(before)
}

/// `ESC [ 1 ; 32 m`, however the escape character itself is written.
fn ends_in_colour(before: &[u8]) -> bool {
    let Some((b'm', rest)) = before.split_last() else {
        return false;
    };
    let numbers = rest.iter().rev().take(8).take_while(|&&b| b.is_ascii_digit() || b == b';');
    let numbers = numbers.count();
    rest.len().checked_sub(numbers + 1).and_then(|at| rest.get(at)) == Some(&b'[')
}

/// What continues a word of the URL-safe alphabet.
pub(crate) fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// What continues a word of letters and digits.
pub(crate) fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::{is_base64url, starts_freely};

    fn check(before: &[u8], expected: bool) {
        let free = starts_freely(before, before.len(), is_base64url);
        assert_eq!(free, expected, "{}", before.escape_ascii());
    }

    #[test]
    fn punctuation_and_the_start_of_the_text_leave_a_token_free() {
        for before in [&b""[..], b" ", b"=", b"'", b"user:", b"/", b"\xFF", b"\\\""] {
            check(before, true);
        }
    }

    #[test]
    fn letters_digits_dash_and_underscore_hold_it() {
        for before in [&b"a"[..], b"Z", b"9", b"-", b"_", b"n", b"3D", b"u0022", b"m", b"1;32m"] {
            check(before, false);
        }
    }

    #[test]
    fn the_last_letter_of_an_escape_does_not_hold_it() {
        let escapes: [&[u8]; 8] =
            [b"%3A", b"%253D", b"\\n", b"\\t", b"\\u0022", b"\\x3d", b"key=3D", b"\x1b[1;32m"];
        for before in escapes {
            check(before, true);
        }
    }
}
