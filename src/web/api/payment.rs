//! Payments over HTTP.

use actix_web::http::Method;

use crate::domain::id::{PaymentId, TypedId};
use crate::domain::key::Scope;
use crate::error::Result;
use crate::web::route::{Call, Noun, Reply, Route};
use crate::wire::output::page_shape;
use crate::wire::payment::{PaymentJson, PaymentQuery};
use crate::wire::query::{ListQuery, NoQuery, Query};
use crate::wire::shape::Shape;

const NOUN: Noun = Noun { prefix: PaymentId::PREFIX, name: "payment", exists: |app, id| app.payment_exists(id) };

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/payments",
            operation: "listPayments",
            summary: "List payments and attempts",
            words: "Oldest first, those that failed among them. `q` searches method, reference and providerReference.",
            scope: Some(Scope::InvoicesRead),
            handler: handler!(list),
            query: ListQuery::<PaymentId, PaymentQuery>::describe,
            body: None,
            status: 200,
            answer: |d| page_shape::<PaymentJson<'static>>(d, PaymentId::PREFIX),
            refuses: &[],
            noun: None,
        },
        Route {
            method: Method::GET,
            path: "/api/v1/payments/{id}",
            operation: "getPayment",
            summary: "Get a payment",
            words: "",
            scope: Some(Scope::InvoicesRead),
            handler: handler!(get),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: PaymentJson::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
    ]
}

async fn list(call: Call) -> Result<Reply> {
    let query: ListQuery<PaymentId, PaymentQuery> = call.query()?;
    Ok(Reply::Read(call.app.payment_list(&call.actor(), query.own.filter(query.common), query.page).await?))
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    Ok(Reply::Read(call.app.payment_get(&call.actor(), call.id()?)?))
}
