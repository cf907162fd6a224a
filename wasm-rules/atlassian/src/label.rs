//! What a value is called by the text before it.
//!
//! ```text
//! KEY=value   KEY: &str = "value"   <key>value   name="KEY" value="value"   - name: KEY⏎  value: v
//! getenv("KEY", "value")   | KEY | value |   KEY — the one we use: value   variable "KEY" { default =
//! ```
//!
//! People put so much between a key and its value that a grammar for it would not end. So the words
//! before the value are read backwards until one is of the kind that is looked for: and given up
//! where another key claims the value, where the object ends, or where a word says that this is a
//! digest.

use pushgate_detector_sdk::Span;

use crate::caseless::contains;
use crate::codes::dismissal;
use crate::columns::{cell_before, name_of};
use crate::glue::{Glue, accessors_before};
use crate::words::{is_listed, parts};

/// What stands before a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// A key of the kind that was looked for.
    Named {
        /// The word itself.
        word: Span,
        /// The words that belong to it, up to the value: `my trello api token (old):`.
        phrase: Span,
    },
    /// The name of a digest or an id.
    DigestOrId,
    /// Another key.
    Other,
    /// Nothing that names it.
    Nothing,
}

/// Bytes that are read.
const REACH_BYTES_MAX: usize = 320;
/// Lines that are begun.
const REACH_LINES_MAX: usize = 6;
/// Words that are read.
const REACH_WORDS_MAX: usize = 24;
/// Bytes of the words before a key that still belong to it.
const PHRASE_BYTES_MAX: usize = 80;

/// Words that say nothing of the value after them, even where a colon stands between.
const NEUTRAL: &[u8] = b"value values val default string str text data content is are was type \
    here now plain plaintext raw literal s n env arg optional char td th code pre kbd tt b \
    i em strong span p div li dd input bytes varchar cdata result const let var set config of \
    constant setting v example undefined null nil none quot apos amp lt gt nbsp prod production staging dev test current u8 issecret argument parameter use";

/// Keys behind which stands what another value is called.
const NAMES: &[u8] = b"name key variable var parameter param field property label title";

/// Words that say that a value is computed from something else.
const DIGESTS: &[u8] = b"sha sha1 sha224 sha256 sha384 sha512 md5 crc crc32 digest checksum \
    integrity hash hashes hashed fingerprint thumbprint commit commits revision rev etag blake2 \
    blake3 sri shasum sha256sum sha1sum md5sum txid nonce";

/// Words at the end of a name that make it the name of something public.
const IDS: &[u8] = b"id ids uuid guid identifier";

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
        // Not every table has a head.
        Some(_) => match cell_before(text, value).and_then(|cell| Some((cell, cell.of(text)?))) {
            Some((key, name)) if is_key(name) && !is_public(name) => Ok(Name { key, phrase: key }),
            _ => Err(dismissal::NOT_NAMED),
        },
        None => match label(text, value, is_key) {
            Label::Named { word: key, phrase } => Ok(Name { key, phrase }),
            Label::DigestOrId => Err(dismissal::DIGEST_OR_ID),
            Label::Other | Label::Nothing => Err(dismissal::NOT_NAMED),
        },
    }
}

/// The label of `value` among the words before it, of which `is_key` tells the right ones.
pub(crate) fn label(text: &[u8], value: Span, is_key: fn(&[u8]) -> bool) -> Label {
    let limit = value.start().saturating_sub(REACH_BYTES_MAX);
    let mut next = value.start();
    let mut accessors =
        accessors_before(text, value.start()).or_else(|| attributes_before(text, value.start()));
    let mut lines = 0;
    // Whether what was read last is the value, or belongs to it.
    let mut ours = true;
    let mut last_name: Option<&[u8]> = None;
    for _ in 0..REACH_WORDS_MAX {
        let end = accessors.unwrap_or(next);
        let Some(word) = word_before(text, limit, end) else {
            return Label::Nothing;
        };
        let Some(name) = word.of(text) else {
            return Label::Nothing;
        };
        let last = last_name.replace(name);
        let glue = match accessors.take() {
            Some(_) => Glue { bytes: b"=", assigned: true },
            None => Glue::between(text, word, next),
        };
        lines += glue.bytes.iter().filter(|&&byte| byte == b'\n').count();
        if lines > REACH_LINES_MAX || glue.ends_object() {
            return Label::Nothing;
        }
        next = word.start();
        let before = text.get(..word.start()).unwrap_or_default();
        if before.ends_with(b"</") || is_of_namespace(text, word) {
            continue;
        }

        if glue.opens() {
            ours = true;
        } else if !glue.assigned && glue.separates() || glue.has_its_own() {
            ours = false;
        }
        let of_another = glue.assigned && !ours;
        if of_another && is_listed(name, NAMES) {
            return Label::Other;
        }
        // `name="Argument.value">`: the name that was read last is of a value's place.
        if glue.assigned && is_listed(name, NAMES) && last.is_some_and(names_a_place) {
            continue;
        }
        if of_another {
            continue;
        }
        if is_digest(name) {
            return Label::DigestOrId;
        }
        // A host may be called anything.
        if is_key(name) && !before.ends_with(b"//") {
            let digest = is_file(name) || glue.bytes == b":" && is_in_path(text, word);
            return if digest { Label::DigestOrId } else { with_phrase(text, limit, word, value) };
        }
        if glue.assigned && ours && !glue.opens() && !is_neutral(text, word) {
            return claimed(text, limit, word, value, is_key);
        }
    }
    Label::Nothing
}

