//! What the processor at hand can do with many bytes at once.

use fearless_simd::Level;

/// The instructions that whoever reads every byte of a text is compiled for, besides those that all
/// processors have: AVX2, if it is there. Those of AVX-512 are left alone: compilers gather table
/// look-ups with them, and where gathering is slow, as on many that have them, that costs more than
/// it saves.
#[inline]
pub(crate) fn level() -> Level {
    let level = Level::new();
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = level.as_avx2() {
        return Level::Avx2(avx2);
    }
    level
}
