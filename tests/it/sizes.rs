//! A message is short and small, whatever was pushed: 25 lines, and never more than 16 KiB.

use std::collections::HashSet;

use serde_json::Value;

use crate::support::encode::base64;
use crate::support::history::Entry;
use crate::support::message::BYTES_MAX;
use crate::support::{Arrival, Change, History, PushLab, Pushed, Setup, file, settings, tokens};

/// The longest that an admin can add, every part of it.
fn own_lines() -> String {
    let address = |folder: &str| {
        let start = format!("https://{folder}.example.org/");
        format!("{start}{}", "x".repeat(64 - start.len()))
    };
    format!(
        "[message]\ncolour = \"always\"\njson = true\nhelp = \"{}\"\nlink = \"{}\"\npage = \"{}\"\n",
        "h".repeat(72),
        address("chat"),
        address("wiki")
    )
}

/// A path of which each byte takes as much room as a byte can, where it is told.
fn long_path(index: u64) -> Vec<u8> {
    let mut path = Vec::new();
    for byte in [b'\\', b'"', 0x1b, 0xff] {
        path.extend([byte; 200]);
        path.push(b'/');
    }
    path.extend(format!("{index}").bytes());
    path
}

/// A text that has secrets deeper than is looked: it is not checked to its end.
fn deep(index: u64) -> Entry {
    let mut text = format!("token {index} = {}\n", "x".repeat(200));
    for _ in 0..6 {
        text = base64(text.as_bytes());
    }
    file(long_path(10_000 + index), text)
}

/// Thousands of secrets in files with long and odd names.
fn secrets(first: u64) -> Vec<Entry> {
    let token = |index| format!("token = {}\n", tokens::app_password(first + index));
    (0..2000).map(|index| file(long_path(index), token(index))).collect()
}

/// Hundreds of files with long and odd names that are not checked to their end.
fn open_questions() -> Vec<Entry> {
    (0..300).map(deep).collect()
}

