//! A thousand rules more than the built-in ones, in a detector of an admin's own.
//!
//! The detector is the example of `wasm-rules`; only its manifest is another. None of the rules finds
//! anything in what is pushed, so that it is the search for them that is measured.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::bed::{Bed, printed};
use super::synthetic::Random;
use crate::failure::{Doing, Failure};
use crate::places::{GUEST_TARGET, Places};

pub(crate) const RULES: usize = 1_000;

/// The section of a module that holds its manifest.
const SECTION: &[u8] = b"pushgate:manifest";

const MODULE_HEAD_BYTES: usize = 8;

/// Installs the detector for `server`. Gives what a configuration has to say to use it.
pub(crate) fn install(places: &Places, bed: &Bed, server: &Path) -> Result<String, Failure> {
    let built = places.guests().join("target").join(GUEST_TARGET).join("release");
    let module = fs::read(built.join("acme_token.wasm")).doing("reading the example detector")?;
    let module = with_manifest(&module, manifest().as_bytes())
        .ok_or_else(|| Failure::new("the example detector is not a module with a manifest"))?;
    let (folder, store) = (bed.path("detectors"), bed.path("store"));
    for folder in [&folder, &store] {
        fs::create_dir_all(folder).doing(format_args!("creating {}", folder.display()))?;
    }
    fs::write(folder.join("many.wasm"), module).doing("writing a detector")?;
    let shown = |path: &PathBuf| format!("{:?}", path.display().to_string());
    let text = format!("[detectors]\nfolder = {}\nstore = {}\n", shown(&folder), shown(&store));
    let config = bed.path("many-rules.toml");
    fs::write(&config, &text).doing("writing a configuration")?;
    let mut install = bed.tool();
    // The example's detector judges texts of its own shape, so that the examples of these rules are
    // none to it.
    install.arg("install").arg("--untested");
    install.arg("--repository").arg(server).arg("--config").arg(config);
    printed(&mut install, b"")?;
    Ok(text)
}

/// Rules with a prefix each, as most kinds of tokens have one.
fn manifest() -> String {
    let mut random = Random::new(9);
    let letter = |random: &mut Random| char::from(b'a' + random.below(26) as u8);
    let (mut judges, mut rules) = (Vec::new(), String::new());
    for number in 0..RULES {
        let prefix: String = (0..6).map(|_| letter(&mut random)).collect();
        // Two of the same letters would be no matter, but two of the same ids would.
        let (id, prefix) = (format!("many-{number}"), format!("{prefix}_"));
        judges.push(format!("{id:?}"));
        // A string grows in memory: writing to it does not fail.
        let _ = write!(
            rules,
            "[[rule]]\nid = {id:?}\ntitle = \"Token {number}\"\nseverity = \"high\"\n\
             pattern = '{prefix}[a-z0-9]{{20}}'\nliterals = [{prefix:?}]\nrevoke = \"nowhere\"\n\
             examples = [\"{prefix}{{lower:20}}\"]\ncounterexamples = [\"{prefix} x\"]\n\n"
        );
    }
    format!(
        "[detector]\nname = \"many\"\nversion = \"0.1.0\"\njudges = [{}]\n\n\
         [evidence]\n1 = \"so it is\"\n\n[dismissals]\n1 = \"not so\"\n2 = \"nor so\"\n\
         3 = \"nor so either\"\n\n{rules}",
        judges.join(", ")
    )
}

/// The module with another manifest: of all sections, one is replaced.
fn with_manifest(module: &[u8], manifest: &[u8]) -> Option<Vec<u8>> {
    let (head, mut rest) = module.split_at_checked(MODULE_HEAD_BYTES)?;
    let mut new = head.to_vec();
    let mut replaced = false;
    while let Some((kind, after)) = rest.split_first() {
        let (size, after) = number(after)?;
        let (section, after) = after.split_at_checked(size)?;
        let (name_size, name) = number(section).unwrap_or((0, section));
        let ours = *kind == 0 && name.get(..name_size) == Some(SECTION);
        if ours {
            let body = [&leb(SECTION.len()), SECTION, manifest].concat();
            new.push(0);
            new.extend(leb(body.len()));
            new.extend(body);
            replaced = true;
        } else {
            new.push(*kind);
            new.extend(leb(size));
            new.extend_from_slice(section);
        }
        rest = after;
    }
    replaced.then_some(new)
}

/// A number as WebAssembly writes it, seven bits a byte, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (position, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7F) << (7 * position);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(position + 1..)?));
        }
    }
    None
}

fn leb(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7F).unwrap_or(0);
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_read() {
        for value in [0, 1, 127, 128, 300, 70_000] {
            let bytes = leb(value);
            assert_eq!(number(&bytes), Some((value, &[][..])), "{value}");
        }
        assert_eq!(number(&[0x80]), None);
    }

    #[test]
    fn one_section_is_replaced_and_the_others_stay() {
        let section = |kind: u8, body: &[u8]| [&[kind], &leb(body.len())[..], body].concat();
        let named = |name: &[u8], text: &[u8]| section(0, &[&leb(name.len()), name, text].concat());
        let module = |text: &[u8]| {
            let head = b"\0asm\x01\0\0\0".to_vec();
            [head, section(1, b"types"), named(SECTION, text), named(b"name", b"x")].concat()
        };
        let long = vec![b'x'; 500];
        assert_eq!(with_manifest(&module(b"old"), &long), Some(module(&long)));
        assert_eq!(with_manifest(b"\0asm\x01\0\0\0", b"new"), None);
    }
}
