// @generated from providers/aimlapi.yaml by `cargo xtask codegen`; do not edit.
//! Everything that is known about AI/ML API, as data. The runtime reads it; there is no other code.

use polyreel_runtime::spec::{
    Address, Allowed, Amount, Assumption, Auth, Balance, Constant, Credit, Encoding, ErrorRule, Errors, Field,
    FieldType, HttpPattern, ImageForm, ImageLimits, Kind, Latency, LatencyRow, Limits, Method, Model, Operation,
    Output, Pace, Parameter, Path, Per, Piece, Place, Plane, Price, PriceRow, Provider, ReplyShape, Retention, Saved,
    Scalar, Segment, Side, Source, State, Status, Term, Words, list, text,
};

/// AI/ML API, as `providers/aimlapi.yaml` describes it.
pub static PROVIDER: Provider = Provider {
    id: text("aimlapi"),
    aliases: list![text("aiml")],
    name: text("AI/ML API"),
    notes: Some(text(
        "No price of a Kling model is published where it could be read. For the master tiers about $1.47 for 5 s and $2.94 for 10 s are likely: the list price of the likely upstream and the surcharge that other models of this provider show. What a film cost is in a header of the reply that delivers it. The motion brush's `dynamic_masks` and the `config` of the image-to-video camera are lists and objects; send them as extra parameters.",
    )),
    base_url: Some(text("https://api.aimlapi.com")),
    regions: list![],
    auth: Auth::Bearer { env: text("AIMLAPI_API_KEY") },
    key_page: Some(text("https://aimlapi.com/app/keys")),
    headers: list![],
    sources: list![
        Source {
            key: text("t2v"),
            url: text("https://docs.aimlapi.com/api-references/video-models/kling-ai/v2-master-text-to-video"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("i2v"),
            url: text("https://docs.aimlapi.com/api-references/video-models/kling-ai/v2-master-image-to-video"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("t2v21"),
            url: text("https://docs.aimlapi.com/api-references/video-models/kling-ai/v2.1-master-text-to-video"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("i2v21"),
            url: text("https://docs.aimlapi.com/api-references/video-models/kling-ai/v2.1-master-image-to-video"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("pro21"),
            url: text("https://docs.aimlapi.com/api-references/video-models/kling-ai/v2.1-pro-image-to-video"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("standard21"),
            url: text("https://docs.aimlapi.com/api-references/video-models/kling-ai/v2.1-standard-image-to-video"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("specs"),
            url: text("https://github.com/aimlapi/api-docs/tree/main/docs/api-references/video-models/Kling-AI"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("fetch"),
            url: text(
                "https://github.com/aimlapi/api-docs/blob/main/docs/api-references/video-models/universal-video-fetch.json"
            ),
            checked: text("2026-11-20")
        },
        Source {
            key: text("account"),
            url: text(
                "https://github.com/aimlapi/api-docs/blob/main/docs/api-references/service-endpoints/account-balance.md"
            ),
            checked: text("2026-11-20")
        },
        Source {
            key: text("errors"),
            url: text("https://github.com/aimlapi/api-docs/tree/main/docs/errors-and-messages"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("help"),
            url: text("https://help.aimlapi.com/article/31-what-errors-might-occur-when-using-the-api"),
            checked: text("2026-11-20")
        },
        Source {
            key: text("conventions"),
            url: text("https://github.com/api-evangelist/aimlapi"),
            checked: text("2026-11-20")
        }
    ],
    assumed: list![
        Assumption {
            place: text("credits.credits.worth"),
            reason: text("worked out from an example that sets 50,000 credits equal to $0.025")
        },
        Assumption {
            place: text("fields.cfg_scale.default"),
            reason: text("stated in an earlier version of the specification alone")
        },
        Assumption {
            place: text("fields.start_image.accepts"),
            reason: text("a Base64 image is taken, and the value must be a URI; so a data URI is taken to be meant")
        },
        Assumption {
            place: text("models.kling-v2-master-t2v.override.duration.default"),
            reason: text("stated for image-to-video alone")
        },
        Assumption {
            place: text("models.kling-v2.1-master-t2v.override.duration.default"),
            reason: text("stated for image-to-video alone")
        },
        Assumption {
            place: text("poll.also"),
            reason: text("replies in general have the header; that of a finished film is taken to have it too")
        }
    ],
    credits: list![Credit { unit: text("credits"), worth: Amount { trillionths: 500_000 }, currency: text("USD") }],
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
            about: Some(text("How closely the film follows the prompt."))
        },
        Field {
            name: text("start_image"),
            kind: FieldType::Image,
            at: Path { segments: list![Segment::Key(text("image_url"))] },
            allowed: Allowed::Any,
            default: None,
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: Some(ImageLimits {
                accepts: list![ImageForm::Url, ImageForm::DataUri],
                media_types: list![],
                max_bytes: None,
                min_side: None,
                media_type_at: None,
                int: false
            }),
            about: Some(text("The first frame."))
        },
        Field {
            name: text("static_mask"),
            kind: FieldType::Image,
            at: Path { segments: list![Segment::Key(text("static_mask"))] },
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
            about: Some(text("The motion brush's mask: where it applies."))
        },
        Field {
            name: text("camera_control"),
            kind: FieldType::Text,
            at: Path { segments: list![Segment::Key(text("camera_control"))] },
            allowed: Allowed::Values(list![
                Scalar::Text(text("down_back")),
                Scalar::Text(text("forward_up")),
                Scalar::Text(text("right_turn_forward")),
                Scalar::Text(text("left_turn_forward"))
            ]),
            default: None,
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("A camera movement that is ready to use."))
        },
        Field {
            name: text("camera_move"),
            kind: FieldType::Text,
            at: Path {
                segments: list![Segment::Key(text("advanced_camera_control")), Segment::Key(text("movement_type"))]
            },
            allowed: Allowed::Values(list![
                Scalar::Text(text("horizontal")),
                Scalar::Text(text("vertical")),
                Scalar::Text(text("pan")),
                Scalar::Text(text("tilt")),
                Scalar::Text(text("roll")),
                Scalar::Text(text("zoom"))
            ]),
            default: None,
            text_form: None,
            not_with: list![],
            needs: list![text("camera_move_by")],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("How the camera moves."))
        },
        Field {
            name: text("camera_move_by"),
            kind: FieldType::Int,
            at: Path {
                segments: list![Segment::Key(text("advanced_camera_control")), Segment::Key(text("movement_value"))]
            },
            allowed: Allowed::Range(-10.0, 10.0),
            default: None,
            text_form: None,
            not_with: list![],
            needs: list![text("camera_move")],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text("How far, and which way, the camera moves."))
        },
        Field {
            name: text("routing"),
            kind: FieldType::Text,
            at: Path { segments: list![Segment::Key(text("provider"))] },
            allowed: Allowed::Values(list![
                Scalar::Text(text("auto")),
                Scalar::Text(text("kling")),
                Scalar::Text(text("fal"))
            ]),
            default: Some(Scalar::Text(text("auto"))),
            text_form: None,
            not_with: list![],
            needs: list![],
            ignored_with: list![],
            max_length: None,
            image: None,
            about: Some(text(
                "Who makes the film: `kling` without a second choice, the mirror `fal`, or first the one and then the other."
            ))
        }
    ],
    models: list![
        Model {
            key: text("kling-v2-master-t2v"),
            id: text("klingai/v2-master-text-to-video"),
            family: Some(text("kling-2.0-master")),
            about: Some(text("Kling 2.0 master, from a text.")),
            required: list![text("prompt")],
            optional: list![
                text("negative_prompt"),
                text("duration"),
                text("aspect_ratio"),
                text("cfg_scale"),
                text("camera_control"),
                text("camera_move"),
                text("camera_move_by"),
                text("routing")
            ],
            fields: list![Field {
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
            }],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![],
                table: list![PriceRow { when: list![], amount: None }]
            }),
            latency: Some(Latency {
                by: list![text("duration")],
                table: list![
                    LatencyRow { when: list![Scalar::Int(5)], between: (300_000, 360_000) },
                    LatencyRow { when: list![Scalar::Int(10)], between: (660_000, 840_000) }
                ]
            }),
            source: list![text("t2v"), text("specs")]
        },
        Model {
            key: text("kling-v2-master-i2v"),
            id: text("klingai/v2-master-image-to-video"),
            family: Some(text("kling-2.0-master")),
            about: Some(text("Kling 2.0 master, from a first frame.")),
            required: list![text("start_image")],
            optional: list![
                text("prompt"),
                text("negative_prompt"),
                text("duration"),
                text("cfg_scale"),
                text("camera_control"),
                text("static_mask"),
                text("routing")
            ],
            fields: list![Field {
                name: text("camera_control"),
                kind: FieldType::Text,
                at: Path { segments: list![Segment::Key(text("camera_control")), Segment::Key(text("type"))] },
                allowed: Allowed::Values(list![
                    Scalar::Text(text("down_back")),
                    Scalar::Text(text("forward_up")),
                    Scalar::Text(text("right_turn_forward")),
                    Scalar::Text(text("left_turn_forward"))
                ]),
                default: None,
                text_form: None,
                not_with: list![],
                needs: list![],
                ignored_with: list![],
                max_length: None,
                image: None,
                about: Some(text("A camera movement that is ready to use."))
            }],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![],
                table: list![PriceRow { when: list![], amount: None }]
            }),
            latency: Some(Latency {
                by: list![text("duration")],
                table: list![
                    LatencyRow { when: list![Scalar::Int(5)], between: (300_000, 360_000) },
                    LatencyRow { when: list![Scalar::Int(10)], between: (660_000, 840_000) }
                ]
            }),
            source: list![text("i2v"), text("specs")]
        },
        Model {
            key: text("kling-v2.1-master-t2v"),
            id: text("klingai/v2.1-master-text-to-video"),
            family: Some(text("kling-2.1-master")),
            about: Some(text("Kling 2.1 master, from a text.")),
            required: list![text("prompt")],
            optional: list![
                text("negative_prompt"),
                text("duration"),
                text("aspect_ratio"),
                text("cfg_scale"),
                text("camera_control"),
                text("camera_move"),
                text("camera_move_by"),
                text("routing")
            ],
            fields: list![Field {
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
            }],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![],
                table: list![PriceRow { when: list![], amount: None }]
            }),
            latency: Some(Latency {
                by: list![text("duration")],
                table: list![
                    LatencyRow { when: list![Scalar::Int(5)], between: (300_000, 360_000) },
                    LatencyRow { when: list![Scalar::Int(10)], between: (660_000, 840_000) }
                ]
            }),
            source: list![text("t2v21"), text("specs")]
        },
        Model {
            key: text("kling-v2.1-master-i2v"),
            id: text("klingai/v2.1-master-image-to-video"),
            family: Some(text("kling-2.1-master")),
            about: Some(text("Kling 2.1 master, from a first frame.")),
            required: list![text("start_image")],
            optional: list![
                text("prompt"),
                text("negative_prompt"),
                text("duration"),
                text("cfg_scale"),
                text("camera_control"),
                text("static_mask"),
                text("routing")
            ],
            fields: list![Field {
                name: text("camera_control"),
                kind: FieldType::Text,
                at: Path { segments: list![Segment::Key(text("camera_control")), Segment::Key(text("type"))] },
                allowed: Allowed::Values(list![
                    Scalar::Text(text("down_back")),
                    Scalar::Text(text("forward_up")),
                    Scalar::Text(text("right_turn_forward")),
                    Scalar::Text(text("left_turn_forward"))
                ]),
                default: None,
                text_form: None,
                not_with: list![],
                needs: list![],
                ignored_with: list![],
                max_length: None,
                image: None,
                about: Some(text("A camera movement that is ready to use."))
            }],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![],
                table: list![PriceRow { when: list![], amount: None }]
            }),
            latency: Some(Latency {
                by: list![text("duration")],
                table: list![
                    LatencyRow { when: list![Scalar::Int(5)], between: (300_000, 360_000) },
                    LatencyRow { when: list![Scalar::Int(10)], between: (660_000, 840_000) }
                ]
            }),
            source: list![text("i2v21"), text("specs")]
        },
        Model {
            key: text("kling-v2.1-pro-i2v"),
            id: text("kling-video/v2.1/pro/image-to-video"),
            family: Some(text("kling-2.1-pro")),
            about: Some(text("Kling 2.1 pro, from a first frame.")),
            required: list![text("start_image")],
            optional: list![
                text("prompt"),
                text("negative_prompt"),
                text("duration"),
                text("cfg_scale"),
                text("camera_control"),
                text("static_mask")
            ],
            fields: list![Field {
                name: text("camera_control"),
                kind: FieldType::Text,
                at: Path { segments: list![Segment::Key(text("camera_control")), Segment::Key(text("type"))] },
                allowed: Allowed::Values(list![
                    Scalar::Text(text("down_back")),
                    Scalar::Text(text("forward_up")),
                    Scalar::Text(text("right_turn_forward")),
                    Scalar::Text(text("left_turn_forward"))
                ]),
                default: None,
                text_form: None,
                not_with: list![],
                needs: list![],
                ignored_with: list![],
                max_length: None,
                image: None,
                about: Some(text("A camera movement that is ready to use."))
            }],
            body: list![],
            by_name_only: false,
            price: Some(Price {
                unit: text("USD"),
                per: Per::Video,
                by: list![],
                table: list![PriceRow { when: list![], amount: None }]
            }),
            latency: Some(Latency {
                by: list![text("duration")],
                table: list![
                    LatencyRow { when: list![Scalar::Int(5)], between: (180_000, 240_000) },
                    LatencyRow { when: list![Scalar::Int(10)], between: (360_000, 480_000) }
                ]
            }),
            source: list![text("pro21"), text("specs")]
        },
        Model {
            key: text("kling-v2.1-standard-i2v"),
            id: text("kling-video/v2.1/standard/image-to-video"),
            family: Some(text("kling-2.1-standard")),
            about: Some(text("Kling 2.1 standard, from a first frame.")),
            required: list![text("start_image")],
            optional: list![
                text("prompt"),
                text("negative_prompt"),
                text("duration"),
                text("cfg_scale"),
                text("camera_control"),
                text("static_mask")
            ],
            fields: list![Field {
                name: text("camera_control"),
                kind: FieldType::Text,
                at: Path { segments: list![Segment::Key(text("camera_control")), Segment::Key(text("type"))] },
                allowed: Allowed::Values(list![
                    Scalar::Text(text("down_back")),
                    Scalar::Text(text("forward_up")),
                    Scalar::Text(text("right_turn_forward")),
                    Scalar::Text(text("left_turn_forward"))
                ]),
                default: None,
                text_form: None,
                not_with: list![],
                needs: list![],
                ignored_with: list![],
                max_length: None,
                image: None,
                about: Some(text("A camera movement that is ready to use."))
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
            source: list![text("standard21"), text("specs")]
        }
    ],
    create: Operation {
        method: Method::Post,
        address: Address { pieces: list![Piece::Literal(text("/v2/video/generations"))] },
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
            status: Some(Status {
                rules: list![],
                at: Some(Path { segments: list![Segment::Key(text("status"))] }),
                words: list![
                    Words {
                        state: State::Queued,
                        words: list![Scalar::Text(text("queued")), Scalar::Text(text("waiting"))]
                    },
                    Words {
                        state: State::Running,
                        words: list![Scalar::Text(text("generating")), Scalar::Text(text("active"))]
                    },
                    Words { state: State::Done, words: list![Scalar::Text(text("completed"))] },
                    Words { state: State::Failed, words: list![Scalar::Text(text("error"))] }
                ],
                ignore_case: false,
            }),
            save: list![Saved {
                name: text("id"),
                at: list![Path { segments: list![Segment::Key(text("id"))] }],
                int: false
            }],
            output: Some(Output {
                url: list![Path { segments: list![Segment::Key(text("video")), Segment::Key(text("url"))] }],
                base64: None,
                body: None,
            }),
            also: list![Side {
                name: text("cost"),
                place: Place { at: Path { segments: list![Segment::Header(text("x-aimlapi-usd-spent"))] }, text: None }
            }],
            queue_position: None,
            progress: None,
        },
    },
    variants: list![],
    poll: Some(Operation {
        method: Method::Get,
        address: Address { pieces: list![Piece::Literal(text("/v2/video/generations"))] },
        url_from: None,
        query: list![Parameter { name: text("generation_id"), value: Term::Reference(text("id")) }],
        headers: list![],
        body: list![],
        encoding: Encoding::Json,
        pace: Pace { every: Some(15_000), at_least: None, every_from: None },
        reply: ReplyShape {
            ok: None,
            status: Some(Status {
                rules: list![],
                at: Some(Path { segments: list![Segment::Key(text("status"))] }),
                words: list![
                    Words {
                        state: State::Queued,
                        words: list![Scalar::Text(text("queued")), Scalar::Text(text("waiting"))]
                    },
                    Words {
                        state: State::Running,
                        words: list![Scalar::Text(text("generating")), Scalar::Text(text("active"))]
                    },
                    Words { state: State::Done, words: list![Scalar::Text(text("completed"))] },
                    Words { state: State::Failed, words: list![Scalar::Text(text("error"))] }
                ],
                ignore_case: false,
            }),
            save: list![],
            output: Some(Output {
                url: list![Path { segments: list![Segment::Key(text("video")), Segment::Key(text("url"))] }],
                base64: None,
                body: None,
            }),
            also: list![Side {
                name: text("cost"),
                place: Place { at: Path { segments: list![Segment::Header(text("x-aimlapi-usd-spent"))] }, text: None }
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
        amount: Place { at: Path { segments: list![Segment::Key(text("balance"))] }, text: None },
        unit: text("credits"),
    }),
    upload: None,
    webhook: None,
    errors: Errors {
        reply: Plane {
            code: list![Path { segments: list![Segment::Key(text("error")), Segment::Key(text("name"))] }],
            message: list![
                Path { segments: list![Segment::Key(text("message"))] },
                Path { segments: list![Segment::Key(text("title"))] }
            ],
        },
        job: Plane {
            code: list![Path { segments: list![Segment::Key(text("error")), Segment::Key(text("name"))] }],
            message: list![Path { segments: list![Segment::Key(text("error")), Segment::Key(text("message"))] }],
        },
        rules: list![
            ErrorRule {
                http: list![HttpPattern::Code(403)],
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
                http: list![HttpPattern::Code(401)],
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
