//! What the tool says of a set-up beside what it does: what holds, what is missed, what to type.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::install::bare_lab;
use crate::support::PushLab;
use crate::support::commands::{self, Ended, run};

const NO_RECORD: &str = "note: there is no record of pushes";
const NO_PAGE: &str = "note: a developer who is refused is told of no address";
const NO_REFUSAL: &str = "no push is refused";

/// A laboratory in which the hook has this configuration; what `install` and `doctor` said of it.
#[track_caller]
fn set_up(seed: u64, config: &str) -> (PushLab, [Ended; 2]) {
    let lab = bare_lab(seed);
    lab.configure_raw(config);
    let installed = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
    assert_eq!(installed.code(), 0, "{}", installed.all_text());
    let doctor = lab.run_tool(&["doctor"], &[]);
    (lab, [installed, doctor])
}

#[test]
fn what_will_be_missed_at_the_first_refusal_is_noted() {
    let audit = tempfile::tempdir().expect("a temporary folder");
    let audit = audit.path().join("audit.jsonl").display().to_string();
    let record = format!("[audit]\npath = {audit:?}\n");
    let page = "[message]\npage = \"https://wiki.example.org/x\"\n";
    for (config, missed) in [
        (String::new(), &[NO_RECORD, NO_PAGE][..]),
        (record.clone(), &[NO_PAGE]),
        (page.to_owned(), &[NO_RECORD]),
        (format!("{record}{page}"), &[]),
    ] {
        let (_lab, told) = set_up(801, &config);
        for ended in told {
            assert_eq!(ended.code(), 0, "{}", ended.all_text());
            for note in [NO_RECORD, NO_PAGE] {
                let is_told = ended.text().contains(note);
                assert_eq!(is_told, missed.contains(&note), "{config}: {}", ended.all_text());
            }
        }
    }
}

#[test]
fn a_mode_that_refuses_nothing_is_told_by_install_too() {
    for mode in ["block", "warn", "monitor", "off"] {
        let (_lab, told) = set_up(802, &format!("mode = \"{mode}\"\n"));
        for ended in told {
            let is_told = ended.text().contains(NO_REFUSAL);
            assert_eq!(is_told, mode != "block", "{}", ended.all_text());
        }
    }
}

#[test]
fn the_configuration_that_holds_is_named_and_can_be_forgotten() {
    let (lab, told) = set_up(803, "");
    let named = format!("configuration: {}\n", lab.config_text());
    for ended in told {
        assert!(ended.all_text().contains(&named), "{}", ended.all_text());
    }
    let key = lab.server.join("pushgate/fingerprint.key");
    let before = std::fs::read(&key).expect("there is a key");
    let both = lab.run_tool(&["install"], &["--no-config", "--config", &lab.config_text()]);
    assert_eq!(both.code(), 2, "{}", both.all_text());
    let forgotten = lab.run_tool(&["install"], &["--no-config"]);
    assert_eq!(forgotten.code(), 0, "{}", forgotten.all_text());
    for ended in [forgotten, lab.run_tool(&["doctor"], &[])] {
        let told = ended.all_text();
        assert!(told.contains("configuration: ") && !told.contains(&named), "{told}");
    }
    assert_eq!(std::fs::read(&key).expect("it is kept"), before);
}

#[test]
fn an_install_says_that_the_audit_file_cannot_be_written() {
    let lab = bare_lab(804);
    lab.configure_raw("[audit]\npath = \"/nonexistent/audit.jsonl\"\n");
    let ended = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
    // The gate is shut, not open: what is missing can still be made.
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    for words in ["/nonexistent/audit.jsonl", "every push is refused", "make its folder"] {
        assert!(ended.all_text().contains(words), "{}", ended.all_text());
    }
    assert!(lab.hook().exists());
}

#[test]
fn a_key_without_digits_is_said_before_the_first_push() {
    let lab = bare_lab(807);
    let key = lab.root().join("keys");
    let config = format!("[fingerprint]\nkey = {:?}\n", key.display().to_string());
    lab.configure_raw(&config);
    for (digits, is_good) in [(None, false), (Some("abc"), false), (Some(&*"0f".repeat(32)), true)]
    {
        if let Some(digits) = digits {
            std::fs::write(&key, digits).expect("the key can be written");
            set_mode(&key, 0o600);
        }
        let installed = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
        let doctor = lab.run_tool(&["doctor"], &[]);
        assert_eq!((installed.code(), doctor.code()), (0, i32::from(!is_good)), "{digits:?}");
        for ended in [installed, doctor] {
            let told = ended.all_text();
            assert_eq!(told.contains("fingerprint.key: "), !is_good, "{told}");
            assert_eq!(told.contains("every push is refused"), !is_good, "{told}");
        }
    }
    set_mode(&key, 0o644);
    let told = lab.run_tool(&["doctor"], &[]).all_text();
    assert!(told.contains("note: everybody here may read") && told.contains("chmod o-r"), "{told}");
}

