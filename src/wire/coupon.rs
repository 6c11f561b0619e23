//! Coupons as clients write and see them.

use crate::domain::coupon::{Coupon, CouponCode, CouponFilter, Duration, Off};
use crate::domain::id::{CouponId, ProductId};
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money};
use crate::domain::patch::{Change, Patch};
use crate::domain::percent::Percent;
use crate::domain::text::{ExternalId, Metadata};
use crate::domain::time::Timestamp;
use crate::wire::customer::MetadataShape;
use crate::wire::input::{Count, Id, Many, Unsigned};
use crate::wire::json::Raw;

/// How long a coupon serves, before it is known whether that fits its periods.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DurationWord(pub &'static str);

impl DurationWord {
    pub fn text(self) -> &'static str {
        self.0
    }
}

words! {
    DurationWord => Duration::WORDS.map(DurationWord), DurationWord::text;
}

pub type Periods = Count<1, { Duration::MAX_PERIODS as i64 }>;
pub type Redemptions = Count<1, 1_000_000_000>;
pub type Products = Many<Id<ProductId>, 100>;

input! {
    /// What a new coupon is made from: either `percentOff`, or `amountOff` with `currency`.
    CouponCreate {
        "code" code: CouponCode, "What customers type. Unique without regard to case.";
        "percentOff" percent_off: Option<Unsigned>, "Above 0 and at most 100, with at most four decimals.";
        "amountOff" amount_off: Option<Unsigned>, "Off each period, never more than its lines. In major units, with at most the currency's decimals.";
        "currency" currency: Option<Currency>, "Of `amountOff`.";
        "duration" duration: Option<DurationWord>, "`once` (default): for one period; `repeating`: for `durationPeriods`; `forever`.";
        "durationPeriods" duration_periods: Option<Periods>, "With `repeating`: for so many periods.";
        "maxRedemptions" max_redemptions: Option<Redemptions>, "How often it can be redeemed; as often as likes where there is none.";
        "productIds" product_ids: Option<Products>, "Which products it is for; for all where there are none.";
        "expiresAt" expires_at: Option<Timestamp>, "From then on it cannot be redeemed. Who has it keeps it.";
        "active" active: Option<bool>, "`true` unless said otherwise.";
        "metadata" metadata: Option<Metadata>, "";
        "externalId" external_id: Option<ExternalId>, "Unique among coupons.";
    }
}

input! {
    /// What to change of a coupon. Once it was redeemed, its code, what it takes off and its duration stay.
    CouponPatch {
        "code" code: Change<CouponCode>, "";
        "percentOff" percent_off: Patch<Unsigned>, "";
        "amountOff" amount_off: Patch<Unsigned>, "";
        "currency" currency: Patch<Currency>, "";
        "duration" duration: Change<DurationWord>, "";
        "durationPeriods" duration_periods: Patch<Periods>, "";
        "maxRedemptions" max_redemptions: Patch<Redemptions>, "Not less than it was redeemed.";
        "productIds" product_ids: Patch<Products>, "All of them anew.";
        "expiresAt" expires_at: Patch<Timestamp>, "";
        "active" active: Change<bool>, "`false`: it cannot be redeemed. Who has it keeps it.";
        "metadata" metadata: Patch<Metadata>, "";
        "externalId" external_id: Patch<ExternalId>, "";
    }
}

query! {
    /// The filters of the list of coupons.
    CouponQuery {
        "active" active: bool, "";
    }
}

impl CouponQuery {
    pub fn filter(self, common: Common) -> CouponFilter {
        CouponFilter { common, active: self.active }
    }
}

fn percent_off(off: Off) -> Option<Percent> {
    match off {
        Off::Percent(percent) => Some(percent),
        Off::Amount(_) => None,
    }
}

fn amount_off(off: Off) -> Option<Money> {
    match off {
        Off::Percent(_) => None,
        Off::Amount(amount) => Some(amount),
    }
}

output! {
    /// A coupon.
    CouponJson as "Coupon" (c: Coupon) {
        "id": CouponId = c.id, "";
        "code": String = c.code.as_str(), "What customers type.";
        "percentOff": Option<String> = percent_off(c.off), "Without zeros at the end; null with `amountOff`.";
        "amountOff": Option<Money> = amount_off(c.off), "Off each period; null with `percentOff`.";
        "currency": Option<Currency> = amount_off(c.off).map(|a| a.currency().code()), "Of `amountOff`.";
        "duration": DurationWord = c.duration.text(), "";
        "durationPeriods": Option<i64> = c.duration.periods(), "With `repeating`.";
        "maxRedemptions": Option<i64> = c.max_redemptions, "";
        "timesRedeemed": i64 = c.redeemed, "";
        "productIds": Vec<ProductId> = c.product_ids, "Empty for all products.";
        "expiresAt": Option<Timestamp> = c.expires_at, "";
        "active": bool = c.active, "";
        "metadata": MetadataShape = Raw(c.metadata.as_str()), "";
        "externalId": Option<String> = c.external_id, "";
        "createdAt": Timestamp = c.created_at, "";
        "updatedAt": Timestamp = c.updated_at, "";
    }
}
