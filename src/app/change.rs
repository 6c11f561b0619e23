//! Changes of what a subscription is to, and what unused time gives back.

use crate::app::Work;
use crate::app::credit_note::{CreditedTime, Note, carry, creditable, issue};
use crate::app::invoice::{finalize, total, void};
use crate::app::payment::settle_sale;
use crate::app::subscription::{apply, is_renewal, open_renewal, renewal_plan};
use crate::domain::change::{NewTerms, Proration, Running, unused};
use crate::domain::credit_note::{Choice, Chosen, Destination, plan};
use crate::domain::event::EventType;
use crate::domain::invoice::{BillingReason, Invoice, InvoicePlan, InvoiceStatus};
use crate::domain::proration::Cut;
use crate::domain::reject::Reject;
use crate::domain::settings::Settings;
use crate::domain::subscription::{AccessChange, Collection, Decision, OpenInvoices, PeriodRow, Step, Subscription, SubscriptionStatus};
use crate::domain::time::{Period, Timestamp};
use crate::error::{Error, Result};
use crate::store::credit_note::credits_of;
use crate::store::customer::customer_at;
use crate::store::invoice::{invoice_at, invoice_list_open};
use crate::store::product::{price_amount, product_of_price};
use crate::store::settings::settings_load;
use crate::store::subscription::{
    BilledTime, billed_time_after, period_list_of_invoice, period_remove, period_set_released, period_stretch, run_at, running_period_has_coupon,
    subscription_at,
};

/// The terms of a change that waits, at the price of now.
pub(crate) fn pending_terms(work: &Work<'_>, subscription: &Subscription) -> Result<Option<NewTerms>> {
    let Some(pending) = subscription.pending_change else { return Ok(None) };
    let product = product_of_price(work.tx, pending.price_id)?.ok_or_else(|| Error::Internal(format!("there is no price {}", pending.price_id)))?;
    let price = product.prices.iter().find(|p| p.id == pending.price_id).ok_or_else(|| Error::Internal("a product has its prices".into()))?;
    let of_product = subscription.product_id == product.id;
    Ok(Some(NewTerms {
        product_row: product.row,
        product_id: product.id,
        product_name: product.name.clone(),
        taxable: product.taxable,
        price_row: price.row,
        price_id: price.id,
        quantity: pending.quantity,
        unit_amount: price_amount(work.tx, price.row)?,
        interval: price.interval,
        max_connections: if of_product { subscription.max_connections } else { product.max_connections },
    }))
}

/// Changes a subscription to other terms.
pub(crate) fn change(work: &Work<'_>, before: &Subscription, terms: &NewTerms, proration: Proration) -> Result<()> {
    before.may_change()?;
    let is_same = *terms == before.terms();
    if is_same && before.pending_change.is_none() {
        return Ok(());
    }
    if proration != Proration::Immediate {
        before.may_change_otherwise()?;
    }
    match (before.status, proration) {
        // Nothing is billed in a trial: the change is free, and comes at once.
        (SubscriptionStatus::Trialing, _) => apply(work, before, before.change_now(terms, None, before.current_period), None),
        (SubscriptionStatus::PastDue, Proration::AtPeriodEnd) => change_of_overdue(work, before, terms),
        // Nobody has paid for the time that runs: it is billed to what it becomes, by one invoice.
        (SubscriptionStatus::PastDue, _) if open_renewal(work, before.row)?.is_some() => change_of_overdue(work, before, terms),
        (_, Proration::AtPeriodEnd) => change_later(work, before, (!is_same).then_some(terms)),
        (_, Proration::None) => change_without_documents(work, before, terms),
        (_, Proration::Immediate) => change_immediately(work, before, terms),
    }
}

/// An invoice that a change took away, and how many periods it billed.
struct Voided {
    invoice: Invoice,
    periods: u32,
}

