//! The same verdict, whatever makes it fast: a whole history judged with the walk over deltas on 1, 2
//! and 16 threads, and without it, where every object is read and searched by itself.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::bed::{Bed, Packed};
use super::findings::settings;
use super::history::pack;
use super::synthetic;
use super::waiting::{Waiting, limits};
use crate::failure::{Doing, Failure};
use crate::steps::Step;

/// The commits of a made-up history, of which one in ten brings a secret.
const COMMITS: usize = 3_000;

const THREADS: [usize; 3] = [1, 2, 16];

/// No room for the objects of a pack, so that each is read by itself.
const WITHOUT: &str = "forest_bytes_max = 0\n";

/// Letters of each record that are shown where they begin to differ.
const SHOWN: usize = 80;

/// A key, so that fingerprints are the same in each run.
const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";

/// Compares the verdicts over branches and tags of a repository.
pub(crate) fn repository(bed: &Bed, path: &Path) -> Result<(), Failure> {
    let step = Step::begin("same: packing branches and tags");
    let packed = pack(bed, path)?;
    step.finish();
    compare(bed, &packed)
}

/// Compares the verdicts over a history that is made up.
pub(crate) fn synthetic(bed: &Bed) -> Result<(), Failure> {
    let step = Step::begin("same: making a history");
    let packed = bed.import("client.git", 50, |out: &mut dyn Write| {
        synthetic::history(out, COMMITS, |out, mark| settings(out, mark, true))
    })?;
    step.finish();
    compare(bed, &packed)
}

fn compare(bed: &Bed, packed: &Packed) -> Result<(), Failure> {
    let server = bed.repository("server.git")?;
    let waiting = Waiting::of_pack(&server, packed)?;
    let key = bed.path("fingerprint.key");
    fs::write(&key, KEY).doing("writing a key")?;
    let key = format!("[fingerprint]\nkey = {:?}\n", key.display().to_string());
    let judge = |threads: usize, more: &str| {
        let used = waiting.run_hook(bed, &format!("{}{more}{key}", limits(threads)))?;
        Ok((waiting.record()?, used.wall))
    };
    let step = Step::begin("same: each object by itself");
    let (straight, seconds) = judge(1, WITHOUT)?;
    step.finish();
    println!(
        "    {:.1} s; {} objects, verdict: {}, {} findings",
        seconds,
        straight.number("objects"),
        straight.word("reason"),
        straight.count("\"fingerprint\":"),
    );
    for threads in THREADS {
        let step = Step::begin(&format!("same: as deltas, threads: {threads}"));
        let (record, seconds) = judge(threads, "")?;
        step.finish();
        println!("    {seconds:.1} s");
        if let Some(difference) = difference(&record.verdict(), &straight.verdict()) {
            return Err(Failure::new(format!("the records differ: {difference}")));
        }
    }
    println!("    the records are the same");
    for name in ["server.git", "client.git"] {
        bed.remove(name)?;
    }
    Ok(())
}

/// Where two texts begin to differ, with a little of both.
fn difference(ours: &str, theirs: &str) -> Option<String> {
    let pairs = ours.char_indices().zip(theirs.chars());
    let common = pairs.take_while(|((_, ours), theirs)| ours == theirs).last();
    let start = common.map_or(0, |((at, letter), _)| at + letter.len_utf8());
    let rest = |text: &str| text.get(start..).unwrap_or_default().to_owned();
    let (ours, theirs) = (rest(ours), rest(theirs));
    let shown = |text: &str| text.chars().take(SHOWN).collect::<String>();
    (ours != theirs).then(|| format!("{:?} instead of {:?}", shown(&ours), shown(&theirs)))
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn texts_differ_where_they_begin_to() {
        assert_eq!(difference("a\u{e4}bc", "a\u{e4}bc"), None);
        assert_eq!(difference("abc", "abd"), Some("\"c\" instead of \"d\"".to_owned()));
        assert_eq!(difference("abc", "ab"), Some("\"c\" instead of \"\"".to_owned()));
    }
}
