//! Histories that are made up, the same for the same seed.
//!
//! A commit changes a few lines of one file among many, and the next ones mostly go on with the same
//! file: so `git fast-import` stores each version as a delta of the one before it, as a repacked
//! repository would.

use std::io::{self, Write};

/// The shape of an ordinary history: six objects for each commit, files of 10 KB, and the more files
/// the longer it is, so that an object of a long one is like an object of a short one.
const FILES_AT_FIRST: usize = 10;
const COMMITS_PER_NEW_FILE: usize = 100;
const FOLDERS: usize = 50;
const GROUPS: usize = 5;
const LINES: usize = 300;

/// Commits in a row that change the same file.
const SESSION: usize = 8;

/// Different lines that texts are put together from.
const POOL: usize = 4096;

const WORDS: [&str; 32] = [
    "let",
    "value",
    "index",
    "return",
    "fn",
    "match",
    "self",
    "count",
    "=",
    "==",
    "+",
    "(",
    ")",
    "{",
    "}",
    "buffer",
    "// a note",
    "result",
    "Some",
    "None",
    "42",
    "\"text\"",
    "for",
    "in",
    "request",
    "->",
    "push",
    "config",
    "user",
    "&mut",
    "header",
    "parse",
];

/// A generator of numbers (xorshift).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x9E37_79B9_7F4A_7C15)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let number = usize::try_from(self.next() >> 33).unwrap_or(0);
        number % bound.max(1)
    }
}

/// Lines to put texts together from.
#[derive(Debug)]
pub(crate) struct Pool {
    lines: Vec<String>,
    random: Random,
}

impl Pool {
    pub(crate) fn new(seed: u64) -> Pool {
        let mut random = Random::new(seed);
        let line = |random: &mut Random| {
            let mut line = "    ".repeat(random.below(4));
            for _ in 0..3 + random.below(7) {
                line.push_str(WORDS.get(random.below(WORDS.len())).copied().unwrap_or("let"));
                line.push(' ');
            }
            line.push_str(&format!("{:x}\n", random.next() >> 48));
            line
        };
        let lines = (0..POOL).map(|_| line(&mut random)).collect();
        Pool { lines, random }
    }

    /// A number for a new line.
    fn draw(&mut self) -> usize {
        self.random.below(POOL)
    }

    /// A text of so many lines, as numbers.
    pub(crate) fn text(&mut self, lines: usize) -> Vec<usize> {
        (0..lines).map(|_| self.draw()).collect()
    }

    /// Changes a few lines, and now and then adds or removes one.
    pub(crate) fn edit(&mut self, text: &mut Vec<usize>) {
        for _ in 0..1 + self.random.below(8) {
            let (at, new) = (self.random.below(text.len()), self.draw());
            match self.random.below(8) {
                0 if text.len() > 10 => drop(text.remove(at)),
                1 => text.insert(at, new),
                _ => text.iter_mut().skip(at).take(1).for_each(|line| *line = new),
            }
        }
    }

    /// The bytes of a text.
    pub(crate) fn bytes(&self, text: &[usize]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(text.len() * 48);
        for number in text {
            bytes
                .extend_from_slice(self.lines.get(*number).map_or("\n", String::as_str).as_bytes());
        }
        bytes
    }
}

/// The head of a commit on the branch `name`; changes of files follow. It has `mark` as its mark.
pub(crate) fn commit_head(out: &mut dyn Write, name: &str, mark: usize) -> io::Result<()> {
    let (seconds, message) = (1_700_000_000 + mark, format!("change {mark}\n\nAs was agreed.\n"));
    write!(out, "commit {name}\nmark :{mark}\ncommitter Ada Example <ada@example.test> ")?;
    write!(out, "{seconds} +0000\ndata {}\n{message}", message.len())
}

/// A file of a commit.
pub(crate) fn file(out: &mut dyn Write, path: &str, content: &[u8]) -> io::Result<()> {
    write!(out, "M 100644 inline {path}\ndata {}\n", content.len())?;
    out.write_all(content)?;
    out.write_all(b"\n")
}

/// An ordinary history of so many commits. After each commit `also` may write more.
pub(crate) fn history(
    out: &mut dyn Write,
    commits: usize,
    mut also: impl FnMut(&mut dyn Write, usize) -> io::Result<()>,
) -> io::Result<()> {
    let mut pool = Pool::new(1);
    let mut files: Vec<Vec<usize>> = (0..FILES_AT_FIRST).map(|_| pool.text(LINES)).collect();
    commit_head(out, "refs/heads/main", 1)?;
    for (number, text) in files.iter().enumerate() {
        file(out, &path_of(number), &pool.bytes(text))?;
    }
    also(out, 1)?;
    let mut current = 0;
    for mark in 2..=commits {
        if mark % COMMITS_PER_NEW_FILE == 0 {
            current = files.len();
            files.push(pool.text(LINES));
        } else if mark % SESSION == 0 {
            current = pool.random.below(files.len());
        }
        commit_head(out, "refs/heads/main", mark)?;
        if let Some(text) = files.get_mut(current) {
            pool.edit(text);
            file(out, &path_of(current), &pool.bytes(text))?;
        }
        also(out, mark)?;
    }
    Ok(())
}

/// Where a file of an ordinary history stands.
fn path_of(number: usize) -> String {
    let folder = number % FOLDERS;
    format!("src/group_{}/part_{folder}/module_{number}.rs", folder % GROUPS)
}

/// Nothing more after a commit.
pub(crate) fn nothing(_: &mut dyn Write, _: usize) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_history_is_made_each_time() {
        let made = || {
            let mut stream = Vec::new();
            history(&mut stream, 30, nothing).unwrap();
            stream
        };
        let (one, two) = (made(), made());
        assert_eq!(one, two);
        let heads = String::from_utf8(one).unwrap().matches("commit refs/heads/main").count();
        assert_eq!(heads, 30);
    }
}
