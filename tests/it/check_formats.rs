//! What `pushgate check` says to programs: JSON, and SARIF.

use serde_json::Value;

use super::check::{Clone, secret};
use crate::support::PushLab;
use crate::support::commands::Ended;
use crate::support::tokens::CLOUD;

#[test]
fn json_is_what_the_page_says() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    let json = |words: &[&str]| -> Value {
        let ended = clone.check(&[&["--format", "json"], words].concat());
        serde_json::from_slice(&ended.stdout).expect("JSON")
    };
    let nothing = json(&[]);
    assert_eq!(
        (&nothing["schema"], &nothing["decision"]),
        (&"pushgate.check/1".into(), &"accept".into())
    );
    clone.commit("c.env", &secret(7080));
    clone.write("d.env", &secret(7081));
    clone.git(&["add", "d.env"]);
    for (words, checked) in
        [(&[][..], "push"), (&["--staged"][..], "staged"), (&["--path", "c.env"][..], "files")]
    {
        let record = json(words);
        assert_eq!(record["checked"], checked);
        assert_eq!((&record["decision"], &record["reason"]), (&"reject".into(), &"found".into()));
        let finding = &record["findings"][0];
        assert_eq!((&finding["kind"], &finding["action"]), (&CLOUD.into(), &"block".into()));
        let site = &finding["sites"][0];
        assert_eq!((&site["line"], &site["column"]), (&1.into(), &9.into()));
        assert_eq!(site["commit"].is_null(), checked != "push", "{site}");
        for absent in ["pusher", "repository", "push"] {
            assert!(record.get(absent).is_none(), "{absent}: {record}");
        }
        assert!(finding.get("fingerprint").is_none(), "{finding}");
    }
}

/// The log of a check, with what the standard asks of the parts that are in it.
#[track_caller]
fn sarif(ended: &Ended) -> Value {
    let log: Value = serde_json::from_slice(&ended.stdout).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().is_some_and(|url| url.ends_with("/sarif-schema-2.1.0.json")));
    let run = &log["runs"][0];
    assert_eq!(log["runs"].as_array().map(Vec::len), Some(1));
    assert_eq!(run["tool"]["driver"]["name"], "pushgate");
    assert_eq!(run["invocations"][0]["exitCode"], ended.code());
    let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
    for result in run["results"].as_array().expect("a list") {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("a level")));
        assert!(!result["message"]["text"].as_str().expect("a text").is_empty());
        let related = result["relatedLocations"].as_array().expect("a list");
        for location in result["locations"].as_array().expect("a list").iter().chain(related) {
            let place = &location["physicalLocation"];
            let Some(uri) = place["artifactLocation"]["uri"].as_str() else {
                assert!(location["logicalLocations"][0]["name"].is_string(), "{location}");
                continue;
            };
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%".contains(&byte);
            assert!(uri.bytes().all(allowed) && !uri.starts_with('/'), "{uri}");
            if let Some(region) = place.get("region") {
                assert!(region["startLine"].as_u64().is_some_and(|line| line >= 1), "{region}");
                if let Some(column) = region.get("startColumn") {
                    assert!(column.as_u64().is_some_and(|column| column >= 1), "{region}");
                }
            }
        }
    }
    log
}

#[test]
fn sarif_has_what_the_standard_asks_for() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    let check = |words: &[&str]| sarif(&clone.check(&[&["--format", "sarif"], words].concat()));
    let log = check(&[]);
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    clone.commit("odd %\u{e9}.env", &secret(7085));
    clone.git(&["commit", "-q", "--amend", "-m", &secret(7086)]);
    clone.git(&["tag", "-a", "-m", &secret(7087), "v1"]);
    let log = check(&["origin", "main", "v1"]);
    let results = log["runs"][0]["results"].as_array().expect("a list");
    assert_eq!(results.len(), 3, "{log}");
    assert!(results.iter().all(|result| result["level"] == "error"), "{log}");
    let place = results.iter().find_map(|result| result["locations"][0].get("physicalLocation"));
    let place = place.expect("one stands in a file");
    assert_eq!(place["artifactLocation"]["uri"], "odd%20%25%C3%A9.env");
    assert_eq!(place["region"], serde_json::json!({"startLine": 1, "startColumn": 9}));
    // What was not looked at is no result, and no silence either.
    let config = lab.root().join("small.toml");
    let limits = "[limits]\nobject_bytes_max = 100\nstream_bytes_max = 100\n";
    std::fs::write(&config, limits).expect("the laboratory is ours");
    clone.write("large.txt", &"word ".repeat(100));
    let config = config.display().to_string();
    let log = check(&["--config", &config, "--path", "large.txt"]);
    let note = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(note["level"], "error", "{log}");
    assert!(note["message"]["text"].as_str().is_some_and(|text| text.contains("object-too-large")));
}

#[test]
fn columns_of_sarif_count_characters() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    let regions = |words: &[&str]| -> Vec<Value> {
        let log = sarif(&clone.check(&[&["--format", "sarif"], words].concat()));
        assert_eq!(log["runs"][0]["columnKind"], "unicodeCodePoints");
        let results = log["runs"][0]["results"].as_array().expect("a list").clone();
        results
            .into_iter()
            .flat_map(|result| {
                let related = result["relatedLocations"].as_array().expect("a list").clone();
                std::iter::once(result["locations"][0].clone()).chain(related)
            })
            .map(|location| location["physicalLocation"]["region"].clone())
            .collect()
    };
    // Two, three and four bytes each: 14 characters before the secret, and 20 bytes.
    let before = "\u{fc}\u{20ac}\u{1f600} = ";
    let text = format!("\u{e9}\n{before}{}", secret(7088));
    clone.commit("c.env", &text);
    let expected = serde_json::json!({"startLine": 2, "startColumn": 15});
    assert_eq!(regions(&[]), std::slice::from_ref(&expected));
    clone.git(&["mv", "c.env", "d.env"]);
    clone.write("e.env", &format!("{text}{text}"));
    clone.git(&["add", "e.env"]);
    let found = regions(&["--staged"]);
    assert!(
        !found.is_empty() && found.iter().all(|region| region["startColumn"] == 15),
        "{found:?}"
    );
    assert_eq!(regions(&["--", "d.env"]), [expected]);
    // What is not UTF-8 has lines alone.
    let latin = [b"\xfc = ", secret(7089).as_bytes()].concat();
    std::fs::write(clone.folder.join("latin.env"), latin).expect("the clone is ours");
    assert_eq!(regions(&["--", "latin.env"]), [serde_json::json!({"startLine": 1})]);
}

#[test]
fn a_path_that_is_no_utf8_is_in_sarif_what_it_is() {
    use std::os::unix::ffi::OsStrExt as _;
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9 \xc3\xbc.env");
    std::fs::write(clone.folder.join(name), secret(7075)).expect("the clone is ours");
    let log = sarif(&clone.check(&["--format", "sarif", "--", "."]));
    let uri = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(uri["artifactLocation"]["uri"], "caf%E9%20%C3%BC.env");
}
