//! Packs written by hand, with what git's own clients never send.

use super::encode::{hex, sha1, unhex};

/// A kind of object, with its number in a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Commit = 1,
    Tree = 2,
    Blob = 3,
    Tag = 4,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Commit => "commit",
            Kind::Tree => "tree",
            Kind::Blob => "blob",
            Kind::Tag => "tag",
        }
    }
}

/// The id of an object, as git computes it.
pub fn id(kind: Kind, content: &[u8]) -> String {
    let mut bytes = format!("{} {}\0", kind.word(), content.len()).into_bytes();
    bytes.extend(content);
    hex(&sha1(&bytes))
}

/// A tree's bytes, in just this order.
pub fn tree(entries: &[(&str, &[u8], &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend(mode.bytes());
        bytes.push(b' ');
        bytes.extend(*name);
        bytes.push(0);
        bytes.extend(unhex(id));
    }
    bytes
}

/// A commit's bytes.
pub fn commit(tree: &str, parents: &[&str], message: impl AsRef<[u8]>) -> Vec<u8> {
    let mut text = format!("tree {tree}\n");
    for parent in parents {
        text += &format!("parent {parent}\n");
    }
    let person = "Ada Example <ada@example.test> 1700000000 +0000";
    text += &format!("author {person}\ncommitter {person}\n\n");
    let mut bytes = text.into_bytes();
    bytes.extend(message.as_ref());
    bytes
}

/// An annotated tag's bytes.
pub fn tag(target: &str, kind: Kind, name: &str, message: impl AsRef<[u8]>) -> Vec<u8> {
    let person = "Ada Example <ada@example.test> 1700000000 +0000";
    let kind = kind.word();
    let mut bytes =
        format!("object {target}\ntype {kind}\ntag {name}\ntagger {person}\n\n").into_bytes();
    bytes.extend(message.as_ref());
    bytes
}

/// A pack under construction.
#[derive(Default)]
pub struct Pack {
    count: u32,
    entries: Vec<u8>,
}

/// Where an entry stands in the pack, for deltas against it.
#[derive(Debug, Clone, Copy)]
pub struct Place(usize);

const HEADER_LENGTH: usize = 12;

impl Pack {
    pub fn new() -> Pack {
        Pack::default()
    }

    /// A whole object. Gives its id.
    pub fn add(&mut self, kind: Kind, content: impl AsRef<[u8]>) -> String {
        self.add_at(kind, content.as_ref());
        id(kind, content.as_ref())
    }

    /// A whole object. Gives its place.
    pub fn add_at(&mut self, kind: Kind, content: &[u8]) -> Place {
        let place = self.begin(kind as u8, content.len());
        self.entries.extend(zlib(content));
        place
    }

    /// A delta against the object of this id, which may be one that the server has.
    pub fn add_ref_delta(&mut self, base: &str, delta: &Delta) -> Place {
        let delta = delta.bytes();
        let place = self.begin(7, delta.len());
        self.entries.extend(unhex(base));
        self.entries.extend(zlib(&delta));
        place
    }

    /// A delta against an earlier entry.
    pub fn add_offset_delta(&mut self, base: Place, delta: &Delta) -> Place {
        let delta = delta.bytes();
        let place = self.begin(6, delta.len());
        let mut distance = place.0 - base.0;
        let mut digits = vec![(distance & 127) as u8];
        distance >>= 7;
        while distance > 0 {
            distance -= 1;
            digits.push(0x80 | (distance & 127) as u8);
            distance >>= 7;
        }
        digits.reverse();
        self.entries.extend(digits);
        self.entries.extend(zlib(&delta));
        place
    }

    fn begin(&mut self, kind: u8, length: usize) -> Place {
        let place = Place(HEADER_LENGTH + self.entries.len());
        self.count += 1;
        let mut rest = length >> 4;
        let mut byte = (kind << 4) | (length & 15) as u8;
        while rest > 0 {
            self.entries.push(byte | 0x80);
            byte = (rest & 127) as u8;
            rest >>= 7;
        }
        self.entries.push(byte);
        place
    }

    /// The pack with its head and its checksum.
    pub fn finish(&self) -> Vec<u8> {
        let mut bytes = b"PACK\0\0\0\x02".to_vec();
        bytes.extend(self.count.to_be_bytes());
        bytes.extend(&self.entries);
        bytes.extend(sha1(&bytes));
        bytes
    }
}

/// The steps from a base to a result.
#[derive(Debug, Clone)]
pub struct Delta {
    base_length: usize,
    result_length: usize,
    steps: Vec<u8>,
}

impl Delta {
    pub fn from(base_length: usize) -> Delta {
        Delta { base_length, result_length: 0, steps: Vec::new() }
    }

    /// Takes this range of the base.
    pub fn copy(mut self, offset: usize, length: usize) -> Delta {
        for start in (offset..offset + length).step_by(0xFFFF) {
            let length = (offset + length - start).min(0xFFFF);
            self.steps.push(0b1011_1111);
            self.steps.extend((start as u32).to_le_bytes());
            self.steps.extend((length as u16).to_le_bytes());
        }
        self.result_length += length;
        self
    }

    /// Puts these bytes in.
    pub fn insert(mut self, bytes: &[u8]) -> Delta {
        for part in bytes.chunks(127) {
            self.steps.push(part.len() as u8);
            self.steps.extend(part);
        }
        self.result_length += bytes.len();
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = length(self.base_length);
        bytes.extend(length(self.result_length));
        bytes.extend(&self.steps);
        bytes
    }
}

fn length(mut length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while length > 127 {
        bytes.push(0x80 | (length & 127) as u8);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes
}

/// A zlib stream that stores: nothing here needs compression.
pub fn zlib(content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x78, 0x01];
    let blocks = content.len().div_ceil(0xFFFF).max(1);
    for index in 0..blocks {
        let end = content.len().min((index + 1) * 0xFFFF);
        let block = &content[index * 0xFFFF..end];
        bytes.push(u8::from(index + 1 == blocks));
        bytes.extend((block.len() as u16).to_le_bytes());
        bytes.extend((!(block.len() as u16)).to_le_bytes());
        bytes.extend(block);
    }
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in content {
        low = (low + u32::from(*byte)) % 65521;
        high = (high + low) % 65521;
    }
    bytes.extend(((high << 16) | low).to_be_bytes());
    bytes
}
