//! The tables of invoices, their lines and their series.

use rusqlite::{Row, params};

use crate::domain::id::{CustomerId, InvoiceId, InvoiceLineId, TypedId};
use crate::domain::invoice::{
    AppliedRate, BillingReason, CouponUse, Finalised, Invoice, InvoiceFilter, InvoiceLine, InvoiceStatus, InvoiceTax, SubscriptionRef, Sums,
};
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::{Currency, Money};
use crate::domain::text::Country;
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::store::db::{Tx, WriteTx, unique};
use crate::store::list::{self, Counted, Noun, Where};
use crate::store::tax::terms;
use crate::store::{row, search};

const COLUMNS: &str = "invoice.row, invoice.id, invoice.created_at, invoice.updated_at, invoice.customer, customer.id, invoice.subscription, \
    subscription.id, invoice.number, invoice.billing_reason, invoice.status, invoice.currency, invoice.subtotal_minor, invoice.discount_minor, \
    invoice.tax_minor, invoice.total_minor, invoice.amount_credited_minor, invoice.balance_applied_minor, invoice.amount_paid_minor, \
    invoice.issued_at, invoice.due_at, invoice.paid_at, invoice.content, invoice.hash, invoice.replaces, invoice.replaced_by, invoice.metadata, \
    invoice.external_id, invoice.coupon_redemption, invoice.coupon_periods";

const FROM: &str = "invoice CROSS JOIN customer ON customer.row = invoice.customer LEFT JOIN subscription ON subscription.row = invoice.subscription";

const NOUN: Noun = Noun { table: "invoice", from: FROM, columns: COLUMNS };

fn map(tx: &Tx<'_>, row: &Row<'_>) -> rusqlite::Result<Invoice> {
    let currency = row::currency(row, 11)?;
    let key = row.get(0)?;
    let subscription = match row.get::<_, Option<i64>>(6)? {
        Some(key) => Some(SubscriptionRef { row: key, id: row::id(row, 7)? }),
        None => None,
    };
    let status = row::word(row, 10, InvoiceStatus::parse)?;
    let finalised = match status {
        InvoiceStatus::Draft => None,
        _ => Some(Finalised { number: row.get(8)?, issued_at: row::time(row, 19)?, content: row.get(22)?, hash: row.get(23)? }),
    };
    Ok(Invoice {
        row: key,
        id: row::id(row, 1)?,
        created_at: row::time(row, 2)?,
        updated_at: row::time(row, 3)?,
        customer_row: row.get(4)?,
        customer_id: row::id::<CustomerId>(row, 5)?,
        subscription,
        reason: row::word(row, 9, BillingReason::parse)?,
        status,
        sums: Sums {
            subtotal: row::money(row, 12, currency)?,
            discount: row::money(row, 13, currency)?,
            tax: row::money(row, 14, currency)?,
            total: row::money(row, 15, currency)?,
        },
        amount_credited: row::money(row, 16, currency)?,
        balance_applied: row::money(row, 17, currency)?,
        amount_paid: row::money(row, 18, currency)?,
        due_at: row::opt_time(row, 20)?,
        paid_at: row::opt_time(row, 21)?,
        finalised,
        replaces: row::opt_id(row, 24)?,
        replaced_by: row::opt_id(row, 25)?,
        metadata: row::encoded(row, 26)?.into_owned(),
        external_id: row.get(27)?,
        lines: if status == InvoiceStatus::Draft { draft_lines(tx, key, currency)? } else { lines(tx, key, currency)? },
        taxes: taxes(tx, key, currency)?,
        coupon_use: match row.get(28)? {
            Some(redemption) => Some(CouponUse { redemption, periods: row.get(29)? }),
            None => None,
        },
    })
}

fn lines(tx: &Tx<'_>, invoice: i64, currency: Currency) -> rusqlite::Result<Vec<InvoiceLine>> {
    let sql = "SELECT invoice_line.id, description, quantity, unit_amount_minor, amount_minor, discount_minor, tax_minor, start_at, end_at, explanation, \
               taxable, days, subscription_period.row IS NOT NULL \
               FROM invoice_line LEFT JOIN subscription_period ON subscription_period.invoice_line = invoice_line.row \
               WHERE invoice = ?1 ORDER BY invoice_line.row";
    tx.all(sql, [invoice], |r| {
        Ok(InvoiceLine {
            id: row::id(r, 0)?,
            description: r.get(1)?,
            quantity: r.get(2)?,
            unit_amount: row::money(r, 3, currency)?,
            amount: row::money(r, 4, currency)?,
            discount: row::money(r, 5, currency)?,
            tax: row::money(r, 6, currency)?,
            period: row::opt_period(r, 7, 8)?,
            explanation: r.get(9)?,
            taxable: r.get(10)?,
            days: r.get(11)?,
            is_period: r.get(12)?,
        })
    })
}

