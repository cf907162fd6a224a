//! A configuration that is wrong refuses pushes, and says where it is wrong.

use crate::support::commands::run;
use crate::support::{Change, History, PushLab, Pushed, file};

/// A clean push under this configuration, which is wrong.
#[track_caller]
fn refused(text: &str, line: usize, key: &str) {
    let lab = clean_lab();
    lab.configure_raw(text);
    let pushed = lab.push(&["main"]);
    names(&lab, &pushed, key);
    let told = pushed.remote.join("\n");
    let number = line.to_string();
    let has_line =
        told.replace("[PG", "").split(|c: char| !c.is_ascii_digit()).any(|digits| digits == number);
    assert!(has_line, "line {line} is not named in:\n{told}");
}

#[track_caller]
fn names(lab: &PushLab, pushed: &Pushed, key: &str) {
    pushed.gate_failed();
    let told: String = pushed.remote.iter().map(|line| line.trim()).collect();
    assert!(told.contains(key), "{key:?} is not named in:\n{}", pushed.told());
    let file = lab.config_text();
    assert!(told.contains(&file), "{file} is not named in:\n{}", pushed.told());
}

#[track_caller]
fn clean_lab() -> PushLab {
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([file("a", "one\n")])));
    lab
}

#[test]
fn an_unknown_key_is_an_error() {
    refused("mode = \"block\"\n\nmoed = \"warn\"\n", 3, "moed");
}

#[test]
fn an_unknown_key_in_a_table_is_an_error() {
    refused("[policy]\nproven = \"block\"\nprovn = \"warn\"\n", 3, "provn");
    refused("[audit]\npaht = \"/tmp/x\"\n", 2, "paht");
}

#[test]
fn an_unknown_table_is_an_error() {
    refused("mode = \"block\"\n[polcy]\nproven = \"block\"\n", 2, "polcy");
}

#[test]
fn a_wrong_type_is_an_error() {
    refused("mode = 3\n", 1, "mode");
    refused("\n\n[policy]\nlikely = true\n", 4, "likely");
    refused("[audit]\npath = [\"/tmp/x\"]\n", 2, "path");
    refused("policy = \"block\"\n", 1, "policy");
}

#[test]
fn a_word_that_is_none_of_the_choices_is_an_error() {
    refused("mode = \"Block\"\n", 1, "mode");
    refused("[policy]\nundecided = \"allow\"\n", 2, "undecided");
}

#[test]
fn a_key_twice_is_an_error() {
    refused("mode = \"block\"\nmode = \"off\"\n", 2, "duplicate");
}

