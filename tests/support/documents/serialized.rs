//! The files that a cipher of Data Center leaves: Java objects, known by name and magic.

use super::encodings as write;
use super::random::Dice;
use super::{Document, Expected};
use crate::support::encode::base64;

const KIND: &str = "atlassian-dc-cipher-key-files";

/// The classes, with the numbers of their versions.
const CLASSES: [(&str, u64); 2] = [
    ("javax.crypto.SealedObject", 0x3E36_3DA6_C3B7_5470),
    ("javax.crypto.spec.SecretKeySpec", 0x5B47_0B66_E230_614D),
];

const BYTE_ARRAY: u64 = 0xACF3_17F8_0608_54E0;

pub fn all(seed: u64) -> Vec<Document> {
    let mut dice = Dice::new(seed.wrapping_mul(4001).wrapping_add(9));
    let mut made = Vec::new();
    for (class, version) in CLASSES {
        let file = format!("{class}_{}", 1_600_000_000_000_u64 + dice.below(90_000_000) as u64);
        let object = object(class, version, &mut dice);
        let listed = format!("kind: Secret\ndata:\n  {file}: {}\n", base64(&object));
        made.push(document(format!("jira-home/{file}"), object.clone(), "the file", None));
        made.push(document(
            "secret.yml".to_owned(),
            listed.into_bytes(),
            "kubernetes secret",
            Some((3, 3)),
        ));
        let archive = write::tar(&[(&format!("home/{file}"), &object)]);
        made.push(document("home.tar".to_owned(), archive, "tar", None));
    }
    made
}

fn document(
    path: String,
    content: Vec<u8>,
    surrounding: &'static str,
    lines: Option<(usize, usize)>,
) -> Document {
    let expected = Expected::Secret { kinds: vec![KIND], lines };
    Document { path, content, kind: KIND, surrounding, encoding: "java object", expected }
}

/// A serialized object of this class with two byte arrays.
fn object(class: &str, version: u64, dice: &mut Dice) -> Vec<u8> {
    let mut made = vec![0xAC, 0xED, 0, 5, b's', b'r'];
    made.extend((class.len() as u16).to_be_bytes());
    made.extend(class.bytes());
    made.extend(version.to_be_bytes());
    made.extend([2, 0, 2, b'L', 0, 9]);
    made.extend(b"algorithmt\0\x12Ljava/lang/String;[\0\x03keyt\0\x02[Bxpt\0\x03AESur\0\x02[B");
    made.extend(BYTE_ARRAY.to_be_bytes());
    made.extend([2, 0, 0, b'x', b'p', 0, 0, 0, 32]);
    made.extend(dice.bytes(32));
    made
}
