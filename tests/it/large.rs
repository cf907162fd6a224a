//! Large files, long lines, and the memory they take.

use std::path::{Path, PathBuf};

use crate::support::archive::packed;
use crate::support::tokens::CLOUD;
use crate::support::{Arrival, Change, History, PushLab, Setup, file, source_text, tokens};

/// A laboratory whose repositories do not spend time on compression.
#[track_caller]
fn quick(arrival: Arrival) -> PushLab {
    let lab = PushLab::of(Setup { arrival, ..Setup::default() });
    lab.in_server(&["config", "core.compression", "0"]);
    lab.in_client(&["config", "core.compression", "0"]);
    lab.in_client(&["config", "core.bigFileThreshold", "1m"]);
    lab
}

#[test]
fn a_secret_at_the_end_of_a_hundred_megabytes_is_refused() {
    for (seed, arrival) in [(1, Arrival::Loose), (2, Arrival::Packed)] {
        let lab = quick(arrival);
        let mut text = source_text(100_000_000);
        text += &format!("token = {}", tokens::cloud(seed));
        let line = text.lines().count() as u64;
        lab.import(&History::root(Change::of([file("big.sql", text)])));
        let pushed = lab.push(&["main"]);
        pushed.refused_in("blob", &[CLOUD]);
        assert_eq!(pushed.sites()[0]["line"].as_u64(), Some(line));
    }
}

/// Has the hook's memory measured in each push from now on. Gives the file with its peak, in KiB.
#[track_caller]
fn measure(lab: &PushLab) -> PathBuf {
    let peak = lab.root().join("peak");
    // getrusage(RUSAGE_CHILDREN): field 4 is the largest resident set, in KiB.
    let number = if cfg!(target_arch = "aarch64") { 165 } else { 98 };
    lab.wrap_hook(&format!(
        "exec perl -e 'my $out = shift; my $code = system(@ARGV) >> 8; my $b = \"\\0\" x 144; \
         syscall({number}, -1, $b); open(F, \">\", $out); print F (unpack(\"q18\", $b))[4]; \
         close F; exit $code' '{}' \"$HOOK\"",
        peak.display()
    ));
    peak
}

/// The last push took less than this much memory.
#[track_caller]
fn took_less_than(mebibytes: u64, peak: &Path, arrival: Arrival) {
    let kib = std::fs::read_to_string(peak).expect("perl wrote it");
    let kib: u64 = kib.trim().parse().expect("a number");
    assert!(kib < mebibytes * 1024, "{arrival:?}: the hook took {kib} KiB");
}

#[test]
fn a_file_that_is_larger_than_what_may_be_held_is_never_held() {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = quick(arrival);
        let peak = measure(&lab);
        // More than may be held of a pack, and less than any object may have that is held at all.
        lab.import(&History::root(Change::of([file("big.sql", source_text(150_000_000))])));
        lab.push(&["main"]).accepted_silently();
        took_less_than(48, &peak, arrival);
    }
}

#[test]
fn the_hook_stays_under_256_megabytes() {
    for (seed, arrival) in [(3, Arrival::Loose), (4, Arrival::Packed)] {
        let lab = quick(arrival);
        let peak = measure(&lab);
        let mut entries = vec![file("big.sql", source_text(150_000_000))];
        let noise = crate::support::encode::Random::new(9).bytes(120_000_000);
        entries.push(file("noise.bin", noise));
        for index in 0..40 {
            entries.push(file(format!("f{index}.rs"), source_text(1_000_000 + index)));
        }
        entries.push(file("z.env", format!("t = {}\n", tokens::cloud(seed))));
        lab.import(&History::root(Change::of(entries)));
        lab.push(&["main"]).refused_for(&[CLOUD]);
        took_less_than(256, &peak, arrival);
    }
}

#[test]
fn what_an_archive_hides_twice_is_read_a_part_at_a_time() {
    let lab = quick(Arrival::Packed);
    let peak = measure(&lab);
    let token = tokens::cloud(5);
    // Sixty megabytes, all of it hexadecimal digits of what is escaped.
    let script = "perl -e 'print unpack(\"H*\", \"%41%54 \" x 4200000)' >x; gzip -9n <x";
    let entries = [file("x.gz", packed(&lab, &[], script))];
    lab.import(&History::root(Change::of(entries)));
    lab.push(&["main"]).accepted_silently();
    took_less_than(256, &peak, Arrival::Packed);

    let script = "perl -e 'print \"%41%54 \" x 6000000; s/([=-])/sprintf \"%%%02X\", ord $1/ge, \
        print for <STDIN>' <t >x; gzip -9n <x";
    let entries = [file("y.gz", packed(&lab, &[("t", token.as_bytes())], script))];
    lab.import(&History::root(Change::of(entries)));
    lab.push(&["+main"]).refused_for(&[CLOUD]);
    took_less_than(256, &peak, Arrival::Packed);
}

