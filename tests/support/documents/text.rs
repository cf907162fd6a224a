//! Text with a secret in it: templates, escapes, and where the secret came to stand.

use std::ops::Range;

use super::random::{Dice, capital};

/// Text under construction.
#[derive(Debug, Default, Clone)]
pub struct Text {
    pub text: String,
    /// Where the secret stands, as it is written here.
    pub secret: Option<Range<usize>>,
}

impl Text {
    pub fn secret(value: &str) -> Text {
        Text { text: value.to_owned(), secret: Some(0..value.len()) }
    }

    pub fn plain(value: &str) -> Text {
        Text { text: value.to_owned(), secret: None }
    }

    pub fn add(&mut self, more: &str) {
        self.text.push_str(more);
    }

    pub fn append(&mut self, more: &Text) {
        let start = self.text.len();
        self.text.push_str(&more.text);
        if let Some(range) = &more.secret {
            let moved = start + range.start..start + range.end;
            self.secret = Some(match self.secret.take() {
                Some(before) => before.start..moved.end,
                None => moved,
            });
        }
    }

    /// Rewrites every character; the secret stays known.
    pub fn map(&self, rewrite: impl Fn(char) -> String) -> Text {
        let mut made = Text::default();
        let (mut start, mut end) = (None, None);
        let secret = self.secret.clone().unwrap_or(usize::MAX..usize::MAX);
        for (at, character) in self.text.char_indices() {
            if at == secret.start {
                start = Some(made.text.len());
            }
            if at == secret.end {
                end = Some(made.text.len());
            }
            made.text.push_str(&rewrite(character));
        }
        made.secret = start.map(|start| start..end.unwrap_or(made.text.len()));
        made
    }

    /// The text cut at line ends; line ends are not part of the pieces.
    pub fn lines(&self) -> Vec<Text> {
        let mut pieces = Vec::new();
        let mut start = 0;
        for line in self.text.split('\n') {
            let range = start..start + line.len();
            let secret = self.secret.as_ref().and_then(|secret| {
                let (from, to) = (secret.start.max(range.start), secret.end.min(range.end));
                (from < to).then(|| from - range.start..to - range.start)
            });
            pieces.push(Text { text: line.to_owned(), secret });
            start = range.end + 1;
        }
        pieces
    }

    /// The first and the last line of the secret, counted from one.
    pub fn secret_lines(&self) -> Option<(usize, usize)> {
        let secret = self.secret.as_ref()?;
        let line =
            |end: usize| 1 + self.text.as_bytes()[..end].iter().filter(|b| **b == b'\n').count();
        Some((line(secret.start), line(secret.end)))
    }
}

/// How a value is written inside another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// As it is.
    None,
    /// Between double quotes with backslashes: JSON, and the strings of most languages.
    Double,
    /// Between single quotes with backslashes.
    Single,
    /// Between double quotes where `$` has a meaning too: shell, PHP, Kotlin, Groovy, Perl.
    Dollar,
    /// Between the single quotes of a shell.
    Shell,
    /// Between quotes that are doubled inside: YAML and SQL `'`.
    TwoSingle,
    /// The same with `"`: CSV, C# and Basic.
    TwoDouble,
    Xml,
    /// In the user part or the query of a URL: only what must be escaped.
    Percent,
    /// Makefiles and Compose: `$` is doubled.
    TwoDollar,
    /// systemd units and batch files: `%` is doubled.
    TwoPercent,
    /// crontab: `%` takes a backslash.
    Cron,
}

impl Escape {
    pub fn apply(self, text: &Text) -> Text {
        text.map(|character| self.character(character))
    }

