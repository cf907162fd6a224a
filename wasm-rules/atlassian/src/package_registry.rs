//! Credentials for Atlassian's package registry: npm, Maven, Docker, Gradle, sbt.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::assignment::assigned;
use crate::base64;
use crate::caseless::{contains, contains_any, stands_at};
use crate::code_call::{Ending, arguments};
use crate::codes::{dismissal, evidence};
use crate::credential::{self, Worth};
use crate::literal::{Surroundings, bare};
use crate::placeholder::is_template;
use crate::shell_words::{option, piped, shell_words};

const HOST: &[u8] = b"packages.atlassian.com";
/// Between the registry's name and its credential.
const REACH_BYTES_MAX: usize = 600;
const LIKELY: Worth = (Grade::Likely, evidence::REGISTRY);

/// Judges `atlassian-package-registry-credential`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let candidate = span.of(text).unwrap_or_default();
    if contains(candidate, b"credentials") {
        return sbt(text, span);
    }
    if contains_any(candidate, &[b"docker", b"podman"]) {
        return login(text, span);
    }
    let keys = [
        "_authtoken",
        "_auth",
        "_password",
        "npmauthtoken",
        "npmauthident",
        "auth",
        "password",
        "token",
    ];
    let word = keys.iter().find_map(|key| {
        let start = (span.start()..span.end()).find(|&at| stands_at(text, at, key.as_bytes()))?;
        Some(Span::at(start, key.len()))
    });
    let Some(word) = word else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    if !belongs_to_registry(text, word) {
        return Verdict::Dismissed(dismissal::OTHER_HOST);
    }
    let Some(found) = assigned(text, word) else {
        return match set_by_command(text, word) {
            Some(secret) => credential::judge(text, &[], secret, LIKELY),
            None => Verdict::Dismissed(dismissal::MALFORMED),
        };
    };
    let key = found.key.of(text).unwrap_or_default().to_ascii_lowercase();
    match key.as_slice() {
        key if key.ends_with(b"_auth") || key == b"auth" => pair(text, found.value, true),
        key if key.ends_with(b"_password") => encoded_password(text, found.value),
        key if key.ends_with(b"npmauthident") => pair(text, found.value, false),
        _ => credential::judge(text, &[], found.value, LIKELY),
    }
}

/// The value that a command of npm sets: `npm config set //host/:_authToken value`, in a string of
/// another language too.
fn set_by_command(text: &[u8], word: Span) -> Option<Span> {
    const COMMAND: &[u8] = b"config set ";
    const LINE_MAX: usize = 200;
    let before = text.get(word.start().saturating_sub(LINE_MAX)..word.start())?;
    let line = before.rsplit(|&byte| byte == b'\n').next()?;
    let start = word.end() + 1;
    let blank = text.get(word.end()) == Some(&b' ') && contains(line, COMMAND);
    let literal = if blank { bare(text, start, Surroundings::default()) } else { None };
    literal.map(|literal| literal.span)
}

/// Whether the settings around `word` are those of the registry: its host stands on the line, or
/// in the block that the word is in; a server of Maven's may be called after it.
fn belongs_to_registry(text: &[u8], word: Span) -> bool {
    let start = word.start().saturating_sub(REACH_BYTES_MAX);
    let above = text.get(start..word.start()).unwrap_or_default();
    let below = text.get(word.end()..).unwrap_or_default();
    let below = below.get(..REACH_BYTES_MAX).unwrap_or(below);
    if above.ends_with(b"<") {
        return server(above, below).is_some_and(|server| contains(server, b"atlassian"));
    }
    // In JSON every registry has braces of its own.
    let is_json = above.ends_with(b"\"") || above.ends_with(b"\"_");
    let end = below.iter().position(|&byte| byte == b'\n').unwrap_or(below.len());
    let on_line = above.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    if !is_json && (contains(on_line, HOST) || contains(below.get(..end).unwrap_or_default(), HOST))
    {
        return true;
    }
    // The last host above is the one whose settings these are.
    let hosts = || above.windows(HOST.len()).rposition(|at| at.eq_ignore_ascii_case(HOST));
    let Some(at) = hosts() else {
        return !is_json && same_block(below).is_some_and(|block| contains(block, HOST));
    };
    let since = above.get(at + HOST.len()..).unwrap_or_default();
    let others: [&[u8]; 8] = [
        b"://",
        b"</server>",
        b"\n\n",
        b"registry.npmjs",
        b"docker.io",
        b".azurecr.",
        b"ghcr.io",
        b"quay.io",
    ];
    let is_closed = is_json && since.contains(&b'}') || contains_any(since, &others);
    !is_closed
}

/// What follows in the block that is open, for credentials that stand above their address.
fn same_block(below: &[u8]) -> Option<&[u8]> {
    let mut depth = 2_usize;
    let end = below.iter().position(|&byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })?;
    below.get(..end)
}

