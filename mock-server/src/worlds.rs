//! A world for each key, so that tests and customers share nothing but the clock.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::engine::Request;
use crate::world::{Callback, Effect, KEY, Plan, World, claimed_key};

/// The most worlds beside the first one.
const MOST: usize = 10_000;
/// The longest name of a world, in bytes.
const LONGEST_NAME: usize = 64;

/// All worlds of a server. The first belongs to the key `mock-key`; `mock-key-NAME` makes one of its own for NAME, which
/// is up to 64 letters, digits and dashes.
#[derive(Clone, Debug)]
pub struct Worlds {
    first: World,
    others: BTreeMap<String, World>,
}

impl Worlds {
    /// Worlds like this one, in which nothing has happened yet.
    pub fn new(first: World) -> Self {
        Self { first, others: BTreeMap::new() }
    }

    /// The key of a world: `mock-key-NAME`, or `mock-key` for the first one, whose name is empty.
    pub fn key(name: &str) -> String {
        if name.is_empty() { KEY.to_owned() } else { format!("{KEY}-{name}") }
    }

    /// Takes one request in the world that it belongs to: by the key that it shows, or by its path where films are.
    pub fn handle(&mut self, now: Duration, request: &Request) -> Plan {
        self.take(now, request.clone())
    }

    /// As [`Worlds::handle`], of a request that nobody else needs.
    pub(crate) fn take(&mut self, now: Duration, mut request: Request) -> Plan {
        self.world_of(&mut request).take(now, request)
    }

    /// The world that a request belongs to. The path becomes the one that it has there.
    pub(crate) fn world_of(&mut self, request: &mut Request) -> &mut World {
        let (path, query) = request.split_query();
        if let Some((name, rest)) = path.strip_prefix(BELOW).and_then(|rest| rest.split_once('/')) {
            let Some(world) = self.others.get_mut(name) else { return &mut self.first };
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            request.path = format!("/__mock/{rest}{query}");
            return world;
        }
        let key = self.first.provider_of(path).and_then(|provider| claimed_key(&provider.auth, request));
        let name = key.as_deref().and_then(|key| key.strip_prefix(KEY)?.strip_prefix('-'));
        let name = name.unwrap_or_default().to_owned();
        // What is no name is nobody's key, and the first world says so.
        let name = if self.world_mut(&name).is_some() { name.as_str() } else { "" };
        self.others.get_mut(name).unwrap_or(&mut self.first)
    }

    /// Lets time pass in all worlds. Gives what is due by then in any of them, in order.
    #[must_use = "a callback that is not sent is lost"]
    pub fn advance(&mut self, to: Duration) -> Vec<Effect> {
        self.catch_up(to);
        std::iter::from_fn(|| self.next_effect()).collect()
    }

    /// Takes down what came of a callback, see [`World::called_back`].
    pub fn called_back(&mut self, callback: &Callback, outcome: Result<u16, String>) {
        if self.world(&callback.customer).is_some()
            && let Some(world) = self.world_mut(&callback.customer)
        {
            world.called_back(callback, outcome);
        }
    }

    /// As [`Worlds::advance`]; what is due stays here.
    pub(crate) fn catch_up(&mut self, to: Duration) {
        self.all_mut().for_each(|world| world.catch_up(to));
    }

    /// What is due next in any world.
    pub(crate) fn next_effect(&mut self) -> Option<Effect> {
        loop {
            let due = self.all_mut().filter_map(|world| Some((world.callback_due_at()?, world)));
            let (_, world) = due.min_by_key(|(at, _)| *at)?;
            if let Some(effect) = world.next_effect() {
                return Some(effect);
            }
        }
    }

    /// When the next job ends or the next callback is due in any world.
    pub(crate) fn next_event_at(&self) -> Option<Duration> {
        std::iter::once(&self.first).chain(self.others.values()).filter_map(World::next_event_at).min()
    }

    /// The world of the key `mock-key`.
    pub fn first(&self) -> &World {
        &self.first
    }

    /// The world of this name, if there is one; the first one's name is empty.
    pub fn world(&self, name: &str) -> Option<&World> {
        if name.is_empty() { Some(&self.first) } else { self.others.get(name) }
    }

    /// The world of this name, made now if need be. `None` for what is no name, and when there are too many.
    pub fn world_mut(&mut self, name: &str) -> Option<&mut World> {
        if name.is_empty() {
            return Some(&mut self.first);
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_name = name.len() <= LONGEST_NAME && name.bytes().all(is_plain);
        if !is_name || !self.others.contains_key(name) && self.others.len() >= MOST {
            return None;
        }
        Some(self.others.entry(name.to_owned()).or_insert_with(|| self.first.of_customer(name)))
    }

    /// Makes a world anew: nothing has happened in it. A world without a name stays.
    pub fn reset(&mut self, name: &str) {
        if name.is_empty() {
            self.first = self.first.anew();
        } else if let Some(world) = self.others.get_mut(name) {
            *world = world.anew();
        }
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut World> {
        std::iter::once(&mut self.first).chain(self.others.values_mut())
    }

    /// The names of all worlds; the first one's is empty.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once("").chain(self.others.keys().map(String::as_str))
    }
}

/// Where the films of the other worlds are.
pub(crate) const BELOW: &str = "/__mock/worlds/";