/// Whether `word` is the namespace in a tag, or stands behind one in a tag that closes:
/// `<con:name>`, `</con:name>`.
fn is_of_namespace(text: &[u8], word: Span) -> bool {
    const LENGTH_MAX: usize = 24;
    let before = text.get(..word.start()).unwrap_or_default();
    let prefix = before.strip_suffix(b":").unwrap_or_default();
    let letters = prefix.iter().rev().take(LENGTH_MAX).take_while(|it| it.is_ascii_alphanumeric());
    let closes = prefix.get(..prefix.len() - letters.count()).is_some_and(|it| it.ends_with(b"</"));
    closes || before.ends_with(b"<") && text.get(word.end()) == Some(&b':')
}

/// Where the attributes begin of the tag that opens right before `value`, if they say nothing of
/// its name.
fn attributes_before(text: &[u8], value: usize) -> Option<usize> {
    const TAG_MAX: usize = 160;
    let from = value.saturating_sub(TAG_MAX);
    let before = text.get(from..value)?.trim_ascii_end().strip_suffix(b">")?;
    let open = before.iter().rposition(|&byte| matches!(byte, b'<' | b'>'))?;
    let tag = before.get(open..)?.strip_prefix(b"<")?;
    let len = tag.iter().position(u8::is_ascii_whitespace)?;
    let named = [&b"name="[..], b"key=", b"id="].iter().any(|it| contains(tag, it));
    (!named && len > 0).then_some(from + open + 1 + len)
}

/// The label whose key is `word`.
fn with_phrase(text: &[u8], limit: usize, word: Span, value: Span) -> Label {
    match Span::new(phrase_start(text, limit, word.start()), value.start()) {
        Some(phrase) if !word.of(text).is_some_and(is_public) => Label::Named { word, phrase },
        _ => Label::DigestOrId,
    }
}

/// The label where `word`, which is no key of the kind, has the value for itself: unless it is the
/// end of a sentence that has such a key, as in `the token that we use: …`.
fn claimed(text: &[u8], limit: usize, word: Span, value: Span, is_key: fn(&[u8]) -> bool) -> Label {
    let start = phrase_start(text, limit, word.start());
    let Some(phrase) = Span::new(start, word.start()).and_then(|phrase| phrase.of(text)) else {
        return Label::Other;
    };
    let words = || phrase.split(|&byte| byte == b' ');
    if words().any(is_digest) {
        Label::DigestOrId
    } else if words().any(is_key) {
        Span::new(start, value.start()).map_or(Label::Other, |phrase| Label::Named { word, phrase })
    } else {
        Label::Other
    }
}

/// `Argument.value`.
fn names_a_place(name: &[u8]) -> bool {
    let count = parts(name).count();
    count > 1 && parts(name).last() == Some(b"value")
}

/// Whether a name is that of a digest or an id, whatever it is a digest of.
pub(crate) fn is_public(name: &[u8]) -> bool {
    is_digest(name) || parts(name).last().is_some_and(|last| is_listed(last, IDS))
}

fn is_digest(name: &[u8]) -> bool {
    parts(name).any(|part| is_listed(part, DIGESTS))
}

/// `token.zip`, beside which its digest stands.
pub(crate) fn is_file(name: &[u8]) -> bool {
    const ENDINGS: &[u8] =
        b"zip tgz gz bz2 xz tar jar war whl deb rpm apk exe dll so dmg msi py js \
        ts tsx jsx mjs php rb go rs java kt cs c h cpp json yml yaml toml xml html css scss md txt \
        sh map png svg lock nupkg gem";
    let mut pieces = name.rsplit(|&byte| byte == b'.');
    let ending = pieces.next().unwrap_or_default();
    pieces.next().is_some() && is_listed(ending, ENDINGS)
}

/// `registry/image:tag`.
fn is_in_path(text: &[u8], word: Span) -> bool {
    word.start().checked_sub(1).and_then(|at| text.get(at)) == Some(&b'/')
}

/// Whether `name` says nothing of what stands behind it.
pub(crate) fn says_nothing(name: &[u8]) -> bool {
    // `param-value` holds what `param-name` is called.
    let of_value = parts(name).last().is_some_and(|last| last.eq_ignore_ascii_case(b"value"));
    let neutral = |part| is_listed(part, NEUTRAL) || of_value && is_listed(part, NAMES);
    parts(name).all(neutral)
}

