//! Values with a place and an alphabet, but no structure to be checked, made from a seed.
//!
//! | name | form |
//! | --- | --- |
//! | `jira-align-api-token` | `user:`, six digits, a bar, forty printable characters |
//! | `bitbucket-oauth-access-token` | 77 characters of base64url, and `=` |
//! | `bamboo-encrypted-secret` | `BAMSCRT@0@0@` + base64 of 32 bytes |
//! | `uuid` | a random UUID |
//!
//! Variants of the first: `json-text`, `xml-text` and `mail-text` (as it stands in those),
//! `letters` (no other characters than letters and digits).

use crate::encode::{BASE64, BASE64URL, base64, each};
use crate::random::Random;
use crate::web_token::uuid;

/// A value of the kind `name`, or `None` if there is no such kind or variant.
pub(crate) fn make(name: &str, variants: &[&str], random: &mut Random) -> Option<Vec<u8>> {
    match (name, variants) {
        ("jira-align-api-token", []) => Some(align(&printable(), random)),
        ("jira-align-api-token", ["letters"]) => Some(align(&letters(), random)),
        ("jira-align-api-token", ["json-text"]) => {
            let escape = |byte| (byte == b'\\').then(|| "\\\\".to_owned());
            Some(each(&align(&printable(), random), escape))
        }
        ("jira-align-api-token", ["mail-text"]) => {
            let mut token =
                each(&align(&printable(), random), |byte| (byte == b'=').then(|| "=3D".to_owned()));
            // A line of mail ends somewhere in it, but not in the middle of an escape.
            let at =
                (20..30).find(|&at| !token.get(at - 2..at).is_some_and(|two| two.contains(&b'=')));
            let at = at.unwrap_or(20);
            token.splice(at..at, *b"=\n");
            Some(token)
        }
        ("jira-align-api-token", ["xml-text"]) => {
            let escape = |byte| match byte {
                b'<' => Some("&lt;".to_owned()),
                b'>' => Some("&gt;".to_owned()),
                b'&' => Some("&amp;".to_owned()),
                _ => None,
            };
            Some(each(&align(&printable(), random), escape))
        }
        ("bitbucket-oauth-access-token", []) => {
            let mut token = random.some_of(BASE64URL, 77);
            token.push(b'=');
            Some(token)
        }
        ("bamboo-encrypted-secret", []) => {
            let bytes: Vec<u8> = (0..32).map(|_| random.byte()).collect();
            Some([b"BAMSCRT@0@0@", &*base64(&bytes, BASE64, true)].concat())
        }
        ("uuid", []) => Some(uuid(random).into_bytes()),
        _ => None,
    }
}

fn align(alphabet: &[u8], random: &mut Random) -> Vec<u8> {
    let number = random.some_of(b"123456789", 6);
    [b"user:", &*number, b"|", &*random.some_of(alphabet, 40)].concat()
}

/// Without quotation marks, as the product has it.
fn printable() -> Vec<u8> {
    (b'!'..=b'~').filter(|byte| !matches!(byte, b'"' | b'\'' | b'`')).collect()
}

fn letters() -> Vec<u8> {
    [b'A'..=b'Z', b'a'..=b'z', b'0'..=b'9'].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::make;
    use crate::random::Random;

    #[test]
    fn values_have_their_form() {
        let value = |name| make(name, &[], &mut Random::new(7)).unwrap();
        assert_eq!(value("jira-align-api-token").len(), 52);
        assert_eq!(value("bitbucket-oauth-access-token").len(), 78);
        assert_eq!(value("bamboo-encrypted-secret").len(), 56);
        assert_eq!(value("uuid").len(), 36);
        assert_eq!(make("uuid", &["nicer"], &mut Random::new(7)), None);
    }
}
