//! Products over HTTP.

use actix_web::http::Method;
use serde_json::json;

use crate::domain::id::{ProductId, TypedId};
use crate::domain::key::Scope;
use crate::domain::reject::Code;
use crate::error::Result;
use crate::web::route::{BodyDoc, Call, Noun, Reply, Route};
use crate::wire::customer::DeletedShape;
use crate::wire::input::Field;
use crate::wire::output::page_shape;
use crate::wire::product::{ProductCreate, ProductJson, ProductPatch, ProductQuery};
use crate::wire::query::{ListQuery, NoQuery, Query};
use crate::wire::shape::Shape;

const NOUN: Noun = Noun { prefix: ProductId::PREFIX, name: "product", exists: |app, id| app.product_exists(id) };

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/products",
            operation: "listProducts",
            summary: "List products",
            words: "Oldest first. `q` searches name, description and externalId.",
            scope: Some(Scope::ProductsRead),
            handler: handler!(list),
            query: ListQuery::<ProductId, ProductQuery>::describe,
            body: None,
            status: 200,
            answer: |d| page_shape::<ProductJson<'static>>(d, ProductId::PREFIX),
            refuses: &[],
            noun: None,
        },
        Route {
            method: Method::POST,
            path: "/api/v1/products",
            operation: "createProduct",
            summary: "Create a product",
            words: "With its default price, and further ones in other currencies or for other intervals.",
            scope: Some(Scope::ProductsWrite),
            handler: handler!(create),
            query: NoQuery::describe,
            body: Some(BodyDoc {
                schema: ProductCreate::schema,
                required: true,
                example: || json!({ "name": "Gold package", "price": "9.99", "currency": "USD", "interval": "month", "prices": [{ "currency": "EUR", "amount": "8.99" }] }),
            }),
            status: 201,
            answer: ProductJson::shape,
            refuses: &[Code::AlreadyExists],
            noun: None,
        },
        Route {
            method: Method::GET,
            path: "/api/v1/products/{id}",
            operation: "getProduct",
            summary: "Get a product",
            words: "",
            scope: Some(Scope::ProductsRead),
            handler: handler!(get),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: ProductJson::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::PATCH,
            path: "/api/v1/products/{id}",
            operation: "updateProduct",
            summary: "Update a product",
            words: "Running subscriptions keep their price until their next period. In `prices`, an entry with `id` changes that price, one without adds one; none is removed.",
            scope: Some(Scope::ProductsWrite),
            handler: handler!(update),
            query: NoQuery::describe,
            body: Some(BodyDoc { schema: ProductPatch::schema, required: false, example: || json!({ "price": "10.99" }) }),
            status: 200,
            answer: ProductJson::shape,
            refuses: &[Code::AlreadyExists],
            noun: Some(NOUN),
        },
        Route {
            method: Method::DELETE,
            path: "/api/v1/products/{id}",
            operation: "deleteProduct",
            summary: "Delete a product",
            words: "One that was ever sold is 409: archive it with `active: false`.",
            scope: Some(Scope::ProductsWrite),
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
    let query: ListQuery<ProductId, ProductQuery> = call.query()?;
    Ok(Reply::Read(call.app.product_list(&call.actor(), query.own.filter(query.common), query.page).await?))
}

async fn create(mut call: Call) -> Result<Reply> {
    let input = call.body::<ProductCreate>()?;
    let caller = call.caller();
    Ok(call.app.product_create(caller, input).await?.into())
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    Ok(Reply::Read(call.app.product_get(&call.actor(), call.id()?)?))
}

async fn update(mut call: Call) -> Result<Reply> {
    let input = call.body::<ProductPatch>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.product_update(caller, id, input).await?.into())
}

async fn delete(mut call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.product_delete(caller, id).await?.into())
}
