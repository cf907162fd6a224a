//! Files, folders and standard input, as one commit that nobody has yet.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, bail};
use pushgate_gate::shell;

use super::Prepared;
use crate::rehearsal::{Local, Rehearsal, Update, ask, git_failed};
use crate::repository::git;

/// The name under which standard input is checked.
pub(super) const INPUT_NAME: &str = "stdin";

/// The ref of the commit.
const REF: &str = "refs/heads/files";

/// What stands under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    File(PathBuf),
    Link(PathBuf),
}

pub(super) fn prepare(paths: &[PathBuf]) -> anyhow::Result<Prepared> {
    let rehearsal = Rehearsal::new(None)?;
    let here = std::env::current_dir().context("finding the current folder")?;
    let mut files = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        // The same file or folder in other words is there already.
        if path.as_os_str() != "-" && !seen.insert(real(path)) {
            continue;
        }
        if path.as_os_str() == "-" {
            let copy = rehearsal.folder().join("input");
            let mut file = File::create(&copy).context("making a temporary file")?;
            io::copy(&mut io::stdin().lock(), &mut file).context("reading standard input")?;
            add(&mut files, INPUT_NAME.into(), Content::File(copy));
        } else {
            collect(path, &here, &mut files)?;
        }
    }
    if files.is_empty() {
        return Ok(Prepared::of_updates(rehearsal, Vec::new()));
    }
    import(&rehearsal, &files)?;
    let new = ask(git().arg("--git-dir").arg(rehearsal.server()).args(["rev-parse", REF]))?;
    let new = String::from_utf8_lossy(&new).into_owned();
    fs::remove_file(rehearsal.server().join(REF)).context("forgetting the new ref")?;
    Ok(Prepared {
        rehearsal,
        updates: vec![Update { name: REF.into(), new, local: Local::Unknown }],
        files: files.len(),
        names: typed(&files, &here),
    })
}

/// What was typed for each file whose name in the rehearsal does not lead to it from here.
fn typed(files: &BTreeMap<Vec<u8>, Content>, here: &Path) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (name, content) in files {
        let (Content::File(path) | Content::Link(path)) = content;
        let (Ok(name), Some(path)) = (std::str::from_utf8(name), path.to_str()) else { continue };
        let leads_there =
            std::path::absolute(path).ok() == std::path::absolute(here.join(name)).ok();
        // What a terminal or a shell acts on stays as the message has it.
        let is_calm = shell::word(path) == path;
        if name != INPUT_NAME && !leads_there && is_calm {
            names.insert(name.to_owned(), path.to_owned());
        }
    }
    names
}

/// What a path leads to, by its one true name.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Adds a file, or all files of a folder but those of `.git`.
fn collect(path: &Path, here: &Path, files: &mut BTreeMap<Vec<u8>, Content>) -> anyhow::Result<()> {
    let shown = || path.display().to_string();
    let data = path.metadata().with_context(|| match path.to_str() {
        Some(word) if word.starts_with('-') => format!(
            "{word}, which stands behind --, is taken for a path; options go before it, as in: \
             pushgate check --fix-plan -- PATH"
        ),
        _ => shown(),
    })?;
    if data.is_file() {
        add(files, name(path, here), Content::File(path.to_owned()));
        return Ok(());
    }
    if !data.is_dir() {
        bail!("{} is neither a file nor a folder; its content can be piped in: -", shown());
    }
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let shown = || folder.display().to_string();
        for entry in fs::read_dir(&folder).with_context(shown)? {
            let entry = entry.with_context(shown)?;
            let path = entry.path();
            let kind = entry.file_type().with_context(|| path.display().to_string())?;
            if kind.is_dir() {
                if entry.file_name() != ".git" {
                    folders.push(path);
                }
            } else if kind.is_file() {
                add(files, name(&path, here), Content::File(path));
            } else if kind.is_symlink() {
                // As git keeps it: the text of the link.
                add(files, name(&path, here), Content::Link(path));
            }
        }
    }
    Ok(())
}

/// Adds what stands under `name`; nothing that is there goes away for it.
fn add(files: &mut BTreeMap<Vec<u8>, Content>, name: Vec<u8>, content: Content) {
    let is_other = |name: &[u8]| match (files.get(name), &content) {
        (Some(Content::File(present)), Content::File(path)) => real(present) != real(path),
        (present, _) => present.is_some_and(|present| *present != content),
    };
    let mut free = name.clone();
    let mut count = 1;
    while is_other(&free) {
        count += 1;
        free = [&name, format!("~{count}").as_bytes()].concat();
    }
    files.insert(free, content);
}

