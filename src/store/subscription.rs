//! The tables of subscriptions, their runs and their periods.

use rusqlite::{Row, params};

use crate::domain::coupon::CouponCode;
use crate::domain::id::{InvoiceId, ProductId, SubscriptionId, TypedId};
use crate::domain::invoice::PeriodPlan;
use crate::domain::list::{Page, PageEnd};
use crate::domain::payment_method::PaymentMethodRef;
use crate::domain::subscription::{
    Collection, NextPeriod, Pause, PendingChange, PeriodRow, Run, Subscription, SubscriptionCoupon, SubscriptionFilter, SubscriptionStatus,
};
use crate::domain::time::{Anchor, Period, Timestamp, local_text, parse_local};
use crate::error::{Error, Result};
use crate::store::db::{Tx, WriteTx, unique};
use crate::store::list::{self, Counted, Noun, Where};
use crate::store::rows::Rows;
use crate::store::{row, search};

const COLUMNS: &str = "subscription.row, subscription.id, subscription.created_at, subscription.updated_at, subscription.customer, customer.id, \
    subscription.product, product.id, product.name, subscription.price, price.id, subscription.quantity, subscription.currency, \
    subscription.unit_amount_minor, subscription.interval_unit, subscription.interval_count, subscription.status, \
    subscription.current_period_start, subscription.current_period_end, subscription.cancel_at_period_end, subscription.cancelled_at, \
    subscription.cancel_reason, subscription.ended_at, subscription.auto_renew, subscription.max_connections, subscription.zone, \
    subscription.run, subscription.latest_invoice, subscription.metadata, subscription.external_id, subscription_run.anchor, subscription_run.zone, \
    subscription.trial_end, subscription.state_until, subscription.paused_at, subscription.paused_from, subscription.parked, \
    subscription.renewal_waived_at, product.taxable, subscription.coupon_redemption, coupon.code, \
    subscription.pending_at, subscription.pending_quantity, subscription.pending_price, pending_price.id, pending_product.id, \
    subscription.collection, subscription.payment_method, payment_method.id, subscription.start_at, subscription.ends_at, subscription.trial_told";

// CROSS JOIN keeps the planner to this order: subscriptions first, then one look-up in each of the others.
const FROM: &str = "subscription CROSS JOIN customer ON customer.row = subscription.customer CROSS JOIN product ON product.row = subscription.product \
    CROSS JOIN price ON price.row = subscription.price \
    LEFT JOIN subscription_run ON subscription_run.subscription = subscription.row AND subscription_run.run = subscription.run \
    LEFT JOIN coupon_redemption ON coupon_redemption.row = subscription.coupon_redemption LEFT JOIN coupon ON coupon.row = coupon_redemption.coupon \
    LEFT JOIN price AS pending_price ON pending_price.row = subscription.pending_price \
    LEFT JOIN product AS pending_product ON pending_product.row = pending_price.product \
    LEFT JOIN payment_method ON payment_method.row = subscription.payment_method";

const NOUN: Noun = Noun { table: "subscription", from: FROM, columns: COLUMNS };

