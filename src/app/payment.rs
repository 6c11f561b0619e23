//! Payments: charging stored methods, and what came in.
//!
//! A charge is an intent (committed), a question to the gateway, and its answer (committed). The intents are the queue: a row
//! that is processing is asked about until the gateway has said what became of it, whatever happens to this process meanwhile.
//! The intent's id is the gateway's key, so that asking twice charges once.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::adapters::payment::{Answer as Said, Charge, Gateway};
use crate::app::balance::move_balance;
use crate::app::event::{Change, tell};
use crate::app::invoice::{ByHand, receive, shown, take_payment};
use crate::app::order::{Buyer, Order};
use crate::app::subscription::to_be_paid;
use crate::app::timer::catch_up_or_park;
use crate::app::{Answer, App, Caller, Idempotency, Work, keep_answer, known_answer};
use crate::domain::actor::Actor;
use crate::domain::balance::EntryKind;
use crate::domain::event::EventType;
use crate::domain::id::{PaymentId, TypedId};
use crate::domain::invoice::{Invoice, InvoiceStatus};
use crate::domain::key::Scope;
use crate::domain::ledger::{Account, Entry};
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::Money;
use crate::domain::payment::{Effect, NO_METHOD, Payment, PaymentFilter, PaymentStatus, Provider, Report, look_again};
use crate::domain::payment_method::PaymentMethod;
use crate::domain::reject::{Code, Reject};
use crate::domain::subscription::Subscription;
use crate::error::{Error, Result};
use crate::secret::Vault;
use crate::store::db::{Tx, WriteTx};
use crate::store::idempotency::{idempotency_delete, idempotency_in_progress};
use crate::store::invoice::{invoice_at, invoice_list_open};
use crate::store::ledger::{Subject, ledger_post};
use crate::store::payment::{
    charge_order_insert, charge_order_take, charging, declined_before, is_any_to_look_at, is_quick, payment_at, payment_find, payment_insert, payment_list,
    payment_look_again, payment_of_transaction, payment_update, payments_to_look_at,
};
use crate::store::payment_method::{payment_method_at, payment_method_default};
use crate::store::refund::refunds_to_look_at;
use crate::wire::json::encode;
use crate::wire::output::PageWriter;
use crate::wire::payment::PaymentJson;

/// The intents that one round of charges asks about.
const ROUND: usize = 50;

/// The intents that somebody is asking about in this process.
#[derive(Clone, Default)]
pub(crate) struct InHand(Arc<Mutex<HashSet<i64>>>);

/// Whoever has it asks; it is given back by dropping it.
pub(crate) struct Held {
    all: InHand,
    row: i64,
}

impl InHand {
    fn take(&self, row: i64) -> Option<Held> {
        let is_free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(row);
        is_free.then(|| Held { all: self.clone(), row })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.row);
    }
}

/// Something that is sold against a charge.
pub(crate) enum Sale<'s> {
    /// It is done to see what is due, and undone.
    Rehearsed(&'s Cell<Option<Money>>),
    /// A preview takes it as paid.
    Supposed,
    /// The charge succeeded.
    Charged { payment: &'s Payment, is_taken: &'s Cell<bool> },
}

/// What an answer of the gateway came to.
enum Recorded {
    /// It was decided before.
    Nothing,
    /// The gateway does not know yet.
    Waits,
    Decided,
    /// What was asked for against the charge, and what is answered to whoever asked.
    Ordered(std::result::Result<Answer, Reject>),
}

/// What became of a request that is paid by a charge.
enum Asked {
    /// Nothing is to be charged, or it was answered before.
    Answered(Answer),
    Intent(PaymentId, Held),
}

impl App {
    pub fn payment_get(&self, actor: &Actor, id: PaymentId) -> Result<Vec<u8>> {
        Ok(encode(&PaymentJson(&self.payment_read(actor, id)?)).into_bytes())
    }

    /// The same as a value.
    pub fn payment_read(&self, actor: &Actor, id: PaymentId) -> Result<Payment> {
        actor.require(Scope::InvoicesRead)?;
        self.db.read(|tx| Ok(payment_find(tx, id)?.ok_or_else(|| Reject::not_found("payment"))?))
    }

