//! The macro that makes a crate a detector.

/// Makes the crate a detector: call it once, at the top of `lib.rs`.
///
/// - `manifest` is the path of the manifest, from the folder of the crate. Its text goes into the
///   custom section `pushgate:manifest` of the module, so that one file is all there is to install.
/// - `judges` lists the judges, in the order of the manifest's `detector.judges`: the host knows
///   them by their index.
///
/// It defines, in the crate that calls it:
///
/// - `MANIFEST`, the text;
/// - `JUDGES`, the table;
/// - `judge_natively`, the same answer as the guest's, for tests on the machine at hand.
///
/// Only for wasm32 does it export anything.
#[macro_export]
macro_rules! detector {
    (
        manifest: $manifest:literal,
        judges: [$(($name:literal, $judge:expr)),+ $(,)?] $(,)?
    ) => {
        /// The manifest, as it stands in the module.
        pub const MANIFEST: &str =
            ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", $manifest));

        /// The judges and their names, in the order of their index.
        pub const JUDGES: &[(&str, $crate::Judge)] = &[$(($name, $judge)),+];

        /// Judges on this machine as the guest would: one verdict for each candidate, in order.
        #[must_use]
        pub fn judge_natively(
            window: &$crate::Window<'_>,
            candidates: &[$crate::Candidate],
        ) -> ::std::vec::Vec<$crate::Verdict> {
            let answers = answer_natively(window, candidates);
            answers.into_iter().map(|answer| answer.verdict).collect()
        }

        /// The same, with whether each verdict holds at every path.
        #[must_use]
        pub fn answer_natively(
            window: &$crate::Window<'_>,
            candidates: &[$crate::Candidate],
        ) -> ::std::vec::Vec<$crate::Answer> {
            $crate::judge_all(JUDGES, window, candidates)
        }

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Detector;

            impl $crate::bindings::Guest for Detector {
                fn judge(
                    window: $crate::bindings::Window,
                    candidates: ::std::vec::Vec<$crate::bindings::Candidate>,
                ) -> ::std::vec::Vec<$crate::bindings::Verdict> {
                    $crate::glue::answer(JUDGES, &window, &candidates)
                }
            }

            $crate::bindings::export_world!(Detector with_types_in $crate::bindings);

            #[unsafe(link_section = "pushgate:manifest")]
            #[used]
            static SECTION: [u8; MANIFEST.len()] = *::core::include_bytes!(
                ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", $manifest)
            );
        };
    };
}