fn map(row: &Row<'_>) -> rusqlite::Result<Subscription> {
    let currency = row::currency(row, 12)?;
    let run: Option<u32> = row.get(26)?;
    let run = match run {
        Some(number) => {
            let local = row::word(row, 30, parse_local)?;
            Some(Run { number, anchor: Anchor { local, zone: row::zone(row, 31)? } })
        }
        None => None,
    };
    Ok(Subscription {
        row: row.get(0)?,
        id: row::id(row, 1)?,
        created_at: row::time(row, 2)?,
        updated_at: row::time(row, 3)?,
        customer_row: row.get(4)?,
        customer_id: row::id(row, 5)?,
        product_row: row.get(6)?,
        product_id: row::id(row, 7)?,
        product_name: row.get(8)?,
        price_row: row.get(9)?,
        price_id: row::id(row, 10)?,
        quantity: row.get(11)?,
        unit_amount: row::money(row, 13, currency)?,
        interval: row::interval(row, 14)?,
        status: row::word(row, 16, SubscriptionStatus::parse)?,
        current_period: row::opt_period(row, 17, 18)?,
        cancel_at_period_end: row.get(19)?,
        cancelled_at: row::opt_time(row, 20)?,
        cancel_reason: row.get(21)?,
        ended_at: row::opt_time(row, 22)?,
        auto_renew: row.get(23)?,
        max_connections: row.get(24)?,
        zone: row::zone(row, 25)?,
        run,
        latest_invoice_id: row::opt_id(row, 27)?,
        metadata: row::encoded(row, 28)?.into_owned(),
        external_id: row.get(29)?,
        trial_end: row::opt_time(row, 32)?,
        start_at: row::opt_time(row, 49)?,
        ends_at: row::opt_time(row, 50)?,
        trial_told: row.get(51)?,
        state_until: row::opt_time(row, 33)?,
        pause: match row::opt_time(row, 34)? {
            Some(at) => Some(Pause { at, from: row::word(row, 35, SubscriptionStatus::parse)? }),
            None => None,
        },
        parked: row.get(36)?,
        renewal_waived_at: row::opt_time(row, 37)?,
        taxable: row.get(38)?,
        coupon: match row.get::<_, Option<i64>>(39)? {
            Some(redemption) => Some(SubscriptionCoupon { redemption, code: row::word(row, 40, |code| CouponCode::parse(code).ok())? }),
            None => None,
        },
        pending_change: match row::opt_time(row, 41)? {
            Some(at) => Some(PendingChange { at, quantity: row.get(42)?, price_row: row.get(43)?, price_id: row::id(row, 44)?, product_id: row::id(row, 45)? }),
            None => None,
        },
        collection: row::word(row, 46, Collection::parse)?,
        payment_method: match row.get::<_, Option<i64>>(47)? {
            Some(key) => Some(PaymentMethodRef { row: key, id: row::id(row, 48)? }),
            None => None,
        },
    })
}

pub fn subscription_find(tx: &Tx<'_>, id: SubscriptionId) -> Result<Option<Subscription>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE subscription.id = ?1");
    Ok(tx.one(&sql, [id.bytes()], map)?)
}

pub fn subscription_at(tx: &Tx<'_>, key: i64) -> Result<Subscription> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE subscription.row = ?1");
    tx.one(&sql, [key], map)?.ok_or_else(|| Error::Internal(format!("there is no subscription {key}")))
}

