//! JSON web tokens, made from a seed.
//!
//! | name | what makes it one |
//! | --- | --- |
//! | `atlassian-oauth-access-token` | issuer `https://auth.atlassian.com` |
//! | `atlassian-oauth-refresh-token` | the same, and the claim `…/rtt` |
//! | `atlassian-connect-jwt` | HS256, claim `qsh` |
//! | `atlassian-connect-install-jwt` | RS256, claim `qsh` |
//! | `atlassian-cloud-session-token` | key `session-service/…` |
//! | `forge-invocation-token` | issuer `forge/invocation-token` |
//!
//! Variants: `alg-first` (another order in the header, and nothing in it that names a kind), `slash`
//! (slashes escaped), `spaced` (blanks and line ends after the braces), `expired`, `endless` (without
//! an end), `other-issuer` (claims of nobody), `unsigned` (`alg` is `none`), `cut` (no signature),
//! `offline` (with that scope, and neither a key nor a claim that names a kind).

use crate::encode::{BASE64URL, base64};
use crate::random::Random;

/// How a token differs from the usual one.
#[derive(Clone, Copy, Debug, Default)]
struct Variant {
    alg_first: bool,
    slash: bool,
    spaced: bool,
    expired: bool,
    endless: bool,
    other_issuer: bool,
    unsigned: bool,
    cut: bool,
    offline: bool,
}

/// A token of the kind `name`, or `None` if there is no such kind or variant.
pub(crate) fn make(name: &str, variants: &[&str], random: &mut Random) -> Option<Vec<u8>> {
    let mut variant = Variant::default();
    for word in variants {
        *match *word {
            "alg-first" => &mut variant.alg_first,
            "slash" => &mut variant.slash,
            "spaced" => &mut variant.spaced,
            "expired" => &mut variant.expired,
            "endless" => &mut variant.endless,
            "other-issuer" => &mut variant.other_issuer,
            "unsigned" => &mut variant.unsigned,
            "cut" => &mut variant.cut,
            "offline" => &mut variant.offline,
            _ => return None,
        } = true;
    }

    let shared = name == "atlassian-connect-jwt";
    let (key, mut claims) = kind(name, variant, random)?;
    if variant.other_issuer {
        claims = "\"iss\":\"https://accounts.example.org\",\"sub\":\"1\"".to_owned();
    }
    if !variant.endless {
        let end = if variant.expired { 1_600_000_000 } else { 1_900_000_000 };
        claims = format!("{claims},\"iat\":{},\"exp\":{end}", end - 3600 * 24 * 60);
    }
    let algorithm = match (variant.unsigned, shared) {
        (true, _) => "none",
        (false, true) => "HS256",
        (false, false) => "RS256",
    };
    let algorithm = format!("\"alg\":\"{algorithm}\"");
    let header = match key {
        Some(key) if !variant.other_issuer && !variant.alg_first => {
            format!("\"kid\":\"{key}\",{algorithm}")
        }
        Some(key) if key.starts_with("session") && !variant.other_issuer => {
            format!("{algorithm},\"kid\":\"{key}\"")
        }
        _ => format!("{algorithm},\"typ\":\"JWT\""),
    };
    let parts = [object(&header, " ", variant), object(&claims, "\n  ", variant)];
    let mut token = parts.join(&b'.');
    token.push(b'.');
    if !variant.cut {
        token.extend(random.some_of(BASE64URL, if shared { 43 } else { 342 }));
    }
    Some(token)
}

