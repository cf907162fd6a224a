//! Code in the quotes of a string, where a secret would stand: types, selectors, references of one
//! format or another, and rules that a form is checked by.

use crate::caseless::contains;
use crate::prose::is_one_of;
use crate::wordlike::{has_regular_case, reads_like_words, words};

/// Words of types, as languages write them.
const TYPES: &[u8] = b"string str text char varchar nvarchar bytes byte bool boolean int integer \
    number float long object any null none undefined unknown void nil optional option list vec array \
    map dict record maybe union literal secretstr buffer promise future";

/// Rules that frameworks for forms have.
const RULES: &[u8] = b"required nullable string confirmed sometimes present bail filled integer \
    numeric email alpha alpha_num alpha_dash array boolean omitempty min max between regex unique \
    exists dive len gte lte same different size file password current_password accepted";

/// What follows a reference to a text or to a style, in one format or another.
const REFERENCES: [&[u8]; 5] = [b"@string/", b"?attr/", b"R.string.", b"!reference [", b"@id/"];

/// Words of the names of elements, and of texts.
const PARTS: &[u8] =
    b"login form field input user pass password passwd pw token secret key button \
    submit label";

/// Attributes that are one word.
const ATTRIBUTES: &[u8] = b"class type name value id title style href placeholder label ref key";

/// Attributes by which a page's element is found.
const LOCATORS: [&[u8]; 5] = [b"id=", b"css=", b"name=", b"xpath=", b"data-testid="];

/// Whether the value is code that stands in a string.
pub(crate) fn is_quoted_code(value: &[u8]) -> bool {
    is_type(value)
        || is_rules(value)
        || is_selector(value)
        || is_looked_up(value)
        || is_attribute(value)
        || is_behind_prompt(value)
        || is_format(value)
        || is_assignment(value)
        || is_key_of_texts(value)
        || contains(value, b"[''")
        || value.starts_with(b"Path(")
        || REFERENCES.iter().any(|start| value.starts_with(start))
}

/// `string | null`, `Optional[str]`, `VARCHAR(255)`, `String!`, `Map<String, Object>`.
fn is_type(value: &[u8]) -> bool {
    const DIGITS_MAX: usize = 5;
    let signs = |byte: &u8| b"|[]<>(),!? ".contains(byte);
    let is_part = |part: &[u8]| {
        is_one_of(part, TYPES) || part.len() <= DIGITS_MAX && part.iter().all(u8::is_ascii_digit)
    };
    let mut parts = value.split(signs).filter(|part| !part.is_empty());
    parts.next().is_some_and(|first| is_one_of(first, TYPES))
        && parts.all(is_part)
        && value.iter().any(signs)
}

/// `required|string|min:8`, `required,min=8`, `max_length=255`.
fn is_rules(value: &[u8]) -> bool {
    let is_of_rule =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.,-".contains(byte);
    let rule = |part: &[u8]| {
        let name = part.split(|byte| matches!(byte, b':' | b'=')).next().unwrap_or_default();
        let argument = part.get(name.len() + 1..).unwrap_or_default();
        (is_one_of(name, RULES), name.iter().all(is_of_rule) && argument.iter().all(is_of_rule))
    };
    let sign = if value.contains(&b'|') { b'|' } else { b',' };
    let parts = || value.split(|byte| *byte == sign).map(rule);
    let known = parts().filter(|(known, _)| *known).count();
    let single = value.strip_prefix(b"max_length=").or_else(|| value.strip_prefix(b"min_length="));
    single.is_some_and(|number| number.iter().all(u8::is_ascii_digit))
        || parts().count() > 1 && 2 * known >= parts().count() && parts().all(|(_, fits)| fits)
}

