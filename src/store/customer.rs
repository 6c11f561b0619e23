//! The customer table.

use rusqlite::{Row, params};

use crate::domain::customer::{Customer, CustomerFilter, CustomerStatus, Ties};
use crate::domain::id::{CustomerId, TypedId};
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::Money;
use crate::domain::text::Encoded;
use crate::error::{Error, Result};
use crate::store::db::{Tx, WriteTx, unique};
use crate::store::list::{self, Counted, Noun, Where};
use crate::store::{row, search};

const COLUMNS: &str = "customer.row, customer.id, customer.created_at, customer.updated_at, customer.status, customer.email, customer.name, \
    customer.phone, customer.address, customer.currency, customer.locale, customer.billing_timezone, customer.tax_id, customer.notes, \
    customer.tags, customer.metadata, customer.external_id, customer.has_balance, customer.tax_exempt";

const NOUN: Noun = Noun { table: "customer", from: "customer", columns: COLUMNS };

fn map<'r>(row: &'r Row<'_>) -> rusqlite::Result<Customer<'r>> {
    Ok(Customer {
        row: row.get(0)?,
        id: row::id(row, 1)?,
        created_at: row::time(row, 2)?,
        updated_at: row::time(row, 3)?,
        status: row::word(row, 4, CustomerStatus::parse)?,
        email: row::text(row, 5)?,
        name: row::opt_text(row, 6)?,
        phone: row::opt_text(row, 7)?,
        address: row::opt_encoded(row, 8)?,
        currency: row::opt_currency(row, 9)?,
        locale: row::opt_text(row, 10)?,
        billing_timezone: row::opt_text(row, 11)?,
        tax_id: row::opt_text(row, 12)?,
        notes: row::opt_text(row, 13)?,
        tags: row::encoded(row, 14)?,
        metadata: row::encoded(row, 15)?,
        external_id: row::opt_text(row, 16)?,
        has_balance: row.get(17)?,
        tax_exempt: row.get(18)?,
        balances: Vec::new(),
    })
}

/// One amount per currency, in order of its code.
fn balances(tx: &Tx<'_>, customer: i64) -> rusqlite::Result<Vec<Money>> {
    let sql = "SELECT currency, amount_minor FROM customer_balance WHERE customer = ?1 ORDER BY currency";
    tx.all(sql, [customer], |r| row::money(r, 1, row::currency(r, 0)?))
}

fn one(tx: &Tx<'_>, condition: &str, key: impl rusqlite::ToSql) -> Result<Option<Customer<'static>>> {
    let sql = format!("SELECT {COLUMNS} FROM customer WHERE {condition} AND status <> 'erased'");
    let Some(mut customer) = tx.one(&sql, [key], |r| map(r).map(Customer::into_owned))? else { return Ok(None) };
    if customer.has_balance {
        customer.balances = balances(tx, customer.row)?;
    }
    Ok(Some(customer))
}

/// Shows a customer, borrowed from his row.
pub fn customer_show<T>(tx: &Tx<'_>, id: CustomerId, show: impl FnOnce(&Customer<'_>) -> T) -> Result<Option<T>> {
    Ok(tx.one(&format!("SELECT {COLUMNS} FROM customer WHERE id = ?1 AND status <> 'erased'"), [id.bytes()], |row| {
        let mut customer = map(row)?;
        if customer.has_balance {
            customer.balances = balances(tx, customer.row)?;
        }
        Ok(show(&customer))
    })?)
}

