//! Invoices: finalised, paid, voided. Every step moves the ledger with it.

use crate::app::balance::move_balance;
use crate::app::change::{charge_given_up, settled};
use crate::app::event::{Change, tell};
use crate::app::invoice::draft::previewed;
use crate::app::payment::{cash, tell_succeeded};
use crate::app::recognition;
use crate::app::subscription::invoice_was_paid;
use crate::app::subscription::to_be_paid;
use crate::app::timer::catch_up;
use crate::app::{Answer, App, Caller, Work};
use crate::domain::actor::Actor;
use crate::domain::balance::EntryKind;
use crate::domain::coupon::{Discount, give_back};
use crate::domain::customer::Customer;
use crate::domain::event::EventType;
use crate::domain::id::{InvoiceId, InvoiceLineId, TypedId};
use crate::domain::invoice::{
    AppliedRate, BillingReason, CouponUse, Invoice, InvoiceFilter, InvoicePlan, InvoiceStatus, InvoiceTax, LinePlan, PeriodPlan, Priced, Pricing,
};
use crate::domain::key::Scope;
use crate::domain::ledger::Entry;
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::Money;
use crate::domain::payment::{Payment, PaymentStatus, Provider, Split, split};
use crate::domain::reject::Reject;
use crate::domain::settings::Settings;
use crate::domain::subscription::{Run, Subscription};
use crate::domain::tax::{Buyer, applicable};
use crate::domain::text::{Line, searched};
use crate::domain::time::{Anchor, Timestamp, Zone};
use crate::error::{Error, Result};
use crate::secret::digest;
use crate::store::balance::balance;
use crate::store::coupon::{redemption_at, redemption_set_used};
use crate::store::credit_note::credited_sums;
use crate::store::db::{Tx, WriteTx};
use crate::store::invoice::{
    NewInvoice, NewLine, SeriesHead, invoice_at, invoice_finalise, invoice_find, invoice_insert, invoice_list, invoice_update, is_quick, line_insert,
    line_tax_insert, series_advance, series_head, tax_insert,
};
use crate::store::ledger::{Subject, ledger_post};
use crate::store::payment::{payment_insert, payment_list_of_invoice};
use crate::store::subscription::{
    period_insert, period_list_of_invoice, period_release, run_insert, subscription_set_latest_invoice, subscription_waive_renewal,
};
use crate::store::tax::tax_rate_list_for;
use crate::wire::address::country;
use crate::wire::document::Document;
use crate::wire::invoice::{InvoiceJson, InvoiceMarkPaid, InvoiceView};
use crate::wire::json::encode;
use crate::wire::output::PageWriter;

pub mod draft;

fn view(invoice: Invoice) -> Result<InvoiceView> {
    let amount_due = invoice.amount_due()?;
    Ok(InvoiceView { invoice, amount_due })
}

/// An invoice; of a draft, with what it would come to.
fn found(tx: &Tx<'_>, id: InvoiceId) -> Result<Invoice> {
    previewed(tx, invoice_find(tx, id)?.ok_or_else(|| Reject::not_found("invoice"))?)
}

pub(crate) fn shown(invoice: Invoice) -> Result<String> {
    Ok(encode(&InvoiceJson(&view(invoice)?)))
}

/// Why an invoice was voided that no other happening made stale.
const BY_VENDOR: &str = "invoice.voided";

impl App {
    pub fn invoice_get(&self, actor: &Actor, id: InvoiceId) -> Result<Vec<u8>> {
        actor.require(Scope::InvoicesRead)?;
        self.db.read(|tx| Ok(shown(found(tx, id)?)?.into_bytes()))
    }

    /// Whether there is such a invoice, for whoever got something else wrong. Needs no scope beyond the route's: 404 tells
    /// nothing that the right request would not.
    pub fn invoice_exists(&self, id: &str) -> Result<()> {
        let id = InvoiceId::parse(id).ok_or_else(|| Reject::not_found("invoice"))?;
        self.db.read(|tx| invoice_find(tx, id).and_then(|found| Ok(found.map(drop).ok_or_else(|| Reject::not_found("invoice"))?)))
    }

    /// The same as a value, with what was paid on it.
    pub fn invoice_read(&self, actor: &Actor, id: InvoiceId) -> Result<(InvoiceView, Vec<Payment>)> {
        actor.require(Scope::InvoicesRead)?;
        self.db.read(|tx| {
            let invoice = found(tx, id)?;
            let payments = payment_list_of_invoice(tx, &invoice)?;
            Ok((view(invoice)?, payments))
        })
    }

