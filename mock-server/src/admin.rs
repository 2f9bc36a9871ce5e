//! `/__mock/…`: what tests and people ask the server itself. `docs/mock-server.md` has the list.

use std::time::{Duration, UNIX_EPOCH};

use polyreel_spec::{Amount, Money};
use serde_json::{Value, json};

use crate::engine::{Request, query};
use crate::{Clock, FaultProfile, How, Outcome, Plan, What, World, Worlds};

/// The paths below `/__mock/`, and what each gives.
const ROUTES: [(&str, &str, &str); 12] = [
    ("GET", "", "the clock, and the worlds"),
    ("GET", "verdict", "what the client spent, and what it should not have done"),
    ("GET", "jobs", "all jobs as they are now"),
    ("GET", "ledger", "what was reserved, charged and given back"),
    ("GET", "requests", "the latest requests"),
    ("GET", "callbacks", "the latest callbacks, and why one was not sent"),
    ("POST", "clock", "{\"advance_ms\": 60000} moves the clock"),
    ("POST", "balance", "{\"provider\": \"…\", \"amount\": \"2.50\"} sets what is on an account"),
    ("GET", "faults", "what goes wrong by chance"),
    ("POST", "faults", "{\"faults\": [{\"fault\": \"503-poll\", \"percent\": 10}]} says what goes wrong from now on"),
    ("POST", "reset", "{} makes the world anew"),
    ("GET", "outcomes", "what a prompt may ask for"),
];

/// The answer to a call that is for the server itself; `None` for every other request.
pub(crate) fn answer(worlds: &mut Worlds, clock: &Clock, request: &Request) -> Option<Plan> {
    let (path, _) = request.split_query();
    let name = path.strip_prefix("/__mock")?.trim_matches('/');
    // Films and pictures are there as well.
    if name.contains('/') {
        return None;
    }
    worlds.catch_up(clock.now());
    Some(match call(worlds, clock, request, name) {
        Ok(document) => reply(200, &document),
        Err((http, why)) => reply(http, &json!({ "error": why })),
    })
}

type Refused = (u16, String);

fn call(worlds: &mut Worlds, clock: &Clock, request: &Request, name: &str) -> Result<Value, Refused> {
    // A page in a browser may reach this machine by another name, but cannot say otherwise.
    let host = request.header("host").unwrap_or_default();
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let this = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(this, _)| this);
    if !["127.0.0.1", "localhost", "[::1]"].contains(&this) {
        return Err((403, format!("the host {host:?} is not this machine")));
    }
    let same_name: Vec<_> = ROUTES.iter().filter(|(_, own, _)| *own == name).collect();
    if same_name.is_empty() {
        let known: Vec<_> = ROUTES.iter().map(|(method, name, _)| format!("{method} /__mock/{name}")).collect();
        return Err((404, format!("nothing is here; there are {}", known.join(", "))));
    }
    if !same_name.iter().any(|(method, ..)| *method == request.method) {
        return Err((405, format!("{} is not taken here, {} is", request.method, same_name[0].0)));
    }
    let given = if request.method == "POST" { body(request)? } else { json!({}) };
    let world = query(request).into_iter().find(|(name, _)| name == "world").map(|(_, value)| value);
    let world = world.unwrap_or_default();
    // Who prepares a world makes it.
    let is_there =
        if request.method == "POST" { worlds.world_mut(&world).is_some() } else { worlds.world(&world).is_some() };
    if !is_there {
        let known: Vec<_> = worlds.names().take(20).map(|name| format!("{name:?}")).collect();
        return Err((404, format!("there is no world {world:?}; there are {}", known.join(", "))));
    }
    let now = clock.now();
    match name {
        "clock" => {
            let advance =
                given["advance_ms"].as_u64().ok_or_else(|| bad("advance_ms is a whole number of milliseconds"))?;
            clock.advance(Duration::from_millis(advance));
            worlds.catch_up(clock.now());
            return Ok(time(clock));
        }
        "reset" => {
            worlds.reset(&world);
            return Ok(json!({ "reset": world }));
        }
        "" => {
            return Ok(json!({ "clock": time(clock), "worlds": worlds.names().collect::<Vec<_>>(), "calls": calls() }));
        }
        "outcomes" => {
            return Ok(outcomes());
        }
        _ => {}
    }
    let Some(world) = worlds.world_mut(&world) else { return Err((404, "there is no such world".to_owned())) };
    Ok(match name {
        "balance" => {
            let (provider, amount) = (given["provider"].as_str(), given["amount"].as_str());
            let amount: Option<Amount> = amount.and_then(|amount| amount.parse().ok());
            let known = |provider: &&str| world.base_url(provider).is_some();
            let (Some(provider), Some(amount)) = (provider.filter(known), amount) else {
                return Err(bad("provider is the id of one that is served, amount a text like \"2.50\""));
            };
            world.set_balance(provider, amount);
            json!({ "provider": provider, "amount": amount.to_string() })
        }
        "faults" if request.method == "POST" => {
            let profile = FaultProfile::of_document(&given).map_err(|error| bad(&error))?;
            profile.check(&world.providers()).map_err(|error| bad(&error))?;
            world.risk(profile);
            world.profile.document()
        }
        "faults" => world.profile.document(),
        "jobs" => jobs(world, now),
        "ledger" => ledger(world),
        "requests" => requests(world),
        "callbacks" => callbacks(world),
        _ => verdict(world),
    })
}

