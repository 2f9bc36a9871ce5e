//! Spans and events for `tracing`, in the names of the OpenTelemetry conventions where there are some.
//!
//! Nothing here holds a URL, a header, a body or a prompt.

use polyreel_spec::{Method, Provider, Step};
use tracing::field::Empty;
use tracing::{Span, info_span};

use crate::JobHandle;
use crate::head::Head;
use crate::origin::Base;

/// One call on its way.
pub(crate) fn call(step: Step, method: Method, provider: &Provider, base: &Base) -> Span {
    info_span!(
        "polyreel.call",
        otel.name = step.name(),
        otel.kind = "client",
        gen_ai.provider.name = &*provider.id,
        http.request.method = method.name(),
        server.address = base.host(),
        server.port = base.port(),
        http.response.status_code = Empty,
        error.r#type = Empty,
    )
}

/// The call was answered, or was not.
pub(crate) fn answered(head: Option<&Head>, trouble: Option<&'static str>) {
    let span = Span::current();
    if let Some(head) = head {
        span.record("http.response.status_code", head.http);
    }
    if let Some(trouble) = trouble {
        span.record("error.type", trouble);
    }
}

/// A request from its check until it is accepted, refused or unknown.
pub(crate) fn submit(provider: &Provider, model: &str) -> Span {
    info_span!(
        "polyreel.submit",
        gen_ai.provider.name = &*provider.id,
        gen_ai.request.model = model,
        polyreel.job.id = Empty,
        error.r#type = Empty,
    )
}

/// One look at a job.
pub(crate) fn look(handle: &JobHandle) -> Span {
    info_span!(
        "polyreel.look",
        gen_ai.provider.name = handle.provider(),
        gen_ai.request.model = handle.model(),
        polyreel.job.id = crate::printable(handle.id()),
    )
}
