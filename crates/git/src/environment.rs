//! What git says in environment variables, as plain values.
//!
//! Reading the environment is the gate's business; this crate only says what it needs.

use std::{ffi::OsString, path::PathBuf};

/// Git's own variables, as they stand in a `pre-receive` hook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitEnvironment {
    /// `GIT_DIR`: the repository. Git sets it to `.`, which is the working directory of a hook.
    pub git_dir: PathBuf,
    /// `GIT_OBJECT_DIRECTORY`: the quarantine, if there is one.
    pub object_directory: Option<OsString>,
    /// `GIT_ALTERNATE_OBJECT_DIRECTORIES`: what the quarantine is laid over.
    pub alternate_object_directories: Option<OsString>,
    /// `GIT_SHALLOW_FILE`: set when a push brings new shallow boundaries.
    pub shallow_file: Option<OsString>,
    /// `PATH`: where git is looked for, if it must be asked for refs.
    pub path: Option<OsString>,
    /// `GIT_EXEC_PATH`: handed on to git, if it must be asked for refs.
    pub exec_path: Option<OsString>,
}
