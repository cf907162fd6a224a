//! Rules that are looked for at the same places, and their common automaton (decision 0024).

use std::ops::RangeInclusive;

use super::build::table_of;
use super::{
    AutomatonIndex, AutomatonPart, BuildError, ClassRun, Literal, LiteralUse, Parts, Pattern,
    RuleIndex,
};

/// A rule among those that are looked for at the same places.
pub(super) struct Member<'r> {
    pub(super) rule: RuleIndex,
    pub(super) pattern: &'r Pattern<'r>,
    /// The automaton of its pattern alone.
    pub(super) table: Vec<u8>,
    pub(super) start: Start,
}

/// By what the start of a rule's matches is found.
pub(super) enum Start {
    /// By one of these literals, with as many bytes before it.
    Literals { literals: Vec<Vec<u8>>, before: RangeInclusive<usize> },
    /// By the narrow classes with which they begin.
    Classes(Classes),
}

impl Member<'_> {
    pub(super) fn is_looked_for_with(&self, other: &Member<'_>) -> bool {
        let alike = match (&self.start, &other.start) {
            (Start::Literals { before, .. }, Start::Literals { before: others, .. }) => {
                before == others
            }
            (Start::Classes(classes), Start::Classes(others)) => classes == others,
            _ => false,
        };
        alike
            && self.pattern.literals == other.pattern.literals
            && self.pattern.near == other.pattern.near
    }
}

/// Adds rules that are looked for at the same places: one automaton of all their patterns, or one
/// of each where that is smaller.
pub(super) fn add_group(group: &[Member<'_>], parts: &mut Parts) -> Result<(), BuildError> {
    if let [alone] = group {
        return add_automaton(group, alone.table.clone(), parts);
    }
    let apart = group.iter().map(|member| member.table.len()).sum();
    let patterns: Vec<&Pattern<'_>> = group.iter().map(|member| member.pattern).collect();
    match table_of(&patterns) {
        Ok(table) if table.len() <= apart => add_automaton(group, table, parts),
        _ => group.iter().try_for_each(|member| {
            add_automaton(std::slice::from_ref(member), member.table.clone(), parts)
        }),
    }
}

/// Adds the automaton of `members`, and what leads to it.
fn add_automaton(
    members: &[Member<'_>],
    table: Vec<u8>,
    parts: &mut Parts,
) -> Result<(), BuildError> {
    let index = u16::try_from(parts.automata.len()).map_err(|_| BuildError::TooManyRules)?;
    let automaton = AutomatonIndex(index);
    let rules = members.iter().map(|member| member.rule).collect();
    parts.automata.push(AutomatonPart { rules, bytes: table.into() });
    for member in members {
        let known = match member.pattern.near.is_empty() {
            true => &mut parts.literals,
            false => &mut parts.near_literals,
        };
        match &member.start {
            Start::Literals { literals, before } => {
                let (offset_min, offset_max) = (*before.start(), *before.end());
                let usage = LiteralUse { automaton, offset_min, offset_max };
                literals.iter().for_each(|bytes| add_literal(bytes, usage, known));
            }
            Start::Classes(Classes { len, places }) => {
                let known = parts.class_runs.iter_mut().find(|run| run.places == *places);
                match known {
                    // Members of one automaton come one after the other.
                    Some(run) if run.automata.last() == Some(&automaton) => (),
                    Some(run) => run.automata.push(automaton),
                    None => {
                        let (automata, places) = (vec![automaton], places.clone());
                        parts.class_runs.push(ClassRun { automata, len: *len, places });
                    }
                }
            }
        }
    }
    Ok(())
}

fn add_literal(bytes: &[u8], usage: LiteralUse, literals: &mut Vec<Literal>) {
    match literals.iter_mut().find(|known| known.bytes == bytes) {
        Some(known) if known.uses.contains(&usage) => (),
        Some(known) => known.uses.push(usage),
        None => literals.push(Literal { bytes: bytes.to_vec(), uses: vec![usage] }),
    }
}

/// Classes that follow each other, as in a [`ClassRun`].
#[derive(PartialEq, Eq)]
pub(super) struct Classes {
    pub(super) len: usize,
    pub(super) places: Vec<u32>,
}
