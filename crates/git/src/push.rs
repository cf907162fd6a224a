//! All of standard input: the ref updates of one push.

use std::io::{self, BufRead, Read};

use crate::{
    GitLimits, LimitExceeded,
    limits::Budget,
    update::{ParseUpdateError, RefUpdate, UpdateKind},
};

/// What git hands the hook on standard input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Push {
    /// The updates in git's order.
    pub updates: Vec<RefUpdate>,
}

/// Standard input is not what git sends.
#[derive(Debug, thiserror::Error)]
pub enum ReadPushError {
    /// Reading failed.
    #[error("standard input cannot be read")]
    Io(#[from] io::Error),
    /// There was nothing to read.
    #[error("no ref updates on standard input")]
    Empty,
    /// The last line has no line feed: git was cut off.
    #[error("line {line} of standard input is cut off")]
    Truncated {
        /// The line, counted from one.
        line: u64,
    },
    /// A line is not a ref update.
    #[error("line {line} of standard input")]
    Parse {
        /// The line, counted from one.
        line: u64,
        /// What is wrong with it.
        #[source]
        source: ParseUpdateError,
    },
    /// Lines have object ids of different lengths.
    #[error("line {line} of standard input has another object format than the first")]
    Format {
        /// The line, counted from one.
        line: u64,
    },
    /// There are more lines, or longer ones, than allowed.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
}

impl Push {
    /// Reads ref updates until the end of `input`.
    ///
    /// # Errors
    ///
    /// When reading fails, when there is no line, when a line is not what git writes, and when a
    /// bound of `limits` is passed.
    pub fn read(mut input: impl BufRead, limits: &GitLimits) -> Result<Push, ReadPushError> {
        let mut updates: Vec<RefUpdate> = Vec::new();
        let mut lines = Budget::new("ref_updates_max", limits.ref_updates_max, limits);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let bytes_max = limits.ref_line_bytes_max.saturating_add(1);
            input.by_ref().take(bytes_max).read_until(b'\n', &mut line)?;
            if line.is_empty() {
                break;
            }
            if line.pop() != Some(b'\n') {
                if line.len() as u64 >= limits.ref_line_bytes_max {
                    let max = limits.ref_line_bytes_max;
                    return Err(LimitExceeded::Count { name: "ref_line_bytes_max", max }.into());
                }
                return Err(ReadPushError::Truncated { line: number });
            }
            lines.spend(1)?;
            let update = RefUpdate::parse(&line)
                .map_err(|source| ReadPushError::Parse { line: number, source })?;
            if updates.first().is_some_and(|first| first.new_id.kind() != update.new_id.kind()) {
                return Err(ReadPushError::Format { line: number });
            }
            updates.push(update);
        }
        if updates.is_empty() {
            return Err(ReadPushError::Empty);
        }
        Ok(Push { updates })
    }

    /// Whether nothing but deletions is asked for.
    #[must_use]
    pub fn deletes_only(&self) -> bool {
        self.updates.iter().all(|update| update.kind() == UpdateKind::Delete)
    }
}

#[cfg(test)]
mod tests {
    use super::{Push, ReadPushError};
    use crate::{GitLimits, LimitExceeded};

    fn line(name: &str) -> String {
        format!("{} {} {name}\n", "0".repeat(40), "1".repeat(40))
    }

    fn read(input: impl AsRef<[u8]>) -> Result<Push, ReadPushError> {
        let limits =
            GitLimits { ref_updates_max: 3, ref_line_bytes_max: 100, ..Default::default() };
        Push::read(input.as_ref(), &limits)
    }

    #[test]
    fn updates_keep_their_order() {
        let push = read(line("refs/heads/b") + &line("refs/heads/a")).unwrap();
        let names: Vec<_> = push.updates.iter().map(|update| update.name.to_string()).collect();
        assert_eq!(names, ["refs/heads/b", "refs/heads/a"]);
    }

    #[test]
    fn no_updates_are_an_error() {
        assert_eq!(read("").unwrap_err().to_string(), "no ref updates on standard input");
        assert!(matches!(read("\n"), Err(ReadPushError::Parse { line: 1, .. })));
    }

    #[test]
    fn a_line_without_its_end_is_refused() {
        let input = line("refs/heads/a") + line("refs/heads/b").trim_end();
        assert!(matches!(read(input), Err(ReadPushError::Truncated { line: 2 })));
    }

    #[test]
    fn bounds_hold_exactly() {
        assert_eq!(read(line("r").repeat(3)).unwrap().updates.len(), 3);
        let limit = |input: String| match read(input) {
            Err(ReadPushError::Limit(LimitExceeded::Count { name, .. })) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(limit(line("r").repeat(4)), "ref_updates_max");
        assert!(read(line(&"r".repeat(100 - 82))).is_ok());
        assert_eq!(limit(line(&"r".repeat(101 - 82))), "ref_line_bytes_max");
        assert_eq!(limit("x".repeat(1 << 20)), "ref_line_bytes_max");
    }

    #[test]
    fn one_push_has_one_object_format() {
        let long = format!("{} {} r\n", "0".repeat(64), "1".repeat(64));
        let read = |input: String| Push::read(input.as_bytes(), &GitLimits::default());
        assert!(read(long.clone()).is_ok());
        assert!(matches!(read(line("r") + &long), Err(ReadPushError::Format { line: 2 })));
    }
}