fn bad(why: &str) -> Refused {
    (400, why.to_owned())
}

/// What a POST brings. Only a program can send this type to another origin unasked.
fn body(request: &Request) -> Result<Value, Refused> {
    let media_type = request.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err((415, "send JSON, and say so: content-type: application/json".to_owned()));
    }
    let document: Value =
        serde_json::from_slice(&request.body).map_err(|error| bad(&format!("this is no JSON: {error}")))?;
    if document.is_object() { Ok(document) } else { Err(bad("send an object: {…}")) }
}

fn reply(http: u16, document: &Value) -> Plan {
    Plan::text(http, "application/json", format!("{document}\n"))
}

/// What may be asked for, and how.
fn outcomes() -> Value {
    let outcomes: Vec<_> = Outcome::ALL
        .iter()
        .map(|outcome| json!({ "name": outcome.name, "plan": outcome.plan, "about": outcome.about }))
        .collect();
    let hows: Vec<_> = How::all()
        .map(|how| {
            let whats = What::ALL.into_iter().filter(|what| how.fits(*what)).map(What::name);
            json!({ "how": how.to_string(), "what": whats.collect::<Vec<_>>(), "about": how.about() })
        })
        .collect();
    json!({ "outcomes": outcomes, "faults": hows })
}

fn calls() -> Value {
    ROUTES
        .iter()
        .map(|(method, name, about)| json!({ "call": format!("{method} /__mock/{name}"), "about": about }))
        .collect()
}

fn time(clock: &Clock) -> Value {
    let since = clock.wall().duration_since(UNIX_EPOCH).unwrap_or_default();
    json!({ "elapsed_ms": millis(clock.now()), "unix_seconds": since.as_secs() })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn money(price: Option<&Money>) -> Value {
    price.map_or(Value::Null, |price| json!({ "amount": price.amount.to_string(), "currency": &*price.currency }))
}

fn jobs(world: &World, now: Duration) -> Value {
    let row = |job: crate::JobReport| {
        let price = money(job.price.as_ref());
        json!({ "id": job.id, "provider": job.provider, "model": job.model, "state": job.state.name(), "price": price, "injected": job.injected.to_string() })
    };
    world.jobs(now).into_iter().map(row).collect()
}

fn ledger(world: &World) -> Value {
    let row = |entry: &crate::Entry| {
        json!({
            "at_ms": millis(entry.at), "provider": entry.provider, "job": entry.job,
            "booking": entry.booking.name(), "price": money(entry.price.as_ref()),
        })
    };
    world.ledger().iter().map(row).collect()
}

fn requests(world: &World) -> Value {
    let row = |entry: &&crate::Received| {
        json!({
            "at_ms": millis(entry.at), "method": entry.method, "path": entry.path, "provider": entry.provider,
            "step": entry.step.map(polyreel_spec::Step::name), "job": entry.job, "http": entry.http,
            "fault": entry.fault.map(|fault| fault.to_string()), "why": entry.why,
        })
    };
    json!({ "total": world.request_count(), "latest": world.requests().iter().map(row).collect::<Vec<_>>() })
}

fn callbacks(world: &World) -> Value {
    let row = |report: &crate::CallbackReport| {
        json!({
            "at_ms": millis(report.at), "provider": report.provider, "job": report.job, "url": report.url,
            "attempt": report.attempt, "http": report.outcome.as_ref().ok(), "reason": report.outcome.as_ref().err(),
        })
    };
    world.callbacks().map(row).collect()
}

fn verdict(world: &World) -> Value {
    let verdict = world.verdict();
    let spent = |spending: &crate::Spending| {
        let totals: Vec<_> = spending.totals.iter().map(|total| money(Some(total))).collect();
        json!({ "provider": spending.provider, "totals": totals, "unpriced": spending.unpriced })
    };
    let finding = |finding: &crate::Finding| json!({ "fault": finding.fault.to_string(), "job": finding.job, "message": finding.message });
    json!({
        "is_blameless": verdict.findings.is_empty(),
        "findings": verdict.findings.iter().map(finding).collect::<Vec<_>>(),
        "unlucky": verdict.unlucky.iter().map(finding).collect::<Vec<_>>(),
        "spent": verdict.spent.iter().map(spent).collect::<Vec<_>>(),
    })
}
