//! Findings and open questions to a decision: a pure function.

use crate::cause::Cause;
use crate::finding::{AttributedFinding, State};
use crate::judge::Grade;

/// What happens to a push for one thing that was found or could not be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Nothing; the audit record alone shows it.
    Ignore,
    /// The push passes, and the pusher is told.
    Warn,
    /// The push is refused.
    Block,
}

impl Action {
    /// The name that configuration and the audit record use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Ignore => "ignore",
            Action::Warn => "warn",
            Action::Block => "block",
        }
    }
}

/// How strict the gate is as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Refuses what policy blocks.
    Block,
    /// Refuses nothing, and tells the pusher what it would have refused.
    Warn,
    /// Refuses nothing and says nothing; the audit record alone shows what was found.
    Monitor,
    /// Looks at nothing.
    Off,
}

impl Mode {
    /// The name that configuration and the audit record use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Block => "block",
            Mode::Warn => "warn",
            Mode::Monitor => "monitor",
            Mode::Off => "off",
        }
    }
}

/// The action for each case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Secrets that chance does not produce.
    pub proven: Action,
    /// Shape and context.
    pub likely: Action,
    /// Shape alone.
    pub weak: Action,
    /// Secrets that already stood in a parent's version of the path; it never makes an action
    /// stricter than the grade's.
    pub existing: Action,
    /// What could not be looked at to its end.
    pub undecided: Action,
    /// Containers of which something could not be read, as by anybody without a key.
    pub unreadable: Action,
    /// What kept the gate from doing its work.
    pub error: Action,
}

impl Policy {
    /// The policy of the embedded configuration.
    pub const DEFAULT: Policy = Policy {
        proven: Action::Block,
        likely: Action::Block,
        weak: Action::Warn,
        existing: Action::Warn,
        undecided: Action::Block,
        unreadable: Action::Ignore,
        error: Action::Block,
    };

    /// The action for what is open because of `cause`.
    #[must_use]
    pub fn action_for(&self, cause: Cause) -> Action {
        match cause {
            Cause::ContainerUnreadable => self.unreadable,
            _ => self.undecided,
        }
    }

    /// The action for `finding`.
    #[must_use]
    pub fn action(&self, finding: &AttributedFinding) -> Action {
        let by_grade = match finding.finding.grade {
            Grade::Proven => self.proven,
            Grade::Likely => self.likely,
            Grade::Weak => self.weak,
        };
        match finding.state {
            State::Introduced => by_grade,
            State::Existing => by_grade.min(self.existing),
        }
    }
}

/// One thing that could not be looked at to its end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Undecided {
    /// Why.
    pub cause: Cause,
    /// Id of the object in hexadecimal digits, if it is about one.
    pub object: Option<String>,
    /// A path at which it stands, if one is known. Bytes, not text.
    pub path: Option<Vec<u8>>,
    /// What more there is to say: the name of the bound, the text of the failure.
    pub detail: Option<String>,
}

/// What is decided for a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether the push passes.
    pub accepted: bool,
    /// The main reason, as the audit record names it.
    pub reason: Reason,
    /// All findings with their actions.
    pub findings: Vec<(AttributedFinding, Action)>,
    /// All open questions with their actions.
    pub undecided: Vec<(Undecided, Action)>,
}

/// The main reason for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// There was nothing to say.
    Clean,
    /// It passed with a warning.
    Warned,
    /// It holds secrets that policy blocks.
    Found,
    /// Something could not be decided.
    Undecided,
    /// The gate could not do its work.
    Error,
    /// The gate is switched off.
    Off,
}

impl Reason {
    /// The name that the audit record uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Clean => "clean",
            Reason::Warned => "warned",
            Reason::Found => "found",
            Reason::Undecided => "undecided",
            Reason::Error => "error",
            Reason::Off => "off",
        }
    }
}

/// Decides about a push.
#[must_use]
pub fn decide(
    findings: Vec<AttributedFinding>,
    undecided: Vec<Undecided>,
    policy: &Policy,
    mode: Mode,
) -> Decision {
    let findings: Vec<_> = findings
        .into_iter()
        .map(|finding| {
            let action = policy.action(&finding);
            (finding, action)
        })
        .collect();
    let undecided: Vec<_> = undecided
        .into_iter()
        .map(|open| {
            let action = policy.action_for(open.cause);
            (open, action)
        })
        .collect();

    let found = findings.iter().map(|(_, action)| *action).max().unwrap_or(Action::Ignore);
    let open = undecided.iter().map(|(_, action)| *action).max().unwrap_or(Action::Ignore);
    let worst = found.max(open);
    let reason = match (mode, worst) {
        (_, Action::Ignore) => Reason::Clean,
        (Mode::Warn, _) | (_, Action::Warn) => Reason::Warned,
        (_, Action::Block) if found == Action::Block => Reason::Found,
        (_, Action::Block) => Reason::Undecided,
    };
    let accepted = mode != Mode::Block || worst != Action::Block;
    Decision { accepted, reason, findings, undecided }
}

