//! A mock server in another process, asked through its own calls.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::{Request, Uri};
use serde_json::Value;

use crate::deliver::{Wrong, call};

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a mock server says at a path below `/__mock/`: `verdict?world=alice`. `origin` is how clients reach it:
/// `http://127.0.0.1:4100`.
///
/// # Errors
///
/// One lower-case line: when nobody answers, or says no.
pub async fn ask(origin: &str, path: &str) -> Result<Value, String> {
    let url = format!("{}/__mock/{path}", origin.trim_end_matches('/'));
    let no = |error: Wrong| format!("{origin} does not answer as a mock server does: {error}");
    let answer = tokio::time::timeout(PATIENCE, get(&url)).await;
    let (http, document) = answer.map_err(|_| no("it took too long".into()))?.map_err(no)?;
    match (http, document["error"].as_str()) {
        (200, _) => Ok(document),
        (_, Some(why)) => Err(why.to_owned()),
        _ => Err(no(format!("http {http}").into())),
    }
}

async fn get(url: &str) -> Result<(u16, Value), Wrong> {
    let uri: Uri = url.parse()?;
    if uri.scheme_str() != Some("http") {
        return Err("its address begins with http://".into());
    }
    let answer = call(&uri, Request::get("/"), Vec::new()).await?;
    let http = answer.status().as_u16();
    Ok((http, serde_json::from_slice(&answer.into_body().collect().await?.to_bytes())?))
}
