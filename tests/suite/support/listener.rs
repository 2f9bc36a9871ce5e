//! Who listens to spans and events: keeps all that they say, and counts the calls that are on their way.

use std::collections::HashMap;
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, Interest, set_default, set_global_default};
use tracing::{Event, Metadata, Subscriber};

/// What was said on this thread since it began to listen.
#[derive(Clone, Default)]
pub(crate) struct Listener(Arc<Heard>);

#[derive(Default)]
struct Heard {
    numbers: AtomicU64,
    text: Mutex<String>,
    /// Spans that are open: whether each is a call, and how often it is held.
    open: Mutex<HashMap<u64, (bool, usize)>>,
    calls: AtomicUsize,
    /// Without this, text is not kept.
    keeps_text: bool,
}

impl Listener {
    /// Listens on this thread, to everything that anybody says, until the guard is dropped.
    pub(crate) fn start() -> (Self, DefaultGuard) {
        Self::with(Heard { keeps_text: true, ..Heard::default() })
    }

    /// Counts calls alone.
    pub(crate) fn count_calls() -> (Self, DefaultGuard) {
        Self::with(Heard::default())
    }

    fn with(heard: Heard) -> (Self, DefaultGuard) {
        // Whether anybody listens to a line of code is remembered when it is first run. While another thread does just that,
        // it could be remembered that nobody does; with somebody who may always listen it cannot.
        static EVERYWHERE: Once = Once::new();
        EVERYWHERE.call_once(|| drop(set_global_default(Deaf)));
        let listener = Self(Arc::new(heard));
        (listener.clone(), set_default(listener))
    }

    /// All that was said, a line each.
    pub(crate) fn text(&self) -> String {
        self.0.text.lock().unwrap().clone()
    }

    /// How many calls are on their way.
    pub(crate) fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    fn keep(&self, what: &str, say: impl FnOnce(&mut Words<'_>)) {
        if self.0.keeps_text {
            let mut text = self.0.text.lock().unwrap();
            text.push_str(what);
            say(&mut Words(&mut text));
            text.push('\n');
        }
    }
}

/// Could listen to anything, and never does.
struct Deaf;

impl Subscriber for Deaf {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Words<'t>(&'t mut String);

impl Visit for Words<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Listener {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.0.keeps_text || metadata.is_span() && metadata.name() == "polyreel.call"
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let number = self.0.numbers.fetch_add(1, Ordering::SeqCst) + 1;
        let is_call = attributes.metadata().name() == "polyreel.call";
        if is_call {
            self.0.calls.fetch_add(1, Ordering::SeqCst);
        }
        self.0.open.lock().unwrap().insert(number, (is_call, 1));
        self.keep(attributes.metadata().name(), |words| attributes.record(words));
        Id::from_u64(number)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.keep("…", |words| values.record(words));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        self.keep(&format!("{} {}", metadata.level(), metadata.target()), |words| event.record(words));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn clone_span(&self, id: &Id) -> Id {
        if let Some((_, held)) = self.0.open.lock().unwrap().get_mut(&id.into_u64()) {
            *held += 1;
        }
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let mut open = self.0.open.lock().unwrap();
        let Some((is_call, held)) = open.get_mut(&id.into_u64()) else { return false };
        *held -= 1;
        if *held > 0 {
            return false;
        }
        if *is_call {
            self.0.calls.fetch_sub(1, Ordering::SeqCst);
        }
        open.remove(&id.into_u64());
        true
    }
}
