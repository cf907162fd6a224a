//! Text that stands where a secret would: in documentation, in templates, after redaction.

use pushgate_detector_sdk::Span;

use crate::caseless::contains_any;
use crate::wordlike::{has_regular_case, reads_like_words};

/// A longer run of one character does not happen by chance.
const RUN_MAX: usize = 7;
/// Nor does a longer piece of the alphabet.
const SEQUENCE_MAX: usize = 9;
/// Fewer different characters than this do not make a token.
const DISTINCT_MIN: usize = 8;

/// Words of documentation. Long enough that chance does not write them into a random body.
pub(crate) const WORDS: [&[u8]; 9] = [
    b"example",
    b"placeholder",
    b"redacted",
    b"changeme",
    b"notreal",
    b"not-a-real",
    b"not_a_real",
    b"yourtoken",
    b"your-token",
];

/// Whether the random part of a token is not random at all.
///
/// A run of `x` counts only when it is long: three in a row stand in one real token of two hundred.
pub(crate) fn is_token_stub(body: &[u8]) -> bool {
    distinct(body) < DISTINCT_MIN
        || longest_run(body) > RUN_MAX
        || longest_sequence(body) > SEQUENCE_MAX
        || contains_any(body, &WORDS)
}

/// How many different bytes there are.
pub(crate) fn distinct(bytes: &[u8]) -> usize {
    let mut seen = [false; 256];
    let mut count = 0;
    for &byte in bytes {
        if let Some(seen) = seen.get_mut(usize::from(byte)).filter(|seen| !**seen) {
            *seen = true;
            count += 1;
        }
    }
    count
}

/// Whether the text is filled in later: `${TOKEN}`, `{{ token }}`, `<token>`, `%TOKEN%`, `$1`.
pub(crate) fn is_template(value: &[u8]) -> bool {
    const NAMED: [&[u8]; 4] = [b"$env:", b"$env{", b"$env[", "§(".as_bytes()];
    let value = unmarked(value);
    let bracketed = matches!(
        value,
        [b'{', .., b'}']
            | [b'<', .., b'>']
            | [b'[', .., b']']
            | [b'%', .., b'%']
            | [b'@', .., b'@']
            | [b'_', b'_', .., b'_', b'_']
    );
    bracketed
        || value.starts_with(b"<<")
        || contains_any(value, &NAMED)
        || holds_expression(value)
        || is_variable(value)
        || has_field(value)
}

/// `${TOKEN}`, `user:{{ token }}`, `$(cat token)`: what is computed, anywhere in a value.
fn holds_expression(value: &[u8]) -> bool {
    const BRACKETS: [(&[u8], &[u8]); 8] = [
        (b"${", b"}"),
        (b"{{", b"}}"),
        (b"#{", b"}"),
        (b"$(", b")"),
        (b"<%", b"%>"),
        (b"@{", b"}"),
        (b"%(", b")"),
        (b"$[", b"]"),
    ];
    let first = |text: &[u8], sign: &[u8]| text.windows(sign.len()).position(|it| it == sign);
    BRACKETS.iter().any(|(open, close)| {
        let mut rest = value;
        while let Some(at) = first(rest, open) {
            rest = rest.get(at + open.len()..).unwrap_or_default();
            if first(rest, close).is_some() || may_be_cut(rest) {
                return true;
            }
        }
        false
    })
}

/// Whether `rest` may be how an expression begins that goes on behind the value: values end at a
/// blank or at a quote, as in `${CONFIG["token"]}`.
fn may_be_cut(rest: &[u8]) -> bool {
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-/$".contains(byte);
    match rest {
        [] => true,
        [.., b'[' | b'(' | b'=' | b',' | b':' | b'|' | b'?' | b'+' | b' '] => true,
        name => {
            let in_one_case =
                name.iter().all(u8::is_ascii_lowercase) || name.iter().all(u8::is_ascii_uppercase);
            in_one_case || name.iter().all(in_name) && has_regular_case(name)
        }
    }
}

