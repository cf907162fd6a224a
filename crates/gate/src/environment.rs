//! Every environment variable that the hook knows, read once.
//!
//! Variables are read by name. The whole environment is never printed, logged or recorded: under
//! some web servers it holds the pusher's password.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

use pushgate_git::GitEnvironment;

/// Bytes of a name from the environment that are kept; fewer are recorded.
const NAME_BYTES_MAX: usize = 16 << 10;

/// Where the names of users stand.
const USERS_FILE: &str = "/etc/passwd";

/// Bytes of it that are read; a user further down has a number only.
const USERS_BYTES_MAX: u64 = 1 << 20;

/// What the environment says of this push.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Where the repository and the quarantine are.
    pub git: GitEnvironment,
    /// The repository, as the server names it, if it does.
    pub repository: Option<String>,
    /// Who pushes.
    pub pusher: Pusher,
}

/// Who pushes, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pusher {
    /// The name; text from outside.
    pub name: String,
    /// The variable that it was read from, or `uid`.
    pub source: &'static str,
}

/// Variables in which servers name the pusher, the most specific first.
const PUSHER_VARIABLES: &[&str] = &[
    "GL_USERNAME",
    "GITEA_PUSHER_NAME",
    "GITHUB_USER_LOGIN",
    "BB_USER_NAME",
    "GOGS_AUTH_USER_NAME",
    "SOFT_SERVE_USERNAME",
    "GL_USER",
    "REMOTE_USER",
];

/// Variables in which servers name the repository: one, or an owner and a name.
const REPOSITORY_VARIABLES: &[(Option<&str>, &str)] = &[
    (None, "GL_PROJECT_PATH"),
    (Some("GITEA_REPO_USER_NAME"), "GITEA_REPO_NAME"),
    (None, "GITHUB_REPO_NAME"),
    (Some("BB_PROJECT_KEY"), "BB_REPO_SLUG"),
    (Some("GOGS_REPO_OWNER_NAME"), "GOGS_REPO_NAME"),
    (None, "SOFT_SERVE_REPO_NAME"),
    (None, "GL_REPO"),
];

impl Environment {
    /// Reads the environment of this process.
    #[must_use]
    pub fn of_process() -> Environment {
        #[expect(clippy::disallowed_methods, reason = "this is the place that reads them")]
        Environment::from(|name| std::env::var_os(name))
    }

    /// Reads the variables that `variable` knows.
    fn from(variable: impl Fn(&str) -> Option<OsString>) -> Environment {
        let text = |name: &str| variable(name).filter(|v| !v.is_empty()).map(text_of);
        let git = GitEnvironment {
            git_dir: variable("GIT_DIR")
                .filter(|v| !v.is_empty())
                .map_or_else(|| PathBuf::from("."), PathBuf::from),
            object_directory: variable("GIT_OBJECT_DIRECTORY"),
            alternate_object_directories: variable("GIT_ALTERNATE_OBJECT_DIRECTORIES"),
            shallow_file: variable("GIT_SHALLOW_FILE"),
            path: variable("PATH"),
            exec_path: variable("GIT_EXEC_PATH"),
        };
        let repository = REPOSITORY_VARIABLES.iter().find_map(|(owner, name)| match owner {
            None => text(name),
            Some(owner) => Some(format!("{}/{}", text(owner)?, text(name)?)),
        });
        let pusher = PUSHER_VARIABLES
            .iter()
            .find_map(|&source| Some(Pusher { name: text(source)?, source }))
            .unwrap_or_else(|| Pusher { name: user_name(), source: "uid" });
        Environment { git, repository, pusher }
    }
}

/// The login name of the user that this process belongs to, or else the number.
///
/// The file is read as it stands: asking the system could load libraries and reach the network.
fn user_name() -> String {
    let id = rustix::process::getuid().as_raw();
    let mut users = Vec::new();
    let read =
        File::open(USERS_FILE).and_then(|file| file.take(USERS_BYTES_MAX).read_to_end(&mut users));
    let known = read.ok().and_then(|_| login_name(&users, id));
    known.map_or_else(|| id.to_string(), text_of)
}

/// The name of the user `id` in a file of lines `name:password:id:…`; the first counts.
///
/// Comments are passed over, and what refers to lists elsewhere (`+` and `-`).
fn login_name(users: &[u8], id: u32) -> Option<OsString> {
    users.split(|&byte| byte == b'\n').find_map(|line| {
        let mut fields = line.split(|&byte| byte == b':');
        let is_name = |name: &&[u8]| !matches!(name.first(), None | Some(b'#' | b'+' | b'-'));
        let name = fields.next().filter(is_name)?;
        let digits = std::str::from_utf8(fields.nth(1)?).ok()?;
        // A line that is cut off within the number has no field after it.
        fields.next()?;
        (digits.parse() == Ok(id)).then(|| OsString::from_vec(name.to_vec()))
    })
}

/// A value as text of bounded length.
fn text_of(value: OsString) -> String {
    let text = value.to_string_lossy();
    let end = text.floor_char_boundary(NAME_BYTES_MAX);
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Environment, login_name};

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::from(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn each_server_names_pusher_and_repository_its_own_way() {
        type Variables = &'static [(&'static str, &'static str)];
        let cases: &[(Variables, &str, Option<&str>)] = &[
            (&[("GL_USERNAME", "a"), ("GL_PROJECT_PATH", "t/app")], "GL_USERNAME", Some("t/app")),
            (&[("GL_USER", "a"), ("GL_REPO", "testing")], "GL_USER", Some("testing")),
            (
                &[
                    ("GITEA_PUSHER_NAME", "a"),
                    ("GITEA_REPO_USER_NAME", "o"),
                    ("GITEA_REPO_NAME", "r"),
                ],
                "GITEA_PUSHER_NAME",
                Some("o/r"),
            ),
            (&[("REMOTE_USER", "a")], "REMOTE_USER", None),
            (&[], "uid", None),
        ];
        for (variables, source, repository) in cases {
            let environment = environment(variables);
            assert_eq!(environment.pusher.source, *source);
            assert_eq!(environment.repository.as_deref(), *repository);
        }
    }

    #[test]
    fn a_number_has_the_first_name_that_a_line_gives_it() {
        let check = |users: &[u8], id, name: Option<&str>| {
            assert_eq!(login_name(users, id).as_deref(), name.map(AsRef::as_ref), "{id}");
        };
        let users = b"root:x:0:0:root:/root:/bin/sh\n# git:x:7:7\n:x:8:8::\n\ngit:x:998:998::/:\n\
            admin:x:998:1::/:\nbad:x:-1:1::\nbad:x\nbad:x:one:1\n+nis:x:9:9:::\nlast:x:99";
        check(users, 0, Some("root"));
        check(users, 998, Some("git"));
        // The file may go on: whose number this is cannot be told.
        check(users, 99, None);
        for id in [1, 7, 8, 9, 1000, u32::MAX] {
            check(users, id, None);
        }
        check(b"", 0, None);
    }

    #[test]
    fn names_from_outside_are_bounded() {
        let name = "ü".repeat(10_000);
        let environment = environment(&[("REMOTE_USER", &name)]);
        assert!(environment.pusher.name.len() <= 16 << 10);
    }
}
