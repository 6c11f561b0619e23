//! The table of stored payment methods. One that was removed keeps its row, because payments refer to it.

use rusqlite::{Row, params};

use crate::domain::id::{CustomerId, PaymentMethodId, TypedId};
use crate::domain::list::{Page, PageEnd};
use crate::domain::payment::Provider;
use crate::domain::payment_method::PaymentMethod;
use crate::error::Result;
use crate::store::db::{Tx, WriteTx};
use crate::store::list::{self, Noun, Where};
use crate::store::row;

const COLUMNS: &str = "payment_method.row, payment_method.id, payment_method.created_at, payment_method.updated_at, payment_method.customer, customer.id, \
    payment_method.provider, payment_method.detail, payment_method.is_default, payment_method.metadata";

const FROM: &str = "payment_method CROSS JOIN customer ON customer.row = payment_method.customer";

const NOUN: Noun = Noun { table: "payment_method", from: FROM, columns: COLUMNS };

fn map(row: &Row<'_>) -> rusqlite::Result<PaymentMethod> {
    Ok(PaymentMethod {
        row: row.get(0)?,
        id: row::id(row, 1)?,
        created_at: row::time(row, 2)?,
        updated_at: row::time(row, 3)?,
        customer_row: row.get(4)?,
        customer_id: row::id::<CustomerId>(row, 5)?,
        provider: row::word(row, 6, Provider::parse)?,
        detail: row.get(7)?,
        is_default: row.get(8)?,
        metadata: row::encoded(row, 9)?.into_owned(),
    })
}

/// One of a customer's methods.
pub fn payment_method_find(tx: &Tx<'_>, customer: i64, id: PaymentMethodId) -> Result<Option<PaymentMethod>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE payment_method.id = ?1 AND payment_method.customer = ?2 AND payment_method.status = 'active'");
    Ok(tx.one(&sql, params![id.bytes(), customer], map)?)
}

/// What is charged where nothing else was chosen.
pub fn payment_method_default(tx: &Tx<'_>, customer: i64) -> Result<Option<PaymentMethod>> {
    Ok(tx.one(&format!("SELECT {COLUMNS} FROM {FROM} WHERE payment_method.customer = ?1 AND payment_method.is_default = 1"), [customer], map)?)
}

/// A method that may have been removed since: of an attempt that is under way.
pub fn payment_method_at(tx: &Tx<'_>, key: i64) -> Result<Option<PaymentMethod>> {
    Ok(tx.one(&format!("SELECT {COLUMNS} FROM {FROM} WHERE payment_method.row = ?1"), [key], map)?)
}

/// Visits a page of a customer's methods.
pub fn payment_method_list(
    tx: &Tx<'_>,
    customer: i64,
    page: &Page<PaymentMethodId>,
    mut visit: impl FnMut(&PaymentMethod),
) -> Result<PageEnd<PaymentMethodId>> {
    let mut conditions = Where::default();
    conditions.and("payment_method.customer = ?", [customer.into()]);
    conditions.and("payment_method.status = 'active'", []);
    let sql = "SELECT COUNT(*) FROM payment_method WHERE customer = ?1 AND status = 'active'";
    let total = tx.one(sql, [customer], |r| r.get(0))?.unwrap_or(0);
    let next = list::page(tx, &NOUN, conditions, page, |r| {
        let method = map(r)?;
        visit(&method);
        Ok(method.id)
    })?;
    Ok(list::end(next, total))
}

pub fn payment_method_insert(tx: &WriteTx<'_>, m: &PaymentMethod) -> Result<i64> {
    let sql = "INSERT INTO payment_method (id, created_at, updated_at, customer, status, provider, detail, is_default, metadata) \
               VALUES (?1, ?2, ?2, ?3, 'active', ?4, ?5, ?6, ?7)";
    Ok(tx.insert(sql, params![m.id.bytes(), m.created_at.ms(), m.customer_row, m.provider.text(), m.detail, m.is_default, m.metadata.as_str()])?)
}

/// Whether a method is the customer's default one. He has one at most: what was it before is to be none first.
pub fn payment_method_set_default(tx: &WriteTx<'_>, key: i64, is_default: bool) -> Result<()> {
    tx.run("UPDATE payment_method SET is_default = ?2, updated_at = ?3 WHERE row = ?1", params![key, is_default, tx.now().ms()])?;
    Ok(())
}

/// Takes a method away. The oldest that is left is the default where this one was, and subscriptions that named it take the default.
pub fn payment_method_remove(tx: &WriteTx<'_>, m: &PaymentMethod) -> Result<()> {
    let now = tx.now().ms();
    tx.run("UPDATE payment_method SET status = 'removed', is_default = 0, updated_at = ?2, metadata = '{}' WHERE row = ?1", params![m.row, now])?;
    if m.is_default {
        let next = "UPDATE payment_method SET is_default = 1, updated_at = ?2 \
                    WHERE row = (SELECT MIN(row) FROM payment_method WHERE customer = ?1 AND status = 'active')";
        tx.run(next, params![m.customer_row, now])?;
    }
    Ok(())
}

/// The subscriptions that are charged by a method which they name.
pub fn payment_method_users(tx: &Tx<'_>, m: &PaymentMethod) -> Result<Vec<i64>> {
    Ok(tx.all("SELECT row FROM subscription WHERE customer = ?1 AND payment_method = ?2 ORDER BY row", params![m.customer_row, m.row], |r| r.get(0))?)
}
