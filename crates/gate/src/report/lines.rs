//! The lines of a message, and the manner in which they are shown where the person looks.
//!
//! At most 25 lines of 72 ASCII characters: with git's `remote: ` before it, a line still fits 80
//! columns. No line begins with a word that git colours. A check tells a developer on their own
//! terminal, where nothing cuts anything off: there all places stand, and whole names.
//!
//! On a terminal a message has empty lines and is indented. The pages of a server trim lines, so
//! what is shown there has neither; GitLab shows those lines alone that begin with its mark.

use crate::code::Code;
use crate::config::{Config, MessageSettings};
use crate::environment::Environment;
use crate::profile::Profile;
use crate::show::fit;

/// Characters of a line.
pub(super) const WIDTH: usize = 72;

/// Lines of a message.
pub(super) const LINES_MAX: usize = 25;

/// Characters of a line of a check: paths in it are whole, so that they can be pasted.
const CHECK_WIDTH: usize = 1024;

/// Secrets, and open questions, that a message shows one by one.
const SHOWN_MAX: usize = 3;

/// Those that a check shows.
const CHECK_SHOWN_MAX: usize = 1000;

/// Places of one secret that a check shows.
const CHECK_PLACES_MAX: usize = 100;

/// Lines of a check: those of its secrets, and of what else stands in a message.
const CHECK_LINES_MAX: usize = CHECK_SHOWN_MAX * (CHECK_PLACES_MAX + 2 * SHOWN_MAX) + LINES_MAX;

/// Words at the start of a line that git clients colour.
const COLOURED: &[&str] = &["hint", "warning", "success", "error"];

/// How the first line begins, whatever it says.
const NAME: &str = "pushgate: ";

/// How a line begins that GitLab shows on its pages; it takes this away.
const GITLAB_MARK: &str = "GL-HOOK-ERR: ";

/// What is said of the admin's page, before its address.
const PAGE: &str = "  Page: ";

/// Ends what a terminal was told of colours.
const PLAIN: &str = "\x1b[m";

/// Bytes around a line: a mark, a colour and its end, and a line feed.
pub(super) const AROUND_BYTES_MAX: usize = GITLAB_MARK.len() + "\x1b[1;31m".len() + PLAIN.len() + 1;

/// Bytes of a message, without the line for tools.
pub(super) const BYTES_MAX: usize = LINES_MAX * (WIDTH + AROUND_BYTES_MAX);

/// How words for people are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner<'m> {
    /// What the admin decided; without it nobody knows yet.
    pub(super) settings: Option<&'m MessageSettings>,
    /// Whether who reads this works on a server's pages, or through its API.
    pub(super) on_web: bool,
    /// Whether that is a merge, if the server says so.
    pub(super) merges: Option<bool>,
    pub(super) extent: Extent,
    is_gitlab: bool,
}

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What fits a message from a server.
    #[default]
    Message,
    /// All that a developer wants to see of a check.
    Check,
}

impl Extent {
    /// Characters of a line.
    pub(super) fn width(self) -> usize {
        match self {
            Extent::Message => WIDTH,
            Extent::Check => CHECK_WIDTH,
        }
    }

    /// Secrets, and open questions, that are shown one by one.
    pub(super) fn shown_max(self) -> usize {
        match self {
            Extent::Message => SHOWN_MAX,
            Extent::Check => CHECK_SHOWN_MAX,
        }
    }

    /// Places of one secret that are shown.
    pub(super) fn places_max(self) -> usize {
        match self {
            Extent::Message => 1,
            Extent::Check => CHECK_PLACES_MAX,
        }
    }

    fn lines_max(self) -> usize {
        match self {
            Extent::Message => LINES_MAX,
            Extent::Check => CHECK_LINES_MAX,
        }
    }
}

/// What a line is, as far as that can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Refusal,
    Warning,
    /// What was found.
    Title,
    Command,
    Words,
}

/// A message, line by line.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<(Kind, String)>);