/// Voids the renewal invoice that is open for a period still to come.
fn void_next(work: &Work<'_>, subscription: &Subscription) -> Result<Option<Voided>> {
    let Some(open) = open_renewal(work, subscription.row)? else { return Ok(None) };
    let periods = period_list_of_invoice(work.tx, open.row)?;
    if periods.iter().any(|p| p.dates.is_none_or(|d| d.start <= work.tx.now())) {
        return Ok(None);
    }
    void_for_change(work, open, periods.len()).map(Some)
}

fn void_for_change(work: &Work<'_>, invoice: Invoice, periods: usize) -> Result<Voided> {
    void(work, invoice.clone(), EventType::SubscriptionUpdated.text())?;
    Ok(Voided { invoice, periods: u32::try_from(periods).map_err(Error::internal)? })
}

/// Opens the renewal again that was voided for a change, for as many periods, to what then is billed.
fn issue_next(work: &Work<'_>, row: i64, voided: Option<Voided>) -> Result<()> {
    let Some(Voided { invoice, periods }) = voided else { return Ok(()) };
    let subscription = subscription_at(work.tx, row)?;
    let (settings, customer) = (settings_load(work.tx)?, customer_at(work.tx, subscription.customer_row)?);
    let plan = renewal_plan(work, &settings, &customer, &subscription, periods)?;
    let issued = finalize(work, &settings, &customer, Some(&subscription), &plan)?;
    carry(work, &invoice, issued).map(drop)
}

fn change_later(work: &Work<'_>, before: &Subscription, terms: Option<&NewTerms>) -> Result<()> {
    let voided = void_next(work, before)?;
    if let Decision::Apply(step) = before.change_later(terms) {
        apply(work, before, *step, None)?;
    }
    issue_next(work, before.row, voided)
}

fn change_without_documents(work: &Work<'_>, before: &Subscription, terms: &NewTerms) -> Result<()> {
    let voided = void_next(work, before)?;
    // Another interval counts from where the time ends that is paid, or billed and overdue.
    let billed = billed_time_after(work.tx, before.row, work.tx.now())?;
    let end = billed.iter().filter(|t| !t.part).map(|t| t.dates.end).chain(before.current_period.map(|p| p.end)).max();
    let anchor = end.filter(|_| terms.interval != before.interval);
    apply(work, before, before.change_now(terms, anchor, before.current_period), None)?;
    issue_next(work, before.row, voided)
}

/// What is paid is over, so the change comes with the invoice that is overdue: that one is issued anew.
fn change_of_overdue(work: &Work<'_>, before: &Subscription, terms: &NewTerms) -> Result<()> {
    let voided = match open_renewal(work, before.row)? {
        Some(open) => {
            let periods = period_list_of_invoice(work.tx, open.row)?.len();
            Some(void_for_change(work, open, periods)?)
        }
        None => None,
    };
    let anchor = (terms.interval != before.interval).then(|| before.current_period.map(|p| p.end)).flatten();
    apply(work, before, before.change_now(terms, anchor, before.current_period), None)?;
    issue_next(work, before.row, voided)
}

