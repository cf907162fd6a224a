//! What somebody could push to make the gate slow, beside an ordinary history.

use std::io::{self, Write};

use super::bed::{Bed, Packed};
use super::findings;
use super::floor::{Floor, Inflated};
use super::history::threads;
use super::report::{Report, Row, count, megabytes, time};
use super::rounds::{Series, Way, in_turn, median};
use super::rules::{self, RULES};
use super::sizes::Sizes;
use super::synthetic::{self, Pool, Random, commit_head, file};
use super::waiting::{Waiting, limits};
use crate::failure::Failure;
use crate::places::Places;
use crate::steps::Step;

const CHAIN: usize = 4_095;
/// What git is allowed: it is to stop only because the history ends.
const CHAIN_DEPTH: usize = 5_000;
const ENTRIES: usize = 100_000;
const REFS: usize = 20_000;
const FILES: usize = 50_000;
const ORDINARY_COMMITS: usize = 10_000;
const GIGABYTE: usize = 1_000_000_000;

/// What is repeated in a large blob; much more than what deflate looks back.
const CHUNK: usize = 4 << 20;

const ROUNDS: usize = 5;

/// Times the time per byte of the ordinary history.
const PER_BYTE_MAX: f64 = 2.0;

const LARGE_BLOB_PEAK_MAX: f64 = 512e6;

/// At the speed of inflating: as fast, to within what differs between two runs.
const INFLATING_MAX: f64 = 1.15;

/// A pack that is pushed, and how to make it.
struct Case {
    name: &'static str,
    depth: usize,
    write: fn(&mut dyn Write) -> io::Result<()>,
}

const ORDINARY: Case = Case { name: "ordinary", depth: 50, write: ordinary };

const CASES: [Case; 4] = [
    Case { name: "a chain of 4,095 deltas", depth: CHAIN_DEPTH, write: chain },
    Case { name: "a tree of 100,000 entries, changed 100 times", depth: 50, write: wide_tree },
    Case { name: "20,000 refs", depth: 50, write: many_refs },
    Case { name: "one commit touching 50,000 files", depth: 50, write: many_files },
];

/// Times what a push takes with the built-in rules alone.
const MORE_RULES_MAX: f64 = 1.3;

/// Measures those whose name has one of `words` in it, or all.
pub(crate) fn measure(
    places: &Places,
    bed: &Bed,
    words: &[&str],
    report: &mut Report,
) -> Result<(), Failure> {
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    if wanted("rules") {
        more_rules(places, bed, report)?;
    }
    for case in CASES.iter().filter(|case| wanted(case.name)) {
        per_byte(bed, case, report)?;
    }
    if wanted("findings") {
        findings::measure(bed, report)?;
    }
    if wanted("blob") {
        let floor = Floor::build(places)?;
        large_blob(bed, &floor, ("compressible", compressible), report)?;
        large_blob(bed, &floor, ("not compressible", incompressible), report)?;
    }
    Ok(())
}

/// The ordinary history, with and without many rules more.
fn more_rules(places: &Places, bed: &Bed, report: &mut Report) -> Result<(), Failure> {
    let step = Step::begin(&format!("hard: {RULES} more rules"));
    let pushed = pushed(bed, &ORDINARY, "rules")?;
    let detectors = rules::install(places, bed, &bed.path("rules-server.git"))?;
    let configs = [limits(1), limits(1) + &detectors];
    let mut ways =
        configs.each_ref().map(|more| Way::new("hook", |_| pushed.waiting.run_hook(bed, more)));
    let series = in_turn(&mut ways, ROUNDS)?;
    drop(ways);
    step.finish();
    let [few, many] = series.as_slice() else { return Ok(()) };
    // The last run may have been one without them.
    pushed.waiting.run_hook(bed, &(limits(1) + &detectors))?;
    let rules = pushed.waiting.record()?.number("count");
    if rules < RULES as f64 {
        return Err(Failure::new(format!("the hook had {rules} rules only")));
    }
    let ratio = many.wall() / few.wall();
    report.add(Row {
        case: format!("{} more rules", count(RULES as f64)),
        goal: format!("at most {MORE_RULES_MAX} times"),
        measured: format!("{ratio:.2} times (CPU {:.2})", many.cpu() / few.cpu()),
        input: pushed.shown(many)?,
        rival: format!("{} of {}", time(many.wall()), time(few.wall())),
        met: Some(ratio <= MORE_RULES_MAX),
    });
    bed.remove("rules.git")?;
    bed.remove("rules-server.git")
}

