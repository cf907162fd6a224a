//! What an admin adds to messages, and how messages look where the person reads them.

use serde_json::Value;

use super::pages::on_a_page;
use crate::support::desk::Desk;
use crate::support::tokens::CLOUD;
use crate::support::{Change, History, PushLab, Pushed, file, settings, tokens};

/// The admin's guide.
const GUIDE: &str = include_str!("../../docs/admin/configure.md");

/// What a server says of a change that somebody makes on its pages.
const WEB: &[&[(&str, &str)]] = &[
    &[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", "web")],
    &[("GITHUB_REPO_NAME", "o/r"), ("GITHUB_USER_LOGIN", "ada"), ("GITHUB_VIA", "blob#save")],
    &[("BB_HOOK_TYPE", "PRE"), ("BB_REPO_SLUG", "r"), ("BB_HOOK_TRIGGER_ID", "file-edit")],
    &[
        ("GITEA_REPO_NAME", "r"),
        ("GITEA_PUSHER_NAME", "ada"),
        ("SSH_ORIGINAL_COMMAND", "gitea-internal"),
    ],
];

/// A laboratory with a commit that has a secret, under this configuration.
#[track_caller]
fn lab(config: &str, seed: u64) -> PushLab {
    let lab = PushLab::configured(config);
    lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(seed))])));
    lab
}

#[track_caller]
fn push_as(lab: &PushLab, variables: &[(&str, &str)]) -> Pushed {
    lab.push_with(&["--force", "main"], |command| {
        command.envs(variables.iter().copied());
    })
}

#[track_caller]
fn ends_in(pushed: &Pushed, lines: &[&str]) {
    let tail = pushed.remote.len().saturating_sub(lines.len());
    assert_eq!(&pushed.remote[tail..], lines, "{}", pushed.told());
}

#[test]
fn the_lines_of_the_admin_end_every_refusal_and_no_warning() {
    let own = "[message]\nhelp = \"Call 4711.\"\nlink = \"https://chat.example.org/a?b=c#d\"\n\
               page = \"https://wiki.example.org/push\"\n";
    let lines =
        ["  Page: https://wiki.example.org/push", "Call 4711.", "https://chat.example.org/a?b=c#d"];
    let lab = lab(own, 9200);
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    ends_in(&pushed, &lines);
    lab.configure(&format!("{own}[limits]\nref_updates_max = 0\n"));
    let pushed = lab.push(&["main"]);
    pushed.gate_failed();
    ends_in(&pushed, &lines);
    lab.configure(&format!("{own}[limits]\ncandidates_per_object_max = 0\n"));
    let pushed = lab.push(&["main"]);
    pushed.refused_undecided();
    ends_in(&pushed, &lines);
    lab.configure(&format!("mode = \"warn\"\n{own}"));
    let pushed = lab.push(&["main"]);
    pushed.accepted_with_warning();
    assert!(!pushed.stderr.contains("4711"), "{}", pushed.told());
}

#[test]
fn the_page_of_the_admin_stands_in_place_of_ours() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9201);
    for index in 0..13 {
        desk.commit(&[(&format!("f{index}.txt"), &desk.secret())]);
    }
    let ours = "  Page: \"My push was rejected\", or type: pushgate explain rejected";
    desk.push(&["main"]).refused_for(&[CLOUD]).says(ours);
    lab.configure("[message]\npage = \"https://wiki.example.org/push\"\n");
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("# see the page that is named below");
    pushed.says("  Page: https://wiki.example.org/push");
    assert!(!pushed.stderr.contains("My push was rejected"), "{}", pushed.told());
}

