//! `pushgate explain`: codes, kinds, and findings of this server.

use crate::support::commands::{self, Ended, run};
use crate::support::tokens::CLOUD;
use crate::support::{Change, History, PushLab, settings, tokens};

#[track_caller]
fn explain(lab: &PushLab, words: &[&str]) -> Ended {
    let mut command = lab.command(commands::tool());
    command.arg("explain").args(words);
    let ended = run(command, b"");
    tokens::assert_not_in(ended.all_text().as_bytes(), "an explanation");
    ended
}

#[track_caller]
fn told(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    for word in words {
        assert!(ended.text().contains(word), "{word:?} is not in:\n{}", ended.all_text());
    }
}

#[track_caller]
fn fails(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code(), 1, "{}", ended.all_text());
    for word in words {
        assert!(ended.all_text().contains(word), "{word:?} is not in:\n{}", ended.all_text());
    }
}

#[test]
fn a_code_and_a_kind_are_explained() {
    let lab = PushLab::new();
    told(&explain(&lab, &["[PG0101]"]), &["PG0101: ", "Developer: "]);
    told(
        &explain(&lab, &[CLOUD]),
        &[CLOUD, "Atlassian API token", "proven: by default the push is refused", "Revoke: "],
    );
    told(&explain(&lab, &["--all"]), &["## PG0101"]);
}

#[test]
fn every_kind_is_explained_with_what_to_do() {
    let lab = PushLab::new();
    let mut command = lab.command(commands::tool());
    command.args(["rule", "list"]);
    let list = run(command, b"").text();
    let kinds: Vec<&str> = list.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(kinds.len() > 50, "{list}");
    for kind in kinds {
        told(&explain(&lab, &[kind]), &[kind, "Revoke: "]);
    }
}

#[test]
fn an_unknown_name_gets_the_nearest_ones() {
    let lab = PushLab::new();
    fails(&explain(&lab, &["jira-dc-pta"]), &["\"jira-dc-pta\"", "did you mean jira-dc-pat"]);
    fails(&explain(&lab, &["PG0110"]), &["did you mean", "PG010"]);
    fails(&explain(&lab, &["what is this"]), &["explain --all", "rule list"]);
    assert_eq!(explain(&lab, &[]).code(), 2);
}