/// The subscriptions whose access ends first from `now` on, the soonest first: what is paid, a trial, or grace.
pub fn subscription_list_ending(tx: &Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<Subscription>> {
    let mut found = Vec::new();
    // Each by an index of its own.
    for (status, end) in [("active", "current_period_end"), ("trialing", "current_period_end"), ("past_due", "state_until")] {
        let sql = format!(
            "SELECT {COLUMNS} FROM {FROM} WHERE subscription.status = '{status}' AND subscription.{end} >= ?1 \
             ORDER BY subscription.{end}, subscription.row LIMIT ?2"
        );
        found.extend(tx.all(&sql, params![now.ms(), limit], map)?);
    }
    found.sort_by_key(|s| (s.access_until(), s.row));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Whether an index and counters answer the filter.
pub fn is_quick(filter: &SubscriptionFilter) -> bool {
    list::is_quick(&filter.common) && filter.statuses.len() <= 1 && filter.current_period_end_before.is_none()
}

/// Visits a page of subscriptions.
pub fn subscription_list(
    tx: &Tx<'_>,
    filter: &SubscriptionFilter,
    page: &Page<SubscriptionId>,
    mut visit: impl FnMut(&Subscription) -> Result<()>,
) -> Result<PageEnd<SubscriptionId>> {
    let mut conditions = narrowed(filter);
    // By an index, whose rows are in no order; the index begins with the status, so all are named where none is.
    let mut by_index = conditions.clone();
    if let Some(before) = filter.current_period_end_before {
        if filter.statuses.is_empty() {
            by_index.and_in("subscription.status", SubscriptionStatus::ALL.iter().map(|s| s.text()));
        }
        by_index.and("subscription.current_period_end < ?", [before.ms().into()]);
        conditions.and("+subscription.current_period_end < ?", [before.ms().into()]);
    }
    let statuses: Vec<&'static str> = match filter.statuses.as_slice() {
        [] => SubscriptionStatus::ALL.iter().map(|s| s.text()).collect(),
        some => some.iter().map(|s| s.text()).collect(),
    };
    let beyond = filter.product_id.is_some() || filter.customer_id.is_some() || filter.current_period_end_before.is_some();
    let counted = Counted { statuses: &statuses, common: &filter.common, beyond };
    let mut failed = Ok(());
    let visited = |row: &Row<'_>| {
        let subscription = map(row)?;
        if failed.is_ok() {
            failed = visit(&subscription);
        }
        Ok(subscription.id)
    };
    let (next, total) = if let Some(search) = &filter.common.search {
        let mut found = search::find(tx, "subscription_search", search, &list::between(tx, &NOUN, &filter.common)?)?;
        found.unite(&rows_of_products(tx, search)?);
        list::narrow(tx, &NOUN, &mut found, &by_index, &counted)?;
        (list::page_of(tx, &NOUN, &found, page, visited)?, found.len())
    } else {
        list::created_conditions(tx, &NOUN, &filter.common, &mut conditions)?;
        list::created_conditions(tx, &NOUN, &filter.common, &mut by_index)?;
        let total = total(tx, filter, &by_index, &counted)?;
        let next = if is_scattered(filter) && total <= FEW {
            list::page_of(tx, &NOUN, &list::rows(tx, &NOUN, &by_index)?, page, visited)?
        } else {
            list::page(tx, &NOUN, conditions, page, visited)?
        };
        (next, total)
    };
    failed.map(|()| list::end(next, total))
}

/// The subscriptions to products that a search finds.
fn rows_of_products(tx: &Tx<'_>, search: &str) -> Result<Rows> {
    let mut conditions = Where::default();
    conditions.and("subscription.product IN (SELECT row FROM product WHERE instr(search, ?) > 0)", [search.to_owned().into()]);
    list::rows(tx, &NOUN, &conditions)
}

/// Filters whose rows no index has in the order of a list. Where they leave no more rows than this, all are found by an index
/// and the page is taken from them; where more, those of a page lie close enough to each other to be met on the way. Tests have
/// few rows and are to go both ways.
const FEW: i64 = if cfg!(debug_assertions) { 4 } else { 4_000 };

fn is_scattered(filter: &SubscriptionFilter) -> bool {
    filter.current_period_end_before.is_some() || (filter.product_id.is_some() && !filter.statuses.is_empty())
}

/// The conditions of a filter but for the period's end, the time of creation and the search.
fn narrowed(filter: &SubscriptionFilter) -> Where {
    let mut conditions = Where::default();
    if !filter.statuses.is_empty() {
        conditions.and_in("subscription.status", filter.statuses.iter().map(|s| s.text()));
    }
    if let Some(id) = filter.customer_id {
        let sql = "subscription.customer = (SELECT row FROM customer WHERE id = ?)";
        conditions.and(sql, [id.bytes().to_vec().into()]);
    }
    if let Some(id) = filter.product_id {
        conditions.and("subscription.product = (SELECT row FROM product WHERE id = ?)", [id.bytes().to_vec().into()]);
    }
    list::common_conditions(&NOUN, &filter.common, &mut conditions);
    conditions
}

fn total(tx: &Tx<'_>, filter: &SubscriptionFilter, conditions: &Where, counted: &Counted<'_>) -> Result<i64> {
    let common = &filter.common;
    let plain = list::is_quick(common) && common.created_after.is_none() && common.created_before.is_none() && common.external_id.is_none();
    match filter.product_id {
        Some(product) if plain && filter.customer_id.is_none() && filter.current_period_end_before.is_none() => by_product(tx, product, counted.statuses),
        _ => list::total(tx, &NOUN, conditions, counted),
    }
}