    pub async fn invoice_list(&self, actor: &Actor, filter: InvoiceFilter, page: Page<InvoiceId>) -> Result<Vec<u8>> {
        let (views, end) = self.invoice_page(actor, filter, page).await?;
        let mut writer = PageWriter::default();
        views.iter().for_each(|view| writer.push(&InvoiceJson(view)));
        Ok(writer.finish(&end))
    }

    /// The same as values.
    pub async fn invoice_page(&self, actor: &Actor, filter: InvoiceFilter, page: Page<InvoiceId>) -> Result<(Vec<InvoiceView>, PageEnd<InvoiceId>)> {
        actor.require(Scope::InvoicesRead)?;
        let quick = is_quick(&filter);
        let read = move |tx: &Tx<'_>| {
            let mut invoices = Vec::new();
            let end = invoice_list(tx, &filter, &page, |invoice| invoices.push(invoice.clone()))?;
            Ok((invoices.into_iter().map(|invoice| view(previewed(tx, invoice)?)).collect::<Result<Vec<_>>>()?, end))
        };
        if quick { self.db.read(read) } else { self.db.read_slowly(read).await }
    }

    pub async fn invoice_void(&self, caller: Caller, id: InvoiceId) -> Result<Answer> {
        caller.actor.require(Scope::InvoicesWrite)?;
        self.command(caller, move |work| give_up(work, id, |work, invoice| void(work, invoice, BY_VENDOR))).await
    }

    pub async fn invoice_write_off(&self, caller: Caller, id: InvoiceId) -> Result<Answer> {
        caller.actor.require(Scope::InvoicesWrite)?;
        self.command(caller, move |work| give_up(work, id, write_off)).await
    }

    pub async fn invoice_mark_paid(&self, caller: Caller, id: InvoiceId, input: InvoiceMarkPaid) -> Result<Answer> {
        caller.actor.require(Scope::InvoicesWrite)?;
        self.command(caller, move |work| mark_paid(work, id, input)).await
    }
}

/// The invoice that a command is about, with its subscription brought up to the present.
pub(crate) fn at_hand(work: &Work<'_>, id: InvoiceId) -> Result<Invoice> {
    let mut invoice = found(work.tx, id)?;
    if let Some(subscription) = invoice.subscription {
        catch_up(work, subscription.row)?;
        invoice = invoice_at(work.tx, invoice.row)?;
    }
    work.require_seen(&shown(invoice.clone())?)?;
    Ok(invoice)
}

/// Gives an open invoice up. The subscription's timers go on, without another invoice for the same time.
fn give_up(work: &Work<'_>, id: InvoiceId, how: fn(&Work<'_>, Invoice) -> Result<()>) -> Result<Answer> {
    let invoice = at_hand(work, id)?;
    invoice.may_be_given_up()?;
    let (row, subscription) = (invoice.row, invoice.subscription);
    let billed = period_list_of_invoice(work.tx, row)?;
    how(work, invoice.clone())?;
    charge_given_up(work, &invoice, &billed)?;
    if let Some(subscription) = subscription {
        settled(work, subscription.row)?;
        subscription_waive_renewal(work.tx, subscription.row)?;
        catch_up(work, subscription.row)?;
    }
    Ok(Answer::ok(Some(id), shown(invoice_at(work.tx, row)?)?))
}

/// What is due will not come: a debt that is kept as what it is, and no longer asked for.
fn write_off(work: &Work<'_>, mut invoice: Invoice) -> Result<()> {
    let before = shown(invoice.clone())?;
    let subject = Subject { customer: invoice.customer_row, invoice: Some(invoice.row), payment: None };
    ledger_post(work.tx, &subject, &Entry::invoice_written_off(invoice.amount_due()?)?)?;
    recognition::close(work.tx, &invoice)?;
    invoice.status = InvoiceStatus::Uncollectible;
    invoice.updated_at = work.tx.now();
    invoice_update(work.tx, &invoice)?;
    // Nobody has that time: what is sold later begins where paid time ends, and may be the same period.
    period_release(work.tx, invoice.row)?;
    let change = Change { from: Some(InvoiceStatus::Open.text()), to: Some(invoice.status.text()), note: None };
    tell(work, EventType::InvoiceWrittenOff, Some(invoice.id), Some(&before), &shown(invoice_at(work.tx, invoice.row)?)?, change)
}

