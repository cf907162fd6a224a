//! The secrets themselves, computed: no source file holds one.

use crate::support::documents::random::Dice;
use crate::support::documents::text::Escape;
use crate::support::documents::text::Text;
use crate::support::encode::{base64, base64url, crc32};

/// Puts the checksum of the family behind the text.
fn sealed(text: &str) -> String {
    format!("{text}{:08X}", crc32(text.as_bytes()))
}

fn envelope(letters: &str, family: &str, dice: &mut Dice) -> String {
    let head = format!("{letters}{}", "T3xFf");
    let mut body = dice.base64url(171);
    // Of 137 bytes, the last sextet carries two bits that are zero.
    body.pop();
    body.push(*dice.pick(&['A', 'E', 'Q', 'Y', 'c', 'k', 's', 'w', '0', '8']));
    sealed(&format!("{head}{family}{body}="))
}

pub fn cloud(dice: &mut Dice) -> String {
    envelope("ATAT", "GF0", dice)
}

pub fn service_account(dice: &mut Dice) -> String {
    envelope("ATST", "GF0", dice)
}

/// An organization API key or an access token of Bitbucket Cloud.
pub fn admin(dice: &mut Dice) -> String {
    envelope("ATCT", "GN0", dice)
}

/// A type letter that nobody has listed.
pub fn unknown_family(dice: &mut Dice) -> String {
    let letters = *dice.pick(&["ATRT", "ATIT", "ATPT", "ATWT", "ATMT", "ATDT", "ATGT"]);
    let family = *dice.pick(&["GF0", "GN0", "GR0"]);
    envelope(letters, family, dice)
}

pub fn app_password(dice: &mut Dice) -> String {
    sealed(&format!("{}{}", "ATBB", dice.alphanumeric(24)))
}

pub fn trello_token(dice: &mut Dice) -> String {
    sealed(&format!("{}{}", "ATTA", dice.hex(64)))
}

pub fn oauth_secret(dice: &mut Dice) -> String {
    sealed(&format!("{}{}", "ATOA", dice.base64url(64)))
}

pub fn connect_secret(dice: &mut Dice) -> String {
    sealed(&format!("{}{}", "ATCO", dice.base64url(64)))
}

/// A shared secret of the years before the prefix: nobody has written down its shape.
pub fn connect_secret_legacy(dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => dice.uuid(),
        1 => dice.base64url(44),
        _ => dice.base64url(64),
    }
}

pub fn data_center(dice: &mut Dice) -> String {
    let mut raw = dice.digits(12).into_bytes();
    raw.push(b':');
    raw.extend(dice.bytes(20));
    base64(&raw)
}

pub fn bitbucket_data_center(dice: &mut Dice) -> String {
    format!("{}-{}", "BBDC", data_center(dice))
}

pub fn alphanumeric_20(dice: &mut Dice) -> String {
    dice.alphanumeric(20)
}

pub fn alphanumeric_32(dice: &mut Dice) -> String {
    dice.alphanumeric(32)
}

pub fn base64url_64(dice: &mut Dice) -> String {
    dice.base64url(64)
}

pub fn hex_32(dice: &mut Dice) -> String {
    dice.hex(32)
}

pub fn hex_40(dice: &mut Dice) -> String {
    dice.hex(40)
}

pub fn hex_64(dice: &mut Dice) -> String {
    dice.hex(64)
}

pub fn uuid(dice: &mut Dice) -> String {
    dice.uuid()
}

pub fn password(dice: &mut Dice) -> String {
    dice.password()
}

pub fn legacy_token(dice: &mut Dice) -> String {
    format!("{}{}", dice.alphanumeric(20), dice.hex(4))
}

/// The client secret of a Data Center link: 32 to 64, hexadecimal or alphanumeric.
pub fn data_center_client_secret(dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => dice.hex(64),
        1 => dice.alphanumeric(40),
        _ => dice.alphanumeric(64),
    }
}

pub fn webhook_secret(dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => dice.hex(40),
        1 => dice.alphanumeric(24),
        _ => dice.base64url(43),
    }
}

/// A token of Bitbucket Cloud's OAuth: opaque, long for access, short for refresh.
pub fn bitbucket_access(dice: &mut Dice) -> String {
    format!("{}=", dice.base64url(83))
}