fn by_product(tx: &Tx<'_>, product: ProductId, statuses: &[&str]) -> Result<i64> {
    let sql = "SELECT n FROM subscription_total_by_product WHERE product = (SELECT row FROM product WHERE id = ?1) AND status = ?2";
    let mut sum = 0_i64;
    for status in statuses {
        sum += tx.one(sql, params![product.bytes(), status], |r| r.get::<_, i64>(0))?.unwrap_or(0);
    }
    Ok(sum)
}

const UNIQUE: [(&str, &str, &str); 1] = [("subscription.external_id", "externalId", "A subscription with this externalId exists already")];

pub fn subscription_insert(tx: &WriteTx<'_>, s: &Subscription) -> Result<i64> {
    let sql = "INSERT INTO subscription (id, created_at, updated_at, customer, product, price, status, quantity, currency, unit_amount_minor, \
               interval_unit, interval_count, current_period_start, current_period_end, cancel_at_period_end, auto_renew, max_connections, zone, run, \
               metadata, external_id, search, trial_end, state_until, collection, payment_method, start_at, ends_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)";
    let values = params![
        s.id.bytes(),
        s.created_at.ms(),
        s.updated_at.ms(),
        s.customer_row,
        s.product_row,
        s.price_row,
        s.status.text(),
        s.quantity,
        s.unit_amount.currency().code(),
        s.unit_amount.minor(),
        s.interval.unit.text(),
        s.interval.count,
        s.current_period.map(|p| p.start.ms()),
        s.current_period.map(|p| p.end.ms()),
        s.cancel_at_period_end,
        s.auto_renew,
        s.max_connections,
        s.zone.name(),
        s.run.map(|r| r.number),
        s.metadata.as_str(),
        s.external_id,
        s.search_text(),
        s.trial_end.map(Timestamp::ms),
        s.state_until.map(Timestamp::ms),
        s.collection.text(),
        s.payment_method.map(|m| m.row),
        s.start_at.map(Timestamp::ms),
        s.ends_at.map(Timestamp::ms),
    ];
    tx.insert(sql, values).map_err(|e| unique(e, &UNIQUE))
}

/// Writes what a step or a PATCH may change.
pub fn subscription_update(tx: &WriteTx<'_>, s: &Subscription) -> Result<()> {
    let sql = "UPDATE subscription SET updated_at = ?2, status = ?3, current_period_start = ?4, current_period_end = ?5, cancel_at_period_end = ?6, \
               cancelled_at = ?7, cancel_reason = ?8, ended_at = ?9, auto_renew = ?10, max_connections = ?11, run = ?12, metadata = ?13, \
               external_id = ?14, search = ?15, unit_amount_minor = ?16, trial_end = ?17, state_until = ?18, paused_at = ?19, paused_from = ?20, coupon_redemption = ?21, \
               product = ?22, price = ?23, quantity = ?24, interval_unit = ?25, interval_count = ?26, pending_price = ?27, pending_quantity = ?28, \
               pending_at = ?29, collection = ?30, payment_method = ?31, zone = ?32, trial_told = ?33 WHERE row = ?1";
    let values = params![
        s.row,
        s.updated_at.ms(),
        s.status.text(),
        s.current_period.map(|p| p.start.ms()),
        s.current_period.map(|p| p.end.ms()),
        s.cancel_at_period_end,
        s.cancelled_at.map(Timestamp::ms),
        s.cancel_reason,
        s.ended_at.map(Timestamp::ms),
        s.auto_renew,
        s.max_connections,
        s.run.map(|r| r.number),
        s.metadata.as_str(),
        s.external_id,
        s.search_text(),
        s.unit_amount.minor(),
        s.trial_end.map(Timestamp::ms),
        s.state_until.map(Timestamp::ms),
        s.pause.map(|p| p.at.ms()),
        s.pause.map(|p| p.from.text()),
        s.coupon.as_ref().map(|c| c.redemption),
        s.product_row,
        s.price_row,
        s.quantity,
        s.interval.unit.text(),
        s.interval.count,
        s.pending_change.map(|c| c.price_row),
        s.pending_change.map(|c| c.quantity),
        s.pending_change.map(|c| c.at.ms()),
        s.collection.text(),
        s.payment_method.map(|m| m.row),
        s.zone.name(),
        s.trial_told,
    ];
    tx.run(sql, values).map_err(|e| unique(e, &UNIQUE))?;
    Ok(())
}

