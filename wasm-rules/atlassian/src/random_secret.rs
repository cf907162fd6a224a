//! Secrets of a known length and alphabet, which only their names tell from others of that shape.
//!
//! | kind | shape | name |
//! | --- | --- | --- |
//! | app password without a prefix | 20 letters and digits | Bitbucket, `app password` |
//! | client secret without a prefix | 64 of base64url | Atlassian, Jira, Confluence, `client secret` |
//! | OAuth consumer of Bitbucket Cloud | 32 letters and digits | Bitbucket, `secret` |
//! | client secret of Data Center | 32 to 64 letters and digits | a product, `oauth`, `client secret` |
//! | webhook | none | a product, `webhook`, `secret` |
//!
//! Where two fit, the words decide: `oauth2/latest`, `server` and `dc` speak for Data Center, hosts
//! of the cloud against it; without any, 32 characters for Bitbucket are a consumer's, and what is
//! called `oauth` is Data Center's. One value is never two of these kinds.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::caseless::{contains, contains_any};
use crate::codes::{dismissal, evidence};
use crate::consumer::{near_address, of_strategy};
use crate::context::{Word, mentions, nearest};
use crate::named_secret::{Named, verdict};
use crate::naming::{Naming, Question, naming};
use crate::place::is_uuid;
use crate::section::{Heading, heading};
use crate::value::{self, is_doubtful, is_drawn};

const BITBUCKET: &[Word] = &[Word::part("bitbucket"), Word::whole("stash")];
const OTHER_PRODUCTS: &[Word] =
    &[Word::part("jira"), Word::part("confluence"), Word::part("atlassian"), Word::part("bamboo")];
const ANY: &[Word] = &[
    Word::part("bitbucket"),
    Word::whole("stash"),
    Word::part("jira"),
    Word::part("confluence"),
    Word::part("atlassian"),
    Word::part("bamboo"),
];
/// What speaks for an installation of one's own.
const DATA_CENTER: &[Word] = &[
    Word::part("oauth2/latest"),
    Word::part("datacenter"),
    Word::part("data center"),
    Word::part("data-center"),
    Word::part("data_center"),
    Word::whole("dc"),
    Word::part("bitbucket server"),
    Word::part("bitbucket-server"),
    Word::part("bitbucket_server"),
    Word::part("bitbucketserver"),
    Word::part("jira server"),
    Word::part("confluence server"),
    Word::part("server: true"),
    Word::part("server=true"),
    Word::part("server = true"),
    Word::part("\"server\""),
    Word::whole("stash"),
];
/// What speaks for the cloud.
const CLOUD: &[Word] = &[
    Word::part("auth.atlassian.com"),
    Word::part("api.atlassian.com"),
    Word::part("atlassian.net"),
    Word::part("bitbucket.org"),
    Word::whole("cloud"),
];
const OAUTH: &[Word] = &[Word::part("oauth")];
const WEBHOOK: &[Word] = &[Word::part("webhook"), Word::part("web-hook"), Word::part("web_hook")];

/// Only letters and digits.
pub(crate) fn is_alphanumeric(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_alphanumeric)
}

/// Judges `bitbucket-app-password-legacy`.
pub(crate) fn app_password_legacy(window: &Window<'_>, span: Span) -> Verdict {
    const LENGTH: usize = 20;
    let judge = || {
        let named = Named::find(window, word_after(window.text, span, b"pass"))?;
        let value = named.value;
        if value.len() != LENGTH || !is_alphanumeric(value) || !is_drawn(value) {
            return Err(dismissal::MALFORMED);
        }
        named.named_after(window, BITBUCKET, (Grade::Weak, evidence::APP_PASSWORD_NAMED))
    };
    verdict(judge())
}

/// Where `word` begins in the candidate.
fn word_after(text: &[u8], span: Span, word: &[u8]) -> usize {
    let found = span.of(text).unwrap_or_default();
    let at = found.windows(word.len()).position(|it| it.eq_ignore_ascii_case(word));
    span.start() + at.unwrap_or(0)
}

/// The kinds of this family that are told apart by words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    ClientSecret,
    Consumer,
    DataCenter,
    Webhook,
}

/// Judges `atlassian-oauth-client-secret-legacy`.
pub(crate) fn oauth_client_secret_legacy(window: &Window<'_>, span: Span) -> Verdict {
    verdict(secret(window, span, Kind::ClientSecret))
}

