//! Forms of text. The patterns are what an editor shows before the reader has its say; none refuses what the reader takes.

use std::ops::Deref;

use super::language::{Form, Language, Shape};
use super::node::Node;
use super::reading::{Context, Read};
use crate::Scalar;

macro_rules! step {
    () => {
        r"\[(\*|[0-9]{1,4}|[A-Za-z0-9_./-]+=[A-Za-z0-9_./-]+(,[A-Za-z0-9_./-]+=[A-Za-z0-9_./-]+)*)\]"
    };
}
macro_rules! member {
    () => {
        r#"[^\x00-\x20\x7f\[\]{}"'`:@,=*.]+"#
    };
}

pub(super) static PATH: Form = Form {
    name: "path",
    about: "A place in a JSON document, or a header.",
    example: "data.works[0].url",
    pattern: concat!(
        "^(header:[A-Za-z0-9_-]+|(",
        member!(),
        "(",
        step!(),
        ")*|(",
        step!(),
        ")+)",
        r"(\.(",
        member!(),
        "|@json)(",
        step!(),
        ")*)*)$",
    ),
};

macro_rules! reference {
    () => {
        r"\{\+?[A-Za-z0-9_]+\}"
    };
}
/// What stands between two slashes: anything but `.` and `..`, which would be steps.
macro_rules! segment {
    () => {
        concat!(r"(\.*([A-Za-z0-9_~:-]|", reference!(), r")([A-Za-z0-9_.~:-]|", reference!(), r")*|\.{3,})?")
    };
}

pub(super) static ADDRESS: Form = Form {
    name: "address",
    about: "The path of a call below the base URL; begins with a slash or with `{+…}`.",
    example: "/videos/{id}",
    pattern: concat!(
        r"^(/",
        segment!(),
        r"|\{\+[A-Za-z0-9_]+\}([A-Za-z0-9_.~:-]|",
        reference!(),
        ")*)",
        "(/",
        segment!(),
        ")*$",
    ),
};

pub(super) static TIME: Form = Form {
    name: "time",
    about: "A whole number of `ms`, `s`, `m`, `h` or `d`, above zero.",
    example: "10s",
    pattern: "^0*[1-9][0-9]*(ms|s|m|h|d)$",
};

pub(super) static SIZE: Form = Form {
    name: "size",
    about: "A whole number of `B`, `KB`, `MB` or `GB`, above zero; a `KB` is 1000 bytes.",
    example: "10MB",
    pattern: "^0*[1-9][0-9]*(KB|MB|GB|B)$",
};

static HUNDRED: Form = Form {
    name: "hundred HTTP codes",
    about: "All HTTP codes from 300 on that begin with a digit.",
    example: "5xx",
    pattern: r"^\+?0*[3-5]xx$",
};

/// Kinds of text whose form the meaning step checks.
macro_rules! texts {
    ($($(#[doc = $about:literal])* $name:ident = $called:literal, $example:literal, $pattern:expr;)*) => {$(
        $(#[doc = $about])*
        #[derive(Clone, Debug)]
        pub(super) struct $name(String);

        impl Deref for $name {
            type Target = String;
            fn deref(&self) -> &String {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Read for $name {
            fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
                String::read(node, context).map(Self)
            }

            fn shape(_: &mut Language) -> Shape {
                static FORM: Form = Form { name: $called, about: concat!($($about),*).trim_ascii(), example: $example, pattern: $pattern };
                Shape::Form(&FORM)
            }
        }
    )*};
}

macro_rules! host_or_folder {
    () => {
        "[A-Za-z0-9._~:-]*[A-Za-z0-9_~:-][A-Za-z0-9._~:-]*"
    };
}

texts! {
    /// At most 40 lower-case letters and digits; begins with a letter.
    Id = "id", "acme", "^[a-z][a-z0-9]{0,39}$";

    /// Where all addresses begin: https, no query, no slash at the end.
    BaseUrl = "base URL", "https://api.acme.com/v1",
        concat!("^https://", host_or_folder!(), "(/", host_or_folder!(), ")*$");

    /// A page, or something else that is read over https.
    HttpsUrl = "https URL", "https://acme.com/docs", "^https://";

    /// A day: year, month, day.
    Date = "date", "2026-11-20", "^[+0-9]{4}-([+0][1-9]|1[0-2])-([+0][1-9]|[12][0-9]|3[01])$";

    /// An environment variable that begins with the provider's id in capitals.
    Variable = "variable", "ACME_API_KEY", "^[A-Z][A-Z0-9]*_[A-Z0-9_]+$";

    /// A media type, or with `*` all of a kind.
    MediaType = "media type", "video/*", r"^[a-z0-9+.-]+/(\*|[a-z0-9+.-]+)$";
}

/// An HTTP code, or a hundred of them.
#[derive(Clone, Debug)]
pub(super) struct HttpCode(pub(super) Scalar);

impl Read for HttpCode {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        Scalar::read(node, context).map(Self)
    }

    fn shape(_: &mut Language) -> Shape {
        Shape::Either("HTTP code", vec![Shape::Whole(200, 599), Shape::Form(&HUNDRED)])
    }
}