impl<'m> Manner<'m> {
    /// The manner for a push, once the configuration is known.
    pub(crate) fn of(config: &'m Config, environment: &Environment) -> Manner<'m> {
        let is_gitlab = config.profile(environment) == Profile::Gitlab;
        Manner { settings: Some(&config.message), is_gitlab, ..Manner::without_config(environment) }
    }

    /// The manner for a push of which the environment alone is known.
    pub(crate) fn without_config(environment: &Environment) -> Manner<'static> {
        let is_gitlab = environment.profile == Profile::Gitlab;
        let Environment { on_web, merges, .. } = *environment;
        Manner { settings: None, on_web, merges, extent: Extent::Message, is_gitlab }
    }

    /// The same, with so much told.
    pub(crate) fn telling(self, extent: Extent) -> Manner<'m> {
        Manner { extent, ..self }
    }

    /// What stands before each line.
    fn mark(self) -> &'static str {
        if self.on_web && self.is_gitlab { GITLAB_MARK } else { "" }
    }

    /// Whether the admin wants colours on terminals.
    fn is_coloured(self) -> bool {
        self.settings.is_some_and(|settings| settings.colour)
    }

    /// Whether a line for tools is wanted.
    pub(super) fn has_json(self) -> bool {
        self.settings.is_some_and(|settings| settings.json)
    }

    /// Whether the admin has a page in place of ours.
    pub(super) fn has_page(self) -> bool {
        self.settings.is_some_and(|settings| settings.page.is_some())
    }

    /// The admin's own lines of a refusal.
    pub(super) fn own_lines(self) -> Vec<String> {
        let Some(settings) = self.settings else { return Vec::new() };
        let page = settings.page.as_ref().map(|page| format!("{PAGE}{page}"));
        [page, settings.help.clone(), settings.link.clone()].into_iter().flatten().collect()
    }
}

impl Lines {
    pub(super) fn push(&mut self, line: impl Into<String>) {
        self.add(Kind::Words, line.into());
    }

    /// The first line of a refusal.
    pub(super) fn refusal(&mut self, verdict: &str, code: Code) {
        self.add(Kind::Refusal, format!("{NAME}push refused: {verdict} [{}]", code.name));
    }

    /// The first line of a warning.
    pub(super) fn warning(&mut self, verdict: &str, code: Code) {
        self.add(Kind::Warning, format!("{NAME}warning: {verdict} [{}]", code.name));
    }

    /// The line that says what was found.
    pub(super) fn title(&mut self, line: String) {
        self.add(Kind::Title, line);
    }

    /// A line of what to do: a command, or words.
    pub(super) fn step(&mut self, line: String) {
        let is_command = line.trim_start().starts_with("git ");
        let kind = if is_command { Kind::Command } else { Kind::Words };
        self.add(kind, line);
    }

    fn add(&mut self, kind: Kind, line: String) {
        let words = line.trim_start();
        let coloured = COLOURED.iter().any(|word| {
            words.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        });
        let line = if coloured { format!("  - {words}") } else { line };
        self.0.push((kind, line.trim_end().to_owned()));
    }

    pub(super) fn blank(&mut self) {
        self.0.push((Kind::Words, String::new()));
    }

