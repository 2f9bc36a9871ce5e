//! As much of HTTP/2 as is needed to read a request and to answer it wrong (RFC 9113).

use super::http1;
use super::server::Tally;
use super::wire::Wire;

/// Something that goes wrong.
#[derive(Clone)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// The frames that answer a stream.
    answer: fn(u32) -> Vec<u8>,
    /// Whether they are the connection's last.
    ends: bool,
}

/// What a client begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// Types of frames.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;

// Their flags. A bit means another thing for another type.
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

// Reasons.
const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const ENHANCE_YOUR_CALM: u32 = 11;
const HTTP_1_1_REQUIRED: u32 = 13;

/// All of them.
pub(crate) fn faults() -> Vec<Fault> {
    let reset = |name, answer| Fault { name, answer, ends: false };
    let end = |name, answer| Fault { name, answer, ends: true };
    vec![
        reset("RST_STREAM(REFUSED_STREAM)", |stream| rst_stream(stream, REFUSED_STREAM)),
        reset("RST_STREAM(CANCEL)", |stream| rst_stream(stream, CANCEL)),
        reset("RST_STREAM(INTERNAL_ERROR)", |stream| rst_stream(stream, INTERNAL_ERROR)),
        reset("RST_STREAM(HTTP_1_1_REQUIRED)", |stream| rst_stream(stream, HTTP_1_1_REQUIRED)),
        end("GOAWAY(NO_ERROR), last stream 0, end", |_| go_away(0, NO_ERROR)),
        end("GOAWAY(NO_ERROR), last stream this, end", |stream| go_away(stream, NO_ERROR)),
        end("GOAWAY(ENHANCE_YOUR_CALM), end", |stream| go_away(stream, ENHANCE_YOUR_CALM)),
        reset("200, RST_STREAM(INTERNAL_ERROR) in its body", |stream| {
            [head(stream), frame(DATA, 0, stream, b"{\"id\":"), rst_stream(stream, INTERNAL_ERROR)].concat()
        }),
    ]
}

/// Serves a connection until it is over.
pub(crate) async fn serve(mut wire: Wire, fault: &Fault, tally: &Tally) {
    if !wire.begins_with(PREFACE).await {
        return http1::count_and_end(wire, tally).await;
    }
    let _ = wire.take(|_| Some(PREFACE.len())).await;
    wire.send(&frame(SETTINGS, 0, 0, &[])).await;
    // The streams that are not whole yet, each with whether it is answered well.
    let (mut requests, mut open) = (0, Vec::new());
    while let Some(received) = wire.take(length).await {
        let (kind, flags, payload) = (received[3], received[4], &received[9..]);
        let stream = u32::from_be_bytes([received[5], received[6], received[7], received[8]]);
        match kind {
            SETTINGS if flags & ACK == 0 => wire.send(&frame(SETTINGS, ACK, 0, &[])).await,
            PING if flags & ACK == 0 => wire.send(&frame(PING, ACK, 0, payload)).await,
            HEADERS => {
                requests += 1;
                // What the headers say would take all of HPACK to read; those of the clients here hold no such key.
                open.push((stream, tally.count(requests, false)));
            }
            _ => {}
        }
        if !matches!(kind, HEADERS | DATA) || flags & END_STREAM == 0 {
            continue;
        }
        let Some(at) = open.iter().position(|(open, _)| *open == stream) else { continue };
        if open.remove(at).1 {
            wire.send(&[head(stream), frame(DATA, END_STREAM, stream, b"{}")].concat()).await;
            continue;
        }
        wire.send(&(fault.answer)(stream)).await;
        if fault.ends {
            return wire.end().await;
        }
    }
}

/// How long the frame is that these bytes begin with.
fn length(bytes: &[u8]) -> Option<usize> {
    let length = bytes.get(..9)?;
    Some(9 + u32::from_be_bytes([0, length[0], length[1], length[2]]) as usize)
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or_default().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// `:status 200`, which is number 8 of HPACK's static table.
fn head(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, &[0x88])
}

fn rst_stream(stream: u32, reason: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &reason.to_be_bytes())
}

fn go_away(last_stream: u32, reason: u32) -> Vec<u8> {
    frame(GOAWAY, 0, 0, &[last_stream.to_be_bytes(), reason.to_be_bytes()].concat())
}
