//! What a kind of secret is, and what to do about one.

use pushgate_rules::RuleDefinition;

use crate::commands::rule::on_push;

/// Prints what somebody wants to know who had such a secret in a push.
pub(super) fn explain(rule: &RuleDefinition) {
    println!("{}: {}\n", rule.id, rule.title);
    let texts = [&rule.about, &rule.looks, &rule.sure];
    for text in texts.into_iter().flatten() {
        println!("{text}");
    }
    for (grade, _) in rule.grades.listed() {
        println!("{}: by default {}", grade.as_str(), on_push(grade));
    }
    println!("\nRevoke: {}", rule.revoke);
    if let Some(url) = &rule.revoke_url {
        println!("Where: {url}");
    }
    if let Some(rotate) = &rule.rotate {
        println!("Then: {rotate}");
    }
    println!("\nHow it is recognised: pushgate rule show {}", rule.id);
}
