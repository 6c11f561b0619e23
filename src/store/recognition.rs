//! The tables of revenue: how each line is earned, by how much a day's revenue changes, and up to where days are posted.

use rusqlite::{Row, params};

use crate::domain::money::{Currency, Money};
use crate::domain::recognition::{Change, Days, Schedule};
use crate::domain::time::{Period, Timestamp};
use crate::error::Result;
use crate::store::db::{Tx, WriteTx};
use crate::store::row;

/// The first day that is not posted yet; none before anything was billed.
pub fn open_day(tx: &Tx<'_>) -> Result<Option<i64>> {
    Ok(tx.one("SELECT open_day FROM revenue_clock", [], |r| r.get(0))?)
}

pub fn open_day_set(tx: &WriteTx<'_>, day: i64) -> Result<()> {
    tx.run("INSERT INTO revenue_clock (only, open_day) VALUES (1, ?1) ON CONFLICT (only) DO UPDATE SET open_day = excluded.open_day", [day])?;
    Ok(())
}

/// The first day from `open` on that brings or changes any revenue.
pub fn earning_day(tx: &Tx<'_>, open: i64) -> Result<Option<i64>> {
    if tx.one("SELECT 1 FROM revenue_rate WHERE amount_minor <> 0 LIMIT 1", [], |_| Ok(()))?.is_some() {
        return Ok(Some(open));
    }
    let sql = "SELECT day FROM revenue_change WHERE day >= ?1 AND amount_minor <> 0 ORDER BY day LIMIT 1";
    Ok(tx.one(sql, [open], |r| r.get(0))?)
}

/// What all lines together earn on the day after the one that was posted last, in the order of the currencies' codes.
pub fn earned_on(tx: &Tx<'_>, day: i64) -> Result<Vec<Money>> {
    let sql = "SELECT currency, SUM(amount_minor) FROM (SELECT currency, amount_minor FROM revenue_rate UNION ALL \
               SELECT currency, amount_minor FROM revenue_change WHERE day = ?1) GROUP BY currency ORDER BY currency";
    Ok(tx.all(sql, [day], |r| row::money(r, 1, row::currency(r, 0)?))?)
}

/// Notes what was earned on the day that is posted.
pub fn rate_set(tx: &WriteTx<'_>, rate: Money) -> Result<()> {
    let sql = "INSERT INTO revenue_rate (currency, amount_minor) VALUES (?1, ?2) ON CONFLICT (currency) DO UPDATE SET amount_minor = excluded.amount_minor";
    tx.run(sql, params![rate.currency().code(), rate.minor()])?;
    Ok(())
}

pub fn change_add(tx: &WriteTx<'_>, currency: Currency, change: Change) -> Result<()> {
    let sql = "INSERT INTO revenue_change (day, currency, amount_minor) VALUES (?1, ?2, ?3) \
               ON CONFLICT (day, currency) DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor";
    tx.run(sql, params![change.day, currency.code(), change.minor])?;
    Ok(())
}

pub fn schedule_insert(tx: &WriteTx<'_>, line: i64, schedule: &Schedule) -> Result<()> {
    let sql = "INSERT INTO recognition (invoice_line, currency, opens, amount_minor, first_day, days) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (amount, days) = (schedule.amount(), schedule.days());
    tx.insert(sql, params![line, amount.currency().code(), schedule.opens(), amount.minor(), days.map(|d| d.first), days.map(|d| d.count())])?;
    Ok(())
}

/// A schedule from the columns currency, opens, amount_minor, first_day and days, which begin at `at`.
fn schedule(r: &Row<'_>, at: usize) -> rusqlite::Result<Schedule> {
    let days = match (r.get(at + 3)?, r.get(at + 4)?) {
        (Some(first), Some(count)) => Some(Days::new(first, count)),
        _ => None,
    };
    Ok(Schedule::new(row::money(r, at + 2, row::currency(r, at)?)?, r.get(at + 1)?, days))
}

/// How a line is earned from now on; none where it costs nothing.
pub fn schedule_of(tx: &Tx<'_>, line: i64) -> Result<Option<Schedule>> {
    let sql = "SELECT currency, opens, amount_minor, first_day, days FROM recognition WHERE invoice_line = ?1 ORDER BY row DESC LIMIT 1";
    Ok(tx.one(sql, [line], |r| schedule(r, 0))?)
}

/// The lines of an invoice.
pub fn lines_of_invoice(tx: &Tx<'_>, invoice: i64) -> Result<Vec<i64>> {
    Ok(tx.all("SELECT row FROM invoice_line WHERE invoice = ?1 ORDER BY row", [invoice], |r| r.get(0))?)
}

/// The line that bills a period; none where it was paid elsewhere.
pub fn line_of_period(tx: &Tx<'_>, period: i64) -> Result<Option<i64>> {
    Ok(tx.one("SELECT invoice_line FROM subscription_period WHERE row = ?1", [period], |r| r.get(0))?.flatten())
}

/// A period that is billed.
#[derive(Clone, Copy, Debug)]
pub struct Billed {
    pub period: i64,
    pub line: i64,
    pub dates: Period,
}

/// The billed periods of a subscription that are not over at an instant, the oldest first.
pub fn billed_after(tx: &Tx<'_>, subscription: i64, at: Timestamp) -> Result<Vec<Billed>> {
    let sql = "SELECT row, invoice_line, start_at, end_at FROM subscription_period \
               WHERE subscription = ?1 AND released = 0 AND invoice_line IS NOT NULL AND end_at > ?2 ORDER BY run, k";
    let map = |r: &Row<'_>| Ok(Billed { period: r.get(0)?, line: r.get(1)?, dates: Period { start: row::time(r, 2)?, end: row::time(r, 3)? } });
    Ok(tx.all(sql, params![subscription, at.ms()], map)?)
}