pub fn customer_find(tx: &Tx<'_>, id: CustomerId) -> Result<Option<Customer<'static>>> {
    one(tx, "id = ?1", id.bytes())
}

pub fn customer_at(tx: &Tx<'_>, row: i64) -> Result<Customer<'static>> {
    one(tx, "row = ?1", row)?.ok_or_else(|| Error::Internal(format!("there is no customer {row}")))
}

/// Whether the filter is answered by an index and counters, and so on the calling thread.
pub fn is_quick(filter: &CustomerFilter) -> bool {
    list::is_quick(&filter.common)
}

/// Visits a page of customers, borrowed from their rows.
pub fn customer_list(tx: &Tx<'_>, filter: &CustomerFilter, page: &Page<CustomerId>, mut visit: impl FnMut(&Customer<'_>)) -> Result<PageEnd<CustomerId>> {
    let mut conditions = Where::default();
    if let Some(status) = filter.status {
        conditions.and("customer.status = ?", [status.text().to_owned().into()]);
    }
    list::common_conditions(&NOUN, &filter.common, &mut conditions);
    if let Some(key) = &filter.email_key {
        conditions.and("customer.email_key = ?", [key.clone().into()]);
    }
    let statuses: Vec<&str> = filter.status.map_or_else(|| CustomerStatus::ALL.iter().map(|s| s.text()).collect(), |s| vec![s.text()]);
    let counted = Counted { statuses: &statuses, common: &filter.common, beyond: filter.email_key.is_some() };
    let visited = |row: &Row<'_>| {
        let mut customer = map(row)?;
        if customer.has_balance {
            customer.balances = balances(tx, customer.row)?;
        }
        visit(&customer);
        Ok(customer.id)
    };
    if let Some(search) = &filter.common.search {
        // One who was erased has no text, and so is never found.
        let mut found = search::find(tx, "customer_search", search, &list::between(tx, &NOUN, &filter.common)?)?;
        list::narrow(tx, &NOUN, &mut found, &conditions, &counted)?;
        return Ok(list::end(list::page_of(tx, &NOUN, &found, page, visited)?, found.len()));
    }
    if filter.status.is_none() {
        conditions.and("customer.status <> 'erased'", []);
    }
    list::created_conditions(tx, &NOUN, &filter.common, &mut conditions)?;
    let total = list::total(tx, &NOUN, &conditions, &counted)?;
    Ok(list::end(list::page(tx, &NOUN, conditions, page, visited)?, total))
}

const UNIQUE: [(&str, &str, &str); 2] = [
    ("customer.email_key", "email", "A customer with this e-mail address exists already"),
    ("customer.external_id", "externalId", "A customer with this externalId exists already"),
];

pub fn customer_insert(tx: &WriteTx<'_>, c: &Customer<'_>, email_key: &str, password_hash: Option<&str>) -> Result<i64> {
    let sql = "INSERT INTO customer (id, created_at, updated_at, status, email, email_key, name, password_hash, phone, address, currency, locale, \
               billing_timezone, tax_id, notes, tags, metadata, external_id, search, tax_exempt) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";
    let values = params![
        c.id.bytes(),
        c.created_at.ms(),
        c.updated_at.ms(),
        c.status.text(),
        c.email,
        email_key,
        c.name,
        password_hash,
        c.phone,
        c.address.as_ref().map(Encoded::as_str),
        c.currency.map(|c| c.code()),
        c.locale,
        c.billing_timezone,
        c.tax_id,
        c.notes,
        c.tags.as_str(),
        c.metadata.as_str(),
        c.external_id,
        c.search_text(),
        c.tax_exempt,
    ];
    tx.insert(sql, values).map_err(|e| unique(e, &UNIQUE))
}

pub fn customer_update(tx: &WriteTx<'_>, c: &Customer<'_>, email_key: &str) -> Result<()> {
    let sql = "UPDATE customer SET updated_at = ?2, status = ?3, email = ?4, email_key = ?5, name = ?6, phone = ?7, address = ?8, currency = ?9, \
               locale = ?10, billing_timezone = ?11, tax_id = ?12, notes = ?13, tags = ?14, metadata = ?15, external_id = ?16, search = ?17, tax_exempt = ?18 WHERE row = ?1";
    let values = params![
        c.row,
        c.updated_at.ms(),
        c.status.text(),
        c.email,
        email_key,
        c.name,
        c.phone,
        c.address.as_ref().map(Encoded::as_str),
        c.currency.map(|c| c.code()),
        c.locale,
        c.billing_timezone,
        c.tax_id,
        c.notes,
        c.tags.as_str(),
        c.metadata.as_str(),
        c.external_id,
        c.search_text(),
        c.tax_exempt,
    ];
    tx.run(sql, values).map_err(|e| unique(e, &UNIQUE))?;
    // A document is found by what it says; a draft by what its customer is called now.
    tx.run("UPDATE invoice SET search = ?2 WHERE customer = ?1 AND status = 'draft'", params![c.row, c.buyer_search_text()])?;
    Ok(())
}

/// Sets or clears the portal password.
pub fn customer_set_password(tx: &WriteTx<'_>, row: i64, password_hash: Option<&str>) -> Result<()> {
    tx.run("UPDATE customer SET password_hash = ?2 WHERE row = ?1", params![row, password_hash])?;
    Ok(())
}

