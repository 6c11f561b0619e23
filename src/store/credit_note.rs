//! The tables of credit notes, and what of an invoice they have credited.

use rusqlite::{Row, params};

use crate::domain::credit_note::{CreditNote, CreditNoteFilter, CreditNoteLine, CreditNoteTax, Destination, Part};
use crate::domain::id::{CreditNoteId, TypedId};
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::{Currency, Money};
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::store::db::{Tx, WriteTx};
use crate::store::list::{self, Counted, Noun, Where};
use crate::store::row;

const COLUMNS: &str = "credit_note.row, credit_note.id, credit_note.created_at, credit_note.updated_at, invoice.id, invoice.number, customer.id, \
    credit_note.number, credit_note.currency, credit_note.subtotal_minor, credit_note.tax_minor, credit_note.amount_minor, credit_note.to_due_minor, \
    credit_note.to_balance_minor, credit_note.to_refund_minor, credit_note.destination, credit_note.reason, credit_note.content, credit_note.hash, \
    credit_note.metadata, credit_note.external_id";

const FROM: &str = "credit_note CROSS JOIN invoice ON invoice.row = credit_note.invoice CROSS JOIN customer ON customer.row = credit_note.customer";

const NOUN: Noun = Noun { table: "credit_note", from: FROM, columns: COLUMNS };

fn map(tx: &Tx<'_>, row: &Row<'_>) -> rusqlite::Result<CreditNote> {
    let (key, currency) = (row.get(0)?, row::currency(row, 8)?);
    Ok(CreditNote {
        row: key,
        id: row::id(row, 1)?,
        created_at: row::time(row, 2)?,
        updated_at: row::time(row, 3)?,
        invoice_id: row::id(row, 4)?,
        invoice_number: row.get(5)?,
        customer_id: row::id(row, 6)?,
        number: row.get(7)?,
        subtotal: row::money(row, 9, currency)?,
        tax: row::money(row, 10, currency)?,
        amount: row::money(row, 11, currency)?,
        to_due: row::money(row, 12, currency)?,
        to_balance: row::money(row, 13, currency)?,
        to_refund: row::money(row, 14, currency)?,
        destination: row::word(row, 15, Destination::parse)?,
        reason: row.get(16)?,
        content: row.get(17)?,
        hash: row.get(18)?,
        metadata: row::encoded(row, 19)?.into_owned(),
        external_id: row.get(20)?,
        lines: lines(tx, key, currency)?,
        taxes: taxes(tx, key, currency)?,
    })
}

fn lines(tx: &Tx<'_>, note: i64, currency: Currency) -> rusqlite::Result<Vec<CreditNoteLine>> {
    let sql = "SELECT invoice_line.id, invoice_line.description, credit_note_line.amount_minor, credit_note_line.tax_minor, credit_note_line.explanation \
               FROM credit_note_line JOIN invoice_line ON invoice_line.row = credit_note_line.invoice_line \
               WHERE credit_note = ?1 ORDER BY credit_note_line.row";
    tx.all(sql, [note], |r| {
        let (amount, tax) = (row::money(r, 2, currency)?, row::money(r, 3, currency)?);
        Ok(CreditNoteLine { line_id: row::id(r, 0)?, description: r.get(1)?, amount, tax, explanation: r.get(4)? })
    })
}

fn taxes(tx: &Tx<'_>, note: i64, currency: Currency) -> rusqlite::Result<Vec<CreditNoteTax>> {
    let sql = "SELECT tax_rate.id, invoice_tax.name, SUM(credit_note_line_tax.amount_minor) FROM credit_note_line \
               JOIN credit_note_line_tax ON credit_note_line_tax.credit_note_line = credit_note_line.row \
               JOIN invoice_tax ON invoice_tax.row = credit_note_line_tax.invoice_tax JOIN tax_rate ON tax_rate.row = invoice_tax.tax_rate \
               WHERE credit_note_line.credit_note = ?1 GROUP BY invoice_tax.row ORDER BY invoice_tax.row";
    tx.all(sql, [note], |r| Ok(CreditNoteTax { rate_id: row::id(r, 0)?, name: r.get(1)?, amount: row::money(r, 2, currency)? }))
}

pub fn credit_note_find(tx: &Tx<'_>, id: CreditNoteId) -> Result<Option<CreditNote>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE credit_note.id = ?1");
    Ok(tx.one(&sql, [id.bytes()], |r| map(tx, r))?)
}

pub fn credit_note_at(tx: &Tx<'_>, key: i64) -> Result<CreditNote> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE credit_note.row = ?1");
    tx.one(&sql, [key], |r| map(tx, r))?.ok_or_else(|| Error::Internal(format!("there is no credit note {key}")))
}