    /// Whether there is such a payment, for whoever got something else wrong.
    pub fn payment_exists(&self, id: &str) -> Result<()> {
        let id = PaymentId::parse(id).ok_or_else(|| Reject::not_found("payment"))?;
        self.db.read(|tx| payment_find(tx, id).and_then(|found| Ok(found.map(drop).ok_or_else(|| Reject::not_found("payment"))?)))
    }

    pub async fn payment_list(&self, actor: &Actor, filter: PaymentFilter, page: Page<PaymentId>) -> Result<Vec<u8>> {
        let (payments, end) = self.payment_page(actor, filter, page).await?;
        let mut writer = PageWriter::default();
        payments.iter().for_each(|payment| writer.push(&PaymentJson(payment)));
        Ok(writer.finish(&end))
    }

    /// The same as values.
    pub async fn payment_page(&self, actor: &Actor, filter: PaymentFilter, page: Page<PaymentId>) -> Result<(Vec<Payment>, PageEnd<PaymentId>)> {
        actor.require(Scope::InvoicesRead)?;
        let quick = is_quick(&filter);
        let read = move |tx: &Tx<'_>| {
            let mut payments = Vec::new();
            let end = payment_list(tx, &filter, &page, |payment| payments.push(payment.clone()))?;
            Ok((payments, end))
        };
        if quick { self.db.read(read) } else { self.db.read_slowly(read).await }
    }

    /// Does what is paid by a charge. Only what the gateway took is sold; what it declined leaves the attempt and nothing else.
    pub(crate) async fn buy(&self, caller: Caller, order: Order) -> Result<Answer> {
        // While a test clock moves, nobody else charges: each outcome is of the instant at which it was asked for.
        let _still = if self.test_clock.is_some() { Some(self.moving.lock().await) } else { None };
        let (vault, in_hand) = (Arc::clone(&self.vault), self.in_hand.clone());
        let asked = self.db.write(move |tx| ask_for(tx, &vault, &in_hand, &caller, &order)).await?;
        match asked {
            Asked::Answered(answer) => Ok(answer),
            Asked::Intent(id, held) => match self.settle(held.row).await? {
                Recorded::Ordered(answer) => Ok(answer?),
                Recorded::Nothing | Recorded::Waits | Recorded::Decided => Err(unanswered(id).into()),
            },
        }
    }

    /// Asks the gateways about the intents whose turn it is; how many that were. Safe to repeat, and after a crash at any
    /// instruction.
    pub async fn charge_round(&self) -> Result<usize> {
        let now = self.clock.billing();
        let rows = self.db.read(|tx| payments_to_look_at(tx, now, ROUND))?;
        let mut done = 0;
        for row in rows {
            let Some(_held) = self.in_hand.take(row) else { continue };
            done += 1;
            if let Err(e) = self.settle(row).await {
                tracing::error!("an answer of a payment gateway could not be recorded, and is asked for again: {e}");
                self.look_again(row).await?;
            }
        }
        for row in self.db.read(|tx| refunds_to_look_at(tx, now, ROUND))? {
            done += 1;
            if let Err(e) = self.settle_refund(row).await {
                tracing::error!("an answer of a payment gateway to a refund could not be recorded, and is asked for again: {e}");
                self.look_at_refund_again(row).await?;
            }
        }
        Ok(done)
    }

    /// On a test clock what a command began to charge is decided before its answer.
    pub(crate) async fn settle_what_began(&self) -> Result<()> {
        let now = self.clock.billing();
        if self.test_clock.is_none() || !self.db.look_up(|tx| is_any_to_look_at(tx, now))? {
            return Ok(());
        }
        let _still = self.moving.lock().await;
        while self.charge_round().await? > 0 {}
        Ok(())
    }

    async fn look_again(&self, row: i64) -> Result<()> {
        self.db.write(move |tx| payment_look_again(tx, row, look_again(payment_at(tx, row)?.asked, tx.now()))).await
    }

    async fn settle(&self, row: i64) -> Result<Recorded> {
        let Some((provider, charge, asked)) = self.db.read(|tx| question(tx, row))? else { return Ok(Recorded::Nothing) };
        let said = match self.gateways.of(provider) {
            Some(gateway) => hear(&**gateway, &charge, asked).await,
            None => Said::Unknown,
        };
        let vault = Arc::clone(&self.vault);
        self.db.write(move |tx| record(&Work { tx, vault: &vault, actor: Actor::Engine, seen: None, sale: None }, row, said)).await
    }
}

