//! What is printed, and what has to be true of it.

use std::fmt;

use serde_json::{Value, json};

use super::Counted;
use super::clients::{Client, OURS, STOCK};
use super::faults::{Fault, Protocol};
use crate::Result;

/// All counts.
pub(crate) struct Report {
    pub(crate) clients: Vec<Client>,
    pub(crate) cells: Vec<Cell>,
}

/// One fault and one client.
pub(crate) struct Cell {
    /// The place of the client among all.
    pub(crate) client: usize,
    pub(crate) fault: Fault,
    /// Whether a create was answered well before, so that its connection can be used again.
    pub(crate) is_reused: bool,
    /// The worst of all its ways to send a create.
    most: Option<Counted>,
}

impl Cell {
    pub(crate) fn new(client: usize, fault: Fault, is_reused: bool) -> Self {
        Self { client, fault, is_reused, most: None }
    }

    pub(crate) fn add(&mut self, counted: Counted) {
        if self.most.as_ref().is_none_or(|most| most.received.posts < counted.received.posts) {
            self.most = Some(counted);
        }
    }

    fn posts(&self) -> usize {
        self.most.as_ref().map_or(0, |most| most.received.posts)
    }

    fn connection(&self) -> &'static str {
        if self.is_reused { "reused" } else { "fresh" }
    }

    /// A client that had to be ended might have gone on.
    fn shown(&self) -> String {
        let ended = self.most.as_ref().is_some_and(|most| most.ended);
        format!("{}{}", if ended { "" } else { "≥" }, self.posts())
    }
}

impl Report {
    /// Whether ours sends once, and whether the others show that the server does what it should.
    pub(crate) fn check(&self) -> Result {
        if let Some(cell) = self.of(OURS).find(|cell| cell.posts() != 1) {
            let sender = cell.most.as_ref().map_or(OURS, |most| &most.sender);
            let (fault, connection, protocol) = (cell.fault.name(), cell.connection(), cell.fault.protocol().name());
            return Err(format!("{sender} sent {} POSTs ({protocol}, {fault}, {connection})", cell.posts()));
        }
        let control = |holds: bool, what: &str| {
            if holds { Ok(()) } else { Err(format!("{what}, so the counts prove nothing; look at the server")) }
        };
        let repeats = |cell: &Cell| cell.fault.protocol() == Protocol::Http2 && cell.posts() > 1;
        control(self.of(STOCK).any(repeats), "reqwest repeated no POST over HTTP/2")?;
        let stock = self.clients.iter().position(|client| client.name == STOCK);
        let reuses = stock.is_some_and(|stock| self.reuses(stock));
        control(reuses, "reqwest did not use a connection again that was left open")
    }

    pub(crate) fn json(&self) -> Value {
        let client = |(number, client): (usize, &Client)| {
            json!({
                "name": client.name, "about": client.about, "reuses_connections": self.reuses(number),
                "sends_idempotency_key": self.has_idempotency_key(number),
            })
        };
        let cell = |cell: &Cell| {
            json!({
                "client": self.clients[cell.client].name, "protocol": cell.fault.protocol().name(),
                "fault": cell.fault.name(), "connection": cell.connection(), "posts": cell.posts(),
                "is_over": cell.most.as_ref().is_some_and(|most| most.ended),
            })
        };
        json!({
            "clients": self.clients.iter().enumerate().map(client).collect::<Vec<_>>(),
            "cells": self.cells.iter().map(cell).collect::<Vec<_>>(),
        })
    }

    fn of(&self, name: &str) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| self.clients[cell.client].name == name)
    }

    /// Whether it does so wherever it can.
    fn reuses(&self, client: usize) -> bool {
        let mut cells = self.cells.iter().filter(|cell| cell.client == client && cell.is_reused);
        cells.all(|cell| cell.most.as_ref().is_some_and(|most| most.received.is_reused))
    }

    fn has_idempotency_key(&self, client: usize) -> bool {
        let mut cells = self.cells.iter().filter(|cell| cell.client == client);
        cells.any(|cell| cell.most.as_ref().is_some_and(|most| most.received.has_idempotency_key))
    }

    fn table(&self, f: &mut fmt::Formatter<'_>, protocol: Protocol) -> fmt::Result {
        let clients: Vec<_> =
            self.clients.iter().enumerate().filter(|(_, client)| client.protocols.contains(&protocol)).collect();
        let faults: Vec<_> = protocol.faults().iter().map(Fault::name).collect();
        let width = faults.iter().map(|fault| fault.len()).max().unwrap_or_default();
        writeln!(f, "POSTs for one create over {}", protocol.name())?;
        write!(f, "{:<width$}", "")?;
        clients.iter().try_for_each(|(_, client)| write!(f, "  {:>14}", client.name))?;
        write!(f, "\n{:<width$}", "fault")?;
        clients.iter().try_for_each(|_| write!(f, "  {:>7}{:>7}", "fresh", "reused"))?;
        writeln!(f)?;
        for fault in faults {
            write!(f, "{fault:<width$}")?;
            for (number, _) in &clients {
                write!(f, "  ")?;
                let is_its = |cell: &&Cell| {
                    cell.client == *number && cell.fault.protocol() == protocol && cell.fault.name() == fault
                };
                self.cells.iter().filter(is_its).try_for_each(|cell| write!(f, "{:>7}", cell.shown()))?;
            }
            writeln!(f)?;
        }
        writeln!(f)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Protocol::ALL.into_iter().try_for_each(|protocol| self.table(f, protocol))?;
        for (number, client) in self.clients.iter().enumerate() {
            let reuses =
                if self.reuses(number) { "uses connections again" } else { "opens a connection for each create" };
            let key = if self.has_idempotency_key(number) { "sends an idempotency key" } else { "no idempotency key" };
            writeln!(f, "{}: {}; {reuses}; {key}", client.name, client.about)?;
        }
        writeln!(f, "fresh: the first create goes wrong; reused: the second, after one that was answered well")?;
        writeln!(f, "HTTP/2: {OURS} speaks HTTP/1.1 alone, so what it gets there is the end of the connection")
    }
}
