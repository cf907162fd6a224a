//! Test cases for detectors, as data that holds no secret.
//!
//! A whole token in a test would set off every scanner, this gate first. So a case is a template,
//! and the token in it is made when the test runs, from a seed:
//!
//! ```
//! let text = pushgate_cases::expand("TOKEN={bitbucket-app-password}", 1);
//! assert!(text.starts_with(b"TOKEN=ATBB"));
//! assert_eq!(text.len(), 6 + 36);
//! assert_ne!(text, pushgate_cases::expand("TOKEN={bitbucket-app-password}", 2));
//! ```
//!
//! [`load`] reads a file of cases, [`load_folder`] a folder of them. The language of the templates is
//! described in [`template`], and the kinds it can make in [`token`], [`web_token`] and [`opaque`].
//! [`load`] reads a file of cases, [`load_folder`] a folder of them. The language of the templates is described in [`template`], and
//! the kinds it can make in [`token`] and [`key`].
#![cfg(not(target_arch = "wasm32"))]

mod case;

pub mod template;

pub mod token;

pub mod web_token;

pub mod key;
pub mod opaque;
pub mod plain_token;

mod random;

mod encode;

mod crc32;

pub use case::{Case, Expanded, Expect, LoadError, load, load_folder};
pub use template::{TemplateError, expand, try_expand};
