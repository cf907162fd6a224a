//! From the files to cards that are complete: what is missing or unfit is an error with its place.

use serde::Deserialize;

use super::FILES;
use super::card::{Card, Code, Link, Lookout, Migration, Way};
use crate::definition::RuleDefinition;

/// Characters of one text of a card.
const TEXT_CHARACTERS_MAX: usize = 400;

/// Why the cards cannot be used: everything that is wrong with them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cards on remediation are not in order:\n{}", problems.join("\n"))]
pub struct CardsError {
    /// Each with its file or card.
    pub problems: Vec<String>,
}

/// The cards of `rules`, in their order.
///
/// # Errors
///
/// When a rule has no card, a card no rule, or a card lacks something; building the hook fails then.
pub fn cards(rules: &[RuleDefinition]) -> Result<Vec<Card>, CardsError> {
    let kinds: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    of_texts(FILES, &kinds)
}

/// The cards in `files`, name and text each, for `kinds`, in their order.
///
/// # Errors
///
/// As for [`cards`].
pub fn of_texts(files: &[(&str, &str)], kinds: &[&str]) -> Result<Vec<Card>, CardsError> {
    let mut problems = Vec::new();
    let (mut entries, mut bases) = (Vec::new(), Vec::new());
    for (name, text) in files {
        match toml::from_str::<CardFile>(text) {
            Ok(file) => {
                entries.extend(file.card);
                bases.extend(file.base);
            }
            Err(error) => problems.push(format!("{name}: {}", error.to_string().trim_end())),
        }
    }
    let mut cards = Vec::new();
    for kind in kinds {
        let mut of_kind = entries.iter().filter(|entry| entry.kind == *kind);
        let Some(entry) = of_kind.next() else {
            problems.push(format!("{kind}: it has no card"));
            continue;
        };
        if of_kind.next().is_some() {
            problems.push(format!("{kind}: it has two cards"));
        }
        let base = base_of(entry, &bases, &mut problems);
        let card = merged(entry.clone(), base);
        problems.extend(problems_of(&card));
        cards.push(card);
    }
    for entry in entries.iter().filter(|entry| !kinds.contains(&&*entry.kind)) {
        problems.push(format!("{}: there is a card, but no rule", entry.kind));
    }
    for base in &bases {
        if !entries.iter().any(|entry| entry.base.as_ref() == Some(&base.name)) {
            problems.push(format!("base {}: no card uses it", base.name));
        }
    }
    if problems.is_empty() { Ok(cards) } else { Err(CardsError { problems }) }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardFile {
    #[serde(default)]
    base: Vec<Base>,
    #[serde(default)]
    card: Vec<Entry>,
}

/// What several cards share.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    name: String,
    #[serde(default)]
    revoke: Vec<Way>,
    breaks: Option<String>,
    #[serde(default)]
    rotate: Vec<String>,
    from: Option<String>,
    #[serde(default)]
    misuse: Vec<Lookout>,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    prevent: Vec<String>,
    #[serde(default)]
    links: Vec<Link>,
    #[serde(default)]
    migrate: Vec<Migration>,
    code: Option<Code>,
    sent: Option<String>,
}

/// What is particular to one card.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kind: String,
    base: Option<String>,
    what: String,
    opens: String,
    #[serde(default)]
    revoke: Vec<Way>,
    breaks: Option<String>,
    #[serde(default)]
    rotate: Vec<String>,
    from: Option<String>,
    #[serde(default)]
    misuse: Vec<Lookout>,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    prevent: Vec<String>,
    #[serde(default)]
    links: Vec<Link>,
    #[serde(default)]
    migrate: Vec<Migration>,
    code: Option<Code>,
    sent: Option<String>,
}

fn base_of(entry: &Entry, bases: &[Base], problems: &mut Vec<String>) -> Base {
    let Some(name) = &entry.base else { return Base::default() };
    let base = bases.iter().find(|base| base.name == *name);
    if base.is_none() {
        problems.push(format!("{}: there is no base {name}", entry.kind));
    }
    base.cloned().unwrap_or_default()
}

/// The card of `entry`. Ways and steps of its own stand in place of those of the base, because
/// their order matters; the other lists go on with those of the base.
fn merged(entry: Entry, base: Base) -> Card {
    fn instead<T>(own: Vec<T>, shared: Vec<T>) -> Vec<T> {
        if own.is_empty() { shared } else { own }
    }
    fn before<T>(mut own: Vec<T>, shared: Vec<T>) -> Vec<T> {
        own.extend(shared);
        own
    }
    Card {
        kind: entry.kind,
        what: entry.what,
        opens: entry.opens,
        revoke: instead(entry.revoke, base.revoke),
        breaks: entry.breaks.or(base.breaks).unwrap_or_default(),
        rotate: instead(entry.rotate, base.rotate),
        from: entry.from.or(base.from).unwrap_or_default(),
        misuse: before(entry.misuse, base.misuse),
        also: before(entry.also, base.also),
        prevent: before(entry.prevent, base.prevent),
        links: before(entry.links, base.links),
        migrate: before(entry.migrate, base.migrate),
        code: entry.code.or(base.code),
        sent: entry.sent.or(base.sent),
    }
}

