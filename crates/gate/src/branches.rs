//! What the branches of a push are called where it comes from.
//!
//! Git does not tell a server. `pushgate check` knows, and hands it to the hook in a file: a line for
//! each branch of the server, `THERE HERE`, both whole names, or `THERE` alone if no branch goes
//! there but a commit.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use crate::code;
use crate::hook::GateError;
use crate::regular;
use crate::report::plan::history::Here;

/// Bytes of the file that are read.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// Branches, by their names on the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Branches(BTreeMap<Vec<u8>, Here>);

impl Branches {
    /// What the file at `path` says; without one, nothing is known.
    pub(crate) fn known(path: Option<&Path>) -> Result<Branches, GateError> {
        let Some(path) = path else { return Ok(Branches::default()) };
        let mut text = Vec::new();
        let read = regular::open(path)
            .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut text));
        let failed = |reason: String| GateError {
            code: code::INPUT,
            text: format!("{}: {reason}", path.display()),
        };
        read.map_err(|error| failed(error.to_string()))?;
        if text.len() as u64 > FILE_BYTES_MAX {
            return Err(failed(format!("it is larger than {FILE_BYTES_MAX} bytes")));
        }
        Ok(Branches::parse(&text))
    }

    fn parse(text: &[u8]) -> Branches {
        let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        let named = lines.map(|line| {
            let mut names = line.splitn(2, |&byte| byte == b' ').map(<[u8]>::to_vec);
            let there = names.next().unwrap_or_default();
            (there, names.next().map_or(Here::Nowhere, Here::Named))
        });
        Branches(named.collect())
    }

    /// What the branch that is `there` on the server is called.
    pub(crate) fn here(&self, there: &[u8]) -> Here {
        self.0.get(there).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Branches;
    use crate::report::plan::history::Here;

    #[test]
    fn a_branch_has_the_name_that_the_file_says_or_that_of_the_server() {
        let branches = Branches::parse(b"refs/heads/main refs/heads/dev\nrefs/heads/x\n");
        assert_eq!(branches.here(b"refs/heads/main"), Here::Named(b"refs/heads/dev".to_vec()));
        assert_eq!(branches.here(b"refs/heads/x"), Here::Nowhere);
        assert_eq!(branches.here(b"refs/heads/y"), Here::AsThere);
        assert_eq!(Branches::parse(b""), Branches::default());
        assert_eq!(Branches::known(None).unwrap(), Branches::default());
        assert!(Branches::known(Some("/nowhere/at/all".as_ref())).is_err());
    }
}
