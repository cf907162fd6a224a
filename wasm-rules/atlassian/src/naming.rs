//! Whether a secret is one for a product of Atlassian's, by what is written around it.

use pushgate_detector_sdk::{Span, Window};

use crate::codes::dismissal;
use crate::context::{Word, mentions, nearest};
use crate::host;
use crate::names::{DISTINCT, HEADINGS};
use crate::place::is_issue;
use crate::prose::{is_comment, is_one_of};
use crate::raw_request::is_in_body;
use crate::request::is_of_request;
use crate::section::{Heading, heading};
use crate::vendors::{PARTS, USERS, VENDORS};
use crate::wordlike::words;

/// Words of keys that say nothing of whose secret it is.
const PLAIN: &[u8] = b"user username admin api access auth oauth service svc account login my bot \
    personal basic rest http https server client default remote bearer cloud the app password pass \
    pwd token secret key value host url base id email mail credential credentials cred creds \
    shared authentication authorization header o _ s current new old prod dev test staging pat \
    issue tracker ticket project wiki string str config settings instance site tenant technical \
    apitoken accesstoken authtoken userpassword apisecret system integration this self options opts env process environ data plain root self get set";

/// Names of application secrets that every program has, and nobody else.
const OWN: &[u8] =
    b"jwt session cookie django flask encryption signing sign csrf salt master rails \
    hmac webhook webhooks hook cipher aes rsa private refresh app_key laravel nextauth internal";

/// How the product is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// In the key itself.
    Key,
    /// In the heading of a section around it.
    Section,
    /// On its line, or on a line next to it.
    Beside,
    /// Somewhere near.
    Far,
}

/// What is asked about a secret.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    /// The products whose secret it may be.
    pub(crate) products: &'static [Word],
    /// Words that its key may hold besides those that say nothing.
    pub(crate) key_words: &'static [u8],
}

/// How the secret that stands under `key` is named after a product, or why it is not.
pub(crate) fn naming(
    window: &Window<'_>,
    key: Span,
    value: Span,
    question: Question,
) -> Result<Naming, u16> {
    let Question { products, key_words } = question;
    let text = window.text;
    let name = key.of(text).unwrap_or_default();
    if mentions(name, products) {
        // `jira_github_token` is GitHub's.
        return match nearest(name, Span::at(name.len(), 0), [products, VENDORS]) {
            [Some(ours), Some(vendor)] if vendor <= ours => Err(dismissal::OTHER_VENDOR),
            // Every program that has a forge has a database for it.
            _ if mentions(name, PARTS) && !mentions(name, HEADINGS) => Err(dismissal::OTHER_KEY),
            _ => Ok(Naming::Key),
        };
    }
    if mentions(name, VENDORS) || mentions(name, USERS) {
        return Err(dismissal::OTHER_VENDOR);
    }
    let start = key.start().min(value.start());
    // Everything that hosts code is called a forge.
    let is_forge = |word: &Word| *word == Word::whole("forge");
    let headings = if products.iter().any(is_forge) { HEADINGS } else { products };
    let is_asked = |word: &[u8]| is_one_of(word, key_words);
    // `SECRET_KEY` signs the sessions of a program itself.
    let own = is_one_of(name, b"secret_key secretkey secret-key app_secret appsecret")
        && !is_asked(name)
        || words(name).any(|word| is_one_of(word, OWN) && !is_asked(word));
    let part = mentions(name, PARTS);
    match heading(text, start, headings, VENDORS) {
        // A program that works with a product is called after it, and has a database of its own.
        Some(Heading::Ours) if own || part => return Ok(Naming::Far),
        Some(Heading::Ours) => return Ok(Naming::Section),
        Some(Heading::Others) => return Err(dismissal::OTHER_VENDOR),
        None if part => return Err(dismissal::OTHER_VENDOR),
        None if own => return Err(dismissal::OTHER_KEY),
        None => {}
    }
    if phrase(text, key).is_some_and(|phrase| mentions(phrase, products)) {
        return Ok(Naming::Beside);
    }
    let plain = words(name).all(|word| is_one_of(word, PLAIN) || is_asked(word));
    let both = Span::new(start, key.end().max(value.end())).unwrap_or(key);
    let names = |path: &[u8]| mentions(path, DISTINCT) && mentions(path, products);
    let file = window.path().and_then(|path| path.rsplit(|&byte| byte == b'/').next());
    let file = file.is_some_and(names);
    let path = window.path().is_some_and(names);
    match nearest(text, both, [DISTINCT, VENDORS, PARTS]) {
        [ours, vendor, part]
            if [vendor, part]
                .into_iter()
                .flatten()
                .any(|other| ours.is_none_or(|ours| other < ours)) =>
        {
            Err(dismissal::OTHER_VENDOR)
        }
        _ if plain
            && (file
                || is_beside(text, both, products)
                || is_in_row(text, key, value, products)) =>
        {
            Ok(Naming::Beside)
        }
        _ if plain
            && (is_of_request(text, value)
                || is_in_body(text, start)
                || is_in_manifest(text, start, products)) =>
        {
            Ok(Naming::Section)
        }
        [Some(_), ..] => Ok(Naming::Far),
        _ if path => Ok(Naming::Far),
        _ => Err(dismissal::NO_NAME),
    }
}

