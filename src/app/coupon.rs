//! Coupons. How one is redeemed stands with subscriptions, for which that is done.

use crate::app::event::{Change, tell};
use crate::app::settings::text;
use crate::app::{Answer, App, Caller, Work};
use crate::domain::actor::Actor;
use crate::domain::coupon::{Coupon, CouponCode, CouponFilter, Duration, Off, Use};
use crate::domain::event::EventType;
use crate::domain::id::{CouponId, ProductId, TypedId};
use crate::domain::key::Scope;
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::{Currency, Decimal};
use crate::domain::patch::{Change as Set, Patch};
use crate::domain::reject::{FieldError, Reject};
use crate::domain::text::{Encoded, Line};
use crate::error::Result;
use crate::store::coupon::{coupon_delete, coupon_find, coupon_insert, coupon_list, coupon_of_code, coupon_update, coupon_uses, is_quick};
use crate::store::db::Tx;
use crate::store::product::product_row;
use crate::wire::coupon::{CouponCreate, CouponJson, CouponPatch, Products};
use crate::wire::json::{changed, encode, encode_metadata};
use crate::wire::output::PageWriter;

fn found(coupon: Option<Coupon>) -> Result<Coupon> {
    Ok(coupon.ok_or_else(|| Reject::not_found("coupon"))?)
}

impl App {
    pub fn coupon_get(&self, actor: &Actor, id: CouponId) -> Result<Vec<u8>> {
        Ok(encode(&CouponJson(&self.coupon_read(actor, id)?)).into_bytes())
    }

    /// Whether there is such a coupon, for whoever got something else wrong. Needs no scope beyond the route's: 404 tells
    /// nothing that the right request would not.
    pub fn coupon_exists(&self, id: &str) -> Result<()> {
        let id = CouponId::parse(id).ok_or_else(|| Reject::not_found("coupon"))?;
        self.db.read(|tx| found(coupon_find(tx, id)?).map(drop))
    }

    /// The same as a value.
    pub fn coupon_read(&self, actor: &Actor, id: CouponId) -> Result<Coupon> {
        actor.require(Scope::CouponsRead)?;
        self.db.read(|tx| found(coupon_find(tx, id)?))
    }

    /// The coupon that a code names, however its letters are written.
    pub fn coupon_named(&self, actor: &Actor, code: &CouponCode) -> Result<Option<Coupon>> {
        actor.require(Scope::CouponsRead)?;
        self.db.read(|tx| coupon_of_code(tx, code))
    }

    /// When a coupon was redeemed and for what, the newest first, before the redemption `before`. Its total is the coupon's own.
    pub fn coupon_uses(&self, actor: &Actor, id: CouponId, before: Option<i64>, limit: u32) -> Result<Vec<Use>> {
        actor.require(Scope::CouponsRead)?;
        actor.require(Scope::SubscriptionsRead)?;
        self.db.read(|tx| coupon_uses(tx, found(coupon_find(tx, id)?)?.row, before.unwrap_or(i64::MAX), limit))
    }

    pub async fn coupon_list(&self, actor: &Actor, filter: CouponFilter, page: Page<CouponId>) -> Result<Vec<u8>> {
        let (coupons, end) = self.coupon_page(actor, filter, page).await?;
        let mut writer = PageWriter::default();
        coupons.iter().for_each(|coupon| writer.push(&CouponJson(coupon)));
        Ok(writer.finish(&end))
    }

    /// The same as values.
    pub async fn coupon_page(&self, actor: &Actor, filter: CouponFilter, page: Page<CouponId>) -> Result<(Vec<Coupon>, PageEnd<CouponId>)> {
        actor.require(Scope::CouponsRead)?;
        let quick = is_quick(&filter);
        let read = move |tx: &Tx<'_>| {
            let mut coupons = Vec::new();
            let end = coupon_list(tx, &filter, &page, |coupon| coupons.push(coupon.clone()))?;
            Ok((coupons, end))
        };
        if quick { self.db.read(read) } else { self.db.read_slowly(read).await }
    }

    pub async fn coupon_create(&self, caller: Caller, input: CouponCreate) -> Result<Answer> {
        caller.actor.require(Scope::CouponsWrite)?;
        self.command(caller, |work| create(work, input)).await
    }

    pub async fn coupon_update(&self, caller: Caller, id: CouponId, input: CouponPatch) -> Result<Answer> {
        caller.actor.require(Scope::CouponsWrite)?;
        self.command(caller, move |work| update(work, id, input)).await
    }

    pub async fn coupon_delete(&self, caller: Caller, id: CouponId) -> Result<Answer> {
        caller.actor.require(Scope::CouponsWrite)?;
        self.command(caller, move |work| delete(work, id)).await
    }
}

/// What a coupon takes off and for how long, as a body's fields say.
struct Terms {
    percent: Option<Decimal>,
    amount: Option<Decimal>,
    currency: Option<Currency>,
    duration: &'static str,
    periods: Option<u32>,
}

impl Terms {
    /// Reads them, with the products; everything that is wrong is said at once.
    fn read(&self, tx: &Tx<'_>, products: Option<&Products>) -> Result<(Off, Duration, Vec<ProductId>)> {
        let off = Off::from_fields(self.percent.as_ref(), self.amount.as_ref(), self.currency);
        let duration = Duration::from_fields(self.duration, self.periods);
        let (product_ids, unknown) = known_products(tx, products)?;
        match (off, duration) {
            (Ok(off), Ok(duration)) if unknown.is_empty() => Ok((off, duration, product_ids)),
            (off, duration) => {
                let wrong = [off.err(), duration.err()].into_iter().flatten().flat_map(|reject| reject.details);
                Err(Reject::fields(wrong.chain(unknown).collect()).into())
            }
        }
    }
}

