//! Where offers go, by what is known of them.

use super::Offer;
use super::labels::{Area, LINE};

/// Of the picture.
pub(super) const WIDTH: f64 = 1000.0;
/// Around everything.
pub(super) const MARGIN: f64 = 28.0;
/// Side of the square that a mark fills.
pub(super) const MARK: f64 = 14.0;

/// Between areas.
const GAP: f64 = 8.0;
/// Height of a row where no axis says how high a mark is.
const ROW: f64 = 20.0;
/// Height of the heading of a strip.
const HEADING: f64 = 20.0;
/// From a mark to the next one beside it, with room for a label each.
const PITCH: f64 = LINE + 1.0;

/// The axes, a strip above them, a strip to the right of them, and where these two meet.
pub(super) struct Areas {
    pub(super) axes: Area,
    pub(super) price_unknown: Area,
    pub(super) time_unknown: Area,
    /// Of the strip above.
    rows: usize,
}

impl Areas {
    /// Areas below this height, with room for the labels of those whose time is unknown.
    pub(super) fn of(offers: &[Offer], label_widths: &[f64], top: f64) -> Self {
        let unpriced = offers.iter().filter(|offer| offer.price.is_none());
        let (timed, untimed): (Vec<_>, Vec<_>) = unpriced.partition(|offer| offer.time.is_some());
        let rows = timed.len().max(untimed.len()).min(10);
        #[expect(clippy::cast_precision_loss, reason = "at most ten")]
        let below = top + if rows > 0 { HEADING + GAP + rows as f64 * ROW } else { 0.0 };
        let aside = offers.iter().zip(label_widths).filter(|(offer, _)| offer.time.is_none());
        let aside = aside.map(|(_, width)| width + 6.0 * GAP).fold(0.0, f64::max).min(320.0);
        let right = WIDTH - MARGIN;
        let axes_top = below + 30.0;
        let axes = Area { left: MARGIN + 60.0, top: axes_top, right: right - aside, bottom: axes_top + 420.0 };
        let strip_top = if rows > 0 { top } else { axes_top };
        let time_unknown = Area { left: axes.right + GAP, top: strip_top, right, bottom: axes.bottom };
        Self { axes, price_unknown: Area { top, bottom: below, ..axes }, time_unknown, rows: rows.max(1) }
    }

    /// Where the headings of the strips are.
    pub(super) fn headings(&self) -> [Area; 2] {
        [self.price_unknown, self.time_unknown].map(|strip| Area {
            right: strip.left + 230.0,
            bottom: strip.top + HEADING,
            ..strip
        })
    }

    /// Where the mark of each offer goes, and the area that its label has to stay in.
    pub(super) fn spots(
        &self,
        offers: &[Offer],
        x: impl Fn(f64) -> f64,
        y: impl Fn(f64) -> f64,
    ) -> Vec<((f64, f64), Area)> {
        let column = self.time_unknown.left + 18.0;
        let mut rows = [0, 0];
        let mut row = |strip: usize| {
            rows[strip] += 1;
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            let above = ((rows[strip] - 1) % self.rows) as f64 + 0.5;
            self.price_unknown.top + HEADING + above * ROW
        };
        // No label leaves its row, where it would be taken for that of another mark.
        let in_row = |(x, y): (f64, f64), strip: Area| {
            ((x, y), Area { top: y - ROW / 2.0, bottom: y + ROW / 2.0, ..strip }, AROUND)
        };
        let mut spots: Vec<((f64, f64), Area)> = Vec::new();
        for offer in offers {
            let (spot, area, directions) = match (offer.price, offer.middle()) {
                (Some(price), Some(time)) => ((x(time), y(price)), self.axes, AROUND),
                (None, Some(time)) => in_row((x(time), row(0)), self.price_unknown),
                (Some(price), None) => {
                    ((column, y(price)), Area { top: self.axes.top, ..self.time_unknown }, UP_AND_DOWN)
                }
                (None, None) => in_row((column, row(1)), self.time_unknown),
            };
            spots.push((free(spot, &spots, &area, directions), area));
        }
        spots
    }
}

const AROUND: &[(f64, f64)] =
    &[(1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, -1.0), (-1.0, 1.0)];
const UP_AND_DOWN: &[(f64, f64)] = &[(0.0, -1.0), (0.0, 1.0)];

/// The spot, or else the nearest one beside it where no other mark lies: equal offers are seen as several.
fn free(
    spot: (f64, f64),
    others: &[((f64, f64), Area)],
    within: &Area,
    directions: &'static [(f64, f64)],
) -> (f64, f64) {
    let far = (1..=12_u8).map(|ring| f64::from(ring) * PITCH);
    let offsets = far.flat_map(|far| directions.iter().map(move |(dx, dy)| (dx * far, dy * far)));
    let is_far = |(x, y): &(f64, f64), other: (f64, f64)| (other.0 - x).abs().max((other.1 - y).abs()) > PITCH - 0.5;
    let is_free = |spot: &(f64, f64)| others.iter().all(|(other, _)| is_far(spot, *other));
    let is_inside = |spot: &(f64, f64)| Area::around(*spot, MARK, MARK).is_within(within);
    let beside = offsets.map(|(dx, dy)| (spot.0 + dx, spot.1 + dy)).filter(is_inside);
    std::iter::once(spot).chain(beside).find(is_free).unwrap_or(spot)
}