/// Whether a place is among the data of a secret of Kubernetes that is called after a product.
fn is_in_manifest(text: &[u8], at: usize, products: &[Word]) -> bool {
    const REACH_BYTES_MAX: usize = 1024;
    let above = text.get(at.saturating_sub(REACH_BYTES_MAX)..at).unwrap_or_default();
    let lines = above.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let (mut secret, mut named) = (false, false);
    for line in lines {
        match line {
            b"---" => (secret, named) = (false, false),
            b"kind: Secret" => secret = true,
            line if line.starts_with(b"name: ") => named |= mentions(line, products),
            _ => {}
        }
    }
    secret && named
}

/// The words before a key that make one name with it: `stash password: …`.
fn phrase(text: &[u8], key: Span) -> Option<&[u8]> {
    const PHRASE_MAX: usize = 24;
    let before = text.get(..key.start())?;
    // `jira::token`, as Hiera and Puppet have it.
    let before = before.strip_suffix(b"::").unwrap_or(before);
    let joins = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_');
    let length = before.iter().rev().take(PHRASE_MAX).take_while(joins).count();
    let words = before.get(before.len() - length..)?;
    // A sentence is longer.
    (words.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).count() <= 3)
        .then_some(words)
}

/// Whether the line of `span`, or one of those next to it, names a product or a host of one. Lines
/// of other sections do not count.
fn is_beside(text: &[u8], span: Span, products: &[Word]) -> bool {
    const LINES_MAX: usize = 4;
    const LINE_MAX: usize = 300;
    let before = text.get(..span.start()).unwrap_or_default();
    let after = text.get(span.end()..).unwrap_or_default();
    let filled = |(index, line): &(usize, &[u8])| *index == 0 || !line.trim_ascii().is_empty();
    let above = before.rsplit(|&byte| byte == b'\n').take(LINES_MAX + 1).enumerate();
    let own = before.rsplit(|&byte| byte == b'\n').next().map_or(0, indentation);
    let mut depth = own;
    let mut above = above
        .take_while(filled)
        .filter(|(_, line)| {
            let here = indentation(line);
            let other = depth < own && (here > depth || here == depth && opens_section(line));
            depth = depth.min(here);
            !other
        })
        .map(|(_, line)| line.get(line.len().saturating_sub(LINE_MAX)..).unwrap_or_default());
    let below = after.split(|&byte| byte == b'\n').take(LINES_MAX).enumerate();
    let mut below = below
        .take_while(filled)
        .take_while(|(index, line)| *index == 0 || indentation(line) >= own)
        .map(|(_, line)| line.get(..line.len().min(LINE_MAX)).unwrap_or_default());
    above.any(|line| speaks_of(line, products)) || below.any(|line| speaks_of(line, products))
}

/// Whether the row of a table in which a value stands, below its name, names a product or a host of
/// one: `name,url,password⏎Jira,https://…,value`.
fn is_in_row(text: &[u8], key: Span, value: Span, products: &[Word]) -> bool {
    const ROW_MAX: usize = 300;
    let between = text.get(key.end()..value.start()).unwrap_or_default();
    let Some(newline) = between.iter().rposition(|&byte| byte == b'\n') else { return false };
    let row = between.get(newline + 1..).unwrap_or_default();
    let rest = text.get(value.end()..).unwrap_or_default();
    let rest = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
    [row, rest].iter().any(|part| speaks_of(part.get(..ROW_MAX).unwrap_or(part), products))
}

/// How far a line stands to the right; what closes a section belongs into it.
fn indentation(line: &[u8]) -> usize {
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    blanks + usize::from(matches!(line.get(blanks), Some(b'}' | b')' | b']' | b'-')))
}

/// Whether a line is but the name of a section that follows: `jira:`, `"jira": {`.
fn opens_section(line: &[u8]) -> bool {
    matches!(line.trim_ascii_end(), [.., b':' | b'{' | b'[' | b'('])
}

/// Whether a line names a product as a thing that has a password, and not as a place for issues.
fn speaks_of(line: &[u8], products: &[Word]) -> bool {
    const ISSUES: &[u8] = b"ticket tickets issue issues story bug task epic see fixes closes refs \
        fix todo fixme";
    const DOCUMENTS: &[u8] = b"docs doc documentation homepage readme bugs links changelog";
    // `docs: https://…`: where to read, and no place to log in at.
    let separator = line.iter().position(|byte| matches!(byte, b':' | b'='));
    let key = separator.and_then(|at| line.get(..at)).unwrap_or_default();
    if words(key).any(|word| is_one_of(word, DOCUMENTS)) {
        return false;
    }
    let host = line
        .split(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'.' | b'-'))
        .any(|word| word.contains(&b'.') && host::is_atlassian(word));
    let named = mentions(line, DISTINCT) && mentions(line, products);
    if !named && !host {
        return false;
    }
    let comment = is_comment(line);
    let issue = words(line).any(|word| is_one_of(word, ISSUES));
    !(comment && (issue || holds_issue(line)) || holds_issue_of_jira(line))
}

/// `PROJ-123`.
fn holds_issue(line: &[u8]) -> bool {
    line.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-').any(is_issue)
}

/// `JIRA-123`.
fn holds_issue_of_jira(line: &[u8]) -> bool {
    line.windows(6).any(|it| {
        it.get(..5).is_some_and(|it| it.eq_ignore_ascii_case(b"jira-"))
            && it.last().is_some_and(u8::is_ascii_digit)
    })
}