#[test]
fn a_secret_in_a_line_of_megabytes_is_refused() {
    for (seed, arrival) in [(5, Arrival::Loose), (6, Arrival::Packed)] {
        let lab = quick(arrival);
        let filler = "abcdefgh,".repeat(600_000);
        let text = format!("{{\"x\":\"{filler}{} {filler}\"}}", tokens::cloud(seed));
        lab.import(&History::root(Change::of([file("min.json", text)])));
        let pushed = lab.push(&["main"]);
        pushed.refused_in("blob", &[CLOUD]);
        let site = &pushed.sites()[0];
        let expected = (6 + 9 * 600_000 + 1) as u64;
        assert_eq!((site["line"].as_u64(), site["column"].as_u64()), (Some(1), Some(expected)));
    }
}

#[test]
fn a_secret_in_a_later_version_of_a_large_file_is_refused_though_only_its_delta_arrives() {
    for (seed, arrival) in [(20, Arrival::Loose), (21, Arrival::Packed)] {
        let lab = PushLab::of(Setup { arrival, ..Setup::default() });
        lab.in_server(&["config", "core.compression", "1"]);
        lab.in_client(&["config", "core.compression", "1"]);
        let text = source_text(11_000_000);
        let mut edited = text.clone();
        edited.insert_str(9_000_001, &format!("\ntoken = {}\n", tokens::cloud(seed)));
        let mut history = History::root(Change::of([file("big.sql", &text)]));
        history.commit("refs/heads/next", &[":1"], Change::of([file("big.sql", edited)]));
        lab.import(&history);
        lab.push(&["main"]).accepted_silently();
        lab.push(&["next"]).refused_in("blob", &[CLOUD]);
    }
}

#[test]
fn what_is_stored_as_a_difference_to_what_cannot_be_held_is_searched() {
    let text = source_text(11_000_000);
    let mut edited = text.clone();
    edited.insert_str(9_000_001, &format!("\ntoken = {}\n", tokens::cloud(22)));
    let line = edited.lines().position(|line| line.starts_with("token = ")).map(|at| at as u64 + 1);
    // Small, and made of the large one all the same.
    let part = text.get(1_000_000..2_000_000).expect("ASCII");
    let mut history = History::root(Change::of([file("big.sql", &text)]));
    history.commit("refs/heads/clean", &[":1"], Change::of([file("part.sql", part)]));
    history.commit("refs/heads/next", &[":1"], Change::of([file("big.sql", &edited)]));
    for pushes in [&[&["main"][..], &["clean"], &["next"]][..], &[&["main", "clean", "next"]]] {
        let lab = PushLab::of(Setup {
            config: "[limits]\nobject_bytes_max = 9000000\nforest_bytes_max = 9000000\n".to_owned(),
            arrival: Arrival::Packed,
            ..Setup::default()
        });
        lab.import(&history);
        lab.in_client(&["repack", "-adfq"]);
        let (last, before) = pushes.split_last().expect("there is one");
        for refs in before {
            lab.push(refs).accepted_silently();
        }
        let pushed = lab.push(last);
        pushed.refused_in("blob", &[CLOUD]);
        assert_eq!(pushed.sites()[0]["line"].as_u64(), line);
        assert_eq!(pushed.record()["undecided"], serde_json::json!([]));
    }
}

#[test]
fn half_a_megabyte_of_prefixes_ends_in_a_decision() {
    let lab = quick(Arrival::Packed);
    let prefixes = [
        format!("{}T3xFfGF0", "ATAT").repeat(40_000),
        "ATBB".repeat(120_000),
        format!("{}-", "BBDC").repeat(100_000),
        "Basic ".repeat(80_000),
        "https://a:b@".repeat(40_000),
        "NDA5".repeat(120_000),
    ];
    for text in prefixes {
        lab.import(&History::root(Change::of([file("a", text)])));
        let pushed = lab.push(&["--force", "main"]);
        // There is no secret, so either that is seen, or a limit is named.
        if pushed.accepted {
            pushed.accepted_silently();
        } else {
            pushed.refused_undecided().says("_max");
        }
    }
}

#[test]
fn megabytes_of_base64_hexadecimal_and_noise_are_silent() {
    use crate::support::encode::{Random, base64, hex};
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = quick(arrival);
        let noise = Random::new(31).bytes(3_000_000);
        let lines = |text: &str| -> String {
            text.as_bytes()
                .chunks(76)
                .flat_map(|line| [line, b"\n"])
                .flatten()
                .map(|b| *b as char)
                .collect()
        };
        lab.import(&History::root(Change::of([
            file("one-line.b64", base64(&noise)),
            file("lines.pem", lines(&base64(&noise[1..]))),
            file("dump.hex", hex(&noise)),
            file("noise.bin", &noise),
        ])));
        lab.push(&["main"]).accepted_silently();
    }
}

#[test]
fn a_message_of_megabytes_is_looked_at_to_its_end() {
    for (seed, arrival) in [(7, Arrival::Loose), (8, Arrival::Packed)] {
        let lab = quick(arrival);
        let message = format!("{}{}\n", source_text(3_000_000), tokens::cloud(seed));
        lab.import(&History::root(Change::saying(message)));
        lab.push(&["main"]).refused_in("commit", &[CLOUD]);
    }
}
