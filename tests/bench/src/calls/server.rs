//! A server that tells everybody the same.

use std::net::Ipv4Addr;

use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::Result;
use crate::posts::http1::length;
use crate::posts::wire::Wire;
use crate::servers::job_id;

/// Answers every GET as if it asked for a running job, and every POST as if it had made one.
pub(crate) async fn serve(port: u16) -> Result {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| error.to_string())?;
    let id = job_id(1);
    let url = format!("http://127.0.0.1:{port}/v1/video/generations/{id}");
    let made = answer(&json!({ "id": id, "status": "pending", "data": [{ "url": url }] }));
    let running = answer(&json!({ "id": id, "status": "processing" }));
    loop {
        let (stream, _) = listener.accept().await.map_err(|error| error.to_string())?;
        let (made, running) = (made.clone(), running.clone());
        tokio::spawn(async move {
            let mut wire = Wire::new(stream);
            while let Some(request) = wire.take(length).await {
                wire.send(if request.starts_with(b"POST ") { &made } else { &running }).await;
            }
        });
    }
}

/// With as many headers as such answers usually have.
fn answer(document: &Value) -> Vec<u8> {
    let body = document.to_string();
    let head = "HTTP/1.1 200 OK\r\nserver: nginx\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\ncontent-type: application/json\r\n\
                x-request-id: 0123456789abcdef0123456789abcdef\r\ncache-control: no-store\r\nvary: origin\r\n";
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}
