//! Numbers modulo the prime 2^61 - 1.
//!
//! In a field no product of two numbers is zero unless one of them is. Modulo a power of two the
//! holding of folders in folders would lose bits with each level that has two of them.

const PRIME: u64 = (1 << 61) - 1;

/// A number modulo 2^61 - 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Number(u64);

impl Number {
    pub(super) const ZERO: Number = Number(0);
    pub(super) const ONE: Number = Number(1);

    /// The number that `bits` are, or are a few times the prime more than.
    pub(super) fn new(bits: u64) -> Number {
        let folded = (bits & PRIME) + (bits >> 61);
        Number(if folded >= PRIME { folded - PRIME } else { folded })
    }

    pub(super) fn plus(self, other: Number) -> Number {
        Number::new(self.0 + other.0)
    }

    pub(super) fn minus(self, other: Number) -> Number {
        Number::new(self.0 + (PRIME - other.0))
    }

    pub(super) fn times(self, other: Number) -> Number {
        let product = u128::from(self.0) * u128::from(other.0);
        let (low, high) = (product as u64 & PRIME, (product >> 61) as u64);
        Number::new(low + high)
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, PRIME};

    #[test]
    fn it_counts_as_it_should_around_the_prime() {
        let values =
            [0, 1, 2, 3, 1 << 32, 1 << 60, PRIME - 2, PRIME - 1, PRIME, PRIME + 1, u64::MAX];
        let modulo = |value: u128| Number((value % u128::from(PRIME)) as u64);
        for one in values {
            assert_eq!(Number::new(one), modulo(one.into()));
            for other in values {
                let (one, other) = (one % PRIME, other % PRIME);
                let (a, b) = (Number::new(one), Number::new(other));
                let (one, other) = (u128::from(one), u128::from(other));
                assert_eq!(a.plus(b), modulo(one + other));
                assert_eq!(a.minus(b), modulo(one + u128::from(PRIME) - other));
                assert_eq!(a.times(b), modulo(one * other));
            }
        }
    }

    #[test]
    fn many_equal_factors_do_not_come_to_nothing() {
        let two = Number::new(2);
        let product = (0..10_000).fold(Number::ONE, |product, _| product.times(two));
        assert_ne!(product, Number::ZERO);
    }
}
