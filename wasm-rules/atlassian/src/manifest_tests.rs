//! The manifest and the code say the same.

use crate::codes::{dismissal, evidence};
use crate::{JUDGES, MANIFEST};

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
    assert_eq!(codes("evidence"), evidence::ALL.collect::<Vec<_>>());
    assert_eq!(codes("dismissals"), dismissal::ALL.collect::<Vec<_>>());
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
