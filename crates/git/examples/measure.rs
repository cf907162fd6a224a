//! Throw-away.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
use pushgate_git::*;
use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let env = GitEnvironment {
        git_dir: a[1].clone().into(),
        object_directory: if a[2].is_empty() { None } else { Some(a[2].clone().into()) },
        alternate_object_directories: if a[2].is_empty() {
            None
        } else {
            Some(a[3].clone().into())
        },
        path: Some("/usr/bin".into()),
        ..Default::default()
    };
    let limits = GitLimits::default();
    let t = Instant::now();
    let push = Push::read(a[4].replace("\\n", "\n").as_bytes(), &limits).unwrap();
    let objects = Objects::open(&env, &limits).unwrap();
    let t1 = t.elapsed();
    let incoming = Incoming::find(&push, &objects).unwrap();
    let t2 = t.elapsed();
    let mut bytes = Vec::new();
    let mut total = 0u64;
    let mut failed = 0;
    for o in &incoming.objects {
        match objects.read(&o.id, &mut bytes) {
            Ok(_) => total += bytes.len() as u64,
            Err(_) => failed += 1,
        }
    }
    let t3 = t.elapsed();
    println!(
        "open {t1:?} find {:?} read {:?}; {} objects {total} bytes, failed {failed}, unreadable {}",
        t2 - t1,
        t3 - t2,
        incoming.objects.len(),
        incoming.unreadable.len()
    );
    if let Some(n) = a.get(5) {
        let n: usize = n.parse().unwrap();
        let wanted = incoming
            .objects
            .iter()
            .filter(|o| o.kind == Kind::Blob)
            .rev()
            .take(n)
            .map(|o| o.id)
            .collect();
        let t = Instant::now();
        let places = attribute(&incoming, &objects, &wanted).unwrap();
        let found = wanted.iter().filter(|id| !places.of(id).is_empty()).count();
        println!("attribute {:?}: {found} of {}", t.elapsed(), wanted.len());
        let t = Instant::now();
        let p = reachable_from_existing_refs(&objects, &wanted).unwrap();
        println!(
            "proof {:?} {}",
            t.elapsed(),
            p.values().filter(|v| **v == Reachable::Yes).count()
        );
    }
    let s = std::fs::read_to_string("/proc/self/status").unwrap();
    println!(
        "{}",
        s.lines()
            .filter(|l| l.starts_with("VmHWM") || l.starts_with("RssAnon"))
            .collect::<Vec<_>>()
            .join(" ")
    );
}