/// The newest note's key.
pub fn credit_note_greatest(tx: &Tx<'_>) -> Result<i64> {
    Ok(tx.one("SELECT MAX(row) FROM credit_note", [], |r| r.get::<_, Option<i64>>(0))?.flatten().unwrap_or(0))
}

/// The notes after one, oldest first.
pub fn credit_notes_since(tx: &Tx<'_>, key: i64) -> Result<Vec<CreditNote>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE credit_note.row > ?1 ORDER BY credit_note.row");
    Ok(tx.all(&sql, [key], |r| map(tx, r))?)
}

/// An invoice's notes, oldest first.
pub fn credit_note_list_of(tx: &Tx<'_>, invoice: i64) -> Result<Vec<CreditNote>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE credit_note.invoice = ?1 ORDER BY credit_note.row");
    Ok(tx.all(&sql, [invoice], |r| map(tx, r))?)
}

pub fn is_quick(filter: &CreditNoteFilter) -> bool {
    list::is_quick(&filter.common)
}

pub fn credit_note_list(
    tx: &Tx<'_>,
    filter: &CreditNoteFilter,
    page: &Page<CreditNoteId>,
    mut visit: impl FnMut(&CreditNote),
) -> Result<PageEnd<CreditNoteId>> {
    let mut conditions = Where::default();
    if let Some(id) = filter.customer_id {
        conditions.and("credit_note.customer = (SELECT row FROM customer WHERE id = ?)", [id.bytes().to_vec().into()]);
    }
    if let Some(id) = filter.invoice_id {
        conditions.and("credit_note.invoice = (SELECT row FROM invoice WHERE id = ?)", [id.bytes().to_vec().into()]);
    }
    list::common_conditions(&NOUN, &filter.common, &mut conditions);
    list::created_conditions(tx, &NOUN, &filter.common, &mut conditions)?;
    if let Some(search) = &filter.common.search {
        conditions.and("instr(credit_note.search, ?) > 0", [search.clone().into()]);
    }
    let beyond = filter.customer_id.is_some() || filter.invoice_id.is_some();
    let total = list::total(tx, &NOUN, &conditions, &Counted { statuses: &["issued"], common: &filter.common, beyond })?;
    let next = list::page(tx, &NOUN, conditions, page, |row| {
        let note = map(tx, row)?;
        visit(&note);
        Ok(note.id)
    })?;
    Ok(list::end(next, total))
}

/// What an invoice has to credit, and what was credited of it, by the keys of its lines and rates.
#[derive(Clone, Debug)]
pub struct Credits {
    pub lines: Vec<i64>,
    pub rates: Vec<i64>,
    /// The net of each line.
    pub nets: Vec<Part>,
    /// Of each rate, of each line.
    pub cells: Vec<Part>,
    /// What was refunded.
    pub refunded: Money,
    /// From when on each line's time was credited, where it was.
    pub credited_from: Vec<Option<Timestamp>>,
}

pub fn credits_of(tx: &Tx<'_>, invoice: i64, currency: Currency) -> Result<Credits> {
    let sql = "SELECT row, amount_minor, (SELECT COALESCE(SUM(amount_minor), 0) FROM credit_note_line WHERE invoice_line = invoice_line.row), \
               (SELECT MIN(credited_from) FROM credit_note_line WHERE invoice_line = invoice_line.row) FROM invoice_line WHERE invoice = ?1 ORDER BY row";
    let rows = tx.all(sql, [invoice], |r| {
        Ok((r.get::<_, i64>(0)?, Part { invoiced: row::money(r, 1, currency)?, credited: row::money(r, 2, currency)? }, row::opt_time(r, 3)?))
    })?;
    let rates: Vec<i64> = tx.all("SELECT row FROM invoice_tax WHERE invoice = ?1 ORDER BY row", [invoice], |r| r.get(0))?;
    let mut cells = Vec::with_capacity(rates.len() * rows.len());
    for rate in &rates {
        for (line, ..) in &rows {
            let sql = "SELECT COALESCE((SELECT amount_minor FROM invoice_line_tax WHERE invoice_line = ?1 AND invoice_tax = ?2), 0), \
                       COALESCE((SELECT SUM(credit_note_line_tax.amount_minor) FROM credit_note_line JOIN credit_note_line_tax \
                       ON credit_note_line_tax.credit_note_line = credit_note_line.row WHERE credit_note_line.invoice_line = ?1 AND invoice_tax = ?2), 0)";
            let part = tx.one(sql, [line, rate], |r| Ok(Part { invoiced: row::money(r, 0, currency)?, credited: row::money(r, 1, currency)? }))?;
            cells.push(part.ok_or_else(|| Error::Internal("a sum has a row".into()))?);
        }
    }
    let refunded = tx.one("SELECT COALESCE(SUM(to_refund_minor), 0) FROM credit_note WHERE invoice = ?1", [invoice], |r| row::money(r, 0, currency))?;
    Ok(Credits {
        lines: rows.iter().map(|(line, ..)| *line).collect(),
        nets: rows.iter().map(|(_, net, _)| *net).collect(),
        credited_from: rows.iter().map(|(_, _, from)| *from).collect(),
        rates,
        cells,
        refunded: refunded.unwrap_or(Money::zero(currency)),
    })
}

