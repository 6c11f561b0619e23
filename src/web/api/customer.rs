//! Customers over HTTP.

use actix_web::http::Method;
use serde_json::json;

use crate::domain::id::{CustomerId, TypedId};
use crate::domain::key::Scope;
use crate::domain::reject::Code;
use crate::error::Result;
use crate::web::route::{BodyDoc, Call, Noun, Reply, Route};
use crate::wire::customer::{CustomerCreate, CustomerJson, CustomerPatch, CustomerQuery, DeletedShape};
use crate::wire::input::Field;
use crate::wire::output::page_shape;
use crate::wire::query::{ListQuery, NoQuery, Query};
use crate::wire::shape::Shape;

pub(super) const NOUN: Noun = Noun { prefix: CustomerId::PREFIX, name: "customer", exists: |app, id| app.customer_exists(id) };

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/customers",
            operation: "listCustomers",
            summary: "List customers",
            words: "Oldest first. `q` searches e-mail, name, phone and externalId.",
            scope: Some(Scope::CustomersRead),
            handler: handler!(list),
            query: ListQuery::<CustomerId, CustomerQuery>::describe,
            body: None,
            status: 200,
            answer: |d| page_shape::<CustomerJson<'static>>(d, CustomerId::PREFIX),
            refuses: &[],
            noun: None,
        },
        Route {
            method: Method::POST,
            path: "/api/v1/customers",
            operation: "createCustomer",
            summary: "Create a customer",
            words: "A second customer of one e-mail address, without regard to case, is 409.",
            scope: Some(Scope::CustomersWrite),
            handler: handler!(create),
            query: NoQuery::describe,
            body: Some(BodyDoc {
                schema: CustomerCreate::schema,
                required: true,
                example: || json!({ "email": "john.smith@example.com", "name": "John Smith", "password": "securepassword123" }),
            }),
            status: 201,
            answer: CustomerJson::shape,
            refuses: &[Code::AlreadyExists],
            noun: None,
        },
        Route {
            method: Method::GET,
            path: "/api/v1/customers/{id}",
            operation: "getCustomer",
            summary: "Get a customer",
            words: "",
            scope: Some(Scope::CustomersRead),
            handler: handler!(get),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: CustomerJson::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::PATCH,
            path: "/api/v1/customers/{id}",
            operation: "updateCustomer",
            summary: "Update a customer",
            words: "What is left out stays; null clears.",
            scope: Some(Scope::CustomersWrite),
            handler: handler!(update),
            query: NoQuery::describe,
            body: Some(BodyDoc { schema: CustomerPatch::schema, required: false, example: || json!({ "phone": "+49 30 1234567", "notes": null }) }),
            status: 200,
            answer: CustomerJson::shape,
            refuses: &[Code::AlreadyExists],
            noun: Some(NOUN),
        },
        Route {
            method: Method::DELETE,
            path: "/api/v1/customers/{id}",
            operation: "deleteCustomer",
            summary: "Delete a customer",
            words: "Refused (409) while there is a live subscription or an open invoice. Where documents must stay, the personal data is erased.",
            scope: Some(Scope::CustomersWrite),
            handler: handler!(delete),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: DeletedShape::shape,
            refuses: &[Code::StateConflict],
            noun: Some(NOUN),
        },
    ]
}

async fn list(call: Call) -> Result<Reply> {
    let query: ListQuery<CustomerId, CustomerQuery> = call.query()?;
    Ok(Reply::Read(call.app.customer_list(&call.actor(), query.own.filter(query.common), query.page).await?))
}

async fn create(mut call: Call) -> Result<Reply> {
    let input = call.body::<CustomerCreate>()?;
    let caller = call.caller();
    Ok(call.app.customer_create(caller, input).await?.into())
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    Ok(Reply::Read(call.app.customer_get(&call.actor(), call.id()?)?))
}

async fn update(mut call: Call) -> Result<Reply> {
    let input = call.body::<CustomerPatch>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.customer_update(caller, id, input).await?.into())
}

async fn delete(mut call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.customer_delete(caller, id).await?.into())
}