#[test]
fn a_record_where_a_link_leads_to_nothing_is_said() {
    let lab = bare_lab(808);
    let link = lab.root().join("record");
    lab.configure_raw(format!("[audit]\npath = {:?}\n", link.display().to_string()));
    for (target, is_good) in [("/nonexistent/record", false), ("made-by-the-first-push", true)] {
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(target, &link).expect("a link can be made");
        let installed = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
        let doctor = lab.run_tool(&["doctor"], &[]);
        assert_eq!((installed.code(), doctor.code()), (0, i32::from(!is_good)), "{target}");
        for told in [installed.all_text(), doctor.all_text()] {
            assert_eq!(told.contains("every push is refused"), !is_good, "{told}");
        }
    }
}

/// Only root can look for another, and only then is anything said.
#[test]
fn root_is_told_what_the_owner_of_a_repository_may_not_use() {
    let lab = bare_lab(809);
    let record = lab.root().join("records");
    std::fs::create_dir(&record).expect("a folder can be made");
    let path = record.join("audit.jsonl").display().to_string();
    lab.configure_raw(format!("[audit]\npath = {path:?}\n"));
    let config = lab.config_text();
    set_mode(lab.root(), 0o755);
    set_mode(Path::new(&config), 0o600);
    let account = 65_534;
    let is_root = give(&lab, &lab.server, account);
    let doctor_says = |parts: &[&str]| {
        let ended = lab.run_tool(&["doctor"], &[]);
        let told = ended.all_text();
        for part in parts {
            assert_eq!(told.contains(part), is_root, "{part}: {told}");
        }
        let expected = if is_root { parts.len() } else { 0 };
        assert_eq!(told.matches("may not ").count(), expected, "{told}");
        let is_refused = is_root && !parts.is_empty();
        assert_eq!(ended.code(), i32::from(is_refused), "{told}");
    };
    let installed = lab.run_tool(&["install"], &["--config", &config]);
    assert_eq!(installed.code(), 0, "{}", installed.all_text());
    let reads = format!("may not read {config}: every push is refused");
    assert_eq!(installed.all_text().contains(&reads), is_root, "{}", installed.all_text());
    let writes = format!("may not write to {}: every push is refused", record.display());
    doctor_says(&[&reads, &writes]);
    // A group that the account may be in.
    set_mode(Path::new(&config), 0o640);
    doctor_says(&[&writes]);
    set_mode(Path::new(&config), 0o644);
    give(&lab, &record, account);
    doctor_says(&[]);
}

fn set_mode(path: &Path, mode: u32) {
    let permissions = Permissions::from_mode(mode);
    std::fs::set_permissions(path, permissions).expect("its owner may do that");
}

/// Gives a folder with all in it to an account, as root alone can.
fn give(lab: &PushLab, folder: &Path, account: u32) -> bool {
    let mut chown = lab.command("chown");
    chown.args(["-R", &format!("{account}:{account}")]).arg(folder);
    run(chown, b"").code() == 0
}

#[test]
fn what_to_type_against_a_hooks_path_can_be_typed() {
    let lab = bare_lab(805);
    lab.in_server(&["config", "core.hooksPath", "/nowhere"]);
    for command in ["install", "doctor"] {
        let ended = lab.run_tool(&[command], &[]);
        assert_eq!(ended.code(), 1, "{}", ended.all_text());
        let told = ended.all_text();
        let line = told.split("run: ").find(|part| part.starts_with("git config")).expect(&told);
        let line = line.split(" core.hooksPath").next().unwrap_or_default();
        let mut shell = lab.command("sh");
        shell.args(["-c", &format!("{line} core.hooksPath")]);
        assert_eq!(run(shell, b"").code(), 0, "{told}");
        let ended = lab.run_tool(&["doctor"], &[]);
        assert!(!ended.all_text().contains("core.hooksPath"), "{}", ended.all_text());
        lab.in_server(&["config", "core.hooksPath", "/nowhere"]);
    }
}

#[test]
fn a_tool_without_the_hook_beside_it_says_that_the_hook_is_missing() {
    let lab = bare_lab(806);
    let alone = lab.root().join("pushgate");
    std::fs::copy(commands::tool(), &alone).expect("the tool can be copied");
    let server = lab.server.display().to_string();
    for words in [&["install", "--repository", &server][..], &["check", "--", "."]] {
        let mut command = lab.command(&alone);
        command.args(words);
        let ended = run(command, b"");
        let told = ended.all_text();
        assert!(
            told.contains("there is no ") && told.contains("belongs beside this tool"),
            "{told}"
        );
        assert!(!told.contains("is not the hook program"), "{told}");
    }
}
