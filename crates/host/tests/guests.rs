//! From what an author's toolchain leaves, a core module with a description of its interface, to
//! a component and its manifest.
//!
//! The interface is read from `wasm-rules/wit`, so these tests fail when the host's types are not
//! those of the file that authors get.

#![expect(clippy::unwrap_used, reason = "a helper of tests may panic as tests do")]

mod support;

use std::path::Path;
use std::sync::Arc;

use pushgate_core::judge::{DetectorFailure, Flaw, Verdict};
use pushgate_host::compile::{self, CompileError, ManifestError};
use pushgate_host::{
    CompiledComponent, ComponentError, DetectorLimits, Detectors, HANDOVER_BYTES_MAX,
    HandoverError, Library, engine_id,
};
use support::{ask, manifest, question};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Dismisses one candidate with code 1.
const DISMISSES: &str = r#"(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $next)
    (global.set $next
      (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 7)) (i32.const -8))))
  (func (export "cabi_post_judge") (param i32) (global.set $next (i32.const 1024)))
  (func (export "judge") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (i32.store (i32.const 16) (i32.const 32))
    (i32.store (i32.const 20) (i32.const 1))
    (i32.store8 (i32.const 32) (i32.const 1))
    (i32.store16 (i32.const 36) (i32.const 1))
    (i32.const 16)))"#;

/// The core module with a description of the world that `wit` holds.
fn described(text: &str, wit: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("detector.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some("detector")).unwrap();
    let mut module = wat::parse_str(text).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    module
}

/// The file that authors get.
fn wit() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wasm-rules/wit/detector.wit");
    std::fs::read_to_string(path).unwrap()
}

/// The module with a custom section more.
fn with_section(mut wasm: Vec<u8>, name: &str, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(1 + name.len() + content.len()).unwrap();
    assert!(length < 128, "one byte of LEB128");
    wasm.extend([0, length, u8::try_from(name.len()).unwrap()]);
    wasm.extend(name.as_bytes());
    wasm.extend(content);
    wasm
}

#[test]
fn a_core_module_for_the_published_interface_becomes_a_detector() {
    let module = described(DISMISSES, &wit());
    let artefact =
        compile::artefact(&module, manifest("dismisses"), &DetectorLimits::default()).unwrap();
    assert_eq!(artefact.digest, blake3::hash(&module).to_hex().to_string());
    let library = Arc::new(Library::new(vec![artefact]));
    let mut detectors = Detectors::new(&library, DetectorLimits::default());
    assert_eq!(
        ask(&mut detectors, &[question(0, 8)]),
        [Verdict::Dismissed { code: 1, anywhere: false }]
    );
    let bad = Verdict::Undecided(DetectorFailure::BadAnswer(Flaw::Count));
    assert_eq!(ask(&mut detectors, &[question(0, 8); 2]), [bad.clone(), bad]);
}

#[test]
fn a_component_is_taken_as_it_is() {
    let component = compile::componentize(&described(DISMISSES, &wit())).unwrap();
    assert_eq!(compile::componentize(&component).unwrap(), component);
}

#[test]
fn an_interface_that_differs_in_one_word_is_refused() {
    let published = wit();
    for (word, other) in [
        ("record span { start: u32, end: u32 }", "record span { start: u32, end: u64 }"),
        ("enum grade { weak, likely, proven }", "enum grade { weak, proven, likely }"),
        ("complete: bool,", "complete: bool, more: u8,"),
        ("dismissed(u16)", "dismissed(u16), undecided"),
        ("tree-name", "tree-entry"),
    ] {
        assert!(published.contains(word), "{word}");
        let changed = published.replacen(word, other, 1);
        // Another flat signature is refused when the component is made, the rest when it is
        // compared with the host's types.
        let text = if other.contains("more: u8") {
            DISMISSES.replacen(
                "(param i32 i32 i32 i32 i32 i32 i32 i32",
                "(param i32 i32 i32 i32 i32 i32 i32 i32 i32",
                1,
            )
        } else {
            DISMISSES.to_owned()
        };
        let module = described(&text, &changed);
        let error = compile::artefact(&module, manifest("other"), &DetectorLimits::default());
        let error = error.unwrap_err();
        assert!(matches!(error, CompileError::OtherInterface { .. }), "{other}: {error}");
    }
}

