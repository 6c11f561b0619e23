//! The payment table.

use rusqlite::params;

use crate::domain::id::{PaymentId, TypedId};
use crate::domain::money::Money;
use crate::domain::payment::PaymentStatus;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::db::WriteTx;

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
