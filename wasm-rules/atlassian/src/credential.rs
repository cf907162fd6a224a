//! A user and the secret that a carrier holds for it: what they are worth.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::assignment::Assigned;
use crate::carried::{self, Carried};
use crate::caseless::stands_at;
use crate::codes::{dismissal, evidence};
use crate::joined::{is_joined_words, is_word_or_camel};
use crate::named_secret::is_type_of_program;
use crate::password;
use crate::place::{is_address, is_file, is_hash};
use crate::placeholder::is_half_of_field;
use crate::reference::is_kept_elsewhere;
use crate::shown::as_shown;
use crate::unescape::unescaped;
use crate::value::{decodes_to_none, sets_another};

/// Grade and evidence of a secret that has no shape of its own.
pub(crate) type Worth = (Grade, u16);

/// Judges `secret`, which goes with `user`; a token in it is worth what it is worth alone.
pub(crate) fn judge(text: &[u8], user: &[u8], secret: Span, worth: Worth) -> Verdict {
    let raw = secret.of(text).unwrap_or_default();
    let value = unescaped(raw);
    let confirmed = |(grade, evidence)| Verdict::Confirmed { secret, grade, evidence };
    let inside = carried::look(&value);
    if inside == Carried::Proven {
        return confirmed((Grade::Proven, evidence::CARRIES_PROVEN));
    }
    if let Err(reason) = check(user, raw).and_then(|()| check(user, &value)) {
        return Verdict::Dismissed(reason);
    }
    match inside {
        Carried::Unproven(grade) => confirmed((grade, evidence::CARRIES_UNPROVEN)),
        _ => confirmed(worth),
    }
}

/// Judges the secret under a key of which anybody may write: in a table, a list of pages, a schema.
/// Such texts name the key and go on with the name of something else.
pub(crate) fn judge_named(
    window: &Window<'_>,
    user: &[u8],
    found: Assigned,
    worth: Worth,
) -> Verdict {
    let text = window.text;
    let value = unescaped(found.value.of(text).unwrap_or_default());
    let joined = is_joined_words(&value);
    let gap = text.get(found.key.end()..found.value.start()).unwrap_or_default();
    let in_table = gap.contains(&b'|');
    if joined && (in_table || is_file(&value)) || is_address(&value) {
        return Verdict::Dismissed(dismissal::WORDS);
    }
    if is_half_of_field(text, found.key, found.value) {
        return Verdict::Dismissed(dismissal::TEMPLATE);
    }
    if !found.quoted && is_type_of_program(window, &value) {
        return Verdict::Dismissed(dismissal::CODE);
    }
    if joined || is_word_or_camel(&value) {
        return judge(text, user, found.value, (Grade::Weak, evidence::DOUBTFUL_VALUE));
    }
    judge(text, user, found.value, worth)
}

/// Nothing, if `value` may be the password of `user`; else the code of a dismissal.
pub(crate) fn check(user: &[u8], value: &[u8]) -> Result<(), u16> {
    if is_kept_elsewhere(value) {
        return Err(dismissal::KEPT_ELSEWHERE);
    }
    if is_hash(value) {
        return Err(dismissal::ID);
    }
    if decodes_to_none(value) {
        return Err(dismissal::PLACEHOLDER);
    }
    // A parameter with its type, and what it is by default: `password: str=None`.
    if sets_another(value) {
        return Err(dismissal::SETTING);
    }
    password::check(user, value)?;
    // `\$CROWD_PASSWORD`, in a line that a script writes.
    password::check(user, &as_shown(value))?;
    if is_made_up(user, value) {
        return Err(dismissal::PLACEHOLDER);
    }
    // Sentences have blanks, passwords hardly ever do.
    if value.iter().any(|byte| byte.is_ascii_whitespace()) {
        return Err(dismissal::PLACEHOLDER);
    }
    Ok(())
}

/// Whether a test made `value` up: `invalid-token`, `api-token-123`.
pub(crate) fn is_made_up(user: &[u8], value: &[u8]) -> bool {
    core(value).is_some_and(|core| password::check(user, core) == Err(dismissal::PLACEHOLDER))
}

/// What a made-up value is without the word that a test puts before it, and without the number
/// that anybody puts behind it: `token` of `invalid-token-123`.
fn core(value: &[u8]) -> Option<&[u8]> {
    const WORDS: [&[u8]; 16] = [
        b"invalid",
        b"expected",
        b"wrong",
        b"valid",
        b"dummy",
        b"mock",
        b"stub",
        b"bad",
        b"old",
        b"another",
        b"first",
        b"second",
        b"different",
        b"unit",
        b"default",
        b"custom",
    ];
    const NUMBERS: [&[u8]; 6] = [b"123456789", b"123456", b"12345", b"1234", b"123", b"!"];
    const JOINTS: &[u8] = b"-_. ";
    let start = WORDS.iter().find(|word| stands_at(value, 0, word)).map_or(0, |word| word.len());
    let end = NUMBERS.iter().find(|number| value.ends_with(number)).map_or(0, |it| it.len());
    let core = value.get(start..value.len().checked_sub(end)?)?;
    let left = core.iter().take_while(|byte| JOINTS.contains(byte)).count();
    let core = core.get(left..)?;
    let right = core.iter().rev().take_while(|byte| JOINTS.contains(byte)).count();
    let core = core.get(..core.len() - right)?;
    (core.len() < value.len()).then_some(core)
}

#[cfg(test)]
mod tests {
    use super::{check, dismissal};

    #[test]
    fn made_up_values_are_placeholders() {
        for value in
            ["pass123", "invalid-token", "api-token-123", "test-token-12345", "a b c d e f"]
        {
            assert_eq!(check(b"svc", value.as_bytes()), Err(dismissal::PLACEHOLDER), "{value}");
        }
        for value in ["Quartz123", "invalid*Kelp7", "pass-Kelp-123"] {
            assert_eq!(check(b"svc", value.as_bytes()), Ok(()), "{value}");
        }
    }
}