#[test]
fn a_long_plan_leaves_room_for_the_lines_of_the_admin_or_is_not_begun() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9202);
    let secret = desk.secret();
    desk.commit(&[("a.yml", &secret), ("b.yml", &secret), (".env", &secret), ("c.yml", &secret)]);
    desk.git("rm -q c.yml");
    desk.commit(&[("a.yml", &format!("{secret}more\n"))]);
    desk.git("branch one");
    desk.git("branch two");
    let words: [&[&str]; 3] = [&["main"], &["main", "one"], &["main", "one", "two"]];
    let last = ["git branch -d mend-", "# at the end: git", "# at the end: git"];
    let told = |pushed: &Pushed, text: &str| pushed.remote.iter().any(|line| line.contains(text));
    for (words, last) in words.iter().zip(last).take(2) {
        desk.push(words).refused_for(&[CLOUD]).says("git switch --detach").says(last);
    }
    desk.push(words[2]).refused_for(&[CLOUD]).says("too much is to be changed at once");
    let page = "[message]\nhelp = \"Call 4711.\"\npage = \"https://wiki.example.org\"\n";
    let more = "link = \"https://chat.example.org\"\njson = true\n";
    for (config, fits) in [(page.to_owned(), true), (format!("{page}{more}"), false)] {
        lab.configure(&config);
        for (words, last) in words.iter().zip(last) {
            let pushed = desk.push(words);
            pushed.refused_for(&[CLOUD]).says("3. Push again").says("Not a secret?");
            let own =
                ["  Page: https://wiki.example.org", "Call 4711.", "https://chat.example.org"];
            ends_in(&pushed, if fits { &own[..2] } else { &own });
            assert_ne!(pushed.notice.is_some(), fits, "{}", pushed.told());
            // A plan is told whole, or not at all.
            let begins = told(&pushed, "git switch --detach");
            assert_eq!(begins, told(&pushed, last), "{}", pushed.told());
            assert_eq!(begins, fits && words.len() < 2, "{}", pushed.told());
            let is_not_begun = told(&pushed, "too much is to be changed at once");
            assert_ne!(begins, is_not_begun, "{}", pushed.told());
        }
    }
}

#[test]
fn a_text_of_the_admin_that_cannot_be_told_refuses_every_push_and_is_named() {
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([file("a", "one\n")])));
    let cases = [
        ("help = \"a\\nb\"", "message.help", "one line"),
        ("help = \"\\u001b[31mred\"", "message.help", "control characters"),
        ("help = \"Hilfe f\u{fc}r alle\"", "message.help", "ASCII"),
        ("help = \"error: ask\"", "message.help", "must not begin with"),
        ("help = \"GL-HOOK-ERR: ask\"", "message.help", "must not begin with"),
        (
            "help = \"See pushgate: push refused: 0 secrets found\"",
            "message.help",
            "the first line",
        ),
        ("help = \"a non-fast-forward\"", "message.help", "Gitea"),
        ("link = \"wiki.example.org\"", "message.link", "https://"),
        ("link = \"https://wiki.example.org/a b\"", "message.link", "no blank"),
        ("page = \"https://me:word@wiki.example.org\"", "message.page", "password"),
        ("page = \"\"", "message.page", "must not be empty"),
        ("colour = \"auto\"", "message.colour", "`never` or `always`"),
        ("json = 1", "message.json", "true or false"),
    ];
    let long = format!("help = \"{}\"", "x".repeat(73));
    let long = [(long.as_str(), "message.help", "at most 72 characters")];
    for (line, key, reason) in cases.into_iter().chain(long) {
        lab.configure_raw(format!("# Ours\n[message]\n\n{line}\n"));
        let pushed = lab.push(&["main"]);
        pushed.gate_failed();
        let told: String =
            pushed.remote.iter().map(|line| line.trim_start_matches([' ', '>'])).collect();
        let told = told.replace(' ', "");
        for part in [&lab.config_text(), "line 4:", key, reason] {
            let part = part.replace(' ', "");
            assert!(told.contains(&part), "{part} of {line}: {}", pushed.told());
        }
    }
}

