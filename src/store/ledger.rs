//! The ledger's tables: entries are added, never changed. Each belongs to a day of the business: what reports count by day.

use rusqlite::types::Value;
use rusqlite::{params, params_from_iter};

use crate::domain::ledger::Entry;
use crate::error::Result;
use crate::store::db::WriteTx;
use crate::store::settings::business_zone;

/// What an entry belongs to, by internal keys.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    pub customer: i64,
    pub invoice: Option<i64>,
    pub payment: Option<i64>,
}

/// The day that it is in the business.
pub fn book_day(tx: &WriteTx<'_>) -> Result<i64> {
    Ok(tx.now().local_day(business_zone(tx)?))
}

/// Writes the entry; one without postings leaves nothing.
pub fn ledger_post(tx: &WriteTx<'_>, subject: &Subject, entry: &Entry) -> Result<()> {
    write(tx, Some(subject), book_day(tx)?, entry)
}

/// Writes an entry about all customers together, for a day that is over.
pub fn ledger_post_day(tx: &WriteTx<'_>, day: i64, entry: &Entry) -> Result<()> {
    write(tx, None, day, entry)
}

fn write(tx: &WriteTx<'_>, subject: Option<&Subject>, day: i64, entry: &Entry) -> Result<()> {
    if entry.postings().is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO ledger_entry (created_at, kind, customer, invoice, payment, day) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (invoice, payment) = (subject.and_then(|s| s.invoice), subject.and_then(|s| s.payment));
    let key = tx.insert(sql, params![tx.now().ms(), entry.kind().text(), subject.map(|s| s.customer), invoice, payment, day])?;
    // All in one statement: each that fires triggers begins a savepoint of its own, which is dear in a long transaction.
    let sql = format!("INSERT INTO ledger_posting (entry, account, currency, amount_minor) VALUES {}", vec!["(?, ?, ?, ?)"; entry.postings().len()].join(", "));
    let values = entry.postings().iter().flat_map(|posting| {
        let (account, currency) = (posting.account.text().to_owned(), posting.amount.currency().code().to_owned());
        [Value::from(key), account.into(), currency.into(), posting.amount.minor().into()]
    });
    tx.run(&sql, params_from_iter(values))?;
    Ok(())
}
