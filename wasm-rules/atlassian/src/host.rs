//! Whether a host belongs to Atlassian, or is somebody's own and called after a product.

use crate::caseless::{contains, contains_any, without_end};
use crate::context::mentions;
use crate::names;

/// Domains of Atlassian's, hosts in them included.
const DOMAINS: [&[u8]; 4] = [b"atlassian.net", b"atlassian.com", b"bitbucket.org", b"jira.com"];

/// Labels that end a private network's names: no registrar has sold the label before them.
const PRIVATE: &[u8] = b"corp local internal lan intranet home private localhost localdomain \
    test example invalid";
/// Labels under which names are sold: the label before them is somebody's brand.
const SOLD: &[u8] = b"com org net io co edu gov ac info biz dev app";

/// Products as people write them into the name of a host.
const PRODUCTS: [&[u8]; 7] =
    [b"jira", b"confluence", b"wiki", b"bitbucket", b"stash", b"bamboo", b"crowd"];
/// Other things whose names hold one of those.
const OTHERS: [&[u8]; 9] = [
    b"logstash",
    b"crowdin",
    b"crowdsec",
    b"crowdstrike",
    b"crowdfund",
    b"wikipedia",
    b"wikimedia",
    b"mediawiki",
    b"dokuwiki",
];

/// Whether a password for this host is one for Atlassian's products.
pub(crate) fn is_atlassian(host: &[u8]) -> bool {
    let host = host.strip_suffix(b".").unwrap_or(host);
    let in_domain = |domain: &[u8]| {
        without_end(host, domain).is_some_and(|rest| matches!(rest, [] | [.., b'.']))
    };
    DOMAINS.into_iter().any(in_domain) || is_called_after_a_product(host)
}

/// Whether a label that somebody chose for a machine names a product: the first one holds its name
/// anywhere, another as a word.
///
/// Neither the last label counts, unless it is all there is, nor the brand before it.
fn is_called_after_a_product(host: &[u8]) -> bool {
    let labels = || host.split(|&byte| byte == b'.');
    let count = labels().count();
    let top = labels().next_back().unwrap_or_default();
    let ours = match count {
        1 => 1,
        _ if is_one_of(top, PRIVATE) => count - 1,
        _ => count - 2,
    };
    let next = labels().skip(1).chain(std::iter::once(&[][..]));
    labels().zip(next).take(ours).enumerate().any(|(index, (label, next))| {
        !is_one_of(next, SOLD)
            && (mentions(label, names::HOST) || index == 0 && holds_product(label))
    })
}

fn holds_product(label: &[u8]) -> bool {
    contains_any(label, &PRODUCTS) && !OTHERS.into_iter().any(|other| contains(label, other))
}

fn is_one_of(label: &[u8], list: &'static [u8]) -> bool {
    list.split(|&byte| byte == b' ')
        .any(|word| !word.is_empty() && word.eq_ignore_ascii_case(label))
}

#[cfg(test)]
mod tests {
    use super::is_atlassian;

    #[test]
    fn hosts_of_atlassian_and_hosts_called_after_its_products_count() {
        let hosts = [
            "bitbucket.org",
            "API.Bitbucket.org",
            "acme.atlassian.net",
            "api.atlassian.com",
            "acme.jira.com",
            "jira.example.org",
            "jira-prod.example.org",
            "git.myjira-2.example",
            "eu.stash.acme.org",
            "stash.example.org",
            "stash2.example.org",
            "devwiki.corp",
            "mystash.CORP",
            "jira.local",
            "bitbucket",
            "mystash",
            "bitbucket.org.",
            "wiki.corp.example",
        ];
        for host in hosts {
            assert!(is_atlassian(host.as_bytes()), "{host}");
        }
    }

    #[test]
    fn other_hosts_do_not() {
        let hosts = [
            "github.com",
            "logstash.example.org",
            "crowdin.com",
            "crowdin.example.org",
            "example.jira",
            "en.wikipedia.org",
            "",
            ".",
            "..",
            "atlassian.net.example.org",
            "bitbucketx.org",
            "jirafe.io",
            "api.jirafe.io",
            "jira.co.uk",
            "notbitbucket.org.evil.com",
            "bitbucket.org.evil.com",
            "jira.acme",
        ];
        for host in hosts {
            assert!(!is_atlassian(host.as_bytes()), "{host}");
        }
    }
}
