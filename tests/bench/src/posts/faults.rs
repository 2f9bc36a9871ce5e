//! All that goes wrong.

use super::{http1, http2};

/// Something that goes wrong once a create was read.
#[derive(Clone)]
pub(crate) enum Fault {
    Http1(http1::Fault),
    Http2(http2::Fault),
}

/// How a client and the server talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http1,
    /// Without TLS, and without asking first.
    Http2,
}

impl Protocol {
    pub(crate) const ALL: [Self; 2] = [Self::Http1, Self::Http2];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Http1 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        }
    }

    /// All faults, in the order of the table.
    pub(crate) fn faults(self) -> Vec<Fault> {
        match self {
            Self::Http1 => http1::faults().into_iter().map(Fault::Http1).collect(),
            Self::Http2 => http2::faults().into_iter().map(Fault::Http2).collect(),
        }
    }
}

impl Fault {
    pub(crate) fn protocol(&self) -> Protocol {
        match self {
            Self::Http1(_) => Protocol::Http1,
            Self::Http2(_) => Protocol::Http2,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Http1(fault) => fault.name,
            Self::Http2(fault) => fault.name,
        }
    }

    /// Whether a client waits for ever that is not told how long.
    pub(crate) fn is_silence(&self) -> bool {
        matches!(self, Self::Http1(fault) if fault.is_silence())
    }
}
