//! Commands that are given a user and a secret: `curl`, `wget`, HTTPie, and Atlassian's own.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use super::judge_secret;
use super::pair::halves;
use super::place::{Place, of_address, of_surroundings};
use crate::caseless::stands_at;
use crate::codes::{dismissal, evidence};
use crate::consumer;
use crate::context::mentions;
use crate::credential::Worth;
use crate::named_secret::is_like_old_token;
use crate::names;
use crate::shell_words::{option, piped, shell_words, unquoted};

const LIKELY: Worth = (Grade::Likely, evidence::COMMAND);

/// Judges a candidate that begins with the name of a command.
pub(super) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let command = Command::read(text, span);
    let is_other = |user: &[u8], secret: &[u8]| {
        command.asks_for_token(text) && consumer::is_pair(user, secret)
            || is_old_token(user, secret)
    };
    command.judge(window, span, |user, secret| match is_other(user, secret) {
        true => Err(dismissal::ANOTHER_KIND),
        false => Ok(()),
    })
}

/// Judges a candidate of `atlassian-legacy-api-token` that begins with the name of a command.
pub(crate) fn old_token(window: &Window<'_>, span: Span) -> Verdict {
    let command = Command::read(window.text, span);
    command.judge(window, span, |user, secret| match is_old_token(user, secret) {
        true => Ok(()),
        false => Err(dismissal::MALFORMED),
    })
}

/// Whether the two look like the mail of an account in the cloud and a token as they were.
pub(crate) fn is_old_token(user: &[u8], secret: &[u8]) -> bool {
    user.contains(&b'@') && is_like_old_token(secret)
}

/// Which command it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    Curl,
    Wget,
    Http,
    /// One of Atlassian's products.
    Ours,
    /// What it writes is encoded for a header.
    Echo,
}

struct Command {
    program: Program,
    start: usize,
    words: Vec<Span>,
}

impl Command {
    fn read(text: &[u8], span: Span) -> Command {
        let programs = [
            (&b"curl"[..], Program::Curl),
            (b"wget", Program::Wget),
            (b"https", Program::Http),
            (b"http", Program::Http),
            (b"acli", Program::Ours),
            (b"forge", Program::Ours),
            (b"jira", Program::Ours),
            (b"echo", Program::Echo),
            (b"printf", Program::Echo),
        ];
        let found = programs.iter().find(|(name, _)| stands_at(text, span.start(), name));
        let (name, program) = found.copied().unwrap_or((b"", Program::Curl));
        let mut end = span.start() + name.len();
        for suffix in [&b".exe"[..], b".sh", b".cmd", b".bat", b"-cli"] {
            if stands_at(text, end, suffix) {
                end += suffix.len();
            }
        }
        Command { program, start: span.start(), words: shell_words(text, end) }
    }

    /// Judges what the command is given, if `check` lets its user and its secret pass.
    fn judge(
        &self,
        window: &Window<'_>,
        span: Span,
        check: impl Fn(&[u8], &[u8]) -> Result<(), u16>,
    ) -> Verdict {
        let text = window.text;
        let Some((user, secret)) = self.credentials(text) else {
            return Verdict::Dismissed(dismissal::NO_PASSWORD);
        };
        let user = user.and_then(|user| user.of(text)).unwrap_or_default();
        if let Err(reason) = check(user, secret.of(text).unwrap_or_default()) {
            return Verdict::Dismissed(reason);
        }
        match self.place(window, span) {
            Place::Ours => judge_secret(text, user, secret, LIKELY),
            Place::Others => Verdict::Dismissed(dismissal::OTHER_HOST),
            Place::Nobodys => Verdict::Dismissed(dismissal::NO_NAME),
        }
    }

