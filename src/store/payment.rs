//! The payment table.

use rusqlite::{Row, params};

use crate::domain::id::{PaymentId, TypedId};
use crate::domain::invoice::Invoice;
use crate::domain::money::Money;
use crate::domain::payment::{Payment, PaymentStatus};
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::db::{Tx, WriteTx};
use crate::store::row;

pub struct NewPayment<'a> {
    pub id: PaymentId,
    pub invoice: i64,
    pub customer: i64,
    pub amount: Money,
    pub status: PaymentStatus,
    pub provider: &'a str,
    pub method: Option<&'a str>,
    pub reference: Option<&'a str>,
    /// As the vendor states it; documentary.
    pub paid_at: Timestamp,
}

pub fn payment_insert(tx: &WriteTx<'_>, p: &NewPayment<'_>) -> Result<i64> {
    let sql = "INSERT INTO payment (id, created_at, updated_at, invoice, customer, currency, amount_minor, status, provider, method, reference, paid_at) \
               VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let values = params![
        p.id.bytes(),
        tx.now().ms(),
        p.invoice,
        p.customer,
        p.amount.currency().code(),
        p.amount.minor(),
        p.status.text(),
        p.provider,
        p.method,
        p.reference,
        p.paid_at.ms(),
    ];
    Ok(tx.insert(sql, values)?)
}

/// What was paid on an invoice, oldest first.
pub fn payment_list(tx: &Tx<'_>, invoice: &Invoice) -> Result<Vec<Payment>> {
    let map = |r: &Row<'_>| {
        let currency = row::currency(r, 1)?;
        Ok(Payment {
            row: r.get(9)?,
            id: row::id(r, 0)?,
            invoice_id: invoice.id,
            customer_id: invoice.customer_id,
            amount: row::money(r, 2, currency)?,
            amount_refunded: row::money(r, 10, currency)?,
            status: row::word(r, 3, PaymentStatus::parse)?,
            provider: r.get(4)?,
            method: r.get(5)?,
            reference: r.get(6)?,
            paid_at: row::time(r, 7)?,
            created_at: row::time(r, 8)?,
        })
    };
    let sql = "SELECT id, currency, amount_minor, status, provider, method, reference, paid_at, created_at, row, refunded_minor \
               FROM payment WHERE invoice = ?1 ORDER BY row";
    Ok(tx.all(sql, [invoice.row], map)?)
}

/// Writes what refunds change of a payment.
pub fn payment_update(tx: &WriteTx<'_>, p: &Payment) -> Result<()> {
    let sql = "UPDATE payment SET updated_at = ?2, status = ?3, refunded_minor = ?4 WHERE row = ?1";
    tx.run(sql, params![p.row, tx.now().ms(), p.status.text(), p.amount_refunded.minor()])?;
    Ok(())
}
