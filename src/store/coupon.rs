//! The tables of coupons: what each is for, and when it was redeemed.

use rusqlite::{Row, params};

use crate::domain::coupon::{Attached, Coupon, CouponCode, CouponFilter, Duration, Off, Use};
use crate::domain::id::{CouponId, ProductId, TypedId};
use crate::domain::list::{Page, PageEnd};
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::store::db::{Tx, WriteTx, unique};
use crate::store::list::{self, Counted, Noun, Where};
use crate::store::row;

const COLUMNS: &str = "coupon.row, coupon.id, coupon.created_at, coupon.updated_at, coupon.status, coupon.code, coupon.percent_off, \
    coupon.amount_off_minor, coupon.currency, coupon.duration, coupon.duration_periods, coupon.max_redemptions, coupon.redeemed, coupon.expires_at, \
    coupon.metadata, coupon.external_id";

const NOUN: Noun = Noun { table: "coupon", from: "coupon", columns: COLUMNS };

fn map(tx: &Tx<'_>, row: &Row<'_>) -> rusqlite::Result<Coupon> {
    let key = row.get(0)?;
    Ok(Coupon {
        row: key,
        id: row::id(row, 1)?,
        created_at: row::time(row, 2)?,
        updated_at: row::time(row, 3)?,
        active: row::is_active(row, 4)?,
        code: row::word(row, 5, |code| CouponCode::parse(code).ok())?,
        off: off(row, 6)?,
        duration: duration(row, 9)?,
        max_redemptions: row.get(11)?,
        redeemed: row.get(12)?,
        product_ids: tx.all(PRODUCTS, [key], |r| row::id::<ProductId>(r, 0))?,
        expires_at: row::opt_time(row, 13)?,
        metadata: row::encoded(row, 14)?.into_owned(),
        external_id: row.get(15)?,
    })
}

const PRODUCTS: &str = "SELECT product.id FROM coupon_product JOIN product ON product.row = coupon_product.product WHERE coupon = ?1 ORDER BY product.row";

/// What it takes off, from the columns of percentage, amount and currency.
fn off(row: &Row<'_>, column: usize) -> rusqlite::Result<Off> {
    match row::opt_currency(row, column + 2)? {
        Some(currency) => Ok(Off::Amount(row::money(row, column + 1, currency)?)),
        None => Ok(Off::Percent(row::percent(row, column)?)),
    }
}

/// How long it serves, from a column and the next one.
fn duration(row: &Row<'_>, column: usize) -> rusqlite::Result<Duration> {
    let periods: Option<u32> = row.get(column + 1)?;
    row::word(row, column, |text| Duration::from_fields(text, periods).ok())
}

fn one(tx: &Tx<'_>, column: &str, key: impl rusqlite::ToSql) -> Result<Option<Coupon>> {
    let sql = format!("SELECT {COLUMNS} FROM coupon WHERE {column} = ?1");
    Ok(tx.one(&sql, [key], |r| map(tx, r))?)
}

pub fn coupon_find(tx: &Tx<'_>, id: CouponId) -> Result<Option<Coupon>> {
    one(tx, "id", id.bytes())
}

pub fn coupon_of_code(tx: &Tx<'_>, code: &CouponCode) -> Result<Option<Coupon>> {
    one(tx, "code_key", code.key())
}

pub fn is_quick(filter: &CouponFilter) -> bool {
    list::is_quick(&filter.common)
}

pub fn coupon_list(tx: &Tx<'_>, filter: &CouponFilter, page: &Page<CouponId>, mut visit: impl FnMut(&Coupon)) -> Result<PageEnd<CouponId>> {
    let mut conditions = Where::default();
    if let Some(active) = filter.active {
        conditions.and("coupon.status = ?", [row::active_word(active).to_owned().into()]);
    }
    list::common_conditions(&NOUN, &filter.common, &mut conditions);
    list::created_conditions(tx, &NOUN, &filter.common, &mut conditions)?;
    if let Some(search) = &filter.common.search {
        conditions.and("instr(coupon.search, ?) > 0", [search.clone().into()]);
    }
    let statuses: Vec<&str> = filter.active.map_or_else(|| vec![row::active_word(true), row::active_word(false)], |active| vec![row::active_word(active)]);
    let total = list::total(tx, &NOUN, &conditions, &Counted { statuses: &statuses, common: &filter.common, beyond: false })?;
    let next = list::page(tx, &NOUN, conditions, page, |row| {
        let coupon = map(tx, row)?;
        visit(&coupon);
        Ok(coupon.id)
    })?;
    Ok(list::end(next, total))
}

const UNIQUE: [(&str, &str, &str); 2] = [
    ("coupon.code_key", "code", "A coupon with this code exists already"),
    ("coupon.external_id", "externalId", "A coupon with this externalId exists already"),
];

/// The columns of what a coupon takes off: percentage, amount, currency.
fn off_columns(off: Off) -> (Option<i64>, Option<i64>, Option<&'static str>) {
    match off {
        Off::Percent(percent) => (Some(percent.ten_thousandths()), None, None),
        Off::Amount(amount) => (None, Some(amount.minor()), Some(amount.currency().code())),
    }
}