/// The products, each once, in the order in which they were made; and those that are unknown.
fn known_products(tx: &Tx<'_>, products: Option<&Products>) -> Result<(Vec<ProductId>, Vec<FieldError>)> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for (n, id) in products.iter().flat_map(|p| &p.0).enumerate() {
        match product_row(tx, id.0)? {
            Some(row) => known.push((row, id.0)),
            None => unknown.push(FieldError::new(format!("productIds[{n}]"), "There is no such product")),
        }
    }
    known.sort_unstable();
    known.dedup();
    Ok((known.into_iter().map(|(_, id)| id).collect(), unknown))
}

fn state(coupon: &Coupon) -> &'static str {
    if coupon.active { "active" } else { "inactive" }
}

fn create(work: &Work<'_>, input: CouponCreate) -> Result<Answer> {
    let now = work.tx.now();
    let terms = Terms {
        percent: input.percent_off.map(|p| p.0),
        amount: input.amount_off.map(|a| a.0),
        currency: input.currency,
        duration: input.duration.map_or(Duration::Once.text(), |word| word.0),
        periods: input.duration_periods.map(|p| p.to_u32()),
    };
    let (off, duration, product_ids) = terms.read(work.tx, input.product_ids.as_ref())?;
    let coupon = Coupon {
        row: 0,
        id: work.tx.new_id(),
        created_at: now,
        updated_at: now,
        code: input.code,
        off,
        duration,
        max_redemptions: input.max_redemptions.map(|m| m.0),
        redeemed: 0,
        product_ids,
        expires_at: input.expires_at,
        active: input.active.unwrap_or(true),
        metadata: input.metadata.as_ref().map_or(Encoded("{}".into()), encode_metadata),
        external_id: input.external_id.map(Line::into_string),
    };
    coupon_insert(work.tx, &coupon)?;
    let shown = encode(&CouponJson(&coupon));
    tell(work, EventType::CouponCreated, Some(coupon.id), None, &shown, Change { to: Some(state(&coupon)), ..Change::default() })?;
    Ok(Answer::created(coupon.id, format!("/api/v1/coupons/{}", coupon.id), shown))
}

/// The fields as they are after a PATCH.
fn patched_terms(old: &Coupon, input: &CouponPatch) -> Terms {
    let decimal = |text: String| Decimal::parse(&text).ok();
    let (percent, amount) = match old.off {
        Off::Percent(percent) => (Some(percent), None),
        Off::Amount(amount) => (None, Some(amount)),
    };
    let mut terms = Terms {
        percent: percent.and_then(|p| decimal(p.to_string())),
        amount: amount.and_then(|a| decimal(a.to_string())),
        currency: amount.map(|a| a.currency()),
        duration: old.duration.text(),
        periods: old.duration.periods(),
    };
    text(input.percent_off.clone(), |p| p.0).apply(&mut terms.percent);
    text(input.amount_off.clone(), |a| a.0).apply(&mut terms.amount);
    input.currency.clone().apply(&mut terms.currency);
    if let Set::Set(word) = input.duration {
        terms.duration = word.0;
    }
    text(input.duration_periods.clone(), |p| p.to_u32()).apply(&mut terms.periods);
    terms
}

fn update(work: &Work<'_>, id: CouponId, input: CouponPatch) -> Result<Answer> {
    let old = found(coupon_find(work.tx, id)?)?;
    let before = encode(&CouponJson(&old));
    work.require_seen(&before)?;
    let named = match &input.product_ids {
        Patch::Set(products) => Some(products),
        Patch::Keep | Patch::Clear => None,
    };
    let (off, duration, product_ids) = patched_terms(&old, &input).read(work.tx, named)?;
    let mut coupon = Coupon { off, duration, ..old.clone() };
    if input.product_ids != Patch::Keep {
        coupon.product_ids = product_ids;
    }
    input.code.apply(&mut coupon.code);
    text(input.max_redemptions, |m| m.0).apply(&mut coupon.max_redemptions);
    input.expires_at.apply(&mut coupon.expires_at);
    input.active.apply(&mut coupon.active);
    match &input.metadata {
        Patch::Keep => {}
        Patch::Clear => coupon.metadata = Encoded("{}".into()),
        Patch::Set(metadata) => coupon.metadata = encode_metadata(metadata),
    }
    text(input.external_id, Line::into_string).apply(&mut coupon.external_id);
    old.may_become(&coupon)?;
    if changed(&before, &encode(&CouponJson(&coupon))).is_none() {
        return Ok(Answer::ok(Some(id), before));
    }
    coupon.updated_at = work.tx.now();
    coupon_update(work.tx, &coupon)?;
    let after = encode(&CouponJson(&coupon));
    tell(work, EventType::CouponUpdated, Some(id), Some(&before), &after, Change { from: Some(state(&old)), to: Some(state(&coupon)), note: None })?;
    Ok(Answer::ok(Some(id), after))
}

fn delete(work: &Work<'_>, id: CouponId) -> Result<Answer> {
    let coupon = found(coupon_find(work.tx, id)?)?;
    if coupon.redeemed > 0 {
        return Err(Reject::state_conflict("This coupon was redeemed. Set \"active\" to false instead.").into());
    }
    coupon_delete(work.tx, coupon.row)?;
    let answer = Answer::deleted(id);
    let shown = String::from_utf8_lossy(&answer.body).into_owned();
    tell(work, EventType::CouponDeleted, Some(id), None, &shown, Change { from: Some(state(&coupon)), ..Change::default() })?;
    Ok(answer)
}
