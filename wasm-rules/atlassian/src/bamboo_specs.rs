//! What Bamboo Specs log in with: the file `.credentials`, and variables of plans.

use pushgate_detector_sdk::{Grade, Source, Span, Verdict, Window};

use crate::assignment::assigned;
use crate::caseless::{contains, contains_any, stands_at};
use crate::codes::{dismissal, evidence};
use crate::credential;
use crate::names;
use crate::shown::{as_shown, is_shown_text};
use crate::value;

/// Lines beside the password that may hold its user.
const LINES_MAX: usize = 4;
/// How much of the text those are.
const REACH_BYTES_MAX: usize = 600;
/// Longer files of that layout are something else.
const FILE_BYTES_MAX: usize = 600;

/// What the secret of a variable is called, at the end of its name.
const SECRETS: [&[u8]; 5] = [b"password", b"passphrase", b"passwd", b"secret", b"token"];
/// Whose password it is, where that is Bamboo itself.
const ACCOUNTS: [&[u8]; 12] = [
    b"user", b"admin", b"server", b"rest", b"api", b"login", b"agent", b"bot", b"dc", b"http",
    b"service", b"account",
];

/// Judges `bamboo-specs-credentials`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    match word_of_bamboo(text, span) {
        Some(word) => variable(window, word),
        None => line_of_file(window, span),
    }
}

/// The word with which a variable begins.
fn word_of_bamboo(text: &[u8], span: Span) -> Option<Span> {
    const WORD: &[u8] = b"bamboo";
    let start = (span.start()..span.end()).find(|&at| stands_at(text, at, WORD))?;
    Some(Span::at(start, WORD.len()))
}

/// `bamboo.deploy.password=…`
fn variable(window: &Window<'_>, word: Span) -> Verdict {
    let text = window.text;
    let Some(found) = assigned(text, word) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let key = found.key.of(text).unwrap_or_default().to_ascii_lowercase();
    let Some(secret) = SECRETS.iter().find(|secret| key.ends_with(secret)) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let is_login = || contains(line_of(text, word.start()), b"specs");
    if !is_variable(found.key.of(text).unwrap_or_default(), &key, secret) && !is_login() {
        return Verdict::Dismissed(dismissal::ANOTHER_KIND);
    }
    let value = found.value.of(text).unwrap_or_default();
    // A word may be a password here; what is filled in or looked up is none.
    if let Err(
        reason @ (dismissal::TEMPLATE
        | dismissal::REFERENCE
        | dismissal::CODE
        | dismissal::PLACEHOLDER),
    ) = value::check(&key, value, found.quoted)
    {
        return Verdict::Dismissed(reason);
    }
    if is_shown_text(&as_shown(value)) {
        return Verdict::Dismissed(dismissal::WORDS);
    }
    credential::judge_named(window, &[], found, (Grade::Likely, evidence::SPECS_VARIABLE))
}

/// The line in which `at` is: a command that publishes specs names them.
fn line_of(text: &[u8], at: usize) -> &[u8] {
    let before = text.get(at.saturating_sub(REACH_BYTES_MAX)..at).unwrap_or_default();
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let start = at - before.len() + start;
    let rest = text.get(start..).unwrap_or_default();
    let rest = rest.get(..2 * REACH_BYTES_MAX).unwrap_or(rest);
    rest.split(|&byte| byte == b'\n').next().unwrap_or_default()
}

/// Whether a key is that of a variable and not that of an account in Bamboo: something else stands
/// between the product's name and the secret's, or it is called a secret, which no account has.
fn is_variable(written: &[u8], key: &[u8], secret: &[u8]) -> bool {
    let Some(start) = key.windows(6).position(|word| word == b"bamboo") else {
        return false;
    };
    let end = key.len() - secret.len();
    let between = key.get(start + 6..end).unwrap_or_default();
    let name = between.trim_ascii();
    let joins = |byte: u8| matches!(byte, b'.' | b'_' | b'-');
    let parts = || name.split(|&byte| joins(byte)).filter(|part| !part.is_empty());
    let dotted = between.starts_with(b".") && written.contains(&b'.');
    let own = matches!(secret, b"secret" | b"passphrase");
    match parts().next() {
        None => own,
        Some(_) => dotted || !parts().all(|part| ACCOUNTS.contains(&part)),
    }
}

