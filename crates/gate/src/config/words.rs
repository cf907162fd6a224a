//! What the parser of the configuration says, in words for an admin.

use pushgate_rules::nearest;

/// Types of ours, and what an admin calls them.
const TYPES: [(&str, &str); 9] = [
    ("u32", "a whole number"),
    ("u64", "a whole number"),
    ("usize", "a whole number"),
    ("i64", "a whole number"),
    ("i128", "a whole number"),
    ("u128", "a whole number"),
    ("path string", "a path in quotes"),
    ("a boolean", "true or false"),
    ("a string", "a text in quotes"),
];

/// The parser's `message`, without the value that it complains about: it could be a password in
/// the wrong place, and every pusher reads the message.
pub(super) fn of(message: &str) -> String {
    let message = message.replace('\n', " ");
    if let Some(rest) = message.strip_prefix("unknown variant ")
        && let Some(at) = rest.rfind(", expected")
    {
        return format!("unknown value{}", rest.get(at..).unwrap_or_default());
    }
    if let Some(rest) = message.strip_prefix("unknown field ") {
        return unknown_key(rest);
    }
    let quoted = message.find("string \"").zip(message.rfind('"'));
    let message = match quoted {
        Some((start, end)) => {
            let head = message.get(..start).unwrap_or_default();
            let tail = message.get(end + 1..).unwrap_or_default();
            format!("{head}a string{tail}")
        }
        None => message,
    };
    match message.rsplit_once("expected ") {
        Some((head, expected)) => {
            let plain = TYPES.iter().find(|(name, _)| *name == expected);
            let expected = plain.map_or(expected, |(_, plain)| plain);
            format!("{}expected {expected}", head.replace(" as i128", "").replace(" as u128", ""))
        }
        None => message,
    }
}

/// What is said of a key that nobody knows: the one that was meant, or else all that there are.
fn unknown_key(rest: &str) -> String {
    let mut names = rest.split('`').skip(1).step_by(2);
    let key = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    match nearest(key, known.iter().copied()).first() {
        Some(meant) => format!("unknown key; did you mean {meant}?"),
        None => format!("unknown key; there are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn error(text: &str) -> String {
        Config::parse("a.toml", text).expect_err("it must be refused").to_string()
    }

    #[test]
    fn the_nearest_key_is_named() {
        for (text, expected) in [
            (
                "[limits]\ntag_chain_mx = 1\n",
                "a.toml: line 2: limits.tag_chain_mx: unknown key; did you mean tag_chain_max?",
            ),
            ("mdoe = \"off\"\n", "a.toml: line 1: mdoe: unknown key; did you mean mode?"),
            ("[audit]\nfile = \"/a\"\n", "a.toml: line 2: audit.file: unknown key; there are path"),
        ] {
            assert_eq!(error(text), expected);
        }
    }

    #[test]
    fn no_type_of_ours_is_named() {
        for (text, expected) in [
            ("[limits]\nobjects_max = -1\n", "expected a whole number"),
            ("[limits]\nobjects_max = \"many\"\n", "expected a whole number"),
            ("[limits]\nobjects_max = 1.5\n", "expected a whole number"),
            ("[limits]\nobjects_max = 99999999999999999999\n", "number"),
            ("[limits]\ncontainer_entries_max = 99999999999\n", "expected a whole number"),
            ("[limits]\ndecode_depth_max = -1\n", "expected a whole number"),
            ("[audit]\npath = 3\n", "expected a path in quotes"),
            ("[message]\njson = 3\n", "expected true or false"),
            ("[message]\nhelp = 3\n", "expected a text in quotes"),
        ] {
            let error = error(text);
            assert!(error.contains(expected), "{error}");
            for name in ["u64", "u32", "usize", "i64", "i128", "u128", "path string", "boolean"] {
                assert!(!error.contains(name), "{error}");
            }
        }
    }
}
