//! The billing run: what comes by itself, in the order in which it falls due.
//!
//! When a subscription is due next stands in its row, written in the transaction of whatever changed it: that column is the
//! queue, and a crash at any instruction loses no place in it. Before a command touches a subscription it is brought up to
//! the present, so that nobody acts on what the run has not reached yet.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::app::change::change_comes;
use crate::app::event::{Change, tell};
use crate::app::invoice::{finalize, shown};
use crate::app::payment::attempt as charge;
use crate::app::recognition::{day_over, next_posting, post_day};
use crate::app::subscription::{apply, open_renewal, renewal_plan, told, zone_of};
use crate::app::{App, Work};
use crate::domain::actor::Actor;
use crate::domain::event::EventType;
use crate::domain::invoice::{InvoiceStatus, LinePlan};
use crate::domain::money::Currency;
use crate::domain::reject::{Code, Reject};
use crate::domain::settings::Settings;
use crate::domain::subscription::{Collection, NextPeriod, Run, Subscription, SubscriptionStatus};
use crate::domain::time::{Anchor, Timestamp};
use crate::domain::timer::{Elapsed, Surroundings, Timer};
use crate::error::{Error, Result};
use crate::store::customer::customer_at;
use crate::store::db::WriteTx;
use crate::store::engine::{engine_set_time, reschedule_after, reschedule_set};
use crate::store::payment::{charging, is_any_to_look_at};
use crate::store::product::{price_amount, setup_fee};
use crate::store::settings::settings_load;
use crate::store::subscription::{
    due_next, is_billed, live_after, next_paid_start, subscription_at, subscription_set_due, subscription_set_parked, subscription_update,
};

/// More steps of one subscription than this are left to the next round: daily periods over years.
const MOST_STEPS: usize = 64;
/// A subscription that could not be billed is tried again after this long.
const PARKED_MS: i64 = 3_600_000;

/// What a round of the billing run did.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Round {
    /// Subscriptions that were due and were brought up to the present.
    pub done: usize,
    /// Of them, those that could not be billed and wait for somebody to mend them.
    pub parked: usize,
    /// Days whose revenue was posted.
    pub days: usize,
    /// When something is due next, as far as is known now.
    pub next: Option<Timestamp>,
}

impl App {
    /// Does what is due, of at most so many subscriptions and days, in one transaction. `until` is the instant up to which a test clock
    /// is moved: then each is done at its own instant, and the clock stands at the last.
    pub async fn billing_round(&self, limit: usize, until: Option<Timestamp>) -> Result<Round> {
        let run = |care| {
            let (vault, clock) = (std::sync::Arc::clone(&self.vault), self.test_clock.clone());
            self.db.write(move |tx: &WriteTx<'_>| {
                let done = round(&Work { tx, vault: &vault, actor: Actor::Engine, seen: None, sale: None }, care, limit, until)?;
                if let (Some(clock), Some(_)) = (&clock, until) {
                    engine_set_time(tx, tx.now())?;
                    clock.set(tx.now());
                }
                Ok(done)
            })
        };
        let round = match run(Care::Together).await {
            Err(Error::Reject(reject)) if is_of_the_disk(&reject) => Err(reject.into()),
            // It is undone whole, and done again so that what stands in the way of one stops nobody else.
            Err(_) => run(Care::EachAlone).await,
            done => done,
        }?;
        self.note_progress(&round, until.unwrap_or(self.clock.billing()))?;
        Ok(round)
    }
}

/// What an error of one subscription undoes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Care {
    /// The whole round: savepoints cost a tenth of a round, and are needed in few.
    Together,
    /// That subscription alone, which is parked.
    EachAlone,
}

/// It stands in the way of everybody, now.
fn is_of_the_disk(reject: &Reject) -> bool {
    matches!(reject.code, Code::StorageFull | Code::Overloaded)
}

fn round(work: &Work<'_>, care: Care, limit: usize, until: Option<Timestamp>) -> Result<Round> {
    let settings = settings_load(work.tx)?;
    let looked = look_anew(work, care, &settings, limit.div_ceil(2))?;
    // A test clock stands still until it is known what is due next.
    if looked.done > 0 && until.is_some() {
        return Ok(looked);
    }
    let due = due_round(work, care, &settings, limit.saturating_sub(looked.done), until)?;
    let next = looked.next.into_iter().chain(due.next).min();
    Ok(Round { done: looked.done + due.done, parked: looked.parked + due.parked, next, ..due })
}

/// Finds out anew when subscriptions are due, after a setting has changed that decides it: some of them, in the order of their keys.
fn look_anew(work: &Work<'_>, care: Care, settings: &Settings, limit: usize) -> Result<Round> {
    let mut round = Round::default();
    let Some(after) = reschedule_after(work.tx)? else { return Ok(round) };
    let rows = live_after(work.tx, after, limit)?;
    for row in &rows {
        bring_up(work, care, settings, *row, &mut round)?;
    }
    reschedule_set(work.tx, rows.last().copied())?;
    round.next = (!rows.is_empty()).then(|| work.tx.now());
    Ok(round)
}

