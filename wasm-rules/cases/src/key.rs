//! Private keys of each sort, made from a seed.
//!
//! | name | form |
//! | --- | --- |
//! | `rsa-key` | RSA in PKCS#1, of 2048 bits |
//! | `dsa-key` | DSA in the form of its own |
//! | `ec-key` | a curve of 256 bits in SEC 1 |
//! | `ed25519-key` | Ed25519 in PKCS#8 |
//! | `openssh-key` | Ed25519 in `openssh-key-v1` |
//! | `security-key` | the handle of a key in hardware, in `openssh-key-v1` |
//! | `dh-key` | Diffie-Hellman in PKCS#8 |
//! | `putty-key` | the private lines of an RSA key of PuTTY's |
//! | `random-key` | no key: 192 bytes of noise |
//! | `public-key` | the public half of an RSA key |
//!
//! The numbers are noise of the right size: no program could use them, but each parses.
//!
//! Variants, after a colon: a number of bits (`1024`, `3072`, `4096`), `pkcs8`, `encrypted`; what
//! is shown, `body` (the lines between the armour) or `bare` (one line without it) instead of all;
//! and what joins the lines: `escaped` (`\n`), `escaped-twice`, `crlf`, `blanks`, `break` (`<br>`),
//! `entity` (`&#10;`), `indented`, `added` (`+`, as in a diff), `commented` (`# `), `logged`
//! (a time), `quoted` (`\n" +` and a new line), `listed` (`",` and a new line).

use crate::encode::{BASE64, base64};
use crate::random::Random;

/// How a key is written.
#[derive(Clone, Copy, Debug)]
struct Form {
    bits: usize,
    pkcs8: bool,
    encrypted: bool,
    shown: Shown,
    joint: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    All,
    Body,
    Bare,
}

const LINE: usize = 64;
const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const RSA: &[u8] = &[0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0];
const CURVE: &[u8] = &[
    0x30, 0x13, 6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1, 6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1,
    7,
];
const ED25519: &[u8] = &[0x30, 5, 6, 3, 0x2B, 0x65, 0x70];
const AGREEMENT: &[u8] = &[0x30, 11, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 3, 1];
const PASSWORD_BASED: &[u8] = &[0x30, 11, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 5, 13];

/// A key called `name`, or `None` if there is no such key or variant.
pub(crate) fn make(name: &str, variants: &[&str], random: &mut Random) -> Option<Vec<u8>> {
    let form = form(variants)?;
    let (label, bytes) = match name {
        "rsa-key" => wrapped("RSA ", RSA, rsa(form.bits, random), form),
        "dsa-key" => ("DSA ", dsa(random)),
        "ec-key" => wrapped("EC ", CURVE, curve(form.pkcs8, random), form),
        "ed25519-key" => ("", pkcs8(ED25519, &element(OCTET_STRING, &noise(32, random)))),
        "openssh-key" => ("OPENSSH ", openssh(form.encrypted, random)),
        "security-key" => ("OPENSSH ", security(random)),
        "dh-key" => ("", pkcs8(AGREEMENT, &number(256, random))),
        "putty-key" => ("", (0..4).flat_map(|_| string(&noise(128, random))).collect()),
        "random-key" => ("RSA ", noise(192, random)),
        "public-key" => ("", public(random)),
        _ => return None,
    };
    let (label, bytes) = match (form.encrypted, name) {
        (true, "rsa-key" | "ec-key") => {
            let scheme = [PASSWORD_BASED, &element(OCTET_STRING, &noise(bytes.len(), random))];
            ("ENCRYPTED ", element(SEQUENCE, &scheme.concat()))
        }
        _ => (label, bytes),
    };
    let half = if name == "public-key" { "PUBLIC" } else { "PRIVATE" };
    Some(written(&format!("{label}{half} KEY"), &bytes, form).into_bytes())
}