pub fn bitbucket_refresh(dice: &mut Dice) -> String {
    dice.alphanumeric(18)
}

pub fn encrypted_by_bamboo(dice: &mut Dice) -> String {
    let blocks = dice.between(1, 4);
    let raw = dice.bytes(16 * blocks);
    format!("{}@0@0@{}", "BAMSCRT", base64(&raw))
}

pub fn remember_me(dice: &mut Dice) -> String {
    format!("{}%3A{}", dice.below(900_000) + 10_000, dice.hex(40))
}

pub fn crowd_cookie(dice: &mut Dice) -> String {
    format!("{}00", dice.alphanumeric(22))
}

pub fn statuspage(dice: &mut Dice) -> String {
    if dice.one_in(3) { dice.uuid() } else { dice.hex(64) }
}

pub fn jira_align(dice: &mut Dice) -> String {
    let alphabet: Vec<u8> = (b'!'..=b'~').filter(|byte| !b"\"'`\\".contains(byte)).collect();
    format!("{}:{}|{}", "user", dice.below(900_000) + 1, dice.text(&alphabet, 40))
}

pub fn hipchat(dice: &mut Dice) -> String {
    let length = *dice.pick(&[30, 40]);
    dice.alphanumeric(length)
}

pub fn scim(dice: &mut Dice) -> String {
    dice.base64url(43)
}

pub fn automation_url(dice: &mut Dice) -> String {
    format!("https://automation.atlassian.com/pro/{}/{}", "hooks", dice.hex(40))
}

pub fn automation_secret(dice: &mut Dice) -> String {
    if dice.one_in(3) { dice.alphanumeric(40) } else { dice.hex(40) }
}

pub fn webtrigger_url(dice: &mut Dice) -> String {
    let length = dice.between(25, 27);
    let (host, token) = (dice.uuid(), dice.base64url(length));
    format!("https://{host}.hello.atlassian-dev.net/{}/{token}", "x1")
}

pub fn marketplace(dice: &mut Dice) -> String {
    let length = *dice.pick(&[22, 35]);
    dice.alphanumeric(length)
}

pub fn registry_token(dice: &mut Dice) -> String {
    let raw = dice.bytes(36);
    base64(&raw)
}

/// `user:password`, as `_auth` of npm and Docker hold it.
pub fn registry_basic(dice: &mut Dice) -> String {
    base64(format!("{}:{}", dice.name(), dice.password()).as_bytes())
}

pub fn basic_with_token(dice: &mut Dice) -> String {
    base64(format!("{}:{}", dice.mail(), cloud(dice)).as_bytes())
}

pub fn basic_with_password(dice: &mut Dice) -> String {
    base64(format!("{}:{}", dice.name(), dice.password()).as_bytes())
}

const HOSTS: [&str; 14] = [
    "bitbucket.org/acme/app.git",
    "api.bitbucket.org/2.0/repositories/acme",
    "acme.atlassian.net/wiki",
    "acme.atlassian.net/rest/api/3/myself",
    "api.atlassian.com/ex/jira",
    "packages.atlassian.com/maven/repository/private",
    "jira.example.org/rest/api/2/search",
    "jira-test.corp.example.org:8443/browse/APP-17",
    "confluence.example.org/display/OPS",
    "wiki.example.org/rest/api/content",
    "bitbucket.example.org/scm/app/app.git",
    "stash.example.org/scm/app.git",
    "bamboo.example.org/rest/api/latest/plan",
    "crowd.example.org/crowd/rest/usermanagement/1",
];

pub fn url_with_password(dice: &mut Dice) -> String {
    let password = Escape::Percent.apply(&Text::plain(&dice.password())).text;
    let host = *dice.pick(&HOSTS);
    let user = match dice.below(3) {
        0 if host.starts_with("bitbucket.org") => "x-bitbucket-api-token-auth".to_owned(),
        1 => dice.mail().replace('@', "%40"),
        _ => dice.name(),
    };
    let colon_slashes = "://";
    format!("https{colon_slashes}{user}:{password}@{host}")
}

// JSON Web Tokens.

fn jwt(header: &str, payload: &str, signature: usize, dice: &mut Dice) -> String {
    let part = |text: &str| base64url(text.as_bytes()).trim_end_matches('=').to_owned();
    let signature = base64url(&dice.bytes(signature));
    format!("{}.{}.{}", part(header), part(payload), signature.trim_end_matches('='))
}

