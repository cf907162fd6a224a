//! A rehearsal of a push: the hook itself, on a repository that stands in for the server.
//!
//! ```text
//! developer's store ◀─ objects/info/alternates ─ temporary bare repository ─▶ pushgate-pre-receive
//! remote-tracking refs ─▶ its refs                  updates of the push ─▶ standard input
//! ```
//!
//! There is no engine here: what is found, told and refused comes from the hook. The developer's
//! repository is only read; all that is written lies in a private folder that is removed again.

mod developer;
mod folder;
mod hook;
mod outcome;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

pub(crate) use self::developer::{Developer, ask, asked, describe, git, git_failed, git_path};
use self::folder::Folder;
pub(crate) use self::hook::Hook;
pub(crate) use self::outcome::Outcome;

/// Where branches stand.
const BRANCHES: &[u8] = b"refs/heads/";

/// A ref that the server is known to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownRef {
    /// Its name there.
    pub(crate) name: Vec<u8>,
    pub(crate) id: String,
}

/// One line of what git would hand the hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Update {
    pub(crate) name: Vec<u8>,
    pub(crate) new: String,
    pub(crate) local: Local,
}

/// What is pushed, in the developer's clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Local {
    /// A branch; its whole name.
    Branch(Vec<u8>),
    /// Something that is no branch.
    NoBranch,
    /// Nobody says what.
    Unknown,
}

/// The tree without entries, `tree 0` and a zero in zlib's form. Git has it without a file: a first
/// commit that adds nothing names it, and it is in no store before it is pushed.
const EMPTY_TREE: [u8; 15] =
    [0x78, 0x9c, 0x2b, 0x29, 0x4a, 0x4d, 0x55, 0x30, 0x60, 0x00, 0x00, 0x0a, 0x2c, 0x02, 0x01];
/// Where it lies.
const EMPTY_TREE_SHA1: (&str, &str) = ("4b", "825dc642cb6eb9a060e54bf8d69288fbee4904");
const EMPTY_TREE_SHA256: (&str, &str) =
    ("6e", "f19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321");

/// A repository that stands in for the server.
#[derive(Debug)]
pub(crate) struct Rehearsal {
    folder: Folder,
    /// Digits of an object id.
    id_digits: usize,
    known: BTreeMap<Vec<u8>, String>,
}

impl Rehearsal {
    /// A server that has nothing of its own, over the developer's store if there is one.
    pub(crate) fn new(developer: Option<&Developer>) -> anyhow::Result<Rehearsal> {
        let folder = Folder::new().context("making a temporary folder")?;
        let is_long = developer.is_some_and(|developer| developer.format == "sha256");
        let id_digits = if is_long { 64 } else { 40 };
        let rehearsal = Rehearsal { folder, id_digits, known: BTreeMap::new() };
        let server = rehearsal.server();
        let failed = || format!("making {}", server.display());
        for part in ["objects/info", "objects/pack", "refs/heads", "refs/tags"] {
            fs::create_dir_all(server.join(part)).with_context(failed)?;
        }
        fs::write(server.join("HEAD"), "ref: refs/heads/main\n").with_context(failed)?;
        let mut config = String::from(
            "[core]\n\trepositoryformatversion = 1\n\tbare = true\n\
             [receive]\n\tadvertisePushOptions = true\n\tautogc = false\n[gc]\n\tauto = 0\n\
             [maintenance]\n\tauto = false\n[extensions]\n",
        );
        if is_long {
            config.push_str("\tobjectFormat = sha256\n");
        }
        if let Some(developer) = developer {
            if developer.partial {
                // What is missing was promised by a server, and is asked of nobody here.
                config.push_str("\tpartialClone = nobody\n");
            }
            let mut alternates = Vec::new();
            for path in &developer.object_folders {
                alternates.extend(quoted(path.as_os_str().as_bytes()));
                alternates.push(b'\n');
            }
            fs::write(server.join("objects/info/alternates"), alternates).with_context(failed)?;
            if let Some(shallow) = &developer.shallow {
                fs::copy(shallow, server.join("shallow")).with_context(failed)?;
            }
        }
        fs::write(server.join("config"), config).with_context(failed)?;
        let (folder, name) = if is_long { EMPTY_TREE_SHA256 } else { EMPTY_TREE_SHA1 };
        let folder = server.join("objects").join(folder);
        fs::create_dir_all(&folder).with_context(failed)?;
        fs::write(folder.join(name), EMPTY_TREE).with_context(failed)?;
        Ok(rehearsal)
    }

    /// The bare repository.
    pub(crate) fn server(&self) -> PathBuf {
        self.folder.path().join("server.git")
    }

