//! Routes: the same choice as looking at everything.

use std::time::Duration;

use polyreel::spec::{Amount, Latency, LatencyRow, Money, Per, Price, PriceRow, Provider};
use polyreel::{Order, Route, Stop, Terms, VideoRequest};
use proptest::prelude::*;

use crate::support::provider;

/// What is random of a model: price in cents and currency, and longest time in seconds.
type Facts = (Option<(u8, bool)>, Option<u8>);

/// Providers of these models, each with the inputs of a real one.
fn catalog(facts: &[Vec<Facts>]) -> Vec<Provider> {
    let real = provider("hyprlab");
    let named = |(number, models): (usize, &Vec<Facts>)| {
        let model = |(nth, (price, time)): (usize, &Facts)| {
            let mut model = real.models[0].clone();
            model.key = format!("m{nth}").into();
            model.price = price.map(|(cents, is_dollars)| Price {
                unit: if is_dollars { "USD".into() } else { "CNY".into() },
                per: Per::Video,
                by: vec![].into(),
                table: vec![PriceRow { when: vec![].into(), amount: Some(dollars(cents)) }].into(),
            });
            model.latency = time.map(|seconds| Latency {
                by: vec![].into(),
                table: vec![LatencyRow { when: vec![].into(), between: (0, u64::from(seconds) * 1000) }].into(),
            });
            model
        };
        let models: Vec<_> = models.iter().enumerate().map(model).collect();
        Provider {
            id: format!("p{number}").into(),
            aliases: vec![].into(),
            assumed: vec![].into(),
            models: models.into(),
            ..real.clone()
        }
    };
    facts.iter().enumerate().map(named).collect()
}

fn dollars(cents: u8) -> Amount {
    Amount { trillionths: i128::from(cents) * 10_000_000_000 }
}

/// An offer as plain numbers: provider, model, dollars, seconds, and whether nobody states its price.
type Plain = (usize, usize, Option<u8>, Option<u8>, bool);

/// The way, found by looking for the best of all that is left, again and again.
fn brute_force(route: &Route, facts: &[Vec<Facts>], most: Option<u8>, assume: Option<u8>) -> Vec<(usize, usize)> {
    let mut left: Vec<Plain> = Vec::new();
    for (number, models) in facts.iter().enumerate() {
        for (nth, (price, time)) in models.iter().enumerate() {
            let is_unstated = price.is_none();
            let price = match price {
                Some((cents, true)) => Some(*cents),
                // Nobody knows what another currency is worth.
                Some((_, false)) if most.is_some() => continue,
                Some((_, false)) => None,
                None => assume,
            };
            if most.is_some_and(|most| price.is_none_or(|price| price > most)) {
                continue;
            }
            left.push((number, nth, price, *time, is_unstated));
        }
    }
    let worst = |value: Option<u8>| value.map_or(256, u32::from);
    let cost = |one: &Plain| match route {
        Route::Fastest | Route::Soonest => (worst(one.3), worst(one.2), one.4, one.0, one.1),
        _ => (worst(one.2), worst(one.3), one.4, one.0, one.1),
    };
    let best = |left: &[Plain]| {
        let mut best: Option<Plain> = None;
        for one in left {
            if best.is_none_or(|best| cost(one) < cost(&best)) {
                best = Some(*one);
            }
        }
        best
    };
    let mut way = Vec::new();
    match route {
        Route::Provider(name) => {
            left.retain(|one| format!("p{}", one.0) == *name);
            way.extend(best(&left).map(|one| (one.0, one.1)));
        }
        Route::Ordered(stops) => {
            for stop in stops {
                let mut here = left.clone();
                here.retain(|one| format!("p{}", one.0) == stop.provider);
                here.retain(|one| stop.model.as_ref().is_none_or(|key| *key == format!("m{}", one.1)));
                way.extend(best(&here).map(|one| (one.0, one.1)));
            }
        }
        _ => {
            match route {
                Route::Fastest | Route::Soonest => left.retain(|one| one.3.is_some()),
                Route::CheapestWithin(time) => {
                    left.retain(|one| one.2.is_some());
                    left.retain(|one| one.3.is_some_and(|seconds| u64::from(seconds) <= time.as_secs()));
                }
                _ => left.retain(|one| one.2.is_some()),
            }
            while let Some(one) = best(&left) {
                way.push((one.0, one.1));
                left.retain(|other| other.0 != one.0);
            }
        }
    }
    way
}

fn facts() -> impl Strategy<Value = Vec<Vec<Facts>>> {
    // Few values, so that many are equal.
    let price = prop::option::weighted(0.8, (0_u8..6, prop::bool::weighted(0.85)));
    let model = (price, prop::option::weighted(0.8, 0_u8..6));
    prop::collection::vec(prop::collection::vec(model, 1..4), 1..6)
}