fn mark_paid(work: &Work<'_>, id: InvoiceId, input: InvoiceMarkPaid) -> Result<Answer> {
    let invoice = at_hand(work, id)?;
    invoice.may_be_paid()?;
    let amount = match &input.amount {
        Some(amount) => amount.0.in_currency(invoice.sums.total.currency()).map_err(|message| Reject::field("amount", message))?,
        None => invoice.amount_due()?,
    };
    if input.paid_at.is_some_and(|at| at > latest_stated(work.tx.now())) {
        return Err(Reject::field("paidAt", "Must not lie in the future").into());
    }
    if input.paid_at.is_some_and(|at| at.is_before_all_books(Zone::UTC)) {
        return Err(Reject::field("paidAt", "Must not lie before the year 1970").into());
    }
    let invoice = to_be_paid(work, invoice, amount)?;
    let row = invoice.row;
    let subscription = invoice.subscription;
    let by_hand = ByHand { method: input.method.map(Line::into_string), reference: input.reference.map(Line::into_string), paid_at: input.paid_at };
    receive(work, invoice, amount, by_hand)?;
    if let Some(subscription) = subscription {
        catch_up(work, subscription.row)?;
    }
    Ok(Answer::ok(Some(id), shown(invoice_at(work.tx, row)?)?))
}

/// The latest time that a vendor may state: where he is, it may be tomorrow already.
fn latest_stated(now: Timestamp) -> Timestamp {
    now.plus_ms(24 * 3_600_000)
}

/// What the vendor says of a payment that he took himself.
#[derive(Default)]
pub(crate) struct ByHand {
    pub method: Option<String>,
    pub reference: Option<String>,
    pub paid_at: Option<Timestamp>,
}

/// The discount and the taxes of an invoice. One in the stead of another has that one's, whatever has changed since.
fn pricing(work: &Work<'_>, customer: &Customer<'_>, subscription: Option<&Subscription>, plan: &InvoicePlan) -> Result<Pricing> {
    if let Some(id) = plan.replaces {
        let replaced = invoice_find(work.tx, id)?.ok_or_else(|| Error::Internal(format!("there is no invoice {id}")))?;
        // A change's charge counts no use, so what stands in its stead takes what the coupon has left.
        let discount = match replaced.coupon_use {
            Some(taken) if taken.periods > 0 => Some(of_replaced(work, taken)?),
            Some(taken) => redemption_at(work.tx, taken.redemption)?.discount(plan.periods()),
            None => None,
        };
        let rates: Vec<AppliedRate> = replaced.taxes.into_iter().map(|t| t.rate).collect();
        return Ok(Pricing { discount, exempt: rates.is_empty() && customer.tax_exempt, rates });
    }
    let discount = match subscription.and_then(|s| s.coupon.as_ref()) {
        Some(coupon) if plan.reason == BillingReason::SubscriptionUpdate => {
            let serves_running = plan.lines.iter().any(|l| l.rest.as_ref().is_some_and(|rest| rest.has_coupon));
            redemption_at(work.tx, coupon.redemption)?.discount_of_change(serves_running)
        }
        Some(coupon) => redemption_at(work.tx, coupon.redemption)?.discount(plan.periods()),
        None => None,
    };
    Ok(Pricing { discount, ..taxes_of(work.tx, customer)? })
}

/// The taxes that a customer pays now.
fn taxes_of(tx: &Tx<'_>, customer: &Customer<'_>) -> Result<Pricing> {
    let country = customer.address.as_ref().and_then(country);
    let buyer = Buyer { country: country.as_ref(), exempt: customer.tax_exempt };
    let rates = if buyer.exempt { Vec::new() } else { tax_rate_list_for(tx, buyer.country)? };
    Ok(Pricing { discount: None, rates: applicable(&rates, buyer).map(AppliedRate::from).collect(), exempt: buyer.exempt })
}

fn of_replaced(work: &Work<'_>, taken: CouponUse) -> Result<Discount> {
    let coupon = redemption_at(work.tx, taken.redemption)?;
    Ok(Discount { redemption: taken.redemption, code: coupon.code, off: coupon.off, periods: taken.periods })
}

/// What an invoice would come to.
pub(crate) fn total(work: &Work<'_>, customer: &Customer<'_>, subscription: &Subscription, plan: &InvoicePlan) -> Result<Money> {
    Ok(plan.price(&pricing(work, customer, Some(subscription), plan)?)?.assessment.sums.total)
}

