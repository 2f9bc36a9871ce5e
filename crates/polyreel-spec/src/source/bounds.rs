//! How much a file may hold, so that reading it takes no longer than a moment, whatever it says.
//!
//! Rules compare things with each other, so their work grows faster than the file. It is estimated from what the file
//! lists before any of it is done.

use std::ops::Range;

use super::node::{Node, Tree};
use super::reading::Context;
use super::written::{Model, Spec};
use crate::{Operation, Path, Provider, Segment};

/// The largest file that is read, in bytes: more than a hundred times the largest that is known.
pub const LARGEST_FILE: usize = 1024 * 1024;

/// The most entries of a list or mapping: ten times the longest that is known.
const ENTRIES: usize = 500;

/// The longest text, in bytes.
const TEXT: usize = 4000;

/// The most comparisons: some hundred times what the largest known file takes.
const WORK: u64 = 100_000_000;

/// Reports lists, mappings and texts that are too long.
pub(super) fn check(node: &Node, context: &mut Context<'_>) {
    let mut long = |count: usize, most: usize, what: &str| {
        if count > most {
            context.problem("S013", &node.span, format!("{count} {what} are too many: at most {most} are read"));
        }
    };
    match &node.tree {
        Tree::Text(text) => long(text.len(), TEXT, "bytes of text"),
        Tree::List(items) => long(items.len(), ENTRIES, "entries"),
        Tree::Map(entries) => long(entries.len(), ENTRIES, "entries"),
        _ => {}
    }
    match &node.tree {
        Tree::List(items) => items.iter().for_each(|item| check(item, context)),
        Tree::Map(entries) => entries.iter().for_each(|(key, value)| {
            check(key, context);
            check(value, context);
        }),
        _ => {}
    }
}

impl Context<'_> {
    /// Whether so much more work can be done; that it cannot is reported once.
    pub(super) fn affords(&mut self, work: u64, what: &str, at: &Range<usize>) -> bool {
        let was_enough = self.work > WORK;
        self.work = self.work.saturating_add(work);
        if self.work > WORK && !was_enough {
            let hint = "leave out what nobody needs, or make two providers of it";
            self.problem_with_hint("S013", at, format!("{what} combine in more ways than can be checked"), hint);
        }
        self.work <= WORK
    }
}

/// A product or sum that no file makes overflow.
fn product(factors: &[u64]) -> u64 {
    factors.iter().fold(1, |product, factor| product.saturating_mul(*factor))
}

fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn many<T>(many: Option<&Vec<T>>) -> u64 {
    many.map_or(0, |many| size(many.len()))
}

/// Whether what can be asked for can be checked: every input of every model in every create.
pub(super) fn requests(spec: &Spec, context: &mut Context<'_>) -> bool {
    let (Some(fields), Some(models)) = (spec.fields.as_ref(), spec.models.as_ref()) else { return true };
    let create = spec.create.as_ref();
    let variants = create.and_then(|create| create.variants.as_deref()).map(Vec::as_slice).unwrap_or_default();
    let changed = models.iter().filter_map(|(_, model)| model.changes.as_deref());
    let changed = changed.chain(variants.iter().filter_map(|variant| variant.changes.as_deref()));
    let all = || changed.clone().flatten().chain(fields.iter()).map(|(_, field)| field);
    let values = all().map(|field| {
        let words = field.words.as_deref().map_or(0, super::containers::Nested::len);
        many(field.values.as_deref()).max(size(words))
    });
    let values = values.max().unwrap_or(0);
    let company = all().map(|field| {
        let lists = [&field.not_with, &field.needs, &field.ignored_with];
        lists.into_iter().map(|list| many(list.as_deref())).sum::<u64>()
    });
    let company = company.sum::<u64>();
    let required = |model: &Model| many(model.required.as_ref().map(|required| &required.value));
    let inputs = models.iter().map(|(_, model)| required(model) + many(model.optional.as_deref())).max().unwrap_or(0);
    let required = models.iter().map(|(_, model)| required(model)).max().unwrap_or(0);
    let with = variants.iter().map(|variant| 1 + many(variant.with.as_deref()) + many(variant.models.as_deref()));
    let with = with.sum::<u64>();
    let constants = models.iter().map(|(_, model)| many(model.body.as_deref())).max().unwrap_or(0);
    let of_creates = variants.iter().map(|variant| {
        [many(variant.body.as_deref()), many(variant.query.as_deref()), many(variant.headers.as_deref())]
    });
    let of_create = create
        .map(|create| [many(create.body.as_deref()), many(create.query.as_deref()), many(create.headers.as_deref())]);
    let constants = constants + of_creates.chain(of_create).map(|lists| lists.iter().sum()).max().unwrap_or(0);

    let (fields, models, variants) = (size(fields.len()), size(models.len()), size(variants.len()));
    let plans = product(&[models, variants + 1]);
    // A field of a plan is looked for among those that each variant changes for each model.
    let lookup = inputs + fields + models + product(&[models, inputs, variants.min(1)]) / 8 + values + 1;
    let places = inputs + constants;
    let work = [
        product(&[plans, fields + places, lookup]),
        product(&[plans, inputs, 1 + required + company.min(inputs), lookup.saturating_add(company)]),
        product(&[plans, places, places]),
        product(&[plans, plans]),
        product(&[models, with, inputs + with]),
    ];
    let at = spec.models.as_ref().map_or(0..0, |models| models.span.clone());
    context.affords(work.into_iter().fold(0, u64::saturating_add), "models, variants and inputs", &at)
}

