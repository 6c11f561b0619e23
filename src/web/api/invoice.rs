//! Invoices over HTTP.

use actix_web::http::Method;
use serde_json::json;

use crate::domain::id::{InvoiceId, TypedId};
use crate::domain::key::Scope;
use crate::domain::reject::Code;
use crate::error::Result;
use crate::web::route::{BodyDoc, Call, Handler, Noun, Reply, Route};
use crate::wire::customer::DeletedShape;
use crate::wire::input::{Field, Nothing};
use crate::wire::invoice::{InvoiceCreate, InvoiceJson, InvoiceMarkPaid, InvoicePatch, InvoiceQuery};
use crate::wire::output::page_shape;
use crate::wire::query::{ListQuery, NoQuery, Query};
use crate::wire::shape::Shape;

pub(super) const NOUN: Noun = Noun { prefix: InvoiceId::PREFIX, name: "invoice", exists: |app, id| app.invoice_exists(id) };

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/invoices",
            operation: "listInvoices",
            summary: "List invoices",
            words: "Oldest first. `q` searches the number and the buyer's name and e-mail.",
            scope: Some(Scope::InvoicesRead),
            handler: handler!(list),
            query: ListQuery::<InvoiceId, InvoiceQuery>::describe,
            body: None,
            status: 200,
            answer: |d| page_shape::<InvoiceJson<'static>>(d, InvoiceId::PREFIX),
            refuses: &[],
            noun: None,
        },
        Route {
            method: Method::POST,
            path: "/api/v1/invoices",
            operation: "createInvoice",
            summary: "Draft an invoice",
            words: "Of anything that no subscription bills. A draft has no number, can be changed and deleted, and is in no report; what it would come to is shown by the tax rates of now. Finalise it to have it paid.",
            scope: Some(Scope::InvoicesWrite),
            handler: handler!(create),
            query: NoQuery::describe,
            body: Some(BodyDoc {
                schema: InvoiceCreate::schema,
                required: true,
                example: || {
                    let line = json!({ "description": "Installation at home", "quantity": 1, "unitAmount": "25.00" });
                    json!({ "customerId": "cust_019c137ec1007fb68ee56c6544714200", "lines": [line] })
                },
            }),
            status: 201,
            answer: InvoiceJson::shape,
            refuses: &[Code::StateConflict, Code::AlreadyExists],
            noun: None,
        },
        Route {
            method: Method::GET,
            path: "/api/v1/invoices/{id}",
            operation: "getInvoice",
            summary: "Get an invoice",
            words: "",
            scope: Some(Scope::InvoicesRead),
            handler: handler!(get),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: InvoiceJson::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::PATCH,
            path: "/api/v1/invoices/{id}",
            operation: "updateInvoice",
            summary: "Update a draft",
            words: "`lines` stand in the stead of all that it has. A finalised invoice does not change: 409.",
            scope: Some(Scope::InvoicesWrite),
            handler: handler!(update),
            query: NoQuery::describe,
            body: Some(BodyDoc {
                schema: InvoicePatch::schema,
                required: false,
                example: || json!({ "lines": [{ "description": "Installation at home", "unitAmount": "20.00" }], "dueAt": null }),
            }),
            status: 200,
            answer: InvoiceJson::shape,
            refuses: &[Code::StateConflict, Code::AlreadyExists],
            noun: Some(NOUN),
        },
        Route {
            method: Method::DELETE,
            path: "/api/v1/invoices/{id}",
            operation: "deleteInvoice",
            summary: "Delete a draft",
            words: "A finalised invoice is kept: 409. Void it instead.",
            scope: Some(Scope::InvoicesWrite),
            handler: handler!(delete),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: DeletedShape::shape,
            refuses: &[Code::StateConflict],
            noun: Some(NOUN),
        },
        action(
            "/api/v1/invoices/{id}/finalize",
            "finalizeInvoice",
            "Finalise a draft",
            "It takes the next number and becomes a document, by the seller, the buyer and the tax rates of now; the customer's balance is applied. One on which nothing is due is paid. One that is finalised already, or due on a day that is over, is 409.",
            handler!(finalize),
        ),
        Route {
            method: Method::POST,
            path: "/api/v1/invoices/{id}/mark-paid",
            operation: "markInvoicePaid",
            summary: "Mark an invoice as paid",
            words: "Less than the amount due leaves it open; more goes to the customer's balance. One that is paid or void already is 409.",
            scope: Some(Scope::InvoicesWrite),
            handler: handler!(mark_paid),
            query: NoQuery::describe,
            body: Some(BodyDoc {
                schema: InvoiceMarkPaid::schema,
                required: false,
                example: || json!({ "method": "bank transfer", "reference": "2026-01-31/17" }),
            }),
            status: 200,
            answer: InvoiceJson::shape,
            refuses: &[Code::StateConflict],
            noun: Some(NOUN),
        },
        action(
            "/api/v1/invoices/{id}/void",
            "voidInvoice",
            "Void an invoice",
            "It keeps its number. What it took from the balance, and what was paid on it, goes to the balance. The timers of its subscription go on, and no other invoice is opened for the same time.",
            handler!(void),
        ),
        action(
            "/api/v1/invoices/{id}/write-off",
            "writeOffInvoice",
            "Write an invoice off",
            "What is due will not come: it becomes `uncollectible`, and what is due a bad debt.",
            handler!(write_off),
        ),
    ]
}

fn action(path: &'static str, operation: &'static str, summary: &'static str, words: &'static str, handler: Handler) -> Route {
    Route {
        method: Method::POST,
        path,
        operation,
        summary,
        words,
        scope: Some(Scope::InvoicesWrite),
        handler,
        query: NoQuery::describe,
        body: Some(BodyDoc { schema: Nothing::schema, required: false, example: || json!({}) }),
        status: 200,
        answer: InvoiceJson::shape,
        refuses: &[Code::StateConflict],
        noun: Some(NOUN),
    }
}

async fn list(call: Call) -> Result<Reply> {
    let query: ListQuery<InvoiceId, InvoiceQuery> = call.query()?;
    Ok(Reply::Read(call.app.invoice_list(&call.actor(), query.own.filter(query.common, call.app.clock.billing()), query.page).await?))
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    Ok(Reply::Read(call.app.invoice_get(&call.actor(), call.id()?)?))
}

async fn create(mut call: Call) -> Result<Reply> {
    let input = call.body::<InvoiceCreate>()?;
    let caller = call.caller();
    Ok(call.app.invoice_create(caller, input).await?.into())
}

async fn update(mut call: Call) -> Result<Reply> {
    let input = call.body::<InvoicePatch>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.invoice_update(caller, id, input).await?.into())
}

async fn delete(mut call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.invoice_delete(caller, id).await?.into())
}

async fn finalize(mut call: Call) -> Result<Reply> {
    call.body::<Nothing>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.invoice_finalize(caller, id).await?.into())
}

async fn mark_paid(mut call: Call) -> Result<Reply> {
    let input = call.body::<InvoiceMarkPaid>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.invoice_mark_paid(caller, id, input).await?.into())
}

async fn void(mut call: Call) -> Result<Reply> {
    call.body::<Nothing>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.invoice_void(caller, id).await?.into())
}

async fn write_off(mut call: Call) -> Result<Reply> {
    call.body::<Nothing>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.invoice_write_off(caller, id).await?.into())
}
