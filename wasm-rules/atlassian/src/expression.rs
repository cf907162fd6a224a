//! Text that is an expression of a programming language, a pattern, or markup.

use crate::caseless::{contains, contains_any};
use crate::wordlike::{has_regular_case, reads_like_words};

/// Objects of programs whose parts are values that the program has.
const OWNERS: [&[u8]; 64] = [
    b"process",
    b"os",
    b"env",
    b"environ",
    b"secrets",
    b"secret",
    b"vars",
    b"var",
    b"local",
    b"data",
    b"module",
    b"config",
    b"conf",
    b"cfg",
    b"settings",
    b"setting",
    b"self",
    b"this",
    b"args",
    b"arg",
    b"options",
    b"option",
    b"opts",
    b"params",
    b"param",
    b"parameters",
    b"props",
    b"context",
    b"ctx",
    b"request",
    b"req",
    b"res",
    b"response",
    b"state",
    b"store",
    b"system",
    b"app",
    b"github",
    b"steps",
    b"needs",
    b"inputs",
    b"input",
    b"credentials",
    b"creds",
    b"cred",
    b"user",
    b"session",
    b"values",
    b"global",
    b"window",
    b"kwargs",
    b"parser",
    b"flags",
    b"viper",
    b"cls",
    b"super",
    b"account",
    b"auth",
    b"body",
    b"event",
    b"properties",
    b"project",
    b"item",
    b"localstorage",
];

/// Words with which a script without blanks goes on behind a block.
const KEYWORDS: [&[u8]; 14] = [
    b"function",
    b"return",
    b"var",
    b"let",
    b"const",
    b"else",
    b"catch",
    b"finally",
    b"while",
    b"for",
    b"if",
    b"async",
    b"class",
    b"export",
];

/// Whether the value is an expression of a programming language, a pattern, or markup.
pub(crate) fn is_code(value: &[u8], quoted: bool) -> bool {
    const MARKS: [&[u8]; 13] = [
        b"process.env.",
        b"\\w",
        b"\\d",
        b"\\s",
        b"[a-z",
        b"[0-9",
        b"(?:",
        b"(?i",
        b"function(",
        b".*?",
        b"(.*",
        b").*",
        b"\\1",
    ];
    let pattern = value.starts_with(b"^")
        && value.ends_with(b"$")
        && value.iter().any(|byte| matches!(byte, b'[' | b'(' | b'\\' | b'*' | b'+' | b'{'));
    let opens = matches!(value, [b'<', letter, ..] if letter.is_ascii_alphabetic());
    let markup = holds_tag(value)
        || opens && [&b"=\""[..], b"='", b"=\\"].iter().any(|sign| contains(value, sign));
    if pattern
        || markup
        || holds_arrow(value)
        || holds_class(value)
        || repeats_class(value)
        || MARKS.iter().any(|mark| contains(value, mark))
    {
        return true;
    }
    if is_path_of_names(value)
        || is_between_strings(value)
        || is_call(value)
        || is_call_of_path(value)
        || is_statement(value)
    {
        return true;
    }
    if contains(value, b"\\(") {
        // What writes a program escapes its brackets.
        let plain: Vec<u8> = value.iter().copied().filter(|byte| *byte != b'\\').collect();
        return is_code(&plain, quoted);
    }
    // `ask('Password: ') { |q| q.echo = '*' }`
    if [&b") {"[..], b") do ", b") => {"].iter().any(|it| value.starts_with(it)) {
        return true;
    }
    let commented = value.starts_with(b"/*") && contains(value, b"*/");
    let is_of_program = || is_expression(value) || is_minified(value) || is_mangled(value);
    !quoted && (commented || !is_drawn_with_signs(value) && is_of_program())
}

