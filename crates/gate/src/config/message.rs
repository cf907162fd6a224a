//! What the admin adds to messages, and how they look: `[message]`.
//!
//! Its texts go to every pusher, over every server, between lines of ours. So they are checked as
//! strictly as what comes from a push: a mistake is an error of the configuration, and not a
//! message that a server hides or a tool misreads.

use serde::Deserialize;

/// Characters of a line.
const LINE_CHARACTERS_MAX: usize = 72;

/// Characters of an address: it stands in a line with a word before it.
const ADDRESS_CHARACTERS_MAX: usize = 64;

/// How a line of ours, of git or of a server begins, in small letters.
const BEGINNINGS: &[&str] = &[
    "error",
    "warning",
    "hint",
    "success",
    "fatal",
    "remote:",
    "gl-hook-err:",
    "gitlab:",
    "pushgate:",
    "{",
];

/// What Gitea takes for a race between two pushes, wherever it stands; then it hides the message.
const SIGNAL: &str = "non-fast-forward";

/// What a verdict has in it, and no other line.
const VERDICT: &str = "push refused:";

/// What the admin decided of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageSettings {
    /// A line of the admin's own, at the end of every refusal.
    pub help: Option<String>,
    /// An address of the admin's own, in a line after that.
    pub link: Option<String>,
    /// The page that refusals lead to, in place of ours.
    pub page: Option<String>,
    /// Whether the words that matter most are coloured, where a terminal shows them.
    pub colour: bool,
    /// Whether a line of JSON for tools is added.
    pub json: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct MessageTable {
    pub(super) progress_after_ms: Option<u64>,
    help: Option<String>,
    link: Option<String>,
    page: Option<String>,
    #[serde(default)]
    colour: ColourName,
    #[serde(default)]
    json: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ColourName {
    #[default]
    Never,
    Always,
}

impl MessageTable {
    /// The settings; if one cannot be used, its key and the reason.
    pub(super) fn settings(self) -> Result<MessageSettings, (&'static str, String)> {
        if let Some(help) = &self.help {
            check_line(help).map_err(|reason| ("message.help", reason))?;
        }
        for (key, address) in [("message.link", &self.link), ("message.page", &self.page)] {
            if let Some(address) = address {
                check_address(address).map_err(|reason| (key, reason))?;
            }
        }
        Ok(MessageSettings {
            help: self.help,
            link: self.link,
            page: self.page,
            colour: self.colour == ColourName::Always,
            json: self.json,
        })
    }
}

/// Whether `text` can stand as a line of its own.
fn check_line(text: &str) -> Result<(), String> {
    check_characters(text, LINE_CHARACTERS_MAX)?;
    let small = text.trim_start().to_ascii_lowercase();
    let begins = |word: &&&str| {
        let rest = small.strip_prefix(**word);
        rest.is_some_and(|rest| {
            !word.ends_with(char::is_alphanumeric) || !rest.starts_with(char::is_alphanumeric)
        })
    };
    if let Some(word) = BEGINNINGS.iter().find(begins) {
        let reason = "git, servers and tools take lines that begin so for something else";
        return Err(format!("must not begin with `{word}`: {reason}; put another word before it"));
    }
    Ok(())
}

/// Whether `text` is an address that a terminal, a browser and a person can follow.
fn check_address(text: &str) -> Result<(), String> {
    check_characters(text, ADDRESS_CHARACTERS_MAX)?;
    let rest = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let Some(rest) = rest else {
        return Err("must begin with https:// or http://".to_owned());
    };
    if text.contains([' ', '"', '\'', '<', '>', '\\', '`', '{', '}', '|', '^']) {
        return Err("must have no blank, quote, bracket or backslash; write them as %NN".to_owned());
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') {
        return Err("must have no user or password in it: every pusher reads it".to_owned());
    }
    if !host.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[') {
        return Err("must name a host after its //".to_owned());
    }
    Ok(())
}

/// Whether any terminal, browser and log can show `text`, and no server misreads it.
fn check_characters(text: &str, characters_max: usize) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("must not be empty; take the key out, or put a # before it".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("must be one line without tabs and other control characters".to_owned());
    }
    if !text.is_ascii() {
        return Err(
            "must be ASCII, which every terminal shows; write other letters without their accents"
                .to_owned(),
        );
    }
    if text.len() > characters_max {
        let length = text.len();
        return Err(format!("must have at most {characters_max} characters; it has {length}"));
    }
    let small = text.to_ascii_lowercase();
    if small.contains(SIGNAL) {
        return Err(format!("must not say `{SIGNAL}`: Gitea then hides the whole message"));
    }
    if small.contains(VERDICT) {
        return Err("must not speak as the first line of a refusal does".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::MessageSettings;
    use crate::config::Config;

    fn settings(text: &str) -> MessageSettings {
        Config::parse("a.toml", text).unwrap().message
    }

    /// The error for a `[message]` table with this line, which is the second of the file.
    #[track_caller]
    fn refused(line: &str, key: &str, reason: &str) {
        let error = Config::parse("a.toml", &format!("[message]\n{line}\n")).unwrap_err();
        let error = error.to_string();
        assert!(error.starts_with(&format!("a.toml: line 2: message.{key}: ")), "{line}: {error}");
        assert!(error.contains(reason), "{line}: {error}");
        // So it can be told to a pusher, who must be able to read it.
        assert!(error.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{error}");
    }

    #[test]
    fn texts_and_manners_are_read() {
        let text = "[message]\nhelp = \"Help: ask\"\nlink = \"https://a.example/b?c=d#e\"\n\
                    page = \"http://[::1]:80/\"\ncolour = \"always\"\njson = true\n";
        let expected = MessageSettings {
            help: Some("Help: ask".to_owned()),
            link: Some("https://a.example/b?c=d#e".to_owned()),
            page: Some("http://[::1]:80/".to_owned()),
            colour: true,
            json: true,
        };
        assert_eq!(settings(text), expected);
        assert_eq!(settings("[message]\ncolour = \"never\"\njson = false\n"), settings(""));
        assert_eq!(settings(""), MessageSettings::default());
    }

    #[test]
    fn a_line_that_is_not_one_is_refused() {
        refused("help = \"\"", "help", "must not be empty");
        refused("help = \"  \"", "help", "must not be empty");
        refused("help = \"a\\nb\"", "help", "one line");
        refused("help = \"a\\tb\"", "help", "control characters");
        refused("help = \"\\u001b[31mred\"", "help", "control characters");
        refused("help = \"\\u009b31mred\"", "help", "control characters");
        refused("help = \"a\\u007f\"", "help", "control characters");
        refused("help = \"Hilfe für alle\"", "help", "ASCII");
        refused("help = \"\\u202eright\"", "help", "ASCII");
        refused(
            &format!("help = \"{}\"", "x".repeat(73)),
            "help",
            "at most 72 characters; it has 73",
        );
        assert!(settings(&format!("[message]\nhelp = \"{}\"\n", "x".repeat(72))).help.is_some());
    }

    #[test]
    fn a_line_that_is_taken_for_another_is_refused() {
        for (line, word) in [
            ("error: ask", "error"),
            ("  Warning, ask", "warning"),
            ("HINT", "hint"),
            ("success", "success"),
            ("Fatal: x", "fatal"),
            ("remote: x", "remote:"),
            ("GL-HOOK-ERR: x", "gl-hook-err:"),
            ("GitLab: x", "gitlab:"),
            ("pushgate: checked 1 of 2 objects ...", "pushgate:"),
            ("{x", "{"),
        ] {
            refused(&format!("help = \"{line}\""), "help", &format!("begin with `{word}`"));
        }
        refused("help = \"see: Push refused: x\"", "help", "the first line of a refusal");
        refused("help = \"a Non-Fast-Forward push\"", "help", "`non-fast-forward`");
        for line in [
            "Errors? Ask",
            "hinterland",
            "Ask GitLab",
            "No error: ask",
            "remote help",
            "GitLab users: ask",
        ] {
            let text = format!("[message]\nhelp = \"{line}\"\n");
            assert_eq!(settings(&text).help.as_deref(), Some(line));
        }
    }

    #[test]
    fn an_address_that_nobody_can_follow_is_refused() {
        for key in ["link", "page"] {
            for (address, reason) in [
                ("", "must not be empty"),
                ("wiki.example.org", "https://"),
                ("javascript:alert(1)", "https://"),
                ("HTTPS://a.example", "https://"),
                (" https://a.example", "https://"),
                ("https://a.example/a b", "blank"),
                ("https://a.example/'", "quote"),
                ("https://a.example/<b>", "bracket"),
                ("https://", "host"),
                ("https:///a", "host"),
                ("https://-/a", "host"),
                ("https://user:word@a.example/", "user"),
                ("https://a.example/\\u00fc", "ASCII"),
                ("https://a.example/\\n", "control"),
                ("https://a.example/non-fast-forward", "non-fast-forward"),
            ] {
                refused(&format!("{key} = \"{address}\""), key, reason);
            }
            let long = format!("https://a.example/{}", "x".repeat(46));
            assert_eq!(long.len(), 64);
            assert!(Config::parse("a", &format!("[message]\n{key} = \"{long}\"\n")).is_ok());
            refused(&format!("{key} = \"{long}x\""), key, "at most 64 characters; it has 65");
        }
    }

    #[test]
    fn a_manner_that_is_none_is_refused() {
        refused("colour = \"auto\"", "colour", "unknown value");
        refused("colour = true", "colour", "");
        refused("json = \"yes\"", "json", "");
        refused("color = \"always\"", "color", "");
    }
}
