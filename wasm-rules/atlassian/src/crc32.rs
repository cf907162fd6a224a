//! CRC-32 as zlib computes it (IEEE 802.3, reflected), fed byte by byte.

/// A checksum in the making.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crc32 {
    state: u32,
}

/// Half a byte at a time: tokens are short, and a table of 64 bytes loads faster than one of 1024.
const TABLE: [u32; 16] = table();

const fn table() -> [u32; 16] {
    let mut table = [0; 16];
    let mut index = 0;
    while index < 16 {
        let mut value = index as u32;
        let mut bit = 0;
        while bit < 4 {
            value = if value & 1 == 1 { (value >> 1) ^ 0xEDB8_8320 } else { value >> 1 };
            bit += 1;
        }
        #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
        {
            table[index] = value;
        }
        index += 1;
    }
    table
}

impl Crc32 {
    /// The checksum of nothing.
    pub(crate) const fn new() -> Crc32 {
        Crc32 { state: !0 }
    }

    /// The checksum of what was there, followed by `byte`.
    pub(crate) fn push(self, byte: u8) -> Crc32 {
        let mut state = self.state ^ u32::from(byte);
        for _ in 0..2 {
            #[expect(clippy::indexing_slicing, reason = "four bits index sixteen entries")]
            {
                state = TABLE[(state & 15) as usize] ^ (state >> 4);
            }
        }
        Crc32 { state }
    }

    /// The checksum of what was there, followed by `bytes`.
    pub(crate) fn extend(self, bytes: &[u8]) -> Crc32 {
        bytes.iter().fold(self, |crc, &byte| crc.push(byte))
    }

    /// The value.
    pub(crate) const fn finish(self) -> u32 {
        !self.state
    }
}

#[cfg(test)]
mod tests {
    use super::Crc32;

    #[test]
    fn the_check_value_of_the_standard_comes_out() {
        assert_eq!(Crc32::new().extend(b"123456789").finish(), 0xCBF4_3926);
        assert_eq!(Crc32::new().finish(), 0);
    }

    #[test]
    fn pushing_bytes_one_by_one_changes_nothing() {
        let whole = Crc32::new().extend(b"ab").finish();
        assert_eq!(Crc32::new().push(b'a').push(b'b').finish(), whole);
    }
}