fn routes() -> impl Strategy<Value = Route> {
    let stop = (0..6_usize, prop::option::of(0..4_usize)).prop_map(|(provider, model)| Stop {
        provider: format!("p{provider}"),
        model: model.map(|nth| format!("m{nth}")),
    });
    prop_oneof![
        Just(Route::Cheapest),
        Just(Route::Fastest),
        Just(Route::Soonest),
        (0..6_u64).prop_map(|seconds| Route::CheapestWithin(Duration::from_secs(seconds))),
        (0..6_usize).prop_map(|number| Route::Provider(format!("p{number}"))),
        prop::collection::vec(stop, 0..5).prop_map(Route::Ordered),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn a_route_is_what_brute_force_finds(
        facts in facts(),
        route in routes(),
        most in prop::option::of(0_u8..6),
        assume in prop::option::of(0_u8..6),
    ) {
        let providers = catalog(&facts);
        let quotes = VideoRequest::new("A cat.").quotes(&providers);
        prop_assert_eq!(quotes.able.len(), facts.iter().map(Vec::len).sum::<usize>());
        let terms = Terms { max_price: most.map(dollars), assume_price: assume.map(dollars) };
        let mut shown = quotes.clone();
        shown.sort(Order::Time);
        let names = |quotes| route.plan(quotes, &terms).map(|way| way.iter().map(|one| std::ptr::from_ref(one.offer.model)).collect::<Vec<_>>());
        prop_assert_eq!(names(&shown).ok(), names(&quotes).ok(), "the way does not depend on the order");
        let place = |name: &str| name[1..].parse::<usize>().unwrap();
        let found = match route.plan(&quotes, &terms) {
            Ok(way) => way.iter().map(|one| (place(&one.offer.provider.id), place(&one.offer.model.key))).collect(),
            Err(none) => {
                prop_assert!(!none.to_string().is_empty());
                Vec::new()
            }
        };
        prop_assert_eq!(found, brute_force(&route, &facts, most, assume));
    }

    /// What is reserved is never above the cap, and what nobody states is never reserved under one.
    #[test]
    fn no_choice_is_above_the_cap(facts in facts(), route in routes(), most in 0_u8..6, assume in prop::option::of(0_u8..6)) {
        let providers = catalog(&facts);
        let quotes = VideoRequest::new("A cat.").quotes(&providers);
        let terms = Terms { max_price: Some(dollars(most)), assume_price: assume.map(dollars) };
        for choice in route.plan(&quotes, &terms).unwrap_or_default() {
            let reserved = choice.dollars();
            prop_assert!(reserved.is_some_and(|price| price <= dollars(most)), "{:?}", choice.price);
            let stated = choice.offer.quote.price.is_some();
            prop_assert_eq!(choice.assumed.is_some(), !stated, "an assumed price shows as assumed");
        }
    }

    /// In the order of both, nobody beats anybody who comes earlier.
    #[test]
    fn both_puts_nobody_before_a_better_one(facts in facts()) {
        let providers = catalog(&facts);
        let mut quotes = VideoRequest::new("A cat.").quotes(&providers);
        quotes.sort(Order::Both);
        let worst = |amount: Option<Amount>| amount.map_or(i128::MAX, |amount| amount.trillionths);
        let worth = |one: &polyreel::Offer<'_>| (worst(one.dollars()), one.longest().unwrap_or(Duration::MAX));
        for (place, one) in quotes.able.iter().enumerate() {
            for later in &quotes.able[place + 1..] {
                let ((price, time), (other_price, other_time)) = (worth(one), worth(later));
                let is_better = other_price <= price && other_time <= time && (other_price, other_time) != (price, time);
                prop_assert!(!is_better, "{later:?} comes after {one:?}");
            }
        }
    }
}

/// What is written is read again as the same.
#[test]
fn routes_are_written_as_they_are_read() {
    for (text, route) in [
        ("cheapest", Some(Route::Cheapest)),
        ("fastest", Some(Route::Fastest)),
        ("soonest", Some(Route::Soonest)),
        ("cheapest-within=600", Some(Route::CheapestWithin(Duration::from_secs(600)))),
        (
            "a,b:m",
            Some(Route::Ordered(vec![
                Stop { provider: "a".to_owned(), model: None },
                Stop { provider: "b".to_owned(), model: Some("m".to_owned()) },
            ])),
        ),
        ("", None),
        ("a,", None),
        ("a:", None),
        (":m", None),
        ("cheapest-within=", None),
        ("cheapest-within=-1", None),
        ("slowest=1", None),
    ] {
        let read = text.parse::<Route>().ok();
        assert_eq!(read, route, "{text}");
        assert_eq!(route.map(|route| route.to_string()), read.map(|_| text.to_owned()));
    }
}

/// Why a route leads nowhere, in one line.
#[test]
fn a_route_that_leads_nowhere_says_why() {
    let facts = [vec![(Some((3, true)), Some(2))], vec![(None, Some(1))], vec![(Some((5, false)), None)]];
    let providers = catalog(&facts);
    let quotes = VideoRequest::new("A cat.").quotes(&providers);
    let capped = Terms { max_price: Some(dollars(2)), ..Terms::default() };
    let mut lines = Vec::new();
    for (route, terms) in [
        (Route::Cheapest, &capped),
        (Route::CheapestWithin(Duration::from_secs(1)), &Terms::default()),
        (Route::Provider("p0".to_owned()), &capped),
        (Route::Provider("p9".to_owned()), &capped),
    ] {
        lines.push(format!("{route}: {}", route.plan(&quotes, terms).unwrap_err()));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

/// A ceiling is reserved, and said to be one; a stated price stays what it is.
#[test]
fn a_ceiling_stands_in_for_an_unknown_price_alone() {
    let providers = catalog(&[vec![(None, Some(1))], vec![(Some((5, true)), Some(1))]]);
    let quotes = VideoRequest::new("A cat.").quotes(&providers);
    let terms = Terms { assume_price: Some(dollars(3)), ..Terms::default() };
    let way = Route::Cheapest.plan(&quotes, &terms).unwrap();
    let shown: Vec<_> =
        way.iter().map(|one| (one.price.as_ref().map(Money::to_string), one.assumed.is_some())).collect();
    assert_eq!(shown, [(Some("$0.03".to_owned()), true), (Some("$0.05".to_owned()), false)]);
}
