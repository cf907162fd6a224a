//! Names from the push as arguments of commands, or not at all.
//!
//! What is quoted here means the same to a POSIX shell and to PowerShell, and is one argument
//! that neither shell, nor git looking for patterns, takes for anything but itself.
//!
//! In a line for people a name stands as it is, or not at all: some shells take even the words
//! behind a `#` for a command, when somebody pastes them.

use crate::show::{Shown, fit};

/// Bytes that the shells, PowerShell's way of calling programs, and git's patterns read in their
/// own way, even between quotes.
const NEVER: &[u8] = b"'\"\\*?[]:";

/// The path `bytes`, in whatever folder somebody stands, as an argument that stands behind `--` and
/// that git takes for a pattern: such a one can begin at the top folder.
pub(super) fn path(bytes: &[u8], shown: Shown<'_>) -> Option<String> {
    let text = plain(bytes, shown)?;
    if is_bare(&text)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '.')
    {
        return Some(format!(":/{text}"));
    }
    // Git reads signs behind the slash as more of its own, up to another colon.
    Some(format!("':/:{text}'"))
}

/// The path `bytes` as an argument that stands behind `--` and counts from the folder in which
/// somebody stands, for commands that take no patterns.
pub(super) fn path_from_here(bytes: &[u8], shown: Shown<'_>) -> Option<String> {
    argument(bytes, shown)
}

/// The name of a ref as an argument; nothing that could be an option, or is what is checked out.
pub(super) fn name(bytes: &[u8], shown: Shown<'_>) -> Option<String> {
    let is_own = bytes == b"@" || bytes.ends_with(b"HEAD");
    if bytes.starts_with(b"-") || is_own { None } else { argument(bytes, shown) }
}

/// The name `bytes` among words, if no shell sees anything in it; shortened to `room` characters.
pub(super) fn word(bytes: &[u8], shown: Shown<'_>, room: usize) -> Option<String> {
    let is_harmless = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'/' | b'@' | b'+' | b'-')
    };
    let text = shown.ascii(bytes);
    let is_bare = text.as_bytes() == bytes
        && text.bytes().all(is_harmless)
        && !text.is_empty()
        && !text.starts_with('-');
    is_bare.then(|| fit(&text, room))
}

fn argument(bytes: &[u8], shown: Shown<'_>) -> Option<String> {
    let text = plain(bytes, shown)?;
    Some(if is_bare(&text) { text } else { format!("'{text}'") })
}

/// The name `bytes`, if all shells read it alike between quotes.
fn plain(bytes: &[u8], shown: Shown<'_>) -> Option<String> {
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte) && !NEVER.contains(byte);
    if bytes.is_empty() || !bytes.iter().all(is_plain) {
        return None;
    }
    // A name in which something is masked is another name.
    let text = shown.ascii(bytes);
    (text.as_bytes() == bytes).then_some(text)
}

/// Whether it needs no quotes.
fn is_bare(text: &str) -> bool {
    let is_bare =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'/' | b'-');
    text.bytes().all(is_bare) && !text.starts_with('-')
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use super::{name, path, path_from_here, word};
    use crate::show::Shown;

    const NAMES: [&str; 27] = [
        "a",
        "src/a.env",
        ".env",
        "-rf",
        "--help",
        "with blank",
        "$HOME",
        "`id`",
        "$(id)",
        "a;b",
        "a&b|c",
        "~",
        "a~1",
        "!x",
        "#x",
        "a{b,c}",
        "<x>",
        "@x",
        "%PATH%",
        "^",
        "^x",
        "_x",
        ",x",
        "a=b",
        "=x",
        "(top)x",
        " x ",
    ];

    #[expect(clippy::disallowed_methods, reason = "a real shell and git say what they read")]
    fn said(folder: &Path, script: &str) -> String {
        let out = Command::new("sh").args(["-c", script]).current_dir(folder).output().unwrap();
        assert!(out.status.success(), "{script}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    #[test]
    fn a_real_shell_reads_each_argument_as_the_name_that_it_was() {
        for text in NAMES {
            let quoted = path_from_here(text.as_bytes(), Shown::unjudged(None)).unwrap();
            let said = said(Path::new("."), &format!("printf '%s\\n' {quoted}"));
            assert_eq!(said, format!("{text}\n"), "{quoted}");
        }
    }

    #[test]
    fn git_reads_each_path_as_the_file_that_it_was_in_any_folder() {
        let clone = tempfile::tempdir().unwrap();
        let folder = clone.path().join("folder");
        for top in [clone.path(), &folder] {
            for text in NAMES {
                let file = top.join(text);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, "").unwrap();
            }
        }
        said(clone.path(), "git init --quiet . && git add --all");
        for here in [clone.path(), &folder] {
            for text in NAMES {
                let quoted = path(text.as_bytes(), Shown::unjudged(None)).unwrap();
                let files = said(here, &format!("git ls-files -z --full-name -- {quoted}"));
                assert_eq!(files, format!("{text}\0"), "{quoted}");
            }
        }
    }

    #[test]
    fn what_could_be_read_otherwise_has_no_argument() {
        let shown = Shown::unjudged(None);
        let odd: [&[u8]; 12] = [
            b"",
            b"it's",
            b"a\nb",
            b"a\"b",
            b"a\\b",
            b"*",
            b"a?",
            b"[x]",
            b":x",
            b"caf\xe9",
            "\u{fc}".as_bytes(),
            b"\x1b[31m",
        ];
        for bytes in odd {
            assert_eq!(path(bytes, shown), None, "{bytes:?}");
            assert_eq!(path_from_here(bytes, shown), None, "{bytes:?}");
        }
        for bytes in [&b"-x"[..], b"HEAD", b"FETCH_HEAD", b"@"] {
            assert_eq!(name(bytes, shown), None, "{bytes:?}");
        }
        assert_eq!(path_from_here(b"-x", shown).as_deref(), Some("'-x'"));
        let token = format!("ATBB{}", "x1Y2".repeat(8));
        assert_eq!(path(token.as_bytes(), shown), None, "it would be masked");
    }

    #[test]
    fn among_words_stand_names_alone_in_which_no_shell_sees_anything() {
        let shown = Shown::unjudged(None);
        for name in ["a", "src/a.env", "x+y@z_1-2", "-"] {
            let expected = (name != "-").then(|| name.to_owned());
            assert_eq!(word(name.as_bytes(), shown, 30), expected, "{name}");
        }
        for byte in (0..=255_u8).filter(|byte| !byte.is_ascii_alphanumeric()) {
            let is_bare = b"._/@+-".contains(&byte);
            assert_eq!(word(&[b'a', byte, b'b'], shown, 30).is_some(), is_bare, "{byte:?}");
        }
        assert_eq!(word(&[b'a'; 40], shown, 9).as_deref(), Some("aaa...aaa"));
        let token = format!("ATBB{}", "x1Y2".repeat(8));
        assert_eq!(word(token.as_bytes(), shown, 30), None, "it would be masked");
    }
}