fn unanswered(id: PaymentId) -> Reject {
    Reject::new(Code::PaymentProcessing, format!("The gateway has not said yet what became of the payment {id}. What was asked for is done when it succeeds."))
}

fn under_way() -> Reject {
    Reject::state_conflict("A payment of this subscription is under way. Wait until it is decided.")
}

/// What to ask a gateway; none where the intent was decided meanwhile.
fn question(tx: &Tx<'_>, row: i64) -> Result<Option<(Provider, Charge, u32)>> {
    let payment = payment_at(tx, row)?;
    let method = payment.method_row.map(|method| payment_method_at(tx, method)).transpose()?.flatten();
    let (PaymentStatus::Processing, Some(method)) = (payment.status, method) else { return Ok(None) };
    let declined_before = declined_before(tx, method.row, row)?;
    Ok(Some((payment.provider, Charge { key: payment.id, amount: payment.amount, method: method.detail, declined_before }, payment.asked)))
}

/// Charges, or asks about what may have been charged. A gateway that is silent is asked once more at once.
async fn hear(gateway: &dyn Gateway, charge: &Charge, asked: u32) -> Said {
    let can = gateway.capabilities();
    if asked == 0 || !can.ask {
        let said = gateway.charge(charge).await;
        return if said == Said::Unknown && can.ask { gateway.ask(charge).await } else { said };
    }
    match gateway.ask(charge).await {
        // The question was lost on its way.
        Said::NeverSeen => gateway.charge(charge).await,
        said => said,
    }
}

/// Who would be charged, and how much; nothing where no charge is needed.
fn rehearsed(work: &Work<'_>, order: &Order) -> Result<(Buyer, Option<Money>)> {
    let buyer = order.buyer(work)?;
    if buyer.subscription.map(|row| charging(work.tx, row)).transpose()?.is_some_and(|c| c.is_charging) {
        return Err(under_way().into());
    }
    let due = Cell::new(None);
    work.tx.rehearse(|_| order.carry_out(&Work { sale: Some(&Sale::Rehearsed(&due)), ..work.clone() }))?;
    Ok((buyer, due.get()))
}

/// Refuses what would be refused before a gateway is asked.
pub(crate) fn may_be_charged(work: &Work<'_>, order: &Order) -> Result<()> {
    let (buyer, due) = rehearsed(work, order)?;
    if due.is_some() && buyer.method.is_none() {
        return Err(order.no_method().into());
    }
    Ok(())
}

/// Writes the intent to charge what something comes to, and what is to be done then.
fn ask_for(tx: &WriteTx<'_>, vault: &Vault, in_hand: &InHand, caller: &Caller, order: &Order) -> Result<Asked> {
    if let Some(known) = known_answer(tx, vault, caller)? {
        return Ok(Asked::Answered(known));
    }
    let work = Work { tx, vault, actor: caller.actor, seen: caller.seen.as_deref(), sale: None };
    let (buyer, due) = rehearsed(&work, order)?;
    let Some(due) = due else {
        let answer = order.carry_out(&work)?;
        keep_answer(tx, vault, caller, &answer)?;
        return Ok(Asked::Answered(answer));
    };
    let method = buyer.method.ok_or_else(|| order.no_method())?;
    let attempt = if buyer.open.is_some() { None } else { Some(0) };
    let payment = intent(&work, buyer.open.as_ref(), &method, due, attempt)?;
    charge_order_insert(tx, vault, payment.row, buyer.subscription, order.kept(caller).as_bytes())?;
    if let (Some(id), Some(idempotency)) = (caller.actor.uuid(), &caller.idempotency) {
        idempotency_in_progress(tx, vault, id, &idempotency.key, idempotency.fingerprint)?;
    }
    let held = in_hand.take(payment.row).ok_or_else(|| Error::Internal("a new intent is in hand already".into()))?;
    Ok(Asked::Intent(payment.id, held))
}

