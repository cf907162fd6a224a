//! Where objects stand, compared with what git says of every commit.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::num::NonZero;

use bstr::BString;
use pushgate_git::pack::Forest;
use pushgate_git::{Kind, ObjectId, Place, Places, attribute};

use crate::support::{Checked, Lab, WAYS, id};

const ONE: NonZero<usize> = NonZero::<usize>::MIN;
/// How many objects are asked for by themselves in each case.
const ONE_BY_ONE: usize = 24;

/// An object, as the type and the name that git has for it.
pub(crate) type Named = (String, String);

/// All paths of a commit with their objects, folders among them; the root has no name.
pub(crate) fn paths(lab: &Lab, commit: &str) -> BTreeMap<Vec<u8>, Named> {
    let listed = lab.hook(&["ls-tree", "-r", "-t", "-z", "--full-tree", commit], b"");
    let entries = listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
    let entry = |entry: &[u8]| {
        let tab = entry.iter().position(|byte| *byte == b'\t').unwrap();
        let words = String::from_utf8(entry[..tab].to_vec()).unwrap();
        let words: Vec<_> = words.split(' ').collect();
        (entry[tab + 1..].to_vec(), (words[1].to_owned(), words[2].to_owned()))
    };
    let root = lab.hook(&["rev-parse", &format!("{commit}^{{tree}}")], b"");
    let root = String::from_utf8(root).unwrap().trim().to_owned();
    entries.map(entry).chain([(Vec::new(), ("tree".to_owned(), root))]).collect()
}

/// Every commit and path that brings an object there, says git; for commits that are new.
pub(crate) fn introduced(lab: &Lab, commits: &[String]) -> BTreeSet<(String, String, Vec<u8>)> {
    let mut introduced = BTreeSet::new();
    for commit in commits {
        let parents = of_parents(lab, commit);
        for (path, object) in paths(lab, commit) {
            if parents.iter().all(|parent| parent.get(&path) != Some(&object)) {
                introduced.insert((object.1, commit.clone(), path));
            }
        }
    }
    introduced
}

/// The paths of each parent of a commit.
fn of_parents(lab: &Lab, commit: &str) -> Vec<BTreeMap<Vec<u8>, Named>> {
    let line = lab.hook(&["rev-list", "--parents", "-1", commit], b"");
    let line = String::from_utf8(line).unwrap();
    line.trim().split(' ').skip(1).map(|parent| paths(lab, parent)).collect()
}

/// What stood before at each place of a blob or tree, says git too.
fn check_before(lab: &Lab, places: &Places, checked: &Checked) {
    let mut known = BTreeMap::new();
    for object in &checked.incoming.objects {
        let is_folder = object.kind == Kind::Tree;
        if !is_folder && object.kind != Kind::Blob {
            continue;
        }
        for place in places.of(&object.id) {
            let Some(commit) = place.commit else {
                assert_eq!((place.commit_parents, place.before.len()), (None, 0));
                continue;
            };
            let parents =
                known.entry(commit).or_insert_with(|| of_parents(lab, &commit.to_string()));
            let is_same = |kind: &str| kind != "commit" && (kind == "tree") == is_folder;
            let before: BTreeSet<_> = parents
                .iter()
                .filter_map(|parent| parent.get(place.path.as_slice()))
                .filter(|(kind, _)| is_same(kind))
                .map(|(_, object)| id(object))
                .collect();
            assert_eq!(place.before, before.into_iter().collect::<Vec<_>>(), "{place:?}");
            assert_eq!(place.commit_parents, Some(parents.len()));
        }
    }
}

/// What parents have comes before what their children have in its place.
fn check_order(places: &Places, wanted: &HashSet<ObjectId>) {
    for id in wanted.iter().filter(|id| places.of(id).len() == 1) {
        let before = places.of(id).iter().flat_map(|place| &place.before);
        for before in before.filter(|before| places.of(before).len() == 1) {
            assert!(places.order(before) < places.order(id), "{before} before {id}");
        }
    }
}

/// The places of `wanted`, found without what the packs tell of trees; with it they are the same,
/// for all of them at once and for each by itself, which leaves the most trees out.
fn places(checked: &Checked, wanted: &HashSet<ObjectId>) -> Places {
    let Checked { incoming, objects, .. } = checked;
    let slow = attribute(incoming, objects, &[], wanted, ONE);
    let forests = Forest::all(objects, ONE);
    let one_by_one = wanted.iter().take(ONE_BY_ONE).map(|id| (HashSet::from([*id]), 1));
    for (wanted, threads) in [(wanted.clone(), 3)].into_iter().chain(one_by_one) {
        let threads = NonZero::new(threads).unwrap();
        let places = attribute(incoming, objects, &forests, &wanted, threads);
        for id in wanted {
            assert_eq!(places.of(&id), slow.of(&id), "{id}");
            assert_eq!(places.is_cut(&id), slow.is_cut(&id), "{id}");
        }
    }
    slow
}