/// The lines of a draft, without what they come to.
fn draft_lines(tx: &Tx<'_>, invoice: i64, currency: Currency) -> rusqlite::Result<Vec<InvoiceLine>> {
    let sql = "SELECT id, description, quantity, unit_amount_minor, taxable FROM draft_line WHERE invoice = ?1 ORDER BY row";
    let nothing = Money::zero(currency);
    tx.all(sql, [invoice], |r| {
        Ok(InvoiceLine {
            id: row::id(r, 0)?,
            description: r.get(1)?,
            quantity: r.get(2)?,
            unit_amount: row::money(r, 3, currency)?,
            amount: nothing,
            discount: nothing,
            tax: nothing,
            period: None,
            explanation: String::new(),
            taxable: r.get(4)?,
            days: None,
            is_period: false,
        })
    })
}

fn taxes(tx: &Tx<'_>, invoice: i64, currency: Currency) -> rusqlite::Result<Vec<InvoiceTax>> {
    let sql = "SELECT invoice_tax.tax_rate, tax_rate.id, invoice_tax.name, invoice_tax.percent, invoice_tax.inclusive, invoice_tax.country, taxable_minor, \
               amount_minor FROM invoice_tax JOIN tax_rate ON tax_rate.row = invoice_tax.tax_rate WHERE invoice = ?1 ORDER BY invoice_tax.row";
    tx.all(sql, [invoice], |r| {
        let country = row::opt_word(r, 5, |c| Country::parse(c).ok())?;
        let rate = AppliedRate { row: r.get(0)?, id: row::id(r, 1)?, name: r.get(2)?, terms: terms(r, 3)?, country };
        Ok(InvoiceTax { rate, taxable: row::money(r, 6, currency)?, amount: row::money(r, 7, currency)? })
    })
}

pub fn invoice_find(tx: &Tx<'_>, id: InvoiceId) -> Result<Option<Invoice>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE invoice.id = ?1");
    Ok(tx.one(&sql, [id.bytes()], |r| map(tx, r))?)
}

pub fn invoice_at(tx: &Tx<'_>, key: i64) -> Result<Invoice> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE invoice.row = ?1");
    tx.one(&sql, [key], |r| map(tx, r))?.ok_or_else(|| Error::Internal(format!("there is no invoice {key}")))
}

/// The newest invoice's key.
pub fn invoice_greatest(tx: &Tx<'_>) -> Result<i64> {
    Ok(tx.one("SELECT MAX(row) FROM invoice", [], |r| r.get::<_, Option<i64>>(0))?.flatten().unwrap_or(0))
}

/// The invoices after one, oldest first.
pub fn invoices_since(tx: &Tx<'_>, key: i64) -> Result<Vec<Invoice>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE invoice.row > ?1 ORDER BY invoice.row");
    Ok(tx.all(&sql, [key], |r| map(tx, r))?)
}

/// A customer's drafts, oldest first.
pub fn draft_list_of(tx: &Tx<'_>, customer: i64) -> Result<Vec<Invoice>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE invoice.customer = ?1 AND invoice.status = 'draft' ORDER BY invoice.row");
    Ok(tx.all(&sql, [customer], |r| map(tx, r))?)
}

/// A subscription's open invoices, oldest first.
pub fn invoice_list_open(tx: &Tx<'_>, subscription: i64) -> Result<Vec<Invoice>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE invoice.subscription = ?1 AND invoice.status = 'open' ORDER BY invoice.row");
    Ok(tx.all(&sql, [subscription], |r| map(tx, r))?)
}

pub fn is_quick(filter: &InvoiceFilter) -> bool {
    list::is_quick(&filter.common) && filter.paid_after.is_none() && filter.overdue.is_none()
}

