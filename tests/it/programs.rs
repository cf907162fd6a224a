//! The example programs of `docs/remediation/snippets`: their own languages read them, and those that
//! need no store of secrets are run.
//!
//! A tool that is missing fails the test; `cargo xtask test` installs them. Those that need the
//! library of a store are run by `cargo xtask programs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::commands::{command, run};
use crate::support::jira::{ENVIRONMENT, both_ask_jira, folder};

/// The folders of places to keep a secret.
const WAYS: [&str; 4] = [ENVIRONMENT, "aws-secrets-manager", "vault", "conjur"];

/// Debian's, which has the YAML of Debian.
const PYTHON: &str = "/usr/bin/python3";

/// The only library that a program without a store needs.
const GSON: &str = "/usr/share/java/gson.jar";

/// The files of one language: two programs for each way.
fn files(language: &str, names: [&str; 2]) -> Vec<PathBuf> {
    let file = |way: &str, name: &str| folder().join(way).join(language).join(name);
    let files: Vec<PathBuf> =
        WAYS.iter().flat_map(|way| names.map(|name| file(way, name))).collect();
    for file in &files {
        assert!(file.is_file(), "{} is not there", file.display());
    }
    files
}

#[track_caller]
fn passes(words: &[&str], files: &[PathBuf]) -> String {
    let home = TempDir::new().expect("there is room for temporary files");
    let mut tool = command(words[0], home.path());
    tool.current_dir(home.path()).args(&words[1..]).args(files);
    let ended = run(tool, b"");
    assert_eq!(ended.code(), 0, "{words:?}: {}", ended.all_text());
    ended.text()
}

#[test]
fn every_file_of_the_programs_is_known_to_a_test() {
    let known = BTreeMap::from([
        ("py", 8),
        ("mjs", 8),
        ("go", 8),
        ("java", 8),
        ("cs", 8),
        ("yml", 3),
        ("md", 1),
        ("", 1),
    ]);
    let mut found = BTreeMap::new();
    let mut folders = vec![folder()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let kind = path.extension().unwrap_or_default().to_string_lossy().into_owned();
                *found.entry(kind).or_insert(0) += 1;
            }
        }
    }
    let found: BTreeMap<&str, i32> = found.iter().map(|(kind, n)| (kind.as_str(), *n)).collect();
    assert_eq!(found, known);
}

#[test]
fn python_reads_its_programs() {
    let parse = "import ast, sys\nfor f in sys.argv[1:]: ast.parse(open(f).read(), f)";
    passes(&[PYTHON, "-c", parse], &files("python", ["api_token.py", "oauth_client.py"]));
}

#[test]
fn node_reads_its_programs() {
    for file in files("javascript", ["api-token.mjs", "oauth-client.mjs"]) {
        passes(&["node", "--check"], &[file]);
    }
}

#[test]
fn go_reads_its_programs_and_finds_them_formatted() {
    let told = passes(&["gofmt", "-l"], &files("go", ["apitoken/main.go", "oauthclient/main.go"]));
    assert_eq!(told, "", "gofmt would change these");
}

#[test]
fn java_reads_its_programs() {
    // Reading alone: the libraries of the stores are not here.
    let files = files("java", ["ApiToken.java", "OauthClient.java"]);
    passes(&["javac", "-proc:none", "-XDshould-stop.ifNoError=PARSE", "-d", "."], &files);
    let own: Vec<PathBuf> = files.into_iter().filter(|file| !uses_a_store(file)).collect();
    assert_eq!(own.len(), 6);
    for file in own {
        passes(&["javac", "-Xlint:all", "-Werror", "-cp", GSON, "-d", "."], &[file]);
    }
}

fn uses_a_store(file: &Path) -> bool {
    std::fs::read_to_string(file).expect("it is there").contains("import software.amazon")
}

#[test]
fn csharp_reads_its_programs() {
    for file in files("csharp", ["ApiToken.cs", "OauthClient.cs"]) {
        passes(&["mcs", "--parse"], &[file]);
    }
}

#[test]
fn settings_of_builds_are_yaml_that_names_the_secrets_of_the_server() {
    let ci = folder().join("ci");
    let parse = "import sys, yaml\nfor f in sys.argv[1:]: assert yaml.safe_load(open(f)), f";
    let yaml = ["bitbucket-pipelines.yml", "github-actions.yml", "gitlab-ci.yml"];
    passes(&[PYTHON, "-c", parse], &yaml.map(|name| ci.join(name)));
    for name in [&yaml[..], &["Jenkinsfile"]].concat() {
        let text = std::fs::read_to_string(ci.join(name)).expect(name);
        for secret in ["ATLASSIAN_API_TOKEN", "ATLASSIAN_CLIENT_SECRET"] {
            assert!(text.contains(secret), "{name} lacks {secret}");
        }
        for (open, shut) in ["()", "{}", "[]"].map(|pair| pair.split_at(1)) {
            assert_eq!(text.matches(open).count(), text.matches(shut).count(), "{name}: {open}");
        }
    }
}

#[test]
fn programs_in_python_ask_jira_with_a_secret_of_their_environment() {
    both_ask_jira(ENVIRONMENT, "python", ["api_token.py", "oauth_client.py"], |command, file| {
        command.arg(PYTHON).arg(file);
    });
}

#[test]
fn programs_in_javascript_ask_jira_with_a_secret_from_where_it_is_kept() {
    for way in [ENVIRONMENT, "conjur"] {
        both_ask_jira(way, "javascript", ["api-token.mjs", "oauth-client.mjs"], |command, file| {
            command.arg("node").arg(file);
        });
    }
}

#[test]
fn programs_in_go_ask_jira_with_a_secret_of_their_environment() {
    // Go compiles its own library, which takes a while; the next run finds it here.
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go");
    let go = |command: &mut Command| {
        command.env("GOCACHE", &cache).env("CGO_ENABLED", "0");
        command.env("GOTOOLCHAIN", "local").env("GOPROXY", "off").arg("go");
    };
    let home = TempDir::new().expect("there is room for temporary files");
    for package in ["encoding/json", "crypto/x509", "crypto/tls", "net/http"] {
        let mut build = command("env", home.path());
        go(&mut build);
        build.args(["build", package]).current_dir(home.path());
        let ended = run(build, b"");
        assert_eq!(ended.code(), 0, "{package}: {}", ended.all_text());
    }
    let names = ["apitoken/main.go", "oauthclient/main.go"];
    both_ask_jira(ENVIRONMENT, "go", names, |command, file| {
        go(command);
        command.arg("run").arg(file);
    });
}

#[test]
fn programs_in_java_ask_jira_with_a_secret_from_where_it_is_kept() {
    for way in [ENVIRONMENT, "vault", "conjur"] {
        both_ask_jira(way, "java", ["ApiToken.java", "OauthClient.java"], |command, file| {
            command.args(["java", "-cp", GSON]).arg(file);
        });
    }
}
