//! A value that a shell prints into a program which undoes its encoding:
//! `$(echo value | base64 -d)`.

use crate::literal::{Literal, skip_blanks, string};
use pushgate_detector_sdk::Span;

/// Longer values are none that somebody set.
const VALUE_MAX: usize = 512;
/// Options between the program and what it prints.
const OPTIONS_MAX: usize = 3;

/// What is printed by the command at `at`, if a program decodes it.
pub(crate) fn printed(text: &[u8], at: usize) -> Option<Literal> {
    let rest = text.get(at..)?;
    let quote = usize::from(rest.first() == Some(&b'"'));
    let rest = rest.get(quote..)?;
    let open = [&b"$("[..], b"`"].into_iter().find(|open| rest.starts_with(open))?;
    let start = skip_blanks(text, at + quote + open.len(), false);
    let command = text.get(start..)?;
    let program = [&b"echo "[..], b"printf "].into_iter().find(|it| command.starts_with(it))?;
    let mut at = skip_blanks(text, start + program.len(), false);
    for _ in 0..OPTIONS_MAX {
        let rest = text.get(at..)?;
        let options = [&b"-n "[..], b"-e ", b"%s ", b"'%s' ", b"\"%s\" ", b"-- "];
        let Some(option) = options.into_iter().find(|option| rest.starts_with(option)) else {
            break;
        };
        at = skip_blanks(text, at + option.len(), false);
    }
    let literal = string(text, at).or_else(|| word(text, at))?;
    let pipe = skip_blanks(text, literal.next, false);
    decodes(text.get(pipe..)?).then_some(literal)
}

/// The word at `at`.
fn word(text: &[u8], at: usize) -> Option<Literal> {
    let rest = text.get(at..)?.iter().take(VALUE_MAX + 1);
    let ends = |byte: &&u8| byte.is_ascii_graphic() && !b"|\"'`$()<>;&".contains(byte);
    let length = rest.take_while(ends).count();
    let fits = (1..=VALUE_MAX).contains(&length);
    let span = Span::at(at, length);
    fits.then_some(Literal { span, quoted: true, next: span.end() })
}

/// Whether what is printed goes into a program that decodes.
fn decodes(pipe: &[u8]) -> bool {
    const PROGRAMS: [&[u8]; 7] = [
        b"base64 -d",
        b"base64 --d",
        b"base64 -D",
        b"openssl base64 -d",
        b"openssl enc -base64 -d",
        b"xxd -r",
        b"basenc --base64 -d",
    ];
    let program = pipe.strip_prefix(b"|").map(<[u8]>::trim_ascii_start);
    program.is_some_and(|it| PROGRAMS.iter().any(|known| it.starts_with(known)))
}

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn what_a_shell_decodes_is_read() {
        for text in [
            "$(echo kelp71 | base64 -d)",
            "$(echo -n 'kelp71' | base64 --decode)",
            "\"$(printf %s kelp71|base64 -D)\"",
            "`echo \"kelp71\" | openssl base64 -d`",
        ] {
            let found = printed(text.as_bytes(), 0).and_then(|it| it.span.of(text.as_bytes()));
            assert_eq!(found, Some(&b"kelp71"[..]), "{text}");
        }
        for text in [
            "$(echo kelp71)",
            "$(echo $TOKEN | base64 -d)",
            "$(cat kelp71 | base64 -d)",
            "$(echo kelp71 | base64)",
            "echo kelp71 | base64 -d",
        ] {
            assert!(printed(text.as_bytes(), 0).is_none(), "{text}");
        }
    }
}