/// Judges `atlassian-dc-oauth2-client-secret`.
pub(crate) fn dc_client_secret(window: &Window<'_>, span: Span) -> Verdict {
    verdict(secret(window, span, Kind::DataCenter))
}

/// Judges `bitbucket-webhook-secret`.
pub(crate) fn webhook_secret(window: &Window<'_>, span: Span) -> Verdict {
    if span.of(window.text).is_some_and(|found| contains(found, b"uuid")) {
        return verdict(webhook_uuid(window, span));
    }
    verdict(secret(window, span, Kind::Webhook))
}

/// Judges `bitbucket-oauth-consumer-secret`.
pub(crate) fn consumer_secret(window: &Window<'_>, span: Span) -> Verdict {
    let found = span.of(window.text).unwrap_or_default();
    if contains(found, b"oauth2") {
        return verdict(near_address(window.text, span));
    }
    if contains(found, b":bitbucket") {
        return verdict(of_strategy(window.text, span));
    }
    verdict(secret(window, span, Kind::Consumer))
}

fn secret(window: &Window<'_>, span: Span, kind: Kind) -> Result<(Span, Grade, u16), u16> {
    let named = Named::find(window, word_after(window.text, span, b"secret"))?;
    if !may_be(kind, named.value) {
        return Err(dismissal::MALFORMED);
    }
    named.check(window)?;
    let question = Question {
        products: ANY,
        key_words: b"webhook webhooks hook client consumer oauth2 shared signing hmac app_secret",
    };
    if is_of_program(window.text, named.key) {
        return Err(dismissal::OTHER_KEY);
    }
    let naming = naming(window, named.key, named.secret, question)?;
    if naming == Naming::Far {
        return Err(dismissal::NO_NAME);
    }
    if kind_of(window, &named, span)? != kind {
        return Err(dismissal::ANOTHER_KIND);
    }
    let (grade, evidence) = match kind {
        Kind::ClientSecret => (Grade::Likely, evidence::CLIENT_SECRET_NAMED),
        Kind::Consumer => (Grade::Likely, evidence::CONSUMER_NAMED),
        Kind::DataCenter => (Grade::Likely, evidence::DC_CLIENT_NAMED),
        Kind::Webhook if is_doubtful(named.value) => (Grade::Weak, evidence::WEBHOOK_DOUBTFUL),
        Kind::Webhook => (Grade::Likely, evidence::WEBHOOK_NAMED),
    };
    Ok((named.secret, grade, evidence))
}

/// `APP_SECRET`: what a program calls its own secret, unless `app_id` stands before it, as GitLab is
/// given the key of a consumer and its secret.
fn is_of_program(text: &[u8], key: Span) -> bool {
    const REACH_BYTES_MAX: usize = 120;
    let near = text.get(key.start().saturating_sub(REACH_BYTES_MAX)..key.start());
    let named = key.of(text).is_some_and(|name| name.eq_ignore_ascii_case(b"app_secret"));
    named && !contains(near.unwrap_or_default(), b"app_id")
}

/// Whether the shape is one of the kind's, which costs less to know than what is around it.
fn may_be(kind: Kind, value: &[u8]) -> bool {
    match kind {
        Kind::ClientSecret => value.len() == 64,
        Kind::Consumer => value.len() == 32 && is_alphanumeric(value),
        Kind::DataCenter => (32..=64).contains(&value.len()) && is_alphanumeric(value),
        Kind::Webhook => true,
    }
}

