//! Where secrets stand in the names of files and refs, so that none of them is shown.

use std::ops::Range;

use pushgate_core::assess::assess;
use pushgate_core::finding::Finding;
use pushgate_core::haystack::{Source, Window};
use pushgate_core::search::Searcher;
use pushgate_core::span::Span;
use pushgate_git::{IncomingObject, Kind, UpdateKind, haystacks};

use super::{Bench, assessor};

impl Bench<'_> {
    /// The names in a tree, as they were searched; of other objects none.
    pub(super) fn names_of(&mut self, object: &IncomingObject) -> Vec<u8> {
        let mut names = Vec::new();
        if object.kind == Kind::Tree {
            let mut bytes = Vec::new();
            match self.objects.read(&object.id, &mut bytes) {
                Ok(_) => haystacks::tree_names(&object.id, &bytes, &mut names),
                // It was there a moment ago.
                Err(_) => self.known.miss_names(),
            }
        }
        names
    }

    /// Remembers where in `names`, which `window` was cut from, a secret stands.
    pub(super) fn know_in_names(&mut self, names: &[u8], window: &Window, finding: &Finding) {
        let secret = source_of(window, finding);
        let before = names.get(..secret.start).unwrap_or_default();
        let mut start = before.iter().rposition(|&byte| byte == 0).map_or(0, |nul| nul + 1);
        for name in names.get(start..).unwrap_or_default().split(|&byte| byte == 0) {
            if start >= secret.end {
                break;
            }
            let end = start + name.len();
            let range = secret.start.max(start) - start..secret.end.min(end) - start;
            self.known.add_in_name(name, range);
            start = end + 1;
        }
    }

    /// Looks for secrets in the names of refs that are deleted. They are not made available, but
    /// the record tells them.
    pub(super) fn know_deleted_names(&mut self) {
        let push = self.pushed.push;
        for update in push.updates.iter().filter(|update| update.kind() == UpdateKind::Delete) {
            self.know_name(Source::RefName, &update.name);
        }
    }

    /// Looks for secrets in a path in an archive. What is packed beside the text of entries is
    /// searched with the archive, but there it is not told what is a name.
    pub(super) fn know_inner_path(&mut self, path: &[u8]) {
        if self.inner_paths.insert(path.to_vec()) {
            self.know_name(Source::TreeName, path);
        }
    }

    fn know_name(&mut self, source: Source, name: &[u8]) {
        let context = self.context;
        let searcher = Searcher::new(&context.installation.matcher, &context.config.limits.core);
        let searched = searcher.whole(source, name);
        if searched.open.is_some() {
            self.known.miss_names();
        }
        if searched.windows.is_empty() {
            return;
        }
        let out_of_time = || context.out_of_time();
        let assessor = assessor(context, &out_of_time);
        let assessed = assess(&searched.windows, None, assessor, &mut self.detectors);
        if !assessed.causes.is_empty() {
            self.known.miss_names();
        }
        for (window, finding) in assessed.findings {
            if let Some(window) = searched.windows.get(window) {
                self.known.add_in_name(name, source_of(window, &finding));
            }
        }
    }
}

/// Where the secret of a finding stands in its window.
pub(super) fn span_of(finding: &Finding) -> Span {
    let end = finding.window_offset.saturating_add(finding.secret_bytes);
    Span::new(finding.window_offset, end).expect("a sum is not smaller than its parts")
}

/// Where the secret of a finding stands in the text that its window was cut from.
pub(super) fn source_of(window: &Window, finding: &Finding) -> Range<usize> {
    let offset = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    let source = window.source_of(span_of(finding));
    offset(source.start)..offset(source.end)
}