/// An attempt that is to be made now.
fn intent(work: &Work<'_>, invoice: Option<&Invoice>, method: &PaymentMethod, amount: Money, attempt: Option<u32>) -> Result<Payment> {
    let now = work.tx.now();
    let mut payment = Payment {
        row: 0,
        id: work.tx.new_id(),
        created_at: now,
        updated_at: now,
        invoice_row: invoice.map(|i| i.row),
        invoice_id: invoice.map(|i| i.id),
        customer_row: method.customer_row,
        customer_id: method.customer_id,
        amount,
        amount_refunded: Money::zero(amount.currency()),
        status: PaymentStatus::Processing,
        provider: method.provider,
        provider_reference: None,
        method_row: Some(method.row),
        method_id: Some(method.id),
        attempt,
        failure_code: None,
        method: None,
        reference: None,
        paid_at: None,
        asked: 0,
    };
    payment.row = payment_insert(work.tx, &payment)?;
    Ok(payment)
}

/// What a subscription is charged to: the method that it names, else the customer's default one.
pub(crate) fn method_of(tx: &Tx<'_>, subscription: &Subscription) -> Result<Option<PaymentMethod>> {
    match subscription.payment_method {
        Some(named) => payment_method_at(tx, named.row),
        None => payment_method_default(tx, subscription.customer_row),
    }
}

/// Makes an attempt at what is open of a renewal or a change: an intent, which the gateway is asked about after the commit. Where there is nothing
/// to charge, it has failed.
pub(crate) fn attempt(work: &Work<'_>, subscription: &Subscription, number: u32) -> Result<()> {
    let Some(invoice) = invoice_list_open(work.tx, subscription.row)?.into_iter().find(|i| i.reason.is_collected()) else { return Ok(()) };
    let due = invoice.amount_due()?;
    if let Some(method) = method_of(work.tx, subscription)? {
        return intent(work, Some(&invoice), &method, due, Some(number)).map(drop);
    }
    let now = work.tx.now();
    let mut payment = Payment {
        row: 0,
        id: work.tx.new_id(),
        created_at: now,
        updated_at: now,
        invoice_row: Some(invoice.row),
        invoice_id: Some(invoice.id),
        customer_row: invoice.customer_row,
        customer_id: invoice.customer_id,
        amount: due,
        amount_refunded: Money::zero(due.currency()),
        status: PaymentStatus::Failed,
        provider: Provider::Nobody,
        provider_reference: None,
        method_row: None,
        method_id: None,
        attempt: Some(number),
        failure_code: Some(NO_METHOD.to_owned()),
        method: None,
        reference: None,
        paid_at: None,
        asked: 0,
    };
    payment.row = payment_insert(work.tx, &payment)?;
    tell_failed(work, &payment)
}

fn tell_failed(work: &Work<'_>, payment: &Payment) -> Result<()> {
    let change = Change { to: Some(payment.status.text()), ..Change::default() };
    tell(work, EventType::PaymentFailed, Some(payment.id), None, &encode(&PaymentJson(payment)), change)?;
    let Some(row) = payment.invoice_row else { return Ok(()) };
    let invoice = invoice_at(work.tx, row)?;
    let (id, text) = (invoice.id, invoice.status.text());
    let change = Change { from: Some(text), to: Some(text), note: payment.failure_code.as_deref() };
    tell(work, EventType::InvoicePaymentFailed, Some(id), None, &shown(invoice)?, change)
}

