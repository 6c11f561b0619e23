//! Previews: what a change, a renewal or a cancellation would come to. The action itself is done and taken back in one
//! transaction, so that what is shown is what then happens.

use serde_json::Value;

use crate::app::order::Order;
use crate::app::payment::{Sale, may_be_charged};
use crate::app::subscription::{at_hand, cancel, renew, update};
use crate::app::{Answer, App, Work};
use crate::domain::actor::Actor;
use crate::domain::change::Proration;
use crate::domain::credit_note::CreditNote;
use crate::domain::id::{SubscriptionId, TypedId};
use crate::domain::invoice::{Invoice, InvoiceStatus};
use crate::domain::key::Scope;
use crate::domain::money::Money;
use crate::domain::reject::{FieldError, Reject};
use crate::domain::subscription::{Collection, RenewalPayment, Subscription};
use crate::error::Result;
use crate::store::credit_note::{credit_note_greatest, credit_notes_since};
use crate::store::db::WriteTx;
use crate::store::invoice::{invoice_at, invoice_greatest, invoice_list_open, invoices_since};
use crate::store::subscription::subscription_find;
use crate::wire::input::Kept;
use crate::wire::json::encode;
use crate::wire::preview::{Kind, Preview, PreviewAction, PreviewJson, PreviewLine, SubscriptionPreview};
use crate::wire::subscription::{SubscriptionCancel, SubscriptionPatch, SubscriptionRenew};

impl App {
    pub async fn subscription_preview(&self, actor: &Actor, id: SubscriptionId, input: SubscriptionPreview) -> Result<Vec<u8>> {
        Ok(encode(&PreviewJson(&self.subscription_previewed(actor, id, input).await?)).into_bytes())
    }

    /// The same as a value.
    pub async fn subscription_previewed(&self, actor: &Actor, id: SubscriptionId, input: SubscriptionPreview) -> Result<Preview> {
        actor.require(Scope::SubscriptionsRead)?;
        let (vault, actor) = (std::sync::Arc::clone(&self.vault), *actor);
        let work = move |tx: &WriteTx<'_>| {
            refuse_others(&input)?;
            tx.rehearse(|tx| preview(&Work { tx, vault: &vault, actor, seen: None, sale: Some(&Sale::Supposed) }, id, &input))
        };
        self.db.write(work).await
    }
}

/// Names the fields that belong to another action.
fn refuse_others(input: &SubscriptionPreview) -> Result<()> {
    use PreviewAction::{Cancel, Change, Renew};
    let fields = [
        ("productId", input.product_id.is_some(), Change),
        ("priceId", input.price_id.is_some(), Change),
        ("quantity", input.quantity.is_some(), Change),
        ("proration", input.proration.is_some(), Change),
        ("periods", input.periods.is_some(), Renew),
        ("payment", input.payment.is_some(), Renew),
        ("atPeriodEnd", input.at_period_end.is_some(), Cancel),
        ("unusedTime", input.unused_time.is_some(), Cancel),
    ];
    let wrong = fields.into_iter().filter(|(_, is_there, action)| *is_there && *action != input.action);
    let wrong: Vec<FieldError> = wrong.map(|(field, ..)| FieldError::new(field, "Belongs to another action")).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Reject::fields(wrong).into()) }
}

