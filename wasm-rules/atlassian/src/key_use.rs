//! What a private key is used for, as the words around it say.
//!
//! The words of one use are written in many ways (`consumer_private_key`, `consumerPrivateKey`,
//! `consumer.private-key`), so they are looked for in a text without the signs between words. The
//! nearest word decides. One before the key is its name or that of its section; one behind it
//! counts for less, and the path least of all.

use pushgate_detector_sdk::{Span, Window};

use crate::caseless::{Beginnings, contains, stands_at};
use crate::key_words::{Field, squeeze};

/// What a private key is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Nothing special, SSH perhaps.
    Any,
    /// The consumer of an application link.
    Applink,
    /// The same where the link may impersonate any user.
    Impersonation,
    /// Trusted applications.
    Trusted,
    /// Synchrony, Confluence's editor.
    Synchrony,
    /// SAML or another way of single sign-on.
    Saml,
}

/// What a word around a key says.
#[derive(Clone, Copy, Debug)]
struct Word {
    text: &'static [u8],
    says: Use,
    how: How,
}

/// When a word counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// Always.
    Strong,
    /// As a word of its own.
    Whole,
    /// If no other does: the name of a product that has keys of more than one kind.
    Weak,
    /// As the whole name of a value: `rsa_key`, but neither `host_rsa_key` nor a file.
    Name,
}

impl Word {
    /// Whether it counts where it stands, from `from` to `to` of the field's text.
    fn counts(&self, field: &Field<'_>, from: usize, to: usize) -> bool {
        let stands = match self.how {
            How::Strong => true,
            How::Whole => field.is_whole(from, to),
            How::Name => field.is_name(from),
            How::Weak => !field.is_issue(to),
        };
        stands && !(self.says == Use::Impersonation && field.is_denied(to))
    }
}

const fn word(text: &'static str, says: Use, how: How) -> Word {
    Word { text: text.as_bytes(), says, how }
}

/// In lower case, and without the signs between words.
const WORDS: &[Word] = &[
    word("trustedapp", Use::Trusted, How::Strong),
    word("synchrony", Use::Synchrony, How::Strong),
    word("jwtprivatekey", Use::Synchrony, How::Strong),
    word("saml", Use::Saml, How::Strong),
    word("sso", Use::Saml, How::Whole),
    word("miniorange", Use::Saml, How::Strong),
    word("singlesignon", Use::Saml, How::Strong),
    word("consumerprivatekey", Use::Applink, How::Strong),
    word("consumerkey", Use::Applink, How::Strong),
    word("consumerrsa", Use::Applink, How::Strong),
    word("oauthprivatekey", Use::Applink, How::Strong),
    word("oauthconsumer", Use::Applink, How::Strong),
    word("oauthrsa", Use::Applink, How::Strong),
    word("oauth1", Use::Applink, How::Strong),
    word("oauthdance", Use::Applink, How::Strong),
    word("oauthsignature", Use::Applink, How::Strong),
    word("rsasha1", Use::Applink, How::Strong),
    word("signaturersa", Use::Applink, How::Strong),
    word("keycert", Use::Applink, How::Name),
    word("applink", Use::Applink, How::Strong),
    word("applicationlink", Use::Applink, How::Strong),
    word("jirashell", Use::Applink, How::Strong),
    word("jiraprivatekey", Use::Applink, How::Strong),
    word("jiraoauth", Use::Applink, How::Strong),
    word("jirarsa", Use::Applink, How::Strong),
    word("rsakey", Use::Applink, How::Name),
    word("jira", Use::Applink, How::Weak),
    word("confluence", Use::Applink, How::Weak),
    word("atlassian", Use::Applink, How::Weak),
    word("fisheye", Use::Applink, How::Weak),
    word("crucible", Use::Applink, How::Weak),
    word("bitbucket", Use::Any, How::Weak),
    word("bamboo", Use::Any, How::Weak),
    word("ssh", Use::Any, How::Strong),
    word("idrsa", Use::Any, How::Strong),
    word("knownhosts", Use::Any, How::Strong),
    word("deploykey", Use::Any, How::Strong),
    word("deploymentkey", Use::Any, How::Strong),
    word("accesskey", Use::Any, How::Strong),
    word("tls", Use::Any, How::Whole),
    word("ssl", Use::Any, How::Whole),
    word("sftp", Use::Any, How::Whole),
    word("gpg", Use::Any, How::Whole),
    word("xoauthrequestorid", Use::Impersonation, How::Strong),
    word("leggedimpersonation", Use::Impersonation, How::Strong),
    word("leggedoauthwithimpersonation", Use::Impersonation, How::Strong),
    word("leggedwithimpersonation", Use::Impersonation, How::Strong),
    word("userimpersonation", Use::Impersonation, How::Strong),
    word("oauthimpersonation", Use::Impersonation, How::Strong),
    word("oauthwithimpersonation", Use::Impersonation, How::Strong),
    word("impersonationthrough", Use::Impersonation, How::Strong),
    word("2loi", Use::Impersonation, How::Whole),
    word("impersonat", Use::Impersonation, How::Weak),
];

/// Before a key, and behind it.
const BEFORE_MAX: usize = 1024;
const BEHIND_MAX: usize = 640;
/// A product's name further away than this is not that of the key's section.
const WEAK_BEFORE_MAX: usize = 512;
/// Added to the distance of words behind, of weak ones, and of those in the path.
const BEHIND: usize = 1 << 11;
const WEAK: usize = 1 << 13;
const PATH: usize = 1 << 15;
const PATH_MAX: usize = 1 << 10;

/// What the words around say, and how near they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// The use.
    pub(crate) of: Use,
    /// Whether the words stand right before the key, as its name does.
    pub(crate) by_name: bool,
}

