//! Compiling a detector in a process of its own.
//!
//! A few kilobytes of a component can keep the compiler busy for hours or make it ask for all the
//! memory there is. So this tool starts itself once for each component, with nothing of its
//! environment; the child sets limits to itself before it reads a byte, and hands back what it
//! compiled. Whatever becomes of it, this process goes on and can say which file it was.

use std::io::{Read, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use anyhow::{Context as _, anyhow, bail};
use pushgate_host::{CompiledComponent, HANDOVER_BYTES_MAX};
use rustix::process::{
    Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit,
};

/// The command by which this tool is a compiler.
pub(crate) const COMMAND: &str = "compile-detector";

/// Address space of the child, its program included.
const MEMORY_BYTES_MAX: u64 = 4 << 30;

/// Seconds on the processor that the child may take.
const CPU_SECONDS_MAX: u64 = 120;

/// Seconds after the signal that says so, before the one that cannot be ignored.
const CPU_SECONDS_GRACE: u64 = 5;

/// Bytes of the child's last words that are shown.
const LAST_WORDS_BYTES_MAX: u64 = 4096;

/// Binds this process, which is about to compile what it does not know.
///
/// # Errors
///
/// When the system refuses a limit; then nothing should be compiled.
pub(crate) fn limit_this_process() -> anyhow::Result<()> {
    limit(Resource::As, MEMORY_BYTES_MAX, MEMORY_BYTES_MAX)?;
    limit(Resource::Cpu, CPU_SECONDS_MAX, CPU_SECONDS_MAX + CPU_SECONDS_GRACE)?;
    // It writes to pipes alone, and leaves no image of its memory behind.
    limit(Resource::Fsize, 0, 0)?;
    limit(Resource::Core, 0, 0)?;
    set_parent_process_death_signal(Some(Signal::KILL)).context("tying the compiler to this tool")
}

/// Lowers a limit; one that is lower already stays.
fn limit(resource: Resource, current: u64, maximum: u64) -> anyhow::Result<()> {
    let present = getrlimit(resource);
    let lower = |present: Option<u64>, ours: u64| Some(present.map_or(ours, |low| low.min(ours)));
    let limit = Rlimit {
        current: lower(present.current, current),
        maximum: lower(present.maximum, maximum),
    };
    setrlimit(resource, limit).context("limiting the compiler for detectors")
}

/// Compiles a component in a child process.
///
/// # Errors
///
/// Why it is no detector, or how the child ended.
pub(crate) fn compile(wasm: &[u8]) -> anyhow::Result<CompiledComponent> {
    let program = std::env::current_exe().context("finding this tool")?;
    #[expect(clippy::disallowed_methods, reason = "the compiler is to be bound, and may die")]
    let mut child = Command::new(program)
        .arg(COMMAND)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting the compiler for detectors")?;
    let talked = talk(&mut child, wasm);
    if talked.is_err() {
        // It may be stuck in writing what nobody reads any more, or be gone already.
        let _ = child.kill();
    }
    let status = child.wait().context("waiting for the compiler for detectors")?;
    let (compiled, last_words) = talked?;
    match status.code() {
        Some(0) => Ok(CompiledComponent::from_bytes(&compiled)?),
        Some(1) if !last_words.is_empty() => Err(anyhow!(last_words)),
        _ => Err(died(status, &last_words)),
    }
}

/// Gives the child its component; what it leaves on standard output and on standard error.
fn talk(child: &mut Child, wasm: &[u8]) -> anyhow::Result<(Vec<u8>, String)> {
    let failed = "speaking with the compiler for detectors";
    let mut input = child.stdin.take().context(failed)?;
    let output = child.stdout.take().context(failed)?;
    let errors = child.stderr.take().context(failed)?;
    thread::scope(|scope| {
        // A child that dies before it has read everything breaks the pipe; its end is what counts.
        scope.spawn(move || drop(input.write_all(wasm)));
        let last_words = scope.spawn(move || last_words(errors));
        let mut compiled = Vec::new();
        output.take(HANDOVER_BYTES_MAX + 1).read_to_end(&mut compiled).context(failed)?;
        if compiled.len() as u64 > HANDOVER_BYTES_MAX {
            bail!("compiled, it has more than {HANDOVER_BYTES_MAX} bytes");
        }
        let last_words = last_words.join().map_err(|_| anyhow!(failed))?;
        Ok((compiled, last_words))
    })
}

/// The beginning of what the child says, on one line.
fn last_words(errors: impl Read) -> String {
    let mut text = Vec::new();
    // What was read before a failure is better than nothing.
    let _ = errors.take(LAST_WORDS_BYTES_MAX).read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text);
    // Hints of the runtime are for those who write programs.
    let said = |line: &&str| !line.is_empty() && !line.starts_with("note: ");
    let lines: Vec<&str> = text.lines().map(str::trim).filter(said).collect();
    lines.join("; ")
}

/// How a child ended that compiled nothing and did not say why.
fn died(status: ExitStatus, last_words: &str) -> anyhow::Error {
    let signal = status.signal();
    let is = |other: Signal| signal == Some(other.as_raw());
    let how = if is(Signal::XCPU) {
        "it takes more time than the compiler is given".to_owned()
    } else if is(Signal::ABORT) {
        "it takes more memory than the compiler is given, or breaks it".to_owned()
    } else {
        format!("the compiler ended with {status}")
    };
    if last_words.is_empty() {
        return anyhow!("it does not compile: {how}");
    }
    anyhow!("it does not compile: {how} ({last_words})")
}

#[cfg(test)]
mod tests {
    use super::last_words;

    #[test]
    fn the_last_words_of_a_compiler_are_one_line_of_bounded_length() {
        assert_eq!(last_words(&b"it\n\n  fails\nnote: run it again\n"[..]), "it; fails");
        assert_eq!(last_words(&b""[..]), "");
        assert_eq!(last_words(&[b'x'; 5000][..]).len(), 4096);
    }
}