fn preview(work: &Work<'_>, id: SubscriptionId, input: &SubscriptionPreview) -> Result<Preview> {
    let known = invoice_greatest(work.tx)?;
    let before = at_hand(work, id)?;
    let open: Vec<i64> = invoice_list_open(work.tx, before.row)?.iter().map(|i| i.row).collect();
    let (last_invoice, last_note) = (invoice_greatest(work.tx)?, credit_note_greatest(work.tx)?);
    let action = input.action;
    match action {
        PreviewAction::Change => changed(work, &before, input),
        PreviewAction::Renew => renewed(work, id, input),
        PreviewAction::Cancel => cancel(work, id, SubscriptionCancel { at_period_end: input.at_period_end, reason: None, unused_time: input.unused_time }),
    }?;
    let after = subscription_find(work.tx, id)?.ok_or_else(|| Reject::not_found("subscription"))?;
    let mut invoices: Vec<Invoice> = invoices_since(work.tx, last_invoice)?.into_iter().filter(|i| i.status != InvoiceStatus::Void).collect();
    let (mut voided, mut still_open) = (Vec::new(), Vec::new());
    for row in open {
        let invoice = invoice_at(work.tx, row)?;
        match invoice.status {
            // What only this look has opened nobody knows of.
            InvoiceStatus::Void if row > known => {}
            InvoiceStatus::Void => voided.push(invoice.id.text()),
            _ => still_open.push(invoice),
        }
    }
    // An open renewal invoice is the renewal.
    if action == PreviewAction::Renew && invoices.is_empty() {
        invoices = still_open;
    }
    let notes = credit_notes_since(work.tx, last_note)?;
    let currency = before.unit_amount.currency();
    let lines: Vec<PreviewLine> = notes.iter().flat_map(credits).chain(invoices.iter().flat_map(charges)).collect();
    let sum = |amount: fn(&PreviewLine) -> Money| Money::sum(currency, lines.iter().map(amount));
    let (subtotal, tax) = (sum(|l| l.amount)?, sum(|l| l.tax)?);
    let total_of = |amount: fn(&Invoice) -> Money| Money::sum(currency, invoices.iter().map(amount));
    let applied = total_of(|i| i.balance_applied)?;
    let credited_to = |amount: fn(&CreditNote) -> Money| Money::sum(currency, notes.iter().map(amount));
    let amount_due = total_of(|i| i.sums.total)?.minus(applied)?;
    Ok(Preview {
        action,
        lines,
        subtotal,
        tax,
        total: subtotal.plus(tax)?,
        to_due: credited_to(|n| n.to_due)?,
        to_balance: credited_to(|n| n.to_balance)?,
        to_refund: credited_to(|n| n.to_refund)?,
        balance_applied: applied,
        amount_due,
        status: after.status,
        current_period_end: after.current_period.map(|p| p.end),
        voided,
    })
}

/// A renewal; one that is charged is shown as it is when the charge has succeeded, of which no gateway is asked here.
fn renewed(work: &Work<'_>, id: SubscriptionId, input: &SubscriptionPreview) -> Result<Answer> {
    let asked = SubscriptionRenew { periods: input.periods, payment: input.payment };
    if asked.payment == Some(RenewalPayment::Automatic) {
        may_be_charged(work, &Order::Renew(id, Kept { input: asked.clone(), body: Value::Null }))?;
    }
    renew(work, id, &asked)
}

/// The same of a change.
fn changed(work: &Work<'_>, before: &Subscription, input: &SubscriptionPreview) -> Result<Answer> {
    let asked = patch(input);
    if before.collection == Collection::Automatic && asked.proration.unwrap_or_default() == Proration::Immediate {
        may_be_charged(work, &Order::Change(before.id, Box::new(Kept { input: asked.clone(), body: Value::Null })))?;
    }
    update(work, before.id, asked)
}

fn patch(input: &SubscriptionPreview) -> SubscriptionPatch {
    use crate::domain::patch::{Change, Patch};
    fn set<T>(value: Option<T>) -> Change<T> {
        value.map_or(Change::Keep, Change::Set)
    }
    SubscriptionPatch {
        product_id: set(input.product_id),
        price_id: set(input.price_id),
        quantity: set(input.quantity),
        proration: input.proration,
        auto_renew: Change::Keep,
        collection: Change::Keep,
        payment_method_id: Patch::Keep,
        coupon_code: Patch::Keep,
        max_connections: Patch::Keep,
        metadata: Patch::Keep,
        external_id: Patch::Keep,
    }
}

fn credits(note: &CreditNote) -> Vec<PreviewLine> {
    let line = |l: &crate::domain::credit_note::CreditNoteLine| PreviewLine {
        kind: Kind::Credit,
        description: l.description.clone(),
        amount: l.amount.negated(),
        tax: l.tax.negated(),
        period: None,
        explanation: l.explanation.clone().unwrap_or_default(),
        invoice_id: Some(note.invoice_id.text()),
    };
    note.lines.iter().map(line).collect()
}

fn charges(invoice: &Invoice) -> Vec<PreviewLine> {
    let line = |l: &crate::domain::invoice::InvoiceLine| PreviewLine {
        kind: Kind::Charge,
        description: l.description.clone(),
        amount: l.amount,
        tax: l.tax,
        period: l.period,
        explanation: l.explanation.clone(),
        invoice_id: None,
    };
    invoice.lines.iter().map(line).collect()
}
