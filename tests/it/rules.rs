//! The tools of rule authors: `pushgate rule`, and the page that it makes.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::detectors::{component, guest, with_manifest};
use crate::support::commands::{Ended, command, run, tool};
use crate::support::tokens::{self, APP_PASSWORD, CLOUD};

/// A rule with a detector of its own: whatever its pattern matches is one.
const MANIFEST: &str = r#"
[detector]
name = "acme"
version = "1.2.3"
judges = ["acme-token"]
[evidence]
1 = "the digits add up"
[[rule]]
id = "acme-token"
title = "Acme token"
pattern = 'acme_[a-z]{9}'
literals = ["acme_"]
grades = { proven = [1] }
severity = "high"
revoke = "Ask Acme."
examples = ["key = acme_{lower:9}", "{encode:base64}the key of the service is acme_{lower:9}, as agreed with them{end}"]
counterexamples = ["acme_file"]
"#;

/// The same rule in a file of its own.
const RULE: &str = r#"
[[rule]]
id = "acme-token"
title = "Acme token"
pattern = 'acme_[a-z]{9}'
literals = ["acme_"]
severity = "high"
revoke = "Ask Acme."
examples = ["key = acme_{lower:9}"]
counterexamples = ["acme_file"]
"#;

#[track_caller]
fn rule(words: &[&str], paths: &[&Path]) -> Ended {
    let home = TempDir::new().expect("there is room for temporary files");
    let mut command = command(tool(), home.path());
    command.arg("rule").args(words).args(paths);
    run(command, b"")
}

/// A folder with one file in it.
fn written(name: &str, content: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("there is room for temporary files");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("the folder is ours");
    (folder, path)
}

#[track_caller]
fn says(ended: &Ended, code: i32, parts: &[&str]) {
    let told = ended.all_text();
    assert_eq!(ended.code(), code, "{told}");
    for part in parts {
        assert!(told.contains(part), "{part:?} is not in\n{told}");
    }
}

#[test]
fn the_page_of_kinds_is_that_of_the_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/kinds.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let made = rule(&["list", "--markdown"], &[]);
    assert_eq!(made.code(), 0, "{}", made.all_text());
    assert!(
        made.stdout == page.as_bytes(),
        "docs/kinds.md is not current: `dist/bin/pushgate rule list --markdown > docs/kinds.md`"
    );
}

#[test]
fn every_kind_is_listed_and_shown() {
    let listed = rule(&["list"], &[]);
    let ids: Vec<String> = listed
        .text()
        .lines()
        .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(ids.len(), 62, "{}", listed.all_text());
    for id in &ids {
        let shown = rule(&["show", id], &[]);
        says(&shown, 0, &[&format!("{id}: "), "\nrevoke: ", "\npattern: ", "\ncost: ", "\nrank: "]);
    }
    let shown = rule(&["show", CLOUD], &[]);
    says(&shown, 0, &["proven: the push is refused\n  1: the checksum is valid", "T3xFf"]);
}

#[test]
fn an_unknown_id_is_told_what_may_have_been_meant() {
    says(
        &rule(&["show", "bitbucket-app-pasword"], &[]),
        1,
        &["there is no rule \"bitbucket-app-pasword\"; did you mean bitbucket-app-password"],
    );
    says(&rule(&["show", "nothing like it"], &[]), 1, &["`pushgate rule list` shows them all"]);
}

#[test]
fn the_built_in_rules_pass_their_own_tests() {
    let ended = rule(&["test", "--seeds", "3"], &[]);
    says(&ended, 0, &["62 rules, ", "3 seeds each: all as it should be"]);
}

#[test]
fn everything_that_is_wrong_with_a_file_is_told_at_once() {
    let explodes = RULE.replace("acme-token", "acme-large").replace("[a-z]{9}", "[a-z]*k[a-z]{16}");
    let useless = RULE.replace("acme-token", "acme-none").replace("[\"acme_\"]", "[\"beta_\"]");
    let short = RULE
        .replace("acme-token", "acme-short")
        .replace("title", "near = [\"it\", \"no\"]\ntitle")
        .replace("{lower:9}", "{lowest:9}");
    let bare = RULE
        .replace("acme-token", "acme-bare")
        .replace("counterexamples = [\"acme_file\"]", "")
        .replace("examples = [\"key = acme_{lower:9}\"]", "colour = 1")
        .replace("\"high\"", "\"awful\"");
    let (_folder, path) = written("acme.toml", format!("{explodes}{useless}{short}{bare}"));
    says(
        &rule(&["check"], &[&path]),
        1,
        &[
            "rule acme-large: the pattern explodes",
            "rule acme-none: its pattern does not imply its literals",
            "rule acme-short: the word \"it\" of `near` is shorter",
            "rule acme-short: the word \"no\" of `near` is shorter",
            "rule acme-short: example 1 is no template: nothing is called {lowest:9}",
            "rule acme-bare: unknown key `colour`",
            "rule acme-bare: unknown severity; there are critical, high, medium, low, info",
            "rule acme-bare: it has no example",
            "rule acme-bare: it has no counterexample",
            "9 problems",
        ],
    );
    let (_folder, path) = written("acme.toml", RULE.replace("detector", "x"));
    says(&rule(&["check"], &[&path]), 0, &["automaton of ", "1 rule, 0 problems"]);
}

