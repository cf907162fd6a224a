//! The measuring set: what the gate finds in thousands of documents, and what it refuses wrongly.
//!
//! `PUSHGATE_DOCUMENTS_SEED` makes other documents; `PUSHGATE_DOCUMENTS_OUT` names a folder that
//! then holds the documents, what was expected of each, and the misses.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::support::documents::{self, Document, Expected};
use crate::support::{Change, History, PushLab, file};

/// Files of one push.
const FILES_PER_PUSH: usize = 1000;

/// What became of one document.
#[derive(Debug, Default, Clone, Copy)]
struct Outcome {
    /// Something was reported where the secret is, or of its kind.
    found: bool,
    /// The kind that is named is one of the right ones.
    kind: bool,
    /// One of the right kinds is named, or stands in `also`.
    kind_or_also: bool,
    line: bool,
    line_is_checked: bool,
    /// Something in the file blocks.
    blocked: bool,
    warned: bool,
}

/// A finding at one site.
struct Seen {
    kind: String,
    also: Vec<String>,
    line: usize,
    blocks: bool,
}

#[derive(Default)]
struct Tally {
    documents: usize,
    found: usize,
    kind: usize,
    kind_or_also: usize,
    line: usize,
    line_is_checked: usize,
    blocked: usize,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        self.documents += 1;
        self.found += usize::from(outcome.found);
        self.kind += usize::from(outcome.found && outcome.kind);
        self.kind_or_also += usize::from(outcome.found && outcome.kind_or_also);
        self.line += usize::from(outcome.found && outcome.line && outcome.line_is_checked);
        self.line_is_checked += usize::from(outcome.found && outcome.line_is_checked);
        self.blocked += usize::from(outcome.found && outcome.blocked);
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the tables are for people")]
fn the_measuring_set_is_found_named_and_placed_and_nothing_else_is_refused() {
    let seed = number_from("PUSHGATE_DOCUMENTS_SEED").unwrap_or(1);
    let documents = documents::all(seed);
    let seen = push(&documents);
    let empty = Vec::new();
    let outcomes: Vec<Outcome> = documents
        .iter()
        .map(|document| judge(document, seen.get(&document.path).unwrap_or(&empty)))
        .collect();
    let report = report(&documents, &outcomes, &seen);
    if let Some(folder) = std::env::var_os("PUSHGATE_DOCUMENTS_OUT") {
        leave(Path::new(&folder), &documents, &report);
    }
    println!("seed {seed}\n{report}");
    check(&documents, &outcomes);
}

fn check(documents: &[Document], outcomes: &[Outcome]) {
    let mut all = Tally::default();
    let (mut negatives, mut refused) = (0, 0);
    for (document, outcome) in documents.iter().zip(outcomes) {
        if matches!(document.expected, Expected::Nothing) {
            negatives += 1;
            refused += usize::from(outcome.blocked);
        } else {
            all.add(outcome);
        }
    }
    assert!(all.documents >= 62 * 45 && negatives >= 600, "the set is smaller than promised");
    assert!(share(all.found, all.documents) >= 99.0, "recall: {} of {}", all.found, all.documents);
    assert!(share(all.kind_or_also, all.found) >= 98.0, "right kind: {}", all.kind_or_also);
    assert!(share(all.line, all.line_is_checked) >= 99.0, "right line: {}", all.line);
    assert!(refused * 300 <= negatives, "{refused} of {negatives} harmless documents are refused");
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 }
}

fn number_from(variable: &str) -> Option<u64> {
    let text = std::env::var_os(variable)?;
    Some(text.to_str().and_then(|text| text.parse().ok()).expect("a seed is a number"))
}

/// Pushes all documents, some at a time, and gathers what the audit records say of each path.
fn push(documents: &[Document]) -> HashMap<String, Vec<Seen>> {
    let lab = PushLab::new();
    let mut seen: HashMap<String, Vec<Seen>> = HashMap::new();
    for (number, part) in documents.chunks(FILES_PER_PUSH).enumerate() {
        let mut history = History::new();
        let entries: Vec<_> = part.iter().map(|d| file(&d.path, &d.content)).collect();
        history.commit(&format!("refs/heads/part{number}"), &[], Change::of(entries));
        lab.import(&history);
        let pushed = lab.push(&[&format!("part{number}")]);
        for finding in pushed.findings() {
            gather(finding, &mut seen);
        }
        for open in pushed.record()["undecided"].as_array().expect("a record was checked") {
            let path = open["path"].as_str().unwrap_or_default().to_owned();
            let kind = format!("undecided: {} {}", open["cause"], open["detail"]);
            let blocks = open["action"] == "block";
            seen.entry(path).or_default().push(Seen { kind, also: Vec::new(), line: 0, blocks });
        }
    }
    seen
}

fn gather(finding: &Value, seen: &mut HashMap<String, Vec<Seen>>) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for site in finding["sites"].as_array().expect("a record was checked") {
        seen.entry(text(&site["path"])).or_default().push(Seen {
            kind: text(&finding["kind"]),
            also: finding["also"]
                .as_array()
                .map_or(Vec::new(), |also| also.iter().map(text).collect()),
            line: usize::try_from(site["line"].as_u64().unwrap_or(0)).expect("a line fits"),
            blocks: finding["action"] == "block",
        });
    }
}

