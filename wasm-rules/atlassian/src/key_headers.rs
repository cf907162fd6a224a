//! What may stand in an armour before its body.

/// Where the body begins, if headers at `at` say that it is encrypted.
pub(crate) fn encryption(text: &[u8], at: usize) -> Option<usize> {
    const REACH: usize = 240;
    /// Only line breaks, quotes and comment signs stand before the first header.
    const HEADER_REACH: usize = 32;
    const VECTOR_DIGITS_MAX: usize = 32;
    const TYPE: &[u8] = b"Proc-Type";
    const INFO: &[u8] = b"DEK-Info";
    let rest = text.get(at..)?;
    let rest = rest.get(..REACH).unwrap_or(rest);
    let near = rest.get(..HEADER_REACH).unwrap_or(rest);
    let start = near.windows(TYPE.len()).position(|window| window == TYPE)?;
    let info = rest.windows(INFO.len()).position(|window| window == INFO).unwrap_or(start);
    let value = rest.get(info..)?;
    // The name of the cipher, a comma, and the bytes that it begins with.
    let comma = value.iter().position(|&byte| byte == b',')?;
    let digits = value.get(comma + 1..)?.iter().take(VECTOR_DIGITS_MAX);
    let digits = digits.take_while(|byte| byte.is_ascii_hexdigit()).count();
    Some(at + info + comma + 1 + digits)
}

/// Where the lines `Version: …` and the like at `at` end.
pub(crate) fn fields(text: &[u8], at: usize) -> usize {
    const FIELDS_MAX: usize = 6;
    const FIELD_MAX: usize = 160;
    let mut at = at;
    for _ in 0..FIELDS_MAX {
        let rest = text.get(at..).unwrap_or_default();
        let rest = rest.get(..FIELD_MAX).unwrap_or(rest);
        let mut blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if rest.get(blank..).is_some_and(|rest| rest.starts_with(b"\\n")) {
            blank += 2;
        }
        let line = rest.get(blank..).unwrap_or_default();
        let end = line.iter().position(|&byte| matches!(byte, b'\n' | b'\\'));
        let line = line.get(..end.unwrap_or(line.len())).unwrap_or_default();
        if !line.contains(&b':') {
            break;
        }
        at += blank + line.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{encryption, fields};

    #[test]
    fn headers_end_where_the_body_begins() {
        let text = b"\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\nQ";
        assert_eq!(encryption(text, 0), Some(text.len() - 3));
        assert_eq!(encryption(b"\nMIIE", 0), None);
        assert_eq!(fields(b"\nVersion: a\nComment: b\n\nlQ", 0), 22);
        assert_eq!(fields(b"\n\nlQ", 0), 0);
    }
}
