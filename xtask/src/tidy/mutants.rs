//! The tables of `tests/mutants` fit the sources: each text is in its file once, each test exists.
//!
//! Whether a test fails without what is switched off, only `cargo xtask mutants` tells.

use super::tree::{Problem, Tree};
use crate::mutants::table::{self, Complaint, Mutant};

pub(super) fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    let tables = tree.texts(".txt").filter(|(path, _)| path.starts_with(table::FOLDER));
    for (path, text) in tables {
        let (mutants, complaints) = table::read(path, text);
        for Complaint { line, text } in complaints {
            problems.push(Problem::new(path, line, text));
        }
        for mutant in &mutants {
            check_text(tree, mutant, problems);
            check_tests(tree, mutant, problems);
        }
    }
}

fn check_text(tree: &Tree, mutant: &Mutant, problems: &mut Vec<Problem>) {
    let complaint = match tree.text(&mutant.file) {
        None => Some("its file is not there"),
        Some(text) => mutant.applied_to(text).err(),
    };
    if let Some(complaint) = complaint {
        let text = format!("{}: {complaint}", mutant.file);
        problems.push(Problem::new(&mutant.table, mutant.line, text));
    }
}

fn check_tests(tree: &Tree, mutant: &Mutant, problems: &mut Vec<Problem>) {
    for test in &mutant.fails {
        let function = test.name.rsplit("::").next().unwrap_or_default();
        let line = format!("fn {function}(");
        if !tree.texts(".rs").any(|(_, text)| text.contains(&line)) {
            let text = format!("there is no test {test}");
            problems.push(Problem::new(&mutant.table, mutant.line, text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::problems;
    use super::*;

    #[test]
    fn a_table_that_no_longer_fits_is_found() {
        let table = "[a]\nfile a.rs\n- once\n+ never\nfails push t::holds\n\
            [b]\nfile a.rs\n- twice\n+ never\nfails push t::gone\n\
            [c]\nfile b.rs\n- x\n+ y\nfails push t::holds\n[d]\n";
        let files = [
            ("a.rs", "once twice twice fn holds() {}"),
            ("tests/mutants/a.txt", table),
            ("docs/a.txt", "[x]"),
        ];
        let found = problems(check, &files);
        assert_eq!(
            found,
            [
                "tests/mutants/a.txt:16: it names no file",
                "tests/mutants/a.txt:6: a.rs: its text is in the file more than once",
                "tests/mutants/a.txt:6: there is no test push t::gone",
                "tests/mutants/a.txt:11: b.rs: its file is not there",
                "tests/mutants/a.txt:16: : its file is not there",
            ]
        );
    }
}
