//! What somebody may have meant who wrote a name that does not exist.

/// Bytes of a name that are compared; a longer one is no name.
const NAME_BYTES_MAX: usize = 100;

/// Names that are suggested.
const SUGGESTIONS_MAX: usize = 3;

/// Those of `known` that are most like `name`, the nearest first; none, if none is like it.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
    let name = name.to_ascii_lowercase();
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        return Vec::new();
    }
    let mut like: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|known| {
            let away = distance(name.as_bytes(), known.as_bytes());
            // Whoever knows a part of the name has not misspelled the rest.
            let part = name.len() > 2 && known.contains(&*name);
            (part || away <= 1 + name.len() / 3).then_some((if part { 0 } else { away }, known))
        })
        .collect();
    like.sort_unstable();
    like.into_iter().take(SUGGESTIONS_MAX).map(|(_, known)| known).collect()
}

/// How many bytes have to be put in, taken out or changed to make `right` of `left`.
fn distance(left: &[u8], right: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, byte) in left.iter().enumerate() {
        let mut before = index;
        let mut last = index + 1;
        let (first, rest) = row.split_at_mut(1);
        first.fill(last);
        for (cell, other) in rest.iter_mut().zip(right) {
            let changed = before + usize::from(byte != other);
            before = *cell;
            last = changed.min(*cell + 1).min(last + 1);
            *cell = last;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn a_slip_or_a_part_of_a_name_is_understood() {
        let known = ["jira-dc-pat", "bamboo-dc-pat", "trello-token", "trello-token-legacy"];
        assert_eq!(nearest("jira-dc-pta", known), ["jira-dc-pat"]);
        assert_eq!(nearest("trello", known), ["trello-token", "trello-token-legacy"]);
        assert_eq!(nearest("Jira-DC-PAT", known)[0], "jira-dc-pat");
        assert_eq!(nearest("something else", known), [""; 0]);
        assert_eq!(nearest("", known), [""; 0]);
        assert_eq!(nearest(&"x".repeat(1000), known), [""; 0]);
    }

    #[test]
    fn distances_count_single_changes() {
        for (left, right, away) in
            [("", "", 0), ("abc", "", 3), ("", "abc", 3), ("kitten", "sitting", 3), ("ab", "ba", 2)]
        {
            assert_eq!(distance(left.as_bytes(), right.as_bytes()), away, "{left} {right}");
        }
    }
}
