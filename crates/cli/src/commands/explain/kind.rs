//! What a kind of secret is, and what to do about one.

use pushgate_rules::RuleDefinition;

use crate::commands::rule::on_push;
use crate::output::say;

/// Prints what somebody wants to know who had such a secret in a push.
pub(super) fn explain(rule: &RuleDefinition) -> anyhow::Result<()> {
    say!("{}: {}\n", rule.id, rule.title)?;
    let texts = [&rule.about, &rule.looks, &rule.sure];
    for text in texts.into_iter().flatten() {
        say!("{text}")?;
    }
    for (grade, _) in rule.grades.listed() {
        say!("{}: by default {}", grade.as_str(), on_push(grade))?;
    }
    say!("\nRevoke: {}", rule.revoke)?;
    if let Some(url) = &rule.revoke_url {
        say!("Where: {url}")?;
    }
    if let Some(rotate) = &rule.rotate {
        say!("Then: {rotate}")?;
    }
    say!("\nStep by step: pushgate remediate {}", rule.id)?;
    say!("How it is recognised: pushgate rule show {}", rule.id)
}
