//! What gateways are to give back: the intents, which are the queue.

use rusqlite::params;

use crate::domain::id::{RefundId, TypedId};
use crate::domain::money::Money;
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::store::db::{Tx, WriteTx};
use crate::store::row;

/// An intent to give back a part of a payment.
#[derive(Clone, Copy, Debug)]
pub struct GatewayRefund {
    pub row: i64,
    /// The gateway's key of it.
    pub id: RefundId,
    pub payment: i64,
    /// In minor units of the payment's currency.
    pub amount: i64,
    /// How often the gateway had no answer.
    pub asked: u32,
    /// Nothing is decided yet.
    pub is_open: bool,
}

pub fn refund_insert(tx: &WriteTx<'_>, id: RefundId, payment: i64, amount: Money) -> Result<()> {
    let sql = "INSERT INTO gateway_refund (id, created_at, payment, amount_minor, look_at) VALUES (?1, ?2, ?3, ?4, ?2)";
    tx.run(sql, params![id.bytes(), tx.now().ms(), payment, amount.minor()])?;
    Ok(())
}

pub fn refund_at(tx: &Tx<'_>, key: i64) -> Result<GatewayRefund> {
    let sql = "SELECT row, id, payment, amount_minor, asked, look_at IS NOT NULL FROM gateway_refund WHERE row = ?1";
    let found = tx.one(sql, [key], |r| {
        Ok(GatewayRefund { row: r.get(0)?, id: row::id(r, 1)?, payment: r.get(2)?, amount: r.get(3)?, asked: r.get(4)?, is_open: r.get(5)? })
    })?;
    found.ok_or_else(|| Error::Internal(format!("there is no refund {key}")))
}

/// The gateway had no answer: its next turn.
pub fn refund_look_again(tx: &WriteTx<'_>, key: i64, at: Timestamp) -> Result<()> {
    tx.run("UPDATE gateway_refund SET asked = asked + 1, look_at = ?2 WHERE row = ?1 AND look_at IS NOT NULL", params![key, at.ms()])?;
    Ok(())
}

/// It is decided: given back, or not, and why.
pub fn refund_decide(tx: &WriteTx<'_>, key: i64, failure: Option<&str>) -> Result<()> {
    tx.run("UPDATE gateway_refund SET look_at = NULL, failure_code = ?2 WHERE row = ?1", params![key, failure])?;
    Ok(())
}

/// The intents whose turn it is, in their order.
pub fn refunds_to_look_at(tx: &Tx<'_>, now: Timestamp, limit: usize) -> Result<Vec<i64>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(tx.all("SELECT row FROM gateway_refund WHERE look_at <= ?1 ORDER BY look_at, row LIMIT ?2", params![now.ms(), limit], |r| r.get(0))?)
}
