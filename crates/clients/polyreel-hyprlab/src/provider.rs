// @generated from providers/hyprlab.yaml by `cargo xtask codegen`; do not edit.
//! Everything that is known about `HyprLab`, as data. The runtime reads it; there is no other code.

use polyreel_runtime::spec::{
    Address, Allowed, Amount, Assumption, Auth, Condition, Constant, Encoding, ErrorRule, Errors, Field, FieldType,
    HttpPattern, ImageForm, ImageLimits, Kind, Latency, LatencyRow, Method, Model, Operation, Output, Path, Per, Piece,
    Plane, Price, PriceRow, Provider, ReplyShape, Saved, Scalar, Segment, Source, State, Status, StatusRule, Term,
    Words, list, text,
};

/// `HyprLab`, as `providers/hyprlab.yaml` describes it.
pub static PROVIDER: Provider = Provider {
    id: text("hyprlab"),
    name: text("HyprLab"),
    notes: None,
    base_url: text("https://api.hyprlab.io/v1"),
    auth: Auth::Bearer { env: text("HYPRLAB_API_KEY") },
    key_page: Some(text("https://docs.hyprlab.io")),
    sources: list![
        Source {
            key: text("kling2"),
            url: text("https://docs.hyprlab.io/browse-models/model-list/kling/kling-2"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("older"),
            url: text("https://docs.hyprlab.io/browse-models/model-list/kling-ai"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("studio"),
            url: text("https://github.com/HyprLabAI/hypr-studio"),
            checked: text("2026-11-20")
        }
    ],
    assumed: list![
        Assumption {
            place: text("models.kling-v2.family"),
            reason: text("the page says Kling 2; this is taken to be its only version, master")
        },
        Assumption {
            place: text("models.kling-v2.price"),
            reason: text("the page names a price and a 30% discount; the discount is taken to be in the price")
        },
        Assumption {
            place: text("poll.path"),
            reason: text("a client always uses the URL of the create reply; this is what it is taken to look like")
        },
        Assumption { place: text("errors.standard_http"), reason: text("no error codes are documented") }
    ],
    credits: list![],
    fields: list![
        Field {
            name: text("prompt"),
            kind: FieldType::Text,
            at: Path { segments: list![Segment::Key(text("prompt"))] },
            allowed: Allowed::Any,
            default: None,
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("What the film should show."))
        },
        Field {
            name: text("negative_prompt"),
            kind: FieldType::Text,
            at: Path { segments: list![Segment::Key(text("negative_prompt"))] },
            allowed: Allowed::Any,
            default: None,
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("What the film should not show."))
        },
        Field {
            name: text("duration"),
            kind: FieldType::Int,
            at: Path { segments: list![Segment::Key(text("duration"))] },
            allowed: Allowed::Values(list![Scalar::Int(5), Scalar::Int(10)]),
            default: Some(Scalar::Int(5)),
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("Length of the film in seconds."))
        },
        Field {
            name: text("cfg_scale"),
            kind: FieldType::Number,
            at: Path { segments: list![Segment::Key(text("cfg_scale"))] },
            allowed: Allowed::Range(0.0, 1.0),
            default: Some(Scalar::Number(0.5)),
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("How closely the film follows the prompt: low is free, high is close."))
        },
        Field {
            name: text("aspect_ratio"),
            kind: FieldType::Text,
            at: Path { segments: list![Segment::Key(text("aspect_ratio"))] },
            allowed: Allowed::Values(list![
                Scalar::Text(text("16:9")),
                Scalar::Text(text("1:1")),
                Scalar::Text(text("9:16"))
            ]),
            default: Some(Scalar::Text(text("16:9"))),
            ignored_with: list![text("start_image")],
            max_length: None,
            image: None,
            about: Some(text("Shape of the picture."))
        },
        Field {
            name: text("start_image"),
            kind: FieldType::Image,
            at: Path { segments: list![Segment::Key(text("start_image"))] },
            allowed: Allowed::Any,
            default: None,
            ignored_with: list![],
            max_length: None,
            image: Some(ImageLimits {
                accepts: list![ImageForm::Url, ImageForm::DataUri, ImageForm::Base64],
                media_types: list![],
                max_bytes: None,
                min_side: None
            }),
            about: Some(text("The first frame."))
        }
    ],
    models: list![Model {
        key: text("kling-v2"),
        id: text("kling-v2"),
        family: Some(text("kling-2.0-master")),
        about: Some(text("Kling 2.0 master, from a text or a first frame.")),
        required: list![text("prompt")],
        optional: list![
            text("negative_prompt"),
            text("duration"),
            text("cfg_scale"),
            text("aspect_ratio"),
            text("start_image")
        ],
        price: Some(Price {
            unit: text("USD"),
            per: Per::Video,
            by: list![text("duration")],
            table: list![
                PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 1_000_000_000_000 }) },
                PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 2_000_000_000_000 }) }
            ]
        }),
        latency: Some(Latency { by: list![], table: list![LatencyRow { when: list![], between: (180_000, 240_000) }] }),
        source: list![text("kling2")]
    }],
    create: Operation {
        method: Method::Post,
        address: Address { pieces: list![Piece::Literal(text("/video/generations"))] },
        url_from: None,
        body: list![Constant { at: Path { segments: list![Segment::Key(text("model"))] }, value: Term::Model }],
        encoding: Encoding::Json,
        every: None,
        reply: ReplyShape {
            ok: None,
            status: None,
            save: list![
                Saved { name: text("id"), at: list![Path { segments: list![Segment::Key(text("id"))] }] },
                Saved {
                    name: text("poll_url"),
                    at: list![Path {
                        segments: list![Segment::Key(text("data")), Segment::Index(0), Segment::Key(text("url"))]
                    }]
                }
            ],
            output: None,
            also: list![],
        },
    },
    poll: Operation {
        method: Method::Get,
        address: Address { pieces: list![Piece::Literal(text("/video/generations/")), Piece::Reference(text("id"))] },
        url_from: Some(text("poll_url")),
        body: list![],
        encoding: Encoding::Json,
        every: Some(5_000),
        reply: ReplyShape {
            ok: None,
            status: Some(Status {
                rules: list![
                    StatusRule {
                        state: State::Failed,
                        when: Condition {
                            http: list![],
                            at: None,
                            is: list![],
                            has: Some(Path { segments: list![Segment::Key(text("error"))] }),
                            lacks: None
                        },
                        kind: None
                    },
                    StatusRule {
                        state: State::Done,
                        when: Condition {
                            http: list![],
                            at: None,
                            is: list![],
                            has: Some(Path {
                                segments: list![
                                    Segment::Key(text("data")),
                                    Segment::Index(0),
                                    Segment::Key(text("url"))
                                ]
                            }),
                            lacks: None
                        },
                        kind: None
                    }
                ],
                at: Some(Path { segments: list![Segment::Key(text("status"))] }),
                words: list![
                    Words { state: State::Queued, words: list![Scalar::Text(text("pending"))] },
                    Words { state: State::Running, words: list![Scalar::Text(text("processing"))] },
                    Words { state: State::Failed, words: list![Scalar::Text(text("failed"))] }
                ],
            }),
            save: list![],
            output: Some(Output::Url(list![Path {
                segments: list![Segment::Key(text("data")), Segment::Index(0), Segment::Key(text("url"))]
            }])),
            also: list![],
        },
    },
    errors: Errors {
        reply: Plane {
            code: list![],
            message: list![
                Path { segments: list![Segment::Key(text("error")), Segment::Key(text("message"))] },
                Path { segments: list![Segment::Key(text("message"))] }
            ],
        },
        job: Plane {
            code: list![],
            message: list![
                Path { segments: list![Segment::Key(text("error")), Segment::Key(text("message"))] },
                Path { segments: list![Segment::Key(text("message"))] }
            ],
        },
        rules: list![
            ErrorRule {
                http: list![
                    HttpPattern::Code(400),
                    HttpPattern::Code(413),
                    HttpPattern::Code(415),
                    HttpPattern::Code(422)
                ],
                code: list![],
                message_has: None,
                kind: Kind::BadInput
            },
            ErrorRule {
                http: list![HttpPattern::Code(401), HttpPattern::Code(403)],
                code: list![],
                message_has: None,
                kind: Kind::Auth
            },
            ErrorRule { http: list![HttpPattern::Code(402)], code: list![], message_has: None, kind: Kind::Balance },
            ErrorRule { http: list![HttpPattern::Code(404)], code: list![], message_has: None, kind: Kind::NotFound },
            ErrorRule {
                http: list![HttpPattern::Code(408), HttpPattern::Code(504)],
                code: list![],
                message_has: None,
                kind: Kind::Timeout
            },
            ErrorRule { http: list![HttpPattern::Code(429)], code: list![], message_has: None, kind: Kind::RateLimit },
            ErrorRule { http: list![HttpPattern::Hundred(5)], code: list![], message_has: None, kind: Kind::Provider }
        ],
    },
};
