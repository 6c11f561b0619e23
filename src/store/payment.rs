//! The table of payments and attempts, and what is done when a charge succeeds that is paid before anything is sold.

use rusqlite::{Row, params};

use crate::domain::dunning::Attempts;
use crate::domain::id::{CustomerId, PaymentId, TypedId};
use crate::domain::invoice::Invoice;
use crate::domain::list::{Page, PageEnd};
use crate::domain::payment::{Payment, PaymentFilter, PaymentStatus, Provider};
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::secret::Vault;
use crate::store::db::{Tx, WriteTx};
use crate::store::list::{self, Counted, Noun, Where};
use crate::store::row;

const COLUMNS: &str = "payment.row, payment.id, payment.created_at, payment.updated_at, payment.invoice, invoice.id, payment.customer, customer.id, \
    payment.currency, payment.amount_minor, payment.status, payment.provider, payment.provider_reference, payment.payment_method, payment_method.id, \
    payment.attempt, payment.failure_code, payment.method, payment.reference, payment.paid_at, payment.asked, payment.refunded_minor";

const FROM: &str = "payment CROSS JOIN customer ON customer.row = payment.customer LEFT JOIN invoice ON invoice.row = payment.invoice \
    LEFT JOIN payment_method ON payment_method.row = payment.payment_method";

const NOUN: Noun = Noun { table: "payment", from: FROM, columns: COLUMNS };

fn map(row: &Row<'_>) -> rusqlite::Result<Payment> {
    Ok(Payment {
        row: row.get(0)?,
        id: row::id(row, 1)?,
        created_at: row::time(row, 2)?,
        updated_at: row::time(row, 3)?,
        invoice_row: row.get(4)?,
        invoice_id: row::opt_id(row, 5)?,
        customer_row: row.get(6)?,
        customer_id: row::id::<CustomerId>(row, 7)?,
        amount: row::money(row, 9, row::currency(row, 8)?)?,
        amount_refunded: row::money(row, 21, row::currency(row, 8)?)?,
        status: row::word(row, 10, PaymentStatus::parse)?,
        provider: row::word(row, 11, Provider::parse)?,
        provider_reference: row.get(12)?,
        method_row: row.get(13)?,
        method_id: row::opt_id(row, 14)?,
        attempt: row.get(15)?,
        failure_code: row.get(16)?,
        method: row.get(17)?,
        reference: row.get(18)?,
        paid_at: row::opt_time(row, 19)?,
        asked: row.get(20)?,
    })
}

pub fn payment_find(tx: &Tx<'_>, id: PaymentId) -> Result<Option<Payment>> {
    Ok(tx.one(&format!("SELECT {COLUMNS} FROM {FROM} WHERE payment.id = ?1"), [id.bytes()], map)?)
}

pub fn payment_at(tx: &Tx<'_>, key: i64) -> Result<Payment> {
    let found = tx.one(&format!("SELECT {COLUMNS} FROM {FROM} WHERE payment.row = ?1"), [key], map)?;
    found.ok_or_else(|| Error::Internal(format!("there is no payment {key}")))
}

/// What was paid or attempted on an invoice, oldest first.
pub fn payment_list_of_invoice(tx: &Tx<'_>, invoice: &Invoice) -> Result<Vec<Payment>> {
    Ok(tx.all(&format!("SELECT {COLUMNS} FROM {FROM} WHERE payment.invoice = ?1 ORDER BY payment.row"), [invoice.row], map)?)
}

pub fn is_quick(filter: &PaymentFilter) -> bool {
    list::is_quick(&filter.common) && filter.provider.is_none()
}

