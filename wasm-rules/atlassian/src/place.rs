//! Values that say where something is, or which one: addresses, paths, files, ids, hashes.

use crate::caseless::contains;
use crate::hex;
use crate::prose::is_one_of;
use crate::wordlike::{has_regular_case, reads_like_words};

/// Endings of files.
const ENDINGS: &[u8] = b"txt json yml yaml env pem key properties xml conf cfg ini md html htm js \
    ts jsx tsx py java go php rb sh toml crt cer p12 pfx jks gpg asc age enc log csv sql cs kt vue \
    svg png jpg exe dll jar war zip tar gz ps1 bat cmd tpl j2 erb tf tfvars lock pub pk8 der";
/// Endings of hosts.
const TOPS: &[u8] = b"com org net io local internal corp lan example test dev cloud app de uk fr \
    eu us ca au jp cn in info biz tech ai co edu gov home invalid localhost svc";
/// How hashes begin.
const HASHES: [&[u8]; 22] = [
    b"sha1-",
    b"sha256-",
    b"sha384-",
    b"sha512-",
    b"sha1:",
    b"sha256:",
    b"sha384:",
    b"sha512:",
    b"md5:",
    b"md5-",
    b"$2a$",
    b"$2b$",
    b"$2y$",
    b"$argon2",
    b"$6$",
    b"$5$",
    b"$1$",
    b"$apr1$",
    b"pbkdf2",
    b"{SSHA",
    b"{PKCS5S2}",
    b"h1:",
];

/// Whether the value is an address, a path or the name of a file.
pub(crate) fn is_place(value: &[u8]) -> bool {
    contains(value, b"://") || is_path(value) || is_file(value) || is_host(value) || is_mail(value)
}

/// `/run/secrets/token`, `./token`, `C:\x`, `team/jira/token`.
fn is_path(value: &[u8]) -> bool {
    let starts =
        [&b"./"[..], b"../", b"~/", b"//", b"${", b"%~"].iter().any(|it| value.starts_with(it));
    let drive = matches!(value, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    if starts || drive {
        return true;
    }
    let mut steps = value.split(|byte| matches!(byte, b'/' | b'\\'));
    let named = |step: &[u8]| {
        let plain =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'#');
        let digits = step.iter().filter(|byte| byte.is_ascii_digit()).count();
        step.iter().all(plain)
            && digits <= 2
            && (step.len() < 3 || has_regular_case(step))
            && reads_like_words(step)
    };
    let count = value.iter().filter(|byte| matches!(byte, b'/' | b'\\')).count();
    count > 0 && steps.all(named)
}

/// `https://docs.example.org/page`, without a user, who would have a password.
pub(crate) fn is_address(value: &[u8]) -> bool {
    (value.starts_with(b"https://") || value.starts_with(b"http://")) && !value.contains(&b'@')
}

/// `token.txt`, `jira-secrets.yaml`.
pub(crate) fn is_file(value: &[u8]) -> bool {
    let Some(dot) = value.iter().rposition(|&byte| byte == b'.') else { return false };
    let ending = value.get(dot + 1..).unwrap_or_default();
    let stem = value.get(..dot).unwrap_or_default();
    let plain =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
    is_one_of(ending, ENDINGS) && stem.iter().all(plain)
}

/// `jira.example.org`, `localhost:8080`.
fn is_host(value: &[u8]) -> bool {
    let host = match value.iter().rposition(|&byte| byte == b':') {
        Some(colon)
            if value.get(colon + 1..).is_some_and(|it| it.iter().all(u8::is_ascii_digit)) =>
        {
            value.get(..colon).unwrap_or_default()
        }
        _ => value,
    };
    let label = |byte: &u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
    };
    let top = host.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let dotted = host.contains(&b'.') || host.eq_ignore_ascii_case(b"localhost");
    let address = dotted && host.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    address || dotted && host.iter().all(label) && is_one_of(top, TOPS)
}

/// `dev@example.org`.
fn is_mail(value: &[u8]) -> bool {
    let Some(at) = value.iter().position(|&byte| byte == b'@') else { return false };
    let (user, host) = value.split_at(at);
    let plain =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._+-".contains(byte);
    !user.is_empty() && user.iter().all(plain) && host.get(1..).is_some_and(is_host)
}

