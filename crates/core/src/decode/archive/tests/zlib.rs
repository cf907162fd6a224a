use super::super::{Archive, Unpacked};
use super::{check, open};

/// Deflated data that holds `text` as it is, in one block, behind a header of zlib.
fn stored(text: &[u8]) -> Vec<u8> {
    let len = u16::try_from(text.len()).unwrap();
    let mut bytes = vec![0x78, 0x01, 0x01];
    bytes.extend(len.to_le_bytes());
    bytes.extend((!len).to_le_bytes());
    bytes.extend(text);
    bytes.extend([0; 4]);
    bytes
}

#[test]
fn zlib_is_opened_whatever_its_checksum_is() {
    let bytes = stored(b"KEY-abcdefghijkl-KEY");
    assert_eq!(Archive::of(&bytes), Some(Archive::Zlib));
    check(&bytes, &[("", "KEY-abcdefghijkl-KEY")], Unpacked::Whole);
}

#[test]
fn what_only_begins_as_zlib_is_no_damaged_container() {
    let mut bytes = stored(b"KEY-abcdefghijkl-KEY");
    bytes.truncate(12);
    for bytes in [&bytes[..], b"\x78\x9c\xff\xff\xff\xff", b"\x78\xda\x07"] {
        let (_, end) = open(bytes);
        assert_eq!(end, Unpacked::Whole, "{bytes:?}");
    }
}