#[test]
fn colours_are_for_terminals_and_for_who_asked_for_them() {
    let lab = lab("", 9203);
    let pushed = lab.push(&["main"]);
    assert!(!pushed.stderr.contains('\x1b'), "{}", pushed.told());
    lab.configure("[message]\ncolour = \"never\"\n");
    assert!(!lab.push(&["main"]).stderr.contains('\x1b'));
    let plain = pushed.remote.clone();
    let coloured = "[message]\ncolour = \"always\"\n";
    lab.configure(coloured);
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    let first = "remote: pushgate: \x1b[1;31mpush refused: 1 secret found\x1b[m [PG0101]";
    assert!(pushed.stderr.contains(first), "{:?}", pushed.stderr);
    let command = "remote:     \x1b[36mgit commit --amend --no-edit --allow-empty -- :/a.env\x1b[m";
    assert!(pushed.stderr.contains(command), "{:?}", pushed.stderr);
    // The words are the same.
    assert_eq!(pushed.remote, plain);
    for variables in WEB {
        let pushed = push_as(&lab, variables);
        pushed.refused_for(&[CLOUD]);
        assert!(!pushed.stderr.contains('\x1b'), "{variables:?}: {}", pushed.told());
    }
    lab.configure(&format!("mode = \"warn\"\n{coloured}"));
    let pushed = lab.push(&["main"]);
    pushed.accepted_with_warning();
    assert!(
        pushed.stderr.contains("pushgate: \x1b[1;33mwarning: 1 secret found"),
        "{}",
        pushed.told()
    );
}

/// Checks the line for tools against the record of the same push.
#[track_caller]
fn agrees(pushed: &Pushed, action: &str) -> Value {
    let notice = pushed.notice.clone().unwrap_or_else(|| panic!("no notice: {}", pushed.told()));
    let listed = notice["findings"].as_array().expect("findings are a list");
    let recorded: Vec<&Value> =
        pushed.findings().iter().filter(|finding| finding["action"] == action).collect();
    assert_eq!(notice["secrets"], recorded.len(), "{}", pushed.told());
    assert!(!listed.is_empty() && listed.len() <= recorded.len(), "{}", pushed.told());
    for (told, recorded) in listed.iter().zip(recorded) {
        let site = &recorded["sites"][0];
        for field in ["kind", "grade"] {
            assert_eq!(told[field], recorded[field], "{field}: {}", pushed.told());
        }
        for field in ["source", "line", "column", "commit", "ref", "path"] {
            assert_eq!(told[field], site[field], "{field}: {}", pushed.told());
        }
        assert_eq!(told["sites"], recorded["site_count"], "{}", pushed.told());
        let id = told["id"].as_str().expect("an id is a text");
        let fingerprint = recorded["fingerprint"].as_str().expect("a record was checked");
        assert!(id.len() == 16 && fingerprint.starts_with(id), "{}", pushed.told());
    }
    notice
}

#[test]
fn the_line_for_tools_says_what_the_record_says() {
    let json = "[message]\njson = true\n";
    let lab = lab(json, 9204);
    let pushed = lab.push(&["main"]);
    let notice = agrees(&pushed, "block");
    assert_eq!(notice["code"], "PG0101", "{}", pushed.told());
    assert_eq!(notice["findings"][0]["path"], "a.env", "{}", pushed.told());
    pushed.says(&format!("#{}", notice["findings"][0]["id"].as_str().expect("a text")));
    for variables in WEB {
        let pushed = push_as(&lab, variables);
        assert_eq!(agrees(&pushed, "block")["code"], "PG0101", "{}", pushed.told());
    }
    lab.configure(&format!("mode = \"warn\"\n{json}"));
    let notice = agrees(&lab.push(&["main"]), "block");
    assert_eq!(notice["code"], "PG0301");
    lab.configure(&format!("{json}[limits]\nref_updates_max = 0\n"));
    let pushed = lab.push(&["main:refs/heads/x"]);
    pushed.gate_failed();
    assert_eq!(pushed.notice.as_ref().expect("it is wanted")["secrets"], 0, "{}", pushed.told());
    lab.configure(&format!("{json}[limits]\ncandidates_per_object_max = 0\n"));
    lab.import(&History::root(Change::of([settings("b.env", &tokens::cloud(9210))])));
    let pushed = lab.push(&["--force", "main:refs/heads/y"]);
    let notice = pushed.notice.as_ref().unwrap_or_else(|| panic!("{}", pushed.told()));
    assert_eq!(notice["undecided"][0]["cause"], "too-many-candidates", "{}", pushed.told());
    assert_eq!(notice["open"], 1, "{}", pushed.told());
    lab.configure("");
    assert!(lab.push(&["main:refs/heads/z"]).notice.is_none());
}

