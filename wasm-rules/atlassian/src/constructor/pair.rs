//! A user and a secret, one after the other.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use super::command::is_old_token;
use super::judge_secret;
use super::place::{Place, of_call};
use crate::caseless::contains_any;
use crate::code_call::{Argument, Ending, arguments, skip_blanks};
use crate::code_string::code_string;
use crate::codes::{dismissal, evidence};
use crate::consumer;
use crate::context::mentions;
use crate::credential::Worth;
use crate::names;

const LIKELY: Worth = (Grade::Likely, evidence::CLIENT);
/// A domain, or a realm, may follow a user and a secret.
const PAIR_ARGUMENTS_MAX: usize = 3;
/// The candidate holds its call; nothing reads further for the bracket.
const CALL_MAX: usize = 160;

/// Judges a candidate whose arguments are a user and a secret, or that encodes both.
pub(super) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let called = span.of(text).unwrap_or_default();
    let called = called.get(..CALL_MAX).unwrap_or(called).to_ascii_lowercase();
    if called.starts_with(b"convertto-securestring") {
        return secure_string(window, span);
    }
    let Some(call) = Call::read(text, span, &called) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let Some((user, secret)) = call.credentials(text) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let user = user.and_then(|user| user.of(text)).unwrap_or_default();
    let loose = matches!(call.form, Form::Client | Form::Loose);
    if loose && (!is_user(user) || !super::named::is_drawn(secret.of(text).unwrap_or_default())) {
        return Verdict::Dismissed(dismissal::WORD);
    }
    let is_consumer = consumer::is_pair(user, secret.of(text).unwrap_or_default());
    if is_consumer && consumer::is_beside_address(text, span) {
        return Verdict::Dismissed(dismissal::ANOTHER_KIND);
    }
    given_to_client(window, span, user, secret)
}

/// Judges a candidate of `atlassian-legacy-api-token` that is a pair handed to a client.
pub(crate) fn old_token(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let strings = (span.start()..span.end()).find(|&at| code_string(text, at).is_some());
    let given = strings.map(|at| arguments(text, at, Ending::Bracket)).unwrap_or_default();
    let literal = |index: usize| given.get(index).and_then(|it| it.literal);
    let (Some(user), Some(secret)) = (literal(0), literal(1)) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let user = user.of(text).unwrap_or_default();
    if !is_old_token(user, secret.of(text).unwrap_or_default()) {
        return Verdict::Dismissed(dismissal::MALFORMED);
    }
    given_to_client(window, span, user, secret)
}

/// The verdict on a pair that the call at `span` is given, by whose client it is.
fn given_to_client(window: &Window<'_>, span: Span, user: &[u8], secret: Span) -> Verdict {
    match of_call(window, span) {
        Place::Ours => judge_secret(window.text, user, secret, LIKELY),
        Place::Others => Verdict::Dismissed(dismissal::OTHER_HOST),
        Place::Nobodys => Verdict::Dismissed(dismissal::NO_NAME),
    }
}

/// Judges `curl_setopt($curl, CURLOPT_USERPWD, 'user:secret')`, and the same as a key.
pub(super) fn option(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let gap = text.get(span.end()..).unwrap_or_default();
    let gap = gap.iter().take(8).take_while(|byte| b" \t,=>:".contains(byte)).count();
    let Some(string) = code_string(text, span.end() + gap) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let Some((user, secret)) = halves(text, string.content) else {
        return Verdict::Dismissed(dismissal::NO_PASSWORD);
    };
    match of_call(window, span) {
        Place::Ours => judge_secret(text, user.of(text).unwrap_or_default(), secret, LIKELY),
        Place::Others => Verdict::Dismissed(dismissal::OTHER_HOST),
        Place::Nobodys => Verdict::Dismissed(dismissal::NO_NAME),
    }
}