fn change_immediately(work: &Work<'_>, before: &Subscription, terms: &NewTerms) -> Result<()> {
    let now = work.tx.now();
    let voided = void_next(work, before)?;
    let times = billed_time_after(work.tx, before.row, now)?;
    // Before anything is cut or released.
    let has_coupon = match &before.coupon {
        Some(coupon) => running_period_has_coupon(work.tx, before.row, coupon.redemption, now)?,
        None => false,
    };
    let running = running(work, before, &times, has_coupon)?;
    let released = credit_unused(work, before, &times, now, Cut::Change, Destination::Balance)?;
    let before = subscription_at(work.tx, before.row)?;
    let is_other_interval = terms.interval != before.interval;
    if is_other_interval {
        cut_running(work, &times, &released, now)?;
    }
    let current = before.current_period.map(|p| {
        // What was paid ahead is credited, so that the running period is the last again.
        let later = times.iter().filter(|t| !t.part && t.dates.start > now && released.contains(&t.row)).map(|t| t.dates.start).min();
        let end = later.unwrap_or(p.end);
        // With another interval nothing is paid beyond now until the charge is.
        if is_other_interval { Period { start: p.start.min(now), end: end.min(now) } } else { Period { end, ..p } }
    });
    let step = before.change_now(terms, is_other_interval.then_some(now), current);
    let (after, run) = (step.next.clone(), step.next.run);
    apply(work, &before, step, None)?;
    let charge = match (is_other_interval, run, running) {
        (true, Some(run), _) => Some(after.charge_for_new_interval(&run, has_coupon, now)?),
        (false, _, Some(running)) => after.charge_for_rest(&Running { is_billed: !released.contains(&running.0), ..running.1 }, now)?,
        _ => None,
    };
    // What is free needs no document: then the period stays that of the one before.
    if let (None, false, Some((row, _))) = (&charge, is_other_interval, running)
        && released.contains(&row)
    {
        period_set_released(work.tx, row, false)?;
    }
    let settings = settings_load(work.tx)?;
    if let Some(charge) = charge {
        let invoice = bill_change(work, &settings, &after, &charge)?;
        let is_to_end = before.cancel_at_period_end || !before.auto_renew;
        // A rehearsal is of what is paid then.
        let is_charged = work.sale.is_some() && after.collection == Collection::Automatic;
        if is_other_interval && is_to_end && !is_charged && invoice.is_some_and(|i| i.status == InvoiceStatus::Open) {
            let message =
                "This subscription is to end with what is paid, and of the new interval nothing would be. Let it renew first, or let the balance pay.";
            return Err(Reject::state_conflict(message).into());
        }
    }
    // A renewal of another interval opens in its own time.
    if is_other_interval { Ok(()) } else { issue_next(work, before.row, voided) }
}

/// The charge of a change for the rest of a period, while nobody has paid it.
pub(crate) fn open_charge(work: &Work<'_>, subscription: &Subscription) -> Result<Option<Invoice>> {
    for invoice in invoice_list_open(work.tx, subscription.row)? {
        if invoice.reason == BillingReason::SubscriptionUpdate && !is_renewal(work.tx, subscription, &invoice)? {
            return Ok(Some(invoice));
        }
    }
    Ok(None)
}

/// Refuses to sell or give time behind the rest of a period that is not paid.
pub(crate) fn refuse_if_charge_is_open(work: &Work<'_>, subscription: &Subscription) -> Result<()> {
    let Some(charge) = open_charge(work, subscription)? else { return Ok(()) };
    let number = charge.number().unwrap_or_default();
    Err(Reject::state_conflict(format!("The invoice {number} for a change is open. Have it paid or void it first.")).into())
}

/// Whoever owes nothing any more and has paid time left is on again: the vendor gave up the last thing that was open.
pub(crate) fn settled(work: &Work<'_>, subscription: i64) -> Result<()> {
    let before = subscription_at(work.tx, subscription)?;
    let has_time = before.current_period.is_some_and(|paid| paid.end > work.tx.now());
    let waits = matches!(before.status, SubscriptionStatus::PastDue | SubscriptionStatus::Suspended);
    if !waits || !has_time || owes_now(work, subscription, 0)? {
        return Ok(());
    }
    before.charge_paid().map_or(Ok(()), |step| apply(work, &before, step, None))
}

