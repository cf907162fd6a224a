//! Histories, written as one stream for `git fast-import`: one process for a whole repository.

use std::fmt::Write as _;

/// A stream for `git fast-import`.
#[derive(Default)]
pub struct History {
    stream: Vec<u8>,
    marks: usize,
}

/// What one commit does.
#[derive(Default, Clone)]
pub struct Change {
    pub message: Vec<u8>,
    /// `Name <mail>` of the author; the committer is always the same.
    pub author: Option<Vec<u8>>,
    pub entries: Vec<Entry>,
    pub removed: Vec<String>,
}

/// One entry of a tree.
#[derive(Clone)]
pub struct Entry {
    pub mode: &'static str,
    pub path: Vec<u8>,
    pub content: Vec<u8>,
}

/// An ordinary file.
pub fn file(path: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Entry {
    Entry { mode: "100644", path: path.as_ref().to_vec(), content: content.as_ref().to_vec() }
}

/// A symbolic link.
pub fn symlink(path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Entry {
    Entry { mode: "120000", ..file(path, target) }
}

impl Change {
    /// A commit of these entries.
    pub fn of(entries: impl Into<Vec<Entry>>) -> Change {
        Change { message: b"change".to_vec(), entries: entries.into(), ..Change::default() }
    }

    /// A commit without entries.
    pub fn saying(message: impl AsRef<[u8]>) -> Change {
        Change { message: message.as_ref().to_vec(), ..Change::default() }
    }

    pub fn message(mut self, message: impl AsRef<[u8]>) -> Change {
        self.message = message.as_ref().to_vec();
        self
    }

    pub fn author(mut self, author: impl AsRef<[u8]>) -> Change {
        self.author = Some(author.as_ref().to_vec());
        self
    }

    pub fn without(mut self, path: &str) -> Change {
        self.removed.push(path.to_owned());
        self
    }
}

impl History {
    pub fn new() -> History {
        History::default()
    }

    /// One root commit on `main`.
    pub fn root(change: Change) -> History {
        let mut history = History::new();
        history.commit("refs/heads/main", &[], change);
        history
    }

    /// A commit on top of `parents`: marks, or names of refs that exist. Gives its mark.
    pub fn commit(&mut self, reference: &str, parents: &[&str], change: Change) -> String {
        let mark = self.next_mark();
        let stream = &mut self.stream;
        stream.extend(format!("commit {reference}\nmark {mark}\n").bytes());
        if let Some(author) = &change.author {
            stream.extend(b"author ");
            stream.extend(author);
            stream.extend(b" 1700000000 +0000\n");
        }
        stream.extend(b"committer Ada Example <ada@example.test> 1700000000 +0000\n");
        data(stream, &change.message);
        for (index, parent) in parents.iter().enumerate() {
            let word = if index == 0 { "from" } else { "merge" };
            let suffix = if parent.starts_with(':') { "" } else { "^0" };
            stream.extend(format!("{word} {parent}{suffix}\n").bytes());
        }
        for path in &change.removed {
            stream.extend(format!("D {}\n", quote(path.as_bytes())).bytes());
        }
        for entry in &change.entries {
            let path = quote(&entry.path);
            if entry.mode == "160000" {
                let id = String::from_utf8_lossy(&entry.content).into_owned();
                stream.extend(format!("M 160000 {id} {path}\n").bytes());
            } else {
                stream.extend(format!("M {} inline {path}\n", entry.mode).bytes());
                data(stream, &entry.content);
            }
        }
        stream.push(b'\n');
        mark
    }

    /// An annotated tag.
    pub fn tag(&mut self, name: &str, target: &str, message: impl AsRef<[u8]>) -> String {
        let mark = self.next_mark();
        self.stream.extend(format!("tag {name}\nmark {mark}\nfrom {target}\n").bytes());
        self.stream.extend(b"tagger Ada Example <ada@example.test> 1700000000 +0000\n");
        data(&mut self.stream, message.as_ref());
        mark
    }

    /// A blob that no tree names yet.
    pub fn blob(&mut self, content: impl AsRef<[u8]>) -> String {
        let mark = self.next_mark();
        self.stream.extend(format!("blob\nmark {mark}\n").bytes());
        data(&mut self.stream, content.as_ref());
        mark
    }

    /// A ref at a commit.
    pub fn reset(&mut self, reference: &str, target: &str) {
        self.stream.extend(format!("reset {reference}\nfrom {target}\n\n").bytes());
    }

    pub fn stream(&self) -> &[u8] {
        &self.stream
    }

    fn next_mark(&mut self) -> String {
        self.marks += 1;
        format!(":{}", self.marks)
    }
}

fn data(stream: &mut Vec<u8>, content: &[u8]) {
    stream.extend(format!("data {}\n", content.len()).bytes());
    stream.extend(content);
    stream.push(b'\n');
}

/// A path in double quotes, everything odd in octal.
fn quote(path: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in path {
        if byte.is_ascii_alphanumeric() || b"/._-=+ ".contains(byte) {
            text.push(*byte as char);
        } else {
            write!(text, "\\{byte:03o}").expect("a string takes everything");
        }
    }
    text.push('"');
    text
}

/// A settings file with a secret in line 3, column 9.
pub fn settings(path: &str, secret: &str) -> Entry {
    file(path, format!("# settings\nname = demo\ntoken = {secret}\n"))
}

/// Text of ordinary source code, `length` bytes or a little more, of whole lines.
pub fn source_text(length: usize) -> String {
    let mut text = String::with_capacity(length + 80);
    let mut line = 0_u64;
    while text.len() < length {
        line += 1;
        writeln!(
            text,
            "    let value_{line} = compute(&input[{line}], \"label {}\");",
            line * 7919
        )
        .expect("a string takes everything");
    }
    text
}