/// Judges `ConvertTo-SecureString 'secret' -AsPlainText`.
fn secure_string(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    let string = (span.start()..=span.end()).find_map(|at| code_string(text, at));
    let Some(secret) = string.map(|string| string.content) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    if is_named_after_product(text, span) {
        return Verdict::Dismissed(dismissal::ANOTHER_KIND);
    }
    match of_call(window, span) {
        Place::Ours => judge_secret(text, &[], secret, LIKELY),
        Place::Others => Verdict::Dismissed(dismissal::OTHER_HOST),
        Place::Nobodys => Verdict::Dismissed(dismissal::NO_NAME),
    }
}

/// Whether a variable takes the secret whose name says of which kind it is: `$jiraToken = …`.
fn is_named_after_product(text: &[u8], span: Span) -> bool {
    let line = text.get(span.start().saturating_sub(CALL_MAX)..span.start()).unwrap_or_default();
    let line = line.rsplit(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii();
    let name = line.strip_suffix(b"=").unwrap_or_default().trim_ascii();
    let words: [&[u8]; 4] = [b"pass", b"pwd", b"token", b"secret"];
    name.starts_with(b"$") && contains_any(name, &words) && mentions(name, names::PRODUCTS)
}

/// What a call does with its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// They are the user and the secret.
    Pair,
    /// An address comes before them.
    AfterAddress,
    /// A client's constructor or its method: any may come before them.
    Client,
    /// The same, under a name that means other things too.
    Loose,
    /// What it is called and described as comes before them: Jenkins' credentials.
    Last,
    /// The only one is the secret.
    Token,
    /// The only one is both, joined by a colon.
    Joined,
}

struct Call {
    form: Form,
    /// The name of what is called, and its bracket.
    called_as: Span,
    arguments: Vec<Argument>,
}

impl Call {
    fn read(text: &[u8], span: Span, called: &[u8]) -> Option<Call> {
        let form = form(called);
        let bracket = called.iter().rposition(|byte| matches!(byte, b'(' | b'['));
        // The candidate may end with the quotation mark of the first argument.
        let (start, ending) = match bracket {
            Some(at) => (span.start() + at + 1, Ending::Bracket),
            None => {
                let word = called
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.>:$".contains(byte));
                let at = span.start() + word.count();
                let at = skip_blanks(text, at, Ending::Line);
                let separated = matches!(text.get(at), Some(b'=' | b','));
                (at + usize::from(separated), Ending::Line)
            }
        };
        let called = text.get(span.start()..start)?;
        if form == Form::Client && !is_client(called) {
            return None;
        }
        Some(Call {
            form,
            called_as: Span::new(span.start(), start)?,
            arguments: arguments(text, start, ending),
        })
    }

    /// User and secret, if the secret is written out.
    fn credentials(&self, text: &[u8]) -> Option<(Option<Span>, Span)> {
        let literal = |index: usize| self.arguments.get(index).and_then(|it| it.literal);
        if let Some(secret) =
            self.called(text, &[b"password", b"passwd", b"pass", b"secret", b"token", b"api_token"])
        {
            let user = self.called(text, &[b"username", b"user", b"login", b"email", b"name"]);
            return Some((user, secret));
        }
        // With a realm and a host they are credentials of something else.
        if self.form == Form::Pair && self.arguments.len() > PAIR_ARGUMENTS_MAX {
            return None;
        }
        match self.form {
            Form::Token => Some((None, literal(0)?)),
            Form::Joined => {
                let (user, secret) = halves(text, literal(0)?)?;
                Some((Some(user), secret))
            }
            Form::Pair | Form::Loose => Some((literal(0), literal(1)?)),
            Form::AfterAddress => Some((literal(1), literal(2)?)),
            Form::Last => {
                let last = self.arguments.len().checked_sub(1)?;
                Some((literal(last.checked_sub(1)?), literal(last)?))
            }
            Form::Client => self.after_address(text),
        }
    }

