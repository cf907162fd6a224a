//! `RecordLine`: the few numbers that a bench wants of a line of the audit record.

/// One line of JSON, as the hook wrote it: no blanks between a name and its value.
#[derive(Debug)]
pub(crate) struct RecordLine(String);

impl RecordLine {
    pub(crate) fn new(line: &str) -> RecordLine {
        RecordLine(line.to_owned())
    }

    /// The number that stands behind this name, wherever that is.
    pub(crate) fn number(&self, name: &str) -> f64 {
        let rest = self.after(name);
        let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        rest.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(f64::NAN)
    }

    /// The word that stands behind this name.
    pub(crate) fn word(&self, name: &str) -> &str {
        let rest = self.after(name);
        rest.strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap_or_default()
    }

    /// How often a text stands there.
    pub(crate) fn count(&self, text: &str) -> usize {
        self.0.matches(text).count()
    }

    /// All that does not differ from one run to the next.
    pub(crate) fn verdict(&self) -> String {
        let mut line = self.0.clone();
        for (name, end) in [("time", ','), ("push", ','), ("timing_us", '}')] {
            let mark = format!("\"{name}\":");
            let Some(start) = line.find(&mark) else { continue };
            let rest = line.get(start..).and_then(|rest| rest.find(end));
            line.replace_range(start..rest.map_or(line.len(), |end| start + end + 1), "");
        }
        line
    }

    fn after(&self, name: &str) -> &str {
        let mark = format!("\"{name}\":");
        self.0.split_once(&mark).map_or("", |(_, rest)| rest.trim_start())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_are_found_by_name() {
        let line = r#"{"decision":"accept","coverage":{"objects":12,"bytes":345},"x":1}"#;
        let line = RecordLine::new(line);
        assert!((line.number("bytes") - 345.0).abs() < 1e-9);
        assert!((line.number("objects") - 12.0).abs() < 1e-9);
        assert!(line.number("trees").is_nan());
        assert_eq!(line.word("decision"), "accept");
        assert_eq!(line.word("reason"), "");
    }

    #[test]
    fn the_verdict_is_what_does_not_change() {
        let line = |time: u8| {
            let line = r#"{"time":"@","push":"x@","decision":"accept","timing_us":{"total":@}}"#;
            RecordLine::new(&line.replace('@', &time.to_string()))
        };
        assert_eq!(line(1).verdict(), line(2).verdict());
        assert_eq!(line(1).verdict(), r#"{"decision":"accept",}"#);
    }
}
