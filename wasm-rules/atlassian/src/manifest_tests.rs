//! The manifest and the code say the same.

use crate::{JUDGES, MANIFEST};

/// The constants are read as text, so that none can be forgotten in a list.
const SOURCE: &str = include_str!("codes.rs");

/// The values of all constants in `source`, sorted.
fn defined(source: &str) -> Vec<u16> {
    let values = source.lines().filter_map(|line| line.split_once(": u16 = "));
    let mut values: Vec<u16> =
        values.map(|(_, value)| value.trim_end_matches(';').parse().unwrap()).collect();
    values.sort_unstable();
    values
}

fn manifest() -> toml::Table {
    MANIFEST.parse().expect("the manifest is TOML")
}

/// The codes of a table, sorted.
fn codes(table: &str) -> Vec<u16> {
    let manifest = manifest();
    let entries = manifest[table].as_table().unwrap();
    let mut codes: Vec<u16> = entries.keys().map(|code| code.parse().unwrap()).collect();
    codes.sort_unstable();
    codes
}

#[test]
fn judges_stand_in_the_manifest_in_the_order_of_the_table() {
    let manifest = manifest();
    let listed: Vec<_> = manifest["detector"]["judges"].as_array().unwrap().iter().collect();
    let listed: Vec<_> = listed.iter().map(|name| name.as_str().unwrap()).collect();
    let table: Vec<_> = JUDGES.iter().map(|(name, _)| *name).collect();
    assert_eq!(listed, table);
}

#[test]
fn every_code_has_a_text_and_every_text_a_code() {
    let (evidence, dismissals) = SOURCE.split_once("mod dismissal").unwrap();
    assert_eq!(codes("evidence"), defined(evidence));
    assert_eq!(codes("dismissals"), defined(dismissals));
}

#[test]
fn texts_are_short_and_plain() {
    let manifest = manifest();
    for table in ["evidence", "dismissals"] {
        for (code, text) in manifest[table].as_table().unwrap() {
            let text = text.as_str().unwrap();
            let plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
            assert!(plain && text.len() <= 72, "{table} {code}: {text:?}");
        }
    }
}
