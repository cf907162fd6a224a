//! Mistakes are named by file, line and key; the documented default is the default.

use std::time::Duration;

use pushgate_core::policy::{Action, Mode};

use super::{Config, MessageSettings};
use crate::environment::Environment;

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
    for key in ["path", "folder", "store", "key", "help", "link", "page", "profile", "deadline_ms"]
    {
        text = text.replace(&format!("# {key} = "), &format!("{key} = "));
    }
    let config = Config::parse("default.toml", &text).unwrap();
    assert!(config.audit_path.is_some());
    assert!(config.detectors.is_some());
    assert!(config.fingerprint_key_path.is_some());
    assert!(config.message.help.is_some());
    assert!(config.message.link.is_some());
    assert!(config.message.page.is_some());
    assert!(config.profile.is_some());
    assert!(config.deadline.is_some());
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
        ("mode = \"block\"\nprofile = \"githab\"\n", "line 2", "profile"),
        ("profile = \"GitLab\"\n", "line 1", "`github-enterprise`, `gitlab`, `bitbucket`"),
        ("\ndeadline_ms = \"4s\"\n", "line 2", "deadline_ms"),
        ("deadline_ms = 0\n", "line 1", "deadline_ms"),
        ("[limits]\nthreads_per_push_max = 0\n", "line 2", "limits.threads_per_push_max: must"),
        ("[limits]\ndetector_fuel_per_call = 0\n", "line 2", "must be at least 1"),
        ("[limits]\ndeadline_ms = 9\n", "line 2", "deadline_ms"),
        (
            "deadline_ms = 9\n[limits]\npush_duration_ms_max = 9\n",
            "line 3",
            "limits.push_duration_ms_max",
        ),
        ("[message]\nprogress_after_ms = -1\n", "line 2", "message.progress_after_ms"),
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
    let file = folder.path().join("a b.toml");
    std::fs::write(&file, "mode = \"off\"\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
    let path = file.display();
    assert_eq!(
        Config::read(&file).unwrap_err().to_string(),
        format!("{path}: others may write to it; run: chmod o-w '{path}'")
    );
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(Config::read(&file).unwrap().mode, Mode::Off);
    std::fs::write(&file, b"mode = \"\xFF\"\n").unwrap();
    assert!(Config::read(&file).unwrap_err().to_string().contains("a b.toml"));
}

#[test]
fn a_record_goes_to_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (config, key) = (folder.join("c.toml"), folder.join("key"));
    std::fs::write(&key, "0".repeat(64)).unwrap();
    std::os::unix::fs::symlink(&config, folder.join("link")).unwrap();
    let check = |record: &str, key: &str, other: Option<&str>| {
        let paths = [record, key].map(|name| folder.join(name).display().to_string());
        let [record, key] = paths;
        let text = format!("[audit]\npath = {record:?}\n[fingerprint]\nkey = {key:?}\n");
        std::fs::write(&config, text).unwrap();
        let error = Config::read(&config).map(|_| ()).map_err(|error| error.to_string());
        match (error, other) {
            (Ok(()), None) => (),
            (Err(error), Some(other)) => {
                assert!(error.contains(&format!("audit.path names {other};")), "{error}");
            }
            (outcome, other) => panic!("{record}: {outcome:?}, not {other:?}"),
        }
    };
    check("record", "key", None);
    check("c.toml", "key", Some("this configuration"));
    check("link", "key", Some("this configuration"));
    check("key", "key", Some("the file of fingerprint.key"));
    check("missing", "missing", Some("the file of fingerprint.key"));
}

#[test]
fn a_value_is_not_repeated() {
    for text in ["mode = \"hunter2\"", "[limits]\nobjects_max = \"hunter2\"", "audit = \"hunter2\""]
    {
        let error = error(text);
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_deadline_goes_before_that_of_the_profile_and_a_profile_before_that_of_the_environment() {
    let check = |text: &str, variables: &[(&str, &str)], profile: &str, milliseconds: u128| {
        let config = Config::parse("a", text).unwrap();
        let environment = Environment::of_variables(variables);
        assert_eq!(config.profile(&environment).as_str(), profile, "{text:?}");
        assert_eq!(config.deadline(&environment).as_millis(), milliseconds, "{text:?}");
    };
    let github = &[("GITHUB_REPO_NAME", "o/r"), ("GITHUB_USER_LOGIN", "ada")];
    let gitlab = &[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", "ssh")];
    let gitlab_web = &[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", "web")];
    check("", &[], "plain", 300_000);
    check("", github, "github-enterprise", 4000);
    check("", gitlab, "gitlab", 300_000);
    check("", gitlab_web, "gitlab", 50_000);
    check("profile = \"plain\"\n", github, "plain", 300_000);
    check("profile = \"github-enterprise\"\n", &[], "github-enterprise", 4000);
    check("profile = \"bitbucket\"\n", &[], "bitbucket", 100_000);
    check("profile = \"forgejo\"\n", &[], "forgejo", 300_000);
    check("deadline_ms = 77\nprofile = \"github-enterprise\"\n", gitlab, "github-enterprise", 77);
    check("[limits]\npush_duration_ms_max = 78\n", github, "github-enterprise", 78);
}

#[test]
fn progress_can_be_switched_off() {
    let after = |text: &str| Config::parse("a", text).unwrap().progress_after;
    assert_eq!(after("[message]\nprogress_after_ms = 0\n"), None);
    assert_eq!(after("[message]\nprogress_after_ms = 3000\n"), Some(Duration::from_secs(3)));
}

#[test]
fn a_copy_for_a_rehearsal_writes_nothing_of_the_servers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.toml");
    let text = "mode = \"warn\"\n[audit]\npath = \"/server/audit\"\n[fingerprint]\nkey = \"/server/key\"\n\
                [message]\nhelp = \"Help: ask\"\ncolour = \"always\"\njson = true\n[policy]\nweak = \"block\"\n";
    std::fs::write(&path, text).unwrap();
    let audit = std::path::Path::new("/mine/audit");
    let copy = |after| {
        let text = Config::copy_for_rehearsal(Some(&path), audit, after).unwrap();
        Config::parse("copy.toml", &text).unwrap()
    };
    let second = Duration::from_secs(1);
    let served = Config::parse("server.toml", text).unwrap();
    let expected = Config {
        message: MessageSettings { colour: false, json: false, ..served.message.clone() },
        audit_path: Some(audit.to_owned()),
        fingerprint_key_path: None,
        progress_after: Some(second),
        ..served
    };
    assert_eq!(copy(Some(second)), expected);
    assert_eq!(copy(None), Config { progress_after: None, ..expected });
}

#[test]
fn the_page_lists_every_limit_with_its_default() {
    const PAGE: &str = include_str!("../../../../docs/admin/configure.md");
    let (_, limits) = include_str!("default.toml").split_once("[limits]").unwrap();
    let mut rows = Vec::new();
    for line in limits.lines().filter(|line| line.contains(" = ")) {
        let (key, rest) = line.split_once(" = ").unwrap();
        let (default, bounds) = rest.split_once('#').unwrap();
        rows.push(format!("| `{key}` | {} | {} |", default.trim(), bounds.trim()));
    }
    let (_, table) = PAGE.split_once("| key | default | what it bounds |").unwrap();
    let listed: Vec<&str> =
        table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert_eq!(listed, rows);
}
