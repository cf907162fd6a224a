//! What pairs of hexadecimal digits say, told block by block.

use fearless_simd::{Level, Simd, dispatch};

use crate::decode::blocks::{self, Lanes, Told};

/// How many pairs of digits say a byte of a text, or the zero between those of UTF-16, and how many
/// there are.
pub(super) fn counted(digits: &[u8]) -> (u32, u32) {
    digits.chunks(blocks::BYTES).fold((0, 0), |(of_text, all), block| {
        let pairs = dispatch!(Level::baseline(), simd => Pairs::of(Lanes::of(simd, block)));
        (of_text + pairs.of_text.count_ones(), all + pairs.all.count_ones())
    })
}

/// Pairs of digits in a block: a bit for each, where its first digit stands.
struct Pairs {
    all: u64,
    of_text: u64,
}

impl Pairs {
    #[inline(always)]
    fn of<S: Simd>(lanes: Lanes<S>) -> Pairs {
        // Every other byte.
        const FIRST: u64 = u64::MAX / 3;
        let small = lanes.small();
        let digits = (lanes.are_in(b'0', b'9') | small.are_in(b'a', b'f')).bits();
        let behind = |told: Told<S>| told.bits() >> 1;
        let graphic = lanes.are_in(b'2', b'7').bits();
        let delete = lanes.are(b'7').bits() & behind(small.are(b'f'));
        // Zero, tab, line feed and carriage return; and what begins a control sequence.
        let low = lanes.are(b'0') | lanes.are(b'9') | small.are(b'a') | small.are(b'd');
        let blank = lanes.are(b'0').bits() & behind(low);
        let escape = lanes.are(b'1').bits() & behind(small.are(b'b'));
        let all = digits & digits >> 1 & FIRST;
        Pairs { all, of_text: all & (graphic & !delete | blank | escape) }
    }
}

#[cfg(test)]
mod tests {
    use super::counted;
    use crate::decode::hex;
    use crate::decode::runs::is_text_byte;

    #[test]
    fn what_pairs_say_is_what_their_bytes_are() {
        for high in 0..=u8::MAX {
            for low in 0..=u8::MAX {
                let byte = hex::pair(&[high, low], 0);
                let of_text = byte.is_some_and(|byte| is_text_byte(byte) || byte == 0);
                let expected = (u32::from(of_text), u32::from(byte.is_some()));
                assert_eq!(counted(&[high, low]), expected, "{high:x} {low:x}");
            }
        }
        let digits = "4a00ff1b0A7f".repeat(20);
        assert_eq!(counted(digits.as_bytes()), (80, 120));
        assert_eq!(counted(&digits.as_bytes()[..99]), (33, 49));
    }
}
