//! `machine HOST login USER password SECRET`, on one line or several, in a file or in an `echo`.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::codes::{dismissal, evidence};
use crate::credential;
use crate::host::is_atlassian;
use crate::shell_words::shell_words;

/// An entry is not longer.
const ENTRY_BYTES_MAX: usize = 1024;
/// Nor has it more words, those of a shell that writes it included.
const WORDS_MAX: usize = 64;

/// Judges `atlassian-netrc`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let Some(entry) = Entry::read(text, span) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let host = entry.host.of(text).unwrap_or_default();
    let host = host.split(|&byte| byte == b':').next().unwrap_or_default();
    if !is_atlassian(host) {
        return Verdict::Dismissed(dismissal::OTHER_HOST);
    }
    let Some(secret) = entry.secret else {
        return Verdict::Dismissed(dismissal::NO_PASSWORD);
    };
    let user = entry.user.and_then(|user| user.of(text)).unwrap_or_default();
    credential::judge(text, user, secret, (Grade::Likely, evidence::NETRC))
}

/// What an entry says.
struct Entry {
    host: Span,
    user: Option<Span>,
    secret: Option<Span>,
}

impl Entry {
    /// Reads the entry whose first word stands in `span`.
    fn read(text: &[u8], span: Span) -> Option<Entry> {
        const FIRST: &[u8] = b"machine";
        let inside = span.of(text)?;
        let found =
            inside.windows(FIRST.len()).position(|word| word.eq_ignore_ascii_case(FIRST))?;
        let start = span.start() + found;
        let before = text.get(..start)?;
        if before.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && !matches!(before, [.., b'\\', b'n' | b't'])
        {
            return None;
        }
        let mut words = Words::new(text, start + FIRST.len(), quote_before(text, start));
        let host = words.next()?;
        if host.of(text) == Some(b"%s") {
            return Entry::printed(text, words.at);
        }
        let mut entry = Entry { host, user: None, secret: None };
        while entry.user.is_none() || entry.secret.is_none() {
            let Some(word) = words.next() else { break };
            let name = word.of(text)?.to_ascii_lowercase();
            match name.as_slice() {
                b"login" | b"user" => entry.user = words.next(),
                b"password" | b"passwd" => entry.secret = words.value(),
                b"account" | b"port" => _ = words.next(),
                name if is_of_a_shell(name) => {}
                _ => break,
            }
        }
        Some(entry)
    }
}

impl Entry {
    /// Reads what `printf` puts into the places of a format that goes on at `at`:
    /// `'machine %s login %s password %s\n' host user 'secret'`.
    fn printed(text: &[u8], at: usize) -> Option<Entry> {
        const FORMAT_MAX: usize = 80;
        let rest = text.get(at..)?;
        let format = rest.get(..FORMAT_MAX).unwrap_or(rest);
        let end = format.iter().position(|byte| matches!(byte, b'\'' | b'"'))?;
        let mut words = format.get(..end)?.split(|byte| byte.is_ascii_whitespace());
        let names = ["", "login", "%s", "password"];
        let fits = names.iter().all(|name| words.next() == Some(name.as_bytes()));
        let last = words.next().is_some_and(|word| word.starts_with(b"%s"));
        let given = shell_words(text, at + end + 1);
        let [host, user, secret, ..] = *given.as_slice() else { return None };
        (fits && last).then_some(Entry { host, user: Some(user), secret: Some(secret) })
    }
}

/// Whether a word is part of a command that writes the entry, and not of the entry.
fn is_of_a_shell(word: &[u8]) -> bool {
    // The comma parts the lines where a list of strings holds them.
    const WORDS: [&[u8]; 11] =
        [b"echo", b"printf", b"run", b"-e", b"-n", b"tee", b"-a", b"-", b"+", b"sudo", b","];
    WORDS.contains(&word)
        || word.iter().any(|byte| matches!(byte, b'>' | b'&' | b'|' | b';' | b'\\' | b'/' | b'$'))
}

/// The mark that opens right before `at`, if the entry stands in a string.
fn quote_before(text: &[u8], at: usize) -> Option<u8> {
    let last = *text.get(..at)?.last()?;
    matches!(last, b'"' | b'\'' | b'`').then_some(last)
}

/// The line of which `at` is a part, up to it.
fn line_before(text: &[u8], at: usize) -> &[u8] {
    const LINE_MAX: usize = 256;
    let before = text.get(at.saturating_sub(LINE_MAX)..at).unwrap_or_default();
    before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii()
}

