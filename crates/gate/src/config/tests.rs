//! Mistakes are named by file, line and key; the documented default is the default.

use pushgate_core::policy::{Action, Mode};

use super::Config;

fn error(text: &str) -> String {
    Config::parse("pushgate.toml", text).expect_err("it must be refused").to_string()
}

#[test]
fn the_documented_default_is_the_embedded_one() {
    let text = include_str!("default.toml");
    assert_eq!(Config::parse("default.toml", text).unwrap(), Config::embedded());
    assert_eq!(Config::parse("empty.toml", "").unwrap(), Config::embedded());
}

#[test]
fn every_key_of_the_default_can_be_set() {
    let mut text = include_str!("default.toml").to_owned();
    for key in ["path", "folder", "store", "key", "help"] {
        text = text.replace(&format!("# {key} = "), &format!("{key} = "));
    }
    let config = Config::parse("default.toml", &text).unwrap();
    assert!(config.audit_path.is_some());
    assert!(config.detectors.is_some());
    assert!(config.fingerprint_key_path.is_some());
    assert!(config.help.is_some());
}

#[test]
fn mode_and_policy_are_read() {
    let text = "mode = \"monitor\"\n[policy]\nweak = \"ignore\"\nerror = \"warn\"\n";
    let config = Config::parse("a", text).unwrap();
    assert_eq!(config.mode, Mode::Monitor);
    assert_eq!(config.policy.weak, Action::Ignore);
    assert_eq!(config.policy.error, Action::Warn);
    assert_eq!(config.policy.proven, Action::Block);
}

#[test]
fn limits_are_set_by_name() {
    let config = Config::parse("a", "[limits]\nobjects_max = 7\ntag_chain_max = 3\n").unwrap();
    assert_eq!(config.limits.git.objects_max, 7);
    assert_eq!(config.limits.git.tag_chain_max, 3);
}

#[test]
fn mistakes_name_file_line_and_key() {
    let cases = [
        ("mode = \"block\"\nmdoe = 1\n", "line 2", "mdoe"),
        ("[policy]\n\nproven = \"blokc\"\n", "line 3", "policy.proven"),
        ("[policy]\nproven = 3\n", "line 2", "policy.proven"),
        ("[audit]\npaht = \"x\"\n", "line 2", "paht"),
        ("[limits]\nobjects_max = -1\n", "line 2", "limits.objects_max"),
        ("[limits]\nnonsense_max = 1\n", "line 2", "nonsense_max"),
        ("mode = \"block\"\n[detectors]\nfolder = \"/x\"\n", "line 3", "detectors.store"),
        ("[audit]\npath = \"audit.jsonl\"\n", "line 2", "audit.path"),
        ("# path = 1\n[audit]\npath = \"a\"\n", "line 3", "audit.path"),
        ("policy = 3\n", "line 1", "a table"),
        ("mode = \"block", "line 1", ""),
        ("a b c", "line 1", ""),
        ("[nonsense]\n", "line 1", "nonsense"),
        ("mode = \"block\"\nmode = \"warn\"\n", "line 2", "mode"),
    ];
    for (text, line, key) in cases {
        let error = error(text);
        assert!(error.starts_with("pushgate.toml: "), "{error}");
        assert!(error.contains(line), "{text:?}: {error}");
        assert!(error.contains(key), "{text:?}: {error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn files_that_cannot_be_used_are_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.toml");
    assert!(Config::read(&missing).unwrap_err().to_string().contains("missing.toml"));
    assert!(Config::read(folder.path()).unwrap_err().to_string().contains("regular file"));
    let file = folder.path().join("a.toml");
    std::fs::write(&file, "mode = \"off\"\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
    assert!(Config::read(&file).unwrap_err().to_string().contains("everybody"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(Config::read(&file).unwrap().mode, Mode::Off);
    std::fs::write(&file, b"mode = \"\xFF\"\n").unwrap();
    assert!(Config::read(&file).unwrap_err().to_string().contains("a.toml"));
}

#[test]
fn a_value_is_not_repeated() {
    for text in ["mode = \"hunter2\"", "[limits]\nobjects_max = \"hunter2\"", "audit = \"hunter2\""]
    {
        let error = error(text);
        assert!(!error.contains("hunter2"), "{error}");
    }
}
