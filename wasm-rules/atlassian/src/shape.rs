//! Values whose shape is exact: so many hexadecimal digits, a UUID, so many letters and digits.
//!
//! The shape keeps the noise small, and says nothing of the kind: digests and ids have it too, and
//! the words beside the value must tell.

use pushgate_detector_sdk::Span;

use crate::boundary::{is_base64url, starts_freely};
use crate::hex;
use crate::placeholder::is_token_stub;

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// So many hexadecimal digits, all in one case.
    Hex(usize),
    /// `8-4-4-4-12` hexadecimal digits, all in one case.
    Uuid,
    /// So many letters and digits, mixed as chance mixes them.
    Alphanumeric(usize),
}

/// Whether chance drew a value of this shape, or somebody typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawn {
    /// Chance.
    Yes,
    /// Somebody: a pattern, one of the values that everybody copies, a word.
    No,
}

/// Lengths of the groups of a UUID.
const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
const UUID_LEN: usize = 36;

impl Shape {
    /// Bytes of a value.
    pub(crate) fn len(self) -> usize {
        match self {
            Shape::Hex(len) | Shape::Alphanumeric(len) => len,
            Shape::Uuid => UUID_LEN,
        }
    }

    /// Whether `value` looks like this.
    pub(crate) fn fits(self, value: &[u8]) -> bool {
        value.len() == self.len()
            && match self {
                Shape::Hex(_) => is_hex(value),
                Shape::Uuid => is_uuid(value),
                Shape::Alphanumeric(_) => value.iter().all(u8::is_ascii_alphanumeric),
            }
    }

    /// Whether chance drew `value`, which looks like this.
    pub(crate) fn drawn(self, value: &[u8]) -> Drawn {
        match self {
            Shape::Alphanumeric(_) if !is_mixed(value) => Drawn::No,
            _ => drawn(value),
        }
    }
}

/// Whether chance drew `value`, whatever its shape.
pub(crate) fn drawn(value: &[u8]) -> Drawn {
    let typed = is_token_stub(value) || is_well_known(value) || counts(value) || repeats(value);
    if typed { Drawn::No } else { Drawn::Yes }
}

/// Values of one of `shapes` that begin in `range` of `text` and stand alone, in their order.
pub(crate) fn values<'t>(
    text: &'t [u8],
    range: Span,
    shapes: &'t [Shape],
) -> impl Iterator<Item = (Span, Shape)> + 't {
    let end = range.end().min(text.len());
    (range.start()..end).filter_map(move |start| value_at(text, start, shapes))
}

fn value_at(text: &[u8], start: usize, shapes: &[Shape]) -> Option<(Span, Shape)> {
    /// Longer words have none of the shapes.
    const WORD_MAX: usize = 80;

    let begins = text.get(start).is_some_and(u8::is_ascii_alphanumeric);
    if !begins || !is_free(text, start) {
        return None;
    }
    let rest = text.get(start..).unwrap_or_default();
    let len = rest.iter().take(WORD_MAX).take_while(|&&byte| is_base64url(byte)).count();
    let word = rest.get(..len)?;
    let shape = shapes.iter().copied().find(|shape| shape.fits(word))?;
    let value = Span::at(start, len);
    (!is_reference(text, value) && !is_part_of_name(text, value)).then_some((value, shape))
}

/// Whether what begins at `start` is not a piece of something longer: a dash that a shell puts
/// before what a variable is by default does not count.
pub(crate) fn is_free(text: &[u8], start: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    // The digits of an escape are no part of what follows.
    let escape = before == Some(&b'%') && hex::pair(text, start).is_some();
    !escape && starts_freely(text, start, is_base64url)
        || text.get(..start).is_some_and(|before| before.ends_with(b":-"))
}

/// `image@<digest>`, `package.tgz#<digest>`.
fn is_reference(text: &[u8], value: Span) -> bool {
    let before = value.start().checked_sub(1).and_then(|at| text.get(at));
    matches!(before, Some(b'@' | b'#'))
}

/// `<digest>.js`, and the name of a function that is called.
fn is_part_of_name(text: &[u8], value: Span) -> bool {
    match text.get(value.end()..) {
        Some([b'.', next, ..]) => next.is_ascii_alphanumeric(),
        Some([next, ..]) => *next == b'(',
        _ => false,
    }
}

fn is_hex(value: &[u8]) -> bool {
    let digit = |letters: std::ops::RangeInclusive<u8>| {
        move |byte: &u8| byte.is_ascii_digit() || letters.contains(byte)
    };
    value.iter().all(digit(b'a'..=b'f')) || value.iter().all(digit(b'A'..=b'F'))
}

fn is_uuid(value: &[u8]) -> bool {
    let groups = value.split(|&byte| byte == b'-');
    let digits: Vec<u8> = value.iter().copied().filter(|&byte| byte != b'-').collect();
    groups.map(<[u8]>::len).eq(UUID_GROUPS) && is_hex(&digits)
}

