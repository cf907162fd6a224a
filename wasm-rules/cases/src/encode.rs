//! What text goes through before it is committed.

/// Letters of standard base64.
pub(crate) const BASE64: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Letters of URL-safe base64.
pub(crate) const BASE64URL: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// `bytes` in base64 of `alphabet`, padded if `padded`.
pub(crate) fn base64(bytes: &[u8], alphabet: &[u8; 64], padded: bool) -> Vec<u8> {
    let mut text = Vec::new();
    for chunk in bytes.chunks(3) {
        let at = |index| chunk.get(index).map_or(0, |&byte| u32::from(byte));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place) & 63) as usize;
            if place <= chunk.len() {
                text.extend(alphabet.get(index));
            } else if padded {
                text.push(b'=');
            }
        }
    }
    text
}

/// `bytes` with everything but letters and digits percent-encoded.
pub(crate) fn percent(bytes: &[u8]) -> Vec<u8> {
    each(bytes, |byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => None,
        _ => Some(format!("%{byte:02X}")),
    })
}

/// `bytes` in quoted-printable, without folding.
pub(crate) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    each(bytes, |byte| (byte == b'=').then(|| "=3D".to_owned()))
}

/// `bytes`, already in quoted-printable, in short lines as mail would fold them.
pub(crate) fn folded(bytes: &[u8]) -> Vec<u8> {
    const LINE: usize = 30;
    let mut text = Vec::new();
    let mut line = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        // An escape stays in one line.
        let before = |back| at.checked_sub(back).and_then(|it| bytes.get(it)) == Some(&b'=');
        if line >= LINE && !before(1) && !before(2) {
            text.extend(b"=\r\n");
            line = 0;
        }
        text.push(byte);
        line += 1;
    }
    text
}

/// `bytes` in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> Vec<u8> {
    each(bytes, |byte| Some(format!("{byte:02x}")))
}

/// `bytes` with what `escape` replaces replaced.
pub(crate) fn each(bytes: &[u8], escape: impl Fn(u8) -> Option<String>) -> Vec<u8> {
    let mut text = Vec::new();
    for &byte in bytes {
        match escape(byte) {
            Some(escaped) => text.extend(escaped.into_bytes()),
            None => text.push(byte),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{BASE64, BASE64URL, base64, folded, percent};

    #[test]
    fn the_vectors_of_rfc_4648_come_out() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(base64(bytes.as_bytes(), BASE64, true), text.as_bytes());
        }
        assert_eq!(base64(&[0xFB, 0xFF], BASE64URL, false), b"-_8");
    }

    #[test]
    fn lines_are_folded_but_not_inside_an_escape() {
        let line = "x".repeat(28);
        let text = format!("{line}=3Dy");
        assert_eq!(folded(text.as_bytes()), format!("{line}=3D=\r\ny").as_bytes());
        assert_eq!(folded(b"x=3D"), b"x=3D");
    }

    #[test]
    fn percent_keeps_what_a_url_may_hold() {
        assert_eq!(percent(b"a-b=c@d"), b"a-b%3Dc%40d");
    }
}
