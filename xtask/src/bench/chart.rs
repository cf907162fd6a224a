//! A chart of time against size, written by hand as SVG: both axes are logarithmic, and it can be
//! read on a light and on a dark page.

/// What one way took for one history.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) series: String,
    pub(crate) megabytes: f64,
    pub(crate) seconds: f64,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 70.0;
/// Room for the names at the ends of the lines.
const RIGHT: f64 = 190.0;
const TOP: f64 = 46.0;
const BOTTOM: f64 = 56.0;

/// Names of lines are at least this far apart.
const NAME_DISTANCE: f64 = 15.0;

/// For light and for dark pages, ours first. Told apart by those who see few colours.
const COLOURS: [(&str, &str); 6] = [
    ("#b3261e", "#ff8a80"),
    ("#1f4e9c", "#8ab4f8"),
    ("#5b6b00", "#c5d86d"),
    ("#7a3e9d", "#d7a6f2"),
    ("#00695c", "#6fd6c6"),
    ("#8a5200", "#ffc46b"),
];

/// A logarithmic axis over whole powers of ten.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axis {
    /// Powers of ten at both ends.
    low: f64,
    high: f64,
    /// Places of the ends.
    from: f64,
    to: f64,
}

impl Axis {
    /// Holds all values, and at least one power of ten.
    fn over(values: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Axis {
        let exponents = values.filter(|value| *value > 0.0).map(f64::log10);
        let low = exponents.clone().fold(f64::INFINITY, f64::min).floor();
        let high = exponents.fold(f64::NEG_INFINITY, f64::max).ceil();
        let low = if low.is_finite() { low } else { 0.0 };
        Axis { low, high: high.max(low + 1.0), from, to }
    }

    fn place(&self, value: f64) -> f64 {
        let share = (value.log10() - self.low) / (self.high - self.low);
        self.from + share * (self.to - self.from)
    }

    /// The powers of ten, with their places.
    fn ticks(&self) -> Vec<(f64, f64)> {
        let mut ticks = Vec::new();
        let mut exponent = self.low;
        while exponent <= self.high + 0.5 {
            let value = 10_f64.powf(exponent);
            ticks.push((value, self.place(value)));
            exponent += 1.0;
        }
        ticks
    }
}

/// The chart, or nothing if there is nothing to draw.
pub(crate) fn svg(points: &[Point], caption: &str) -> Option<String> {
    if points.is_empty() {
        return None;
    }
    let x = Axis::over(points.iter().map(|point| point.megabytes), LEFT, WIDTH - RIGHT);
    let y = Axis::over(points.iter().map(|point| point.seconds), HEIGHT - BOTTOM, TOP);
    let mut text = head(caption);
    grid(&mut text, x, y);
    let lines = lines(points);
    let mut names = Vec::new();
    for (number, (name, points)) in lines.iter().enumerate() {
        let places: Vec<(f64, f64)> =
            points.iter().map(|(size, seconds)| (x.place(*size), y.place(*seconds))).collect();
        draw(&mut text, number, &places);
        if let Some((_, at)) = places.last() {
            names.push((*at, number, name.as_str()));
        }
    }
    write_names(&mut text, names);
    text.push_str("</svg>\n");
    Some(text)
}

/// Points by series, in the order in which series come first, each from small to large.
fn lines(points: &[Point]) -> Vec<(String, Vec<(f64, f64)>)> {
    let mut lines: Vec<(String, Vec<(f64, f64)>)> = Vec::new();
    for point in points {
        let place = (point.megabytes, point.seconds);
        match lines.iter_mut().find(|(name, _)| *name == point.series) {
            Some((_, places)) => places.push(place),
            None => lines.push((point.series.clone(), vec![place])),
        }
    }
    // Ours is the first colour.
    lines.sort_by_key(|(name, _)| name != "pushgate");
    for (_, places) in &mut lines {
        places.sort_by(|one, two| one.0.total_cmp(&two.0));
    }
    lines
}

fn head(caption: &str) -> String {
    let mut style = String::from(
        ".page{fill:#ffffff}.ink{fill:#1f2328}.soft{fill:#59636e}.grid{stroke:#d1d9e0}",
    );
    let mut dark = String::from(
        ".page{fill:#0d1117}.ink{fill:#f0f6fc}.soft{fill:#9198a1}.grid{stroke:#3d444d}",
    );
    for (number, (light_colour, dark_colour)) in COLOURS.iter().enumerate() {
        style.push_str(&rules(number, light_colour));
        dark.push_str(&rules(number, dark_colour));
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"{caption}\" font-family=\"system-ui,sans-serif\" font-size=\"12\">\n\
         <style>{style}@media (prefers-color-scheme:dark){{{dark}}}</style>\n\
         <rect class=\"page\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/>\n\
         <text class=\"ink\" x=\"{LEFT}\" y=\"26\" font-size=\"14\" font-weight=\"600\">{caption}</text>\n",
        caption = escaped(caption),
    )
}

fn rules(number: usize, colour: &str) -> String {
    format!(
        ".l{number}{{stroke:{colour};fill:none;stroke-width:{}}}.d{number}{{fill:{colour}}}",
        if number == 0 { "3" } else { "1.8" }
    )
}

fn grid(text: &mut String, x: Axis, y: Axis) {
    for (value, at) in x.ticks() {
        text.push_str(&format!(
            "<line class=\"grid\" x1=\"{at:.1}\" y1=\"{:.1}\" x2=\"{at:.1}\" y2=\"{:.1}\"/>\n\
             <text class=\"soft\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{} MB</text>\n",
            y.to,
            y.from,
            y.from + 18.0,
            plain(value),
        ));
    }
    for (value, at) in y.ticks() {
        text.push_str(&format!(
            "<line class=\"grid\" x1=\"{:.1}\" y1=\"{at:.1}\" x2=\"{:.1}\" y2=\"{at:.1}\"/>\n\
             <text class=\"soft\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
            x.from,
            x.to,
            x.from - 8.0,
            at + 4.0,
            duration(value),
        ));
    }
    text.push_str(&format!(
        "<text class=\"soft\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">size of the pack</text>\n",
        (x.from + x.to) / 2.0,
        HEIGHT - 14.0
    ));
}

fn draw(text: &mut String, number: usize, places: &[(f64, f64)]) {
    let colour = number % COLOURS.len();
    let corners: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    text.push_str(&format!("<polyline class=\"l{colour}\" points=\"{}\"/>\n", corners.join(" ")));
    for (x, y) in places {
        text.push_str(&format!(
            "<circle class=\"d{colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>\n"
        ));
    }
}

/// Writes names beside the ends of their lines, moved down where they would meet.
fn write_names(text: &mut String, mut names: Vec<(f64, usize, &str)>) {
    names.sort_by(|one, two| one.0.total_cmp(&two.0));
    let mut free = 0.0_f64;
    for (at, number, name) in names {
        let at = at.max(free);
        free = at + NAME_DISTANCE;
        text.push_str(&format!(
            "<text class=\"d{}\" x=\"{:.1}\" y=\"{:.1}\">{}</text>\n",
            number % COLOURS.len(),
            WIDTH - RIGHT + 12.0,
            at + 4.0,
            escaped(name)
        ));
    }
}

/// A power of ten without an exponent.
fn plain(value: f64) -> String {
    let places = if value < 1.0 { (-value.log10()).round() as usize } else { 0 };
    format!("{value:.places$}")
}

fn duration(seconds: f64) -> String {
    if seconds < 0.9 {
        format!("{} ms", plain(seconds * 1e3))
    } else {
        format!("{} s", plain(seconds))
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(series: &str, megabytes: f64, seconds: f64) -> Point {
        Point { series: series.to_owned(), megabytes, seconds }
    }

    #[test]
    fn an_axis_holds_all_values_between_powers_of_ten() {
        let axis = Axis::over([0.3, 42.0].into_iter(), 0.0, 300.0);
        assert_eq!((axis.low, axis.high), (-1.0, 2.0));
        assert!((axis.place(0.1) - 0.0).abs() < 1e-9);
        assert!((axis.place(1.0) - 100.0).abs() < 1e-9);
        assert!((axis.place(100.0) - 300.0).abs() < 1e-9);
        let values: Vec<f64> = axis.ticks().iter().map(|(value, _)| *value).collect();
        assert_eq!(values.len(), 4);
        assert!((values[3] - 100.0).abs() < 1e-9);
    }

    #[test]
    fn one_value_and_none_have_an_axis_too() {
        let axis = Axis::over([10.0].into_iter(), 0.0, 100.0);
        assert!(axis.place(10.0).is_finite());
        assert!(axis.high > axis.low);
        let axis = Axis::over([].into_iter(), 0.0, 100.0);
        assert!(axis.place(1.0).is_finite());
    }

    #[test]
    fn a_chart_has_a_line_for_each_series_and_ours_comes_first() {
        let points = [
            point("git index-pack", 1.0, 0.2),
            point("pushgate", 100.0, 0.4),
            point("pushgate", 1.0, 0.01),
            point("a < b", 1.0, 1.0),
        ];
        let lines = lines(&points);
        assert_eq!(lines[0], ("pushgate".to_owned(), vec![(1.0, 0.01), (100.0, 0.4)]));
        let text = svg(&points, "time").unwrap();
        assert_eq!(text.matches("<polyline").count(), 3);
        assert_eq!(text.matches("<circle").count(), 4);
        assert!(text.contains("a &lt; b") && text.contains("prefers-color-scheme:dark"));
        assert!(!text.contains("NaN") && !text.contains("inf"));
        assert_eq!(svg(&[], "time"), None);
    }

    #[test]
    fn names_that_would_meet_are_moved_apart() {
        let mut text = String::new();
        write_names(&mut text, vec![(100.0, 0, "a"), (101.0, 1, "b")]);
        assert!(text.contains("y=\"104.0\"") && text.contains("y=\"119.0\""), "{text}");
    }

    #[test]
    fn ticks_are_written_plainly() {
        assert_eq!(plain(0.01), "0.01");
        assert_eq!(plain(1000.0), "1000");
        assert_eq!(duration(0.01), "10 ms");
        assert_eq!(duration(0.001), "1 ms");
        assert_eq!(duration(10.0), "10 s");
    }
}