#[test]
fn a_rule_without_what_judges_it_is_told_apart() {
    let with = |name: &str| {
        RULE.replace("rank", "").replace("title", &format!("detector = \"{name}\"\ntitle"))
    };
    let (_folder, path) = written("acme.toml", with("atlassian"));
    says(&rule(&["check"], &[&path]), 1, &["detector atlassian has no judge of this name"]);
    let (_folder, path) = written("acme.toml", with("elsewhere"));
    says(&rule(&["check"], &[&path]), 1, &["there is no detector elsewhere to judge it"]);
    // Before there is a detector, a pattern can be tried.
    let (_folder, path) = written("acme.toml", RULE);
    says(&rule(&["test"], &[&path]), 0, &["acme-token: names no detector, so only its pattern"]);
    let (_folder, path) =
        written("acme.toml", RULE.replace("key = acme_{lower:9}", "acme_{upper:9}"));
    says(&rule(&["test"], &[&path]), 1, &["acme-token: example 1 is not found (seed 0; 12 of 12"]);
}

#[test]
fn texts_that_speak_to_a_terminal_are_refused_before_anybody_reads_them() {
    for (text, told) in [
        ("the digits\\u001b[2J", "evidence 1 must be printable ASCII"),
        ("fine\\nremote: pushgate: all is well", "evidence 1 must be printable ASCII"),
    ] {
        let manifest = MANIFEST.replace("the digits add up", text);
        let (_folder, path) = written("acme.wasm", component("confirms", &manifest));
        says(&rule(&["check"], &[&path]), 1, &[told]);
        says(&rule(&["test"], &[&path]), 2, &[told]);
    }
    for (from, to, told) in [
        ("name = \"acme\"", "name = \"acme\\u001b[2J\"", "detector.name must be"),
        ("\"Acme token\"", "\"\"", "title is empty"),
        ("\"Ask Acme.\"", "\"\"", "revoke is empty"),
    ] {
        let (_folder, path) =
            written("acme.wasm", component("confirms", &MANIFEST.replace(from, to)));
        says(&rule(&["check"], &[&path]), 1, &[told]);
    }
}

#[test]
fn a_detector_is_checked_and_tested_as_it_will_run() {
    let (_folder, path) = written("acme.wasm", component("confirms", MANIFEST));
    says(
        &rule(&["check"], &[&path]),
        0,
        &["acme-token: automaton of ", "1 rule, 0 problems\nnow run: pushgate rule test "],
    );
    says(&rule(&["test"], &[&path]), 0, &["1 rule, 2 examples and 1 counterexample, 12 seeds"]);

    let wrong = MANIFEST.replace(
        "counterexamples = [\"acme_file\"]",
        "counterexamples = [\"x\", \"acme_abcdefghi\"]",
    );
    let (_folder, path) = written("acme.wasm", component("confirms", &wrong));
    says(
        &rule(&["test"], &[&path]),
        1,
        &[
            "acme-token: counterexample 2 is found, with the grade proven (seed 0; 12 of 12 seeds)",
            "1 problem\n",
        ],
    );

    let unlisted = MANIFEST.replace("{ proven = [1] }", "{ likely = [1] }");
    let (_folder, path) = written("acme.wasm", component("confirms", &unlisted));
    says(
        &rule(&["test"], &[&path]),
        1,
        &["example 1 is found as proven with code 1, which `grades` does not list"],
    );

    let (_folder, path) = written("acme.wasm", component("endless_loop", MANIFEST));
    says(
        &rule(&["test"], &[&path]),
        1,
        &[
            "example 1 is undecided: detector-out-of-fuel (acme-token: it used up the fuel of a call)",
        ],
    );

    let judged = MANIFEST.replace("judges = [\"acme-token\"]", "judges = [\"acme-key\"]");
    let (_folder, path) = written("acme.wasm", component("confirms", &judged));
    says(&rule(&["check"], &[&path]), 1, &["rule acme-token: detector acme has no judge"]);
    says(&rule(&["test"], &[&path]), 2, &["`pushgate rule check` tells all"]);

    let clock = wat::parse_str(guest("has_import")).expect("the text is a component");
    let (_folder, path) = written("acme.wasm", with_manifest(clock, MANIFEST));
    says(&rule(&["check"], &[&path]), 1, &["import", "1 rule, 1 problem\n"]);
    let (_folder, path) = written("acme.wasm", "no module at all");
    says(&rule(&["check"], &[&path]), 1, &["0 rules, 1 problem\n"]);
}

