//! What happened to an object, told for people.

use serde_json::Value;

use crate::app::event::{FieldChange, Happened, Who};
use crate::domain::id::TypedId;
use crate::error::Result;
use crate::web::html::cell::Cell;
use crate::web::html::page::{Happening, Section};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::page::PageCall;

/// The newest of so many are shown.
const SHOWN: u32 = 50;

/// The timeline of an object.
pub fn happenings<I: TypedId>(call: &PageCall, id: I) -> Result<Section> {
    let happened = call.app().happened(&call.actor()?, id, SHOWN)?;
    Ok(Section::Happenings { title: say("story-title"), rows: happened.into_iter().flat_map(happening).collect() })
}

/// A row for what happened, or one for each thing that was changed with it.
fn happening(h: Happened) -> Vec<Happening> {
    let who = match h.who {
        Who::Key(name) => say_with("story-by-key", [("name", Arg::Text(name))]),
        Who::Admin(email) => say_with("story-by-admin", [("name", Arg::Text(email))]),
        Who::Operator => say("story-by-operator"),
        Who::Engine => say("story-by-engine"),
    };
    // A note in the form of an event's type is ours: it says of what this is a part.
    let note = h.note.filter(|note| !matches!(what(note), Text::Say { .. }));
    let is_of_subscription = h.kind == "subscription.updated";
    let mut whats: Vec<Text> = h.changes.iter().filter(|c| is_of_subscription && !follows(c, &h.changes)).filter_map(changed).collect();
    if whats.is_empty() {
        whats.push(what(&h.kind));
    }
    let mut notes = std::iter::once(note).chain(std::iter::repeat(None));
    whats.into_iter().map(|what| Happening { at: Cell::Instant(h.at), what, who: Some(who.clone()), note: notes.next().flatten() }).collect()
}

/// Whether a field was changed only because another one was: a change that waited came with its price and its quantity, and
/// another product has another price.
fn follows(change: &FieldChange, all: &[FieldChange]) -> bool {
    let is_changed = |fields: &[&str]| all.iter().any(|c| fields.contains(&c.field.as_str()));
    match change.field.as_str() {
        "pendingChange" => change.after.is_null() && is_changed(&["productId", "priceId", "quantity"]),
        "priceId" => is_changed(&["productId"]),
        _ => false,
    }
}

/// What was changed of a subscription, in words. Some fields only follow others.
fn changed(change: &FieldChange) -> Option<Text> {
    let code = |value: &Value| value.as_str().map(|code| [("code", Arg::Text(code.to_owned()))]);
    Some(match (change.field.as_str(), &change.after) {
        ("cancelAtPeriodEnd", Value::Bool(true)) => say("event-subscription-ending"),
        ("cancelAtPeriodEnd", _) => say("event-subscription-kept"),
        ("autoRenew", Value::Bool(true)) => say("event-subscription-renews"),
        ("autoRenew", _) => say("event-subscription-renews-not"),
        ("productName", after) => say_with("event-subscription-product", [("name", Arg::Text(after.as_str()?.to_owned()))]),
        ("priceId", _) => say("event-subscription-price"),
        ("quantity", after) => say_with("event-subscription-quantity", [("n", Arg::Count(after.as_i64()?))]),
        ("pendingChange", Value::Null) => say("event-subscription-change-off"),
        ("pendingChange", _) => say("event-subscription-change-waits"),
        ("couponCode", after) => match code(after) {
            Some(code) => say_with("event-subscription-coupon", code),
            None => say_with("event-subscription-coupon-off", code(&change.before)?),
        },
        ("maxConnections", after) => match after.as_i64() {
            Some(n) => say_with("event-subscription-connections", [("n", Arg::Count(n))]),
            None => say("event-subscription-connections-any"),
        },
        ("externalId", _) => say("event-subscription-number"),
        ("metadata", _) => say("event-subscription-fields"),
        _ => return None,
    })
}

fn what(kind: &str) -> Text {
    match kind {
        "customer.created" => say("event-customer-created"),
        "customer.updated" => say("event-customer-updated"),
        "customer.deleted" => say("event-customer-deleted"),
        "product.created" => say("event-product-created"),
        "product.updated" => say("event-product-updated"),
        "product.deleted" => say("event-product-deleted"),
        "coupon.created" => say("event-coupon-created"),
        "coupon.updated" => say("event-coupon-updated"),
        "tax_rate.created" => say("event-tax-rate-created"),
        "tax_rate.updated" => say("event-tax-rate-updated"),
        "subscription.created" => say("event-subscription-created"),
        "subscription.activated" => say("event-subscription-activated"),
        "subscription.updated" => say("event-subscription-updated"),
        "subscription.renewed" => say("event-subscription-renewed"),
        "subscription.extended" => say("event-subscription-extended"),
        "subscription.past_due" => say("event-subscription-past-due"),
        "subscription.suspended" => say("event-subscription-suspended"),
        "subscription.paused" => say("event-subscription-paused"),
        "subscription.resumed" => say("event-subscription-resumed"),
        "subscription.expired" => say("event-subscription-expired"),
        "subscription.parked" => say("event-subscription-parked"),
        "subscription.trial_ending" => say("event-subscription-trial-ending"),
        "subscription.cancelled" => say("event-subscription-cancelled"),
        "invoice.created" => say("event-invoice-created"),
        "invoice.updated" => say("event-invoice-updated"),
        "invoice.finalized" => say("event-invoice-finalized"),
        "invoice.paid" => say("event-invoice-paid"),
        "invoice.overdue" => say("event-invoice-overdue"),
        "invoice.written_off" => say("event-invoice-written-off"),
        "invoice.voided" => say("event-invoice-voided"),
        "invoice.payment_failed" => say("event-invoice-payment-failed"),
        "credit_note.created" => say("event-credit-note-created"),
        "payment.refunded" => say("event-payment-refunded"),
        "payment.refund_failed" => say("event-payment-refund-failed"),
        "payment_method.created" => say("event-method-created"),
        "payment_method.updated" => say("event-method-updated"),
        "payment_method.deleted" => say("event-method-deleted"),
        "payment.failed" => say("event-payment-failed"),
        "payment.succeeded" => say("event-payment-succeeded"),
        other => data(other),
    }
}