/// `#login-form-password`, `input[name=os_password]`, `id=login-form-password`.
fn is_selector(value: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphabetic() || b"-_".contains(byte);
    let is_of_words = |name: &[u8]| {
        name.len() > 3
            && name.iter().all(is_name)
            && name.contains(&b'-')
            && has_regular_case(name)
            && reads_like_words(name)
    };
    if let Some(name) = value.strip_prefix(b"#").or_else(|| value.strip_prefix(b".")) {
        return is_of_words(name) && words(name).any(|word| is_one_of(word, PARTS));
    }
    if let Some(start) = LOCATORS.iter().find(|start| value.starts_with(start)) {
        return value.get(start.len()..).is_some_and(is_of_words);
    }
    let open = value.iter().position(|&byte| byte == b'[');
    let Some((element, attribute)) = open.and_then(|open| value.split_at_checked(open)) else {
        return false;
    };
    element.iter().all(u8::is_ascii_lowercase)
        && attribute.ends_with(b"]")
        && attribute.contains(&b'=')
        && attribute.get(1..).and_then(<[u8]>::first).is_some_and(u8::is_ascii_lowercase)
}

/// `$t(common.token)`, `config('services.jira.token1')`, `row['token1']`, `import.meta.env.TOKEN1`.
fn is_looked_up(value: &[u8]) -> bool {
    const NAME_MIN: usize = 3;
    if value.starts_with(b"import.meta.env.") {
        return true;
    }
    let Some(open) = value.iter().position(|byte| matches!(byte, b'(' | b'[')) else {
        return false;
    };
    let (callee, behind) = value.split_at_checked(open).unwrap_or_default();
    let Some(inside) =
        behind.get(1..).and_then(|it| it.strip_suffix(b")").or_else(|| it.strip_suffix(b"]")))
    else {
        return false;
    };
    let quoted = matches!(inside, [b'\'', .., b'\''] | [b'"', .., b'"']);
    let callee = callee.strip_prefix(b"$").unwrap_or(callee);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._".contains(byte);
    let small = |byte: &u8| !byte.is_ascii_uppercase();
    let dollar = value.starts_with(b"$");
    let named = callee.len() >= NAME_MIN || dollar || callee.contains(&b'.');
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-'\" ".contains(byte);
    named
        && !callee.is_empty()
        && callee.iter().all(is_name)
        && (callee.iter().all(small) || has_regular_case(callee))
        && (quoted || dollar || inside.contains(&b'.') || callee == b"nameof")
        && inside.iter().all(is_key)
        && reads_like_words(inside)
}

/// `helperText=`, `GridPane.rowIndex=`, `WHERE name=`: an attribute behind a string that ends in a
/// colon, whose own string follows.
fn is_attribute(value: &[u8]) -> bool {
    let Some(name) = value.strip_suffix(b"=") else { return false };
    if contains(name, b"={") || contains(name, b"=[") {
        return true;
    }
    // `*ngIf=`, `[(ngModel)]=`, `@click=`
    let name = name.trim_ascii_start();
    let signs = name.iter().take_while(|byte| b"@*#[(:".contains(byte)).count();
    let name = name.get(signs..).unwrap_or_default();
    let name = name.strip_suffix(b"]").unwrap_or(name);
    let name = name.strip_suffix(b")").unwrap_or(name);
    let is_of_name = |byte: &u8| byte.is_ascii_alphabetic() || b".:-_ ".contains(byte);
    // One word and a sign may be a password, and so may two with a capital each.
    let small = name.split(|byte| *byte == b'.').next_back().unwrap_or_default();
    let is_small = small.first().is_some_and(u8::is_ascii_lowercase) || name.contains(&b' ');
    (words(name).count() > 1 && is_small || is_one_of(name, ATTRIBUTES))
        && name.iter().all(is_of_name)
        && name.iter().any(u8::is_ascii_lowercase)
        && has_regular_case(name)
        && reads_like_words(name)
}