/// `yt(bNl_Grq%?CS7`, `AL(ya9&0%ffT7n4`: letters in no order that names have, and signs that programs
/// seldom have between names.
fn is_drawn_with_signs(value: &[u8]) -> bool {
    const PIECE_MIN: usize = 3;
    const SIGNS_MIN: usize = 3;
    let is_seldom = |byte: &u8| b"#@^~%".contains(byte);
    let changes = |piece: &[u8]| {
        piece.windows(3).any(|it| {
            matches!(it, [left, digit, right] if left.is_ascii_alphabetic()
                && digit.is_ascii_digit() && right.is_ascii_alphabetic())
        })
    };
    let is_drawn = |piece: &&[u8]| {
        // A colour is no word either.
        let is_hex = piece.iter().all(u8::is_ascii_hexdigit);
        piece.len() >= PIECE_MIN && !is_hex && (!has_regular_case(piece) || changes(piece))
    };
    let drawn = value.split(|byte| !byte.is_ascii_alphanumeric()).filter(is_drawn).count();
    let mut signs: Vec<u8> =
        value.iter().copied().filter(|byte| !byte.is_ascii_alphanumeric()).collect();
    signs.sort_unstable();
    signs.dedup();
    let seldom = signs.iter().copied().filter(|sign| is_seldom(sign)).count();
    signs.len() >= SIGNS_MIN && (drawn >= 2 || drawn == 1 && seldom >= 1 || seldom >= 2)
}

/// `</b>`, `</`, `name="token"/>`: how tags end.
fn holds_tag(value: &[u8]) -> bool {
    let closes = value.windows(2).enumerate().filter(|(_, pair)| pair == b"</").any(|(at, _)| {
        let name = value.get(at + 2..).unwrap_or_default();
        let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
        let behind = name.get(name.iter().take_while(in_name).count());
        behind.is_none_or(|byte| *byte == b'>')
    });
    let mut parts = value.split(|&byte| byte == b'<').skip(1);
    let opened = parts.any(|part| part.first().is_some_and(u8::is_ascii_alphabetic));
    closes || value.ends_with(b"/>") || opened && contains(value, b"/>")
}

/// `e=>e.token`, `(key) => {`: a function of a script, or what a key leads to.
fn holds_arrow(value: &[u8]) -> bool {
    let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_$".contains(byte);
    value.windows(2).enumerate().filter(|(_, pair)| pair == b"=>").any(|(at, _)| {
        let before = value.get(..at).unwrap_or_default();
        let behind = value.get(at + 2..).unwrap_or_default();
        let name = before.iter().take_while(in_name).count();
        matches!(before.last(), None | Some(b' ' | b')' | b'\'' | b'"'))
            || matches!(behind.first(), None | Some(b' ' | b'{' | b'(' | b'\'' | b'"'))
            || name == before.len()
    })
}

/// `[^"]+`: what a pattern leaves out. It may be cut at a quote.
fn holds_class(value: &[u8]) -> bool {
    let mut parts = value.windows(2).enumerate().filter(|(_, pair)| pair == b"[^");
    parts.any(|(at, _)| {
        let inside = value.get(at + 2..).unwrap_or_default();
        inside.len() <= 1 || inside.contains(&b']')
    })
}

/// `[MNO][DTjz]`, `[0-5w-z]{40}`: the classes of a pattern, one behind another or with a number of
/// times. What was drawn has no three pairs of brackets with more than one character in each.
fn repeats_class(value: &[u8]) -> bool {
    const INSIDE_MIN: usize = 2;
    let mut classes = 0;
    for piece in value.split(|&byte| byte == b'[').skip(1) {
        let Some(close) = piece.iter().position(|&byte| byte == b']') else { continue };
        let inside = piece.get(..close).unwrap_or_default();
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_+/=.\\".contains(byte);
        if inside.len() < INSIDE_MIN || !inside.iter().all(plain) {
            continue;
        }
        classes += 1;
        let times = piece.get(close + 1..).and_then(|rest| rest.strip_prefix(b"{"));
        let times = times.and_then(|rest| rest.split(|&byte| byte == b'}').next());
        if times.is_some_and(|times| {
            times.first().is_some_and(u8::is_ascii_digit)
                && times.iter().all(|byte| byte.is_ascii_digit() || *byte == b',')
        }) {
            return true;
        }
    }
    classes >= 3
}

