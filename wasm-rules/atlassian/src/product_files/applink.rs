//! User and password of an application link: requests to `/rest/applinks`, provisioning.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use super::around::{around, before, is_named, setting, word_in};
use crate::caseless::contains_any;
use crate::codes::{dismissal, evidence};
use crate::credential;
use crate::value;

/// Text between an application link and its password.
const REACH_BYTES_MAX: usize = 600;

/// What only application links are called.
const THEIRS: [&[u8]; 9] = [
    b"rest/applinks",
    b"servlet/applinks",
    b"atlassian.applinks",
    b"basicauthenticationprovider",
    b"applicationlink",
    b"application_link",
    b"application-link",
    b"application link",
    b"applink_basic",
];
/// What they are called too, and other things are.
const ANYBODYS: [&[u8]; 6] =
    [b"applink", b"app_link", b"basic_access", b"basicaccess", b"basic-access", b"basic access"];

/// What stands in a name with `password`.
const THEIR_KEYS: [&[u8]; 3] = [b"applink", b"app_link", b"application.link"];

/// Judges `applink-basic-access-password`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let words = ["password", "passwd"];
    let Some(word) = words.iter().find_map(|word| word_in(text, span, word)) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    // Most passwords near a product's name have nothing to do with a link.
    let above = before(text, word, REACH_BYTES_MAX);
    let below = text.get(word.end()..).unwrap_or_default();
    let below = below.get(..REACH_BYTES_MAX).unwrap_or(below);
    let line = below.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let theirs = [above, line].iter().any(|near| contains_any(near, &THEIRS))
        || contains_any(below, &[b"basicauthenticationprovider"]);
    let anybodys = || contains_any(above, &ANYBODYS) || contains_any(below, &ANYBODYS);
    let named = || is_named(window, word) && !is_of_a_phone(around(text, word));
    let found = setting(text, word);
    // A link of Apple's has no password.
    let in_key = || {
        let key = found.and_then(|found| found.key.of(text)).unwrap_or_default();
        let words = phrase(text, word);
        [key, words].iter().any(|name| contains_any(name, &THEIR_KEYS))
    };
    // One of them may be anybody's, both are those of a link.
    let in_words = || {
        let name = found.and_then(|found| found.key.of(text)).unwrap_or_default();
        let near = around(text, word);
        contains_any(name, ANYBODYS.get(2..).unwrap_or_default())
            && contains_any(near, ANYBODYS.get(..2).unwrap_or_default())
            && !is_of_a_phone(near)
    };
    let is_of_link = theirs || in_key() || in_words() || anybodys() && named();
    if !is_of_link {
        return Verdict::Dismissed(dismissal::ANOTHER_KIND);
    }
    let Some(found) = found else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let value = found.value.of(text).unwrap_or_default();
    if let Err(reason @ (dismissal::CODE | dismissal::WORDS | dismissal::PLACE)) =
        value::check(b"", value, found.quoted)
    {
        return Verdict::Dismissed(reason);
    }
    let worth = (Grade::Likely, evidence::APPLICATION_LINK);
    credential::judge(text, &[], found.value, worth)
}

/// The words right before one, with nothing but blanks between: `applinks password`.
fn phrase(text: &[u8], word: Span) -> &[u8] {
    const PHRASE_MAX: usize = 32;
    let before = before(text, word, PHRASE_MAX);
    let joins = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b' ';
    let length = before.iter().rev().take_while(joins).count();
    before.get(before.len() - length..).unwrap_or_default()
}

/// Apple calls something else so: `applinks:example.com`.
fn is_of_a_phone(near: &[u8]) -> bool {
    const WORD: &[u8] = b"applinks:";
    let hosts = near.windows(WORD.len() + 1).any(|words| {
        words.starts_with(WORD) && words.last().is_some_and(|byte| !byte.is_ascii_whitespace())
    });
    hosts
        || contains_any(near, &[b"associated-domains", b"\"details\"", b"appid", b"webcredentials"])
}
