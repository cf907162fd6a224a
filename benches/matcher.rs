//! Bytes per second of the matcher with the built-in rules.
//!
//! Inputs: this repository's own sources (clean text), the same in base64 (what class runs like
//! least), random bytes, and text dense with literals. Rivals: the floor, a search for one byte
//! that is not there (`memchr`), and `regex::bytes::RegexSet` over the same patterns.

#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pushgate_core::matcher::{Found, Matcher, Pattern, build};
use pushgate_rules::builtin;

/// Bytes of each input.
const INPUT_BYTES: usize = 8 << 20;

fn matcher() -> Matcher {
    let rules = builtin::rules().unwrap();
    let patterns: Vec<Pattern<'_>> = rules
        .iter()
        .map(|rule| Pattern {
            rule: &rule.id,
            pattern: &rule.pattern,
            literals: &rule.literals,
            near: &rule.near,
        })
        .collect();
    Matcher::new(build(&patterns).unwrap()).unwrap()
}

/// The sources of this repository, over and over.
fn sources() -> Vec<u8> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut folders = vec![std::path::PathBuf::from(root)];
    let mut text = Vec::new();
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.extend(std::fs::read(path).unwrap());
            }
        }
    }
    text.iter().copied().cycle().take(INPUT_BYTES).collect()
}

/// Bytes of a generator with a fixed seed.
fn random(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes().into_iter().next().unwrap_or(0)
    })
}

fn base64() -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits =
        random(7).map(|byte| ALPHABET.get(usize::from(byte % 64)).copied().unwrap_or(b'A'));
    digits
        .enumerate()
        .map(|(index, digit)| if index % 77 == 76 { b'\n' } else { digit })
        .take(INPUT_BYTES)
        .collect()
}

fn dense() -> Vec<u8> {
    b"https://example.org/ BBDC-x Basic x ATBBxx "
        .iter()
        .copied()
        .cycle()
        .take(INPUT_BYTES)
        .collect()
}

fn bench(criterion: &mut Criterion) {
    let matcher = matcher();
    let rules = builtin::rules().unwrap();
    let set = regex::bytes::RegexSetBuilder::new(rules.iter().map(|rule| &rule.pattern))
        .unicode(false)
        .build()
        .unwrap();
    let inputs: [(&str, Vec<u8>); 4] = [
        ("sources", sources()),
        ("base64", base64()),
        ("random", random(1).take(INPUT_BYTES).collect()),
        ("dense", dense()),
    ];
    for (name, input) in &inputs {
        let mut group = criterion.benchmark_group(format!("matcher/{name}"));
        group.throughput(Throughput::Bytes(input.len() as u64)).sample_size(10);
        group.bench_function("ours", |bencher| {
            let mut found = Found::default();
            bencher.iter(|| matcher.find(black_box(input), usize::MAX, &mut found));
        });
        group.bench_function("floor: memchr", |bencher| {
            bencher.iter(|| memchr::memchr_iter(0xFF, black_box(input)).count());
        });
        if *name == "sources" {
            group.bench_function("rival: RegexSet", |bencher| {
                bencher.iter(|| set.matches(black_box(input)));
            });
        }
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
