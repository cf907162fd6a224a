//! Plain git behind real servers: smart http, ssh, and the git protocol.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::encode::{base64, contains};
use crate::support::message::{self, Verdict};
use crate::support::{Change, History, PushLab, Pushed, both, file, settings, tokens};

/// A server process, ended with the test.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A program of a Debian package.
#[track_caller]
fn program(path: &str, package: &str) -> PathBuf {
    assert!(
        Path::new(path).is_file(),
        "{path} of the package {package} is missing: `cargo xtask test` installs it"
    );
    PathBuf::from(path)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the machine has a free port");
    listener.local_addr().expect("it is bound").port()
}

#[track_caller]
fn start(mut command: Command, port: u16, log: &Path) -> Server {
    let log_file = std::fs::File::create(log).expect("the laboratory is ours");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log_file)
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {:?}: {error}", command.get_program()));
    let begin = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let ended = child.try_wait().expect("our own child");
        let log = std::fs::read_to_string(log).unwrap_or_default();
        assert!(ended.is_none(), "the server has ended: {log}");
        assert!(begin.elapsed() < Duration::from_secs(20), "the server is not there: {log}");
        std::thread::sleep(Duration::from_millis(20));
    }
    Server { child, port }
}

/// lighttpd with git-http-backend, and one user.
#[track_caller]
fn http(lab: &PushLab, password: &str) -> Server {
    let lighttpd = program("/usr/sbin/lighttpd", "lighttpd");
    let backend = PathBuf::from(lab.git(&["--exec-path"])).join("git-http-backend");
    let port = free_port();
    let root = lab.root().display().to_string();
    std::fs::write(lab.root().join("users"), format!("alice:{password}\n")).expect("ours");
    lab.in_server(&["config", "http.receivepack", "true"]);
    let config = format!(
        "server.modules = ( \"mod_alias\", \"mod_setenv\", \"mod_auth\", \"mod_authn_file\", \
         \"mod_cgi\" )\nserver.bind = \"127.0.0.1\"\nserver.port = {port}\n\
         server.document-root = \"{root}\"\nserver.upload-dirs = ( \"{root}\" )\n\
         alias.url = ( \"/git\" => \"{}\" )\n$HTTP[\"url\"] =~ \"^/git/\" {{\n\
         cgi.assign = ( \"\" => \"\" )\n\
         setenv.set-environment = ( \"GIT_PROJECT_ROOT\" => \"{root}\", \
         \"GIT_HTTP_EXPORT_ALL\" => \"1\", \"GIT_CONFIG_NOSYSTEM\" => \"1\", \
         \"GIT_CONFIG_GLOBAL\" => \"/dev/null\" )\n\
         auth.backend = \"plain\"\nauth.backend.plain.userfile = \"{root}/users\"\n\
         auth.require = ( \"/git/\" => ( \"method\" => \"basic\", \"realm\" => \"git\", \
         \"require\" => \"valid-user\" ) )\n}}\n",
        backend.display()
    );
    let path = lab.root().join("lighttpd.conf");
    std::fs::write(&path, config).expect("the laboratory is ours");
    let mut command = lab.command(lighttpd);
    command.arg("-D").arg("-f").arg(path);
    start(command, port, &lab.root().join("lighttpd.log"))
}

/// sshd as whoever runs the tests; gives what git needs to speak to it.
#[track_caller]
fn ssh(lab: &PushLab) -> (Server, String) {
    let sshd = program("/usr/sbin/sshd", "openssh-server");
    let port = free_port();
    let at = |name: &str| lab.root().join(name).display().to_string();
    for key in ["hostkey", "id"] {
        let mut command = lab.command("ssh-keygen");
        command.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(at(key));
        let ended = crate::support::commands::run(command, b"");
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
    }
    let config = format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nPidFile none\nUsePAM no\n\
         StrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
         AuthorizedKeysFile {}\nPermitRootLogin prohibit-password\n",
        at("hostkey"),
        at("id.pub")
    );
    std::fs::write(at("sshd_config"), config).expect("the laboratory is ours");
    // Only root needs this folder, and only root can make it.
    drop(std::fs::create_dir("/run/sshd"));
    let mut command = lab.command(sshd);
    command.args(["-D", "-e", "-f"]).arg(at("sshd_config"));
    let server = start(command, port, &lab.root().join("sshd.log"));
    let client = format!(
        "ssh -i {} -o IdentitiesOnly=yes -o StrictHostKeyChecking=no \
         -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -F /dev/null",
        at("id")
    );
    (server, client)
}

