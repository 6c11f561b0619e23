//! Customers' stored payment methods.

use crate::app::event::{Change, tell};
use crate::app::subscription::apply_update;
use crate::app::{Answer, App, Caller, Work};
use crate::domain::actor::Actor;
use crate::domain::customer::Customer;
use crate::domain::event::EventType;
use crate::domain::id::{CustomerId, PaymentMethodId};
use crate::domain::key::Scope;
use crate::domain::list::{Page, PageEnd};
use crate::domain::payment::Provider;
use crate::domain::payment_method::{Behavior, PaymentMethod};
use crate::domain::reject::Reject;
use crate::domain::subscription::Subscription;
use crate::domain::text::Encoded;
use crate::error::Result;
use crate::store::customer::customer_find;
use crate::store::db::Tx;
use crate::store::payment_method::{
    payment_method_default, payment_method_find, payment_method_insert, payment_method_list, payment_method_remove, payment_method_set_default,
    payment_method_users,
};
use crate::store::subscription::subscription_at;
use crate::wire::json::{encode, encode_metadata};
use crate::wire::output::PageWriter;
use crate::wire::payment_method::{MethodType, PaymentMethodCreate, PaymentMethodJson};

fn customer(tx: &Tx<'_>, id: CustomerId) -> Result<Customer<'static>> {
    Ok(customer_find(tx, id)?.ok_or_else(|| Reject::not_found("customer"))?)
}

fn method(tx: &Tx<'_>, of: CustomerId, id: PaymentMethodId) -> Result<PaymentMethod> {
    let customer = customer(tx, of)?;
    Ok(payment_method_find(tx, customer.row, id)?.ok_or_else(|| Reject::not_found("payment method"))?)
}

impl App {
    pub fn payment_method_get(&self, actor: &Actor, of: CustomerId, id: PaymentMethodId) -> Result<Vec<u8>> {
        actor.require(Scope::CustomersRead)?;
        self.db.read(|tx| Ok(encode(&PaymentMethodJson(&method(tx, of, id)?)).into_bytes()))
    }

    /// The same as a value.
    pub fn payment_method_read(&self, actor: &Actor, of: CustomerId, id: PaymentMethodId) -> Result<PaymentMethod> {
        actor.require(Scope::CustomersRead)?;
        self.db.read(|tx| method(tx, of, id))
    }

    pub fn payment_method_list(&self, actor: &Actor, of: CustomerId, page: &Page<PaymentMethodId>) -> Result<Vec<u8>> {
        let (methods, end) = self.payment_method_page(actor, of, page)?;
        let mut writer = PageWriter::default();
        methods.iter().for_each(|method| writer.push(&PaymentMethodJson(method)));
        Ok(writer.finish(&end))
    }

    /// The same as values.
    pub fn payment_method_page(&self, actor: &Actor, of: CustomerId, page: &Page<PaymentMethodId>) -> Result<(Vec<PaymentMethod>, PageEnd<PaymentMethodId>)> {
        actor.require(Scope::CustomersRead)?;
        self.db.read(|tx| {
            let customer = customer(tx, of)?;
            let mut methods = Vec::new();
            let end = payment_method_list(tx, customer.row, page, |method| methods.push(method.clone()))?;
            Ok((methods, end))
        })
    }

    /// Whether methods of this kind can be stored here.
    pub fn takes_methods_of(&self, provider: Provider) -> bool {
        self.gateways.of(provider).is_some()
    }

    pub async fn payment_method_create(&self, caller: Caller, of: CustomerId, input: PaymentMethodCreate) -> Result<Answer> {
        caller.actor.require(Scope::CustomersWrite)?;
        let is_taken = self.takes_methods_of(input.kind.provider());
        self.command(caller, move |work| create(work, of, &input, is_taken)).await
    }

    pub async fn payment_method_make_default(&self, caller: Caller, of: CustomerId, id: PaymentMethodId) -> Result<Answer> {
        caller.actor.require(Scope::CustomersWrite)?;
        self.command(caller, move |work| make_default(work, of, id)).await
    }

    pub async fn payment_method_delete(&self, caller: Caller, of: CustomerId, id: PaymentMethodId) -> Result<Answer> {
        caller.actor.require(Scope::CustomersWrite)?;
        self.command(caller, move |work| delete(work, of, id)).await
    }
}

fn create(work: &Work<'_>, of: CustomerId, input: &PaymentMethodCreate, is_taken: bool) -> Result<Answer> {
    let (customer, now) = (customer(work.tx, of)?, work.tx.now());
    if !is_taken {
        return Err(Reject::field("type", "Can be stored only on a test clock").into());
    }
    let detail = match input.kind {
        MethodType::Test => input.behavior.unwrap_or(Behavior::Succeed).text(),
    };
    let mut method = PaymentMethod {
        row: 0,
        id: work.tx.new_id(),
        created_at: now,
        updated_at: now,
        customer_row: customer.row,
        customer_id: of,
        provider: input.kind.provider(),
        detail,
        is_default: payment_method_default(work.tx, customer.row)?.is_none(),
        metadata: input.metadata.as_ref().map_or(Encoded("{}".into()), encode_metadata),
    };
    method.row = payment_method_insert(work.tx, &method)?;
    let shown = encode(&PaymentMethodJson(&method));
    tell(work, EventType::PaymentMethodCreated, Some(method.id), None, &shown, Change { to: Some("active"), ..Change::default() })?;
    Ok(Answer::created(method.id, format!("/api/v1/customers/{of}/payment-methods/{}", method.id), shown))
}

/// Makes a method the one that is charged where a subscription names no other. The default one stays it, and nothing is told.
fn make_default(work: &Work<'_>, of: CustomerId, id: PaymentMethodId) -> Result<Answer> {
    let method = method(work.tx, of, id)?;
    if !method.is_default {
        if let Some(other) = payment_method_default(work.tx, method.customer_row)? {
            set_default(work, &other, false)?;
        }
        set_default(work, &method, true)?;
    }
    let now = PaymentMethod { is_default: true, updated_at: if method.is_default { method.updated_at } else { work.tx.now() }, ..method };
    Ok(Answer::ok(Some(id), encode(&PaymentMethodJson(&now))))
}

fn set_default(work: &Work<'_>, before: &PaymentMethod, is_default: bool) -> Result<()> {
    payment_method_set_default(work.tx, before.row, is_default)?;
    let after = PaymentMethod { is_default, updated_at: work.tx.now(), ..before.clone() };
    let shown = encode(&PaymentMethodJson(&after));
    tell(
        work,
        EventType::PaymentMethodUpdated,
        Some(before.id),
        Some(&encode(&PaymentMethodJson(before))),
        &shown,
        Change { from: Some("active"), to: Some("active"), note: None },
    )
}

/// Takes a method away. Subscriptions that named it are charged to the customer's default one from then on.
fn delete(work: &Work<'_>, of: CustomerId, id: PaymentMethodId) -> Result<Answer> {
    let method = method(work.tx, of, id)?;
    for row in payment_method_users(work.tx, &method)? {
        let before = subscription_at(work.tx, row)?;
        let next = Subscription { payment_method: None, ..before.clone() };
        apply_update(work, &before, next)?;
    }
    payment_method_remove(work.tx, &method)?;
    let answer = Answer::deleted(id);
    let shown = String::from_utf8_lossy(&answer.body).into_owned();
    tell(work, EventType::PaymentMethodDeleted, Some(id), None, &shown, Change { from: Some("active"), to: Some("removed"), note: None })?;
    Ok(answer)
}

/// A method that a body names: one of this customer's.
pub(crate) fn named(tx: &Tx<'_>, customer: i64, id: PaymentMethodId) -> Result<PaymentMethod> {
    let found = payment_method_find(tx, customer, id)?;
    Ok(found.ok_or_else(|| Reject::field("paymentMethodId", "The customer has no such payment method"))?)
}
