//! Credit notes and refunds over HTTP.

use actix_web::http::Method;
use serde_json::json;

use crate::domain::id::{CreditNoteId, InvoiceId, TypedId};
use crate::domain::key::Scope;
use crate::domain::reject::Code;
use crate::error::Result;
use crate::web::api::invoice;
use crate::web::route::{BodyDoc, Call, Noun, Reply, Route};
use crate::wire::credit_note::{CreditNoteCreate, CreditNoteJson, CreditNoteQuery, RefundCreate};
use crate::wire::input::Field;
use crate::wire::output::page_shape;
use crate::wire::query::{ListQuery, NoQuery, Query};
use crate::wire::shape::Shape;

const NOUN: Noun = Noun { prefix: CreditNoteId::PREFIX, name: "credit note", exists: |app, id| app.credit_note_exists(id) };

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/credit-notes",
            operation: "listCreditNotes",
            summary: "List credit notes",
            words: "Oldest first. `q` searches the note's number and the invoice's.",
            scope: Some(Scope::InvoicesRead),
            handler: handler!(list),
            query: ListQuery::<CreditNoteId, CreditNoteQuery>::describe,
            body: None,
            status: 200,
            answer: |d| page_shape::<CreditNoteJson<'static>>(d, CreditNoteId::PREFIX),
            refuses: &[],
            noun: None,
        },
        Route {
            method: Method::GET,
            path: "/api/v1/credit-notes/{id}",
            operation: "getCreditNote",
            summary: "Get a credit note",
            words: "",
            scope: Some(Scope::InvoicesRead),
            handler: handler!(get),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: CreditNoteJson::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::POST,
            path: "/api/v1/invoices/{id}/credit-notes",
            operation: "creditInvoice",
            summary: "Credit an invoice",
            words: "Takes back some of an open or paid invoice, or all that is left of it. It lowers the due first; an open invoice on which nothing is due any more is paid. More than is left is 409. Access stays as it is.",
            scope: Some(Scope::InvoicesWrite),
            handler: handler!(create),
            query: NoQuery::describe,
            body: Some(BodyDoc {
                schema: CreditNoteCreate::schema,
                required: false,
                example: || json!({ "reason": "Two days without service", "to": "balance" }),
            }),
            status: 201,
            answer: CreditNoteJson::shape,
            refuses: &[Code::StateConflict],
            noun: Some(invoice::NOUN),
        },
        Route {
            method: Method::POST,
            path: "/api/v1/invoices/{id}/refunds",
            operation: "refundInvoice",
            summary: "Refund an invoice",
            words: "Gives back what was paid, by a credit note over as much, the newest payment first. More than was paid and not refunded is 409. Access stays as it is.",
            scope: Some(Scope::InvoicesWrite),
            handler: handler!(refund),
            query: NoQuery::describe,
            body: Some(BodyDoc { schema: RefundCreate::schema, required: true, example: || json!({ "amount": "2.50", "reason": "Goodwill" }) }),
            status: 201,
            answer: CreditNoteJson::shape,
            refuses: &[Code::StateConflict],
            noun: Some(invoice::NOUN),
        },
    ]
}

async fn list(call: Call) -> Result<Reply> {
    let query: ListQuery<CreditNoteId, CreditNoteQuery> = call.query()?;
    Ok(Reply::Read(call.app.credit_note_list(&call.actor(), query.own.filter(query.common), query.page).await?))
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    Ok(Reply::Read(call.app.credit_note_get(&call.actor(), call.id()?)?))
}

async fn create(mut call: Call) -> Result<Reply> {
    let input = call.body::<CreditNoteCreate>()?;
    let (id, caller) = (call.id::<InvoiceId>()?, call.caller());
    Ok(call.app.credit_note_create(caller, id, input).await?.into())
}

async fn refund(mut call: Call) -> Result<Reply> {
    let input = call.body::<RefundCreate>()?;
    let (id, caller) = (call.id::<InvoiceId>()?, call.caller());
    Ok(call.app.refund_create(caller, id, input).await?.into())
}
