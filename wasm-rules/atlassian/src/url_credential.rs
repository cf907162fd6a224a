//! `https://user:secret@host`, where the host is Atlassian's or is named after a product.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::carried::{self, Carried};
use crate::codes::{dismissal, evidence};
use crate::context::mentions;
use crate::names;
use crate::password;
use crate::unescape::{Reading, step};

/// User, secret and host together.
const AUTHORITY_MAX: usize = 2048;
const HOST_MAX: usize = 255;
/// In the user, before the host, and in a mail address that follows without a blank.
const SIGNS_MAX: usize = 4;

/// Judges `bitbucket-url-credential`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let url = match Url::read(window.text, span) {
        Ok(url) => url,
        Err(reason) => return Verdict::Dismissed(reason),
    };

    // A token may stand where the user does, with or without a password.
    let user = unescaped(url.user.of(window.text).unwrap_or_default());
    let raw = url.secret.of(window.text).unwrap_or_default();
    let secret = unescaped(raw);
    let confirmed = |secret, grade, evidence| Verdict::Confirmed { secret, grade, evidence };
    let inside = carried::look(&secret);
    if inside == Carried::Proven {
        return confirmed(url.secret, Grade::Proven, evidence::CARRIES_PROVEN);
    }
    if carried::look(&user) == Carried::Proven {
        return confirmed(url.user, Grade::Proven, evidence::CARRIES_PROVEN);
    }

    if let Err(reason) = password::check(raw).and_then(|()| password::check(&secret)) {
        return Verdict::Dismissed(reason);
    }
    // `https://host:8080?mail=dev@example.org` has a port, a query and no password.
    let port = raw.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let query_follows = matches!(raw.get(port), Some(b'?' | b'#'));
    if query_follows || user.iter().any(|byte| matches!(byte, b'?' | b'#')) {
        return Verdict::Dismissed(dismissal::NO_PASSWORD);
    }
    match inside {
        Carried::Unproven(_) => confirmed(url.secret, Grade::Likely, evidence::CARRIES_UNPROVEN),
        _ => confirmed(url.secret, Grade::Likely, evidence::PASSWORD_FOR_HOST),
    }
}

/// The parts that matter here.
struct Url {
    user: Span,
    /// Empty at the end of the user, if there is no colon.
    secret: Span,
}

impl Url {
    /// Reads the URL whose `://` is the first in `span`, or says why it is of no interest.
    ///
    /// The last `@` before an Atlassian host decides, as the last one does for browsers: a mail
    /// address may stand as the user with its own `@` unescaped. The first colon ends the user.
    fn read(text: &[u8], span: Span) -> Result<Url, u16> {
        const MARK: &[u8] = b"://";
        let candidate = span.of(text).unwrap_or_default();
        let mark = candidate.windows(MARK.len()).position(|window| window == MARK);
        let start = span.start() + mark.ok_or(dismissal::MALFORMED)? + MARK.len();
        let rest = text.get(start..).unwrap_or_default();
        let rest = rest.get(..AUTHORITY_MAX).unwrap_or(rest);
        let authority = rest.split(|&byte| ends_authority(byte)).next().unwrap_or_default();

        let signs = || (0..authority.len()).rev().filter(|&at| authority.get(at) == Some(&b'@'));
        if signs().next().is_none() {
            return Err(dismissal::MALFORMED);
        }
        let host = |at: usize| {
            let host = authority.get(at + 1..).unwrap_or_default();
            let len = host.iter().take(HOST_MAX).take_while(|&&byte| is_host(byte)).count();
            host.get(..len).unwrap_or_default()
        };
        let at = signs().take(SIGNS_MAX).find(|&at| is_atlassian(host(at)));
        let at = at.ok_or(dismissal::OTHER_HOST)?;
        let userinfo = authority.get(..at).unwrap_or_default();
        let user_len = userinfo.iter().position(|&byte| byte == b':');
        let secret = user_len.map_or(at, |len| len + 1);
        Ok(Url {
            user: Span::at(start, user_len.unwrap_or(at)),
            secret: Span::at(start + secret, at - secret),
        })
    }
}

fn ends_authority(byte: u8) -> bool {
    matches!(byte, 0..=b' ' | b'/' | b'"' | b'\'' | b'`' | b'<' | b'>' | 0x7F)
}

fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(step) = step(raw, at, Reading::Plain) {
        bytes.push(step.byte);
        at = step.next;
    }
    bytes
}

/// Whether a host belongs to Atlassian, or is somebody's own and called after a product.
fn is_atlassian(host: &[u8]) -> bool {
    const DOMAINS: [&[u8]; 4] = [b"atlassian.net", b"atlassian.com", b"bitbucket.org", b"jira.com"];

    let host = host.strip_suffix(b".").unwrap_or(host);
    let in_domain = |domain: &[u8]| {
        let start = host.len().checked_sub(domain.len());
        start.and_then(|start| host.split_at_checked(start)).is_some_and(|(rest, end)| {
            end.eq_ignore_ascii_case(domain) && matches!(rest, [] | [.., b'.'])
        })
    };
    if DOMAINS.into_iter().any(in_domain) {
        return true;
    }
    // The last label is the top-level domain, unless it is the only one.
    let labels = host.iter().rposition(|&byte| byte == b'.').and_then(|dot| host.get(..dot));
    mentions(labels.unwrap_or(host), names::HOST)
}

#[cfg(test)]
mod tests {
    use super::is_atlassian;

    #[test]
    fn hosts_of_atlassian_and_hosts_named_after_its_products_count() {
        let hosts = [
            "bitbucket.org",
            "API.Bitbucket.org",
            "acme.atlassian.net",
            "api.atlassian.com",
            "acme.jira.com",
            "jira.example.org",
            "git.myjira-2.example",
            "stash.example.org",
            "stash2.example.org",
            "bitbucket",
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
            "example.jira",
            "en.wikipedia.org",
            "",
            "atlassian.net.example.org",
        ];
        for host in hosts {
            assert!(!is_atlassian(host.as_bytes()), "{host}");
        }
    }
}
