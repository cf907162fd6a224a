//! `pushgate remediate`: a card for each kind, for people and for programs, and the pages made of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::commands::{Ended, command, run, tool};

/// Columns of a terminal; what must not be broken, an address or a command, may be longer.
const COLUMNS: usize = 80;

#[track_caller]
fn remediate(words: &[&str]) -> Ended {
    let home = TempDir::new().expect("there is room for temporary files");
    let mut command = command(tool(), home.path());
    command.arg("remediate").args(words);
    run(command, b"")
}

#[track_caller]
fn told(words: &[&str]) -> String {
    let ended = remediate(words);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert!(ended.stderr.is_empty(), "{}", ended.all_text());
    String::from_utf8(ended.stdout).expect("the tool speaks UTF-8")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/remediation")
}

fn kinds() -> Vec<String> {
    let list = told(&[]);
    let first = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    list.lines().map(first).collect()
}

#[test]
fn the_pages_of_cards_are_those_of_the_cards() {
    let made = TempDir::new().expect("there is room for temporary files");
    let names = told(&["--write-docs", &made.path().display().to_string()]);
    let names: BTreeSet<&str> = names.lines().collect();
    assert_eq!(names.len(), 63, "a page for each kind, and the index");
    for name in &names {
        let new = std::fs::read_to_string(made.path().join(name)).expect("it was just written");
        let old = std::fs::read_to_string(folder().join(name)).unwrap_or_default();
        assert!(
            new == old,
            "docs/remediation/{name} is not current: \
             `dist/bin/pushgate remediate --write-docs docs/remediation`"
        );
    }
    let again = told(&["--write-docs", &made.path().display().to_string()]);
    assert_eq!(again, "", "nothing changed, so nothing was written");
    for entry in std::fs::read_dir(folder()).expect("the folder is there") {
        let name = entry.expect("a folder entry").file_name().to_string_lossy().into_owned();
        assert!(
            !name.ends_with(".md") || names.contains(&*name),
            "docs/remediation/{name} is the page of no kind"
        );
    }
}

#[test]
fn every_kind_has_a_card_in_each_form() {
    let listed = kinds();
    assert_eq!(listed.len(), 62);
    for kind in &listed {
        let text = told(&[kind]);
        for part in [
            &format!("{kind}: "),
            "\nRevoke it now\n",
            "\nPut another in its place\n  ",
            "\n  1. ",
            "\nLook for misuse\n  When: ",
            "\nWhat else to check\n",
            "\nKeep it out of the repository\n",
            "\nMore\n",
        ] {
            assert!(text.contains(part), "{kind}: {part:?} is not in\n{text}");
        }
        assert!(text.is_ascii(), "{kind}");
        let long = text.lines().find(|line| line.len() > COLUMNS && !holds_what_is_whole(line));
        assert_eq!(long, None, "{kind}");

        let page = told(&[kind, "--format", "markdown"]);
        let kept = std::fs::read_to_string(folder().join(format!("{kind}.md")));
        assert!(page == kept.expect("each kind has a page"), "{kind}");

        let object: Value = serde_json::from_str(&told(&[kind, "--format", "json"])).expect("JSON");
        assert_eq!(object["kind"], **kind);
        check_shape(&object);
    }
}

/// An address or a command, alone on its line.
fn holds_what_is_whole(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("https://") || line.starts_with("curl ") || line.starts_with("forge ")
}

