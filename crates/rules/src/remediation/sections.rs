//! A card as headings and lists: what the page and the terminal show alike.

use super::card::{Card, Lookout, Way};

/// Said of what rests on general knowledge of the product.
pub(super) const NOT_VERIFIED: &str = "Not verified.";

/// Explains the mark, once a card.
pub(super) const ABOUT_NOT_VERIFIED: &str = "What is marked \"not verified\" comes from general \
    knowledge of the product, not from its documentation: check it before you rely on it.";

/// Fewer steps than this put nothing in the place of a secret: they say that there is no need.
const STEPS_OF_A_CHANGE: usize = 3;

/// Said where the order of revoking and replacing is a choice.
const FIRST_OR_LATER: &str = "If nothing may stop, do this first and revoke at its end: until then \
    the secret opens what it opened.";

/// A part of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section<'c> {
    pub(super) title: &'static str,
    /// A paragraph before the list.
    pub(super) before: Option<String>,
    pub(super) items: Vec<Item<'c>>,
    /// Whether the order of the items counts.
    pub(super) in_order: bool,
    /// A paragraph after the list.
    pub(super) after: Option<String>,
}

/// One entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Item<'c> {
    /// What stands out at its beginning.
    pub(super) lead: Option<&'c str>,
    pub(super) text: String,
    pub(super) url: Option<&'c str>,
    /// A command, to be shown as it is.
    pub(super) call: Option<&'c str>,
}

/// The parts of `card`, in the order in which they are needed.
pub(super) fn sections(card: &Card) -> Vec<Section<'_>> {
    vec![
        Section {
            title: "Revoke it now",
            before: None,
            items: card.revoke.iter().map(of_way).collect(),
            in_order: false,
            after: Some(format!("What stops working: {}", card.breaks)),
        },
        Section {
            before: (card.rotate.len() >= STEPS_OF_A_CHANGE).then(|| FIRST_OR_LATER.to_owned()),
            ..list("Put another in its place", &card.rotate, true)
        },
        Section {
            title: "Look for misuse",
            before: Some(format!("When: {}", card.from)),
            items: card.misuse.iter().map(of_lookout).collect(),
            in_order: false,
            after: None,
        },
        list("What else to check", &card.also, false),
        list("Keep it out of the repository", &card.prevent, false),
    ]
}

fn list<'c>(title: &'static str, texts: &[String], in_order: bool) -> Section<'c> {
    let items = texts.iter().map(|text| Item { text: text.clone(), ..Item::default() }).collect();
    Section { title, before: None, items, in_order, after: None }
}

fn of_way(way: &Way) -> Item<'_> {
    let mut text = format!("{}.", way.path);
    for more in way.note.as_deref().into_iter().chain(way.unverified.then_some(NOT_VERIFIED)) {
        text.push(' ');
        text.push_str(more);
    }
    Item { lead: Some(&way.who), text, url: way.url.as_deref(), call: way.call.as_deref() }
}

fn of_lookout(lookout: &Lookout) -> Item<'_> {
    let mut text = lookout.look.clone();
    if lookout.unverified {
        text.push(' ');
        text.push_str(NOT_VERIFIED);
    }
    Item { lead: Some(&lookout.log), text, url: lookout.url.as_deref(), call: None }
}
