//! Small numbers: the one place that decides whether a figure may be shown. A figure about fewer than
//! [`FEWEST_GIVERS`] givers is not, nor one from which such a figure could be worked out by subtraction. Pure.

/// A figure about fewer givers than this is not shown.
pub const FEWEST_GIVERS: u64 = 5;

/// Whether a figure about so many givers may be shown.
#[must_use]
pub fn may_show(givers: u64) -> bool {
    givers >= FEWEST_GIVERS
}

/// Which parts of a whole are hidden when the whole itself is shown, by how many givers each part is about.
///
/// Besides the small parts the smallest of the others is hidden, as long as the hidden ones together are about too few:
/// the whole less what is shown would tell of them. A part about nobody hides nothing.
#[must_use]
pub fn hidden_parts(givers: &[u64]) -> Vec<bool> {
    let mut hidden: Vec<bool> = givers.iter().map(|count| *count > 0 && !may_show(*count)).collect();
    loop {
        let about: u64 = givers.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(count, _)| count).sum();
        if about == 0 || may_show(about) {
            return hidden;
        }
        let smallest = givers
            .iter()
            .enumerate()
            .filter(|(index, count)| **count > 0 && !hidden.get(*index).copied().unwrap_or(true));
        let Some(index) = smallest.min_by_key(|(_, count)| **count).map(|(index, _)| index) else { return hidden };
        if let Some(part) = hidden.get_mut(index) {
            *part = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn five_givers_are_enough_and_four_are_not() {
        assert!(may_show(5));
        assert!(!may_show(4) && !may_show(0));
    }

    #[test]
    fn what_subtraction_would_tell_is_hidden_too() {
        assert_eq!(hidden_parts(&[20, 7, 6]), [false, false, false]);
        // The one small part would be the whole less the others, so the next one goes with it.
        assert_eq!(hidden_parts(&[20, 3, 6]), [false, true, true]);
        // Two small parts cover each other.
        assert_eq!(hidden_parts(&[20, 3, 4]), [false, true, true]);
        assert_eq!(hidden_parts(&[20, 1, 2, 9]), [false, true, true, true]);
        assert_eq!(hidden_parts(&[20, 0]), [false, false]);
        assert_eq!(hidden_parts(&[3]), [true]);
        assert!(hidden_parts(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn hidden_parts_are_about_nobody_or_enough(givers in prop::collection::vec(0..40_u64, 0..8)) {
            let hidden = hidden_parts(&givers);
            let about: u64 = givers.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(count, _)| count).sum();
            let whole: u64 = givers.iter().sum();
            prop_assert!(about == 0 || may_show(about) || about == whole);
            for (count, hidden) in givers.iter().zip(hidden) {
                prop_assert!(hidden || *count == 0 || may_show(*count));
            }
        }
    }
}
