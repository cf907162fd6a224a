//! As much of HTTP as a test needs to use the pages and the API of a forge.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::support::tokens;

/// A server that takes longer than this hangs, and must not hang the suite.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    /// The body, which is JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The cookies that it sets, for the next request. Of one that is set twice the last holds.
    pub fn cookies(&self) -> String {
        let set = self.head.lines().filter_map(|line| line.strip_prefix("Set-Cookie: "));
        let pairs = set.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
        let pairs: BTreeMap<&str, &str> = pairs.collect();
        let pairs: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// The status is this one, and no byte of a secret is shown.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Answer {
        assert_eq!(self.status, status, "{self:?}");
        tokens::assert_not_in(self.head.as_bytes(), "the head of an answer");
        tokens::assert_not_in(self.body.as_bytes(), "an answer");
        self
    }
}

/// Sends a request and reads the answer. The version is that in which a body ends with the
/// connection.
#[track_caller]
pub fn ask(port: u16, request: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the forge is there");
    stream.set_read_timeout(Some(PATIENCE)).expect("it can be set");
    let mut text = format!("{request} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(text.as_bytes()).expect("the forge reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap_or_else(|error| panic!("{request}: {error}"));
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer:?}"));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.unwrap_or_else(|| panic!("{answer:?}"));
    Answer { status, head: head.replace('\r', ""), body: body.to_owned() }
}

/// The fields of a form, as a browser sends them.
pub fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    fields.join("&")
}
