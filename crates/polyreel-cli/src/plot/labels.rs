//! Where labels go: beside their marks, over nothing else, always the same for the same marks.

use serde::Serialize;

/// A rectangle: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    /// Around a point.
    pub(super) fn around((x, y): (f64, f64), width: f64, height: f64) -> Self {
        Self { left: x - width / 2.0, top: y - height / 2.0, right: x + width / 2.0, bottom: y + height / 2.0 }
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.left >= other.left && self.right <= other.right && self.top >= other.top && self.bottom <= other.bottom
    }

    pub(super) fn center(&self) -> (f64, f64) {
        (f64::midpoint(self.left, self.right), f64::midpoint(self.top, self.bottom))
    }
}

/// The height of a label, in pixels.
pub(super) const LINE: f64 = 15.0;

/// What wants a label.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) mark: (f64, f64),
    /// From where to where its range reaches, from the left.
    pub(super) range: (f64, f64),
    pub(super) width: f64,
    /// What it has to stay in.
    pub(super) within: Area,
}

/// A place for each label, none where there is no room. `taken` is where none may be, earlier wishes come first.
pub(super) fn place(wishes: &[Wish], mut taken: Vec<Area>) -> Vec<Option<Area>> {
    let place = |wish: &Wish| {
        let found = candidates(wish)
            .find(|area| area.is_within(&wish.within) && !taken.iter().any(|other| other.overlaps(area)))?;
        taken.push(found);
        Some(found)
    };
    wishes.iter().map(place).collect()
}

/// Beside, above and below, and at the ends of the range; nearer ones first.
fn candidates(wish: &Wish) -> impl Iterator<Item = Area> {
    /// Farther away, a label is not seen to belong to its mark.
    const RINGS: u8 = 5;
    let ((x, y), (left, right), width) = (wish.mark, wish.range, wish.width);
    (0..RINGS).flat_map(move |ring| {
        let distance = f64::from(ring) * LINE;
        let (beside, above, aligned) = (width / 2.0 + 10.0 + distance, LINE + distance, width / 2.0 - 4.0);
        let centers = [
            (x + beside, y),
            (x + aligned, y - above),
            (x + aligned, y + above),
            (x, y - above),
            (x, y + above),
            (x - aligned, y - above),
            (x - aligned, y + above),
            (x - beside, y),
            (right + beside, y),
            (left - beside, y),
            (x + beside, y - above),
            (x + beside, y + above),
            (x - beside, y - above),
            (x - beside, y + above),
        ];
        centers.map(|center| Area::around(center, width, LINE))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_overlap_nothing() {
        let within = Area { left: 0.0, top: 0.0, right: 900.0, bottom: 400.0 };
        let wish = |n: u16| {
            let mark = (f64::from(n * 37 % 900), f64::from(n * 53 % 400));
            Wish { mark, range: (mark.0 - 30.0, mark.0 + 30.0), width: 120.0, within }
        };
        for (count, least) in [(0, 0), (1, 1), (25, 25), (200, 80)] {
            let wishes: Vec<_> = (0..count).map(wish).collect();
            let marks: Vec<_> = wishes.iter().map(|wish| Area::around(wish.mark, 12.0, 12.0)).collect();
            let places = place(&wishes, marks.clone());
            assert_eq!(places, place(&wishes, marks.clone()));
            let labels: Vec<_> = places.into_iter().flatten().collect();
            assert!(labels.len() >= least, "{} of {count}", labels.len());
            for (index, label) in labels.iter().enumerate() {
                assert!(label.is_within(&within));
                assert!(!marks.iter().chain(&labels[..index]).any(|other| other.overlaps(label)));
            }
        }
    }
}
