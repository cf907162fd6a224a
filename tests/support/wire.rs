//! A client of git's push protocol, written by hand: it sends ref names and packs that git's own
//! client refuses to send.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use super::commands::{Ended, run};
use super::lab::PushLab;
use super::pack::Pack;
use super::pushed::Pushed;

/// The id of nothing.
pub const ZERO: &str = "0000000000000000000000000000000000000000";

/// One push, as bytes.
#[derive(Default)]
pub struct Wire {
    commands: Vec<u8>,
    pack: Vec<u8>,
}

impl Wire {
    pub fn new() -> Wire {
        Wire::default()
    }

    /// One ref update: old id, new id, name.
    pub fn update(mut self, old: &str, new: &str, name: impl AsRef<[u8]>) -> Wire {
        let mut line = format!("{old} {new} ").into_bytes();
        line.extend(name.as_ref());
        if self.commands.is_empty() {
            line.extend(b"\0report-status side-band-64k quiet agent=test");
        }
        self.commands.extend(packet(&line));
        self
    }

    /// A new ref.
    pub fn create(self, name: impl AsRef<[u8]>, new: &str) -> Wire {
        self.update(ZERO, new, name)
    }

    /// What comes after the commands.
    pub fn pack(mut self, pack: &Pack) -> Wire {
        self.pack = pack.finish();
        self
    }

    /// Sends all of it and reads the answer.
    #[track_caller]
    pub fn send(&self, lab: &PushLab) -> Pushed {
        Pushed::observe(lab, |trace| {
            let mut command = receive_pack(lab);
            command.env("GIT_TRACE2_EVENT", trace);
            let ended = run(command, &self.bytes());
            let (report, stderr) = demultiplex(&ended.stdout);
            let refused = report.windows(3).any(|w| w == b"ng ");
            let told = remote_lines(&stderr);
            let stderr = if refused { told + "\n ! [remote rejected] (by report)\n" } else { told };
            let mut all = stderr.into_bytes();
            all.extend(&ended.stderr);
            Ended {
                status: if refused { failure() } else { ended.status },
                stdout: report,
                stderr: all,
            }
        })
    }

    /// Sends all of it, and is gone before the answer.
    #[track_caller]
    pub fn send_and_vanish(&self, lab: &PushLab) {
        let mut child = self.start(lab);
        let mut stdin = child.stdin.take().expect("standard input is a pipe");
        stdin.write_all(&self.bytes()).expect("receive-pack reads all of a push");
        drop(child.stdout.take());
        drop(stdin);
        std::thread::spawn(move || child.wait());
    }

    /// Sends the commands and half of the pack, and is gone. Waits for the server to notice.
    #[track_caller]
    pub fn send_half(&self, lab: &PushLab) {
        let mut child = self.start(lab);
        let mut stdin = child.stdin.take().expect("standard input is a pipe");
        let bytes = self.bytes();
        let half = bytes.len() - self.pack.len() / 2;
        stdin.write_all(&bytes[..half]).expect("receive-pack reads what there is");
        drop(stdin);
        let mut rest = Vec::new();
        let mut stdout = child.stdout.take().expect("standard output is a pipe");
        drop(stdout.read_to_end(&mut rest));
        child.wait().expect("our own child can be waited for");
    }

    fn start(&self, lab: &PushLab) -> Child {
        receive_pack(lab)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("git can be started")
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.commands.clone();
        bytes.extend(b"0000");
        bytes.extend(&self.pack);
        bytes
    }
}

fn receive_pack(lab: &PushLab) -> Command {
    let mut command = lab.command("git");
    command.arg("receive-pack").arg(&lab.server);
    command
}

fn failure() -> std::process::ExitStatus {
    use std::os::unix::process::ExitStatusExt;
    std::process::ExitStatus::from_raw(1 << 8)
}

fn packet(line: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{:04x}", line.len() + 4).into_bytes();
    bytes.extend(line);
    bytes
}

/// Skips the advertisement; gives band 1 (the report) and band 2 (the hook's words).
fn demultiplex(mut stream: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut report, mut words, mut answering) = (Vec::new(), Vec::new(), false);
    while let Some((head, rest)) = stream.split_at_checked(4) {
        let text = std::str::from_utf8(head).expect("a packet begins with its length");
        let length = usize::from_str_radix(text, 16).expect("a packet begins with its length");
        let payload = length.saturating_sub(4);
        if length == 0 {
            answering = true;
        } else if answering {
            match rest.first() {
                Some(1) => report.extend(&rest[1..payload]),
                Some(_) => words.extend(&rest[1..payload]),
                None => {}
            }
        }
        stream = &rest[payload..];
    }
    (report, words)
}

/// The hook's words as git's client shows them.
fn remote_lines(words: &[u8]) -> String {
    let text: String = words.iter().map(|byte| *byte as char).collect();
    text.split_terminator('\n').map(|line| format!("remote: {line}\n")).collect()
}
