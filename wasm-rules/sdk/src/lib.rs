//! What a detector's author needs: plain types, and a macro that makes them a component.
//!
//! A detector gets text and the places where a rule's pattern matched, and says of each place
//! whether a secret stands there. It can compute and nothing else: the world it exports
//! (`wit/detector.wit`) imports no clock, no file, no network.
//!
//! ```text
//! host ─▶ judge(window, candidates) ─▶ glue ─▶ one call of your function per candidate ─▶ verdicts
//! ```
//!
//! A whole detector:
//!
//! ```
//! use pushgate_detector_sdk::{Grade, Span, Verdict, Window};
//!
//! /// Confirms everything that is written in upper case.
//! fn shouting(window: &Window<'_>, span: Span) -> Verdict {
//!     let text = span.of(window.text).unwrap_or_default();
//!     if text.iter().any(u8::is_ascii_lowercase) {
//!         Verdict::Dismissed(1)
//!     } else {
//!         Verdict::Confirmed { secret: span, grade: Grade::Weak, evidence: 1 }
//!     }
//! }
//!
//! let window = Window::of_text(b"key = HELLO");
//! let span = Span::new(6, 11).expect("it is not reversed");
//! assert!(matches!(shouting(&window, span), Verdict::Confirmed { .. }));
//! ```
//!
//! In a crate of its own, [`detector!`] exports it:
//!
//! ```text
//! pushgate_detector_sdk::detector! {
//!     manifest: "manifest.toml",
//!     judges: [("acme-shout", shouting)],
//! }
//! ```
//!
//! What a judge must keep to:
//!
//! - Its verdict depends on its arguments alone: not on the order of candidates, not on earlier
//!   windows. The host runs candidates in any order and may use one instance for many windows.
//! - Everything in the window was written by whoever pushed. A panic is a trap, and to the host
//!   a trap is *undecided*, which refuses the push: use `get`, not an index.
//! - Work is counted. A judge that reads the whole window for each candidate is quadratic.

mod span;

mod window;

mod verdict;

mod judge;

mod export;

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod bindings;

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod glue;

pub use judge::{Answer, Judge, judge_all};
pub use span::Span;
pub use verdict::{Grade, Verdict};
pub use window::{Candidate, Path, Source, Window};
