//! `pushgate install`, `uninstall` and `doctor` for one repository.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::commands::{self, Ended, run};
use crate::support::lab::{append, write_executable};
use crate::support::tokens::CLOUD;
use crate::support::{Change, History, Install, PushLab, Setup, file, settings, tokens};

/// A laboratory without a hook, with a clean branch and a bad one.
#[track_caller]
pub(super) fn bare_lab(seed: u64) -> PushLab {
    let lab = PushLab::of(Setup { install: Install::Nothing, ..Setup::default() });
    branches(&lab, seed);
    lab
}

/// The same with the hook installed.
#[track_caller]
pub(super) fn gated_lab(seed: u64) -> PushLab {
    let lab = PushLab::new();
    branches(&lab, seed);
    lab
}

#[track_caller]
fn branches(lab: &PushLab, seed: u64) {
    let mut history = History::new();
    history.commit("refs/heads/clean", &[], Change::of([file("a", "one\n")]));
    history.commit("refs/heads/evil", &[], Change::of([settings("b", &tokens::cloud(seed))]));
    lab.import(&history);
}

#[track_caller]
pub(super) fn install(lab: &PushLab) -> Ended {
    let ended = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    ended
}

#[track_caller]
pub(super) fn uninstall(lab: &PushLab) -> Ended {
    let ended = lab.run_tool(&["uninstall"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    ended
}

/// A path as the tool shows it.
fn real(path: &Path) -> String {
    path.canonicalize().expect("it is there").display().to_string()
}

/// Everything in a folder: mode and content of each path.
pub(super) type Snapshot = BTreeMap<PathBuf, (u32, Vec<u8>)>;

/// Everything in a folder: kind, mode, content.
pub(super) fn snapshot(folder: &Path) -> Snapshot {
    let mut seen = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is ours") {
            let path = entry.expect("a folder entry").path();
            let data = path.symlink_metadata().expect("it was just there");
            let content = if data.is_symlink() {
                let target = std::fs::read_link(&path).expect("it is a link");
                target.into_os_string().into_encoded_bytes()
            } else if data.is_dir() {
                folders.push(path.clone());
                Vec::new()
            } else {
                std::fs::read(&path).expect("the file is ours")
            };
            seen.insert(path, (data.permissions().mode(), content));
        }
    }
    seen
}

#[track_caller]
pub(super) fn same(before: &Snapshot, after: &Snapshot) {
    let names = |map: &Snapshot| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(before), names(after));
    for (path, was) in before {
        assert!(after[path] == *was, "{} has changed", path.display());
    }
}

#[test]
fn the_installed_hook_is_a_regular_file_that_can_be_run() {
    let lab = gated_lab(1);
    let data = lab.hook().symlink_metadata().expect("there is a hook");
    assert!(data.is_file(), "a link can dangle, and git then runs nothing");
    assert_eq!(data.permissions().mode() & 0o111, 0o111);
    lab.push(&["clean"]).accepted_silently();
    lab.push(&["evil"]).refused_for(&[CLOUD]);
}

#[test]
fn a_hook_that_was_there_runs_after_ours_has_accepted() {
    let lab = bare_lab(2);
    let log = lab.root().join("previous.log");
    drop(std::fs::create_dir(lab.server.join("hooks")));
    write_executable(
        &lab.hook(),
        format!(
            "#!/bin/sh\n{{ pwd; echo \"$# $GIT_DIR ${{GIT_QUARANTINE_PATH:+quarantine}}\"; cat; }} \
             >>'{}'\necho previous says hello\n",
            log.display()
        ),
    );
    install(&lab);
    let pushed = lab.push(&["clean"]);
    assert!(pushed.accepted, "{}", pushed.told());
    pushed.says("previous says hello");
    let id = lab.in_client(&["rev-parse", "clean"]);
    let expected = format!(
        "{}\n0 . quarantine\n{} {id} refs/heads/clean\n",
        lab.server.display(),
        "0".repeat(40)
    );
    assert_eq!(std::fs::read_to_string(&log).expect("the hook wrote it"), expected);
    std::fs::remove_file(&log).expect("it is ours");
    lab.push(&["evil"]).refused_for(&[CLOUD]);
    assert!(!log.exists(), "a refused push is no affair of the other hook");
}

#[test]
fn a_hook_that_was_there_can_still_refuse() {
    let lab = bare_lab(3);
    drop(std::fs::create_dir(lab.server.join("hooks")));
    write_executable(&lab.hook(), "#!/bin/sh\necho not on Fridays >&2\nexit 7\n");
    install(&lab);
    let ended = lab.push_raw("clean");
    assert_ne!(ended.code(), 0, "{}", ended.all_text());
    assert!(ended.all_text().contains("remote: not on Fridays"), "{}", ended.all_text());
    assert!(!lab.server_has("refs/heads/clean"));
}

