//! What is said about models is what the checks, the quotes and the times of requests go by.

use polyreel::capabilities::{PriceRow, TakenInput};
use polyreel::{Image, ModelCapabilities, ProviderCapabilities};
use polyreel_spec::{FieldType, Input, Inputs, Model, Per, Provider, Scalar};

use crate::support::all_specs;

fn each_model(check: impl Fn(&Provider, &Model, &ModelCapabilities<'_>)) {
    for provider in all_specs() {
        for (model, said) in provider.models.iter().zip(ModelCapabilities::of_all(&provider)) {
            assert_eq!((said.provider, said.model), (&*provider.id, &*model.key));
            check(&provider, model, &said);
        }
    }
}

/// A value of this kind, to give an input together with others.
fn any(kind: FieldType) -> Input {
    match kind {
        FieldType::Text => "x".into(),
        FieldType::Int | FieldType::Number => 1.into(),
        FieldType::Bool => true.into(),
        FieldType::Image => Image::url("https://example.com/a.png").into(),
    }
}

/// The rules that this value breaks where the entry holds.
fn broken(
    provider: &Provider,
    model: &Model,
    said: &[TakenInput<'_>],
    input: &TakenInput<'_>,
    value: Input,
) -> Vec<&'static str> {
    let kind_of = |name: &str| said.iter().find(|other| other.name == name).unwrap().kind;
    let mut inputs: Inputs =
        input.when_given.first().into_iter().map(|name| ((*name).to_owned(), any(kind_of(name)))).collect();
    inputs.insert(input.name.to_owned(), value);
    let violations = provider.check(model, &inputs, &polyreel::probe);
    violations.iter().filter(|found| found.field == input.name).map(|found| found.rule).collect()
}

#[test]
fn inputs_are_what_is_checked() {
    let mut entries_of_variants = 0;
    each_model(|_, model, said| {
        let names: Vec<_> = said.inputs.iter().map(|input| input.name).collect();
        assert!(model.inputs().all(|name| names.contains(&name)), "{}: {names:?}", model.key);
    });
    for provider in all_specs() {
        for model in &provider.models {
            let said = ModelCapabilities::of(&provider, model);
            for input in &said.inputs {
                entries_of_variants += usize::from(!input.when_given.is_empty());
                assert_eq!(input.required, model.requires(input.name));
                let broken = |value: Input| broken(&provider, model, &said.inputs, input, value);
                let what = format!("{} {} {}", provider.id, model.key, input.name);
                for value in input.values.iter().flatten() {
                    let rules = broken((*value).clone().into());
                    assert!(!rules.contains(&"values") && !rules.contains(&"type"), "{what}: {value}: {rules:?}");
                }
                if input.values.is_some() && input.kind == FieldType::Int {
                    assert!(broken(987_654.into()).contains(&"values"), "{what}");
                }
                if let Some((least, greatest)) = input.range {
                    assert!(
                        !broken(least.into()).contains(&"range") && !broken(greatest.into()).contains(&"range"),
                        "{what}"
                    );
                    assert!(
                        broken((greatest + 1.0).into()).contains(&"range") || input.kind == FieldType::Int,
                        "{what}"
                    );
                }
                if let Some(most) = input.max_length {
                    let text = |length: u32| Input::from("x".repeat(length as usize));
                    assert!(!broken(text(most)).contains(&"max_length"), "{what}");
                    assert!(broken(text(most + 1)).contains(&"max_length"), "{what}");
                }
                if let Some(image) = &input.image {
                    let takes_urls = image.accepts.iter().any(|form| form.name() == "url");
                    assert_eq!(broken(any(FieldType::Image)).contains(&"accepts"), !takes_urls, "{what}");
                }
            }
        }
    }
    assert!(entries_of_variants > 0, "no provider has an input that a variant changes");
}

#[test]
fn prices_and_times_are_what_is_quoted() {
    let inputs = |when: &std::collections::BTreeMap<&str, &Scalar>| -> Inputs {
        when.iter().map(|(name, value)| ((*name).to_owned(), (*value).clone().into())).collect()
    };
    let quoted = |provider: &Provider, model: &Model, row: &PriceRow<'_>, per: Per| {
        let mut inputs = inputs(&row.when);
        if per == Per::Second {
            inputs.insert("duration".to_owned(), 1.into());
        }
        provider.quote(model, &inputs)
    };
    let (mut known, mut unknown) = (0, 0);
    for provider in all_specs() {
        for model in &provider.models {
            let said = ModelCapabilities::of(&provider, model);
            let rows = said.price.iter().flat_map(|price| price.rows.iter().map(move |row| (price, row)));
            for (price, row) in rows {
                // A second is asked for, unless the length is what the price depends on.
                if price.per == Per::Second && row.when.contains_key("duration") {
                    continue;
                }
                let quote = quoted(&provider, model, row, price.per);
                assert_eq!(
                    row.price.clone().map(|price| price.to_string()),
                    quote.price.map(|price| price.to_string())
                );
                assert_eq!(price.assumed, quote.assumed.as_deref());
                // Unknown is null for programs, too, and never 0.
                let json = serde_json::to_value(row).unwrap();
                assert_eq!(json["amount"].is_null(), row.amount.is_none());
                assert_ne!(json["amount"], "0");
                if row.amount.is_some() { known += 1 } else { unknown += 1 }
            }
            for row in said.latency.iter().flat_map(|latency| &latency.rows) {
                assert_eq!(provider.latency(model, &inputs(&row.when)), Some((row.shortest_ms, row.longest_ms)));
            }
        }
    }
    assert!(known > 10 && unknown > 0, "{known} known, {unknown} unknown");
}

/// One key may begin like another, `kling-v2` and `kling-v2.1-pro`.
#[test]
fn an_assumption_is_about_one_model() {
    for provider in all_specs() {
        let of_models = provider.assumed.iter().filter(|mark| mark.place.starts_with("models.")).count();
        let said: Vec<_> = ModelCapabilities::of_all(&provider).into_iter().flat_map(|model| model.assumed).collect();
        assert_eq!(said.len(), of_models, "{}: {said:?}", provider.id);
        assert_eq!(ProviderCapabilities::from(&provider).assumed.len(), provider.assumed.len());
    }
}

#[test]
fn the_json_of_a_model() {
    let provider = crate::support::provider("ai302");
    let said = ModelCapabilities::of(&provider, &provider.models[1]);
    insta::assert_snapshot!(serde_json::to_string_pretty(&said).unwrap());
    insta::assert_snapshot!(serde_json::to_string_pretty(&ProviderCapabilities::from(&provider)).unwrap());
}
