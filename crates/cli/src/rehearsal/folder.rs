//! The private folder of a rehearsal. When the rehearsal ends, also by a signal, the folder is gone,
//! and so is the hook that worked in it.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, sleep};
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;
use tempfile::TempDir;

/// How often a folder is removed into which a program that was started may still write.
const TRIES: usize = 50;

/// How long to wait in between.
const WAIT: Duration = Duration::from_millis(20);

/// How often it is looked for the end of a hook that was told to end, before it is killed.
const END_TRIES: usize = 100;

/// A folder that nobody else can look into.
#[derive(Debug)]
pub(super) struct Folder {
    folder: TempDir,
    signals: Handle,
    running: Running,
}

/// The hook that works in the folder now, if one does.
#[derive(Clone, Debug, Default)]
struct Running(Arc<Mutex<Option<Pid>>>);

/// A hook that was started.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) child: Child,
    running: Running,
}

impl Folder {
    /// A new one, which is removed when this is dropped, or when somebody ends the program.
    pub(super) fn new() -> io::Result<Folder> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT])?;
        let running = Running::default();
        let to_end = running.clone();
        let handle = signals.handle();
        let folder = tempfile::Builder::new()
            .prefix("pushgate-check-")
            // The key and the record in it are nobody else's, even if it is left behind.
            .permissions(Permissions::from_mode(0o700))
            .tempdir()?;
        let path = folder.path().to_owned();
        Builder::new().spawn(move || {
            for signal in signals.forever() {
                // Whoever waits for the hook has nothing to say any more, so this is kept.
                let _running = to_end.end();
                remove(&path);
                // Whoever waits for us sees what ended us.
                let _ = emulate_default_handler(signal);
            }
        })?;
        Ok(Folder { folder, signals: handle, running })
    }

    /// Starts a hook that ends, at the latest, when the rehearsal does.
    pub(super) fn start(&self, command: &mut Command) -> io::Result<Started> {
        let mut running = self.running.lock();
        let child = command.spawn()?;
        *running = Some(Pid::from_child(&child));
        Ok(Started { child, running: self.running.clone() })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.signals.close();
    }
}

impl Running {
    fn lock(&self) -> MutexGuard<'_, Option<Pid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the hook, and waits until it is over.
    fn end(&self) -> MutexGuard<'_, Option<Pid>> {
        let mut running = self.lock();
        // Its number stays its own until somebody asks for its exit code, which nobody else does
        // before this is unlocked.
        let Some(pid) = running.take() else { return running };
        let _ = kill_process(pid, Signal::TERM);
        for _ in 0..END_TRIES {
            if has_ended(pid, WaitIdOptions::NOHANG) {
                return running;
            }
            sleep(WAIT);
        }
        let _ = kill_process(pid, Signal::KILL);
        has_ended(pid, WaitIdOptions::empty());
        running
    }
}

impl Started {
    /// Waits for the hook's end.
    pub(super) fn wait(mut self) -> io::Result<std::process::ExitStatus> {
        has_ended(Pid::from_child(&self.child), WaitIdOptions::NOWAIT);
        *self.running.lock() = None;
        self.child.wait()
    }
}

/// Whether the process has ended, or when it has.
fn has_ended(pid: Pid, how: WaitIdOptions) -> bool {
    let how = how | WaitIdOptions::EXITED;
    let ended = rustix::io::retry_on_intr(|| waitid(WaitId::Pid(pid), how));
    !matches!(ended, Ok(None))
}

fn remove(path: &Path) {
    for _ in 0..TRIES {
        match fs::remove_dir_all(path) {
            Ok(()) => return,
            Err(error) if error.kind() == ErrorKind::NotFound => return,
            Err(_) => sleep(WAIT),
        }
    }
}