/// Asks for all incoming objects, and compares with [`introduced`].
pub(crate) fn check(lab: &Lab, checked: &Checked) -> Places {
    let wanted: HashSet<ObjectId> =
        checked.incoming.objects.iter().map(|object| object.id).collect();
    let places = places(checked, &wanted);
    let is_commit =
        |id: &ObjectId| checked.incoming.get(id).is_some_and(|object| object.kind == Kind::Commit);
    let ours: Vec<_> = wanted
        .iter()
        .filter(|id| !is_commit(id))
        .flat_map(|id| places.of(id).iter().map(move |place| (id, place)))
        .filter_map(|(id, place)| {
            let commit = place.commit?.to_string();
            Some((id.to_string(), commit, place.path.to_vec()))
        })
        .collect();
    let unique: BTreeSet<_> = ours.iter().cloned().collect();
    assert_eq!(unique.len(), ours.len(), "each place once");
    let news = checked.push.updates.iter().map(|update| update.new_id.to_string());
    let news = news.filter(|id| *id != lab.null());
    let tips = lab.server(&["for-each-ref", "--format=^%(objectname)"]);
    let input: Vec<_> = news.chain(tips.lines().map(str::to_owned)).collect();
    let commits = lab.hook(&["rev-list", "--stdin"], input.join("\n").as_bytes());
    let commits: Vec<_> = String::from_utf8(commits).unwrap().lines().map(str::to_owned).collect();
    let theirs: BTreeSet<_> = introduced(lab, &commits)
        .into_iter()
        .filter(|(object, _, _)| wanted.contains(&id(object)))
        .collect();
    assert_eq!(unique, theirs);
    check_before(lab, &places, checked);
    check_order(&places, &wanted);
    check_refs(lab, &places, &wanted, checked);
    places
}

/// Each place names the first update that reaches its commit.
fn check_refs(lab: &Lab, places: &Places, wanted: &HashSet<ObjectId>, checked: &Checked) {
    let mut reached = Vec::new();
    for update in &checked.push.updates {
        let new = update.new_id.to_string();
        if new != lab.null() {
            reached.push((update.name.clone(), lab.reachable(&[&new])));
        }
    }
    for id in wanted {
        for Place { commit, ref_name, .. } in places.of(id) {
            let object = commit.unwrap_or(*id).to_string();
            let first = reached.iter().find(|(_, objects)| objects.contains(&object));
            assert_eq!(Some(ref_name), first.map(|(name, _)| name), "{object}");
        }
    }
}

/// A place: commit, path, and ref.
type Stand = (Option<ObjectId>, BString, BString);

fn place(commit: &str, path: &str, ref_name: &str) -> Stand {
    (Some(id(commit)), path.into(), ref_name.into())
}

/// The places of an object.
fn stands(places: &Places, object: &ObjectId) -> Vec<Stand> {
    let stand = |place: &Place| (place.commit, place.path.clone(), place.ref_name.clone());
    places.of(object).iter().map(stand).collect()
}

#[test]
fn a_file_stands_where_a_commit_brings_it() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one"), ("folder/deep/b", b"two")]);
        lab.accept("refs/heads/main", &old);
        let first = lab.commit(&[("folder/deep/b", b"secret"), ("copy", b"secret")]);
        let removed = lab.commit(&[("folder/deep/b", b"gone"), ("copy", b"gone")]);
        let back = lab.commit(&[("folder/deep/b", b"secret")]);
        let tip = lab.commit(&[("a", b"unrelated")]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        let places = check(&lab, &checked);
        let blob = id(&lab.client(&["rev-parse", &format!("{first}:copy")]));
        let main = "refs/heads/main";
        let expected = [
            place(&first, "copy", main),
            place(&first, "folder/deep/b", main),
            place(&back, "folder/deep/b", main),
        ];
        assert_eq!(stands(&places, &blob), expected);
        assert!(!places.is_cut(&blob));
        let spec = |spec: String| id(&lab.client(&["rev-parse", &spec]));
        let before = |place: usize| places.of(&blob)[place].before.clone();
        assert!(before(0).is_empty());
        assert_eq!(before(1), [spec(format!("{old}:folder/deep/b"))]);
        assert_eq!(before(2), [spec(format!("{removed}:folder/deep/b"))]);
        let folder = spec(format!("{first}:folder"));
        assert_eq!(places.of(&folder)[0].before, [spec(format!("{old}:folder"))]);
        let root = spec(format!("{first}^{{tree}}"));
        assert_eq!(places.of(&root)[0].before, [spec(format!("{old}^{{tree}}"))]);
    }
}

#[test]
fn commits_and_tags_stand_under_the_first_ref_that_reaches_them() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let one = lab.commit(&[("a", b"one")]);
        let two = lab.commit(&[("a", b"two")]);
        lab.client(&["tag", "--message=x", "tag", "HEAD"]);
        let tag = lab.client(&["rev-parse", "tag"]);
        lab.push(&[&tag]);
        let updates = [
            lab.update("refs/tags/tag", &tag),
            lab.update("refs/heads/one", &one),
            lab.update("refs/heads/two", &two),
        ];
        let checked = lab.check(&updates);
        let places = check(&lab, &checked);
        assert_eq!(stands(&places, &id(&one)), [place(&one, "", "refs/tags/tag")]);
        assert_eq!(stands(&places, &id(&two)), [place(&two, "", "refs/tags/tag")]);
        let of_tag = (None, "".into(), "refs/tags/tag".into());
        assert_eq!(stands(&places, &id(&tag)), [of_tag]);
    }
}

