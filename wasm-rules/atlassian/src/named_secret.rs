//! Secrets that a name gives away: `JIRA_PASSWORD = …`.
//!
//! ```text
//! rule's word ─▶ what is assigned to its key ─▶ why it is none ─▶ whose it is ─▶ grade
//!                assignment                     value             naming
//! ```

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::assignment::{Assigned, assigned};
use crate::base64;
use crate::basic_header;
use crate::caseless::{stands_at, without_end};
use crate::codes::{dismissal, evidence};
use crate::constructor::{old_token, old_token_of_pair};
use crate::context::{Word, mentions};
use crate::expression::is_name;
use crate::flat::{app_password_of_odd_length, is_like_app_password};
use crate::names::{self, PRODUCTS};
use crate::naming::{Naming, Question, naming};
use crate::placeholder::is_half_of_field;
use crate::product_key::{OLD_TOKEN_LEN, behind_name, check_mixed, is_product_key, keyed};
use crate::prose::is_one_of;
use crate::quoting::{quote_at, quote_before};
use crate::random_secret::is_alphanumeric;
use crate::secret_name::{names_secret, word_at};
use crate::section::{Heading, heading};
use crate::unescape::unescaped;
use crate::value::{self, is_doubtful, is_drawn};
use crate::vendors::PREFIXES;
use crate::whose::nearer;
use crate::wordlike::{has_regular_case, reads_like_words, words};

/// A value under the name of a secret.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named<'w> {
    /// The whole key.
    pub(crate) key: Span,
    /// The value, without the scheme before it.
    pub(crate) secret: Span,
    /// Its bytes.
    pub(crate) value: &'w [u8],
    /// Whether it stood in quotes.
    quoted: bool,
    /// Whether the key's word often goes with values that are no secrets.
    vague: bool,
}