/// What the index promises to programs.
#[track_caller]
fn check_shape(object: &Value) {
    let told = |key: &str| format!("{}: {key}", object["kind"]);
    assert_eq!(object["schema"], "pushgate.remediation/1");
    for key in ["title", "product", "severity", "what", "opens", "breaks"] {
        assert!(object[key].is_string(), "{}", told(key));
    }
    for key in ["rotate", "also", "prevent"] {
        let texts = object[key].as_array().expect("a list");
        assert!(!texts.is_empty() && texts.iter().all(Value::is_string), "{}", told(key));
    }
    let entries = [
        (&object["revoke"], ["who", "path"]),
        (&object["misuse"]["look"], ["log", "look"]),
        (&object["links"], ["title", "url"]),
    ];
    for (list, keys) in entries {
        let list = list.as_array().expect("a list");
        assert!(!list.is_empty(), "{}", told(keys[0]));
        for entry in list {
            assert!(keys.iter().all(|key| entry[key].is_string()), "{}", told(keys[0]));
        }
    }
    for entry in object["revoke"].as_array().into_iter().flatten() {
        assert!(entry["verified"].is_boolean(), "{}", told("verified"));
    }
    assert!(object["misuse"]["from"].is_string(), "{}", told("from"));
    for page in object["migrate"].as_array().expect("a list") {
        let path = page["path"].as_str().expect("a path");
        assert!(folder().join(path).is_file(), "{}", told(path));
    }
}

#[test]
fn what_a_card_leads_to_can_be_had_without_the_folder_of_pages() {
    let mut pages = BTreeSet::new();
    for kind in kinds() {
        let text = told(&[&kind]);
        assert!(!text.contains("docs/remediation") && !text.contains("migrate/"), "{kind}: {text}");
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("pushgate ")) {
            pages.insert(line.to_owned());
        }
    }
    assert_eq!(pages.len(), 7, "{pages:?}");
    for line in &pages {
        let words: Vec<&str> = line.split(' ').collect();
        let (name, more) = (words[1], &words[2..]);
        assert_eq!(words[0], "remediate", "{line}");
        let page = told(&words[1..]);
        let path =
            if more.is_empty() { format!("migrate/{name}.md") } else { format!("{name}.md") };
        assert_eq!(page, std::fs::read_to_string(folder().join(path)).expect("it is there"));
        assert!(page.contains("\n```"), "{line}: it shows how it is done");
    }
    let ended = remediate(&["oauth-3l"]);
    assert!(ended.all_text().ends_with("did you mean oauth-3lo?\n"), "{}", ended.all_text());
    let ended = remediate(&["oauth-3lo", "--format", "json"]);
    assert!(ended.all_text().contains("no JSON"), "{}", ended.all_text());
    assert_eq!(ended.code(), 1);
}

#[test]
fn nothing_on_remediation_looks_like_a_secret() {
    let home = TempDir::new().expect("there is room for temporary files");
    let mut command = command(tool(), home.path());
    command.args(["rule", "test", "--text"]).arg(folder());
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/remediation"));
    let ended = run(command, b"");
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert!(ended.text().ends_with(" files: nothing found"), "{}", ended.all_text());
}

#[test]
fn without_a_kind_there_are_all() {
    let list: Value = serde_json::from_str(&told(&["--format", "json"])).expect("JSON");
    let ids: Vec<&str> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|object| object["kind"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids, kinds());
    let index = told(&["--format", "markdown"]);
    let kept = std::fs::read_to_string(folder().join("README.md")).expect("the index is there");
    assert_eq!(index, kept);
}

#[test]
fn what_is_not_verified_is_said_to_be_so() {
    let text = told(&["atlassian-service-account-api-token"]);
    assert!(text.contains(" Not verified."), "{text}");
    assert!(text.contains("What is marked \"not verified\" comes from general"), "{text}");
    let text = told(&["jira-dc-pat"]);
    assert!(!text.to_lowercase().contains("not verified"), "{text}");
}

