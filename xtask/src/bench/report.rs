//! `Report`: what was measured beside what was hoped for, as a person and as Markdown reads it.

use std::fmt;

use super::chart::Point;
use super::rounds::Series;

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) case: String,
    /// Empty if there is none.
    pub(crate) goal: String,
    pub(crate) measured: String,
    pub(crate) input: String,
    /// Empty if there is none.
    pub(crate) rival: String,
    /// `None` if there is no goal.
    pub(crate) met: Option<bool>,
}

/// All of one run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    /// Tables of their own, with a heading each.
    details: Vec<String>,
    /// For the chart.
    pub(crate) points: Vec<Point>,
}

const HEADS: [&str; 6] = ["case", "goal", "measured", "met", "rival", "input"];

impl Report {
    /// Adds a case and says it at once: a run is long.
    pub(crate) fn add(&mut self, row: Row) {
        println!("    {row}");
        self.rows.push(row);
    }

    /// Adds what each way took.
    pub(crate) fn detail(&mut self, heading: &str, series: &[Series]) {
        let mut text = format!("### {heading}\n\n");
        text.push_str(&line(&["way", "wall, median", "CPU, mean", "memory at its peak", "runs"]));
        text.push_str(&line(&["---", "---:", "---:", "---:", "---:"]));
        for series in series {
            let (wall, cpu) = (time(series.wall()), time(series.cpu()));
            let (peak, runs) = (megabytes(series.peak_bytes()), series.runs.len().to_string());
            text.push_str(&line(&[&series.name, &wall, &cpu, &peak, &runs]));
        }
        println!("\n{text}");
        self.details.push(text);
    }

    /// The tables of `detail`.
    pub(crate) fn details(&self) -> String {
        self.details.join("\n")
    }

    /// The table of all cases, in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut text = line(&HEADS);
        text.push_str(&line(&["---"; HEADS.len()]));
        for row in &self.rows {
            let cells =
                [&row.case, &row.goal, &row.measured, row.met_text(), &row.rival, &row.input];
            text.push_str(&line(&cells));
        }
        text
    }

    /// How many goals were met, and how many there are.
    pub(crate) fn met(&self) -> (usize, usize) {
        let goals = self.rows.iter().filter_map(|row| row.met);
        (goals.clone().filter(|met| *met).count(), goals.count())
    }
}

/// A line of a table in Markdown.
fn line(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

impl Row {
    fn met_text(&self) -> &'static str {
        match self.met {
            Some(true) => "yes",
            Some(false) => "**missed**",
            None => "",
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.case, self.measured)?;
        match self.met {
            Some(true) => write!(formatter, ", goal {}: met", self.goal)?,
            Some(false) => write!(formatter, ", goal {}: MISSED", self.goal)?,
            None => (),
        }
        if !self.rival.is_empty() {
            write!(formatter, "; {}", self.rival)?;
        }
        write!(formatter, " ({})", self.input)
    }
}

/// A time that is short.
pub(crate) fn milliseconds(seconds: f64) -> String {
    format!("{:.1} ms", seconds * 1e3)
}

/// A time with three digits that count.
pub(crate) fn time(seconds: f64) -> String {
    match seconds {
        nothing if nothing <= 0.0 => "0".to_owned(),
        under if under < 0.1 => format!("{:.1} ms", under * 1e3),
        under if under < 1.0 => format!("{:.0} ms", under * 1e3),
        under if under < 10.0 => format!("{under:.2} s"),
        under if under < 100.0 => format!("{under:.1} s"),
        long => format!("{long:.0} s"),
    }
}

/// A size in millions of bytes.
pub(crate) fn megabytes(bytes: f64) -> String {
    if bytes <= 0.0 {
        return "not seen".to_owned();
    }
    if bytes < 1e7 { format!("{:.1} MB", bytes / 1e6) } else { format!("{:.0} MB", bytes / 1e6) }
}

/// A count with its thousands apart.
pub(crate) fn count(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(case: &str, met: Option<bool>) -> Row {
        Row {
            case: case.to_owned(),
            goal: "at most 5 %".to_owned(),
            measured: "4 %".to_owned(),
            input: "a | b".to_owned(),
            rival: String::new(),
            met,
        }
    }

    #[test]
    fn a_table_is_markdown_and_says_what_was_missed() {
        let mut report = Report::default();
        report.add(row("one", Some(true)));
        report.add(row("two", Some(false)));
        report.add(row("three", None));
        let text = report.markdown();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "| case | goal | measured | met | rival | input |");
        assert_eq!(lines[1], "| --- | --- | --- | --- | --- | --- |");
        assert_eq!(lines[2], "| one | at most 5 % | 4 % | yes |  | a \\| b |");
        assert!(lines[3].contains("**missed**"));
        assert_eq!(lines.len(), 5);
        assert_eq!(report.met(), (1, 2));
    }

    #[test]
    fn numbers_have_the_digits_that_count() {
        let check = |given: f64, expect: &str| assert_eq!(time(given), expect);
        check(0.0012, "1.2 ms");
        check(0.123, "123 ms");
        check(1.234, "1.23 s");
        check(12.34, "12.3 s");
        check(123.4, "123 s");
        assert_eq!(megabytes(1_234_567.0), "1.2 MB");
        assert_eq!(megabytes(123_456_789.0), "123 MB");
        assert_eq!(count(1_234_567.0), "1,234,567");
        assert_eq!(count(12.0), "12");
    }
}
