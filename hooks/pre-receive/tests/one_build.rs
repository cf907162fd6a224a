//! What the tool, the hook and all tests build alike, so that it is built once.
//!
//! Cargo builds a package again for every other set of features, of its own or of anything below
//! it. Below git's packages such sets are kept equal by hand; wasmtime is built twice on purpose,
//! because the hook must not hold the compiler.

#![expect(clippy::unwrap_used, reason = "a helper of tests may panic as tests do")]
#![expect(clippy::disallowed_methods, reason = "cargo is asked")]

use std::collections::BTreeSet;
use std::process::Command;

/// The packages at and below `pushgate-git`, each with its features, when cargo builds `what`.
fn below_git(what: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--no-dedupe", "--prefix", "depth"])
        .args(["--format", " {p} {f}", "--charset", "ascii"])
        .args(what)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut lines = text.lines().filter_map(|line| {
        let (depth, package) = line.split_once(' ')?;
        Some((depth.parse::<u32>().ok()?, package.to_owned()))
    });
    let (top, own) = lines.find(|(_, package)| package.starts_with("pushgate-git ")).unwrap();
    let below = lines.take_while(|(depth, _)| *depth > top).map(|(_, package)| package);
    std::iter::once(own).chain(below).collect()
}

#[test]
fn git_is_built_once_for_the_tool_the_hook_and_the_tests() {
    let hook = below_git(&["--edges", "normal", "--package", "pushgate-pre-receive"]);
    let others = [
        below_git(&["--edges", "normal", "--package", "pushgate"]),
        below_git(&["--edges", "normal,dev", "--workspace"]),
    ];
    assert!(hook.iter().any(|package| package.starts_with("gix ")), "{hook:#?}");
    for other in others {
        let differ: Vec<&String> = hook.symmetric_difference(&other).collect();
        assert!(differ.is_empty(), "built again for {differ:#?}");
    }
}
