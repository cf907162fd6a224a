//! The names that branches have in the developer's clone, in place of those on the server.
//!
//! The hook knows a branch by the name that it is pushed to. A plan is carried out in the clone,
//! where another branch may have that name.

use pushgate_gate::report::branch_argument;

use super::Update;

/// Where a branch stands on the server.
const BRANCHES: &[u8] = b"refs/heads/";

/// A branch that is called otherwise here.
struct Renamed {
    there: String,
    here: String,
}

/// `message` with the commands of its plan, and what is said of them, for the branches of the clone.
pub(super) fn as_here(message: &str, updates: &[Update]) -> String {
    let renamed: Vec<Renamed> = updates.iter().filter_map(renamed).collect();
    if renamed.is_empty() {
        return message.to_owned();
    }
    let mut text = String::new();
    for line in message.lines() {
        let step = line.strip_prefix("    ").and_then(|step| {
            step.strip_prefix("# ")
                .map_or_else(|| command(step, &renamed), |words| guard(words, &renamed))
        });
        match step {
            Some(step) => text.push_str(&format!("    {step}")),
            None => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

fn renamed(update: &Update) -> Option<Renamed> {
    let here = update.local.as_deref()?.strip_prefix(BRANCHES)?;
    let there = update.name.strip_prefix(BRANCHES)?;
    (here != there).then_some(())?;
    Some(Renamed { there: branch_argument(there)?, here: branch_argument(here)? })
}

/// The command for the branch of the clone, if it names one: at its end, or before two dashes.
fn command(step: &str, renamed: &[Renamed]) -> Option<String> {
    ["git rebase -r ", "git checkout "].iter().find(|begin| step.starts_with(**begin))?;
    let (command, end) = match step.strip_suffix(" --") {
        Some(command) => (command, " --"),
        None => (step, ""),
    };
    renamed.iter().find_map(|Renamed { there, here }| {
        let command = command.strip_suffix(there.as_str())?;
        command.ends_with(' ').then(|| format!("{command}{here}{end}"))
    })
}

/// The line that says what a branch must hold.
fn guard(words: &str, renamed: &[Renamed]) -> Option<String> {
    let is_harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"._/@+-".contains(&byte);
    let name = |there: &str| {
        let here = renamed.iter().find(|known| known.there == there).map(|known| &*known.here);
        match here {
            Some(here) if here.bytes().all(is_harmless) => here.to_owned(),
            Some(_) => "your branch".to_owned(),
            None => there.to_owned(),
        }
    };
    if let Some((there, rest)) = words.strip_prefix("on ").and_then(|rest| rest.split_once(" at "))
    {
        return Some(format!("# on {} at {rest}", name(there)));
    }
    let (names, rest) = words.split_once(" must hold ")?;
    let names: Vec<String> = names.split(" and ").map(name).collect();
    Some(format!("# {} must hold {rest}", names.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::{Update, as_here};

    #[test]
    fn a_plan_is_for_the_branches_of_the_clone() {
        let update = |there: &str, here: &str| Update {
            name: format!("refs/heads/{there}").into_bytes(),
            new: "1".repeat(40),
            local: Some(format!("refs/heads/{here}").into_bytes()),
        };
        let updates =
            [update("main", "dev"), update("dev", "main"), update("a;b", "c;d"), update("x", "x")];
        for (line, expected) in [
            ("    # on main at 12, else see the page", "    # on dev at 12, else see the page"),
            ("    # main and dev and x must hold 12", "    # dev and main and x must hold 12"),
            ("    git rebase -r --onto HEAD 12 main", "    git rebase -r --onto HEAD 12 dev"),
            ("    git rebase -r -i 12~1 'a;b'", "    git rebase -r -i 12~1 'c;d'"),
            ("    git checkout dev --", "    git checkout main --"),
            ("    git tag -f main HEAD", "    git tag -f main HEAD"),
            ("    git rebase -r --onto HEAD 12 remain", "    git rebase -r --onto HEAD 12 remain"),
            ("    in 12 on main: x", "    in 12 on main: x"),
        ] {
            assert_eq!(as_here(line, &updates), format!("{expected}\n"));
        }
    }
}
