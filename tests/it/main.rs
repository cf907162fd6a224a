//! Black-box tests: the built files, real git, real pushes.
//!
//! `cargo xtask build` makes the files; `PUSHGATE_DIST` names another folder to take them from.

#![expect(clippy::disallowed_methods, reason = "tests start processes and read PUSHGATE_DIST")]
#![expect(clippy::indexing_slicing, reason = "a test that panics has failed, as it should")]
#![expect(unreachable_pub, reason = "nothing outside a test binary could reach it")]

#[path = "../support/mod.rs"]
mod support;

mod accepts;
mod advice;
mod archives;
mod audit;
mod blocks;
mod bounds;
mod built;
mod check;
mod check_formats;
mod check_hooks;
mod check_told;
mod clean_text;
mod clients;
mod config;
mod deadline;
mod detectors;
mod documents;
mod existing;
mod explain;
mod faults;
mod hidden;
mod hostile;
mod install;
mod large;
mod limits;
mod manners;
mod messages;
mod names;
mod output;
mod packs;
mod pages;
mod pages_mended;
mod pages_names;
mod parts;
mod pieces;
mod places;
mod plans;
mod plans_elsewhere;
mod plans_failed;
mod plans_kept;
mod plans_merges;
mod plans_messages;
mod plans_odd;
mod plans_pasted;
mod plans_refs;
mod plans_renamed;
mod plans_strange;
mod plans_told;
mod policy;
mod programs;
mod refs;
mod regressions;
mod rejects;
mod remediate;
mod rules;
mod servers;
mod sha256;
mod shapes;
mod shown;
mod sizes;
mod stopped;
mod stores;
mod test_values;
mod utf16;

/// A file that nobody compiles tests nothing.
#[test]
fn every_file_of_this_folder_is_a_module() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/it");
    let listed = include_str!("main.rs");
    for entry in std::fs::read_dir(folder).expect("the sources of this test are here") {
        let name = entry.expect("a folder entry").file_name();
        let name = name.to_string_lossy().into_owned();
        let module = name.strip_suffix(".rs").unwrap_or(&name);
        assert!(
            module == "main" || listed.contains(&format!("\nmod {module};\n")),
            "tests/it/{name} is not listed in tests/it/main.rs"
        );
    }
}
