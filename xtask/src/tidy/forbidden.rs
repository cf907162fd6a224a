//! What stands in no tracked file: a whole token, a path of somebody's machine, a switched-off test.

use super::rust::Source;
use super::tree::{Problem, Tree};

/// A token has at least this many characters between its prefix and its padding.
const TOKEN_BODY_MIN: usize = 100;

/// Marks of tests that do not run and of code that is not there.
const UNFINISHED: [&str; 3] = ["#[ignore", "todo!(", "unimplemented!("];

/// An account's folder that documents may speak of: it is where servers keep repositories.
const SERVER_ACCOUNT: &str = "git/";

pub(super) fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    for (path, content) in &tree.files {
        for (number, line) in (1..).zip(content.split(|byte| *byte == b'\n')) {
            if has_token(line) {
                let text = "a whole token: make it when the test runs";
                problems.push(Problem::new(path, number, text));
            }
            if has_home_path(line) {
                let text = "a path into somebody's home directory";
                problems.push(Problem::new(path, number, text));
            }
        }
    }
    for (path, text) in tree.texts(".rs") {
        for (number, line) in (1..).zip(Source::read(text).code.lines()) {
            for mark in UNFINISHED.iter().filter(|mark| line.contains(**mark)) {
                problems.push(Problem::new(path, number, format!("{mark} …")));
            }
        }
    }
}

/// The prefixes of Atlassian's long tokens. Taken apart, so that this file passes.
fn prefixes() -> [String; 3] {
    [["ATATT3x", "FfGF0"], ["ATCTT3x", "FfGN0"], ["ATSTT3x", "FfGF0"]].map(|parts| parts.concat())
}

fn has_token(line: &[u8]) -> bool {
    let is_of_body = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    prefixes().iter().any(|prefix| {
        places_of(line, prefix.as_bytes()).any(|rest| {
            let body = rest.iter().take_while(is_of_body).count();
            body >= TOKEN_BODY_MIN && rest.get(body) == Some(&b'=')
        })
    })
}

fn has_home_path(line: &[u8]) -> bool {
    [["/ho", "me/"], ["/ro", "ot/"]].map(|parts| parts.concat()).iter().any(|home| {
        places_of(line, home.as_bytes()).any(|rest| {
            let names_account = rest.first().is_some_and(u8::is_ascii_alphanumeric);
            let dotted = rest.first() == Some(&b'.');
            (names_account || dotted) && !rest.starts_with(SERVER_ACCOUNT.as_bytes())
        })
    })
}

/// What follows each place of `needle` in `line`.
fn places_of<'l>(line: &'l [u8], needle: &[u8]) -> impl Iterator<Item = &'l [u8]> {
    (0..line.len()).filter_map(move |at| line.get(at..)?.strip_prefix(needle))
}

#[cfg(test)]
mod tests {
    use super::super::tree::problems;
    use super::*;

    #[test]
    fn a_whole_token_is_found_in_any_file() {
        for prefix in prefixes() {
            let token = |body: usize| format!("text {prefix}{}=12345678\n", "a".repeat(body));
            assert_eq!(
                problems(check, &[("docs/a.md", &token(TOKEN_BODY_MIN))]),
                ["docs/a.md:1: a whole token: make it when the test runs"]
            );
            assert!(problems(check, &[("docs/a.md", &token(TOKEN_BODY_MIN - 1))]).is_empty());
        }
    }

    #[test]
    fn home_directories_are_found_but_the_servers_account_is_not() {
        let check = |text: String, expect: usize| {
            assert_eq!(problems(check, &[("a.toml", &text)]).len(), expect, "{text}");
        };
        check(["path = \"/ho", "me/ada/x\""].concat(), 1);
        check(["/ro", "ot/.cargo"].concat(), 1);
        check(["/ho", "me/git/repositories"].concat(), 0);
        check(["url/ho", "me/"].concat(), 0);
    }

    #[test]
    fn unfinished_code_is_found_but_not_talk_of_it() {
        let check = |text: &str, expect: usize| {
            assert_eq!(problems(check, &[("a.rs", text)]).len(), expect, "{text}");
        };
        check("#[test]\n#[ignore]\nfn f() {}", 1);
        check("fn f() { todo!() }", 1);
        check("// No todo!() here.", 0);
        check("let mark = \"#[ignore\";", 0);
    }
}