/// The vendor gave up the charge of a change: `billed` is what it billed. What was paid before was credited, so paid time ends where
/// the change came.
pub(crate) fn charge_given_up(work: &Work<'_>, invoice: &Invoice, billed: &[PeriodRow]) -> Result<()> {
    let part = billed.iter().find_map(|p| p.dates).filter(|_| invoice.reason == BillingReason::SubscriptionUpdate);
    let (Some(part), Some(reference)) = (part, invoice.subscription) else { return Ok(()) };
    let before = subscription_at(work.tx, reference.row)?;
    let Some(paid) = before.current_period.filter(|paid| paid.end == part.end && before.status.is_live()) else { return Ok(()) };
    let times = billed_time_after(work.tx, before.row, part.start)?;
    for time in times.iter().filter(|t| !t.part && t.dates.start < part.start) {
        period_stretch(work.tx, time.row, Period { end: part.start, ..time.dates }, 0)?;
    }
    let current_period = Some(Period { start: paid.start.min(part.start), end: part.start });
    let next = Subscription { current_period, ..before.clone() };
    apply(work, &before, Step { next, event: EventType::SubscriptionUpdated, open_invoices: OpenInvoices::Keep, access: AccessChange::Keep }, None)
}

/// The charge of a change. Where the balance does not cover it, it is overdue at once. None where there is nothing to charge.
fn bill_change(work: &Work<'_>, settings: &Settings, subscription: &Subscription, plan: &InvoicePlan) -> Result<Option<Invoice>> {
    let customer = customer_at(work.tx, subscription.customer_row)?;
    // The period itself stays billed: what is left of it needs no document where the coupon takes all of it.
    let is_part = plan.lines.iter().all(|l| l.rest.as_ref().is_some_and(|rest| rest.part));
    if is_part && total(work, &customer, subscription, plan)?.is_zero() {
        return Ok(None);
    }
    let mut invoice = finalize(work, settings, &customer, Some(subscription), plan)?;
    if subscription.collection == Collection::Automatic && invoice.status == InvoiceStatus::Open && work.sale.is_some() {
        invoice = settle_sale(work, invoice)?;
    }
    let is_new_run = plan.lines.iter().any(|l| l.rest.as_ref().is_some_and(|rest| !rest.part) && l.period.is_some_and(|p| p.k == 0));
    let whole = plan.lines.first().and_then(|l| l.period).and_then(|p| p.dates).filter(|_| is_new_run);
    let current = subscription_at(work.tx, subscription.row)?;
    if let Some(dates) = whole.filter(|d| invoice.status == InvoiceStatus::Paid && current.current_period.is_none_or(|p| p.end < d.end)) {
        let next = Subscription { current_period: Some(dates), ..current.clone() };
        let step = Step { next, event: EventType::SubscriptionUpdated, open_invoices: OpenInvoices::Keep, access: AccessChange::Keep };
        apply(work, &current, step, None)?;
        return Ok(Some(invoice));
    }
    if invoice.status == InvoiceStatus::Open && current.status == SubscriptionStatus::Active {
        let next = current.past_due(&settings.billing, work.tx.now());
        let step = Step { next, event: EventType::SubscriptionPastDue, open_invoices: OpenInvoices::Keep, access: AccessChange::Keep };
        apply(work, &current, step, None)?;
    }
    Ok(Some(invoice))
}

/// The period that contains now, with its row.
fn running(work: &Work<'_>, subscription: &Subscription, times: &[BilledTime], has_coupon: bool) -> Result<Option<(i64, Running)>> {
    let now = work.tx.now();
    let Some(time) = times.iter().find(|t| !t.part && t.dates.start <= now && now < t.dates.end) else { return Ok(None) };
    let anchor = run_at(work.tx, subscription.row, time.run)?;
    let whole = anchor.and_then(|a| a.period(subscription.interval, time.k)).unwrap_or(time.dates);
    Ok(Some((time.row, Running { run: time.run, k: time.k, dates: time.dates, whole, is_billed: true, has_coupon })))
}

/// Ends the running time now: what comes is counted in another run. Of what was paid elsewhere and begins just now nothing is left.
fn cut_running(work: &Work<'_>, times: &[BilledTime], released: &[i64], now: Timestamp) -> Result<()> {
    for time in times.iter().filter(|t| !released.contains(&t.row)) {
        if time.dates.start < now {
            period_stretch(work.tx, time.row, Period { end: now, ..time.dates }, 0)?;
        } else if time.invoice.is_none() {
            period_remove(work.tx, time.row)?;
        }
    }
    Ok(())
}

