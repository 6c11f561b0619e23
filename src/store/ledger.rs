//! The ledger's tables: entries are added, never changed.

use rusqlite::params;

use crate::domain::ledger::Entry;
use crate::error::Result;
use crate::store::db::WriteTx;

/// What an entry belongs to, by internal keys.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    pub customer: i64,
    pub invoice: Option<i64>,
    pub payment: Option<i64>,
}

/// Writes the entry; one without postings leaves nothing.
pub fn ledger_post(tx: &WriteTx<'_>, subject: &Subject, entry: &Entry) -> Result<()> {
    if entry.postings().is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO ledger_entry (created_at, kind, customer, invoice, payment) VALUES (?1, ?2, ?3, ?4, ?5)";
    let key = tx.insert(sql, params![tx.now().ms(), entry.kind().text(), subject.customer, subject.invoice, subject.payment])?;
    for posting in entry.postings() {
        let sql = "INSERT INTO ledger_posting (entry, account, currency, amount_minor) VALUES (?1, ?2, ?3, ?4)";
        tx.insert(sql, params![key, posting.account.text(), posting.amount.currency().code(), posting.amount.minor()])?;
    }
    Ok(())
}
