//! Tokens of HipChat, which has ended; servers of one's own may still run.
//!
//! ```text
//! HIPCHAT_TOKEN=30 letters and digits    https://api.hipchat.com/v2/room/…?auth_token=40 of them
//! ```

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::candidate::{Wanted, find};
use crate::caseless::contains;
use crate::codes::evidence;
use crate::context::Word;
use crate::shape::Shape;
use crate::whose::nearer;
use crate::words::has;

const OWN: &[Word] = &[Word::part("hipchat"), Word::part("hip_chat")];

/// Judges `hipchat-api-token`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    const WANTED: Wanted = Wanted {
        shapes: &[Shape::Alphanumeric(40), Shape::Alphanumeric(30)],
        is_key: is_token,
        own: OWN,
    };

    match find(window, span, &WANTED, by_place) {
        Ok(found) => Verdict::Confirmed {
            secret: found.value,
            grade: Grade::Weak,
            evidence: evidence::HIPCHAT_TOKEN,
        },
        Err(reason) => Verdict::Dismissed(reason),
    }
}

fn is_token(name: &[u8]) -> bool {
    has(name, &[b"token", b"tokens", b"auth", b"authorization", b"apikey", b"key", b"bearer"])
}

/// `token@room`, as the file of a CI service has it; or the first argument of a client.
fn by_place(window: &Window<'_>, value: Span) -> bool {
    const REACH_BYTES_MAX: usize = 40;

    let from = value.start().saturating_sub(REACH_BYTES_MAX);
    let before = window.text.get(from..value.start()).unwrap_or_default();
    let argument = matches!(before, [.., b'(', b'\'' | b'"']) && contains(before, b"hipchat");
    let room = window.text.get(value.end()) == Some(&b'@') && nearer(window, value, OWN);
    argument || room
}