#[test]
fn a_finding_is_looked_up_by_the_number_of_the_message() {
    let lab = PushLab::new();
    let mut history = History::new();
    history.commit("refs/heads/one", &[], Change::of([settings("a/b.env", &tokens::cloud(7401))]));
    history.commit("refs/heads/two", &[], Change::of([settings("c.env", &tokens::cloud(7402))]));
    lab.import(&history);
    let pushed = lab.push(&["one"]);
    pushed.refused_for(&[CLOUD]);
    let whole = pushed.finding()["fingerprint"].as_str().expect("a record was checked").to_owned();
    lab.push(&["two"]).refused_for(&[CLOUD]);
    let config = lab.config_text();
    let short = pushed
        .remote
        .iter()
        .find_map(|line| line.split_once('#').map(|(_, id)| id))
        .map(|id| id.chars().take_while(char::is_ascii_hexdigit).collect::<String>());
    let short = short.expect("the message names the finding");
    for id in [&*short, &format!("#{short}"), &whole, &whole.to_uppercase(), &whole[..8]] {
        let ended = explain(&lab, &[id, "--config", &config]);
        told(
            &ended,
            &[&whole, CLOUD, "proven", "a/b.env:3:9", "on refs/heads/one", "the push was refused"],
        );
        assert!(!ended.text().contains("c.env:3:9"), "another finding: {}", ended.text());
    }
    let audit = lab.audit.display().to_string();
    told(&explain(&lab, &[&short, "--audit", &audit]), &["a/b.env:3:9"]);
    fails(&explain(&lab, &["0123456789abcdef", "--audit", &audit]), &["has no finding", "rotated"]);
    fails(&explain(&lab, &[&short, "--audit", "/nowhere"]), &["/nowhere"]);
    fails(&explain(&lab, &[&short]), &["--audit FILE"]);
    if !std::path::Path::new("/etc/pushgate/pushgate.toml").exists() {
        fails(&explain(&lab, &[&short]), &["there is no /etc/pushgate/pushgate.toml"]);
    }
    // Files that were rotated away.
    let older = lab.root().join("audit.jsonl.1");
    std::fs::copy(&lab.audit, &older).expect("the laboratory is ours");
    let older = older.display().to_string();
    let ended = explain(&lab, &[&short, "--audit", &older, "--audit", &audit]);
    told(&ended, &["a/b.env:3:9"]);
    assert_eq!(ended.text().matches("the push was refused").count(), 2, "{}", ended.text());
    // A machine stopped while the first line was written.
    let damaged = lab.root().join("audit.jsonl.3");
    let text = std::fs::read(&lab.audit).expect("there is a record");
    std::fs::write(&damaged, [b"\0\0\0\n", &text[..]].concat()).expect("the laboratory is ours");
    let damaged = damaged.display().to_string();
    told(&explain(&lab, &[&short, "--audit", &damaged]), &["a/b.env:3:9"]);
    for (name, text, word) in [
        ("audit.jsonl.2.gz", &b"\x1f\x8b\x08\x00"[..], "is compressed; unpack it first: zcat "),
        ("audit.jsonl.2.zst", &b"\x28\xb5\x2f\xfd\x00"[..], "unpack it first: zstdcat "),
        ("syslog", &b"Nov 26 server sshd: hello\n"[..], "is not an audit file of pushgate"),
    ] {
        let path = lab.root().join(name);
        std::fs::write(&path, text).expect("the laboratory is ours");
        let path = path.display().to_string();
        fails(&explain(&lab, &[&short, "--audit", &path]), &[name, word]);
    }
    // A kind of a detector of one's own has no page here.
    let own = lab.audit_lines()[0].replace(CLOUD, "acme-token");
    let path = lab.root().join("own.jsonl");
    std::fs::write(&path, format!("{own}\n")).expect("the laboratory is ours");
    let ended = explain(&lab, &[&short, "--audit", &path.display().to_string()]);
    told(&ended, &["acme-token", "a detector of your own"]);
    assert!(!ended.text().contains("pushgate explain"), "{}", ended.text());
    // Two of one begin.
    let twin = format!("{}{}", &whole[..8], "0".repeat(whole.len() - 8));
    let line = lab.audit_lines()[0].replace(&whole, &twin);
    crate::support::lab::append(&lab.audit, &format!("{line}\n"));
    fails(&explain(&lab, &[&whole[..8], "--audit", &audit]), &["several findings", &whole, &twin]);
    told(&explain(&lab, &[&whole, "--audit", &audit]), &["a/b.env:3:9"]);
}

#[test]
fn the_page_of_the_messages_can_be_read_here() {
    let lab = PushLab::new();
    for name in ["rejected", "my-push-was-rejected", "My push was rejected"] {
        let text = explain(&lab, &[name]).text();
        assert!(text.starts_with("My push was rejected\n"), "{name}: {text}");
        for mark in ["](", "**1", "*Proven*", "```", "| ---"] {
            assert!(!text.contains(mark), "{mark}: {text}");
        }
        for words in ["section \"Merges\"", "(pushgate remediate KIND)", "git switch --detach"] {
            assert!(text.contains(words), "{words}: {text}");
        }
    }
    for words in [&["rejected", "merges"][..], &["rejected", "a later commit"]] {
        let text = explain(&lab, words).text();
        assert!(text.lines().count() < 60 && !text.contains("My push was rejected"), "{text}");
    }
    told(&explain(&lab, &["rejected", "PG0102"]), &["out-of-time", "what helps: push it in parts"]);
    fails(&explain(&lab, &["rejected", "bananas"]), &["no section", "An earlier commit"]);
    fails(&explain(&lab, &["likely", "weak"]), &["one name at a time"]);
    for code in ["PG0101", "PG0102"] {
        told(&explain(&lab, &[code]), &["`pushgate explain rejected` prints the page"]);
    }
    told(&explain(&lab, &[CLOUD]), &[&format!("Step by step: pushgate remediate {CLOUD}")]);
}

