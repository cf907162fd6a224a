//! Tokens that are nothing but characters drawn at random: their surroundings make the kind.
//!
//! | name | form |
//! | --- | --- |
//! | `trello-token-legacy`, `trello-oauth-secret` | 64 hex digits |
//! | `trello-api-key` | 32 hex digits |
//! | `atlassian-connect-shared-secret-legacy` | 43 of base64url |
//! | `applink-oauth1-access-token` | 32 letters and digits |
//! | `bamboo-agent-security-token` | 40 hex digits |
//! | `opsgenie-api-key`, `uuid` | a UUID |
//! | `statuspage-api-key` | 64 hex digits |
//! | `hipchat-api-token` | 40 letters and digits |
//! | `atlassian-scim-api-key` | 40 letters of base64url |

use crate::encode::BASE64URL;
use crate::random::Random;

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LOWER_HEX: &[u8] = b"0123456789abcdef";

/// A token of the kind `name`, or `None` if there is no such kind.
pub(crate) fn make(name: &str, random: &mut Random) -> Option<Vec<u8>> {
    Some(match name {
        "trello-token-legacy" | "trello-oauth-secret" | "statuspage-api-key" => {
            random.some_of(LOWER_HEX, 64)
        }
        "trello-api-key" => random.some_of(LOWER_HEX, 32),
        "bamboo-agent-security-token" => random.some_of(LOWER_HEX, 40),
        "opsgenie-api-key" | "uuid" => uuid(random),
        "applink-oauth1-access-token" => mixed(random, ALPHANUMERIC, 32),
        "hipchat-api-token" => mixed(random, ALPHANUMERIC, 40),
        "atlassian-scim-api-key" => mixed(random, BASE64URL, 40),
        "atlassian-connect-shared-secret-legacy" => mixed(random, BASE64URL, 43),
        _ => return None,
    })
}

/// `8-4-4-4-12` hex digits, of version four.
fn uuid(random: &mut Random) -> Vec<u8> {
    let mut uuid = Vec::new();
    for (count, before) in [(8, ""), (4, "-"), (3, "-4"), (3, "-a"), (12, "-")] {
        uuid.extend(before.bytes());
        uuid.extend(random.some_of(LOWER_HEX, count));
    }
    uuid
}

/// `count` of `choices`, with letters first and last, and a few digits and capitals for certain.
///
/// One random value in some hundreds looks like a name, and a test should not depend on it.
fn mixed(random: &mut Random, choices: &[u8], count: usize) -> Vec<u8> {
    let mut value = random.some_of(choices, count);
    let fixed: [(usize, &[u8]); 8] = [
        (0, b"abcdefgh"),
        (2, b"0123456789"),
        (5, b"ABCDEFGH"),
        (9, b"0123456789"),
        (13, b"ABCDEFGH"),
        (17, b"0123456789"),
        (21, b"abcdefgh"),
        (count - 1, b"ABCDEFGH"),
    ];
    for (at, choices) in fixed {
        if let Some(byte) = value.get_mut(at) {
            *byte = random.one_of(choices);
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::make;
    use crate::random::Random;

    #[test]
    fn tokens_have_the_length_of_their_kind() {
        for (name, length) in [
            ("trello-token-legacy", 64),
            ("trello-api-key", 32),
            ("bamboo-agent-security-token", 40),
            ("opsgenie-api-key", 36),
            ("applink-oauth1-access-token", 32),
            ("hipchat-api-token", 40),
        ] {
            let token = make(name, &mut Random::new(7)).unwrap();
            assert_eq!(token.len(), length, "{name}");
        }
        assert_eq!(make("no-such-kind", &mut Random::new(7)), None);
    }
}
