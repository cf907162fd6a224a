//! The codes at the end of first lines, and what each means. `docs/codes.md` is made of this table.

/// A stable code of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// As it stands in square brackets: `PG0101`.
    pub name: &'static str,
    /// What it means, one sentence.
    pub means: &'static str,
    /// What the developer does.
    pub developer: &'static str,
    /// What the admin does.
    pub admin: &'static str,
}

/// The push holds secrets that policy blocks.
pub const FOUND: Code = Code {
    name: "PG0101",
    means: "The push holds secrets that the server's policy blocks.",
    developer: "Revoke each secret that is listed, take it out of the commits, and push again. \
                If it is not a secret, give an admin the number after the #. \
                `pushgate explain rejected` prints the page on how.",
    admin: "The audit record of the push has the kinds, the fingerprints and the places.",
};

/// Something of the push could not be looked at to its end.
pub const UNDECIDED: Code = Code {
    name: "PG0102",
    means: "No secret that blocks was found, but a part of the push could not be checked to its \
            end: an object was too large or damaged, a limit was reached, the time ran out, or a \
            detector failed; or, where policy says so, an archive could not be read.",
    developer: "Look at the list of what was not checked. If the time ran out, push in parts; else \
                leave out what is listed, or ask an admin. `pushgate explain rejected` prints the \
                page on how.",
    admin: "The audit record lists each cause under `undecided`. A limit can be raised under \
            `[limits]`, the time by `deadline_ms`; `[policy] undecided = \"warn\"` lets such pushes pass \
            with a warning.",
};

/// Standard input is not what git sends.
pub const INPUT: Code = Code {
    name: "PG0201",
    means: "What stood on standard input is not what git hands a pre-receive hook.",
    developer: "Tell an admin.",
    admin: "The hook must be started by git as `hooks/pre-receive`, or by a dispatcher that \
            passes standard input on unchanged: one line `<old> <new> <ref>` for each ref.",
};

/// The configuration cannot be used.
pub const CONFIG: Code = Code {
    name: "PG0202",
    means: "The configuration is missing, cannot be read, or has a mistake.",
    developer: "Tell an admin.",
    admin: "The message names file, line and key. `pushgate doctor` checks it without a push.",
};

/// The repository cannot be read.
pub const REPOSITORY: Code = Code {
    name: "PG0203",
    means: "The repository or the pushed objects cannot be read.",
    developer: "Push again; if it stays so, tell an admin.",
    admin: "Check `git fsck` in the repository, free disk space, open-file limits, and that the \
            hook gets git's GIT_* variables unchanged.",
};

/// The audit record cannot be written.
pub const AUDIT: Code = Code {
    name: "PG0204",
    means: "The audit record cannot be written, so the push is not let through unseen.",
    developer: "Tell an admin.",
    admin: "The file under `[audit] path` must be a regular file that the git user can append to, \
            on a disk that is not full.",
};

/// Rules or detectors cannot be loaded.
pub const RULES: Code = Code {
    name: "PG0205",
    means: "The rules or the detectors cannot be loaded.",
    developer: "Tell an admin.",
    admin: "Run `pushgate install` again: it compiles the detectors for this version. \
            `pushgate doctor` says what does not fit.",
};

/// A mistake of ours.
pub const INTERNAL: Code = Code {
    name: "PG0206",
    means: "The gate ran into a mistake of its own and stopped.",
    developer: "Tell an admin.",
    admin: "Please report it with the place that the message names. Nothing was let through.",
};

/// The hook ended without a verdict.
pub const ENDED: Code = Code {
    name: "PG0207",
    means: "The hook program is missing, damaged, or was killed before it came to a verdict.",
    developer: "Push again; if it stays so, tell an admin.",
    admin: "The message names the program and its status: 126 and 127 mean that it cannot be \
            started, 128 and more that a signal ended it (137: killed, often for want of memory).",
};

/// The hook that was there before cannot be run.
pub const PREVIOUS: Code = Code {
    name: "PG0208",
    means: "The hook that the repository had before pushgate cannot be run.",
    developer: "Tell an admin.",
    admin: "The message names the file. Put it back, or run `pushgate uninstall` and \
            then `pushgate install`.",
};

/// The fingerprint key cannot be read.
pub const KEY: Code = Code {
    name: "PG0209",
    means: "The key for fingerprints cannot be read.",
    developer: "Tell an admin.",
    admin: "The message names the file. It must hold 64 hexadecimal digits and be readable by the \
            git user. `pushgate install` makes one.",
};

/// Somebody ended the hook.
pub const STOPPED: Code = Code {
    name: "PG0210",
    means: "A signal ended the hook before it came to a verdict, so the push is refused, whatever \
            the mode is.",
    developer: "Push again; if it stays so, tell an admin.",
    admin: "The message and the audit record name the signal and the time that had passed. A \
            server sends one when it stops, or when its own time for a hook is over: then make \
            `deadline_ms` shorter than that. SIGHUP, or SIGUSR1, also stands for the end of the \
            script that started the program.",
};

/// An accepted push with a warning about secrets.
pub const WARNED: Code = Code {
    name: "PG0301",
    means: "The push was accepted, and holds something that the server's policy warns about.",
    developer: "Look at the list: a secret that is live should be revoked, even if it is old.",
    admin: "`[policy]` says what is only warned about: weak and existing findings by default.",
};

/// An accepted push although something was not checked, or the gate failed.
pub const LET_THROUGH: Code = Code {
    name: "PG0302",
    means: "The push was accepted by policy although a part of it could not be checked, or the \
            gate could not do its work.",
    developer: "Nothing needs to be done; an admin may want to know.",
    admin: "`mode`, `[policy] undecided` or `[policy] error` let it through. The audit record has \
            the cause.",
};

/// All codes, in the order of their names.
pub const CODES: &[Code] = &[
    FOUND,
    UNDECIDED,
    INPUT,
    CONFIG,
    REPOSITORY,
    AUDIT,
    RULES,
    INTERNAL,
    ENDED,
    PREVIOUS,
    KEY,
    STOPPED,
    WARNED,
    LET_THROUGH,
];

/// The code of this name, in any case, with or without its brackets.
#[must_use]
pub fn find(name: &str) -> Option<Code> {
    let name = name.trim_matches(['[', ']']);
    CODES.iter().copied().find(|code| code.name.eq_ignore_ascii_case(name))
}

/// The page `docs/codes.md`.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# Codes\n\n\
         Every message of the gate ends its first line with a code in square brackets.\n\
         `pushgate explain CODE` prints the same text as this page.\n\n\
         `PG01..` refuse a push for what it holds, `PG02..` because the gate could not do its \
         work, `PG03..` accompany a push that was accepted.\n",
    );
    for code in CODES {
        page.push_str(&format!(
            "\n## {}\n\n{}\n\n- **Developer:** {}\n- **Admin:** {}\n",
            code.name, code.means, code.developer, code.admin
        ));
    }
    page
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_of_codes_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/codes.md");
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(page, super::page(), "write it with `pushgate explain --all > docs/codes.md`");
    }

    #[test]
    fn codes_are_found_as_people_type_them() {
        for name in ["PG0101", "pg0101", "[PG0101]"] {
            assert_eq!(super::find(name), Some(super::FOUND), "{name}");
        }
        assert_eq!(super::find("PG9999"), None);
    }
}
