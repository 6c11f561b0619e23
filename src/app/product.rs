//! Products and their prices.

use crate::app::event::{Change, tell};
use crate::app::settings::text;
use crate::app::{Answer, App, Caller, Work};
use crate::domain::actor::Actor;
use crate::domain::event::EventType;
use crate::domain::id::{PriceId, ProductId, TypedId};
use crate::domain::key::Scope;
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::{Currency, Money};
use crate::domain::patch::{Change as Set, Patch};
use crate::domain::product::{Price, Product, ProductFilter};
use crate::domain::reject::{FieldError, Reject};
use crate::domain::text::{Encoded, Line, Prose};
use crate::domain::time::{Interval, Unit};
use crate::error::Result;
use crate::store::coupon::product_has_coupon;
use crate::store::db::Tx;
use crate::store::product::{
    is_quick, price_insert, price_update, product_delete, product_find, product_insert, product_list, product_of_price, product_update, product_was_sold,
};
use crate::store::settings::settings_load;
use crate::wire::input::Unsigned;
use crate::wire::json::{changed, encode, encode_metadata};
use crate::wire::output::PageWriter;
use crate::wire::product::{IntervalCount, PricePatch, ProductCreate, ProductJson, ProductPatch};

fn found(product: Option<Product>) -> Result<Product> {
    Ok(product.ok_or_else(|| Reject::not_found("product"))?)
}

impl App {
    pub fn product_get(&self, actor: &Actor, id: ProductId) -> Result<Vec<u8>> {
        actor.require(Scope::ProductsRead)?;
        self.db.read(|tx| Ok(encode(&ProductJson(&found(product_find(tx, id)?)?)).into_bytes()))
    }

    /// Whether there is such a product, for whoever got something else wrong. Needs no scope beyond the route's: 404 tells
    /// nothing that the right request would not.
    pub fn product_exists(&self, id: &str) -> Result<()> {
        let id = ProductId::parse(id).ok_or_else(|| Reject::not_found("product"))?;
        self.db.read(|tx| product_find(tx, id).and_then(|found| Ok(found.map(drop).ok_or_else(|| Reject::not_found("product"))?)))
    }

    /// The same as a value.
    pub fn product_read(&self, actor: &Actor, id: ProductId) -> Result<Product> {
        actor.require(Scope::ProductsRead)?;
        self.db.read(|tx| found(product_find(tx, id)?))
    }

    /// Whether a product may be deleted, or why not.
    pub fn product_may_be_deleted(&self, actor: &Actor, id: ProductId) -> Result<std::result::Result<(), Reject>> {
        actor.require(Scope::ProductsRead)?;
        self.db.read(|tx| may_be_deleted(tx, found(product_find(tx, id)?)?.row))
    }

    /// The product that has this price, where there is one.
    pub fn product_of_price(&self, actor: &Actor, price: PriceId) -> Result<Option<Product>> {
        actor.require(Scope::ProductsRead)?;
        self.db.read(|tx| product_of_price(tx, price))
    }

    pub async fn product_list(&self, actor: &Actor, filter: ProductFilter, page: Page<ProductId>) -> Result<Vec<u8>> {
        let (writer, end) = self.products(actor, filter, page, PageWriter::default(), |writer, p| writer.push(&ProductJson(p))).await?;
        Ok(writer.finish(&end))
    }

    /// The same as values.
    pub async fn product_page(&self, actor: &Actor, filter: ProductFilter, page: Page<ProductId>) -> Result<(Vec<Product>, PageEnd<ProductId>)> {
        self.products(actor, filter, page, Vec::new(), |rows, p| rows.push(p.clone())).await
    }

    async fn products<R: Send + 'static>(
        &self,
        actor: &Actor,
        filter: ProductFilter,
        page: Page<ProductId>,
        mut rows: R,
        push: fn(&mut R, &Product),
    ) -> Result<(R, PageEnd<ProductId>)> {
        actor.require(Scope::ProductsRead)?;
        let quick = is_quick(&filter);
        let read = move |tx: &Tx<'_>| {
            let end = product_list(tx, &filter, &page, |product| push(&mut rows, product))?;
            Ok((rows, end))
        };
        if quick { self.db.read(read) } else { self.db.read_slowly(read).await }
    }

    pub async fn product_create(&self, caller: Caller, input: ProductCreate) -> Result<Answer> {
        caller.actor.require(Scope::ProductsWrite)?;
        self.command(caller, |work| create(work, input)).await
    }

    pub async fn product_update(&self, caller: Caller, id: ProductId, input: ProductPatch) -> Result<Answer> {
        caller.actor.require(Scope::ProductsWrite)?;
        self.command(caller, move |work| update(work, id, input)).await
    }

    pub async fn product_delete(&self, caller: Caller, id: ProductId) -> Result<Answer> {
        caller.actor.require(Scope::ProductsWrite)?;
        self.command(caller, move |work| delete(work, id)).await
    }
}