/// Takes the number, writes the document into its chain, posts it, and applies the customer's balance (rule 5). An invoice
/// on which nothing is due is paid at once.
pub(crate) fn finalize(
    work: &Work<'_>,
    settings: &Settings,
    customer: &Customer<'_>,
    subscription: Option<&Subscription>,
    plan: &InvoicePlan,
) -> Result<Invoice> {
    finalize_as(work, settings, customer, subscription, plan, None)
}

/// The same; out of a draft, whose ids the document has then, and its lines.
fn finalize_as(
    work: &Work<'_>,
    settings: &Settings,
    customer: &Customer<'_>,
    subscription: Option<&Subscription>,
    plan: &InvoicePlan,
    draft: Option<&Invoice>,
) -> Result<Invoice> {
    let (tx, now) = (work.tx, work.tx.now());
    let pricing = pricing(work, customer, subscription, plan)?;
    let priced = plan.price(&pricing)?;
    let sums = priced.assessment.sums;
    let zone = settings.business.timezone;
    let year = now.local_year(zone);
    let format = &settings.billing.invoice_number_format;
    let series = format.series(year);
    let head = series_head(tx, &series)?;
    let (n, id) = (head.last_n + 1, draft.map_or_else(|| tx.new_id::<InvoiceId>(), |draft| draft.id));
    let number = format.number(n, year);
    let line_ids: Vec<InvoiceLineId> = match draft {
        Some(draft) => draft.lines.iter().map(|line| line.id).collect(),
        None => plan.lines.iter().map(|_| tx.new_id()).collect(),
    };
    let days: Vec<Option<i64>> = plan.lines.iter().map(|line| billed_days(line, subscription)).collect();
    let document = Document {
        invoice_id: id,
        series: &series,
        n,
        number: &number,
        subscription_id: subscription.map(|s| s.id),
        seller: &settings.business,
        buyer: customer,
        plan,
        line_ids: &line_ids,
        pricing: &pricing,
        priced: &priced,
        days: &days,
        issued_at: now,
        zone,
    };
    let content = document.canonical();
    let hash = digest(&[&head.head_hash, content.as_bytes()]);
    let search = format!("{}\n{}", searched(&number), customer.buyer_search_text());
    series_advance(tx, &series, &SeriesHead { last_n: n, head_hash: hash })?;
    let new = NewInvoice {
        id,
        customer: customer.row,
        subscription: subscription.map(|s| s.row),
        series: &series,
        n,
        number: &number,
        reason: plan.reason,
        sums,
        due_at: plan.due_at,
        content: &content,
        previous_hash: head.head_hash,
        hash,
        replaces: plan.replaces,
        search: &search,
        coupon_use: pricing.discount.as_ref().map(|d| CouponUse { redemption: d.redemption, periods: d.periods }),
    };
    let row = match draft {
        Some(draft) => invoice_finalise(tx, draft.row, &new).map(|()| draft.row)?,
        None => invoice_insert(tx, &new)?,
    };
    let lines = write_lines(tx, row, subscription, plan, &priced, &line_ids, &days)?;
    write_taxes(tx, row, &pricing, &priced, &lines)?;
    recognition::begin(tx, row, plan, &priced, &lines, subscription.map(|s| s.zone))?;
    if let Some(discount) = &pricing.discount {
        let used = redemption_at(tx, discount.redemption)?.used;
        redemption_set_used(tx, discount.redemption, used.saturating_add(discount.periods))?;
    }
    if let Some(subscription) = subscription {
        subscription_set_latest_invoice(tx, subscription.row, id)?;
    }
    let net = sums.total.minus(sums.tax)?;
    ledger_post(tx, &Subject { customer: customer.row, invoice: Some(row), payment: None }, &Entry::invoice_finalized(net, sums.tax)?)?;
    let invoice = invoice_at(tx, row)?;
    let before = draft.cloned().map(shown).transpose()?;
    let change = Change { from: draft.map(|draft| draft.status.text()), to: Some(InvoiceStatus::Open.text()), note: None };
    tell(work, EventType::InvoiceFinalized, Some(id), before.as_deref(), &shown(invoice.clone())?, change)?;
    apply_balance(work, invoice)
}

