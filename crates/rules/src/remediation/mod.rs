//! What to do about a secret that was found: one card for each kind, kept as data beside the rules.
//!
//! ```text
//! remediation/*.toml ─▶ read ─▶ Card ─▶ sections ─┬─▶ page       Markdown
//!                                                 └─▶ terminal   80 columns
//! ```
//!
//! A push reads none of this: the hook has the one line `revoke` of the rule.

mod card;
mod page;
mod programs;
mod read;
mod sections;
mod terminal;

pub use card::{Card, Code, Link, Lookout, Migration, Way};
pub use page::{Page, index, page, pages};
pub use read::{CardsError, cards, of_texts};
pub use terminal::text;

/// The files of cards: name and text. Bases of cards may stand in any of them.
pub const FILES: &[(&str, &str)] = &[
    ("bases.toml", include_str!("../../remediation/bases.toml")),
    ("atlassian-cloud.toml", include_str!("../../remediation/atlassian-cloud.toml")),
    ("oauth-cloud.toml", include_str!("../../remediation/oauth-cloud.toml")),
    ("connect-and-forge.toml", include_str!("../../remediation/connect-and-forge.toml")),
    ("bitbucket-cloud.toml", include_str!("../../remediation/bitbucket-cloud.toml")),
    ("data-center-tokens.toml", include_str!("../../remediation/data-center-tokens.toml")),
    ("data-center-files.toml", include_str!("../../remediation/data-center-files.toml")),
    ("bamboo.toml", include_str!("../../remediation/bamboo.toml")),
    ("application-links.toml", include_str!("../../remediation/application-links.toml")),
    ("trello.toml", include_str!("../../remediation/trello.toml")),
    ("other-products.toml", include_str!("../../remediation/other-products.toml")),
    ("carriers.toml", include_str!("../../remediation/carriers.toml")),
];
