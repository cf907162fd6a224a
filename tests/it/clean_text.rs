//! Text in which nothing is to be found: the sources that this build rests on, and our own.
//!
//! The same is measured on gigabytes by hand (`benches/record`); this is the part that every
//! machine has which can build the gate.

use std::path::{Path, PathBuf};

use crate::support::{Change, History, PushLab, file};

/// Bytes of text that are pushed, about.
const TEXT_BYTES: u64 = 64 << 20;

/// Where cargo keeps the sources of what it built.
fn sources() -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cargo")));
    home.expect("cargo has a home").join("registry/src")
}

/// Files of text under `folder`, in order, until there is enough.
fn texts(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let (mut files, mut bytes) = (Vec::new(), 0);
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let kind = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
            if path.is_dir() {
                folders.push(path);
            } else if ["rs", "md", "toml", "yml", "yaml", "json", "txt", "sh"].contains(&kind) {
                bytes += std::fs::metadata(&path).map_or(0, |facts| facts.len());
                files.push(path);
            }
        }
        if bytes > TEXT_BYTES {
            break;
        }
    }
    files
}

#[test]
fn the_sources_of_what_the_gate_is_built_of_are_clean() {
    let files = texts(&sources());
    assert!(files.len() > 1000, "only {} files under {}", files.len(), sources().display());
    let entries: Vec<_> = files
        .iter()
        .enumerate()
        .map(|(index, path)| {
            let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
            file(format!("f{index:05}/{name}"), std::fs::read(path).expect("it was there"))
        })
        .collect();
    let lab = PushLab::new();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    let audit = pushed.audit.as_ref().expect("every push is recorded");
    let blocking: Vec<String> = audit["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|finding| finding["action"] == "block")
        // Keys in the tests of libraries are keys.
        .filter(|finding| finding["kind"] != "bitbucket-ssh-private-key")
        .map(|finding| format!("{} {}", finding["kind"], finding["sites"][0]["path"]))
        .collect();
    assert!(blocking.is_empty(), "{blocking:#?}");
    assert_eq!(audit["undecided"].as_array().map(Vec::len), Some(0), "{}", audit["undecided"]);
}

/// Files of the manual, which is full of the names of kinds.
fn manual() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the manual is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.strip_prefix(&root).expect("it is below").display().to_string();
                files.push((name, std::fs::read(&path).expect("it was there")));
            }
        }
    }
    files
}

/// A table of all kinds, a list of links to their pages, and the pages of a navigation.
fn lists_of_kinds(manual: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let mut kinds: Vec<&str> = manual
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("remediation/")?.strip_suffix(".md"))
        .collect();
    kinds.sort_unstable();
    assert!(kinds.len() > 60, "only {} cards", kinds.len());
    let (mut table, mut links, mut pages) = (String::new(), String::new(), String::new());
    for (kind, next) in kinds.iter().zip(kinds.iter().skip(1)) {
        table.push_str(&format!("| `{kind}` | {next} | {next}.md |\n"));
        links.push_str(&format!("- [{kind}]({kind}.md), [`{next}`](../cards/{next}.html)\n"));
        pages.push_str(&format!("  - {kind}: remediation/{kind}.md\n"));
    }
    [("table.md", table), ("links.md", links), ("mkdocs.yml", pages)]
        .map(|(name, text)| (format!("lists/{name}"), text.into_bytes()))
        .into()
}

#[test]
fn the_manual_and_lists_of_its_kinds_are_clean() {
    let mut files = manual();
    files.extend(lists_of_kinds(&files));
    let lab = PushLab::new();
    let entries: Vec<_> = files.iter().map(|(name, content)| file(name, content)).collect();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    let above_weak: Vec<String> = pushed
        .findings()
        .iter()
        .filter(|finding| finding["grade"] != "weak")
        .map(|finding| format!("{} {}", finding["kind"], finding["sites"]))
        .collect();
    assert!(above_weak.is_empty(), "{}", above_weak.join("\n"));
    assert!(pushed.audit.is_some(), "the push was looked at");
}

/// Every file of this repository, as it is worked on: no history, and nothing that was built.
fn work_tree() -> Vec<(String, Vec<u8>)> {
    const BUILT: [&str; 3] = [".git", "target", "dist"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the checkout is there") {
            let path = entry.expect("an entry").path();
            if BUILT.iter().any(|built| path.ends_with(built)) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).expect("it is below").display().to_string();
                files.push((name, std::fs::read(&path).expect("it was there")));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn this_repository_passes_its_own_gate() {
    let files = work_tree();
    assert!(files.len() > 500, "only {} files", files.len());
    let lab = PushLab::new();
    let entries: Vec<_> = files.iter().map(|(name, content)| file(name, content)).collect();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    let blocking: Vec<String> = pushed
        .findings()
        .iter()
        .filter(|finding| finding["action"] == "block")
        .map(|finding| {
            let site = &finding["sites"][0];
            format!("{} {}:{}", finding["kind"], site["path"], site["line"])
        })
        .collect();
    assert!(blocking.is_empty(), "{blocking:#?}");
    pushed.accepted_with_warning();
}
