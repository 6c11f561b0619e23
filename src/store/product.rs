//! The tables of products and prices.

use rusqlite::{Row, params};

use crate::domain::id::{PriceId, ProductId, TypedId};
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::Money;
use crate::domain::product::{Price, Product, ProductFilter};
use crate::error::{Error, Result};
use crate::store::db::{Tx, WriteTx, unique};
use crate::store::list::{self, Counted, Noun, Where};
use crate::store::row;

const COLUMNS: &str = "product.row, product.id, product.created_at, product.updated_at, product.status, product.name, product.description, \
    product.setup_fee_minor, product.max_connections, product.metadata, product.external_id, product.taxable, product.trial_days";

const NOUN: Noun = Noun { table: "product", from: "product", columns: COLUMNS };

fn status(active: bool) -> &'static str {
    if active { "active" } else { "archived" }
}

fn map(tx: &Tx<'_>, row: &Row<'_>) -> rusqlite::Result<Product> {
    let key = row.get(0)?;
    let prices = prices(tx, key)?;
    let currency = prices.first().ok_or(rusqlite::Error::QueryReturnedNoRows)?.amount.currency();
    Ok(Product {
        row: key,
        id: row::id(row, 1)?,
        created_at: row::time(row, 2)?,
        updated_at: row::time(row, 3)?,
        active: row::text(row, 4)? == "active",
        name: row.get(5)?,
        description: row.get(6)?,
        setup_fee: row::money(row, 7, currency)?,
        max_connections: row.get(8)?,
        metadata: row::encoded(row, 9)?.into_owned(),
        external_id: row.get(10)?,
        taxable: row.get(11)?,
        trial_days: row.get(12)?,
        prices,
    })
}

fn prices(tx: &Tx<'_>, product: i64) -> rusqlite::Result<Vec<Price>> {
    let sql = "SELECT row, id, currency, amount_minor, interval_unit, interval_count, active FROM price WHERE product = ?1 ORDER BY row";
    tx.all(sql, [product], |r| {
        let currency = row::currency(r, 2)?;
        Ok(Price { row: r.get(0)?, id: row::id(r, 1)?, amount: Money::new(r.get(3)?, currency), interval: row::interval(r, 4)?, active: r.get(6)? })
    })
}

pub fn product_find(tx: &Tx<'_>, id: ProductId) -> Result<Option<Product>> {
    let sql = format!("SELECT {COLUMNS} FROM product WHERE id = ?1");
    Ok(tx.one(&sql, [id.bytes()], |r| map(tx, r))?)
}

/// The product that has this price.
pub fn product_of_price(tx: &Tx<'_>, price: PriceId) -> Result<Option<Product>> {
    let sql = format!("SELECT {COLUMNS} FROM product WHERE row = (SELECT product FROM price WHERE id = ?1)");
    Ok(tx.one(&sql, [price.bytes()], |r| map(tx, r))?)
}

pub fn is_quick(filter: &ProductFilter) -> bool {
    list::is_quick(&filter.common)
}

pub fn product_list(tx: &Tx<'_>, filter: &ProductFilter, page: &Page<ProductId>, mut visit: impl FnMut(&Product)) -> Result<PageEnd<ProductId>> {
    let mut conditions = Where::default();
    if let Some(active) = filter.active {
        conditions.and("product.status = ?", [status(active).to_owned().into()]);
    }
    list::common_conditions(&NOUN, &filter.common, &mut conditions);
    list::created_conditions(tx, &NOUN, &filter.common, &mut conditions)?;
    if let Some(search) = &filter.common.search {
        conditions.and("instr(product.search, ?) > 0", [search.clone().into()]);
    }
    let statuses: Vec<&str> = filter.active.map_or_else(|| vec![status(true), status(false)], |active| vec![status(active)]);
    let total = list::total(tx, &NOUN, &conditions, &Counted { statuses: &statuses, common: &filter.common, beyond: false })?;
    let next = list::page(tx, &NOUN, conditions, page, |row| {
        let product = map(tx, row)?;
        visit(&product);
        Ok(product.id)
    })?;
    Ok(list::end(next, total))
}

const UNIQUE: [(&str, &str, &str); 1] = [("product.external_id", "externalId", "A product with this externalId exists already")];

