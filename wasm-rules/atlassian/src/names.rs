//! The words that name Atlassian products and the things of a kind.

use pushgate_detector_sdk::{Span, Window};

use crate::context::{Distance, Word, mentions, nearest};

/// Jira.
pub(crate) const JIRA: &[Word] = &[Word::part("jira")];
/// Confluence, which many call their wiki.
pub(crate) const CONFLUENCE: &[Word] = &[Word::part("confluence"), Word::whole("wiki")];
/// Bamboo.
pub(crate) const BAMBOO: &[Word] = &[Word::part("bamboo")];
/// Bitbucket Data Center, and the name it had.
pub(crate) const BITBUCKET_SERVER: &[Word] = &[Word::part("bitbucket"), Word::whole("stash")];

/// Bitbucket Cloud, and the user name that its access tokens go with.
pub(crate) const BITBUCKET_CLOUD: &[Word] =
    &[Word::part("bitbucket"), Word::part("x-token-auth"), Word::whole("bb_")];

/// Trello.
pub(crate) const TRELLO: &[Word] = &[Word::part("trello")];

/// The administration of an organization.
pub(crate) const ORGANIZATION: &[Word] = &[
    Word::part("api.atlassian.com/admin"),
    Word::part("admin.atlassian.com"),
    Word::part("admin/v1"),
    Word::part("admin/v2"),
    Word::part("atlassian_admin"),
    Word::part("atlassian-admin"),
    Word::part("atlassian.admin"),
    Word::part("atlassian admin"),
    Word::part("atlassian/admin"),
    Word::part("atlassianadmin"),
    Word::part("admin_api"),
    Word::part("admin-api"),
    Word::part("adminapi"),
    Word::part("admin.api"),
    Word::part("admin api"),
    Word::part("admin_key"),
    Word::part("org_admin"),
    Word::part("org-admin"),
    Word::part("orgadmin"),
    Word::whole("orgs"),
    Word::whole("org id"),
    Word::whole("org_id"),
    Word::whole("org-id"),
    Word::whole("orgid"),
    Word::whole("org_key"),
    Word::whole("org_api"),
    Word::whole("org-api"),
    Word::whole("org.api"),
    Word::whole("org api"),
    Word::part("orgapi"),
    Word::whole("org_token"),
    Word::whole("org-token"),
    Word::whole("org token"),
    Word::part("orgtoken"),
    Word::part("atlassian_org"),
    Word::part("atlassian-org"),
    Word::part("atlassianorg"),
    Word::part("acli admin"),
    Word::part("organization"),
    Word::part("organisation"),
    Word::whole("scim"),
];

/// The names that are no everyday words, and these after them.
macro_rules! distinct_and {
    ($($word:expr),*) => {
        &[
            Word::part("atlassian"),
            Word::part("jira"),
            Word::part("confluence"),
            Word::part("bitbucket"),
            Word::part("bamboo"),
            Word::part("opsgenie"),
            Word::part("statuspage"),
            Word::part("trello"),
            $($word),*
        ]
    };
}

/// Names that are no everyday words.
pub(crate) const DISTINCT: &[Word] = distinct_and![];

/// Anything of Atlassian's, hosts included.
pub(crate) const ANY: &[Word] =
    distinct_and![Word::whole("stash"), Word::whole("crowd"), Word::whole("wiki")];

/// Names after which sections are called.
pub(crate) const HEADINGS: &[Word] = distinct_and![
    Word::whole("stash"),
    Word::whole("crowd"),
    Word::whole("jsm"),
    Word::whole("jsd")
];

/// Names as they stand in keys and headings.
pub(crate) const PRODUCTS: &[Word] = distinct_and![
    // As their forms to log in call it.
    Word::part("os_password"),
    Word::part("login-form-password"),
    Word::whole("stash"),
    Word::whole("crowd"),
    Word::whole("jsm"),
    Word::whole("jsd"),
    Word::whole("forge")
];

/// What somebody calls the host of a product: `myjira`, `stash-2`, but not `logstash`.
pub(crate) const HOST: &[Word] = &[
    Word::part("jira"),
    Word::part("confluence"),
    Word::part("bitbucket"),
    Word::part("bamboo"),
    Word::whole("stash"),
    Word::whole("wiki"),
    Word::whole("crowd"),
];

/// What the words around a candidate say of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// It is this kind.
    This,
    /// It is another of the same shape.
    Another,
    /// Nothing, or no more than for the other.
    Neither,
}

/// Which of two kinds the words around `span` name; the path counts where the text says nothing.
pub(crate) fn named(window: &Window<'_>, span: Span, this: &[Word], other: &[Word]) -> Named {
    match distances(window, span, [this, other]) {
        [Some(this), Some(other)] if this < other => Named::This,
        [Some(this), Some(other)] if other < this => Named::Another,
        [Some(_), None] => Named::This,
        [None, Some(_)] => Named::Another,
        _ => Named::Neither,
    }
}

/// For each group of words, how far its nearest one is, in the text or else in the path.
pub(crate) fn distances<const N: usize>(
    window: &Window<'_>,
    span: Span,
    groups: [&[Word]; N],
) -> [Option<Distance>; N] {
    let mut distances = nearest(window.text, span, groups);
    if let Some(path) = window.path() {
        for (distance, words) in distances.iter_mut().zip(groups) {
            if distance.is_none() && mentions(path, words) {
                *distance = Some(Distance::PATH);
            }
        }
    }
    distances
}
