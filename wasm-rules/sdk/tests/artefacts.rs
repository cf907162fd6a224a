//! What is built for wasm32: modules that import nothing, carry their manifest, and become
//! components.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use wasmparser::{Encoding, ExternalKind, Parser, Payload, Validator};

const TARGET: &str = "wasm32-unknown-unknown";

/// Module, and the manifest that it should carry.
const DETECTORS: [(&str, &str); 2] = [
    ("atlassian.wasm", include_str!("../../atlassian/manifest.toml")),
    ("acme_token.wasm", include_str!("../../examples/acme-token/manifest.toml")),
];

/// A module larger than this does not load in a tenth of a millisecond.
const MODULE_BYTES_MAX: usize = 512 * 1024;
/// Stack, data and a first heap: more than this at the start is set up for nothing.
const MEMORY_PAGES_MAX: u64 = 2;

/// Builds all detectors once, and returns the folder they are in.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let workspace = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let target = workspace.join("target");
        #[expect(clippy::disallowed_methods, reason = "the guests need a build of their own")]
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--locked", "--release", "--target", TARGET])
            .arg("--target-dir")
            .arg(&target)
            .current_dir(&workspace)
            .status()
            .unwrap();
        assert!(status.success());
        target.join(TARGET).join("release")
    })
}

fn module(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

fn component(module: &[u8]) -> Vec<u8> {
    let mut encoder = wit_component::ComponentEncoder::default();
    encoder.module(module).unwrap().validate(true).encode().unwrap()
}

#[test]
fn modules_import_nothing_and_export_what_a_component_needs() {
    for (name, _) in DETECTORS {
        let module = module(name);
        let mut exports = Vec::new();
        for payload in Parser::new(0).parse_all(&module) {
            match payload.unwrap() {
                Payload::ImportSection(imports) => assert_eq!(imports.count(), 0, "{name}"),
                Payload::ExportSection(section) => exports.extend(
                    section.into_iter().map(Result::unwrap).map(|it| (it.name.to_owned(), it.kind)),
                ),
                Payload::MemorySection(section) => {
                    let pages = section.into_iter().next().unwrap().unwrap().initial;
                    assert!(pages <= MEMORY_PAGES_MAX, "{name} starts with {pages} pages");
                }
                _ => (),
            }
        }
        for (export, kind) in [
            ("judge", ExternalKind::Func),
            ("cabi_post_judge", ExternalKind::Func),
            ("cabi_realloc", ExternalKind::Func),
            ("memory", ExternalKind::Memory),
        ] {
            assert!(exports.contains(&(export.to_owned(), kind)), "{name}: {export}");
        }
    }
}

#[test]
fn modules_carry_their_manifest() {
    for (name, manifest) in DETECTORS {
        let module = module(name);
        let sections: Vec<&[u8]> = Parser::new(0)
            .parse_all(&module)
            .filter_map(|payload| match payload.unwrap() {
                Payload::CustomSection(it) if it.name() == "pushgate:manifest" => Some(it.data()),
                _ => None,
            })
            .collect();
        assert_eq!(sections, [manifest.as_bytes()], "{name}");
    }
}

#[test]
fn modules_are_small_and_hold_no_path_of_the_machine() {
    let home = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    for (name, _) in DETECTORS {
        let module = module(name);
        assert!(module.len() <= MODULE_BYTES_MAX, "{name} has {} bytes", module.len());
        for path in [home, "/.cargo/registry/"] {
            let found = module.windows(path.len()).any(|window| window == path.as_bytes());
            assert!(!found, "{name} holds {path}");
        }
    }
}

#[test]
fn modules_become_components_that_import_nothing_and_keep_the_manifest() {
    for (name, manifest) in DETECTORS {
        let component = component(&module(name));
        Validator::new().validate_all(&component).unwrap();
        let mut manifests = 0;
        let mut exports = Vec::new();
        let mut depth = 0;
        for payload in Parser::new(0).parse_all(&component) {
            match payload.unwrap() {
                Payload::Version { encoding: Encoding::Component, .. } => depth += 1,
                Payload::ComponentImportSection(imports) => {
                    // A type has a name and no code.
                    for import in imports {
                        let ty = import.unwrap().ty;
                        assert!(matches!(ty, wasmparser::ComponentTypeRef::Type(_)), "{name}");
                    }
                }
                Payload::ComponentExportSection(section) if depth == 1 => {
                    exports.extend(section.into_iter().map(|it| it.unwrap().name.name.to_owned()));
                }
                Payload::CustomSection(it) if it.name() == "pushgate:manifest" => {
                    assert_eq!(it.data(), manifest.as_bytes(), "{name}");
                    manifests += 1;
                }
                _ => (),
            }
        }
        assert_eq!(manifests, 1, "{name}");
        assert!(exports.iter().any(|export| export == "judge"), "{name}: {exports:?}");
    }
}