impl<'w> Named<'w> {
    /// The value under the name whose word is at `at`, or why there is none.
    pub(crate) fn find(window: &Window<'w>, at: usize) -> Result<Named<'w>, u16> {
        let text = window.text;
        let name = word_at(text, at).ok_or(dismissal::MALFORMED)?;
        let found = assigned(text, name.word).ok_or(dismissal::NO_PASSWORD)?;
        if !names_secret(text, found.key, name.word) {
            return Err(dismissal::OTHER_KEY);
        }
        let whole = found.value.of(text).unwrap_or_default();
        let value = value::without_scheme(whole.trim_ascii());
        let end = found.value.start() + whole.trim_ascii_end().len();
        let secret = Span::new(end.saturating_sub(value.len()), end);
        let secret = secret.ok_or(dismissal::MALFORMED)?;
        let Assigned { key, quoted, .. } = found;
        Ok(Named { key, secret, value, quoted, vague: name.vague })
    }

    /// Nothing, if the value may be a secret; else why it is none.
    pub(crate) fn check(&self, window: &Window<'_>) -> Result<(), u16> {
        let key = self.key.of(window.text).unwrap_or_default();
        if is_half_of_field(window.text, self.key, self.secret) {
            return Err(dismissal::TEMPLATE);
        }
        value::check(key, self.value, self.quoted)?;
        if is_sealed(window.text, self.key, self.value) {
            return Err(dismissal::ENCRYPTED);
        }
        if self.value.iter().any(|byte| b"&%\\".contains(byte)) {
            // XML, forms and properties write signs of a template or a reference as escapes.
            value::check(key, &unescaped(self.value), self.quoted)?;
        }
        if !self.quoted && in_program(window) && (is_variable(self.value) || is_type(self.value)) {
            return Err(dismissal::CODE);
        }
        Ok(())
    }

    /// The secret, if a product's name is near enough, with `grade` and `evidence`.
    pub(crate) fn named_after(
        &self,
        window: &Window<'_>,
        products: &'static [Word],
        (grade, evidence): (Grade, u16),
    ) -> Result<(Span, Grade, u16), u16> {
        self.check(window)?;
        let question = Question { products, key_words: b"" };
        match naming(window, self.key, self.secret, question)? {
            Naming::Far => Err(dismissal::NO_NAME),
            _ => Ok((self.secret, grade, evidence)),
        }
    }
}

/// Whether a value stands in a section of what is encrypted, and is as long as that makes it:
/// `"encrypted": {"token": "…"}`.
fn is_sealed(text: &[u8], key: Span, value: &[u8]) -> bool {
    const LEN_MIN: usize = 160;
    const SEALED: &[Word] = &[Word::whole("encrypted")];
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    value.len() >= LEN_MIN
        && value.iter().all(base64)
        && heading(text, key.start(), SEALED, &[]) == Some(Heading::Ours)
}

/// Whether a value without quotes is that of a schema or a program: the name of a type.
pub(crate) fn is_type_of_program(window: &Window<'_>, value: &[u8]) -> bool {
    in_program(window) && is_type(value) || in_schema(window) && is_name(value)
}

/// Whether the text is a schema, which has no strings but in quotes.
fn in_schema(window: &Window<'_>) -> bool {
    ends_in_one_of(window, &[b".graphql", b".graphqls", b".gql"])
}

/// Whether the text is of a language in which strings are written in quotes.
fn in_program(window: &Window<'_>) -> bool {
    const ENDINGS: [&[u8]; 44] = [
        b".py",
        b".js",
        b".ts",
        b".jsx",
        b".tsx",
        b".java",
        b".kt",
        b".go",
        b".rb",
        b".php",
        b".cs",
        b".rs",
        b".c",
        b".cpp",
        b".h",
        b".hpp",
        b".swift",
        b".scala",
        b".groovy",
        b".lua",
        b".r",
        b".mjs",
        b".cjs",
        b".mts",
        b".cts",
        b".vue",
        b".dart",
        b".m",
        b".graphql",
        b".gql",
        b".svelte",
        b".ex",
        b".exs",
        b".erl",
        b".clj",
        b".jl",
        b".pl",
        b".kts",
        b".gradle",
        b".fs",
        b".hs",
        b".ml",
        b".zig",
        b".nim",
    ];
    ends_in_one_of(window, &ENDINGS)
}

/// Whether the file has one of these endings.
fn ends_in_one_of(window: &Window<'_>, endings: &[&[u8]]) -> bool {
    window
        .path()
        .is_some_and(|path| endings.iter().any(|ending| without_end(path, ending).is_some()))
}

/// Whether a value without quotes may be the name of a variable.
fn is_variable(value: &[u8]) -> bool {
    const LEN_MIN: usize = 12;
    const DIGITS_MAX: usize = 3;
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let regular = value.len() < LEN_MIN || has_regular_case(value) && reads_like_words(value);
    is_name(value) && digits <= DIGITS_MAX && regular
}

/// `Brand<string, …`, `String!`: a type of TypeScript, Java or GraphQL.
fn is_type(value: &[u8]) -> bool {
    let bare = value.strip_suffix(b"!").unwrap_or(value);
    let named = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b'.';
    let length = bare.iter().take_while(named).count();
    let inside = |rest: &[u8]| rest.first().is_some_and(u8::is_ascii_alphabetic);
    match bare.get(length..) {
        Some([]) => length < value.len() && length > 0,
        Some([b'<' | b'[', rest @ ..]) => length > 0 && inside(rest),
        _ => false,
    }
}

/// Turns the reason of a dismissal and what was found into a verdict.
pub(crate) fn verdict(found: Result<(Span, Grade, u16), u16>) -> Verdict {
    match found {
        Ok((secret, grade, evidence)) => Verdict::Confirmed { secret, grade, evidence },
        Err(reason) => Verdict::Dismissed(reason),
    }
}

/// Judges `atlassian-cleartext-password`.
pub(crate) fn cleartext_password(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    verdict(if is_like_app_password(text, span) {
        app_password_of_odd_length(text, span.start())
    } else if is_product_key(text, span) {
        keyed(window, span)
    } else {
        cleartext(window, span)
    })
}

fn cleartext(window: &Window<'_>, span: Span) -> Result<(Span, Grade, u16), u16> {
    let named = Named::find(window, span.start())?;
    named.check(window)?;
    let value = named.value;
    if PREFIXES.iter().any(|prefix| value.starts_with(prefix)) {
        return Err(dismissal::OTHER_VENDOR);
    }
    // Those tokens have kinds of their own, which know what an altered one looks like.
    if matches!(value, [b'A', b'T', b'A'..=b'Z', b'A'..=b'Z', b'T', b'3', ..])
        || value.starts_with(b"BBDC-")
    {
        return Err(dismissal::ANOTHER_KIND);
    }
    if is_of_badge(window.text, named.key) || is_of_other_registry(window.text, named.key) {
        return Err(dismissal::OTHER_HOST);
    }
    if is_of_page(window.text, named.key) {
        return Err(dismissal::SETTING);
    }
    if named.vague && (!is_credential(value) || is_first_of_pair(window.text, named.secret)) {
        return Err(dismissal::WORDS);
    }
    let question = Question { products: PRODUCTS, key_words: b"" };
    let naming = naming(window, named.key, named.secret, question)?;
    let doubtful = is_doubtful(value) || is_sample_key(window, named.key);
    let (grade, evidence) = match naming {
        Naming::Far if doubtful => return Err(dismissal::NO_NAME),
        Naming::Far => (Grade::Weak, evidence::FAR_FROM_PRODUCT),
        _ if doubtful || is_digest(window, &named) => (Grade::Weak, evidence::DOUBTFUL_VALUE),
        Naming::Key => (Grade::Likely, evidence::KEY_NAMES_PRODUCT),
        Naming::Section => (Grade::Likely, evidence::SECTION_NAMES_PRODUCT),
        Naming::Beside => (Grade::Likely, evidence::BESIDE_PRODUCT),
    };
    Ok((named.secret, grade, evidence))
}

/// `https://…/badge.svg?token=…`: the picture of another service, whose address is public.
fn is_of_badge(text: &[u8], key: Span) -> bool {
    let before = text.get(..key.start()).unwrap_or_default();
    before.ends_with(b".svg?") || before.ends_with(b".png?")
}

/// `//registry.acme.io/:_auth=…`: a setting of npm for a host that is nothing of Atlassian's.
fn is_of_other_registry(text: &[u8], key: Span) -> bool {
    const LINE_MAX: usize = 200;
    let before = text.get(key.start().saturating_sub(LINE_MAX)..key.start()).unwrap_or_default();
    let line = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    let address = line.trim_ascii_start().strip_prefix(b"//");
    let address = address.and_then(|address| address.strip_suffix(b":"));
    address.is_some_and(|address| !mentions(address, names::ANY))
}

/// `<meta id="atlassian-token" …>`: what a page of a product holds against forged requests.
fn is_of_page(text: &[u8], key: Span) -> bool {
    const TAG_MAX: usize = 80;
    let before = text.get(key.start().saturating_sub(TAG_MAX)..key.start()).unwrap_or_default();
    let tag = before.rsplit(|&byte| byte == b'<').next().unwrap_or_default();
    let named = key.of(text).is_some_and(|name| name.eq_ignore_ascii_case(b"atlassian-token"));
    named && stands_at(tag, 0, b"meta ") && !tag.contains(&b'>')
}

/// `MOCK_TOKEN`, `fakePassword`: what stands under such a name is made up.
fn is_sample_key(window: &Window<'_>, key: Span) -> bool {
    words(key.of(window.text).unwrap_or_default())
        .any(|word| is_one_of(word, b"mock mocked fake dummy sample example stub bogus"))
}

/// Whether a value under a vague name is one after all: `user:password`, or long and drawn.
fn is_credential(value: &[u8]) -> bool {
    const DRAWN_MIN: usize = 16;
    let pair = value.iter().position(|&byte| byte == b':').and_then(|colon| value.get(colon + 1..));
    pair.is_some_and(|password| value::check(b"", password, true).is_ok() && !is_doubtful(password))
        || value.len() >= DRAWN_MIN && is_drawn(value)
}

/// Whether another string follows that of the value in its brackets: `auth=('user', 'password')`.
fn is_first_of_pair(text: &[u8], value: Span) -> bool {
    let open = quote_before(text, value.start());
    let open = open.and_then(|quote| text.get(quote.start.checked_sub(1)?));
    let rest = quote_at(text, value.end()).and_then(|quote| text.get(quote.end..));
    let next = rest.and_then(|rest| rest.strip_prefix(b",")).map(<[u8]>::trim_ascii_start);
    matches!(open, Some(b'(' | b'[')) && next.is_some_and(|next| quote_at(next, 0).is_some())
}

/// Whether the value may be the digest of something: as long, and under a mere `secret`.
fn is_digest(window: &Window<'_>, named: &Named<'_>) -> bool {
    let hex = named.value.iter().all(u8::is_ascii_hexdigit);
    let name = named.key.of(window.text).unwrap_or_default();
    hex && matches!(named.value.len(), 32 | 40 | 64 | 128)
        && crate::caseless::contains(name, b"secret")
}

/// Whether a value is as long as an old API token, was drawn, and ends in the digits of one.
pub(crate) fn is_like_old_token(value: &[u8]) -> bool {
    let tail = value.get(OLD_TOKEN_LEN - 4..).unwrap_or_default();
    value.len() == OLD_TOKEN_LEN
        && is_alphanumeric(value)
        && tail.iter().all(u8::is_ascii_hexdigit)
        && !value.iter().all(u8::is_ascii_hexdigit)
        && is_drawn(value)
}

/// Judges `atlassian-legacy-api-token`.
pub(crate) fn legacy_api_token(window: &Window<'_>, span: Span) -> Verdict {
    const PRODUCTS: &[Word] =
        &[Word::part("jira"), Word::part("confluence"), Word::part("atlassian")];
    let judge = || {
        if let Some(carried) = carried_old_token(window, span) {
            return match carried {
                Verdict::Confirmed { secret, grade, evidence } => Ok((secret, grade, evidence)),
                Verdict::Dismissed(reason) => Err(reason),
            };
        }
        if span.len() > OLD_TOKEN_LEN {
            return behind_name(window.text, span);
        }
        let named = Named::find(window, span.start())?;
        if !is_like_old_token(named.value) || named.vague {
            return Err(dismissal::MALFORMED);
        }
        named.named_after(window, PRODUCTS, (Grade::Weak, evidence::OLD_TOKEN_NAMED))
    };
    verdict(judge())
}

/// The verdict on an old token, if the candidate is a command, a header or a call that carries one.
fn carried_old_token(window: &Window<'_>, span: Span) -> Option<Verdict> {
    let starts = |word: &[u8]| stands_at(window.text, span.start(), word);
    if starts(b"curl") {
        Some(old_token(window, span))
    } else if starts(b"basic") {
        Some(basic_header::old_token(window, span))
    } else {
        starts(b"auth").then(|| old_token_of_pair(window, span))
    }
}

/// Judges `atlassian-marketplace-api-token`.
pub(crate) fn marketplace_token(window: &Window<'_>, span: Span) -> Verdict {
    const PRODUCTS: &[Word] = &[Word::part("jira"), Word::part("confluence")];
    let judge = || {
        if let Some(token) = behind_bearer(window.text, span) {
            if goes_on(window.text, token.end()) {
                return Err(dismissal::PART_OF_MORE);
            }
            app_token(token.of(window.text).unwrap_or_default())?;
            return match nearer(window, token, PRODUCTS) {
                true => Ok((token, Grade::Likely, evidence::APP_TOKEN_NAMED)),
                false => Err(dismissal::NO_NAME),
            };
        }
        let named = Named::find(window, span.start())?;
        app_token(named.value)?;
        named.named_after(window, PRODUCTS, (Grade::Likely, evidence::APP_TOKEN_NAMED))
    };
    verdict(judge())
}

/// Nothing, if `value` may be the token of an app from the Marketplace.
fn app_token(value: &[u8]) -> Result<(), u16> {
    if !matches!(value.len(), 22 | 35) || !is_alphanumeric(value) || !is_drawn(value) {
        return Err(dismissal::MALFORMED);
    }
    if is_web_token_part(value) {
        return Err(dismissal::PART_OF_MORE);
    }
    check_mixed(value)
}

/// Whether a word goes on at `at`, behind a sign that other tokens hold: the parts of a web token
/// are joined by dots, and the dot that ends a sentence has no letter behind it.
fn goes_on(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    matches!(rest, [b'.' | b'-' | b'_' | b'+' | b'/' | b'~', next, ..] if next.is_ascii_alphanumeric())
}

/// Whether `value` is the header or the payload of a web token, an object in base64. Such a part may
/// stand alone, where a line ends behind it.
fn is_web_token_part(value: &[u8]) -> bool {
    let object = base64::decode(value).unwrap_or_default();
    let object = object.trim_ascii();
    object.starts_with(b"{") && object.ends_with(b"}")
}

/// The letters and digits behind `Bearer `, or in the string behind `"Bearer"`, if the candidate is
/// that scheme of a header.
fn behind_bearer(text: &[u8], span: Span) -> Option<Span> {
    const SCHEME: &[u8] = b"bearer";
    if !stands_at(text, span.start(), SCHEME) {
        return None;
    }
    let gap = match text.get(span.start() + SCHEME.len()..)? {
        [b' ', ..] => 1,
        [b'"' | b'\'', b',', b' ', b'"' | b'\'', ..] => 4,
        [b'"' | b'\'', b',', b'"' | b'\'', ..] => 3,
        _ => return None,
    };
    let start = span.start() + SCHEME.len() + gap;
    let rest = text.get(start..)?;
    Some(Span::at(start, rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()))
}