/// Whether a word says nothing: by itself, as a number, or as an escape (`%22`, `\u0022`, `&quot;`).
fn is_neutral(text: &[u8], word: Span) -> bool {
    let name = word.of(text).unwrap_or_default();
    let before = word.start().checked_sub(1).and_then(|at| text.get(at));
    let entity = before == Some(&b'&') && text.get(word.end()) == Some(&b';');
    entity
        || matches!(before, Some(b'%' | b'\\'))
        || name.iter().all(|byte| !byte.is_ascii_alphabetic())
        || says_nothing(name)
}

/// The last word that ends at or before `end`, and begins not before `limit`.
fn word_before(text: &[u8], limit: usize, end: usize) -> Option<Span> {
    let before = text.get(limit..end)?;
    let len = before.iter().rposition(|&byte| is_inside(byte))? + 1;
    let word = before.get(..len)?;
    let joins = |&byte: &u8| is_inside(byte) || matches!(byte, b'-' | b'.' | b'$');
    let start = word.iter().rposition(|byte| !joins(byte)).map_or(0, |at| at + 1);
    Some(Span::at(limit + start, len - start))
}

/// Letters, digits, and what joins them in names.
fn is_inside(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Where the words begin that stand before `at` with single blanks between.
fn phrase_start(text: &[u8], limit: usize, at: usize) -> usize {
    let from = limit.max(at.saturating_sub(PHRASE_BYTES_MAX));
    let before = text.get(from..at).unwrap_or_default();
    let mut next = b'x';
    let mut len = 0;
    for &byte in before.iter().rev() {
        let goes_on = match byte {
            b' ' => next != b' ',
            b'-' | b'.' | b'$' | b'\'' | b'/' => true,
            byte => is_inside(byte),
        };
        if !goes_on {
            break;
        }
        next = byte;
        len += 1;
    }
    let blanks = before.get(before.len() - len..).unwrap_or_default();
    at - len + blanks.iter().take_while(|&&byte| byte == b' ').count()
}

#[cfg(test)]
mod tests {
    use super::{Label, label};
    use crate::words::has;
    use pushgate_detector_sdk::Span;

    /// What `#` is called, if it is a token: its phrase.
    fn check(text: &str, expected: Option<&str>) {
        let at = text.rfind('#').unwrap();
        let found = label(text.as_bytes(), Span::at(at, 1), |name| has(name, &[b"token"]));
        let phrase = match found {
            Label::Named { phrase, .. } => Some(&text[phrase.start()..phrase.end()]),
            _ => None,
        };
        assert_eq!(phrase, expected, "{text}: {found:?}");
    }

    fn named(text: &str) {
        let at = text.rfind('#').unwrap();
        let found = label(text.as_bytes(), Span::at(at, 1), |name| has(name, &[b"token"]));
        assert!(matches!(found, Label::Named { .. }), "{text}: {found:?}");
    }

    #[test]
    fn a_key_names_its_value() {
        check("MY_TOKEN=#", Some("MY_TOKEN="));
        check("x; my api token: #", Some("my api token: "));
        check("a=1&token=#", Some("token="));
    }

    #[test]
    fn a_key_names_its_value_over_much_that_stands_between() {
        for text in [
            "token: &'static str = \"#\"",
            "token: Optional[str] = '#'",
            "token = getenv('X', '#')",
            "token = new Secret(\"#\")",
            "public string ApiToken { get; set; } = \"#\"",
            "string ApiToken { get; private set; } = \"#\"",
            "token?: string | undefined = `#`",
            "<apiToken>#</apiToken>",
            "<add key=\"MyToken\" value=\"#\"/>",
            "<key>TOKEN</key>\n<string>#</string>",
            "<param-name>my.token</param-name>\n <param-value>#</param-value>",
            "<c:name>token</c:name><c:value>#</c:value>",
            "- name: TOKEN\n  value: #",
            "variable \"token\" {\n  type = string\n  description = \"of mine\"\n  default = \"#\"",
            "\"token\": {\"type\": \"string\", \"value\": \"#\"}",
            "my_token:\n  description: one of mine\n  value: #",
            "| TOKEN | prod | #",
            "token,prod,#",
            "${TOKEN:-#}",
            "&quot;token&quot;:&quot;#",
            "token%22%3A%22#",
            "The token that we use: #",
            "Token (never expires): #",
            "https://example.org/token/#",
        ] {
            named(text);
        }
    }

    #[test]
    fn another_key_has_the_value_for_itself() {
        for text in [
            "TOKEN=x\nOTHER=#",
            "token: abc, other: #",
            "\"token\": \"abc\", \"#",
            "token=${X}; other #",
            "<token>x</token><other>#</other>",
            "{\"name\":\"token\"},{\"name\":\"x\",\"value\":\"#",
            "- name: TOKEN\n  value: a\n- name: X\n  value: #",
            "<add key=\"token\"/><add key=\"x\" value=\"#",
            "https://token.example.org/a/#",
            "token\n\n#",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn digests_and_ids_are_no_tokens() {
        for text in [
            "token_sha256: #",
            "token checksum #",
            "tokenId = #",
            "token.zip  #",
            "acme/token:#",
            "token sha256:#",
        ] {
            check(text, None);
        }
    }
}
