//! Passwords of the accounts with which products read a directory: `atlassian-user.xml`, the
//! attributes of a directory in a backup or a database.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use super::around::{
    around, before, is_named, is_named_after_product, setting, whole_word, word_in,
};
use crate::caseless::contains_any;
use crate::codes::{dismissal, evidence};
use crate::context::mentions;
use crate::credential::{self, Worth};
use crate::names;
use crate::value;

/// Words before a name that belong to it.
const PHRASE_MAX: usize = 24;

/// What only a directory of Crowd's code has beside the password.
const DIRECTORY: [&[u8]; 7] = [
    b"directoryattribute",
    b"directory_attribute",
    b"directory-attribute",
    b"ldap.userdn",
    b"ldap.basedn",
    b"<attribute",
    b"<securityprincipal",
];

/// Judges `atlassian-ldap-bind-password`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let words = ["securitycredential", "ldap.password"];
    let found = words.iter().find_map(|word| word_in(text, span, word));
    let read = |word| {
        let found = setting(text, word).map(|found| (found.key, found.value));
        found.or_else(|| Some((word, column(text, word).or_else(|| updated(text, word))?)))
    };
    let Some(found) = found else {
        return named(window, span);
    };
    let Some((name, value)) = read(found) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let key = name.of(text).unwrap_or_default();
    let near = around(text, name);
    let element = text.get(..name.start()).is_some_and(|it| it.ends_with(b"<"));
    let theirs = element && key == b"securityCredential" || contains_any(near, &DIRECTORY);
    let worth: Worth = if theirs || is_named(window, name) {
        (Grade::Likely, evidence::LDAP)
    } else if key.first().is_some_and(u8::is_ascii_lowercase) {
        (Grade::Weak, evidence::LDAP_ANYBODYS)
    } else {
        // A bank's `SecurityCredential` is encrypted with the bank's key.
        return Verdict::Dismissed(dismissal::NO_NAME);
    };
    credential::judge(text, &[], value, worth)
}

/// Judges a password that is called after the directory: `JIRA_LDAP_BIND_PASSWORD`. Every program
/// has one, so a product must be in its name, or in that of its section.
fn named(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let word = ["pass", "pwd"].iter().find_map(|word| word_in(text, span, word));
    let Some(word) = word.map(|word| whole_word(text, word)) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let Some(found) = setting(text, word) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let phrase = Span::new(span.start().saturating_sub(PHRASE_MAX), found.key.end());
    let phrase = phrase.and_then(|phrase| phrase.of(text)).unwrap_or_default();
    let phrase = phrase.rsplit(|byte| !is_of_phrase(*byte)).next().unwrap_or_default();
    if !is_named_after_product(text, found.key) && !mentions(phrase, names::HEADINGS) {
        return Verdict::Dismissed(dismissal::NO_NAME);
    }
    let key = found.key.of(text).unwrap_or_default();
    let value = found.value.of(text).unwrap_or_default();
    if let Err(reason) = value::check(key, value, found.quoted) {
        return Verdict::Dismissed(reason);
    }
    credential::judge_named(window, &[], found, (Grade::Likely, evidence::LDAP))
}

/// Whether a byte belongs to words that make one name: `the confluence ldap bind password`.
fn is_of_phrase(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" ._-".contains(&byte)
}

/// The next column of a table whose columns are set apart by tabs.
fn column(text: &[u8], name: Span) -> Option<Span> {
    let rest = text.get(name.end()..)?.strip_prefix(b"\t")?;
    let length = rest.iter().take(512).take_while(|byte| !byte.is_ascii_control()).count();
    Some(Span::at(name.end() + 1, length))
}

/// `SET attribute_value = 'secret' WHERE attribute_name = 'ldap.password'`
fn updated(text: &[u8], name: Span) -> Option<Span> {
    const KEY: &[u8] = b"attribute_value";
    let above = before(text, name, 256);
    let start = above.windows(KEY.len()).rposition(|word| word.eq_ignore_ascii_case(KEY))?;
    let key = Span::at(name.start() - above.len() + start, KEY.len());
    setting(text, key).map(|found| found.value).filter(|value| value.end() < name.start())
}