fn user(lab: &PushLab) -> String {
    let mut command = lab.command("id");
    command.arg("-un");
    crate::support::commands::run(command, b"").text()
}

#[track_caller]
fn prepare(lab: &PushLab, seed: u64) {
    let mut history = History::new();
    history.commit("refs/heads/clean", &[], Change::of([file("a", "one\n")]));
    history.commit("refs/heads/evil", &[], Change::of([settings("b.env", &tokens::cloud(seed))]));
    lab.import(&history);
}

#[track_caller]
fn refused(pushed: &Pushed) {
    assert!(!pushed.accepted, "{}", pushed.told());
    let verdict = message::verdict(pushed.remote.first().map_or("", String::as_str));
    assert_eq!(verdict, Some(Verdict::Secrets(1)), "{}", pushed.told());
    assert_eq!(pushed.record()["reason"], "found", "{}", pushed.told());
    pushed.says("b.env:3");
    assert!(pushed.stderr.contains("pre-receive hook declined"), "{}", pushed.told());
}

#[track_caller]
fn accepted(pushed: &Pushed) {
    assert!(pushed.accepted && pushed.remote.is_empty(), "{}", pushed.told());
    assert_eq!(pushed.record()["reason"], "clean", "{}", pushed.told());
}

#[test]
fn over_a_path_and_over_a_file_url() {
    both(|lab| {
        prepare(lab, 1);
        refused(&lab.push(&["evil"]));
        accepted(&lab.push(&["clean"]));
        let url = format!("file://{}", lab.server.display());
        lab.in_client(&["config", "remote.origin.url", &url]);
        refused(&lab.push(&["evil"]));
        accepted(&lab.push(&["clean:other"]));
    });
}

#[test]
fn over_http_with_the_pushers_name_and_without_the_password() {
    both(|lab| {
        prepare(lab, 2);
        let password = tokens::password(2);
        let server = http(lab, &password);
        let url = format!("http://alice:{password}@127.0.0.1:{}/git/server.git", server.port);
        lab.in_client(&["config", "remote.origin.url", &url]);
        let bad = lab.push(&["evil"]);
        refused(&bad);
        let good = lab.push(&["clean"]);
        accepted(&good);
        let header = base64(format!("alice:{password}").as_bytes());
        for pushed in [&bad, &good] {
            let pusher = &pushed.record()["pusher"];
            assert_eq!(pusher["name"], "alice", "{}", pushed.told());
            assert_eq!(pusher["source"], "REMOTE_USER", "{}", pushed.told());
            let record = pushed.record().to_string();
            assert!(!record.contains(&password) && !record.contains(&header), "the password");
        }
        let audit = std::fs::read(&lab.audit).expect("there is an audit file");
        assert!(!contains(&audit, password.as_bytes()) && !contains(&audit, header.as_bytes()));
        // A push large enough for the client to send it in pieces.
        let noise = crate::support::encode::Random::new(2).bytes(3_000_000);
        lab.import(&History::root(Change::of([file("noise", noise)])));
        accepted(&lab.push(&["main"]));
    });
}

#[test]
fn over_ssh() {
    both(|lab| {
        prepare(lab, 3);
        let (server, client) = ssh(lab);
        let url = format!("ssh://{}@127.0.0.1:{}{}", user(lab), server.port, lab.server.display());
        lab.in_client(&["config", "remote.origin.url", &url]);
        let push = |refspec: &str| {
            lab.push_with(&[refspec], |command| {
                command.env("GIT_SSH_COMMAND", &client);
            })
        };
        refused(&push("evil"));
        accepted(&push("clean"));
        accepted(&push(":clean"));
    });
}

#[test]
fn over_the_git_protocol() {
    both(|lab| {
        prepare(lab, 4);
        let port = free_port();
        let daemon = PathBuf::from(lab.git(&["--exec-path"])).join("git-daemon");
        let mut command = lab.command(daemon);
        command
            .args(["--reuseaddr", "--listen=127.0.0.1", "--export-all", "--enable=receive-pack"])
            .arg(format!("--port={port}"))
            .arg(format!("--base-path={}", lab.root().display()));
        let _server = start(command, port, &lab.root().join("daemon.log"));
        let url = format!("git://127.0.0.1:{port}/server.git");
        lab.in_client(&["config", "remote.origin.url", &url]);
        refused(&lab.push(&["evil"]));
        accepted(&lab.push(&["clean"]));
    });
}