#[test]
fn a_clean_push_has_no_line_for_tools() {
    let lab = PushLab::configured("[message]\njson = true\ncolour = \"always\"\n");
    lab.import(&History::root(Change::of([file("a", "one\n")])));
    lab.push(&["main"]).accepted_silently();
}

#[test]
fn the_line_for_tools_is_bounded_and_shows_no_secret() {
    let lab = PushLab::configured("[message]\njson = true\n");
    let entries: Vec<_> = (0..300)
        .map(|index| {
            let folder = format!("{}\x1b\"\\\n{index}", "long-name-\u{fc}".repeat(20));
            settings(&format!("{folder}/f"), &tokens::app_password(9300 + index))
        })
        .collect();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    pushed.refused_for_secrets();
    let notice = pushed.notice.as_ref().expect("it is wanted");
    assert_eq!(notice["secrets"], 300, "{}", pushed.told());
    let listed = notice["findings"].as_array().expect("a list").len();
    assert!((3..300).contains(&listed), "{listed}: {}", pushed.told());
    let told: usize = pushed.sent.iter().map(|line| line.len() + 1).sum();
    assert!(told < 16 * 1024, "{told}");

    let path = format!("src/{}/a.env", tokens::app_password(9205));
    lab.import(&History::root(Change::of([
        settings(&path, &tokens::cloud(9206)),
        settings("non-fast-forward.env", &tokens::cloud(9211)),
    ])));
    let pushed = lab.push(&["--force", "main"]);
    let notice = pushed.notice.as_ref().expect("it is wanted");
    let listed = notice["findings"].as_array().expect("a list");
    for path in ["src/***.env", "non\\x2dfast-forward.env"] {
        let is_listed = listed.iter().any(|finding| finding["path"] == path);
        assert!(is_listed, "{path}: {}", pushed.told());
    }
}

