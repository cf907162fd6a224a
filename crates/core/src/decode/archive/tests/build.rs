//! Archives by hand, to be made wrong in every way.

use zlib_rs::{Deflate, DeflateFlush, Status};

/// `text` as raw deflated data.
pub(crate) fn deflated(text: &[u8]) -> Vec<u8> {
    let mut state = Deflate::new(9, false, 15);
    let mut data = vec![0; text.len() + 1024];
    let status = state.compress(text, &mut data, DeflateFlush::Finish).expect("there is room");
    assert_eq!(status, Status::StreamEnd);
    data.truncate(state.total_out() as usize);
    data
}

/// A gzip member with `text`; its checksum is wrong.
pub(crate) fn gzip_member(text: &[u8]) -> Vec<u8> {
    let mut member = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec();
    member.extend(deflated(text));
    member.extend([0; 8]);
    member
}

/// An entry of a zip, and what is claimed of it in its own header and in the directory.
#[derive(Clone)]
pub(crate) struct ZipEntry {
    pub(crate) name: &'static str,
    pub(crate) data: Vec<u8>,
    pub(crate) local: Claims,
    /// `None` hides the entry.
    pub(crate) listed: Option<Claims>,
    /// Where the directory says that the entry is, if not where it is.
    pub(crate) offset: Option<u32>,
}

#[derive(Clone, Copy)]
pub(crate) struct Claims {
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) length: u32,
}

impl ZipEntry {
    pub(crate) fn stored(name: &'static str, text: &[u8]) -> ZipEntry {
        ZipEntry::with_data(name, text.to_vec(), 0)
    }

    pub(crate) fn deflated(name: &'static str, text: &[u8]) -> ZipEntry {
        ZipEntry::with_data(name, deflated(text), 8)
    }

    pub(crate) fn with_data(name: &'static str, data: Vec<u8>, method: u16) -> ZipEntry {
        let claims = Claims { flags: 0, method, length: data.len() as u32 };
        ZipEntry { name, data, local: claims, listed: Some(claims), offset: None }
    }

    pub(crate) fn hidden(self) -> ZipEntry {
        ZipEntry { listed: None, ..self }
    }
}

/// A zip of `entries`.
pub(crate) fn zip(entries: &[ZipEntry]) -> Vec<u8> {
    let (mut bytes, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    for entry in entries {
        let offset = entry.offset.unwrap_or(bytes.len() as u32);
        bytes.extend(b"PK\x03\x04\x14\x00");
        claims(&mut bytes, entry.local, entry.name);
        bytes.extend(entry.name.as_bytes());
        bytes.extend(&entry.data);
        let Some(listed) = entry.listed else { continue };
        count += 1;
        directory.extend(b"PK\x01\x02\x14\x00\x14\x00");
        claims(&mut directory, listed, entry.name);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.name.as_bytes());
    }
    let start = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

/// What both headers of an entry share: flags to length of the extra fields, of which are none.
fn claims(header: &mut Vec<u8>, claims: Claims, name: &str) {
    header.extend(claims.flags.to_le_bytes());
    header.extend(claims.method.to_le_bytes());
    header.extend([0; 8]);
    header.extend(claims.length.to_le_bytes());
    header.extend(claims.length.to_le_bytes());
    header.extend((name.len() as u16).to_le_bytes());
    header.extend([0; 2]);
}

/// A header of a tar with a `size` field as given.
pub(super) fn tar_header(name: &[u8], kind: u8, size: &[u8; 12]) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name);
    block[124..136].copy_from_slice(size);
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar\x0000");
    seal(&mut block);
    block
}

/// Sets the checksum of a header.
pub(super) fn seal(block: &mut [u8]) {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
}

/// A member of a tar, header and padded content.
pub(super) fn tar_member(name: &[u8], kind: u8, content: &[u8]) -> Vec<u8> {
    let size = format!("{:011o}\0", content.len());
    let mut member = tar_header(name, kind, size.as_bytes().try_into().expect("twelve bytes"));
    member.extend(content);
    member.resize(member.len().next_multiple_of(512), 0);
    member
}

/// A zstd frame with a window of 1 MiB, of `blocks`, the last of which must say so.
pub(super) fn zstd_frame(blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut frame = b"\x28\xb5\x2f\xfd\x00\x50".to_vec();
    frame.extend(blocks.concat());
    frame
}

/// A block of a zstd frame: kind 0 is raw, 1 one byte repeated `length` times.
pub(super) fn zstd_block(last: bool, kind: u32, length: usize, body: &[u8]) -> Vec<u8> {
    let header = u32::from(last) | kind << 1 | (length as u32) << 3;
    [&header.to_le_bytes()[..3], body].concat()
}

/// `text` as LZMA2 data, not compressed.
pub(super) fn lzma2(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len() - 1).expect("a short text");
    [&[1], &length.to_be_bytes()[..], text, &[0]].concat()
}

/// An xz stream of one block of LZMA2 `data`, without a check, and what `index` holds beyond
/// its mark; all its checksums are wrong.
pub(super) fn xz_stream(data: &[u8], index: &[u8]) -> Vec<u8> {
    let mut stream = b"\xfd7zXZ\0\0\0\0\0\0\0".to_vec();
    stream.extend(b"\x02\x00\x21\x01\x16\0\0\0\0\0\0\0");
    stream.extend(data);
    stream.resize(stream.len().next_multiple_of(4), 0);
    stream.push(0);
    stream.extend(if index.is_empty() { b"\x01\x10\x04" } else { index });
    stream.resize(stream.len().next_multiple_of(4), 0);
    stream.extend([0; 16]);
    stream
}

/// Numbers that look random and are the same in each run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }
}