/// Gives a new subscription the coupon that was redeemed for it.
pub fn subscription_set_coupon(tx: &WriteTx<'_>, key: i64, redemption: i64) -> Result<()> {
    tx.run("UPDATE subscription SET coupon_redemption = ?2 WHERE row = ?1", params![key, redemption])?;
    Ok(())
}

pub fn subscription_set_latest_invoice(tx: &WriteTx<'_>, key: i64, invoice: InvoiceId) -> Result<()> {
    tx.run("UPDATE subscription SET latest_invoice = ?2 WHERE row = ?1", params![key, invoice.bytes()])?;
    Ok(())
}

/// The subscription that is due first, and when.
pub fn due_next(tx: &Tx<'_>) -> Result<Option<(i64, Timestamp)>> {
    let sql = "SELECT row, next_at FROM subscription WHERE next_at IS NOT NULL ORDER BY next_at, row LIMIT 1";
    Ok(tx.one(sql, [], |r| Ok((r.get(0)?, row::time(r, 1)?)))?)
}

pub fn subscription_set_due(tx: &WriteTx<'_>, key: i64, at: Option<Timestamp>) -> Result<()> {
    tx.run("UPDATE subscription SET next_at = ?2 WHERE row = ?1", params![key, at.map(Timestamp::ms)])?;
    Ok(())
}

/// No further invoice is opened for what begins with the end of what is paid now.
pub fn subscription_waive_renewal(tx: &WriteTx<'_>, key: i64) -> Result<()> {
    tx.run("UPDATE subscription SET renewal_waived_at = current_period_end WHERE row = ?1", [key])?;
    Ok(())
}

pub fn subscription_set_parked(tx: &WriteTx<'_>, key: i64, reason: Option<&str>) -> Result<()> {
    tx.run("UPDATE subscription SET parked = ?2 WHERE row = ?1", params![key, reason])?;
    Ok(())
}

/// Whether any period is billed or given, by an invoice that was not taken back.
pub fn is_billed(tx: &Tx<'_>, subscription: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM subscription_period WHERE subscription = ?1 AND released = 0 LIMIT 1";
    Ok(tx.one(sql, [subscription], |_| Ok(()))?.is_some())
}

/// When the first paid period begins after an instant.
pub fn next_paid_start(tx: &Tx<'_>, subscription: i64, after: Timestamp) -> Result<Option<Timestamp>> {
    let sql = "SELECT MIN(subscription_period.start_at) FROM subscription_period \
         LEFT JOIN invoice_line ON invoice_line.row = subscription_period.invoice_line LEFT JOIN invoice ON invoice.row = invoice_line.invoice \
         WHERE subscription_period.subscription = ?1 AND subscription_period.released = 0 AND subscription_period.start_at > ?2 \
         AND (invoice.status IS NULL OR invoice.status = 'paid')";
    Ok(tx.one(sql, params![subscription, after.ms()], |r| row::opt_time(r, 0))?.flatten())
}

/// Records a run. One that was billed ahead and then given up may begin elsewhere.
pub fn run_insert(tx: &WriteTx<'_>, subscription: i64, run: &Run) -> Result<()> {
    let sql = "INSERT INTO subscription_run (subscription, run, anchor, zone, created_at) VALUES (?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT (subscription, run) DO UPDATE SET anchor = excluded.anchor, zone = excluded.zone";
    tx.run(sql, params![subscription, run.number, local_text(run.anchor.local), run.anchor.zone.name(), tx.now().ms()])?;
    Ok(())
}