    /// Adds `text`, broken at blanks, each line behind `indent`; at most `lines_max` lines.
    pub(super) fn wrapped(&mut self, text: &str, indent: &str, lines_max: usize) {
        let room = WIDTH - indent.len();
        let mut lines: Vec<String> = vec![String::new()];
        // A word that is longer than a line, such as a path, goes on in the next.
        let words = text.split_ascii_whitespace().flat_map(|word| pieces(word, room));
        for word in words {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(word),
                Some(line) if line.len() + 1 + word.len() <= room => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        if lines.len() > lines_max {
            lines.truncate(lines_max.saturating_sub(1));
            lines.push("...".to_owned());
        }
        for line in lines {
            self.push(format!("{indent}{line}"));
        }
    }

    /// The text, with the admin's lines `own` and a line for tools at its end.
    pub(super) fn into_text(
        self,
        manner: Manner<'_>,
        own: Vec<String>,
        json: Option<String>,
    ) -> String {
        let Lines(mut lines) = self;
        let room = manner.extent.lines_max() - own.len() - usize::from(json.is_some());
        // What an empty line would say can be seen without it; each other line says something.
        while let Some(at) = lines.iter().rposition(|(_, line)| line.is_empty())
            && (manner.on_web || lines.len() > room)
        {
            lines.remove(at);
        }
        lines.truncate(room);
        lines.extend(own.into_iter().map(|line| (Kind::Words, line)));
        let mark = manner.mark();
        let mut text = String::new();
        for (kind, line) in lines {
            let line = fit(&line, manner.extent.width());
            let line = match manner.on_web {
                // Nothing shows colours there.
                true => line.trim_start().to_owned(),
                false if manner.is_coloured() => coloured(kind, line),
                false => line,
            };
            text.push_str(mark);
            text.push_str(&line);
            text.push('\n');
        }
        if let Some(json) = json {
            text.push_str(mark);
            text.push_str(&json);
            text.push('\n');
        }
        text
    }
}

/// The line with colours for a terminal, which end where it ends. Indentation, and our name at
/// the start of a verdict, stay as they are.
fn coloured(kind: Kind, line: String) -> String {
    let colour = match kind {
        Kind::Refusal => "\x1b[1;31m",
        Kind::Warning => "\x1b[1;33m",
        Kind::Title => "\x1b[1m",
        Kind::Command => "\x1b[36m",
        Kind::Words => return line,
    };
    let (before, rest) = match line.strip_prefix(NAME) {
        Some(rest) => (NAME, rest),
        None => line.split_at(line.len() - line.trim_start().len()),
    };
    match rest.rsplit_once(" [") {
        Some((verdict, code)) if matches!(kind, Kind::Refusal | Kind::Warning) => {
            format!("{before}{colour}{verdict}{PLAIN} [{code}")
        }
        _ => format!("{before}{colour}{rest}{PLAIN}"),
    }
}

/// `word`, which is ASCII, in pieces of at most `room` characters.
fn pieces(word: &str, room: usize) -> impl Iterator<Item = &str> {
    (0..word.len())
        .step_by(room)
        .filter_map(move |start| word.get(start..word.len().min(start + room)))
}

#[cfg(test)]
mod tests {
    use super::{BYTES_MAX, LINES_MAX, Lines, Manner};
    use crate::code;
    use crate::config::{Config, MessageSettings};
    use crate::environment::Environment;