/// Writes what a gateway said, in its order.
fn record(work: &Work<'_>, row: i64, said: Said) -> Result<Recorded> {
    let reports = match said {
        Said::Reports(reports) => reports,
        Said::Unable => vec![Report::Failed { transaction: None, code: "gateway_unable".to_owned() }],
        Said::Unknown | Said::NeverSeen => {
            payment_look_again(work.tx, row, look_again(payment_at(work.tx, row)?.asked, work.tx.now()))?;
            return Ok(Recorded::Waits);
        }
    };
    let mut recorded = Recorded::Nothing;
    for report in reports {
        let payment = payment_at(work.tx, row)?;
        match (payment.after(&report), report) {
            (Effect::Succeeds, Report::Succeeded { transaction }) => recorded = succeed(work, payment, transaction)?,
            (Effect::Fails, Report::Failed { code, .. }) => recorded = fail(work, payment, &code)?,
            (Effect::Another, Report::Succeeded { transaction }) => another(work, &payment, transaction)?,
            _ => {}
        }
    }
    Ok(recorded)
}

fn fail(work: &Work<'_>, mut payment: Payment, code: &str) -> Result<Recorded> {
    payment.status = PaymentStatus::Failed;
    payment.updated_at = work.tx.now();
    payment.failure_code = Some(code.to_owned());
    payment_update(work.tx, &payment)?;
    tell_failed(work, &payment)?;
    let order = charge_order_take(work.tx, work.vault, payment.row)?.map(|kept| Order::read(&kept)).transpose()?;
    let ordered_for = order.as_ref().map(|order| order.0.subscription(work.tx)).transpose()?.flatten();
    let subscription = match payment.invoice_row {
        Some(invoice) => invoice_at(work.tx, invoice)?.subscription.map(|s| s.row),
        None => ordered_for,
    };
    if let Some(row) = subscription {
        catch_up_or_park(work, row)?;
    }
    let Some((_, caller)) = order else { return Ok(Recorded::Decided) };
    forget(work.tx, &caller)?;
    Ok(Recorded::Ordered(Err(Reject::new(Code::PaymentFailed, format!("The payment {} failed: {code}.", payment.id)))))
}

/// A request that was refused may be made again with its key.
fn forget(tx: &WriteTx<'_>, caller: &Caller) -> Result<()> {
    match (caller.actor.uuid(), &caller.idempotency) {
        (Some(id), Some(Idempotency { key, .. })) => idempotency_delete(tx, id, key),
        _ => Ok(()),
    }
}

fn succeed(work: &Work<'_>, mut payment: Payment, transaction: String) -> Result<Recorded> {
    let (now, was) = (work.tx.now(), payment.status);
    payment.status = PaymentStatus::Succeeded;
    payment.updated_at = now;
    payment.paid_at = Some(now);
    payment.provider_reference = Some(transaction);
    payment.failure_code = None;
    payment_update(work.tx, &payment)?;
    if let Some(kept) = charge_order_take(work.tx, work.vault, payment.row)? {
        let (order, caller) = Order::read(&kept)?;
        return fulfil(work, &payment, &order, &caller).map(Recorded::Ordered);
    }
    let Some(row) = payment.invoice_row else { return deposit(work, &payment, was).map(|()| Recorded::Decided) };
    let mut invoice = invoice_at(work.tx, row)?;
    if invoice.status == InvoiceStatus::Open {
        invoice = to_be_paid(work, invoice, payment.amount)?;
    }
    let subscription = invoice.subscription;
    accept(work, invoice, &payment, was)?;
    if let Some(subscription) = subscription {
        catch_up_or_park(work, subscription.row)?;
    }
    Ok(Recorded::Decided)
}

