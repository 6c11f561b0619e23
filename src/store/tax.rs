//! The table of tax rates.

use rusqlite::{Row, params};

use crate::domain::id::{TaxRateId, TypedId};
use crate::domain::list::{Page, PageEnd};
use crate::domain::tax::{RateTerms, TaxRate, TaxRateFilter};
use crate::domain::text::Country;
use crate::error::Result;
use crate::store::db::{Tx, WriteTx, unique};
use crate::store::list::{self, Counted, Noun, Where};
use crate::store::row;

const COLUMNS: &str = "tax_rate.row, tax_rate.id, tax_rate.created_at, tax_rate.updated_at, tax_rate.status, tax_rate.name, tax_rate.percent, \
    tax_rate.inclusive, tax_rate.country, tax_rate.metadata, tax_rate.external_id";

const NOUN: Noun = Noun { table: "tax_rate", from: "tax_rate", columns: COLUMNS };

fn map(row: &Row<'_>) -> rusqlite::Result<TaxRate> {
    Ok(TaxRate {
        row: row.get(0)?,
        id: row::id(row, 1)?,
        created_at: row::time(row, 2)?,
        updated_at: row::time(row, 3)?,
        active: row::is_active(row, 4)?,
        name: row.get(5)?,
        terms: terms(row, 6)?,
        country: row::opt_word(row, 8, |c| Country::parse(c).ok())?,
        metadata: row::encoded(row, 9)?.into_owned(),
        external_id: row.get(10)?,
    })
}

/// A rate's percentage and kind, from a column and the next one.
pub(super) fn terms(row: &Row<'_>, column: usize) -> rusqlite::Result<RateTerms> {
    Ok(RateTerms { percent: row::percent(row, column)?, inclusive: row.get(column + 1)? })
}

pub fn tax_rate_find(tx: &Tx<'_>, id: TaxRateId) -> Result<Option<TaxRate>> {
    let sql = format!("SELECT {COLUMNS} FROM tax_rate WHERE id = ?1");
    Ok(tx.one(&sql, [id.bytes()], map)?)
}

/// The active rates that can concern a customer of this country: its own and those without one.
pub fn tax_rate_list_for(tx: &Tx<'_>, country: Option<&Country>) -> Result<Vec<TaxRate>> {
    let sql = format!("SELECT {COLUMNS} FROM tax_rate WHERE status = 'active' AND (country = ?1 OR country IS NULL) ORDER BY row");
    Ok(tx.all(&sql, [country.map(Country::as_str)], map)?)
}

pub fn is_quick(filter: &TaxRateFilter) -> bool {
    list::is_quick(&filter.common)
}

pub fn tax_rate_list(tx: &Tx<'_>, filter: &TaxRateFilter, page: &Page<TaxRateId>, mut visit: impl FnMut(&TaxRate)) -> Result<PageEnd<TaxRateId>> {
    let mut conditions = Where::default();
    if let Some(active) = filter.active {
        conditions.and("tax_rate.status = ?", [row::active_word(active).to_owned().into()]);
    }
    list::common_conditions(&NOUN, &filter.common, &mut conditions);
    list::created_conditions(tx, &NOUN, &filter.common, &mut conditions)?;
    if let Some(search) = &filter.common.search {
        conditions.and("instr(tax_rate.search, ?) > 0", [search.clone().into()]);
    }
    let statuses: Vec<&str> = filter.active.map_or_else(|| vec![row::active_word(true), row::active_word(false)], |active| vec![row::active_word(active)]);
    let total = list::total(tx, &NOUN, &conditions, &Counted { statuses: &statuses, common: &filter.common, beyond: false })?;
    let next = list::page(tx, &NOUN, conditions, page, |row| {
        let rate = map(row)?;
        visit(&rate);
        Ok(rate.id)
    })?;
    Ok(list::end(next, total))
}

const UNIQUE: [(&str, &str, &str); 1] = [("tax_rate.external_id", "externalId", "A tax rate with this externalId exists already")];

pub fn tax_rate_insert(tx: &WriteTx<'_>, r: &TaxRate) -> Result<i64> {
    let sql = "INSERT INTO tax_rate (id, created_at, updated_at, status, name, percent, inclusive, country, metadata, external_id, search) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let values = params![
        r.id.bytes(),
        r.created_at.ms(),
        r.updated_at.ms(),
        row::active_word(r.active),
        r.name,
        r.terms.percent.ten_thousandths(),
        r.terms.inclusive,
        r.country.as_ref().map(Country::as_str),
        r.metadata.as_str(),
        r.external_id,
        r.search_text(),
    ];
    tx.insert(sql, values).map_err(|e| unique(e, &UNIQUE))
}

pub fn tax_rate_update(tx: &WriteTx<'_>, r: &TaxRate) -> Result<()> {
    let sql = "UPDATE tax_rate SET updated_at = ?2, status = ?3, name = ?4, percent = ?5, inclusive = ?6, country = ?7, metadata = ?8, external_id = ?9, \
               search = ?10 WHERE row = ?1";
    let values = params![
        r.row,
        r.updated_at.ms(),
        row::active_word(r.active),
        r.name,
        r.terms.percent.ten_thousandths(),
        r.terms.inclusive,
        r.country.as_ref().map(Country::as_str),
        r.metadata.as_str(),
        r.external_id,
        r.search_text(),
    ];
    tx.run(sql, values).map_err(|e| unique(e, &UNIQUE))?;
    Ok(())
}

/// Whether it stands on an invoice.
pub fn tax_rate_was_used(tx: &Tx<'_>, rate: i64) -> Result<bool> {
    Ok(tx.one("SELECT 1 FROM invoice_tax WHERE tax_rate = ?1 LIMIT 1", [rate], |_| Ok(()))?.is_some())
}

/// The invoices on which it stands, the newest first.
pub fn tax_rate_invoices(tx: &Tx<'_>, rate: i64, limit: u32) -> Result<Vec<i64>> {
    Ok(tx.all("SELECT invoice FROM invoice_tax WHERE tax_rate = ?1 ORDER BY row DESC LIMIT ?2", params![rate, limit], |r| r.get(0))?)
}

pub fn tax_rate_delete(tx: &WriteTx<'_>, rate: i64) -> Result<()> {
    tx.run("DELETE FROM tax_rate WHERE row = ?1", [rate])?;
    Ok(())
}
