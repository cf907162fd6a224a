//! What every message to a pusher must be, whatever was pushed.

use serde_json::Value;

use super::tokens;

const LINES_MAX: usize = 25;
const COLUMNS_MAX: usize = 80;
/// Bytes of all that is told, with what tools and servers get of it.
pub const BYTES_MAX: usize = 16 * 1024;

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

/// How a line begins that GitLab shows on its pages.
const GITLAB_MARK: &str = "GL-HOOK-ERR:";

/// Bytes of the line for tools.
const NOTICE_BYTES_MAX: usize = 8 * 1024;

/// What GitLab's pages show of `sent`: as they do, the lines with its mark, and those without it.
///
/// Either each line has the mark, or none: what is left out here would be lost there.
#[track_caller]
pub fn on_pages_of_gitlab(sent: &[String]) -> Vec<String> {
    let marked = sent.iter().filter_map(|line| line.strip_prefix(GITLAB_MARK));
    let shown: Vec<String> = marked.map(|line| line.trim_start().to_owned()).collect();
    if shown.is_empty() {
        return sent.to_vec();
    }
    assert_eq!(shown.len(), sent.len(), "GitLab would not show all of {sent:#?}");
    assert!(shown.iter().all(|line| !line.is_empty()), "GitLab drops empty lines: {sent:#?}");
    shown
}

/// Takes away what tells a terminal of colours. Each colour must end in the line in which it begins.
#[track_caller]
pub fn without_colours(lines: &mut [String]) {
    for line in lines {
        let mut plain = String::new();
        let mut rest = line.as_str();
        let mut is_on = false;
        while let Some((before, after)) = rest.split_once("\x1b[") {
            plain.push_str(before);
            let (number, after) = after.split_once('m').unwrap_or_else(|| panic!("{line:?}"));
            assert!(number.chars().all(|c| c.is_ascii_digit() || c == ';'), "{line:?}");
            is_on = !number.is_empty();
            rest = after;
        }
        assert!(!is_on, "the colour goes on after {line:?}");
        plain.push_str(rest);
        *line = plain;
    }
}

/// Takes the line for tools from the end of a message, and checks what holds for each.
#[track_caller]
pub fn take_notice(lines: &mut Vec<String>) -> Option<Value> {
    let is_it = |line: &String| line.starts_with("{\"schema\":\"pushgate.message/");
    let at = lines.iter().position(is_it)?;
    assert!(lines.len() <= LINES_MAX, "{} lines:\n{}", lines.len(), lines.join("\n"));
    assert_eq!(at, lines.len() - 1, "not the last line: {lines:#?}");
    let line = lines.pop().expect("it is the last one");
    assert!(line.len() <= NOTICE_BYTES_MAX, "{} bytes: {line}", line.len());
    assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{line:?}");
    assert!(!line.to_ascii_lowercase().contains("non-fast-forward"), "{line}");
    tokens::assert_not_in(line.as_bytes(), "the line for tools");
    let notice: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
    assert_eq!(notice["schema"], "pushgate.message/1", "{line}");
    let first = lines.first().map_or("", String::as_str);
    let code = notice["code"].as_str().unwrap_or_default();
    assert!(first.ends_with(&format!(" [{code}]")), "{first}\n{line}");
    let decision = if verdict(first).is_some() { "reject" } else { "accept" };
    assert_eq!(notice["decision"], decision, "{first}\n{line}");
    if let Some(Verdict::Secrets(count)) = verdict(first) {
        assert_eq!(notice["secrets"], count, "{first}\n{line}");
    }
    Some(notice)
}

/// Checks how much all is that the hook `sent`: the marks of a server and the line for tools count.
#[track_caller]
pub fn check_size(sent: &[String]) {
    let bytes: usize = sent.iter().map(|line| line.len() + 1).sum();
    assert!(bytes <= BYTES_MAX, "{bytes} bytes:\n{}", sent.join("\n"));
}

/// Checks what holds for every message; `lines` are those of the hook, right-trimmed.
#[track_caller]
pub fn check(lines: &[String]) {
    let text = lines.join("\n");
    assert!(lines.len() <= LINES_MAX, "{} lines:\n{text}", lines.len());
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
