//! One card as its author writes it, after what it shares with others was added.

use serde::Deserialize;

/// Everything to do about an exposed secret of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Id of the rule.
    pub kind: String,
    /// What the thing is.
    pub what: String,
    /// What somebody who has it can do.
    pub opens: String,
    /// How to make it worthless, the best way first.
    pub revoke: Vec<Way>,
    /// What stops working then.
    pub breaks: String,
    /// Steps that put another in its place without an outage, in order.
    pub rotate: Vec<String>,
    /// The time from which misuse is possible.
    pub from: String,
    /// Where use of it can be seen.
    pub misuse: Vec<Lookout>,
    /// What may have leaked or been changed as well.
    pub also: Vec<String>,
    /// How not to need it in a repository.
    pub prevent: Vec<String>,
    /// Public documentation.
    pub links: Vec<Link>,
    /// Pages on the way to something better.
    pub migrate: Vec<Migration>,
    /// Programs that read such a secret from elsewhere.
    pub code: Option<Code>,
    /// How a request bears it, if not as those programs do.
    pub sent: Option<String>,
}

impl Card {
    /// Whether something on the card rests on general knowledge of the product alone.
    #[must_use]
    pub fn has_unverified(&self) -> bool {
        self.revoke.iter().any(|way| way.unverified)
            || self.misuse.iter().any(|lookout| lookout.unverified)
    }
}

/// One way to revoke.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// Who can go it.
    pub who: String,
    /// The path through the menus, or what to do.
    pub path: String,
    /// The page where it begins.
    pub url: Option<String>,
    /// The same as a command.
    pub call: Option<String>,
    /// What to know before.
    pub note: Option<String>,
    /// From general knowledge of the product, not read in its documentation.
    #[serde(default)]
    pub unverified: bool,
}

/// One place where use of the secret can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookout {
    /// The log or the page, with the path to it.
    pub log: String,
    /// What to look for there.
    pub look: String,
    /// The page where it begins.
    pub url: Option<String>,
    /// From general knowledge of the product, not read in its documentation.
    #[serde(default)]
    pub unverified: bool,
}

/// A page of public documentation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What it is about.
    pub title: String,
    /// Its address.
    pub url: String,
}

/// A page on the way from an old form of access to a better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Migration {
    /// From passwords and tokens without scopes.
    ScopedTokens,
    /// From Basic authentication to OAuth 2.0.
    #[serde(rename = "oauth-3lo")]
    Oauth3lo,
    /// From Connect to Forge.
    Forge,
    /// From the old forms of application links.
    ApplicationLinks,
    /// Single sign-on for people, tokens for machines.
    SingleSignOn,
}

impl Migration {
    /// All of them, in the order of the index.
    pub const ALL: [Migration; 5] = [
        Migration::ScopedTokens,
        Migration::Oauth3lo,
        Migration::Forge,
        Migration::ApplicationLinks,
        Migration::SingleSignOn,
    ];

    /// The file of the page, in the folder of cards.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Migration::ScopedTokens => "migrate/scoped-tokens.md",
            Migration::Oauth3lo => "migrate/oauth-3lo.md",
            Migration::Forge => "migrate/connect-to-forge.md",
            Migration::ApplicationLinks => "migrate/application-links.md",
            Migration::SingleSignOn => "migrate/single-sign-on.md",
        }
    }

    /// The name by which the page can be had, without the folder.
    #[must_use]
    pub fn name(self) -> &'static str {
        let path = self.path();
        path.strip_prefix("migrate/").and_then(|name| name.strip_suffix(".md")).unwrap_or(path)
    }

    /// The page itself, in Markdown.
    #[must_use]
    pub fn page(self) -> &'static str {
        match self {
            Migration::ScopedTokens => {
                include_str!("../../../../docs/remediation/migrate/scoped-tokens.md")
            }
            Migration::Oauth3lo => {
                include_str!("../../../../docs/remediation/migrate/oauth-3lo.md")
            }
            Migration::Forge => {
                include_str!("../../../../docs/remediation/migrate/connect-to-forge.md")
            }
            Migration::ApplicationLinks => {
                include_str!("../../../../docs/remediation/migrate/application-links.md")
            }
            Migration::SingleSignOn => {
                include_str!("../../../../docs/remediation/migrate/single-sign-on.md")
            }
        }
    }

    /// What the page is about.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Migration::ScopedTokens => {
                "From passwords and tokens without scopes to scoped tokens and service accounts"
            }
            Migration::Oauth3lo => "From Basic authentication to OAuth 2.0 (3LO)",
            Migration::Forge => "From the shared secrets of Connect to Forge",
            Migration::ApplicationLinks => "From the old application links to OAuth 2.0",
            Migration::SingleSignOn => "Single sign-on for people, tokens for machines",
        }
    }
}

/// Which of the example programs fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// Those that send a token with each request.
    ApiToken,
    /// Those that get an access token with the secret of a client.
    OauthClient,
}

impl Code {
    /// The kind whose page shows the programs whole.
    #[must_use]
    pub fn home(self) -> &'static str {
        match self {
            Code::ApiToken => "atlassian-cloud-api-token",
            Code::OauthClient => "atlassian-oauth-client-secret",
        }
    }

    /// The word for it in a card.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Code::ApiToken => "api-token",
            Code::OauthClient => "oauth-client",
        }
    }
}