fn write_lines(
    tx: &WriteTx<'_>,
    invoice: i64,
    subscription: Option<&Subscription>,
    plan: &InvoicePlan,
    priced: &Priced,
    ids: &[InvoiceLineId],
    days: &[Option<i64>],
) -> Result<Vec<i64>> {
    let mut rows = Vec::with_capacity(plan.lines.len());
    for (n, line) in plan.lines.iter().enumerate() {
        let taxed = priced.assessment.lines[n];
        let new = NewLine {
            id: ids[n],
            description: &line.description,
            quantity: line.quantity,
            unit_amount: line.unit_amount,
            amount: taxed.net,
            discount: priced.discounts[n],
            tax: taxed.tax,
            explanation: &priced.explanations[n],
            taxable: line.taxable,
            days: days[n],
        };
        let row = line_insert(tx, invoice, &new)?;
        if let (Some(period), Some(subscription)) = (&line.period, subscription) {
            begin_run(tx, subscription, plan.run.as_ref(), period)?;
            let part = line.rest.as_ref().is_some_and(|rest| rest.part);
            period_insert(tx, subscription.row, period, Some(row), part)?;
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Records the run that an invoice ahead of it bills: of another interval that comes with the period, by another calendar, or after a trial.
fn begin_run(tx: &WriteTx<'_>, subscription: &Subscription, run: Option<&Run>, period: &PeriodPlan) -> Result<()> {
    let is_ahead = subscription.run.is_none_or(|newest| newest.number < period.run);
    let anchor = match (run, period.dates) {
        (Some(run), _) if run.number == period.run => Some(run.anchor),
        (_, Some(dates)) if period.k == 0 => Some(Anchor::at(dates.start, subscription.zone)),
        _ => None,
    };
    match anchor.filter(|_| is_ahead) {
        Some(anchor) => run_insert(tx, subscription.row, &Run { number: period.run, anchor }),
        None => Ok(()),
    }
}

/// The local days that a line bills, where it bills time whose dates are known.
fn billed_days(line: &LinePlan, subscription: Option<&Subscription>) -> Option<i64> {
    Some(line.period?.dates?.days(subscription?.zone))
}

/// Writes what each rate takes, of the invoice and of each line.
fn write_taxes(tx: &WriteTx<'_>, invoice: i64, pricing: &Pricing, priced: &Priced, lines: &[i64]) -> Result<()> {
    for (n, (rate, tax)) in pricing.rates.iter().zip(&priced.assessment.rates).enumerate() {
        let row = tax_insert(tx, invoice, &InvoiceTax { rate: rate.clone(), taxable: tax.taxable, amount: tax.amount })?;
        for (at, line) in lines.iter().enumerate() {
            let amount = priced.assessment.cell(n, at);
            if amount.is_positive() {
                line_tax_insert(tx, *line, row, amount)?;
            }
        }
    }
    Ok(())
}

/// Takes what the customer has in store, up to what is due. Settles the invoice where nothing is due any more.
pub(crate) fn apply_balance(work: &Work<'_>, mut invoice: Invoice) -> Result<Invoice> {
    let due = invoice.amount_due()?;
    let applied = balance(work.tx, invoice.customer_row, due.currency())?.min(due);
    if applied.is_positive() {
        move_balance(work, invoice.customer_row, applied.negated(), EntryKind::Applied, Some(invoice.id), None)?;
        ledger_post(work.tx, &Subject { customer: invoice.customer_row, invoice: Some(invoice.row), payment: None }, &Entry::balance_applied(applied)?)?;
        invoice.balance_applied = invoice.balance_applied.plus(applied)?;
        invoice.updated_at = work.tx.now();
        invoice_update(work.tx, &invoice)?;
    }
    settle_if_covered(work, invoice)
}

/// Writes a payment by hand: to the invoice what is due, the rest to the balance (rule 3.4).
pub(crate) fn receive(work: &Work<'_>, invoice: Invoice, amount: Money, by_hand: ByHand) -> Result<Invoice> {
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
        amount,
        amount_refunded: Money::zero(amount.currency()),
        status: PaymentStatus::Succeeded,
        provider: Provider::Manual,
        provider_reference: None,
        method_row: None,
        method_id: None,
        attempt: None,
        failure_code: None,
        method: by_hand.method,
        reference: by_hand.reference,
        paid_at: Some(by_hand.paid_at.unwrap_or(now)),
        asked: 0,
    };
    split(amount, invoice.amount_due()?)?;
    payment.row = payment_insert(work.tx, &payment)?;
    take_payment(work, invoice, &payment, PaymentStatus::Processing)
}

/// Gives an invoice what came in by a payment that is written, up to what is due, and the balance the rest (rule 3.4). `was` is
/// what the payment was before.
pub(crate) fn take_payment(work: &Work<'_>, mut invoice: Invoice, payment: &Payment, was: PaymentStatus) -> Result<Invoice> {
    let due = if invoice.status == InvoiceStatus::Open { invoice.amount_due()? } else { Money::zero(payment.amount.currency()) };
    let Split { to_invoice, to_balance } = split(payment.amount, due)?;
    let subject = Subject { customer: invoice.customer_row, invoice: Some(invoice.row), payment: Some(payment.row) };
    ledger_post(work.tx, &subject, &Entry::payment_received(cash(payment)?, to_invoice, to_balance)?)?;
    if to_balance.is_positive() {
        move_balance(work, invoice.customer_row, to_balance, EntryKind::Overpaid, Some(invoice.id), None)?;
    }
    tell_succeeded(work, payment, was)?;
    if to_invoice.is_positive() {
        invoice.amount_paid = invoice.amount_paid.plus(to_invoice)?;
        invoice.updated_at = work.tx.now();
        invoice_update(work.tx, &invoice)?;
    }
    settle_if_covered(work, invoice)
}

pub(crate) fn settle_if_covered(work: &Work<'_>, mut invoice: Invoice) -> Result<Invoice> {
    if invoice.status != InvoiceStatus::Open || !invoice.amount_due()?.is_zero() {
        return Ok(invoice);
    }
    let before = shown(invoice.clone())?;
    invoice.status = InvoiceStatus::Paid;
    invoice.paid_at = Some(work.tx.now());
    invoice.updated_at = work.tx.now();
    invoice_update(work.tx, &invoice)?;
    // The periods' dates may come with the payment, so the subscription moves before the invoice is told.
    let change = Change { from: Some(InvoiceStatus::Open.text()), to: Some(InvoiceStatus::Paid.text()), note: None };
    let paid = invoice_was_paid(work, &invoice)?;
    let invoice = invoice_at(work.tx, invoice.row)?;
    tell(work, EventType::InvoicePaid, Some(invoice.id), Some(&before), &shown(invoice.clone())?, change)?;
    paid.tell(work)?;
    Ok(invoice)
}

/// Voids an open invoice: what it had taken is the customer's again, its periods are free to be billed anew, and its coupon has
/// them left.
pub(crate) fn void(work: &Work<'_>, mut invoice: Invoice, why: &str) -> Result<()> {
    let before = shown(invoice.clone())?;
    let subject = Subject { customer: invoice.customer_row, invoice: Some(invoice.row), payment: None };
    let notes = credited_sums(work.tx, invoice.row, invoice.sums.total.currency())?;
    // What was refunded is the customer's already.
    let taken = invoice.amount_taken()?.minus(notes.given)?;
    if taken.is_positive() {
        move_balance(work, invoice.customer_row, taken, EntryKind::Returned, Some(invoice.id), None)?;
        ledger_post(work.tx, &subject, &Entry::balance_returned(taken)?)?;
    }
    // What credit notes took back is not owed any more.
    let deferred = recognition::undo(work.tx, &invoice)?;
    let earned = invoice.sums.total.minus(invoice.sums.tax)?.minus(notes.net)?.minus(deferred)?;
    ledger_post(work.tx, &subject, &Entry::invoice_voided(deferred, earned, invoice.sums.tax.minus(notes.tax)?)?)?;
    let nothing = Money::zero(taken.currency());
    invoice.balance_applied = nothing;
    invoice.amount_paid = nothing;
    invoice.status = InvoiceStatus::Void;
    invoice.updated_at = work.tx.now();
    invoice_update(work.tx, &invoice)?;
    period_release(work.tx, invoice.row)?;
    if let Some(taken) = invoice.coupon_use {
        let used = redemption_at(work.tx, taken.redemption)?.used;
        redemption_set_used(work.tx, taken.redemption, give_back(used, taken.periods))?;
    }
    let change = Change { from: Some(InvoiceStatus::Open.text()), to: Some(InvoiceStatus::Void.text()), note: Some(why) };
    tell(work, EventType::InvoiceVoided, Some(invoice.id), Some(&before), &shown(invoice_at(work.tx, invoice.row)?)?, change)
}
