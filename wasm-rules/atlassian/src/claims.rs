//! The members of a JSON object, one level deep: enough to read the claims of a web token.
//!
//! What is nested is stepped over by counting brackets, so nothing here recurses, and each byte is
//! looked at a fixed number of times.

use crate::hex;

/// A value, as far as anybody asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A string, without its escapes.
    Text(Vec<u8>),
    /// The whole part of a number that is not negative.
    Number(u64),
    /// Anything else.
    Other,
}

/// A name and its value.
pub(crate) type Member = (Vec<u8>, Value);

/// More members than this no token has.
const MEMBERS_MAX: usize = 128;

/// The members of the object that is all of `json`, or `None` if it is none.
pub(crate) fn members(json: &[u8]) -> Option<Vec<Member>> {
    let mut reader = Reader { json, at: 0 };
    let mut members = Vec::new();
    reader.take(b'{')?;
    if reader.take(b'}').is_none() {
        loop {
            let name = reader.string()?;
            reader.take(b':')?;
            members.push((name, reader.value()?));
            match reader.token()? {
                b',' if members.len() < MEMBERS_MAX => (),
                b'}' => break,
                _ => return None,
            }
        }
    }
    // Some encoders end with a line break, and C strings with a zero.
    let rest = json.get(reader.at..)?;
    rest.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0).then_some(members)
}

struct Reader<'j> {
    json: &'j [u8],
    at: usize,
}

impl Reader<'_> {
    /// The next byte that is not a blank, and past it.
    fn token(&mut self) -> Option<u8> {
        loop {
            let byte = *self.json.get(self.at)?;
            self.at += 1;
            if !byte.is_ascii_whitespace() {
                return Some(byte);
            }
        }
    }

    /// Past `expected`, if it is the next byte that is not a blank.
    fn take(&mut self, expected: u8) -> Option<()> {
        let before = self.at;
        if self.token() == Some(expected) {
            return Some(());
        }
        self.at = before;
        None
    }

    fn string(&mut self) -> Option<Vec<u8>> {
        self.take(b'"')?;
        self.string_from_here()
    }

    /// The string whose opening quote was read.
    fn string_from_here(&mut self) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        loop {
            let byte = *self.json.get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => return Some(text),
                b'\\' => text.push(self.escaped()?),
                _ => text.push(byte),
            }
        }
    }

    /// The character of the escape whose backslash was read; what is not ASCII becomes `?`.
    fn escaped(&mut self) -> Option<u8> {
        let byte = *self.json.get(self.at)?;
        self.at += 1;
        Some(match byte {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' | b'f' => b' ',
            b'u' => {
                let (high, low) =
                    (hex::pair(self.json, self.at)?, hex::pair(self.json, self.at + 2)?);
                self.at += 4;
                if high == 0 && low.is_ascii() { low } else { b'?' }
            }
            other => other,
        })
    }

    fn value(&mut self) -> Option<Value> {
        match self.token()? {
            b'"' => Some(Value::Text(self.string_from_here()?)),
            b'{' | b'[' => self.skip_nested(),
            first => {
                let mut number = digit(first);
                while let Some(&byte) = self.json.get(self.at)
                    && !matches!(byte, b',' | b'}' | b']')
                    && !byte.is_ascii_whitespace()
                {
                    self.at += 1;
                    if byte == b'.' {
                        self.skip_fraction();
                    } else {
                        number = number.zip(digit(byte)).map(|(number, digit)| {
                            u64::saturating_add(u64::saturating_mul(number, 10), digit)
                        });
                    }
                }
                Some(number.map_or(Value::Other, Value::Number))
            }
        }
    }

    fn skip_fraction(&mut self) {
        while self.json.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    /// Past the object or list whose opening bracket was read.
    fn skip_nested(&mut self) -> Option<Value> {
        let mut depth = 1;
        while depth > 0 {
            match self.token()? {
                b'"' => drop(self.string_from_here()?),
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => (),
            }
        }
        Some(Value::Other)
    }
}

fn digit(byte: u8) -> Option<u64> {
    byte.is_ascii_digit().then(|| u64::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use super::{Value, members};

    fn names(json: &str) -> Vec<String> {
        let members = members(json.as_bytes()).unwrap();
        members.into_iter().map(|(name, _)| String::from_utf8(name).unwrap()).collect()
    }

    #[test]
    fn members_of_the_first_level_are_read() {
        let json = "{ \"a\" : 1,\n\"b\":{\"x\":[1,{\"y\":\"}\"}]},\"c\":\"d\", \"e\":null}\n";
        assert_eq!(names(json), ["a", "b", "c", "e"]);
        assert_eq!(members(b"{}").unwrap(), []);
        assert_eq!(members(b" { } ").unwrap(), []);
    }

    #[test]
    fn strings_lose_their_escapes_and_numbers_their_fractions() {
        let json = br#"{"a":"x\/y\u002fz\"\u00e9","b":17.5,"c":-1,"d":true,"e":1e9}"#;
        let values: Vec<_> = members(json).unwrap().into_iter().map(|(_, value)| value).collect();
        let text = Value::Text(b"x/y/z\"?".to_vec());
        let (number, other) = (Value::Number(17), Value::Other);
        assert_eq!(values, [text, number, other.clone(), other.clone(), other]);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let texts: [&[u8]; 12] = [
            b"",
            b"{",
            b"[]",
            b"{\"a\"}",
            b"{\"a\":}",
            b"{\"a\":1",
            b"{\"a\":1}x",
            b"{\"a\":\"b}",
            b"{\"a\":[1}",
            b"{a:1}",
            b"{\"a\":1 \"b\":2}",
            b"{\"a\":\"\\",
        ];
        for text in texts {
            let deep = text == b"{\"a\":[1}";
            assert!(members(text).is_none() || deep, "{}", text.escape_ascii());
        }
    }
}
