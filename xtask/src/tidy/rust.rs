//! Rust source, read just far enough to tell code, strings and comments from each other.

/// A source file in two layers of equal length and equal line ends. What is not of a layer is
/// blank there.
#[derive(Debug)]
pub(super) struct Source {
    /// Code. Of strings and characters only the quotes are left.
    pub(super) code: String,
    /// Comments, with their slashes.
    pub(super) comments: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    LineComment,
    /// Block comments nest.
    BlockComment(usize),
    String,
    /// A raw string, ended by a quote and this many hashes.
    RawString(usize),
}

impl Source {
    pub(super) fn read(text: &str) -> Source {
        let bytes = text.as_bytes();
        let mut layers = Layers { code: Vec::new(), comments: Vec::new() };
        let mut state = State::Code;
        let mut at = 0;
        while at < bytes.len() {
            let rest = bytes.get(at..).unwrap_or_default();
            let (length, next) = match state {
                State::Code => code(rest, bytes.get(..at).unwrap_or_default(), &mut layers),
                State::LineComment | State::BlockComment(_) => comment(rest, state, &mut layers),
                State::String | State::RawString(_) => string(rest, state, &mut layers),
            };
            at += length;
            state = next;
        }
        Source {
            code: String::from_utf8_lossy(&layers.code).into_owned(),
            comments: String::from_utf8_lossy(&layers.comments).into_owned(),
        }
    }
}

#[derive(Debug)]
struct Layers {
    code: Vec<u8>,
    comments: Vec<u8>,
}

impl Layers {
    fn code(&mut self, bytes: &[u8]) {
        self.code.extend(bytes);
        self.comments.extend(bytes.iter().map(|byte| blank(*byte)));
    }

    fn comment(&mut self, bytes: &[u8]) {
        self.comments.extend(bytes);
        self.code.extend(bytes.iter().map(|byte| blank(*byte)));
    }

    fn neither(&mut self, bytes: &[u8]) {
        self.comments.extend(bytes.iter().map(|byte| blank(*byte)));
        self.code.extend(bytes.iter().map(|byte| blank(*byte)));
    }
}

fn blank(byte: u8) -> u8 {
    if byte == b'\n' { byte } else { b' ' }
}

/// Takes the next piece while in code: its length, and what comes after it.
fn code(rest: &[u8], before: &[u8], layers: &mut Layers) -> (usize, State) {
    if rest.starts_with(b"//") {
        return (0, State::LineComment);
    }
    if rest.starts_with(b"/*") {
        layers.comment(b"/*");
        return (2, State::BlockComment(1));
    }
    let follows_name = before.last().is_some_and(|byte| is_of_name(*byte));
    if !follows_name && let Some((length, hashes)) = raw_string_start(rest) {
        layers.code(rest.get(..length).unwrap_or_default());
        return (length, State::RawString(hashes));
    }
    if rest.starts_with(b"\"") {
        layers.code(b"\"");
        return (1, State::String);
    }
    if let Some(length) = character(rest) {
        layers.code(b"'");
        layers.neither(rest.get(1..length - 1).unwrap_or_default());
        layers.code(b"'");
        return (length, State::Code);
    }
    layers.code(rest.get(..1).unwrap_or_default());
    (1, State::Code)
}

fn comment(rest: &[u8], state: State, layers: &mut Layers) -> (usize, State) {
    let (length, next) = match state {
        State::BlockComment(depth) if rest.starts_with(b"/*") => {
            (2, State::BlockComment(depth + 1))
        }
        State::BlockComment(1) if rest.starts_with(b"*/") => (2, State::Code),
        State::BlockComment(depth) if rest.starts_with(b"*/") => {
            (2, State::BlockComment(depth - 1))
        }
        State::LineComment if rest.starts_with(b"\n") => (1, State::Code),
        same => (1, same),
    };
    layers.comment(rest.get(..length).unwrap_or_default());
    (length, next)
}

fn string(rest: &[u8], state: State, layers: &mut Layers) -> (usize, State) {
    let end_length = match state {
        State::RawString(hashes) => {
            let closing = rest.get(1..=hashes).is_some_and(|end| end.iter().all(|b| *b == b'#'));
            (rest.starts_with(b"\"") && closing).then_some(hashes + 1)
        }
        _ => rest.starts_with(b"\"").then_some(1),
    };
    if let Some(length) = end_length {
        layers.code(rest.get(..length).unwrap_or_default());
        return (length, State::Code);
    }
    let escape = state == State::String && rest.starts_with(b"\\");
    let length = if escape { rest.len().min(2) } else { 1 };
    layers.neither(rest.get(..length).unwrap_or_default());
    (length, state)
}

/// Length and hashes of the start of a raw string: `r"`, `r##"`, `br"`, `cr"`.
fn raw_string_start(rest: &[u8]) -> Option<(usize, usize)> {
    let prefix = usize::from(rest.starts_with(b"br") || rest.starts_with(b"cr"));
    let after_r = rest.get(prefix..)?.strip_prefix(b"r")?;
    let hashes = after_r.iter().take_while(|byte| **byte == b'#').count();
    (after_r.get(hashes) == Some(&b'"')).then_some((prefix + 1 + hashes + 1, hashes))
}

/// Length of the character literal here; `None` for a lifetime.
fn character(rest: &[u8]) -> Option<usize> {
    let inside = rest.strip_prefix(b"'")?;
    if let Some(escaped) = inside.strip_prefix(b"\\") {
        // The escaped byte may be a quote.
        let end = escaped.iter().skip(1).position(|byte| *byte == b'\'')?;
        return Some(2 + 1 + end + 1);
    }
    // One character is at most four bytes, and a lifetime has no quote behind it.
    let width = match inside.first()? {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    };
    (inside.get(width) == Some(&b'\'')).then_some(width + 2)
}

pub(super) fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, code: &str, comments: &str) {
        let source = Source::read(text);
        let squeeze = |layer: &str| layer.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(squeeze(&source.code), code, "{text}");
        assert_eq!(squeeze(&source.comments), comments, "{text}");
        for layer in [source.code, source.comments] {
            assert_eq!(layer.matches('\n').count(), text.matches('\n').count(), "{text}");
        }
    }

    #[test]
    fn comments_and_code_are_told_apart() {
        check("let a = 1; // one\nb", "let a = 1; b", "// one");
        check("a /* b /* c */ d */ e", "a e", "/* b /* c */ d */");
        check("/// Doc.\nfn f() {}", "fn f() {}", "/// Doc.");
        check("a / b", "a / b", "");
    }

    #[test]
    fn what_is_in_quotes_is_neither() {
        check("f(\"// no\")", "f(\" \")", "");
        check(r#"f("\"// no")"#, "f(\" \")", "");
        check("f(r#\"a \" // no\"#) // yes", "f(r#\" \"#)", "// yes");
        check("f(br\"/*\")", "f(br\" \")", "");
        check("var\"x\"", "var\" \"", "");
    }

    #[test]
    fn characters_are_not_lifetimes() {
        check("'\"' // yes", "' '", "// yes");
        check("'\\'' // yes", "' '", "// yes");
        check("'…' // yes", "' '", "// yes");
        check("&'a str // yes", "&'a str", "// yes");
        check("'\\u{2026}' // yes", "' '", "// yes");
    }
}
