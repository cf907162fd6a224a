//! What stands behind a commit, compared with what git says of every later one.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;

use pushgate_git::descent::{CommitSummary, Descent, Follows, Wanted, descent};
use pushgate_git::{GitLimits, Incoming, LimitExceeded, ObjectId, Objects, Push};

use crate::attribute::{Named, paths};
use crate::random::{Random, history};
use crate::support::{Lab, Update, WAYS, id};

const ONE: NonZero<usize> = NonZero::<usize>::MIN;

fn lines(lab: &Lab, args: &[&str]) -> BTreeSet<String> {
    let output = lab.hook(args, b"");
    String::from_utf8(output).unwrap().lines().map(str::to_owned).collect()
}

fn asked(incoming: &Incoming, objects: &Objects, wanted: &[Wanted]) -> Descent {
    descent(incoming, objects, &[], wanted, ONE).unwrap()
}

/// The files of a commit; submodules are none.
fn files(lab: &Lab, commit: &str) -> BTreeMap<Vec<u8>, Named> {
    paths(lab, commit).into_iter().filter(|(_, (kind, _))| kind == "blob").collect()
}

/// All files of a commit, and its parents.
struct Seen {
    paths: BTreeMap<Vec<u8>, Named>,
    parents: Vec<String>,
}

fn seen(lab: &Lab, commit: &str) -> Seen {
    let line = lab.hook(&["rev-list", "--parents", "-1", commit], b"");
    let line = String::from_utf8(line).unwrap();
    let parents = line.trim().split(' ').skip(1).map(str::to_owned).collect();
    Seen { paths: files(lab, commit), parents }
}

/// Compares what passes behind a commit, where `behind` are the commits there, `merges` among them.
fn check_passing(
    lab: &Lab,
    summary: &CommitSummary,
    ends: &[&String],
    news: &BTreeMap<String, Seen>,
    (behind, merges): (&BTreeSet<String>, &BTreeSet<String>),
) {
    let commit = summary.id.to_string();
    // What a later commit takes away, and an end has not.
    let mut passing: BTreeSet<Vec<u8>> = BTreeSet::new();
    for later in behind {
        let Some(seen) = news.get(later) else { continue };
        let before = seen.parents.iter().filter(|id| **id == commit || behind.contains(*id));
        let gone = before.flat_map(|id| news[id].paths.keys());
        let gone = gone.filter(|path| !seen.paths.contains_key(*path));
        let is_passing =
            |path: &&Vec<u8>| ends.iter().any(|end| !files(lab, end).contains_key(*path));
        passing.extend(gone.filter(is_passing).cloned());
    }
    let told: BTreeSet<Vec<u8>> = summary.behind.passing.iter().map(|it| it.to_vec()).collect();
    assert!(told.is_subset(&passing), "{commit} {told:?} {passing:?}");
    // What a merge brings in that neither stands behind the commit nor was there before it.
    let parents = |merge: &String| news.get(merge).map_or(&[][..], |seen| &seen.parents);
    let beside: Vec<&String> = merges
        .iter()
        .flat_map(parents)
        .filter(|id| **id != commit && !behind.contains(*id))
        .collect();
    let is_new = |id: &&String| !lines(lab, &["rev-list", "-1", id, "--not", &commit]).is_empty();
    let more = told.len() < passing.len() || beside.iter().any(is_new);
    if more {
        assert!(summary.behind.passing_more, "{commit} {told:?} {passing:?}");
    } else if summary.behind.passing_more {
        // It is not looked for far back in what the server had.
        assert!(beside.iter().any(|id| !news.contains_key(*id)), "{commit}");
    }
}