/// Whether the rules for errors can be checked against each other.
pub(super) fn errors(spec: &Spec, provider: &Provider, context: &mut Context<'_>) -> bool {
    let rules = &provider.errors.rules;
    let patterns: u64 = rules.iter().map(|rule| size(rule.http.len() + rule.code.len() + 1)).sum();
    let texts: u64 = rules.iter().filter_map(|rule| rule.message_has.as_ref()).map(|text| size(text.len()) / 8).sum();
    let work = product(&[patterns, patterns, 4]).saturating_add(product(&[size(rules.len()), texts]));
    let at = spec.errors.as_ref().map_or(0..0, |errors| errors.span.clone());
    context.affords(work, "the rules for errors", &at)
}

/// Whether everything that an answer can say can be written out and read again.
pub(super) fn answers(
    provider: &Provider,
    operation: &Operation,
    at: &Range<usize>,
    context: &mut Context<'_>,
) -> bool {
    let reply = &operation.reply;
    let one = |count: usize| size(count.max(1));
    let (mut ways, mut sought, mut twice) = (1, 0, 0);
    if let Some(status) = &reply.status {
        for rule in &status.rules {
            ways += product(&[one(rule.when.http.len()), one(rule.when.is.len())]);
            sought += one(rule.when.is.len());
            twice += product(&[size(rule.when.http.len()), size(rule.when.http.len())]);
        }
        let words: u64 = status.words.iter().map(|words| size(words.words.len())).sum();
        (ways, sought) = (ways + words, sought + words);
    }
    sought += reply.ok.as_ref().map_or(0, |ok| size(ok.is.len()));
    let films = reply.output.as_ref().map_or(0, |output| size(output.url.len())) + 3;
    let numbers = size(reply.also.iter().filter(|side| side.place.text.is_some()).count());
    let sides = product(&[2, size(reply.also.len())]) + product(&[numbers, sought.min(1000)]) + 2;
    let errors = &provider.errors;
    let codes: u64 = errors.rules.iter().map(|rule| size(rule.code.len())).sum::<u64>() + 2;
    let messages = size(errors.job.message.len());
    let carried = [product(&[films, sides]), product(&[codes, sought + 2, messages + 1]), 110];
    let carried = carried.into_iter().fold(0, u64::saturating_add);
    let parts = size(reply.save.len() + reply.also.len() + errors.job.code.len()) + films + messages + 4;
    // What a list holds at its 9999th place is found among as many.
    let elements = paths(provider, operation).flat_map(|path| &path.segments).map(|segment| match segment {
        Segment::Index(index) => size(*index) / 8,
        _ => 0,
    });
    let elements = 1 + elements.max().unwrap_or(0);
    let exchange = product(&[parts + sought, elements]).saturating_add(product(&[sides.min(parts), parts]));
    let work = [
        product(&[ways, carried, exchange]),
        product(&[1 + numbers, 1000, sought, elements]),
        product(&[parts, parts, films]),
        product(&[codes, sought, messages, sought]),
        twice,
    ];
    context.affords(work.into_iter().fold(0, u64::saturating_add), "the states, words and values of this answer", at)
}

/// Places that have to do with an answer.
fn paths<'p>(provider: &'p Provider, operation: &'p Operation) -> impl Iterator<Item = &'p Path> {
    let reply = &operation.reply;
    let rules = reply.status.iter().flat_map(|status| &status.rules).map(|rule| &rule.when).chain(&reply.ok);
    let conditions = rules.flat_map(|when| when.at.iter().chain(&when.has).chain(&when.lacks));
    let saved = reply.save.iter().flat_map(|saved| &saved.at);
    let films = reply.output.iter().flat_map(|output| output.url.iter().chain(&output.base64));
    let sides = reply.also.iter().map(|side| &side.place.at);
    let job = provider.errors.job.code.iter().chain(&provider.errors.job.message);
    let word = reply.status.iter().filter_map(|status| status.at.as_ref());
    conditions.chain(saved).chain(films).chain(sides).chain(job).chain(word)
}
