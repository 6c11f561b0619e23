//! Customers' stored payment methods over HTTP.

use actix_web::http::Method;
use serde_json::json;

use crate::domain::id::{PaymentMethodId, TypedId};
use crate::domain::key::Scope;
use crate::error::Result;
use crate::web::api::customer::NOUN;
use crate::web::route::{BodyDoc, Call, Reply, Route};
use crate::wire::customer::DeletedShape;
use crate::wire::input::{Field, Nothing};
use crate::wire::output::page_shape;
use crate::wire::payment_method::{PaymentMethodCreate, PaymentMethodJson};
use crate::wire::query::{NoQuery, PageQuery, Query};
use crate::wire::shape::Shape;

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/customers/{id}/payment-methods",
            operation: "listPaymentMethods",
            summary: "List a customer's payment methods",
            words: "Oldest first.",
            scope: Some(Scope::CustomersRead),
            handler: handler!(list),
            query: PageQuery::<PaymentMethodId>::describe,
            body: None,
            status: 200,
            answer: |d| page_shape::<PaymentMethodJson<'static>>(d, PaymentMethodId::PREFIX),
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::POST,
            path: "/api/v1/customers/{id}/payment-methods",
            operation: "createPaymentMethod",
            summary: "Store a payment method",
            words: "The first is the customer's default. On a test clock `type: test` is one that does what its `behavior` says.",
            scope: Some(Scope::CustomersWrite),
            handler: handler!(create),
            query: NoQuery::describe,
            body: Some(BodyDoc { schema: PaymentMethodCreate::schema, required: true, example: || json!({ "type": "test", "behavior": "succeed" }) }),
            status: 201,
            answer: PaymentMethodJson::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::GET,
            path: "/api/v1/customers/{id}/payment-methods/{pmId}",
            operation: "getPaymentMethod",
            summary: "Get a payment method",
            words: "",
            scope: Some(Scope::CustomersRead),
            handler: handler!(get),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: PaymentMethodJson::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::DELETE,
            path: "/api/v1/customers/{id}/payment-methods/{pmId}",
            operation: "deletePaymentMethod",
            summary: "Take a payment method away",
            words: "It is never charged again. Subscriptions that named it are charged to the customer's default one; where it was the default, the oldest that is left is.",
            scope: Some(Scope::CustomersWrite),
            handler: handler!(delete),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: DeletedShape::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::POST,
            path: "/api/v1/customers/{id}/payment-methods/{pmId}/default",
            operation: "makePaymentMethodDefault",
            summary: "Make a payment method the default one",
            words: "It is charged where a subscription names no other. The one that was it before stays stored. The default one stays it.",
            scope: Some(Scope::CustomersWrite),
            handler: handler!(make_default),
            query: NoQuery::describe,
            body: Some(BodyDoc { schema: Nothing::schema, required: false, example: || json!({}) }),
            status: 200,
            answer: PaymentMethodJson::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
    ]
}

async fn list(call: Call) -> Result<Reply> {
    let query: PageQuery<PaymentMethodId> = call.query()?;
    Ok(Reply::Read(call.app.payment_method_list(&call.actor(), call.id()?, &query.0)?))
}

async fn create(mut call: Call) -> Result<Reply> {
    let input = call.body::<PaymentMethodCreate>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.payment_method_create(caller, id, input).await?.into())
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    Ok(Reply::Read(call.app.payment_method_get(&call.actor(), call.id()?, call.part()?)?))
}

async fn make_default(mut call: Call) -> Result<Reply> {
    call.body::<Nothing>()?;
    let (of, id, caller) = (call.id()?, call.part()?, call.caller());
    Ok(call.app.payment_method_make_default(caller, of, id).await?.into())
}

async fn delete(mut call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    let (of, id, caller) = (call.id()?, call.part()?, call.caller());
    Ok(call.app.payment_method_delete(caller, of, id).await?.into())
}
