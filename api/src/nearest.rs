//! What somebody may have meant who wrote a name that nobody knows.

/// The names nearest to `written`, nearest first, at most [`NEAREST_MAX`].
pub(crate) fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut ranked: Vec<(usize, &str)> =
        names.map(|name| (distance(written, name), name)).collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().take(NEAREST_MAX).map(|(_, name)| name.to_owned()).collect()
}

/// How many letters must be written otherwise, left out or put in (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, letter) in left.chars().enumerate() {
        let mut last = above.saturating_add(1);
        let mut next = vec![last];
        for (pair, other) in row.windows(2).zip(&right) {
            let [diagonal, up] = pair else { continue };
            let changed = diagonal.saturating_add(usize::from(letter != *other));
            last = changed.min(up.saturating_add(1)).min(last.saturating_add(1));
            next.push(last);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

const NEAREST_MAX: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_letters() {
        for (left, right, count) in
            [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("a", "a", 0)]
        {
            assert_eq!(distance(left, right), count, "{left} {right}");
        }
    }

    #[test]
    fn the_nearest_names_come_first_and_are_few() {
        let names = ["role.ended", "subdomain.granted", "subdomain.refused", "signer.enrolled"];
        let found = nearest("subdomain.grantd", names.into_iter());
        assert_eq!(found.first().map(String::as_str), Some("subdomain.granted"));
        assert_eq!(found.len(), NEAREST_MAX);
    }
}
