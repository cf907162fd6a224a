//! The page of all kinds, made from the rules: what each is, how it is known, how it is revoked.

use std::fmt::Write as _;

use pushgate_core::judge::Grade;

use crate::definition::RuleDefinition;
use crate::manifest::Manifest;

/// What stands above the table.
const HEAD: &str = "\
# Kinds of secrets

<!-- Made by `pushgate rule list --markdown`; a test compares. -->

What pushgate looks for, by the product that it opens.
Its grade says how sure the gate is of one secret; by default each grade has one consequence, which the configuration can change for an installation.

| grade | what it rests on | what happens on push |
| --- | --- | --- |
";

/// What stands below the table.
const AFTER_GRADES: &str = "
Severity is about a secret that is live: how much it opens.
A placeholder is dismissed because nothing in it is random; a token whose checksum is valid is never taken for one.
[Values for tests and documentation](developers/test-values.md) are of shapes that never refuse a push.
Where one text fits several kinds, the most special one names the finding, and the audit record lists the others.

";

/// Makes the page of `rules`, whose detectors are `manifests`; `on_push` says what policy does
/// with a grade.
#[must_use]
pub fn kinds(
    rules: &[RuleDefinition],
    manifests: &[Manifest],
    on_push: &dyn Fn(Grade) -> &'static str,
) -> String {
    let mut page = HEAD.to_owned();
    for (grade, rests) in [
        (Grade::Proven, "a checksum or a structure that chance does not produce"),
        (Grade::Likely, "shape and context"),
        (Grade::Weak, "shape alone, or a form that is out of use"),
    ] {
        line(&mut page, &format!("| {} | {rests} | {} |", grade.as_str(), on_push(grade)));
    }
    page.push_str(AFTER_GRADES);
    let by_product = by_product(rules);
    let headings = by_product.iter().map(|(product, _)| {
        format!("[{}](#{})", escaped(product), product.to_ascii_lowercase().replace(' ', "-"))
    });
    line(&mut page, &format!("Products: {}.\n", headings.collect::<Vec<_>>().join(", ")));
    line(&mut page, "| kind | name | severity | grades |");
    line(&mut page, "| --- | --- | --- | --- |");
    for rule in by_product.iter().flat_map(|(_, rules)| rules) {
        let (id, title) = (&rule.id, escaped(&rule.title));
        let (severity, grades) = (rule.severity.as_str(), grades(rule));
        line(&mut page, &format!("| {id} | {title} | {severity} | {grades} |"));
    }
    for (product, rules) in &by_product {
        line(&mut page, &format!("\n## {}", escaped(product)));
        for rule in rules {
            section(&mut page, rule, manifests, on_push);
        }
    }
    page
}

/// The grades that a rule can get, in words.
#[must_use]
pub fn grades(rule: &RuleDefinition) -> String {
    let grades: Vec<&str> = rule.grades.listed().map(|(grade, _)| grade.as_str()).collect();
    grades.join(", ")
}

/// The text of a code of evidence of the detector of `rule`.
#[must_use]
pub fn evidence<'m>(
    rule: &RuleDefinition,
    manifests: &'m [Manifest],
    code: u16,
) -> Option<&'m str> {
    let manifest = manifests.iter().find(|manifest| Some(&manifest.name) == rule.detector.as_ref());
    manifest?.evidence.get(&code).map(String::as_str)
}

/// The rules of each product, in the order in which products are met.
pub(crate) fn by_product(rules: &[RuleDefinition]) -> Vec<(&str, Vec<&RuleDefinition>)> {
    let mut products: Vec<(&str, Vec<&RuleDefinition>)> = Vec::new();
    for rule in rules {
        let product = rule.product.as_deref().unwrap_or("Other");
        match products.iter_mut().find(|(known, _)| *known == product) {
            Some((_, rules)) => rules.push(rule),
            None => products.push((product, vec![rule])),
        }
    }
    products
}

