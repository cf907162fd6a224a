//! What Bamboo keeps: agent tokens, Specs credentials, encrypted values.

use pushgate_detector_sdk::{Span, Verdict, Window};

use crate::bamboo_encrypted;

/// Judges `bamboo-encrypted-secret`.
pub(crate) fn encrypted_secret(window: &Window<'_>, span: Span) -> Verdict {
    bamboo_encrypted::check(window.text, span)
}
