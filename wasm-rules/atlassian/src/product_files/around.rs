//! What stands around a value in a file of settings.

use pushgate_detector_sdk::{Span, Window};

use crate::assignment::{Assigned, assigned};
use crate::caseless::stands_at;
use crate::context::mentions;
use crate::names;
use crate::section::{Heading, heading};

/// Text further away than this belongs to something else.
const REACH_BYTES_MAX: usize = 1024;

/// The text before and after `span`, as far as it may belong to the same settings.
pub(super) fn around(text: &[u8], span: Span) -> &[u8] {
    let start = span.start().saturating_sub(REACH_BYTES_MAX);
    let end = text.len().min(span.end().saturating_add(REACH_BYTES_MAX));
    text.get(start..end).unwrap_or_default()
}

/// The `bytes` before `span`.
pub(super) fn before(text: &[u8], span: Span, bytes: usize) -> &[u8] {
    text.get(span.start().saturating_sub(bytes)..span.start()).unwrap_or_default()
}

/// Whether the file is called `name`, in any case; `name` has no capitals.
pub(super) fn is_called(window: &Window<'_>, name: &str) -> bool {
    let path = window.path().unwrap_or_default();
    let file = path.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or_default();
    stands_at(file, 0, name.as_bytes())
        && file.get(name.len()).is_none_or(|next| !next.is_ascii_alphanumeric())
}

/// Whether an Atlassian name stands near, or in the path.
pub(super) fn is_named(window: &Window<'_>, span: Span) -> bool {
    let [distance] = names::distances(window, span, [names::ANY]);
    distance.is_some()
}

/// The word of `word`, in any case and without capitals, in the candidate.
pub(super) fn word_in(text: &[u8], span: Span, word: &str) -> Option<Span> {
    let start = (span.start()..span.end()).find(|&at| stands_at(text, at, word.as_bytes()))?;
    Some(Span::at(start, word.len()))
}

/// Whether a key, or the heading of its section, names a product.
pub(super) fn is_named_after_product(text: &[u8], key: Span) -> bool {
    key.of(text).is_some_and(|name| mentions(name, names::HEADINGS))
        || heading(text, key.start(), names::HEADINGS, &[]) == Some(Heading::Ours)
}

/// The word for a password that begins so.
pub(super) fn whole_word(text: &[u8], word: Span) -> Span {
    const WORDS: [&[u8]; 2] = [b"password", b"passwd"];
    let whole = WORDS.iter().find(|whole| stands_at(text, word.start(), whole));
    whole.map_or(word, |whole| Span::at(word.start(), whole.len()))
}

/// The value of the key that `word` is a part of, if it is written down as one.
pub(super) fn setting(text: &[u8], word: Span) -> Option<Assigned> {
    // `passwords`, `passwordfile`: another word.
    if text.get(word.end()).is_some_and(u8::is_ascii_lowercase) {
        return None;
    }
    let found = assigned(text, word)?;
    let value = found.value.of(text)?;
    // `s/password=.*/password=value/`: a pattern is no value, and the slash ends it.
    if value.starts_with(b".*") {
        return None;
    }
    let before = found.key.start().checked_sub(1).and_then(|before| text.get(before));
    let end = value.last().filter(|last| before == Some(last) && b"/|#,~!".contains(last));
    let length = value.len() - usize::from(end.is_some());
    // `set the password variable to …`: in a sentence only a blank stands between.
    let gap = text.get(found.key.end()..found.value.start()).unwrap_or_default();
    let sentence = !found.quoted && gap.iter().all(|byte| matches!(byte, b' ' | b'`'));
    if sentence && value.iter().all(|byte| byte.is_ascii_lowercase() || b".,:;".contains(byte)) {
        return None;
    }
    Some(Assigned { value: Span::at(found.value.start(), length), ..found })
}
