//! A card for a terminal: 80 columns, ASCII, no layout that trimming breaks.

use super::card::Card;
use super::sections::{ABOUT_NOT_VERIFIED, Item, Section, sections};
use crate::definition::RuleDefinition;

/// Columns of a line; only an address or a command may be longer.
const COLUMNS: usize = 80;

/// The card of `rule` as text.
#[must_use]
pub fn text(card: &Card, rule: &RuleDefinition) -> String {
    let mut text = String::new();
    let severity = rule.severity.as_str();
    wrap(&mut text, "", &format!("{}: {}, severity {severity}", rule.id, rule.title));
    text.push('\n');
    wrap(&mut text, "", &card.what);
    wrap(&mut text, "", &format!("What it opens: {}", card.opens));
    if card.has_unverified() {
        text.push('\n');
        wrap(&mut text, "", ABOUT_NOT_VERIFIED);
    }
    for section in sections(card) {
        add(&mut text, &section);
    }
    text.push_str("\nMore\n");
    for link in &card.links {
        wrap(&mut text, "  ", &link.title);
        whole(&mut text, "    ", &link.url);
    }
    if let Some(code) = card.code {
        wrap(&mut text, "  ", "Programs that read it from elsewhere");
        whole(&mut text, "    ", &format!("pushgate remediate {} --format markdown", code.home()));
        if let Some(sent) = &card.sent {
            wrap(&mut text, "    ", &format!("Send this one as {sent}."));
        }
    }
    for migration in &card.migrate {
        wrap(&mut text, "  ", migration.title());
        whole(&mut text, "    ", &format!("pushgate remediate {}", migration.name()));
    }
    text
}

fn add(text: &mut String, section: &Section<'_>) {
    text.push_str(&format!("\n{}\n", section.title));
    if let Some(before) = &section.before {
        wrap(text, "  ", before);
    }
    for (number, item) in (1..).zip(&section.items) {
        let mark = if section.in_order { format!("{number}. ") } else { "- ".to_owned() };
        add_item(text, &mark, item);
    }
    if let Some(after) = &section.after {
        wrap(text, "  ", after);
    }
}

fn add_item(text: &mut String, mark: &str, item: &Item<'_>) {
    let lead = item.lead.map(|lead| format!("{lead}: ")).unwrap_or_default();
    let indent = " ".repeat(2 + mark.len());
    let mut lines = String::new();
    wrap(&mut lines, &indent, &format!("{lead}{}", item.text));
    text.push_str("  ");
    text.push_str(mark);
    text.push_str(lines.trim_start());
    for more in [item.url, item.call].into_iter().flatten() {
        whole(text, &indent, more);
    }
}

fn whole(text: &mut String, indent: &str, line: &str) {
    text.push_str(indent);
    text.push_str(line);
    text.push('\n');
}

/// Adds `words` in lines of at most [`COLUMNS`], each after `indent`.
fn wrap(text: &mut String, indent: &str, words: &str) {
    let mut line = indent.to_owned();
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        if line.len() > indent.len() && line.len() + 1 + word.len() > COLUMNS {
            text.push_str(&line);
            text.push('\n');
            line = indent.to_owned();
        }
        if line.len() > indent.len() {
            line.push(' ');
        }
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, text};
    use crate::builtin;
    use crate::remediation::cards;

    #[test]
    fn a_card_leads_where_the_line_of_a_refusal_leads() {
        let rules = builtin::rules().unwrap();
        let mut compared = 0;
        for (card, rule) in cards(&rules).unwrap().iter().zip(&rules) {
            assert_eq!(card.kind, rule.id);
            let Some(url) = &rule.revoke_url else { continue };
            let known = card.revoke.iter().any(|way| way.url.as_ref() == Some(url));
            assert!(known, "{}: no way of its card begins at {url}", rule.id);
            compared += 1;
        }
        assert!(compared > 10, "only {compared} rules have an address");
    }

    #[test]
    fn every_card_fits_a_terminal() {
        let rules = builtin::rules().unwrap();
        for (card, rule) in cards(&rules).unwrap().iter().zip(&rules) {
            let text = text(card, rule);
            assert!(text.is_ascii(), "{}", card.kind);
            for line in text.lines() {
                let word = !line.trim_start().trim_start_matches("- ").contains(' ');
                let call = card.revoke.iter().any(|way| way.call.as_deref() == Some(line.trim()));
                assert!(line.len() <= COLUMNS || word || call, "{}: {line}", card.kind);
                assert_eq!(line.trim_end(), line, "{}", card.kind);
            }
        }
    }
}
