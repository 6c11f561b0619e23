//! Orders: what is sold against a charge, kept with the intent until the gateway has answered, so that a restart loses none.

use serde_json::{Value, json};

use crate::app::payment::method_of;
use crate::app::subscription::{at_hand, create, open_renewal, renew, update};
use crate::app::{Answer, Caller, Idempotency, Work};
use crate::domain::actor::Actor;
use crate::domain::id::{AdminId, KeyId, SubscriptionId, TypedId};
use crate::domain::invoice::Invoice;
use crate::domain::key::Scopes;
use crate::domain::patch::Patch;
use crate::domain::payment_method::PaymentMethod;
use crate::domain::reject::Reject;
use crate::error::{Error, Result};
use crate::store::customer::customer_find;
use crate::store::db::Tx;
use crate::store::payment_method::{payment_method_default, payment_method_find};
use crate::store::subscription::subscription_find;
use crate::wire::input::{Field, Kept, read_body};
use crate::wire::subscription::{SubscriptionCreate, SubscriptionPatch, SubscriptionRenew};

/// What is done when it is paid.
pub(crate) enum Order {
    Create(Box<Kept<SubscriptionCreate>>),
    Renew(SubscriptionId, Kept<SubscriptionRenew>),
    Change(SubscriptionId, Box<Kept<SubscriptionPatch>>),
}

/// Who pays, by what.
pub(crate) struct Buyer {
    /// That is renewed or changed.
    pub subscription: Option<i64>,
    /// The invoice that is there already and is to be paid.
    pub open: Option<Invoice>,
    pub method: Option<PaymentMethod>,
}

impl Order {
    pub fn no_method(&self) -> Reject {
        match self {
            Order::Create(_) => Reject::field("paymentMethodId", "The customer has no payment method"),
            Order::Renew(..) | Order::Change(..) => Reject::state_conflict("The customer has no payment method to charge."),
        }
    }

    /// Does it: what is due is charged, or was, as the work says.
    pub fn carry_out(&self, work: &Work<'_>) -> Result<Answer> {
        match self {
            Order::Create(kept) => create(work, kept.input.clone()),
            Order::Renew(id, kept) => renew(work, *id, &kept.input),
            Order::Change(id, kept) => update(work, *id, kept.input.clone()),
        }
    }

    /// Who pays. A subscription that is renewed is brought up to the present first.
    pub fn buyer(&self, work: &Work<'_>) -> Result<Buyer> {
        match self {
            Order::Create(kept) => {
                let customer = customer_find(work.tx, kept.input.customer_id.0)?;
                let method = match (&customer, kept.input.payment_method_id) {
                    (None, _) => None,
                    (Some(customer), Some(id)) => payment_method_find(work.tx, customer.row, id.0)?,
                    (Some(customer), None) => payment_method_default(work.tx, customer.row)?,
                };
                Ok(Buyer { subscription: None, open: None, method })
            }
            Order::Renew(id, _) => {
                let subscription = at_hand(work, *id)?;
                let open = open_renewal(work, subscription.row)?;
                Ok(Buyer { subscription: Some(subscription.row), open, method: method_of(work.tx, &subscription)? })
            }
            Order::Change(id, kept) => {
                let subscription = at_hand(work, *id)?;
                let method = match kept.input.payment_method_id {
                    Patch::Keep => method_of(work.tx, &subscription)?,
                    Patch::Clear => payment_method_default(work.tx, subscription.customer_row)?,
                    Patch::Set(method) => payment_method_find(work.tx, subscription.customer_row, method.0)?,
                };
                Ok(Buyer { subscription: Some(subscription.row), open: None, method })
            }
        }
    }

    /// The subscription that is renewed or changed.
    pub fn subscription(&self, tx: &Tx<'_>) -> Result<Option<i64>> {
        match self {
            Order::Create(_) => Ok(None),
            Order::Renew(id, _) | Order::Change(id, _) => Ok(subscription_find(tx, *id)?.map(|s| s.row)),
        }
    }

    /// Itself and who asked, as text.
    pub fn kept(&self, caller: &Caller) -> String {
        let (renews, changes, body) = match self {
            Order::Create(kept) => (None, None, &kept.body),
            Order::Renew(id, kept) => (Some(id), None, &kept.body),
            Order::Change(id, kept) => (None, Some(id), &kept.body),
        };
        let scopes = if let Actor::Key { scopes, .. } = caller.actor { scopes.texts().join(",") } else { String::new() };
        let repeat = caller.idempotency.as_ref().map(|i| json!({ "key": i.key, "fingerprint": i.fingerprint }));
        json!({ "renews": renews, "changes": changes, "body": body, "actor": caller.actor.label(), "scopes": scopes, "repeat": repeat }).to_string()
    }

    /// The same read back.
    pub fn read(kept: &[u8]) -> Result<(Self, Caller)> {
        let mut kept: Value = serde_json::from_slice(kept).map_err(Error::internal)?;
        let body = kept["body"].take();
        let named = |what: &str| kept[what].as_str().map(|id| SubscriptionId::parse(id).ok_or_else(|| broken("subscription"))).transpose();
        let order = match (named("renews")?, named("changes")?) {
            (Some(id), _) => Order::Renew(id, again(body)?),
            (None, Some(id)) => Order::Change(id, Box::new(again(body)?)),
            (None, None) => Order::Create(Box::new(again(body)?)),
        };
        let idempotency = match &kept["repeat"] {
            Value::Null => None,
            repeat => Some(Idempotency {
                key: repeat["key"].as_str().ok_or_else(|| broken("key"))?.to_owned(),
                fingerprint: serde_json::from_value(repeat["fingerprint"].clone()).map_err(Error::internal)?,
            }),
        };
        let actor = actor(kept["actor"].as_str().unwrap_or(""), kept["scopes"].as_str().unwrap_or(""))?;
        Ok((order, Caller { actor, idempotency, seen: None }))
    }
}

fn again<T: Field>(body: Value) -> Result<T> {
    read_body(body).map_err(|reject| Error::Internal(format!("a kept order is refused: {}", reject.message)))
}

fn broken(what: &str) -> Error {
    Error::Internal(format!("a kept order has no {what}"))
}

fn actor(label: &str, scopes: &str) -> Result<Actor> {
    if let Some(id) = KeyId::parse(label) {
        return Ok(Actor::Key { id, scopes: Scopes::parse(scopes).map_err(Error::Internal)? });
    }
    match AdminId::parse(label) {
        Some(id) => Ok(Actor::Admin { id }),
        None if label == Actor::Operator.label() => Ok(Actor::Operator),
        None => Err(broken("caller")),
    }
}