/// Which kind the words and the shape fit best.
fn kind_of(window: &Window<'_>, named: &Named<'_>, span: Span) -> Result<Kind, u16> {
    let name = named.key.of(window.text).unwrap_or_default();
    let value = named.value;
    if is_webhook(window, named.key) {
        return Ok(Kind::Webhook);
    }
    let length = value.len();
    let alphanumeric = is_alphanumeric(value);
    let url_safe = value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    if !url_safe || !(32..=64).contains(&length) || !is_drawn(value) {
        return Err(dismissal::MALFORMED);
    }

    let found = span.of(window.text).unwrap_or_default();
    let client = contains(found, b"client") || contains_any(name, &[b"client", b"consumer"]);
    let oauth = contains(name, b"oauth")
        || is_near(window, named.key, OAUTH)
        || heading(window.text, named.key.start(), OAUTH, &[]) == Some(Heading::Ours);
    let data_center = speaks_for_data_center(window, named);
    if contains(name, b"consumer") && length == 32 && alphanumeric && !hex {
        return Ok(Kind::Consumer);
    }
    if is_bitbucket(window, named.secret) {
        return match (length, alphanumeric) {
            (32, true) if !hex && data_center != Some(true) => Ok(Kind::Consumer),
            (_, true) if client && (oauth || data_center == Some(true)) => Ok(Kind::DataCenter),
            _ => Err(dismissal::MALFORMED),
        };
    }
    if !client {
        return Err(dismissal::MALFORMED);
    }
    let is_of_data_center = alphanumeric && (oauth || data_center == Some(true));
    let is_of_cloud = data_center == Some(false) || contains(name, b"atlassian");
    match length {
        64 if !hex && (is_of_cloud || !is_of_data_center) => Ok(Kind::ClientSecret),
        _ if is_of_data_center => Ok(Kind::DataCenter),
        _ => Err(dismissal::MALFORMED),
    }
}

fn is_webhook(window: &Window<'_>, key: Span) -> bool {
    let text = window.text;
    mentions(key.of(text).unwrap_or_default(), WEBHOOK)
        || heading(text, key.start(), WEBHOOK, &[]) == Some(Heading::Ours)
        || is_near(window, key, WEBHOOK)
        || is_of_hook(text, key)
}

/// Whether a mere `secret` stands among what only a hook of Bitbucket has: its events, its resource,
/// or the header with what it signs.
fn is_of_hook(text: &[u8], key: Span) -> bool {
    const REACH_BYTES_MAX: usize = 400;
    const MARKS: &[&[u8]] = &[
        b"repo:push",
        b"repo:refs_changed",
        b"pullrequest:",
        b"pr:opened",
        b"bitbucket_hook",
        b"bitbucket-hook",
        b"bitbucket-scmsource-hook",
        b"x-hub-signature",
    ];
    if !key.of(text).is_some_and(|name| name.eq_ignore_ascii_case(b"secret")) {
        return false;
    }
    let from = key.start().saturating_sub(REACH_BYTES_MAX);
    let to = text.len().min(key.end().saturating_add(REACH_BYTES_MAX));
    contains_any(text.get(from..to).unwrap_or_default(), MARKS)
}

/// Whether one of `words` stands on the line of `key`, before it.
fn is_near(window: &Window<'_>, key: Span, words: &[Word]) -> bool {
    let before = window.text.get(..key.end()).unwrap_or_default();
    let line = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    mentions(line.get(line.len().saturating_sub(200)..).unwrap_or_default(), words)
}

fn is_bitbucket(window: &Window<'_>, secret: Span) -> bool {
    match nearest(window.text, secret, [BITBUCKET, OTHER_PRODUCTS]) {
        [Some(ours), Some(other)] => ours < other,
        [ours, _] => ours.is_some(),
    }
}

fn speaks_for_data_center(window: &Window<'_>, named: &Named<'_>) -> Option<bool> {
    // Many things are called a server; a key is called so after the product's.
    if mentions(named.key.of(window.text).unwrap_or_default(), &[Word::whole("server")]) {
        return Some(true);
    }
    match nearest(window.text, named.secret, [DATA_CENTER, CLOUD]) {
        [Some(own), Some(cloud)] => Some(own < cloud),
        [Some(_), None] => Some(true),
        [None, Some(_)] => Some(false),
        [None, None] => None,
    }
}

/// `webhook.bitbucket.uuid`, which Argo CD compares with what a request says.
fn webhook_uuid(window: &Window<'_>, span: Span) -> Result<(Span, Grade, u16), u16> {
    let text = window.text;
    let found = crate::assignment::assigned(text, span).ok_or(dismissal::NO_PASSWORD)?;
    let key = found.key.of(text).unwrap_or_default();
    if !contains(key, b"webhook.bitbucket.uuid") {
        return Err(dismissal::OTHER_KEY);
    }
    let value = found.value.of(text).unwrap_or_default();
    let drawn = is_uuid(value) && crate::placeholder::distinct(value) > 5
        || value::check(key, value, found.quoted).is_ok() && is_drawn(value);
    if drawn {
        Ok((found.value, Grade::Weak, evidence::WEBHOOK_UUID))
    } else {
        Err(dismissal::MALFORMED)
    }
}
