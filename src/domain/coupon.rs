//! Coupons: what they take off, for how many periods, and who may redeem them (rule 3.2).
//!
//! A coupon is redeemed once, when it is attached; from then on it takes its discount off each period's lines until its
//! duration is used. Deliberately absent: counting redemptions, which is the store's.

use crate::domain::id::{CouponId, CustomerId, ProductId, SubscriptionId};
use crate::domain::list::Common;
use crate::domain::money::{Currency, Decimal, Money};
use crate::domain::percent::Percent;
use crate::domain::proration::DayShare;
use crate::domain::reject::{FieldError, Reject};
use crate::domain::text::{Encoded, searched};
use crate::domain::time::Timestamp;

#[derive(Clone, Debug)]
pub struct Coupon {
    pub row: i64,
    pub id: CouponId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub code: CouponCode,
    pub off: Off,
    pub duration: Duration,
    /// None for as many as like.
    pub max_redemptions: Option<i64>,
    /// How often it has been redeemed.
    pub redeemed: i64,
    /// Empty for all products.
    pub product_ids: Vec<ProductId>,
    /// From then on it cannot be redeemed; who has it keeps it.
    pub expires_at: Option<Timestamp>,
    pub active: bool,
    pub metadata: Encoded<'static>,
    pub external_id: Option<String>,
}

