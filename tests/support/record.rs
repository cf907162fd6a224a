//! What every audit record must be: the contract, field by field.

use serde_json::Value;

use super::tokens;

const COUNTERS: [&str; 9] = [
    "objects",
    "blobs",
    "commits",
    "tags",
    "trees",
    "bytes",
    "bytes_searched",
    "unreadable_containers",
    "skipped",
];

/// Checks one line of the audit file. Gives the record.
#[track_caller]
pub fn check(line: &str) -> Value {
    tokens::assert_not_in(line.as_bytes(), "the audit record");
    let record: Value =
        serde_json::from_str(line).unwrap_or_else(|error| panic!("not JSON ({error}): {line}"));
    assert_eq!(record["schema"], "pushgate.audit/1", "{record}");
    check_time(text(&record, "time"));
    assert!(!text(&record, "push").is_empty(), "no id of the push: {record}");
    assert!(!text(&record, "repository").is_empty(), "no repository: {record}");
    let pusher = &record["pusher"];
    assert!(pusher.is_object(), "no pusher: {record}");
    for field in ["name", "source"] {
        assert!(pusher[field].is_string() || pusher[field].is_null(), "pusher.{field}: {record}");
    }
    one_of(&record, "mode", &["block", "warn", "monitor", "off"]);
    one_of(&record, "decision", &["accept", "reject"]);
    let reasons = ["clean", "warned", "found", "undecided", "error", "bypassed", "off"];
    one_of(&record, "reason", &reasons);
    for reference in list(&record, "refs") {
        text(reference, "name");
        for id in ["old", "new"] {
            assert!(is_id(text(reference, id)), "refs.{id}: {record}");
        }
    }
    for finding in list(&record, "findings") {
        check_finding(finding);
    }
    for item in list(&record, "undecided") {
        assert!(!text(item, "cause").is_empty(), "no cause: {item}");
        one_of(item, "action", &["block", "warn", "ignore"]);
    }
    check_coverage(&record);
    check_rules(&record["rules"]);
    for stage in ["total", "incoming", "sift", "search", "judge"] {
        assert!(record["timing_us"][stage].is_u64(), "timing_us.{stage}: {record}");
    }
    check_sense(&record);
    record
}

#[track_caller]
fn check_finding(finding: &Value) {
    assert!(!text(finding, "kind").is_empty(), "no kind: {finding}");
    one_of(finding, "grade", &["proven", "likely", "weak"]);
    one_of(finding, "state", &["introduced", "existing"]);
    one_of(finding, "action", &["block", "warn", "ignore"]);
    assert!(text(finding, "fingerprint").len() >= 16, "fingerprint: {finding}");
    for word in list(finding, "decoded_from") {
        assert!(word.is_string(), "decoded_from: {finding}");
    }
    if let Some(also) = finding.get("also") {
        assert!(also.as_array().is_some_and(|a| a.iter().all(Value::is_string)), "{finding}");
    }
    let sites = list(finding, "sites");
    assert!(!sites.is_empty(), "a finding without a site: {finding}");
    for site in sites {
        one_of(site, "source", &["blob", "commit", "tag", "tree-name", "ref-name"]);
        if site["source"] != "ref-name" {
            assert!(is_id(text(site, "object")), "sites.object: {finding}");
        }
        for field in ["line", "column"] {
            let there = site.get(field).is_some_and(|value| !value.is_null());
            assert!(
                if there { site[field].as_u64() > Some(0) } else { site["source"] != "blob" },
                "sites.{field}: {finding}"
            );
        }
        for field in ["commit", "ref", "path"] {
            let value = site.get(field).unwrap_or(&Value::Null);
            assert!(value.is_null() || value.is_string(), "sites.{field}: {finding}");
        }
    }
}

#[track_caller]
fn check_coverage(record: &Value) {
    let coverage = &record["coverage"];
    for counter in COUNTERS {
        assert!(coverage[counter].is_u64(), "coverage.{counter}: {record}");
    }
    let count = |name: &str| coverage[name].as_u64().expect("just seen");
    let kinds: u64 = ["blobs", "commits", "tags", "trees"].into_iter().map(count).sum();
    let unfinished = coverage["unfinished"].as_u64().expect("coverage.unfinished");
    // What was not even listed when the time ran out is of no kind.
    assert!(
        kinds <= count("objects") && count("objects") - kinds <= unfinished,
        "the kinds do not add up: {coverage}"
    );
    if unfinished > 0 {
        let is_late = |open: &Value| open["cause"] == "out-of-time";
        let undecided = list(record, "undecided");
        assert!(undecided.iter().any(is_late), "unfinished, and yet not undecided: {record}");
    }
}

#[track_caller]
fn check_rules(rules: &Value) {
    assert!(rules["digest"].is_string(), "rules.digest: {rules}");
    assert!(rules["count"].is_u64(), "rules.count: {rules}");
    for detector in list(rules, "detectors") {
        for field in ["name", "version", "digest"] {
            assert!(!text(detector, field).is_empty(), "rules.detectors.{field}: {rules}");
        }
    }
}

/// Fields must not contradict each other.
#[track_caller]
fn check_sense(record: &Value) {
    let reason = text(record, "reason");
    let rejected = record["decision"] == "reject";
    let blocking = |list: &Value| {
        list.as_array().is_some_and(|items| items.iter().any(|item| item["action"] == "block"))
    };
    match reason {
        "found" => {
            assert!(blocking(&record["findings"]), "{record}");
            assert_eq!(rejected, record["mode"] == "block", "{record}");
        }

        "clean" | "warned" | "bypassed" | "off" => assert!(!rejected, "{record}"),
        _ => {}
    }
    if reason == "clean" {
        assert!(list(record, "undecided").is_empty(), "clean, and yet undecided: {record}");
    }
    if rejected {
        assert!(["found", "undecided", "error"].contains(&reason), "{record}");
    }
}

#[track_caller]
fn check_time(time: &str) {
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000Z", "time is {time:?}");
}

fn is_id(text: &str) -> bool {
    [40, 64].contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[track_caller]
fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_else(|| panic!("`{field}` is not a text in {value}"))
}

#[track_caller]
fn list<'v>(value: &'v Value, field: &str) -> &'v Vec<Value> {
    value[field].as_array().unwrap_or_else(|| panic!("`{field}` is not a list in {value}"))
}

#[track_caller]
fn one_of(value: &Value, field: &str, words: &[&str]) {
    let word = text(value, field);
    assert!(words.contains(&word), "`{field}` is {word:?} in {value}");
}
