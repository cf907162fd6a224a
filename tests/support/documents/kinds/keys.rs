//! Private keys that parse: DER with the right lengths, and numbers that are only random.

use crate::support::documents::random::Dice;
use crate::support::encode::base64;

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut made = vec![tag];
    let length = content.len();
    if length < 128 {
        made.push(length as u8);
    } else {
        let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|b| *b == 0).collect();
        made.push(0x80 | bytes.len() as u8);
        made.extend(bytes);
    }
    made.extend(content);
    made
}

/// A positive number of this many bytes; odd, with its first bit clear or a zero before it.
fn number(bytes: usize, dice: &mut Dice) -> Vec<u8> {
    let mut content = dice.bytes(bytes);
    content[0] |= 0xC0;
    *content.last_mut().expect("a number has a byte") |= 1;
    content.insert(0, 0);
    element(2, &content)
}

fn rsa_body(bits: usize, dice: &mut Dice) -> Vec<u8> {
    let (whole, half) = (bits / 8, bits / 16);
    let mut body = element(2, &[0]);
    body.extend(number(whole, dice));
    body.extend(element(2, &[1, 0, 1]));
    for length in [whole - 1, half, half, half - 1, half - 1, half - 1] {
        body.extend(number(length, dice));
    }
    element(0x30, &body)
}

/// An RSA key in PKCS#1.
pub fn rsa(bits: usize, dice: &mut Dice) -> Vec<u8> {
    rsa_body(bits, dice)
}

/// An RSA key in PKCS#8.
pub fn rsa_wrapped(bits: usize, dice: &mut Dice) -> Vec<u8> {
    let algorithm = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0];
    let mut body = element(2, &[0]);
    body.extend(element(0x30, &algorithm));
    body.extend(element(4, &rsa_body(bits, dice)));
    element(0x30, &body)
}

fn ed25519_wrapped(dice: &mut Dice) -> Vec<u8> {
    let mut body = element(2, &[0]);
    body.extend(element(0x30, &[0x06, 3, 0x2B, 0x65, 0x70]));
    body.extend(element(4, &element(4, &dice.bytes(32))));
    element(0x30, &body)
}

fn elliptic(dice: &mut Dice) -> Vec<u8> {
    let curve = [0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7];
    let mut body = element(2, &[1]);
    body.extend(element(4, &dice.bytes(32)));
    body.extend(element(0xA0, &curve));
    let mut point = vec![0, 4];
    point.extend(dice.bytes(64));
    body.extend(element(0xA1, &element(3, &point)));
    element(0x30, &body)
}

fn encrypted(dice: &mut Dice) -> Vec<u8> {
    let scheme = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 5, 13];
    let mut algorithm = scheme.to_vec();
    algorithm.extend(element(0x30, &element(4, &dice.bytes(16))));
    let mut body = element(0x30, &algorithm);
    body.extend(element(4, &dice.bytes(1232)));
    element(0x30, &body)
}

fn openssh(dice: &mut Dice) -> Vec<u8> {
    let field = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes(), bytes].concat();
    let name = field(b"ssh-ed25519");
    let (public, private) = (dice.bytes(32), dice.bytes(32));
    let check = dice.bytes(4);
    let mut secret = [&check[..], &check, &name, &field(&public)].concat();
    secret.extend(field(&[&private[..], &public].concat()));
    secret.extend(field(format!("{}@build", dice.name()).as_bytes()));
    for pad in 1.. {
        if secret.len() % 8 == 0 {
            break;
        }
        secret.push(pad);
    }
    let mut key = b"openssh-key-v1\0".to_vec();
    key.extend([&field(b"none")[..], &field(b"none"), &field(b""), &[0, 0, 0, 1]].concat());
    key.extend(field(&[&name[..], &field(&public)].concat()));
    key.extend(field(&secret));
    key
}

/// The lines of a PEM file.
fn armour(label: &str, key: &[u8], width: usize) -> String {
    let dashes = "-".repeat(5);
    let text = base64(key);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(width)
        .map(|line| std::str::from_utf8(line).expect("base64 is ASCII"))
        .collect();
    format!("{dashes}BEGIN {label}{dashes}\n{}\n{dashes}END {label}{dashes}", lines.join("\n"))
}

/// A private key of one of the sorts that people push.
pub fn any(dice: &mut Dice) -> String {
    match dice.below(10) {
        0..3 => rsa_pem(dice),
        3..5 => rsa_wrapped_pem(dice),
        5 => armour("PRIVATE KEY", &ed25519_wrapped(dice), 64),
        6 => armour("EC PRIVATE KEY", &elliptic(dice), 64),
        7..9 => armour("OPENSSH PRIVATE KEY", &openssh(dice), 70),
        _ => armour("ENCRYPTED PRIVATE KEY", &encrypted(dice), 64),
    }
}

pub fn rsa_pem(dice: &mut Dice) -> String {
    let bits = *dice.pick(&[1024, 2048, 2048]);
    armour("RSA PRIVATE KEY", &rsa(bits, dice), 64)
}

pub fn rsa_wrapped_pem(dice: &mut Dice) -> String {
    let bits = *dice.pick(&[1024, 2048, 2048]);
    armour("PRIVATE KEY", &rsa_wrapped(bits, dice), 64)
}

/// An RSA key of either form.
pub fn either_pem(dice: &mut Dice) -> String {
    if dice.one_in(2) { rsa_pem(dice) } else { rsa_wrapped_pem(dice) }
}

/// The base64 of an RSA key in one line, without armour.
pub fn bare(dice: &mut Dice) -> String {
    let bits = *dice.pick(&[1024, 2048, 3072]);
    base64(&rsa_wrapped(bits, dice))
}

/// The base64 of a whole PEM file, as pipelines want their variables.
pub fn pem_in_base64(dice: &mut Dice) -> String {
    base64(format!("{}\n", any(dice)).as_bytes())
}

/// A certificate, which is public.
pub fn certificate(dice: &mut Dice) -> String {
    let mut body = vec![0xA0, 3, 2, 1, 2];
    body.extend(number(16, dice));
    body.extend(element(0x30, &[0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11, 5, 0]));
    body.extend(element(4, &dice.bytes(700)));
    armour("CERTIFICATE", &element(0x30, &body), 64)
}

/// The public half of an RSA key.
pub fn public(dice: &mut Dice) -> String {
    armour("PUBLIC KEY", &public_der(dice), 64)
}

/// The same, in one line without armour.
pub fn public_bare(dice: &mut Dice) -> String {
    base64(&public_der(dice))
}

fn public_der(dice: &mut Dice) -> Vec<u8> {
    let mut numbers = number(256, dice);
    numbers.extend(element(2, &[1, 0, 1]));
    let mut bits = vec![0];
    bits.extend(element(0x30, &numbers));
    let algorithm = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0];
    let mut body = element(0x30, &algorithm);
    body.extend(element(3, &bits));
    element(0x30, &body)
}
