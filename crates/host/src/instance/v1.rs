//! The world `pushgate:detector@1.0.0`, as `wasm-rules/wit/detector.wit` states it.
//!
//! Names and types here must be those of the WIT: wasmtime compares them when a component is
//! asked for its function, and refuses what differs.

use pushgate_core::haystack::{Source, Window};
use pushgate_core::judge::{Grade, Question};
use wasmtime::Store;
use wasmtime::component::{ComponentType, Func, Lift, Lower};

/// The one function that a detector exports.
pub(crate) const EXPORT: &str = "judge";

/// `enum source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lower)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum SourceEnum {
    #[component(name = "blob")]
    Blob,
    #[component(name = "commit")]
    Commit,
    #[component(name = "tag")]
    Tag,
    #[component(name = "tree-name")]
    TreeName,
    #[component(name = "ref-name")]
    RefName,
}

impl From<Source> for SourceEnum {
    fn from(source: Source) -> SourceEnum {
        match source {
            Source::Blob => SourceEnum::Blob,
            Source::Commit => SourceEnum::Commit,
            Source::Tag => SourceEnum::Tag,
            Source::TreeName => SourceEnum::TreeName,
            Source::RefName => SourceEnum::RefName,
        }
    }
}

/// `enum grade`.
#[expect(dead_code, reason = "lifting makes the values")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum GradeEnum {
    #[component(name = "weak")]
    Weak,
    #[component(name = "likely")]
    Likely,
    #[component(name = "proven")]
    Proven,
}

impl From<GradeEnum> for Grade {
    fn from(grade: GradeEnum) -> Grade {
        match grade {
            GradeEnum::Weak => Grade::Weak,
            GradeEnum::Likely => Grade::Likely,
            GradeEnum::Proven => Grade::Proven,
        }
    }
}

/// `record span`. Unlike [`pushgate_core::span::Span`] it may be reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct SpanRecord {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// `record candidate`.
#[derive(Clone, Copy, Debug, ComponentType, Lower)]
#[component(record)]
pub(crate) struct CandidateRecord {
    pub(crate) judge: u32,
    pub(crate) span: SpanRecord,
}

impl CandidateRecord {
    /// The question in the guest's words, or `None` when its span does not fit 32 bits.
    pub(crate) fn new(question: &Question) -> Option<CandidateRecord> {
        let start = u32::try_from(question.span.start()).ok()?;
        let end = u32::try_from(question.span.end()).ok()?;
        Some(CandidateRecord { judge: question.judge, span: SpanRecord { start, end } })
    }
}

/// `record window`.
#[derive(Clone, Copy, ComponentType, Lower)]
#[component(record)]
pub(crate) struct WindowRecord<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) source: SourceEnum,
    pub(crate) path: Option<&'a [u8]>,
    #[component(name = "decoded-from")]
    pub(crate) decoded_from: &'a [&'a str],
    pub(crate) complete: bool,
}

impl<'a> WindowRecord<'a> {
    /// The window in the guest's words.
    pub(crate) fn new(window: &'a Window, path: Option<&'a [u8]>) -> WindowRecord<'a> {
        WindowRecord {
            text: &window.text,
            source: window.source.into(),
            path,
            decoded_from: &window.decoded_from,
            complete: window.complete,
        }
    }

    /// Bytes that are handed over, candidates apart.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len().saturating_add(self.path.map_or(0, <[u8]>::len))
    }
}

/// `record confirmation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift)]
#[component(record)]
pub(crate) struct ConfirmationRecord {
    pub(crate) secret: SpanRecord,
    pub(crate) grade: GradeEnum,
    pub(crate) evidence: u16,
}

/// `variant verdict`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift)]
#[component(variant)]
pub(crate) enum VerdictVariant {
    #[component(name = "confirmed")]
    Confirmed(ConfirmationRecord),
    #[component(name = "dismissed")]
    Dismissed(u16),
}

/// What `judge` takes.
type Parameters<'a> = (WindowRecord<'a>, &'a [CandidateRecord]);

/// What `judge` gives.
type Answer = (Vec<VerdictVariant>,);

/// Whether `judge` has the type of the world.
///
/// # Errors
///
/// Where the types differ.
pub(crate) fn check_type<T: 'static>(judge: &Func, store: &Store<T>) -> wasmtime::Result<()> {
    judge.typed::<Parameters<'_>, Answer>(store).map(|_| ())
}

/// Calls `judge`.
///
/// The type is compared at each call, because a typed function is tied to the lifetime of its
/// arguments and a window is not to be copied for that.
pub(crate) fn call<T: 'static>(
    judge: &Func,
    store: &mut Store<T>,
    window: &WindowRecord<'_>,
    candidates: &[CandidateRecord],
) -> wasmtime::Result<Vec<VerdictVariant>> {
    let typed = judge.typed::<Parameters<'_>, Answer>(&*store)?;
    let (verdicts,) = typed.call(store, (*window, candidates))?;
    Ok(verdicts)
}