#[test]
fn a_hook_that_was_there_and_does_not_read_its_input_is_no_hindrance() {
    let lab = bare_lab(4);
    drop(std::fs::create_dir(lab.server.join("hooks")));
    write_executable(&lab.hook(), "#!/bin/sh\nexec true\n");
    install(&lab);
    let mut refspecs = vec![String::from("clean")];
    refspecs.extend((0..1500).map(|index| format!("clean:refs/heads/some/long/name/{index}")));
    let refspecs: Vec<&str> = refspecs.iter().map(String::as_str).collect();
    assert!(lab.push(&refspecs).accepted);
}

#[test]
fn an_install_can_be_repeated() {
    let lab = bare_lab(5);
    drop(std::fs::create_dir(lab.server.join("hooks")));
    write_executable(&lab.hook(), "#!/bin/sh\necho once\n");
    install(&lab);
    install(&lab);
    install(&lab);
    let pushed = lab.push(&["clean"]);
    assert!(pushed.accepted, "{}", pushed.told());
    let times = pushed.remote.iter().filter(|line| line.contains("once")).count();
    assert_eq!(times, 1, "{}", pushed.told());
    assert_eq!(lab.audit_lines().len(), 1);
    lab.push(&["evil"]).refused_for(&[CLOUD]);
}

