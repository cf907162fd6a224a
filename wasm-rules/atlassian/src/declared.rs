//! Values of variables that are declared with the type of a database, of functions that only say a
//! value, and of those that are given what a variable is otherwise.
//!
//! ```text
//! key VARCHAR2(255) := 'value'      getKey = () => 'value'      def get_key():⏎    return "value"
//! key.orElse("value")          key.unwrap_or_else(|_| "value")
//! ```

use pushgate_detector_sdk::Span;

use crate::caseless::stands_at;
use crate::literal::{Literal, skip_blanks, string};

/// The longest type.
const TYPE_MAX: usize = 48;
/// The longest list of parameters.
const PARAMETERS_MAX: usize = 48;

/// The string that a variable begins with whose type follows `key`.
pub(crate) fn value(text: &[u8], key: Span) -> Option<Literal> {
    let start = skip_blanks(text, key.end(), false);
    let rest = text.get(start..)?;
    let typed = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_(), ".contains(byte);
    let length = rest.iter().take(TYPE_MAX).take_while(typed).count();
    let declared = rest.get(..length)?;
    let close = declared.iter().rposition(|&byte| byte == b')');
    let sized = close.filter(|&close| declared.get(..close).is_some_and(|it| it.contains(&b'(')));
    let rest = sized.and_then(|close| declared.get(close..));
    if start == key.end() || rest.is_none_or(|rest| rest.contains(&b',')) {
        return None;
    }
    let end = start + length;
    if text.get(end..end + 2) == Some(b":=") {
        return string(text, skip_blanks(text, end + 2, false));
    }
    const DEFAULT: &[u8] = b"default";
    let at = declared.trim_ascii_end().len().checked_sub(DEFAULT.len())?;
    if stands_at(declared, at, DEFAULT) { string(text, end) } else { None }
}

/// The string that the function `key` returns, and nothing else.
pub(crate) fn returned(text: &[u8], key: Span) -> Option<Literal> {
    let mut at = skip_blanks(text, key.end(), false);
    if matches!(text.get(at), Some(b'=' | b':')) {
        at = skip_blanks(text, at + 1, false);
    }
    let rest = text.get(at..)?.strip_prefix(b"(")?;
    let named = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_,: ".contains(byte);
    let parameters = rest.iter().take(PARAMETERS_MAX).take_while(named).count();
    if rest.get(parameters) != Some(&b')') {
        return None;
    }
    let at = skip_blanks(text, at + 1 + parameters + 1, false);
    let rest = text.get(at..)?;
    // `-> str`, `: string`: what it returns.
    let typed = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_->: &'".contains(byte);
    let length = rest.iter().take(TYPE_MAX).take_while(typed).count();
    let said = rest.get(..length)?;
    let end = at + length;
    if text.get(end..end + 2) == Some(b"=>") {
        return string(text, skip_blanks(text, end + 2, true));
    }
    let opens = text.get(end) == Some(&b'{') || said.trim_ascii_end().ends_with(b":");
    let body = skip_blanks(text, end + usize::from(text.get(end) == Some(&b'{')), true);
    let said = text.get(body..)?.strip_prefix(b"return ")?;
    if opens { string(text, text.len() - said.len()) } else { None }
}

/// `.orElse("value")`, `.append("value")`: functions that take the value of what is before them.
pub(crate) fn method(text: &[u8], at: usize) -> Option<Literal> {
    const NAMES: [&[u8]; 22] = [
        b"append",
        b"unwrap_or_else",
        b"orElseGet",
        b"map_or_else",
        b"unwrap_or",
        b"or_else",
        b"orElse",
        b"getOrElse",
        b"equals",
        b"withDefault",
        b"default",
        b"toBe",
        b"toEqual",
        b"setValue",
        b"set",
        b"send_keys",
        b"sendKeys",
        b"fill",
        b"type",
        b"val",
        b"defaultTo",
        b"isEqualTo",
    ];
    let rest = text.get(at..)?;
    let length = rest.iter().take(20).position(|&byte| byte == b'(')?;
    let name = rest.get(..length)?;
    if !NAMES.contains(&name) {
        return None;
    }
    let at = skip_blanks(text, at + length + 1, true);
    string(text, behind_head_of_closure(text, at))
}

/// Where the body begins of the closure at `at`: `|_| "value"`, `() -> "value"`.
fn behind_head_of_closure(text: &[u8], at: usize) -> usize {
    const HEADS: [&[u8]; 6] = [b"|_| ", b"|| ", b"|e| ", b"() -> ", b"() => ", b"_ => "];
    let rest = text.get(at..).unwrap_or_default();
    let head = HEADS.iter().find(|head| rest.starts_with(head));
    at + head.map_or(0, |head| head.len())
}

#[cfg(test)]
mod tests {
    use super::{returned, value};
    use crate::literal::Literal;
    use pushgate_detector_sdk::Span;

    fn check(read: fn(&[u8], Span) -> Option<Literal>, text: &str, expected: Option<&str>) {
        let found = read(text.as_bytes(), Span::at(0, 3));
        let found = found.map(|it| &text[it.span.start()..it.span.end()]);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_type_with_a_length_stands_before_the_value() {
        check(value, "key VARCHAR2(255) := 'V1';", Some("V1"));
        check(value, "key varchar(64) DEFAULT 'V1'", Some("V1"));
        check(value, "key varchar(64) not null default 'V1'", Some("V1"));
        for text in ["key varchar(64), x := 'V1'", "key is := 'V1'", "key(1) := 'V1'", "key v(9)"] {
            check(value, text, None);
        }
    }

    #[test]
    fn a_function_says_its_value() {
        for text in [
            "key = () => 'V1';",
            "key() { return 'V1'; }",
            "key():\n    return 'V1'\n",
            "key(self) -> str:\n    return 'V1'\n",
            "key = (): string => 'V1'",
            "key() {\n  return 'V1';\n}",
        ] {
            check(returned, text, Some("V1"));
        }
        for text in
            ["key('V1')", "key() { call('V1') }", "key(); return 'V1'", "key()\nreturn 'V1'"]
        {
            check(returned, text, None);
        }
    }
}