/// Everything that is missing on a card, or that no page or terminal should show.
fn problems_of(card: &Card) -> Vec<String> {
    let mut problems = Vec::new();
    let mut note = |what: &str, complaint: &str| {
        problems.push(format!("{}: {what} {complaint}", card.kind));
    };
    let counts = [
        ("revoke", card.revoke.len()),
        ("rotate", card.rotate.len()),
        ("misuse", card.misuse.len()),
        ("also", card.also.len()),
        ("prevent", card.prevent.len()),
        ("links", card.links.len()),
    ];
    for (name, _) in counts.iter().filter(|(_, count)| *count == 0) {
        note(name, "is empty");
    }
    for (name, text) in sentences(card) {
        if !is_plain(text) || !text.ends_with('.') {
            note(name, &format!("must be sentences in printable ASCII: {text:?}"));
        } else if text.len() > TEXT_CHARACTERS_MAX {
            note(name, &format!("is longer than {TEXT_CHARACTERS_MAX} characters: {text:?}"));
        } else if text.matches('`').count() % 2 == 1 {
            note(name, &format!("has a backtick without its fellow: {text:?}"));
        }
    }
    let places =
        card.revoke.iter().flat_map(|way| [Some(&way.who), Some(&way.path), way.call.as_ref()]);
    let logs = card.misuse.iter().map(|lookout| Some(&lookout.log));
    let titles = card.links.iter().map(|link| Some(&link.title));
    for text in places.chain(logs).chain(titles).flatten() {
        if !is_plain(text) || text.ends_with('.') {
            note(
                "a name or path",
                &format!("must be printable ASCII without a full stop: {text:?}"),
            );
        }
    }
    for url in addresses(card) {
        if !url.starts_with("https://") || !is_plain(url) || url.contains([' ', '<', '>', ')']) {
            note("an address", &format!("must begin https:// and be plain: {url:?}"));
        }
    }
    problems
}

fn sentences(card: &Card) -> Vec<(&'static str, &String)> {
    let mut texts = vec![
        ("what", &card.what),
        ("opens", &card.opens),
        ("breaks", &card.breaks),
        ("from", &card.from),
    ];
    texts.extend(card.revoke.iter().filter_map(|way| Some(("note", way.note.as_ref()?))));
    texts.extend(card.rotate.iter().map(|text| ("rotate", text)));
    texts.extend(card.misuse.iter().map(|lookout| ("look", &lookout.look)));
    texts.extend(card.also.iter().map(|text| ("also", text)));
    texts.extend(card.prevent.iter().map(|text| ("prevent", text)));
    texts
}

fn addresses(card: &Card) -> impl Iterator<Item = &String> {
    let ways = card.revoke.iter().filter_map(|way| way.url.as_ref());
    let lookouts = card.misuse.iter().filter_map(|lookout| lookout.url.as_ref());
    ways.chain(lookouts).chain(card.links.iter().map(|link| &link.url))
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::of_texts;

    const BASE: &str = r#"
[[base]]
name = "acme"
breaks = "All of it stops."
from = "From the day it was made."
rotate = ["Make another."]
misuse = [{ log = "the log", look = "Look at it." }]
also = ["The other one."]
prevent = ["Read it from a store."]
links = [{ title = "Acme", url = "https://acme.example" }]
"#;
    const CARD: &str = r#"
[[card]]
kind = "acme-token"
base = "acme"
what = "A token."
opens = "Everything."
also = ["Mine."]
revoke = [{ who = "its owner", path = "Settings > Revoke" }]
"#;

    fn told(files: &[(&str, &str)]) -> String {
        of_texts(files, &["acme-token"]).unwrap_err().to_string()
    }

    #[test]
    fn a_card_goes_on_with_what_its_base_has() {
        let cards = of_texts(&[("a.toml", BASE), ("b.toml", CARD)], &["acme-token"]).unwrap();
        assert_eq!(cards[0].also, ["Mine.", "The other one."]);
        assert_eq!(cards[0].rotate, ["Make another."]);
        let own = format!("{CARD}rotate = [\"Ask Acme.\"]\nfrom = \"From now on.\"\n");
        let cards = of_texts(&[("a.toml", BASE), ("b.toml", &own)], &["acme-token"]).unwrap();
        assert_eq!(cards[0].rotate, ["Ask Acme."]);
        assert_eq!(cards[0].from, "From now on.");
    }

    #[test]
    fn cards_and_rules_belong_together() {
        let both = [("a.toml", BASE), ("b.toml", CARD)];
        let told_of = |kinds: &[&str]| of_texts(&both, kinds).unwrap_err().to_string();
        assert!(told_of(&["acme-token", "acme-key"]).contains("acme-key: it has no card"));
        assert!(told_of(&[]).contains("acme-token: there is a card, but no rule"));
        assert!(told(&[both[0], both[1], both[1]]).contains("acme-token: it has two cards"));
        assert!(told(&both[1..]).contains("acme-token: there is no base acme"));
        let lonely = CARD.replace("base = \"acme\"", "");
        assert!(told(&[both[0], ("b.toml", &lonely)]).contains("base acme: no card uses it"));
    }

    #[test]
    fn everything_that_is_missing_or_unfit_is_told() {
        let check = |from: &str, to: &str, complaint: &str| {
            let (base, card) = (BASE.replace(from, to), CARD.replace(from, to));
            let told = told(&[("a.toml", &base), ("b.toml", &card)]);
            assert!(told.contains(complaint), "{told}");
        };
        check("breaks = \"All of it stops.\"", "", "acme-token: breaks must be sentences");
        check("prevent = [\"Read it from a store.\"]", "", "acme-token: prevent is empty");
        check("A token.", "A token", "acme-token: what must be sentences");
        check("A token.", "A `token.", "acme-token: what has a backtick without its fellow");
        check("Everything.", "Every\\tthing.", "acme-token: opens must be sentences");
        check("Everything.", &format!("{}.", "x".repeat(400)), "opens is longer than 400");
        check("> Revoke", "> Revoke.", "acme-token: a name or path must be printable ASCII");
        check("https://acme", "http://acme", "acme-token: an address must begin https://");
        check("what = ", "whatever = ", "b.toml: ");
    }
}