pub fn invoice_list(tx: &Tx<'_>, filter: &InvoiceFilter, page: &Page<InvoiceId>, mut visit: impl FnMut(&Invoice)) -> Result<PageEnd<InvoiceId>> {
    let mut conditions = Where::default();
    // What is overdue is open: another condition on the status would lead to another index.
    let is_implied = filter.status == Some(InvoiceStatus::Open) && filter.overdue.is_some_and(|(overdue, _)| overdue);
    if let Some(status) = filter.status.filter(|_| !is_implied) {
        conditions.and("invoice.status = ?", [status.text().to_owned().into()]);
    }
    if let Some(id) = filter.customer_id {
        conditions.and("invoice.customer = (SELECT row FROM customer WHERE id = ?)", [id.bytes().to_vec().into()]);
    }
    if let Some(id) = filter.subscription_id {
        conditions.and("invoice.subscription = (SELECT row FROM subscription WHERE id = ?)", [id.bytes().to_vec().into()]);
    }
    list::common_conditions(&NOUN, &filter.common, &mut conditions);
    if let Some(after) = filter.paid_after {
        conditions.and("invoice.paid_at >= ?", [after.ms().into()]);
    }
    match filter.overdue {
        // As the index on what is open and due has it.
        Some((true, now)) => conditions.and("invoice.status = 'open' AND invoice.due_at < ?", [now.ms().into()]),
        Some((false, now)) => conditions.and("NOT (invoice.status = 'open' AND invoice.due_at < ?)", [now.ms().into()]),
        None => {}
    }
    let statuses: Vec<&str> = filter.status.map_or_else(|| InvoiceStatus::ALL.iter().map(|s| s.text()).collect(), |s| vec![s.text()]);
    let beyond = filter.customer_id.is_some() || filter.subscription_id.is_some() || filter.paid_after.is_some() || filter.overdue.is_some();
    let counted = Counted { statuses: &statuses, common: &filter.common, beyond };
    let visited = |row: &Row<'_>| {
        let invoice = map(tx, row)?;
        visit(&invoice);
        Ok(invoice.id)
    };
    if let Some(search) = &filter.common.search {
        let mut found = search::find(tx, "invoice_search", search, &list::between(tx, &NOUN, &filter.common)?)?;
        list::narrow(tx, &NOUN, &mut found, &conditions, &counted)?;
        return Ok(list::end(list::page_of(tx, &NOUN, &found, page, visited)?, found.len()));
    }
    list::created_conditions(tx, &NOUN, &filter.common, &mut conditions)?;
    if filter.overdue.is_some_and(|(overdue, _)| overdue) {
        // They may lie anywhere among all the others: an index finds them, and the page is taken from what it found.
        let found = list::rows(tx, &NOUN, &conditions)?;
        return Ok(list::end(list::page_of(tx, &NOUN, &found, page, visited)?, found.len()));
    }
    let total = list::total(tx, &NOUN, &conditions, &counted)?;
    Ok(list::end(list::page(tx, &NOUN, conditions, page, visited)?, total))
}

/// Where a series stands: the last number and the head of its chain. Nothing and zeros for a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeriesHead {
    pub last_n: i64,
    pub head_hash: [u8; 32],
}

pub fn series_head(tx: &Tx<'_>, series: &str) -> Result<SeriesHead> {
    let head =
        tx.one("SELECT last_n, head_hash FROM document_series WHERE series = ?1", [series], |r| Ok(SeriesHead { last_n: r.get(0)?, head_hash: r.get(1)? }))?;
    Ok(head.unwrap_or(SeriesHead { last_n: 0, head_hash: [0; 32] }))
}

pub fn series_advance(tx: &WriteTx<'_>, series: &str, head: &SeriesHead) -> Result<()> {
    let sql = "INSERT INTO document_series (series, last_n, head_hash) VALUES (?1, ?2, ?3) \
               ON CONFLICT (series) DO UPDATE SET last_n = excluded.last_n, head_hash = excluded.head_hash";
    tx.run(sql, params![series, head.last_n, head.head_hash])?;
    Ok(())
}

/// A document at the moment of its finalising.
pub struct NewInvoice<'a> {
    pub id: InvoiceId,
    pub customer: i64,
    pub subscription: Option<i64>,
    pub series: &'a str,
    pub n: i64,
    pub number: &'a str,
    pub reason: BillingReason,
    pub sums: Sums,
    pub due_at: Timestamp,
    pub content: &'a str,
    pub previous_hash: [u8; 32],
    pub hash: [u8; 32],
    pub replaces: Option<InvoiceId>,
    pub search: &'a str,
    pub coupon_use: Option<CouponUse>,
}

