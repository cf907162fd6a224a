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

use crate::profile::Profile;

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
    /// What kind of server this looks like.
    pub profile: Profile,
    /// Whether the push was made by the server itself, for who works on its pages or through its
    /// API.
    pub on_web: bool,
    /// Whether that is a merge; `None` if the server does not say.
    pub merges: Option<bool>,
    /// Whether the server only asks what would become of a push.
    pub is_trial: bool,
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
    // A deploy key of GitLab has no user.
    "GL_ID",
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
    (None, "GL_REPOSITORY"),
    (Some("GITEA_REPO_USER_NAME"), "GITEA_REPO_NAME"),
    (None, "GITHUB_REPO_NAME"),
    (Some("BB_PROJECT_KEY"), "BB_REPO_SLUG"),
    (Some("GOGS_REPO_OWNER_NAME"), "GOGS_REPO_NAME"),
    (None, "SOFT_SERVE_REPO_NAME"),
    (None, "GL_REPO"),
];

/// Variables that a kind of server sets for its hooks, all of them, and nobody else does.
///
/// On a file path they are the pusher's own. That is no harm: each of these profiles has a deadline
/// that is not later than that of a server of which nothing is known.
const PROFILE_VARIABLES: &[(&[&str], Profile)] = &[
    (&["GITHUB_REPO_NAME", "GITHUB_USER_LOGIN"], Profile::GithubEnterprise),
    (&["GL_REPOSITORY", "GL_PROTOCOL"], Profile::Gitlab),
    (&["BB_HOOK_TYPE", "BB_REPO_SLUG"], Profile::Bitbucket),
    (&["GITEA_REPO_NAME", "GITEA_PUSHER_NAME"], Profile::Gitea),
];

/// Variables that say, by one of these values, that a server pushes for somebody on its pages.
///
/// Without a value, it is that the variable is there.
const WEB_VARIABLES: &[(&str, &[&str])] = &[
    ("GL_PROTOCOL", &["web"]),
    ("SSH_ORIGINAL_COMMAND", &["gitea-internal"]),
    ("GITHUB_VIA", &[]),
    ("BB_HOOK_TRIGGER_ID", &["file-edit", "pull-request-merge", "branch-create", "tag-create"]),
];

/// Variables that say, by a word in them, that the server merges, or that somebody edits a file.
const MERGE_VARIABLES: &[(&str, &str, bool)] = &[
    ("GITHUB_VIA", "merge", true),
    ("GITHUB_VIA", "blob", false),
    ("BB_HOOK_TRIGGER_ID", "pull-request-merge", true),
    ("BB_HOOK_TRIGGER_ID", "file-edit", false),
    ("GITEA_PUSH_TRIGGER", "pr-merge-to-base", true),
];

impl Environment {
    /// Reads the environment of this process.
    #[must_use]
    pub fn of_process() -> Environment {
        #[expect(clippy::disallowed_methods, reason = "this is the place that reads them")]
        Environment::from(|name| std::env::var_os(name))
    }

    /// What these variables alone say.
    #[cfg(test)]
    pub(crate) fn of_variables(variables: &[(&str, &str)]) -> Environment {
        Environment::from(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
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
        let is_set = |name: &&str| variable(name).is_some_and(|value| !value.is_empty());
        let profile = PROFILE_VARIABLES
            .iter()
            .find(|(names, _)| names.iter().all(&is_set))
            .map_or(Profile::Plain, |&(_, profile)| profile);
        let on_web = WEB_VARIABLES.iter().any(|(name, values)| {
            let value = text(name);
            value.is_some_and(|value| values.is_empty() || values.contains(&value.as_str()))
        });
        let merges = MERGE_VARIABLES.iter().find_map(|&(name, word, merges)| {
            text(name).filter(|value| value.contains(word)).map(|_| merges)
        });
        let is_trial = text("BB_IS_DRY_RUN").is_some_and(|value| value == "true");
        Environment { git, repository, pusher, profile, on_web, merges, is_trial }
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
    use super::{Environment, Profile, login_name};

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::of_variables(variables)
    }

    #[test]
    fn a_server_is_known_by_its_variables_and_the_web_by_theirs() {
        type Case = (&'static [(&'static str, &'static str)], Profile, bool);
        let cases: &[Case] = &[
            (&[], Profile::Plain, false),
            // A job of GitHub's own runners that pushes to a file path.
            (&[("GITHUB_ACTOR", "a"), ("GITHUB_REPOSITORY", "o/r")], Profile::Plain, false),
            (
                &[("GITHUB_REPO_NAME", "o/r"), ("GITHUB_USER_LOGIN", "a")],
                Profile::GithubEnterprise,
                false,
            ),
            (
                &[
                    ("GITHUB_REPO_NAME", "o/r"),
                    ("GITHUB_USER_LOGIN", "a"),
                    ("GITHUB_VIA", "blob#save"),
                ],
                Profile::GithubEnterprise,
                true,
            ),
            (&[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", "http")], Profile::Gitlab, false),
            (&[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", "web")], Profile::Gitlab, true),
            // Gitolite has names that begin alike.
            (&[("GL_REPO", "testing"), ("GL_USER", "a")], Profile::Plain, false),
            (&[("BB_HOOK_TYPE", "PRE"), ("BB_REPO_SLUG", "r")], Profile::Bitbucket, false),
            (
                &[
                    ("GITEA_REPO_NAME", "r"),
                    ("GITEA_PUSHER_NAME", "a"),
                    ("SSH_ORIGINAL_COMMAND", "gitea-internal"),
                ],
                Profile::Gitea,
                true,
            ),
        ];
        for (variables, profile, on_web) in cases {
            let environment = environment(variables);
            assert_eq!((environment.profile, environment.on_web), (*profile, *on_web));
        }
    }

    #[test]
    fn a_merge_is_told_from_an_edit_where_the_server_says_so() {
        for (name, value, merges) in [
            ("GITHUB_VIA", "pull request merge button", Some(true)),
            ("GITHUB_VIA", "blob#save", Some(false)),
            ("GITHUB_VIA", "git refs create api", None),
            ("BB_HOOK_TRIGGER_ID", "pull-request-merge", Some(true)),
            ("BB_HOOK_TRIGGER_ID", "file-edit", Some(false)),
            ("BB_HOOK_TRIGGER_ID", "branch-create", None),
            ("GITEA_PUSH_TRIGGER", "pr-merge-to-base", Some(true)),
            ("GITEA_PUSH_TRIGGER", "pr-update-with-base", None),
            ("GL_PROTOCOL", "web", None),
        ] {
            assert_eq!(environment(&[(name, value)]).merges, merges, "{name}={value}");
        }
    }

    #[test]
    fn each_server_names_pusher_and_repository_its_own_way() {
        type Variables = &'static [(&'static str, &'static str)];
        let cases: &[(Variables, &str, Option<&str>)] = &[
            (&[("GL_USERNAME", "a"), ("GL_PROJECT_PATH", "t/app")], "GL_USERNAME", Some("t/app")),
            (
                &[("GL_USERNAME", "a"), ("GL_ID", "user-1"), ("GL_REPOSITORY", "project-1")],
                "GL_USERNAME",
                Some("project-1"),
            ),
            (&[("GL_ID", "key-1"), ("GL_REPOSITORY", "project-1")], "GL_ID", Some("project-1")),
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
