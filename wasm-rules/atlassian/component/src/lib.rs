//! The detector for Atlassian secrets as a module, `atlassian.wasm`.
//!
//! It has nothing of its own: the library exports the world, and a module is what is linked of it.

extern crate atlassian as detector;