fn bring_up(work: &Work<'_>, care: Care, settings: &Settings, row: i64, round: &mut Round) -> Result<()> {
    round.done += 1;
    if care == Care::Together {
        return advance_or_fail(work, settings, row);
    }
    if let Err(reason) = attempt(work, settings, row)? {
        park(work, row, &reason)?;
        round.parked += 1;
    }
    Ok(())
}

fn due_round(work: &Work<'_>, care: Care, settings: &Settings, limit: usize, until: Option<Timestamp>) -> Result<Round> {
    let (mut round, end) = (Round::default(), until.unwrap_or(work.tx.now()));
    let (mut posting, mut over) = (next_posting(work.tx)?, day_over(work.tx, work.tx.now())?);
    loop {
        let next = due_next(work.tx)?;
        let reached = next.map_or(end, |(_, at)| at.min(end));
        // What is billed on a day is posted when it is over, not before: until then there is no need to look again.
        if reached >= over {
            (posting, over) = (next_posting(work.tx)?, day_over(work.tx, reached)?);
        }
        round.next = [next.map(|(_, at)| at), posting.map(|p| p.at)].into_iter().flatten().min();
        let Some(at) = round.next.filter(|at| round.done + round.days < limit && *at <= end) else { return Ok(round) };
        if until.is_some() {
            // What was begun at this instant is decided at it.
            if at > work.tx.now() && is_any_to_look_at(work.tx, work.tx.now())? {
                return Ok(round);
            }
            work.tx.visit(at);
        }
        // A day is over before anything happens on the next; after downtime all that are over, since what is late happens now.
        if let Some(due) = posting.filter(|p| p.at <= work.tx.now()) {
            post_day(work.tx, due.day)?;
            round.days += 1;
            posting = next_posting(work.tx)?;
            continue;
        }
        let Some((row, _)) = next else { return Ok(round) };
        bring_up(work, care, settings, row, &mut round)?;
    }
}

/// Brings one subscription up to the present. What stands in the way of this one alone is the reason to park it.
fn attempt(work: &Work<'_>, settings: &Settings, row: i64) -> Result<std::result::Result<(), String>> {
    match work.tx.attempt(|_| advance_or_fail(work, settings, row))? {
        Ok(()) => Ok(Ok(())),
        Err(Error::Reject(reject)) if is_of_the_disk(&reject) => Err(reject.into()),
        Err(Error::Reject(reject)) => Ok(Err(reject.message)),
        Err(Error::Internal(cause)) => Ok(Err(cause)),
    }
}

/// A panic is a failure like others.
fn advance_or_fail(work: &Work<'_>, settings: &Settings, row: i64) -> Result<()> {
    let panicked = |_| Err(Error::Internal("the billing of this subscription panicked".into()));
    catch_unwind(AssertUnwindSafe(|| advance(work, settings, row))).unwrap_or_else(panicked)
}

/// Tells the vendor once that a subscription could not be billed, and tries again later.
fn park(work: &Work<'_>, row: i64, reason: &str) -> Result<()> {
    let subscription = subscription_at(work.tx, row)?;
    let later = work.tx.now().plus_ms(PARKED_MS);
    if subscription.parked.as_deref() != Some(reason) {
        tracing::warn!(subscription = %subscription.id, "a subscription cannot be billed: {reason}");
        subscription_set_parked(work.tx, row, Some(reason))?;
        let text = subscription.status.text();
        let change = Change { from: Some(text), to: Some(text), note: Some(reason) };
        tell(work, EventType::SubscriptionParked, Some(subscription.id), None, &told(work.tx, subscription_at(work.tx, row)?)?, change)?;
    }
    subscription_set_due(work.tx, row, Some(later))
}

/// Brings a subscription up to the present and notes when it is due next.
pub(crate) fn catch_up(work: &Work<'_>, row: i64) -> Result<()> {
    advance(work, &settings_load(work.tx)?, row)
}

fn advance(work: &Work<'_>, settings: &Settings, row: i64) -> Result<()> {
    let engine = Work { tx: work.tx, vault: work.vault, actor: Actor::Engine, seen: None, sale: None };
    let now = work.tx.now();
    let mut subscription = subscription_at(work.tx, row)?;
    for _ in 0..MOST_STEPS {
        let around = surroundings(work.tx, &subscription)?;
        match subscription.next_due(&settings.billing, around) {
            Some(due) if due.at <= now => {
                if elapse(&engine, settings, &subscription, due.timer, around)? == Touched::Subscription {
                    subscription = subscription_at(work.tx, row)?;
                }
            }
            due => {
                if subscription.parked.is_some() {
                    subscription_set_parked(work.tx, row, None)?;
                }
                return subscription_set_due(work.tx, row, due.map(|due| due.at));
            }
        }
    }
    subscription_set_due(work.tx, row, Some(now))
}