/// `password=…` beside `username=…`, or `token=…`, in a file of that name.
fn line_of_file(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let word = [&b"password"[..], b"token"].iter().find_map(|word| {
        let start = (span.start()..span.end()).find(|&at| stands_at(text, at, word))?;
        Some(Span::at(start, word.len()))
    });
    let Some(found) = word.and_then(|word| assigned(text, word)) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let user = user_beside(text, found.key);
    let near = unescaped_lines(beside(text, found.key));
    // Build tools have files of this name with a realm and a host, file servers with a domain.
    let lines = || near.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_start);
    let others = |line: &[u8]| {
        [&b"realm"[..], b"host", b"domain", b"user="].iter().any(|key| stands_at(line, 0, key))
    };
    if found.key.len() > b"password".len() || lines().any(others) {
        return Verdict::Dismissed(dismissal::ANOTHER_KIND);
    }

    let path = window.path().unwrap_or_default();
    let file = path.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or_default();
    let called =
        file == b".credentials" || contains(path, b"bamboo") && contains(file, b"credentials");
    let [named] = names::distances(window, found.key, [names::BAMBOO]);
    let mentioned = || contains_any(&near, &[b".credentials", b"bamboo"]) || named.is_some();
    let worth = if called {
        (Grade::Likely, evidence::SPECS_FILE)
    } else if user.is_none() {
        return Verdict::Dismissed(dismissal::NO_NAME);
    } else if mentioned() {
        (Grade::Likely, evidence::SPECS_FILE)
    } else if window.path().is_none() && is_all_there_is(window) {
        (Grade::Weak, evidence::SPECS_LAYOUT)
    } else {
        return Verdict::Dismissed(dismissal::NO_NAME);
    };
    credential::judge(text, &user.unwrap_or_default(), found.value, worth)
}

/// The lines around a key, and no further.
fn beside(text: &[u8], key: Span) -> &[u8] {
    let before = text.get(..key.start()).unwrap_or_default();
    let after = text.get(key.end()..).unwrap_or_default();
    let lines = |bytes: &mut dyn Iterator<Item = &u8>| {
        let mut lines = 0;
        bytes
            .take(REACH_BYTES_MAX)
            .take_while(|&&byte| {
                lines += usize::from(byte == b'\n');
                lines <= LINES_MAX
            })
            .count()
    };
    let start = key.start() - lines(&mut before.iter().rev());
    let end = key.end() + lines(&mut after.iter());
    text.get(start..end).unwrap_or_default()
}

/// The value of `username` on a line of its own.
fn user_beside(text: &[u8], key: Span) -> Option<Vec<u8>> {
    const WORD: &[u8] = b"username";
    let near = unescaped_lines(beside(text, key));
    near.split(|&byte| byte == b'\n').find_map(|line| {
        let line = line.trim_ascii();
        let value = stands_at(line, 0, WORD).then(|| line.get(WORD.len()..))??.trim_ascii_start();
        let value = value.strip_prefix(b"=").or_else(|| value.strip_prefix(b":"))?;
        Some(value.trim_ascii().to_vec())
    })
}

/// The text with line ends where an `echo` will write them.
fn unescaped_lines(text: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let ends = byte == b'\\' && bytes.next_if_eq(&b'n').is_some();
        // So does the quotation mark before the first one.
        let opens =
            matches!(byte, b'"' | b'\'') && bytes.peek().is_some_and(u8::is_ascii_lowercase);
        lines.push(if ends || opens { b'\n' } else { byte });
    }
    lines
}

/// Whether the text holds nothing but the two lines, and comments.
fn is_all_there_is(window: &Window<'_>) -> bool {
    let lines = || window.text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    window.complete
        && window.source == Source::Blob
        && window.text.len() <= FILE_BYTES_MAX
        && lines().all(|line| {
            line.is_empty()
                || line.starts_with(b"#")
                || stands_at(line, 0, b"username")
                || stands_at(line, 0, b"password")
        })
}