pub fn payment_list(tx: &Tx<'_>, filter: &PaymentFilter, page: &Page<PaymentId>, mut visit: impl FnMut(&Payment)) -> Result<PageEnd<PaymentId>> {
    let mut conditions = Where::default();
    if let Some(status) = filter.status {
        conditions.and("payment.status = ?", [status.text().to_owned().into()]);
    }
    if let Some(provider) = filter.provider {
        // The index of transactions begins with the gateway, and has them in no order of ours.
        conditions.and("+payment.provider = ?", [provider.text().to_owned().into()]);
    }
    if let Some(id) = filter.customer_id {
        conditions.and("payment.customer = (SELECT row FROM customer WHERE id = ?)", [id.bytes().to_vec().into()]);
    }
    if let Some(id) = filter.invoice_id {
        conditions.and("payment.invoice = (SELECT row FROM invoice WHERE id = ?)", [id.bytes().to_vec().into()]);
    }
    let mut common = filter.common.clone();
    // A payment has no number of the vendor's own.
    let is_numbered = common.external_id.take().is_some();
    if is_numbered {
        conditions.and("0", []);
    }
    list::common_conditions(&NOUN, &common, &mut conditions);
    list::created_conditions(tx, &NOUN, &common, &mut conditions)?;
    if let Some(search) = &common.search {
        conditions.and("instr(payment.search, ?) > 0", [search.clone().into()]);
    }
    let statuses: Vec<&str> = filter.status.map_or_else(|| PaymentStatus::ALL.iter().map(|s| s.text()).collect(), |s| vec![s.text()]);
    let beyond = is_numbered || filter.provider.is_some() || filter.customer_id.is_some() || filter.invoice_id.is_some();
    let total = list::total(tx, &NOUN, &conditions, &Counted { statuses: &statuses, common: &common, beyond })?;
    let next = list::page(tx, &NOUN, conditions, page, |row| {
        let payment = map(row)?;
        visit(&payment);
        Ok(payment.id)
    })?;
    Ok(list::end(next, total))
}

/// Writes a payment; its key. One that is processing is looked at at once.
pub fn payment_insert(tx: &WriteTx<'_>, p: &Payment) -> Result<i64> {
    let sql = "INSERT INTO payment (id, created_at, updated_at, invoice, customer, currency, amount_minor, status, provider, provider_reference, \
               payment_method, attempt, failure_code, method, reference, paid_at, look_at, search) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
    let values = params![
        p.id.bytes(),
        p.created_at.ms(),
        p.updated_at.ms(),
        p.invoice_row,
        p.customer_row,
        p.amount.currency().code(),
        p.amount.minor(),
        p.status.text(),
        p.provider.text(),
        p.provider_reference,
        p.method_row,
        p.attempt,
        p.failure_code,
        p.method,
        p.reference,
        p.paid_at.map(Timestamp::ms),
        (p.status == PaymentStatus::Processing).then_some(p.created_at.ms()),
        p.search_text(),
    ];
    Ok(tx.insert(sql, values)?)
}

/// Writes what became of an intent.
pub fn payment_update(tx: &WriteTx<'_>, p: &Payment) -> Result<()> {
    let sql = "UPDATE payment SET updated_at = ?2, status = ?3, invoice = ?4, provider_reference = ?5, failure_code = ?6, paid_at = ?7, look_at = NULL, \
               search = ?8 WHERE row = ?1";
    let values =
        params![p.row, p.updated_at.ms(), p.status.text(), p.invoice_row, p.provider_reference, p.failure_code, p.paid_at.map(Timestamp::ms), p.search_text(),];
    tx.run(sql, values)?;
    Ok(())
}

/// The gateway had no answer: its next turn.
pub fn payment_look_again(tx: &WriteTx<'_>, key: i64, at: Timestamp) -> Result<()> {
    tx.run("UPDATE payment SET asked = asked + 1, look_at = ?2 WHERE row = ?1 AND status = 'processing'", params![key, at.ms()])?;
    Ok(())
}

/// The intents whose turn it is, in their order.
pub fn payments_to_look_at(tx: &Tx<'_>, now: Timestamp, limit: usize) -> Result<Vec<i64>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(tx.all("SELECT row FROM payment WHERE look_at <= ?1 ORDER BY look_at, row LIMIT ?2", params![now.ms(), limit], |r| r.get(0))?)
}

