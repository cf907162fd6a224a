//! Randomness that a seed repeats: SplitMix64, good enough to make tokens of.

/// A stream of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// The stream that belongs to `seed`.
    pub(crate) fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A byte.
    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// One of `choices`.
    ///
    /// # Panics
    ///
    /// If there are none.
    pub(crate) fn one_of(&mut self, choices: &[u8]) -> u8 {
        let index = self.next() % choices.len() as u64;
        *choices.get(usize::try_from(index).unwrap_or(0)).expect("the remainder is an index")
    }

    /// `count` of `choices`.
    pub(crate) fn some_of(&mut self, choices: &[u8], count: usize) -> Vec<u8> {
        (0..count).map(|_| self.one_of(choices)).collect()
    }
}
