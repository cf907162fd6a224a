//! `https://user:secret@host`, where the host is Atlassian's or is named after a product, and
//! `jira://user:secret@host`.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::carried::{self, Carried};
use crate::caseless::{contains, without_end};
use crate::codes::{dismissal, evidence};
use crate::credential;
use crate::host::is_atlassian;
use crate::password;
use crate::prose::is_text;
use crate::unescape::{Reading, step, unescaped};

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

    let checked = password::check(&user, raw).and_then(|()| password::check(&user, &secret));
    if let Err(reason) = checked {
        return Verdict::Dismissed(reason);
    }
    let is_sample = is_text(&secret) == Some(dismissal::PLACEHOLDER);
    if is_sample || credential::is_made_up(&user, &secret) {
        return Verdict::Dismissed(dismissal::PLACEHOLDER);
    }
    if is_pattern(raw) {
        return Verdict::Dismissed(dismissal::TEMPLATE);
    }
    if is_port(raw) || user.iter().any(|byte| matches!(byte, b'?' | b'#')) {
        return Verdict::Dismissed(dismissal::NO_PASSWORD);
    }
    match inside {
        // A doctored token is worth here what it is worth alone.
        Carried::Unproven(grade) => confirmed(url.secret, grade, evidence::CARRIES_UNPROVEN),
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
    /// Reads the URL whose `://` is the first in `span`, or says why it is of no interest. JSON may
    /// escape the slashes, and properties the colons.
    ///
    /// The last `@` before an Atlassian host decides, as the last one does for browsers: a mail
    /// address may stand as the user with its own `@` unescaped. The first colon ends the user.
    fn read(text: &[u8], span: Span) -> Result<Url, u16> {
        let mark = (span.start()..span.end()).find_map(|at| Some((at, after_mark(text, at)?)));
        let mark = mark.filter(|&(_, start)| start <= span.end());
        let (mark, start) = mark.ok_or(dismissal::MALFORMED)?;
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
        let ours = is_scheme_of_product(text, mark);
        let at = signs().take(SIGNS_MAX).find(|&at| ours || is_atlassian(host(at)));
        let at = at.ok_or(dismissal::OTHER_HOST)?;
        let userinfo = authority.get(..at).unwrap_or_default();
        let colon = userinfo.iter().position(|&byte| byte == b':');
        let secret = colon.map_or(at, |colon| colon + 1);
        let user = userinfo.get(..colon.unwrap_or(at)).unwrap_or_default();
        let backslashes = user.iter().rev().take_while(|&&byte| byte == b'\\').count();
        Ok(Url {
            user: Span::at(start, user.len() - backslashes),
            secret: Span::at(start + secret, at - secret),
        })
    }
}

/// Whether what stands before the mark is a product, as in the connections of Airflow: `jira://`.
fn is_scheme_of_product(text: &[u8], mark: usize) -> bool {
    const PRODUCTS: [&[u8]; 3] = [b"jira", b"confluence", b"bitbucket"];
    let before = text.get(..mark).unwrap_or_default();
    PRODUCTS.iter().any(|product| {
        let rest = without_end(before, product);
        rest.is_some_and(|rest| !rest.last().is_some_and(u8::is_ascii_alphanumeric))
    })
}

/// Where the authority begins, if `://` stands at `at`, its slashes escaped or not.
fn after_mark(text: &[u8], at: usize) -> Option<usize> {
    text.get(at).filter(|&&byte| byte == b':')?;
    let slash = |at| step(text, at, Reading::Plain).filter(|step| step.byte == b'/');
    Some(slash(slash(at + 1)?.next)?.next)
}

/// `https://host:8080?mail=dev@example.org` has a port and a query, `http://proxy:3128;x@host` a
/// port and the next setting; neither has a password.
fn is_port(raw: &[u8]) -> bool {
    const DIGITS_MAX: usize = 5;
    let digits = raw.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match raw.get(digits) {
        Some(b'?' | b'#') => true,
        Some(b';' | b',') => (2..=DIGITS_MAX).contains(&digits),
        _ => false,
    }
}

/// `https://[^:]+:[^@]+@host`: what a program looks for in addresses.
fn is_pattern(raw: &[u8]) -> bool {
    const MARKS: [&[u8]; 5] = [b"[^", b".*", b".+", b"\\S+", b"\\w+"];
    MARKS.iter().any(|mark| contains(raw, mark))
}

fn ends_authority(byte: u8) -> bool {
    matches!(byte, 0..=b' ' | b'/' | b'"' | b'\'' | b'`' | b'<' | b'>' | 0x7F)
}

fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}