fn form(variants: &[&str]) -> Option<Form> {
    let mut form =
        Form { bits: 2048, pkcs8: false, encrypted: false, shown: Shown::All, joint: "\n" };
    for word in variants {
        match *word {
            "pkcs1" => form.pkcs8 = false,
            "pkcs8" => form.pkcs8 = true,
            "encrypted" => form.encrypted = true,
            "body" => form.shown = Shown::Body,
            "bare" => form.shown = Shown::Bare,
            "escaped" => form.joint = "\\n",
            "escaped-twice" => form.joint = "\\\\n",
            "crlf" => form.joint = "\r\n",
            "blanks" => form.joint = " ",
            "break" => form.joint = "<br>",
            "entity" => form.joint = "&#10;",
            "indented" => form.joint = "\n        ",
            "added" => form.joint = "\n+",
            "commented" => form.joint = "\n# ",
            "logged" => form.joint = "\n2026-01-01 10:00:01 INFO ",
            "quoted" => form.joint = "\\n\" +\n    \"",
            "listed" => form.joint = "\",\n    \"",
            bits => form.bits = bits.parse().ok().filter(|bits| (512..=8192).contains(bits))?,
        }
    }
    Some(form)
}

/// The bytes as they stand in a text.
fn written(label: &str, bytes: &[u8], form: Form) -> String {
    let body = base64(bytes, BASE64, true);
    let body = String::from_utf8_lossy(&body).into_owned();
    let lines = || {
        let lines: Vec<&str> = (0..body.len())
            .step_by(LINE)
            .filter_map(|at| body.get(at..(at + LINE).min(body.len())))
            .collect();
        lines.join(form.joint)
    };
    match form.shown {
        Shown::Bare => body,
        Shown::Body => lines(),
        Shown::All => {
            let dashes = "-----";
            let (lines, joint) = (lines(), form.joint);
            format!("{dashes}BEGIN {label}{dashes}{joint}{lines}{joint}{dashes}END {label}{dashes}")
        }
    }
}

fn wrapped(
    label: &'static str,
    algorithm: &[u8],
    key: Vec<u8>,
    form: Form,
) -> (&'static str, Vec<u8>) {
    if form.pkcs8 || form.encrypted { ("", pkcs8(algorithm, &key)) } else { (label, key) }
}

fn pkcs8(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    element(SEQUENCE, &[&[INTEGER, 1, 0], algorithm, &element(OCTET_STRING, key)].concat())
}

fn rsa(bits: usize, random: &mut Random) -> Vec<u8> {
    let bytes = bits / 8;
    let exponent: &[u8] = &[INTEGER, 3, 1, 0, 1];
    let mut numbers = vec![vec![INTEGER, 1, 0], number(bytes, random), exponent.to_vec()];
    numbers.push(number(bytes, random));
    numbers.extend((0..5).map(|_| number(bytes / 2, random)));
    element(SEQUENCE, &numbers.concat())
}

fn dsa(random: &mut Random) -> Vec<u8> {
    let mut numbers = vec![vec![INTEGER, 1, 0]];
    numbers.extend([128, 20, 128, 128, 20].map(|bytes| number(bytes, random)));
    element(SEQUENCE, &numbers.concat())
}

fn curve(pkcs8: bool, random: &mut Random) -> Vec<u8> {
    let scalar = element(OCTET_STRING, &noise(32, random));
    let point = element(BIT_STRING, &[&[0, 4][..], &noise(64, random)].concat());
    // Inside of PKCS#8 the curve stands outside already.
    let name: &[u8] = &[0xA0, 10, 6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7];
    let name = if pkcs8 { &[] } else { name };
    let parts = [&[INTEGER, 1, 1], scalar.as_slice(), name, &element(0xA1, &point)];
    element(SEQUENCE, &parts.concat())
}

fn public(random: &mut Random) -> Vec<u8> {
    let numbers = [number(256, random), vec![INTEGER, 3, 1, 0, 1]].concat();
    let bits = [&[0][..], &element(SEQUENCE, &numbers)].concat();
    element(SEQUENCE, &[RSA, &element(BIT_STRING, &bits)].concat())
}

fn openssh(encrypted: bool, random: &mut Random) -> Vec<u8> {
    let (name, point) = (string(b"ssh-ed25519"), string(&noise(32, random)));
    let check = noise(4, random);
    let parts =
        [&check, &check, &name, &point, &string(&noise(64, random)), &string(b"ci"), &vec![1, 2]];
    let private = parts.into_iter().flatten().copied().collect::<Vec<u8>>();
    let private = if encrypted { noise(private.len(), random) } else { private };
    let (cipher, scheme): (&[u8], &[u8]) =
        if encrypted { (b"aes256-ctr", b"bcrypt") } else { (b"none", b"none") };
    let options = if encrypted { noise(24, random) } else { Vec::new() };
    [
        b"openssh-key-v1\0",
        string(cipher).as_slice(),
        &string(scheme),
        &string(&options),
        &[0, 0, 0, 1],
        &string(&[name, point].concat()),
        &string(&private),
    ]
    .concat()
}