/// `hook = OAuth1(`, `client = TrelloClient(api_key`: what a program assigns.
fn is_statement(value: &[u8]) -> bool {
    let Some(sign) = value.windows(3).position(|it| it == b" = ") else { return false };
    let (name, rest) = value.split_at_checked(sign).unwrap_or_default();
    let assigned = rest.get(3..).unwrap_or_default();
    let called = assigned.iter().position(|&byte| byte == b'(');
    let call = called.and_then(|end| assigned.get(..end)).unwrap_or_default();
    is_name(name) && !call.is_empty() && call.split(|&byte| byte == b'.').all(is_name)
}

/// `core$2.getCloudToken`, `cache_client$oauth$$36$get_token`: a name that a compiler made of
/// those of a program.
fn is_mangled(value: &[u8]) -> bool {
    const LETTERS_MIN: usize = 16;
    let named = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$.".contains(byte);
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let joined = value.get(1..).is_some_and(|rest| rest.contains(&b'$'));
    joined
        && letters >= LETTERS_MIN
        && value.iter().all(named)
        && has_regular_case(value)
        && reads_like_words(value)
}

/// `o}(window`, `e.token,other:`: the name of a variable, and how a script without blanks goes on.
fn is_minified(value: &[u8]) -> bool {
    const STATEMENTS: [&[u8]; 6] = [b"return", b"var ", b"let ", b"const ", b"if(", b"for("];
    let named = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_$.".contains(byte);
    let length = value.iter().take_while(named).count();
    let (name, rest) = value.split_at_checked(length).unwrap_or_default();
    // `token=n}function`: what is assigned goes on.
    let (name, rest) = match rest {
        [b'=', assigned @ ..] if name.iter().all(u8::is_ascii_alphabetic) => {
            let length = assigned.iter().take_while(named).count();
            assigned.split_at_checked(length).unwrap_or_default()
        }
        rest => (name, rest),
    };
    let goes_on = match rest {
        [b'}', word @ ..] if KEYWORDS.contains(&word) => true,
        [b'}' | b')', b'(' | b')' | b'}' | b'{' | b',' | b';' | b':', ..] => true,
        [b'}', next, ..] => next.is_ascii_alphabetic() && rest.contains(&b'('),
        [b',', b'!', ..] => is_path_of_names(name),
        [b';' | b',', next, ..] if is_short(name) => {
            next.is_ascii_alphabetic() || matches!(next, b'_' | b'$' | b'"' | b'\'')
        }
        [b';', rest @ ..] => {
            is_path_of_names(name) && STATEMENTS.iter().any(|word| rest.starts_with(word))
        }
        [b',', rest @ ..] => {
            is_path_of_names(name) && rest.first().is_some_and(u8::is_ascii_alphabetic)
        }
        _ => false,
    };
    goes_on && name.iter().filter(|byte| byte.is_ascii_digit()).count() < 2
}

/// `e`, `$t`: what a variable is called where every byte counts.
fn is_short(name: &[u8]) -> bool {
    const SHORT_MAX: usize = 2;
    name.len() <= SHORT_MAX && is_name(name) && !name.iter().any(u8::is_ascii_digit)
}