/// Does what was asked for, now that it is paid. Where that can't be done any more, what was paid is in the customer's balance.
fn fulfil(work: &Work<'_>, payment: &Payment, order: &Order, caller: &Caller) -> Result<std::result::Result<Answer, Reject>> {
    let is_taken = Cell::new(false);
    let sale = Sale::Charged { payment, is_taken: &is_taken };
    let on_behalf = Work { actor: caller.actor, sale: Some(&sale), ..work.clone() };
    let done = work.tx.attempt(|_| order.carry_out(&on_behalf))?;
    match done {
        Ok(answer) => {
            if !is_taken.get() {
                deposit(work, payment, PaymentStatus::Processing)?;
            }
            keep_answer(work.tx, work.vault, caller, &answer)?;
            Ok(Ok(answer))
        }
        Err(Error::Reject(reject)) if matches!(reject.code, Code::StorageFull | Code::Overloaded) => Err(reject.into()),
        Err(e) => {
            deposit(work, payment, PaymentStatus::Processing)?;
            forget(work.tx, caller)?;
            let why = match e {
                Error::Reject(reject) => reject.message,
                Error::Internal(cause) => {
                    tracing::error!(payment = %payment.id, "what was paid for could not be done: {cause}");
                    "It could not be done.".to_owned()
                }
            };
            Ok(Err(Reject::state_conflict(format!("The payment {} succeeded and is in the customer's balance. {why}", payment.id))))
        }
    }
}

/// Takes the charge for what was sold against it.
pub(crate) fn settle_sale(work: &Work<'_>, invoice: Invoice) -> Result<Invoice> {
    let due = invoice.amount_due()?;
    match work.sale {
        None => Err(Error::Internal("something is sold against a charge that there is not".into())),
        Some(Sale::Rehearsed(seen)) => {
            seen.set(Some(due));
            Ok(invoice)
        }
        Some(Sale::Supposed) => receive(work, invoice, due, ByHand::default()),
        Some(Sale::Charged { payment, is_taken }) => {
            if due.currency() != payment.amount.currency() || due.minor() > payment.amount.minor() {
                return Err(Reject::state_conflict("It costs more now than was charged.").into());
            }
            is_taken.set(true);
            accept(work, invoice, payment, PaymentStatus::Processing)
        }
    }
}

/// What came in goes to an invoice, and what that does not take to the balance.
fn accept(work: &Work<'_>, invoice: Invoice, payment: &Payment, was: PaymentStatus) -> Result<Invoice> {
    let payment = Payment { invoice_row: Some(invoice.row), invoice_id: Some(invoice.id), ..payment.clone() };
    payment_update(work.tx, &payment)?;
    take_payment(work, invoice, &payment, was)
}

/// What came in for nothing that there is, is the customer's.
pub(crate) fn deposit(work: &Work<'_>, payment: &Payment, was: PaymentStatus) -> Result<()> {
    let subject = Subject { customer: payment.customer_row, invoice: None, payment: Some(payment.row) };
    ledger_post(work.tx, &subject, &Entry::payment_received(cash(payment)?, Money::zero(payment.amount.currency()), payment.amount)?)?;
    move_balance(work, payment.customer_row, payment.amount, EntryKind::Overpaid, None, None)?;
    tell_succeeded(work, payment, was)
}

/// Where the money of a payment lies.
pub(crate) fn cash(payment: &Payment) -> Result<Account> {
    Account::cash(payment.provider).ok_or_else(|| Error::Internal(format!("the payment {} came by no way", payment.id)))
}

pub(crate) fn tell_succeeded(work: &Work<'_>, payment: &Payment, was: PaymentStatus) -> Result<()> {
    // An intent is not told of; a failure is.
    let from = (was == PaymentStatus::Failed).then(|| was.text());
    let change = Change { from, to: Some(payment.status.text()), note: None };
    tell(work, EventType::PaymentSucceeded, Some(payment.id), None, &encode(&PaymentJson(payment)), change)
}

/// The customer was charged a second time for the same: his balance has it.
fn another(work: &Work<'_>, first: &Payment, transaction: String) -> Result<()> {
    if payment_of_transaction(work.tx, first.provider, &transaction)?.is_some() {
        return Ok(());
    }
    let now = work.tx.now();
    let mut payment =
        Payment { row: 0, id: work.tx.new_id(), created_at: now, updated_at: now, paid_at: Some(now), provider_reference: Some(transaction), ..first.clone() };
    payment.row = payment_insert(work.tx, &payment)?;
    match payment.invoice_row {
        Some(row) => accept(work, invoice_at(work.tx, row)?, &payment, PaymentStatus::Processing).map(drop),
        None => deposit(work, &payment, PaymentStatus::Processing),
    }
}