/// Credits what is unused of billed time, by a note on each invoice; the periods that are free to be billed anew.
pub(crate) fn credit_unused(work: &Work<'_>, subscription: &Subscription, times: &[BilledTime], at: Timestamp, cut: Cut, to: Destination) -> Result<Vec<i64>> {
    let mut released = Vec::new();
    let mut invoices: Vec<i64> = times.iter().filter_map(|t| t.invoice).collect();
    invoices.sort_unstable();
    invoices.dedup();
    for row in invoices {
        let own: Vec<&BilledTime> = times.iter().filter(|t| t.invoice == Some(row)).collect();
        released.extend(credit_invoice(work, subscription, &own, invoice_at(work.tx, row)?, at, cut, to)?);
    }
    for row in &released {
        period_set_released(work.tx, *row, true)?;
    }
    Ok(released)
}

fn credit_invoice(
    work: &Work<'_>,
    subscription: &Subscription,
    times: &[&BilledTime],
    invoice: Invoice,
    at: Timestamp,
    cut: Cut,
    to: Destination,
) -> Result<Vec<i64>> {
    let credits = credits_of(work.tx, invoice.row, invoice.sums.total.currency())?;
    let (mut choices, mut notes, mut released) = (Vec::new(), Vec::new(), Vec::new());
    for time in times {
        let Some(line) = credits.lines.iter().position(|own| Some(*own) == time.invoice_line) else { continue };
        let unused = unused(cut, at, time.dates, time.paused_days, credits.credited_from[line], credits.nets[line], subscription.zone)?;
        let Some(unused) = unused else { continue };
        if unused.amount.is_positive() {
            choices.push(Choice { line, net: unused.amount });
            let from = at.max(time.dates.start);
            // The day of a cancellation is used up.
            let used = i64::from(cut == Cut::Cancel && at >= time.dates.start);
            let from_day = from.local_day(subscription.zone) + used;
            notes.push(CreditedTime { line, from, from_day, explanation: unused.explanation });
        }
        // A period that was used in part stays billed.
        if unused.whole {
            released.push(time.row);
        }
    }
    if !choices.is_empty() {
        let plan = plan(&creditable(&invoice, &credits)?, Chosen::Nets(&choices), to)?;
        issue(work, invoice, &credits, &plan, &Note { reason: None, to, times: notes })?;
    }
    Ok(released)
}

/// A change that waited comes, with the end of what was paid when it was made.
pub(crate) fn change_comes(work: &Work<'_>, before: &Subscription) -> Result<()> {
    let (Some(terms), Some(pending)) = (pending_terms(work, before)?, before.pending_change) else { return Ok(()) };
    // Where the first period of another interval is paid already, its run is there.
    let has_run = before.run.is_some_and(|run| run.anchor.boundary(terms.interval, 0) == Some(pending.at));
    let anchor = (terms.interval != before.interval && !has_run).then_some(pending.at);
    apply(work, before, before.change_now(&terms, anchor, before.current_period), None)
}

/// Whether an invoice of a change, or of a period that has begun, is still to be paid.
pub(crate) fn owes_now(work: &Work<'_>, subscription: i64, except: i64) -> Result<bool> {
    let now = work.tx.now();
    for invoice in invoice_list_open(work.tx, subscription)?.iter().filter(|i| i.row != except) {
        let is_due = match invoice.reason {
            BillingReason::SubscriptionUpdate => true,
            BillingReason::SubscriptionCycle => invoice.due_at.is_some_and(|due_at| due_at <= now),
            BillingReason::SubscriptionCreate | BillingReason::Manual => false,
        };
        if is_due {
            return Ok(true);
        }
    }
    Ok(false)
}