/// Inserts the product and its prices, the default one first.
pub fn product_insert(tx: &WriteTx<'_>, p: &Product) -> Result<()> {
    let sql = "INSERT INTO product (id, created_at, updated_at, status, name, description, setup_fee_minor, max_connections, metadata, external_id, search, \
               taxable, trial_days) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    let values = params![
        p.id.bytes(),
        p.created_at.ms(),
        p.updated_at.ms(),
        status(p.active),
        p.name,
        p.description,
        p.setup_fee.minor(),
        p.max_connections,
        p.metadata.as_str(),
        p.external_id,
        p.search_text(),
        p.taxable,
        p.trial_days,
    ];
    let product = tx.insert(sql, values).map_err(|e| unique(e, &UNIQUE))?;
    p.prices.iter().try_for_each(|price| price_insert(tx, product, price))
}

/// A product's key, where there is such a product.
pub fn product_row(tx: &Tx<'_>, id: ProductId) -> Result<Option<i64>> {
    Ok(tx.one("SELECT row FROM product WHERE id = ?1", [id.bytes()], |r| r.get(0))?)
}

/// What a price costs now.
pub fn price_amount(tx: &Tx<'_>, price: i64) -> Result<Money> {
    let sql = "SELECT currency, amount_minor FROM price WHERE row = ?1";
    let amount = tx.one(sql, [price], |r| row::money(r, 1, row::currency(r, 0)?))?;
    amount.ok_or_else(|| Error::Internal(format!("there is no price {price}")))
}

/// What a product takes once at the beginning, in its default price's currency.
pub fn setup_fee(tx: &Tx<'_>, product: i64) -> Result<Money> {
    let sql = "SELECT price.currency, product.setup_fee_minor FROM product JOIN price ON price.product = product.row WHERE product.row = ?1 ORDER BY price.row LIMIT 1";
    let fee = tx.one(sql, [product], |r| row::money(r, 1, row::currency(r, 0)?))?;
    fee.ok_or_else(|| Error::Internal(format!("there is no product {product}")))
}

pub fn price_insert(tx: &WriteTx<'_>, product: i64, p: &Price) -> Result<()> {
    let sql = "INSERT INTO price (id, product, currency, amount_minor, interval_unit, interval_count, active) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    tx.insert(sql, params![p.id.bytes(), product, p.amount.currency().code(), p.amount.minor(), p.interval.unit.text(), p.interval.count, p.active])?;
    Ok(())
}

pub fn price_update(tx: &WriteTx<'_>, p: &Price) -> Result<()> {
    tx.run("UPDATE price SET amount_minor = ?2, active = ?3 WHERE row = ?1", params![p.row, p.amount.minor(), p.active])?;
    Ok(())
}

pub fn product_update(tx: &WriteTx<'_>, p: &Product) -> Result<()> {
    let sql = "UPDATE product SET updated_at = ?2, status = ?3, name = ?4, description = ?5, setup_fee_minor = ?6, max_connections = ?7, metadata = ?8, \
               external_id = ?9, search = ?10, taxable = ?11, trial_days = ?12 WHERE row = ?1";
    let values = params![
        p.row,
        p.updated_at.ms(),
        status(p.active),
        p.name,
        p.description,
        p.setup_fee.minor(),
        p.max_connections,
        p.metadata.as_str(),
        p.external_id,
        p.search_text(),
        p.taxable,
        p.trial_days,
    ];
    tx.run(sql, values).map_err(|e| unique(e, &UNIQUE))?;
    Ok(())
}

pub fn product_was_sold(tx: &Tx<'_>, product: i64) -> Result<bool> {
    Ok(tx.one("SELECT 1 FROM subscription WHERE product = ?1 LIMIT 1", [product], |_| Ok(()))?.is_some())
}

pub fn product_delete(tx: &WriteTx<'_>, product: i64) -> Result<()> {
    tx.run("DELETE FROM price WHERE product = ?1", [product])?;
    tx.run("DELETE FROM subscription_total_by_product WHERE product = ?1", [product])?;
    tx.run("DELETE FROM product WHERE row = ?1", [product])?;
    Ok(())
}
