//! `Tree`: the files of the checkout, as git lists them, and `Problem`: what a check says of one.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use crate::failure::{Doing, Failure};
use crate::process::command;

/// Files by their path from the root. A new file counts before it is added, an ignored one never.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    pub(super) fn of_checkout(root: &Path) -> Result<Tree, Failure> {
        let mut git = command("git");
        // The checkout may be another user's, in a container for example.
        git.current_dir(root).args(["-c", "safe.directory=*", "ls-files", "-z"]);
        git.args(["--cached", "--others", "--exclude-standard"]);
        let output = git.output().doing("starting git")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Failure::new(format!("git ls-files failed: {}", said.trim())));
        }
        let mut tree = Tree::default();
        for path in String::from_utf8_lossy(&output.stdout).split_terminator('\0') {
            let file = root.join(path);
            // Symlinks have no text of their own; a file may be listed and just deleted.
            if fs::symlink_metadata(&file).is_ok_and(|metadata| metadata.is_file()) {
                let content = fs::read(&file).doing(format_args!("reading {path}"))?;
                tree.files.insert(path.to_owned(), content);
            }
        }
        Ok(tree)
    }

    /// The text of the file at `path`, if it is there and is UTF-8.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).and_then(|content| std::str::from_utf8(content).ok())
    }

    /// Paths and texts of the files that end in `extension`, such as `.rs`.
    pub(super) fn texts<'t>(
        &'t self,
        extension: &'t str,
    ) -> impl Iterator<Item = (&'t str, &'t str)> {
        let paths = self.files.keys().filter(move |path| path.ends_with(extension));
        paths.filter_map(|path| Some((path.as_str(), self.text(path)?)))
    }

    /// True for a file, and for a folder with a file in it.
    pub(super) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        self.files.contains_key(path)
            || self
                .files
                .range(folder.clone()..)
                .next()
                .is_some_and(|(p, _)| p.starts_with(&folder))
    }

    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Tree {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        Tree { files: files.collect() }
    }
}

/// Something that is not tidy, and where. Sorted by file and line.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Problem {
    pub(super) path: String,
    /// From 1; 0 where the whole file is meant.
    pub(super) line: usize,
    pub(super) text: String,
}

impl Problem {
    pub(super) fn new(path: &str, line: usize, text: impl Into<String>) -> Problem {
        Problem { path: path.to_owned(), line, text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(formatter, "{}: {}", self.path, self.text),
            line => write!(formatter, "{}:{line}: {}", self.path, self.text),
        }
    }
}

/// What `check` says of a tree of these files, for tests of checks.
#[cfg(test)]
pub(super) fn problems(check: super::Check, files: &[(&str, &str)]) -> Vec<String> {
    let mut problems = Vec::new();
    check(&Tree::of(files), &mut problems);
    problems.iter().map(Problem::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_there_if_it_has_a_file() {
        let tree = Tree::of(&[("docs/admin/install.md", ""), ("docs/b.md", "")]);
        for (path, expect) in [
            ("docs", true),
            ("docs/admin", true),
            ("docs/admin/install.md", true),
            ("docs/adm", false),
            ("docs/c.md", false),
        ] {
            assert_eq!(tree.has(path), expect, "{path}");
        }
    }
}
