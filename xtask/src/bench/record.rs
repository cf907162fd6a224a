//! What is kept of a run: a file in `benches/record`, the table of `docs/performance.md`, the chart.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::chart;
use super::report::Report;
use crate::failure::{Doing, Failure};
use crate::places::Places;
use crate::process::{answer, command};

/// Records of one day.
const RECORDS_PER_DAY_MAX: usize = 100;

/// Between these lines of the page stands the table.
const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

/// What this task itself leaves of the minute before, by having built.
const QUIET_LOAD_MAX: f64 = 2.5;

const CAPTION: &str = "A whole history pushed at once: time against size";

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A record that is being made.
#[derive(Debug)]
pub(crate) struct Record {
    path: PathBuf,
    title: String,
    /// As it was at the start: the checkout may have gone on when a part is done.
    machine: String,
    load_before: String,
}

impl Record {
    /// A file for today that is not there yet.
    pub(crate) fn begin(places: &Places) -> Result<Record, Failure> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let (year, month, day) = date(now.as_secs() / 86_400);
        let folder = places.root.join("benches").join("record");
        let stem = format!("{year}-{month:02}-{day:02}");
        let mut names = (1..=RECORDS_PER_DAY_MAX).map(|number| match number {
            1 => format!("{stem}.md"),
            number => format!("{stem}-{number}.md"),
        });
        let path = names.find_map(|name| Some(folder.join(name)).filter(|path| !path.exists()));
        let path = path.ok_or_else(|| Failure::new("too many records of today"))?;
        let month = MONTHS.get(month.saturating_sub(1)).copied().unwrap_or_default();
        let title = format!("{day} {month} {year}: all that `cargo xtask bench all` measures");
        Ok(Record { path, title, machine: machine(places), load_before: load() })
    }

    /// Writes what there is so far: a run is long and may be cut off.
    pub(crate) fn write(&self, places: &Places, report: &Report) -> Result<(), Failure> {
        let machine = &self.machine;
        let busy = busy(&self.load_before);
        let load = format!("Load average before {}, after {}{busy}.", self.load_before, load());
        let (met, goals) = report.met();
        let text = format!(
            "# {}\n\n**Machine.** {machine}\n{load}\n\n{met} of {goals} goals met.\n\n{}\n## By history\n\n{}",
            self.title,
            report.markdown(),
            report.details()
        );
        fs::write(&self.path, text).doing(format_args!("writing {}", self.path.display()))?;
        let docs = places.root.join("docs");
        let block = format!("{machine}\n{load}\n\n{}", report.markdown());
        put_into_page(&docs.join("performance.md"), &block)?;
        if let Some(svg) = chart::svg(&report.points, CAPTION) {
            fs::write(docs.join("performance.svg"), svg).doing("writing the chart")?;
        }
        println!(
            "written: {}",
            self.path.strip_prefix(&places.root).unwrap_or(&self.path).display()
        );
        Ok(())
    }
}

/// Puts the table into the page, in place of the one that is there.
fn put_into_page(page: &Path, block: &str) -> Result<(), Failure> {
    let text = fs::read_to_string(page).doing(format_args!("reading {}", page.display()))?;
    let new = replaced(&text, block)
        .ok_or_else(|| Failure::new(format!("{} has no place for the table", page.display())))?;
    fs::write(page, new).doing(format_args!("writing {}", page.display()))
}

fn replaced(text: &str, block: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", block.trim_end()))
}

/// What numbers of this machine have to be read beside.
fn machine(places: &Places) -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cpu = cpu.map_or("processor of unknown kind", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let kernel = first_line("/proc/sys/kernel/osrelease");
    let said = |program: &str| {
        let said = answer(command(program).arg("--version")).unwrap_or_default();
        said.split(" (").next().unwrap_or_default().to_owned()
    };
    let mut commit = command("git");
    commit.current_dir(&places.root).args(["describe", "--always", "--dirty"]);
    let commit = answer(&mut commit).unwrap_or_else(|| "of no commit".to_owned());
    format!(
        "{cores} cores ({cpu}), Linux {kernel}, {}, {}, files in the page cache; pushgate {commit}.",
        said("git"),
        said("rustc")
    )
}

fn load() -> String {
    first_line("/proc/loadavg").split(' ').next().unwrap_or("unknown").to_owned()
}

/// A warning, if something else was at work before anything was measured.
fn busy(load_before: &str) -> &'static str {
    if load_before.parse::<f64>().is_ok_and(|load| load > QUIET_LOAD_MAX) {
        ": other work ran beside, so look at ratios and at time on the processors (CPU), not at the clock"
    } else {
        ""
    }
}

fn first_line(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}

/// Year, month and day of a day since 1970, by Hinnant's way of counting from a first of March.
fn date(days: u64) -> (u64, usize, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, usize::try_from(month).unwrap_or(1), day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_the_dates_of_the_calendar() {
        for (days, expect) in [
            (0, (1970, 1, 1)),
            (58, (1970, 2, 28)),
            (59, (1970, 3, 1)),
            (11_016, (2000, 2, 29)),
            (20_783, (2026, 11, 26)),
            (20_818, (2026, 12, 31)),
        ] {
            assert_eq!(date(days), expect, "{days}");
        }
    }

    #[test]
    fn a_busy_machine_is_told_of() {
        assert!(busy("6.37").contains("other work"));
        assert_eq!(busy("0.40"), "");
        assert_eq!(busy("unknown"), "");
    }

    #[test]
    fn a_table_takes_the_place_of_the_one_before() {
        let page = format!("# Page\n{BEGIN}\nold\n{END}\nend\n");
        let new = replaced(&page, "| new |\n").unwrap();
        assert_eq!(new, format!("# Page\n{BEGIN}\n\n| new |\n\n{END}\nend\n"));
        assert_eq!(replaced(&new, "| new |").as_deref(), Some(new.as_str()));
        assert_eq!(replaced("# Page\n", "x"), None);
    }
}
