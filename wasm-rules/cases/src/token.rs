//! Tokens of each kind, made from a seed.
//!
//! | name | form |
//! | --- | --- |
//! | `atlassian-cloud-api-token` | `ATATT3xFfGF0` + 171 + `=` + CRC-32 |
//! | `atlassian-service-account-api-token` | `ATSTT3xFfGF0` + the same |
//! | `atlassian-org-admin-api-key`, `bitbucket-cloud-access-token` | `ATCTT3xFfGN0` + the same |
//! | `atlassian-token-family-unknown` | `ATRTT3xFfGF0` + the same |
//! | `bitbucket-app-password` | `ATBB` + 24 letters and digits + CRC-32 |
//! | `atlassian-oauth-client-secret` | `ATOA` + 64 of base64url + CRC-32 |
//! | `atlassian-connect-shared-secret` | `ATCO` + 64 of base64url + CRC-32 |
//! | `trello-token` | `ATTA` + 64 hex digits + CRC-32 |
//! | `jira-dc-pat`, `confluence-dc-pat`, `bamboo-dc-pat`, `bitbucket-server-pat-legacy` | base64 of 12 digits, `:`, 20 bytes |
//! | `bitbucket-dc-http-access-token` | `BBDC-` + the same |
//!
//! Those of [`crate::plain_token`], which have no prefix and no checksum, have no variants.
//!
//! Variants, after a colon: `bad-crc` (last digit wrong), `lower-crc`, `no-padding` (a body of a
//! multiple of three), `two-padding`, `short` (a shorter body), `stub` (all `x`), `text` (printable
//! bytes where random ones belong), `base64url` (that alphabet), `digits=N`.
//!
//! Private keys (`{rsa-key:4096:pkcs8}`) are made beside this.

use crate::crc32::crc32;
use crate::encode::{BASE64, BASE64URL, base64};
use crate::key;
use crate::plain_token;
use crate::random::Random;

/// How a token differs from a genuine one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Variant {
    bad_crc: bool,
    lower_crc: bool,
    padding: Padding,
    short: bool,
    stub: bool,
    text: bool,
    base64url: bool,
    digits: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Padding {
    #[default]
    One,
    None,
    Two,
}

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LOWER_HEX: &[u8] = b"0123456789abcdef";

/// A token of the kind `name`, or `None` if there is no such kind or variant.
pub(crate) fn make(name: &str, variants: &[&str], random: &mut Random) -> Option<Vec<u8>> {
    if name.ends_with("-key") && !name.ends_with("api-key") {
        return key::make(name, variants, random);
    }
    let mut variant = Variant::default();
    for word in variants {
        match *word {
            "bad-crc" => variant.bad_crc = true,
            "lower-crc" => variant.lower_crc = true,
            "no-padding" => variant.padding = Padding::None,
            "two-padding" => variant.padding = Padding::Two,
            "short" => variant.short = true,
            "stub" => variant.stub = true,
            "text" => variant.text = true,
            "base64url" => variant.base64url = true,
            other => variant.digits = Some(other.strip_prefix("digits=")?.parse().ok()?),
        }
    }
    Some(match name {
        "atlassian-cloud-api-token" => envelope(b"ATATT3xFfGF0", variant, random),
        "atlassian-service-account-api-token" => envelope(b"ATSTT3xFfGF0", variant, random),
        "atlassian-org-admin-api-key" | "bitbucket-cloud-access-token" => {
            envelope(b"ATCTT3xFfGN0", variant, random)
        }
        "atlassian-token-family-unknown" => envelope(b"ATRTT3xFfGF0", variant, random),
        "bitbucket-app-password" => flat(b"ATBB", ALPHANUMERIC, 24, variant, random),
        "atlassian-oauth-client-secret" => flat(b"ATOA", BASE64URL, 64, variant, random),
        "atlassian-connect-shared-secret" => flat(b"ATCO", BASE64URL, 64, variant, random),
        "trello-token" => flat(b"ATTA", LOWER_HEX, 64, variant, random),
        "jira-dc-pat" | "confluence-dc-pat" | "bamboo-dc-pat" | "bitbucket-server-pat-legacy" => {
            digits_bytes(variant, random)
        }
        "bitbucket-dc-http-access-token" => [b"BBDC-", &*digits_bytes(variant, random)].concat(),
        _ => return plain_token::make(name, random).filter(|_| variants.is_empty()),
    })
}

