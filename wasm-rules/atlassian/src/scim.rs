//! Keys for the provisioning of users: they make and unmake the users of an organization.
//!
//! ```text
//! atlassian_scim_api_key = …
//! curl https://api.atlassian.com/scim/directory/UUID/Users -H "Authorization: Bearer …"
//! ```
//!
//! Nobody has written down what such a key looks like. So it must be called a key or a token, or
//! stand behind `Bearer`, and look as if a machine had made it; and the directory, or `scim` and
//! Atlassian, must be named beside it.

use std::ops::Range;

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::boundary::is_base64url;
use crate::caseless::{contains, contains_any, stands_at};
use crate::codes::{dismissal, evidence};
use crate::context::{Word, mentions};
use crate::enclosing::lines_around;
use crate::label::{Name, is_public};
use crate::names::distances;
use crate::opaque::{self, Called, Reader, value_assigned, value_behind, value_under};
use crate::shape::Shape;
use crate::value::decodes_to_none;
use crate::whose::names_another;
use crate::words::{has, is_listed, parts};

/// Shorter ones are none.
const LEN_MIN: usize = 24;
/// Bytes on either side of `scim` in which the key is looked for.
const REACH_BYTES_MAX: usize = 600;
/// Lines on either side.
const REACH_LINES_MAX: usize = 6;
/// Names of keys that are looked at on either side.
const NAMES_MAX: usize = 8;

const DIRECTORY: &[u8] = b"/scim/directory";

const OWN: &[Word] = &[Word::part("atlassian")];
/// Atlassian, and the identity providers that hold its key.
const HOLDERS: &[Word] = &[
    Word::part("atlassian"),
    Word::part("okta"),
    Word::part("azure"),
    Word::part("google"),
    Word::part("auth0"),
];
/// Others that speak the same protocol.
const OTHERS: &[Word] = &[
    Word::part("github"),
    Word::part("gitlab"),
    Word::part("slack"),
    Word::whole("zoom"),
    Word::part("dropbox"),
    Word::whole("aws"),
    Word::part("amazonaws"),
    Word::part("datadog"),
    Word::part("pagerduty"),
    Word::part("salesforce"),
    Word::part("snowflake"),
    Word::part("databricks"),
    Word::part("zendesk"),
    Word::part("figma"),
    Word::part("notion"),
];

/// Judges `atlassian-scim-api-key`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    const READERS: [Reader; 4] = [value_under, value_assigned, behind_bearer, behind_words];

    let text = window.text;
    let around = lines_around(text, span, REACH_LINES_MAX, REACH_BYTES_MAX);
    let mut reason = dismissal::NOT_NAMED;
    let behind = key_words(text, span.end()..around.end()).take(NAMES_MAX);
    let before = key_words(text, around.start()..span.start()).rev().take(NAMES_MAX);
    for word in behind.chain(before) {
        for called in READERS.into_iter().filter_map(|read| read(text, word)) {
            match check(window, span, called) {
                Ok(evidence) => {
                    let secret = called.value;
                    return Verdict::Confirmed { secret, grade: Grade::Likely, evidence };
                }
                Err(why) => reason = why,
            }
        }
    }
    Verdict::Dismissed(reason)
}

/// Words of names of keys in `range`.
fn key_words(text: &[u8], range: Range<usize>) -> impl DoubleEndedIterator<Item = Span> {
    const WORDS: [&[u8]; 4] = [b"token", b"key", b"bearer", b"secret"];
    range.filter_map(move |at| {
        WORDS
            .into_iter()
            .find(|word| stands_at(text, at, word))
            .map(|word| Span::at(at, word.len()))
    })
}

/// The value behind more words than an assignment has.
fn behind_words(text: &[u8], word: Span) -> Option<Called> {
    value_behind(text, word, LEN_MIN, is_key)
}

/// `Bearer`, and what follows it.
fn behind_bearer(text: &[u8], word: Span) -> Option<Called> {
    let rest = text.get(word.end()..)?;
    let blanks = rest.iter().take(4).take_while(|byte| matches!(byte, b' ' | b'+')).count();
    let rest = rest.get(blanks..)?;
    let value = |byte: &&u8| is_base64url(**byte) || matches!(byte, b'=' | b'.' | b'+' | b'/');
    let len = rest.iter().take(512).take_while(value).count();
    let bearer = blanks > 0 && contains(word.of(text)?, b"bearer");
    let name = Name { key: word, phrase: word };
    bearer.then_some(Called { name, value: Span::at(word.end() + blanks, len) })
}

fn check(window: &Window<'_>, span: Span, called: Called) -> Result<u16, u16> {
    let value = called.value;
    let name = called.name.key.of(window.text).unwrap_or_default();
    let bytes = value.of(window.text).unwrap_or_default();
    if is_public(name) {
        return Err(dismissal::DIGEST_OR_ID);
    }
    if !is_key(name) {
        return Err(dismissal::NOT_NAMED);
    }
    opaque::check(bytes, LEN_MIN)?;
    if opaque::is_sealed(window.text, value) {
        return Err(dismissal::ENCRYPTED);
    }
    if decodes_to_none(bytes) {
        return Err(dismissal::PLACEHOLDER);
    }
    if is_token_of_family(bytes) {
        return Err(dismissal::ANOTHER_KIND);
    }
    let named = contains(name, b"scim");
    if Shape::Uuid.fits(bytes) && !named {
        return Err(dismissal::DIGEST_OR_ID);
    }
    if mentions(name, OTHERS) || names_another(name, HOLDERS) {
        return Err(dismissal::OTHER_SERVICE);
    }
    let distances = distances(window, value, [OWN, OTHERS]);
    match distances {
        [Some(own), Some(other)] if other < own => Err(dismissal::OTHER_SERVICE),
        [None, _] => Err(dismissal::NO_NAME),
        _ if named => Ok(evidence::SCIM_NAMED),
        _ if beside_directory(window.text, span) || names_one(window.text, span) => {
            Ok(evidence::SCIM_DIRECTORY)
        }
        _ => Err(dismissal::NOT_NAMED),
    }
}

/// `token`, `api_key`, `Bearer`; not the name of an id or of another key.
fn is_key(name: &[u8]) -> bool {
    const OTHER_KEYS: &[u8] = b"url uri endpoint header type expiry expires public cache \
        issue project primary foreign sort path file schema schemas name";
    has(name, &[b"token", b"key", b"bearer", b"secret"])
        && !parts(name).any(|part| is_listed(part, OTHER_KEYS))
}

/// Whether the candidate is part of the address of a directory.
fn beside_directory(text: &[u8], span: Span) -> bool {
    let from = span.start().saturating_sub(1);
    stands_at(text, from, DIRECTORY)
}

/// Whether the candidate is a word that names Atlassian too: `atlassian_scim`.
fn names_one(text: &[u8], span: Span) -> bool {
    const BEFORE: usize = 40;
    let from = span.start().saturating_sub(BEFORE);
    let near = text.get(from..text.len().min(span.end() + BEFORE)).unwrap_or_default();
    contains_any(near, &[b"atlassian"])
}

/// Whether the value tells by itself what it is.
fn is_token_of_family(value: &[u8]) -> bool {
    matches!(value, [b'A', b'T', _, _, b'T', b'3', b'x', b'F', b'f', ..])
}