/// `part`: beside the period itself, which another invoice bills.
pub fn period_insert(tx: &WriteTx<'_>, subscription: i64, plan: &PeriodPlan, invoice_line: Option<i64>, part: bool) -> Result<()> {
    let sql = "INSERT INTO subscription_period (subscription, run, k, start_at, end_at, invoice_line, part) VALUES (?1, ?2, ?3, ?4, ?5, ?6, \
               CASE WHEN ?7 THEN 1 + (SELECT max(part) FROM subscription_period WHERE subscription = ?1 AND run = ?2 AND k = ?3 AND released = 0) ELSE 0 END)";
    tx.insert(sql, params![subscription, plan.run, plan.k, plan.dates.map(|d| d.start.ms()), plan.dates.map(|d| d.end.ms()), invoice_line, part])?;
    Ok(())
}

/// Gives a period its dates, or another place.
pub fn period_place(tx: &WriteTx<'_>, key: i64, plan: &PeriodPlan) -> Result<()> {
    let sql = "UPDATE subscription_period SET run = ?2, k = ?3, start_at = ?4, end_at = ?5 WHERE row = ?1";
    tx.run(sql, params![key, plan.run, plan.k, plan.dates.map(|d| d.start.ms()), plan.dates.map(|d| d.end.ms())])?;
    Ok(())
}

/// The periods that are billed or given, oldest first.
pub fn period_list(tx: &Tx<'_>, subscription: i64) -> Result<Vec<PeriodRow>> {
    periods(tx, "subscription_period.subscription = ?1", subscription)
}

/// The periods that an invoice pays.
pub fn period_list_of_invoice(tx: &Tx<'_>, invoice: i64) -> Result<Vec<PeriodRow>> {
    periods(tx, "invoice_line.invoice = ?1", invoice)
}

fn periods(tx: &Tx<'_>, condition: &str, key: i64) -> Result<Vec<PeriodRow>> {
    let sql = format!(
        "SELECT subscription_period.row, subscription_period.run, subscription_period.k, subscription_period.start_at, subscription_period.end_at, \
         invoice.status IS NULL OR invoice.status = 'paid', subscription_period.part FROM subscription_period \
         LEFT JOIN invoice_line ON invoice_line.row = subscription_period.invoice_line LEFT JOIN invoice ON invoice.row = invoice_line.invoice \
         WHERE subscription_period.released = 0 AND {condition} ORDER BY subscription_period.run, subscription_period.k"
    );
    let map = |r: &Row<'_>| Ok(PeriodRow { row: r.get(0)?, run: r.get(1)?, k: r.get(2)?, dates: row::opt_period(r, 3, 4)?, paid: r.get(5)?, part: r.get(6)? });
    Ok(tx.all(&sql, [key], map)?)
}

/// The live subscriptions after one, in the order of their keys.
pub fn live_after(tx: &Tx<'_>, after: i64, limit: usize) -> Result<Vec<i64>> {
    let sql = "SELECT row FROM subscription WHERE row > ?1 AND status NOT IN ('cancelled', 'expired') ORDER BY row LIMIT ?2";
    Ok(tx.all(sql, params![after, i64::try_from(limit).unwrap_or(i64::MAX)], |r| r.get(0))?)
}

/// The first period of a run that is neither billed nor given; none where nothing of the run is. A subscription that was imported
/// begins in the middle of its run.
pub fn period_next(tx: &Tx<'_>, subscription: i64, run: u32) -> Result<Option<NextPeriod>> {
    let sql = "SELECT k + 1, end_at FROM subscription_period WHERE subscription = ?1 AND run = ?2 AND released = 0 ORDER BY k DESC, part LIMIT 1";
    Ok(tx.one(sql, params![subscription, run], |r| Ok(NextPeriod { k: r.get(0)?, begins: row::opt_time(r, 1)? }))?)
}

/// Billed time that is not over at an instant: what can be credited.
#[derive(Clone, Copy, Debug)]
pub struct BilledTime {
    pub row: i64,
    pub run: u32,
    pub k: u32,
    pub dates: Period,
    pub paused_days: i64,
    pub part: bool,
    /// By their keys; none for what was paid elsewhere.
    pub invoice: Option<i64>,
    pub invoice_line: Option<i64>,
}

