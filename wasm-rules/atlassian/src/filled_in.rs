//! Values of which the whole or a part is a variable, in any language.

use crate::caseless::contains;
use crate::placeholder::{is_drawn_name, is_template};
use crate::wordlike::has_regular_case;

/// Whether the whole or a part is a variable, in any language.
pub(crate) fn is_filled_in_later(value: &[u8]) -> bool {
    let delayed = matches!(value, [b'!', name @ .., b'!'] if name.len() > 3
        && name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_'));
    is_template(value)
        || delayed
        || holds_name(value, b'{', b'}')
        || holds_name(value, b'<', b'>')
        || value.starts_with(b"$") && is_made_of_variables(value)
        || holds_variable(value)
        || contains(value, b"%s:%s")
}

/// `Bearer {token}`, `user:<token>`: a name between brackets, and not something drawn.
fn holds_name(value: &[u8], open: u8, close: u8) -> bool {
    const NAME_MAX: usize = 64;
    let named =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b' ');
    if is_drawn_around(value, open, close) {
        return false;
    }
    value.split(|&byte| byte == open).skip(1).any(|piece| {
        let length = piece.iter().take(NAME_MAX).take_while(named).count();
        let name = piece.get(..length).unwrap_or_default();
        let digits = name.iter().filter(|byte| byte.is_ascii_digit()).count();
        piece.get(length) == Some(&close) && digits <= 3
    })
}

/// `nzWa{S7O}8nV8`, `bR?-KtF<F>WiL^`: what was drawn, around brackets that happen to be two, with
/// hardly a name between.
fn is_drawn_around(value: &[u8], open: u8, close: u8) -> bool {
    const NAME_MIN: usize = 3;
    const OUTSIDE_MIN: usize = 8;
    let at = |sign| value.iter().position(|&byte| byte == sign);
    let Some((start, end)) = at(open).zip(at(close)) else { return false };
    let before = value.get(..start).unwrap_or_default();
    let after = value.get(end + 1..).unwrap_or_default();
    let name = value.get(start + 1..end).unwrap_or_default();
    let outside = [before, after].concat();
    let is_rare = |byte: &u8| byte.is_ascii_digit() || b"!#$%&*+,;?@^~|()[]".contains(byte);
    (name.len() < NAME_MIN || !has_regular_case(name))
        && outside.len() >= OUTSIDE_MIN
        && !outside.contains(&open)
        && !outside.contains(&b' ')
        && outside.iter().any(is_rare)
        && outside.iter().any(u8::is_ascii_lowercase)
        && outside.iter().any(u8::is_ascii_uppercase)
        && !has_regular_case(&outside)
}

/// `user:$TOKEN`: a variable in capitals, with nothing that joins it to the rest.
fn holds_variable(value: &[u8]) -> bool {
    const NAME_MIN: usize = 4;
    let mut pieces = value.split(|&byte| byte == b'$');
    let mut before = pieces.next().and_then(<[u8]>::last).copied();
    pieces.any(|piece| {
        let named = |byte: &&u8| byte.is_ascii_uppercase() || **byte == b'_';
        let length = piece.iter().take_while(named).count();
        let starts = before.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let ends = piece.get(length).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        before = piece.last().copied();
        length >= NAME_MIN && starts && ends
    })
}

/// `$user:$password`: variables, and signs between them.
fn is_made_of_variables(value: &[u8]) -> bool {
    let word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    value.split(|&byte| byte == b'$').skip(1).all(|piece| {
        let length = piece.iter().take_while(word).count();
        piece.first().is_some_and(u8::is_ascii_alphabetic)
            && !piece.get(..length).is_some_and(is_drawn_name)
            && !piece.get(length..).unwrap_or_default().iter().any(u8::is_ascii_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::is_filled_in_later;

    #[test]
    fn names_between_brackets_are_told_from_what_was_drawn_around_them() {
        for value in
            ["Bearer {token}", "user:<token>", "kelp{}quartz", "https://<host>/x", "{0}-{1}"]
        {
            assert!(is_filled_in_later(value.as_bytes()), "{value}");
        }
        for value in ["nzWa{S7O}8nV8", "bR?-KtF<F>WiL^", "ZWeU>p{}nG&QH>", "0:ikyE<xkidT>8!q"] {
            assert!(!is_filled_in_later(value.as_bytes()), "{value}");
        }
    }
}
