//! Packs written by hand, with entries that no honest client sends.

use std::{fs, io::Write, path::Path};

use pushgate_git::{ObjectId, Objects};

use crate::support::Lab;

pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut stream =
        gix::zlib::stream::deflate::Write::new(Vec::new(), gix::zlib::Compression::BEST_SPEED);
    stream.write_all(bytes).unwrap();
    stream.flush().unwrap();
    stream.into_inner()
}

/// The header of a pack entry: a type, and a size that may be a lie.
pub(crate) fn entry_header(kind: u8, size: u64) -> Vec<u8> {
    let mut header = vec![(kind << 4) | (size & 0xf) as u8];
    let mut rest = size >> 4;
    while rest > 0 {
        *header.last_mut().unwrap() |= 0x80;
        header.push((rest & 0x7f) as u8);
        rest >>= 7;
    }
    header
}

pub(crate) fn sized(mut size: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while size > 0x7f {
        bytes.push((size & 0x7f) as u8 | 0x80);
        size >>= 7;
    }
    bytes.push(size as u8);
    bytes
}

pub(crate) fn pack_id(number: u8) -> ObjectId {
    ObjectId::from_bytes_or_panic(&[number; 20])
}

/// Writes a pack of `entries`, named 1, 2, …, with an index that agrees with it.
pub(crate) fn write_pack(lab: &mut Lab, entries: &[Vec<u8>]) -> Objects {
    let folder = lab.make_quarantine().join("pack");
    fs::create_dir(&folder).unwrap();
    write_pack_at(&folder, 1, entries);
    lab.objects()
}

/// Writes the pack of `entries`, named `first` and so on, into `folder`.
pub(crate) fn write_pack_at(folder: &Path, first: u8, entries: &[Vec<u8>]) {
    let count = u32::try_from(entries.len()).unwrap().to_be_bytes();
    let mut pack = [b"PACK".as_slice(), &[0, 0, 0, 2], &count].concat();
    let mut offsets = Vec::new();
    for entry in entries {
        offsets.extend_from_slice(&u32::try_from(pack.len()).unwrap().to_be_bytes());
        pack.extend_from_slice(entry);
    }
    let checksum = [0xcc; 20];
    pack.extend_from_slice(&checksum);
    fs::write(folder.join(format!("pack-{first}.pack")), &pack).unwrap();
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    let names: Vec<u8> = (first..).take(entries.len()).collect();
    for byte in 0..=255_u8 {
        let count = names.iter().filter(|name| **name <= byte).count();
        index.extend_from_slice(&u32::try_from(count).unwrap().to_be_bytes());
    }
    for number in names {
        index.extend_from_slice(pack_id(number).as_slice());
    }
    index.extend_from_slice(&vec![0; 4 * entries.len()]);
    index.extend_from_slice(&offsets);
    index.extend_from_slice(&checksum);
    index.extend_from_slice(&checksum);
    fs::write(folder.join(format!("pack-{first}.idx")), index).unwrap();
}

pub(crate) fn blob(bytes: &[u8]) -> Vec<u8> {
    [entry_header(3, bytes.len() as u64), deflate(bytes)].concat()
}

pub(crate) fn ref_delta(base: u8, size: u64, delta: &[u8]) -> Vec<u8> {
    [entry_header(7, size), vec![base; 20], deflate(delta)].concat()
}

/// The most virtual memory that this process ever had.
pub(crate) fn memory_peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmPeak:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}
