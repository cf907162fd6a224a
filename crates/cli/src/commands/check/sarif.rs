//! The outcome of a check in SARIF 2.1.0, for tools that show findings beside the code.

use std::collections::BTreeSet;

use pushgate_rules::builtin;
use serde_json::{Value, json};

/// Where the schema of the standard is published.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The log of one check; `check` is its JSON, in which columns count characters.
pub(super) fn log(check: &Value) -> anyhow::Result<Value> {
    let findings = list(check, "findings");
    let open = list(check, "undecided");
    let kinds: BTreeSet<&str> = findings.iter().map(|finding| text(finding, "kind")).collect();
    let known = builtin::rules()?;
    let rules: Vec<Value> = kinds
        .iter()
        .map(|&kind| match known.iter().find(|rule| rule.id == kind) {
            Some(rule) => json!({
                "id": kind,
                "shortDescription": {"text": rule.title},
                "help": {"text": format!("Revoke it: {}", rule.revoke)},
            }),
            None => json!({"id": kind}),
        })
        .collect();
    let position = |kind: &str| kinds.iter().position(|known| *known == kind);
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let kind = text(finding, "kind");
            let title = known.iter().find(|rule| rule.id == kind).map_or(kind, |rule| &rule.title);
            let (grade, evidence) = (text(finding, "grade"), text(finding, "evidence"));
            json!({
                "ruleId": kind,
                "ruleIndex": position(kind),
                "level": level(finding),
                "message": {"text": format!("{title} ({grade}): {evidence}")},
                "locations": list(finding, "sites").first().map(location).into_iter()
                    .collect::<Vec<_>>(),
                "relatedLocations": list(finding, "sites").iter().skip(1).map(location)
                    .collect::<Vec<_>>(),
                "properties": {"grade": grade, "state": text(finding, "state")},
            })
        })
        .collect();
    let notifications: Vec<Value> = open
        .iter()
        .map(|open| {
            let object = text(open, "object");
            let what = open.get("path").and_then(Value::as_str).unwrap_or(object);
            json!({
                "level": level(open),
                "message": {"text": format!("not checked to the end: {what} ({})", text(open, "cause"))},
            })
        })
        .collect();
    let accepted = text(check, "decision") == "accept";
    Ok(json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "pushgate",
                "version": text(check, "version"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "exitCode": i32::from(!accepted),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    }))
}

fn level(of: &Value) -> &'static str {
    match text(of, "action") {
        "block" => "error",
        "warn" => "warning",
        _ => "note",
    }
}

/// Where a secret stands: in a file, or in what is no file.
fn location(site: &Value) -> Value {
    let number = |name: &str| site.get(name).and_then(Value::as_u64).unwrap_or(1).max(1);
    let commit = text(site, "commit");
    let words = match text(site, "source") {
        "ref-name" => "the name of the ref",
        "commit" => "the text of the commit",
        "tag" => "the text of the tag",
        "tree-name" => "the name of the file",
        _ => "the content of the file",
    };
    let words =
        if commit.is_empty() { words.to_owned() } else { format!("{words}, in commit {commit}") };
    let message = json!({"text": words});
    let Some(path) = site.get("path").and_then(Value::as_str) else {
        let name = site.get("ref").and_then(Value::as_str).unwrap_or(&words);
        return json!({"message": message, "logicalLocations": [{"name": name}]});
    };
    let artifact = json!({"uri": uri(path), "uriBaseId": "%SRCROOT%"});
    // In an archive a line is that of the packed bytes, and a name has none.
    let place = if text(site, "source") == "blob" && site.get("inner_path").is_none() {
        let region = match site.get("column").and_then(Value::as_u64) {
            Some(column) => json!({"startLine": number("line"), "startColumn": column}),
            None => json!({"startLine": number("line")}),
        };
        json!({"artifactLocation": artifact, "region": region})
    } else {
        json!({"artifactLocation": artifact})
    };
    json!({"message": message, "physicalLocation": place})
}

/// A path as a reference relative to the top folder. A byte that is no UTF-8 stands in it as `\\xNN`.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let (byte, after) = match odd_byte(rest) {
            Some(byte) => (byte, rest.get(4..).unwrap_or_default()),
            None => (first, after),
        };
        rest = after;
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// The byte that the beginning of `text` stands for.
fn odd_byte(text: &[u8]) -> Option<u8> {
    let digits = text.strip_prefix(br"\x")?.get(..2)?;
    let byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (!byte.is_ascii() && digits.iter().all(u8::is_ascii_hexdigit)).then_some(byte)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