    /// The private folder around it, for what else must lie somewhere.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Says which refs the server has.
    pub(crate) fn set_known(
        &mut self,
        known: impl IntoIterator<Item = KnownRef>,
    ) -> anyhow::Result<()> {
        for KnownRef { name, id } in known {
            // Two that go by the same name are both there: what either reaches is known.
            let count = self.known.len();
            let name = match self.known.get(&name) {
                Some(other) if *other != id => format!("refs/pushgate/{count}").into_bytes(),
                _ => name,
            };
            self.known.insert(name, id);
        }
        let mut packed = b"# pack-refs with: sorted \n".to_vec();
        for (name, id) in &self.known {
            packed.extend([id.as_bytes(), b" ", name, b"\n"].concat());
        }
        fs::write(self.server().join("packed-refs"), packed).context("writing the known refs")
    }

    /// What the hook reads on standard input for these updates.
    pub(crate) fn lines(&self, updates: &[Update]) -> anyhow::Result<Vec<u8>> {
        let nothing = "0".repeat(self.id_digits);
        let mut lines = Vec::new();
        for Update { name, new, .. } in updates {
            if name.iter().any(|byte| byte.is_ascii_control() || *byte == b' ') {
                bail!("{:?} is no name of a ref", describe(name));
            }
            let old = self.known.get(name).unwrap_or(&nothing);
            lines.extend([old.as_bytes(), b" ", new.as_bytes(), b" ", name, b"\n"].concat());
        }
        Ok(lines)
    }
}

/// What the hook is told of the branches that have another name in the clone, or none, or one that git
/// takes for an option; empty if there are no such.
pub(crate) fn branches(updates: &[Update]) -> Vec<u8> {
    let is_like_option =
        |here: &[u8]| here.strip_prefix(BRANCHES).is_some_and(|it| it.starts_with(b"-"));
    let mut lines = Vec::new();
    for Update { name, local, .. } in updates.iter().filter(|it| it.name.starts_with(BRANCHES)) {
        match local {
            Local::Branch(here) if here != name || is_like_option(here) => {
                lines.extend([name, b" ".as_slice(), here, b"\n"].concat());
            }
            Local::NoBranch => lines.extend([name, b"\n".as_slice()].concat()),
            Local::Branch(_) | Local::Unknown => {}
        }
    }
    lines
}

/// A line of a file of alternates: quoted where git would read it in another way.
fn quoted(path: &[u8]) -> Vec<u8> {
    if !path.contains(&b'\n') && !path.starts_with(b"\"") && !path.starts_with(b"#") {
        return path.to_vec();
    }
    let mut line = b"\"".to_vec();
    for &byte in path {
        if byte.is_ascii_graphic() && byte != b'"' && byte != b'\\' || byte == b' ' {
            line.push(byte);
        } else {
            line.extend(format!("\\{byte:03o}").into_bytes());
        }
    }
    line.push(b'"');
    line
}

/// Bytes that git or a folder gave, as a path.
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::{KnownRef, Local, Rehearsal, Update, branches, quoted};

    #[test]
    fn paths_that_git_would_misread_are_quoted() {
        assert_eq!(quoted(b"/a b/\xc3\xbc"), b"/a b/\xc3\xbc");
        assert_eq!(quoted(b"/a\nb\"\\\xff"), b"\"/a\\012b\\042\\134\\377\"");
    }

    #[test]
    fn the_hook_is_told_of_branches_with_another_name_or_none() {
        let update = |name: &str, local: Local| Update {
            name: name.as_bytes().to_vec(),
            new: "1".repeat(40),
            local,
        };
        let branch = |name: &str| Local::Branch(name.as_bytes().to_vec());
        let updates = [
            update("refs/heads/main", branch("refs/heads/dev")),
            update("refs/heads/same", branch("refs/heads/same")),
            update("refs/heads/none", Local::NoBranch),
            update("refs/heads/what", Local::Unknown),
            update("refs/tags/v1", Local::NoBranch),
        ];
        let lines = b"refs/heads/main refs/heads/dev\nrefs/heads/none\n";
        assert_eq!(branches(&updates), lines);
    }

    #[test]
    fn nobody_else_can_look_into_the_folder() {
        use std::os::unix::fs::PermissionsExt as _;
        let rehearsal = Rehearsal::new(None).unwrap();
        let mode = rehearsal.folder().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn two_refs_of_one_name_are_both_known() {
        let mut rehearsal = Rehearsal::new(None).unwrap();
        let known = |id: &str| KnownRef { name: b"refs/heads/a".to_vec(), id: id.repeat(40) };
        rehearsal.set_known([known("1"), known("2"), known("1")]).unwrap();
        let packed = std::fs::read_to_string(rehearsal.server().join("packed-refs")).unwrap();
        for id in ["1", "2"] {
            assert!(packed.contains(&id.repeat(40)), "{packed}");
        }
        let update =
            Update { name: b"refs/heads/a".to_vec(), new: "3".repeat(40), local: Local::Unknown };
        let lines = String::from_utf8(rehearsal.lines(&[update]).unwrap()).unwrap();
        assert_eq!(lines, format!("{} {} refs/heads/a\n", "1".repeat(40), "3".repeat(40)));
        let odd =
            Update { name: b"refs/heads/a\n".to_vec(), new: "3".repeat(40), local: Local::Unknown };
        assert!(rehearsal.lines(&[odd]).is_err());
    }
}