/// `),a.TOKEN=await ask(`, `' + this.token + '`: what stands between two strings of a program, and
/// not in one.
fn is_between_strings(value: &[u8]) -> bool {
    const WORD_MIN: usize = 2;
    let signs = value.iter().take_while(|byte| b"),;+ &'\"`".contains(byte)).count();
    let (signs, rest) = value.split_at_checked(signs).unwrap_or_default();
    let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
    let name = name.count();
    let opens = matches!(signs, [b')' | b',' | b';' | b'+', ..]) || signs.contains(&b'+');
    let letters = rest.get(..name).is_some_and(|it| it.iter().all(u8::is_ascii_alphabetic));
    let ends = matches!(rest.get(name), Some(b'.' | b'=' | b'(' | b'[' | b' '));
    opens && letters && ends && (name >= WORD_MIN || rest.contains(&b'(') || rest.contains(&b'='))
}

/// `process.env.TOKEN`, `config.jira.token`, `this->token`, `com.acme.Token`.
fn is_path_of_names(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"$").or_else(|| value.strip_prefix(b".")).unwrap_or(value);
    let index = |byte: &&u8| byte.is_ascii_digit() || **byte == b']';
    let mut parts = value.split(|byte| matches!(byte, b'.' | b'>')).peekable();
    let Some(first) = parts.next() else { return false };
    if parts.peek().is_none() {
        return false;
    }
    let owned = OWNERS.iter().any(|owner| first.eq_ignore_ascii_case(owner));
    let mut last_is_plain = true;
    for part in std::iter::once(first).chain(parts) {
        let part = part.strip_suffix(b"-").or_else(|| part.strip_suffix(b"?")).unwrap_or(part);
        let indexed = part.iter().rev().take_while(index).count();
        let part = match part.split_at_checked(part.len() - indexed) {
            Some((name, _)) if name.ends_with(b"[") => name.get(..name.len() - 1).unwrap_or(name),
            _ => part,
        };
        if !is_name(part) {
            return false;
        }
        last_is_plain &= !part.iter().any(u8::is_ascii_digit);
    }
    owned || last_is_plain && !is_drawn_with_dot(value)
}

/// `ycNLzR.kIfCApZQ`: letters of a password, in which a dot happens to be, and no name has such
/// capitals.
fn is_drawn_with_dot(value: &[u8]) -> bool {
    const PART_MIN: usize = 6;
    let parts = || value.split(|&byte| byte == b'.');
    parts().count() == 2
        && parts().all(|part| part.len() >= PART_MIN && part.iter().all(u8::is_ascii_alphabetic))
        && !parts().all(has_regular_case)
}

/// `get(…)`, `args[0]`, `a::b`, `&token`, `:token`, `(…`, `-1`.
fn is_expression(value: &[u8]) -> bool {
    if matches!(value, [b'(' | b'[' | b'{' | b')' | b']' | b'}', ..]) {
        return true;
    }
    // `.concat(message)`: what is called of the string before it.
    if let [b'.', rest @ ..] = value {
        let name = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        return name > 2 && rest.get(name) == Some(&b'(');
    }
    if let [b'&' | b'*' | b':' | b'@' | b'-' | b'!', rest @ ..] = value
        && is_name(rest)
        && !rest.iter().any(u8::is_ascii_digit)
    {
        return true;
    }
    let named = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'$' | b'>' | b'-')
    };
    let sigils = value.iter().take(2).take_while(|byte| matches!(byte, b'&' | b'*' | b'@')).count();
    let value = value.get(sigils..).unwrap_or_default();
    let length = value.iter().take_while(|byte| named(byte)).count();
    let name = value.get(..length).unwrap_or_default();
    // Elixir and Ruby have functions that end so.
    let marked = matches!(value.get(length..length + 2), Some(b"!(" | b"?("));
    let length = length + usize::from(marked);
    let starts =
        name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$'));
    let digits = name.iter().filter(|byte| byte.is_ascii_digit()).count();
    let plain = starts && digits <= 2;
    match value.get(length) {
        Some(b'(') => plain || starts && name.contains(&b'.'),
        Some(b'{') => plain && (value.ends_with(b"{") || is_style(value.get(length..))),
        Some(b'[') => plain && (value.contains(&b']') || value.ends_with(b"[")),
        _ => contains_any(name, &[b"::", b"->"]) && (plain || starts && 3 * digits < name.len()),
    }
}

