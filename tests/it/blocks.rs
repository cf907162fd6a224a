//! Secrets across the boundaries of whatever blocks the gate reads in.

use crate::support::encode::Random;
use crate::support::{Arrival, Change, History, PushLab, Setup, file, source_text, tokens};

const KIB: usize = 1024;

/// A text of `length` bytes in which each `(start, secret)` stands, blanks around it.
fn text_with(length: usize, secrets: &[(usize, String)], filler: &str) -> Vec<u8> {
    let mut text: Vec<u8> = filler.bytes().cycle().take(length).collect();
    for (start, secret) in secrets {
        let end = start + secret.len();
        text[*start..end].copy_from_slice(secret.as_bytes());
        text[start - 1] = b' ';
        text[end] = b' ';
    }
    text
}

#[track_caller]
fn all_found(arrival: Arrival, entries: Vec<crate::support::history::Entry>, count: usize) {
    let lab = PushLab::of(Setup { arrival, ..Setup::default() });
    lab.in_server(&["config", "core.compression", "0"]);
    lab.in_client(&["config", "core.compression", "0"]);
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    assert_eq!(pushed.hook_exit, Some(1), "{}", pushed.remote.join("\n"));
    assert_eq!(pushed.findings().len(), count, "{}", pushed.remote.join("\n"));
}

/// One file for every offset of a short secret around the smaller boundaries.
fn every_offset(seed: u64) -> (Vec<crate::support::history::Entry>, usize) {
    let boundaries = [4, 8, 16, 32, 64, 128, 256].map(|kib| kib * KIB);
    let filler = source_text(2000);
    let mut count = 0;
    let entries = (0..=38)
        .map(|back| {
            let secrets: Vec<(usize, String)> = boundaries
                .iter()
                .map(|boundary| {
                    count += 1;
                    (boundary + 1 - back, tokens::app_password(seed + count as u64))
                })
                .collect();
            file(format!("at-{back:03}.txt"), text_with(300 * KIB, &secrets, &filler))
        })
        .collect();
    (entries, count)
}

#[test]
fn a_short_secret_at_every_offset_around_the_smaller_boundaries_is_found() {
    let (entries, count) = every_offset(100_000);
    all_found(Arrival::Loose, entries, count);
    let (entries, count) = every_offset(110_000);
    all_found(Arrival::Packed, entries, count);
}

#[test]
fn a_long_secret_at_offsets_around_the_larger_boundaries_is_found() {
    let filler = source_text(3000);
    for (arrival, seed) in [(Arrival::Loose, 120_000), (Arrival::Packed, 130_000)] {
        let mut count = 0;
        let entries: Vec<_> = [1, 2, 3, 12, 13, 96, 184, 191, 192, 193]
            .iter()
            .map(|back| {
                let secrets: Vec<(usize, String)> = [512, 1024, 2048, 3072, 4096, 8192]
                    .iter()
                    .map(|kib| {
                        count += 1;
                        (kib * KIB - back, tokens::cloud(seed + count as u64))
                    })
                    .collect();
                file(format!("at-{back}.txt"), text_with(8193 * KIB, &secrets, &filler))
            })
            .collect();
        all_found(arrival, entries, count);
    }
}

#[test]
fn a_secret_at_every_offset_around_the_boundaries_of_a_streamed_file_is_found() {
    // The boundaries of smaller blocks are among those of the larger ones.
    let length = 12 * 1024 * KIB;
    let filler = source_text(5000);
    for (arrival, seed) in [(Arrival::Loose, 170_000), (Arrival::Packed, 180_000)] {
        let mut count = 0;
        let entries: Vec<_> = [(32, 0), (64, 0), (64, 100)]
            .iter()
            .map(|(kib, first)| {
                let secrets: Vec<(usize, String)> = (1..length / (kib * KIB))
                    .map(|index| {
                        count += 1;
                        let seed = seed + count as u64;
                        let (secret, length) = if *kib == 32 {
                            (tokens::app_password(seed), 36)
                        } else {
                            (tokens::cloud(seed), 192)
                        };
                        (index * kib * KIB - (first + index) % (length + 1), secret)
                    })
                    .collect();
                file(format!("{kib}-{first}.sql"), text_with(length, &secrets, &filler))
            })
            .collect();
        all_found(arrival, entries, count);
    }
}

#[test]
fn a_secret_at_both_ends_of_many_small_files_is_found() {
    for (arrival, seed) in [(Arrival::Loose, 140_000), (Arrival::Packed, 150_000)] {
        let mut random = Random::new(seed);
        let body = source_text(20_000);
        let entries: Vec<_> = (0..300)
            .map(|index| {
                let middle = &body[..(random.next() % 20_000) as usize];
                let first = tokens::app_password(seed + 2 * index);
                let last = tokens::app_password(seed + 2 * index + 1);
                file(format!("f{index:04}"), format!("{first}\n{middle}\n{last}"))
            })
            .collect();
        all_found(arrival, entries, 600);
    }
}

#[test]
fn a_secret_is_not_put_together_from_two_files() {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = PushLab::of(Setup { arrival, ..Setup::default() });
        let token = tokens::cloud(160_000);
        let entries: Vec<_> = (1..190)
            .flat_map(|cut| {
                let (first, second) = token.split_at(cut);
                [file(format!("{cut:03}-a"), first), file(format!("{cut:03}-b"), second)]
            })
            .collect();
        lab.import(&History::root(Change::of(entries)));
        lab.push(&["main"]).accepted_silently();
    }
}
