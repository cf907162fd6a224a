//! Trees that are deltas of whatever chance chose, as no packer would: of the folders that they are
//! in, and of those that are in them.

use std::{collections::HashSet, num::NonZero};

use pushgate_git::{ObjectId, attribute, pack::Forest};

use crate::{
    attribute::check,
    packs::{deflate, entry_header, sized},
    random::{Random, history},
    support::{Lab, WAYS, id, run},
};

/// An object of the client.
struct Object {
    id: String,
    kind: u8,
    bytes: Vec<u8>,
}

/// All objects that the client has.
fn objects(lab: &Lab) -> Vec<Object> {
    let mut command = lab.command();
    command.arg("-C").arg(&lab.client).args(["cat-file", "--batch-all-objects", "--batch"]);
    let output = run(&mut command, b"").stdout;
    let mut rest = output.as_slice();
    let mut objects = Vec::new();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let line = String::from_utf8(rest[..end].to_vec()).unwrap();
        let words: Vec<_> = line.split(' ').collect();
        let kind = match words[1] {
            "commit" => 1,
            "tree" => 2,
            "blob" => 3,
            _ => 4,
        };
        let size: usize = words[2].parse().unwrap();
        let bytes = rest[end + 1..end + 1 + size].to_vec();
        objects.push(Object { id: words[0].to_owned(), kind, bytes });
        rest = &rest[end + size + 2..];
    }
    objects
}

/// A delta that copies what `bytes` and `base` have in common, cut where chance says.
fn delta(random: &mut Random, base: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut delta = [sized(base.len() as u64), sized(bytes.len() as u64)].concat();
    let mut at = 0;
    while at < bytes.len() {
        let longest = (0..base.len())
            .map(|from| {
                let pairs = base[from..].iter().zip(&bytes[at..]);
                (pairs.take_while(|(one, other)| one == other).count(), from)
            })
            .max();
        match longest {
            Some((length, from)) if length >= 4 && random.below(8) > 0 => {
                let length =
                    1 + random.below(length).max(length.saturating_sub(1 + random.below(30)));
                let length = length.min(longest.map_or(0, |(length, _)| length));
                delta.push(0xff);
                delta.extend((from as u32).to_le_bytes());
                delta.extend(&(length as u32).to_le_bytes()[..3]);
                at += length;
            }
            _ => {
                let length = (1 + random.below(40)).min(bytes.len() - at);
                delta.push(length as u8);
                delta.extend(&bytes[at..at + length]);
                at += length;
            }
        }
    }
    delta
}

/// A pack of objects, each beside the one that it is a delta of.
fn pack(random: &mut Random, objects: &[(&Object, Option<&Object>)], format: &str) -> Vec<u8> {
    let mut pack = [b"PACK\0\0\0\x02".as_slice(), &(objects.len() as u32).to_be_bytes()].concat();
    for (object, base) in objects {
        match base {
            Some(base) => {
                let delta = delta(random, &base.bytes, &object.bytes);
                pack.extend(entry_header(7, delta.len() as u64));
                pack.extend_from_slice(ObjectId::from_hex(base.id.as_bytes()).unwrap().as_slice());
                pack.extend(deflate(&delta));
            }
            None => {
                pack.extend(entry_header(object.kind, object.bytes.len() as u64));
                pack.extend(deflate(&object.bytes));
            }
        }
    }
    let kind = if format == "sha1" { gix::hash::Kind::Sha1 } else { gix::hash::Kind::Sha256 };
    let mut hasher = gix::hash::hasher(kind);
    hasher.update(&pack);
    pack.extend_from_slice(hasher.try_finalize().unwrap().as_slice());
    pack
}

/// A pack of `objects` in any order, of which most trees are deltas of another tree, one that is a
/// `pair` with it.
fn random_pack(
    random: &mut Random,
    objects: &mut [Object],
    pair: impl Fn(&Object, &Object) -> bool,
    format: &str,
) -> Vec<u8> {
    for at in 1..objects.len() {
        objects.swap(at, random.below(at + 1));
    }
    let mut packed = Vec::new();
    let mut trees: Vec<&Object> = Vec::new();
    for object in &*objects {
        // Git knows no delta of fewer than four bytes.
        let is_derived = object.kind == 2 && !object.bytes.is_empty() && random.below(8) > 0;
        let bases: Vec<_> = trees.iter().filter(|base| pair(base, object)).collect();
        let base = (is_derived && !bases.is_empty()).then(|| **random.pick(&bases));
        packed.push((object, base));
        if object.kind == 2 {
            trees.push(object);
        }
    }
    pack(random, &packed, format)
}

