//! Subscriptions whose renewal invoice opens on one day, made as rows.

use std::path::Path;

use billhead::clock::Entropy;
use billhead::domain::id::IdSource;
use billhead::domain::time::{Anchor, Interval, Timestamp, Unit, Zone, local_text, subtract_local_days};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::Result;

const DAY_MS: i64 = 86_400_000;
/// Invoices open so many days before the boundary.
const LEAD_DAYS: u32 = 7;

/// Each is due at an instant of the day before `until`.
pub fn seed(path: &Path, due: u64, until: Timestamp) -> Result<()> {
    let mut db = Connection::open(path)?;
    db.execute_batch("PRAGMA synchronous = OFF")?;
    let tx = db.transaction()?;
    let (entropy, mut ids) = (Entropy::seeded(5), IdSource::after(Uuid::nil()));
    let (zone, interval) = (Zone::parse("Europe/Berlin")?, Interval { unit: Unit::Month, count: 1 });
    let mut id = |at: i64| *ids.next(at, entropy.bytes()).as_bytes();
    let first = until.ms() - 60 * DAY_MS;
    tx.execute(
        "INSERT INTO product (row, id, created_at, updated_at, status, name, setup_fee_minor, metadata, search) VALUES (1, ?1, ?2, ?2, 'active', 'Gold', 0, '{}', 'gold')",
        params![id(first), first],
    )?;
    tx.execute(
        "INSERT INTO price (row, id, product, currency, amount_minor, interval_unit, interval_count, active) VALUES (1, ?1, 1, 'EUR', 999, 'month', 1, 1)",
        [id(first)],
    )?;
    tx.execute("INSERT INTO setting (name, value) VALUES ('business.timezone', 'Europe/Berlin')", [])?;
    for n in 0..i64::try_from(due)? {
        let row = n + 1;
        let opens = Timestamp::from_ms(until.ms() - DAY_MS + 1 + n * (DAY_MS - 2) / i64::try_from(due)?);
        // The boundary lies the lead time after it, and the anchor a month before that.
        let end = billhead::domain::time::add_local_days(opens, LEAD_DAYS, zone).ok_or("beyond the calendar")?;
        let start = subtract_local_days(end, 28, zone).ok_or("beyond the calendar")?;
        let (anchor, created) = (Anchor::at(start, zone), start.ms());
        let period = anchor.period(interval, 0).ok_or("beyond the calendar")?;
        let email = format!("customer{n}@example.com");
        tx.prepare_cached(
            "INSERT INTO customer (row, id, created_at, updated_at, status, email, email_key, name, tags, metadata, search) VALUES (?1, ?2, ?3, ?3, 'active', ?4, ?4, ?5, '[]', '{}', ?4)",
        )?
        .execute(params![row, id(created), created, email, format!("Customer {n}")])?;
        tx.prepare_cached(
            "INSERT INTO subscription (row, id, created_at, updated_at, customer, product, price, status, quantity, currency, unit_amount_minor, interval_unit, interval_count,
             current_period_start, current_period_end, cancel_at_period_end, auto_renew, zone, run, metadata, search, next_at)
             VALUES (?1, ?2, ?3, ?3, ?1, 1, 1, 'active', 1, 'EUR', 999, 'month', 1, ?4, ?5, 0, 1, 'Europe/Berlin', 0, '{}', '', ?6)",
        )?
        .execute(params![row, id(created), created, period.start.ms(), period.end.ms(), opens.ms()])?;
        tx.prepare_cached("INSERT INTO subscription_run (subscription, run, anchor, zone, created_at) VALUES (?1, 0, ?2, 'Europe/Berlin', ?3)")?
            .execute(params![row, local_text(anchor.local), created])?;
        tx.prepare_cached("INSERT INTO subscription_period (subscription, run, k, start_at, end_at) VALUES (?1, 0, 0, ?2, ?3)")?.execute(params![
            row,
            period.start.ms(),
            period.end.ms()
        ])?;
        tx.prepare_cached("INSERT INTO access (id, subscription, created_at, status, username, password) VALUES (?1, ?2, ?3, 'active', ?4, zeroblob(60))")?
            .execute(params![id(created), row, created, format!("user{n}")])?;
    }
    tx.execute("UPDATE engine SET last_id = ?1, mode = 'test', billing_now = ?2", params![ids.last().as_bytes(), until.ms() - DAY_MS])?;
    tx.commit()?;
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0))?;
    if busy == 0 { Ok(()) } else { Err("the log could not be copied into the database".into()) }
}
