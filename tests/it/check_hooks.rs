//! `pushgate check` as a hook of a clone: its own, and through the pre-commit framework.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::check::Clone;
use super::install::{same, snapshot};
use super::pages::on_a_page;
use crate::support::commands::{self, Ended, run};
use crate::support::lab::write_executable;
use crate::support::{Install, PushLab, Setup, tokens};

const REFUSED: &str = "pushgate: check: would be refused: 1 secret found [PG0101]";

/// A clone of a server that has no hook: what is refused, the clone has refused.
fn open_lab() -> PushLab {
    PushLab::of(Setup { install: Install::Nothing, ..Setup::default() })
}

#[track_caller]
fn tool(clone: &Clone<'_>, words: &[&str]) -> Ended {
    let mut command = clone.command(commands::tool());
    command.arg("check").args(words);
    run(command, b"")
}

#[track_caller]
fn done(ended: &Ended) -> String {
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    ended.all_text()
}

#[track_caller]
fn refused(ended: &Ended) -> String {
    assert_ne!(ended.code(), 0, "{}", ended.all_text());
    let text = ended.all_text();
    assert!(text.contains(REFUSED), "{text}");
    tokens::assert_not_in(text.as_bytes(), "what a hook of a clone printed");
    text
}

fn secret(seed: u64) -> String {
    format!("token = {}\n", tokens::cloud(seed))
}

#[test]
fn git_checks_before_it_pushes_once_the_hook_is_there() {
    let lab = open_lab();
    let clone = Clone::new(&lab);
    done(&tool(&clone, &["--install"]));
    done(&tool(&clone, &["--install"]));
    let hook = clone.folder.join(".git/hooks/pre-push");
    assert_eq!(hook.metadata().expect("there is a hook").permissions().mode() & 0o777, 0o755);
    clone.commit("b.txt", "two\n");
    assert!(!done(&clone.git_ended(&["push"])).contains("pushgate: "));
    clone.commit("c.env", &secret(7301));
    refused(&clone.git_ended(&["push"]));
    refused(&clone.git_ended(&["push", "origin", "HEAD~1:refs/heads/x", "HEAD:refs/heads/y"]));
    assert!(!lab.server_has("refs/heads/x") && !lab.server_has("refs/heads/y"));
    // Nothing that the server has counts, whatever address it is reached by.
    let url = lab.server.display().to_string();
    refused(&clone.git_ended(&["push", &url, "main"]));
    done(&clone.git_ended(&["push", "origin", "HEAD~1:refs/heads/x", "HEAD~1:refs/heads/z"]));
    done(&clone.git_ended(&["push", "origin", ":x"]));
    done(&clone.git_ended(&["push", "--no-verify"]));
    clone.commit("d.txt", "four\n");
    done(&clone.git_ended(&["push", &url, "main"]));
}

#[test]
fn git_checks_before_it_commits_once_the_hook_is_there() {
    let lab = open_lab();
    let clone = Clone::new(&lab);
    done(&tool(&clone, &["--install", "--staged"]));
    clone.commit("b.txt", "two\n");
    clone.write("a.txt", &secret(7302));
    refused(&clone.git_ended(&["commit", "-q", "-a", "-m", "secret"]));
    refused(&clone.git_ended(&["commit", "-q", "-m", "secret", "a.txt"]));
    clone.write("b.txt", "three\n");
    done(&clone.git_ended(&["commit", "-q", "-m", "clean", "b.txt"]));
    clone.git(&["worktree", "add", "-q", "../tree"]);
    let tree = Clone { lab: &lab, folder: lab.root().join("tree") };
    tree.write("c.env", &secret(7303));
    tree.git(&["add", "c.env"]);
    refused(&tree.git_ended(&["commit", "-q", "-m", "secret"]));
}