/// Whether letters and digits are mixed, as words and names do not mix them: with digits inside,
/// capitals together, small letters alone.
fn is_mixed(value: &[u8]) -> bool {
    /// A name in camel case has two or three such places; of random values of thirty characters
    /// hardly one in ten thousand has so few.
    const ODD_MIN: usize = 4;

    let class = |byte: &u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    let stretches = value.chunk_by(|left, right| class(left) == class(right));
    let odd = stretches.filter(|stretch| match stretch {
        [one] => !one.is_ascii_uppercase(),
        [first, ..] => !first.is_ascii_lowercase(),
        [] => false,
    });
    odd.count() >= ODD_MIN
}

/// The beginnings of values that documentation uses everywhere, and of digests of nothing.
fn is_well_known(value: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 9] = [
        b"550e8400-e29b",
        b"123e4567-e89b",
        b"f47ac10b-58cc",
        b"6ba7b810-9dad",
        b"e3b0c44298fc1c14",
        b"d41d8cd98f00b204",
        b"da39a3ee5e6b4b0d",
        b"deadbeef",
        b"cafebabe",
    ];
    let small = value.to_ascii_lowercase();
    BEGINNINGS.into_iter().any(|beginning| small.starts_with(beginning))
}

/// `12345678-1234-…`, `a1b2c3d4…`: half of the characters follow one that is near in order.
fn counts(value: &[u8]) -> bool {
    let follows = |left: u8, right: u8| match (left.to_ascii_lowercase(), right) {
        (b'9', b'0' | b'a' | b'A') | (b'f', b'0') => true,
        (left, right) => left.checked_add(1) == Some(right.to_ascii_lowercase()),
    };
    let digits: Vec<u8> = value.iter().copied().filter(|&byte| byte != b'-').collect();
    [1, 2].into_iter().any(|stride| {
        let pairs = digits.iter().zip(digits.iter().skip(stride));
        2 * pairs.filter(|(left, right)| follows(**left, **right)).count() >= digits.len()
    })
}

/// A piece that is written again and again.
fn repeats(value: &[u8]) -> bool {
    let digits: Vec<u8> = value.iter().copied().filter(|&byte| byte != b'-').collect();
    (1..=digits.len() / 2)
        .any(|period| digits.iter().zip(digits.iter().skip(period)).all(|(one, next)| one == next))
}

#[cfg(test)]
mod tests {
    use super::{Drawn, Shape, values};
    use pushgate_detector_sdk::Span;

    const SHAPES: &[Shape] = &[Shape::Hex(32), Shape::Uuid];

    fn found(text: &str) -> Vec<String> {
        let whole = Span::at(0, text.len());
        let found = values(text.as_bytes(), whole, SHAPES);
        found.map(|(span, _)| text[span.start()..span.end()].to_owned()).collect()
    }

    fn hex(seed: u64) -> String {
        String::from_utf8(pushgate_cases::expand("{hex:32}", seed)).unwrap()
    }

    #[test]
    fn values_that_stand_alone_are_found_in_their_order() {
        let (one, two) = (hex(1), hex(2));
        let text = format!("a='{one}', b=\n{two}. c%3D{one}");
        assert_eq!(found(&text), [one.clone(), two, one]);
    }

    #[test]
    fn pieces_names_and_references_are_not() {
        let one = hex(1);
        for text in [
            format!("x{one}"),
            format!("{one}0"),
            format!("sha256-{one}"),
            format!("app@{one}"),
            format!("a.tgz#{one}"),
            format!("{one}.js"),
        ] {
            assert_eq!(found(&text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_somebody_typed_was_not_drawn() {
        let typed = [
            "{repeat:0:32}",
            "{repeat:deadbeef:4}",
            "{repeat:1234567890abcdef:2}",
            "{repeat:a1b2c3d4:4}",
            "d41d8cd98f00b204{hex:16}",
        ];
        for template in typed {
            let value = pushgate_cases::expand(template, 1);
            assert_eq!(Shape::Hex(32).drawn(&value), Drawn::No, "{template}");
        }
        for template in ["12345678-1234-1234-1234-123456789012", "550e8400-e29b-41d4-a716-{hex:12}"]
        {
            let value = pushgate_cases::expand(template, 1);
            assert_eq!(Shape::Uuid.drawn(&value), Drawn::No, "{template}");
        }
    }

    #[test]
    fn what_chance_drew_is_taken_for_it() {
        let mut missed = 0;
        for seed in 0..2000 {
            for (template, shape) in [
                ("{hex:32}", Shape::Hex(32)),
                ("{hex:64}", Shape::Hex(64)),
                ("{alnum:32}", Shape::Alphanumeric(32)),
                ("{alnum:30}", Shape::Alphanumeric(30)),
                ("{hex:8}-{hex:4}-4{hex:3}-8{hex:3}-{hex:12}", Shape::Uuid),
            ] {
                let value = pushgate_cases::expand(template, seed);
                missed += usize::from(shape.drawn(&value) == Drawn::No);
            }
        }
        assert!(missed < 10, "{missed}");
        for name in ["getApplicationLinkAccessTokenFor", "jiraOAuth1AccessTokenSecretFromS"] {
            assert_eq!(Shape::Alphanumeric(32).drawn(name.as_bytes()), Drawn::No, "{name}");
        }
    }
}
