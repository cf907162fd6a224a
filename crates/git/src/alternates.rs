//! Lists of object directories, as git reads them.
//!
//! Two places hold such a list: the variable `GIT_ALTERNATE_OBJECT_DIRECTORIES`, with `:` between
//! entries, and the file `info/alternates`, with line feeds and comments. An entry that begins
//! with `"` is C-quoted; where the quoting is broken, git takes the entry as it stands.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::PathBuf,
};

/// The entries of the variable `GIT_ALTERNATE_OBJECT_DIRECTORIES`.
#[must_use]
pub fn parse_variable(value: &OsStr) -> Vec<PathBuf> {
    parse(value.as_bytes(), b':')
}

/// The entries of a file `info/alternates`.
#[must_use]
pub fn parse_file(bytes: &[u8]) -> Vec<PathBuf> {
    parse(bytes, b'\n')
}

fn parse(mut rest: &[u8], separator: u8) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    while !rest.is_empty() {
        let plain_end = rest.iter().position(|byte| *byte == separator).unwrap_or(rest.len());
        let plain = rest.get(..plain_end).unwrap_or_default();
        let (entry, end) = match rest.first() {
            // Git drops comments from the variable, too.
            Some(b'#') => (Vec::new(), plain_end),
            Some(b'"') => unquote(rest).unwrap_or_else(|| (plain.to_vec(), plain_end)),
            _ => (plain.to_vec(), plain_end),
        };
        if !entry.is_empty() {
            paths.push(PathBuf::from(OsString::from_vec(entry)));
        }
        // Whatever follows a closing quote is eaten as if it were a separator; git does the same.
        rest = rest.get(end.saturating_add(1)..).unwrap_or_default();
    }
    paths
}

/// Undoes the C-quoting at the begin of `text`; also says how many bytes it took.
fn unquote(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut bytes = text.iter().copied().enumerate().skip(1);
    let mut plain = Vec::new();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some((plain, at.saturating_add(1))),
            b'\\' => {
                let (_, escaped) = bytes.next()?;
                plain.push(match escaped {
                    b'a' => 0x07,
                    b'b' => 0x08,
                    b'f' => 0x0c,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'v' => 0x0b,
                    b'\\' | b'"' => escaped,
                    b'0'..=b'3' => {
                        let mut value = escaped - b'0';
                        for _ in 0..2 {
                            let (_, digit) = bytes.next()?;
                            if !matches!(digit, b'0'..=b'7') {
                                return None;
                            }
                            value = (value << 3) | (digit - b'0');
                        }
                        value
                    }
                    _ => return None,
                });
            }
            _ => plain.push(byte),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::PathBuf};

    use super::{parse_file, parse_variable};

    fn check(value: impl AsRef<[u8]>, expected: &[&[u8]]) {
        let expected: Vec<_> =
            expected.iter().map(|path| PathBuf::from(OsStr::from_bytes(path))).collect();
        assert_eq!(parse_variable(OsStr::from_bytes(value.as_ref())), expected);
    }

    #[test]
    fn entries_stand_between_colons() {
        check("", &[]);
        check("/a", &[b"/a"]);
        check("/a:/b", &[b"/a", b"/b"]);
        check(":/a::/b:", &[b"/a", b"/b"]);
        check("# a:/b", &[b"/b"]);
    }

    #[test]
    fn quoted_entries_hold_any_byte() {
        check(r#""/a:b":/c"#, &[b"/a:b", b"/c"]);
        check(r#""/a\"b\\c":/d"#, &[b"/a\"b\\c", b"/d"]);
        check(r#""\a\b\f\n\r\t\v""#, &[b"\x07\x08\x0c\n\r\t\x0b"]);
        check(r#""/\303\274\377":/b"#, &[b"/\xc3\xbc\xff", b"/b"]);
    }

    #[test]
    fn broken_quoting_is_taken_as_it_stands() {
        check(r#""/a:/b"#, &[b"\"/a", b"/b"]);
        check(r#""/\q":/b"#, &[b"\"/\\q\"", b"/b"]);
        check(r#""/\477":/b"#, &[b"\"/\\477\"", b"/b"]);
        check(r#""\"#, &[b"\"\\"]);
    }

    #[test]
    fn a_file_has_lines_and_comments() {
        let paths = parse_file(b"# pool\n../a:b\n\n\"/q\\n\"\n/c");
        let expected = ["../a:b", "/q\n", "/c"].map(PathBuf::from);
        assert_eq!(paths, expected);
    }
}