pub fn invoice_insert(tx: &WriteTx<'_>, i: &NewInvoice<'_>) -> Result<i64> {
    let sql = "INSERT INTO invoice (id, created_at, updated_at, customer, subscription, series, n, number, billing_reason, status, currency, \
               subtotal_minor, discount_minor, tax_minor, total_minor, issued_at, due_at, content, previous_hash, hash, replaces, metadata, search, \
               coupon_redemption, coupon_periods) \
               VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?9, ?10, ?11, ?12, ?13, ?2, ?14, ?15, ?16, ?17, ?18, '{}', ?19, ?20, ?21)";
    let values = params![
        i.id.bytes(),
        tx.now().ms(),
        i.customer,
        i.subscription,
        i.series,
        i.n,
        i.number,
        i.reason.text(),
        i.sums.total.currency().code(),
        i.sums.subtotal.minor(),
        i.sums.discount.minor(),
        i.sums.tax.minor(),
        i.sums.total.minor(),
        i.due_at.ms(),
        i.content,
        i.previous_hash,
        i.hash,
        i.replaces.map(|id| id.bytes()),
        i.search,
        i.coupon_use.map(|u| u.redemption),
        i.coupon_use.map_or(0, |u| u.periods),
    ];
    Ok(tx.insert(sql, values)?)
}

/// Writes what a draft became, in its row.
pub fn invoice_finalise(tx: &WriteTx<'_>, row: i64, i: &NewInvoice<'_>) -> Result<()> {
    tx.run("DELETE FROM draft_line WHERE invoice = ?1", [row])?;
    let sql = "UPDATE invoice SET updated_at = ?2, status = 'open', series = ?3, n = ?4, number = ?5, subtotal_minor = ?6, discount_minor = ?7, \
               tax_minor = ?8, total_minor = ?9, issued_at = ?2, due_at = ?10, content = ?11, previous_hash = ?12, hash = ?13, search = ?14 \
               WHERE row = ?1 AND status = 'draft'";
    let values = params![
        row,
        tx.now().ms(),
        i.series,
        i.n,
        i.number,
        i.sums.subtotal.minor(),
        i.sums.discount.minor(),
        i.sums.tax.minor(),
        i.sums.total.minor(),
        i.due_at.ms(),
        i.content,
        i.previous_hash,
        i.hash,
        i.search,
    ];
    tx.run(sql, values)?;
    Ok(())
}

const UNIQUE: [(&str, &str, &str); 1] = [("invoice.external_id", "externalId", "An invoice with this externalId exists already")];

/// Inserts a draft with its lines; its key.
pub fn draft_insert(tx: &WriteTx<'_>, i: &Invoice, search: &str) -> Result<i64> {
    let sql = "INSERT INTO invoice (id, created_at, updated_at, customer, billing_reason, status, currency, subtotal_minor, discount_minor, tax_minor, \
               total_minor, due_at, metadata, external_id, search) VALUES (?1, ?2, ?2, ?3, ?4, 'draft', ?5, 0, 0, 0, 0, ?6, ?7, ?8, ?9)";
    let values = params![
        i.id.bytes(),
        i.created_at.ms(),
        i.customer_row,
        i.reason.text(),
        i.sums.total.currency().code(),
        i.due_at.map(Timestamp::ms),
        i.metadata.as_str(),
        i.external_id,
        search,
    ];
    let row = tx.insert(sql, values).map_err(|e| unique(e, &UNIQUE))?;
    draft_lines_insert(tx, row, &i.lines)?;
    Ok(row)
}

/// Writes a draft anew, lines and all.
pub fn draft_update(tx: &WriteTx<'_>, i: &Invoice) -> Result<()> {
    let sql = "UPDATE invoice SET updated_at = ?2, currency = ?3, due_at = ?4, metadata = ?5, external_id = ?6 WHERE row = ?1 AND status = 'draft'";
    let values = params![i.row, i.updated_at.ms(), i.sums.total.currency().code(), i.due_at.map(Timestamp::ms), i.metadata.as_str(), i.external_id];
    tx.run(sql, values).map_err(|e| unique(e, &UNIQUE))?;
    tx.run("DELETE FROM draft_line WHERE invoice = ?1", [i.row])?;
    draft_lines_insert(tx, i.row, &i.lines)
}

