//! A file, read in pieces at any offset.

use std::{
    fs::File,
    io::{self, BufRead, Read},
    os::unix::fs::FileExt,
};

/// How many bytes are read at once.
const WINDOW_BYTES: usize = 32 << 10;

/// The piece of a file that was read last; kept between objects that lie side by side in a pack.
pub(crate) struct Window {
    /// Which file the piece is of.
    owner: Option<u32>,
    start: u64,
    length: usize,
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What is in a file may be secret.
        f.debug_struct("Window").field("bytes", &self.length).finish_non_exhaustive()
    }
}

impl Default for Window {
    fn default() -> Self {
        Window { owner: None, start: 0, length: 0, bytes: vec![0; WINDOW_BYTES] }
    }
}

impl Window {
    /// Reads `file` from `offset` on. Files with the same `owner` must be the same file.
    pub(crate) fn reader<'w>(
        &'w mut self,
        file: &'w File,
        owner: Option<u32>,
        offset: u64,
    ) -> Reader<'w> {
        if owner.is_none() || owner != self.owner {
            self.owner = owner;
            self.length = 0;
        }
        Reader { window: self, file, offset }
    }
}

/// Reads a file through a [`Window`].
#[derive(Debug)]
pub(crate) struct Reader<'w> {
    window: &'w mut Window,
    file: &'w File,
    offset: u64,
}

impl Reader<'_> {
    /// The next bytes: at least `wanted`, unless the file ends before.
    pub(crate) fn peek(&mut self, wanted: usize) -> io::Result<&[u8]> {
        if self.ahead().len() < wanted {
            self.fill()?;
        }
        Ok(self.ahead())
    }

    fn ahead(&self) -> &[u8] {
        let skip = self.offset.checked_sub(self.window.start).unwrap_or(u64::MAX);
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        self.window.bytes.get(skip..self.window.length).unwrap_or_default()
    }

    fn fill(&mut self) -> io::Result<()> {
        self.window.length = 0;
        self.window.start = self.offset;
        while self.window.length < self.window.bytes.len() {
            let (_, free) = self.window.bytes.split_at_mut(self.window.length);
            let offset = self.offset.saturating_add(self.window.length as u64);
            match self.file.read_at(free, offset) {
                Ok(0) => break,
                Ok(count) => self.window.length = self.window.length.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Reader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1)
    }

    fn consume(&mut self, count: usize) {
        self.offset = self.offset.saturating_add(count as u64);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek, Write};

    use super::{WINDOW_BYTES, Window};

    #[test]
    fn a_file_is_read_whole_from_any_offset() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..3 * WINDOW_BYTES + 7).map(|at| (at % 251) as u8).collect();
        file.write_all(&bytes).unwrap();
        file.rewind().unwrap();
        let mut window = Window::default();
        for offset in [0, 1, WINDOW_BYTES - 1, 2 * WINDOW_BYTES, 5, bytes.len(), bytes.len() + 9] {
            let mut read = Vec::new();
            window.reader(&file, Some(1), offset as u64).read_to_end(&mut read).unwrap();
            assert_eq!(read, bytes[offset.min(bytes.len())..], "{offset}");
        }
        let mut reader = window.reader(&file, Some(1), (WINDOW_BYTES - 3) as u64);
        assert!(reader.peek(100).unwrap().len() >= 100);
    }

    #[test]
    fn one_file_is_not_taken_for_another() {
        let (mut one, mut two) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
        one.write_all(b"one").unwrap();
        two.write_all(b"two").unwrap();
        let mut window = Window::default();
        for (file, owner, text) in [
            (&one, Some(1), "one"),
            (&two, Some(2), "two"),
            (&one, None, "one"),
            (&two, None, "two"),
        ] {
            let mut read = String::new();
            window.reader(file, owner, 0).read_to_string(&mut read).unwrap();
            assert_eq!(read, text);
        }
    }
}