/// `{background:#5f9b20}`: what a style sheet says of an element.
fn is_style(block: Option<&[u8]>) -> bool {
    let inside = block.and_then(|it| it.strip_prefix(b"{")?.strip_suffix(b"}"));
    let named = |byte: &&u8| byte.is_ascii_lowercase() || **byte == b'-';
    inside.is_some_and(|inside| {
        let length = inside.iter().take_while(named).count();
        length > 2 && inside.get(length) == Some(&b':')
    })
}

/// `os.environ['TOKEN']`, `os.Getenv(`, `token || config.get('token')`, `get(ENV,`: how a line of a
/// program begins that stands in a string of another, where its own strings end the value.
fn is_call_of_path(value: &[u8]) -> bool {
    const DIGITS_MAX: usize = 1;
    let is_part = |part: &[u8]| {
        part.len() > 1
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && part.first().is_some_and(u8::is_ascii_alphabetic)
            && part.iter().filter(|byte| byte.is_ascii_digit()).count() <= DIGITS_MAX
    };
    let either = value.windows(4).position(|it| it == b" || ");
    let (first, rest) = value.split_at_checked(either.unwrap_or(0)).unwrap_or_default();
    if !first.is_empty() && !is_part(first) {
        return false;
    }
    let call = rest.get(if first.is_empty() { 0 } else { 4 }..).unwrap_or_default();
    let Some(open) = call.iter().position(|byte| matches!(byte, b'(' | b'[')) else {
        return false;
    };
    let (path, arguments) = call.split_at_checked(open).unwrap_or_default();
    let is_path = |path: &[u8]| {
        let mut parts = path.split(|byte| matches!(byte, b'.' | b':'));
        parts.clone().nth(1).is_some() && parts.all(is_part)
    };
    let argument = arguments.get(1..).and_then(|it| it.strip_suffix(b","));
    // `a.b(c.d(`: of a call in a call the inner one tells.
    let inner = arguments.get(1..).unwrap_or_default();
    let inner_path = inner.iter().position(|&byte| byte == b'(').and_then(|at| inner.get(..at));
    is_path(path)
        || is_part(path) && argument.is_some_and(is_part)
        || inner_path.is_some_and(is_path)
}

/// `getTokenFromStore(user);`: a call, and nothing that stands in no call of this sort.
fn is_call(value: &[u8]) -> bool {
    const LETTERS_MIN: usize = 8;
    const DIGITS_MAX: usize = 1;
    let value = value.strip_suffix(b";").unwrap_or(value);
    let Some(inside) = value.strip_suffix(b")") else { return false };
    let Some(open) = inside.iter().position(|&byte| byte == b'(') else { return false };
    let (name, argument) = inside.split_at_checked(open).unwrap_or_default();
    let digits = name.iter().filter(|byte| byte.is_ascii_digit()).count();
    is_name(name)
        && name.len() - digits >= LETTERS_MIN
        && digits <= DIGITS_MAX
        && has_regular_case(name)
        && reads_like_words(name)
        && argument.iter().skip(1).all(u8::is_ascii_lowercase)
}

/// Whether this may be the name of a variable.
pub(crate) fn is_name(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$'))
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-'))
}
#[cfg(test)]
mod tests {
    use super::{is_code, is_statement};

