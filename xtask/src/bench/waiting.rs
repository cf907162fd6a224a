//! `Waiting`: a push whose objects are in the quarantine, with the hook not yet started.
//!
//! The quarantine is made by us and not by `git receive-pack`, so that the hook can be run again and
//! again on the same push, alone: the same folder, the same variables, the same lines.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::bed::{Bed, Packed, printed};
use super::measure::{Used, run};
use super::record_line::RecordLine;
use crate::failure::{Doing, Failure};

/// A push that waits for its verdict.
#[derive(Debug)]
pub(crate) struct Waiting {
    server: PathBuf,
    quarantine: PathBuf,
    lines: String,
    audit: PathBuf,
}

impl Waiting {
    /// All of `packed`, pushed to the repository `server`.
    pub(crate) fn of_pack(server: &Path, packed: &Packed) -> Result<Waiting, Failure> {
        let waiting = Waiting::empty(server, "pack", packed.lines())?;
        let folder = waiting.quarantine.join("pack");
        fs::create_dir_all(&folder).doing("creating the folder of packs")?;
        for file in [&packed.pack, &packed.index()] {
            let name = file.file_name().expect("a pack has a name");
            fs::hard_link(file, folder.join(name)).doing("linking a pack")?;
        }
        Ok(waiting)
    }

    /// One commit with a few files on top of `parent`, as loose objects, for the ref `name`.
    pub(crate) fn of_commit(
        bed: &Bed,
        server: &Path,
        (parent, name, old): (&str, &str, Option<&str>),
    ) -> Result<Waiting, Failure> {
        let label = name.replace('/', "-");
        let mut waiting = Waiting::empty(server, &label, String::new())?;
        let git = |words: &[&str], input: &[u8]| {
            let mut git = bed.git_in(server);
            git.args(words);
            git.env("GIT_OBJECT_DIRECTORY", &waiting.quarantine);
            git.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", server.join("objects"));
            printed(&mut git, input)
        };
        let mut listing = String::new();
        for number in 0..3 {
            let text = format!("fn f_{number}() {{ println!(\"{label}\"); }}\n").repeat(30);
            let blob = git(&["hash-object", "-w", "--stdin"], text.as_bytes())?;
            listing.push_str(&format!("100644 blob {blob}\tmodule_{number}.rs\n"));
        }
        let tree = git(&["mktree"], listing.as_bytes())?;
        let new = git(&["commit-tree", &tree, "-p", parent, "-m", "change three files"], b"")?;
        let zeros = "0".repeat(new.len());
        waiting.lines = format!("{} {new} {name}\n", old.unwrap_or(&zeros));
        Ok(waiting)
    }

    fn empty(server: &Path, label: &str, lines: String) -> Result<Waiting, Failure> {
        let quarantine = server.join("objects").join(format!("tmp_objdir-incoming-{label}"));
        fs::create_dir_all(&quarantine).doing("creating a quarantine")?;
        let audit = server.join(format!("audit-{label}.jsonl"));
        Ok(Waiting { server: server.to_owned(), quarantine, lines, audit })
    }

    /// What git itself does on the server before it starts a hook, beside unpacking: it looks whether
    /// everything that the push needs is there, and for that it reads all refs.
    pub(crate) fn run_check_of_git(&self, bed: &Bed) -> Result<Used, Failure> {
        let ids = self.lines.lines().filter_map(|line| line.split(' ').nth(1));
        let ids: String = ids.map(|id| format!("{id}\n")).collect();
        let mut check = bed.git_in(&self.server);
        check.args(["rev-list", "--objects", "--stdin", "--not", "--all", "--quiet"]);
        check.env("GIT_OBJECT_DIRECTORY", &self.quarantine);
        check.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.server.join("objects"));
        check.stdout(Stdio::null()).stderr(Stdio::null());
        let used = run(&mut check, Some(ids.as_bytes()))?;
        match used.code {
            Some(0) => Ok(used),
            code => Err(Failure::new(format!("git rev-list failed: {code:?}"))),
        }
    }

    /// The configuration for this push: a record, and what `more` says.
    fn config(&self, more: &str) -> Result<PathBuf, Failure> {
        let path = self.audit.with_extension("toml");
        let text = format!("[audit]\npath = {:?}\n{more}", self.audit.display().to_string());
        fs::write(&path, text).doing("writing a configuration")?;
        Ok(path)
    }

    /// Runs the hook as git does. It must come to a verdict, whatever that is.
    pub(crate) fn run_hook(&self, bed: &Bed, more: &str) -> Result<Used, Failure> {
        let config = self.config(more)?;
        let mut hook = bed.program(bed.hook());
        hook.arg("--config").arg(config);
        hook.current_dir(&self.server).env("GIT_DIR", ".");
        hook.env("GIT_QUARANTINE_PATH", &self.quarantine);
        hook.env("GIT_OBJECT_DIRECTORY", &self.quarantine);
        hook.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.server.join("objects"));
        let said = self.audit.with_extension("said");
        let file = fs::File::create(&said).doing("creating a file")?;
        hook.stdout(Stdio::null()).stderr(file);
        let used = run(&mut hook, Some(self.lines.as_bytes()))?;
        if matches!(used.code, Some(0 | 1)) {
            return Ok(used);
        }
        let said = fs::read_to_string(said).unwrap_or_default();
        Err(Failure::new(format!("the hook failed ({:?}): {}", used.code, said.trim())))
    }

    /// What the hook wrote down of its last run.
    pub(crate) fn record(&self) -> Result<RecordLine, Failure> {
        let text = fs::read_to_string(&self.audit).doing("reading the audit record")?;
        Ok(RecordLine::new(text.lines().last().unwrap_or_default()))
    }
}

/// The settings for this number of threads, and time enough for anything.
pub(crate) fn limits(threads: usize) -> String {
    format!("[limits]\nthreads_per_push_max = {threads}\npush_duration_ms_max = 1800000\n")
}
