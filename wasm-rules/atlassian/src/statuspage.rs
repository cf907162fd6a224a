//! API keys of Statuspage: 64 hexadecimal digits, once a UUID.
//!
//! ```text
//! STATUSPAGE_API_KEY=…   curl https://api.statuspage.io/v1/pages -H "Authorization: OAuth …"
//! ```

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::candidate::{Wanted, find, makes_client};
use crate::caseless::{contains, contains_any};
use crate::codes::evidence;
use crate::context::Word;
use crate::shape::Shape;
use crate::words::{has, is_listed, of_setter, parts};

const OWN: &[Word] =
    &[Word::part("statuspage"), Word::part("status_page"), Word::part("status-page")];

/// Judges `statuspage-api-key`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    const WANTED: Wanted = Wanted { shapes: &[Shape::Hex(64), Shape::Uuid], is_key, own: OWN };

    match find(window, span, &WANTED, makes_client) {
        Ok(found) => {
            let phrase = found.phrase.of(window.text).unwrap_or_default();
            let header = contains_any(phrase, &[b"oauth "]);
            Verdict::Confirmed {
                secret: found.value,
                grade: Grade::Likely,
                evidence: if header {
                    evidence::STATUSPAGE_HEADER
                } else {
                    evidence::STATUSPAGE_KEY
                },
            }
        }
        Err(reason) => Verdict::Dismissed(reason),
    }
}

/// `api_key`, `token`, `STATUSPAGE_API`, `OAuth`; not the host of the service.
fn is_key(name: &[u8]) -> bool {
    const OTHER_KEYS: &[u8] = b"client public cache primary foreign partition sort idempotency \
        project issue component incident metric subscriber";
    let words = [&b"key"[..], b"keys", b"token", b"authorization", b"secret", b"api"];
    (has(name, &words) || contains(name, b"oauth"))
        && !is_host(name)
        && !parts(of_setter(name)).any(|part| is_listed(part, OTHER_KEYS))
}

/// Whether a name is that of a host: `api.statuspage.io`, but not `statuspage.io.key`.
fn is_host(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    [&b".io"[..], b".com"].iter().any(|end| lower.ends_with(end))
}
