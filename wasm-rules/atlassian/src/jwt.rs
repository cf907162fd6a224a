//! JSON web tokens whose claims name an Atlassian issuer.
//!
//! ```text
//! kid session-service/…                     a browser's session
//! iss forge/invocation-token                 Forge calls a remote
//! iss https://auth.atlassian.com             OAuth; claims, or else its name, tell the two apart
//! qsh 64 hexadecimal digits, HS256           Connect, signed with the shared secret
//! qsh 64 hexadecimal digits, RS256           Connect, installation
//! ```
//!
//! A signature cannot be checked here, but nobody writes these claims by chance. There is no clock
//! either: only a token that had expired before this version was made is known to be expired.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::claims::{Member, Value};
use crate::codes::{dismissal, evidence};
use crate::compact::{self, Compact};
use crate::context::{Word, mentions};
use crate::names::{Named, named};

/// 1 January 2026: what ended before was dead when this was written.
const EXPIRED_BEFORE: u64 = 1_767_225_600;
/// Access tokens live for an hour, refresh tokens for months.
const ACCESS_SECONDS_MAX: u64 = 24 * 3600;
/// How far before a token its name may stand.
const NAME_REACH: usize = 96;

const REFRESH: &[Word] = &[Word::part("refresh")];
const ACCESS: &[Word] = &[
    Word::part("access_token"),
    Word::part("access-token"),
    Word::part("accesstoken"),
    Word::part("access token"),
];
/// The scheme of a header, which stands before access tokens as a rule, and names nothing.
const SCHEME: &[Word] = &[Word::part("bearer")];
const FORGE_HEADER: &[Word] = &[
    Word::part("forge-oauth-system"),
    Word::part("forge-oauth-user"),
    Word::part("forge_oauth_system"),
    Word::part("forge_oauth_user"),
    Word::part("forgeoauthsystem"),
    Word::part("forgeoauthuser"),
];
const SESSION_COOKIE: &[Word] =
    &[Word::part("cloud.session.token"), Word::part("tenant.session.token")];

/// The kinds that are told apart here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Access,
    Refresh,
    Connect,
    ConnectInstall,
    CloudSession,
    ForgeInvocation,
}

/// Judges `atlassian-oauth-access-token`.
pub(crate) fn access_token(window: &Window<'_>, span: Span) -> Verdict {
    judge(window, span, Kind::Access)
}

/// Judges `atlassian-oauth-refresh-token`.
pub(crate) fn refresh_token(window: &Window<'_>, span: Span) -> Verdict {
    judge(window, span, Kind::Refresh)
}

/// Judges `atlassian-connect-jwt`.
pub(crate) fn connect(window: &Window<'_>, span: Span) -> Verdict {
    judge(window, span, Kind::Connect)
}

/// Judges `atlassian-connect-install-jwt`.
pub(crate) fn connect_install(window: &Window<'_>, span: Span) -> Verdict {
    judge(window, span, Kind::ConnectInstall)
}

/// Judges `atlassian-cloud-session-token`.
pub(crate) fn cloud_session(window: &Window<'_>, span: Span) -> Verdict {
    judge(window, span, Kind::CloudSession)
}

/// Judges `forge-invocation-token`.
pub(crate) fn forge_invocation(window: &Window<'_>, span: Span) -> Verdict {
    judge(window, span, Kind::ForgeInvocation)
}

fn judge(window: &Window<'_>, span: Span, wanted: Kind) -> Verdict {
    let token = match compact::read(window.text, span) {
        Ok(token) => token,
        Err(reason) => return Verdict::Dismissed(reason),
    };
    let claims = Claims::of(&token);
    if claims.signing == Signing::None {
        return Verdict::Dismissed(dismissal::UNSIGNED);
    }
    match classify(window, token.span, &claims) {
        None => Verdict::Dismissed(dismissal::OTHER_ISSUER),
        Some((kind, ..)) if kind != wanted => Verdict::Dismissed(dismissal::ANOTHER_KIND),
        Some((_, mut grade, mut evidence)) => {
            if claims.expires.is_some_and(|expires| expires < EXPIRED_BEFORE) {
                (grade, evidence) = (Grade::Weak, evidence::EXPIRED);
            }
            Verdict::Confirmed { secret: token.span, grade, evidence }
        }
    }
}

/// What the token is, how sure that is, and why.
fn classify(window: &Window<'_>, span: Span, claims: &Claims<'_>) -> Option<(Kind, Grade, u16)> {
    if claims.key.starts_with(b"session-service") || claims.issuer == b"session-service" {
        return Some((Kind::CloudSession, Grade::Proven, evidence::SESSION_SERVICE));
    }
    if claims.issuer == b"forge/invocation-token" {
        return Some((Kind::ForgeInvocation, Grade::Proven, evidence::FORGE_ISSUER));
    }
    if let Some(grade) = issuer_grade(claims.issuer) {
        return Some(oauth(window, span, claims, grade));
    }
    if is_query_hash(claims.query_hash) {
        return Some(match claims.signing {
            Signing::Shared => (Kind::Connect, Grade::Proven, evidence::CONNECT_REQUEST),
            _ => (Kind::ConnectInstall, Grade::Proven, evidence::CONNECT_INSTALL),
        });
    }
    let cookie = mentions(before(window.text, span), SESSION_COOKIE);
    cookie.then_some((Kind::CloudSession, Grade::Likely, evidence::SESSION_COOKIE_NAME))
}