#[test]
fn a_merge_is_the_place_of_what_no_parent_has() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one"), ("b", b"one")]);
        lab.accept("refs/heads/main", &old);
        lab.client(&["checkout", "--quiet", "-b", "side"]);
        lab.commit(&[("a", b"side")]);
        lab.client(&["checkout", "--quiet", "main"]);
        lab.commit(&[("b", b"main")]);
        lab.client(&["merge", "--quiet", "--no-commit", "side"]);
        let tip = lab.commit(&[("evil", b"only here"), ("b", b"resolved")]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        let places = check(&lab, &checked);
        let evil = id(&lab.client(&["rev-parse", "HEAD:evil"]));
        assert_eq!(stands(&places, &evil), [place(&tip, "evil", "refs/heads/main")]);
        let resolved = id(&lab.client(&["rev-parse", "HEAD:b"]));
        let [place] = places.of(&resolved) else { panic!() };
        assert_eq!(place.before.len(), 2, "one of each parent");
    }
}

#[test]
fn a_ref_to_a_tree_or_blob_is_a_place_without_a_commit() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        lab.commit(&[("folder/deep/a", b"one"), ("folder/b", b"two")]);
        let spec = |spec: &str| lab.client(&["rev-parse", spec]);
        let (tree, blob) = (spec("HEAD:folder"), spec("HEAD:folder/deep/a"));
        lab.push(&[&tree, &blob]);
        let updates = [lab.update("refs/x/tree", &tree), lab.update("refs/x/blob", &blob)];
        let checked = lab.check(&updates);
        let wanted = HashSet::from([id(&tree), id(&blob)]);
        let places = places(&checked, &wanted);
        let place = |path: &str, name: &str| {
            let ref_name: BString = format!("refs/x/{name}").into();
            (None, BString::from(path), ref_name)
        };
        assert_eq!(stands(&places, &id(&tree)), [place("", "tree")]);
        assert_eq!(stands(&places, &id(&blob)), [place("deep/a", "tree"), place("", "blob")]);
    }
}

#[test]
fn what_nothing_reaches_has_no_place() {
    let mut lab = Lab::new(WAYS[1]);
    let tip = lab.commit(&[("a", b"one")]);
    std::fs::write(lab.client.join("smuggled"), b"contraband").unwrap();
    let blob = lab.client(&["hash-object", "-w", "smuggled"]);
    let tree = lab.client(&["rev-parse", "HEAD^{tree}"]);
    let known = lab.client(&["rev-parse", "HEAD:a"]);
    lab.smuggle(&[&tip, &tree, &known, &blob]);
    let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
    let places = check(&lab, &checked);
    assert_eq!(places.of(&id(&blob)), []);
    assert!(!places.of(&id(&known)).is_empty());
}

#[test]
fn paths_are_bytes() {
    use std::os::unix::ffi::OsStrExt;
    for way in WAYS {
        let mut lab = Lab::new(way);
        let folder = lab.client.join(std::ffi::OsStr::from_bytes(b"f\xff \x1b"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("new\nline"), b"content").unwrap();
        let tip = lab.commit(&[]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        let places = check(&lab, &checked);
        let blob = checked.incoming.objects.iter().find(|object| object.kind == Kind::Blob);
        let [place] = places.of(&blob.unwrap().id) else { panic!() };
        assert_eq!(place.path, BString::from(b"f\xff \x1b/new\nline"));
    }
}

#[test]
fn places_are_kept_up_to_a_bound() {
    let mut lab = Lab::new(WAYS[0]);
    let names: Vec<_> = (0..9).map(|number| format!("f{number}")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), b"same".as_slice())).collect();
    let tip = lab.commit(&files);
    lab.push(&[&tip]);
    lab.limits.sites_per_object_max = 4;
    let (_, objects, incoming) = lab.incoming(&[lab.update("refs/heads/main", &tip)]);
    let blob = id(&lab.client(&["rev-parse", "HEAD:f0"]));
    let places = attribute(&incoming, &objects, &[], &HashSet::from([blob]), ONE);
    let paths: Vec<_> = places.of(&blob).iter().map(|place| place.path.to_string()).collect();
    assert_eq!(paths, ["f0", "f1", "f2", "f3"]);
    assert!(places.is_cut(&blob));
    // Enough was found before all was seen.
    let more = lab.commit(&[("later", b"same")]);
    lab.push(&[&more]);
    lab.limits.sites_per_object_max = 9;
    let (_, objects, incoming) = lab.incoming(&[lab.update("refs/heads/main", &more)]);
    let places = attribute(&incoming, &objects, &[], &HashSet::from([blob]), ONE);
    assert_eq!(places.of(&blob).len(), 9);
    assert!(places.is_cut(&blob));
    let none = attribute(&incoming, &objects, &[], &HashSet::new(), ONE);
    assert_eq!(none.of(&blob), []);
}
