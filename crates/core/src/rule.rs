//! Rules, already checked: plain data.

/// Index of a detector among those that are installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DetectorIndex(pub u16);

/// One kind of secret: what the matcher looks for, who judges it, and what to tell a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable name, as in configuration and audit records.
    pub id: String,
    /// Name for people, singular, without an article.
    pub title: String,
    /// The detector that judges this rule's candidates.
    pub detector: DetectorIndex,
    /// Which of the detector's judges.
    pub judge: u32,
    /// Where two rules claim the same bytes, the one with the smaller number names the finding.
    pub rank: u16,
    /// What every secret of this kind begins with, if that is the same for all: a fact of the kind.
    pub prefix: Option<String>,
    /// How to revoke exactly this kind of secret: one sentence.
    pub revoke: String,
    /// Where its owner revokes it, if there is one address for everybody.
    pub revoke_url: Option<String>,
}

/// All rules that are in force, in the order of their index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSet {
    /// The rules; a rule's index is its place here.
    pub rules: Vec<Rule>,
}

impl RuleSet {
    /// The rule at `index`, if there is one.
    #[must_use]
    pub fn get(&self, index: crate::matcher::RuleIndex) -> Option<&Rule> {
        self.rules.get(usize::from(index.0))
    }
}
