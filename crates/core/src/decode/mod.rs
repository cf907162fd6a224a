//! One file for each encoding in which a secret can stand.

pub mod rewrite;

mod blocks;

pub mod surface;

pub mod numbers;

pub mod runs;

pub mod base64;

pub mod hex;

pub mod markup;

pub mod utf16;

pub mod archive;
