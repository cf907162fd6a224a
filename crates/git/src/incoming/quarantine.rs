//! What was sent: loose objects and packs of the quarantine, without what the base has.
//!
//! Git completes thin packs with objects that the server has, so not all that lies here is new.

use std::{
    fs,
    num::NonZero,
    path::{Path, PathBuf},
};

use gix::{ObjectId, hash};

use super::{Incoming, IncomingObject, Part, Sent, Unlisted, Unreadable, sent::NOT_SENT};
use crate::{Header, LimitExceeded, Objects, ReadError, limits::Budget, pack::Forest};

/// Objects of a pack that are listed between two looks at the clock.
const LISTED_BETWEEN_LOOKS: u64 = 64;

/// Adds all that was sent, and notes where it stands. What is in packs with a forest is looked up in
/// the base on `threads` threads.
pub(super) fn collect(
    objects: &Objects,
    forests: &[Forest],
    threads: NonZero<usize>,
    Sent { incoming, places, .. }: &mut Sent,
) -> Result<(), LimitExceeded> {
    places.resize_with(forests.len(), Vec::new);
    let Some(quarantine) = &objects.quarantine else { return Ok(()) };
    // Objects are counted when they are added; this one looks at the clock.
    let mut clock = Budget::new("objects_max", u64::MAX, objects.limits());
    let ids = loose(quarantine.path(), objects.format(), incoming);
    for (at, id) in ids.iter().enumerate() {
        if let Err(late) = clock.spend(1) {
            return Err(cut_off(incoming, late, (ids.len() - at) as u64));
        }
        if !objects.contains_base(id) {
            add(objects, incoming, *id, objects.header(id))?;
        }
    }
    let packs = quarantine.packs();
    for (path, cause) in &packs.broken {
        let (path, cause) = (path.clone(), cause.clone());
        incoming.unreadable.push(Unreadable::File { path, cause });
    }
    for path in &packs.unexpected {
        let cause = "not a file that git puts there".to_owned();
        incoming.unreadable.push(Unreadable::File { path: path.clone(), cause });
    }
    for (at, pack) in packs.packs.iter().enumerate() {
        if let Err(error) = pack.check() {
            let (path, cause) = (pack.path().to_owned(), error.to_string());
            incoming.unreadable.push(Unreadable::File { path, cause });
        }
        incoming.reserve(pack.count(), objects);
        let mut seen: u64 = 0;
        let mut sink = |id, is_old, header| {
            if seen.is_multiple_of(LISTED_BETWEEN_LOOKS) {
                clock.spend(1)?;
            }
            seen += 1;
            match is_old {
                true => Ok(None),
                false => add(objects, incoming, id, header),
            }
        };
        let forest = forests.iter().zip(places.iter_mut()).find(|(forest, _)| forest.is_of(pack));
        let listed = match forest {
            Some((forest, places)) => {
                places.reserve_exact(forest.len());
                let old = objects.base_has(pack, threads);
                let is_old = |position: u32| old.get(position as usize) == Some(&true);
                forest.headers(objects, |id, position, header| {
                    let place = sink(id, is_old(position), header)?;
                    places.push(place.unwrap_or(NOT_SENT));
                    Ok(())
                })
            }
            None => objects.pack_headers(pack, |id, header| {
                sink(id, objects.contains_base(&id), header).map(drop)
            }),
        };
        if let Err(error) = listed {
            let rest = packs.packs.iter().skip(at + 1).map(|pack| pack.count());
            let missing = rest.fold(pack.count().saturating_sub(seen), u64::saturating_add);
            return Err(cut_off(incoming, error, missing));
        }
    }
    Ok(())
}

/// Notes how many objects are missing in the list, if it is the deadline that cut it off.
fn cut_off(incoming: &mut Incoming, why: LimitExceeded, objects: u64) -> LimitExceeded {
    if why == LimitExceeded::Deadline {
        incoming.unlisted = Some(Unlisted { objects });
    }
    why
}

/// Adds an object, or notes why not; says where it stands.
fn add(
    objects: &Objects,
    incoming: &mut Incoming,
    id: ObjectId,
    header: Result<Header, ReadError>,
) -> Result<Option<u32>, LimitExceeded> {
    match header {
        Ok(Header { kind, size }) => {
            let end = incoming.objects.len();
            let object = IncomingObject { id, kind, size, part: Part::Quarantine };
            let place = match incoming.add(object, objects)? {
                true => Some(end),
                false => incoming.position(&id),
            };
            Ok(place.map(|place| place as u32))
        }
        Err(cause) => {
            incoming.note(id, cause);
            Ok(None)
        }
    }
}

/// The ids of loose objects, sorted.
fn loose(quarantine: &Path, format: hash::Kind, incoming: &mut Incoming) -> Vec<ObjectId> {
    let mut ids = Vec::new();
    let mut unexpected = |path: &Path, cause: String| {
        incoming.unreadable.push(Unreadable::File { path: path.to_owned(), cause });
    };
    for (path, folder) in names(quarantine, &mut unexpected) {
        match folder.as_str() {
            "pack" | "info" => continue,
            name if is_folder(name) && path.is_dir() => {}
            // Left behind by a writer that was killed; git does not take them over as objects.
            name if name.starts_with("tmp_") => continue,
            _ => {
                unexpected(&path, "not a file that git puts there".to_owned());
                continue;
            }
        }
        for (path, name) in names(&path, &mut unexpected) {
            let id = ObjectId::from_hex(format!("{folder}{name}").as_bytes()).ok();
            match id.filter(|id| id.kind() == format) {
                Some(id) => ids.push(id),
                None if name.starts_with("tmp_") => {}
                None => unexpected(&path, "not a file that git puts there".to_owned()),
            }
        }
    }
    ids.sort_unstable();
    ids
}

fn is_folder(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Paths and names in `folder`, sorted.
fn names(folder: &Path, failed: &mut dyn FnMut(&Path, String)) -> Vec<(PathBuf, String)> {
    let mut names = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            failed(folder, error.to_string());
            return names;
        }
    };
    for entry in entries {
        match entry {
            Ok(entry) => {
                names.push((entry.path(), entry.file_name().to_string_lossy().into_owned()));
            }
            Err(error) => failed(folder, error.to_string()),
        }
    }
    names.sort_unstable();
    names
}