    const GITLAB: &[(&str, &str)] = &[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", "web")];

    fn text(lines: Lines, settings: &MessageSettings, variables: &[(&str, &str)]) -> String {
        let environment = Environment::of_variables(variables);
        let config = Config { message: settings.clone(), ..Config::embedded() };
        let manner = Manner::of(&config, &environment);
        let json = manner.has_json().then(|| "{}".to_owned());
        lines.into_text(manner, manner.own_lines(), json)
    }

    fn example() -> Lines {
        let mut lines = Lines::default();
        lines.refusal("1 secret found", code::FOUND);
        lines.blank();
        lines.title("  Key".to_owned());
        lines.push("    at a");
        lines.step("    # take it out".to_owned());
        lines.step("    git add -- a".to_owned());
        lines
    }

    #[test]
    fn lines_that_git_would_colour_begin_with_a_dash() {
        let mut lines = Lines::default();
        lines.push("  error.log at 3");
        lines.push("warning: here");
        lines.push("  hinterland");
        let text = text(lines, &MessageSettings::default(), &[]);
        for line in text.lines() {
            assert!(line.starts_with("  - "), "{line}");
        }
    }

    #[test]
    fn a_terminal_is_told_colours_if_that_is_wanted_and_a_page_is_not() {
        let plain = MessageSettings::default();
        let coloured = MessageSettings { colour: true, ..plain.clone() };
        let expected = "pushgate: push refused: 1 secret found [PG0101]\n\n  Key\n    at a\n    \
                        # take it out\n    git add -- a\n";
        assert_eq!(text(example(), &plain, &[]), expected);
        let escaped = "pushgate: \x1b[1;31mpush refused: 1 secret found\x1b[m [PG0101]\n\n  \
                       \x1b[1mKey\x1b[m\n    at a\n    # take it out\n    \x1b[36mgit add -- a\x1b[m\n";
        assert_eq!(text(example(), &coloured, &[]), escaped);
        let mut warning = Lines::default();
        warning.warning("x", code::WARNED);
        let escaped = "pushgate: \x1b[1;33mwarning: x\x1b[m [PG0301]\n";
        assert_eq!(text(warning, &coloured, &[]), escaped);
        for settings in [&plain, &coloured] {
            let web = text(example(), settings, &[("SSH_ORIGINAL_COMMAND", "gitea-internal")]);
            let flat = "pushgate: push refused: 1 secret found [PG0101]\nKey\nat a\n# take it out\n\
                        git add -- a\n";
            assert_eq!(web, flat);
        }
    }

    #[test]
    fn gitlab_has_its_mark_on_each_line_of_what_its_pages_show() {
        let settings = MessageSettings {
            help: Some("Ask".to_owned()),
            json: true,
            ..MessageSettings::default()
        };
        let marked = text(example(), &settings, GITLAB);
        assert!(marked.lines().all(|line| line.starts_with("GL-HOOK-ERR: ")), "{marked}");
        assert!(marked.ends_with("GL-HOOK-ERR: Ask\nGL-HOOK-ERR: {}\n"), "{marked}");
        for protocol in ["ssh", "http"] {
            let pushed = &[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", protocol)];
            assert!(!text(example(), &settings, pushed).contains("GL-HOOK-ERR"));
        }
        let environment = Environment::of_variables(GITLAB);
        let manner = Manner::without_config(&environment);
        let unknown = example().into_text(manner, manner.own_lines(), None);
        assert!(unknown.lines().all(|line| line.starts_with("GL-HOOK-ERR: ")), "{unknown}");
    }

    #[test]
    fn a_message_is_as_long_as_is_said_and_no_longer() {
        let settings = MessageSettings { colour: true, ..MessageSettings::default() };
        for variables in [GITLAB, &[]] {
            let mut lines = Lines::default();
            lines.refusal(&"x".repeat(100), code::FOUND);
            lines.warning(&"x".repeat(100), code::WARNED);
            for _ in 0..LINES_MAX {
                lines.title("x".repeat(100));
                lines.step(format!("git {}", "x".repeat(100)));
            }
            let text = text(lines, &settings, variables);
            assert_eq!(text.lines().count(), LINES_MAX, "{text}");
            assert!((BYTES_MAX * 3 / 4..=BYTES_MAX).contains(&text.len()), "{}", text.len());
        }
    }

    #[test]
    fn what_the_admin_adds_is_never_cut_off() {
        let settings = MessageSettings {
            help: Some("Ask".to_owned()),
            link: Some("https://a.example".to_owned()),
            page: Some("https://b.example".to_owned()),
            json: true,
            colour: false,
        };
        let tail = "  Page: https://b.example\nAsk\nhttps://a.example\n{}\n";
        for count in 0..40 {
            let mut lines = Lines::default();
            for index in 0..count {
                lines.push(index.to_string());
                if index < 3 {
                    lines.blank();
                }
            }
            let text = text(lines, &settings, &[]);
            assert!(text.ends_with(tail), "{text}");
            assert!(text.lines().count() <= LINES_MAX, "{text}");
            // Empty lines make room for others.
            let kept = text.lines().filter(|line| line.parse::<u32>().is_ok()).count();
            assert_eq!(kept, count.min(LINES_MAX - 4), "{text}");
        }
    }
}
