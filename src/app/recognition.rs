//! Revenue: what becomes of the schedules of lines, and the posting of each day that is over (rules, section 7).
//!
//! Whatever writes a schedule first posts the days that are over, so that it begins on a day that is still open. A day is over
//! at midnight of the business, and days are posted by their numbers, each once: a change of the time zone makes a day longer
//! or shorter, and neither leaves one out nor posts one again. The periods' dates are those of their subscriptions' zones.

use crate::app::Work;
use crate::domain::invoice::{Invoice, InvoicePlan, PeriodPlan, Priced};
use crate::domain::ledger::Entry;
use crate::domain::money::Money;
use crate::domain::recognition::{Credited, Days, Schedule};
use crate::domain::reject::Reject;
use crate::domain::subscription::{Places, Subscription, SubscriptionStatus};
use crate::domain::time::{Timestamp, Zone};
use crate::error::{Error, Result};
use crate::store::db::WriteTx;
use crate::store::ledger::{book_day, ledger_post_day};
use crate::store::recognition::{
    billed_after, change_add, earned_on, earning_day, line_of_period, lines_of_invoice, open_day, open_day_set, rate_set, schedule_insert, schedule_of,
};
use crate::store::report::due_on;
use crate::store::settings::business_zone;
use crate::store::subscription::period_place;

/// A day that is to be posted, and when it is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posting {
    pub day: i64,
    pub at: Timestamp,
}

/// The next day that has something to post; none while nothing is to be earned.
pub(crate) fn next_posting(tx: &WriteTx<'_>) -> Result<Option<Posting>> {
    let Some(open) = open_day(tx)? else { return Ok(None) };
    let zone = business_zone(tx)?;
    Ok(earning_day(tx, open)?.map(|day| Posting { day, at: zone.start_of_day(day.saturating_add(1)) }))
}

/// When the business's present day is over.
pub(crate) fn day_over(tx: &WriteTx<'_>, at: Timestamp) -> Result<Timestamp> {
    let zone = business_zone(tx)?;
    Ok(zone.start_of_day(at.local_day(zone).saturating_add(1)))
}

/// Posts what all lines earned on a day: one entry for each currency.
pub(crate) fn post_day(tx: &WriteTx<'_>, day: i64) -> Result<()> {
    for amount in earned_on(tx, day)? {
        rate_set(tx, amount)?;
        ledger_post_day(tx, day, &Entry::revenue_recognised(amount)?)?;
    }
    open_day_set(tx, day.saturating_add(1))
}

/// The first day that is not posted, when all that are over are.
fn today(tx: &WriteTx<'_>) -> Result<i64> {
    let today = book_day(tx)?;
    let mut open = match open_day(tx)? {
        Some(open) if open >= today => return Ok(open),
        open => open.unwrap_or(today),
    };
    while let Some(day) = earning_day(tx, open)?.filter(|day| *day < today) {
        post_day(tx, day)?;
        open = day + 1;
    }
    open_day_set(tx, today)?;
    Ok(today)
}

/// Begins to earn what was finalised, and notes when it is due. `zone` is that of the subscription, where there is one.
pub(crate) fn begin(tx: &WriteTx<'_>, invoice: i64, plan: &InvoicePlan, priced: &Priced, lines: &[i64], zone: Option<Zone>) -> Result<()> {
    due_on(tx, invoice, plan.due_at)?;
    let today = today(tx)?;
    for ((line, row), taxed) in plan.lines.iter().zip(lines).zip(&priced.assessment.lines) {
        if taxed.net.is_zero() {
            continue;
        }
        let days = match (line.period, zone) {
            (Some(period), Some(zone)) => period.dates.map(|dates| Days::of(dates, zone)),
            _ => Some(Days::new(today, 1)),
        };
        let schedule = Schedule::new(taxed.net, today, days);
        schedule_insert(tx, *row, &schedule)?;
        schedule.changes(today).into_iter().try_for_each(|change| change_add(tx, taxed.net.currency(), change))?;
    }
    Ok(())
}

/// Writes another schedule for what is left of a line; what it was, where it costs anything.
fn replan(tx: &WriteTx<'_>, line: i64, next: impl FnOnce(&Schedule, i64) -> Result<Schedule, Reject>) -> Result<Option<Schedule>> {
    let Some(before) = schedule_of(tx, line)? else { return Ok(None) };
    let today = today(tx)?;
    let next = next(&before, today)?;
    if before.deferred_at(today)?.is_zero() && next.amount().is_zero() {
        return Ok(Some(before));
    }
    schedule_insert(tx, line, &next)?;
    before.changes_to(&next, today).into_iter().try_for_each(|change| change_add(tx, next.amount().currency(), change))?;
    Ok(Some(before))
}

