//! Repositories in which an ordinary installation would not do, and what the admin is told.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::install::{bare_lab, gated_lab, install, same, sick, snapshot, uninstall};
use crate::support::lab::write_executable;
use crate::support::tokens::CLOUD;
use crate::support::{Install, PushLab, Setup, commands};

/// Neither the installation nor the doctor may claim that the hook runs here.
#[track_caller]
fn no_place(lab: &PushLab, words: &[&str]) {
    let before = snapshot(&lab.server);
    for command in ["install", "doctor"] {
        let ended = lab.run_tool(&[command], &[]);
        let told = ended.all_text();
        assert_eq!(ended.code(), 1, "{command}: {told}");
        for word in words {
            assert!(told.contains(word), "{word} is not in {command}: {told}");
        }
        assert!(!told.contains("git will run") && !told.contains("proved"), "{told}");
    }
    same(&before, &snapshot(&lab.server));
}

#[test]
fn in_a_repository_of_gitlab_nothing_is_written_where_gitaly_does_not_look() {
    let lab = bare_lab(40);
    std::fs::create_dir(lab.server.join("custom_hooks")).expect("the server is ours");
    no_place(&lab, &["GitLab", "custom_hooks_dir", "pre-receive.d", "docs/admin/install.md"]);
    let folder = "@hashed/6b/86".to_owned();
    let lab = PushLab::of(Setup { install: Install::Nothing, folder, ..Setup::default() });
    no_place(&lab, &["GitLab", "on every node"]);
    // One that was installed all the same does not make the doctor content.
    let lab = gated_lab(41);
    std::fs::create_dir(lab.server.join("custom_hooks")).expect("the server is ours");
    sick(&lab, "gitaly");
}

#[test]
fn a_folder_for_hooks_that_is_a_link_is_refused_and_noticed() {
    let lab = bare_lab(42);
    let hooks = lab.server.join("hooks");
    drop(std::fs::remove_dir_all(&hooks));
    let shared = lab.root().join("shared-hooks");
    std::fs::create_dir(&shared).expect("the laboratory is ours");
    std::os::unix::fs::symlink(&shared, &hooks).expect("the place is free");
    no_place(&lab, &["is a link, to ", "shared-hooks", "rm "]);
    // As the message says it.
    std::fs::remove_file(&hooks).expect("a link");
    std::fs::create_dir(&hooks).expect("the place is free");
    install(&lab);
    lab.push(&["evil"]).refused_for(&[CLOUD]);
    // A link that came afterwards.
    std::fs::remove_dir(&shared).expect("it is empty");
    std::fs::rename(&hooks, &shared).expect("both are ours");
    std::os::unix::fs::symlink(&shared, &hooks).expect("the place is free");
    sick(&lab, "is a link, to ");
    // The program itself needs nothing beside it.
    std::fs::copy(commands::hook(), lab.hook()).expect("the hook can be copied");
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
}

#[track_caller]
fn mode_of(path: &Path) -> u32 {
    path.metadata().expect("it is there").permissions().mode() & 0o7777
}

#[track_caller]
fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
}

#[test]
fn pushers_of_a_shared_repository_can_read_the_key_and_write_the_record() {
    for (shared, key, folder, audit) in [
        ("false", 0o600, 0o755, None),
        ("group", 0o640, 0o2755, Some(0o660)),
        ("0660", 0o640, 0o2755, Some(0o660)),
        ("all", 0o644, 0o2755, Some(0o666)),
    ] {
        let lab = bare_lab(43);
        lab.in_server(&["config", "core.sharedRepository", shared]);
        install(&lab);
        let own = lab.server.join("pushgate");
        assert_eq!(mode_of(&own.join("fingerprint.key")), key, "{shared}");
        assert_eq!(mode_of(&own), folder, "{shared}");
        assert_eq!(lab.audit.exists().then(|| mode_of(&lab.audit)), audit, "{shared}");
        let ended = lab.run_tool(&["doctor"], &[]);
        assert_eq!(ended.code(), 0, "{shared}: {}", ended.all_text());
        lab.push(&["evil"]).refused_for(&[CLOUD]);
    }
}

#[test]
fn what_pushers_of_a_shared_repository_may_not_use_is_told_and_mended() {
    let lab = gated_lab(44);
    lab.push(&["clean"]).accepted_silently();
    lab.in_server(&["config", "core.sharedRepository", "group"]);
    sick(&lab, "fingerprint.key");
    sick(&lab, "core.sharedRepository is group");
    sick(&lab, "audit.jsonl");
    install(&lab);
    let key = lab.server.join("pushgate/fingerprint.key");
    assert_eq!(mode_of(&key), 0o640);
    sick(&lab, &format!("chmod 660 {}", lab.audit.display()));
    std::fs::remove_file(&lab.audit).expect("it is ours");
    sick(&lab, "who pushes first would make it for themselves");
    let folder = lab.root().join("log");
    std::fs::create_dir(&folder).expect("the laboratory is ours");
    set_mode(&folder, 0o2775);
    lab.configure_raw(format!("[audit]\npath = \"{}/audit.jsonl\"\n", folder.display()));
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
}