/// Collects what is wrong with several fields, to say it all at once.
#[derive(Default)]
struct Checks(Vec<FieldError>);

impl Checks {
    fn amount(&mut self, field: &str, amount: &Unsigned, currency: Currency) -> Money {
        amount.0.in_currency(currency).unwrap_or_else(|message| {
            self.0.push(FieldError::new(field, message));
            Money::zero(currency)
        })
    }

    fn interval(&mut self, field: &str, unit: Unit, count: Option<IntervalCount>) -> Interval {
        let count = count.map_or(1, IntervalCount::to_u32);
        if count > unit.max_count() {
            self.0.push(FieldError::new(field, format!("Must be at most {} for {}s: ten years", unit.max_count(), unit.text())));
        }
        Interval { unit, count }
    }

    fn done(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Reject::fields(self.0).into()) }
    }
}

fn create(work: &Work<'_>, input: ProductCreate) -> Result<Answer> {
    let mut checks = Checks::default();
    let currency = match input.currency {
        Some(currency) => currency,
        None => settings_load(work.tx)?.business.currency,
    };
    let unit = input.interval.unwrap_or(Unit::Month);
    let interval = checks.interval("intervalCount", unit, input.interval_count);
    let now = work.tx.now();
    let id: ProductId = work.tx.new_id();
    let amount = checks.amount("price", &input.price, currency);
    let mut prices = vec![Price { row: 0, id: work.tx.new_id(), amount, interval, active: true }];
    for (n, further) in input.prices.map(|p| p.0).unwrap_or_default().into_iter().enumerate() {
        let at = |name: &str| format!("prices[{n}].{name}");
        let count = if further.interval.is_none() && further.interval_count.is_none() { input.interval_count } else { further.interval_count };
        let interval = checks.interval(&at("intervalCount"), further.interval.unwrap_or(unit), count);
        let amount = checks.amount(&at("amount"), &further.amount, further.currency);
        prices.push(Price { row: 0, id: work.tx.new_id(), amount, interval, active: further.active.unwrap_or(true) });
    }
    let setup_fee = input.setup_fee.as_ref().map_or(Money::zero(currency), |fee| checks.amount("setupFee", fee, currency));
    checks.done()?;
    let product = Product {
        row: 0,
        id,
        created_at: now,
        updated_at: now,
        name: input.name.into_string(),
        description: input.description.map(Prose::into_string),
        active: input.active.unwrap_or(true),
        setup_fee,
        max_connections: input.max_connections.map(|c| c.0),
        taxable: input.taxable.unwrap_or(true),
        trial_days: input.trial_days.map(|d| d.0),
        metadata: input.metadata.as_ref().map_or(Encoded("{}".into()), encode_metadata),
        external_id: input.external_id.map(Line::into_string),
        prices,
    };
    product_insert(work.tx, &product)?;
    let shown = encode(&ProductJson(&product));
    tell(work, EventType::ProductCreated, Some(id), None, &shown, Change { to: Some(state(&product)), ..Change::default() })?;
    Ok(Answer::created(id, format!("/api/v1/products/{id}"), shown))
}

fn state(product: &Product) -> &'static str {
    if product.active { "active" } else { "archived" }
}

