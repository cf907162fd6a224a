//! Histories that nobody would think of, compared with git.

use crate::{
    attribute,
    support::{Lab, Update, WAYS, run},
};

/// A small generator of numbers; its seed is the name of a case.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const PATHS: [&str; 9] = ["a", "b", "x/a", "x/b", "x/y/a", "x/y/c", "z/a", "z/y/a", "x-"];
const CONTENTS: [&str; 7] = ["0", "1", "2", "3", "4", "5", "6"];

/// Writes a history of `count` commits into the client; returns their ids.
pub(crate) fn history(lab: &Lab, random: &mut Random, count: usize) -> Vec<String> {
    let mut script = String::new();
    for number in 1..=count {
        // Clocks are wrong now and then.
        let jump = if random.below(4) == 0 { random.below(90_000) } else { 0 };
        let date = 1_600_000_000 + number * 1000 - jump;
        script += &format!("commit refs/heads/b{number}\nmark :{number}\n");
        script += &format!("committer a <a@b> {date} +0000\ndata 1\nx\n");
        let parents = match random.below(10) {
            0 => 0,
            1 | 2 => 2,
            3 => 3,
            _ => 1,
        };
        let mut seen = Vec::new();
        for _ in 0..parents {
            // Mostly on what is recent.
            let back = if random.below(3) == 0 { random.below(count) } else { random.below(4) };
            if number > back + 1 && !seen.contains(&back) {
                let word = if seen.is_empty() { "from" } else { "merge" };
                script += &format!("{word} :{}\n", number - back - 1);
                seen.push(back);
            }
        }
        for _ in 0..random.below(4) {
            let path = random.pick(&PATHS);
            match random.below(6) {
                0 => script += &format!("D {path}\n"),
                1 if !seen.is_empty() => script += "D x\n",
                _ => {
                    let content = random.pick(&CONTENTS);
                    script += &format!("M 100644 inline {path}\ndata 1\n{content}\n");
                }
            }
        }
        script.push('\n');
    }
    let mut command = lab.command();
    command.arg("-C").arg(&lab.client).args(["fast-import", "--quiet"]);
    run(&mut command, script.as_bytes());
    let names: Vec<_> = (1..=count).map(|number| format!("b{number}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    lab.client(&[&["rev-parse"], &names[..]].concat()).lines().map(str::to_owned).collect()
}

#[test]
fn random_histories_are_read_as_git_reads_them() {
    let (mut stored, mut extra) = (0, 0);
    for (at, way) in WAYS.into_iter().enumerate() {
        for seed in 1..=5 {
            let mut random = Random(seed * 0x9e37_79b9 + at as u64);
            let mut lab = Lab::new(way);
            let commits = history(&lab, &mut random, 30);
            // Some commits came earlier; some of their branches are gone again.
            for _ in 0..4 {
                let commit = random.pick(&commits).clone();
                let name = format!("refs/heads/old{}", random.below(100));
                lab.accept(&name, &commit);
                if random.below(2) == 0 {
                    lab.server(&["update-ref", "-d", &name]);
                }
            }
            if random.below(2) == 0 {
                lab.server(&["repack", "-a", "-d", "-q", "--keep-unreachable"]);
                lab.server(&["pack-refs", "--all"]);
            }
            let tips: Vec<_> = (0..3).map(|_| random.pick(&commits).clone()).collect();
            let tips: Vec<_> = tips.iter().map(String::as_str).collect();
            lab.push(&tips);
            let names = ["refs/heads/new0", "refs/heads/new1", "refs/heads/new2"];
            let updates: Vec<_> = names
                .into_iter()
                .zip(&tips)
                .map(|(name, tip)| {
                    // Claims are as good as nothing.
                    let old = random.pick(&commits).clone();
                    let old = if random.below(2) == 0 { old } else { lab.null() };
                    Update { name, old, new: (*tip).to_owned() }
                })
                .collect();
            let checked = lab.check(&updates);
            attribute::check(&lab, &checked);
            stored += checked.exact.len();
            extra += checked.stored.len() - checked.exact.len();
        }
    }
    assert!(stored > 100, "the cases must be worth it: {stored}");
    assert!(extra < stored, "{extra} objects were taken in that refs reach, beside {stored}");
}
