//! Detectors of the admin's own: components in a folder, compiled at install time.

use std::path::{Path, PathBuf};

use crate::support::tokens::{APP_PASSWORD, CLOUD};
use crate::support::{Change, History, Install, PushLab, Setup, file, settings, tokens};

const ACME: &str = "acme-token";

const MANIFEST: &str = r#"
[detector]
name = "acme"
version = "1.2.3"
judges = ["acme-token"]
[evidence]
1 = "the digits add up"
[dismissals]
1 = "once"
2 = "twice"
[[rule]]
id = "acme-token"
title = "Acme token"
pattern = 'acme_[a-z]{9}'
literals = ["acme_"]
severity = "high"
revoke = "Ask Acme."
examples = ["acme_abcdefghi"]
counterexamples = ["acme_"]
"#;

/// The detector of this name, as text that the tests of the sandbox share, with this manifest.
fn component(name: &str, manifest: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/tests/hostile");
    let read = |name: &str| {
        std::fs::read_to_string(folder.join(format!("{name}.wat"))).expect("the guest is there")
    };
    let text = read("shell").replace("\n  GUEST\n", &format!("\n{}\n", read(name)));
    let mut wasm = wat::parse_str(text).expect("the text is a component");
    // A custom section: its id, its length, its name, its content.
    let mut section = leb128("pushgate:manifest".len());
    section.extend(b"pushgate:manifest");
    section.extend(manifest.bytes());
    wasm.push(0);
    wasm.extend(leb128(section.len()));
    wasm.extend(section);
    wasm
}

fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 127 {
        bytes.push(0x80 | (number & 127) as u8);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// A laboratory that is configured for detectors, with none in it and nothing installed.
#[track_caller]
fn empty_lab() -> (PushLab, PathBuf, PathBuf) {
    let lab = PushLab::of(Setup { install: Install::Nothing, ..Setup::default() });
    let folder = lab.root().join("detectors");
    let store = lab.root().join("store");
    std::fs::create_dir(&folder).expect("the laboratory is ours");
    lab.configure(&format!(
        "[detectors]\nfolder = \"{}\"\nstore = \"{}\"\n",
        folder.display(),
        store.display()
    ));
    (lab, folder, store)
}

#[track_caller]
fn install(lab: &PushLab) {
    let done = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
    assert_eq!(done.code(), 0, "{}", done.all_text());
}

/// A laboratory with this detector installed.
#[track_caller]
fn lab_with(name: &str) -> (PushLab, PathBuf) {
    let (lab, folder, store) = empty_lab();
    std::fs::write(folder.join("acme.wasm"), component(name, MANIFEST)).expect("it is ours");
    install(&lab);
    (lab, store)
}

/// Brings a branch of one file to the client.
#[track_caller]
fn branch(lab: &PushLab, name: &str, text: &str) {
    let mut history = History::new();
    history.commit(&format!("refs/heads/{name}"), &[], Change::of([file("a.txt", text)]));
    lab.import(&history);
}

#[test]
fn a_detector_from_the_folder_finds_its_kind_beside_the_built_in_ones() {
    let (lab, _) = lab_with("confirms");
    branch(&lab, "acme", "key = acme_abcdefghi\n");
    let pushed = lab.push(&["acme"]);
    pushed.refused_in("blob", &[ACME]);
    assert_eq!(pushed.finding()["grade"], "proven", "{}", pushed.told());
    pushed.says("a.txt:1").says("the digits add up").says("Ask Acme.");
    let rules = &pushed.record()["rules"];
    assert_eq!(rules["count"], 12, "{rules}");
    let detectors = rules["detectors"].as_array().cloned().unwrap_or_default();
    assert!(
        detectors.iter().any(|entry| entry["name"] == "acme" && entry["version"] == "1.2.3"),
        "{rules}"
    );
    branch(&lab, "both", &format!("acme_abcdefghi\n{}\n", tokens::cloud(1)));
    lab.push(&["both"]).refused_for(&[ACME, CLOUD]);
    branch(&lab, "clean", "key = none\n");
    lab.push(&["clean"]).accepted_silently();
}

#[test]
fn a_detector_that_fails_is_undecided_and_takes_no_other_with_it() {
    for name in ["endless_loop", "unreachable", "too_few", "span_outside", "unknown_evidence"] {
        let (lab, _) = lab_with(name);
        branch(&lab, "acme", "key = acme_abcdefghi\n");
        lab.push(&["acme"]).refused_undecided();
        branch(&lab, "both", &format!("acme_abcdefghi\n{}\n", tokens::app_password(2)));
        let pushed = lab.push(&["both"]);
        pushed.refused_for(&[APP_PASSWORD]);
        assert!(
            pushed.record()["undecided"].as_array().is_some_and(|list| !list.is_empty()),
            "{name}: {}",
            pushed.told()
        );
        branch(&lab, "clean", "key = none\n");
        lab.push(&["clean"]).accepted_silently();
    }
}

#[test]
fn a_detector_that_cannot_be_used_is_refused_by_install_with_its_name() {
    let good = component("confirms", MANIFEST);
    let cases: [(&str, Vec<u8>); 6] = [
        ("text.wasm", b"this is no detector".to_vec()),
        ("half.wasm", good[..good.len() / 2].to_vec()),
        ("compiled.cwasm", good.clone()),
        ("no-manifest.wasm", good[..good.len() - MANIFEST.len() - 20].to_vec()),
        ("bad-manifest.wasm", component("confirms", "name = 3\n")),
        (
            "bad-pattern.wasm",
            component("confirms", &MANIFEST.replace("acme_[a-z]{9}", "acme_([a-z]")),
        ),
    ];
    for (name, content) in cases {
        let (lab, folder, _) = empty_lab();
        std::fs::write(folder.join(name), content).expect("the laboratory is ours");
        let done = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
        assert_ne!(done.code(), 0, "{name}: {}", done.all_text());
        let told = done.all_text();
        assert!(told.contains(name) || told.contains(ACME), "{name}: {told}");
        assert!(!lab.hook().exists(), "{name}: half an installation");
    }
}

#[test]
fn a_detector_that_imports_something_is_refused_by_install() {
    let (lab, folder, _) = empty_lab();
    let text = "(component (import \"clock\" (func)))";
    let wasm = wat::parse_str(text).expect("the text is a component");
    std::fs::write(folder.join("clock.wasm"), wasm).expect("the laboratory is ours");
    let done = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
    assert_ne!(done.code(), 0, "{}", done.all_text());
    assert!(done.all_text().contains("clock.wasm"), "{}", done.all_text());
}

#[test]
fn a_failed_install_leaves_the_one_before_at_work() {
    let (lab, _) = lab_with("confirms");
    let folder = lab.root().join("detectors");
    std::fs::write(folder.join("broken.wasm"), "no detector").expect("the laboratory is ours");
    let done = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
    assert_ne!(done.code(), 0, "{}", done.all_text());
    branch(&lab, "acme", "key = acme_abcdefghi\n");
    lab.push(&["acme"]).refused_for(&[ACME]);
}

#[test]
fn a_store_that_is_gone_or_tampered_with_refuses() {
    let (lab, store) = lab_with("confirms");
    branch(&lab, "acme", "key = acme_abcdefghi\n");
    branch(&lab, "cloud", &format!("{}\n", tokens::cloud(4)));
    let mut files = Vec::new();
    let mut folders = vec![store.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the store is there") {
            let path = entry.expect("a folder entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    assert!(!files.is_empty(), "the store is empty");
    for file in &files {
        let before = std::fs::read(file).expect("it is ours");
        for damage in [Vec::new(), before[..before.len() / 2].to_vec(), flipped(&before)] {
            std::fs::write(file, damage).expect("it is ours");
            // What a push does not need is not loaded; what it needs must be whole.
            lab.push(&["acme"]).refused_somehow();
            lab.push(&["cloud"]).refused_somehow();
        }
        std::fs::write(file, &before).expect("it is ours");
    }
    lab.push(&["acme"]).refused_for(&[ACME]);
    std::fs::remove_dir_all(&store).expect("it is ours");
    lab.push(&["acme"]).gate_failed();
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

#[test]
fn a_store_that_anybody_may_write_refuses() {
    use std::os::unix::fs::PermissionsExt;
    let (lab, store) = lab_with("confirms");
    branch(&lab, "clean", "key = none\n");
    std::fs::set_permissions(&store, std::fs::Permissions::from_mode(0o777)).expect("it is ours");
    lab.push(&["clean"]).gate_failed();
}

#[test]
fn a_second_install_takes_what_is_new_in_the_folder_and_only_then() {
    let (lab, folder, _) = empty_lab();
    install(&lab);
    branch(&lab, "acme", "key = acme_abcdefghi\n");
    lab.push(&["acme:one"]).accepted_silently();
    std::fs::write(folder.join("acme.wasm"), component("confirms", MANIFEST)).expect("it is ours");
    lab.push(&["acme:two"]);
    install(&lab);
    branch(&lab, "more", "more = acme_jklmnopqr\n");
    lab.push(&["more"]).refused_for(&[ACME]);
}

#[test]
fn a_rule_of_the_admin_hides_no_built_in_one() {
    let (lab, folder, _) = empty_lab();
    let manifest = MANIFEST
        .replace("acme_[a-z]{9}", "token = [!-~]{8,300}")
        .replace("literals = [\"acme_\"]", "literals = [\"token = \"]")
        .replace("examples = [\"acme_abcdefghi\"]", "examples = [\"token = abcdefghi\"]");
    std::fs::write(folder.join("acme.wasm"), component("confirms", &manifest)).expect("ours");
    install(&lab);
    lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(3))])));
    let pushed = lab.push(&["main"]);
    pushed.refused_for_secrets();
    let seen = pushed.findings().iter().any(|finding| {
        finding["kind"] == CLOUD
            || finding["also"].as_array().is_some_and(|also| also.iter().any(|kind| kind == CLOUD))
    });
    assert!(seen, "{}", pushed.told());
}
