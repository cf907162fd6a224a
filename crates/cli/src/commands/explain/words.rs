//! What the words of messages and records mean.

use pushgate_core::judge::Grade;

use super::page;
use crate::commands::rule::on_push;

/// What the page says of every other cause.
const DETECTOR: &str = "a detector of this server gave no usable answer";

/// Causes that are the server's own business.
const OF_THE_SERVER: [(&str, &str); 6] = [
    ("rule-damaged", "a rule of this server is damaged"),
    ("detector-missing", DETECTOR),
    ("detector-trapped", DETECTOR),
    ("detector-out-of-fuel", DETECTOR),
    ("detector-out-of-memory", DETECTOR),
    ("detector-bad-answer", DETECTOR),
];

/// What a word means, if it is one of a message or a record.
pub(super) fn meaning(word: &str) -> Option<String> {
    let of_grade = |grade: Grade, what: &str| format!("{what}; by default {}", on_push(grade));
    let text = match word {
        "proven" => of_grade(
            Grade::Proven,
            "it is sure: a checksum or a structure that chance does not produce",
        ),
        "likely" => {
            of_grade(Grade::Likely, "it is likely a secret: shape and context speak for it")
        }
        "weak" => of_grade(Grade::Weak, "it may be a secret: the shape alone speaks for it"),
        "existing" | "already there" => {
            "the secret stood in the parent's version of the file already: by default the push \
             passes with a warning"
                .to_owned()
        }
        "introduced" => "the push brings the secret to a place where it was not".to_owned(),
        "undecided" => {
            "a part of the push could not be looked at to its end, so nobody knows whether a \
             secret is in it: by default the push is refused\nWhat to do: pushgate explain \
             rejected PG0102"
                .to_owned()
        }
        _ => match OF_THE_SERVER.iter().find(|(name, _)| *name == word) {
            Some((_, what)) => format!("{what}\nWhat helps: tell an admin"),
            None => page::cause(word)?,
        },
    };
    Some(format!("{word}: {text}"))
}