/// Compares `summary` with what git says, where `news` are the new commits that it descends to.
fn check(lab: &Lab, summary: &CommitSummary, ends: &[String], news: &BTreeMap<String, Seen>) {
    let commit = summary.id.to_string();
    let own = &news[&commit];
    assert_eq!(summary.parents, own.parents.len());
    let raw = lab.hook(&["cat-file", "commit", &commit], b"");
    let header = raw.windows(2).position(|two| two == b"\n\n").unwrap();
    let header_lines = raw[..=header].iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(summary.header_lines, header_lines as u64);

    let is_ancestor =
        |of: &str| lines(lab, &["rev-list", "--max-count=1", &commit, "--not", of]).is_empty();
    let reached = (0..ends.len()).filter(|at| is_ancestor(&ends[*at]));
    let reached: Vec<usize> = reached.collect();
    assert_eq!(summary.tips, reached, "{commit}");

    let mut behind = BTreeSet::new();
    let mut merges = BTreeSet::new();
    for at in &reached {
        let range = format!("{commit}..{}", ends[*at]);
        behind.extend(lines(lab, &["rev-list", "--ancestry-path", &range]));
        let args = ["rev-list", "--ancestry-path", "--min-parents=2", &range];
        merges.extend(lines(lab, &args));
    }
    assert_eq!(summary.is_merged, !merges.is_empty(), "{commit}");

    let ends_reached: Vec<&String> = reached.iter().map(|at| &ends[*at]).collect();
    check_passing(lab, summary, &ends_reached, news, (&behind, &merges));
    assert!(!summary.behind.melts, "{commit}");

    for file in &summary.files {
        let path = file.path.to_vec();
        let has = |commit: &String| files(lab, commit).contains_key(&path);
        assert_eq!(file.is_added, !own.parents.iter().any(has), "{commit} {}", file.path);
        let gone = reached.iter().filter(|at| !has(&ends[**at])).count();
        assert_eq!(file.gone_at, gone, "{commit} {}", file.path);
        let is_other = |later: &String| {
            let seen = &news[later];
            let Some(version) = seen.paths.get(&path) else { return false };
            let before = seen.parents.iter().filter(|id| **id == commit || behind.contains(*id));
            !before.into_iter().any(|id| news[id].paths.get(&path) == Some(version))
        };
        assert_eq!(file.is_changed, behind.iter().any(is_other), "{commit} {}", file.path);
        let others: Vec<&String> = behind.iter().filter(|later| is_other(later)).collect();
        let is_always_there = behind.iter().all(|later| news[later].paths.contains_key(&path));
        let settled = match others.as_slice() {
            [later] if is_always_there => news[*later].paths.get(&path).cloned(),
            _ => None,
        };
        let settled = settled
            .filter(|id| reached.iter().all(|at| files(lab, &ends[*at]).get(&path) == Some(id)));
        let told = file.settled.map(|id| id.to_string());
        assert_eq!(told, settled.map(|(_, id)| id), "{commit} {}", file.path);
    }
}