#[cfg(test)]
mod tests {
    use super::{Action, Decision, Mode, Policy, Reason, Undecided, decide};
    use crate::cause::Cause;
    use crate::finding::{AttributedFinding, Finding, State};
    use crate::fingerprint::FingerprintKey;
    use crate::haystack::Position;
    use crate::judge::Grade;
    use crate::matcher::RuleIndex;
    use crate::secret::Secret;

    fn found(grade: Grade, state: State) -> AttributedFinding {
        let finding = Finding {
            rule: RuleIndex(0),
            also: Vec::new(),
            grade,
            evidence: 1,
            fingerprint: FingerprintKey::new([0; 32]).fingerprint(Secret::new(b"x")),
            secret_bytes: 1,
            position: Position::START,
            window_offset: 0,
            decoded_from: Vec::new(),
        };
        AttributedFinding { finding, state, sites: Vec::new(), site_count: 0, introduced_count: 0 }
    }

    fn open() -> Undecided {
        Undecided { cause: Cause::ObjectTooLarge, object: None, path: None, detail: None }
    }

    fn decided(findings: &[AttributedFinding], undecided: &[Undecided], mode: Mode) -> Decision {
        decide(findings.to_vec(), undecided.to_vec(), &Policy::DEFAULT, mode)
    }

    #[track_caller]
    fn check(decision: &Decision, accepted: bool, reason: Reason) {
        assert_eq!((decision.accepted, decision.reason), (accepted, reason));
    }

    #[test]
    fn the_default_policy_blocks_what_is_sure_and_new() {
        let block = Mode::Block;
        check(&decided(&[], &[], block), true, Reason::Clean);
        for grade in [Grade::Proven, Grade::Likely] {
            check(&decided(&[found(grade, State::Introduced)], &[], block), false, Reason::Found);
            check(&decided(&[found(grade, State::Existing)], &[], block), true, Reason::Warned);
        }
        let weak = found(Grade::Weak, State::Introduced);
        check(&decided(&[weak], &[], block), true, Reason::Warned);
    }

    #[test]
    fn an_open_question_is_refused_in_its_own_words() {
        check(&decided(&[], &[open()], Mode::Block), false, Reason::Undecided);
        let proven = found(Grade::Proven, State::Introduced);
        check(&decided(&[proven], &[open()], Mode::Block), false, Reason::Found);
    }

    #[test]
    fn a_container_that_cannot_be_read_has_an_action_of_its_own() {
        let sealed = Undecided { cause: Cause::ContainerUnreadable, ..open() };
        let decided = |unreadable, undecided: &[Undecided]| {
            let policy = Policy { unreadable, ..Policy::DEFAULT };
            decide(Vec::new(), undecided.to_vec(), &policy, Mode::Block)
        };
        let sealed = [sealed];
        check(&decided(Action::Ignore, &sealed), true, Reason::Clean);
        check(&decided(Action::Warn, &sealed), true, Reason::Warned);
        check(&decided(Action::Block, &sealed), false, Reason::Undecided);
        check(&decided(Action::Ignore, &[open()]), false, Reason::Undecided);
    }

    #[test]
    fn only_mode_block_refuses() {
        let proven = found(Grade::Proven, State::Introduced);
        for mode in [Mode::Warn, Mode::Monitor] {
            let findings = std::slice::from_ref(&proven);
            assert!(decided(findings, &[open()], mode).accepted, "{mode:?}");
        }
        let findings = [proven];
        check(&decided(&findings, &[], Mode::Warn), true, Reason::Warned);
        check(&decided(&findings, &[], Mode::Monitor), true, Reason::Found);
    }

    #[test]
    fn existing_never_makes_an_action_stricter() {
        let policy = Policy { weak: Action::Warn, existing: Action::Block, ..Policy::DEFAULT };
        assert_eq!(policy.action(&found(Grade::Weak, State::Existing)), Action::Warn);
        assert_eq!(policy.action(&found(Grade::Proven, State::Existing)), Action::Block);
    }
}
