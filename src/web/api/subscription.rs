//! Subscriptions over HTTP.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::domain::id::{SubscriptionId, TypedId};
use crate::domain::key::Scope;
use crate::domain::reject::Code;
use crate::error::Result;
use crate::web::route::{BodyDoc, Call, Handler, MakeSchema, Noun, Reply, Route};
use crate::wire::input::{Field, Kept, Nothing};
use crate::wire::output::page_shape;
use crate::wire::preview::{PreviewJson, SubscriptionPreview};
use crate::wire::query::{ListQuery, NoQuery, Query};
use crate::wire::shape::Shape;
use crate::wire::subscription::{
    SubscriptionCancel, SubscriptionCreate, SubscriptionExtend, SubscriptionJson, SubscriptionPatch, SubscriptionQuery, SubscriptionRenew,
};

const NOUN: Noun = Noun { prefix: SubscriptionId::PREFIX, name: "subscription", exists: |app, id| app.subscription_exists(id) };

/// An action on one subscription, which answers the subscription.
fn action(path: &'static str, operation: &'static str, summary: &'static str, words: &'static str, body: BodyDoc, handler: Handler) -> Route {
    Route {
        method: Method::POST,
        path,
        operation,
        summary,
        words,
        scope: Some(Scope::SubscriptionsWrite),
        handler,
        query: NoQuery::describe,
        body: Some(body),
        status: 200,
        answer: SubscriptionJson::shape,
        refuses: &[Code::StateConflict],
        noun: Some(NOUN),
    }
}

fn body(schema: MakeSchema, required: bool, example: fn() -> Value) -> BodyDoc {
    BodyDoc { schema, required, example }
}

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/subscriptions",
            operation: "listSubscriptions",
            summary: "List subscriptions",
            words: "Oldest first. `q` searches the customer's e-mail, name and phone, the product's name, and externalId.",
            scope: Some(Scope::SubscriptionsRead),
            handler: handler!(list),
            query: ListQuery::<SubscriptionId, SubscriptionQuery>::describe,
            body: None,
            status: 200,
            answer: |d| page_shape::<SubscriptionJson<'static>>(d, SubscriptionId::PREFIX),
            refuses: &[],
            noun: None,
        },
        Route {
            method: Method::POST,
            path: "/api/v1/subscriptions",
            operation: "createSubscription",
            summary: "Create a subscription",
            words: "`payment` says how the first period is paid. A balance too small for `credit` is 409. What is declined with `automatic` is 402: the attempt is kept among the payments, and there is no subscription.",
            scope: Some(Scope::SubscriptionsWrite),
            handler: handler!(create),
            query: NoQuery::describe,
            body: Some(body(
                SubscriptionCreate::schema,
                true,
                || json!({ "customerId": "cust_019ab1f0c0de70008000000000000001", "productId": "prod_019ab1f0c0de70008000000000000002", "payment": "manual" }),
            )),
            status: 201,
            answer: SubscriptionJson::shape,
            refuses: &[Code::AlreadyExists, Code::InsufficientBalance, Code::PaymentFailed, Code::PaymentProcessing, Code::StateConflict],
            noun: None,
        },
        Route {
            method: Method::GET,
            path: "/api/v1/subscriptions/{id}",
            operation: "getSubscription",
            summary: "Get a subscription",
            words: "",
            scope: Some(Scope::SubscriptionsRead),
            handler: handler!(get),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: SubscriptionJson::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::PATCH,
            path: "/api/v1/subscriptions/{id}",
            operation: "updateSubscription",
            summary: "Update a subscription",
            words: "What is left out stays; null clears. With `collection: automatic` what an immediate change of product, price or quantity costs is charged first: declined is 402, and nothing is changed.",
            scope: Some(Scope::SubscriptionsWrite),
            handler: handler!(update),
            query: NoQuery::describe,
            body: Some(body(SubscriptionPatch::schema, false, || json!({ "autoRenew": false }))),
            status: 200,
            answer: SubscriptionJson::shape,
            refuses: &[Code::AlreadyExists, Code::PaymentFailed, Code::PaymentProcessing, Code::StateConflict],
            noun: Some(NOUN),
        },
        action(
            "/api/v1/subscriptions/{id}/cancel",
            "cancelSubscription",
            "Cancel a subscription",
            "Now, which is final, or with the end of what is paid, which can be taken back.",
            body(SubscriptionCancel::schema, false, || json!({ "atPeriodEnd": true, "reason": "Moves abroad" })),
            handler!(cancel),
        ),
        action(
            "/api/v1/subscriptions/{id}/uncancel",
            "uncancelSubscription",
            "Take back a cancellation at period end",
            "One that is not set to end stays as it is.",
            body(Nothing::schema, false, || json!({})),
            handler!(uncancel),
        ),
        action(
            "/api/v1/subscriptions/{id}/pause",
            "pauseSubscription",
            "Pause a subscription",
            "Access is off and nothing is billed until it is resumed. A renewal invoice that is not overdue is voided; an overdue one stays and can be paid.",
            body(Nothing::schema, false, || json!({})),
            handler!(pause),
        ),
        action(
            "/api/v1/subscriptions/{id}/resume",
            "resumeSubscription",
            "Resume a subscription",
            "What was left when it was paused, of the period, the trial or the days of grace, is left again: as many local days, hours and minutes.",
            body(Nothing::schema, false, || json!({})),
            handler!(resume),
        ),
        Route {
            refuses: &[Code::StateConflict, Code::InsufficientBalance, Code::PaymentFailed, Code::PaymentProcessing],
            ..action(
                "/api/v1/subscriptions/{id}/renew",
                "renewSubscription",
                "Renew a subscription",
                "For whole periods from what is paid until. An open renewal invoice is the renewal: the same `periods` pays or answers that one, another number is 409. `latestInvoiceId` names the invoice.",
                body(SubscriptionRenew::schema, false, || json!({ "periods": 1, "payment": "manual" })),
                handler!(renew),
            )
        },
        action(
            "/api/v1/subscriptions/{id}/extend",
            "extendSubscription",
            "Give free days",
            "After the running period, or from now where that is past. Periods that are paid already move behind them.",
            body(SubscriptionExtend::schema, true, || json!({ "days": 7, "note": "Outage in March" })),
            handler!(extend),
        ),
        Route {
            scope: Some(Scope::SubscriptionsRead),
            answer: PreviewJson::shape,
            refuses: &[Code::StateConflict, Code::InsufficientBalance],
            ..action(
                "/api/v1/subscriptions/{id}/preview",
                "previewSubscription",
                "Preview a change, a renewal or a cancellation",
                "What would be invoiced and credited, each line with how it came about. Nothing of it is written. `action` says which; the other fields are that action's own. A renewal with `automatic` is shown as it is once the charge has succeeded; no gateway is asked.",
                body(SubscriptionPreview::schema, true, || json!({ "action": "cancel", "unusedTime": "credit" })),
                handler!(preview),
            )
        },
    ]
}

