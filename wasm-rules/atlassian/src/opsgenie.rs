//! API keys of Opsgenie, and of the operations of Jira Service Management, which took them over.
//!
//! ```text
//! Authorization: GenieKey UUID   opsgenie_api_key: UUID   https://api.opsgenie.com/…?apiKey=UUID
//! ```
//!
//! Alerts, teams, schedules and users have UUIDs too: only one that is called a key is one.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::candidate::{Wanted, find, makes_client};
use crate::caseless::contains_any;
use crate::codes::evidence;
use crate::context::Word;
use crate::shape::Shape;
use crate::words::{has, is_listed, of_setter, parts};

const OWN: &[Word] = &[
    Word::part("opsgenie"),
    Word::part("ops_genie"),
    Word::part("geniekey"),
    Word::part("genie_"),
];

/// Judges `opsgenie-api-key`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    const WANTED: Wanted = Wanted { shapes: &[Shape::Uuid], is_key, own: OWN };

    match find(window, span, &WANTED, makes_client) {
        Ok(found) => {
            let phrase = found.phrase.of(window.text).unwrap_or_default();
            let header = contains_any(phrase, &[b"geniekey"]);
            Verdict::Confirmed {
                secret: found.value,
                grade: Grade::Likely,
                evidence: if header { evidence::OPSGENIE_HEADER } else { evidence::OPSGENIE_KEY },
            }
        }
        Err(reason) => Verdict::Dismissed(reason),
    }
}

/// `api_key`, `GenieKey`, `OPSGENIE_TOKEN`; not `clientKey`, which names an installation.
fn is_key(name: &[u8]) -> bool {
    const OTHER_KEYS: &[u8] = b"client public cache primary foreign partition sort idempotency \
        project issue space tenant cloud dedup";
    has(name, &[b"key", b"keys", b"token", b"authorization", b"secret"])
        && !parts(of_setter(name)).any(|part| is_listed(part, OTHER_KEYS))
}
