//! Every command on the pages for developers and admins is run, as it stands there.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::commands::{self, Ended, run};
use crate::support::desk::Desk;
use crate::support::{Install, PushLab, Setup, tokens};

/// The pages.
pub(super) const PAGES: [&str; 6] = [
    include_str!("../../docs/admin/audit.md"),
    include_str!("../../docs/admin/configure.md"),
    include_str!("../../docs/admin/install.md"),
    include_str!("../../docs/developers/check-before-you-push.md"),
    include_str!("../../docs/developers/my-push-was-rejected.md"),
    include_str!("../../docs/developers/test-values.md"),
];

/// The tests that run what stands there.
const TESTS: [&str; 9] = [
    include_str!("../gitea/upkeep.rs"),
    include_str!("check_hooks.rs"),
    include_str!("manners.rs"),
    include_str!("pages.rs"),
    include_str!("pages_mended.rs"),
    include_str!("pages_names.rs"),
    include_str!("plans_kept.rs"),
    include_str!("plans_strange.rs"),
    include_str!("plans_told.rs"),
];

/// Names of commands in running text, which nobody types so.
const NAMES: [&str; 12] = [
    "git commit",
    "git fetch",
    "git pull --rebase",
    "git push",
    "git push origin HEAD:main",
    "git push origin feature:main",
    "git rebase",
    "pushgate doctor",
    "pushgate explain",
    "pushgate install",
    "pushgate install --config",
    // It has made what these tests run.
    "cargo xtask build",
];

/// What a page has in a block for a shell, a line or a script at a time.
fn in_blocks(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for block in page.split("```sh\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        let is_script = block.contains("; do\n") || block.contains("\\\n");
        let lines: Vec<&str> = if is_script { vec![block] } else { block.lines().collect() };
        let without_comment = |line: &str| line.split("  #").next().unwrap_or_default().to_owned();
        found.extend(lines.into_iter().map(|line| without_comment(line).trim_end().to_owned()));
    }
    found
}

/// What a page says in running text.
fn in_text(page: &str) -> Vec<String> {
    let text: String = page.split("```").step_by(2).collect();
    let is_command =
        |word: &&str| ["git ", "pushgate ", "cargo "].iter().any(|name| word.starts_with(name));
    text.split('`').skip(1).step_by(2).filter(is_command).map(str::to_owned).collect()
}

#[test]
fn every_command_of_the_pages_is_one_that_a_test_runs() {
    let mut commands = BTreeSet::new();
    for page in PAGES {
        commands.extend(in_blocks(page));
        commands.extend(in_text(page));
    }
    assert!(commands.len() > 50, "{commands:#?}");
    for command in commands.iter().filter(|command| !NAMES.contains(&command.as_str())) {
        // A script is known by its first line.
        let first = command.lines().next().unwrap_or_default();
        let literal = format!("\"{}", first.replace('\\', "\\\\").replace('"', "\\\""));
        let is_run = TESTS.iter().any(|test| test.contains(&format!("{literal}\"")));
        assert!(is_run, "no test runs {first}");
    }
}

/// The command, if a page has it: in a block it is the line, or the script that begins with it.
#[track_caller]
pub(super) fn on_a_page(command: &str) -> String {
    let all = PAGES.iter().flat_map(|page| [in_blocks(page), in_text(page)].concat());
    let is_it = |known: &String| known.lines().next() == Some(command);
    let mut found = all.filter(is_it);
    found.next().unwrap_or_else(|| panic!("{command} is on no page"))
}

/// Types a command of a page, with the names of this case in place of its own.
#[track_caller]
pub(super) fn type_it(desk: &Desk<'_>, command: &str, names: &[(&str, &str)]) -> Ended {
    let line = on_a_page(command);
    let line = names.iter().fold(line, |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in {text}");
        text.replace(from, to)
    });
    let mut shell = desk.lab.command("sh");
    let path = std::env::var("PATH").expect("there is a PATH");
    shell.env("PATH", format!("{}:{path}", commands::dist().display()));
    shell.args(["-c", &line]).current_dir(&desk.clone);
    desk.with_editors(&mut shell);
    let ended = run(shell, b"");
    tokens::assert_not_in(&ended.stderr, "what a command of a page said of an error");
    ended
}

/// Types it; it succeeds. Gives what it printed.
#[track_caller]
pub(super) fn types(desk: &Desk<'_>, command: &str, names: &[(&str, &str)]) -> String {
    let ended = type_it(desk, command, names);
    assert_eq!(ended.code(), 0, "{command}: {}", ended.all_text());
    ended.text()
}