#[test]
fn a_text_that_is_no_toml_is_an_error() {
    let lab = clean_lab();
    for text in ["mode = \"block\n", "mode \"block\"\n", "[policy\nproven = \"warn\"\n", "<xml/>\n"]
    {
        lab.configure_raw(text);
        names(&lab, &lab.push(&["main"]), "");
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_an_error() {
    let lab = clean_lab();
    lab.configure_raw(b"mode = \"bl\xffck\"\n");
    names(&lab, &lab.push(&["main"]), "");
}

#[test]
fn a_file_that_is_gone_is_an_error() {
    let lab = clean_lab();
    std::fs::remove_file(&lab.config).expect("the file was there");
    names(&lab, &lab.push(&["main"]), "");
}

#[test]
fn a_file_that_may_not_be_read_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let lab = clean_lab();
    let set = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    set(&lab.config, 0o000);
    set(lab.root(), 0o755);
    // Root may read everything, so it has to become somebody else.
    lab.wrap_hook(
        "test \"$(id -u)\" = 0 && exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$HOOK\"\n\
         exec \"$HOOK\"",
    );
    names(&lab, &lab.push(&["main"]), "");
}

#[test]
fn a_folder_in_place_of_the_file_is_an_error() {
    let lab = clean_lab();
    std::fs::remove_file(&lab.config).expect("the file was there");
    std::fs::create_dir(&lab.config).expect("the place is free");
    names(&lab, &lab.push(&["main"]), "");
}

#[test]
fn a_configuration_that_others_may_replace_is_an_error_that_doctor_tells_too() {
    use std::os::unix::fs::PermissionsExt;

    let lab = clean_lab();
    let outer = lab.root().join("etc");
    let inner = outer.join("pushgate");
    std::fs::create_dir_all(&inner).expect("the folder is ours");
    let config = inner.join("pushgate.toml");
    std::fs::copy(&lab.config, &config).expect("the folder is ours");
    let named = config.display().to_string();
    let ended = lab.run_tool(&["install"], &["--config", &named]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    for (mode, is_open) in [(0o777, true), (0o1777, false), (0o755, false)] {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&outer, permissions).expect("the folder is ours");
        let doctor = lab.run_tool(&["doctor"], &[]);
        assert_eq!(doctor.code() != 0, is_open, "{mode:o}: {}", doctor.all_text());
        let pushed = lab.push(&[&format!("main:refs/heads/b{mode:o}")]);
        if !is_open {
            assert!(pushed.accepted, "{mode:o}: {}", pushed.told());
            continue;
        }
        pushed.gate_failed();
        let told: String =
            pushed.remote.iter().map(|line| line.trim_start_matches("  >")).collect();
        let told = told.replace(char::is_whitespace, "");
        for text in [told, doctor.all_text().replace(char::is_whitespace, "")] {
            assert!(text.contains("othersmaywritetothefolder"), "{text}");
            assert!(text.contains(&format!("run:chmodo-w{}", outer.display())), "{text}");
        }
    }
}

#[test]
fn a_named_pipe_is_not_waited_for() {
    let lab = clean_lab();
    let pipe = lab.root().join("pipe");
    let mut command = lab.command("mkfifo");
    command.arg(&pipe);
    assert_eq!(run(command, b"").code(), 0);
    lab.configure(&format!("[fingerprint]\nkey = \"{}\"\n", pipe.display()));
    lab.push(&["main"]).gate_failed().says("[PG0209]").says("it is not a regular file");
    std::fs::rename(&pipe, &lab.config).expect("the laboratory is ours");
    let told = lab.push_raw("main").all_text();
    assert!(told.contains("[PG0202]") && told.contains("cannot be read: it is"), "{told}");
}

#[test]
fn the_key_that_was_meant_is_named_whole() {
    let lab = clean_lab();
    lab.configure_raw("[limits]\ntag_chain_mx = 3\n");
    let pushed = lab.push(&["main"]);
    let told: String = pushed.remote.iter().map(|line| line.trim()).collect();
    assert!(told.replace(['>', ' '], "").contains("didyoumeantag_chain_max?"), "{}", pushed.told());
}

#[test]
fn a_limit_that_leaves_nobody_to_judge_is_an_error() {
    refused("[limits]\nthreads_per_push_max = 0\n", 2, "threads_per_push_max");
    refused("[limits]\ndetector_fuel_per_call = 0\n", 2, "detector_fuel_per_call");
}

#[test]
fn a_link_to_nowhere_is_an_error() {
    let lab = clean_lab();
    std::fs::remove_file(&lab.config).expect("the file was there");
    std::os::unix::fs::symlink("/nowhere/at/all", &lab.config).expect("the place is free");
    names(&lab, &lab.push(&["main"]), "");
}

#[test]
fn a_wrong_configuration_refuses_deletions_too() {
    let lab = clean_lab();
    lab.seed(&["main", "main:refs/heads/old"]);
    lab.configure_raw("moed = 1\n");
    lab.push(&[":old"]).gate_failed();
}

#[test]
fn a_wrong_value_is_not_repeated_to_the_pusher() {
    let lab = clean_lab();
    let password = crate::support::tokens::password(1);
    lab.configure_raw(format!("mode = \"{password}\"\n"));
    // The check of every push looks for the password in the message.
    lab.push(&["main"]).gate_failed();
}

#[test]
fn a_configuration_in_the_pushed_tree_is_not_read() {
    use crate::support::{settings, tokens};
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([
        file("pushgate.toml", "mode = \"off\"\n"),
        file(".pushgate.toml", "mode = \"off\"\n"),
        settings("a.env", &tokens::cloud(2)),
    ])));
    lab.push(&["main"]).refused_for(&[tokens::CLOUD]);
}

#[test]
fn install_refuses_a_configuration_that_is_wrong() {
    let lab = PushLab::new();
    lab.configure_raw("moed = 1\n");
    let done = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
    assert_ne!(done.code(), 0, "{}", done.all_text());
    assert!(done.all_text().contains("moed"), "{}", done.all_text());
}