/// The key that a kind is signed with, and its claims.
fn kind(name: &str, variant: Variant, random: &mut Random) -> Option<(Option<String>, String)> {
    let atlassian = "\"iss\":\"https://auth.atlassian.com\"";
    let subject = format!("\"sub\":\"712020:{}\"", uuid(random));
    let hash = String::from_utf8(random.some_of(b"0123456789abcdef", 64)).ok()?;
    Some(match name {
        "atlassian-oauth-access-token" | "atlassian-oauth-refresh-token" if variant.offline => {
            (None, format!("{subject},{atlassian},\"scope\":\"offline_access read:jira-work\""))
        }
        "atlassian-oauth-access-token" => {
            let key = format!("auth.atlassian.com-ACCESS-{}", uuid(random));
            (Some(key), format!("{subject},{atlassian},\"scope\":\"read:jira-work\""))
        }
        "atlassian-oauth-refresh-token" => {
            let key = format!("auth.atlassian.com-REFRESH-{}", uuid(random));
            let rotates = "\"https://id.atlassian.com/rtt\":\"ROTATING\"";
            (Some(key), format!("{subject},{atlassian},{rotates},\"scope\":\"offline_access\""))
        }
        "atlassian-connect-jwt" => {
            let client = uuid(random);
            (None, format!("\"iss\":\"{client}\",\"qsh\":\"{hash}\",\"context\":{{\"a\":[1]}}"))
        }
        "atlassian-connect-install-jwt" => {
            let client = uuid(random);
            let audience = "\"aud\":[\"https://app.example.org\"]";
            (Some(uuid(random)), format!("\"iss\":\"{client}\",{audience},\"qsh\":\"{hash}\""))
        }
        "atlassian-cloud-session-token" => {
            let number = String::from_utf8(random.some_of(b"123456789", 10)).ok()?;
            (Some(format!("session-service/prod-{number}")), subject)
        }
        "forge-invocation-token" => {
            let app = format!("\"aud\":\"ari:cloud:ecosystem::app/{}\"", uuid(random));
            let key = format!("forge/invocation-token/{}", uuid(random));
            (Some(key), format!("\"iss\":\"forge/invocation-token\",{app},\"app\":{{}}"))
        }
        _ => return None,
    })
}

/// An object with these members, in base64.
fn object(members: &str, blank: &str, variant: Variant) -> Vec<u8> {
    let members = if variant.slash { members.replace('/', "\\/") } else { members.to_owned() };
    let blank = if variant.spaced { blank } else { "" };
    base64(format!("{{{blank}{members}}}").as_bytes(), BASE64URL, false)
}

/// A random UUID.
pub(crate) fn uuid(random: &mut Random) -> String {
    let mut group = |count| random.some_of(b"0123456789abcdef", count);
    let groups = [group(8), group(4), group(4), group(4), group(12)];
    groups.map(|group| String::from_utf8_lossy(&group).into_owned()).join("-")
}

#[cfg(test)]
mod tests {
    use super::make;
    use crate::random::Random;

    fn check(name: &str, variants: &[&str], begins: &str) {
        let token = make(name, variants, &mut Random::new(7)).unwrap();
        let token = String::from_utf8(token).unwrap();
        assert!(token.starts_with(begins), "{name} {variants:?}: {token}");
        assert_eq!(token.split('.').count(), 3);
    }

    #[test]
    fn tokens_begin_as_their_header_does() {
        check("atlassian-cloud-session-token", &[], "eyJraWQiOiJzZXNzaW9uLXNlcnZp");
        check("atlassian-cloud-session-token", &["alg-first"], "eyJhbGciOiJSUzI1NiIsImtpZCI6");
        check("atlassian-connect-jwt", &[], "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.");
        check("atlassian-oauth-access-token", &["spaced"], "eyAi");
        check("forge-invocation-token", &["unsigned"], "eyJraWQiOiJmb3JnZS9p");
    }

    #[test]
    fn a_cut_token_has_no_signature() {
        let token = make("atlassian-connect-jwt", &["cut"], &mut Random::new(7)).unwrap();
        assert!(token.ends_with(b"."));
    }

    #[test]
    fn unknown_kinds_and_variants_are_not_made() {
        assert_eq!(make("no-such-kind", &[], &mut Random::new(7)), None);
        assert_eq!(make("atlassian-connect-jwt", &["nicer"], &mut Random::new(7)), None);
    }
}
