//! A file of cases.
//!
//! ```toml
//! [[case]]
//! name = "a token in an environment file"
//! judge = "bitbucket-app-password"
//! text = "TOKEN=«‹{bitbucket-app-password}›»"
//! expect = "proven"
//! evidence = 1
//! ```

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::template::{TemplateError, expand_marked};

/// One question to a judge, and the answer it should give.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What the case shows, as a sentence.
    pub name: String,
    /// Whom it asks.
    pub judge: String,
    /// A template; `«` and `»` stand around the candidate, `‹` and `›` around the secret.
    pub text: String,
    /// The path of the file that the text stands in.
    #[serde(default)]
    pub path: Option<String>,
    /// The answer.
    pub expect: Expect,
    /// The code that goes with it: of evidence, or of a dismissal.
    #[serde(default)]
    pub evidence: Option<u16>,
}

/// What a judge may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// Confirmed, and proven.
    Proven,
    /// Confirmed as likely.
    Likely,
    /// Confirmed, weakly.
    Weak,
    /// No secret.
    Dismissed,
}

impl Expect {
    /// The word for it in a file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Expect::Proven => "proven",
            Expect::Likely => "likely",
            Expect::Weak => "weak",
            Expect::Dismissed => "dismissed",
        }
    }
}

/// The text of a case, without marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expanded {
    /// The window.
    pub text: Vec<u8>,
    /// Where the matcher hit.
    pub candidate: Range<usize>,
    /// Where the secret is, if the case says so.
    pub secret: Option<Range<usize>>,
}

impl Case {
    /// Expands the text of the case; the same seed makes the same text.
    ///
    /// # Panics
    ///
    /// If the template is not one, which [`load`] would have told.
    #[must_use]
    pub fn expand(&self, seed: u64) -> Expanded {
        match self.try_expand(seed) {
            Ok(expanded) => expanded,
            Err(error) => panic!("{error}, in the case {:?}", self.name),
        }
    }

    fn try_expand(&self, seed: u64) -> Result<Expanded, TemplateError> {
        let text = expand_marked(&self.text, seed)?;
        let candidate = text.candidate.ok_or(TemplateError::Mark { mark: '«' })?;
        Ok(Expanded { text: text.bytes, candidate, secret: text.secret })
    }
}

/// Why a file of cases cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file itself.
    #[error("{} cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its form.
    #[error("{} is not a file of cases", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Why.
        source: toml::de::Error,
    },
    /// The template of a case.
    #[error("the case {name:?} of {} has no proper template", path.display())]
    Template {
        /// The file.
        path: PathBuf,
        /// The case.
        name: String,
        /// Why.
        source: TemplateError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

/// Reads the cases of all files of a folder, in the order of their names.
///
/// # Errors
///
/// As [`load`], or if the folder cannot be read.
pub fn load_folder(folder: impl AsRef<Path>) -> Result<Vec<Case>, LoadError> {
    let folder = folder.as_ref();
    let read = |source| LoadError::Read { path: folder.to_owned(), source };
    let entries = fs::read_dir(folder).map_err(read)?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(read)?.path());
    }
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        cases.extend(load(path)?);
    }
    Ok(cases)
}

/// Reads the cases of a file, and checks that each can be expanded.
///
/// # Errors
///
/// If the file cannot be read, is not of this form, or has a template that is not one.
pub fn load(path: impl AsRef<Path>) -> Result<Vec<Case>, LoadError> {
    let path = path.as_ref().to_owned();
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(LoadError::Read { path, source }),
    };
    let file: File = match toml::from_str(&text) {
        Ok(file) => file,
        Err(source) => return Err(LoadError::Form { path, source }),
    };
    for case in &file.case {
        if let Err(source) = case.try_expand(0) {
            return Err(LoadError::Template { path, name: case.name.clone(), source });
        }
    }
    Ok(file.case)
}
