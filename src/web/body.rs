//! Reading request bodies: bounded in size, in time, and in what all of them together may hold.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{HttpRequest, web};
use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::{Map, Value};

use crate::domain::reject::{Code, Reject};
use crate::error::{Error, Result};
use crate::wire::json;

/// The largest body.
pub const MAX_BODY: usize = 1024 * 1024;
/// What all bodies in reading may hold together; more are told to come back.
const MAX_TOGETHER: usize = 8 * 1024 * 1024;
/// Most bodies are smaller, and grow no further.
const MIN_CAPACITY: usize = 2 * 1024;
/// Of a body that is too large so much is read away, so that the client can read why.
const MAX_DRAINED: usize = 32 * 1024 * 1024;
/// How long a body may take.
pub const READ_TIME: Duration = Duration::from_secs(15);
/// How long one that is refused is still read away.
const DRAIN_TIME: Duration = Duration::from_secs(5);

static HELD: AtomicUsize = AtomicUsize::new(0);

/// A share of what all bodies may hold, given back when dropped.
#[derive(Default)]
struct Held(usize);

impl Held {
    /// Counts what is allocated, which can be twice what has arrived.
    fn raise_to(&mut self, capacity: usize) -> Result<()> {
        let more = capacity.saturating_sub(self.0);
        self.0 += more;
        if HELD.fetch_add(more, Ordering::Relaxed) + more > MAX_TOGETHER { Err(Error::overloaded()) } else { Ok(()) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.fetch_sub(self.0, Ordering::Relaxed);
    }
}

fn too_large() -> Error {
    Reject::new(Code::PayloadTooLarge, "The body is larger than 1 MiB.").into()
}

/// A body's bytes, within `time`.
pub async fn read(request: &HttpRequest, payload: web::Payload, time: Duration) -> Result<Bytes> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
    let mut payload = payload.into_inner();
    let read = async {
        if announced.is_some_and(|length| length > MAX_BODY) {
            return Err(too_large());
        }
        let (mut body, mut held) = (Vec::new(), Held::default());
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Reject::new(Code::InvalidRequest, "The body could not be read to its end."))?;
            if body.len() + chunk.len() > MAX_BODY {
                return Err(too_large());
            }
            let needed = body.len() + chunk.len();
            if needed > body.capacity() {
                let capacity = needed.next_power_of_two().max(MIN_CAPACITY);
                held.raise_to(capacity)?;
                body.reserve_exact(capacity - body.len());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Bytes::from(body))
    };
    let Ok(result) = tokio::time::timeout(time, read).await else {
        return Err(Reject::new(Code::RequestTimeout, "The body took too long to arrive.").into());
    };
    if let Err(Error::Reject(Reject { code: Code::PayloadTooLarge, .. })) = &result {
        let drain = async {
            let mut left = MAX_DRAINED;
            while let Some(Ok(chunk)) = payload.next().await {
                match left.checked_sub(chunk.len()) {
                    Some(rest) => left = rest,
                    None => break,
                }
            }
        };
        // Whatever comes of it, the answer is the same.
        drop(tokio::time::timeout(DRAIN_TIME, drain).await);
    }
    result
}

/// A body's JSON. None at all is an empty object: then what is missing is named field by field.
pub fn parse(request: &HttpRequest, bytes: &Bytes) -> Result<Value> {
    if bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Reject::new(Code::UnsupportedMediaType, "The Content-Type must be application/json.").into());
    }
    Ok(json::parse(bytes)?)
}
