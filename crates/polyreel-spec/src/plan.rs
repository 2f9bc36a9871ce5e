//! Which create serves a request, and how its inputs are spelled there.

use crate::{Field, Input, Inputs, Model, Operation, Piece, Provider, Scalar, Term, Variant};

/// The create that serves some requests to a model.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'p> {
    /// Who.
    pub provider: &'p Provider,
    /// With what.
    pub model: &'p Model,
    /// The variant, unless it is the plain create.
    pub variant: Option<&'p Variant>,
}

impl<'p> Plan<'p> {
    /// The call.
    pub fn operation(&self) -> &'p Operation {
        self.variant.map_or(&self.provider.create, |variant| &variant.operation)
    }

    /// The definition of an input of the model: the variant's, or else the model's, or else the provider's.
    pub fn field(&self, name: &str) -> Option<&'p Field> {
        if !self.model.takes(name) {
            return None;
        }
        let named = |field: &&Field| field.name == name;
        let of_variant = self.variant.and_then(|variant| {
            variant.fields.iter().filter(|own| own.model == *self.model.key).map(|own| &own.field).find(named)
        });
        of_variant.or_else(|| self.model.fields.iter().find(named)).or_else(|| self.provider.fields.iter().find(named))
    }

    /// All inputs of the model, required ones first.
    pub fn fields(&self) -> impl Iterator<Item = &'p Field> {
        self.model.inputs().filter_map(|name| self.field(name))
    }

    /// Whether an input travels in the address, the query or a header, so that the body does not carry it.
    pub fn is_outside_the_body(&self, name: &str) -> bool {
        let operation = self.operation();
        let in_address = operation
            .address
            .pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Reference(held) | Piece::Reserved(held) if *held == name));
        let parameters = operation.query.iter().chain(&operation.headers).map(|parameter| &parameter.value);
        let constants = operation.body.iter().map(|constant| &constant.value);
        in_address || parameters.chain(constants).any(|term| matches!(term, Term::Reference(held) if *held == name))
    }

    /// Whether this plan serves exactly these inputs, given that no earlier one does.
    pub fn serves(&self, inputs: &Inputs) -> bool {
        self.variant.is_none_or(|variant| variant.serves(self.model, |name| inputs.contains_key(name)))
    }

    /// The value of an input, or the provider's default for it.
    pub fn effective(&self, inputs: &Inputs, name: &str) -> Option<Scalar> {
        match inputs.get(name) {
            Some(Input::Value(value)) => Some(value.clone()),
            Some(Input::Image(_)) => None,
            None => self.field(name)?.default.clone(),
        }
    }
}

impl Variant {
    /// Whether it serves requests to this model in which these inputs are given.
    pub fn serves(&self, model: &Model, is_given: impl Fn(&str) -> bool) -> bool {
        (self.models.is_empty() || self.models.contains(&model.key))
            && (self.with.is_empty() || self.with.iter().any(|name| is_given(name)))
    }
}

impl Provider {
    /// The create that serves these inputs: the first variant that applies, or the plain one.
    pub fn plan<'p>(&'p self, model: &'p Model, inputs: &Inputs) -> Plan<'p> {
        let variant = self.variants.iter().find(|variant| variant.serves(model, |name| inputs.contains_key(name)));
        Plan { provider: self, model, variant }
    }

    /// Every create that can serve some request to this model, in the order in which they are tried.
    pub fn plans<'p>(&'p self, model: &'p Model) -> Vec<Plan<'p>> {
        let mut plans = Vec::new();
        for variant in &self.variants {
            // A variant needs one of its inputs, which the model must take at all.
            if !variant.serves(model, |name| model.takes(name)) {
                continue;
            }
            plans.push(Plan { provider: self, model, variant: Some(variant) });
            if variant.serves(model, |name| model.requires(name)) {
                return plans;
            }
        }
        plans.push(Plan { provider: self, model, variant: None });
        plans
    }
}
