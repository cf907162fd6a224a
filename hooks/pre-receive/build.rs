//! Finds the compiled rules and detectors that become part of the hook.
//!
//! They are made by `cargo xtask build`, which builds the guests, compiles them with the tool and
//! then builds this.

use std::path::Path;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pushgate/embedded");
    for (variable, file) in
        [("PUSHGATE_EMBEDDED_RULES", "rules.bin"), ("PUSHGATE_EMBEDDED_DETECTORS", "detectors.bin")]
    {
        let path = folder.join(file);
        println!("cargo:rerun-if-changed={}", path.display());
        assert!(
            path.is_file(),
            "{} is missing: run `cargo xtask build`, which makes it and then builds the hook",
            path.display()
        );
        println!("cargo:rustc-env={variable}={}", path.display());
    }
}