#[test]
fn trees_that_are_deltas_of_any_other_tree_are_placed_alike() {
    for (at, way) in WAYS.into_iter().enumerate() {
        for seed in 1..=6 {
            let mut random = Random(seed * 0x517c_c1b7 + at as u64);
            let mut lab = Lab::new(way);
            let commits = history(&lab, &mut random, 25);
            let pack = random_pack(&mut random, &mut objects(&lab), |_, _| true, way.0);
            lab.receive_pack(&pack);
            let tips = [commits.last().unwrap(), random.pick(&commits)];
            let names = ["refs/heads/new0", "refs/heads/new1"];
            let updates: Vec<_> =
                names.into_iter().zip(tips).map(|(name, tip)| lab.update(name, tip)).collect();
            check(&lab, &lab.check(&updates));
        }
    }
}

/// Whether two trees begin with the same name, as all versions of a folder do below.
fn is_same_folder(one: &Object, other: &Object) -> bool {
    let name = |tree: &Object| tree.bytes.split(|byte| *byte == 0).next().map(<[u8]>::to_vec);
    name(one) == name(other)
}

#[test]
fn only_what_a_commit_brings_is_read_although_all_trees_change() {
    for way in [WAYS[1], WAYS[3]] {
        for seed in 1..=4 {
            let mut random = Random(seed * 0x2545_f491);
            let mut lab = Lab::new(way);
            let mut tip = String::new();
            for number in 0..40_u8 {
                let text = [number];
                let mut files = vec![("x/a", &text[..]), ("x/y/b", &text), ("z", &text)];
                files.extend((number == 20).then_some(("x/y/secret", &b"wanted"[..])));
                tip = lab.commit(&files);
            }
            let pack = random_pack(&mut random, &mut objects(&lab), is_same_folder, way.0);
            lab.receive_pack(&pack);
            // The three folders of the commit and of its parent, with at most three entries each.
            lab.limits.tree_entries_max = 3 * 4 * 2;
            let (_, objects, incoming) = lab.incoming(&[lab.update("refs/heads/main", &tip)]);
            let secret = id(&lab.client(&["rev-parse", &format!("{tip}:x/y/secret")]));
            let wanted = HashSet::from([secret]);
            let one = NonZero::<usize>::MIN;
            let slow = attribute(&incoming, &objects, &[], &wanted, one);
            assert!(slow.exceeded().is_some(), "the bound must be worth it");
            assert!(slow.is_cut(&secret), "what was not looked at may hold it");
            let forests = Forest::all(&objects, NonZero::<usize>::MIN);
            let places = attribute(&incoming, &objects, &forests, &wanted, one);
            assert_eq!(places.exceeded(), None);
            let place = &places.of(&secret)[0];
            assert_eq!((places.of(&secret).len(), place.path.as_slice()), (1, &b"x/y/secret"[..]));
        }
    }
}

#[test]
fn a_folder_that_is_a_delta_of_the_folder_that_it_is_in_is_looked_into() {
    let way = WAYS[1];
    let mut random = Random(0x9e37_79b9);
    let mut lab = Lab::new(way);
    let first = lab.commit(&[("c/x", b"wanted"), ("pad", b"pad")]);
    let tip = lab.commit(&[("d/x", b"wanted"), ("d/y", b"other")]);
    let all = objects(&lab);
    let object = |spec: &str| {
        let id = lab.client(&["rev-parse", spec]);
        all.iter().find(|object| object.id == id).unwrap()
    };
    let outer = object(&format!("{first}^{{tree}}"));
    let inner = object(&format!("{first}:c"));
    let derived = object(&format!("{tip}:d"));
    let bases = [(&inner.id, outer), (&derived.id, inner)];
    let base =
        |object: &Object| bases.iter().find(|(id, _)| **id == object.id).map(|(_, base)| *base);
    let mut packed: Vec<_> = all.iter().map(|object| (object, base(object))).collect();
    // Bases come first, and the outer one before the tree of the other commit.
    let order = [&outer.id, &inner.id, &derived.id];
    packed.sort_by_key(|(object, _)| order.iter().position(|id| **id == object.id));
    packed.rotate_left(all.len() - order.len());
    let pack = pack(&mut random, &packed, way.0);
    lab.receive_pack(&pack);
    let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
    let places = check(&lab, &checked);
    let wanted = id(&lab.client(&["rev-parse", &format!("{tip}:d/x")]));
    assert_eq!(places.of(&wanted).len(), 2);
}
