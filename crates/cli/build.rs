//! Finds the built-in detector, as WebAssembly, that becomes part of the tool.

use std::path::Path;

fn main() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pushgate/guests/atlassian.wasm");
    println!("cargo:rerun-if-changed={}", path.display());
    assert!(
        path.is_file(),
        "{} is missing: run `cargo xtask build`, which builds the guests and then the tool",
        path.display()
    );
    println!("cargo:rustc-env=PUSHGATE_GUEST_ATLASSIAN={}", path.display());
}
