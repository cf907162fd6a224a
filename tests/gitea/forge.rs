//! One Gitea for all tests of this binary, ended with it.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::http::{Answer, ask};
use crate::support::commands::run;
use crate::support::encode::base64;
use crate::support::tokens;

/// Who owns repositories, and who has forks of them.
pub const OWNER: &str = "ada";
pub const OTHER: &str = "bob";

/// Starts what its words say, and ends it when its standard input does: also when the tests are
/// killed. Then nothing is left of the folder `$HOME` either.
const KEEPER: &str = "\"$@\" </dev/null & cat >/dev/null; kill -9 $!; wait $! 2>/dev/null; \
                      rm -rf \"$HOME\"";

/// A first start makes a data base and a key.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running Gitea.
#[derive(Debug)]
pub struct Forge {
    home: PathBuf,
    pub http: u16,
    pub ssh: u16,
    password: String,
    /// While the standard input of this is open, the forge runs.
    _keeper: Child,
}

/// The forge of this process.
#[track_caller]
pub fn forge() -> &'static Forge {
    static FORGE: OnceLock<Forge> = OnceLock::new();
    FORGE.get_or_init(Forge::start)
}

/// The folder that `cargo xtask gitea` has filled.
fn built() -> PathBuf {
    let folder = std::env::var_os("PUSHGATE_GITEA");
    PathBuf::from(folder.expect("`cargo xtask gitea` sets PUSHGATE_GITEA"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the machine has a free port");
    listener.local_addr().expect("it is bound").port()
}

/// A command that sees what a server's service would see.
fn command(program: impl AsRef<std::ffi::OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", home).env("LC_ALL", "C").current_dir(home);
    command
}

impl Forge {
    #[track_caller]
    fn start() -> Forge {
        let home = TempDir::with_prefix("pushgate-gitea-").expect("a temporary folder").keep();
        let (http, ssh) = (free_port(), free_port());
        std::fs::write(home.join("app.ini"), settings(&home, http, ssh)).expect("it is ours");
        let output = std::fs::File::create(home.join("output")).expect("it is ours");
        let mut keeper = command("sh", &home);
        keeper.args(["-c", KEEPER, "keeper"]).arg(built().join("gitea"));
        keeper.arg("--config").arg(home.join("app.ini")).arg("web");
        keeper.stdin(Stdio::piped()).stdout(output.try_clone().expect("a file")).stderr(output);
        let keeper = keeper.spawn().expect("there is a shell");
        let forge = Forge { home, http, ssh, password: tokens::password(7000), _keeper: keeper };
        forge.wait();
        for (name, more) in [(OWNER, &["--admin"][..]), (OTHER, &[])] {
            let mail = format!("{name}@example.test");
            let words = ["admin", "user", "create", "--username", name, "--email", &mail];
            let rest = ["--password", &forge.password, "--must-change-password=false"];
            forge.admin(&[&words[..], &rest, more].concat());
        }
        forge
    }

    #[track_caller]
    fn wait(&self) {
        let begin = Instant::now();
        let is_there = || {
            TcpStream::connect(("127.0.0.1", self.http)).is_ok()
                && TcpStream::connect(("127.0.0.1", self.ssh)).is_ok()
                && ask(self.http, "GET /api/healthz", &[], "").status == 200
        };
        while !is_there() {
            let output = std::fs::read_to_string(self.home.join("output")).unwrap_or_default();
            assert!(begin.elapsed() < PATIENCE, "Gitea does not start: {output}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Gitea's own command line.
    #[track_caller]
    pub fn admin(&self, words: &[&str]) -> String {
        let mut gitea = command(built().join("gitea"), &self.home);
        gitea.arg("--config").arg(self.home.join("app.ini")).args(words);
        let ended = run(gitea, b"");
        assert_eq!(ended.code(), 0, "gitea {words:?}: {}", ended.all_text());
        ended.all_text()
    }

    /// Asks the API as this user.
    #[track_caller]
    pub fn api(&self, user: &str, request: &str, body: &str) -> Answer {
        let basic = format!("Basic {}", base64(format!("{user}:{}", self.password).as_bytes()));
        let (method, path) = request.split_once(' ').expect("a method and a path");
        let headers = [("Authorization", basic.as_str()), ("Content-Type", "application/json")];
        ask(self.http, &format!("{method} /api/v1{path}"), &headers, body)
    }

    /// Logs in on the pages; gives the cookies.
    #[track_caller]
    pub fn login(&self, user: &str) -> String {
        let form = super::http::form(&[("user_name", user), ("password", &self.password)]);
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let answer = ask(self.http, "POST /user/login", &headers, &form);
        assert_eq!(answer.status, 303, "{answer:?}");
        answer.cookies()
    }

    /// The address of a repository for this user, with the password in it.
    pub fn address(&self, user: &str, repository: &str) -> String {
        format!("http://{user}:{}@127.0.0.1:{}/{repository}.git", self.password, self.http)
    }

    /// Where the repository lies.
    pub fn folder(&self, repository: &str) -> PathBuf {
        self.home.join("repositories").join(format!("{repository}.git"))
    }

    /// Nothing that Gitea has written down of its work shows a byte of a secret.
    #[track_caller]
    pub fn keeps_no_secret(&self) {
        let mut files = vec![self.home.join("output")];
        for entry in std::fs::read_dir(self.home.join("log")).expect("Gitea has made it") {
            files.push(entry.expect("an entry").path());
        }
        let mut bytes = 0;
        for file in files {
            let text = std::fs::read(&file).expect("it is ours");
            bytes += text.len();
            tokens::assert_not_in(&text, &file.display().to_string());
        }
        assert!(bytes > 0, "Gitea has written nothing");
    }
}

/// The settings: all that a push needs, and nothing that works by itself in the background.
fn settings(home: &Path, http: u16, ssh: u16) -> String {
    let mut id = command("id", home);
    id.arg("-un");
    let user = run(id, b"").text();
    let home = home.display();
    let built = built().display().to_string();
    format!(
        "I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true\nRUN_USER = {user}\nRUN_MODE = prod\n\
         WORK_PATH = {home}\n\
         [server]\nSTATIC_ROOT_PATH = {built}/static\nHTTP_ADDR = 127.0.0.1\nHTTP_PORT = {http}\n\
         ROOT_URL = http://127.0.0.1:{http}/\nSTART_SSH_SERVER = true\n\
         SSH_LISTEN_HOST = 127.0.0.1\nSSH_LISTEN_PORT = {ssh}\nSSH_PORT = {ssh}\n\
         SSH_DOMAIN = 127.0.0.1\nBUILTIN_SSH_SERVER_USER = git\nOFFLINE_MODE = true\n\
         LFS_START_SERVER = false\n\
         [database]\nDB_TYPE = sqlite3\nPATH = {home}/gitea.db\n\
         [repository]\nROOT = {home}/repositories\nDEFAULT_BRANCH = main\n\
         ALLOW_ADOPTION_OF_UNADOPTED_REPOSITORIES = true\n\
         [security]\nINSTALL_LOCK = true\nSECRET_KEY = only-for-tests\n\
         PASSWORD_HASH_ALGO = pbkdf2_v2\n\
         [migrations]\nALLOW_LOCALNETWORKS = true\nALLOWED_DOMAINS = *\n\
         [cron]\nENABLED = false\n[actions]\nENABLED = false\n\
         [indexer]\nISSUE_INDEXER_TYPE = db\n\
         [log]\nMODE = file\nROOT_PATH = {home}/log\n"
    )
}
