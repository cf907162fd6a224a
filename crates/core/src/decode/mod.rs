//! One file for each encoding in which a secret can stand.

pub mod utf16;