#[test]
fn what_cannot_be_tried_is_neither_right_nor_wrong() {
    let (folder, path) = written("acme.txt", RULE);
    for command in ["check", "test"] {
        says(&rule(&[command], &[&path]), 2, &["neither a rule file"]);
        says(&rule(&[command], &[&folder.path().join("no.toml")]), 2, &["reading "]);
        says(&rule(&[command], &[&folder.path().join("no.wasm")]), 2, &["reading "]);
    }
    says(&rule(&["check"], &[]), 2, &["Usage"]);
    says(&rule(&["test", "--text"], &[&folder.path().join("nowhere")]), 2, &["reading "]);
}

#[test]
fn texts_of_an_author_are_searched_without_showing_what_is_in_them() {
    let folder = TempDir::new().expect("there is room for temporary files");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("it is ours");
        std::fs::write(path, text).expect("the folder is ours");
    };
    write("b/app.env", &format!("A=1\nTOKEN={}\n", tokens::cloud(1)));
    write("a.txt", &format!("x\n\n{}\nkey = acme_abcdefghi\n", tokens::app_password(2)));
    write("clean.txt", "nothing here\n");
    std::os::unix::fs::symlink("/", folder.path().join("link")).expect("the folder is ours");

    let found = rule(&["test", "--text"], &[folder.path()]);
    let root = folder.path().display();
    let told = found.text();
    tokens::assert_not_in(told.as_bytes(), "the list");
    assert_eq!(
        told,
        format!(
            "{APP_PASSWORD} proven {root}/a.txt:3\n{CLOUD} proven {root}/b/app.env:2\n\
             3 files: 2 findings"
        )
    );
    assert_eq!(found.code(), 1);

    let clean = rule(&["test", "--text"], &[&folder.path().join("clean.txt")]);
    says(&clean, 0, &["1 file: nothing found"]);

    let (_folder, path) = written("acme.wasm", component("confirms", MANIFEST));
    let own = rule(&["test", &path.display().to_string(), "--text"], &[folder.path()]);
    says(&own, 1, &[&format!("acme-token proven {root}/a.txt:4"), "3 files: 3 findings"]);
}

#[test]
fn what_is_undecided_in_a_text_is_counted_so() {
    let (_text, text) = written("a.txt", "key = acme_abcdefghi\n");
    let (_folder, path) = written("acme.wasm", component("unreachable", MANIFEST));
    let ended = rule(&["test", &path.display().to_string(), "--text"], &[&text]);
    let cause = "undecided ";
    says(&ended, 1, &[cause, "1 file: 0 findings, 1 undecided"]);
}

#[test]
fn the_rule_of_the_first_page_for_authors_passes() {
    let page =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rule-authors/write-a-rule.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let block = |start: &str| {
        let from = page.split(start).nth(1).expect("the page has such a block");
        from.split("```").next().unwrap_or_default().to_owned()
    };
    let (folder, path) = written("acme.toml", block("```toml\n"));
    let checked = rule(&["check"], &[&path]);
    let told = checked.all_text().replace(&format!("{}/", folder.path().display()), "");
    assert_eq!(told, block("```text\n"), "the page shows what was said once");
    let tested = rule(&["test"], &[&path]);
    assert_eq!(tested.code(), 0, "{}", tested.all_text());
    assert!(page.contains(&tested.all_text()), "{} is not on the page", tested.all_text());
}