/// The path from the current folder, or the whole one; what git does not take in a name is changed.
fn name(path: &Path, here: &Path) -> Vec<u8> {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = whole.strip_prefix(here).unwrap_or(&whole);
    let mut name = Vec::new();
    for component in path.components() {
        let part: &OsStr = match component {
            Component::Normal(part) => part,
            Component::ParentDir => OsStr::new("(up)"),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => continue,
        };
        if !name.is_empty() {
            name.push(b'/');
        }
        let part = part.as_bytes();
        // Git wants no such folder in a tree, however it is spelt.
        if part.to_ascii_lowercase().starts_with(b".git") {
            name.push(b'_');
        }
        name.extend(part);
    }
    name
}

/// Writes the commit.
fn import(rehearsal: &Rehearsal, files: &BTreeMap<Vec<u8>, Content>) -> anyhow::Result<()> {
    let mut child = git()
        .arg("--git-dir")
        .arg(rehearsal.server())
        .args(["-c", "core.protectNTFS=false", "-c", "core.protectHFS=false"])
        .args(["fast-import", "--quiet", "--date-format=raw"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting git")?;
    let stdin = child.stdin.take().context("git has no standard input")?;
    let written = write(BufWriter::new(stdin), files);
    let output = child.wait_with_output().context("waiting for git")?;
    // Git's own words say more than a pipe that it closed.
    let is_closed = |error: &anyhow::Error| {
        let error = error.downcast_ref::<io::Error>();
        error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    match written {
        Err(error) if !is_closed(&error) => Err(error),
        _ if !output.status.success() => Err(git_failed(&output.stderr)),
        other => other,
    }
}

fn write(mut stream: impl Write, files: &BTreeMap<Vec<u8>, Content>) -> anyhow::Result<()> {
    let message = "files";
    write!(
        stream,
        "commit {REF}\ncommitter pushgate check <pushgate@localhost> 0 +0000\ndata {}\n{message}\n",
        message.len()
    )?;
    for (name, content) in files {
        let mode = if matches!(content, Content::Link(_)) { "120000" } else { "100644" };
        write!(stream, "M {mode} inline ")?;
        stream.write_all(&quoted(name))?;
        match content {
            Content::Link(path) => {
                let target = fs::read_link(path).with_context(|| path.display().to_string())?;
                let target = target.as_os_str().as_bytes();
                write!(stream, "\ndata {}\n", target.len())?;
                stream.write_all(target)?;
            }
            Content::File(path) => {
                let shown = || path.display().to_string();
                let file = File::open(path).with_context(shown)?;
                let length = file.metadata().with_context(shown)?.len();
                write!(stream, "\ndata {length}\n")?;
                let copied = io::copy(&mut file.take(length), &mut stream)?;
                if copied != length {
                    bail!("{} became shorter while it was read; try again", shown());
                }
            }
        }
        stream.write_all(b"\n")?;
    }
    stream.write_all(b"\n")?;
    stream.flush()?;
    Ok(())
}

/// A path in quotes, everything odd in octal.
fn quoted(path: &[u8]) -> Vec<u8> {
    let mut text = b"\"".to_vec();
    for &byte in path {
        if byte.is_ascii_graphic() && byte != b'"' && byte != b'\\' {
            text.push(byte);
        } else {
            text.extend(format!("\\{byte:03o}").into_bytes());
        }
    }
    text.push(b'"');
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::{Content, add, name};

    #[test]
    fn names_are_those_from_here_and_what_git_takes() {
        let here = Path::new("/srv/app");
        for (path, expected) in [
            ("/srv/app/src/a.env", "src/a.env"),
            ("/etc/a.env", "etc/a.env"),
            ("/srv/app/../b", "(up)/b"),
            ("/srv/app/.git/config", "_.git/config"),
            ("/srv/app/.GIT~1/x", "_.GIT~1/x"),
        ] {
            assert_eq!(name(Path::new(path), here), expected.as_bytes(), "{path}");
        }
    }

    #[test]
    fn two_files_of_one_name_are_both_there() {
        let mut files = BTreeMap::new();
        for path in ["/a", "/b", "/b", "/c"] {
            add(&mut files, b"x".to_vec(), Content::File(path.into()));
        }
        let names: Vec<_> = files.keys().map(|name| String::from_utf8_lossy(name)).collect();
        assert_eq!(names, ["x", "x~2", "x~3"]);
    }
}
