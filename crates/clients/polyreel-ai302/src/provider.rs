// @generated from providers/ai302.yaml by `cargo xtask codegen`; do not edit.
//! Everything that is known about 302.AI, as data. The runtime reads it; there is no other code.

use polyreel_runtime::spec::{
    Address, Allowed, Amount, Assumption, Auth, Balance, CodePattern, Condition, Credit, Encoding, ErrorRule, Errors,
    Field, FieldType, HttpPattern, ImageForm, ImageLimits, Kind, Limits, Method, Model, Operation, Output, Pace, Path,
    Per, Piece, Place, Plane, Price, PriceRow, Provider, Region, ReplyShape, Retention, Saved, Scalar, Segment, Side,
    Source, State, Status, TextForm, Word, Words, list, text,
};

/// 302.AI, as `providers/ai302.yaml` describes it.
pub static PROVIDER: Provider = Provider {
    id: text("ai302"),
    aliases: list![text("302ai"), text("302.ai")],
    name: text("302.AI"),
    notes: Some(text(
        "The fetch takes a `geo` in its query, for example `global`; what it does is not said, so it is not sent. The balance is shown only to keys that may manage keys.",
    )),
    base_url: Some(text("https://api.302.ai")),
    regions: list![
        Region { name: text("china"), base_url: text("https://api.302ai.cn") },
        Region { name: text("china-com"), base_url: text("https://api.302ai.com") }
    ],
    auth: Auth::Bearer { env: text("AI302_API_KEY") },
    key_page: Some(text("https://302.ai")),
    headers: list![],
    sources: list![
        Source {
            key: text("page"),
            url: text("https://302.ai/product/detail/kling-i2v-2-1"),
            checked: text("2026-11-20")
        },
        Source { key: text("docs"), url: text("https://doc.302.ai"), checked: text("2026-11-20") },
        Source { key: text("clients"), url: text("https://github.com/302ai"), checked: text("2026-11-20") }
    ],
    assumed: list![
        Assumption { place: text("models.kling-2.1-i2v.family"), reason: text("the page calls it 2.1 without a tier") },
        Assumption {
            place: text("models.kling-2.1-i2v-hd.family"),
            reason: text("the page calls it HD, which is taken to be the pro tier")
        },
        Assumption {
            place: text("models.kling-2.1-i2v-hd.optional"),
            reason: text("`end_image` was seen in clients of this tier only")
        },
        Assumption {
            place: text("models.kling-2.1-master-t2v.override.duration.default"),
            reason: text("as with the sister endpoints")
        },
        Assumption {
            place: text("models.kling-2.1-master-t2v.required"),
            reason: text("only the path was seen; a film from a text is taken to need the text")
        },
        Assumption {
            place: text("models.kling-2.1-master-t2v.optional"),
            reason: text("only the path was seen; the inputs are those of the sister endpoints")
        },
        Assumption {
            place: text("models.kling-2.1-master-i2v.override.duration.default"),
            reason: text("as with the sister endpoints")
        },
        Assumption {
            place: text("models.kling-2.1-master-i2v.required"),
            reason: text("only the path was seen; the inputs are those of the sister endpoints")
        },
        Assumption {
            place: text("models.kling-2.1-master-i2v.optional"),
            reason: text("only the path was seen; the inputs are those of the sister endpoints")
        },
        Assumption {
            place: text("create.reply_as"),
            reason: text("the whole reply was put together from the fields that clients read")
        },
        Assumption { place: text("balance.unit"), reason: text("the reply names none; prices are in PTC") },
        Assumption {
            place: text("errors.job"),
            reason: text("no failed job was seen; the envelope's own message is taken to say why")
        },
        Assumption {
            place: text("errors.standard_http"),
            reason: text("the documented codes are those of sister endpoints")
        }
    ],
    credits: list![Credit {
        unit: text("PTC"),
        worth: Amount { trillionths: 1_000_000_000_000 },
        currency: text("USD")
    }],
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
            name: text("start_image"),
            kind: FieldType::Image,
            at: Path { segments: list![Segment::Key(text("input_image"))] },
            allowed: Allowed::Any,
            default: None,
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: Some(ImageLimits {
                accepts: list![ImageForm::File],
                media_types: list![text("image/jpeg"), text("image/png")],
                max_bytes: Some(10_000_000),
                min_side: Some(300),
                media_type_at: None,
                int: false
            }),
            about: Some(text("The first frame."))
        },
        Field {
            name: text("end_image"),
            kind: FieldType::Image,
            at: Path { segments: list![Segment::Key(text("tail_image"))] },
            allowed: Allowed::Any,
            default: None,
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: Some(ImageLimits {
                accepts: list![ImageForm::File],
                media_types: list![],
                max_bytes: None,
                min_side: None,
                media_type_at: None,
                int: false
            }),
            about: Some(text("The last frame."))
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
            name: text("cfg_scale"),
            kind: FieldType::Number,
            at: Path { segments: list![Segment::Key(text("cfg"))] },
            allowed: Allowed::Range(0.0, 1.0),
            default: None,
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("How closely the film follows the prompt: 0 is free, 1 is close."))
        },
        Field {
            name: text("aspect_ratio"),
            kind: FieldType::Text,
            at: Path { segments: list![Segment::Key(text("aspect_ratio"))] },
            allowed: Allowed::Values(list![
                Scalar::Text(text("1:1")),
                Scalar::Text(text("16:9")),
                Scalar::Text(text("9:16"))
            ]),
            default: None,
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("Shape of the picture."))
        },
        Field {
            name: text("audio"),
            kind: FieldType::Bool,
            at: Path { segments: list![Segment::Key(text("enable_audio"))] },
            allowed: Allowed::Any,
            default: None,
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("Whether the film has sound."))
        },
        Field {
            name: text("duration"),
            kind: FieldType::Int,
            at: Path { segments: list![Segment::Key(text("duration"))] },
            allowed: Allowed::Words(list![
                Word { ours: Scalar::Int(5), theirs: Scalar::Text(text("")) },
                Word { ours: Scalar::Int(10), theirs: Scalar::Text(text("_10s")) }
            ]),
            default: Some(Scalar::Int(5)),
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("Length of the film in seconds."))
        }
    ],
    models: list![
        Model {
            key: text("kling-2.1-i2v"),
            id: text("m2v_21_img2video"),
            family: Some(text("kling-2.1-standard")),
            about: Some(text("Kling 2.1 standard, from a first frame.")),
            required: list![text("start_image")],
            optional: list![
                text("prompt"),
                text("negative_prompt"),
                text("duration"),
                text("cfg_scale"),
                text("aspect_ratio"),
                text("audio")
            ],
            fields: list![],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("PTC"),
                per: Per::Video,
                by: list![text("duration")],
                table: list![
                    PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 300_000_000_000 }) },
                    PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 600_000_000_000 }) }
                ]
            }),
            latency: None,
            source: list![text("page"), text("clients")]
        },
        Model {
            key: text("kling-2.1-i2v-hd"),
            id: text("m2v_21_img2video_hq"),
            family: Some(text("kling-2.1-pro")),
            about: Some(text("Kling 2.1 in high quality (the HD tier), from a first frame.")),
            required: list![text("start_image")],
            optional: list![
                text("prompt"),
                text("negative_prompt"),
                text("duration"),
                text("cfg_scale"),
                text("aspect_ratio"),
                text("audio"),
                text("end_image")
            ],
            fields: list![],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("PTC"),
                per: Per::Video,
                by: list![text("duration")],
                table: list![
                    PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 500_000_000_000 }) },
                    PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 1_000_000_000_000 }) }
                ]
            }),
            latency: None,
            source: list![text("page"), text("clients")]
        },
        Model {
            key: text("kling-2.1-master-t2v"),
            id: text("m2v_21_master_txt2video"),
            family: Some(text("kling-2.1-master")),
            about: Some(text("Kling 2.1 master, from a text.")),
            required: list![text("prompt")],
            optional: list![text("negative_prompt"), text("duration"), text("cfg_scale"), text("aspect_ratio")],
            fields: list![Field {
                name: text("duration"),
                kind: FieldType::Int,
                at: Path { segments: list![Segment::Key(text("duration"))] },
                allowed: Allowed::Words(list![
                    Word { ours: Scalar::Int(5), theirs: Scalar::Text(text("_5s")) },
                    Word { ours: Scalar::Int(10), theirs: Scalar::Text(text("_10s")) }
                ]),
                default: Some(Scalar::Int(5)),
                text_form: None,
                not_with: list![],
                needs: list![],
                ignored_with: list![],
                max_length: None,
                image: None,
                about: Some(text("Length of the film in seconds."))
            }],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![],
                table: list![PriceRow { when: list![], amount: None }]
            }),
            latency: None,
            source: list![text("clients")]
        },
        Model {
            key: text("kling-2.1-master-i2v"),
            id: text("m2v_21_master_img2video"),
            family: Some(text("kling-2.1-master")),
            about: Some(text("Kling 2.1 master, from a first frame.")),
            required: list![text("start_image")],
            optional: list![
                text("prompt"),
                text("negative_prompt"),
                text("duration"),
                text("cfg_scale"),
                text("aspect_ratio")
            ],
            fields: list![Field {
                name: text("duration"),
                kind: FieldType::Int,
                at: Path { segments: list![Segment::Key(text("duration"))] },
                allowed: Allowed::Words(list![
                    Word { ours: Scalar::Int(5), theirs: Scalar::Text(text("_5s")) },
                    Word { ours: Scalar::Int(10), theirs: Scalar::Text(text("_10s")) }
                ]),
                default: Some(Scalar::Int(5)),
                text_form: None,
                not_with: list![],
                needs: list![],
                ignored_with: list![],
                max_length: None,
                image: None,
                about: Some(text("Length of the film in seconds."))
            }],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![],
                table: list![PriceRow { when: list![], amount: None }]
            }),
            latency: None,
            source: list![text("clients")]
        }
    ],
    create: Operation {
        method: Method::Post,
        address: Address {
            pieces: list![
                Piece::Literal(text("/klingai/")),
                Piece::Reference(text("model")),
                Piece::Reference(text("duration"))
            ],
        },
        url_from: None,
        query: list![],
        headers: list![],
        body: list![],
        encoding: Encoding::Multipart,
        pace: Pace { every: None, at_least: None, every_from: None },
        reply: ReplyShape {
            ok: Some(Condition {
                http: list![],
                content_type: None,
                at: Some(Path { segments: list![Segment::Key(text("result"))] }),
                is: list![Scalar::Int(1)],
                has: None,
                lacks: None,
            }),
            status: Some(Status {
                rules: list![],
                at: Some(Path { segments: list![Segment::Key(text("data")), Segment::Key(text("status"))] }),
                words: list![
                    Words { state: State::Queued, words: list![Scalar::Int(5)] },
                    Words { state: State::Running, words: list![Scalar::Int(10)] },
                    Words { state: State::Done, words: list![Scalar::Int(99)] },
                    Words { state: State::Failed, words: list![Scalar::Int(50)] }
                ],
                ignore_case: false,
            }),
            save: list![Saved {
                name: text("id"),
                at: list![Path {
                    segments: list![Segment::Key(text("data")), Segment::Key(text("task")), Segment::Key(text("id"))]
                }],
                int: false
            }],
            output: Some(Output {
                url: list![Path {
                    segments: list![
                        Segment::Key(text("data")),
                        Segment::Key(text("works")),
                        Segment::Each,
                        Segment::Key(text("resource")),
                        Segment::Key(text("resource"))
                    ]
                }],
                base64: None,
                body: None,
            }),
            also: list![Side {
                name: text("cover"),
                place: Place {
                    at: Path {
                        segments: list![
                            Segment::Key(text("data")),
                            Segment::Key(text("works")),
                            Segment::Index(0),
                            Segment::Key(text("cover")),
                            Segment::Key(text("resource"))
                        ]
                    },
                    text: None
                }
            }],
            queue_position: None,
            progress: None,
        },
    },
    variants: list![],
    poll: Some(Operation {
        method: Method::Get,
        address: Address {
            pieces: list![
                Piece::Literal(text("/klingai/task/")),
                Piece::Reference(text("id")),
                Piece::Literal(text("/fetch"))
            ],
        },
        url_from: None,
        query: list![],
        headers: list![],
        body: list![],
        encoding: Encoding::Json,
        pace: Pace { every: Some(10_000), at_least: None, every_from: None },
        reply: ReplyShape {
            ok: Some(Condition {
                http: list![],
                content_type: None,
                at: Some(Path { segments: list![Segment::Key(text("result"))] }),
                is: list![Scalar::Int(1)],
                has: None,
                lacks: None,
            }),
            status: Some(Status {
                rules: list![],
                at: Some(Path { segments: list![Segment::Key(text("data")), Segment::Key(text("status"))] }),
                words: list![
                    Words { state: State::Queued, words: list![Scalar::Int(5)] },
                    Words { state: State::Running, words: list![Scalar::Int(10)] },
                    Words { state: State::Done, words: list![Scalar::Int(99)] },
                    Words { state: State::Failed, words: list![Scalar::Int(50)] }
                ],
                ignore_case: false,
            }),
            save: list![],
            output: Some(Output {
                url: list![Path {
                    segments: list![
                        Segment::Key(text("data")),
                        Segment::Key(text("works")),
                        Segment::Each,
                        Segment::Key(text("resource")),
                        Segment::Key(text("resource"))
                    ]
                }],
                base64: None,
                body: None,
            }),
            also: list![Side {
                name: text("cover"),
                place: Place {
                    at: Path {
                        segments: list![
                            Segment::Key(text("data")),
                            Segment::Key(text("works")),
                            Segment::Index(0),
                            Segment::Key(text("cover")),
                            Segment::Key(text("resource"))
                        ]
                    },
                    text: None
                }
            }],
            queue_position: None,
            progress: None,
        },
    }),
    result: None,
    download: None,
    cancel: None,
    find: None,
    balance: Some(Balance {
        operation: Operation {
            method: Method::Get,
            address: Address { pieces: list![Piece::Literal(text("/dashboard/balance"))] },
            url_from: None,
            query: list![],
            headers: list![],
            body: list![],
            encoding: Encoding::Json,
            pace: Pace { every: None, at_least: None, every_from: None },
            reply: ReplyShape {
                ok: Some(Condition {
                    http: list![],
                    content_type: None,
                    at: None,
                    is: list![],
                    has: Some(Path { segments: list![Segment::Key(text("data"))] }),
                    lacks: None,
                }),
                status: None,
                save: list![],
                output: None,
                also: list![],
                queue_position: None,
                progress: None,
            },
        },
        amount: Place {
            at: Path { segments: list![Segment::Key(text("data")), Segment::Key(text("balance"))] },
            text: Some(TextForm { prefix: text(""), suffix: text("") }),
        },
        unit: text("PTC"),
    }),
    upload: None,
    webhook: None,
    errors: Errors {
        reply: Plane {
            code: list![Path { segments: list![Segment::Key(text("error")), Segment::Key(text("err_code"))] }],
            message: list![
                Path { segments: list![Segment::Key(text("error")), Segment::Key(text("message"))] },
                Path { segments: list![Segment::Key(text("message"))] }
            ],
        },
        job: Plane {
            code: list![],
            message: list![Path { segments: list![Segment::Key(text("data")), Segment::Key(text("message"))] }],
        },
        rules: list![
            ErrorRule {
                http: list![],
                code: list![
                    CodePattern::Code(Scalar::Int(-10_001)),
                    CodePattern::Code(Scalar::Int(-10_002)),
                    CodePattern::Code(Scalar::Int(-10_005))
                ],
                message_has: None,
                kind: Kind::Auth,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![],
                code: list![
                    CodePattern::Code(Scalar::Int(-10_004)),
                    CodePattern::Code(Scalar::Int(-10_006)),
                    CodePattern::Code(Scalar::Int(-10_007)),
                    CodePattern::Code(Scalar::Int(-10_018))
                ],
                message_has: None,
                kind: Kind::Balance,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![],
                code: list![CodePattern::Code(Scalar::Int(-10_009)), CodePattern::Code(Scalar::Int(-10_011))],
                message_has: None,
                kind: Kind::BadInput,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![],
                code: list![CodePattern::Code(Scalar::Int(-10_010))],
                message_has: None,
                kind: Kind::NotFound,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![],
                code: list![CodePattern::Code(Scalar::Int(-10_012))],
                message_has: None,
                kind: Kind::RateLimit,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![],
                code: list![CodePattern::Code(Scalar::Int(-10_003)), CodePattern::Code(Scalar::Int(-10_008))],
                message_has: None,
                kind: Kind::Provider,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![],
                code: list![CodePattern::Code(Scalar::Int(-1_024))],
                message_has: None,
                kind: Kind::Timeout,
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
        failed_jobs_billed: None,
    },
};
