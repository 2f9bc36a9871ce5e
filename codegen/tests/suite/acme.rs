//! A provider built by hand, with something in every place where a provider file has text.

use polyreel_spec::{
    Address, Allowed, Amount, Assumption, Auth, CodePattern, Condition, Constant, Credit, Encoding, ErrorRule, Errors,
    Field, FieldType, HttpPattern, ImageForm, ImageLimits, Kind, Latency, LatencyRow, List, Method, Model, Operation,
    Output, Path, Per, Piece, Plane, Price, PriceRow, Provider, ReplyShape, Saved, Scalar, Segment, Side, Source,
    State, Status, StatusRule, Term, Text, Word, Words,
};

/// The provider without any malice.
pub(crate) fn harmless() -> Provider {
    Acme { text: &str::to_owned, name: &str::to_owned }.provider()
}

/// How the provider is spelled.
pub(crate) struct Acme<'a> {
    /// Everything that is shown or sent.
    pub(crate) text: &'a dyn Fn(&str) -> String,
    /// Everything that becomes a Rust name.
    pub(crate) name: &'a dyn Fn(&str) -> String,
}

impl Acme<'_> {
    /// The provider in this spelling.
    pub(crate) fn provider(&self) -> Provider {
        let source = Source {
            key: self.text("page"),
            url: self.text("https://acme.example/docs"),
            checked: self.text("2026-11-20"),
        };
        let assumed = [
            Assumption { place: "models".into(), reason: self.text("nobody says otherwise") },
            Assumption { place: self.text("poll.path"), reason: self.text("it is always so") },
        ];
        let worth = Amount { trillionths: 10_000_000_000 };
        Provider {
            id: "acme".into(),
            name: self.text("Acme Films"),
            notes: Some(self.text("Worth knowing.")),
            base_url: self.text("https://api.acme.example/v1"),
            auth: Auth::Bearer { env: self.text("ACME_API_KEY") },
            key_page: Some(self.text("https://acme.example/keys")),
            sources: one(source),
            assumed: assumed.to_vec().into(),
            credits: one(Credit { unit: self.text("credits"), worth, currency: self.text("USD") }),
            fields: self.fields(),
            models: vec![self.model("kling-v2", Some(self.price())), self.model("kling-2.1-i2v-hd", None)].into(),
            create: self.operation(Method::Post),
            poll: self.operation(Method::Get),
            errors: self.errors(),
        }
    }

    fn text(&self, plain: &str) -> Text {
        (self.text)(plain).into()
    }

    fn name(&self, plain: &str) -> Text {
        (self.name)(plain).into()
    }

    fn scalar(&self, plain: &str) -> Scalar {
        Scalar::Text(self.text(plain))
    }

    fn path(&self, plain: &str) -> Path {
        Path { segments: vec![Segment::Key(self.text(plain)), Segment::Index(0), Segment::Each].into() }
    }

    fn fields(&self) -> List<Field> {
        let ratios = ["16:9", "square", "high_definition"].map(|value| Scalar::Text(self.name(value)));
        let lengths = [(5, "_5s"), (10, "_10s")]
            .map(|(ours, theirs)| Word { ours: Scalar::Int(ours), theirs: self.scalar(theirs) });
        let limits = ImageLimits {
            accepts: vec![ImageForm::Url, ImageForm::File].into(),
            media_types: one(self.text("image/png")),
            max_bytes: Some(10_000_000),
            min_side: Some(300),
        };
        let any = |name, kind, default| self.field(name, kind, Allowed::Any, default);
        vec![
            any("prompt", FieldType::Text, Some(self.scalar("a cat"))),
            Field { image: Some(limits), ..any("start_image", FieldType::Image, None) },
            self.field("aspect_ratio", FieldType::Text, Allowed::Values(ratios.to_vec().into()), None),
            any("type", FieldType::Text, None),
            self.field("duration", FieldType::Int, Allowed::Words(lengths.to_vec().into()), Some(Scalar::Int(5))),
            self.field("cfg_scale", FieldType::Number, Allowed::Range(0.0, 1.0), Some(Scalar::Number(0.5))),
            any("audio", FieldType::Bool, Some(Scalar::Bool(false))),
        ]
        .into()
    }

    fn field(&self, name: &str, kind: FieldType, allowed: Allowed, default: Option<Scalar>) -> Field {
        Field {
            name: self.name(name),
            kind,
            at: self.path(name),
            allowed,
            default,
            ignored_with: one(self.name("prompt")),
            max_length: Some(2_500),
            image: None,
            about: Some(self.text("What it is for.")),
        }
    }

    fn model(&self, key: &str, price: Option<Price>) -> Model {
        let names = |names: &[&str]| names.iter().map(|name| self.name(name)).collect();
        let latency = LatencyRow { when: List::default(), between: (90_000, 120_000) };
        Model {
            key: self.name(key),
            id: self.text(key),
            family: Some(self.text("family")),
            about: Some(self.text("What it makes.")),
            required: names(&["prompt", "start_image", "aspect_ratio"]),
            optional: names(&["type", "duration", "cfg_scale", "audio"]),
            price,
            latency: Some(Latency { by: List::default(), table: one(latency) }),
            source: one(self.text("page")),
        }
    }

    fn price(&self) -> Price {
        let amount = Some(Amount { trillionths: 315_000_000_000 });
        let rows = [
            PriceRow { when: one(self.scalar("16:9")), amount },
            PriceRow { when: one(self.scalar("square")), amount: None },
        ];
        Price {
            unit: self.text("credits"),
            per: Per::Second,
            by: one(self.name("aspect_ratio")),
            table: rows.to_vec().into(),
        }
    }

    fn operation(&self, method: Method) -> Operation {
        let pieces = [Piece::Literal(self.text("/films/")), Piece::Reference(self.text("id"))];
        let body = [
            Constant { at: self.path("model"), value: Term::Model },
            Constant { at: self.path("mode"), value: Term::Constant(self.scalar("pro")) },
        ];
        Operation {
            method,
            address: Address { pieces: pieces.to_vec().into() },
            url_from: Some(self.text("poll_url")),
            body: body.to_vec().into(),
            encoding: Encoding::Multipart,
            every: Some(5_000),
            reply: self.reply(),
        }
    }

    fn reply(&self) -> ReplyShape {
        let rule = StatusRule { state: State::Failed, when: self.condition(), kind: Some(Kind::Content) };
        let words = Words { state: State::Done, words: vec![self.scalar("done"), Scalar::Int(99)].into() };
        ReplyShape {
            ok: Some(self.condition()),
            status: Some(Status { rules: one(rule), at: Some(self.path("status")), words: one(words) }),
            save: one(Saved { name: self.text("id"), at: one(self.path("id")) }),
            output: Some(Output::Url(one(self.path("url")))),
            also: one(Side { name: self.text("cover"), at: self.path("cover") }),
        }
    }

    fn condition(&self) -> Condition {
        Condition {
            http: one(HttpPattern::Hundred(5)),
            at: Some(self.path("state")),
            is: one(self.scalar("broken")),
            has: Some(self.path("error")),
            lacks: Some(self.path("url")),
        }
    }

    fn errors(&self) -> Errors {
        let plane = || Plane { code: one(self.path("code")), message: one(self.path("message")) };
        let codes = [CodePattern::Prefix(self.text("BILLING_")), CodePattern::Code(Scalar::Int(-10_001))];
        let rule = ErrorRule {
            http: one(HttpPattern::Code(404)),
            code: codes.to_vec().into(),
            message_has: Some(self.text("not found")),
            kind: Kind::NotFound,
        };
        Errors { reply: plane(), job: plane(), rules: one(rule) }
    }
}

fn one<T: Clone>(item: T) -> List<T> {
    vec![item].into()
}