#[test]
fn an_unknown_kind_is_told_what_may_have_been_meant() {
    let ended = remediate(&["jira-dc-pta"]);
    assert_eq!(ended.code(), 1);
    assert_eq!(
        ended.all_text(),
        "pushgate: there is no kind \"jira-dc-pta\"; did you mean jira-dc-pat?\n"
    );
    let ended = remediate(&["something else"]);
    assert_eq!(ended.code(), 1);
    assert!(ended.all_text().contains("`pushgate remediate` lists them all"));
    let ended = remediate(&["\u{1b}[2J"]);
    assert!(!ended.all_text().contains('\u{1b}'), "{}", ended.all_text());
    let ended = remediate(&["jira-dc-pat", "--write-docs", "x"]);
    assert_eq!(ended.code(), 2, "{}", ended.all_text());
}

/// For each page on a way out, lines that its search is for, and some that it is not for.
const SEARCHED: [(&str, &[&str], &[&str]); 5] = [
    (
        "scoped-tokens.md",
        &[
            "client = JIRA(basic_auth=(user, secret))",
            "curl -u \"$USER:$TOKEN\" https://jira.example.com/rest/api/2/myself",
            "export CONFLUENCE_API_TOKEN=YOUR_TOKEN",
            "BITBUCKET_APP_PASSWORD: YOUR_TOKEN",
        ],
        &["curl https://jira.example.com/status", "the tokens of the parser"],
    ),
    (
        "oauth-3lo.md",
        &[
            "headers['Authorization'] = 'Basic ' + encoded",
            "\"authorization\": \"basic YOUR_TOKEN\"",
            "auth = HTTPBasicAuth(user, secret)",
            "curl --user \"$LOGIN\" https://example.atlassian.net/rest/api/3/myself",
        ],
        &["Authorization: Bearer YOUR_TOKEN", "a basic parser"],
    ),
    (
        "connect-to-forge.md",
        &[
            "    sharedSecret: settings.sharedSecret,",
            "const ac = require('atlassian-connect-express');",
            "app.get('/page', addon.authenticate(), handler);",
            "connectModules:",
        ],
        &["const secret = shared();", "module.exports = connect;"],
    ),
    (
        "application-links.md",
        &[
            "params['oauth_consumer_key'] = 'OauthKey'",
            "https://jira.example.com/plugins/servlet/oauth/request-token",
            "curl -X PUT https://jira.example.com/rest/applinks/3.0/links",
            "allowUserImpersonation: true",
            "trustedApplications.certificate",
        ],
        &["oauth2_client_id = ID", "application links are described elsewhere"],
    ),
    (
        "single-sign-on.md",
        &[
            "https://jira.example.com/rest/api/2/search?os_username=ada",
            "Cookie: JSESSIONID=YOUR_COOKIE",
            "requests.post(base + '/rest/auth/1/session', json=login)",
        ],
        &["the session ended", "Authorization: Bearer YOUR_TOKEN"],
    ),
];

#[test]
fn the_searches_of_the_ways_out_find_what_they_are_for() {
    let pages = std::fs::read_dir(folder().join("migrate")).expect("the folder is there").count();
    assert_eq!(pages, SEARCHED.len());
    for (page, found, other) in SEARCHED {
        let text = std::fs::read_to_string(folder().join("migrate").join(page)).expect(page);
        let search = text.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next());
        let search = search.expect("the page has a command");
        assert!(search.starts_with("git grep "), "{page}: {search}");

        let home = TempDir::new().expect("there is room for temporary files");
        let lines = [found, other].concat();
        std::fs::write(home.path().join("code.txt"), lines.join("\n")).expect("it is ours");
        for words in [&["init", "-q"][..], &["add", "code.txt"]] {
            let mut git = command("git", home.path());
            git.current_dir(home.path()).args(words);
            assert_eq!(run(git, b"").code(), 0);
        }
        let mut shell = command("sh", home.path());
        shell.current_dir(home.path()).args(["-c", search]);
        let ended = run(shell, b"");
        let expected: Vec<String> =
            (1..).zip(found).map(|(number, line)| format!("code.txt:{number}:{line}")).collect();
        let told = ended.text();
        assert_eq!(told.lines().collect::<Vec<_>>(), expected, "{page}: {}", ended.all_text());
    }
}
