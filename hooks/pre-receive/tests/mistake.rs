//! A push that meets a mistake of ours is refused, and told so.
//!
//! No push is known that makes the hook panic, and nothing in the hook can be told to. So another
//! program takes its place: the same, but for one line that panics (`examples/mistaken.rs`).

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]
#![expect(clippy::disallowed_methods, reason = "git is what pushes")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The example; cargo builds it with the tests of this package.
fn mistaken() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().unwrap().with_file_name("examples").join("mistaken");
    assert!(program.is_file(), "not built: run all tests of this package, not one file of them");
    program
}

fn git(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", folder);
    command.env("LC_ALL", "C").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Ada").env(format!("GIT_{role}_EMAIL"), "a@b");
    }
    command.current_dir(folder).args(words).output().unwrap()
}

/// What a push did: whether it was accepted, what the pusher read, and the audit record.
fn push(config: &str) -> (bool, String, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mistake-{}", config.len()));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    let done = |words: &[&str]| assert!(git(&folder, words).status.success(), "{words:?}");
    done(&["init", "-q", "--bare", "--template=", "server.git"]);
    done(&["init", "-q", "--template=", "-b", "main", "."]);
    done(&["commit", "-q", "--allow-empty", "-m", "empty"]);

    let (settings, audit) = (folder.join("pushgate.toml"), folder.join("audit.jsonl"));
    fs::write(&settings, format!("{config}\n[audit]\npath = \"{}\"\n", audit.display())).unwrap();
    let hook = folder.join("server.git/hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let program = mistaken();
    let script =
        format!("#!/bin/sh\nexec '{}' --config '{}'\n", program.display(), settings.display());
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();

    let pushed = git(&folder, &["push", "server.git", "main"]);
    let arrived = git(&folder.join("server.git"), &["rev-parse", "-q", "--verify", "main"]);
    assert_eq!(arrived.status.success(), pushed.status.success());
    let told = String::from_utf8_lossy(&pushed.stderr).into_owned();
    let record = fs::read_to_string(&audit).unwrap();
    assert_eq!(record.lines().count(), 1, "{record}");
    for text in [&told, &record] {
        assert!(!text.contains("hunter2") && !text.contains("panicked"), "{text}");
    }
    let says = |field: &str| assert!(record.contains(field), "{field}: {record}");
    says("\"reason\":\"error\"");
    says("\"error\":{\"code\":\"PG0206\",\"text\":\"stopped at ");
    says("mistaken.rs:");
    (pushed.status.success(), told, record)
}

#[test]
fn a_mistake_of_ours_refuses_the_push_and_names_its_place() {
    let (accepted, told, record) = push("");
    assert!(!accepted, "{told}");
    let first = told.lines().find(|line| line.starts_with("remote: ")).unwrap();
    let verdict = "remote: pushgate: push refused: the gate itself failed [PG0206]";
    assert_eq!(first.trim_end(), verdict, "{told}");
    assert!(told.contains("mistaken.rs:"), "{told}");
    assert!(record.contains("\"decision\":\"reject\""), "{record}");
}

#[test]
fn a_mistake_of_ours_passes_where_the_admin_said_so() {
    let (accepted, told, record) = push("policy.error = \"warn\"");
    assert!(
        accepted && told.contains("remote: pushgate: warning: the gate itself failed"),
        "{told}"
    );
    assert!(record.contains("\"decision\":\"accept\""), "{record}");
    for config in ["mode = \"monitor\"", "policy.error = \"ignore\""] {
        let (accepted, told, record) = push(config);
        assert!(accepted && !told.contains("remote: "), "{told}");
        assert!(record.contains("\"decision\":\"accept\""), "{record}");
    }
}