/// `)\nrun(pw)`: how code goes on behind a string that ends in a colon; `>> .env`: where a shell
/// writes a line.
fn is_behind_prompt(value: &[u8]) -> bool {
    const STARTS: [&[u8]; 8] = [b")\\n", b")\n", b");", b"):", b") {", b">> ", b"))", b"; "];
    // A drawn password may begin so, but has neither blanks nor lines.
    let goes_on = value.contains(&b' ') || value.contains(&b'\n') || contains(value, b"\\n");
    goes_on && STARTS.iter().any(|start| value.starts_with(start))
}

/// `JIRA_ARN = "arn:…`: a line of code behind a string that ends in a name.
fn is_assignment(value: &[u8]) -> bool {
    let is_of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.$-".contains(*byte);
    let name = value.iter().take_while(is_of_name).count();
    let begins =
        value.first().is_some_and(|byte| byte.is_ascii_alphabetic() || b"$_".contains(byte));
    let behind = value.get(name..).unwrap_or_default();
    begins && name > 1 && (behind.starts_with(b" = ") || behind.starts_with(b" := "))
}

/// `@confluenceTokenDescription`, what a file of texts says of one, and `@:common.token`.
fn is_key_of_texts(value: &[u8]) -> bool {
    if let Some(name) = value.strip_prefix(b"@:") {
        let is_of_name = |byte: &u8| byte.is_ascii_alphabetic() || b"._".contains(byte);
        return name.contains(&b'.') && name.iter().all(is_of_name) && reads_like_words(name);
    }
    let Some(name) = value.strip_prefix(b"@") else { return false };
    words(name).any(|word| is_one_of(word, PARTS))
        && name.iter().all(u8::is_ascii_alphabetic)
        && name.iter().any(u8::is_ascii_uppercase)
        && has_regular_case(name)
        && reads_like_words(name)
}

/// `%1$s token`, `%@ token (v2)`: a text with places for values.
fn is_format(value: &[u8]) -> bool {
    const PLACES: [&[u8]; 6] = [b"%s", b"%d", b"%@", b"%1$s", b"%2$s", b"%1$@"];
    value.contains(&b' ') && PLACES.iter().any(|place| contains(value, place))
}

#[cfg(test)]
mod tests {
    use super::is_quoted_code;

    #[test]
    fn code_in_a_string_is_told() {
        for value in [
            "string | null",
            "Optional[str]",
            "VARCHAR(255)",
            "String!",
            "Map<String, Object>",
            "required|string|min:8|confirmed",
            "nullable|string",
            "required,min=8",
            "max_length=255",
            "#login-form-password",
            "input[name=os_password]",
            "id=login-form-password",
            "$t(common.token)",
            "config('services.jira.token1')",
            "row['token1']",
            "i18n.t('tok1')",
            "import.meta.env.VITE_TOK1",
            "@string/password",
            "@:common.token",
            "helperText=",
            "GridPane.rowIndex=",
            "WHERE name=",
            ")\\nrun(pw)",
            ">> .env",
            "rules={[{ required: true }]} name=",
            "; TextBox2.Text =",
            "JIRA_ARN = \"arn:aws:x",
            "@confluenceTokenDescription",
            "node[''jira",
            "%1$s token",
            "%@ token (v2)",
        ] {
            assert!(is_quoted_code(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn passwords_are_no_code() {
        for value in [
            "#Sommer-2024",
            "Xk9|mP2q",
            "aGVsbG8=",
            "s3cr3t(x)",
            "kelp(quartz)",
            "string7!",
            "a|b|c",
            "min,max9!",
            "pa[ss]word",
            "100%save",
            "#correct-horse-battery",
            "Monkey=",
            "Harbor#Kelp=",
            "Harbor-Kelp=",
            "@MonkeyBusiness",
            "@:Xk9q.m2",
            ");kQ9xm2Zp",
            "admin: kelp71",
        ] {
            assert!(!is_quoted_code(value.as_bytes()), "{value}");
        }
    }
}