    /// The two arguments after the address, or after the host and its port.
    fn after_address(&self, text: &[u8]) -> Option<(Option<Span>, Span)> {
        let value = |index: usize| {
            self.arguments.get(index).and_then(|it| it.literal).and_then(|it| it.of(text))
        };
        let literal = |index: usize| self.arguments.get(index).and_then(|it| it.literal);
        let first = self.arguments.first()?;
        let at = match value(0) {
            Some(scheme) if scheme == b"https" || scheme == b"http" => 3,
            Some(address) if address.contains(&b'.') || address.contains(&b':') => {
                if value(0).is_some_and(|it| it.contains(&b'@') && !it.contains(&b'/')) {
                    0
                } else {
                    1
                }
            }
            Some(_) => 0,
            None if first.name.is_none() => 1,
            None => return None,
        };
        let called = self.called_as.of(text)?;
        let logs_in = contains_any(called, &[b"login", b"auth", b"connect", b"session", b"signin"]);
        if at == 0 && (self.arguments.len() != 2 || !logs_in) {
            return None;
        }
        Some((literal(at), literal(at + 1)?))
    }

    /// The string that is given under one of `names`.
    fn called(&self, text: &[u8], names: &[&[u8]]) -> Option<Span> {
        let one = |it: &&Argument| {
            let name = it.name.and_then(|name| name.of(text)).unwrap_or_default();
            names.iter().any(|known| name.eq_ignore_ascii_case(known))
        };
        self.arguments.iter().find(one).and_then(|it| it.literal)
    }
}

/// Products as the names of clients begin.
const PRODUCTS: [&[u8]; 6] = [b"jira", b"confluence", b"bitbucket", b"stash", b"bamboo", b"crowd"];
/// What else is in such a name.
const CLIENTS: [&[u8]; 12] = [
    b"client",
    b"login",
    b"connect",
    b"auth",
    b"api",
    b"rest",
    b"server",
    b"session",
    b"newinstance",
    b"factory",
    b"service",
    b"signin",
];

/// Whether what is called, up to its bracket, makes a client or logs one in.
fn is_client(called: &[u8]) -> bool {
    let called = called.trim_ascii_end().strip_suffix(b"(").unwrap_or(called).trim_ascii_end();
    let last = called.rsplit(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').next();
    let last = last.unwrap_or_default();
    last.eq_ignore_ascii_case(b"new")
        || contains_any(last, &CLIENTS)
        || contains_any(last, &PRODUCTS)
}

fn form(called: &[u8]) -> Form {
    let has = |words: &[&[u8]]| contains_any(called, words);
    if has(&[b"token_auth"]) {
        Form::Token
    } else if has(&[b"basichttpauthentication("]) {
        Form::AfterAddress
    } else if has(&[b"credentialsimpl("]) {
        Form::Last
    } else if has(&[
        b"$pair",
        b"btoa",
        b"b64encode",
        b"base64",
        b"buffer.from",
        b"encodetostring",
        b"tobytes",
        b"getbytes",
    ]) {
        Form::Joined
    } else if called.starts_with(b"auth(") {
        Form::Loose
    } else if has(&[b"auth", b"credential", b"basic"]) && !has(&[b"createrestclient"]) {
        Form::Pair
    } else if PRODUCTS.iter().any(|product| called.starts_with(product)) {
        Form::Client
    } else {
        Form::Pair
    }
}

/// The parts before and after the first colon.
pub(super) fn halves(text: &[u8], pair: Span) -> Option<(Span, Span)> {
    let colon = pair.of(text)?.iter().position(|&byte| byte == b':')?;
    let user = Span::at(pair.start(), colon);
    Some((user, Span::new(pair.start() + colon + 1, pair.end())?))
}

/// Whether a text may name somebody: no sentence, no path, no number.
fn is_user(user: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.@+\\-".contains(byte);
    user.iter().all(plain)
        && (user.is_empty() || user.len() >= 2)
        && !user.iter().all(u8::is_ascii_digit) | user.is_empty()
}

#[cfg(test)]
mod tests {
    use super::is_named_after_product;
    use pushgate_detector_sdk::Span;

    #[test]
    fn a_variable_of_powershell_may_be_called_after_a_product() {
        let check = |name: &str, expected| {
            let text = format!("$x = 1\n${name} = ");
            let span = Span::at(text.len(), 0);
            assert_eq!(is_named_after_product(text.as_bytes(), span), expected, "{name}");
        };
        check("jiraPassword", true);
        check("bitbucket_token", true);
        check("password", false);
        check("jira", false);
    }
}
