//! Text in which words can be found however they are joined.

use crate::placeholder::distinct;

/// A stretch of text, and the same without the signs between words.
pub(crate) struct Field<'t> {
    text: &'t [u8],
    /// In lower case, without `_`, `-`, `.` and blanks, and without what is no words at all.
    pub(crate) squeezed: Vec<u8>,
    /// Where each of its bytes stands in the text.
    offsets: Vec<usize>,
}

/// Runs of letters and digits that are no words: the bodies of certificates and other keys.
const RUN_MIN: usize = 40;
const RUN_DISTINCT_MIN: usize = 24;

/// Takes the signs between words out of `text`.
pub(crate) fn squeeze(text: &[u8]) -> Field<'_> {
    let mut field = Field { text, squeezed: Vec::new(), offsets: Vec::new() };
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let len = rest.iter().take_while(|&&byte| is_of_run(byte)).count();
        let run = rest.get(..len).unwrap_or_default();
        if len == 0 {
            if !matches!(byte, b'_' | b'-' | b'.' | b' ') {
                field.push(byte, at);
            }
            at += 1;
        } else if len >= RUN_MIN && is_noise(run) {
            field.push(b'#', at);
            at += len;
        } else {
            for (index, &byte) in run.iter().enumerate() {
                field.push(byte.to_ascii_lowercase(), at + index);
            }
            at += len;
        }
    }
    field
}

impl Field<'_> {
    fn push(&mut self, byte: u8, at: usize) {
        self.squeezed.push(byte);
        self.offsets.push(at);
    }

    /// Where in the text a byte of the squeezed one stands.
    pub(crate) fn offset(&self, at: usize) -> Option<usize> {
        self.offsets.get(at).copied()
    }

    /// Where in the text a word ends that ends before `end` in the squeezed one.
    pub(crate) fn end_offset(&self, end: usize) -> Option<usize> {
        Some(self.offset(end.checked_sub(1)?)? + 1)
    }

    /// Whether no letter of the same word stands on either side.
    pub(crate) fn is_whole(&self, from: usize, to: usize) -> bool {
        let at = |index: Option<usize>| index.and_then(|index| self.text.get(index)).copied();
        let before = at(from.checked_sub(1));
        let (first, last, behind) = (at(Some(from)), at(to.checked_sub(1)), at(Some(to)));
        !joined(before, first) && !joined(last, behind)
    }

    /// Whether a name begins at `from`, or one that only says what is done with it: `setRsaKey`.
    pub(crate) fn is_name(&self, from: usize) -> bool {
        const REACH: usize = 16;
        const PREFIXES: [&[u8]; 9] =
            [b"", b"set", b"with", b"get", b"my", b"self", b"this", b"config", b"options"];
        let before = self.text.get(from.saturating_sub(REACH)..from).unwrap_or_default();
        let is_of_name =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let prefix = before.rsplit(|&byte| !is_of_name(byte)).next().unwrap_or_default();
        // Of `client.setRsaKey` the verb, of `config.rsa_key` the object.
        let prefix = match prefix {
            [object @ .., b'.' | b'_'] => object,
            _ => prefix.rsplit(|&byte| byte == b'.').next().unwrap_or_default(),
        };
        PREFIXES.iter().any(|known| prefix.eq_ignore_ascii_case(known))
    }

    /// Whether the number of an issue follows: `JIRA-123` is no name of a section.
    pub(crate) fn is_issue(&self, to: usize) -> bool {
        matches!(self.text.get(to..), Some([b'-', b'0'..=b'9', ..]))
    }

    /// Whether the word that ends at `to` is the name of a setting that is off.
    pub(crate) fn is_denied(&self, to: usize) -> bool {
        const REACH: usize = 24;
        const OFF: [&[u8]; 4] = [b"false", b"off", b"no", b"disabled"];
        let rest = self.text.get(to..).unwrap_or_default();
        let letters = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let rest = rest.get(letters..).unwrap_or_default();
        let signs = rest.iter().take(REACH).take_while(|byte| !byte.is_ascii_alphanumeric());
        let signs = signs.count();
        let value = rest.get(signs..).unwrap_or_default();
        let len = value.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let value = value.get(..len).unwrap_or_default();
        signs > 0 && OFF.iter().any(|off| value.eq_ignore_ascii_case(off))
    }
}

/// Whether two neighbours belong to one word: a capital behind a small letter begins another.
fn joined(left: Option<u8>, right: Option<u8>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) if left.is_ascii_alphabetic() && right.is_ascii_alphabetic() => {
            !(left.is_ascii_lowercase() && right.is_ascii_uppercase())
        }
        _ => false,
    }
}

fn is_of_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

fn is_noise(run: &[u8]) -> bool {
    distinct(run) >= RUN_DISTINCT_MIN
        && run.iter().any(u8::is_ascii_uppercase)
        && run.iter().any(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::squeeze;

    #[test]
    fn words_lose_what_joins_them() {
        let squeezed = |text: &str| String::from_utf8(squeeze(text.as_bytes()).squeezed).unwrap();
        assert_eq!(squeezed("JIRA_Private-key.pem: |"), "jiraprivatekeypem:|");
        let noise = format!("ssh {} key", "aB3dE5gH7jK9mN1pQ+sT/vW0yZ".repeat(2));
        assert_eq!(squeezed(&noise), "ssh#key");
        assert_eq!(squeezed(&"a/b".repeat(20)), "a/b".repeat(20));
    }

    #[test]
    fn a_setting_may_be_off() {
        let field = "impersonation\": false,";
        assert!(squeeze(field.as_bytes()).is_denied(13));
        let field = "impersonation = notable";
        assert!(!squeeze(field.as_bytes()).is_denied(13));
        let field = "impersonationEnabled: off";
        assert!(squeeze(field.as_bytes()).is_denied(10));
    }
}
