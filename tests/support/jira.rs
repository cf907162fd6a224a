//! A server that stands in for Jira and for the stores of secrets, and programs that ask it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::commands::{command, run};
use super::encode;

/// The place of a secret for which there is no store.
pub const ENVIRONMENT: &str = "environment";

/// The example programs.
pub fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/remediation/snippets");
    folder.canonicalize().expect("the folder is there")
}

/// The mail address of the account that asks.
const EMAIL: &str = "ada@example.test";

/// What Conjur gives who has logged in: a token that its clients look into.
const SESSION: &str = r#"{"protected":"eyJhbGciOiJ4In0=","payload":"eyJzdWIiOiJob3N0L2J1aWxkIiwiaWF0IjoxOTAwMDAwMDAwfQ==","signature":"c2ln"}"#;

/// How long the thread of the server may take to tell of a request that was answered.
const TOLD_WITHIN: Duration = Duration::from_secs(30);

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
        // The program may have ended before this server's thread tells what it was asked.
        let request = self.requests.recv_timeout(TOLD_WITHIN);
        let request = request.expect("the program asked once more");
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
    let session = encode::base64(SESSION.as_bytes());
    let (encoding, answer) = match path.split('/').nth(1) {
        Some("") => ("", format!("{{\"Name\": \"atlassian\", \"SecretString\": \"{secret}\"}}")),
        Some("oauth") => ("", "{\"access_token\": \"an-access-token\"}".to_owned()),
        Some("v1") => ("", format!("{{\"data\": {{\"data\": {{\"value\": \"{secret}\"}}}}}}")),
        Some("authn") if request.header("accept-encoding") == "base64" => {
            ("Content-Encoding: base64\r\n", session)
        }
        Some("authn") => ("", SESSION.to_owned()),
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

/// Runs the programs of `way` in `language`, the one for an API token and then the one for a client
/// secret, as `start` starts each of the files.
#[track_caller]
pub fn both_ask_jira(
    way: &str,
    language: &str,
    names: [&str; 2],
    start: impl Fn(&mut Command, &Path),
) {
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
            ("ATLASSIAN_VARIABLE_ID", "atlassian/token"),
            ("ATLASSIAN_SECRET_ID", "atlassian"),
            ("AWS_ENDPOINT_URL", &server.address),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "nobody"),
            ("AWS_SECRET_ACCESS_KEY", "nothing"),
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
            assert_eq!(login.body, "a-conjur-key");
            let asked = server.next("GET /secrets/acme/variable/atlassian%2Ftoken");
            let session = encode::base64(SESSION.as_bytes());
            assert_eq!(asked.header("authorization"), format!("Token token=\"{session}\""));
        }
        "aws-secrets-manager" => {
            let asked = server.next("POST /");
            assert_eq!(asked.header("x-amz-target"), "secretsmanager.GetSecretValue");
            let body: serde_json::Value = serde_json::from_str(&asked.body).expect("JSON");
            assert_eq!(body["SecretId"], "atlassian");
        }
        way => assert_eq!(way, ENVIRONMENT, "a place that this server does not stand in for"),
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
