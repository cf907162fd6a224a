//! Archives, packed by the programs that people pack them with.

use super::commands::run;
use super::lab::PushLab;

/// Packs `files` with a shell script, which finds them in its folder and writes the archive to its
/// standard output.
#[track_caller]
pub fn packed(lab: &PushLab, files: &[(&str, &[u8])], script: &str) -> Vec<u8> {
    let folder = lab.root().join("packed");
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir(&folder).expect("the laboratory is ours");
    for (name, content) in files {
        let path = folder.join(name);
        let parent = path.parent().expect("a file has a folder");
        std::fs::create_dir_all(parent).expect("the laboratory is ours");
        std::fs::write(&path, content).expect("the laboratory is ours");
    }
    let mut command = lab.command("sh");
    command.args(["-e", "-c", script]).current_dir(&folder);
    let ended = run(command, b"");
    assert_eq!(ended.code(), 0, "{script}: {}", ended.all_text());
    assert!(!ended.stdout.is_empty(), "{script} has packed nothing");
    ended.stdout
}
