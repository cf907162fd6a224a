//! Private keys, in armour or bare, and what the words around say of their use.
//!
//! Every private key is one of [`ssh`]'s; the others have theirs by name. All of them claim the
//! same bytes, the armour's first line and the body, so that one key is one finding, of the most
//! special kind.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::codes::{dismissal, evidence};
use crate::key_file::{Fits, Key, Proof};
use crate::key_use::{Use, said};
use crate::trusted_header;

/// Judges `bitbucket-ssh-private-key`.
pub(crate) fn ssh(window: &Window<'_>, span: Span) -> Verdict {
    match Key::read(window.text, span) {
        Ok(Key { proof: Proof::Noise, .. } | Key { fits: Fits::Store, .. }) => {
            Verdict::Dismissed(dismissal::NO_NAME)
        }
        Ok(key) => confirmed(&key, evidence::KEY_PARSED, evidence::KEY_ARMOURED),
        Err(reason) => Verdict::Dismissed(reason),
    }
}

/// Judges `applink-oauth1-private-key`.
pub(crate) fn applink(window: &Window<'_>, span: Span) -> Verdict {
    // A key that may impersonate is one of these too, and the other rule comes first.
    let uses = [Use::Applink, Use::Impersonation];
    used(window, span, &uses, evidence::APPLINK_PARSED, evidence::APPLINK_SHAPED)
}

/// Judges `applink-oauth1-impersonation-key`.
pub(crate) fn impersonation(window: &Window<'_>, span: Span) -> Verdict {
    let (parsed, shaped) = (evidence::IMPERSONATION_PARSED, evidence::IMPERSONATION_SHAPED);
    used(window, span, &[Use::Impersonation], parsed, shaped)
}

/// Judges `trusted-application-private-key`.
pub(crate) fn trusted_application(window: &Window<'_>, span: Span) -> Verdict {
    if let Some(verdict) = trusted_header::judge(window.text, span) {
        return verdict;
    }
    used(window, span, &[Use::Trusted], evidence::TRUSTED_PARSED, evidence::TRUSTED_SHAPED)
}

/// Judges `confluence-synchrony-jwt-private-key`.
pub(crate) fn synchrony(window: &Window<'_>, span: Span) -> Verdict {
    used(window, span, &[Use::Synchrony], evidence::SYNCHRONY_PARSED, evidence::SYNCHRONY_SHAPED)
}

/// Judges `atlassian-saml-signing-key`.
pub(crate) fn saml(window: &Window<'_>, span: Span) -> Verdict {
    used(window, span, &[Use::Saml], evidence::SAML_PARSED, evidence::SAML_SHAPED)
}

/// A key, if the words around say that it has one of `uses`.
fn used(window: &Window<'_>, span: Span, uses: &[Use], parsed: u16, shaped: u16) -> Verdict {
    let key = match Key::read(window.text, span) {
        Ok(key) => key,
        Err(reason) => return Verdict::Dismissed(reason),
    };
    let said = said(window, key.secret);
    let fits = match key.fits {
        Fits::All => true,
        Fits::Curve => matches!(said.of, Use::Saml | Use::Synchrony),
        Fits::Store => said.of == Use::Saml,
        Fits::Ssh => false,
    };
    if !fits || !uses.contains(&said.of) {
        return Verdict::Dismissed(dismissal::ANOTHER_KIND);
    }
    if key.proof == Proof::Noise && !said.by_name {
        return Verdict::Dismissed(dismissal::NO_NAME);
    }
    confirmed(&key, parsed, shaped)
}

fn confirmed(key: &Key, parsed: u16, shaped: u16) -> Verdict {
    let (grade, evidence) = match key.proof {
        Proof::Parsed => (Grade::Proven, parsed),
        Proof::Agreement => (Grade::Likely, evidence::KEY_AGREEMENT),
        Proof::Handle => (Grade::Weak, evidence::KEY_HANDLE),
        // Passphrases are short, and often stand in the next line.
        Proof::Encrypted => (Grade::Likely, evidence::KEY_ENCRYPTED),
        Proof::Shaped | Proof::Noise => (Grade::Likely, shaped),
    };
    Verdict::Confirmed { secret: key.secret, grade, evidence }
}