#[test]
fn what_stands_behind_a_commit_is_what_git_says() {
    let (mut commits, mut merged, mut changed, mut gone) = (0, 0, 0, 0);
    for (at, way) in WAYS.into_iter().enumerate() {
        for seed in 1..=2 {
            let mut random = Random(seed * 0x517c_c1b7 + at as u64);
            let mut lab = Lab::new(way);
            let ids = history(&lab, &mut random, 24);
            lab.accept("refs/heads/old", random.pick::<String>(&ids));
            let tips: Vec<String> = (0..3).map(|_| random.pick(&ids[12..]).clone()).collect();
            lab.push(&tips.iter().map(String::as_str).collect::<Vec<_>>());
            let names = ["refs/heads/new0", "refs/heads/new1", "refs/heads/new2"];
            let updates = names.into_iter().zip(&tips).map(|(name, tip)| lab.update(name, tip));
            let updates: Vec<Update<'_>> = updates.collect();
            let announced: String = updates
                .iter()
                .map(|Update { name, old, new }| format!("{old} {new} {name}\n"))
                .collect();
            let push = Push::read(announced.as_bytes(), &lab.limits).unwrap();
            let objects = lab.objects();
            let incoming = Incoming::find(&push, &objects).unwrap();
            let fresh = [&["rev-list"], &tips.iter().map(String::as_str).collect::<Vec<_>>()[..]];
            let news = lines(&lab, &[&fresh.concat()[..], &["--not", "--all"]].concat());
            let news: BTreeMap<String, Seen> =
                news.into_iter().map(|id| (id.clone(), seen(&lab, &id))).collect();
            let wanted: Vec<Wanted> = news
                .iter()
                .map(|(commit, seen)| Wanted {
                    commit: id(commit),
                    paths: seen.paths.keys().take(5).map(|it| it.clone().into()).collect(),
                })
                .collect();
            let known = asked(&incoming, &objects, &wanted);
            assert_eq!(known.commits.len(), news.len());
            // A tip that the server has has no new commit behind it.
            let ends: Vec<String> =
                known.tips.iter().map(|tip| tip.commit.unwrap_or(tip.id).to_string()).collect();
            for summary in &known.commits {
                check(&lab, summary, &ends, &news);
                commits += 1;
                merged += usize::from(summary.is_merged);
                changed += summary.files.iter().filter(|file| file.is_changed).count();
                gone += summary.files.iter().map(|file| file.gone_at).sum::<usize>();
            }
        }
    }
    let worth = [commits, merged, changed, gone];
    assert!(worth.iter().all(|count| *count > 10), "the cases must be worth it: {worth:?}");
}

/// Three commits in a row, of which the second changes the file of the first.
fn row(lab: &mut Lab) -> (Incoming, Objects, Vec<Wanted>) {
    let first = lab.commit(&[("a", b"1"), ("b", b"1")]);
    lab.commit(&[("a", b"2")]);
    let last = lab.commit(&[("c", b"1")]);
    lab.push(&[&last]);
    let (_, objects, incoming) = lab.incoming(&[lab.update("refs/heads/main", &last)]);
    let paths = vec!["a".into(), "b".into()];
    (incoming, objects, vec![Wanted { commit: id(&first), paths }])
}

#[test]
fn beyond_a_bound_each_file_counts_as_changed() {
    for (steps, lookups, changed) in [(100, 100, [true, false]), (4, 100, [true, true])]
        .into_iter()
        .chain([(100, 2, [true, true]), (0, 0, [true, true])])
    {
        let mut lab = Lab::new(WAYS[1]);
        lab.limits =
            GitLimits { descent_steps_max: steps, descent_lookups_max: lookups, ..lab.limits };
        let (incoming, objects, wanted) = row(&mut lab);
        let known = asked(&incoming, &objects, &wanted);
        let told: Vec<bool> = known.commits[0].files.iter().map(|file| file.is_changed).collect();
        assert_eq!(told, changed, "{steps} steps, {lookups} lookups");
    }
}

#[test]
fn beyond_a_bound_anything_may_stand_behind_a_commit() {
    // What is looked up for the files does not count: here nothing is taken away.
    for (steps, lookups, is_unknown) in [(100, 100, false), (4, 100, true), (100, 2, false)] {
        let mut lab = Lab::new(WAYS[1]);
        lab.limits =
            GitLimits { descent_steps_max: steps, descent_lookups_max: lookups, ..lab.limits };
        let (incoming, objects, wanted) = row(&mut lab);
        let known = asked(&incoming, &objects, &wanted);
        let behind = &known.commits[0].behind;
        let told = [behind.passing_more, behind.melts];
        assert_eq!(told, [is_unknown; 2], "{steps} steps, {lookups} lookups");
    }
}

