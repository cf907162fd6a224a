//! How PowerShell reads a command, by its documented rules.
//!
//! From `about_Parsing` and `about_Quoting_Rules`, and from what `about_Parsing` says of arguments
//! for programs that are not its own. What could mean anything but words is an error, so this reads
//! less than PowerShell does, and nothing in another way.

/// Bytes that PowerShell reads in its own way wherever they stand outside of quotes.
const ALWAYS: &str = "$`\",;(){}|&<>*?[]\\";

/// Those that it reads so at the beginning of a word.
const FIRST: &str = "@#%~!";

/// The words of `line` as the program gets them, or why that is not sure.
pub fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        if first == ' ' {
            rest = &rest[1..];
            continue;
        }
        let (word, after) = match rest.strip_prefix('\'') {
            Some(quoted) => in_quotes(quoted)?,
            None => bare(rest)?,
        };
        if !after.is_empty() && !after.starts_with(' ') {
            return Err(format!("a quote inside of a word: {after}"));
        }
        // Windows PowerShell drops an empty argument, leaves quotes in one as they are, and has a
        // backslash before the quote that it adds itself.
        if word.is_empty() || word.contains('"') || word.ends_with('\\') {
            return Err(format!("{word:?} does not reach the program as it is"));
        }
        words.push(word);
        rest = after;
    }
    Ok(words)
}

/// A word that ends with a quote which is not doubled, and what stands behind it.
fn in_quotes(text: &str) -> Result<(String, &str), String> {
    let mut word = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('\'').ok_or("a quote is not closed")?;
        word += part;
        match after.strip_prefix('\'') {
            Some(after) => {
                word.push('\'');
                rest = after;
            }
            None => return Ok((word, after)),
        }
    }
}

fn bare(text: &str) -> Result<(String, &str), String> {
    let (word, after) = text.split_at(text.find([' ', '\'']).unwrap_or(text.len()));
    let odd = |c: char| ALWAYS.contains(c) || !c.is_ascii_graphic();
    if let Some(odd) = word.chars().find(|c| odd(*c)) {
        return Err(format!("{odd:?} in {word} is PowerShell's own"));
    }
    if word.starts_with(|c| FIRST.contains(c)) || word == "--%" {
        return Err(format!("{word} begins as PowerShell's own"));
    }
    // What looks like a parameter is cut in two there.
    if word.starts_with('-') && word.contains(['.', ':']) {
        return Err(format!("{word} is read as a parameter and a value"));
    }
    Ok((word.to_owned(), after))
}