#[test]
fn the_hook_that_was_there_still_runs_and_comes_back() {
    for (name, words) in
        [("pre-push", &["--install"][..]), ("pre-commit", &["--install", "--staged"])]
    {
        let lab = open_lab();
        let clone = Clone::new(&lab);
        let log = lab.root().join("previous.log");
        let real = lab.root().join("previous");
        write_executable(
            &real,
            format!(
                "#!/bin/sh\n{{ echo \"$# $1\"; cat; }} </dev/stdin >>'{}'\nexit $(cat '{}.code')\n",
                log.display(),
                log.display()
            ),
        );
        let hooks = clone.folder.join(".git/hooks");
        std::fs::create_dir_all(&hooks).expect("the clone is ours");
        std::os::unix::fs::symlink("../../../previous", hooks.join(name)).expect("it is free");
        let before = snapshot(&hooks);
        done(&tool(&clone, words));
        done(&tool(&clone, words));
        let set_code = |code: &str| {
            std::fs::write(log.with_extension("log.code"), code).expect("the laboratory is ours");
        };
        let act = |text: &str| {
            drop(std::fs::remove_file(&log));
            clone.write("b.txt", text);
            clone.git(&["add", "b.txt"]);
            let commit = clone.git_ended(&["commit", "-q", "-m", "more"]);
            let act = if name == "pre-commit" { commit } else { clone.git_ended(&["push"]) };
            (act, std::fs::read_to_string(&log).ok())
        };
        set_code("0");
        let (ended, heard) = act("two\n");
        done(&ended);
        let heard = heard.expect("the hook that was there has run");
        if name == "pre-push" {
            let lines: Vec<&str> = heard.lines().collect();
            assert!(lines.len() == 2 && lines[0] == "2 origin", "{heard}");
            assert!(
                lines[1].starts_with("refs/heads/main ") && lines[1].contains(" refs/heads/main "),
                "{heard}"
            );
        } else {
            assert_eq!(heard, "0 \n");
        }
        set_code("3");
        let (ended, heard) = act("three\n");
        assert!(ended.code() != 0 && heard.is_some(), "its refusal counts: {}", ended.all_text());
        set_code("0");
        let (ended, heard) = act(&secret(7304));
        refused(&ended);
        assert_eq!(heard, None, "what is refused is refused");
        done(&tool(&clone, &["--uninstall"]));
        same(&before, &snapshot(&hooks));
    }
}

