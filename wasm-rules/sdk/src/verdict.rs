//! What a judge says.

use crate::span::Span;

/// How sure a judge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Shape alone.
    Weak,
    /// Shape and context.
    Likely,
    /// A checksum or a structure that chance does not produce.
    Proven,
}

/// What a judge says of one candidate.
///
/// There is no third answer: a judge that cannot tell must not return, and the host calls that
/// *undecided*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is a secret.
    Confirmed {
        /// The secret itself, without quotes or separators.
        secret: Span,
        /// How sure the judge is.
        grade: Grade,
        /// A code of the manifest's `evidence` table.
        evidence: u16,
    },
    /// Not a secret; a code of the manifest's `dismissals` table.
    Dismissed(u16),
}

impl Verdict {
    /// How sure the judge is; `None`, which is less than any grade, for a dismissal.
    #[must_use]
    pub fn grade(self) -> Option<Grade> {
        match self {
            Verdict::Confirmed { grade, .. } => Some(grade),
            Verdict::Dismissed(_) => None,
        }
    }

    /// The surer of the two; of equals, this one.
    #[must_use]
    pub fn or(self, other: Verdict) -> Verdict {
        if other.grade() > self.grade() { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::{Grade, Verdict};
    use crate::span::Span;

    #[test]
    fn the_surer_verdict_wins_and_the_first_of_equals() {
        let confirmed =
            |grade, evidence| Verdict::Confirmed { secret: Span::at(0, 1), grade, evidence };
        let weak = confirmed(Grade::Weak, 1);
        assert_eq!(Verdict::Dismissed(1).or(weak), weak);
        assert_eq!(weak.or(confirmed(Grade::Proven, 1)), confirmed(Grade::Proven, 1));
        assert_eq!(weak.or(confirmed(Grade::Weak, 2)), weak);
        assert_eq!(Verdict::Dismissed(1).or(Verdict::Dismissed(2)), Verdict::Dismissed(1));
    }
}
