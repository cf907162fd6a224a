//! Example secrets, computed when the tests run: the repository holds no whole token, and passes
//! its own hook (`clean_text::this_repository_passes_its_own_gate`).
//!
//! Each token that is made here is remembered, and no output of the hook may hold eight bytes of
//! its random part (`assert_not_in`).

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex};

use super::encode::{Random, base64, base64url, crc32};

/// How many bytes of a secret in a row are too many to show.
const WINDOW: usize = 8;

static SECRET_WINDOWS: LazyLock<Mutex<HashSet<[u8; WINDOW]>>> = LazyLock::new(Mutex::default);

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

pub const CLOUD: &str = "atlassian-cloud-api-token";
pub const SERVICE_ACCOUNT: &str = "atlassian-service-account-api-token";
pub const ORG_ADMIN: &str = "atlassian-org-admin-api-key";
pub const BITBUCKET: &str = "bitbucket-cloud-access-token";
pub const APP_PASSWORD: &str = "bitbucket-app-password";
pub const JIRA_PAT: &str = "jira-dc-pat";
pub const CONFLUENCE_PAT: &str = "confluence-dc-pat";
pub const BAMBOO_PAT: &str = "bamboo-dc-pat";
pub const BITBUCKET_DC: &str = "bitbucket-dc-http-access-token";
pub const BASIC: &str = "atlassian-basic-auth-header";
pub const URL: &str = "bitbucket-url-credential";

/// A user API token: 192 characters, checksum right.
pub fn cloud(seed: u64) -> String {
    envelope([0x01, 0x30, 0x13], b"at", seed)
}

/// A service-account API token.
pub fn service_account(seed: u64) -> String {
    envelope([0x01, 0x34, 0x93], b"at", seed)
}

/// An organization API key, or an access token of Bitbucket Cloud: only the context tells.
pub fn admin_or_bitbucket(seed: u64) -> String {
    envelope([0x01, 0x30, 0x93], b"ct", seed)
}

fn envelope(start: [u8; 3], family: &[u8; 2], seed: u64) -> String {
    let mut raw = start.to_vec();
    raw.extend(b"O|E|");
    raw.extend(family);
    raw.extend(Random::new(seed).bytes(128));
    let text = base64url(&raw);
    remember(&text.as_bytes()[12..]);
    let token = format!("{text}{:08X}", crc32(text.as_bytes()));
    assert_eq!(token.len(), 192, "an envelope has 192 characters");
    token
}

/// An app password of Bitbucket Cloud: 36 characters, checksum right.
pub fn app_password(seed: u64) -> String {
    let body = Random::new(seed).text(ALPHANUMERIC, 24);
    remember(body.as_bytes());
    let text = format!("{}{body}", "ATBB");
    format!("{text}{:08X}", crc32(text.as_bytes()))
}

/// A personal access token of Jira, Confluence or Bamboo Data Center: only the context tells.
pub fn data_center(seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut raw = random.text(b"123456789", 1).into_bytes();
    raw.extend(random.text(b"0123456789", 11).into_bytes());
    raw.push(b':');
    raw.extend(random.bytes(20));
    let token = base64(&raw);
    remember(&token.as_bytes()[18..]);
    token
}

/// An HTTP access token of Bitbucket Data Center.
pub fn bitbucket_data_center(seed: u64) -> String {
    format!("{}-{}", "BBDC", data_center(seed))
}

/// The value of an `Authorization` header, without the word `Basic`.
pub fn basic(user: &str, secret: &str) -> String {
    let text = base64(format!("{user}:{secret}").as_bytes());
    // Up to three characters after the user belong to both.
    remember(&text.as_bytes()[(user.len() + 1).div_ceil(3) * 4..]);
    text
}

/// A password as people choose them: no shape of its own.
pub fn password(seed: u64) -> String {
    let mut random = Random::new(seed);
    let text = format!("{}{}", random.text(ALPHANUMERIC, 13), random.text(b"0123456789", 2));
    remember(text.as_bytes());
    text
}

/// Remembers what must never be shown.
fn remember(random_part: &[u8]) {
    let mut windows = SECRET_WINDOWS.lock().expect("no test panics while it holds this");
    for window in random_part.windows(WINDOW) {
        windows.insert(window.try_into().expect("a window has this length"));
    }
}

/// Fails when `text` holds eight bytes of any secret that was made so far.
///
/// The failure does not repeat the secret.
#[track_caller]
pub fn assert_not_in(text: &[u8], what: &str) {
    let windows = SECRET_WINDOWS.lock().expect("no test panics while it holds this");
    let shown = text
        .windows(WINDOW)
        .position(|window| <[u8; WINDOW]>::try_from(window).is_ok_and(|w| windows.contains(&w)));
    drop(windows);
    assert!(shown.is_none(), "{what} shows bytes of a secret, at byte {shown:?}");
}
