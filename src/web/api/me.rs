//! The calling key.

use actix_web::http::Method;

use crate::error::Result;
use crate::web::route::{Call, Reply, Route};
use crate::wire::json::encode;
use crate::wire::key::{MeJson, MeView};
use crate::wire::query::{NoQuery, Query};
use crate::wire::shape::Shape;

pub fn routes() -> Vec<Route> {
    vec![Route {
        method: Method::GET,
        path: "/api/v1/me",
        operation: "getMe",
        summary: "The calling key",
        words: "Its name, scopes and tier: a way to try a key.",
        scope: None,
        handler: handler!(get),
        query: NoQuery::describe,
        body: None,
        status: 200,
        answer: MeJson::shape,
        refuses: &[],
        noun: None,
    }]
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    let view = MeView { key: &call.key.key, requests_per_minute: call.limits.per_minute(call.key.key.tier) };
    Ok(Reply::Read(encode(&MeJson(&view)).into_bytes()))
}