/// Types it; it is a check, and ends so.
#[track_caller]
fn checks(desk: &Desk<'_>, command: &str, is_clean: bool) {
    let ended = type_it(desk, command, &[]);
    let (code, told) = if is_clean { (0, "clean: ") } else { (1, "would be refused: 1 secret ") };
    assert_eq!(ended.code(), code, "{command}: {}", ended.all_text());
    let told = format!("pushgate: check: {told}");
    assert!(ended.text().starts_with(&told), "{command}: {}", ended.all_text());
}

/// A desk at a server without a hook: what is refused, the check has refused.
fn open_lab() -> PushLab {
    PushLab::of(Setup { install: Install::Nothing, ..Setup::default() })
}

#[test]
fn the_checks_of_the_page_look_at_what_it_says() {
    let lab = open_lab();
    let desk = Desk::new(&lab, 9500);
    const ALL: [&str; 4] = [
        "pushgate check",
        "pushgate check origin",
        "pushgate check origin main v1.2",
        "pushgate check origin HEAD:refs/heads/x",
    ];
    desk.commit(&[("notes.txt", "one\n"), ("src/a.txt", "one\n")]);
    desk.git("tag v1.2");
    let files = ["pushgate check -- notes.txt src", "pushgate check --path notes.txt"];
    let input = "git diff | pushgate check -";
    for command in ALL.iter().chain(&files).chain(&[input, "pushgate check --staged"]) {
        checks(&desk, command, true);
    }
    desk.git(&format!("tag -a -f -m {} v1.2", desk.token));
    for command in ALL {
        checks(&desk, command, command != "pushgate check origin main v1.2");
    }
    desk.write("notes.txt", &desk.secret());
    for command in files.iter().chain(&[input]) {
        checks(&desk, command, false);
    }
    checks(&desk, "pushgate check --staged", true);
    desk.git("add -A");
    checks(&desk, "pushgate check --staged", false);
    checks(&desk, input, true);
    checks(&desk, "pushgate check", true);
    desk.git("commit -q -m secret");
    for command in ALL {
        checks(&desk, command, false);
    }
    let told = type_it(&desk, "pushgate check --format json", &[]);
    assert!(told.text().contains("\"pushgate.check/1\""), "{}", told.all_text());
}

#[test]
fn the_hooks_of_the_page_come_and_go() {
    let lab = open_lab();
    let desk = Desk::new(&lab, 9501);
    let hooks = ["pre-push", "pre-commit"];
    let are_there = || hooks.map(|name| desk.clone.join(".git/hooks").join(name).exists());
    types(&desk, "pushgate check --install", &[]);
    assert_eq!(are_there(), [true, false]);
    types(&desk, "pushgate check --install --staged", &[]);
    assert_eq!(are_there(), [true, true]);
    desk.write("a.txt", &desk.secret());
    desk.git("add -A");
    assert_ne!(desk.command("git commit -q -m secret").code(), 0);
    desk.git("commit -q --no-verify -m secret");
    assert_ne!(desk.command("git push -q origin main").code(), 0);
    types(&desk, "pushgate check --uninstall", &[]);
    assert_eq!(are_there(), [false, false]);
}

#[test]
fn what_the_server_has_is_known_after_the_fetch_of_the_page() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9502);
    let fetch = "git fetch --prune origin";
    // Somebody else has brought a commit that stands here, too: more is checked than is sent.
    let id = desk.commit(&[("a.txt", &desk.secret())]);
    lab.in_client(&["fetch", "-q", &desk.clone.display().to_string(), "main:theirs"]);
    lab.seed(&["theirs"]);
    checks(&desk, "pushgate check", false);
    types(&desk, fetch, &[]);
    assert_eq!(desk.git("rev-parse origin/theirs"), id);
    checks(&desk, "pushgate check", true);
    // Then they take their branch away: the check knows less than it thinks.
    lab.in_server(&["update-ref", "-d", "refs/heads/theirs"]);
    checks(&desk, "pushgate check", true);
    desk.push(&["main"]).refused_for_secrets();
    types(&desk, fetch, &[]);
    assert_ne!(desk.command("git rev-parse -q --verify origin/theirs").code(), 0);
    checks(&desk, "pushgate check", false);
}