#[test]
fn who_works_on_a_page_is_told_no_commands_and_nothing_is_lost_there() {
    let lab = lab("", 9207);
    lab.push(&["main"]).refused_for(&[CLOUD]).says("git commit --amend");
    for variables in WEB {
        let pushed = push_as(&lab, variables);
        pushed.refused_for(&[CLOUD]).says("Revoke what is listed").says("save again");
        let has_command = |line: &String| line.contains("git ") || line.contains("Push again");
        assert!(!pushed.remote.iter().any(has_command), "{}", pushed.told());
        let is_trimmed = |line: &String| !line.is_empty() && !line.starts_with(' ');
        assert!(pushed.remote.iter().all(is_trimmed), "{}", pushed.told());
        let is_gitlab = variables[0].0 == "GL_REPOSITORY";
        assert_eq!(
            pushed.sent[0].starts_with("GL-HOOK-ERR: pushgate: push refused: 1 secret"),
            is_gitlab,
            "{}",
            pushed.told()
        );
    }
    // On a terminal GitLab's mark would stand before each line.
    for protocol in ["ssh", "http"] {
        let pushed = push_as(&lab, &[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", protocol)]);
        pushed.refused_for(&[CLOUD]).says("git commit --amend");
        assert!(
            pushed.sent[0].starts_with("pushgate: push refused: 1 secret"),
            "{}",
            pushed.told()
        );
    }
}

#[test]
fn who_merges_is_told_of_the_branch_and_who_edits_is_not() {
    let lab = lab("", 9213);
    let check = |variables: &[(&str, &str)], edits: bool, merges: bool| {
        let pushed = push_as(&lab, variables);
        pushed.refused_for(&[CLOUD]);
        let told = pushed.remote.join(" ");
        assert_eq!(told.contains("save again"), edits, "{variables:?}: {}", pushed.told());
        assert_eq!(told.contains("squash"), merges, "{variables:?}: {}", pushed.told());
    };
    check(&[("GITHUB_VIA", "blob#save")], true, false);
    check(&[("GITHUB_VIA", "pull request merge button")], false, true);
    check(&[("BB_HOOK_TRIGGER_ID", "file-edit")], true, false);
    check(&[("BB_HOOK_TRIGGER_ID", "pull-request-merge")], false, true);
    let gitea = ("SSH_ORIGINAL_COMMAND", "gitea-internal");
    check(&[gitea, ("GITEA_PUSH_TRIGGER", "pr-merge-to-base")], false, true);
    // Where it is not said, both are told.
    check(&[gitea], true, true);
    check(WEB[0], true, true);
}

#[test]
fn pages_of_gitlab_show_what_is_wrong_with_the_gate_too() {
    let lab = lab("", 9208);
    let first = "GL-HOOK-ERR: pushgate: push refused: the gate itself failed [";
    for config in ["nonsense = 1\n", "[limits]\nref_updates_max = 0\n"] {
        lab.configure_raw(config);
        let pushed = push_as(&lab, WEB[0]);
        pushed.gate_failed();
        assert!(pushed.sent[0].starts_with(first), "{}", pushed.told());
    }
    // What the admin says of the server goes before its variables.
    lab.configure("profile = \"plain\"\n");
    let pushed = push_as(&lab, WEB[0]);
    assert!(pushed.sent[0].starts_with("pushgate: push refused: 1 secret"), "{}", pushed.told());
}

#[test]
fn a_check_and_a_doctor_read_messages_in_whatever_manner() {
    let config = "[message]\ncolour = \"always\"\njson = true\nhelp = \"Call 4711.\"\n";
    let lab = lab(config, 9209);
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    let clone = lab.root().join("desk");
    lab.git(&["clone", "-q", &lab.client.display().to_string(), "desk"]);
    let mut command = lab.command(crate::support::commands::tool());
    command.current_dir(clone).args(["check", "--config", &lab.config_text(), "--path", "a.env"]);
    let ended = crate::support::commands::run(command, b"");
    assert_eq!(ended.code(), 1, "{}", ended.all_text());
    let text = ended.text();
    assert!(
        text.starts_with("pushgate: check: would be refused: 1 secret found [PG0101]"),
        "{text}"
    );
    assert!(!text.contains('\x1b') && !text.contains("pushgate.message/"), "{text}");
}

/// The text of a block of the guide that begins so.
#[track_caller]
fn block(begin: &str) -> &'static str {
    let at = GUIDE.find(begin).unwrap_or_else(|| panic!("no {begin:?} in the guide"));
    let text = &GUIDE[at..];
    let text = text.split_once('\n').map_or("", |(_, text)| text);
    text.split_once("```").map_or("", |(text, _)| text)
}

/// The names of the fields of an object, in order.
#[track_caller]
fn fields(object: &Value) -> Vec<&String> {
    let mut names: Vec<&String> = object.as_object().expect("an object").keys().collect();
    names.sort_unstable();
    names
}

#[test]
fn the_examples_of_the_guide_do_what_it_says() {
    let example = block("```toml\n[message]\nhelp");
    let lab = lab(example, 9212);
    let shown: Vec<&str> = block("```text\nremote:   Not a secret?")
        .lines()
        .filter_map(|line| line.strip_prefix("remote: "))
        .collect();
    assert_eq!(shown.len(), 4, "{shown:?}");
    ends_in(&lab.push(&["main"]), &shown);

    lab.configure("[message]\njson = true\n");
    let pushed = lab.push(&["main"]);
    let notice = pushed.notice.as_ref().expect("it is wanted");
    let shown: Value = serde_json::from_str(block("```json\n{\"schema\"")).expect("JSON");
    assert_eq!(fields(notice), fields(&shown), "{notice}");
    assert_eq!(fields(&notice["findings"][0]), fields(&shown["findings"][0]), "{notice}");

    let line = on_a_page(
        "git push 2>&1 | sed -n 's/^remote: \\({\"schema\":\"pushgate.message\\/1\".*}\\) *$/\\1/p'",
    );
    let push = format!("git -C '{}' push origin main", lab.client.display());
    let mut command = lab.command("sh");
    command.args(["-c", &line.replace("git push", &push)]);
    let ended = crate::support::commands::run(command, b"");
    let read: Value = serde_json::from_str(&ended.text()).expect("one line of JSON");
    assert_eq!(&read, notice, "{}", ended.all_text());
}