/// A case and the ordinary history in turn, each in one thread.
fn per_byte(bed: &Bed, case: &Case, report: &mut Report) -> Result<(), Failure> {
    let step = Step::begin(&format!("hard: {}", case.name));
    let (ours, ordinary) = (pushed(bed, case, "case")?, pushed(bed, &ORDINARY, "ordinary")?);
    if case.depth == CHAIN_DEPTH && ours.sizes.depth < CHAIN {
        let depth = ours.sizes.depth;
        return Err(Failure::new(format!("git made a chain of {depth} deltas")));
    }
    let more = limits(1);
    let mut ways =
        [&ours, &ordinary].map(|pushed| Way::new("hook", |_| pushed.waiting.run_hook(bed, &more)));
    let series = in_turn(&mut ways, ROUNDS)?;
    drop(ways);
    step.finish();
    let [case_series, ordinary_series] = series.as_slice() else { return Ok(()) };
    let (case_rate, ordinary_rate) = (ours.rate(case_series), ordinary.rate(ordinary_series));
    let ratio = case_rate / ordinary_rate;
    report.add(Row {
        case: case.name.to_owned(),
        goal: format!("at most {PER_BYTE_MAX} times the time per byte"),
        measured: format!("{ratio:.2} times"),
        input: format!(
            "{}; {:.1} ns a byte, ordinary {:.1}; memory {}",
            ours.shown(case_series)?,
            case_rate * 1e9,
            ordinary_rate * 1e9,
            megabytes(case_series.peak_bytes()),
        ),
        rival: String::new(),
        met: Some(ratio <= PER_BYTE_MAX),
    });
    for name in ["case.git", "case-server.git", "ordinary.git", "ordinary-server.git"] {
        bed.remove(name)?;
    }
    Ok(())
}

/// A pack in the quarantine of an empty server.
struct Pushed {
    packed: Packed,
    waiting: Waiting,
    sizes: Sizes,
}

fn pushed(bed: &Bed, case: &Case, name: &str) -> Result<Pushed, Failure> {
    let packed = bed.import(&format!("{name}.git"), case.depth, case.write)?;
    let sizes = Sizes::of(bed, &packed)?;
    let server = bed.repository(&format!("{name}-server.git"))?;
    let waiting = Waiting::of_pack(&server, &packed)?;
    Ok(Pushed { packed, waiting, sizes })
}

impl Pushed {
    /// Seconds for each byte that an entry of the pack inflates to.
    fn rate(&self, series: &Series) -> f64 {
        series.wall() / self.sizes.inflated_bytes
    }

    fn shown(&self, series: &Series) -> Result<String, Failure> {
        let record = self.waiting.record()?;
        Ok(format!(
            "{} objects, pack {}, inflated {}, whole {}; {}; {}",
            count(self.sizes.objects),
            megabytes(self.packed.pack_bytes()),
            megabytes(self.sizes.inflated_bytes),
            megabytes(record.number("bytes")),
            time(series.wall()),
            record.word("reason"),
        ))
    }
}

type Write1 = fn(&mut dyn Write) -> io::Result<()>;