/// A desk whose clone stands for the machine of the server.
#[track_caller]
fn admin(desk: &Desk<'_>, command: &str) -> Ended {
    let server = desk.lab.server.display().to_string();
    let parent = Path::new(&server).parent().expect("the server has a folder");
    let (one, all) = ("/srv/git/team/app.git", "/srv/git/*/*.git");
    let parent = format!("'{}'/s*.git", parent.display());
    let place = if command.contains("for ") { (all, parent.as_str()) } else { (one, &*server) };
    type_it(desk, command, &[place])
}

#[test]
fn the_commands_for_admins_install_look_and_take_out() {
    let lab = open_lab();
    let desk = Desk::new(&lab, 9503);
    desk.commit(&[("a.txt", &desk.secret())]);
    let doctor = "pushgate doctor --repository /srv/git/team/app.git";
    for install in [
        "pushgate install --repository /srv/git/team/app.git",
        "for repository in /srv/git/*/*.git; do",
    ] {
        assert_ne!(admin(&desk, doctor).code(), 0);
        let ended = admin(&desk, install);
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
        assert!(!ended.all_text().contains("NOT INSTALLED"), "{}", ended.all_text());
        assert_eq!(admin(&desk, doctor).code(), 0);
        // The configuration of the machine, if it has one, is not ours to know.
        assert_ne!(desk.command("git push -q origin main").code(), 0);
        let out = admin(&desk, "pushgate uninstall --repository /srv/git/team/app.git");
        assert_eq!(out.code(), 0, "{}", out.all_text());
        assert!(!lab.hook().exists());
    }
    // One that cannot be installed is named, and does not stop the others.
    std::fs::create_dir(lab.root().join("s0.git")).expect("the laboratory is ours");
    let ended = admin(&desk, "for repository in /srv/git/*/*.git; do");
    assert!(ended.text().contains("NOT INSTALLED: "), "{}", ended.all_text());
    assert!(lab.hook().exists(), "{}", ended.all_text());
}

#[test]
fn the_tool_is_found_by_the_link_and_installs_as_the_owner_of_the_repositories() {
    let lab = open_lab();
    let desk = Desk::new(&lab, 9505);
    let places = [commands::tool(), lab.root().join("pushgate")];
    let [tool, link] = places.map(|path| path.display().to_string());
    let link_it = "ln -s /usr/local/lib/pushgate/pushgate /usr/local/bin/pushgate";
    let names = [("/usr/local/lib/pushgate/pushgate", &*tool), ("/usr/local/bin/pushgate", &*link)];
    types(&desk, link_it, &names);
    // The tests have no other user to be: they are the owner.
    let install = "sudo -u git pushgate install --repository /srv/git/team/app.git";
    let server = lab.server.display().to_string();
    let names = [("sudo -u git pushgate", &*link), ("/srv/git/team/app.git", &*server)];
    types(&desk, install, &names);
    assert!(lab.hook().exists());
}

#[test]
fn the_key_of_the_page_is_one_that_the_hook_takes() {
    let lab = PushLab::new();
    let desk = Desk::new(&lab, 9506);
    let key = lab.root().join("key").display().to_string();
    let make =
        "head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \\n' > /etc/pushgate/fingerprint.key";
    types(&desk, make, &[("/etc/pushgate/fingerprint.key", &key)]);
    lab.configure(&format!("[fingerprint]\nkey = {key:?}"));
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.push(&["main"]).refused_for_secrets();
}

/// Types what lets one push pass, as the page has it.
#[track_caller]
fn soften(desk: &Desk<'_>, config: &str) {
    let server = desk.lab.server.display().to_string();
    let root = desk.lab.root().display().to_string();
    let once = desk.lab.root().join("once.toml").display().to_string();
    let other = ("/etc/pushgate/once.toml", &*once);
    types(desk, "mkdir -p /etc/pushgate", &[("/etc/pushgate", &root)]);
    let copy = "{ echo 'mode = \"warn\"'; grep -sv '^ *mode *=' /etc/pushgate/pushgate.toml || true; } > /etc/pushgate/once.toml";
    types(desk, copy, &[("/etc/pushgate/pushgate.toml", config), other]);
    let soften =
        "pushgate install --repository /srv/git/team/app.git --config /etc/pushgate/once.toml";
    types(desk, soften, &[("/srv/git/team/app.git", &*server), other]);
}