/// What `ssh-keygen -t ed25519-sk` writes: the key itself never leaves the hardware.
fn security(random: &mut Random) -> Vec<u8> {
    let (name, point) = (string(b"sk-ssh-ed25519@openssh.com"), string(&noise(32, random)));
    let application = string(b"ssh:");
    let (check, handle) = (noise(4, random), string(&noise(64, random)));
    let private = [&check, &check, &name, &point, &application, &vec![1], &handle, &string(b"")];
    let private = private.into_iter().flatten().copied().collect::<Vec<u8>>();
    [
        b"openssh-key-v1\0",
        string(b"none").as_slice(),
        &string(b"none"),
        &string(b""),
        &[0, 0, 0, 1],
        &string(&[name, point, application].concat()),
        &string(&[private, string(b"ci"), vec![1, 2, 3]].concat()),
    ]
    .concat()
}

/// An odd number that has all of its bytes.
fn number(bytes: usize, random: &mut Random) -> Vec<u8> {
    let mut digits = noise(bytes, random);
    if let Some(first) = digits.first_mut() {
        *first |= 0x80;
    }
    if let Some(last) = digits.last_mut() {
        *last |= 1;
    }
    // Its first bit would make it negative.
    element(INTEGER, &[&[0][..], &digits].concat())
}

fn noise(bytes: usize, random: &mut Random) -> Vec<u8> {
    (0..bytes).map(|_| random.byte()).collect()
}

/// One element of DER.
fn element(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let digits = bytes.len().to_be_bytes();
    let zeros = digits.iter().take_while(|&&digit| digit == 0).count();
    let digits = digits.get(zeros..).unwrap_or_default();
    let mut element = vec![tag];
    match digits {
        [] => element.push(0),
        [len @ 0..=0x7F] => element.push(*len),
        _ => {
            element.push(0x80 | u8::try_from(digits.len()).unwrap_or(0));
            element.extend(digits);
        }
    }
    element.extend(bytes);
    element
}

/// A string with its length in front, as SSH writes it.
fn string(bytes: &[u8]) -> Vec<u8> {
    let len = u32::try_from(bytes.len()).unwrap_or(0);
    [&len.to_be_bytes(), bytes].concat()
}

#[cfg(test)]
mod tests {
    use super::make;
    use crate::random::Random;

    fn key(name: &str, variants: &[&str]) -> String {
        String::from_utf8(make(name, variants, &mut Random::new(7)).unwrap()).unwrap()
    }

    #[test]
    fn keys_begin_as_those_of_other_programs_do() {
        assert!(key("rsa-key", &["bare"]).starts_with("MIIE"));
        assert!(key("rsa-key", &["bare", "1024"]).starts_with("MIICX"));
        assert!(key("rsa-key", &["bare", "4096"]).starts_with("MIIJK"));
        assert!(key("rsa-key", &["bare", "pkcs8"]).starts_with("MIIE"));
        assert!(key("ec-key", &["bare"]).starts_with("MHcCAQEEI"));
        assert!(key("ec-key", &["bare", "pkcs8"]).starts_with("MIGHAgEAMBMGByqGSM49"));
        assert!(key("ed25519-key", &["bare"]).starts_with("MC4CAQAwBQYDK2VwBCIEI"));
        assert!(key("openssh-key", &["bare"]).starts_with("b3BlbnNzaC1rZXktdjEAAAAA"));
        assert!(key("public-key", &["bare"]).starts_with("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"));
    }

    #[test]
    fn lines_stand_between_the_armour_and_are_joined_as_asked() {
        let armoured = key("ed25519-key", &[]);
        let lines: Vec<&str> = armoured.lines().collect();
        assert!(matches!(lines.as_slice(), [first, body, last]
            if first.contains("BEGIN PRIVATE") && body.len() == 64 && last.contains("END PRIVATE")));
        assert_eq!(
            key("rsa-key", &["body", "escaped"]).replace("\\n", ""),
            key("rsa-key", &["bare"])
        );
        assert!(key("rsa-key", &["encrypted"]).contains("ENCRYPTED PRIVATE"));
    }

    #[test]
    fn unknown_keys_and_variants_are_not_made() {
        assert_eq!(make("no-key", &[], &mut Random::new(7)), None);
        assert_eq!(make("rsa-key", &["7"], &mut Random::new(7)), None);
    }
}