/// `«‹{token}›»`: without the quotation marks with which a text points at a place in another.
fn unmarked(value: &[u8]) -> &[u8] {
    const DEPTH_MAX: usize = 2;
    const MARKS: [&[u8]; 4] = ["«".as_bytes(), "»".as_bytes(), "‹".as_bytes(), "›".as_bytes()];
    let mut bare = value;
    for mark in [MARKS; DEPTH_MAX].as_flattened() {
        bare = bare.strip_prefix(*mark).unwrap_or(bare);
        bare = bare.strip_suffix(*mark).unwrap_or(bare);
    }
    bare
}

/// `Kelp-{suffix}`, `{user}{random:12}`, `{jira-dc-pat:bad-crc}`: a field of a format string, with
/// a name in small letters; one with digits in its name, or in capitals, says how long it is.
fn has_field(value: &[u8]) -> bool {
    const NAME_BYTES_MIN: usize = 3;
    value.split(|&byte| byte == b'{').skip(1).any(|rest| {
        let Some(end) = rest.iter().position(|&byte| byte == b'}') else { return false };
        let field = rest.get(..end).unwrap_or_default();
        let colon = field.iter().position(|&byte| byte == b':');
        let (name, formats) = field.split_at_checked(colon.unwrap_or(end)).unwrap_or_default();
        let formats = formats.strip_prefix(b":");
        let is_plain = name.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_');
        let is_name = name.first().is_some_and(u8::is_ascii_alphabetic)
            && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
        name.len() >= NAME_BYTES_MIN
            && match formats {
                None => is_plain,
                Some(formats) if is_number(formats) => is_plain || is_name,
                // `{repeat:x:24}`
                Some([_, b':', number @ ..]) if is_plain => is_number(number),
                Some(formats) => is_name && name.contains(&b'-') && are_options(formats),
            }
    })
}

fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// `bad-crc`, `stub:percent-twice`, `digits=15`, `base64url`: words that say how a field is filled.
///
/// What is drawn is none: each word is of letters, and has no number but one of two digits.
pub(crate) fn are_options(text: &[u8]) -> bool {
    const NAMES: [&[u8]; 2] = [b"base64url", b"base64"];
    const DIGITS_MAX: usize = 2;
    text.split(|&byte| byte == b':').all(|option| {
        let mut parts = option.splitn(2, |&byte| byte == b'=');
        let name = parts.next().unwrap_or_default();
        let number = parts.next().unwrap_or(b"0");
        let is_word = name.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-')
            && name.first().is_some_and(u8::is_ascii_lowercase)
            && reads_like_words(name);
        (is_word || NAMES.contains(&name)) && number.len() <= DIGITS_MAX && is_number(number)
    })
}

/// Whether `key` and `value` are the halves of a field of a template: `{jira-dc-pat:bad-crc}`.
///
/// No word that reads like one is a password under a key, and nothing else is a half of a field.
pub(crate) fn is_half_of_field(text: &[u8], key: Span, value: Span) -> bool {
    let name = key.of(text).unwrap_or_default();
    let gap = text.get(key.end()..value.start());
    let before = key.start().checked_sub(1).and_then(|before| text.get(before));
    let rest = text.get(value.start()..).unwrap_or_default();
    let end = rest.iter().take(64).position(|&byte| byte == b'}');
    let options = end.and_then(|end| rest.get(..end));
    before == Some(&b'{')
        && gap == Some(b":")
        && name.contains(&b'-')
        && options.is_some_and(are_options)
}

/// `$TOKEN`, `$1`, `%s`, and nothing after it.
fn is_variable(value: &[u8]) -> bool {
    match value {
        [b'$', name @ ..] => {
            !name.is_empty()
                && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && (!name.first().is_some_and(u8::is_ascii_digit)
                    || name.iter().all(u8::is_ascii_digit))
                && !is_drawn_name(name)
        }
        [b'%', b's' | b'd' | b'v' | b'@'] => true,
        _ => false,
    }
}

/// `Ry7xQz2mKp`: characters that nobody calls a variable by; a password may begin with a dollar sign.
pub(crate) fn is_drawn_name(name: &[u8]) -> bool {
    const LEN_MIN: usize = 8;
    let has = |sort: fn(&u8) -> bool| name.iter().any(sort);
    name.len() >= LEN_MIN
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && !has_regular_case(name)
}