#[test]
fn one_push_is_let_through_by_the_page_and_no_other() {
    for config in ["mode = \"block\"", "  mode=\"block\"", "", "[policy]\nproven = \"block\""] {
        let lab = PushLab::configured(config);
        let desk = Desk::new(&lab, 9507);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.push(&["main"]).refused_for_secrets();
        let config = lab.config_text();
        soften(&desk, &config);
        let pushed = desk.push(&["main"]);
        assert!(pushed.accepted, "{}", pushed.told());
        assert_eq!(pushed.record()["reason"], "warned");
        let server = lab.server.display().to_string();
        let names =
            [("/srv/git/team/app.git", &*server), ("/etc/pushgate/pushgate.toml", &*config)];
        let back = "pushgate install --repository /srv/git/team/app.git --config /etc/pushgate/pushgate.toml";
        types(&desk, back, &names);
        desk.commit(&[("b.txt", &format!("{}more\n", desk.secret()))]);
        desk.push(&["main"]).refused_for_secrets();
    }
}

#[test]
fn one_push_is_let_through_where_there_is_no_configuration() {
    let lab = open_lab();
    let desk = Desk::new(&lab, 9508);
    admin(&desk, "pushgate install --repository /srv/git/team/app.git");
    desk.commit(&[("a.txt", &desk.secret())]);
    assert_ne!(desk.command("git push -q origin main").code(), 0);
    soften(&desk, "/nowhere/pushgate.toml");
    assert_eq!(desk.command("git push -q origin main").code(), 0);
    admin(&desk, "pushgate install --repository /srv/git/team/app.git --no-config");
    desk.commit(&[("b.txt", &format!("{}more\n", desk.secret()))]);
    assert_ne!(desk.command("git push -q origin main").code(), 0);
}

#[test]
fn the_questions_of_the_page_to_the_audit_file_are_answered() {
    let lab = PushLab::configured("mode = \"monitor\"");
    let desk = Desk::new(&lab, 9504);
    desk.commit(&[("a.txt", &desk.secret())]);
    let pushed = desk.push(&["main"]);
    let print = pushed.finding()["fingerprint"].as_str().expect("a text")[..16].to_owned();
    let audit = lab.audit.display().to_string();
    let file = ("/var/log/pushgate/audit.jsonl", audit.as_str());
    let explain = "pushgate explain d3b20d8c3492285e --audit /var/log/pushgate/audit.jsonl";
    let told = types(&desk, explain, &[("d3b20d8c3492285e", &print), file]);
    assert!(told.contains(tokens::CLOUD) && told.contains("a.txt"), "{told}");
    // What was refused since then: nothing, in this mode.
    let since = "jq -r 'select(.time > \"2026-11-23T18:00\" and (.decision == \"reject\" or .reason == \"error\")) | [.time, .reason, .repository, .pusher.name] | @tsv' \\";
    assert_eq!(types(&desk, since, &[file]), "");
    lab.configure("mode = \"block\"");
    desk.commit(&[("b.txt", &format!("{}more\n", desk.secret()))]);
    desk.push(&["main:refs/heads/new"]).refused_for_secrets();
    assert!(types(&desk, since, &[file]).contains("\tfound\t"));
    let record = std::fs::read_to_string(&lab.audit).expect("the record is there");
    let (before, _) = record.trim_end().rsplit_once('\n').expect("of the pushes before");
    std::fs::write(&lab.audit, format!("{before}\n")).expect("the laboratory is ours");
    let found = "jq -r 'select(.reason == \"found\") | [.time, .repository, .pusher.name, .findings[].kind] | @tsv' \\";
    let told = types(&desk, found, &[file]);
    let [line] = told.lines().collect::<Vec<_>>()[..] else { panic!("one push: {told}") };
    let fields: Vec<&str> = line.split('\t').collect();
    assert_eq!(fields.len(), 4, "{line}");
    assert_eq!(fields[3], tokens::CLOUD, "{line}");
    let unread = "jq -r 'select(.coverage.unreadable_containers > 0) | [.time, .repository, .pusher.name, .coverage.unreadable_containers] | @tsv' \\";
    assert_eq!(types(&desk, unread, &[file]), "");
    lab.configure("mode = \"monitor\"");
    desk.commit(&[("c.lz", "LZIP\u{1} and what nobody opens\n")]);
    assert!(desk.push(&["main:refs/heads/lz"]).accepted);
    assert!(types(&desk, unread, &[file]).trim_end().ends_with("\t1"));
}
