//! One engine configuration, used by the compiler, the hook and the tests.
//!
//! Compiled code is only as trustworthy as the agreement between who compiled it and who runs it.
//! So there is one function for the settings, and one identifier over all of them: it names the
//! folder in the store, stands in every set of artefacts, and wasmtime itself compares it when it
//! loads code.

use std::fmt::Write as _;

use wasmtime::{Config, Engine, ModuleVersionStrategy};

/// The interface that detectors implement: the WIT package and its version.
pub const API: &str = "pushgate:detector@1.0.0";

/// Version of the bytes that [`ArtefactSet`](crate::ArtefactSet) and [`Store`](crate::Store) write.
pub const FORMAT: u32 = 2;

/// The version that `Cargo.toml` pins. Wasmtime itself writes only its major version into compiled
/// code, so a fix of the code generator in a patch release would not reach code compiled before.
const WASMTIME_VERSION: &str = "48.0.8";

/// A baseline without processor features: what one machine compiled runs on each of its kind.
/// The loader compares architecture and operating system, not the C library.
#[cfg(target_arch = "x86_64")]
const TARGET: &str = "x86_64-unknown-linux-gnu";
#[cfg(target_arch = "aarch64")]
const TARGET: &str = "aarch64-unknown-linux-gnu";

/// Address space kept free for each memory. The default of 4 GiB dies under `ulimit -v`.
const MEMORY_RESERVATION_BYTES: u64 = 16 << 20;

/// Address space that faults after each memory.
const MEMORY_GUARD_BYTES: u64 = 64 << 10;

/// Room kept free when a memory has to move; the default is 2 GiB.
const MEMORY_GROWTH_BYTES: u64 = 1 << 20;

/// How deep calls in a guest may nest, in bytes of stack.
const STACK_BYTES: usize = 512 << 10;

/// Initial memory is copied, not mapped: detectors are small, and the page faults cost more.
const MEMORY_INIT_BY_MAPPING: bool = false;

/// The settings that compiling and running have in common: all that compiled code must agree on.
///
/// # Panics
///
/// Never: all inputs are constants that a test runs through.
#[must_use]
pub fn engine_config() -> Config {
    let mut config = Config::new();
    config
        .module_version(ModuleVersionStrategy::Custom(engine_id()))
        .expect("64 hexadecimal digits are shorter than the limit of 255");

    // What a detector may use up.
    config
        .consume_fuel(true)
        .epoch_interruption(false)
        .max_wasm_stack(STACK_BYTES)
        .memory_reservation(MEMORY_RESERVATION_BYTES)
        .memory_guard_size(MEMORY_GUARD_BYTES)
        .memory_reservation_for_growth(MEMORY_GROWTH_BYTES)
        .memory_init_cow(MEMORY_INIT_BY_MAPPING);

    // What a detector may be made of. Multi-memory stays on: without it the compiler panics on
    // components of several modules that adapters join.
    config
        .wasm_component_model(true)
        .wasm_multi_memory(true)
        .wasm_relaxed_simd(false)
        .wasm_simd(false)
        .wasm_memory64(false)
        .wasm_tail_call(false);

    // A trap says where it happened only to people who debug a guest, and they have other tools.
    config.wasm_backtrace_max_frames(None).generate_address_map(false).native_unwind_info(false);

    config
}

/// Identifies everything that decides whether compiled code fits: 64 hexadecimal digits.
#[must_use]
pub fn engine_id() -> String {
    let mut settings = String::new();
    write!(
        settings,
        "wasmtime={WASMTIME_VERSION} target={TARGET} api={API} format={FORMAT} fuel stack={STACK_BYTES} \
         reservation={MEMORY_RESERVATION_BYTES} guard={MEMORY_GUARD_BYTES} \
         mapping={MEMORY_INIT_BY_MAPPING} multi-memory -simd -relaxed-simd -memory64 -tail-call \
         nan-canonical -address-map -unwind-info"
    )
    .expect("writing to a string does not fail");
    blake3::hash(settings.as_bytes()).to_hex().to_string()
}

/// An engine that runs compiled code and cannot compile, also where the compiler is linked in.
///
/// # Errors
///
/// What wasmtime says, when the machine cannot run compiled code.
pub(crate) fn engine() -> wasmtime::Result<Engine> {
    #[cfg_attr(not(feature = "compile"), expect(unused_mut, reason = "only the tool has a switch"))]
    let mut config = engine_config();
    #[cfg(feature = "compile")]
    config.enable_compiler(false);
    Engine::new(&config)
}

/// An engine that compiles, for the baseline processor. It cannot run what it compiles: wasmtime
/// wants the very name of the host for that, and the C library is part of the name.
///
/// # Errors
///
/// What wasmtime says, when it has no code generator for this kind of machine.
#[cfg(feature = "compile")]
pub(crate) fn compiler() -> wasmtime::Result<Engine> {
    let mut config = engine_config();
    // A verdict must not depend on which NaN a processor makes.
    config.target(TARGET)?.cranelift_nan_canonicalization(true);
    Engine::new(&config)
}

#[cfg(test)]
mod tests {
    use super::{WASMTIME_VERSION, engine_id};

    #[test]
    fn the_version_in_the_id_is_the_version_that_is_built() {
        let lock = include_str!("../../../Cargo.lock");
        let locked = lock
            .split("[[package]]")
            .find(|package| package.contains("\nname = \"wasmtime\"\n"))
            .expect("wasmtime is locked");
        assert!(
            locked.contains(&format!("\nversion = \"{WASMTIME_VERSION}\"\n")),
            "WASMTIME_VERSION is {WASMTIME_VERSION}, Cargo.lock says: {locked}"
        );
    }

    #[test]
    fn the_settings_make_an_engine_and_the_id_is_hexadecimal() {
        super::engine().unwrap();
        assert_eq!(engine_id().len(), 64);
        assert!(engine_id().bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
