//! Kinds of secrets, by what people know of them.

use pushgate_rules::RuleDefinition;

/// The rule whose id, as in a record, or title, as in a message, is `name` in any case.
pub(crate) fn find<'r>(rules: &'r [RuleDefinition], name: &str) -> Option<&'r RuleDefinition> {
    let name = name.trim();
    let is_it = |known: &str| known.eq_ignore_ascii_case(name);
    rules.iter().find(|rule| is_it(&rule.id)).or_else(|| rules.iter().find(|it| is_it(&it.title)))
}