#[test]
fn a_kind_is_known_by_the_title_of_the_message() {
    let lab = PushLab::new();
    for title in ["Atlassian API token", "atlassian api TOKEN"] {
        for words in [&["explain"][..], &["remediate"], &["rule", "show"]] {
            let mut command = lab.command(commands::tool());
            command.args(words).arg(title);
            let ended = run(command, b"");
            assert_eq!(ended.code(), 0, "{}", ended.all_text());
            assert!(ended.text().contains(CLOUD), "{words:?}: {}", ended.all_text());
        }
    }
    for (name, typed) in [
        ("PG0101", "pushgate explain PG0101"),
        ("[pg0102]", "pushgate explain PG0102"),
        ("851a4b4e79371de1", "pushgate explain '851a4b4e79371de1'"),
        ("#851a4b4e79371de1", "pushgate explain '#851a4b4e79371de1'"),
    ] {
        let mut command = lab.command(commands::tool());
        command.args(["remediate", name]);
        fails(&run(command, b""), &[typed]);
    }
}

#[test]
fn the_words_of_messages_and_records_are_explained() {
    let lab = PushLab::new();
    for (word, meaning) in [
        ("proven", "by default the push is refused"),
        ("Likely", "by default the push is refused"),
        ("weak", "by default the push passes with a warning"),
        ("existing", "the parent's version"),
        ("already there", "the parent's version"),
        ("introduced", "where it was not"),
        ("undecided", "could not be looked at"),
        ("container-unreadable", "7z or rar"),
    ] {
        told(&explain(&lab, &[word]), &[meaning]);
    }
    let page = include_str!("../../docs/admin/audit.md");
    let causes = page.lines().find(|line| line.starts_with("Causes of *undecided*: "));
    let causes: Vec<&str> = causes.expect("a list").split('`').skip(1).step_by(2).collect();
    assert!(causes.len() > 10, "{causes:?}");
    for cause in causes {
        told(&explain(&lab, &[cause]), &[cause, "What helps: "]);
    }
}

#[test]
fn a_code_that_is_none_is_called_a_code() {
    let lab = PushLab::new();
    for code in ["PG0999", "[pg4711]"] {
        fails(&explain(&lab, &[code]), &["there is no code ", code, "explain --all"]);
    }
}

#[test]
fn the_examples_of_a_rule_can_be_seen_and_hold_no_token() {
    let lab = PushLab::new();
    let show = |words: &[&str]| {
        let mut command = lab.command(commands::tool());
        command.args(["rule", "show"]).args(words);
        let ended = run(command, b"");
        tokens::assert_not_in(ended.all_text().as_bytes(), "examples");
        ended
    };
    let hint = format!("pushgate rule show --examples {CLOUD}");
    told(&show(&[CLOUD]), &["tests: ", &hint]);
    told(&show(&["--examples", CLOUD]), &["example 1:\n    ", "counterexample 1:\n", "{atlassian"]);
}

#[test]
fn a_word_that_is_misspelt_gets_the_one_that_was_meant() {
    let lab = PushLab::new();
    let ended = explain(&lab, &["PG9999"]);
    assert!(!ended.all_text().contains("did you mean"), "{}", ended.all_text());
    for (words, meant) in [
        (&["chek"][..], "'check'"),
        (&["rule", "shw"], "'show'"),
        (&["check", "--stagd"], "'--staged'"),
    ] {
        let mut command = lab.command(commands::tool());
        command.args(words);
        let ended = run(command, b"");
        assert_eq!(ended.code(), 2, "{}", ended.all_text());
        assert!(ended.all_text().contains(meant), "{}", ended.all_text());
    }
}