fn section(
    page: &mut String,
    rule: &RuleDefinition,
    manifests: &[Manifest],
    on_push: &dyn Fn(Grade) -> &'static str,
) {
    line(page, &format!("\n### {}\n", rule.id));
    line(page, &format!("{}, severity {}.", escaped(&rule.title), rule.severity.as_str()));
    for (name, text) in
        [("What it is", &rule.about), ("What it looks like", &rule.looks), ("How sure", &rule.sure)]
    {
        if let Some(text) = text {
            line(page, &format!("\n**{name}:** {}", escaped(text)));
        }
    }
    line(page, "");
    for (grade, codes) in rule.grades.listed() {
        let texts: Vec<String> = codes
            .iter()
            .filter_map(|&code| evidence(rule, manifests, code))
            .map(|text| format!("\"{}\"", escaped(text)))
            .collect();
        let (grade, consequence) = (grade.as_str(), on_push(grade));
        line(page, &format!("- *{grade}*, {consequence}: {}", texts.join("; ")));
    }
    let url = rule.revoke_url.as_ref().map(|url| format!(" (<{url}>)")).unwrap_or_default();
    line(page, &format!("\n**Revoke:** {}{url}", escaped(&rule.revoke)));
    if let Some(rotate) = &rule.rotate {
        line(page, &format!("\n**Then:** {}", escaped(rotate)));
    }
    line(page, &format!("\n[All steps](remediation/{}.md)", rule.id));
}

pub(crate) fn line(page: &mut String, text: &str) {
    let _ = writeln!(page, "{text}"); // A string takes everything.
}

/// A text that Markdown shows as it is.
pub(crate) fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        // An underscore inside a word is one; at a word's end it may be emphasis.
        if matches!(character, '\\' | '`' | '*' | '_' | '<' | '[' | '|') {
            shown.push('\\');
        }
        shown.push(character);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::kinds;
    use crate::manifest::Manifest;

    const MANIFEST: &str = r#"
[detector]
name = "acme"
version = "1.0.0"
judges = ["acme-token", "acme-key"]
[evidence]
1 = "the digits add up"
2 = "digits *and* nothing else"
[[rule]]
id = "acme-token"
title = "Acme token"
product = "Acme"
about = "It opens <everything>."
pattern = 'acme_[a-z]{9}'
literals = ["acme_"]
grades = { proven = [1], weak = [2] }
severity = "high"
revoke = "Ask Acme."
revoke_url = "https://acme.example"
rotate = "Wait."
examples = ["x"]
counterexamples = ["y"]
[[rule]]
id = "acme-key"
title = "Acme key"
pattern = 'acme-[a-z]{9}'
literals = ["acme-"]
severity = "low"
revoke = "Ask Acme."
examples = ["x"]
counterexamples = ["y"]
"#;

    #[test]
    fn the_page_has_a_row_and_a_section_for_each_rule() {
        let manifest = Manifest::parse("acme", MANIFEST).unwrap();
        let page = kinds(&manifest.rules.clone(), &[manifest], &|grade| match grade.as_str() {
            "weak" => "passes with a warning",
            _ => "blocks",
        });
        for part in [
            "| acme-token | Acme token | high | proven, weak |\n",
            "| acme-key | Acme key | low |  |\n",
            "\n## Acme\n\n### acme-token\n\nAcme token, severity high.\n",
            "\n**What it is:** It opens \\<everything>.\n",
            "\n- *proven*, blocks: \"the digits add up\"\n- *weak*, passes with a warning: \
             \"digits \\*and\\* nothing else\"\n",
            "\n**Revoke:** Ask Acme. (<https://acme.example>)\n\n**Then:** Wait.\n",
            "\n**Then:** Wait.\n\n[All steps](remediation/acme-token.md)\n",
            "\n## Other\n\n### acme-key\n",
            "\nProducts: [Acme](#acme), [Other](#other).\n",
            "| weak | shape alone, or a form that is out of use | passes with a warning |\n",
        ] {
            assert!(page.contains(part), "{part:?} is not in\n{page}");
        }
    }
}
