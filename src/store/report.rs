//! What reports count, by the business's days: most of it is kept by triggers, beside what it counts.

use rusqlite::{Row, params};

use crate::domain::money::{Currency, Money};
use crate::domain::report::{Counted, CountedOn, Counter, Counts, MovedOn, Movement, Posted, Receivable, Span};
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::db::{Tx, WriteTx};
use crate::store::ledger::book_day;
use crate::store::row;
use crate::store::settings::business_zone;

/// Counts something that happens now. Customers have no currency.
pub fn count(tx: &WriteTx<'_>, currency: Option<Currency>, counter: Counter) -> Result<()> {
    let sql = "INSERT INTO count_day (currency, day, what, n) VALUES (?1, ?2, ?3, 1) ON CONFLICT (currency, day, what) DO UPDATE SET n = n + 1";
    tx.run(sql, params![currency.map_or("", Currency::code), book_day(tx)?, counter.text()])?;
    Ok(())
}

/// Notes when an invoice is due, by the business's day: before its first posting.
pub fn due_on(tx: &WriteTx<'_>, invoice: i64, due_at: Timestamp) -> Result<()> {
    tx.insert("INSERT INTO receivable_due (invoice, day) VALUES (?1, ?2)", params![invoice, due_at.local_day(business_zone(tx)?)])?;
    Ok(())
}

/// What MRR a subscription was last said to have; the outer none where it never counted.
pub fn mrr_of(tx: &Tx<'_>, subscription: i64) -> Result<Option<Counted>> {
    let sql = "SELECT currency, mrr_minor FROM mrr_movement WHERE subscription = ?1 ORDER BY row DESC LIMIT 1";
    let map = |r: &Row<'_>| {
        let currency = row::currency(r, 0)?;
        Ok(r.get::<_, Option<i64>>(1)?.map(|minor| Money::new(minor, currency)))
    };
    Ok(tx.one(sql, [subscription], map)?)
}

/// Writes what moved a subscription's MRR, and what it has then.
pub fn movement_insert(tx: &WriteTx<'_>, subscription: i64, movement: Movement, amount: Money, then: Counted) -> Result<()> {
    let sql = "INSERT INTO mrr_movement (subscription, day, currency, kind, amount_minor, mrr_minor) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![subscription, book_day(tx)?, amount.currency().code(), movement.text(), amount.minor(), then.map(Money::minor)];
    tx.insert(sql, values)?;
    Ok(())
}

/// Every currency in which anything was counted, in order of its code.
pub fn currencies(tx: &Tx<'_>) -> Result<Vec<Currency>> {
    let sql = "SELECT currency FROM ledger_day UNION SELECT currency FROM mrr_day UNION SELECT currency FROM count_day WHERE currency <> '' ORDER BY 1";
    Ok(tx.all(sql, [], |r| row::currency(r, 0))?)
}

/// What was counted in a currency up to the end of a span; of what flows, in its days alone.
pub fn counts(tx: &Tx<'_>, currency: Currency, span: Span) -> Result<Counts> {
    let (code, until) = (currency.code(), span.last);
    let posted = "SELECT day, account, kind, debit_minor, credit_minor FROM ledger_day WHERE currency = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day";
    let posted_row = |r: &Row<'_>| Ok(Posted { day: r.get(0)?, account: r.get(1)?, kind: r.get(2)?, debit: r.get(3)?, credit: r.get(4)? });
    let moved = "SELECT day, kind, amount_minor, n FROM mrr_day WHERE currency = ?1 AND day <= ?2 ORDER BY day";
    let moved_row = |r: &Row<'_>| Ok(MovedOn { day: r.get(0)?, movement: row::word(r, 1, Movement::parse)?, amount: r.get(2)?, n: r.get(3)? });
    let receivable = "SELECT due_day, day, amount_minor FROM receivable_day WHERE currency = ?1 AND day <= ?2";
    Ok(Counts {
        currency,
        posted: tx.all(posted, params![code, span.first, until], posted_row)?,
        moved: tx.all(moved, params![code, until], moved_row)?,
        receivable: tx.all(receivable, params![code, until], |r| Ok(Receivable { due_day: r.get(0)?, day: r.get(1)?, amount: r.get(2)? }))?,
        counted: counted(tx, code, until)?,
    })
}

fn counted(tx: &Tx<'_>, code: &str, until: i64) -> Result<Vec<CountedOn>> {
    let sql = "SELECT day, what, n FROM count_day WHERE currency = ?1 AND day <= ?2 ORDER BY day";
    Ok(tx.all(sql, params![code, until], |r| Ok(CountedOn { day: r.get(0)?, counter: row::word(r, 1, Counter::parse)?, n: r.get(2)? }))?)
}

/// How many customers were made in some days.
pub fn new_customers(tx: &Tx<'_>, span: Span) -> Result<i64> {
    let sql = "SELECT coalesce(SUM(n), 0) FROM count_day WHERE currency = '' AND what = 'customer_created' AND day BETWEEN ?1 AND ?2";
    Ok(tx.one(sql, [span.first, span.last], |r| r.get(0))?.unwrap_or(0))
}