/// Gives a period its dates, or another place; what its line earns goes along.
pub(crate) fn place(work: &Work<'_>, period: i64, plan: &PeriodPlan, zone: Zone) -> Result<()> {
    period_place(work.tx, period, plan)?;
    if let Some(line) = line_of_period(work.tx, period)? {
        replan(work.tx, line, |schedule, today| schedule.moved(today, plan.dates.map(|dates| Days::of(dates, zone))))?;
    }
    Ok(())
}

/// What a step of a subscription means for what it earns: nothing is while it is paused, and what is left where it ends then is
/// earned at once, since it will not be served.
pub(crate) fn of_step(work: &Work<'_>, before: &Subscription, next: &Subscription) -> Result<()> {
    let was_paused = before.status == SubscriptionStatus::Paused;
    if !was_paused && next.status == SubscriptionStatus::Paused {
        return hold(work, next);
    }
    if was_paused && !next.status.is_live() {
        for line in held(work, before)? {
            replan(work.tx, line.0, at_once)?;
        }
    }
    Ok(())
}

fn at_once(schedule: &Schedule, today: i64) -> Result<Schedule, Reject> {
    schedule.moved(today, Some(Days::new(today, 1)))
}

fn hold(work: &Work<'_>, paused: &Subscription) -> Result<()> {
    for billed in billed_after(work.tx, paused.row, work.tx.now())? {
        replan(work.tx, billed.line, |schedule, today| schedule.moved(today, None))?;
    }
    Ok(())
}

/// The lines whose days are not known since the subscription was paused, with the ends of their periods.
fn held(work: &Work<'_>, paused: &Subscription) -> Result<Vec<(i64, i64, Timestamp)>> {
    let Some(pause) = paused.pause else { return Ok(Vec::new()) };
    let mut held = Vec::new();
    for billed in billed_after(work.tx, paused.row, pause.at)? {
        if schedule_of(work.tx, billed.line)?.is_some_and(|schedule| schedule.days().is_none()) {
            held.push((billed.line, billed.period, billed.dates.end));
        }
    }
    Ok(held)
}

/// Goes on to earn what a pause held up. `places` are where paid periods stand from now on; the running one lasts until they
/// begin, or until `paid_until`.
pub(crate) fn resume(work: &Work<'_>, paused: &Subscription, places: &Places, paid_until: Option<Timestamp>) -> Result<()> {
    let running_end = places.iter().filter_map(|(_, plan)| plan.dates).map(|dates| dates.start).min().or(paid_until);
    let now = work.tx.now();
    for (line, period, end) in held(work, paused)? {
        if places.iter().all(|(placed, _)| *placed != period) {
            // One that nobody has paid yet is not moved: its own end stays.
            let end = running_end.map_or(end, |running| running.max(end));
            replan(work.tx, line, |schedule, today| schedule.moved(today, Some(Days::between(now, end.max(now), paused.zone))))?;
        }
    }
    places.iter().try_for_each(|(period, plan)| place(work, *period, plan, paused.zone))
}

/// Ends what the lines of an invoice earn, which is void: what was still deferred of it. The rest of its net is revenue.
pub(crate) fn undo(tx: &WriteTx<'_>, invoice: &Invoice) -> Result<Money> {
    let (mut deferred, today) = (Money::zero(invoice.sums.total.currency()), today(tx)?);
    for line in lines_of_invoice(tx, invoice.row)? {
        if let Some(before) = replan(tx, line, Schedule::undone)? {
            deferred = deferred.plus(before.deferred_at(today)?)?;
        }
    }
    Ok(deferred)
}

/// Earns what is left of an invoice at once: it was written off, and its time will not be served. What was lost stands as bad
/// debt beside its revenue.
pub(crate) fn close(tx: &WriteTx<'_>, invoice: &Invoice) -> Result<()> {
    lines_of_invoice(tx, invoice.row)?.into_iter().try_for_each(|line| replan(tx, line, at_once).map(drop))
}

/// Credits a part of what a line bills, net: says what of it comes out of deferred revenue and what out of revenue, for the
/// entry that posts it. What then is left is earned until its own end or, where time was credited, until the local day from
/// which it was. The credits of a line are never more than its amount (I6).
pub(crate) fn credit(tx: &WriteTx<'_>, line: i64, credit: Money, from_day: Option<i64>) -> Result<Credited> {
    let before = schedule_of(tx, line)?.ok_or_else(|| Error::Internal(format!("the invoice line {line} is not earned")))?;
    let credited = before.credit(credit, today(tx)?, from_day.unwrap_or(i64::MAX))?;
    replan(tx, line, |_, _| Ok(credited.rest))?;
    Ok(credited)
}