pub fn customer_ties(tx: &Tx<'_>, row: i64) -> Result<Ties> {
    let sql = "SELECT (SELECT COUNT(*) FROM subscription WHERE customer = ?1 AND status NOT IN ('cancelled', 'expired')), \
               (SELECT COUNT(*) FROM invoice WHERE customer = ?1 AND status = 'open'), \
               (SELECT COUNT(*) FROM subscription WHERE customer = ?1) + (SELECT COUNT(*) FROM invoice WHERE customer = ?1) \
               + (SELECT COUNT(*) FROM balance_entry WHERE customer = ?1) + (SELECT COUNT(*) FROM payment WHERE customer = ?1)";
    tx.one(sql, [row], |r| Ok(Ties { live_subscriptions: r.get(0)?, open_invoices: r.get(1)?, records: r.get(2)? }))?
        .ok_or_else(|| Error::Internal("a count without a row".into()))
}

pub fn customer_delete(tx: &WriteTx<'_>, row: i64) -> Result<()> {
    tx.run("UPDATE event SET object = NULL, previous = NULL WHERE object_id IN (SELECT id FROM payment_method WHERE customer = ?1)", [row])?;
    tx.run("DELETE FROM idempotency WHERE object_id IN (SELECT id FROM payment_method WHERE customer = ?1)", [row])?;
    tx.run("DELETE FROM payment_method WHERE customer = ?1", [row])?;
    tx.run("DELETE FROM customer WHERE row = ?1", [row])?;
    Ok(())
}

/// Takes the personal data out of the row and out of what was said of him: notes, references, accesses, payloads of events.
pub fn customer_erase(tx: &WriteTx<'_>, row: i64) -> Result<()> {
    tx.run(
        "UPDATE customer SET updated_at = ?2, status = 'erased', email = NULL, email_key = NULL, name = NULL, password_hash = NULL, phone = NULL, \
         address = NULL, locale = NULL, billing_timezone = NULL, tax_id = NULL, tax_exempt = 0, notes = NULL, tags = '[]', metadata = '{}', external_id = NULL, \
         search = '' WHERE row = ?1",
        params![row, tx.now().ms()],
    )?;
    // What was said of him elsewhere. The documents themselves stay: the law wants them whole.
    for sql in [
        "UPDATE balance_entry SET note = NULL WHERE customer = ?1",
        "UPDATE payment SET method = NULL, reference = NULL, search = lower(coalesce(provider_reference, '')) WHERE customer = ?1",
        "UPDATE subscription SET payment_method = NULL WHERE customer = ?1",
        "UPDATE payment_method SET status = 'removed', is_default = 0, detail = '', metadata = '{}' WHERE customer = ?1",
        "UPDATE invoice SET search = lower(number), metadata = '{}', external_id = NULL WHERE customer = ?1",
        "UPDATE subscription SET cancel_reason = NULL, metadata = '{}', external_id = NULL, search = '' WHERE customer = ?1",
        "DELETE FROM access WHERE subscription IN (SELECT row FROM subscription WHERE customer = ?1)",
    ] {
        tx.run(sql, [row])?;
    }
    let objects = "SELECT id FROM customer WHERE row = ?1 UNION ALL SELECT id FROM subscription WHERE customer = ?1 \
                   UNION ALL SELECT id FROM invoice WHERE customer = ?1 UNION ALL SELECT id FROM payment WHERE customer = ?1 \
                   UNION ALL SELECT id FROM payment_method WHERE customer = ?1";
    tx.run(&format!("DELETE FROM idempotency WHERE object_id IN ({objects})"), [row])?;
    tx.run(&format!("UPDATE transition SET note = NULL WHERE object_id IN ({objects}) AND note IS NOT NULL"), [row])?;
    tx.run(&format!("UPDATE event SET object = NULL, previous = NULL WHERE object_id IN ({objects})"), [row])?;
    Ok(())
}

/// Takes what events and kept answers told of a customer who goes without a trace.
pub fn customer_forget_events(tx: &WriteTx<'_>, id: CustomerId) -> Result<()> {
    tx.run("UPDATE event SET object = NULL, previous = NULL WHERE object_id = ?1", [id.bytes()])?;
    tx.run("DELETE FROM idempotency WHERE object_id = ?1", [id.bytes()])?;
    Ok(())
}
