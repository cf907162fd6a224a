//! Containers that are known by what they begin with, and that nothing here opens.

/// What each begins with. Those that begin with two or three bytes that say nothing are left out:
/// any text of that length may.
const MAGICS: &[&[u8]] = &[
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"LZIP\x01",
    // LZ4.
    b"\x04\x22\x4d\x18",
    // Cabinets of Windows.
    b"MSCF\0\0\0\0",
    // Packages of macOS.
    b"xar!\0\x1c",
];

/// Whether `bytes` begin as such a container.
pub(super) fn begins(bytes: &[u8]) -> bool {
    MAGICS.iter().any(|magic| bytes.starts_with(magic))
}
