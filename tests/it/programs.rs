//! The example programs of `docs/remediation/snippets`: their own languages read them, and those that
//! need no store of secrets are run.
//!
//! A tool that is missing fails the test; `cargo xtask test` installs them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use tempfile::TempDir;

use crate::support::commands::{command, run};
use crate::support::encode;

/// Where the secret is in the programs that are run.
const ENVIRONMENT: &str = "environment";

/// The folders of places to keep a secret.
const WAYS: [&str; 4] = [ENVIRONMENT, "aws-secrets-manager", "vault", "conjur"];

/// Debian's, which has the YAML of Debian.
const PYTHON: &str = "/usr/bin/python3";

/// The only library that a program without a store needs.
const GSON: &str = "/usr/share/java/gson.jar";

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/remediation/snippets");
    folder.canonicalize().expect("the folder is there")
}

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

/// The mail address of the account that asks.
const EMAIL: &str = "ada@example.test";

/// What one request brought: its first line, its headers with names in lower case, and its body.
#[derive(Debug, Default)]
struct Request {
    line: String,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Request {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// A server that stands in for Jira, for the server of access tokens, for Vault and for Conjur.
struct Server {
    address: String,
    requests: Receiver<Request>,
}

impl Server {
    fn with(secret: &str) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (told, requests) = mpsc::channel();
        let secret = secret.to_owned();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if told.send(serve(stream, &secret)).is_err() {
                    break;
                }
            }
        });
        Server { address, requests }
    }

    #[track_caller]
    fn next(&self, line: &str) -> Request {
        let request = self.requests.try_recv().expect("the program asked once more");
        assert_eq!(request.line, format!("{line} HTTP/1.1"));
        request
    }
}

fn serve(mut stream: TcpStream, secret: &str) -> Request {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut request = Request { line: read_line(&mut reader), ..Request::default() };
    while let Some((name, value)) = read_line(&mut reader).split_once(": ") {
        request.headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = request.headers.get("content-length").map_or(Ok(0), |length| length.parse());
    let mut body = vec![0; length.expect("a number")];
    reader.read_exact(&mut body).expect("the body is as long as it says");
    request.body = String::from_utf8(body).expect("text");
    let mut words = request.line.split(' ').skip(1);
    let path = words.next().unwrap_or_default();
    let (encoding, answer) = match path.split('/').nth(1) {
        Some("oauth") => ("", "{\"access_token\": \"an-access-token\"}".to_owned()),
        Some("v1") => ("", format!("{{\"data\": {{\"data\": {{\"value\": \"{secret}\"}}}}}}")),
        Some("authn") => ("Content-Encoding: base64\r\n", "YS1zZXNzaW9u".to_owned()),
        Some("secrets") => ("", secret.to_owned()),
        _ => ("", "{\"displayName\": \"Ada Example\"}".to_owned()),
    };
    let length = answer.len();
    let head = format!("HTTP/1.1 200 OK\r\n{encoding}Content-Length: {length}\r\n");
    let answer = format!("{head}Connection: close\r\n\r\n{answer}");
    stream.write_all(answer.as_bytes()).expect("the client waits");
    request
}

fn read_line(reader: &mut impl BufRead) -> String {
    let mut line = String::new();
    reader.read_line(&mut line).expect("a line");
    line.trim_end().to_owned()
}

/// Runs the program for an API token, then the one for a client secret, as `start` starts each.
#[track_caller]
fn both_ask_jira(way: &str, language: &str, names: [&str; 2], start: impl Fn(&mut Command, &Path)) {
    let home = TempDir::new().expect("there is room for temporary files");
    let secret = format!("a secret that is {}", std::process::id());
    for (name, is_oauth) in names.into_iter().zip([false, true]) {
        let server = Server::with(&secret);
        let mut program = command("env", home.path());
        start(&mut program, &folder().join(way).join(language).join(name));
        program.current_dir(home.path());
        program.envs([
            ("ATLASSIAN_URL", &*server.address),
            ("ATLASSIAN_TOKEN_URL", &format!("{}/oauth/token", server.address)),
            ("ATLASSIAN_EMAIL", EMAIL),
            ("ATLASSIAN_CLIENT_ID", "a-client"),
            ("VAULT_ADDR", &server.address),
            ("VAULT_TOKEN", "a-vault-token"),
            ("CONJUR_APPLIANCE_URL", &server.address),
            ("CONJUR_ACCOUNT", "acme"),
            ("CONJUR_AUTHN_LOGIN", "host/build"),
            ("CONJUR_AUTHN_API_KEY", "a-conjur-key"),
            ("ATLASSIAN_VARIABLE_ID", "atlassian/the token"),
        ]);
        if way == ENVIRONMENT {
            let variable = if is_oauth { "ATLASSIAN_CLIENT_SECRET" } else { "ATLASSIAN_API_TOKEN" };
            program.env(variable, &secret);
        }
        let ended = run(program, b"");
        assert_eq!(ended.code(), 0, "{way}/{name}: {}", ended.all_text());
        assert_eq!(ended.text(), "Ada Example", "{way}/{name}");
        assert!(!ended.all_text().contains(&secret), "{way}/{name} tells the secret");
        check_store(way, &server);
        check_jira(&server, &secret, is_oauth);
    }
}

#[track_caller]
fn check_store(way: &str, server: &Server) {
    match way {
        "vault" => {
            let asked = server.next("GET /v1/secret/data/atlassian");
            assert_eq!(asked.header("x-vault-token"), "a-vault-token");
        }
        "conjur" => {
            let login = server.next("POST /authn/acme/host%2Fbuild/authenticate");
            assert_eq!(login.header("accept-encoding"), "base64");
            assert_eq!(login.body, "a-conjur-key");
            let asked = server.next("GET /secrets/acme/variable/atlassian%2Fthe%20token");
            assert_eq!(asked.header("authorization"), "Token token=\"YS1zZXNzaW9u\"");
        }
        _ => (),
    }
}

#[track_caller]
fn check_jira(server: &Server, secret: &str, is_oauth: bool) {
    let expected = if is_oauth {
        let body = server.next("POST /oauth/token").body;
        let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(
            body,
            serde_json::json!({
                "grant_type": "client_credentials",
                "client_id": "a-client",
                "client_secret": secret,
            })
        );
        "Bearer an-access-token".to_owned()
    } else {
        format!("Basic {}", encode::base64(format!("{EMAIL}:{secret}").as_bytes()))
    };
    let asked = server.next("GET /rest/api/3/myself");
    assert_eq!(asked.header("authorization"), expected);
}

#[test]
fn programs_in_python_ask_jira_with_a_secret_of_their_environment() {
    both_ask_jira(ENVIRONMENT, "python", ["api_token.py", "oauth_client.py"], |command, file| {
        command.arg(PYTHON).arg(file);
    });
}

#[test]
fn programs_in_javascript_ask_jira_with_a_secret_from_where_it_is_kept() {
    for way in [ENVIRONMENT, "vault", "conjur"] {
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