    /// User and secret, if the command is given them.
    fn credentials(&self, text: &[u8]) -> Option<(Option<Span>, Span)> {
        let joined = |pair: Span| {
            halves(text, pair).map(|(user, secret)| (Some(user), unquoted(text, secret)))
        };
        let split = |users: &[&str], secrets: &[&str]| {
            let secret = self.option(text, secrets)?;
            Some((self.option(text, users), secret))
        };
        match self.program {
            Program::Curl => joined(self.curl_user(text)?),
            Program::Http => joined(self.option(text, &["-a", "--auth"])?),
            Program::Wget => split(
                &["--user", "--http-user"],
                &["--password", "--http-password", "--http-passwd"],
            ),
            Program::Ours => split(
                &["--user", "--email", "--login", "--username", "-u"],
                &["--password", "--token", "--api-token", "--apitoken", "--pat", "-p", "-t"],
            )
            .or_else(|| Some((self.option(text, &["--email"]), self.piped(text)?))),
            Program::Echo => joined(self.encoded(text)?),
        }
    }

    /// `-u user:secret`, in each way in which options may be written.
    fn curl_user(&self, text: &[u8]) -> Option<Span> {
        if let Some(pair) = self.option(text, &["--user"]) {
            return Some(pair);
        }
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            let bytes = word.of(text)?;
            let Some(flags) = bytes.strip_prefix(b"-").filter(|it| !it.starts_with(b"-")) else {
                continue;
            };
            // Of these an option with a value can only be the last.
            let known = |byte: &&u8| b"sSkfLiIvgGjNnOqR#0123456".contains(byte);
            let plain = flags.iter().take_while(known).count();
            if flags.get(plain) != Some(&b'u') {
                continue;
            }
            let rest = Span::new(word.start() + plain + 2, word.end())?;
            return if rest.is_empty() {
                words.next().copied()
            } else {
                Some(unquoted(text, rest))
            };
        }
        None
    }

    fn option(&self, text: &[u8], names: &[&str]) -> Option<Span> {
        option(text, &self.words, names)
    }

    /// `echo "token" |` before the command, which asks for it with `--token`.
    fn piped(&self, text: &[u8]) -> Option<Span> {
        let mut words = self.words.iter().filter_map(|word| word.of(text));
        let asks = words.any(|word| word == b"--token" || word == b"--password");
        if !asks {
            return None;
        }
        // `--token <<< "token"`
        let mut words = self.words.iter().skip_while(|word| word.of(text) != Some(b"<<<"));
        words.nth(1).copied().or_else(|| piped(text, self.start))
    }

    /// `echo -n "user:secret" | base64`
    fn encoded(&self, text: &[u8]) -> Option<Span> {
        let last = self.words.last()?;
        let rest = text.get(last.end()..)?;
        let rest = rest.get(..16).unwrap_or(rest).trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
        let pipe = rest.trim_ascii_start().strip_prefix(b"|")?;
        pipe.trim_ascii_start().starts_with(b"base64").then_some(*last)
    }

    /// Whether the command calls the address at which Bitbucket gives tokens to consumers.
    fn asks_for_token(&self, text: &[u8]) -> bool {
        self.words.iter().filter_map(|word| word.of(text)).any(consumer::asks_for_token)
    }

    /// Whose address the command calls.
    fn place(&self, window: &Window<'_>, span: Span) -> Place {
        let text = window.text;
        if self.program == Program::Ours {
            return Place::Ours;
        }
        let words = || self.words.iter().filter_map(|word| word.of(text));
        let mut others = false;
        for word in words().filter(|word| !word.starts_with(b"-")) {
            // What is sent may speak of anything.
            if word.starts_with(b"{") || word.contains(&b' ') {
                continue;
            }
            let address = word.windows(3).position(|here| here == b"://").map(|at| at + 3);
            let address = address.and_then(|at| word.get(at..));
            let bare = || (word.contains(&b'.') || word.contains(&b'/')).then_some(word);
            match address.or_else(bare).and_then(of_address) {
                Some(Place::Ours) => return Place::Ours,
                Some(_) if address.is_some() => others = true,
                _ => {}
            }
        }
        // `$JIRA_URL/rest`, but not what is sent.
        let variable = |word: &[u8]| {
            word.iter().any(|byte| b"${%".contains(byte))
                && !word.iter().any(|byte| b" \"".contains(byte))
        };
        if words().any(|word| variable(word) && mentions(word, names::ANY)) {
            return Place::Ours;
        }
        if others { Place::Others } else { of_surroundings(window, span) }
    }
}
