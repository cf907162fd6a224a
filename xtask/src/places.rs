//! `Places`: where things stand in this checkout, and for which machine they are built.

use std::path::{Path, PathBuf};

/// The target of the guests.
pub(crate) const GUEST_TARGET: &str = "wasm32-unknown-unknown";

/// The folders and files that more than one task uses.
#[derive(Debug)]
pub(crate) struct Places {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// What the tool and the hook are built for: this machine, statically, so that the same build
    /// serves tests, the demo and every server of this architecture.
    pub(crate) target: String,
}

impl Places {
    pub(crate) fn of_this_machine() -> Places {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("xtask is a folder of the checkout")
            .to_path_buf();
        Places { root, target: format!("{}-unknown-linux-musl", std::env::consts::ARCH) }
    }

    /// The workspace of the guests.
    pub(crate) fn guests(&self) -> PathBuf {
        self.root.join("wasm-rules")
    }

    /// Where cargo puts what it builds for the workspace, whatever a user's settings say.
    pub(crate) fn target_folder(&self) -> PathBuf {
        self.root.join("target")
    }

    /// Binaries as cargo leaves them.
    pub(crate) fn release_folder(&self) -> PathBuf {
        self.target_folder().join(&self.target).join("release")
    }

    /// What one build step leaves for the next.
    pub(crate) fn handover(&self) -> PathBuf {
        self.target_folder().join("pushgate")
    }

    /// What the build is for.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist").join("bin")
    }
}