/// A token of the sign-in service: which of its two kinds, or Forge's, if it stands in a header
/// that only Forge sends.
fn oauth(window: &Window<'_>, span: Span, claims: &Claims<'_>, grade: Grade) -> (Kind, Grade, u16) {
    if mentions(before(window.text, span), FORGE_HEADER) {
        return (Kind::ForgeInvocation, grade, evidence::FORGE_HEADER);
    }
    let scope_says = claims.offline && !claims.is_short_lived();
    let refresh = claims.says_refresh().unwrap_or_else(|| {
        match named(window, span, REFRESH, &[ACCESS, SCHEME].concat()) {
            Named::This => true,
            Named::Another => scope_says && named(window, span, SCHEME, ACCESS) == Named::This,
            Named::Neither => scope_says,
        }
    });
    match (refresh, grade) {
        (true, _) => (Kind::Refresh, grade, evidence::OAUTH_REFRESH),
        (false, Grade::Proven) => (Kind::Access, grade, evidence::OAUTH_ISSUER),
        (false, _) => (Kind::Access, grade, evidence::OAUTH_OTHER_HOST),
    }
}

/// The text just before a token, on its line and the one above, where its name stands.
fn before(text: &[u8], span: Span) -> &[u8] {
    let start = span.start().saturating_sub(NAME_REACH);
    let near = text.get(start..span.start()).unwrap_or_default();
    // Another token's name does not name this one: its value lies between, and is longer.
    let other = near.windows(2).rposition(|pair| matches!(pair, [b';' | b'&', _]));
    other.and_then(|at| near.get(at..)).unwrap_or(near)
}

/// How sure an issuer is to be Atlassian's sign-in service, by its host.
fn issuer_grade(issuer: &[u8]) -> Option<Grade> {
    let host = issuer.strip_prefix(b"https://")?;
    let host = host.split(|&byte| byte == b'/').next()?;
    if host == b"auth.atlassian.com" || host == b"atlassian-account-prod.pus2.auth0.com" {
        Some(Grade::Proven)
    } else if host.ends_with(b".atlassian.com")
        || host.starts_with(b"atlassian-account-") && host.ends_with(b".auth0.com")
    {
        Some(Grade::Likely)
    } else {
        None
    }
}

/// What Connect binds a token to a request with.
fn is_query_hash(value: &[u8]) -> bool {
    value == b"context-qsh" || value.len() == 64 && value.iter().all(u8::is_ascii_hexdigit)
}

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signing {
    /// Not at all.
    None,
    /// With a secret that both sides know.
    Shared,
    /// With a private key.
    Private,
}

/// What header and payload say, as far as it matters here.
struct Claims<'t> {
    signing: Signing,
    key: &'t [u8],
    issuer: &'t [u8],
    query_hash: &'t [u8],
    token_type: &'t [u8],
    rotates: bool,
    offline: bool,
    issued: Option<u64>,
    expires: Option<u64>,
}

impl<'t> Claims<'t> {
    fn of(token: &'t Compact) -> Claims<'t> {
        let (header, claims) = (&token.header, &token.claims);
        let scope = text(claims, b"scope");
        let ends = |end: &[u8]| claims.iter().any(|(name, _)| name.ends_with(end));
        Claims {
            signing: match text(header, b"alg").get(..2) {
                Some(b"HS") => Signing::Shared,
                Some(b"RS" | b"PS" | b"ES" | b"Ed") => Signing::Private,
                _ => Signing::None,
            },
            key: text(header, b"kid"),
            issuer: text(claims, b"iss"),
            query_hash: text(claims, b"qsh"),
            token_type: text(claims, b"https://id.atlassian.com/atlassian_token_type"),
            rotates: ends(b"/rtt"),
            offline: ends(b"refresh_chain_id")
                || scope.split(|&byte| byte == b' ').any(|scope| scope == b"offline_access"),
            issued: number(claims, b"iat"),
            expires: number(claims, b"exp"),
        }
    }

    /// Whether the token itself says that it is one for refreshing, if it says anything.
    fn says_refresh(&self) -> Option<bool> {
        let says = |word: &[u8]| {
            let holds = |text: &[u8]| text.windows(word.len()).any(|it| it == word);
            holds(self.key) || holds(self.token_type)
        };
        if says(b"ACCESS") {
            Some(false)
        } else if says(b"REFRESH") || self.rotates {
            Some(true)
        } else {
            None
        }
    }

    fn is_short_lived(&self) -> bool {
        let seconds = self.expires.zip(self.issued).map(|(end, start)| end.saturating_sub(start));
        seconds.is_some_and(|seconds| seconds <= ACCESS_SECONDS_MAX)
    }
}

/// The text of a member, empty if there is none.
fn text<'t>(members: &'t [Member], name: &[u8]) -> &'t [u8] {
    let find = members.iter().find(|(member, _)| member == name);
    match find {
        Some((_, Value::Text(text))) => text,
        _ => &[],
    }
}

fn number(members: &[Member], name: &[u8]) -> Option<u64> {
    match members.iter().find(|(member, _)| member == name) {
        Some((_, Value::Number(number))) => Some(*number),
        _ => None,
    }
}