    #[test]
    fn what_a_program_assigns_is_code() {
        for value in ["client = TrelloClient(api_key", "hook = OAuth1("] {
            assert!(is_code(value.as_bytes(), true), "{value}");
        }
        for value in ["Kelp = Quartz71", "Kelp71! = (Quartz", "kelp =quartz(71"] {
            assert!(!is_statement(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn what_was_drawn_is_no_code() {
        for value in ["yt(bNl_Grq%?CS7", "AL(ya9&0%ffT7n4", "UiT}:^eNU,_J!H}LR]w/"] {
            assert!(!is_code(value.as_bytes(), false), "{value}");
        }
        for value in ["vLp$qbcA$D[^xY", "a5#=>Kq!7", "Qx/>7!kLp2w", "Qx</7!kLp2w"] {
            assert!(!is_code(value.as_bytes(), true), "{value}");
        }
        for value in
            ["e=>e.token", "(key) => {", "([^", "[^a]+", "abc/>", "<b x/>", "x</b>", "kelp</"]
        {
            assert!(is_code(value.as_bytes(), true), "{value}");
        }
        for value in ["getToken(a,b[0])", "o}(window,e1,t2", "a{color:#5f9b20;b:#3A5}"] {
            assert!(is_code(value.as_bytes(), false), "{value}");
        }
    }

    #[test]
    fn code_is_told_from_passwords() {
        for value in [
            "process.env.JIRA_TOKEN",
            "config.jira.token2",
            "getToken()",
            "base64.b64encode(raw)",
            "args[1]",
            "Token::new",
            "this->token",
            "&token",
            ":token",
            "[A-Za-z0-9]{24}",
            "^x+$",
            "<b>x</b>",
            "com.acme.jira.Token",
            "$this->token",
        ] {
            assert!(is_code(value.as_bytes(), false), "{value}");
        }
        for value in [
            "Kelp*Quartz7113",
            "Kelp(71!Quartz",
            "Kelp.Quartz71",
            "Kelp+Quartz2826",
            "-Kelp71",
            "a1B2(c3",
            "7(x)",
        ] {
            assert!(!is_code(value.as_bytes(), true), "{value}");
        }
        assert!(!is_code(b"Kelp.Quartz71", false));
        assert!(!is_code(b"ycNLzR.kIfCApZQ", true) && !is_code(b"ycNLzR.kelpQuartz", true));
        assert!(is_code(b"kelpQuartz.saffronBasin", true) && is_code(b"model.eMail", true));
        for value in ["Kelp71()", "KelpQuartz(71)", "kelp()", "KelpQuartz()!", "qxkzvwjhtrgplmbn()"]
        {
            assert!(!is_code(value.as_bytes(), true), "{value}");
        }
        for value in [
            "getTokenFromStore(user);",
            "readToken1()",
            ", &other[..9], &other[9..], ",
            "os.environ['JIRA_TOKEN']",
            "os.Getenv(",
            "boto3.client('ssm').get_parameter(Name='/x')",
            "os:getenv(",
            "token || storage.getItem('token');",
            "get(ENV,",
            "awscdk.SecretValue_*SecretsManager(jsii.String(\\",
        ] {
            assert!(is_code(value.as_bytes(), true), "{value}");
        }
        for value in
            ["K71.x(9", "Kelp.Q(71", "Kelp71.Quartz72(9)", "kelp(71", "a || b(c", "Kelp(71.Q(x"]
        {
            assert!(!is_code(value.as_bytes(), true), "{value}");
        }
        assert!(is_code(b"e.token;return{apiKey:n.k}", false));
        for value in
            ["e;function", "t;l.token=s;var", "$t,n.secret=r", "q;n(\"x\")", "hover{color:#5f9b20}"]
        {
            assert!(is_code(value.as_bytes(), false), "{value}");
        }
        for value in ["a1b;c9", "k7;Kelp71", "Kelp71;x", "e;7f3x9z2", "kelp{71:a}", "\\Kelp1"] {
            assert!(!is_code(value.as_bytes(), false), "{value}");
        }
        assert!(is_code(br"\).*/\1[hidden]/", false));
        assert!(is_code(b"e=n}function", false) && !is_code(b"Kelp=Quartz71", false));
        assert!(is_code(b"n}function", false) && !is_code(b"Kelp71}Quartz", false));
        assert!(is_code(b"values::base64url_64", false));
        assert!(!is_code(b"k3::71Qz84", false));
    }
}
