// @generated from providers/segmind.yaml by `cargo xtask codegen`; do not edit.
//! Everything that is known about Segmind, as data. The runtime reads it; there is no other code.

use polyreel_runtime::spec::{
    Address, Allowed, Amount, Assumption, Auth, Balance, Condition, Credit, Encoding, ErrorRule, Errors, Field,
    FieldType, HttpPattern, ImageForm, ImageLimits, Kind, Latency, LatencyRow, Limits, Method, Model, ModelField,
    Operation, Output, Pace, Path, Per, Piece, Place, Plane, Price, PriceRow, Provider, ReplyShape, Retention, Saved,
    Scalar, Segment, Side, Source, State, Status, StatusRule, Variant, Words, list, text,
};

/// Segmind, as `providers/segmind.yaml` describes it.
pub static PROVIDER: Provider = Provider {
    id: text("segmind"),
    aliases: list![],
    name: text("Segmind"),
    notes: Some(text(
        "`kling-2` is asynchronous: the call is answered at once and the film is asked for later. `kling-2-sync` is the same work by one call that is answered with the film itself, minutes later; a call that breaks off loses the film and may be paid. A refusal for too many calls says at which time the limit ends, in the header `x-rate-limit-reset-at-utc`.",
    )),
    base_url: Some(text("https://api.segmind.com")),
    regions: list![],
    auth: Auth::Header { name: text("x-api-key"), prefix: text(""), env: text("SEGMIND_API_KEY") },
    key_page: Some(text("https://cloud.segmind.com/console/api-keys")),
    headers: list![],
    sources: list![
        Source {
            key: text("model"),
            url: text("https://www.segmind.com/models/kling-2/api"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("async"),
            url: text("https://docs.segmind.com/api-reference/async-inference"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("api"),
            url: text("https://docs.segmind.com/docs/serverless-api"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("limits"),
            url: text("https://docs.segmind.com/api-reference/rate-limits"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("account"),
            url: text("https://docs.segmind.com/api-reference/account-and-billing-apis"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("sdk"),
            url: text("https://github.com/segmind/segmind-python"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("notes"),
            url: text("https://github.com/api-evangelist/segmind"),
            checked: text("2026-11-20")
        }
    ],
    assumed: list![
        Assumption {
            place: text("credits.credits.worth"),
            reason: text("the history shows the deductions of credits as dollars")
        },
        Assumption {
            place: text("limits.requests_per_minute"),
            reason: text("that of the free plan; the next one allows 50")
        },
        Assumption {
            place: text("models.kling-2.family"),
            reason: text("the page says Kling 2.0; this is taken to be its only version, master")
        },
        Assumption {
            place: text("models.kling-2.price"),
            reason: text("the page names a lowest and a highest price; they are taken to be those of the two lengths")
        },
        Assumption {
            place: text("models.kling-2-sync.family"),
            reason: text("the page says Kling 2.0; this is taken to be its only version, master")
        },
        Assumption {
            place: text("models.kling-2-sync.price"),
            reason: text("the page names a lowest and a highest price; they are taken to be those of the two lengths")
        },
        Assumption {
            place: text("create.variants.output"),
            reason: text(
                "the page promises a video but reads JSON in its sample; the vendor's library takes the bytes"
            )
        }
    ],
    credits: list![Credit {
        unit: text("credits"),
        worth: Amount { trillionths: 1_000_000_000_000 },
        currency: text("USD")
    }],
    limits: Limits { requests_per_minute: Some(5), concurrent: None, excess: None },
    retention: Retention { job: Some(3_600_000), output: Some(604_800_000) },
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
            name: text("aspect_ratio"),
            kind: FieldType::Text,
            at: Path { segments: list![Segment::Key(text("aspect_ratio"))] },
            allowed: Allowed::Values(list![
                Scalar::Text(text("16:9")),
                Scalar::Text(text("9:16")),
                Scalar::Text(text("1:1"))
            ]),
            default: Some(Scalar::Text(text("16:9"))),
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("Shape of the picture."))
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
                accepts: list![ImageForm::Url],
                media_types: list![],
                max_bytes: None,
                min_side: None,
                media_type_at: None,
                int: false
            }),
            about: Some(text("The first frame, best 1280x720 or 720x1280 pixels."))
        }
    ],
    models: list![
        Model {
            key: text("kling-2"),
            id: text("kling-2"),
            family: Some(text("kling-2.0-master")),
            about: Some(text("Kling 2.0 master in 720p, from a text or a first frame.")),
            required: list![text("prompt")],
            optional: list![
                text("negative_prompt"),
                text("duration"),
                text("aspect_ratio"),
                text("cfg_scale"),
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
                    PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 1_750_000_000_000 }) },
                    PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 3_500_000_000_000 }) }
                ]
            }),
            latency: Some(Latency {
                by: list![],
                table: list![LatencyRow { when: list![], between: (300_000, 318_000) }]
            }),
            source: list![text("model")]
        },
        Model {
            key: text("kling-2-sync"),
            id: text("kling-2"),
            family: Some(text("kling-2.0-master")),
            about: Some(text("The same film by one long call, which is answered with the film itself.")),
            required: list![text("prompt")],
            optional: list![
                text("negative_prompt"),
                text("duration"),
                text("aspect_ratio"),
                text("cfg_scale"),
                text("start_image")
            ],
            fields: list![],
            body: list![],
            by_name_only: true,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![text("duration")],
                table: list![
                    PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 1_750_000_000_000 }) },
                    PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 3_500_000_000_000 }) }
                ]
            }),
            latency: Some(Latency {
                by: list![],
                table: list![LatencyRow { when: list![], between: (300_000, 318_000) }]
            }),
            source: list![text("model"), text("sdk"), text("notes")]
        }
    ],
    create: Operation {
        method: Method::Post,
        address: Address { pieces: list![Piece::Literal(text("/v2/")), Piece::Reference(text("model"))] },
        url_from: None,
        query: list![],
        headers: list![],
        body: list![],
        encoding: Encoding::Json,
        pace: Pace { every: None, at_least: None, every_from: None },
        reply: ReplyShape {
            ok: None,
            status: None,
            save: list![Saved {
                name: text("id"),
                at: list![Path { segments: list![Segment::Key(text("request_id"))] }],
                int: false
            }],
            output: None,
            also: list![],
            queue_position: None,
            progress: None,
        },
    },
    variants: list![Variant {
        with: list![],
        models: list![text("kling-2-sync")],
        operation: Operation {
            method: Method::Post,
            address: Address { pieces: list![Piece::Literal(text("/v1/")), Piece::Reference(text("model"))] },
            url_from: None,
            query: list![],
            headers: list![],
            body: list![],
            encoding: Encoding::Json,
            pace: Pace { every: None, at_least: None, every_from: None },
            reply: ReplyShape {
                ok: None,
                status: None,
                save: list![Saved {
                    name: text("id"),
                    at: list![Path { segments: list![Segment::Header(text("x-request-id"))] }],
                    int: false
                }],
                output: Some(Output {
                    url: list![Path { segments: list![Segment::Key(text("output"))] }],
                    base64: None,
                    body: Some(text("video/*"))
                }),
                also: list![
                    Side {
                        name: text("cost"),
                        place: Place { at: Path { segments: list![Segment::Header(text("x-cost"))] }, text: None }
                    },
                    Side {
                        name: text("seed"),
                        place: Place {
                            at: Path { segments: list![Segment::Header(text("x-seed-value"))] },
                            text: None
                        }
                    }
                ],
                queue_position: None,
                progress: None
            }
        },
        fields: list![
            ModelField {
                model: text("kling-2-sync"),
                field: Field {
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
                }
            },
            ModelField {
                model: text("kling-2-sync"),
                field: Field {
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
                }
            },
            ModelField {
                model: text("kling-2-sync"),
                field: Field {
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
                }
            },
            ModelField {
                model: text("kling-2-sync"),
                field: Field {
                    name: text("aspect_ratio"),
                    kind: FieldType::Text,
                    at: Path { segments: list![Segment::Key(text("aspect_ratio"))] },
                    allowed: Allowed::Values(list![
                        Scalar::Text(text("16:9")),
                        Scalar::Text(text("9:16")),
                        Scalar::Text(text("1:1"))
                    ]),
                    default: Some(Scalar::Text(text("16:9"))),
                    text_form: None,
                    not_with: list![],
                    needs: list![],
                    ignored_with: list![],
                    max_length: None,
                    image: None,
                    about: Some(text("Shape of the picture."))
                }
            },
            ModelField {
                model: text("kling-2-sync"),
                field: Field {
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
                }
            },
            ModelField {
                model: text("kling-2-sync"),
                field: Field {
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
                        accepts: list![ImageForm::Url],
                        media_types: list![],
                        max_bytes: None,
                        min_side: None,
                        media_type_at: None,
                        int: false
                    }),
                    about: Some(text("The first frame, best 1280x720 or 720x1280 pixels."))
                }
            }
        ]
    }],
    poll: Some(Operation {
        method: Method::Get,
        address: Address {
            pieces: list![
                Piece::Literal(text("/v2/requests/")),
                Piece::Reference(text("id")),
                Piece::Literal(text("/status"))
            ],
        },
        url_from: None,
        query: list![],
        headers: list![],
        body: list![],
        encoding: Encoding::Json,
        pace: Pace { every: Some(2_000), at_least: None, every_from: None },
        reply: ReplyShape {
            ok: None,
            status: Some(Status {
                rules: list![
                    StatusRule {
                        state: State::Failed,
                        when: Condition {
                            http: list![HttpPattern::Code(422)],
                            content_type: None,
                            at: None,
                            is: list![],
                            has: None,
                            lacks: None
                        },
                        kind: Some(Kind::Other),
                        billed: None
                    },
                    StatusRule {
                        state: State::Expired,
                        when: Condition {
                            http: list![HttpPattern::Code(404)],
                            content_type: None,
                            at: None,
                            is: list![],
                            has: None,
                            lacks: None
                        },
                        kind: None,
                        billed: None
                    }
                ],
                at: Some(Path { segments: list![Segment::Key(text("status"))] }),
                words: list![
                    Words { state: State::Queued, words: list![Scalar::Text(text("QUEUED"))] },
                    Words { state: State::Running, words: list![Scalar::Text(text("PROCESSING"))] },
                    Words { state: State::Done, words: list![Scalar::Text(text("COMPLETED"))] },
                    Words { state: State::Failed, words: list![Scalar::Text(text("FAILED"))] }
                ],
                ignore_case: false,
            }),
            save: list![],
            output: None,
            also: list![],
            queue_position: None,
            progress: None,
        },
    }),
    result: Some(Operation {
        method: Method::Get,
        address: Address { pieces: list![Piece::Literal(text("/v2/requests/")), Piece::Reference(text("id"))] },
        url_from: None,
        query: list![],
        headers: list![],
        body: list![],
        encoding: Encoding::Json,
        pace: Pace { every: None, at_least: None, every_from: None },
        reply: ReplyShape {
            ok: None,
            status: Some(Status {
                rules: list![
                    StatusRule {
                        state: State::Failed,
                        when: Condition {
                            http: list![HttpPattern::Code(422)],
                            content_type: None,
                            at: None,
                            is: list![],
                            has: None,
                            lacks: None
                        },
                        kind: Some(Kind::Other),
                        billed: None
                    },
                    StatusRule {
                        state: State::Expired,
                        when: Condition {
                            http: list![HttpPattern::Code(404)],
                            content_type: None,
                            at: None,
                            is: list![],
                            has: None,
                            lacks: None
                        },
                        kind: None,
                        billed: None
                    }
                ],
                at: None,
                words: list![],
                ignore_case: false,
            }),
            save: list![],
            output: Some(Output {
                url: list![Path { segments: list![Segment::Key(text("output"))] }],
                base64: None,
                body: None,
            }),
            also: list![Side {
                name: text("cost"),
                place: Place {
                    at: Path { segments: list![Segment::Key(text("metrics")), Segment::Key(text("cost"))] },
                    text: None
                }
            }],
            queue_position: None,
            progress: None,
        },
    }),
    download: None,
    cancel: None,
    find: None,
    balance: Some(Balance {
        operation: Operation {
            method: Method::Get,
            address: Address { pieces: list![Piece::Literal(text("/v1/get-user-credits"))] },
            url_from: None,
            query: list![],
            headers: list![],
            body: list![],
            encoding: Encoding::Json,
            pace: Pace { every: None, at_least: None, every_from: None },
            reply: ReplyShape {
                ok: None,
                status: None,
                save: list![],
                output: None,
                also: list![],
                queue_position: None,
                progress: None,
            },
        },
        amount: Place { at: Path { segments: list![Segment::Key(text("credits"))] }, text: None },
        unit: text("credits"),
    }),
    upload: None,
    webhook: None,
    errors: Errors {
        reply: Plane {
            code: list![],
            message: list![
                Path { segments: list![Segment::Key(text("error_description"))] },
                Path { segments: list![Segment::Key(text("error"))] }
            ],
        },
        job: Plane { code: list![], message: list![Path { segments: list![Segment::Key(text("error"))] }] },
        rules: list![
            ErrorRule {
                http: list![HttpPattern::Code(405)],
                code: list![],
                message_has: None,
                kind: Kind::BadInput,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![HttpPattern::Code(410)],
                code: list![],
                message_has: None,
                kind: Kind::NotFound,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![HttpPattern::Code(406)],
                code: list![],
                message_has: Some(text("content type")),
                kind: Kind::BadInput,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![HttpPattern::Code(406)],
                code: list![],
                message_has: Some(text("parameter")),
                kind: Kind::BadInput,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![HttpPattern::Code(406)],
                code: list![],
                message_has: None,
                kind: Kind::Balance,
                retriable: None,
                nothing_created: None,
                billed: None
            },
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
        failed_jobs_billed: Some(false),
    },
};