fn surroundings(tx: &WriteTx<'_>, subscription: &Subscription) -> Result<Surroundings> {
    use SubscriptionStatus::{Active, PastDue, Trialing};
    let alone = Surroundings { renewal_is_open: false, next_paid_start: None, is_charging: false, attempts: None };
    let (Active | PastDue | Trialing, Some(current)) = (subscription.status, subscription.current_period) else { return Ok(alone) };
    let charging = charging(tx, subscription.row)?;
    let next_paid_start = if subscription.status == Active { next_paid_start(tx, subscription.row, current.start)? } else { None };
    Ok(Surroundings {
        // Its attempts are counted, whether there are any or not.
        renewal_is_open: charging.attempts.is_some(),
        next_paid_start,
        is_charging: charging.is_charging,
        attempts: charging.attempts.filter(|_| subscription.collection == Collection::Automatic),
    })
}

/// The same as [`catch_up`], where nobody waits who could be told what stands in the way.
pub(crate) fn catch_up_or_park(work: &Work<'_>, row: i64) -> Result<()> {
    let settings = settings_load(work.tx)?;
    match attempt(work, &settings, row)? {
        Ok(()) => Ok(()),
        Err(reason) => park(work, row, &reason),
    }
}

/// What a timer has written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Touched {
    /// An invoice that waits to be paid; of the subscription only what names it.
    Documents,
    Subscription,
}

fn elapse(work: &Work<'_>, settings: &Settings, subscription: &Subscription, timer: Timer, around: Surroundings) -> Result<Touched> {
    match subscription.elapse(timer, &settings.billing, around, work.tx.now())? {
        Elapsed::OpenRenewal => {
            let customer = customer_at(work.tx, subscription.customer_row)?;
            let plan = renewal_plan(work, settings, &customer, subscription, 1)?;
            let invoice = finalize(work, settings, &customer, Some(subscription), &plan)?;
            return Ok(if invoice.status == InvoiceStatus::Open { Touched::Documents } else { Touched::Subscription });
        }
        Elapsed::Charge(number) => charge(work, subscription, number)?,
        Elapsed::BillTrialEnd => bill_trial_end(work, settings, subscription)?,
        Elapsed::Change => change_comes(work, subscription)?,
        Elapsed::TrialEnding(next) => {
            subscription_update(work.tx, &next)?;
            let (id, text) = (subscription.id, subscription.status.text());
            let change = Change { from: Some(text), to: Some(text), note: None };
            tell(work, EventType::SubscriptionTrialEnding, Some(id), None, &told(work.tx, *next)?, change)?;
        }
        Elapsed::Move(next) => subscription_update(work.tx, &Subscription { updated_at: work.tx.now(), ..*next })?,
        Elapsed::Step(step) => {
            let event = step.event;
            apply(work, subscription, *step, None)?;
            if event == EventType::SubscriptionPastDue {
                tell_overdue(work, subscription.row)?;
            }
        }
    }
    Ok(Touched::Subscription)
}

/// Bills the first period, which begins where the trial ended: the subscription goes on as active where that is paid by
/// the balance or the card, or free, else in grace.
fn bill_trial_end(work: &Work<'_>, settings: &Settings, subscription: &Subscription) -> Result<()> {
    let end = subscription.current_period.map_or(work.tx.now(), |p| p.end);
    let customer = customer_at(work.tx, subscription.customer_row)?;
    let subscription = &Subscription { zone: zone_of(&customer, settings)?, ..subscription.clone() };
    subscription_update(work.tx, subscription)?;
    let run = Run { number: 0, anchor: Anchor::at(end, subscription.zone) };
    let price = price_amount(work.tx, subscription.price_row)?;
    let mut plan = subscription.renewal(&run, 1, NextPeriod::FIRST, price, work.tx.now().max(end))?;
    plan.lines.extend(setup_fee_line(work, subscription, plan.currency)?);
    finalize(work, settings, &customer, Some(subscription), &plan)?;
    Ok(())
}

/// The setup fee, which is a line of the first invoice that bills a period: none after that.
pub(crate) fn setup_fee_line(work: &Work<'_>, subscription: &Subscription, currency: Currency) -> Result<Option<LinePlan>> {
    if subscription.trial_end.is_none() || is_billed(work.tx, subscription.row)? {
        return Ok(None);
    }
    let fee = setup_fee(work.tx, subscription.product_row)?;
    let is_charged = fee.is_positive() && fee.currency() == currency;
    Ok(is_charged.then(|| LinePlan::setup_fee(&subscription.product_name, fee, subscription.taxable)))
}

/// The invoice for what begins now was not paid in time.
fn tell_overdue(work: &Work<'_>, subscription: i64) -> Result<()> {
    let Some(invoice) = open_renewal(work, subscription)? else { return Ok(()) };
    let (id, text) = (invoice.id, invoice.status.text());
    tell(work, EventType::InvoiceOverdue, Some(id), None, &shown(invoice)?, Change { from: Some(text), to: Some(text), note: None })
}