impl Coupon {
    /// What a search looks into, as it sees it.
    pub fn search_text(&self) -> String {
        let parts = [Some(self.code.as_str()), self.external_id.as_deref()];
        searched(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }

    /// Whether its terms may become those of another: not once somebody has it.
    pub fn may_become(&self, other: &Self) -> Result<(), Reject> {
        let same = self.code == other.code && self.off == other.off && self.duration == other.duration;
        if self.redeemed > 0 && !same {
            return Err(Reject::state_conflict("This coupon was redeemed, so its code and terms stay. Set \"active\" to false and make another."));
        }
        match other.max_redemptions {
            Some(max) if max < self.redeemed => Err(Reject::state_conflict(format!("This coupon was redeemed {} times already.", self.redeemed))),
            _ => Ok(()),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct CouponFilter {
    pub common: Common,
    pub active: Option<bool>,
}

/// What customers type: visible characters without spaces. Two that differ in case only are the same.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CouponCode(String);

impl CouponCode {
    pub const MAX_LENGTH: usize = 100;

    pub fn parse(raw: &str) -> Result<Self, String> {
        let text = raw.trim();
        if text.is_empty() {
            return Err("Must not be empty".into());
        }
        if text.chars().count() > Self::MAX_LENGTH {
            return Err(format!("Must have at most {} characters", Self::MAX_LENGTH));
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err("Must not contain spaces or control characters".into());
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes two codes the same.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// What a coupon takes off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Off {
    /// Above zero.
    Percent(Percent),
    /// Above zero, for each period.
    Amount(Money),
}

impl Off {
    /// From a body's fields: either `percentOff`, or `amountOff` with `currency`.
    pub fn from_fields(percent: Option<&Decimal>, amount: Option<&Decimal>, currency: Option<Currency>) -> Result<Self, Reject> {
        match (percent, amount, currency) {
            (Some(_), Some(_), _) => Err(Reject::fields(vec![
                FieldError::new("percentOff", "Give either this or amountOff"),
                FieldError::new("amountOff", "Give either this or percentOff"),
            ])),
            (None, None, _) => Err(Reject::field("percentOff", "Give either this or amountOff")),
            (Some(_), None, Some(_)) => Err(Reject::field("currency", "Is taken only with amountOff")),
            (None, Some(_), None) => Err(Reject::field("currency", "This field is required with amountOff")),
            (Some(percent), None, None) => match Percent::new(percent) {
                Ok(percent) if !percent.is_zero() => Ok(Self::Percent(percent)),
                _ => Err(Reject::field("percentOff", "Must be more than 0 and at most 100")),
            },
            (None, Some(amount), Some(currency)) => match amount.in_currency(currency) {
                Ok(amount) if amount.is_positive() => Ok(Self::Amount(amount)),
                Ok(_) => Err(Reject::field("amountOff", "Must be more than zero")),
                Err(message) => Err(Reject::field("amountOff", message)),
            },
        }
    }

    /// `20 % off`, `5.00 USD off`.
    pub fn words(self) -> String {
        match self {
            Self::Percent(percent) => format!("{percent} % off"),
            Self::Amount(amount) => format!("{amount} {} off", amount.currency().code()),
        }
    }

    /// The discount of each line of one period: a percentage is rounded once per line, a fixed amount is spread by largest
    /// remainder and is never more than the lines together (rule 3.2). The lines are of one currency and not negative.
    pub fn discounts(self, lines: &[Money]) -> Result<Vec<Money>, Reject> {
        match (self, lines.first()) {
            (_, None) => Ok(Vec::new()),
            (Self::Percent(percent), _) => lines.iter().map(|line| percent.of(*line)).collect(),
            (Self::Amount(amount), Some(first)) => {
                in_currency(amount, first.currency())?;
                let subtotal = Money::sum(amount.currency(), lines.iter().copied())?;
                let weights: Vec<i64> = lines.iter().map(|line| line.minor()).collect();
                Ok(amount.min(subtotal).allocate(&weights))
            }
        }
    }

    /// The discount of a change's charge, `priced` for the share of days that is left: a percentage whole, a fixed amount by
    /// the same share, never more than the charge. No use is counted (rule 3.2).
    pub fn discount_of_change(self, priced: Money, share: DayShare) -> Result<Money, Reject> {
        match self {
            Self::Percent(percent) => percent.of(priced),
            Self::Amount(amount) => {
                in_currency(amount, priced.currency())?;
                Ok(amount.scaled(share.ratio())?.min(priced))
            }
        }
    }
}

/// A fixed amount is never relabelled (rule 3.1).
fn in_currency(amount: Money, currency: Currency) -> Result<(), Reject> {
    if amount.currency() == currency {
        return Ok(());
    }
    Err(refused(&format!("This coupon is in {}, not in {}", amount.currency().code(), currency.code())))
}

/// How many periods a coupon serves, once attached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duration {
    Once,
    /// So many periods, above zero.
    Repeating(u32),
    Forever,
}

impl Duration {
    pub const MAX_PERIODS: u32 = 1200;
    pub const WORDS: [&'static str; 3] = ["once", "repeating", "forever"];

    pub fn text(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Repeating(_) => "repeating",
            Self::Forever => "forever",
        }
    }

    pub fn periods(self) -> Option<u32> {
        match self {
            Self::Repeating(periods) => Some(periods),
            Self::Once | Self::Forever => None,
        }
    }

    /// From a body's fields: `duration`, and `durationPeriods` with `repeating`.
    pub fn from_fields(text: &str, periods: Option<u32>) -> Result<Self, Reject> {
        match (text, periods) {
            ("once", None) => Ok(Self::Once),
            ("forever", None) => Ok(Self::Forever),
            ("repeating", Some(periods)) if (1..=Self::MAX_PERIODS).contains(&periods) => Ok(Self::Repeating(periods)),
            ("repeating", Some(_)) => Err(Reject::field("durationPeriods", format!("Must be from 1 to {}", Self::MAX_PERIODS))),
            ("repeating", None) => Err(Reject::field("durationPeriods", "This field is required with \"repeating\"")),
            ("once" | "forever", Some(_)) => Err(Reject::field("durationPeriods", "Is taken only with \"repeating\"")),
            _ => Err(Reject::field("duration", "Must be one of: once, repeating, forever")),
        }
    }

    fn limit(self) -> Option<u32> {
        match self {
            Self::Once => Some(1),
            Self::Repeating(periods) => Some(periods),
            Self::Forever => None,
        }
    }

    /// How many of the next `periods` are discounted, after `used` were: each of them is a use, the earliest first.
    pub fn take(self, used: u32, periods: u32) -> u32 {
        self.limit().map_or(periods, |limit| periods.min(limit.saturating_sub(used)))
    }

    /// Whether it has served.
    pub fn is_over(self, used: u32) -> bool {
        self.take(used, 1) == 0
    }
}

/// A coupon that a subscription has: redeemed when it was attached, and used since.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attached {
    pub redemption: i64,
    pub code: String,
    pub off: Off,
    pub duration: Duration,
    /// The periods that invoices took it for, without those of void ones.
    pub used: u32,
}

impl Attached {
    /// What it takes off the next invoice, which bills so many periods; none where it has served.
    pub fn discount(&self, periods: u32) -> Option<Discount> {
        let periods = self.duration.take(self.used, periods);
        (periods > 0).then(|| Discount { redemption: self.redemption, code: self.code.clone(), off: self.off, periods })
    }

    /// What it takes off the charge of a change: where the running period had it, or it has a use left. None is counted (rule 3.2).
    pub fn discount_of_change(&self, serves_running: bool) -> Option<Discount> {
        let serves = serves_running || self.duration.take(self.used, 1) > 0;
        serves.then(|| Discount { redemption: self.redemption, code: self.code.clone(), off: self.off, periods: 0 })
    }
}

/// What a coupon takes off an invoice: of each of its first periods.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Discount {
    pub redemption: i64,
    pub code: String,
    pub off: Off,
    pub periods: u32,
}

/// The uses after an invoice that took `taken` of them was voided: it gives them back, once (rules 3.2 and 5).
pub fn give_back(used: u32, taken: u32) -> u32 {
    used.saturating_sub(taken)
}

fn refused(message: &str) -> Reject {
    Reject::field("couponCode", message)
}

/// What a code that nobody has answers.
pub fn unknown() -> Reject {
    refused("There is no such coupon")
}

/// What a coupon is to be redeemed for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Redemption {
    pub now: Timestamp,
    pub product: ProductId,
    pub currency: Currency,
}

/// Whether a coupon can be redeemed at all, or why not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    Redeemable,
    Inactive,
    Expired,
    UsedUp,
}

/// One time that a coupon was redeemed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// Of the redemption: later ones have greater keys.
    pub row: i64,
    pub at: Timestamp,
    /// For how many periods it has served since.
    pub periods: u32,
    pub subscription_id: SubscriptionId,
    pub customer_id: CustomerId,
    pub product_name: String,
    /// The subscription has it still.
    pub attached: bool,
}

