//! The built files themselves.

use crate::support::commands;

/// A little-endian number of the file.
fn number(bytes: &[u8], at: usize, length: usize) -> usize {
    bytes[at..at + length].iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

#[test]
fn the_hook_is_one_small_static_program_without_a_compiler() {
    let bytes = std::fs::read(commands::hook()).expect("it was built");
    assert!(bytes.len() < 10 << 20, "the hook has {} bytes", bytes.len());
    assert_eq!(&bytes[..5], b"\x7fELF\x02", "not a 64-bit program");
    let (table, size, count) =
        (number(&bytes, 32, 8), number(&bytes, 54, 2), number(&bytes, 56, 2));
    for index in 0..count {
        const INTERPRETER: usize = 3;
        let kind = number(&bytes, table + index * size, 4);
        assert_ne!(kind, INTERPRETER, "the hook wants a dynamic loader");
    }
    let compiler = crate::support::encode::contains(&bytes, b"cranelift-codegen");
    assert!(!compiler, "there is a compiler in the hook");
}

#[test]
fn the_tool_says_its_version_and_its_commands() {
    let lab = crate::support::PushLab::new();
    let run = |words: &[&str]| {
        let mut command = lab.command(commands::tool());
        command.args(words);
        commands::run(command, b"")
    };
    let version = run(&["--version"]);
    assert_eq!(version.code(), 0, "{}", version.all_text());
    assert!(version.text().starts_with("pushgate "), "{}", version.all_text());
    let help = run(&["--help"]);
    assert_eq!(help.code(), 0, "{}", help.all_text());
    for word in ["install", "uninstall", "doctor", "explain"] {
        assert!(help.text().contains(word), "{word} is not in:\n{}", help.text());
    }
    assert_ne!(run(&["no-such-command"]).code(), 0);
    assert_ne!(run(&["install"]).code(), 0, "without a repository");
}