fn numbers(dice: &mut Dice) -> (usize, usize) {
    let issued = 1_890_000_000 + dice.below(1_000_000);
    (issued, issued + 3600)
}

pub fn access_jwt(dice: &mut Dice) -> String {
    let header = format!(r#"{{"kid":"auth.atlassian.com-ACCESS-{}","alg":"RS256"}}"#, dice.uuid());
    let (issued, expires) = numbers(dice);
    let issuer = if dice.one_in(4) {
        "https://atlassian-account-prod.pus2.auth0.com/"
    } else {
        "https://auth.atlassian.com"
    };
    let payload = format!(
        r#"{{"jti":"{}","sub":"712020:{}","nbf":{issued},"iss":"{issuer}","iat":{issued},"exp":{expires},"aud":"{}","scope":"read:jira-work","client_id":"{}"}}"#,
        dice.uuid(),
        dice.uuid(),
        dice.alphanumeric(32),
        dice.alphanumeric(32),
    );
    jwt(&header, &payload, 256, dice)
}

pub fn refresh_jwt(dice: &mut Dice) -> String {
    let header = format!(r#"{{"kid":"auth.atlassian.com-REFRESH-{}","alg":"RS256"}}"#, dice.uuid());
    let (issued, expires) = numbers(dice);
    let payload = format!(
        r#"{{"jti":"{}","sub":"712020:{}","iss":"https://auth.atlassian.com","iat":{issued},"exp":{expires},"aud":"{}","scope":"offline_access read:jira-work","https://id.atlassian.com/rtt":"ROTATING","https://id.atlassian.com/refresh_chain_id":"{}"}}"#,
        dice.uuid(),
        dice.uuid(),
        dice.alphanumeric(32),
        dice.uuid(),
    );
    jwt(&header, &payload, 256, dice)
}

pub fn connect_jwt(dice: &mut Dice) -> String {
    let (issued, expires) = numbers(dice);
    let hash = if dice.one_in(3) { "context-qsh".to_owned() } else { dice.hex(64) };
    let payload = format!(
        r#"{{"iss":"{}","iat":{issued},"exp":{expires},"qsh":"{hash}","sub":"712020:{}"}}"#,
        dice.uuid(),
        dice.uuid(),
    );
    jwt(r#"{"typ":"JWT","alg":"HS256"}"#, &payload, 32, dice)
}

pub fn install_jwt(dice: &mut Dice) -> String {
    let header = format!(r#"{{"kid":"{}","typ":"JWT","alg":"RS256"}}"#, dice.uuid());
    let (issued, expires) = numbers(dice);
    let payload = format!(
        r#"{{"iss":"{}","aud":["https://app.example.org"],"qsh":"{}","iat":{issued},"exp":{expires}}}"#,
        dice.uuid(),
        dice.hex(64),
    );
    jwt(&header, &payload, 256, dice)
}

pub fn session_jwt(dice: &mut Dice) -> String {
    let (issued, expires) = numbers(dice);
    let header = match dice.below(4) {
        0 => format!(r#"{{"kid":"session-service\/prod-{issued}","alg":"RS256"}}"#),
        1 => format!(r#"{{"alg":"RS256","kid":"session-service/prod-{issued}"}}"#),
        _ => format!(r#"{{"kid":"session-service/prod-{issued}","alg":"RS256"}}"#),
    };
    let payload = format!(
        r#"{{"associations":[],"sub":"712020:{}","emailDomain":"example.org","iss":"session-service","sessionId":"{}","aud":"atlassian","iat":{issued},"exp":{expires}}}"#,
        dice.uuid(),
        dice.uuid(),
    );
    jwt(&header, &payload, 256, dice)
}

pub fn invocation_jwt(dice: &mut Dice) -> String {
    let header =
        format!(r#"{{"typ":"JWT","alg":"RS256","kid":"forge/invocation-token/{}"}}"#, dice.uuid());
    let (issued, expires) = numbers(dice);
    let payload = format!(
        r#"{{"app":{{"id":"ari:cloud:ecosystem::app/{}","version":"7"}},"iss":"forge/invocation-token","aud":"ari:cloud:ecosystem::app/{}","iat":{issued},"exp":{expires}}}"#,
        dice.uuid(),
        dice.uuid(),
    );
    jwt(&header, &payload, 256, dice)
}