pub fn coupon_insert(tx: &WriteTx<'_>, c: &Coupon) -> Result<()> {
    let sql = "INSERT INTO coupon (id, created_at, updated_at, status, code, code_key, percent_off, amount_off_minor, currency, duration, duration_periods, \
               max_redemptions, expires_at, metadata, external_id, search) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
    let (percent, amount, currency) = off_columns(c.off);
    let values = params![
        c.id.bytes(),
        c.created_at.ms(),
        c.updated_at.ms(),
        row::active_word(c.active),
        c.code.as_str(),
        c.code.key(),
        percent,
        amount,
        currency,
        c.duration.text(),
        c.duration.periods(),
        c.max_redemptions,
        c.expires_at.map(Timestamp::ms),
        c.metadata.as_str(),
        c.external_id,
        c.search_text(),
    ];
    let key = tx.insert(sql, values).map_err(|e| unique(e, &UNIQUE))?;
    insert_products(tx, key, &c.product_ids)
}

fn insert_products(tx: &WriteTx<'_>, coupon: i64, products: &[ProductId]) -> Result<()> {
    for id in products {
        tx.run("INSERT INTO coupon_product (coupon, product) SELECT ?1, row FROM product WHERE id = ?2", params![coupon, id.bytes()])?;
    }
    Ok(())
}

pub fn coupon_update(tx: &WriteTx<'_>, c: &Coupon) -> Result<()> {
    let sql = "UPDATE coupon SET updated_at = ?2, status = ?3, code = ?4, code_key = ?5, percent_off = ?6, amount_off_minor = ?7, currency = ?8, \
               duration = ?9, duration_periods = ?10, max_redemptions = ?11, expires_at = ?12, metadata = ?13, external_id = ?14, search = ?15 WHERE row = ?1";
    let (percent, amount, currency) = off_columns(c.off);
    let values = params![
        c.row,
        c.updated_at.ms(),
        row::active_word(c.active),
        c.code.as_str(),
        c.code.key(),
        percent,
        amount,
        currency,
        c.duration.text(),
        c.duration.periods(),
        c.max_redemptions,
        c.expires_at.map(Timestamp::ms),
        c.metadata.as_str(),
        c.external_id,
        c.search_text(),
    ];
    tx.run(sql, values).map_err(|e| unique(e, &UNIQUE))?;
    tx.run("DELETE FROM coupon_product WHERE coupon = ?1", [c.row])?;
    insert_products(tx, c.row, &c.product_ids)
}

pub fn coupon_delete(tx: &WriteTx<'_>, coupon: i64) -> Result<()> {
    tx.run("DELETE FROM coupon_product WHERE coupon = ?1", [coupon])?;
    tx.run("DELETE FROM coupon WHERE row = ?1", [coupon])?;
    Ok(())
}

/// Counts a redemption, and writes for what it was: its key.
pub fn coupon_redeem(tx: &WriteTx<'_>, coupon: i64, subscription: i64) -> Result<i64> {
    tx.run("UPDATE coupon SET redeemed = redeemed + 1 WHERE row = ?1", [coupon])?;
    let sql = "INSERT INTO coupon_redemption (created_at, coupon, subscription) VALUES (?1, ?2, ?3)";
    Ok(tx.insert(sql, params![tx.now().ms(), coupon, subscription])?)
}

/// When a coupon was redeemed, the newest first, before the redemption `before`.
pub fn coupon_uses(tx: &Tx<'_>, coupon: i64, before: i64, limit: u32) -> Result<Vec<Use>> {
    let sql = "SELECT coupon_redemption.row, coupon_redemption.created_at, coupon_redemption.used, subscription.id, customer.id, product.name, \
               subscription.coupon_redemption IS coupon_redemption.row FROM coupon_redemption \
               CROSS JOIN subscription ON subscription.row = coupon_redemption.subscription CROSS JOIN customer ON customer.row = subscription.customer \
               CROSS JOIN product ON product.row = subscription.product \
               WHERE coupon_redemption.coupon = ?1 AND coupon_redemption.row < ?2 ORDER BY coupon_redemption.row DESC LIMIT ?3";
    Ok(tx.all(sql, params![coupon, before, limit], |r| {
        Ok(Use {
            row: r.get(0)?,
            at: row::time(r, 1)?,
            periods: r.get(2)?,
            subscription_id: row::id(r, 3)?,
            customer_id: row::id(r, 4)?,
            product_name: r.get(5)?,
            attached: r.get(6)?,
        })
    })?)
}

/// The coupon of a redemption, as far as it has served by now.
pub fn redemption_at(tx: &Tx<'_>, redemption: i64) -> Result<Attached> {
    let sql = "SELECT coupon.code, coupon.percent_off, coupon.amount_off_minor, coupon.currency, coupon.duration, coupon.duration_periods, \
               coupon_redemption.used FROM coupon_redemption JOIN coupon ON coupon.row = coupon_redemption.coupon WHERE coupon_redemption.row = ?1";
    let attached = tx.one(sql, [redemption], |r| Ok(Attached { redemption, code: r.get(0)?, off: off(r, 1)?, duration: duration(r, 4)?, used: r.get(6)? }))?;
    attached.ok_or_else(|| Error::Internal(format!("there is no redemption {redemption}")))
}

/// Writes for how many periods a redemption has served.
pub fn redemption_set_used(tx: &WriteTx<'_>, redemption: i64, used: u32) -> Result<()> {
    tx.run("UPDATE coupon_redemption SET used = ?2 WHERE row = ?1", params![redemption, used])?;
    Ok(())
}

/// Whether a coupon names this product.
pub fn product_has_coupon(tx: &Tx<'_>, product: i64) -> Result<bool> {
    Ok(tx.one("SELECT 1 FROM coupon_product WHERE product = ?1 LIMIT 1", [product], |_| Ok(()))?.is_some())
}