/// Length of the longest run of one character, in either case.
fn longest_run(bytes: &[u8]) -> usize {
    longest(bytes, |left, right| left.eq_ignore_ascii_case(&right))
}

/// Length of the longest stretch in which each character is the one after the last.
fn longest_sequence(bytes: &[u8]) -> usize {
    longest(bytes, |left, right| left.checked_add(1) == Some(right))
}

fn longest(bytes: &[u8], goes_on: fn(u8, u8) -> bool) -> usize {
    let (mut longest, mut length) = (bytes.len().min(1), 1);
    for (&left, &right) in bytes.iter().zip(bytes.iter().skip(1)) {
        length = if goes_on(left, right) { length + 1 } else { 1 };
        longest = longest.max(length);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::{is_template, is_token_stub, longest_run, longest_sequence};

    #[test]
    fn a_body_that_nobody_drew_is_a_stub() {
        let bodies: [&[u8]; 6] = [
            b"xxxxxxxxxxxxxxxxxxxxxxxx",
            b"abcabcabcabcabcabcabcabc",
            b"",
            b"8fK2mQ0vXXXXXXXXXXXXp4Lz",
            b"-EXAMPLE-NOT-A-TOKEN-9fK2",
            b"abcdefghijklmnopqrstuvwx",
        ];
        for body in bodies {
            assert!(is_token_stub(body), "{}", body.escape_ascii());
        }
    }

    #[test]
    fn three_x_in_a_row_do_not_make_a_stub() {
        assert!(!is_token_stub(b"8fK2xxXvq0WmZ7pL4tRbN1cY"));
    }

    #[test]
    fn templates_are_told_from_passwords() {
        let templates: [&[u8]; 34] = [
            "AgB§(b64".as_bytes(),
            "required§(x".as_bytes(),
            b"${db",
            b"${CONFIG[",
            b"user:${",
            b"{{",
            b"$(cat",
            b"#{ENV.fetch(",
            b"aB3${k9!Zq}7",
            "«‹{token}›»".as_bytes(),
            "«{token}»".as_bytes(),
            "»‹{token}›".as_bytes(),
            "§(alnum 8)-§(hex 4)".as_bytes(),
            b"ATATT3{base64url:20}={HEX:8}",
            b"{jira-dc-pat:bad-crc}+",
            b"={jira-dc-pat:digits=4}",
            b"ATTA{repeat:x:72}",
            b"Kelp{alnum:12}",
            b"{user}-{suffix}",
            b"$env:TOKEN",
            b"USER:$Env:JIRA_TOKEN",
            b"$ENV{TOKEN}",
            b"{access_token}",
            b"${TOKEN}",
            b"$TOKEN",
            b"$jiraApiV2Token",
            b"{{ token }}",
            b"<token>",
            b"%TOKEN%",
            b"%s",
            b"$1",
            b"#{token}",
            b"$(cat token)",
            b"__TOKEN__",
        ];
        for template in templates {
            assert!(is_template(template), "{}", template.escape_ascii());
        }
        for password in [
            &b"pa$$word1"[..],
            b"aB3${k9!Zq7",
            b"Qx{{7!kLp2w",
            b"vC8@{HFG!tEgc",
            b"Y^*c;01#{GPR~x",
            b"Quartz%Quartz1371",
            b"{half",
            b"$",
            b"a$TOKEN",
            b"$Ry7xQz2mKp",
            b"Kelp{a1}x",
            b"Kelp{ab}x",
            b"Kelp{abc:}x",
            b"Kelp{abc1}x",
            b"Kelp{ABC}x",
            b"Kelp{abc:def}x",
            b"Kelp{a-bc:Quartz71}x",
            b"Kelp{a-bc:qxkzvwjhtrgplmbn}x",
            b"Kelp{a-bc:kelp=713}x",
            "«Kelp71!»".as_bytes(),
        ] {
            assert!(!is_template(password), "{}", password.escape_ascii());
        }
    }

    #[test]
    fn runs_and_sequences_are_measured() {
        assert_eq!((longest_run(b"aabBBb"), longest_run(b""), longest_run(b"a")), (4, 0, 1));
        assert_eq!(longest_sequence(b"xabcdz"), 4);
    }
}