#[test]
fn what_two_files_claim_is_told_with_both() {
    let folder = TempDir::new().expect("there is room for temporary files");
    let at = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("the folder is ours");
        path
    };
    let one = at("one.toml", RULE.as_bytes());
    let two = at("two.toml", RULE.as_bytes());
    says(
        &rule(&["check"], &[&one, &two]),
        1,
        &["two.toml: rule acme-token: ", "one.toml has a rule of this id, too", "1 problem\n"],
    );
    let wasm = component("confirms", MANIFEST);
    let (three, four) = (at("three.wasm", &wasm), at("four.wasm", &wasm));
    says(
        &rule(&["check"], &[&three, &four]),
        1,
        &["three.wasm has a detector acme, too", "three.wasm has a rule of this id, too"],
    );
    let built_in = MANIFEST.replace("\"acme-token\"", &format!("{CLOUD:?}"));
    let path = at("five.wasm", &component("confirms", &built_in));
    says(&rule(&["check"], &[&path]), 1, &["a built-in rule has this id; choose another"]);
    let named = MANIFEST.replace("\"acme\"", "\"atlassian\"");
    let path = at("six.wasm", &component("confirms", &named));
    says(&rule(&["check"], &[&path]), 1, &["the built-in detector has the name atlassian"]);
    // A rule beside the detector that judges it is one.
    let manifest = at("manifest.toml", MANIFEST.as_bytes());
    says(&rule(&["check"], &[&manifest, &three]), 0, &["1 rule, 0 problems"]);
}

#[test]
fn what_is_no_component_is_told_for_what_it_is() {
    for (content, words) in [
        (&b"\x7fELF\x02\x01\x01\0\0\0"[..], "not a WebAssembly component: it is a native program"),
        (RULE.as_bytes(), "not a WebAssembly component: it is a text"),
        (b"\xff\xfe\0\0\x01", "not a WebAssembly component: it does not begin"),
        (b"", "it is empty"),
        (b"\0asm\x02\0\0\0", "of a version that this tool does not know"),
        (b"\0asm\x01\0\0\0", "it has no custom section `pushgate:manifest`"),
    ] {
        let (_folder, path) = written("acme.wasm", content);
        says(&rule(&["check"], &[&path]), 1, &[words]);
    }
    let (folder, _path) = written("acme.wasm", "");
    says(&rule(&["check"], &[folder.path()]), 2, &["is a folder; name the files in it"]);
}

#[test]
fn a_pattern_that_cannot_be_compiled_or_never_match_is_told_with_its_file() {
    for (pattern, words) in [
        ("acme_[a-z]*k[a-z]{16}", "the pattern explodes"),
        ("acme_[a-z]{4092}", "every match has more than 4096 bytes"),
    ] {
        let (_folder, path) = written("acme.toml", RULE.replace("acme_[a-z]{9}", pattern));
        let words = ["acme.toml: rule acme-token: ", words];
        says(&rule(&["check"], &[&path]), 1, &words);
        says(&rule(&["test"], &[&path]), 2, &words);
    }
}

#[test]
fn a_template_that_becomes_too_long_is_an_ordinary_problem() {
    for hole in ["{alnum:99999999999}", "{repeat:x:99999999}"] {
        let (_folder, path) = written("acme.toml", RULE.replace("{lower:9}", hole));
        let words = ["acme.toml: rule acme-token: example 1 is no template: it becomes longer"];
        says(&rule(&["check"], &[&path]), 1, &words);
        says(&rule(&["test"], &[&path]), 2, &words);
    }
}

#[test]
fn a_component_that_is_made_as_the_page_says_without_rust_is_a_detector() {
    let page = include_str!("../../docs/rule-authors/write-a-detector.md");
    let script = page.split("```python\n").nth(1).and_then(|rest| rest.split("```").next());
    let text = guest("shell").replace("\n  GUEST\n", &format!("\n{}\n", guest("confirms")));
    let (folder, bare) = written("bare.wasm", wat::parse_str(text).expect("it is a component"));
    says(&rule(&["check"], &[&bare]), 1, &["has no custom section", "\"Without Rust\""]);
    let (manifest, whole) = (folder.path().join("manifest.toml"), folder.path().join("acme.wasm"));
    std::fs::write(&manifest, MANIFEST).expect("the folder is ours");
    let mut python = command("python3", folder.path());
    python.arg("-c").arg(script.expect("the page has it")).args([&bare, &manifest, &whole]);
    let ended = run(python, b"");
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    says(&rule(&["check"], &[&whole]), 0, &["1 rule, 0 problems"]);
    says(&rule(&["test"], &[&whole]), 0, &["all as it should be"]);
}

#[test]
fn an_example_of_a_problem_is_never_shown() {
    let template = "{bitbucket-app-password}";
    let text =
        RULE.replace("key = acme_{lower:9}", template).replace("acme_file", "acme_abcdefghi");
    let (_folder, path) = written("acme.toml", text);
    let ended = rule(&["test"], &[&path]);
    says(&ended, 1, &["acme-token: example 1 is not found"]);
    assert!(!ended.all_text().contains("ATBB"), "{}", ended.all_text());
}
