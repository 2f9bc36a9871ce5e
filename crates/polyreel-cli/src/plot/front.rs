//! The offers that nobody beats.

/// Which of these pairs of price and time no other beats in one without losing in the other, the fastest first. Of equal
/// ones all are.
pub(super) fn front(offers: &[(f64, f64)]) -> Vec<usize> {
    let beats = |(price, time): (f64, f64), other: (f64, f64)| {
        price <= other.0 && time <= other.1 && (price < other.0 || time < other.1)
    };
    let mut front: Vec<_> =
        (0..offers.len()).filter(|one| !offers.iter().any(|other| beats(*other, offers[*one]))).collect();
    front.sort_by(|a, b| offers[*a].1.total_cmp(&offers[*b].1));
    front
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_cheaper_and_faster() {
        for (offers, expected) in [
            (vec![], vec![]),
            (vec![(1.0, 1.0)], vec![0]),
            (vec![(1.0, 5.0), (2.0, 3.0), (3.0, 4.0), (3.0, 1.0)], vec![3, 1, 0]),
            (vec![(1.0, 1.0), (1.0, 1.0), (1.0, 2.0), (2.0, 1.0)], vec![0, 1]),
            (vec![(0.0, 9.0), (9.0, 0.0), (0.0, 9.0)], vec![1, 0, 2]),
        ] {
            assert_eq!(front(&offers), expected, "{offers:?}");
        }
    }
}
