//! A file in `tests/it` that `main.rs` does not list is a file of tests that never run.

use super::rust::Source;
use super::tree::{Problem, Tree};

const FOLDER: &str = "tests/it/";
const LIST: &str = "tests/it/main.rs";

pub(super) fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    let list = Source::read(tree.text(LIST).unwrap_or_default()).code;
    let listed: Vec<&str> = list
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("pub(crate) ").strip_prefix("mod "))
        .map(|module| module.trim_end_matches([';', ' ', '{']))
        .collect();
    for path in tree.files.keys().filter(|path| path.as_str() != LIST) {
        let Some(inside) = path.strip_prefix(FOLDER) else { continue };
        let module = match inside.split_once('/') {
            Some((folder, "mod.rs")) => folder,
            Some(_) => continue,
            None => match inside.strip_suffix(".rs") {
                Some(module) => module,
                None => continue,
            },
        };
        if !listed.contains(&module) {
            let text = format!("not listed in {LIST}, so its tests never run");
            problems.push(Problem::new(path, 0, text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::problems;
    use super::*;

    #[test]
    fn a_file_that_is_not_listed_is_found() {
        let files = [
            (LIST, "//! Tests.\nmod accepts;\nmod servers;\n// mod refs;\n"),
            ("tests/it/accepts.rs", ""),
            ("tests/it/refs.rs", ""),
            ("tests/it/servers/mod.rs", ""),
            ("tests/it/servers/http.rs", ""),
            ("tests/it/faults/mod.rs", ""),
            ("tests/it/notes.txt", ""),
        ];
        assert_eq!(
            problems(check, &files),
            [
                "tests/it/faults/mod.rs: not listed in tests/it/main.rs, so its tests never run",
                "tests/it/refs.rs: not listed in tests/it/main.rs, so its tests never run",
            ]
        );
    }
}