/// The `<id>` of the `<server>` around.
fn server<'t>(above: &'t [u8], below: &'t [u8]) -> Option<&'t [u8]> {
    const OPEN: &[u8] = b"<server>";
    const CLOSE: &[u8] = b"</server>";
    let last = |tag: &[u8]| above.windows(tag.len()).rposition(|at| at == tag);
    let open = last(OPEN)?;
    if last(CLOSE).is_some_and(|close| close > open) {
        return None;
    }
    let above = above.get(open..)?;
    let end = below.windows(CLOSE.len()).position(|at| at == CLOSE).unwrap_or(below.len());
    id(above).or_else(|| id(below.get(..end)?))
}

fn id(server: &[u8]) -> Option<&[u8]> {
    const TAG: &[u8] = b"<id>";
    let start = server.windows(TAG.len()).position(|at| at == TAG)? + TAG.len();
    server.get(start..)?.split(|&byte| byte == b'<').next()
}

/// `user:secret`, in base64 if `is_encoded` and it is not a template.
fn pair(text: &[u8], value: Span, is_encoded: bool) -> Verdict {
    let raw = value.of(text).unwrap_or_default();
    if is_template(raw) {
        return Verdict::Dismissed(dismissal::TEMPLATE);
    }
    if !is_encoded {
        let colon = raw.iter().position(|&byte| byte == b':');
        let secret = colon.and_then(|colon| Span::new(value.start() + colon + 1, value.end()));
        let user = colon.and_then(|colon| raw.get(..colon)).unwrap_or_default();
        return credential::judge(text, user, secret.unwrap_or(value), LIKELY);
    }
    let characters = raw.split(|&byte| byte == b'=' || byte == b'\\').next().unwrap_or_default();
    let decoded = base64::decode(characters).unwrap_or_default();
    let decoded = decoded.trim_ascii();
    let Some(colon) = decoded.iter().position(|&byte| byte == b':') else {
        return credential::judge(text, &[], value, LIKELY);
    };
    let (user, secret) = decoded.split_at(colon);
    encoded(text, value, user, secret.get(1..).unwrap_or_default())
}

/// A password that npm keeps in base64.
fn encoded_password(text: &[u8], value: Span) -> Verdict {
    let raw = value.of(text).unwrap_or_default();
    let characters = raw.split(|&byte| byte == b'=').next().unwrap_or_default();
    match base64::decode(characters) {
        Some(decoded) if decoded.iter().all(u8::is_ascii_graphic) && !decoded.is_empty() => {
            encoded(text, value, &[], &decoded)
        }
        _ => credential::judge(text, &[], value, LIKELY),
    }
}

/// Judges what `value` decodes to.
fn encoded(text: &[u8], value: Span, user: &[u8], secret: &[u8]) -> Verdict {
    match credential::judge(secret, user, Span::at(0, secret.len()), LIKELY) {
        Verdict::Confirmed { grade, evidence, .. } => {
            let evidence =
                if evidence == evidence::REGISTRY { evidence::REGISTRY_ENCODED } else { evidence };
            Verdict::Confirmed { secret: value, grade, evidence }
        }
        dismissed @ Verdict::Dismissed(_) => {
            // A placeholder that was never encoded is one too.
            match credential::check(&[], value.of(text).unwrap_or_default()) {
                Err(reason) => Verdict::Dismissed(reason),
                Ok(()) => dismissed,
            }
        }
    }
}

/// `Credentials("realm", "packages.atlassian.com", "user", "secret")`.
fn sbt(text: &[u8], span: Span) -> Verdict {
    let open = (span.start()..span.end()).find(|&at| text.get(at) == Some(&b'('));
    let arguments = open.map(|at| arguments(text, at + 1, Ending::Bracket)).unwrap_or_default();
    let literal = |index: usize| arguments.get(index).and_then(|it| it.literal);
    let host = literal(1).and_then(|host| host.of(text)).unwrap_or_default();
    if !contains(host, HOST) {
        return Verdict::Dismissed(dismissal::OTHER_HOST);
    }
    let user = literal(2).and_then(|user| user.of(text)).unwrap_or_default();
    match literal(3) {
        Some(secret) => credential::judge(text, user, secret, LIKELY),
        None => Verdict::Dismissed(dismissal::NO_PASSWORD),
    }
}

/// `docker login -u user -p secret docker.packages.atlassian.com`
fn login(text: &[u8], span: Span) -> Verdict {
    let words = shell_words(text, span.end());
    if !words.iter().any(|word| word.of(text).is_some_and(|word| contains(word, HOST))) {
        return Verdict::Dismissed(dismissal::OTHER_HOST);
    }
    let given = option(text, &words, &["-p", "--password"]);
    let user = option(text, &words, &["-u", "--username"]);
    let user = user.and_then(|user| user.of(text)).unwrap_or_default();
    match given.or_else(|| piped(text, span.start())) {
        Some(secret) => credential::judge(text, user, secret, LIKELY),
        None => Verdict::Dismissed(dismissal::NO_PASSWORD),
    }
}