#[test]
fn hooks_that_are_kept_elsewhere_are_left_alone() {
    let lab = open_lab();
    let clone = Clone::new(&lab);
    let folder = lab.root().join("shared-hooks");
    std::fs::create_dir(&folder).expect("the laboratory is ours");
    write_executable(&folder.join("pre-push"), "#!/bin/sh\nexit 0\n");
    clone.git(&["config", "core.hooksPath", &folder.display().to_string()]);
    let (before, own) = (snapshot(&folder), snapshot(&clone.folder));
    for words in [&["--install"][..], &["--install", "--staged"], &["--uninstall"]] {
        let ended = tool(&clone, words);
        assert_eq!(ended.code(), 2, "{}", ended.all_text());
        let text = ended.all_text();
        for word in [
            "core.hooksPath",
            "shared-hooks",
            ".git/config",
            "git config --file ",
            "--pre-push \"$1\"",
        ] {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
    same(&before, &snapshot(&folder));
    same(&own, &snapshot(&clone.folder));
    // The usual folder by another name is the usual folder.
    std::fs::create_dir_all(clone.folder.join(".git/hooks")).expect("the clone is ours");
    clone.git(&["config", "core.hooksPath", ".git/hooks"]);
    done(&tool(&clone, &["--install"]));
    done(&tool(&clone, &["--uninstall"]));
    let told = done(&tool(&clone, &["--uninstall"]));
    assert!(told.contains("nothing was installed: "), "{told}");
}

#[test]
fn a_foreign_hook_is_never_taken_out() {
    let lab = open_lab();
    let clone = Clone::new(&lab);
    let hook = clone.folder.join(".git/hooks/pre-push");
    std::fs::create_dir_all(clone.folder.join(".git/hooks")).expect("the clone is ours");
    write_executable(&hook, "#!/bin/sh\nexit 0\n");
    let before = snapshot(&clone.folder);
    assert!(done(&tool(&clone, &["--uninstall"])).contains("not pushgate's"));
    same(&before, &snapshot(&clone.folder));
    write_executable(&hook.with_file_name("pre-push.before-pushgate"), "#!/bin/sh\nexit 0\n");
    let ended = tool(&clone, &["--install"]);
    assert!(ended.code() == 2 && ended.all_text().contains("in the way"), "{}", ended.all_text());
}

#[test]
fn a_tool_that_is_gone_is_no_silent_pass() {
    let lab = open_lab();
    let clone = Clone::new(&lab);
    let place = lab.root().join("bin of 'mine'");
    std::fs::create_dir(&place).expect("the laboratory is ours");
    for name in ["pushgate", "pushgate-pre-receive"] {
        std::fs::copy(commands::dist().join(name), place.join(name)).expect("it can be copied");
    }
    let mut command = clone.command(place.join("pushgate"));
    command.args(["check", "--install"]);
    done(&run(command, b""));
    clone.commit("b.txt", "two\n");
    done(&clone.git_ended(&["push"]));
    clone.commit("c.txt", "three\n");
    std::fs::remove_file(place.join("pushgate-pre-receive")).expect("it was just made");
    assert_ne!(clone.git_ended(&["push"]).code(), 0);
    std::fs::remove_file(place.join("pushgate")).expect("it was just made");
    assert_ne!(clone.git_ended(&["push"]).code(), 0);
}

/// The hooks of `.pre-commit-hooks.yaml`, as the framework itself runs them.
#[test]
fn the_pre_commit_framework_runs_the_check() {
    let lab = open_lab();
    let clone = Clone::new(&lab);
    let source = lab.root().join("source");
    lab.git(&["init", "-q", "--template=", "source"]);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.pre-commit-hooks.yaml");
    std::fs::copy(manifest, source.join(".pre-commit-hooks.yaml")).expect("it is in the checkout");
    let offered = Clone { lab: &lab, folder: source.clone() };
    offered.git(&["add", "."]);
    offered.git(&["commit", "-q", "-m", "hooks"]);
    let revision = offered.git(&["rev-parse", "HEAD"]);
    clone.commit(
        ".pre-commit-config.yaml",
        &format!(
            "repos:\n- repo: {}\n  rev: {revision}\n  hooks:\n  - id: pushgate-staged\n  - id: pushgate-push\n",
            source.display()
        ),
    );
    let path = std::env::var("PATH").expect("there is a PATH");
    let path = format!("{}:{path}", commands::dist().display());
    let with_path = |program: &str, words: &[&str]| {
        let mut command: Command = clone.command(program);
        command.args(words).env("PATH", &path).env("PRE_COMMIT_HOME", lab.root().join("cache"));
        run(command, b"")
    };
    let install = on_a_page("pre-commit install -t pre-commit -t pre-push");
    done(&with_path("sh", &["-c", &install]));
    done(&with_path("git", &["push", "-q"]));

    clone.write("b.txt", "two\n");
    clone.git(&["add", "b.txt"]);
    done(&with_path("git", &["commit", "-q", "-m", "clean"]));
    clone.write("c.env", &secret(7305));
    clone.git(&["add", "c.env"]);
    refused(&with_path("git", &["commit", "-q", "-m", "secret"]));
    done(&with_path("git", &["commit", "-q", "--no-verify", "-m", "secret"]));
    refused(&with_path("git", &["push"]));
    refused(&with_path("git", &["push", "origin", "HEAD:refs/heads/new"]));
    assert!(!lab.server_has("refs/heads/new"));
    done(&with_path("git", &["push", "origin", "HEAD~1:refs/heads/new"]));
}
