//! What is told of each shape of a push stays as it was reviewed: tests/support/refusals.txt.

use crate::support::desk::Desk;
use crate::support::encode::base64;
use crate::support::{PushLab, Pushed, source_text, tokens};

/// A shape of a push.
#[derive(Clone, Copy)]
struct Shape {
    name: &'static str,
    /// The configuration.
    config: &'static str,
    /// What a server says of the push.
    variables: Variables,
    /// What makes it.
    make: fn(&Desk<'_>),
    /// What is pushed.
    words: &'static [&'static str],
}

type Variables = &'static [(&'static str, &'static str)];

/// A push of `main` by a developer to a plain server.
const PLAIN: Shape = Shape {
    name: "last commit",
    config: "",
    variables: &[],
    make: |desk| drop(desk.commit(&[("src/a.yml", &desk.secret())])),
    words: &["main"],
};

/// What an admin can add to a message, all of it.
const OWN: &str = "[message]\nhelp = \"Ask in #security, or call 4711.\"\n\
                   link = \"https://chat.example.org/security\"\n\
                   page = \"https://wiki.example.org/my-push-was-rejected\"\n";

/// What GitLab says of what is done on its pages.
const GITLAB: Variables = &[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", "web")];

/// Shapes that differ in their plan.
const PLANS: &[Shape] = &[
    PLAIN,
    Shape {
        name: "earlier commit, its file changed since",
        make: |desk| {
            desk.commit(&[("src/a.yml", &desk.secret())]);
            desk.commit(&[("src/a.yml", &format!("{}more\n", desk.secret()))]);
        },
        ..PLAIN
    },
    Shape {
        name: "earlier commit, its file deleted since",
        make: |desk| {
            desk.commit(&[("src/a.yml", &desk.secret())]);
            desk.git("rm -q src/a.yml");
            desk.commit(&[("b", "b\n")]);
        },
        ..PLAIN
    },
    Shape {
        name: "private file",
        make: |desk| drop(desk.commit(&[(".env", &desk.secret())])),
        ..PLAIN
    },
    Shape {
        name: "several commits",
        make: |desk| {
            desk.commit(&[("a.yml", &desk.secret())]);
            desk.commit(&[("b.yml", &desk.secret())]);
        },
        ..PLAIN
    },
    Shape {
        name: "several branches",
        make: |desk| {
            desk.commit(&[("a.yml", &desk.secret())]);
            desk.git("branch dev");
            desk.commit(&[("b", "b\n")]);
        },
        words: &["main", "dev"],
        ..PLAIN
    },
    Shape {
        name: "name that cannot be quoted",
        make: |desk| {
            desk.commit(&[("it's.yml", &desk.secret())]);
            desk.git("branch \"it's\"");
            desk.commit(&[("b", "b\n")]);
        },
        words: &["main:refs/heads/it's"],
        ..PLAIN
    },
    Shape {
        name: "branch and tag",
        make: |desk| {
            desk.commit(&[("a.yml", &desk.secret())]);
            desk.git("tag -a -m text v1");
        },
        words: &["main", "v1"],
        ..PLAIN
    },
    Shape {
        name: "earlier commit, a tag on the end of the branch",
        make: |desk| {
            desk.commit(&[("a.yml", &desk.secret())]);
            desk.commit(&[("b", "b\n")]);
            desk.git("tag v1");
        },
        words: &["main", "v1"],
        ..PLAIN
    },
    Shape {
        name: "earlier commit, a merge since",
        make: |desk| {
            desk.commit(&[("a.yml", &desk.secret())]);
            desk.git("checkout -q -b side HEAD~1");
            desk.commit(&[("b", "b\n")]);
            desk.git("checkout -q main");
            desk.git("merge -q --no-edit side");
        },
        ..PLAIN
    },
    Shape {
        name: "several commits, a merge since",
        make: |desk| {
            desk.commit(&[("a.yml", &desk.secret())]);
            desk.git("checkout -q -b side HEAD~1");
            desk.commit(&[("b.yml", &desk.secret())]);
            desk.git("checkout -q main");
            desk.git("merge -q --no-edit side");
        },
        ..PLAIN
    },
    Shape {
        name: "text of a tag",
        make: |desk| drop(desk.git(&format!("tag -a v1 -m {}", desk.token))),
        words: &["v1"],
        ..PLAIN
    },
    Shape {
        name: "note",
        make: |desk| drop(desk.git(&format!("notes add -m {}", desk.token))),
        words: &["refs/notes/commits"],
        ..PLAIN
    },
    Shape { name: "six commits", make: |desk| commits(desk, 6), ..PLAIN },
    Shape { name: "many commits", make: many_commits, ..PLAIN },
];

/// Shapes that differ in what was found, or in what became of the push.
const VERDICTS: &[Shape] = &[
    Shape { name: "two secrets", make: |desk| secrets(desk, 2), ..PLAIN },
    Shape { name: "forty secrets", make: |desk| secrets(desk, 40), ..PLAIN },
    Shape {
        name: "encoded secret with a long reason",
        make: |desk| {
            let setting = format!(
                "JIRA_URL=https://jira.example.com\nJIRA_PASSWORD={}\n",
                tokens::password(9035)
            );
            let text = format!("data:\n  env: {}\n", base64(setting.as_bytes()));
            desk.commit(&[("deploy/secret.yml", &text)]);
        },
        ..PLAIN
    },
    Shape {
        name: "a secret, and something that was not checked",
        config: "[limits]\ndecode_depth_max = 1\n",
        make: |desk| {
            deep(desk);
            desk.commit(&[("src/a.yml", &desk.secret())]);
        },
        ..PLAIN
    },
    Shape {
        name: "something that was not checked",
        config: "[limits]\ndecode_depth_max = 1\n",
        make: deep,
        ..PLAIN
    },
    Shape { name: "gate that failed", config: "[limits]\nref_updates_max = 0\n", ..PLAIN },
    Shape { name: "secret that is only warned of", config: "mode = \"warn\"\n", ..PLAIN },
    Shape {
        name: "something that was not checked, and passes",
        config: "[policy]\nundecided = \"warn\"\n[limits]\ndecode_depth_max = 1\n",
        make: deep,
        ..PLAIN
    },
];

/// Shapes that differ in where the person looks, and in what the admin has added.
const PLACES: &[Shape] = &[
    Shape { name: "admin's line, link and page", config: OWN, make: many_commits, ..PLAIN },
    Shape {
        name: "gate that failed, with the admin's line, link and page",
        config: "[limits]\nref_updates_max = 0\n[message]\nhelp = \"Call 4711.\"\n\
                 link = \"https://chat.example.org\"\npage = \"https://wiki.example.org/push\"\n",
        ..PLAIN
    },
    Shape { name: "colours", config: "[message]\ncolour = \"always\"\n", ..PLAIN },
    Shape {
        name: "colours of a warning",
        config: "mode = \"warn\"\n[message]\ncolour = \"always\"\n",
        ..PLAIN
    },
    Shape { name: "line for tools", config: "[message]\njson = true\n", ..PLAIN },
    Shape {
        name: "line for tools, something was not checked",
        config: "[limits]\ndecode_depth_max = 1\n[message]\njson = true\n",
        make: deep,
        ..PLAIN
    },
    Shape {
        name: "GitLab, over ssh",
        variables: &[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", "ssh")],
        ..PLAIN
    },
    Shape { name: "GitLab, on its pages", variables: GITLAB, ..PLAIN },
    Shape {
        name: "GitLab, on its pages, with all that can be added",
        config: "[message]\ncolour = \"always\"\njson = true\nhelp = \"Call 4711.\"\n\
                 link = \"https://chat.example.org\"\npage = \"https://wiki.example.org/push\"\n",
        variables: GITLAB,
        ..PLAIN
    },
    Shape {
        name: "GitLab, on its pages, something was not checked",
        config: "[limits]\ndecode_depth_max = 1\n",
        variables: GITLAB,
        make: deep,
        ..PLAIN
    },
    Shape {
        name: "GitLab, on its pages, gate that failed",
        config: "[limits]\nref_updates_max = 0\n",
        variables: GITLAB,
        ..PLAIN
    },
    Shape {
        name: "GitHub Enterprise Server, in its editor",
        variables: &[
            ("GITHUB_REPO_NAME", "o/r"),
            ("GITHUB_USER_LOGIN", "ada"),
            ("GITHUB_VIA", "blob#save"),
        ],
        ..PLAIN
    },
    Shape {
        name: "Bitbucket, its merge button",
        variables: &[
            ("BB_HOOK_TYPE", "PRE"),
            ("BB_REPO_SLUG", "r"),
            ("BB_HOOK_TRIGGER_ID", "pull-request-merge"),
        ],
        ..PLAIN
    },
    Shape {
        name: "Gitea or Forgejo, on its pages",
        variables: &[
            ("GITEA_REPO_NAME", "r"),
            ("GITEA_PUSHER_NAME", "ada"),
            ("SSH_ORIGINAL_COMMAND", "gitea-internal"),
        ],
        ..PLAIN
    },
];

/// More than a plan names.
fn many_commits(desk: &Desk<'_>) {
    commits(desk, 13);
}

fn commits(desk: &Desk<'_>, count: usize) {
    for at in 0..count {
        desk.commit(&[(&format!("{at}.yml"), &desk.secret())]);
    }
}

/// A commit of so many secrets.
fn secrets(desk: &Desk<'_>, count: u64) {
    for at in 0..count {
        desk.write(&format!("{at}.yml"), &format!("a: b\ntoken: {}\n", tokens::cloud(9100 + at)));
    }
    desk.commit(&[]);
}

/// A commit of a text that is encoded more often than these tests undo it.
fn deep(desk: &Desk<'_>) {
    let once = base64(source_text(300).as_bytes());
    desk.commit(&[("docs/deep.txt", &base64(once.as_bytes()))]);
}

/// Makes the shape and pushes it.
#[track_caller]
fn push(shape: &Shape) -> Pushed {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9035);
    (shape.make)(&desk);
    lab.configure(shape.config);
    lab.push_from(&desk.clone, shape.words, |command| {
        command.envs(shape.variables.iter().copied());
    })
}

/// The line with what differs between installations taken out.
#[track_caller]
fn settled(line: &str) -> String {
    let line = line.replace('\x1b', "\\e");
    // The number after # is of this installation alone, and so is the same number for tools.
    for before in [") #", "\"id\":\""] {
        if let Some((head, tail)) = line.split_once(before) {
            let (number, rest) = tail.split_at(16);
            assert!(number.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
            return format!("{head}{before}0123456789abcdef{rest}");
        }
    }
    line
}

#[test]
fn messages_read_as_they_were_reviewed() {
    let mut told = String::new();
    for shape in PLANS.iter().chain(VERDICTS).chain(PLACES) {
        let pushed = push(shape);
        assert!(!pushed.sent.is_empty(), "{}: {}", shape.name, pushed.told());
        told += &format!("=== {}\n", shape.name);
        for line in &pushed.sent {
            told += &format!("{}\n", settled(line));
        }
        told.push('\n');
    }
    let reviewed = include_str!("../support/refusals.txt");
    if told != reviewed {
        let new = std::env::temp_dir().join("refusals.txt.new");
        std::fs::write(&new, &told).expect("a temporary file can be written");
        panic!("tests/support/refusals.txt is not what is told; compare with {}", new.display());
    }
}

/// Pages trim lines at both ends, take `error: ` away, and drop empty lines or run lines together.
#[test]
fn a_page_that_trims_lines_shows_the_same_message() {
    for shape in PLACES.iter().filter(|shape| shape.name.contains(" its ")) {
        let pushed = push(shape);
        assert!(!pushed.accepted, "{}", pushed.told());
        for line in &pushed.remote {
            let trimmed = line.trim().trim_start_matches("error: ");
            assert!(trimmed == line && !line.is_empty(), "{line:?} in {}", pushed.told());
        }
        // The whole verdict stands in the first line.
        let verdict = crate::support::message::verdict(&pushed.remote[0]);
        assert!(verdict.is_some(), "{}", pushed.told());
        assert_eq!(pushed.remote[0].matches(" [PG").count(), 1, "{}", pushed.told());
        // Who works on a page may have no clone.
        let has_command = |line: &&String| line.contains("git ") || line.contains("amend");
        assert_eq!(pushed.remote.iter().find(has_command), None, "{}", pushed.told());
    }
}