fn judge(document: &Document, seen: &[Seen]) -> Outcome {
    let blocked = seen.iter().any(|seen| seen.blocks);
    let Expected::Secret { kinds, lines } = &document.expected else {
        return Outcome { blocked, warned: !seen.is_empty(), ..Outcome::default() };
    };
    let right = |kind: &String| kinds.contains(&kind.as_str());
    let outcome_of = |seen: &Seen| {
        let line = lines.is_none_or(|(first, last)| (first..=last).contains(&seen.line));
        let kind = right(&seen.kind);
        let kind_or_also = kind || seen.also.iter().any(right);
        Outcome {
            found: kind_or_also || (line && lines.is_some()),
            kind,
            kind_or_also,
            line,
            line_is_checked: lines.is_some(),
            blocked: seen.blocks,
            warned: !seen.blocks,
        }
    };
    seen.iter()
        .map(outcome_of)
        .max_by_key(|outcome| (outcome.found, outcome.kind_or_also, outcome.line, outcome.kind))
        .unwrap_or_default()
}

/// The tables, and the misses by path and kind; no text of a document.
fn report(
    documents: &[Document],
    outcomes: &[Outcome],
    seen: &HashMap<String, Vec<Seen>>,
) -> String {
    let mut text = String::new();
    let mut groups: [BTreeMap<&str, Tally>; 3] = Default::default();
    let mut all = Tally::default();
    let mut classes: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (document, outcome) in documents.iter().zip(outcomes) {
        if matches!(document.expected, Expected::Nothing) {
            let class = classes.entry(document.surrounding).or_default();
            class[0] += 1;
            class[1] += usize::from(outcome.blocked);
            class[2] += usize::from(outcome.warned && !outcome.blocked);
            continue;
        }
        all.add(outcome);
        groups[0].entry(document.kind).or_default().add(outcome);
        groups[1].entry(document.encoding).or_default().add(outcome);
        if document.encoding == "plain" {
            groups[2].entry(document.surrounding).or_default().add(outcome);
        }
    }
    for (title, group) in ["kind", "encoding", "surrounding"].into_iter().zip(&groups) {
        table(&mut text, title, group);
    }
    writeln!(text, "{:<44}{:>8}{:>8}{:>8}", "harmless", "files", "blocked", "warned")
        .expect("text");
    for (class, [files, blocked, warned]) in classes {
        writeln!(text, "{class:<44}{files:>8}{blocked:>8}{warned:>8}").expect("text");
    }
    text.push('\n');
    table(&mut text, "all", &BTreeMap::from([("all", all)]));
    misses(&mut text, documents, outcomes, seen);
    text
}

fn table(text: &mut String, title: &str, group: &BTreeMap<&str, Tally>) {
    writeln!(
        text,
        "{title:<44}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}",
        "files", "found", "kind", "+also", "line", "blocked"
    )
    .expect("text");
    for (name, t) in group {
        writeln!(
            text,
            "{name:<44}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}",
            t.documents,
            t.found,
            t.kind,
            t.kind_or_also,
            format!("{}/{}", t.line, t.line_is_checked),
            t.blocked
        )
        .expect("text");
    }
    text.push('\n');
}

fn misses(
    text: &mut String,
    documents: &[Document],
    outcomes: &[Outcome],
    seen: &HashMap<String, Vec<Seen>>,
) {
    for (document, outcome) in documents.iter().zip(outcomes) {
        let what = match &document.expected {
            Expected::Nothing if outcome.blocked => "refused wrongly",
            Expected::Nothing => continue,
            Expected::Secret { .. } if !outcome.found => "missed",
            Expected::Secret { .. } if !outcome.kind_or_also => "other kind",
            Expected::Secret { .. } if outcome.line_is_checked && !outcome.line => "other line",
            Expected::Secret { .. } if !outcome.blocked => "warned of",
            Expected::Secret { .. } => continue,
        };
        let said: Vec<String> = seen.get(&document.path).map_or(Vec::new(), |seen| {
            seen.iter().map(|seen| format!("{}:{}", seen.kind, seen.line)).collect()
        });
        writeln!(
            text,
            "{what}: {} [{}; {}; {}] {}",
            document.path,
            document.kind,
            document.encoding,
            document.surrounding,
            said.join(" ")
        )
        .expect("text");
    }
}

/// Leaves everything in a folder, for people.
fn leave(folder: &Path, documents: &[Document], report: &str) {
    let mut list = String::new();
    for document in documents {
        let path = folder.join("documents").join(&document.path);
        std::fs::create_dir_all(path.parent().expect("a path in a folder")).expect("a folder");
        std::fs::write(path, &document.content).expect("a file");
        let expected = match &document.expected {
            Expected::Nothing => "nothing".to_owned(),
            Expected::Secret { kinds, lines } => format!("{} {lines:?}", kinds.join("|")),
        };
        writeln!(
            list,
            "{}\t{expected}\t{}\t{}",
            document.path, document.encoding, document.surrounding
        )
        .expect("text");
    }
    std::fs::write(folder.join("expected.tsv"), list).expect("a file");
    std::fs::write(folder.join("report.txt"), report).expect("a file");
}