async fn list(call: Call) -> Result<Reply> {
    let query: ListQuery<SubscriptionId, SubscriptionQuery> = call.query()?;
    Ok(Reply::Read(call.app.subscription_list(&call.actor(), query.own.filter(query.common), query.page).await?))
}

async fn create(mut call: Call) -> Result<Reply> {
    let input = call.body::<Kept<SubscriptionCreate>>()?;
    let caller = call.caller();
    Ok(call.app.subscription_create(caller, input).await?.into())
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    Ok(Reply::Read(call.app.subscription_get(&call.actor(), call.id()?)?))
}

async fn update(mut call: Call) -> Result<Reply> {
    let input = call.body::<Kept<SubscriptionPatch>>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.subscription_update(caller, id, input).await?.into())
}

async fn cancel(mut call: Call) -> Result<Reply> {
    let input = call.body::<SubscriptionCancel>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.subscription_cancel(caller, id, input).await?.into())
}

async fn uncancel(mut call: Call) -> Result<Reply> {
    call.body::<Nothing>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.subscription_uncancel(caller, id).await?.into())
}

async fn pause(mut call: Call) -> Result<Reply> {
    call.body::<Nothing>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.subscription_pause(caller, id).await?.into())
}

async fn resume(mut call: Call) -> Result<Reply> {
    call.body::<Nothing>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.subscription_resume(caller, id).await?.into())
}

async fn renew(mut call: Call) -> Result<Reply> {
    let input = call.body::<Kept<SubscriptionRenew>>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.subscription_renew(caller, id, input).await?.into())
}

async fn extend(mut call: Call) -> Result<Reply> {
    let input = call.body::<SubscriptionExtend>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.subscription_extend(caller, id, input).await?.into())
}

async fn preview(mut call: Call) -> Result<Reply> {
    let input = call.body::<SubscriptionPreview>()?;
    Ok(Reply::Read(call.app.subscription_preview(&call.actor(), call.id()?, input).await?))
}
