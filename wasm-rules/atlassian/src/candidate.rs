//! A value of exact shape with the right name, beside a word that the matcher found.

use pushgate_detector_sdk::{Span, Window};

use crate::assignment::assigned;
use crate::codes::dismissal;
use crate::columns;
use crate::context::Word;
use crate::label::{Name, is_file, is_public, named};
use crate::paired;
use crate::shape::{Drawn, Shape, values};
use crate::update;
use crate::whose::{Whose, whose};
use crate::words::has;

/// Bytes behind a candidate that belong to a value which begins in it.
const BEHIND: usize = 96;
/// Values that are looked at for one candidate.
const VALUES_MAX: usize = 6;
/// Bytes of a name on either side of a candidate in it.
const NAME_MAX: usize = 64;

/// What a kind looks like, and what it is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Its shapes.
    pub(crate) shapes: &'static [Shape],
    /// Whether a name is one of its names.
    pub(crate) is_key: fn(&[u8]) -> bool,
    /// The words that name its product.
    pub(crate) own: &'static [Word],
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The value.
    pub(crate) value: Span,
    /// From the words of its name up to the value.
    pub(crate) phrase: Span,
}

/// The first value that is wanted, or why there is none.
///
/// `by_place` may accept a value without a name.
pub(crate) fn find(
    window: &Window<'_>,
    span: Span,
    wanted: &Wanted,
    by_place: fn(&Window<'_>, Span) -> bool,
) -> Result<Found, u16> {
    let range = Span::at(span.start(), span.len() + BEHIND);
    let mut reason = dismissal::MALFORMED;
    for (value, shape) in values(window.text, range, wanted.shapes).take(VALUES_MAX) {
        match check(window, value, shape, wanted, by_place) {
            Ok(phrase) => return Ok(Found { value, phrase }),
            Err(why) => reason = why,
        }
    }
    if let Some((value, shape)) = set_before(window.text, span, wanted.shapes) {
        return check(window, value, shape, wanted, by_place).map(|phrase| Found { value, phrase });
    }
    if reason == dismissal::DIGEST_OR_ID || reason == dismissal::OTHER_SERVICE {
        return Err(reason);
    }
    first_of_pair(window, span, wanted).ok_or(reason)
}

/// The value of the name in which the candidate is, where it stands before it or further away:
/// `{"value": "v", "name": "K"}`, `value,name⏎v,K`.
fn first_of_pair(window: &Window<'_>, span: Span, wanted: &Wanted) -> Option<Found> {
    let text = window.text;
    let key = name_around(text, span)?;
    let name = key.of(text)?;
    if !(wanted.is_key)(name) || is_public(name) || is_file(name) {
        return None;
    }
    let value = paired::value_first(text, key.start()).map(|literal| literal.span);
    let value = value.or_else(|| columns::value_beside(text, key));
    // What is written down in other ways: below a heading, in a part of a form, in a file.
    let value = value.or_else(|| assigned(text, key).map(|found| found.value))?;
    let bytes = value.of(text)?;
    let shape = wanted.shapes.iter().find(|shape| shape.fits(bytes))?;
    let ours = whose(window, Name { key, phrase: key }, value, wanted.own) != Whose::Others;
    (ours && shape.drawn(bytes) != Drawn::No).then_some(Found { value, phrase: key })
}

/// The whole name in which `span` begins.
fn name_around(text: &[u8], span: Span) -> Option<Span> {
    let joins = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let before = text.get(span.start().saturating_sub(NAME_MAX)..span.start())?;
    let start = span.start() - before.iter().rev().take_while(joins).count();
    let rest = text.get(span.start()..)?;
    Span::new(start, span.start() + rest.iter().take(NAME_MAX).take_while(joins).count())
}

/// The value that stands before a name which ends in the candidate: `SET value = 'v' WHERE name =`.
fn set_before(text: &[u8], span: Span, shapes: &[Shape]) -> Option<(Span, Shape)> {
    let start = name_around(text, span)?.start();
    let value = update::value_of(text, Span::at(start, 0))?.span;
    let bytes = value.of(text)?;
    let shape = shapes.iter().find(|shape| shape.fits(bytes))?;
    Some((value, *shape))
}

/// Whether `value` is the first argument of what makes a client: `new OpsgenieClient("value")`,
/// `opsgenie.NewClient("value")`, `Client.new("value")`.
pub(crate) fn makes_client(window: &Window<'_>, value: Span) -> bool {
    let before = window.text.get(..value.start()).unwrap_or_default();
    let [before @ .., b'(', b'"' | b'\''] = before else { return false };
    let before = before.strip_suffix(b".new").unwrap_or(before);
    let name = before.get(before.len().saturating_sub(NAME_MAX)..).unwrap_or_default();
    let length = name.iter().rev().take_while(|it| it.is_ascii_alphanumeric()).count();
    let name = name.get(name.len() - length..).unwrap_or_default();
    has(name, &[b"client"])
}

fn check(
    window: &Window<'_>,
    value: Span,
    shape: Shape,
    wanted: &Wanted,
    by_place: fn(&Window<'_>, Span) -> bool,
) -> Result<Span, u16> {
    let bytes = value.of(window.text).unwrap_or_default();
    if shape.drawn(bytes) == Drawn::No {
        return Err(dismissal::PLACEHOLDER);
    }
    let name = match named(window.text, value, wanted.is_key) {
        Ok(name) => name,
        Err(dismissal::NOT_NAMED) if by_place(window, value) => {
            let nothing = Span::at(value.start(), 0);
            Name { key: nothing, phrase: nothing }
        }
        Err(reason) => return Err(reason),
    };
    match whose(window, name, value, wanted.own) {
        Whose::OursByKey | Whose::OursByPlace => Ok(name.phrase),
        Whose::Others => Err(dismissal::OTHER_SERVICE),
    }
}