/// Whether the line of `at` is a comment.
fn begins_comment(text: &[u8], at: usize) -> bool {
    line_before(text, at).starts_with(b"#")
}

/// Whether the mark of a comment stands at `at`, where a line begins.
fn begins_line(text: &[u8], at: usize) -> bool {
    text.get(at) == Some(&b'#') && line_before(text, at).is_empty()
}

/// The words of an entry. Escaped line ends part words as line ends do, and comments are none.
struct Words<'t> {
    text: &'t [u8],
    at: usize,
    end: usize,
    left: usize,
    quote: Option<u8>,
    /// Whether the entry stands in a comment itself, so that each of its lines begins with the mark.
    commented: bool,
}

impl Words<'_> {
    fn new(text: &[u8], at: usize, quote: Option<u8>) -> Words<'_> {
        let end = text.len().min(at.saturating_add(ENTRY_BYTES_MAX));
        Words { text, at, end, left: WORDS_MAX, quote, commented: begins_comment(text, at) }
    }

    /// The next word, without the quotation marks of the strings in which a shell writes it.
    fn next(&mut self) -> Option<Span> {
        loop {
            self.left = self.left.checked_sub(1)?;
            self.skip_gap(true);
            let start = self.at;
            while self.at < self.end && self.gap().is_none() {
                self.at += 1;
            }
            let word = Span::new(start, self.at).filter(|word| !word.is_empty())?;
            let bare = self.without_quotes(word);
            if !bare.is_empty() {
                return Some(bare);
            }
        }
    }

    /// The next word, or the text between quotation marks of its own. It may begin with what
    /// would begin a comment elsewhere.
    fn value(&mut self) -> Option<Span> {
        self.skip_gap(false);
        let quote = *self.text.get(self.at)?;
        if matches!(quote, b'"' | b'\'') && self.quote != Some(quote) {
            let start = self.at + 1;
            let rest = self.text.get(start..self.end)?;
            let length = rest.iter().position(|&byte| byte == quote || byte == b'\n')?;
            if rest.get(length) == Some(&quote) {
                self.at = start + length + 1;
                return Some(Span::at(start, length));
            }
        }
        let start = self.at;
        while self.at < self.end && self.gap().is_none() {
            self.at += 1;
        }
        let word = Span::new(start, self.at).filter(|word| !word.is_empty())?;
        let word = self.without_quotes(word);
        // The string that the entry stands in may end here, and something else follow.
        let bytes = word.of(self.text)?;
        let cut = self.quote.and_then(|mark| bytes.iter().position(|&byte| byte == mark));
        let tag = bytes.windows(2).position(|pair| pair == b"</");
        let kept = bytes.get(..cut.or(tag).unwrap_or(bytes.len()))?;
        let escaped = kept.iter().rev().take_while(|&&byte| byte == b'\\').count();
        Some(Span::at(word.start(), kept.len() - escaped))
    }

    fn without_quotes(&self, word: Span) -> Span {
        let bytes = word.of(self.text).unwrap_or_default();
        let is_mark = |byte: &&u8| matches!(byte, b'"' | b'\'' | b'`');
        let left = bytes.iter().take_while(is_mark).count();
        let right = bytes.iter().skip(left).rev().take_while(is_mark).count();
        Span::at(word.start() + left, bytes.len() - left - right)
    }

    fn skip_gap(&mut self, comments: bool) {
        while self.at < self.end {
            if let Some(length) = self.gap() {
                self.at += length;
            } else if self.commented && begins_line(self.text, self.at) {
                self.at += 1;
            } else if comments && self.text.get(self.at) == Some(&b'#') {
                let rest = self.text.get(self.at..self.end).unwrap_or_default();
                self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
            } else {
                break;
            }
        }
    }

    /// How long the gap between words is that stands here, if one does.
    fn gap(&self) -> Option<usize> {
        if self.text.get(self.at)?.is_ascii_whitespace() {
            return Some(1);
        }
        let rest = self.text.get(self.at..)?;
        let backslashes = rest.iter().take(4).take_while(|&&byte| byte == b'\\').count();
        let escaped = matches!(rest.get(backslashes)?, b'n' | b't' | b'r' | b'\n' | b'\r');
        (backslashes > 0 && escaped).then_some(backslashes + 1)
    }
}
