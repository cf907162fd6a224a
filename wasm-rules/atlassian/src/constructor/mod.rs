//! Credentials handed to a client in code or on a command line.
//!
//! ```text
//! pair      basic_auth=('u', 's')   HTTPBasicAuth('u', 's')   auth=('u', 's')   btoa('u:s')
//! named     Jira(url=…, password='s')   new JiraApi({password: 's'})   BasicAuthTransport{Password: "s"}
//! command   curl -u u:s https://…   wget --password=s   echo s | acli … --token
//! ```
//!
//! The candidate begins with the word that tells which of these it is.

mod pair;

mod named;

mod command;

pub(crate) use command::{is_old_token, old_token};
pub(crate) use pair::old_token as old_token_of_pair;
pub(crate) use place::{Place, of_addresses};

mod place;

use pushgate_detector_sdk::{Span, Verdict, Window};

use crate::caseless::stands_at;
use crate::codes::dismissal;
use crate::credential::{self, Worth};
use crate::unescape::unescaped;
use crate::value;

/// Words that begin a command.
const COMMANDS: [&[u8]; 11] = [
    b"curl",
    b"wget",
    b"http",
    b"acli",
    b"jira login",
    b"jira init",
    b"jira auth",
    b"jira-cli",
    b"forge login",
    b"echo ",
    b"printf ",
];

/// Judges `secret`, which goes with `user`: what is no token must look like a password, because
/// calls have arguments of every sort.
fn judge_secret(text: &[u8], user: &[u8], secret: Span, worth: Worth) -> Verdict {
    let verdict = credential::judge(text, user, secret, worth);
    let Verdict::Confirmed { evidence, .. } = verdict else { return verdict };
    let checked = value::check(b"", &unescaped(secret.of(text).unwrap_or_default()), true);
    match checked {
        Err(reason) if evidence == worth.1 => Verdict::Dismissed(reason),
        _ => verdict,
    }
}

/// Judges `atlassian-client-constructor`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let starts = |word: &[u8]| stands_at(text, span.start(), word);
    let before = span.start().checked_sub(1).and_then(|before| text.get(before));
    let joined = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if span.is_empty() {
        return Verdict::Dismissed(dismissal::MALFORMED);
    }
    if starts(b"curlopt_userpwd") {
        return pair::option(window, span);
    }
    if COMMANDS.iter().any(|word| starts(word)) && !starts(b"httpbasic") {
        return if joined {
            Verdict::Dismissed(dismissal::PART_OF_MORE)
        } else {
            command::judge(window, span)
        };
    }
    if named::begins(text, span) {
        return if joined {
            Verdict::Dismissed(dismissal::PART_OF_MORE)
        } else {
            named::judge(window, span)
        };
    }
    pair::judge(window, span)
}