fn envelope(prefix: &[u8], variant: Variant, random: &mut Random) -> Vec<u8> {
    // With its prefix of twelve the body is padded to a multiple of four.
    let (length, padding) = match (variant.padding, variant.short) {
        (Padding::One, false) => (171, 1),
        (Padding::One, true) => (23, 1),
        (Padding::Two, false) => (170, 2),
        (Padding::Two, true) => (22, 2),
        (Padding::None, false) => (172, 0),
        (Padding::None, true) => (24, 0),
    };
    let mut token = prefix.to_vec();
    token.extend(body(BASE64URL, length, variant, random));
    token.extend(std::iter::repeat_n(b'=', padding));
    with_tail(token, variant)
}

fn flat(
    prefix: &[u8],
    alphabet: &[u8],
    length: usize,
    variant: Variant,
    random: &mut Random,
) -> Vec<u8> {
    let mut token = prefix.to_vec();
    token.extend(body(alphabet, if variant.short { length - 1 } else { length }, variant, random));
    with_tail(token, variant)
}

fn body(alphabet: &[u8], length: usize, variant: Variant, random: &mut Random) -> Vec<u8> {
    if variant.stub { vec![b'x'; length] } else { random.some_of(alphabet, length) }
}

fn with_tail(mut token: Vec<u8>, variant: Variant) -> Vec<u8> {
    let crc = crc32(&token) ^ u32::from(variant.bad_crc);
    let tail = if variant.lower_crc { format!("{crc:08x}") } else { format!("{crc:08X}") };
    token.extend(tail.into_bytes());
    token
}

/// 33 bytes: twelve digits or as many as the variant wants, a colon, and the rest.
fn digits_bytes(variant: Variant, random: &mut Random) -> Vec<u8> {
    const BYTES: usize = 33;
    let mut bytes = random.some_of(b"123456789", 1);
    let digits = variant.digits.unwrap_or(12).clamp(1, BYTES - 2);
    bytes.extend(random.some_of(b"0123456789", digits - 1));
    bytes.push(b':');
    while bytes.len() < BYTES {
        bytes.push(match variant {
            Variant { stub: true, .. } => 0,
            Variant { text: true, .. } => random.one_of(ALPHANUMERIC),
            _ => random.byte(),
        });
    }
    base64(&bytes, if variant.base64url { BASE64URL } else { BASE64 }, true)
}

#[cfg(test)]
mod tests {
    use super::make;
    use crate::random::Random;

    fn check(name: &str, variants: &[&str], prefix: &str, length: usize) -> String {
        let token = make(name, variants, &mut Random::new(7)).unwrap();
        let token = String::from_utf8(token).unwrap();
        assert!(token.starts_with(prefix) && token.len() == length, "{name} {variants:?}");
        token
    }

    #[test]
    fn tokens_have_the_length_of_their_kind() {
        let cloud = "atlassian-cloud-api-token";
        assert_eq!(&check(cloud, &[], "ATATT3xFfGF0", 192)[183..184], "=");
        assert!(!check(cloud, &["no-padding"], "ATATT3xFfGF0", 192).contains('='));
        assert_eq!(&check(cloud, &["two-padding"], "ATATT3xFfGF0", 192)[182..184], "==");
        check("bitbucket-app-password", &[], "ATBB", 36);
        check("trello-token", &[], "ATTA", 76);
        check("jira-dc-pat", &[], "", 44);
        check("jira-dc-pat", &["digits=5"], "", 44);
        check("bitbucket-dc-http-access-token", &[], "BBDC-", 49);
    }

    #[test]
    fn a_wrong_checksum_differs_in_its_last_digit_only() {
        let good = check("bitbucket-app-password", &[], "ATBB", 36);
        let bad = check("bitbucket-app-password", &["bad-crc"], "ATBB", 36);
        assert_eq!(good[..35], bad[..35]);
        assert_ne!(good, bad);
    }

    #[test]
    fn unknown_kinds_and_variants_are_not_made() {
        assert_eq!(make("no-such-kind", &[], &mut Random::new(7)), None);
        assert_eq!(make("jira-dc-pat", &["nicer"], &mut Random::new(7)), None);
    }
}
