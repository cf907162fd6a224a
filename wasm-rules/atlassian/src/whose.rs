//! Which product a value belongs to: by its key, by the words near it, by the section it stands in.

use pushgate_detector_sdk::{Span, Window};

use crate::context::{Word, last_mention, mentions};
use crate::enclosing::enclosing;
use crate::label::Name;
use crate::names::distances;

/// Services of others, whose secrets stand beside those of Atlassian and are called alike.
const OTHERS: &[Word] = &[
    Word::part("github"),
    Word::part("gitlab"),
    Word::part("slack"),
    Word::part("twitter"),
    Word::whole("tweepy"),
    Word::whole("aws"),
    Word::part("azure"),
    Word::part("google"),
    Word::part("facebook"),
    Word::part("linkedin"),
    Word::part("tumblr"),
    Word::part("flickr"),
    Word::part("dropbox"),
    Word::part("stripe"),
    Word::part("paypal"),
    Word::part("shopify"),
    Word::part("magento"),
    Word::part("woocommerce"),
    Word::part("pagerduty"),
    Word::part("victorops"),
    Word::part("pushover"),
    Word::part("datadog"),
    Word::part("newrelic"),
    Word::part("new_relic"),
    Word::part("sentry"),
    Word::part("twilio"),
    Word::part("sendgrid"),
    Word::part("mailgun"),
    Word::part("mailchimp"),
    Word::part("telegram"),
    Word::part("discord"),
    Word::part("heroku"),
    Word::part("circleci"),
    Word::part("codecov"),
    Word::part("sonar"),
    Word::part("asana"),
    Word::part("todoist"),
    Word::part("clickup"),
    Word::part("airtable"),
    Word::part("zendesk"),
    Word::part("okta"),
    Word::part("auth0"),
    Word::part("firebase"),
    Word::part("cloudflare"),
    Word::part("digitalocean"),
    Word::part("npm_"),
    Word::part("vault_"),
    Word::part("snyk"),
    Word::part("pingdom"),
    Word::part("uptimerobot"),
];

/// Products of Atlassian beside the one in question.
pub(crate) const SIBLINGS: &[Word] = &[
    Word::part("jira"),
    Word::part("confluence"),
    Word::part("bitbucket"),
    Word::part("bamboo"),
    Word::part("opsgenie"),
    Word::part("statuspage"),
    Word::part("trello"),
    Word::part("hipchat"),
];

/// Why a value belongs to a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Its key says so.
    OursByKey,
    /// The product is named near it, above it or in the path.
    OursByPlace,
    /// Another service is named, and nearer.
    Others,
}

/// Whether `value`, which `name` names, belongs to the product that `own` names.
pub(crate) fn whose(window: &Window<'_>, name: Name, value: Span, own: &'static [Word]) -> Whose {
    let phrase = name.phrase.of(window.text).unwrap_or_default();
    let key = name.key.of(window.text).unwrap_or_default();
    if names_another(key, own) {
        return Whose::Others;
    }
    if mentions(phrase, own) {
        return Whose::OursByKey;
    }
    if mentions(phrase, OTHERS) || mentions(phrase, SIBLINGS) {
        return Whose::Others;
    }
    if nearer(window, value, own) || section(window.text, value, own) {
        Whose::OursByPlace
    } else {
        Whose::Others
    }
}

/// Whether a key names another service behind the product, or alone: `trello.github_token`.
pub(crate) fn names_another(key: &[u8], own: &[Word]) -> bool {
    last_mention(key, OTHERS) > last_mention(key, own)
}

/// Whether a word of the product is near, and none of another service is nearer.
pub(crate) fn nearer(window: &Window<'_>, value: Span, own: &'static [Word]) -> bool {
    match distances(window, value, [own, OTHERS]) {
        [Some(own), Some(other)] => own < other,
        [own, None] => own.is_some(),
        [None, Some(_)] => false,
    }
}

/// Whether a line that encloses the value names the product, and none nearer names another.
fn section(text: &[u8], value: Span, own: &'static [Word]) -> bool {
    enclosing(text, value.start())
        .filter_map(|line| line.of(text))
        .find_map(|line| {
            if mentions(line, own) { Some(true) } else { mentions(line, OTHERS).then_some(false) }
        })
        .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::{Whose, whose};
    use crate::context::Word;
    use crate::label::Name;
    use pushgate_detector_sdk::{Span, Window};

    const OWN: &[Word] = &[Word::part("trello")];

    /// Whose `#` is; its phrase is what stands before it on its line.
    fn check(text: &str, path: Option<&str>, expected: Whose) {
        let at = text.find('#').unwrap();
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let window = Window {
            place: pushgate_detector_sdk::Path::new(path.map(str::as_bytes)),
            ..Window::of_text(text.as_bytes())
        };
        let phrase = Span::new(start, at).unwrap();
        let name = Name { key: phrase, phrase };
        assert_eq!(whose(&window, name, Span::at(at, 1), OWN), expected, "{text}");
    }

    #[test]
    fn the_key_decides() {
        check("TRELLO_TOKEN=#", None, Whose::OursByKey);
        check("trello:\nGITHUB_TOKEN=#", None, Whose::Others);
        check("trello:\nJIRA_TOKEN=#", None, Whose::Others);
        check("trello.github.token=#", None, Whose::Others);
        check("github.trello.token=#", None, Whose::OursByKey);
    }

    #[test]
    fn else_the_nearest_name_does() {
        check("TRELLO_BOARD=1\nTOKEN=#", None, Whose::OursByPlace);
        check("trello:\n  a: 1\ngithub:\n  token: #", None, Whose::Others);
        check("github:\n  a: 1\ntrello:\n  token: #", None, Whose::OursByPlace);
        check("token=#", Some("config/trello.yml"), Whose::OursByPlace);
        check("token=#", None, Whose::Others);
    }

    #[test]
    fn a_section_reaches_far() {
        let fields = "  field: 1\n".repeat(20);
        check(&format!("trello:\n{fields}  token: #"), None, Whose::OursByPlace);
        check(&format!("trello:\nslack:\n{fields}  token: #"), None, Whose::Others);
    }
}
