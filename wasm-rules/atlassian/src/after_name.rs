//! The value that follows a name whose own value has a narrow alphabet: a header, a cookie, a field.
//!
//! ```text
//! -H "Name: value"   {"name": "Name", "value": "value"}   headers.put("Name", "value")
//! <Name>value</Name>   NAME: &str = "value"   | Name | `value` |   Name=value; Path=/
//! ```
//!
//! Between the two stand signs, and words that only say that a value follows. The first other word
//! is the value: if it is a call or another key, it will not look like a secret.

use pushgate_detector_sdk::Span;

use crate::boundary::is_alphanumeric;

/// Bytes between a name and its value.
const GAP_MAX: usize = 128;
/// Ends of lines between them: `- name: X⏎  value: >-⏎    v`.
const BREAKS_MAX: usize = 2;
/// Words between them.
const WORDS_MAX: usize = 4;
/// Longer values are none of a header or a field.
const VALUE_MAX: usize = 2048;

/// Words that stand between a name and its value, the names of signs included.
const BETWEEN: [&[u8]; 22] = [
    b"field",
    b"value",
    b"default",
    b"string",
    b"str",
    b"static",
    b"const",
    b"content",
    b"bearer",
    b"token",
    b"oauth",
    b"text",
    b"type",
    b"secret",
    b"true",
    b"false",
    b"optional",
    b"option",
    b"some",
    b"varchar",
    b"char",
    b"as",
];

/// The value of the name that ends at `end`: the first run of characters that `belongs` accepts.
/// `None` if the name goes on, or if a variable follows.
pub(crate) fn value(text: &[u8], end: usize, belongs: fn(u8) -> bool) -> Option<Span> {
    if text.get(end).is_some_and(|&byte| is_alphanumeric(byte) || matches!(byte, b'_' | b'.')) {
        return None;
    }
    let (mut at, mut words, mut breaks) = (end, 0, 0);
    while at - end < GAP_MAX {
        let byte = *text.get(at)?;
        if let Some(next) = sign(text, at) {
            at = next;
        } else if is_alphanumeric(byte) || byte == b'_' {
            let rest = text.get(at..)?;
            let len = rest.iter().take(VALUE_MAX).take_while(|&&byte| belongs(byte)).count().max(1);
            let word = rest.iter().take(len).take_while(|&&byte| is_alphanumeric(byte)).count();
            let word = rest.get(..word)?;
            let is_between = BETWEEN.iter().any(|known| known.eq_ignore_ascii_case(word));
            if !is_between || words == WORDS_MAX {
                return Some(with_dashes(text, at, len));
            }
            words += 1;
            at += word.len();
        } else if is_mark_of_name(text, at) {
            at += 1;
        } else if matches!(byte, b'$' | b'}' | b'@' | b';') {
            // A variable, or the end of a template, an address or a statement.
            return None;
        } else {
            breaks += usize::from(byte == b'\n');
            if breaks > BREAKS_MAX {
                return None;
            }
            at += 1;
        }
    }
    None
}

/// Whether a sign at `at` belongs to the name or to the string, and begins nothing else:
/// `$ENV{NAME} = `, `@"value"`.
fn is_mark_of_name(text: &[u8], at: usize) -> bool {
    match text.get(at..).unwrap_or_default() {
        [b'@', b'"', ..] | [b'}', b'=', ..] => true,
        [b'}', rest @ ..] => rest.trim_ascii_start().starts_with(b"="),
        _ => false,
    }
}

/// The value of `len` at `at`, with the dashes before it: they are of some alphabets. After a blank,
/// only a single one is no option's, and it is no list's because it touches the value.
fn with_dashes(text: &[u8], at: usize, len: usize) -> Span {
    let before = text.get(..at).unwrap_or_default();
    let dashes = before.iter().rev().take(4).take_while(|&&byte| byte == b'-').count();
    let sign = before.len().checked_sub(dashes + 1).and_then(|at| before.get(at));
    let dashes = match sign {
        Some(b'"' | b'\'' | b'`' | b'=' | b'>') => dashes,
        Some(b' ' | b'\t' | b'\n') if dashes == 1 => dashes,
        _ => 0,
    };
    Span::at(at - dashes, len + dashes)
}

