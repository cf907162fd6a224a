//! The private folder of a rehearsal, which is gone when the rehearsal ends, also by a signal.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread::{Builder, sleep};
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;
use tempfile::TempDir;

/// How often a folder is removed into which a program that was started may still write.
const TRIES: usize = 50;

/// How long to wait in between.
const WAIT: Duration = Duration::from_millis(20);

/// A folder that nobody else can look into.
#[derive(Debug)]
pub(super) struct Folder {
    folder: TempDir,
    signals: Handle,
}

impl Folder {
    /// A new one, which is removed when this is dropped, or when somebody ends the program.
    pub(super) fn new() -> io::Result<Folder> {
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        let handle = signals.handle();
        let folder = tempfile::Builder::new()
            .prefix("pushgate-check-")
            // The key and the record in it are nobody else's, even if it is left behind.
            .permissions(Permissions::from_mode(0o700))
            .tempdir()?;
        let path = folder.path().to_owned();
        Builder::new().spawn(move || {
            for signal in signals.forever() {
                remove(&path);
                // Whoever waits for us sees what ended us.
                let _ = emulate_default_handler(signal);
            }
        })?;
        Ok(Folder { folder, signals: handle })
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

fn remove(path: &Path) {
    for _ in 0..TRIES {
        match fs::remove_dir_all(path) {
            Ok(()) => return,
            Err(error) if error.kind() == ErrorKind::NotFound => return,
            Err(_) => sleep(WAIT),
        }
    }
}
