//! Tax rates over HTTP.

use actix_web::http::Method;
use serde_json::json;

use crate::domain::id::{TaxRateId, TypedId};
use crate::domain::key::Scope;
use crate::domain::reject::Code;
use crate::error::Result;
use crate::web::route::{BodyDoc, Call, Noun, Reply, Route};
use crate::wire::customer::DeletedShape;
use crate::wire::input::Field;
use crate::wire::output::page_shape;
use crate::wire::query::{ListQuery, NoQuery, Query};
use crate::wire::shape::Shape;
use crate::wire::tax::{TaxRateCreate, TaxRateJson, TaxRatePatch, TaxRateQuery};

const NOUN: Noun = Noun { prefix: TaxRateId::PREFIX, name: "tax rate", exists: |app, id| app.tax_rate_exists(id) };

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/tax-rates",
            operation: "listTaxRates",
            summary: "List tax rates",
            words: "Oldest first. `q` searches name, country and externalId.",
            scope: Some(Scope::TaxesRead),
            handler: handler!(list),
            query: ListQuery::<TaxRateId, TaxRateQuery>::describe,
            body: None,
            status: 200,
            answer: |d| page_shape::<TaxRateJson<'static>>(d, TaxRateId::PREFIX),
            refuses: &[],
            noun: None,
        },
        Route {
            method: Method::POST,
            path: "/api/v1/tax-rates",
            operation: "createTaxRate",
            summary: "Create a tax rate",
            words: "All active rates of a customer's country apply; where it has none, those without a country. Customers with `taxExempt` pay none.",
            scope: Some(Scope::TaxesWrite),
            handler: handler!(create),
            query: NoQuery::describe,
            body: Some(BodyDoc {
                schema: TaxRateCreate::schema,
                required: true,
                example: || json!({ "name": "VAT", "percent": "19", "inclusive": true, "country": "DE" }),
            }),
            status: 201,
            answer: TaxRateJson::shape,
            refuses: &[Code::AlreadyExists],
            noun: None,
        },
        Route {
            method: Method::GET,
            path: "/api/v1/tax-rates/{id}",
            operation: "getTaxRate",
            summary: "Get a tax rate",
            words: "",
            scope: Some(Scope::TaxesRead),
            handler: handler!(get),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: TaxRateJson::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::PATCH,
            path: "/api/v1/tax-rates/{id}",
            operation: "updateTaxRate",
            summary: "Update a tax rate",
            words: "One that stands on an invoice keeps `percent`, `inclusive` and `country` (409): set `active` to false and make another.",
            scope: Some(Scope::TaxesWrite),
            handler: handler!(update),
            query: NoQuery::describe,
            body: Some(BodyDoc { schema: TaxRatePatch::schema, required: false, example: || json!({ "active": false }) }),
            status: 200,
            answer: TaxRateJson::shape,
            refuses: &[Code::AlreadyExists, Code::StateConflict],
            noun: Some(NOUN),
        },
        Route {
            method: Method::DELETE,
            path: "/api/v1/tax-rates/{id}",
            operation: "deleteTaxRate",
            summary: "Delete a tax rate",
            words: "One that stands on an invoice is 409: set `active` to false.",
            scope: Some(Scope::TaxesWrite),
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
    let query: ListQuery<TaxRateId, TaxRateQuery> = call.query()?;
    Ok(Reply::Read(call.app.tax_rate_list(&call.actor(), query.own.filter(query.common), query.page).await?))
}

async fn create(mut call: Call) -> Result<Reply> {
    let input = call.body::<TaxRateCreate>()?;
    let caller = call.caller();
    Ok(call.app.tax_rate_create(caller, input).await?.into())
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    Ok(Reply::Read(call.app.tax_rate_get(&call.actor(), call.id()?)?))
}

async fn update(mut call: Call) -> Result<Reply> {
    let input = call.body::<TaxRatePatch>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.tax_rate_update(caller, id, input).await?.into())
}

async fn delete(mut call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.tax_rate_delete(caller, id).await?.into())
}
