//! Lines of code per file. A file that passes the mark holds two ideas, or a waiver says why not.

use std::collections::BTreeMap;

use super::rust::Source;
use super::tree::{Problem, Tree};

/// Lines of code; comments, blank lines and tests are not counted.
const CODE_LINES_MAX: usize = 400;

/// Files that may be longer, and why. Ratcheted: a waiver is for today's length and no more.
const WAIVERS: &str = "xtask/src/tidy/waivers.txt";

pub(super) fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    let mut waivers = waivers(tree, problems);
    for (path, text) in tree.texts(".rs").filter(|(path, _)| !is_test(path)) {
        let lines = code_lines(text);
        match waivers.remove(path) {
            None if lines <= CODE_LINES_MAX => (),
            None => problems.push(Problem::new(
                path,
                0,
                format!("{lines} lines of code, over {CODE_LINES_MAX}: which two ideas are in it?"),
            )),
            Some(waiver) if waiver.lines == lines && lines > CODE_LINES_MAX => (),
            Some(waiver) if lines <= CODE_LINES_MAX => problems.push(Problem::new(
                WAIVERS,
                waiver.line,
                format!("{path} has {lines} lines of code and needs no waiver any more"),
            )),
            Some(waiver) => problems.push(Problem::new(
                WAIVERS,
                waiver.line,
                format!("{path} has {lines} lines of code, its waiver is for {}", waiver.lines),
            )),
        }
    }
    for (path, waiver) in waivers {
        let text = format!("a waiver for {path}, which is not there or is not counted");
        problems.push(Problem::new(WAIVERS, waiver.line, text));
    }
}

fn is_test(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "benches"))
}

#[derive(Debug)]
struct Waiver {
    line: usize,
    lines: usize,
}

/// Reads lines of the form `<path> <lines> <reason>`.
fn waivers(tree: &Tree, problems: &mut Vec<Problem>) -> BTreeMap<String, Waiver> {
    let mut waivers = BTreeMap::new();
    let text = tree.text(WAIVERS).unwrap_or_default();
    for (number, line) in (1..).zip(text.lines()) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut words = line.split_whitespace();
        match (words.next(), words.next().and_then(|word| word.parse().ok()), words.next()) {
            (Some(path), Some(lines), Some(_)) => {
                waivers.insert(path.to_owned(), Waiver { line: number, lines });
            }
            _ => {
                let text = "a waiver is a path, a number of lines and a reason";
                problems.push(Problem::new(WAIVERS, number, text));
            }
        }
    }
    waivers
}

/// Counts lines with code on them, outside of `#[cfg(test)] mod … { … }`.
fn code_lines(text: &str) -> usize {
    let code = Source::read(text).code;
    without_test_modules(&code).lines().filter(|line| !line.trim().is_empty()).count()
}

/// Cuts out each module that is marked `#[cfg(test)]` and has its body here.
fn without_test_modules(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::new();
    let mut rest = code;
    while let Some((before, marked)) = rest.split_once(MARK) {
        kept.push_str(before);
        let body = marked.find(['{', ';']).filter(|at| {
            marked.get(*at..).is_some_and(|body| body.starts_with('{'))
                && marked.get(..*at).is_some_and(|head| head.trim_start().starts_with("mod "))
        });
        match body {
            Some(start) => rest = marked.get(end_of_block(marked, start)..).unwrap_or_default(),
            None => {
                kept.push_str(MARK);
                rest = marked;
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// The place after the brace that closes the one at `start`.
fn end_of_block(code: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            _ => (),
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::super::tree::problems;
    use super::*;

    #[test]
    fn comments_blank_lines_and_tests_do_not_count() {
        let text = "//! Doc.\n\nuse a;\n/* x\n y */\nfn f() {\n    \"{\";\n}\n\n\
                    #[cfg(test)]\nmod tests {\n    fn g() {\n    }\n}\nfn h() {}\n";
        assert_eq!(code_lines(text), 5);
        assert_eq!(code_lines("#[cfg(test)]\nmod tests;\nfn f() {}\n"), 3);
        assert_eq!(code_lines("#[cfg(test)]\nfn helper() {\n}\n"), 3);
    }

    #[test]
    fn a_waiver_is_for_the_length_of_today() {
        let long = "a();\n".repeat(CODE_LINES_MAX + 1);
        let check = |waivers: &str, expect: &[&str]| {
            let files = [("long.rs", long.as_str()), ("short.rs", "a();\n"), (WAIVERS, waivers)];
            assert_eq!(problems(check, &files), expect, "{waivers}");
        };
        check("", &["long.rs: 401 lines of code, over 400: which two ideas are in it?"]);
        check("long.rs 401 it is one table\n", &[]);
        for (waiver, problem) in [
            ("long.rs 500 one table\n", "long.rs has 401 lines of code, its waiver is for 500"),
            ("long.rs 400 one table\n", "long.rs has 401 lines of code, its waiver is for 400"),
        ] {
            check(waiver, &[&format!("{WAIVERS}:1: {problem}")]);
        }
        check(
            "# A comment.\nlong.rs 401 it is one table\nshort.rs 1 x\nlost.rs 2 x\nshort.rs 3\n",
            &[
                &format!("{WAIVERS}:5: a waiver is a path, a number of lines and a reason"),
                &format!("{WAIVERS}:3: short.rs has 1 lines of code and needs no waiver any more"),
                &format!("{WAIVERS}:4: a waiver for lost.rs, which is not there or is not counted"),
            ],
        );
    }

    #[test]
    fn files_of_tests_may_be_long() {
        let long = "a();\n".repeat(CODE_LINES_MAX + 1);
        for path in ["tests/it/refs.rs", "crates/core/src/matcher/tests.rs", "benches/push.rs"] {
            assert!(problems(check, &[(path, &long)]).is_empty(), "{path}");
        }
    }
}