/// Past what is longer than a sign: an escape (`%3D`, `\n`, `&quot;`), a tag, a label of YAML.
fn sign(text: &[u8], at: usize) -> Option<usize> {
    const CDATA: &[u8] = b"<![CDATA[";
    let rest = text.get(at..)?;
    match rest {
        [b'%', b'2' | b'3', third, ..] if third.is_ascii_hexdigit() => Some(at + 3),
        [b'\\', b'n' | b't' | b'r', ..] => Some(at + 2),
        [b'\\', b'u', b'0', b'0', _, _, ..] => Some(at + 6),
        [b'\\', b'x', _, _, ..] => Some(at + 4),
        [b'<', b'!', ..] if rest.starts_with(CDATA) => Some(at + CDATA.len()),
        [b'<', next, ..] if *next == b'/' || next.is_ascii_alphabetic() => {
            let in_tag = |byte: &&u8| !matches!(byte, b'>' | b'\n');
            let len = rest.iter().take(GAP_MAX).take_while(in_tag).count();
            (rest.get(len) == Some(&b'>')).then_some(at + len + 1)
        }
        [b'&', label @ ..] => {
            let in_label = |byte: &&u8| is_alphanumeric(**byte) || **byte == b'#';
            let len = label.iter().take(GAP_MAX).take_while(in_label).count();
            let ends = matches!(label.get(len), Some(b' ' | b';'));
            (len > 0 && ends).then_some(at + 2 + len)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::value;
    use crate::boundary::is_base64url;

    fn check(text: &str, expected: Option<&str>) {
        let end = text.find("NAME").unwrap() + 4;
        let found = value(text.as_bytes(), end, is_base64url);
        let found = found.and_then(|span| text.get(span.start()..span.end()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_value_is_found_after_its_name() {
        let texts = [
            "NAME=v9",
            "-H 'NAME: v9'",
            "{\"name\": \"NAME\", \"value\": \"v9\"}",
            "{\\\"NAME\\\":\\\"v9\\\"}",
            "<NAME>v9</NAME>",
            "<entry key=\"NAME\" value='v9'/>",
            "const NAME: &'static str = \"v9\";",
            "headers.put(\"NAME\", \"v9\")",
            "| NAME | `v9` |",
            "'NAME' => 'v9'",
            "ENV NAME v9",
            "- name: NAME\n  value: v9",
            "NAME: >-\n  v9",
            "NAME&quot;:&quot;v9&quot;",
            "NAME\\u0022:\\u0022v9",
            "NAME%3Dv9%26x",
            "<td>NAME</td><td>v9</td>",
            "<NAME><![CDATA[v9]]></NAME>",
            "NAME: &label \"v9\"",
            "@Value(\"NAME\")\nString x = \"v9\"",
        ];
        for text in texts {
            let annotated = text.starts_with('@');
            check(text, Some(if annotated { "x" } else { "v9" }));
        }
    }

    #[test]
    fn dashes_belong_to_a_value_only_after_a_sign() {
        check("NAME=-v9", Some("-v9"));
        check("NAME \"--v9\"", Some("--v9"));
        check("NAME:\n- v9", Some("v9"));
        check("NAME: -v9", Some("-v9"));
        check("NAME --v9", Some("v9"));
    }

    #[test]
    fn longer_names_and_variables_have_no_value() {
        for text in ["NAMES=v9", "NAME_URL=v9", "NAME.x=v9", "NAME=$v9", "NAME=${v9}", "NAME: "] {
            check(text, None);
        }
        check("NAME\n\n\nv9", None);
        check("\"NAME\"; // v9", None);
    }
}