/// Whether the value says which one: an id, a hash, a date, a version.
pub(crate) fn is_id(value: &[u8]) -> bool {
    let account = value.split(|&byte| byte == b':').nth(1).is_some_and(is_uuid);
    is_hash(value)
        || account
        || is_uuid(value)
        || is_object_id(value)
        || value.starts_with(b"ari:cloud:")
        || contains(value, b"customfield_")
        || is_issue(value)
        || is_date(value)
        || is_version(value)
        || is_digest_of_image(value)
}

/// `^1.2.3`, `>=2.0,<3`, `1.0.0-rc1`: the version of what is called like a secret.
fn is_version(value: &[u8]) -> bool {
    const NUMBER_MAX: usize = 5;
    const SUFFIXES: &[u8] = b"a b c rc alpha beta dev post pre preview snapshot final release";
    let value = value.trim_ascii();
    value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii).all(|part| {
        let operator = part.iter().take_while(|byte| b"^~=<>!v ".contains(byte)).count();
        let part = part.get(operator..).unwrap_or_default();
        let of_number = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
        let (numbers, suffix) = part.split_at(part.iter().take_while(of_number).count());
        let numbers = numbers.strip_suffix(b".").unwrap_or(numbers);
        let is_number = |number: &[u8]| (1..=NUMBER_MAX).contains(&number.len());
        let count = numbers.split(|&byte| byte == b'.').count();
        let digits = |byte: &u8| !byte.is_ascii_alphabetic();
        let mut told = suffix.split(digits).filter(|word| !word.is_empty());
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
        numbers.split(|&byte| byte == b'.').all(is_number)
            && (count > 2 || operator > 0)
            && suffix.iter().all(plain)
            && told.all(|word| is_one_of(word, SUFFIXES))
    })
}

/// `1.2.3@sha256:…`: which image of containers it is.
fn is_digest_of_image(value: &[u8]) -> bool {
    const SIGN: &[u8] = b"@sha256:";
    const DIGEST_LEN: usize = 64;
    let at = value.windows(SIGN.len()).position(|it| it == SIGN);
    let digest = at.and_then(|at| value.get(at + SIGN.len()..));
    digest.is_some_and(|it| it.len() == DIGEST_LEN && it.iter().all(u8::is_ascii_hexdigit))
}

/// Whether the value says which hash of something it is.
pub(crate) fn is_hash(value: &[u8]) -> bool {
    const START: usize = 16;
    // Strings of some languages escape a dollar sign.
    let plain = value.iter().copied().filter(|byte| *byte != b'\\').take(START);
    let start: Vec<u8> = plain.collect();
    HASHES.iter().any(|hash| start.starts_with(hash))
}

/// Whether the value is a UUID.
pub(crate) fn is_uuid(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"{").and_then(|it| it.strip_suffix(b"}")).unwrap_or(value);
    let fits = |(index, byte): (usize, &u8)| match index {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => hex::digit(*byte).is_some(),
    };
    value.len() == 36 && value.iter().enumerate().all(fits)
}

/// 24 hexadecimal digits in lower case: an account of Atlassian's, or a thing of Trello's.
fn is_object_id(value: &[u8]) -> bool {
    value.len() == 24 && value.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// `PROJ-123`.
pub(crate) fn is_issue(value: &[u8]) -> bool {
    let Some(dash) = value.iter().position(|&byte| byte == b'-') else { return false };
    let (project, number) = value.split_at(dash);
    let number = number.get(1..).unwrap_or_default();
    (2..=10).contains(&project.len())
        && project.iter().all(u8::is_ascii_uppercase)
        && (1..=6).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
}

/// `2026-11-23`, `12:30:00`, `1.2.3`: digits, and nothing but what stands between them.
fn is_date(value: &[u8]) -> bool {
    let joins =
        |byte: &u8| matches!(byte, b'-' | b':' | b'.' | b'T' | b'Z' | b'/' | b'+' | b' ' | b'v');
    value.iter().any(u8::is_ascii_digit)
        && value.iter().filter(|byte| joins(byte)).count() >= 2
        && value.iter().all(|byte| byte.is_ascii_digit() || joins(byte))
}
