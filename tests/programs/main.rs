//! The example programs of `docs/remediation/snippets` with the libraries of the stores of secrets.
//!
//! `cargo xtask programs` brings the libraries and runs this; `PUSHGATE_LIBRARIES` names their folder.

#![expect(clippy::disallowed_methods, reason = "tests start processes and read their environment")]
#![expect(unreachable_pub, reason = "nothing outside a test binary could reach it")]
#![expect(dead_code, reason = "what the tests of pushes share is more than is needed here")]

#[path = "../support/commands.rs"]
mod commands;
#[path = "../support/encode.rs"]
mod encode;
#[path = "../support/jira.rs"]
mod jira;

use std::path::{Path, PathBuf};

use jira::both_ask_jira;

fn libraries() -> PathBuf {
    let folder = std::env::var_os("PUSHGATE_LIBRARIES");
    PathBuf::from(folder.expect("`cargo xtask programs` sets PUSHGATE_LIBRARIES"))
}

/// A copy of the program `file` in the folder `to`, where its language looks for libraries.
fn copied(file: &Path, to: &Path) -> PathBuf {
    let inner = file.strip_prefix(jira::folder()).expect("it is one of ours");
    let copy = to.join("programs").join(inner);
    std::fs::create_dir_all(copy.parent().expect("it has a folder")).expect("it is ours");
    std::fs::copy(file, &copy).expect("it is ours");
    copy
}

#[test]
fn programs_in_python_read_the_secret_from_each_store() {
    let python = libraries().join("python/bin/python");
    for way in ["aws-secrets-manager", "vault", "conjur"] {
        both_ask_jira(way, "python", ["api_token.py", "oauth_client.py"], |command, file| {
            command.arg(&python).arg(file);
        });
    }
}

#[test]
fn programs_in_javascript_read_the_secret_from_aws() {
    let names = ["api-token.mjs", "oauth-client.mjs"];
    both_ask_jira("aws-secrets-manager", "javascript", names, |command, file| {
        command.arg("node").arg(copied(file, &libraries().join("javascript")));
    });
}

#[test]
fn programs_in_go_read_the_secret_from_each_store() {
    let folder = libraries().join("go");
    for way in ["aws-secrets-manager", "vault", "conjur"] {
        let names = ["apitoken/main.go", "oauthclient/main.go"];
        both_ask_jira(way, "go", names, |command, file| {
            let file = copied(file, &folder);
            let binary = file.with_extension("built");
            let mut build = commands::command("go", &folder);
            build.current_dir(&folder).env("GOPROXY", "off").env("GOTOOLCHAIN", "local");
            build.env("GOMODCACHE", libraries().join("go-modules")).env("CGO_ENABLED", "0");
            build.env("GOCACHE", libraries().join("go-built"));
            build.args(["build", "-o"]).arg(&binary);
            build.arg(file.parent().expect("it has a folder"));
            let ended = commands::run(build, b"");
            assert_eq!(ended.code(), 0, "{}", ended.all_text());
            command.arg(&binary);
        });
    }
}

#[test]
fn programs_in_java_read_the_secret_from_aws() {
    let classes = std::fs::read_to_string(libraries().join("java/classes.txt"));
    let classes = classes.expect("`cargo xtask programs` writes it");
    let names = ["ApiToken.java", "OauthClient.java"];
    both_ask_jira("aws-secrets-manager", "java", names, |command, file| {
        command.args(["java", "-cp", classes.trim()]).arg(file);
    });
}