#[test]
fn a_record_that_is_made_in_a_shared_folder_is_for_its_group() {
    let lab = gated_lab(45);
    let folder = lab.root().join("log");
    std::fs::create_dir(&folder).expect("the laboratory is ours");
    let file = folder.join("audit.jsonl");
    lab.configure_raw(format!("[audit]\npath = \"{}\"\n", file.display()));
    for (folder_mode, file_mode) in [(0o775, 0o640), (0o2775, 0o660)] {
        set_mode(&folder, folder_mode);
        drop(lab.push_raw("evil"));
        assert_eq!(mode_of(&file), file_mode);
        std::fs::remove_file(&file).expect("the hook has made it");
    }
}

#[test]
fn the_gate_is_proved_in_a_mode_that_refuses_nothing_too() {
    let lab = gated_lab(46);
    for mode in ["monitor", "warn"] {
        lab.configure(&format!("mode = \"{mode}\""));
        let told = lab.run_tool(&["doctor"], &[]).all_text();
        assert!(told.contains("proved: ") && told.contains("(in mode \"block\")"), "{told}");
        sick(&lab, &format!("mode is {mode:?}"));
    }
    lab.configure("mode = \"monitor\"\ncolour = 1");
    assert!(!lab.run_tool(&["doctor"], &[]).all_text().contains("proved"));
}

#[test]
fn a_policy_that_lets_pass_is_said_beside_the_proof() {
    let lab = gated_lab(47);
    lab.configure("[policy]\nlikely = \"ignore\"\nundecided = \"ignore\"\nerror = \"warn\"");
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    for key in ["likely = \"ignore\"", "undecided = \"ignore\"", "error = \"warn\""] {
        assert!(ended.text().contains(&format!("note: policy: {key}")), "{}", ended.text());
    }
}

#[test]
fn a_program_that_runs_alone_is_told_to_need_a_key() {
    let lab = bare_lab(48);
    drop(std::fs::create_dir(lab.server.join("hooks")));
    std::fs::copy(commands::hook(), lab.hook()).expect("the hook can be copied");
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert!(ended.text().contains("note: ") && ended.text().contains("[fingerprint]"));
    install(&bare_lab(49));
    let ended = gated_lab(49).run_tool(&["doctor"], &[]);
    assert!(!ended.text().contains("[fingerprint]"), "{}", ended.text());
}

#[test]
fn the_program_says_what_it_is_to_who_asks_and_refuses_what_it_does_not_know() {
    let lab = bare_lab(51);
    let ask = |word: &str| {
        let mut command = lab.command(commands::hook());
        command.arg(word);
        commands::run(command, b"")
    };
    for word in ["--help", "-h"] {
        let ended = ask(word);
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
        assert!(ended.text().contains("usage: pushgate-pre-receive "), "{}", ended.all_text());
        assert!(ended.stderr.is_empty(), "{}", ended.all_text());
    }
    let ended = ask("--helpp");
    assert_eq!(ended.code(), 2, "{}", ended.all_text());
    assert!(ended.all_text().contains("the gate itself failed"), "{}", ended.all_text());
    assert!(ended.all_text().contains("see --help"), "{}", ended.all_text());
}

#[test]
fn a_hook_that_somebody_wrote_again_leaves_a_way_out() {
    let lab = bare_lab(50);
    drop(std::fs::create_dir(lab.server.join("hooks")));
    let other = "#!/bin/sh\necho older\n";
    write_executable(&lab.hook(), other);
    install(&lab);
    let kept = lab.server.join("hooks/pre-receive.before-pushgate");
    // The same text again: nothing is lost if one of them goes.
    write_executable(&lab.hook(), other);
    install(&lab);
    lab.push(&["evil"]).refused_for(&[CLOUD]);
    // Another: who decides is told what to type.
    write_executable(&lab.hook(), "#!/bin/sh\necho newer\n");
    for command in ["install", "doctor", "uninstall"] {
        let ended = lab.run_tool(&[command], &[]);
        assert_eq!(ended.code(), 1, "{}", ended.all_text());
        for way in [format!("rm {}", kept.display()), format!("mv {} ", kept.display())] {
            assert!(ended.all_text().contains(&way), "{command}: {}", ended.all_text());
        }
    }
    std::fs::remove_file(&kept).expect("it was kept");
    install(&lab);
    let pushed = lab.push(&["clean"]);
    pushed.says("newer");
    uninstall(&lab);
    let text = std::fs::read_to_string(lab.hook()).expect("it is back");
    assert!(text.contains("newer"), "{text}");
    // And out again, with the same text written once more.
    install(&lab);
    write_executable(&lab.hook(), text);
    uninstall(&lab);
    assert!(!kept.exists() && lab.hook().exists());
}
