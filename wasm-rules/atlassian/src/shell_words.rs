//! The words of a command, as a shell would read them, wherever the command is written down.

use pushgate_detector_sdk::Span;

use crate::code_string::code_string;

/// A pipe that hands something over is not longer before the command.
const PIPE_BYTES_MAX: usize = 512;
/// Longer commands are scripts.
const BYTES_MAX: usize = 3072;
const WORDS_MAX: usize = 96;

/// The words of the command that begins at `at`: each without the quotation marks around it, if
/// they are around all of it.
///
/// A line that ends in a backslash, a caret or a backtick goes on. A list of strings, in which
/// some languages start a program, is a command too.
pub(crate) fn shell_words(text: &[u8], at: usize) -> Vec<Span> {
    let text = text.get(..at.saturating_add(BYTES_MAX)).unwrap_or(text);
    let mut words = Vec::new();
    let mut at = at;
    // `["curl", "-u", …]`: the quotation mark behind the first word closes it.
    let list = matches!(text.get(at..), Some([b'"' | b'\'', b',' | b' ', ..]));
    at += usize::from(list);
    while words.len() < WORDS_MAX {
        at = skip_gap(text, at, list);
        let Some((word, next)) = word(text, at, list) else { break };
        words.push(word);
        at = next;
    }
    words
}

/// The value of the option that has one of `names`, which begin with their dashes.
pub(crate) fn option(text: &[u8], words: &[Span], names: &[&str]) -> Option<Span> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let bytes = word.of(text)?;
        for name in names {
            let Some(rest) = bytes.strip_prefix(name.as_bytes()) else { continue };
            if rest.is_empty() {
                let next = words.clone().next().copied()?;
                let value = next.of(text)?;
                return (!value.starts_with(b"-") && !value.starts_with(b"<")).then_some(next);
            }
            if rest.starts_with(b"=") {
                let value = Span::new(word.start() + name.len() + 1, word.end())?;
                return Some(unquoted(text, value));
            }
        }
    }
    None
}

/// What an `echo` writes into the command that begins at `start`.
pub(crate) fn piped(text: &[u8], start: usize) -> Option<Span> {
    const ECHOES: [&[u8]; 2] = [b"echo ", b"printf "];
    let from = start.saturating_sub(PIPE_BYTES_MAX);
    let before = text.get(from..start)?;
    let line = before.rsplit(|&byte| byte == b'\n').next()?;
    let pipe = line.trim_ascii_end().strip_suffix(b"|")?;
    let (at, echo) = ECHOES
        .iter()
        .find_map(|echo| Some((pipe.windows(echo.len()).rposition(|here| here == *echo)?, echo)))?;
    let line = start - line.len();
    let words = shell_words(text.get(..line + pipe.len())?, line + at + echo.len());
    words.into_iter().find(|word| {
        word.of(text).is_some_and(|word| !word.starts_with(b"-") && !word.starts_with(b"%"))
    })
}

/// A value without the quotation marks around it.
pub(crate) fn unquoted(text: &[u8], value: Span) -> Span {
    match code_string(text, value.start()) {
        Some(string) if string.next == value.end() => string.content,
        _ => value,
    }
}

/// Where the next word begins.
fn skip_gap(text: &[u8], at: usize, list: bool) -> usize {
    let mut at = at;
    while let Some(rest) = text.get(at..) {
        at += match rest {
            [b' ' | b'\t', ..] => 1,
            [b',' | b'\n' | b'\r', ..] if list => 1,
            [b'\\' | b'^' | b'`', b'\n', ..] => 2,
            [b'\\' | b'^' | b'`', b'\r', b'\n', ..] => 3,
            // The same in a string of several lines, in JSON.
            [b'\\', b'\\', b'\\', b'n', ..] => 4,
            _ => return at,
        };
    }
    at
}

/// The word that begins at `start`, and where the text goes on behind it.
fn word(text: &[u8], start: usize, list: bool) -> Option<(Span, usize)> {
    let ends_command = |byte: u8| matches!(byte, b'\n' | b'\r' | b'|' | b';' | b'&' | b')' | b']');
    if text.get(start).is_none_or(|&byte| ends_command(byte)) {
        return None;
    }
    let mut at = start;
    let mut whole = None;
    while let Some(&byte) = text.get(at) {
        if byte.is_ascii_whitespace() || list && byte == b',' {
            break;
        }
        if at > start
            && ends_command(byte)
            && (matches!(byte, b'|' | b';' | b')') || list && byte == b']')
        {
            break;
        }
        if let Some((mark, length)) = mark(text, at) {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            let opens = at == start || before.is_some_and(|before| b"=:uap".contains(before));
            match opens.then(|| closing(text, at + length, mark)).flatten() {
                Some(close) => {
                    if at == start {
                        whole = Some((Span::at(at + length, close), at + close + 2 * length));
                    }
                    at += close + 2 * length;
                    continue;
                }
                // The string in which the command is written ends here.
                None => break,
            }
        }
        at += if byte == b'\\' && text.get(at + 1).is_some_and(|next| *next != b'\n') {
            2
        } else {
            1
        };
    }
    let at = at.min(text.len());
    match whole {
        Some((inside, end)) if end == at => Some((inside, at)),
        _ => Span::new(start, at).filter(|word| !word.is_empty()).map(|word| (word, at)),
    }
}

/// How far it is from `start` to `mark` on the same line.
fn closing(text: &[u8], start: usize, mark: &[u8]) -> Option<usize> {
    let inside = text.get(start..)?;
    let end = |at: &usize| {
        let rest = inside.get(*at..).unwrap_or_default();
        rest.starts_with(b"\n") || rest.starts_with(mark)
    };
    let end = (0..inside.len()).find(end)?;
    inside.get(end..)?.starts_with(mark).then_some(end)
}

/// The quotation mark at `at`, with the backslashes before it, and its length.
fn mark(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = text.get(at..)?;
    let backslashes = rest.iter().take(4).take_while(|&&byte| byte == b'\\').count();
    matches!(rest.get(backslashes)?, b'"' | b'\'')
        .then(|| Some((rest.get(..backslashes + 1)?, backslashes + 1)))?
}

#[cfg(test)]
mod tests {
    use super::shell_words;

    fn check(text: &str, expected: &[&str]) {
        let bytes = text.as_bytes();
        let words: Vec<_> = shell_words(bytes, 0)
            .iter()
            .map(|word| std::str::from_utf8(word.of(bytes).unwrap()).unwrap())
            .collect();
        assert_eq!(words, expected, "{text}");
    }

    #[test]
    fn words_end_at_blanks_and_commands_at_their_line() {
        check(" -u a:b https://x | jq .", &["-u", "a:b", "https://x"]);
        check(" -u 'a:b c' \\\n  \"https://x\"\nnext", &["-u", "a:b c", "https://x"]);
        check(" --user=\"a:b\" -X GET", &["--user=\"a:b\"", "-X", "GET"]);
    }

    #[test]
    fn a_command_in_a_string_ends_with_it() {
        check(" -u a:b https://x\", shell", &["-u", "a:b", "https://x"]);
        check(r#" -u \"a:b\" https://x", 1"#, &["-u", "a:b", "https://x"]);
        check(r#"", "-u", "a:b", "https://x"]"#, &["-u", "a:b", "https://x"]);
    }
}
