//! A prefilter for rules that have no literal but begin with a run of narrow byte classes.
//!
//! A Data Center token begins with twelve digits in base64, so its first sixteen characters
//! come from four small classes in turn. Such a run is found without reading every byte: in a
//! run of `n` classes one of every `n - 3` text positions must lie at its four-byte heart, so
//! only those positions are looked at, each with four table look-ups at most. (The idea is that
//! of q-gram filters and of BNDM: Navarro and Raffinot, *A Bit-Parallel Approach to Suffix
//! Automata*, 1998.)

use super::AutomatonIndex;

/// Bytes that are looked at together.
const GRAM: usize = 4;

/// Most classes a run can have: one bit for each.
pub(super) const CLASSES_MAX: usize = 32;

/// Fewest classes that are worth it: below, too many positions must be looked at.
pub(super) const CLASSES_MIN: usize = 10;

/// The run of classes with which a rule's matches begin.
#[derive(Clone, PartialEq, Eq)]
pub struct ClassRun {
    /// The automata whose matches begin so.
    pub automata: Vec<AutomatonIndex>,
    /// Number of classes.
    pub len: usize,
    /// For each byte, the places of the run at which it may stand, as a bit set. 256 entries.
    pub places: Vec<u32>,
}

impl std::fmt::Debug for ClassRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClassRun({:?}, {} classes)", self.automata, self.len)
    }
}

impl ClassRun {
    /// Calls `attempt` with every start at which the run may begin, until it fails, for the
    /// positions from `*at` to before `until`; `*at` becomes the next position.
    pub(super) fn hits<E>(
        &self,
        text: &[u8],
        at: &mut usize,
        until: usize,
        attempt: &mut impl FnMut(AutomatonIndex, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(places) = self.places.first_chunk::<256>() else { return Ok(()) };
        loop {
            let possible;
            (*at, possible) = self.pass_over(places, text, *at, until);
            if possible == 0 {
                break;
            }
            let mut rest = possible;
            while rest != 0 {
                let place = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                if let Some(start) = at.checked_sub(place) {
                    self.automata.iter().try_for_each(|&automaton| attempt(automaton, start))?;
                }
            }
            *at += self.step();
        }
        Ok(())
    }
    /// The first position from `at` on that can lie in a run, with the places it can have there, as
    /// far as positions are looked at before `until`; else the next position, and none. Apart from
    /// what is rare, so that it keeps what it needs in registers.
    #[inline(never)]
    fn pass_over(
        &self,
        places: &[u32; 256],
        text: &[u8],
        mut at: usize,
        until: usize,
    ) -> (usize, u32) {
        let step = self.step();
        let at_byte = |byte: u8| places.get(usize::from(byte)).copied().unwrap_or(0);
        while at < until {
            let rest = text.get(at..).unwrap_or_default();
            let Some(&[a, b, c, d]) = rest.first_chunk::<GRAM>() else { break };
            // Without branches: looking at all four costs less than guessing wrong.
            let possible = at_byte(a) & (at_byte(b) >> 1) & (at_byte(c) >> 2) & (at_byte(d) >> 3);
            if possible != 0 {
                return (at, possible);
            }
            at += step;
        }
        (at, 0)
    }

    /// Distance of the positions that are looked at.
    fn step(&self) -> usize {
        (self.len + 1).saturating_sub(GRAM).max(1)
    }
}
