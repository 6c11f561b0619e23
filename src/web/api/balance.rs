//! Customers' balances over HTTP.

use actix_web::http::Method;
use serde_json::json;

use crate::domain::id::BalanceEntryId;
use crate::domain::key::Scope;
use crate::domain::reject::Code;
use crate::error::Result;
use crate::web::api::customer::NOUN;
use crate::web::route::{BodyDoc, Call, Reply, Route};
use crate::wire::balance::{BalanceEntryCreate, BalanceEntryJson, BalancePageShape};
use crate::wire::input::Field;
use crate::wire::query::{PageQuery, Query};
use crate::wire::shape::Shape;

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/customers/{id}/balance",
            operation: "getBalance",
            summary: "A customer's balances and their entries",
            words: "",
            scope: Some(Scope::InvoicesRead),
            handler: handler!(get),
            query: PageQuery::<BalanceEntryId>::describe,
            body: None,
            status: 200,
            answer: BalancePageShape::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::POST,
            path: "/api/v1/customers/{id}/balance",
            operation: "addBalanceEntry",
            summary: "Add to a customer's balance, or take from it",
            words: "A grant lowers revenue: it is goodwill. What would take the balance below zero is 409.",
            scope: Some(Scope::InvoicesWrite),
            handler: handler!(add),
            query: crate::wire::query::NoQuery::describe,
            body: Some(BodyDoc {
                schema: BalanceEntryCreate::schema,
                required: true,
                example: || json!({ "amount": "10.00", "currency": "USD", "note": "A week without service" }),
            }),
            status: 201,
            answer: BalanceEntryJson::shape,
            refuses: &[Code::InsufficientBalance],
            noun: Some(NOUN),
        },
    ]
}

async fn get(call: Call) -> Result<Reply> {
    let query: PageQuery<BalanceEntryId> = call.query()?;
    Ok(Reply::Read(call.app.balance_get(&call.actor(), call.id()?, &query.0)?))
}

async fn add(mut call: Call) -> Result<Reply> {
    let input = call.body::<BalanceEntryCreate>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.balance_add(caller, id, input).await?.into())
}