/// What GitLab says of what is done on its pages.
const ON_PAGES: &[(&str, &str)] = &[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", "web")];

/// A branch that is as long, and as odd, as git lets it be.
fn branch() -> String {
    format!("main:refs/heads/{0}/{0}/{0}/{0}", "\"{".repeat(100))
}

/// Pushes `main` to a branch with a long name, and checks what the hook wrote, byte by byte.
#[track_caller]
fn push(lab: &PushLab, variables: &[(&str, &str)]) -> (Pushed, usize) {
    let wire = lab.root().join("wire");
    lab.wrap_hook(&format!(
        "\"$HOOK\" 2>'{0}'\nstatus=$?\ncat '{0}' >&2\nexit $status",
        wire.display()
    ));
    let pushed = lab.push_with(&["--force", &branch()], |command| {
        command.envs(variables.iter().copied());
    });
    let bytes = std::fs::read(wire).expect("the shell made it").len();
    assert!(bytes <= 16 * 1024, "{bytes} bytes: {}", pushed.told());
    assert_eq!(BYTES_MAX, 16 * 1024, "what every push of every test is held to");
    (pushed, bytes)
}

/// A laboratory with all that the admin can add, and with `config` besides.
#[track_caller]
fn lab(config: &str, entries: Vec<Entry>) -> PushLab {
    let config = format!("{config}\n[limits]\ndecode_depth_max = 1\n{}", own_lines());
    let lab = PushLab::of(Setup { arrival: Arrival::Packed, config, ..Setup::default() });
    lab.import(&History::root(Change::of(entries)));
    lab
}

#[test]
fn a_refusal_is_never_more_than_16_kib_on_the_wire() {
    let mut largest = 0;
    let mut all = secrets(30_000);
    all.extend(open_questions());
    let lab = lab("", all);
    for variables in [ON_PAGES, &[]] {
        let (pushed, bytes) = push(&lab, variables);
        pushed.refused_for_secrets().says("Not checked to the end").says(&"h".repeat(72));
        let notice = pushed.notice.as_ref().expect("it is wanted");
        assert_eq!(notice["secrets"], 2000, "{}", pushed.told());
        assert_eq!(notice["open"], 300, "{}", pushed.told());
        largest = largest.max(bytes);
        // The same, and it cannot be recorded.
        let audit = format!("[audit]\npath = \"/{}\"\n", "p".repeat(3000));
        lab.configure_raw(format!("{audit}[limits]\ndecode_depth_max = 1\n{}", own_lines()));
        let (pushed, bytes) = push(&lab, variables);
        assert!(!pushed.accepted && pushed.audit.is_none(), "{}", pushed.told());
        pushed.says("> audit file").says(&"h".repeat(72));
        largest = largest.max(bytes);
        lab.configure(&format!("[limits]\ndecode_depth_max = 1\n{}", own_lines()));
    }
    assert!(largest > 6 * 1024, "{largest} bytes are no trial");
}

#[test]
fn a_warning_and_what_was_not_checked_are_never_more_than_16_kib_on_the_wire() {
    let mut all = secrets(33_000);
    all.extend(open_questions());
    let warned = lab("mode = \"warn\"", all);
    let undecided = lab("", open_questions());
    for variables in [ON_PAGES, &[]] {
        push(&undecided, variables).0.refused_undecided();
        let (pushed, _) = push(&warned, variables);
        pushed.accepted_with_warning();
        warned.in_server(&["update-ref", "-d", branch().trim_start_matches("main:")]);
    }
}

#[test]
fn a_failure_is_never_more_than_16_kib_on_the_wire() {
    let lab = lab("", secrets(36_000));
    for text in [
        format!("{} = 1\n", "k".repeat(50_000)),
        format!("mode = \"{}\"\n", "\\\\\\u001b\\\"".repeat(20_000)),
        format!("[detectors]\nfolder = \"/{0}\"\nstore = \"/{0}\"\n", "p".repeat(3000)),
        format!("[limits]\nref_updates_max = 0\n{}", own_lines()),
    ] {
        lab.configure_raw(text);
        for variables in [ON_PAGES, &[]] {
            push(&lab, variables).0.gate_failed();
        }
    }
}

/// Secrets of the largest push.
const MANY: usize = 10_000;

/// Commits that bring them, and folders that they stand in.
const COMMITS: usize = 10;
const FOLDERS: usize = 25;

/// Where the secret of this number stands.
fn place(index: usize) -> String {
    format!("src/d{}/f{index}.env", index % FOLDERS)
}

#[test]
fn ten_thousand_findings_of_one_push_are_told_in_25_lines_and_recorded_each() {
    let lab = PushLab::packed();
    let mut history = History::new();
    let numbers: Vec<usize> = (0..MANY).collect();
    let mut parent: Option<String> = None;
    for numbers in numbers.chunks(MANY / COMMITS) {
        let entry = |&index: &usize| settings(&place(index), &tokens::app_password(index as u64));
        let entries: Vec<Entry> = numbers.iter().map(entry).collect();
        let parents: Vec<&str> = parent.iter().map(String::as_str).collect();
        parent = Some(history.commit("refs/heads/main", &parents, Change::of(entries)));
    }
    let marks = lab.import(&history);
    let pushed = lab.push(&["main"]);
    // Lines, columns, ASCII and bytes are checked in every push.
    pushed.refused_for_secrets();
    assert_eq!(pushed.remote[0], "pushgate: push refused: 10000 secrets found [PG0101]");
    let titles = pushed.remote.iter().filter(|line| line.contains("(proven) #")).count();
    let more = format!(
        "  and {} more secrets to revoke: pushgate check or an admin lists them",
        MANY - titles
    );
    assert!(titles > 0 && pushed.remote.contains(&more), "{more}: {}", pushed.told());
    pushed.says("  Not a secret?").says("1. Revoke what is listed.").says("3. Push again.");
    pushed.says("# no short way: too many files are to be changed");
    assert!(!lab.server_has("refs/heads/main"), "one push, refused whole");

    assert_eq!(lab.audit_lines().len(), 1, "one push, one line");
    let findings = pushed.findings();
    assert_eq!(findings.len(), MANY);
    let mut prints = HashSet::new();
    let mut paths = HashSet::new();
    for finding in findings {
        is_whole(finding, &marks);
        prints.insert(finding["fingerprint"].as_str());
        paths.insert(finding["sites"][0]["path"].as_str().expect("a text").to_owned());
    }
    assert_eq!(prints.len(), MANY, "each secret has a number of its own");
    assert_eq!(paths, numbers.into_iter().map(place).collect());
    assert_eq!(pushed.record()["undecided"], Value::Array(Vec::new()));
    let objects = lab.in_client(&["rev-list", "--objects", "--count", "main"]);
    assert_eq!(pushed.coverage("objects").to_string(), objects, "as git counts them");
    assert_eq!(pushed.coverage("blobs"), MANY as u64);
    assert_eq!(pushed.coverage("commits"), COMMITS as u64);
    assert_eq!(pushed.coverage("bytes"), pushed.coverage("bytes_searched"));
    assert_eq!(pushed.coverage("skipped"), 0);
}

/// The finding says all that the contract promises, and is one of those that were pushed.
#[track_caller]
fn is_whole(finding: &Value, marks: &std::collections::HashMap<String, String>) {
    for (field, expected) in [
        ("kind", tokens::APP_PASSWORD),
        ("grade", "proven"),
        ("state", "introduced"),
        ("action", "block"),
    ] {
        assert_eq!(finding[field], expected, "{field}: {finding}");
    }
    assert_eq!(finding["site_count"], 1, "{finding}");
    let site = &finding["sites"][0];
    assert_eq!(site["source"], "blob", "{finding}");
    assert_eq!(site["ref"], "refs/heads/main", "{finding}");
    assert_eq!((&site["line"], &site["column"]), (&3.into(), &9.into()), "{finding}");
    let commit = site["commit"].as_str().expect("a text");
    let number: usize = site["path"]
        .as_str()
        .and_then(|path| path.rsplit_once('f')?.1.strip_suffix(".env")?.parse().ok())
        .unwrap_or_else(|| panic!("not a path of this push: {finding}"));
    let mark = format!(":{}", number / (MANY / COMMITS) + 1);
    assert_eq!(marks.get(&mark).map(String::as_str), Some(commit), "{finding}");
}
