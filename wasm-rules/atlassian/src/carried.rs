//! A secret inside something that carries it: a header, a URL.
//!
//! The checks of every kind that tells by itself what it is, on a value that stands alone.

use pushgate_detector_sdk::{Grade, Span, Verdict};

use crate::{digits_bytes, envelope, flat};

/// What a carried value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    /// A token that passes its check.
    Proven,
    /// The shape of a token, whose checksum does not fit.
    Unproven(Grade),
    /// No token: perhaps a password.
    NoToken,
}

/// Longer values hold no single token, and each check reads all of one.
const VALUE_MAX: usize = 2048;
/// A bare token of Data Center has 44 characters; it must be all there is.
const BARE_LEN: usize = 44;

/// Looks for a token in `value`.
pub(crate) fn look(value: &[u8]) -> Carried {
    if value.len() > VALUE_MAX {
        return Carried::NoToken;
    }
    let whole = Span::at(0, value.len());
    let mut best: Option<Grade> = None;
    for check in CHECKS {
        best = best.max(check(value, whole).grade());
        if best == Some(Grade::Proven) {
            return Carried::Proven;
        }
    }
    if envelope::is_proven_of_any_kind(value) {
        return Carried::Proven;
    }
    best.map_or(Carried::NoToken, Carried::Unproven)
}

const CHECKS: [fn(&[u8], Span) -> Verdict; 9] = [
    |value, span| envelope::check(value, span, &envelope::OF_USERS),
    |value, span| envelope::check(value, span, &envelope::OF_ACCESS),
    |value, span| envelope::check(value, span, &envelope::SERVICE_ACCOUNT),
    |value, span| flat::check(value, span, &flat::APP_PASSWORD),
    |value, span| flat::check_presumed(value, span, &flat::CLIENT_SECRET),
    |value, span| flat::check_presumed(value, span, &flat::CONNECT_SECRET),
    flat::check_trello,
    digits_bytes::check_prefixed,
    |value, span| {
        let whole = if value.len() == BARE_LEN { span } else { Span::at(0, 0) };
        digits_bytes::check_bare(value, whole)
    },
];