/// What an invoice's notes come to.
#[derive(Clone, Copy, Debug)]
pub struct CreditedSums {
    pub net: Money,
    pub tax: Money,
    /// What went to the balance or back, beside the due.
    pub given: Money,
}

pub fn credited_sums(tx: &Tx<'_>, invoice: i64, currency: Currency) -> Result<CreditedSums> {
    let sql = "SELECT COALESCE(SUM(subtotal_minor), 0), COALESCE(SUM(tax_minor), 0), COALESCE(SUM(to_balance_minor + to_refund_minor), 0) \
               FROM credit_note WHERE invoice = ?1";
    let map = |r: &Row<'_>| Ok(CreditedSums { net: row::money(r, 0, currency)?, tax: row::money(r, 1, currency)?, given: row::money(r, 2, currency)? });
    let zero = Money::zero(currency);
    Ok(tx.one(sql, [invoice], map)?.unwrap_or(CreditedSums { net: zero, tax: zero, given: zero }))
}

/// What of each line's net was credited by notes that lowered the due, in order.
pub fn credited_of_due(tx: &Tx<'_>, invoice: i64, currency: Currency) -> Result<Vec<Money>> {
    let sql = "SELECT (SELECT COALESCE(SUM(credit_note_line.amount_minor), 0) FROM credit_note_line \
               JOIN credit_note ON credit_note.row = credit_note_line.credit_note \
               WHERE credit_note_line.invoice_line = invoice_line.row AND credit_note.to_due_minor > 0) FROM invoice_line WHERE invoice = ?1 ORDER BY row";
    Ok(tx.all(sql, [invoice], |r| row::money(r, 0, currency))?)
}

/// A note at the moment of its finalising.
pub struct NewCreditNote<'a> {
    pub id: CreditNoteId,
    pub invoice: i64,
    pub customer: i64,
    pub series: &'a str,
    pub n: i64,
    pub number: &'a str,
    pub subtotal: Money,
    pub tax: Money,
    pub amount: Money,
    pub to_due: Money,
    pub to_balance: Money,
    pub to_refund: Money,
    pub destination: Destination,
    pub reason: Option<&'a str>,
    pub content: &'a str,
    pub previous_hash: [u8; 32],
    pub hash: [u8; 32],
    pub search: &'a str,
}

pub fn credit_note_insert(tx: &WriteTx<'_>, n: &NewCreditNote<'_>) -> Result<i64> {
    let sql = "INSERT INTO credit_note (id, created_at, updated_at, invoice, customer, series, n, number, status, currency, subtotal_minor, tax_minor, \
               amount_minor, to_due_minor, to_balance_minor, to_refund_minor, destination, reason, content, previous_hash, hash, metadata, search) \
               VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, 'issued', ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, '{}', ?20)";
    let values = params![
        n.id.bytes(),
        tx.now().ms(),
        n.invoice,
        n.customer,
        n.series,
        n.n,
        n.number,
        n.amount.currency().code(),
        n.subtotal.minor(),
        n.tax.minor(),
        n.amount.minor(),
        n.to_due.minor(),
        n.to_balance.minor(),
        n.to_refund.minor(),
        n.destination.text(),
        n.reason,
        n.content,
        n.previous_hash,
        n.hash,
        n.search,
    ];
    Ok(tx.insert(sql, values)?)
}

pub struct NewCreditNoteLine<'a> {
    pub invoice_line: i64,
    pub amount: Money,
    pub tax: Money,
    pub explanation: Option<&'a str>,
    pub credited_from: Option<Timestamp>,
    /// By the keys of the invoice's rates.
    pub taxes: &'a [(i64, Money)],
}

pub fn credit_note_line_insert(tx: &WriteTx<'_>, note: i64, l: &NewCreditNoteLine<'_>) -> Result<()> {
    let sql = "INSERT INTO credit_note_line (credit_note, invoice_line, amount_minor, tax_minor, explanation, credited_from) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![note, l.invoice_line, l.amount.minor(), l.tax.minor(), l.explanation, l.credited_from.map(Timestamp::ms)];
    let line = tx.insert(sql, values)?;
    for (rate, amount) in l.taxes.iter().filter(|(_, amount)| amount.is_positive()) {
        let sql = "INSERT INTO credit_note_line_tax (credit_note_line, invoice_tax, amount_minor) VALUES (?1, ?2, ?3)";
        tx.run(sql, params![line, rate, amount.minor()])?;
    }
    Ok(())
}
