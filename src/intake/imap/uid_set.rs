//! UID sets as a command wants them (RFC 3501 §9, `sequence-set`): `1:3,7`.

/// The sets that name exactly `uids`, each short enough for a command line (RFC 7162 §4 asks to stay under 8192 octets).
pub(super) fn uid_sets(uids: &[u32]) -> Vec<String> {
    const LONGEST: usize = 4000;
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut sets: Vec<String> = Vec::new();
    for run in sorted.chunk_by(|a, b| a + 1 == *b) {
        let range = match run {
            [first, .., last] => format!("{first}:{last}"),
            _ => run[0].to_string(),
        };
        match sets.last_mut() {
            Some(set) if set.len() < LONGEST => {
                set.push(',');
                set.push_str(&range);
            }
            _ => sets.push(range),
        }
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_joined_and_order_does_not_matter() {
        assert_eq!(uid_sets(&[7, 3, 1, 2, 2]), ["1:3,7"]);
        assert_eq!(uid_sets(&[u32::MAX]), ["4294967295"]);
        assert_eq!(uid_sets(&[1, 2]), ["1:2"]);
        assert!(uid_sets(&[]).is_empty());
    }

    #[test]
    fn a_long_list_becomes_several_commands() {
        let odd: Vec<u32> = (0..5000).map(|n| 2 * n + 1).collect();
        let sets = uid_sets(&odd);
        assert!(sets.len() > 1 && sets.iter().all(|set| set.len() < 4100));
        let back: Vec<u32> = sets.iter().flat_map(|set| set.split(',')).map(|uid| uid.parse().unwrap()).collect();
        assert_eq!(back, odd);
    }
}