/// Whether an intent, to charge or to give back, waits for its turn now.
pub fn is_any_to_look_at(tx: &Tx<'_>, now: Timestamp) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM payment WHERE look_at <= ?1) OR EXISTS (SELECT 1 FROM gateway_refund WHERE look_at <= ?1)";
    Ok(tx.one(sql, [now.ms()], |r| r.get(0))?.unwrap_or(false))
}

/// Whether a gateway has been given this transaction before.
pub fn payment_of_transaction(tx: &Tx<'_>, provider: Provider, transaction: &str) -> Result<Option<i64>> {
    let sql = "SELECT row FROM payment WHERE provider = ?1 AND provider_reference = ?2";
    Ok(tx.one(sql, params![provider.text(), transaction], |r| r.get(0))?)
}

/// How often a method was declined before an attempt.
pub fn declined_before(tx: &Tx<'_>, method: i64, payment: i64) -> Result<u32> {
    let sql = "SELECT COUNT(*) FROM payment WHERE payment_method = ?1 AND row < ?2 AND status = 'failed'";
    Ok(tx.one(sql, [method, payment], |r| r.get(0))?.unwrap_or(0))
}

/// What is under way for a subscription, and how far the attempts at its open renewal have come.
#[derive(Clone, Copy, Debug)]
pub struct Charging {
    pub is_charging: bool,
    pub attempts: Option<Attempts>,
}

pub fn charging(tx: &Tx<'_>, subscription: i64) -> Result<Charging> {
    let ordered = tx.one("SELECT 1 FROM charge_order WHERE subscription = ?1", [subscription], |_| Ok(()))?.is_some();
    let sql = "SELECT invoice.due_at, (SELECT MAX(attempt) FROM payment WHERE payment.invoice = invoice.row), \
               (SELECT MAX(created_at) FROM payment WHERE payment.invoice = invoice.row AND attempt IS NOT NULL), \
               EXISTS (SELECT 1 FROM payment WHERE payment.invoice = invoice.row AND payment.status = 'processing') \
               FROM invoice WHERE invoice.subscription = ?1 AND invoice.status = 'open' AND invoice.billing_reason IN ('subscription_cycle', 'subscription_update') \
               ORDER BY invoice.row LIMIT 1";
    let map = |r: &Row<'_>| Ok((Attempts { due_at: row::time(r, 0)?, last: r.get(1)?, last_at: row::opt_time(r, 2)? }, r.get::<_, bool>(3)?));
    let found = tx.one(sql, [subscription], map)?;
    Ok(Charging { is_charging: ordered || found.is_some_and(|(_, is_charging)| is_charging), attempts: found.map(|(attempts, _)| attempts) })
}

const PURPOSE: &str = "order of a charge";

/// Keeps who asked for what, until the charge is decided.
pub fn charge_order_insert(tx: &WriteTx<'_>, vault: &Vault, payment: i64, subscription: Option<i64>, body: &[u8]) -> Result<()> {
    let sealed = vault.seal(PURPOSE, body, tx.entropy())?;
    tx.run("INSERT INTO charge_order (payment, subscription, body) VALUES (?1, ?2, ?3)", params![payment, subscription, sealed])?;
    Ok(())
}

/// Takes the order of a charge that is decided.
pub fn charge_order_take(tx: &WriteTx<'_>, vault: &Vault, payment: i64) -> Result<Option<Vec<u8>>> {
    let sealed: Option<Vec<u8>> = tx.one("SELECT body FROM charge_order WHERE payment = ?1", [payment], |r| r.get(0))?;
    let Some(sealed) = sealed else { return Ok(None) };
    tx.run("DELETE FROM charge_order WHERE payment = ?1", [payment])?;
    vault.unseal(PURPOSE, &sealed).map(Some)
}

/// Writes what refunds change of a payment.
pub fn payment_set_refunded(tx: &WriteTx<'_>, p: &Payment) -> Result<()> {
    let sql = "UPDATE payment SET updated_at = ?2, status = ?3, refunded_minor = ?4 WHERE row = ?1";
    tx.run(sql, params![p.row, tx.now().ms(), p.status.text(), p.amount_refunded.minor()])?;
    Ok(())
}
