use polyreel::spec::{Amount, text};
use proptest::prelude::*;

use super::*;

fn usd(trillionths: i128) -> Money {
    Money { amount: Amount { trillionths }, currency: text("USD") }
}

const DOLLAR: i128 = 1_000_000_000_000;

fn point(provider: &str, price: impl Into<Option<Money>>, time_ms: Option<(u64, u64)>) -> Point {
    let price = price.into();
    Point { provider: provider.to_owned(), model: "m".to_owned(), price, price_assumed: false, time_ms }
}

fn plot(points: Vec<Point>) -> Plot {
    Plot { title: "T".to_owned(), points }
}

/// The first attribute of this name, in tenths of a pixel.
fn tenths(svg: &str, attribute: &str) -> i64 {
    let (_, rest) = svg.split_once(&format!(" {attribute}=\"")).unwrap();
    rest.split('"').next().unwrap().replace('.', "").parse().unwrap()
}

/// Where the marks are, in the order of their points, in tenths of a pixel.
fn marks(svg: &str) -> Vec<(i64, i64)> {
    let marks = svg.split("<g class=\"c").filter(|part| part.contains("<title>"));
    marks.map(|mark| (tenths(mark, "x"), tenths(mark, "y"))).collect()
}

/// What is true of every picture.
fn check(plot: &Plot) -> String {
    let picture = svg(plot);
    assert_eq!(picture, svg(plot), "it is always the same");
    let size = picture.split('"').find_map(|text| text.strip_prefix("0 0 1000.0 ")).unwrap();
    let height: i64 = size.replace('.', "").parse().unwrap();
    let marks = marks(&picture);
    assert_eq!(marks.len(), plot.points.len(), "{picture}");
    for (x, y) in &marks {
        assert!((0..=10_000).contains(x) && (0..=height).contains(y), "{x} {y} of {height}");
    }
    let wrong: Vec<_> =
        ["NaN", "inf", "mistake of Polyreel", "\0"].into_iter().filter(|it| picture.contains(it)).collect();
    assert!(wrong.is_empty(), "{wrong:?} in {picture}");
    picture
}

#[test]
fn a_cheaper_offer_is_lower_and_a_faster_one_is_left() {
    let picture = check(&plot(vec![
        point("a", usd(DOLLAR), Some((60_000, 120_000))),
        point("b", usd(2 * DOLLAR), Some((60_000, 120_000))),
        point("c", usd(DOLLAR), Some((120_000, 240_000))),
        point("d", usd(DOLLAR), Some((120_000, 60_000))),
    ]));
    let [a, b, c, d] = marks(&picture)[..] else { panic!("{picture}") };
    assert!(a.0 == b.0 && a.1 > b.1, "{a:?} {b:?}");
    assert!(a.0 < c.0 && a.1 == c.1, "{a:?} {c:?}");
    assert!(
        a != d && a.0.abs_diff(d.0) < 200 && a.1.abs_diff(d.1) < 200,
        "equal ones are beside each other: {a:?} {d:?}"
    );
    assert!(
        picture.contains("Nobody is cheaper and faster than a m: $1.00, 1 min to 2 min; d m: $1.00, 1 min to 2 min.")
    );
}

#[test]
fn what_is_unknown_is_not_zero() {
    let yuan = Money { amount: Amount { trillionths: DOLLAR }, currency: text("CNY") };
    let picture = check(&plot(vec![
        point("free and at once", usd(0), Some((0, 0))),
        point("dear and slow", usd(DOLLAR), Some((60_000, 60_000))),
        point("price unknown", None, Some((60_000, 60_000))),
        point("time unknown", usd(DOLLAR), None),
        point("unknown", None, None),
        point("elsewhere", Some(yuan), Some((60_000, 60_000))),
    ]));
    let [free, dear, no_price, no_time, neither, elsewhere] = marks(&picture)[..] else { panic!("{picture}") };
    assert!(no_price.1 < dear.1 && dear.1 < free.1 && no_price.0 == dear.0);
    assert!(no_time.0 > dear.0 && dear.0 > free.0 && no_time.1 == dear.1);
    assert!(neither.0 == no_time.0 && neither.1 < dear.1);
    assert!(elsewhere.1 < dear.1 && picture.contains("m 1 CNY<"));
    for text in [">price unknown, or not in USD<", ">time unknown<", "price unknown: price unknown, 1 min<"] {
        assert!(picture.contains(&text.replace("price unknown: ", "price unknown m: ")), "{text} in {picture}");
    }
    let known = check(&plot(vec![point("a", usd(DOLLAR), Some((1, 1)))]));
    assert!(!known.contains("unknown") && !known.contains("hollow"));
}

#[test]
fn any_number_of_offers_and_any_value() {
    let times = [0, 1, 999, 60_000, 3_600_000, u64::MAX];
    let prices = [0, 1, DOLLAR / 20, DOLLAR, 1_000_000 * DOLLAR, i128::MAX, -DOLLAR];
    for count in [0, 1, 2, 25, 200] {
        let some = |index: usize| {
            let price = prices[index * 3 % prices.len()] / (1 + index as i128);
            point(&format!("p{}", index % 30), usd(price), Some((times[index % 6], times[index * 5 % 6])))
        };
        check(&plot((0..count).map(some).collect()));
        check(&plot(vec![point("a", usd(DOLLAR), Some((1000, 1000))); count]));
        check(&plot(vec![point("a", None, None); count]));
        check(&plot(vec![point("a", usd(0), None); count]));
    }
    for (price, time) in prices.iter().flat_map(|price| times.map(|time| (*price, time))) {
        check(&plot(vec![point("a", usd(price), Some((time, time)))]));
    }
    assert!(check(&plot(vec![])).contains(">no offers<"));
}

#[test]
fn texts_stay_texts() {
    let hostile = "</title></svg><script>x()</script>\"'&]]>\0\u{ffff}\u{202e}{{ 7*7 }}";
    let mut plot = plot(vec![point(hostile, usd(DOLLAR), Some((1, 1)))]);
    plot.title = hostile.to_owned();
    plot.points[0].model = hostile.to_owned();
    plot.points.push(Point {
        price: Some(Money { amount: Amount::default(), currency: hostile.into() }),
        ..plot.points[0].clone()
    });
    let picture = check(&plot);
    assert!(!picture.contains("<script") && !picture.contains(['\u{ffff}', '\u{202e}']));
    assert_eq!([picture.matches("</svg>").count(), picture.matches("{{ 7*7 }}").count()], [1, 13]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_offers(points in prop::collection::vec(
        ("\\PC{0,40}", "\\PC{0,40}", prop::option::of(any::<i128>()), any::<bool>(), prop::option::of(any::<(u64, u64)>())),
        0..12,
    )) {
        let point = |(provider, model, price, price_assumed, time_ms): (String, String, Option<i128>, bool, _)| {
            Point { provider, model, price: price.map(usd), price_assumed, time_ms }
        };
        check(&plot(points.into_iter().map(point).collect()));
    }
}