fn large_blob(
    bed: &Bed,
    floor: &Floor,
    (name, write): (&str, Write1),
    report: &mut Report,
) -> Result<(), Failure> {
    let step = Step::begin(&format!("hard: one blob of 1 GB, {name}"));
    let case = Case { name: "", depth: 0, write };
    let pushed = pushed(bed, &case, "blob")?;
    let more = limits(threads());
    let mut inflated: Vec<Inflated> = Vec::new();
    let mut hook = [Way::new("hook", |_| {
        inflated.push(floor.inflate(bed, &pushed.packed.repository)?);
        pushed.waiting.run_hook(bed, &more)
    })];
    let series = in_turn(&mut hook, 3)?;
    drop(hook);
    step.finish();
    let [series] = series.as_slice() else { return Ok(()) };
    let floor = median(inflated.iter().map(|inflated| inflated.wall));
    let (ratio, peak) = (series.wall() / floor, series.peak_bytes());
    let shown = pushed.shown(series)?;
    report.add(Row {
        case: format!("one blob of 1 GB, {name}: time ÷ inflating it"),
        goal: "as fast".to_owned(),
        measured: format!("{ratio:.2} times"),
        input: shown.clone(),
        rival: format!("inflating {}", time(floor)),
        met: Some(ratio <= INFLATING_MAX),
    });
    report.add(Row {
        case: format!("one blob of 1 GB, {name}: memory"),
        goal: "below 512 MB".to_owned(),
        measured: megabytes(peak),
        input: shown,
        rival: String::new(),
        met: Some(peak < LARGE_BLOB_PEAK_MAX),
    });
    bed.remove("blob.git")?;
    bed.remove("blob-server.git")
}

fn ordinary(out: &mut dyn Write) -> io::Result<()> {
    synthetic::history(out, ORDINARY_COMMITS, synthetic::nothing)
}

/// One file, in which each version is a delta of the one before it.
fn chain(out: &mut dyn Write) -> io::Result<()> {
    let mut pool = Pool::new(2);
    let mut text = pool.text(400);
    for mark in 1..=CHAIN + 2 {
        commit_head(out, "refs/heads/main", mark)?;
        file(out, "config.toml", &pool.bytes(&text))?;
        pool.edit(&mut text);
    }
    Ok(())
}

fn wide_tree(out: &mut dyn Write) -> io::Result<()> {
    let mut pool = Pool::new(3);
    let path = |number: usize| format!("data/record_{number:06}.json");
    commit_head(out, "refs/heads/main", 1)?;
    for number in 0..ENTRIES {
        // Few contents, so that it is the tree that counts.
        let text = format!("{{\"record\": {}}}\n", number % 100);
        file(out, &path(number), text.as_bytes())?;
    }
    for mark in 2..=101 {
        commit_head(out, "refs/heads/main", mark)?;
        let text = pool.text(5);
        file(out, &path(mark * 977 % ENTRIES), &pool.bytes(&text))?;
    }
    Ok(())
}

fn many_refs(out: &mut dyn Write) -> io::Result<()> {
    synthetic::history(out, REFS, |out, mark| {
        write!(out, "reset refs/heads/team_{}/topic_{mark}\nfrom :{mark}\n\n", mark / 1000)
    })
}

fn many_files(out: &mut dyn Write) -> io::Result<()> {
    let mut pool = Pool::new(4);
    let path = |number: usize| format!("src/part_{}/file_{number}.rs", number % 500);
    for mark in 1..=2 {
        commit_head(out, "refs/heads/main", mark)?;
        for number in 0..FILES {
            let text = pool.text(20);
            file(out, &path(number), &pool.bytes(&text))?;
        }
    }
    Ok(())
}

fn compressible(out: &mut dyn Write) -> io::Result<()> {
    let mut pool = Pool::new(5);
    let text = pool.text(CHUNK / 20);
    large(out, &pool.bytes(&text))
}

fn incompressible(out: &mut dyn Write) -> io::Result<()> {
    let mut random = Random::new(6);
    let words = std::iter::repeat_with(|| random.next().to_le_bytes()).take(CHUNK / 8);
    let bytes: Vec<u8> = words.flatten().collect();
    large(out, &bytes)
}

/// A commit with one large file, of this again and again.
fn large(out: &mut dyn Write, chunk: &[u8]) -> io::Result<()> {
    commit_head(out, "refs/heads/main", 1)?;
    write!(out, "M 100644 inline dump.bin\ndata {GIGABYTE}\n")?;
    let mut left = GIGABYTE;
    while left > 0 {
        let piece = chunk.get(..chunk.len().min(left)).unwrap_or_default();
        out.write_all(piece)?;
        left -= piece.len();
    }
    out.write_all(b"\n")
}
