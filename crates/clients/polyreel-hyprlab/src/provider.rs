// @generated from providers/hyprlab.yaml by `cargo xtask codegen`; do not edit.
//! Everything that is known about `HyprLab`, as data. The runtime reads it; there is no other code.

use polyreel_runtime::spec::{
    Address, Allowed, Amount, Assumption, Auth, Condition, Constant, Encoding, ErrorRule, Errors, Field, FieldType,
    HttpPattern, ImageForm, ImageLimits, Kind, Latency, LatencyRow, Limits, Method, Model, Operation, Output, Pace,
    Path, Per, Piece, Plane, Price, PriceRow, Provider, ReplyShape, Retention, Saved, Scalar, Segment, Source, State,
    Status, StatusRule, Term, Words, list, text,
};

/// `HyprLab`, as `providers/hyprlab.yaml` describes it.
pub static PROVIDER: Provider = Provider {
    id: text("hyprlab"),
    aliases: list![],
    name: text("HyprLab"),
    notes: None,
    base_url: Some(text("https://api.hyprlab.io/v1")),
    regions: list![],
    auth: Auth::Bearer { env: text("HYPRLAB_API_KEY") },
    key_page: Some(text("https://docs.hyprlab.io")),
    headers: list![],
    sources: list![
        Source {
            key: text("kling2"),
            url: text("https://docs.hyprlab.io/browse-models/model-list/kling/kling-2"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("kling21"),
            url: text("https://docs.hyprlab.io/browse-models/model-list/kling/kling-2.1"),
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
            place: text("models.kling-v2.1-pro.price"),
            reason: text("the page names a price and a 30% discount; the discount is taken to be in the price")
        },
        Assumption {
            place: text("models.kling-v2.1-standard.price"),
            reason: text("the page names a price and a 30% discount; the discount is taken to be in the price")
        },
        Assumption {
            place: text("poll.path"),
            reason: text("a client always uses the URL of the create reply; this is what it is taken to look like")
        },
        Assumption { place: text("errors.standard_http"), reason: text("no error codes are documented") }
    ],
    credits: list![],
    limits: Limits { requests_per_minute: None, concurrent: None, excess: None },
    retention: Retention { job: None, output: None },
    fields: list![
        Field {
            name: text("prompt"),
            kind: FieldType::Text,
            at: Path { segments: list![Segment::Key(text("prompt"))] },
            allowed: Allowed::Any,
            default: None,
            text_form: None,
            not_with: list![],
            needs: list![],
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
            text_form: None,
            not_with: list![],
            needs: list![],
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
            text_form: None,
            not_with: list![],
            needs: list![],
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
            text_form: None,
            not_with: list![],
            needs: list![],
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
            text_form: None,
            not_with: list![],
            needs: list![],
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
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: Some(ImageLimits {
                accepts: list![ImageForm::Url, ImageForm::DataUri, ImageForm::Base64],
                media_types: list![],
                max_bytes: None,
                min_side: None,
                media_type_at: None,
                int: false
            }),
            about: Some(text("The first frame."))
        }
    ],
    models: list![
        Model {
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
            fields: list![],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![text("duration")],
                table: list![
                    PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 1_000_000_000_000 }) },
                    PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 2_000_000_000_000 }) }
                ]
            }),
            latency: Some(Latency {
                by: list![],
                table: list![LatencyRow { when: list![], between: (180_000, 240_000) }]
            }),
            source: list![text("kling2")]
        },
        Model {
            key: text("kling-v2.1-pro"),
            id: text("kling-v2.1-pro"),
            family: Some(text("kling-2.1-pro")),
            about: Some(text("Kling 2.1 pro, from a first frame.")),
            required: list![text("prompt"), text("start_image")],
            optional: list![text("negative_prompt"), text("duration")],
            fields: list![],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![text("duration")],
                table: list![
                    PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 315_000_000_000 }) },
                    PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 630_000_000_000 }) }
                ]
            }),
            latency: Some(Latency {
                by: list![],
                table: list![LatencyRow { when: list![], between: (180_000, 240_000) }]
            }),
            source: list![text("kling21")]
        },
        Model {
            key: text("kling-v2.1-standard"),
            id: text("kling-v2.1-standard"),
            family: Some(text("kling-2.1-standard")),
            about: Some(text("Kling 2.1 standard, from a first frame.")),
            required: list![text("prompt"), text("start_image")],
            optional: list![text("negative_prompt"), text("duration")],
            fields: list![],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![text("duration")],
                table: list![
                    PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 175_000_000_000 }) },
                    PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 350_000_000_000 }) }
                ]
            }),
            latency: Some(Latency {
                by: list![],
                table: list![LatencyRow { when: list![], between: (180_000, 240_000) }]
            }),
            source: list![text("kling21")]
        }
    ],
    create: Operation {
        method: Method::Post,
        address: Address { pieces: list![Piece::Literal(text("/video/generations"))] },
        url_from: None,
        query: list![],
        headers: list![],
        body: list![Constant {
            at: Path { segments: list![Segment::Key(text("model"))] },
            value: Term::Reference(text("model"))
        }],
        encoding: Encoding::Json,
        pace: Pace { every: None, at_least: None, every_from: None },
        reply: ReplyShape {
            ok: None,
            status: None,
            save: list![
                Saved { name: text("id"), at: list![Path { segments: list![Segment::Key(text("id"))] }], int: false },
                Saved {
                    name: text("poll_url"),
                    at: list![Path {
                        segments: list![Segment::Key(text("data")), Segment::Index(0), Segment::Key(text("url"))]
                    }],
                    int: false
                }
            ],
            output: None,
            also: list![],
            queue_position: None,
            progress: None,
        },
    },
    variants: list![],
    poll: Some(Operation {
        method: Method::Get,
        address: Address { pieces: list![Piece::Literal(text("/video/generations/")), Piece::Reference(text("id"))] },
        url_from: Some(text("poll_url")),
        query: list![],
        headers: list![],
        body: list![],
        encoding: Encoding::Json,
        pace: Pace { every: Some(5_000), at_least: None, every_from: None },
        reply: ReplyShape {
            ok: None,
            status: Some(Status {
                rules: list![
                    StatusRule {
                        state: State::Failed,
                        when: Condition {
                            http: list![],
                            content_type: None,
                            at: None,
                            is: list![],
                            has: Some(Path { segments: list![Segment::Key(text("error"))] }),
                            lacks: None
                        },
                        kind: None,
                        billed: None
                    },
                    StatusRule {
                        state: State::Done,
                        when: Condition {
                            http: list![],
                            content_type: None,
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
                        kind: None,
                        billed: None
                    }
                ],
                at: Some(Path { segments: list![Segment::Key(text("status"))] }),
                words: list![
                    Words { state: State::Queued, words: list![Scalar::Text(text("pending"))] },
                    Words { state: State::Running, words: list![Scalar::Text(text("processing"))] },
                    Words { state: State::Failed, words: list![Scalar::Text(text("failed"))] }
                ],
                ignore_case: false,
            }),
            save: list![],
            output: Some(Output {
                url: list![Path {
                    segments: list![Segment::Key(text("data")), Segment::Index(0), Segment::Key(text("url"))]
                }],
                base64: None,
                body: None,
            }),
            also: list![],
            queue_position: None,
            progress: None,
        },
    }),
    result: None,
    download: None,
    cancel: None,
    find: None,
    balance: None,
    upload: None,
    webhook: None,
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
                kind: Kind::BadInput,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![HttpPattern::Code(401), HttpPattern::Code(403)],
                code: list![],
                message_has: None,
                kind: Kind::Auth,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![HttpPattern::Code(402)],
                code: list![],
                message_has: None,
                kind: Kind::Balance,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![HttpPattern::Code(404)],
                code: list![],
                message_has: None,
                kind: Kind::NotFound,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![HttpPattern::Code(408), HttpPattern::Code(504)],
                code: list![],
                message_has: None,
                kind: Kind::Timeout,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![HttpPattern::Code(429)],
                code: list![],
                message_has: None,
                kind: Kind::RateLimit,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![HttpPattern::Hundred(5)],
                code: list![],
                message_has: None,
                kind: Kind::Provider,
                retriable: None,
                nothing_created: None,
                billed: None
            }
        ],
        retry_after: None,
        failed_jobs_billed: None,
    },
};
