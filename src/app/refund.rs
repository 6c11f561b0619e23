//! Refunds by gateways. A credit note books that money goes back, and leaves an intent for the gateway that took it, in the same
//! transaction; the gateway is asked after the commit, until it has said what became of it. The intent's id is the gateway's
//! key, so that asking twice gives back once. What the gateway does not give back is in the customer's balance.

use crate::adapters::payment::{Answer as Said, Refund};
use crate::app::event::{Change, tell};
use crate::app::payment::deposit;
use crate::app::{App, Work};
use crate::domain::actor::Actor;
use crate::domain::event::EventType;
use crate::domain::id::TypedId;
use crate::domain::money::Money;
use crate::domain::payment::{Payment, PaymentStatus, Provider, Report, look_again};
use crate::error::{Error, Result};
use crate::store::db::WriteTx;
use crate::store::payment::{payment_at, payment_insert};
use crate::store::refund::{GatewayRefund, refund_at, refund_decide, refund_insert, refund_look_again};
use crate::wire::json::encode;
use crate::wire::payment::PaymentJson;

/// Leaves the intent to give back a part of what a gateway took. What came by hand goes back by hand.
pub(crate) fn order(work: &Work<'_>, payment: &Payment, amount: Money) -> Result<()> {
    if payment.provider.is_gateway() { refund_insert(work.tx, work.tx.new_id(), payment.row, amount) } else { Ok(()) }
}

impl App {
    /// Asks a gateway about one intent. Safe to repeat.
    pub(crate) async fn settle_refund(&self, row: i64) -> Result<()> {
        let Some((provider, question)) = self.db.read(|tx| question(refund_at(tx, row)?, |key| payment_at(tx, key)))? else { return Ok(()) };
        let said = match self.gateways.of(provider) {
            Some(gateway) if gateway.capabilities().refund => gateway.refund(&question).await,
            Some(_) => Said::Unable,
            None => Said::Unknown,
        };
        let vault = std::sync::Arc::clone(&self.vault);
        self.db.write(move |tx| record(&Work { tx, vault: &vault, actor: Actor::Engine, seen: None, sale: None }, row, said)).await
    }

    pub(crate) async fn look_at_refund_again(&self, row: i64) -> Result<()> {
        self.db.write(move |tx| wait(tx, &refund_at(tx, row)?)).await
    }
}

/// What to ask; none where it is decided.
fn question(intent: GatewayRefund, payment: impl FnOnce(i64) -> Result<Payment>) -> Result<Option<(Provider, Refund)>> {
    if !intent.is_open {
        return Ok(None);
    }
    let payment = payment(intent.payment)?;
    let transaction = payment.provider_reference.ok_or_else(|| Error::Internal(format!("the payment {} has no transaction", payment.id)))?;
    let amount = Money::new(intent.amount, payment.amount.currency());
    Ok(Some((payment.provider, Refund { key: intent.id.text(), transaction, amount })))
}

fn wait(tx: &WriteTx<'_>, intent: &GatewayRefund) -> Result<()> {
    refund_look_again(tx, intent.row, look_again(intent.asked, tx.now()))
}

/// Writes what the gateway said.
fn record(work: &Work<'_>, row: i64, said: Said) -> Result<()> {
    let intent = refund_at(work.tx, row)?;
    if !intent.is_open {
        return Ok(());
    }
    let reports = match said {
        Said::Unknown | Said::NeverSeen => return wait(work.tx, &intent),
        Said::Unable => vec![Report::Failed { transaction: None, code: "gateway_unable".to_owned() }],
        Said::Reports(reports) => reports,
    };
    match reports.into_iter().next() {
        Some(Report::Succeeded { .. }) => refund_decide(work.tx, row, None),
        Some(Report::Failed { code, .. }) => came_back(work, &intent, &code),
        None => wait(work.tx, &intent),
    }
}

/// The gateway keeps it: it is the customer's, as money that came in for nothing is, and the vendor is told.
fn came_back(work: &Work<'_>, intent: &GatewayRefund, code: &str) -> Result<()> {
    refund_decide(work.tx, intent.row, Some(code))?;
    let (of, now) = (payment_at(work.tx, intent.payment)?, work.tx.now());
    let change = Change { from: Some(of.status.text()), to: Some(of.status.text()), note: Some(code) };
    tell(work, EventType::PaymentRefundFailed, Some(of.id), None, &encode(&PaymentJson(&of)), change)?;
    let amount = Money::new(intent.amount, of.amount.currency());
    let mut kept = Payment {
        row: 0,
        id: work.tx.new_id(),
        created_at: now,
        updated_at: now,
        invoice_row: None,
        invoice_id: None,
        amount,
        amount_refunded: Money::zero(amount.currency()),
        status: PaymentStatus::Succeeded,
        provider_reference: Some(intent.id.text()),
        attempt: None,
        paid_at: Some(now),
        asked: 0,
        ..of
    };
    kept.row = payment_insert(work.tx, &kept)?;
    deposit(work, &kept, PaymentStatus::Processing)
}
