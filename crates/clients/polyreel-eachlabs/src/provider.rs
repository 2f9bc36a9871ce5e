// @generated from providers/eachlabs.yaml by `cargo xtask codegen`; do not edit.
//! Everything that is known about Eachlabs, as data. The runtime reads it; there is no other code.

use polyreel_runtime::spec::{
    Address, Allowed, Amount, Assumption, Auth, Balance, Cancel, CodePattern, Condition, Constant, Encoding, ErrorRule,
    Errors, Excess, Field, FieldType, HttpPattern, ImageForm, ImageLimits, Kind, Latency, LatencyRow, Limits, Method,
    Model, Operation, Output, Pace, Path, Per, Piece, Place, Plane, Price, PriceRow, Provider, ReplyShape, Retention,
    Saved, Scalar, Segment, Side, SignatureEncoding, Signed, Source, State, Status, Term, TextForm, Verify, Webhook,
    Words, list, text,
};

/// Eachlabs, as `providers/eachlabs.yaml` describes it.
pub static PROVIDER: Provider = Provider {
    id: text("eachlabs"),
    aliases: list![text("each::labs")],
    name: text("Eachlabs"),
    notes: Some(text(
        "The price of Kling 2.0 is not published; as the provider promises to match others, about $1.40 for 5 s and $2.80 for 10 s are likely. What a film cost is in the reply that delivers it. Newer pages know no limit of calls per minute, and limit jobs at the same time only while the balance is $10 or less. They also send the key as a bearer token. Callbacks are signed only if the create carries a `webhook_secret`, which can be sent as an extra parameter.",
    )),
    base_url: Some(text("https://api.eachlabs.ai")),
    regions: list![],
    auth: Auth::Header { name: text("X-API-Key"), prefix: text(""), env: text("EACHLABS_API_KEY") },
    key_page: Some(text("https://www.eachlabs.ai")),
    headers: list![],
    sources: list![
        Source {
            key: text("page"),
            url: text("https://www.eachlabs.ai/ai-models/kling-v2-text-to-video/api"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("docs"),
            url: text("https://github.com/eachlabs/mintlify-docs"),
            checked: text("2026-11-20")
        },
        Source { key: text("skills"), url: text("https://github.com/eachlabs/skills"), checked: text("2026-11-20") },
        Source {
            key: text("v21"),
            url: text("https://www.eachlabs.ai/kling/kling-v2-1/kling-v2-1-standard-image-to-video/llms.txt"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("v25t2v"),
            url: text("https://www.eachlabs.ai/kling/kling-v2-5/kling-v2-5-turbo-pro-text-to-video/llms.txt"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("v25i2v"),
            url: text("https://www.eachlabs.ai/kling/kling-v2-5/kling-v2-5-turbo-pro-image-to-video/llms.txt"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("v25i2vstd"),
            url: text("https://www.eachlabs.ai/kling/kling-v2-5/kling-v2-5-turbo-standard-image-to-video/llms.txt"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("v26"),
            url: text("https://www.eachlabs.ai/kling/kling-v2-6/kling-v2-6-pro-text-to-video/llms.txt"),
            checked: text("2026-11-20")
        }
    ],
    assumed: list![Assumption {
        place: text("models.kling-v2-text-to-video.family"),
        reason: text("the page says Kling v2; this is taken to be its only version, master")
    }],
    credits: list![],
    limits: Limits { requests_per_minute: Some(60), concurrent: Some(10), excess: Some(Excess::Refused) },
    retention: Retention { job: None, output: None },
    fields: list![
        Field {
            name: text("prompt"),
            kind: FieldType::Text,
            at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("prompt"))] },
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
            at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("negative_prompt"))] },
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
            at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("duration"))] },
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
            at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("aspect_ratio"))] },
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
            at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("cfg_scale"))] },
            allowed: Allowed::Range(0.0, 1.0),
            default: Some(Scalar::Number(0.5)),
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("How closely the film follows the prompt; 0.5 to 0.8 is advised."))
        },
        Field {
            name: text("start_image"),
            kind: FieldType::Image,
            at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("image_url"))] },
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
            about: Some(text("The first frame."))
        },
        Field {
            name: text("end_image"),
            kind: FieldType::Image,
            at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("tail_image_url"))] },
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
            about: Some(text("The last frame."))
        },
        Field {
            name: text("audio"),
            kind: FieldType::Bool,
            at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("generate_audio"))] },
            allowed: Allowed::Any,
            default: Some(Scalar::Bool(true)),
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("Whether the film has sound."))
        },
        Field {
            name: text("webhook"),
            kind: FieldType::Text,
            at: Path { segments: list![Segment::Key(text("webhook_url"))] },
            allowed: Allowed::Any,
            default: None,
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("Where a callback goes when the job has ended."))
        }
    ],
    models: list![
        Model {
            key: text("kling-v2-text-to-video"),
            id: text("kling-v2-text-to-video"),
            family: Some(text("kling-2.0-master")),
            about: Some(text("Kling 2.0 master, from a text.")),
            required: list![text("prompt")],
            optional: list![
                text("negative_prompt"),
                text("duration"),
                text("aspect_ratio"),
                text("cfg_scale"),
                text("webhook")
            ],
            fields: list![],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![],
                table: list![PriceRow { when: list![], amount: None }]
            }),
            latency: Some(Latency {
                by: list![],
                table: list![LatencyRow { when: list![], between: (340_000, 340_000) }]
            }),
            source: list![text("page"), text("skills")]
        },
        Model {
            key: text("kling-v2-1-standard-image-to-video"),
            id: text("kling-v2-1-standard-image-to-video"),
            family: Some(text("kling-2.1-standard")),
            about: Some(text("Kling 2.1 standard, from a first frame.")),
            required: list![text("prompt"), text("start_image")],
            optional: list![
                text("negative_prompt"),
                text("duration"),
                text("aspect_ratio"),
                text("cfg_scale"),
                text("webhook")
            ],
            fields: list![],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![text("duration")],
                table: list![
                    PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 280_000_000_000 }) },
                    PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 560_000_000_000 }) }
                ]
            }),
            latency: Some(Latency {
                by: list![],
                table: list![LatencyRow { when: list![], between: (60_000, 60_000) }]
            }),
            source: list![text("v21")]
        },
        Model {
            key: text("kling-v2-5-turbo-pro-text-to-video"),
            id: text("kling-v2-5-turbo-pro-text-to-video"),
            family: Some(text("kling-2.5-turbo-pro")),
            about: Some(text("Kling 2.5 turbo pro, from a text.")),
            required: list![text("prompt")],
            optional: list![
                text("negative_prompt"),
                text("duration"),
                text("aspect_ratio"),
                text("cfg_scale"),
                text("webhook")
            ],
            fields: list![
                Field {
                    name: text("duration"),
                    kind: FieldType::Int,
                    at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("duration"))] },
                    allowed: Allowed::Values(list![Scalar::Int(5), Scalar::Int(10)]),
                    default: Some(Scalar::Int(5)),
                    text_form: Some(TextForm { prefix: text(""), suffix: text("") }),
                    not_with: list![],
                    needs: list![],
                    ignored_with: list![],
                    max_length: None,
                    image: None,
                    about: Some(text("Length of the film in seconds."))
                },
                Field {
                    name: text("negative_prompt"),
                    kind: FieldType::Text,
                    at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("negative_prompt"))] },
                    allowed: Allowed::Any,
                    default: Some(Scalar::Text(text("blur, distort, and low quality"))),
                    text_form: None,
                    not_with: list![],
                    needs: list![],
                    ignored_with: list![],
                    max_length: None,
                    image: None,
                    about: Some(text("What the film should not show."))
                }
            ],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![text("duration")],
                table: list![
                    PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 350_000_000_000 }) },
                    PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 700_000_000_000 }) }
                ]
            }),
            latency: Some(Latency {
                by: list![],
                table: list![LatencyRow { when: list![], between: (110_000, 110_000) }]
            }),
            source: list![text("v25t2v")]
        },
        Model {
            key: text("kling-v2-5-turbo-pro-image-to-video"),
            id: text("kling-v2-5-turbo-pro-image-to-video"),
            family: Some(text("kling-2.5-turbo-pro")),
            about: Some(text("Kling 2.5 turbo pro, from a first frame, with a last one if you like.")),
            required: list![text("prompt"), text("start_image")],
            optional: list![
                text("negative_prompt"),
                text("duration"),
                text("cfg_scale"),
                text("end_image"),
                text("webhook")
            ],
            fields: list![
                Field {
                    name: text("duration"),
                    kind: FieldType::Int,
                    at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("duration"))] },
                    allowed: Allowed::Values(list![Scalar::Int(5), Scalar::Int(10)]),
                    default: Some(Scalar::Int(5)),
                    text_form: Some(TextForm { prefix: text(""), suffix: text("") }),
                    not_with: list![],
                    needs: list![],
                    ignored_with: list![],
                    max_length: None,
                    image: None,
                    about: Some(text("Length of the film in seconds."))
                },
                Field {
                    name: text("negative_prompt"),
                    kind: FieldType::Text,
                    at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("negative_prompt"))] },
                    allowed: Allowed::Any,
                    default: Some(Scalar::Text(text("blur, distort, and low quality"))),
                    text_form: None,
                    not_with: list![],
                    needs: list![],
                    ignored_with: list![],
                    max_length: None,
                    image: None,
                    about: Some(text("What the film should not show."))
                }
            ],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![text("duration")],
                table: list![
                    PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 350_000_000_000 }) },
                    PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 700_000_000_000 }) }
                ]
            }),
            latency: Some(Latency {
                by: list![],
                table: list![LatencyRow { when: list![], between: (160_000, 160_000) }]
            }),
            source: list![text("v25i2v")]
        },
        Model {
            key: text("kling-v2-5-turbo-standard-image-to-video"),
            id: text("kling-v2-5-turbo-standard-image-to-video"),
            family: Some(text("kling-2.5-turbo-standard")),
            about: Some(text("Kling 2.5 turbo standard, from a first frame.")),
            required: list![text("prompt"), text("start_image")],
            optional: list![text("negative_prompt"), text("duration"), text("cfg_scale"), text("webhook")],
            fields: list![
                Field {
                    name: text("duration"),
                    kind: FieldType::Int,
                    at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("duration"))] },
                    allowed: Allowed::Values(list![Scalar::Int(5), Scalar::Int(10)]),
                    default: Some(Scalar::Int(5)),
                    text_form: Some(TextForm { prefix: text(""), suffix: text("") }),
                    not_with: list![],
                    needs: list![],
                    ignored_with: list![],
                    max_length: None,
                    image: None,
                    about: Some(text("Length of the film in seconds."))
                },
                Field {
                    name: text("negative_prompt"),
                    kind: FieldType::Text,
                    at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("negative_prompt"))] },
                    allowed: Allowed::Any,
                    default: Some(Scalar::Text(text("blur, distort, and low quality"))),
                    text_form: None,
                    not_with: list![],
                    needs: list![],
                    ignored_with: list![],
                    max_length: None,
                    image: None,
                    about: Some(text("What the film should not show."))
                }
            ],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![text("duration")],
                table: list![
                    PriceRow { when: list![Scalar::Int(5)], amount: Some(Amount { trillionths: 210_000_000_000 }) },
                    PriceRow { when: list![Scalar::Int(10)], amount: Some(Amount { trillionths: 420_000_000_000 }) }
                ]
            }),
            latency: Some(Latency {
                by: list![],
                table: list![LatencyRow { when: list![], between: (70_000, 70_000) }]
            }),
            source: list![text("v25i2vstd")]
        },
        Model {
            key: text("kling-v2-6-pro-text-to-video"),
            id: text("kling-v2-6-pro-text-to-video"),
            family: Some(text("kling-2.6-pro")),
            about: Some(text("Kling 2.6 pro with sound, from a text.")),
            required: list![text("prompt")],
            optional: list![
                text("negative_prompt"),
                text("duration"),
                text("aspect_ratio"),
                text("cfg_scale"),
                text("audio"),
                text("webhook")
            ],
            fields: list![
                Field {
                    name: text("duration"),
                    kind: FieldType::Int,
                    at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("duration"))] },
                    allowed: Allowed::Values(list![Scalar::Int(5), Scalar::Int(10)]),
                    default: Some(Scalar::Int(10)),
                    text_form: Some(TextForm { prefix: text(""), suffix: text("") }),
                    not_with: list![],
                    needs: list![],
                    ignored_with: list![],
                    max_length: None,
                    image: None,
                    about: Some(text("Length of the film in seconds."))
                },
                Field {
                    name: text("negative_prompt"),
                    kind: FieldType::Text,
                    at: Path { segments: list![Segment::Key(text("input")), Segment::Key(text("negative_prompt"))] },
                    allowed: Allowed::Any,
                    default: Some(Scalar::Text(text("blur, distort, and low quality"))),
                    text_form: None,
                    not_with: list![],
                    needs: list![],
                    ignored_with: list![],
                    max_length: None,
                    image: None,
                    about: Some(text("What the film should not show."))
                }
            ],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![],
                table: list![PriceRow { when: list![], amount: None }]
            }),
            latency: Some(Latency {
                by: list![],
                table: list![LatencyRow { when: list![], between: (170_000, 170_000) }]
            }),
            source: list![text("v26")]
        }
    ],
    create: Operation {
        method: Method::Post,
        address: Address { pieces: list![Piece::Literal(text("/v1/prediction"))] },
        url_from: None,
        query: list![],
        headers: list![],
        body: list![
            Constant {
                at: Path { segments: list![Segment::Key(text("model"))] },
                value: Term::Reference(text("model"))
            },
            Constant {
                at: Path { segments: list![Segment::Key(text("version"))] },
                value: Term::Constant(Scalar::Text(text("0.0.1")))
            }
        ],
        encoding: Encoding::Json,
        pace: Pace { every: None, at_least: None, every_from: None },
        reply: ReplyShape {
            ok: Some(Condition {
                http: list![],
                content_type: None,
                at: Some(Path { segments: list![Segment::Key(text("status"))] }),
                is: list![Scalar::Text(text("success"))],
                has: None,
                lacks: None,
            }),
            status: None,
            save: list![Saved {
                name: text("id"),
                at: list![Path { segments: list![Segment::Key(text("predictionID"))] }],
                int: false
            }],
            output: None,
            also: list![],
            queue_position: None,
            progress: None,
        },
    },
    variants: list![],
    poll: Some(Operation {
        method: Method::Get,
        address: Address { pieces: list![Piece::Literal(text("/v1/prediction/")), Piece::Reference(text("id"))] },
        url_from: None,
        query: list![],
        headers: list![],
        body: list![],
        encoding: Encoding::Json,
        pace: Pace { every: Some(2_000), at_least: None, every_from: None },
        reply: ReplyShape {
            ok: None,
            status: Some(Status {
                rules: list![],
                at: Some(Path { segments: list![Segment::Key(text("status"))] }),
                words: list![
                    Words {
                        state: State::Queued,
                        words: list![Scalar::Text(text("created")), Scalar::Text(text("starting"))]
                    },
                    Words { state: State::Running, words: list![Scalar::Text(text("processing"))] },
                    Words { state: State::Done, words: list![Scalar::Text(text("success"))] },
                    Words {
                        state: State::Failed,
                        words: list![Scalar::Text(text("error")), Scalar::Text(text("failed"))]
                    },
                    Words { state: State::Cancelled, words: list![Scalar::Text(text("cancelled"))] }
                ],
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
    result: None,
    download: None,
    cancel: Some(Cancel {
        operation: Operation {
            method: Method::Post,
            address: Address {
                pieces: list![
                    Piece::Literal(text("/v1/prediction/")),
                    Piece::Reference(text("id")),
                    Piece::Literal(text("/cancel"))
                ],
            },
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
        done: list![HttpPattern::Code(200)],
        requested: list![],
        refused: list![],
        during: list![],
        deletes_finished: false,
    }),
    find: None,
    balance: Some(Balance {
        operation: Operation {
            method: Method::Get,
            address: Address { pieces: list![Piece::Literal(text("/v1/billing/balance"))] },
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
        amount: Place { at: Path { segments: list![Segment::Key(text("balance_usd"))] }, text: None },
        unit: text("USD"),
    }),
    upload: None,
    webhook: Some(Webhook {
        id: list![
            Path { segments: list![Segment::Key(text("id"))] },
            Path { segments: list![Segment::Key(text("execution_id"))] },
            Path { segments: list![Segment::Key(text("exec_id"))] }
        ],
        challenge: None,
        verify: Some(Verify::HmacSha256 {
            signature: text("x-webhook-signature"),
            prefix: text("sha256="),
            encoding: SignatureEncoding::Hex,
            over: list![
                Signed::Value(Path { segments: list![Segment::Header(text("x-webhook-timestamp"))] }),
                Signed::Body
            ],
            joined_by: text("."),
            env: text("EACHLABS_WEBHOOK_SECRET"),
        }),
    }),
    errors: Errors {
        reply: Plane {
            code: list![],
            message: list![
                Path { segments: list![Segment::Key(text("details"))] },
                Path { segments: list![Segment::Key(text("error"))] }
            ],
        },
        job: Plane {
            code: list![Path { segments: list![Segment::Key(text("output")), Segment::Key(text("error_code"))] }],
            message: list![
                Path { segments: list![Segment::Key(text("output")), Segment::Key(text("error_message"))] },
                Path { segments: list![Segment::Key(text("output")), Segment::Key(text("error"))] },
                Path { segments: list![Segment::Key(text("logs"))] },
                Path { segments: list![Segment::Key(text("output"))] }
            ],
        },
        rules: list![
            ErrorRule {
                http: list![HttpPattern::Code(429)],
                code: list![],
                message_has: Some(text("concurrent")),
                kind: Kind::Concurrency,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![],
                code: list![
                    CodePattern::Code(Scalar::Text(text("INPUT_VALIDATION_ERROR"))),
                    CodePattern::Code(Scalar::Text(text("INPUT_DOWNLOAD_ERROR"))),
                    CodePattern::Code(Scalar::Text(text("PROVIDER_BAD_REQUEST")))
                ],
                message_has: None,
                kind: Kind::BadInput,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![],
                code: list![CodePattern::Code(Scalar::Text(text("PROVIDER_REJECTED")))],
                message_has: None,
                kind: Kind::Content,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![],
                code: list![CodePattern::Code(Scalar::Text(text("PROVIDER_RATE_LIMIT")))],
                message_has: None,
                kind: Kind::RateLimit,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![],
                code: list![CodePattern::Code(Scalar::Text(text("EXECUTION_TIMEOUT")))],
                message_has: None,
                kind: Kind::Timeout,
                retriable: None,
                nothing_created: None,
                billed: None
            },
            ErrorRule {
                http: list![],
                code: list![
                    CodePattern::Prefix(text("PROVIDER_")),
                    CodePattern::Code(Scalar::Text(text("NETWORK_ERROR"))),
                    CodePattern::Code(Scalar::Text(text("ITERATION_ERROR"))),
                    CodePattern::Code(Scalar::Text(text("PIPELINE_CONFIG_ERROR"))),
                    CodePattern::Code(Scalar::Text(text("WORKER_LOST"))),
                    CodePattern::Code(Scalar::Text(text("PUBLISH_FAILED")))
                ],
                message_has: None,
                kind: Kind::Provider,
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