#[test]
fn a_second_install_takes_its_configuration() {
    let lab = gated_lab(6);
    let other = lab.root().join("other.toml");
    std::fs::write(&other, "mode = \"off\"\n").expect("the laboratory is ours");
    let ended = lab.run_tool(&["install"], &["--config", &other.display().to_string()]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert!(lab.push(&["evil"]).accepted);
    lab.in_server(&["update-ref", "-d", "refs/heads/evil"]);
    install(&lab);
    lab.push(&["evil"]).refused_for(&[CLOUD]);
}

#[test]
fn uninstall_leaves_everything_as_it_was() {
    let lab = bare_lab(7);
    let empty = snapshot(&lab.server);
    install(&lab);
    let told = uninstall(&lab).text();
    assert_eq!(told, format!("pushgate is no longer installed in {}", real(&lab.server)));
    same(&empty, &snapshot(&lab.server));

    drop(std::fs::create_dir(lab.server.join("hooks")));
    write_executable(&lab.hook(), "#!/bin/sh\necho mine\n");
    std::fs::set_permissions(lab.hook(), std::fs::Permissions::from_mode(0o750)).expect("ours");
    std::fs::write(lab.server.join("hooks/update.sample"), "sample\n").expect("ours");
    let before = snapshot(&lab.server);
    install(&lab);
    install(&lab);
    uninstall(&lab);
    same(&before, &snapshot(&lab.server));
    let pushed = lab.push(&["clean"]);
    assert!(pushed.accepted, "{}", pushed.told());
    pushed.says("mine");
}

#[test]
fn uninstall_gives_back_a_link_and_a_hook_that_was_switched_off() {
    let lab = bare_lab(8);
    drop(std::fs::create_dir(lab.server.join("hooks")));
    let real = lab.root().join("shared-hook");
    write_executable(&real, "#!/bin/sh\necho shared\n");
    std::os::unix::fs::symlink(&real, lab.hook()).expect("the place is free");
    let before = snapshot(&lab.server);
    install(&lab);
    let pushed = lab.push(&["clean"]);
    assert!(pushed.accepted, "{}", pushed.told());
    pushed.says("shared");
    lab.in_server(&["update-ref", "-d", "refs/heads/clean"]);
    lab.in_server(&["prune", "--expire=now"]);
    uninstall(&lab);
    let names = |map: Snapshot| -> Vec<_> {
        let hooks = lab.server.join("hooks");
        map.into_iter().filter(|(path, _)| path.starts_with(&hooks)).collect()
    };
    assert!(names(before) == names(snapshot(&lab.server)), "the link is not what it was");

    std::fs::remove_file(lab.hook()).expect("it is ours");
    std::fs::write(lab.hook(), "#!/bin/sh\nexit 1\n").expect("the place is free");
    let before = snapshot(&lab.server);
    install(&lab);
    assert!(lab.push(&["clean"]).accepted, "git had not run this hook, and we must not either");
    uninstall(&lab);
    assert_eq!(std::fs::read(lab.hook()).ok(), before.get(&lab.hook()).map(|(_, c)| c.clone()));
    let mode = lab.hook().metadata().expect("it is back").permissions().mode();
    assert_eq!(mode & 0o111, 0, "still switched off");
}

#[test]
fn uninstall_where_nothing_is_installed_touches_nothing() {
    let lab = bare_lab(9);
    drop(std::fs::create_dir(lab.server.join("hooks")));
    write_executable(&lab.hook(), "#!/bin/sh\necho mine\n");
    let before = snapshot(&lab.server);
    let ended = lab.run_tool(&["uninstall"], &[]);
    assert_eq!(ended.text(), format!("pushgate is not installed in {}", real(&lab.server)));
    same(&before, &snapshot(&lab.server));
}

#[test]
fn what_an_admin_has_edited_in_our_hook_is_kept_beside_it() {
    let lab = PushLab::new();
    let edited = |more: &str| {
        append(&lab.hook(), more);
        std::fs::read(lab.hook()).expect("the hook is there")
    };
    let kept = |name: &str| {
        let path = lab.server.join("hooks").join(name);
        let mode = path.metadata().expect("a copy is kept").permissions().mode();
        assert_eq!(mode & 0o111, 0, "nobody runs it");
        std::fs::read(path).expect("a copy is kept")
    };
    // What is as it was written is not kept.
    let told = lab.run_tool(&["install"], &[]).all_text();
    assert!(!told.contains("edited"), "{told}");
    let one = edited("# mine\n");
    let told = lab.run_tool(&["install"], &["--dry-run"]).all_text();
    assert!(told.contains("would keep a copy of"), "{told}");
    let told = lab.run_tool(&["install"], &[]).all_text();
    assert!(told.contains("had been edited; it is kept as"), "{told}");
    assert!(told.contains("hooks/pre-receive.edited\n"), "{told}");
    assert_eq!(kept("pre-receive.edited"), one);
    assert_ne!(std::fs::read(lab.hook()).expect("the hook is there"), one);
    let two = edited("# more of mine\n");
    let told = lab.run_tool(&["uninstall"], &[]).all_text();
    assert!(told.contains("hooks/pre-receive.edited.2\n"), "{told}");
    assert_eq!((kept("pre-receive.edited"), kept("pre-receive.edited.2")), (one, two));
    assert!(!lab.hook().exists());
}

#[test]
fn what_an_interrupted_install_left_is_removed_by_the_next_and_by_uninstall() {
    for command in ["install", "uninstall"] {
        let lab = PushLab::new();
        let folders = [lab.server.join("hooks"), lab.server.join("pushgate")];
        for folder in &folders {
            std::fs::write(folder.join(".pushgate-a1b2c3"), "half").expect("the folder is ours");
        }
        let ended = lab.run_tool(&[command], &[]);
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
        for folder in &folders {
            assert!(!folder.join(".pushgate-a1b2c3").exists(), "{command} leaves {folder:?}");
        }
        assert_eq!(folders[1].exists(), command == "install", "{}", ended.all_text());
    }
}

#[test]
fn a_hook_that_came_after_ours_is_not_lost_by_uninstall() {
    let lab = gated_lab(10);
    write_executable(&lab.hook(), "#!/bin/sh\necho later\n");
    drop(lab.run_tool(&["uninstall"], &[]));
    let text = snapshot(&lab.server);
    let kept = text.values().any(|(_, content)| content == b"#!/bin/sh\necho later\n");
    assert!(kept, "the admin's later hook is gone");
}

#[test]
fn a_dry_run_changes_nothing_and_says_what_it_would_do() {
    let lab = bare_lab(11);
    drop(std::fs::create_dir(lab.server.join("hooks")));
    write_executable(&lab.hook(), "#!/bin/sh\necho mine\n");
    let before = snapshot(lab.root());
    let ended = lab.run_tool(&["install"], &["--config", &lab.config_text(), "--dry-run"]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert!(ended.all_text().contains("pre-receive"), "{}", ended.all_text());
    same(&before, &snapshot(lab.root()));
}

#[test]
fn what_is_no_repository_is_refused() {
    let lab = bare_lab(12);
    let folder = lab.root().join("empty");
    std::fs::create_dir(&folder).expect("the laboratory is ours");
    for path in [folder, lab.root().join("not-there"), lab.config.clone()] {
        for word in ["install", "uninstall", "doctor"] {
            let mut command = lab.command(commands::tool());
            command.arg(word).arg("--repository").arg(&path);
            let ended = run(command, b"");
            assert_ne!(ended.code(), 0, "{word} {}: {}", path.display(), ended.all_text());
            assert!(!ended.all_text().contains("panicked"), "{}", ended.all_text());
        }
    }
}

#[test]
fn relative_paths_and_odd_names_are_understood() {
    let lab = PushLab::of(Setup {
        install: Install::Nothing,
        folder: "odd 'server' $HOME `x` \\ \"y\"".to_owned(),
        ..Setup::default()
    });
    branches(&lab, 13);
    let folder = lab.root().join("odd 'config' $PATH `id` \"z\"");
    std::fs::create_dir(&folder).expect("the laboratory is ours");
    std::fs::rename(&lab.config, folder.join("gate.toml")).expect("the laboratory is ours");
    let mut command = lab.command(commands::tool());
    let repository = lab.server.strip_prefix(lab.root()).expect("it lies inside");
    let config = folder.strip_prefix(lab.root()).expect("it lies inside").join("gate.toml");
    command.arg("install").arg("--repository").arg(repository).arg("--config").arg(config);
    let ended = run(command, b"");
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    lab.push(&["evil"]).refused_for(&[CLOUD]);
    lab.push(&["clean"]).accepted_silently();
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
}

#[test]
fn without_a_configuration_the_defaults_block() {
    let lab = bare_lab(14);
    let ended = lab.run_tool(&["install"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    let pushed = lab.push(&["evil"]);
    assert!(!pushed.accepted && pushed.hook_exit == Some(1), "{}", pushed.told());
    let pushed = lab.push(&["clean"]);
    assert!(pushed.accepted && pushed.remote.is_empty(), "{}", pushed.told());
}

#[test]
fn a_hooks_path_elsewhere_is_served_or_refused_but_not_overlooked() {
    let lab = bare_lab(15);
    let elsewhere = lab.root().join("hooks-elsewhere");
    std::fs::create_dir(&elsewhere).expect("the laboratory is ours");
    lab.in_server(&["config", "core.hooksPath", &elsewhere.display().to_string()]);
    let ended = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
    if ended.code() == 0 {
        let pushed = lab.push(&["evil"]);
        assert!(!pushed.accepted, "installed where git does not look:\n{}", pushed.told());
    } else {
        assert!(ended.all_text().contains("core.hooksPath"), "{}", ended.all_text());
    }
}

// Doctor.

/// Doctor must not be content, and must say something about `word`.
#[track_caller]
pub(super) fn sick(lab: &PushLab, word: &str) {
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_ne!(ended.code(), 0, "doctor is content:\n{}", ended.all_text());
    let told = ended.all_text().to_lowercase();
    assert!(told.contains(&word.to_lowercase()), "nothing of {word:?} in:\n{told}");
    assert!(!told.contains("panicked"), "{told}");
}

#[test]
fn doctor_is_content_with_a_healthy_installation_and_leaves_no_trace() {
    for bare in [true, false] {
        let lab = PushLab::of(Setup { bare, ..Setup::default() });
        let before = snapshot(&lab.server);
        let ended = lab.run_tool(&["doctor"], &[]);
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
        same(&before, &snapshot(&lab.server));
    }
}

#[test]
fn doctor_is_content_with_a_repository_in_use() {
    let lab = gated_lab(20);
    lab.push(&["clean"]).accepted_silently();
    let before = snapshot(&lab.server);
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    same(&before, &snapshot(&lab.server));
}

/// A group that may write to the configuration is what some servers want: it is told, and the hook
/// does not mind.
#[test]
fn doctor_notes_who_else_can_change_the_configuration() {
    let lab = gated_lab(21);
    let ended = lab.run_tool(&["doctor"], &[]);
    assert!(!ended.all_text().contains("change the configuration"), "{}", ended.all_text());
    let assert_told = |ended: &Ended, words: &str| {
        assert!(ended.all_text().contains(words), "{words:?} is not in {}", ended.all_text());
    };
    let shell = |line: &str| {
        let mut command = lab.command("sh");
        command.args(["-c", line]);
        run(command, b"").code() == 0
    };
    if !shell("chgrp 12346 pushgate.toml && chmod 664 pushgate.toml") {
        return; // Who is not root has no other group to give it to.
    }
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_told(&ended, "note: group 12346 may write to ");
    assert_told(&ended, "if that is not meant: chmod g-w ");
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert!(shell("chown 12345 pushgate.toml && chmod 644 pushgate.toml"));
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_told(&ended, "pushgate.toml belongs to user 12345, who can change the configuration");
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    lab.push(&["clean"]).accepted_silently();
}

#[test]
fn doctor_finds_a_repository_without_a_hook() {
    let lab = bare_lab(21);
    sick(&lab, "pushgate install");
    let lab = gated_lab(22);
    std::fs::remove_file(lab.hook()).expect("it is ours");
    sick(&lab, "pushgate install");
}

#[test]
fn doctor_finds_a_hook_that_is_not_executable() {
    let lab = gated_lab(23);
    std::fs::set_permissions(lab.hook(), std::fs::Permissions::from_mode(0o644)).expect("ours");
    sick(&lab, "executable");
}

#[test]
fn doctor_finds_a_link_to_nowhere() {
    let lab = gated_lab(24);
    std::fs::remove_file(lab.hook()).expect("it is ours");
    std::os::unix::fs::symlink("/nowhere/pushgate", lab.hook()).expect("the place is free");
    sick(&lab, "link");
}

#[test]
fn doctor_finds_an_empty_hook() {
    let lab = gated_lab(25);
    std::fs::write(lab.hook(), "").expect("it is ours");
    sick(&lab, "empty");
}

#[test]
fn doctor_finds_a_hooks_path_that_leads_elsewhere() {
    let lab = gated_lab(26);
    lab.in_server(&["config", "core.hooksPath", "/nowhere"]);
    sick(&lab, "core.hooksPath");
    lab.in_server(&["config", "core.hooksPath", "/dev/null"]);
    sick(&lab, "core.hooksPath");
}

#[test]
fn doctor_finds_a_hook_that_says_yes_to_everything() {
    let lab = gated_lab(27);
    write_executable(&lab.hook(), "#!/bin/sh\nexit 0\n");
    sick(&lab, "pre-receive");
}

/// What takes the place of the program may accept everything.
#[test]
fn doctor_does_not_say_that_a_program_that_is_not_ours_refuses() {
    let lab = gated_lab(31);
    let program = lab.server.join("pushgate/pushgate-pre-receive");
    write_executable(&program, "#!/bin/sh\nexit 0\n");
    sick(&lab, "it may pass unseen");
}

/// Else it would run a second time behind ours, without the configuration.
#[test]
fn install_takes_the_place_of_the_program_itself() {
    let lab = bare_lab(32);
    lab.configure("mode = \"monitor\"");
    std::fs::create_dir_all(lab.hook().parent().expect("it is in a folder")).expect("can be made");
    std::fs::copy(commands::hook(), lab.hook()).expect("the hook can be copied");
    assert!(!lab.push(&["evil"]).accepted);
    install(&lab);
    assert!(lab.push(&["evil"]).accepted, "the program still runs by itself");
}

#[test]
fn several_installs_at_once_come_one_after_the_other() {
    let lab = bare_lab(33);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| install(&lab));
        }
    });
    lab.push(&["evil"]).refused_for(&[CLOUD]);
}