/// What the words say of the key that stands at `key`, armour included.
pub(crate) fn said(window: &Window<'_>, key: Span) -> Said {
    let mut nearest = Nearest::default();
    let before = before(window.text, key.start());
    nearest.read(&squeeze(before), |word, from| {
        let distance = before.len().saturating_sub(from);
        let near = word.how != How::Weak || distance < WEAK_BEFORE_MAX;
        near.then_some(distance)
    });
    nearest.read(&squeeze(behind(window.text, key.end())), |word, from| {
        let counts = word.how != How::Weak || word.says == Use::Impersonation;
        counts.then_some(BEHIND + from)
    });
    if let Some(path) = window.path() {
        let path = path.get(path.len().saturating_sub(PATH_MAX)..).unwrap_or_default();
        let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default().len();
        nearest.read(&squeeze(path), |word, from| {
            let distance = path.len().saturating_sub(from);
            // Folders are called after products for many reasons.
            let counts = match word.how {
                How::Strong | How::Whole => true,
                How::Weak => word.says == Use::Impersonation || distance <= name,
                // Any file with a key may have such a name.
                How::Name => false,
            };
            counts.then_some(PATH + distance)
        });
    }
    nearest.decide(window, key)
}

/// The text before a key in which its name stands: not that of the key before it.
fn before(text: &[u8], start: usize) -> &[u8] {
    const LAST_LINE: &[u8] = b"PRIVATE KEY-----";
    let before = text.get(start.saturating_sub(BEFORE_MAX)..start).unwrap_or_default();
    match before.windows(LAST_LINE.len()).rposition(|window| window == LAST_LINE) {
        Some(at) => before.get(at + LAST_LINE.len()..).unwrap_or_default(),
        None => before,
    }
}

/// The text behind a key, up to the next one.
fn behind(text: &[u8], end: usize) -> &[u8] {
    const FIRST_LINE: &[u8] = b"-----BEGIN";
    let behind = text.get(end..).unwrap_or_default();
    let behind = behind.get(..BEHIND_MAX).unwrap_or(behind);
    match behind.windows(FIRST_LINE.len()).position(|window| window == FIRST_LINE) {
        // What stands before the next key is its name, and says nothing of this one.
        Some(at) => behind.get(..at / 2).unwrap_or_default(),
        None => behind,
    }
}

/// How far the nearest word of each use stands.
#[derive(Clone, Copy, Debug, Default)]
struct Nearest {
    any: Option<usize>,
    applink: Option<usize>,
    impersonation: Option<usize>,
    trusted: Option<usize>,
    synchrony: Option<usize>,
    saml: Option<usize>,
}

impl Nearest {
    fn read(&mut self, field: &Field<'_>, distance: impl Fn(&Word, usize) -> Option<usize>) {
        let beginnings = Beginnings::of(WORDS.iter().map(|word| word.text));
        for (at, pair) in field.squeezed.windows(2).enumerate() {
            let &[first, second] = pair else { continue };
            if !beginnings.may_be(first, second) {
                continue;
            }
            for word in WORDS.iter().filter(|word| stands_at(&field.squeezed, at, word.text)) {
                let end = at + word.text.len();
                if let (Some(from), Some(to)) = (field.offset(at), field.end_offset(end))
                    && word.counts(field, from, to)
                    && let Some(distance) = distance(word, from)
                {
                    self.note(*word, distance);
                }
            }
        }
    }

    fn note(&mut self, word: Word, distance: usize) {
        let distance = if word.how == How::Weak { distance + WEAK } else { distance };
        let slot = match word.says {
            Use::Any => &mut self.any,
            Use::Applink => &mut self.applink,
            Use::Impersonation => &mut self.impersonation,
            Use::Trusted => &mut self.trusted,
            Use::Synchrony => &mut self.synchrony,
            Use::Saml => &mut self.saml,
        };
        *slot = Some(slot.map_or(distance, |known| known.min(distance)));
    }

    fn decide(self, window: &Window<'_>, key: Span) -> Said {
        /// A name and what stands between it and its value.
        const NAME_MAX: usize = 96;
        let synchrony = self.synchrony.filter(|_| is_synchrony(window, key));
        let uses = [
            (self.any, Use::Any),
            (self.trusted, Use::Trusted),
            (synchrony, Use::Synchrony),
            (self.saml, Use::Saml),
            (self.applink, Use::Applink),
        ];
        let found = uses.into_iter().filter_map(|(distance, of)| Some((distance?, of)));
        let (distance, of) =
            found.min_by_key(|(distance, _)| *distance).unwrap_or((usize::MAX, Use::Any));
        let by_name = distance < NAME_MAX || (WEAK..WEAK + NAME_MAX).contains(&distance);
        let said = Said { of, by_name };
        // A key that may impersonate has the name of any other consumer's.
        match (self.impersonation, of) {
            (Some(_), Use::Applink) => Said { of: Use::Impersonation, ..said },
            (Some(words), Use::Any) if words < WEAK && words < distance => {
                Said { of: Use::Impersonation, ..said }
            }
            _ => said,
        }
    }
}

/// Other programs have a `jwt_private_key` too, in armour; with dots it is the property of
/// Confluence, and bare it is what stands in that.
fn is_synchrony(window: &Window<'_>, key: Span) -> bool {
    const WORDS: [&[u8]; 3] = [b"jwt.private.key", b"synchrony", b"confluence"];
    let path = window.path().unwrap_or_default();
    let is_bare = key.of(window.text).is_some_and(|key| key.starts_with(b"MII"));
    is_bare || WORDS.iter().any(|word| contains(window.text, word) || contains(path, word))
}