pub fn billed_time_after(tx: &Tx<'_>, subscription: i64, now: Timestamp) -> Result<Vec<BilledTime>> {
    let sql = "SELECT subscription_period.row, run, k, start_at, end_at, paused_days, part, invoice_line.invoice, invoice_line FROM subscription_period \
               LEFT JOIN invoice_line ON invoice_line.row = subscription_period.invoice_line \
               WHERE subscription = ?1 AND released = 0 AND end_at > ?2 ORDER BY subscription_period.row";
    let map = |r: &Row<'_>| {
        Ok(BilledTime {
            row: r.get(0)?,
            run: r.get(1)?,
            k: r.get(2)?,
            dates: Period { start: row::time(r, 3)?, end: row::time(r, 4)? },
            paused_days: r.get(5)?,
            part: r.get(6)?,
            invoice: r.get(7)?,
            invoice_line: r.get(8)?,
        })
    };
    Ok(tx.all(sql, params![subscription, now.ms()], map)?)
}

/// The anchor of one of a subscription's runs.
pub fn run_at(tx: &Tx<'_>, subscription: i64, run: u32) -> Result<Option<Anchor>> {
    let sql = "SELECT anchor, zone FROM subscription_run WHERE subscription = ?1 AND run = ?2";
    let map = |r: &Row<'_>| {
        let local = row::word(r, 0, parse_local)?;
        Ok(Anchor { local, zone: row::zone(r, 1)? })
    };
    Ok(tx.one(sql, params![subscription, run], map)?)
}

/// Other dates for a period, and days within it that nobody had.
pub fn period_stretch(tx: &WriteTx<'_>, key: i64, dates: Period, paused_days: i64) -> Result<()> {
    let sql = "UPDATE subscription_period SET start_at = ?2, end_at = ?3, paused_days = paused_days + ?4 WHERE row = ?1";
    tx.run(sql, params![key, dates.start.ms(), dates.end.ms(), paused_days])?;
    Ok(())
}

/// Takes a period away that no invoice bills.
pub fn period_remove(tx: &WriteTx<'_>, key: i64) -> Result<()> {
    tx.run("DELETE FROM subscription_period WHERE row = ?1 AND invoice_line IS NULL", [key])?;
    Ok(())
}

/// Frees one period to be billed anew, or takes that back.
pub fn period_set_released(tx: &WriteTx<'_>, key: i64, released: bool) -> Result<()> {
    tx.run("UPDATE subscription_period SET released = ?2 WHERE row = ?1", params![key, released])?;
    Ok(())
}

/// Whether an invoice that bills time at an instant took of this redemption.
pub fn running_period_has_coupon(tx: &Tx<'_>, subscription: i64, redemption: i64, now: Timestamp) -> Result<bool> {
    // Also of a period that was credited whole, which no index of periods has. A coupon serves the first periods of an invoice, and a change's charge
    // without counting.
    let sql = "SELECT 1 FROM invoice CROSS JOIN invoice_line ON invoice_line.invoice = invoice.row \
               CROSS JOIN subscription_period ON subscription_period.invoice_line = invoice_line.row \
               WHERE invoice.subscription = ?1 AND start_at <= ?3 AND end_at > ?3 AND invoice.coupon_redemption = ?2 AND invoice.status <> 'void' \
               AND (invoice.billing_reason = 'subscription_update' OR invoice.coupon_periods > (SELECT COUNT(*) FROM invoice_line AS earlier \
               CROSS JOIN subscription_period AS own ON own.invoice_line = earlier.row WHERE earlier.invoice = invoice.row AND earlier.row < invoice_line.row)) LIMIT 1";
    Ok(tx.one(sql, params![subscription, redemption, now.ms()], |_| Ok(()))?.is_some())
}

/// Frees an invoice's periods to be billed anew.
pub fn period_release(tx: &WriteTx<'_>, invoice: i64) -> Result<()> {
    tx.run("UPDATE subscription_period SET released = 1 WHERE invoice_line IN (SELECT row FROM invoice_line WHERE invoice = ?1)", [invoice])?;
    Ok(())
}
