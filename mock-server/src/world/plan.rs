//! What is to be done about a request.

use std::time::SystemTime;

use crate::Break;
use crate::engine::Answer;

/// What is to be done about a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Plan {
    /// Answer it.
    Answer {
        /// The HTTP code.
        http: u16,
        /// Names, in lower case, and values.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// Close the connection without a word.
    CloseWithoutAnswer,
    /// Begin to answer, and break off.
    BreakOff {
        /// The answer.
        answer: Box<Plan>,
        /// In which way.
        how: Break,
        /// After how many bytes of the answer, its head included; `None` is half of it.
        after: Option<usize>,
    },
}

impl Plan {
    pub(crate) fn text(http: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::Answer { http, headers: vec![("content-type".to_owned(), media_type.to_owned())], body: body.into() }
    }

    /// The plan with what every answer says: the date of the world's clock, and what befell it.
    pub(super) fn signed(mut self, wall: SystemTime, trace: String) -> Self {
        let mut answer = &mut self;
        while let Self::BreakOff { answer: inner, .. } = answer {
            answer = inner;
        }
        if let Self::Answer { headers, .. } = answer {
            headers.push(("date".to_owned(), httpdate::fmt_http_date(wall)));
            headers.push(("x-polyreel-trace".to_owned(), trace));
        }
        self
    }

    /// The answer, if there is one, with this way to break off.
    pub(super) fn broken(self, how: Break, after: Option<usize>) -> Self {
        match self {
            Self::Answer { .. } if how == Break::Close && after == Some(0) => Self::CloseWithoutAnswer,
            Self::Answer { .. } => Self::BreakOff { answer: Box::new(self), how, after },
            other => other,
        }
    }

    /// The answer with this header alone by its name, which is in lower case.
    pub(crate) fn with_header(self, name: &str, value: &str) -> Self {
        let mut plan = self.without_header(name);
        if let Self::Answer { headers, .. } = &mut plan {
            headers.push((name.to_owned(), value.to_owned()));
        }
        plan
    }

    /// The answer without headers of this name, which is in lower case.
    pub(super) fn without_header(mut self, name: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.retain(|(own, _)| own != name);
        }
        self
    }

    /// Whether all of the answer arrives, if late.
    pub(super) fn arrives(&self) -> bool {
        match self {
            Self::Answer { .. } | Self::BreakOff { how: Break::Drip, .. } => true,
            Self::BreakOff { .. } | Self::CloseWithoutAnswer => false,
        }
    }

    /// A header of the answer, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        match self {
            Self::Answer { headers, .. } => {
                headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
            }
            Self::BreakOff { answer, .. } => answer.header(name),
            Self::CloseWithoutAnswer => None,
        }
    }

    /// The HTTP code of the answer.
    pub fn http(&self) -> Option<u16> {
        match self {
            Self::Answer { http, .. } => Some(*http),
            Self::CloseWithoutAnswer => None,
            Self::BreakOff { answer, .. } => answer.http(),
        }
    }
}

/// Shows how long the body is, not what it says.
impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Answer { http, headers, body } => f
                .debug_struct("Answer")
                .field("http", http)
                .field("headers", headers)
                .field("body", &format_args!("{} bytes", body.len()))
                .finish(),
            Self::CloseWithoutAnswer => f.write_str("CloseWithoutAnswer"),
            Self::BreakOff { answer, how, after } => {
                f.debug_struct("BreakOff").field("answer", answer).field("how", how).field("after", after).finish()
            }
        }
    }
}

impl From<Answer> for Plan {
    fn from(answer: Answer) -> Self {
        Self::Answer { http: answer.http, headers: answer.headers, body: answer.body.into_bytes() }
    }
}
