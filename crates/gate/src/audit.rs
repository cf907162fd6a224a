//! The audit file: one line for each push, appended whole.

use std::fs::{File, OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::code;
use crate::hook::GateError;

/// The mode of a folder for a group: what is in it has its group, which may write.
const SHARED: u32 = 0o2020;

/// How long to wait for another push to write its line.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// How often to look whether it has.
const LOCK_POLL: Duration = Duration::from_millis(2);

/// How long to wait for it when there is no time left.
const LATE_LOCK_WAIT: Duration = Duration::from_millis(100);

/// Appends `line` and a line feed to the file at `path`, all of it or nothing.
///
/// Where another push writes, its line is waited for until `deadline`.
pub(crate) fn append(path: &Path, line: &str, deadline: Option<Instant>) -> Result<(), GateError> {
    let failed = |reason: String| GateError {
        code: code::AUDIT,
        text: format!("audit file {}: {reason}", path.display()),
    };
    let io = |error: std::io::Error| failed(error.to_string());

    let mut options = OpenOptions::new();
    options
        .append(true)
        .create(true)
        .mode(0o640)
        // A named pipe without a reader must not hold up the push.
        .custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    let is_new = path.symlink_metadata().is_err();
    let mut file = options.open(path).map_err(io)?;
    if is_new && path.parent().and_then(made_for).is_some() {
        // The next one who pushes may have another account.
        let _ = file.set_permissions(Permissions::from_mode(0o660));
    }
    let is_file = file.metadata().map_err(io)?.is_file();
    if is_file {
        lock(&file, deadline).map_err(failed)?;
    }
    let before = file.metadata().map_err(io)?.len();
    // Another writer may have left half a line, when a disk was full or a machine stopped.
    let gap: &[u8] = if is_file && !ends_with_line(path, before) { b"\n" } else { b"" };
    let bytes = [gap, line.as_bytes(), b"\n"].concat();
    // The system would end us by a signal, and nobody would be told why.
    let bytes_max = rustix::process::getrlimit(rustix::process::Resource::Fsize).current;
    let end = before.saturating_add(bytes.len() as u64);
    if is_file && bytes_max.is_some_and(|bytes_max| end > bytes_max) {
        return Err(failed("it would be larger than files may be here (ulimit -f)".to_owned()));
    }
    if let Err(error) = file.write_all(&bytes).and_then(|()| file.flush()) {
        // Half a line would make the next one unreadable.
        if is_file {
            let _ = file.set_len(before);
        }
        return Err(io(error));
    }
    // What swallows everything keeps no record.
    if is_file { Ok(()) } else { Err(failed("it is not a regular file".to_owned())) }
}

/// The group for which the audit file is made if it is made in `folder`: the folder gives it its
/// group, which may write there. `None` where it is made for its owner alone.
#[must_use]
pub fn made_for(folder: &Path) -> Option<u32> {
    let data = folder.metadata().ok()?;
    (data.permissions().mode() & SHARED == SHARED).then(|| data.gid())
}

/// Whether the file's last byte ends a line; taken for granted where we may not read.
fn ends_with_line(path: &Path, len: u64) -> bool {
    let Some(last) = len.checked_sub(1) else { return true };
    let mut byte = [b'\n'];
    match File::open(path).and_then(|file| file.read_exact_at(&mut byte, last)) {
        Ok(()) => byte == [b'\n'],
        Err(_) => true,
    }
}

/// Waits for the file's lock, which is given back when it is closed.
fn lock(file: &File, deadline: Option<Instant>) -> Result<(), String> {
    let started = Instant::now();
    let left = deadline.map_or(LOCK_WAIT, |end| end.saturating_duration_since(started));
    let wait = left.clamp(LATE_LOCK_WAIT, LOCK_WAIT);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(std::fs::TryLockError::WouldBlock) if started.elapsed() < wait => {
                std::thread::sleep(LOCK_POLL);
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(format!("locked by another process for {} ms", wait.as_millis()));
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    use super::{append, made_for};

    #[test]
    fn a_file_is_made_for_the_group_of_a_folder_that_gives_it_and_lets_it_write() {
        let folder = tempfile::tempdir().unwrap();
        let group = folder.path().metadata().unwrap().gid();
        for (mode, is_for_group) in
            [(0o2770, true), (0o2775, true), (0o2755, false), (0o775, false), (0o1777, false)]
        {
            set_permissions(folder.path(), Permissions::from_mode(mode)).unwrap();
            let expected = is_for_group.then_some(group);
            assert_eq!(made_for(folder.path()), expected, "{mode:o}");
            let path = folder.path().join(format!("{mode:o}"));
            append(&path, "line", None).unwrap();
            let made = path.metadata().unwrap();
            let others = made.permissions().mode() & 0o027;
            assert_eq!(others == 0o020, is_for_group, "{mode:o}: {others:o}");
            assert_eq!(made.gid(), group);
        }
        assert_eq!(made_for(&folder.path().join("none")), None);
    }

    #[test]
    fn lines_of_many_writers_stay_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        std::thread::scope(|scope| {
            for writer in 0..16 {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..10 {
                        append(path, &format!("{writer:x}").repeat(20_000), None).unwrap();
                    }
                });
            }
        });
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 160);
        for line in text.lines() {
            assert_eq!(line.len(), 20_000);
            assert!(line.bytes().all(|byte| Some(&byte) == line.as_bytes().first()));
        }
    }

    #[test]
    fn half_a_line_of_another_writer_does_not_spoil_ours() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        std::fs::write(&path, "{\"half").unwrap();
        append(&path, "one", None).unwrap();
        append(&path, "two", None).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"half\none\ntwo\n");
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            std::path::Path::new("/dev/full"),
            std::path::Path::new("/dev/null"),
            folder.path(),
            &folder.path().join("a/b"),
        ] {
            let error = append(path, "line", None).unwrap_err();
            assert!(error.text.contains(&path.display().to_string()), "{}", error.text);
        }
    }
}