#[test]
fn a_core_module_without_a_description_is_refused() {
    let module = wat::parse_str(DISMISSES).unwrap();
    let error = compile::artefact(&module, manifest("plain"), &DetectorLimits::default());
    let error = error.unwrap_err();
    assert!(matches!(error, CompileError::OtherInterface { .. }), "{error}");
    let incomplete = DISMISSES.replace("(export \"judge\")", "(export \"other\")");
    let error = compile::componentize(&described(&incomplete, &wit())).unwrap_err();
    assert!(matches!(error, CompileError::Encode { .. }), "{error}");
}

#[test]
fn what_is_too_large_is_not_looked_at() {
    let large = vec![0; compile::COMPONENT_BYTES_MAX + 1];
    let error = compile::componentize(&large).unwrap_err();
    assert!(matches!(error, CompileError::TooLarge { .. }), "{error}");
}

#[test]
fn the_manifest_is_found_in_modules_and_components() {
    let module = wat::parse_str(DISMISSES).unwrap();
    assert!(matches!(compile::manifest_section(&module), Err(ManifestError::Missing)));

    let one = with_section(module, "pushgate:manifest", b"name = \"a\"");
    assert_eq!(compile::manifest_section(&one).unwrap(), "name = \"a\"");

    let component = support::component("confirms");
    let one = with_section(component, "pushgate:manifest", b"name = \"b\"");
    assert_eq!(compile::manifest_section(&one).unwrap(), "name = \"b\"");

    let two = with_section(one.clone(), "pushgate:manifest", b"name = \"c\"");
    assert!(matches!(compile::manifest_section(&two), Err(ManifestError::Several)));
    let no_text = with_section(support::component("confirms"), "pushgate:manifest", b"\xff");
    assert!(matches!(compile::manifest_section(&no_text), Err(ManifestError::NotText)));
    let cut = &one[..one.len() - 3];
    assert!(matches!(compile::manifest_section(cut), Err(ManifestError::Damaged { .. })));
}

#[test]
fn a_manifest_survives_becoming_a_component() {
    let module = described(DISMISSES, &wit());
    let module = with_section(module, "pushgate:manifest", b"name = \"a\"");
    assert_eq!(compile::manifest_section(&module).unwrap(), "name = \"a\"");
    let component = compile::componentize(&module).unwrap();
    assert_eq!(compile::manifest_section(&component).unwrap(), "name = \"a\"");
}

#[test]
fn a_compiled_component_survives_the_pipe_and_damage_on_it_is_noticed() {
    let wasm = with_section(support::component("confirms"), "pushgate:manifest", b"name = \"a\"");
    let compiled = CompiledComponent::compile(&wasm, &DetectorLimits::default()).unwrap();
    assert_eq!(compiled.manifest, "name = \"a\"");
    let bytes = compiled.to_bytes();
    assert!((bytes.len() as u64) < HANDOVER_BYTES_MAX);
    let read = CompiledComponent::from_bytes(&bytes).unwrap();
    assert_eq!(read, compiled);

    for end in [0, 1, 70, bytes.len() / 2, bytes.len() - 1] {
        let error = CompiledComponent::from_bytes(&bytes[..end]).unwrap_err();
        assert!(matches!(error, HandoverError::Damaged), "{end}: {error}");
    }
    let damaged = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        CompiledComponent::from_bytes(&bytes).unwrap_err()
    };
    let error = damaged(&|bytes| *bytes.last_mut().unwrap() ^= 1);
    assert!(matches!(error, HandoverError::Damaged), "code: {error}");
    let error = damaged(&|bytes| bytes.push(0));
    assert!(matches!(error, HandoverError::Damaged), "more: {error}");
    let engine = bytes.windows(64).position(|id| id == engine_id().as_bytes()).unwrap();
    let error = damaged(&|bytes| bytes[engine] ^= 1);
    assert!(matches!(error, HandoverError::OtherEngine), "{error}");

    let artefact = read.into_artefact(&wasm, manifest("confirms"), Some("a.wasm".to_owned()));
    assert_eq!(artefact.digest, compile::digest(&wasm));
    assert_eq!(artefact.file.as_deref(), Some("a.wasm"));
    let library = Arc::new(Library::new(vec![artefact]));
    let mut detectors = Detectors::new(&library, DetectorLimits::default());
    let verdicts = ask(&mut detectors, &[question(0, 8)]);
    assert!(matches!(verdicts[..], [Verdict::Confirmed { .. }]), "{verdicts:?}");
}

#[test]
fn without_a_manifest_nothing_is_compiled() {
    let error =
        CompiledComponent::compile(&support::component("confirms"), &DetectorLimits::default());
    let error = error.unwrap_err();
    assert!(matches!(error, ComponentError::Manifest(ManifestError::Missing)), "{error}");
}
