//! What a value is called: by the column it stands in, or else by the words before it.

use pushgate_detector_sdk::Span;

use crate::codes::dismissal;
use crate::columns::name_of;
use crate::label::{Label, is_public, label, says_nothing};

/// The name of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// The key.
    pub(crate) key: Span,
    /// From the words that belong to the key up to the value; the name of a column is alone.
    pub(crate) phrase: Span,
}

/// The name of `value`, if it is one that `is_key` knows; else the code of a dismissal.
pub(crate) fn named(text: &[u8], value: Span, is_key: fn(&[u8]) -> bool) -> Result<Name, u16> {
    // A column called `value` has the name beside it.
    let column = name_of(text, value).and_then(|name| Some((name, name.of(text)?)));
    match column.filter(|(_, name)| !says_nothing(name)) {
        Some((_, name)) if is_public(name) => Err(dismissal::DIGEST_OR_ID),
        Some((key, name)) if is_key(name) => Ok(Name { key, phrase: key }),
        Some(_) => Err(dismissal::NOT_NAMED),
        None => match label(text, value, is_key) {
            Label::Named { word: key, phrase } => Ok(Name { key, phrase }),
            Label::DigestOrId => Err(dismissal::DIGEST_OR_ID),
            Label::Other | Label::Nothing => Err(dismissal::NOT_NAMED),
        },
    }
}