#[test]
fn of_too_many_commits_the_first_are_answered_for() {
    let mut lab = Lab::new(WAYS[1]);
    let ids: Vec<String> = (0..70).map(|_| lab.commit(&[])).collect();
    lab.push(&[&ids[69]]);
    let (_, objects, incoming) = lab.incoming(&[lab.update("refs/heads/main", &ids[69])]);
    let wanted: Vec<Wanted> =
        ids.iter().map(|commit| Wanted { commit: id(commit), paths: Vec::new() }).collect();
    let known = asked(&incoming, &objects, &wanted);
    let answered: Vec<ObjectId> = known.commits.iter().map(|commit| commit.id).collect();
    assert_eq!(answered, wanted[..64].iter().map(|it| it.commit).collect::<Vec<_>>());
    assert!(known.commits.iter().all(|commit| commit.tips == [0]));
}

#[test]
fn what_cannot_be_walked_in_time_is_an_error() {
    let mut lab = Lab::new(WAYS[1]);
    let (incoming, _, wanted) = row(&mut lab);
    lab.limits.deadline = Some(std::time::Instant::now());
    let objects = lab.objects();
    let over = descent(&incoming, &objects, &[], &wanted, ONE);
    assert!(matches!(over, Err(LimitExceeded::Deadline)), "{over:?}");
}

#[test]
fn tags_on_the_way_are_told_from_the_outermost() {
    let mut lab = Lab::new(WAYS[1]);
    let commit = lab.commit(&[("a", b"1")]);
    lab.client(&["tag", "-a", "-m", "x", "inner"]);
    lab.client(&["tag", "-a", "-m", "x", "outer", "inner"]);
    let [inner, outer] = ["inner", "outer"].map(|name| lab.client(&["rev-parse", name]));
    lab.push(&[&outer]);
    let (_, objects, incoming) = lab.incoming(&[lab.update("refs/tags/outer", &outer)]);
    let wanted = [Wanted { commit: id(&commit), paths: Vec::new() }];
    let known = asked(&incoming, &objects, &wanted);
    assert_eq!(known.tips[0].id, id(&outer));
    assert_eq!(known.tips[0].tags, [id(&outer), id(&inner)]);
    assert_eq!(known.tips[0].commit, Some(id(&commit)));
}

/// Lines of a text, numbered from `from` on.
fn numbered(from: usize, count: usize) -> String {
    (from..from + count).map(|line| format!("this is line {line}\n")).collect()
}

#[test]
fn a_file_is_gone_only_where_git_does_not_follow_it() {
    let base = numbered(0, 40);
    let (mut followed, mut gone, mut unsure) = (0, 0, 0);
    for kept in (0..=40).step_by(2) {
        for more in [0, 20, 60] {
            let mut lab = Lab::new(WAYS[1]);
            let other = numbered(0, kept) + &numbered(1000, more);
            let first = lab.commit(&[("a", base.as_bytes()), ("keep", b"1")]);
            lab.client(&["rm", "-q", "a"]);
            let second = lab.commit(&[("d/b", other.as_bytes()), ("d/c", b"x\n")]);
            let last = lab.commit(&[("z", b"1")]);
            lab.push(&[&last]);
            let (_, objects, incoming) = lab.incoming(&[lab.update("refs/heads/main", &last)]);
            let wanted = vec![Wanted { commit: id(&first), paths: vec!["a".into()] }];
            let known = asked(&incoming, &objects, &wanted);
            let file = &known.commits[0].files[0];
            assert_eq!(file.gone_at, 1);
            let told = lab.client(&["diff", "-M", "--name-status", &first, &second]);
            let is_renamed = told.lines().any(|line| line.starts_with('R'));
            match file.follows {
                Follows::Yes => assert!(is_renamed, "{kept} {more}"),
                Follows::No => assert!(!is_renamed, "{kept} {more}"),
                Follows::Perhaps => unsure += 1,
            }
            followed += usize::from(file.follows == Follows::Yes);
            gone += usize::from(file.follows == Follows::No);
        }
    }
    assert!(followed > 5 && gone > 5 && unsure > 3, "{followed} {gone} {unsure}");
}
