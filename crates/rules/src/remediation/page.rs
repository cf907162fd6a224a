//! The pages `docs/remediation/*.md`: one for each kind, and their index.

use std::fmt::Write as _;

use super::card::{Card, Migration};
use super::programs;
use super::sections::{ABOUT_NOT_VERIFIED, Item, Section, sections};
use crate::definition::RuleDefinition;
use crate::page::{by_product, escaped, line};

/// Where each page says that nobody should edit it.
const MADE: &str =
    "<!-- Made by `pushgate remediate --write-docs docs/remediation`; a test compares. -->";

/// A label is not a sentence.
const LABEL_CHARACTERS_MAX: usize = 30;

/// A page and the name of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Name of its file in the folder of cards.
    pub name: String,
    /// Its Markdown.
    pub text: String,
}

/// All pages that are made: the index first. `rules` and `cards` are in the same order.
#[must_use]
pub fn pages(cards: &[Card], rules: &[RuleDefinition]) -> Vec<Page> {
    let mut pages = vec![Page { name: "README.md".to_owned(), text: index(rules) }];
    for (card, rule) in cards.iter().zip(rules) {
        pages.push(Page { name: format!("{}.md", card.kind), text: page(card, rule) });
    }
    pages
}

/// The page that leads to all others.
#[must_use]
pub fn index(rules: &[RuleDefinition]) -> String {
    let mut page = format!("# Revoke, replace, prevent\n\n{MADE}\n\n");
    page.push_str(
        "What to do about a secret that left its place, one card for each kind: revoke it, put \
         another in its place, look for misuse, keep the next one out of the repository.\n\
         `pushgate remediate KIND` prints the same in a terminal, `--format json` for programs.\n\
         How to take a secret out of the commits is on [another page](../developers/my-push-was-rejected.md).\n\n\
         **Revoke first.**\nA secret that was pushed, even if the push was refused, has left the \
         machine that it was meant for.\n\n",
    );
    page.push_str("The file of a card is named like its kind.\n");
    for (product, rules) in by_product(rules) {
        line(&mut page, &format!("\n## {}\n", escaped(product)));
        for rule in rules {
            let (kind, title, severity) = (&rule.id, escaped(&rule.title), rule.severity.as_str());
            let first = escaped(&rule.revoke);
            line(&mut page, &format!("- [{title}]({kind}.md), {severity}: {first}"));
        }
    }
    line(&mut page, "\n## Ways out of the old ways\n");
    for migration in Migration::ALL {
        line(&mut page, &format!("- [{}]({})", migration.title(), migration.path()));
    }
    page.push_str(FOR_PROGRAMS);
    page
}

/// The shape of a card as JSON, of which the tool has the code.
const FOR_PROGRAMS: &str = r#"
## For programs

`pushgate remediate KIND --format json` prints one object, without KIND a list of all:

```json
{
  "schema": "pushgate.remediation/1",
  "kind": "…", "title": "…", "product": "…", "severity": "…",
  "what": "…", "opens": "…", "breaks": "…",
  "revoke": [{"who": "…", "path": "…", "url": "…", "call": "…", "note": "…", "verified": true}],
  "rotate": ["…"],
  "misuse": {"from": "…", "look": [{"log": "…", "look": "…", "url": "…", "verified": true}]},
  "also": ["…"],
  "prevent": ["…"],
  "links": [{"title": "…", "url": "…"}],
  "migrate": [{"title": "…", "path": "migrate/….md"}],
  "code": "api-token", "sent": "…"
}
```

- `url`, `call` and `note` are `null` where there is none; `code` and `sent` too. `product` is `null` for a rule without one.
- `verified` is false for what comes from general knowledge of the product, not from its documentation.
- `path` of `migrate` is relative to this folder.
- Fields may be added; none is taken away without another `schema`.
"#;

/// The page of one kind.
#[must_use]
pub fn page(card: &Card, rule: &RuleDefinition) -> String {
    let (title, severity, kind) = (escaped(&rule.title), rule.severity.as_str(), &card.kind);
    let mut page = format!("# {title}\n\n{MADE}\n\n");
    line(
        &mut page,
        &format!(
            "Kind `{kind}`, severity {severity}. [All kinds](README.md) · \
             [how it is recognised](../kinds.md#{kind})"
        ),
    );
    line(
        &mut page,
        &format!("\n{}\n\n**What it opens:** {}", prose(&card.what), prose(&card.opens)),
    );
    if card.has_unverified() {
        line(&mut page, &format!("\n> {ABOUT_NOT_VERIFIED}"));
    }
    for section in sections(card) {
        add(&mut page, &section);
    }
    if let Some(code) = card.code {
        programs::add(&mut page, code, card);
    }
    line(&mut page, "\n## More\n");
    for link in &card.links {
        line(&mut page, &format!("- [{}]({})", escaped(&link.title), link.url));
    }
    for migration in &card.migrate {
        line(&mut page, &format!("- Way out: [{}]({})", migration.title(), migration.path()));
    }
    page
}

fn add(page: &mut String, section: &Section<'_>) {
    line(page, &format!("\n## {}\n", section.title));
    if let Some(before) = &section.before {
        line(page, &format!("{}\n", labelled(before)));
    }
    for (number, item) in (1..).zip(&section.items) {
        let mark = if section.in_order { format!("{number}. ") } else { "- ".to_owned() };
        add_item(page, &mark, item);
    }
    if let Some(after) = &section.after {
        line(page, &format!("\n{}", labelled(after)));
    }
}

fn add_item(page: &mut String, mark: &str, item: &Item<'_>) {
    let lead = item.lead.map(|lead| format!("**{}:** ", prose(lead))).unwrap_or_default();
    let url = item.url.map(|url| format!(" <{url}>")).unwrap_or_default();
    line(page, &format!("{mark}{lead}{}{url}", prose(&item.text)));
    if let Some(call) = item.call {
        let indent = " ".repeat(mark.len());
        let _ = write!(page, "\n{indent}```sh\n{indent}{call}\n{indent}```\n"); // A string takes everything.
    }
}

/// A paragraph whose words before the colon stand out.
fn labelled(text: &str) -> String {
    match text.split_once(": ").filter(|(label, _)| label.len() <= LABEL_CHARACTERS_MAX) {
        Some((label, rest)) => format!("**{label}:** {}", prose(rest)),
        None => prose(text),
    }
}

/// A text of a card, in which backticks are those of Markdown.
pub(super) fn prose(text: &str) -> String {
    let pieces = (0..).zip(text.split('`'));
    let shown = pieces.map(
        |(index, piece)| {
            if index % 2 == 1 { format!("`{piece}`") } else { escaped(piece) }
        },
    );
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn only_code_is_shown_as_it_is() {
        assert_eq!(prose("see `a*b` and <c>_"), "see `a*b` and \\<c>\\_");
    }
}
