//! The test clock over HTTP.

use actix_web::http::Method;
use serde_json::json;

use crate::domain::key::Scope;
use crate::domain::reject::Code;
use crate::error::Result;
use crate::web::route::{BodyDoc, Call, Reply, Route};
use crate::wire::input::Field;
use crate::wire::query::{NoQuery, Query};
use crate::wire::shape::Shape;
use crate::wire::test_clock::{TestClockJson, TestClockMove};

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/test-clock",
            operation: "getTestClock",
            summary: "Billing time",
            words: "Only on a server with a test clock; 404 elsewhere.",
            scope: Some(Scope::TestClockRead),
            handler: handler!(get),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: TestClockJson::shape,
            refuses: &[Code::NotFound],
            noun: None,
        },
        Route {
            method: Method::POST,
            path: "/api/v1/test-clock",
            operation: "moveTestClock",
            summary: "Move billing time",
            words: "Forward only. The clock stops at each instant at which something is due, in order; the answer comes when all of it is done. A repeat finds the clock there already, so an `Idempotency-Key` is taken and not needed.",
            scope: Some(Scope::TestClockWrite),
            handler: handler!(advance),
            query: NoQuery::describe,
            body: Some(BodyDoc { schema: TestClockMove::schema, required: true, example: || json!({ "now": "2026-03-01T00:00:00Z" }) }),
            status: 200,
            answer: TestClockJson::shape,
            refuses: &[Code::NotFound, Code::StateConflict],
            noun: None,
        },
    ]
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    Ok(Reply::Read(call.app.test_clock_get(&call.actor())?))
}

async fn advance(mut call: Call) -> Result<Reply> {
    let input = call.body::<TestClockMove>()?;
    let caller = call.caller();
    Ok(call.app.test_clock_move(caller, input).await?.into())
}
