//! Detectors of the admin's own: components in a folder, compiled at install time.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::install::{Snapshot, same, snapshot};
use crate::support::commands::{self, Ended, run};
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

/// What the tests of the sandbox have under this name.
pub(super) fn guest(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/tests/hostile");
    std::fs::read_to_string(folder.join(format!("{name}.wat"))).expect("the guest is there")
}

/// The detector of this name, as text that the tests of the sandbox share, with this manifest.
pub(super) fn component(name: &str, manifest: &str) -> Vec<u8> {
    component_of(&guest(name), manifest)
}

/// The core module `guest` as a component, with this manifest.
fn component_of(guest_text: &str, manifest: &str) -> Vec<u8> {
    let text = guest("shell").replace("\n  GUEST\n", &format!("\n{guest_text}\n"));
    with_manifest(wat::parse_str(text).expect("the text is a component"), manifest)
}

pub(super) fn with_manifest(mut wasm: Vec<u8>, manifest: &str) -> Vec<u8> {
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

#[test]
fn install_says_how_many_detectors_are_the_admins() {
    let (lab, folder, store) = empty_lab();
    for (count, name) in [("none", "a.txt"), ("1", "a.wasm")] {
        std::fs::write(folder.join(name), component("confirms", MANIFEST)).expect("it is ours");
        let done = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
        let store = store.display();
        let line = format!("compiled the built-in detector and {count} of yours into {store}\n");
        assert!(done.all_text().starts_with(&line), "{}", done.all_text());
    }
}

/// A laboratory with this detector installed.
#[track_caller]
fn lab_with(name: &str) -> (PushLab, PathBuf) {
    let (lab, folder, store) = empty_lab();
    std::fs::write(folder.join("acme.wasm"), component(name, MANIFEST)).expect("it is ours");
    let done = lab.run_tool(&["install", "--untested"], &["--config", &lab.config_text()]);
    assert_eq!(done.code(), 0, "{}", done.all_text());
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
    assert_eq!(rules["count"], 63, "{rules}");
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
    for (name, reason) in [
        ("endless_loop", "it used up the fuel of a call"),
        ("unreachable", "it ran into a trap"),
        ("too_few", "there is not one verdict for each candidate"),
        ("span_outside", "a secret is empty, or not in the window"),
        ("unknown_evidence", "evidence code 77 is not in the manifest"),
    ] {
        let (lab, _) = lab_with(name);
        branch(&lab, "acme", "key = acme_abcdefghi\n");
        let pushed = lab.push(&["acme"]);
        pushed.refused_undecided();
        pushed.says("a detector of this server").says("tell an admin");
        let detail = pushed.record()["undecided"][0]["detail"].as_str().map(str::to_owned);
        let detail = detail.unwrap_or_default();
        let expected = format!("acme / {ACME}: {reason}");
        assert_eq!(detail, expected, "{name}");
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
    let wasm = with_manifest(wat::parse_str(text).expect("the text is a component"), MANIFEST);
    std::fs::write(folder.join("clock.wasm"), wasm).expect("the laboratory is ours");
    let done = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
    assert_ne!(done.code(), 0, "{}", done.all_text());
    assert!(done.all_text().contains("clock.wasm"), "{}", done.all_text());
    assert!(done.all_text().contains("it imports `clock`"), "{}", done.all_text());
}

#[test]
fn a_detector_that_fails_its_own_examples_is_not_installed() {
    let counter =
        MANIFEST.replace("counterexamples = [\"acme_\"]", "counterexamples = [\"acme_jklmnopqr\"]");
    for (guest, manifest, reason) in [
        ("unknown_evidence", MANIFEST, "example 1 is undecided: detector-bad-answer"),
        ("confirms", &*counter, "counterexample 1 is found, with the grade proven"),
    ] {
        let (lab, folder, store) = empty_lab();
        std::fs::write(folder.join("acme.wasm"), component(guest, manifest)).expect("it is ours");
        let done = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
        let told = done.all_text();
        assert_eq!(done.code(), 1, "{told}");
        assert!(told.contains("acme.wasm: ") && told.contains(reason), "{told}");
        assert!(told.contains("nothing was changed") && told.contains("--untested"), "{told}");
        assert!(!store.exists() && !lab.hook().exists(), "{told}");
        let done = lab.run_tool(&["install", "--untested"], &["--config", &lab.config_text()]);
        assert_eq!(done.code(), 0, "{}", done.all_text());
    }
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
        let half = before[..before.len() / 2].to_vec();
        for damage in [Vec::new(), half, flipped(&before), renamed(&before)] {
            if damage == before {
                continue;
            }
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

/// With another beginning of Acme's tokens, so that the push of one has nothing in it.
fn renamed(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len() {
        if bytes[at..].starts_with(b"acme_") {
            bytes[at] = b'b';
        }
    }
    bytes
}

#[test]
fn damaged_code_is_a_fault_of_the_gate_and_doctor_names_the_file() {
    let (lab, store) = lab_with("confirms");
    branch(&lab, "acme", "key = acme_abcdefghi\n");
    branch(&lab, "clean", "key = none\n");
    let folder = std::fs::read_dir(&store).expect("it is there").next().expect("an engine");
    let files = std::fs::read_dir(folder.expect("an entry").path()).expect("it is a folder");
    let paths = files.map(|entry| entry.expect("an entry").path());
    let codes: Vec<_> = paths.filter(|path| path.extension() == Some("cwasm".as_ref())).collect();
    assert!(!codes.is_empty());
    for code in &codes {
        std::fs::write(code, "").expect("it is ours");
    }
    lab.push(&["acme"]).gate_failed().says("[PG0205]").says("pushgate install");
    lab.push(&["clean"]).accepted_silently();
    let told = lab.run_tool(&["doctor"], &[]);
    assert_ne!(told.code(), 0, "{}", told.all_text());
    for code in &codes {
        let line = format!("problem: {} is damaged; run `pushgate install` again", code.display());
        assert!(told.all_text().contains(&line), "{}", told.all_text());
    }
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

// Detectors that the compiler cannot bear.

/// A detector of a few kilobytes: each of its loops may change each of its variables, and the
/// compiler thinks about every pair.
fn exploding(loops: usize, variables: usize) -> Vec<u8> {
    let mut text = String::from("(core module $guest (import \"host\" \"memory\" (memory 2))\n");
    text.push_str("(func (export \"judge\")");
    text.push_str(&" (param i32)".repeat(11));
    text.push_str(" (result i32)\n(local");
    text.push_str(&" i32".repeat(variables));
    text.push_str(")\n");
    text.push_str(&"loop\n".repeat(loops));
    for variable in 11..11 + variables {
        text.push_str(&format!("local.get {variable} i32.const 1 i32.add local.set {variable}\n"));
    }
    text.push_str(&"local.get 0 br_if 0 end\n".repeat(loops));
    text.push_str("i32.const 0))");
    component_of(&text, MANIFEST)
}

/// A working laboratory, and a detector in its folder that the compiler does not survive.
#[track_caller]
fn lab_with_exploding(loops: usize, variables: usize) -> PushLab {
    let (lab, _) = lab_with("confirms");
    let wasm = exploding(loops, variables);
    assert!(wasm.len() < 100_000, "size is not what makes it hard");
    std::fs::write(lab.root().join("detectors/boom.wasm"), wasm).expect("it is ours");
    lab
}

/// `pushgate install` under a limit of the shell's.
#[track_caller]
fn install_within(lab: &PushLab, limit: &str) -> Ended {
    let mut command = lab.command("sh");
    command.arg("-c").arg(format!("ulimit {limit} && exec \"$0\" \"$@\"")).arg(commands::tool());
    command.arg("install").arg("--repository").arg(&lab.server);
    run(command, b"")
}

/// The file is named, nothing of the laboratory has changed, and the gate before still works.
#[track_caller]
fn named_and_nothing_changed(lab: &PushLab, before: &Snapshot, ended: &Ended, words: &str) {
    let told = ended.all_text();
    assert_eq!(ended.code(), 1, "{told}");
    assert!(told.starts_with("pushgate: "), "{told}");
    assert!(told.contains("/boom.wasm: it does not compile: "), "{told}");
    assert!(told.contains(words), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    same(before, &snapshot(lab.root()));
    branch(lab, "acme", "key = acme_abcdefghi\n");
    lab.push(&["acme"]).refused_for(&[ACME]);
}

#[test]
fn a_detector_that_takes_all_memory_to_compile_is_named_and_install_changes_nothing() {
    let lab = lab_with_exploding(4000, 4000);
    let before = snapshot(lab.root());
    // Less than the limit of its own, so that this test is no burden.
    let ended = install_within(&lab, "-v 1000000");
    named_and_nothing_changed(&lab, &before, &ended, "more memory than");
}

#[test]
fn a_detector_that_takes_all_time_to_compile_is_named_and_install_changes_nothing() {
    let lab = lab_with_exploding(500, 500);
    let before = snapshot(lab.root());
    let ended = install_within(&lab, "-S -t 3");
    named_and_nothing_changed(&lab, &before, &ended, "more time than");
}

#[test]
fn the_compiler_is_a_process_of_its_own_within_limits_and_install_outlives_it() {
    let lab = lab_with_exploding(500, 500);
    let before = snapshot(lab.root());
    let mut tool = Installing::start(&lab);
    let compiler = compiler_of(tool.0.id());
    let of = |name: &str| {
        std::fs::read(format!("/proc/{compiler}/{name}")).expect("it has work for minutes")
    };
    let limits = String::from_utf8(of("limits")).expect("it is text");
    let limits: Vec<String> =
        limits.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for limit in [
        "Max address space 4294967296 4294967296 bytes",
        "Max cpu time 120 125 seconds",
        "Max file size 0 0 bytes",
        "Max core file size 0 0 bytes",
    ] {
        assert!(limits.iter().any(|line| line == limit), "{limit}: {limits:#?}");
    }
    assert_eq!(of("environ"), b"", "it has an environment");
    let input = std::fs::read_link(format!("/proc/{compiler}/fd/0")).expect("it is ours");
    assert!(input.to_string_lossy().starts_with("pipe:"), "{}", input.display());
    let at = std::fs::read_link(format!("/proc/{compiler}/cwd")).expect("it is ours");
    assert_eq!(at, Path::new("/"));

    let killed = Command::new("kill").args(["-KILL", &compiler.to_string()]).status();
    assert!(killed.expect("there is a kill").success());
    let ended = tool.ended();
    named_and_nothing_changed(&lab, &before, &ended, "signal: 9");
}

#[test]
fn an_install_that_is_killed_takes_its_compiler_with_it() {
    let lab = lab_with_exploding(500, 500);
    let tool = Installing::start(&lab);
    let compiler = compiler_of(tool.0.id());
    drop(tool);
    let is_alive = || {
        std::fs::read_to_string(format!("/proc/{compiler}/stat"))
            .is_ok_and(|stat| !stat.contains(") Z "))
    };
    for _ in 0..100 {
        if !is_alive() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("process {compiler} goes on for nobody");
}

/// A running `pushgate install`, killed if the test ends before it does.
struct Installing(Child);

impl Installing {
    #[track_caller]
    fn start(lab: &PushLab) -> Installing {
        let mut command = lab.command(commands::tool());
        command.args(["install", "--repository"]).arg(&lab.server);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Installing(command.spawn().expect("the tool was built"))
    }

    /// What it says until it ends; a few lines, which fit into a pipe.
    fn ended(&mut self) -> Ended {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let out = self.0.stdout.take().expect("it is a pipe").read_to_end(&mut stdout);
        let err = self.0.stderr.take().expect("it is a pipe").read_to_end(&mut stderr);
        out.and(err).expect("a pipe can be read");
        Ended { status: self.0.wait().expect("it is our child"), stdout, stderr }
    }
}

impl Drop for Installing {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The child of this process that has worked for a moment.
#[track_caller]
fn compiler_of(parent: u32) -> u32 {
    for _ in 0..2000 {
        std::thread::sleep(Duration::from_millis(50));
        for entry in std::fs::read_dir("/proc").expect("this is Linux") {
            let name = entry.expect("a folder entry").file_name();
            let Some(process) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
                continue;
            };
            let Ok(text) = std::fs::read_to_string(format!("/proc/{process}/stat")) else {
                continue;
            };
            let Some((_, fields)) = text.rsplit_once(')') else { continue };
            let fields: Vec<&str> = fields.split_whitespace().collect();
            let ticks: u64 = fields[11].parse().expect("user time is a number");
            // Eight seconds: longer than the built-in detector takes.
            if fields[1] == parent.to_string() && ticks > 800 {
                return process;
            }
        }
    }
    panic!("process {parent} has no child that works");
}

#[test]
fn a_component_and_its_error_cannot_speak_to_a_terminal() {
    let (lab, folder, _) = empty_lab();
    // A name of an import is the component's own text.
    let text = "(component (core module (import \"\\1b[2J\" \"x\" (func))) (core instance (instantiate 0)))";
    let wasm = with_manifest(wat::parse_str(text).expect("the text is a component"), MANIFEST);
    std::fs::write(folder.join("shout.wasm"), wasm).expect("the laboratory is ours");
    let done = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
    assert_ne!(done.code(), 0, "{}", done.all_text());
    assert!(done.all_text().contains("shout.wasm"), "{}", done.all_text());
    assert!(!done.all_text().contains('\u{1b}'), "{}", done.all_text());
}

// What became of the folder since.

/// Doctor must name the file and say what to do.
#[track_caller]
fn doctor_names(lab: &PushLab, words: &str) {
    let ended = lab.run_tool(&["doctor"], &[]);
    let told = ended.all_text();
    assert_eq!(ended.code(), 1, "doctor is content:\n{told}");
    let line = told.lines().find(|line| line.contains(words));
    let line = line.unwrap_or_else(|| panic!("nothing of {words:?} in:\n{told}"));
    assert!(line.starts_with("problem: "), "{told}");
    assert!(line.ends_with("run pushgate install again"), "{told}");
    let problems = told.lines().filter(|line| line.starts_with("problem:"));
    assert_eq!(problems.count(), 1, "{told}");
}

#[track_caller]
fn doctor_is_content(lab: &PushLab) {
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
}

#[test]
fn doctor_names_a_detector_that_was_added_changed_or_removed_since_the_install() {
    let (lab, _) = lab_with("confirms");
    let folder = lab.root().join("detectors");
    let write = |name: &str, wasm: &[u8]| {
        std::fs::write(folder.join(name), wasm).expect("the laboratory is ours");
    };
    doctor_is_content(&lab);

    let other = MANIFEST.replace("acme", "beta");
    write("beta.wasm", &component("confirms", &other));
    doctor_names(&lab, "detectors/beta.wasm is new: the hook does not use it yet");
    install(&lab);
    doctor_is_content(&lab);

    write("beta.wasm", &component("confirms", &other.replace("1.2.3", "1.2.4")));
    doctor_names(&lab, "detectors/beta.wasm was changed: the hook uses what it was before");
    write("beta.wasm", &component("confirms", &other));
    doctor_is_content(&lab);

    std::fs::remove_file(folder.join("acme.wasm")).expect("it is ours");
    doctor_names(&lab, "detectors/acme.wasm is gone: the hook still uses it");
    install(&lab);
    doctor_is_content(&lab);
    std::fs::write(folder.join("README"), "no detector").expect("it is ours");
    doctor_is_content(&lab);
}

#[test]
fn doctor_is_not_content_with_a_folder_that_it_cannot_look_into() {
    let (lab, _) = lab_with("confirms");
    std::fs::remove_dir_all(lab.root().join("detectors")).expect("it is ours");
    let ended = lab.run_tool(&["doctor"], &[]);
    assert_eq!(ended.code(), 1, "{}", ended.all_text());
    assert!(ended.all_text().contains("/detectors: "), "{}", ended.all_text());
}

#[test]
fn the_fuel_of_a_call_is_what_the_configuration_says() {
    let (lab, _) = lab_with("works_a_while");
    branch(&lab, "acme", "key = acme_abcdefghi\n");
    let configure = |limits: &str| {
        let at = |name: &str| lab.root().join(name).display().to_string();
        lab.configure(&format!(
            "[detectors]\nfolder = \"{}\"\nstore = \"{}\"\n[limits]\n{limits}\n",
            at("detectors"),
            at("store")
        ));
    };
    // The guest takes almost five million; two more are given for its candidate.
    configure("");
    lab.push(&["acme:one"]).refused_for(&[ACME]);
    configure("detector_fuel_per_call = 1");
    let pushed = lab.push(&["acme:two"]);
    pushed.refused_undecided();
    assert_eq!(
        pushed.record()["undecided"][0]["cause"],
        "detector-out-of-fuel",
        "{}",
        pushed.told()
    );
    configure("detector_fuel_per_call = 4000000");
    lab.push(&["acme:three"]).refused_for(&[ACME]);
}