fn update(work: &Work<'_>, id: ProductId, input: ProductPatch) -> Result<Answer> {
    let old = found(product_find(work.tx, id)?)?;
    let before = encode(&ProductJson(&old));
    work.require_seen(&before)?;
    let mut product = old.clone();
    let mut checks = Checks::default();
    let currency = product.default_price().amount.currency();
    if let Set::Set(name) = input.name {
        product.name = name.into_string();
    }
    text(input.description, Prose::into_string).apply(&mut product.description);
    match &input.setup_fee {
        Patch::Keep => {}
        Patch::Clear => product.setup_fee = Money::zero(currency),
        Patch::Set(fee) => product.setup_fee = checks.amount("setupFee", fee, currency),
    }
    text(input.max_connections, |c| c.0).apply(&mut product.max_connections);
    input.taxable.apply(&mut product.taxable);
    text(input.trial_days, |d| d.0).apply(&mut product.trial_days);
    input.active.apply(&mut product.active);
    match &input.metadata {
        Patch::Keep => {}
        Patch::Clear => product.metadata = Encoded("{}".into()),
        Patch::Set(metadata) => product.metadata = encode_metadata(metadata),
    }
    text(input.external_id, Line::into_string).apply(&mut product.external_id);
    if let Set::Set(price) = &input.price
        && let Some(default) = product.prices.first_mut()
    {
        default.amount = checks.amount("price", price, currency);
    }
    let mut added = Vec::new();
    let mut named: Vec<PriceId> = if input.price.get().is_some() { vec![product.default_price().id] } else { Vec::new() };
    for (n, patch) in input.prices.map(|p| p.0).unwrap_or_default().iter().enumerate() {
        match patch.id {
            Some(price_id) if named.contains(&price_id.0) => checks.0.push(FieldError::new(format!("prices[{n}].id"), "This price is given twice")),
            Some(price_id) => {
                named.push(price_id.0);
                change_price(&mut product, n, price_id.0, patch, &mut checks);
            }
            None => added.extend(new_price(work, &product, n, patch, &mut checks)),
        }
    }
    if product.prices.len() + added.len() > Product::MAX_PRICES {
        checks.0.push(FieldError::new("prices", format!("A product has at most {} prices", Product::MAX_PRICES)));
    }
    checks.done()?;
    let kept = product.prices.len();
    product.prices.extend(added);
    if changed(&before, &encode(&ProductJson(&product))).is_none() {
        return Ok(Answer::ok(Some(id), before));
    }
    product.updated_at = work.tx.now();
    product_update(work.tx, &product)?;
    product.prices[..kept].iter().zip(&old.prices).filter(|(new, old)| new != old).try_for_each(|(price, _)| price_update(work.tx, price))?;
    product.prices[kept..].iter().try_for_each(|price| price_insert(work.tx, product.row, price))?;
    let after = encode(&ProductJson(&product));
    tell(work, EventType::ProductUpdated, Some(id), Some(&before), &after, Change { from: Some(state(&old)), to: Some(state(&product)), note: None })?;
    Ok(Answer::ok(Some(id), after))
}

fn change_price(product: &mut Product, n: usize, id: PriceId, patch: &PricePatch, checks: &mut Checks) {
    let at = |name: &str| format!("prices[{n}].{name}");
    let Some(price) = product.prices.iter_mut().find(|p| p.id == id) else {
        checks.0.push(FieldError::new(at("id"), "This product has no such price"));
        return;
    };
    for (name, given) in [("currency", patch.currency.is_some()), ("interval", patch.interval.is_some()), ("intervalCount", patch.interval_count.is_some())] {
        if given {
            checks.0.push(FieldError::new(at(name), "Of a price that exists it stays as it is; add another price instead"));
        }
    }
    if let Some(amount) = &patch.amount {
        price.amount = checks.amount(&at("amount"), amount, price.amount.currency());
    }
    if let Some(active) = patch.active {
        price.active = active;
    }
}

fn new_price(work: &Work<'_>, product: &Product, n: usize, patch: &PricePatch, checks: &mut Checks) -> Option<Price> {
    let at = |name: &str| format!("prices[{n}].{name}");
    let (Some(currency), Some(amount)) = (patch.currency, &patch.amount) else {
        for (name, given) in [("currency", patch.currency.is_some()), ("amount", patch.amount.is_some())] {
            if !given {
                checks.0.push(FieldError::new(at(name), "This field is required for a price to add"));
            }
        }
        return None;
    };
    let default = product.default_price().interval;
    let interval = match (patch.interval, patch.interval_count) {
        (None, None) => default,
        (unit, count) => checks.interval(&at("intervalCount"), unit.unwrap_or(default.unit), count),
    };
    let amount = checks.amount(&at("amount"), amount, currency);
    Some(Price { row: 0, id: work.tx.new_id(), amount, interval, active: patch.active.unwrap_or(true) })
}

/// What was sold is named by what was sold, and a coupon without products would be for all.
fn may_be_deleted(tx: &Tx<'_>, row: i64) -> Result<std::result::Result<(), Reject>> {
    if product_was_sold(tx, row)? {
        return Ok(Err(Reject::state_conflict("This product was sold. Archive it with \"active\": false instead.")));
    }
    if product_has_coupon(tx, row)? {
        return Ok(Err(Reject::state_conflict("A coupon names this product. Take it out of the coupon first.")));
    }
    Ok(Ok(()))
}

fn delete(work: &Work<'_>, id: ProductId) -> Result<Answer> {
    let product = found(product_find(work.tx, id)?)?;
    may_be_deleted(work.tx, product.row)??;
    product_delete(work.tx, product.row)?;
    let answer = Answer::deleted(id);
    let shown = String::from_utf8_lossy(&answer.body).into_owned();
    tell(work, EventType::ProductDeleted, Some(id), None, &shown, Change { from: Some(state(&product)), ..Change::default() })?;
    Ok(answer)
}