fn draft_lines_insert(tx: &WriteTx<'_>, invoice: i64, lines: &[InvoiceLine]) -> Result<()> {
    for l in lines {
        let sql = "INSERT INTO draft_line (id, invoice, description, quantity, unit_amount_minor, taxable) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        tx.insert(sql, params![l.id.bytes(), invoice, l.description, l.quantity, l.unit_amount.minor(), l.taxable])?;
    }
    Ok(())
}

/// Takes a draft away, and with it what events told of it. What was answered of it is kept as long as its customer is: a repeat of the
/// request that made it makes no other.
pub fn draft_delete(tx: &WriteTx<'_>, i: &Invoice) -> Result<()> {
    tx.run("DELETE FROM draft_line WHERE invoice = ?1", [i.row])?;
    tx.run("DELETE FROM invoice WHERE row = ?1", [i.row])?;
    tx.run("UPDATE event SET object = NULL, previous = NULL WHERE object_id = ?1", [i.id.bytes()])?;
    tx.run("UPDATE idempotency SET object_id = ?2 WHERE object_id = ?1", params![i.id.bytes(), i.customer_id.bytes()])?;
    Ok(())
}

pub struct NewLine<'a> {
    pub id: InvoiceLineId,
    pub description: &'a str,
    pub quantity: i64,
    pub unit_amount: Money,
    /// Net of discount and tax.
    pub amount: Money,
    pub discount: Money,
    pub tax: Money,
    pub explanation: &'a str,
    pub taxable: bool,
    pub days: Option<i64>,
}

pub fn line_insert(tx: &WriteTx<'_>, invoice: i64, l: &NewLine<'_>) -> Result<i64> {
    let sql = "INSERT INTO invoice_line (id, invoice, description, quantity, unit_amount_minor, amount_minor, discount_minor, tax_minor, explanation, \
               taxable, days) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let values = params![
        l.id.bytes(),
        invoice,
        l.description,
        l.quantity,
        l.unit_amount.minor(),
        l.amount.minor(),
        l.discount.minor(),
        l.tax.minor(),
        l.explanation,
        l.taxable,
        l.days,
    ];
    Ok(tx.insert(sql, values)?)
}

/// Writes what a rate takes of an invoice; its key.
pub fn tax_insert(tx: &WriteTx<'_>, invoice: i64, t: &InvoiceTax) -> Result<i64> {
    let sql = "INSERT INTO invoice_tax (invoice, tax_rate, name, percent, inclusive, country, taxable_minor, amount_minor) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let (rate, terms) = (&t.rate, t.rate.terms);
    let country = rate.country.as_ref().map(Country::as_str);
    let values = params![invoice, rate.row, rate.name, terms.percent.ten_thousandths(), terms.inclusive, country, t.taxable.minor(), t.amount.minor()];
    Ok(tx.insert(sql, values)?)
}

/// Writes what a rate takes of a line.
pub fn line_tax_insert(tx: &WriteTx<'_>, line: i64, tax: i64, amount: Money) -> Result<()> {
    tx.run("INSERT INTO invoice_line_tax (invoice_line, invoice_tax, amount_minor) VALUES (?1, ?2, ?3)", params![line, tax, amount.minor()])?;
    Ok(())
}

/// Writes what payments and voiding change of a document.
pub fn invoice_update(tx: &WriteTx<'_>, i: &Invoice) -> Result<()> {
    let voided_at = (i.status == InvoiceStatus::Void).then_some(i.updated_at.ms());
    let sql = "UPDATE invoice SET updated_at = ?2, status = ?3, amount_credited_minor = ?4, balance_applied_minor = ?5, amount_paid_minor = ?6, \
               paid_at = ?7, voided_at = ?8, replaced_by = ?9 WHERE row = ?1";
    let values = params![
        i.row,
        i.updated_at.ms(),
        i.status.text(),
        i.amount_credited.minor(),
        i.balance_applied.minor(),
        i.amount_paid.minor(),
        i.paid_at.map(Timestamp::ms),
        voided_at,
        i.replaced_by.map(|id| id.bytes()),
    ];
    tx.run(sql, values)?;
    Ok(())
}
