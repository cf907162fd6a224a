//! What every message to a pusher must be, whatever was pushed.

use super::tokens;

const LINES_MAX: usize = 25;
const COLUMNS_MAX: usize = 80;
const BYTES_MAX: usize = 16 * 1024;

/// The three verdicts of a refused push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// This many secrets were found.
    Secrets(usize),
    NotEverything,
    GateFailed,
}

/// Reads a first line; nothing when it is no verdict.
#[track_caller]
pub fn verdict(line: &str) -> Option<Verdict> {
    let rest = line.strip_prefix("pushgate: push refused: ")?;
    let (words, code) = rest.rsplit_once(" [").unwrap_or_else(|| panic!("no code in {line:?}"));
    let digits = code.strip_prefix("PG").and_then(|c| c.strip_suffix(']')).unwrap_or("");
    assert!(
        digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()),
        "{line:?} does not end in a code [PGnnnn]"
    );
    let verdict = match words {
        "not everything could be checked" => Verdict::NotEverything,
        "the gate itself failed" => Verdict::GateFailed,
        "1 secret found" => Verdict::Secrets(1),
        _ => {
            let count = words.strip_suffix(" secrets found").and_then(|n| n.parse().ok());
            Verdict::Secrets(count.unwrap_or_else(|| panic!("not a verdict: {line:?}")))
        }
    };
    Some(verdict)
}

/// Checks what holds for every message; `lines` are those of the hook, right-trimmed.
#[track_caller]
pub fn check(lines: &[String]) {
    let text = lines.join("\n");
    assert!(lines.len() <= LINES_MAX, "{} lines:\n{text}", lines.len());
    assert!(text.len() < BYTES_MAX, "{} bytes", text.len());
    for (index, line) in lines.iter().enumerate() {
        assert!(line.chars().count() <= COLUMNS_MAX, "too wide: {line:?}");
        let odd = line.chars().find(|c| !(' '..='~').contains(c));
        assert!(odd.is_none(), "{odd:?} is not printable ASCII, in {line:?}");
        let lower = line.trim_start().to_ascii_lowercase();
        for word in ["error", "warning", "hint", "success", "fatal", "gl-hook-err"] {
            let rest = lower.strip_prefix(word);
            let is_word = rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
            assert!(!is_word, "servers and clients read {line:?} as their own");
        }
        assert!(!lower.contains("non-fast-forward"), "Gitea reads {line:?} as a race");
        assert!(
            index == 0 || !line.contains("push refused:"),
            "a second verdict in line {}: {line:?}",
            index + 1
        );
        assert!(!line.contains("panicked"), "a panic reached the pusher: {line:?}");
    }
    assert!(lines.first().is_none_or(|line| !line.is_empty()), "the first line is empty");
    tokens::assert_not_in(text.as_bytes(), "the message");
    // A secret broken over two lines is shown as well.
    let joined: String = lines.iter().map(|line| line.trim()).collect();
    tokens::assert_not_in(joined.as_bytes(), "the message, its lines joined,");
}
