//! Passwords with which applications log in to Crowd: `crowd.properties`, and what is made of it.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use super::around::{around, is_called, setting, word_in};
use crate::caseless::contains;
use crate::codes::{dismissal, evidence};
use crate::context::{Word, mentions, mentions_anywhere};
use crate::credential;
use crate::names;

/// Crowd, and not crowds.
const CROWD: &[Word] = &[Word::whole("crowd")];

/// Judges `crowd-application-password`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let word = word_in(text, span, "password").or_else(|| word_below(text, span));
    let found = word.and_then(|word| setting(text, word));
    let Some(found) = found else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    // Other programs have applications with passwords too.
    let near = around(text, found.key);
    let key = found.key.of(text).unwrap_or_default();
    let named = is_called(window, "crowd")
        || contains(key, b"crowd")
        || window.path().is_some_and(|path| mentions(path, CROWD))
        || mentions_anywhere(near, CROWD)
        || application(near).is_some_and(|name| mentions(name, names::ANY));
    if !named {
        return Verdict::Dismissed(dismissal::NO_NAME);
    }
    let user = application(near).unwrap_or_default();
    credential::judge_named(window, user, found, (Grade::Likely, evidence::CROWD_APPLICATION))
}

/// The word in the block that `application` opens, in a file of nested settings.
fn word_below(text: &[u8], span: Span) -> Option<Span> {
    const BLOCK_BYTES_MAX: usize = 300;
    let rest = text.get(span.end()..)?;
    let block = rest.get(..BLOCK_BYTES_MAX).unwrap_or(rest);
    let end = block.windows(2).position(|pair| pair == b"\n\n").unwrap_or(block.len());
    let end = block.iter().position(|&byte| byte == b'}').unwrap_or(end).min(end);
    word_in(text, Span::at(span.end(), end), "password")
}

/// The value of `application.name`.
fn application(near: &[u8]) -> Option<&[u8]> {
    const KEY: &[u8] = b"application.name";
    let start = near.windows(KEY.len()).position(|word| word.eq_ignore_ascii_case(KEY))?;
    let found = setting(near, Span::at(start, KEY.len()))?;
    found.value.of(near)
}
