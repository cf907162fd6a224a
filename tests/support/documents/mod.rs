//! Documents that measure the gate: each kind of secret in the surroundings people leave it in,
//! the same in encodings, and what only looks like a secret.
//!
//! All is computed from a seed, from the catalogue of kinds and from what real files look like; the
//! rules and the detectors are not known here.

pub mod bare;
pub mod encoded;
pub mod encodings;
pub mod forms;
pub mod hosts;
pub mod kinds;
pub mod literals;
pub mod negatives;
pub mod plain;
pub mod random;
pub mod serialized;
pub mod text;

/// A file to push, and what is to be said of it.
pub struct Document {
    pub path: String,
    pub content: Vec<u8>,
    pub kind: &'static str,
    pub surrounding: &'static str,
    /// `plain`, or how the secret is written.
    pub encoding: &'static str,
    pub expected: Expected,
}

/// What the gate is to say.
pub enum Expected {
    /// Nothing that blocks.
    Nothing,
    /// A secret of one of these kinds.
    Secret {
        kinds: Vec<&'static str>,
        /// The lines it may be reported at; of a file in a container, any.
        lines: Option<(usize, usize)>,
    },
}

/// All documents of this seed.
pub fn all(seed: u64) -> Vec<Document> {
    let plain = plain::all(seed);
    let mut documents = encoded::all(seed, &plain);
    documents.extend(plain.into_iter().map(plain::Plain::into_document));
    documents.extend(serialized::all(seed));
    documents.extend(negatives::all(seed));
    for (index, document) in documents.iter_mut().enumerate() {
        document.path = format!("p{index:05}/{}", document.path);
    }
    documents
}
