//! Words for a POSIX shell, in commands that people copy and in scripts.

/// `text` as one word, always between quotes.
#[must_use]
pub fn quoted(text: &[u8]) -> Vec<u8> {
    let mut word = b"'".to_vec();
    for &byte in text {
        if byte == b'\'' {
            word.extend_from_slice(b"'\\''");
        } else {
            word.push(byte);
        }
    }
    word.push(b'\'');
    word
}

/// `text` as one word, between quotes only if it needs them.
#[must_use]
pub fn word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:@%,=".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    String::from_utf8_lossy(&quoted(text.as_bytes())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{quoted, word};

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        for (text, expected) in [
            ("/etc/a-b_c.toml", "/etc/a-b_c.toml"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", "'it'\\''s'"),
            ("$(x)", "'$(x)'"),
            ("~", "'~'"),
            ("\u{e9}", "'\u{e9}'"),
        ] {
            assert_eq!(word(text), expected);
        }
        assert_eq!(quoted(b"a'\xff"), b"'a'\\''\xff'");
    }
}