impl Coupon {
    pub fn standing(&self, now: Timestamp) -> Standing {
        match self {
            _ if !self.active => Standing::Inactive,
            _ if self.expires_at.is_some_and(|expires| expires <= now) => Standing::Expired,
            _ if self.max_redemptions.is_some_and(|max| self.redeemed >= max) => Standing::UsedUp,
            _ => Standing::Redeemable,
        }
    }

    /// Whether it can be attached to a subscription. The refusal names `couponCode`.
    pub fn may_redeem(&self, redemption: &Redemption) -> Result<(), Reject> {
        match self.standing(redemption.now) {
            Standing::Redeemable => self.may_serve(redemption.product, redemption.currency),
            Standing::Inactive => Err(refused("This coupon is not active")),
            Standing::Expired => Err(refused("This coupon has expired")),
            Standing::UsedUp => Err(refused("This coupon is used up")),
        }
    }

    /// Whether it serves a product in a currency: also where a subscription that has it is changed.
    pub fn may_serve(&self, product: ProductId, currency: Currency) -> Result<(), Reject> {
        if !self.product_ids.is_empty() && !self.product_ids.contains(&product) {
            return Err(refused("This coupon is not for this product"));
        }
        match self.off {
            Off::Percent(_) => Ok(()),
            Off::Amount(amount) => in_currency(amount, currency),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::TypedId;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap_or_else(|e| panic!("{e}"))
    }

    fn usd(minor: i64) -> Money {
        Money::new(minor, currency("USD"))
    }

    fn percent(text: &str) -> Off {
        Off::Percent(Percent::parse(text).unwrap_or_else(|e| panic!("{e}")))
    }

    fn minors(discounts: Result<Vec<Money>, Reject>) -> Vec<i64> {
        discounts.unwrap_or_else(|r| panic!("{r:?}")).into_iter().map(Money::minor).collect()
    }

    fn product(n: u128) -> ProductId {
        ProductId::from_uuid(Uuid::from_u128(n))
    }

    fn coupon() -> Coupon {
        Coupon {
            row: 1,
            id: CouponId::from_uuid(Uuid::nil()),
            created_at: Timestamp::from_ms(0),
            updated_at: Timestamp::from_ms(0),
            code: CouponCode::parse("SPRING").unwrap_or_else(|e| panic!("{e}")),
            off: Off::Amount(usd(500)),
            duration: Duration::Once,
            max_redemptions: Some(2),
            redeemed: 1,
            product_ids: vec![product(1)],
            expires_at: Some(Timestamp::from_ms(1000)),
            active: true,
            metadata: Encoded("{}".into()),
            external_id: None,
        }
    }

    #[test]
    fn rule_3_2_a_percentage_is_rounded_once_per_line() {
        assert_eq!(minors(percent("20").discounts(&[usd(1000), usd(333)])), [200, 67]);
        assert_eq!(minors(percent("50").discounts(&[usd(1), usd(1)])), [1, 1]);
        assert_eq!(minors(percent("100").discounts(&[usd(999)])), [999]);
        assert_eq!(minors(percent("100").discounts(&[])), [0_i64; 0]);
    }

    #[test]
    fn rule_3_2_a_fixed_discount_is_spread_by_largest_remainder_and_is_not_more_than_the_subtotal() {
        assert_eq!(minors(Off::Amount(usd(500)).discounts(&[usd(1000), usd(1000), usd(1000)])), [167, 167, 166]);
        assert_eq!(minors(Off::Amount(usd(500)).discounts(&[usd(100), usd(99)])), [100, 99]);
        assert_eq!(minors(Off::Amount(usd(500)).discounts(&[usd(0), usd(0)])), [0, 0]);
        assert!(Off::Amount(usd(500)).discounts(&[Money::new(1000, currency("EUR"))]).is_err());
    }

    #[test]
    fn rule_3_2_a_changes_charge_takes_a_percentage_whole_and_a_fixed_amount_by_its_days() {
        let share = DayShare::new(10, 30);
        assert_eq!(percent("20").discount_of_change(usd(333), share), Ok(usd(67)));
        assert_eq!(Off::Amount(usd(500)).discount_of_change(usd(333), share), Ok(usd(167)));
        assert_eq!(Off::Amount(usd(500)).discount_of_change(usd(100), share), Ok(usd(100)));
        assert!(Off::Amount(usd(500)).discount_of_change(Money::new(1, currency("EUR")), share).is_err());
    }

    #[test]
    fn rule_3_2_uses_are_counted_per_period_and_a_voided_invoice_gives_them_back() {
        assert_eq!((Duration::Once.take(0, 3), Duration::Once.take(1, 3)), (1, 0));
        assert_eq!((Duration::Repeating(3).take(0, 1), Duration::Repeating(3).take(2, 6), Duration::Repeating(3).take(3, 1)), (1, 1, 0));
        assert_eq!(Duration::Forever.take(u32::MAX, 12), 12);
        assert!(Duration::Once.is_over(1) && !Duration::Forever.is_over(99));
        let used = Duration::Repeating(3).take(0, 2);
        assert_eq!(Duration::Repeating(3).take(give_back(used, 2), 5), 3);
        let attached = |duration, used| Attached { redemption: 1, code: "SPRING".into(), off: percent("20"), duration, used };
        assert_eq!(attached(Duration::Repeating(3), 1).discount(6).map(|d| d.periods), Some(2));
        assert_eq!(attached(Duration::Once, 1).discount(6), None);
        // More periods than a coupon has left, and then fewer: nothing runs below zero.
        assert_eq!(Duration::Repeating(3).take(7, 1), 0);
        assert_eq!(give_back(1, 2), 0);
    }

    #[test]
    fn rule_3_2_a_coupon_that_cannot_be_redeemed_says_why_on_its_field() {
        let right = Redemption { now: Timestamp::from_ms(999), product: product(1), currency: currency("USD") };
        let answer =
            |coupon: &Coupon, redemption: &Redemption| coupon.may_redeem(redemption).map_err(|r| (r.details[0].field.clone(), r.details[0].message.clone()));
        assert_eq!(answer(&coupon(), &right), Ok(()));
        for (redemption, message) in [
            (Redemption { now: Timestamp::from_ms(1000), ..right }, "This coupon has expired"),
            (Redemption { product: product(2), ..right }, "This coupon is not for this product"),
            (Redemption { currency: currency("EUR"), ..right }, "This coupon is in USD, not in EUR"),
        ] {
            assert_eq!(answer(&coupon(), &redemption), Err(("couponCode".into(), message.into())));
        }
        assert!(answer(&Coupon { active: false, ..coupon() }, &right).is_err());
        assert_eq!(answer(&Coupon { redeemed: 2, ..coupon() }, &right), Err(("couponCode".into(), "This coupon is used up".into())));
        let open = Coupon { max_redemptions: None, redeemed: 9999, expires_at: None, product_ids: Vec::new(), off: percent("20"), ..coupon() };
        assert_eq!(answer(&open, &Redemption { product: product(7), currency: currency("EUR"), ..right }), Ok(()));
        assert_eq!(unknown().details[0].field, "couponCode");
    }

    #[test]
    fn a_coupon_takes_off_either_a_percentage_or_an_amount() {
        let decimal = |text: &str| Decimal::parse(text).unwrap_or_else(|e| panic!("{e}"));
        let off = |percent: Option<&str>, amount: Option<&str>, code: Option<&str>| {
            let fields = |r: Reject| r.details.iter().map(|d| d.field.clone()).collect::<Vec<_>>().join(" ");
            Off::from_fields(percent.map(decimal).as_ref(), amount.map(decimal).as_ref(), code.map(currency)).map_err(fields)
        };
        assert_eq!(off(Some("20"), None, None), Ok(percent("20")));
        assert_eq!(off(None, Some("5"), Some("USD")), Ok(Off::Amount(usd(500))));
        for (given, wrong) in [
            (off(Some("20"), Some("5"), Some("USD")), "percentOff amountOff"),
            (off(None, None, None), "percentOff"),
            (off(Some("0"), None, None), "percentOff"),
            (off(Some("100.01"), None, None), "percentOff"),
            (off(Some("20"), None, Some("USD")), "currency"),
            (off(None, Some("5"), None), "currency"),
            (off(None, Some("0"), Some("USD")), "amountOff"),
            (off(None, Some("-5"), Some("USD")), "amountOff"),
            (off(None, Some("5.555"), Some("USD")), "amountOff"),
        ] {
            assert_eq!(given, Err(wrong.into()));
        }
    }

    #[test]
    fn a_duration_has_periods_where_it_repeats() {
        let field = |text, periods| Duration::from_fields(text, periods).map_err(|r| r.details[0].field.clone());
        assert_eq!(field("once", None), Ok(Duration::Once));
        assert_eq!(field("repeating", Some(3)), Ok(Duration::Repeating(3)));
        assert_eq!(field("forever", None), Ok(Duration::Forever));
        for (text, periods) in [("repeating", None), ("repeating", Some(0)), ("once", Some(1)), ("forever", Some(1))] {
            assert_eq!(field(text, periods), Err("durationPeriods".into()), "{text} {periods:?}");
        }
        assert_eq!(field("often", None), Err("duration".into()));
        for duration in [Duration::Once, Duration::Repeating(3), Duration::Forever] {
            assert_eq!(Duration::from_fields(duration.text(), duration.periods()), Ok(duration));
            assert!(Duration::WORDS.contains(&duration.text()));
        }
    }

    #[test]
    fn a_code_is_one_word_and_the_same_in_any_case() {
        assert_eq!(CouponCode::parse(" Spring-20% ").map(|c| c.key()), Ok("spring-20%".into()));
        for wrong in ["", "  ", "A B", "A\0", &"x".repeat(101)] {
            assert!(CouponCode::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn rule_3_2_a_discount_is_from_nothing_to_its_line(
            lines in proptest::collection::vec(0..100_000_i64, 1..10), off in prop_oneof![
                (1..=1_000_000_i64).prop_map(|v| Off::Percent(Percent::from_ten_thousandths(v).unwrap_or(Percent::ZERO))),
                (1..200_000_i64).prop_map(|v| Off::Amount(usd(v))),
            ],
        ) {
            let amounts: Vec<Money> = lines.iter().map(|l| usd(*l)).collect();
            let discounts = minors(off.discounts(&amounts));
            prop_assert!(discounts.iter().zip(&lines).all(|(discount, line)| (0..=*line).contains(discount)), "{discounts:?} of {lines:?}");
            if let Off::Amount(amount) = off {
                prop_assert_eq!(discounts.iter().sum::<i64>(), amount.minor().min(lines.iter().sum()));
            }
        }

        #[test]
        fn rule_3_2_uses_taken_in_any_steps_are_the_duration(limit in 1..50_u32, steps in proptest::collection::vec(0..9_u32, 0..40)) {
            let duration = Duration::Repeating(limit);
            let used = steps.iter().fold(0, |used, periods| used + duration.take(used, *periods));
            prop_assert_eq!(used, limit.min(steps.iter().sum()));
        }
    }
}