    fn character(self, c: char) -> String {
        let escaped = match (self, c) {
            (Escape::Double | Escape::Single | Escape::Dollar, '\\') => "\\\\",
            (Escape::Double | Escape::Single | Escape::Dollar, '\n') => "\\n",
            (Escape::Double | Escape::Single | Escape::Dollar, '\t') => "\\t",
            (Escape::Double | Escape::Dollar, '"') => "\\\"",
            (Escape::Dollar, '$') => "\\$",
            (Escape::Single, '\'') => "\\'",
            (Escape::Shell, '\'') => "'\\''",
            (Escape::TwoSingle, '\'') => "''",
            (Escape::TwoDouble, '"') => "\"\"",
            (Escape::Xml, '&') => "&amp;",
            (Escape::Xml, '<') => "&lt;",
            (Escape::Xml, '>') => "&gt;",
            (Escape::Xml, '"') => "&quot;",
            (Escape::TwoDollar, '$') => "$$",
            (Escape::TwoPercent, '%') => "%%",
            (Escape::Cron, '%') => "\\%",
            (Escape::Percent, c) if !c.is_ascii_alphanumeric() && !"-._~!*".contains(c) => {
                let mut bytes = [0; 4];
                return c.encode_utf8(&mut bytes).bytes().map(|b| format!("%{b:02X}")).collect();
            }
            _ => return c.to_string(),
        };
        escaped.to_owned()
    }

    /// What the kind of a file asks for, where a value stands between its usual quotes.
    pub fn of_file(path: &str) -> Escape {
        match path.rsplit(['.', '/']).next().unwrap_or("") {
            "xml" | "html" | "htm" | "config" | "csproj" | "plist" | "jmx" => Escape::Xml,
            "json" | "har" | "ipynb" | "java" | "go" | "rs" | "cs" => Escape::Double,
            "py" | "js" | "ts" | "rb" => Escape::Single,
            "sql" => Escape::TwoSingle,
            "csv" => Escape::TwoDouble,
            _ => Escape::None,
        }
    }
}

/// The words of a key: the product before the bar, then the rest.
#[derive(Debug, Clone)]
pub struct Words {
    product: Vec<String>,
    rest: Vec<String>,
}

impl Words {
    pub fn new(text: &str) -> Words {
        let (product, rest) = text.split_once('|').unwrap_or(("", text));
        let split = |part: &str| part.split_whitespace().map(str::to_owned).collect();
        Words { product: split(product), rest: split(rest) }
    }

    fn all(&self) -> Vec<String> {
        self.product.iter().chain(&self.rest).cloned().collect()
    }

    /// The key in the style of this letter.
    pub fn style(&self, letter: char) -> Option<String> {
        let all = self.all();
        Some(match letter {
            'K' => all.join("_").to_uppercase(),
            's' => all.join("_"),
            'k' => all.join("-"),
            'd' => all.join("."),
            'c' => camel(&all),
            'C' => all.iter().map(|word| capital(word)).collect(),
            'W' => all.join(" "),
            'p' => {
                if self.product.is_empty() {
                    "atlassian".to_owned()
                } else {
                    self.product.join("_")
                }
            }
            'r' => self.rest.join("_"),
            'q' => camel(&self.rest),
            _ => return None,
        })
    }
}

fn camel(words: &[String]) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        text.push_str(&if index == 0 { word.clone() } else { capital(word) });
    }
    text
}

/// Fills a template: `§` and a letter.
///
/// `§v` is the value, `§y` the value with its further lines indented by four; `§K`, `§s`, `§k`, `§d`, `§c`, `§C`, `§W` are the key (`JIRA_TOKEN`,
/// `jira_token`, `jira-token`, `jira.token`, `jiraToken`, `JiraToken`, `jira token`); `§p` is its
/// product, `§r` and `§q` the rest; `§m` a mail address, `§n` a name, `§w` a word, `§i` a number,
/// `§x` forty hexadecimal digits, `§U` a UUID, `§f` the name of a file.
pub fn fill(template: &str, words: &Words, value: &Text, file: &str, dice: &mut Dice) -> Text {
    let mut made = Text::default();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('§') {
        made.add(before);
        let letter = after.chars().next().expect("a letter follows the section sign");
        rest = &after[letter.len_utf8()..];
        match letter {
            'v' => made.append(value),
            'y' => made.append(
                &value.map(|c| if c == '\n' { "\n    ".to_owned() } else { c.to_string() }),
            ),
            'm' => made.add(&dice.mail()),
            'n' => made.add(&dice.name()),
            'w' => made.add(dice.word()),
            'i' => made.add(&(dice.below(9000) + 1000).to_string()),
            'x' => made.add(&dice.hex(40)),
            'U' => made.add(&dice.uuid()),
            'f' => made.add(file),
            _ => made
                .add(&words.style(letter).unwrap_or_else(|| panic!("no template knows §{letter}"))),
        }
    }
    made.add(rest);
    made
}
