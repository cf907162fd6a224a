//! Packs of random objects and deltas, of which some are wrong.

use std::collections::BTreeMap;

use pushgate_git::{Kind, ObjectId};

use crate::{
    checker::{Numbers, compare, forests, walk_all},
    packs::{blob, deflate, entry_header, pack_id, ref_delta, sized, write_pack},
    support::{Arrival, Lab},
};

/// An object of a random pack.
struct Object {
    entry: Vec<u8>,
    /// Nothing if it cannot be read.
    bytes: Option<Vec<u8>>,
    offset: u64,
}

fn random_text(numbers: &mut Numbers, size: usize) -> Vec<u8> {
    (0..size).map(|_| b"abcdefgh\n"[numbers.below(9)]).collect()
}

pub(crate) fn copy(offset: usize, length: usize) -> Vec<u8> {
    let ([a, b, c, d], [e, f, g, _]) =
        ((offset as u32).to_le_bytes(), (length as u32).to_le_bytes());
    vec![0xff, a, b, c, d, e, f, g]
}

/// Copies as short as they can be written.
fn short_copy(offset: usize, length: usize) -> Vec<u8> {
    let mut instruction = vec![0x80];
    let length = if length == 0x10000 { 0 } else { length };
    let fields =
        [offset, offset >> 8, offset >> 16, offset >> 24, length, length >> 8, length >> 16];
    for (bit, field) in fields.into_iter().enumerate() {
        if field & 0xff != 0 {
            instruction[0] |= 1 << bit;
            instruction.push(field as u8);
        }
    }
    instruction
}

/// A delta on `base`, and what it makes of it.
fn random_delta(numbers: &mut Numbers, base: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    let (mut steps, mut result) = (Vec::new(), Vec::new());
    let length_max = [1, 8, base.len().max(1)][numbers.below(3)];
    let step_count = [0, 1, 5, 30, 300, 3000][numbers.below(6)];
    for _ in 0..step_count {
        if base.is_empty() || numbers.below(3) == 0 {
            let size_max = [3, 127][numbers.below(2)];
            let size = 1 + numbers.below(size_max);
            let text = random_text(numbers, size);
            steps.push(text.len() as u8);
            steps.extend_from_slice(&text);
            result.extend_from_slice(&text);
        } else {
            let start = numbers.below(base.len());
            let length = 1 + numbers.below(length_max.min(base.len() - start));
            steps.extend([copy, short_copy][numbers.below(2)](start, length));
            result.extend_from_slice(&base[start..start + length]);
        }
        if result.len() > 100_000 {
            break;
        }
    }
    let (mut base_size, mut size) = (base.len() as u64, result.len() as u64);
    let mut result = Some(result);
    if numbers.below(12) == 0 {
        result = None;
        match numbers.below(6) {
            0 => base_size += 1,
            1 => size += 1,
            2 if size > 0 => size -= 1,
            3 => steps.extend(copy(base.len(), 1)),
            4 => steps.push(0),
            _ => steps.extend([0x91, 0x00].iter().take(1)),
        }
        if steps.last() == Some(&0x91) {
            // Cut off in the copy.
            size += 1;
        }
    }
    ([sized(base_size), sized(size), steps].concat(), result)
}

fn distance(mut distance: u64) -> Vec<u8> {
    let mut bytes = vec![(distance & 0x7f) as u8];
    while distance > 0x7f {
        distance = (distance >> 7) - 1;
        bytes.insert(0, (distance & 0x7f) as u8 | 0x80);
    }
    bytes
}

fn random_pack(numbers: &mut Numbers, count: u8) -> Vec<Object> {
    let mut objects: Vec<Object> = Vec::new();
    let mut offset = 12;
    for _ in 0..count {
        let (entry, bytes) = if objects.is_empty() || numbers.below(6) == 0 {
            let size = [0, 1, 50, 2000, 40_000][numbers.below(5)];
            let text = random_text(numbers, size);
            (blob(&text), Some(text))
        } else {
            // Long chains as well as many children of one.
            let back = [1, 1, objects.len().min(3), objects.len()][numbers.below(4)];
            let at = objects.len() - 1 - numbers.below(back);
            let base = &objects[at];
            let text = base.bytes.clone().unwrap_or_else(|| b"abc".to_vec());
            let (delta, result) = random_delta(numbers, &text);
            let result = result.filter(|_| base.bytes.is_some());
            let size = delta.len() as u64;
            let entry = if numbers.below(2) == 0 {
                ref_delta(at as u8 + 1, size, &delta)
            } else {
                let distance = distance(offset - base.offset);
                [entry_header(6, size), distance, deflate(&delta)].concat()
            };
            (entry, result)
        };
        let length = entry.len() as u64;
        objects.push(Object { entry, bytes, offset });
        offset += length;
    }
    objects
}

fn check(seed: u64, forest_bytes_max: Option<u64>) {
    let mut numbers = Numbers(seed * 2 + 1);
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    if let Some(max) = forest_bytes_max {
        lab.limits.forest_bytes_max = max;
    }
    let count = 1 + numbers.below(200) as u8;
    let pack = random_pack(&mut numbers, count);
    let entries: Vec<Vec<u8>> = pack.iter().map(|object| object.entry.clone()).collect();
    let objects = write_pack(&mut lab, &entries);
    let seen = if forest_bytes_max.is_none() {
        let seen = walk_all(&objects);
        compare(&objects, &seen);
        seen
    } else {
        // What is large depends on the share of a thread.
        crate::checker::walk(&forests(&objects)[0], 1, |_, _| true).0
    };
    let numbered = |number: u8| (pack_id(number), &pack[usize::from(number) - 1]);
    let expected: BTreeMap<ObjectId, &Object> = (1..=count).map(numbered).collect();
    for (id, object) in &seen {
        let expected = expected[id].bytes.as_deref();
        let is_right = match (object.bytes(), expected) {
            (Some(bytes), Some(expected)) => bytes == (Kind::Blob, expected),
            (None, None) => true,
            (Some(_), None) => false,
            (None, Some(_)) => forest_bytes_max.is_some() && !object.is_unreadable(),
        };
        assert!(is_right, "seed {seed}, {id}: {object:?}");
    }
}

#[test]
fn any_pack_is_read_as_object_by_object() {
    for seed in 0..60 {
        check(seed, None);
    }
}

#[test]
fn any_pack_is_read_in_any_room() {
    for seed in 0..40 {
        check(seed, Some(1 << (10 + seed % 10)));
    }
}
