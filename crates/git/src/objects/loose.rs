//! One loose object: a file with a zlib stream of a header line and the object.

use std::{fs::File, io::BufRead};

use super::{
    Header, Kind, ReadError,
    pack::{Scratch, check_size, check_stream_size},
    window::Reader,
};
use crate::GitLimits;

/// Bytes that hold the header of any loose object.
const HEADER_BYTES_MAX: usize = 64;

/// The first bytes of a loose object.
struct Begin {
    header: Header,
    /// What of the object came with the header.
    body: Vec<u8>,
}

pub(super) fn header(scratch: &mut Scratch, file: &File) -> Result<Header, ReadError> {
    let mut reader = scratch.window.reader(file, None, 0);
    scratch.inflater.reset();
    begin(&mut scratch.inflater, &mut reader).map(|begin| begin.header)
}

pub(super) fn read(
    scratch: &mut Scratch,
    limits: &GitLimits,
    file: &File,
    out: &mut Vec<u8>,
) -> Result<Kind, ReadError> {
    let mut reader = scratch.window.reader(file, None, 0);
    scratch.inflater.reset();
    let Begin { header, body } = begin(&mut scratch.inflater, &mut reader)?;
    check_size(header.size, limits)?;
    out.clear();
    out.extend_from_slice(&body);
    scratch.inflater.append(&mut reader, rest(&header, &body)?, limits, out)?;
    end(&mut reader)?;
    Ok(header.kind)
}

pub(super) fn stream(
    scratch: &mut Scratch,
    limits: &GitLimits,
    file: &File,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<Kind, ReadError> {
    let mut reader = scratch.window.reader(file, None, 0);
    scratch.inflater.reset();
    let Begin { header, body } = begin(&mut scratch.inflater, &mut reader)?;
    check_stream_size(header.size, limits)?;
    let rest = rest(&header, &body)?;
    sink(&body);
    scratch.inflater.stream(&mut reader, rest, limits, sink)?;
    end(&mut reader)?;
    Ok(header.kind)
}

/// How many bytes are still to come.
fn rest(header: &Header, body: &[u8]) -> Result<u64, ReadError> {
    header
        .size
        .checked_sub(body.len() as u64)
        .ok_or_else(|| ReadError::Corrupt("longer than its header says".to_owned()))
}

/// Nothing may follow the stream.
fn end(reader: &mut Reader<'_>) -> Result<(), ReadError> {
    if reader.fill_buf()?.is_empty() {
        return Ok(());
    }
    Err(ReadError::Corrupt("garbage at the end of the file".to_owned()))
}

fn begin(
    inflater: &mut super::inflate::Inflater,
    reader: &mut Reader<'_>,
) -> Result<Begin, ReadError> {
    let mut bytes = [0; HEADER_BYTES_MAX];
    let count = inflater.fill(reader, &mut bytes)?;
    let bytes = bytes.get(..count).unwrap_or_default();
    parse(bytes).ok_or_else(|| ReadError::Corrupt("not a header of a loose object".to_owned()))
}

fn parse(bytes: &[u8]) -> Option<Begin> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    let (line, body) = bytes.split_at_checked(end)?;
    let space = line.iter().position(|byte| *byte == b' ')?;
    let (name, digits) = line.split_at_checked(space)?;
    let kind = match name {
        b"blob" => Kind::Blob,
        b"tree" => Kind::Tree,
        b"commit" => Kind::Commit,
        b"tag" => Kind::Tag,
        _ => return None,
    };
    let digits = digits.get(1..)?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(Begin { header: Header { kind, size }, body: body.get(1..)?.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::{Header, Kind, parse};

    #[test]
    fn a_header_is_a_kind_and_a_size() {
        let begin = parse(b"tree 12\0ab\0").unwrap();
        assert_eq!(begin.header, Header { kind: Kind::Tree, size: 12 });
        assert_eq!(begin.body, b"ab\0");
        for bytes in [
            "",
            "blob 1",
            "blob \0",
            "blob\0",
            "blub 1\0",
            "blob -1\0",
            "blob 99999999999999999999\0",
        ] {
            assert!(parse(bytes.as_bytes()).is_none(), "{bytes}");
        }
    }
}
