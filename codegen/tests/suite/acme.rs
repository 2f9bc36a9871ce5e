//! Providers built by hand, with something in every place where a provider file has text.

use polyreel_spec::{
    Address, Allowed, Amount, Assumption, Auth, Constant, Credit, Excess, Field, FieldType, ImageForm, ImageLimits,
    Latency, LatencyRow, Limits, List, Model, ModelField, Parameter, Path, Per, Piece, Price, PriceRow, Provider,
    Region, Retention, Scalar, Segment, Source, Tag, Term, Text, Variant, Verify, Word,
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
        self.with("acme", Auth::Bearer { env: self.text("ACME_API_KEY") }, self.hmac())
    }

    /// One provider for each way to show who pays, and each way to sign a callback. The first has all there is.
    pub(crate) fn providers(&self) -> Vec<Provider> {
        let env = || self.text("ACME_KEY");
        let few = |id, auth, verify| Provider {
            models: one(self.model("kling-v2", None)),
            variants: List::default(),
            poll: None,
            result: None,
            download: None,
            cancel: None,
            find: None,
            balance: None,
            upload: None,
            ..self.with(id, auth, verify)
        };
        let pair = |id| {
            let secret_env = self.text("ACME_SECRET");
            let auth = Auth::JwtHs256 { key_env: env(), secret_env, lifetime: 1_800_000, not_before: 5_000 };
            few(id, auth, Verify::EchoSecret { header: self.text("X-Secret"), env: env() })
        };
        let header = Auth::Header { name: self.text("X-Key"), prefix: self.text("Key "), env: env() };
        let query = Auth::Query { name: self.text("key"), env: env() };
        let jwks = Verify::Ed25519Jwks { jwks: self.text("https://acme.example/jwks") };
        vec![
            self.provider(),
            few("header", header, Verify::StandardWebhooks { secret_env: env() }),
            Provider { base_url: None, ..few("query", query, jwks) },
            pair("pair"),
            Provider { base_url: None, ..pair("pairdialect") },
        ]
    }

    fn with(&self, id: &str, auth: Auth, verify: Verify) -> Provider {
        let source = Source {
            key: self.text("page"),
            url: self.text("https://acme.example/docs"),
            checked: self.text("2026-11-20"),
        };
        let region = Region { name: self.text("China"), base_url: self.text("https://api.acme.example.cn/v1") };
        let worth = Amount { trillionths: 10_000_000_000 };
        Provider {
            id: id.into(),
            aliases: [self.text("a.c.me"), self.text("acme!")].to_vec().into(),
            name: self.text("Acme Films"),
            notes: Some(self.text("Worth knowing.")),
            base_url: Some(self.text("https://api.acme.example/v1")),
            regions: one(region),
            auth,
            key_page: Some(self.text("https://acme.example/keys")),
            headers: one(Parameter { name: self.text("x-version"), value: Term::Constant(self.scalar("2")) }),
            sources: one(source),
            assumed: self.assumed(),
            credits: one(Credit { unit: self.text("credits"), worth, currency: self.text("USD") }),
            limits: Limits { requests_per_minute: Some(60), concurrent: Some(10), excess: Some(Excess::Refused) },
            retention: Retention { job: Some(3_600_000), output: Some(604_800_000) },
            fields: self.fields(),
            models: vec![self.model("kling-v2", Some(self.price())), self.model("kling-2.1-i2v-hd", None)].into(),
            create: self.operation(),
            variants: one(self.variant()),
            poll: Some(self.operation()),
            result: Some(self.operation()),
            download: Some(self.download()),
            cancel: Some(self.cancel()),
            find: Some(self.operation()),
            balance: Some(self.balance()),
            upload: Some(self.upload()),
            webhook: Some(self.webhook(verify)),
            errors: self.errors(),
        }
    }

    pub(crate) fn text(&self, plain: &str) -> Text {
        (self.text)(plain).into()
    }

    pub(crate) fn name(&self, plain: &str) -> Text {
        (self.name)(plain).into()
    }

    pub(crate) fn scalar(&self, plain: &str) -> Scalar {
        Scalar::Text(self.text(plain))
    }

    /// A path with every kind of step.
    pub(crate) fn path(&self, plain: &str) -> Path {
        let tag = Tag { key: self.text("type"), value: self.text("video") };
        let key = Segment::Key(self.text(plain));
        let header = Segment::Header(self.text("x-cost"));
        Path {
            segments: vec![key, Segment::Index(0), Segment::Each, Segment::Select(one(tag)), Segment::Json, header]
                .into(),
        }
    }

    pub(crate) fn address(&self) -> Address {
        let pieces = [
            Piece::Literal(self.text("/films/")),
            Piece::Reference(self.text("id")),
            Piece::Reserved(self.text("create_path")),
        ];
        Address { pieces: pieces.to_vec().into() }
    }

    fn assumed(&self) -> List<Assumption> {
        let mark = |place: String, reason: &str| Assumption { place: place.into(), reason: self.text(reason) };
        vec![
            mark("models".to_owned(), "nobody says otherwise."),
            mark(format!("models.{}.id", self.name("kling-v2")), "the name of a sister"),
            mark(format!("models.{}.price.table", self.name("kling-v2")), "the sum of its parts"),
            mark(format!("models.{}.override.{}", self.name("kling-v2"), self.name("duration")), "as at a sister"),
            mark(format!("fields.{}.default", self.name("cfg_scale")), "the usual one"),
            mark("limits".to_owned(), "the free plan"),
            mark(format!("credits.{}.worth", self.text("credits")), "as in the terms"),
            Assumption { place: self.text("poll.path"), reason: self.text("it is always so") },
        ]
        .into()
    }

    fn fields(&self) -> List<Field> {
        let lengths = [(5, "_5s"), (10, "_10s")]
            .map(|(ours, theirs)| Word { ours: Scalar::Int(ours), theirs: self.scalar(theirs) });
        let limits = ImageLimits {
            accepts: vec![ImageForm::Url, ImageForm::File].into(),
            media_types: one(self.text("image/png")),
            max_bytes: Some(10_000_000),
            min_side: Some(300),
            media_type_at: Some(self.path("media_type")),
            int: true,
        };
        let any = |name, kind, default| self.field(name, kind, Allowed::Any, default);
        vec![
            any("prompt", FieldType::Text, Some(self.scalar("a cat"))),
            Field { image: Some(limits), ..any("start_image", FieldType::Image, None) },
            self.field("aspect_ratio", FieldType::Text, self.ratios(&["16:9", "square", "high_definition"]), None),
            any("type", FieldType::Text, None),
            self.field("duration", FieldType::Int, Allowed::Words(lengths.to_vec().into()), Some(Scalar::Int(5))),
            self.field("cfg_scale", FieldType::Number, Allowed::Range(0.0, 1.0), Some(Scalar::Number(0.5))),
            any("audio", FieldType::Bool, Some(Scalar::Bool(false))),
        ]
        .into()
    }

    fn ratios(&self, values: &[&str]) -> Allowed {
        Allowed::Values(values.iter().map(|value| Scalar::Text(self.name(value))).collect())
    }

    fn field(&self, name: &str, kind: FieldType, allowed: Allowed, default: Option<Scalar>) -> Field {
        Field {
            name: self.name(name),
            kind,
            at: self.path(name),
            allowed,
            default,
            text_form: Some(self.text_form()),
            not_with: one(self.name("type")),
            needs: one(self.name("duration")),
            ignored_with: one(self.name("prompt")),
            max_length: Some(2_500),
            image: None,
            about: Some(self.text("What it is for.")),
        }
    }

    fn model(&self, key: &str, price: Option<Price>) -> Model {
        let names = |names: &[&str]| names.iter().map(|name| self.name(name)).collect();
        let latency = LatencyRow { when: List::default(), between: (90_000, 120_000) };
        let lengths = Allowed::Values(vec![Scalar::Int(6), Scalar::Int(8)].into());
        Model {
            key: self.name(key),
            id: self.text(key),
            family: Some(self.text("family")),
            about: Some(self.text("What it makes.")),
            required: names(&["prompt", "start_image", "aspect_ratio"]),
            optional: names(&["type", "duration", "cfg_scale", "audio"]),
            fields: one(self.field("duration", FieldType::Int, lengths, None)),
            body: one(Constant { at: self.path("mode"), value: Term::Constant(self.scalar("pro")) }),
            by_name_only: true,
            price,
            latency: Some(Latency { by: List::default(), table: one(latency) }),
            source: one(self.text("page")),
        }
    }

    fn price(&self) -> Price {
        let amount = Some(Amount { trillionths: 315_000_000_000 });
        let rows = [
            PriceRow { when: one(Scalar::Text(self.name("16:9"))), amount },
            PriceRow { when: one(Scalar::Text(self.name("square"))), amount: None },
        ];
        Price {
            unit: self.text("credits"),
            per: Per::Second,
            by: one(self.name("aspect_ratio")),
            table: rows.to_vec().into(),
        }
    }

    /// With a `type`, other ratios are allowed, and any length.
    fn variant(&self) -> Variant {
        let model = self.name("kling-v2");
        let ratios = self.ratios(&["1:1", "16:9"]);
        let fields = [
            self.field("aspect_ratio", FieldType::Text, ratios, None),
            self.field("duration", FieldType::Int, Allowed::Any, None),
        ];
        Variant {
            with: vec![self.name("type"), self.name("audio"), self.name("unheard_of")].into(),
            models: one(model.clone()),
            operation: self.operation(),
            fields: fields.map(|field| ModelField { model: model.clone(), field }).to_vec().into(),
        }
    }
}

pub(crate) fn one<T: Clone>(item: T) -> List<T> {
    vec![item].into()
}
