//! The tables in `tests/mutants`: which line can go, and which tests must then fail.
//!
//! ```text
//! # A comment, on a line of its own.
//! [the rest of a push after a deletion is not read]
//! file crates/git/src/push.rs
//! - updates.push(update);
//! + updates.insert(0, update);
//! fails push refs::a_deletion_as_first_line_does_not_hide_what_follows
//! ```
//!
//! Lines that begin with `-` are the text that is switched off, exactly as it stands in the file
//! and once in it; those with `+` take its place. A place of tests is `push` (through real git, at
//! built files), or a package with one of its test targets: `pushgate-git/it`, `pushgate-core/lib`,
//! `guests/pushgate-detector-sdk/lib`.
//! `build all` has the tool and the rules built as well, where the hook alone would be.

use std::collections::BTreeSet;
use std::fmt;

/// The folder of the tables.
pub(crate) const FOLDER: &str = "tests/mutants/";

/// A change that must not go unnoticed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Mutant {
    /// What is switched off, as a sentence.
    pub(crate) name: String,
    /// The table, and the line where it begins there.
    pub(crate) table: String,
    pub(crate) line: usize,
    pub(crate) file: String,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) build_all: bool,
    pub(crate) fails: BTreeSet<Test>,
}

/// A test, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Test {
    pub(crate) place: String,
    /// With its modules, as the test binary prints it.
    pub(crate) name: String,
}

/// The place of tests through real git.
pub(crate) const PUSH: &str = "push";

/// What places of tests in the workspace of the guests begin with.
pub(crate) const GUESTS: &str = "guests/";

impl Test {
    pub(crate) fn new(place: &str, name: &str) -> Test {
        Test { place: place.to_owned(), name: name.to_owned() }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.place, self.name)
    }
}

impl Mutant {
    /// `text`, the content of the file, with the mutant in it.
    pub(crate) fn applied_to(&self, text: &str) -> Result<String, &'static str> {
        let mut places = text.match_indices(&self.old);
        match (places.next(), places.next()) {
            (None, _) => Err("its text is not in the file"),
            (_, Some(_)) => Err("its text is in the file more than once"),
            (Some(_), None) => Ok(text.replacen(&self.old, &self.new, 1)),
        }
    }

    /// Whether it takes built files to try it.
    pub(crate) fn needs_pushes(&self) -> bool {
        self.fails.iter().any(|test| test.place == PUSH)
    }

    fn complaint(&self) -> Option<&'static str> {
        if self.file.is_empty() {
            Some("it names no file")
        } else if self.old.is_empty() {
            Some("it has no text to switch off")
        } else if self.old == self.new {
            Some("it changes nothing")
        } else if self.fails.is_empty() {
            Some("it names no test that must fail")
        } else {
            None
        }
    }
}

/// What is wrong with a line of a table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// Reads the table at `path`.
pub(crate) fn read(path: &str, text: &str) -> (Vec<Mutant>, Vec<Complaint>) {
    let mut mutants: Vec<Mutant> = Vec::new();
    let mut complaints = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let (name, table) = (name.to_owned(), path.to_owned());
            mutants.push(Mutant { name, table, line, ..Mutant::default() });
            continue;
        }
        let read = mutants.last_mut().ok_or("this stands before the first mutant");
        if let Err(complaint) = read.and_then(|mutant| read_line(mutant, content)) {
            complaints.push(Complaint { line, text: complaint.to_owned() });
        }
    }
    for mutant in &mutants {
        complaints.extend(
            mutant.complaint().map(|text| Complaint { line: mutant.line, text: text.to_owned() }),
        );
    }
    (mutants, complaints)
}

fn read_line(mutant: &mut Mutant, content: &str) -> Result<(), &'static str> {
    let (word, rest) = content.split_once(' ').unwrap_or((content, ""));
    match (word, rest.split_once(' ')) {
        ("-", _) => add_line(&mut mutant.old, rest),
        ("+", _) => add_line(&mut mutant.new, rest),
        ("file", _) => rest.clone_into(&mut mutant.file),
        ("build", _) if rest == "all" => mutant.build_all = true,
        ("fails", Some((place, name))) => {
            let test = Test::new(place, name);
            if !mutant.fails.insert(test) {
                return Err("this test is named twice");
            }
        }
        _ => return Err("this line is none of `file`, `-`, `+`, `build all`, `fails PLACE TEST`"),
    }
    Ok(())
}

fn add_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# Refs.\n\n[what comes after is lost]\nfile a.rs\n- one\n-     two\n+ 1\n\
        build all\nfails push refs::a\nfails pushgate-git/it b\n\n[nothing]\nfile b.rs\n- x\n";

    #[test]
    fn a_table_is_read_as_it_stands() {
        let (mutants, complaints) = read("tests/mutants/a.txt", TABLE);
        assert_eq!(mutants.len(), 2);
        let first = &mutants[0];
        assert_eq!((first.name.as_str(), first.line), ("what comes after is lost", 3));
        assert_eq!((first.old.as_str(), first.new.as_str()), ("one\n    two", "1"));
        assert!(first.build_all);
        let fails: Vec<String> = first.fails.iter().map(Test::to_string).collect();
        assert_eq!(fails, ["push refs::a", "pushgate-git/it b"]);
        let text = "it names no test that must fail".to_owned();
        assert_eq!(complaints, [Complaint { line: 12, text }]);
    }

    #[test]
    fn a_line_that_says_nothing_is_found() {
        let (_, complaints) = read("a", "file a\n[m]\nfile a\n- a\n+ b\nfail push x\nfails push\n");
        let lines: Vec<usize> = complaints.iter().map(|complaint| complaint.line).collect();
        assert_eq!(lines, [1, 6, 7, 2]);
    }

    #[test]
    fn a_text_must_be_there_once() {
        let mut mutant = read("a", TABLE).0.remove(0);
        assert_eq!(mutant.applied_to("0 one\n    two 3"), Ok("0 1 3".to_owned()));
        assert!(mutant.applied_to("one\ntwo").is_err());
        mutant.old = "o".to_owned();
        assert!(mutant.applied_to("one two").is_err());
    }
}
