//! Customers' balances and the entries that made them. A balance is the sum of its entries and never below zero.

use rusqlite::params;

use crate::domain::balance::{BalanceEntry, EntryKind};
use crate::domain::id::{BalanceEntryId, TypedId};
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::{Currency, Money};
use crate::error::Result;
use crate::store::db::{Tx, WriteTx};
use crate::store::list::{self, Noun, Where};
use crate::store::row;

pub fn balance(tx: &Tx<'_>, customer: i64, currency: Currency) -> Result<Money> {
    let sql = "SELECT amount_minor FROM customer_balance WHERE customer = ?1 AND currency = ?2";
    let minor = tx.one(sql, params![customer, currency.code()], |r| r.get(0))?;
    Ok(minor.map_or(Money::zero(currency), |minor| Money::new(minor, currency)))
}

/// Adds an entry and moves the balance by it.
pub fn balance_entry_insert(tx: &WriteTx<'_>, customer: i64, e: &BalanceEntry) -> Result<()> {
    let sql = "INSERT INTO balance_entry (id, created_at, customer, currency, amount_minor, kind, invoice, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let currency = e.amount.currency().code();
    tx.insert(sql, params![e.id.bytes(), e.created_at.ms(), customer, currency, e.amount.minor(), e.kind.text(), e.invoice_id.map(|id| id.bytes()), e.note,])?;
    let change = "UPDATE customer_balance SET amount_minor = amount_minor + ?3 WHERE customer = ?1 AND currency = ?2";
    if tx.run(change, params![customer, currency, e.amount.minor()])? == 0 {
        tx.run("INSERT INTO customer_balance (customer, currency, amount_minor) VALUES (?1, ?2, ?3)", params![customer, currency, e.amount.minor()])?;
    }
    Ok(())
}

const NOUN: Noun = Noun { table: "balance_entry", from: "balance_entry", columns: "id, created_at, currency, amount_minor, kind, invoice, note" };

/// Visits a page of a customer's entries.
pub fn balance_entry_list(tx: &Tx<'_>, customer: i64, page: &Page<BalanceEntryId>, mut visit: impl FnMut(&BalanceEntry)) -> Result<PageEnd<BalanceEntryId>> {
    let mut conditions = Where::default();
    conditions.and("balance_entry.customer = ?", [customer.into()]);
    let total = tx.one("SELECT COUNT(*) FROM balance_entry WHERE customer = ?1", [customer], |r| r.get(0))?.unwrap_or(0);
    let next = list::page(tx, &NOUN, conditions, page, |r| {
        let currency = row::currency(r, 2)?;
        let entry = BalanceEntry {
            id: row::id(r, 0)?,
            created_at: row::time(r, 1)?,
            amount: row::money(r, 3, currency)?,
            kind: row::word(r, 4, EntryKind::parse)?,
            invoice_id: row::opt_id(r, 5)?,
            note: r.get(6)?,
        };
        visit(&entry);
        Ok(entry.id)
    })?;
    Ok(list::end(next, total))
}
