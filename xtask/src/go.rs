//! Which Go the machine has.

use std::fmt;

use crate::process::{answer, command};

/// A version of Go: major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32, pub(crate) u32);

impl Version {
    /// That of the machine's own Go; one that it could download does not count.
    pub(crate) fn of_this_machine() -> Option<Version> {
        let says = answer(command("go").env("GOTOOLCHAIN", "local").arg("version"));
        says.and_then(|says| Version::said(&says))
    }

    /// The version in a line such as `go version go1.26.8 linux/amd64`.
    fn said(says: &str) -> Option<Version> {
        let mut numbers = says.strip_prefix("go version go")?.split(['.', ' ', '-']);
        let major = numbers.next()?.parse().ok()?;
        let minor: String = numbers.next()?.chars().take_while(char::is_ascii_digit).collect();
        let patch = numbers.next().and_then(|patch| patch.parse().ok()).unwrap_or(0);
        Some(Version(major, minor.parse().ok()?, patch))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_of_go_are_read_and_compared() {
        for (says, expect) in [
            ("go version go1.26.8 linux/amd64", Some(Version(1, 26, 8))),
            ("go version go1.19 linux/amd64", Some(Version(1, 19, 0))),
            ("go version go1.25rc1 linux/arm64", Some(Version(1, 25, 0))),
            ("go version devel go1.27", None),
            ("", None),
        ] {
            assert_eq!(Version::said(says), expect, "{says}");
        }
        assert!(Version(1, 26, 2) > Version(1, 26, 1) && Version(1, 26, 2) < Version(1, 27, 0));
    }
}