#[test]
fn doctor_finds_a_broken_configuration_and_a_broken_audit_file() {
    let lab = gated_lab(28);
    lab.configure_raw("moed = 1\n");
    sick(&lab, "moed");
    lab.configure_raw("\"a\\u001b]0;x\\u0007\\nproved: b\" = 3\n");
    sick(&lab, "\\u{1b}");
    lab.configure_raw("[audit]\npath = \"/dev/full\"\n");
    sick(&lab, "/dev/full");
}

#[test]
fn doctor_is_not_content_with_a_mode_that_refuses_nothing() {
    let lab = gated_lab(29);
    for mode in ["off", "monitor", "warn"] {
        lab.configure(&format!("mode = \"{mode}\""));
        sick(&lab, mode);
    }
}

#[test]
fn doctor_finds_a_missing_or_broken_binary() {
    let lab = bare_lab(30);
    let hook = lab.root().join("pushgate-pre-receive");
    std::fs::copy(commands::hook(), &hook).expect("the hook can be copied");
    let hook_text = hook.display().to_string();
    let ended = lab.run_tool(&["install"], &["--config", &lab.config_text(), "--hook", &hook_text]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    // Where install keeps a copy of its own, that one is damaged as well.
    let bytes = std::fs::read(&hook).expect("just copied");
    let mut copies: Vec<PathBuf> = snapshot(&lab.server)
        .into_iter()
        .filter(|(_, (_, content))| *content == bytes)
        .map(|(path, _)| path)
        .collect();
    copies.push(hook);
    for copy in &copies {
        std::fs::write(copy, &bytes[..bytes.len() / 2]).expect("it is ours");
    }
    sick(&lab, "pushgate");
    for copy in &copies {
        std::fs::remove_file(copy).expect("it is ours");
    }
    sick(&lab, "pushgate");
}
