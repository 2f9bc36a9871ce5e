//! The calls of the provider built by hand, and what their answers mean.

use polyreel_spec::{
    Balance, Cancel, CodePattern, Condition, Constant, Delay, Download, Encoding, ErrorRule, Errors, HttpPattern, Kind,
    List, Method, Operation, Output, Pace, Parameter, Place, Plane, Progress, ReplyShape, Saved, Scalar, Side,
    SignatureEncoding, Signed, State, Status, StatusRule, Term, TextForm, Upload, Verify, Webhook, Words,
};

use crate::acme::{Acme, one};

impl Acme<'_> {
    pub(crate) fn operation(&self) -> Operation {
        let body = [
            Constant { at: self.path("model"), value: Term::Reference(self.text("model")) },
            Constant { at: self.path("mode"), value: Term::Constant(self.scalar("pro")) },
        ];
        let pace = Pace { every: Some(5_000), at_least: Some(1_000), every_from: Some(self.delay()) };
        Operation {
            method: Method::Put,
            address: self.address(),
            url_from: Some(self.text("poll_url")),
            query: one(Parameter { name: self.text("generation_id"), value: Term::Reference(self.text("id")) }),
            headers: one(Parameter { name: self.text("x-mode"), value: Term::Constant(self.scalar("fast")) }),
            body: body.to_vec().into(),
            encoding: Encoding::MultipartIfFile,
            pace,
            reply: self.reply(),
        }
    }

    pub(crate) fn download(&self) -> Download {
        Download { auth: true, operation: Some(self.operation()) }
    }

    pub(crate) fn cancel(&self) -> Cancel {
        Cancel {
            operation: self.operation(),
            done: one(HttpPattern::Code(200)),
            requested: one(HttpPattern::Code(202)),
            refused: one(HttpPattern::Hundred(4)),
            during: one(State::Queued),
            deletes_finished: true,
        }
    }

    pub(crate) fn balance(&self) -> Balance {
        Balance { operation: self.operation(), amount: self.place("balance"), unit: self.text("credits") }
    }

    pub(crate) fn upload(&self) -> Upload {
        Upload { operation: self.operation(), file_at: self.path("file"), id: one(self.path("file_id")) }
    }

    pub(crate) fn webhook(&self, verify: Verify) -> Webhook {
        Webhook { id: one(self.path("id")), challenge: Some(self.path("challenge")), verify: Some(verify) }
    }

    pub(crate) fn hmac(&self) -> Verify {
        Verify::HmacSha256 {
            signature: self.text("X-Signature"),
            prefix: self.text("sha256="),
            encoding: SignatureEncoding::Hex,
            over: vec![Signed::Value(self.path("timestamp")), Signed::Body].into(),
            joined_by: self.text("."),
            env: self.text("ACME_WEBHOOK_SECRET"),
        }
    }

    pub(crate) fn errors(&self) -> Errors {
        let plane = || Plane { code: one(self.path("code")), message: one(self.path("message")) };
        let codes = [CodePattern::Prefix(self.text("BILLING_")), CodePattern::Code(Scalar::Int(-10_001))];
        let rule = ErrorRule {
            http: one(HttpPattern::Code(404)),
            code: codes.to_vec().into(),
            message_has: Some(self.text("not found")),
            kind: Kind::NotFound,
            retriable: Some(true),
            nothing_created: Some(false),
            billed: Some(false),
        };
        Errors {
            reply: plane(),
            job: plane(),
            rules: one(rule),
            retry_after: Some(self.delay()),
            failed_jobs_billed: Some(false),
        }
    }

    pub(crate) fn text_form(&self) -> TextForm {
        TextForm { prefix: self.text("t="), suffix: self.text("s") }
    }

    fn reply(&self) -> ReplyShape {
        let rule =
            StatusRule { state: State::Failed, when: self.condition(), kind: Some(Kind::Content), billed: Some(false) };
        let words = Words { state: State::Done, words: vec![self.scalar("done"), Scalar::Int(99)].into() };
        let status = Status { rules: one(rule), at: Some(self.path("status")), words: one(words), ignore_case: true };
        let output =
            Output { url: one(self.path("url")), base64: Some(self.path("film")), body: Some(self.text("video/*")) };
        ReplyShape {
            ok: Some(self.condition()),
            status: Some(status),
            save: one(Saved { name: self.text("id"), at: one(self.path("id")), int: true }),
            output: Some(output),
            also: one(Side { name: self.text("cover"), place: self.place("cover") }),
            queue_position: Some(self.place("position")),
            progress: Some(Progress { place: self.place("progress"), max: 1.0 }),
        }
    }

    fn condition(&self) -> Condition {
        let is: List<Scalar> = one(self.scalar("broken"));
        Condition {
            http: one(HttpPattern::Hundred(5)),
            content_type: Some(self.text("application/json")),
            at: Some(self.path("state")),
            is,
            has: Some(self.path("error")),
            lacks: Some(self.path("url")),
        }
    }

    fn delay(&self) -> Delay {
        Delay { place: self.place("wait"), unit: 1_000 }
    }

    fn place(&self, plain: &str) -> Place {
        Place { at: self.path(plain), text: Some(self.text_form()) }
    }
}
