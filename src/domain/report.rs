//! What reports count: monthly recurring revenue and what moves it (rules, section 7; I12).
//!
//! Deliberately absent: sums over currencies, and the rows of any report.

use crate::domain::coupon::Off;
use crate::domain::money::{Currency, Money};
use crate::domain::ratio::Ratio;
use crate::domain::reject::Reject;
use crate::domain::subscription::SubscriptionStatus;
use crate::domain::time::{Interval, Unit};

/// What a month has of one interval: a year / 12, a week × 52 / 12, a day × 365 / 12, several years by their months.
pub fn per_month(interval: Interval) -> Ratio {
    let count = i64::from(interval.count);
    match interval.unit {
        Unit::Day => Ratio::of(365, 12 * count),
        Unit::Week => Ratio::of(52, 12 * count),
        Unit::Month => Ratio::of(1, count),
        Unit::Year => Ratio::of(1, 12 * count),
    }
}

/// Whether a subscription in this state counts: active and past_due do.
pub fn counts(status: SubscriptionStatus) -> bool {
    matches!(status, SubscriptionStatus::Active | SubscriptionStatus::PastDue)
}

/// What recurs of a subscription.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recurring {
    pub unit_amount: Money,
    pub quantity: i64,
    pub interval: Interval,
    /// A discount that never ends; others do not recur.
    pub forever: Option<Off>,
}

impl Recurring {
    /// What one period brings: price × quantity, net of the discount as an invoice would round it.
    pub fn per_period(&self) -> Result<Money, Reject> {
        let amount = self.unit_amount.times(self.quantity)?;
        let discounts = self.forever.map_or(Ok(Vec::new()), |off| off.discounts(&[amount]))?;
        discounts.into_iter().try_fold(amount, Money::minus)
    }

    /// Its exact MRR in minor units.
    pub fn exact_mrr(&self) -> Result<Ratio, Reject> {
        Ratio::whole(self.per_period()?.minor()).times(per_month(self.interval))
    }

    /// Its MRR, rounded once: what a total sums, so that totals and movements agree to the unit.
    pub fn mrr(&self) -> Result<Money, Reject> {
        self.per_period()?.scaled(per_month(self.interval))
    }
}

/// What MRR a subscription has: none while it does not count.
pub type Counted = Option<Money>;

/// How MRR moved in one currency. Every amount is zero or more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Movements {
    /// Of subscriptions that count for the first time.
    pub new: Money,
    pub expansion: Money,
    /// Of subscriptions that count again.
    pub reactivation: Money,
    pub contraction: Money,
    /// Of subscriptions that count no longer.
    pub churn: Money,
}

/// Whether a subscription had counted at any time before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum History {
    NeverCounted,
    CountedBefore,
}

impl Movements {
    pub fn none(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { new: zero, expansion: zero, reactivation: zero, contraction: zero, churn: zero }
    }

    /// Adds what one subscription did from one state to another. An amount in another currency counts as none, so that a
    /// change of currency is churn in the one and new (or reactivation) in the other.
    pub fn record(&mut self, before: Counted, after: Counted, history: History) -> Result<(), Reject> {
        let ours = |counted: Counted| counted.filter(|amount| amount.currency() == self.new.currency());
        let (place, amount) = match (ours(before), ours(after)) {
            (None, None) => return Ok(()),
            (None, Some(after)) if history == History::NeverCounted => (&mut self.new, after),
            (None, Some(after)) => (&mut self.reactivation, after),
            (Some(before), None) => (&mut self.churn, before),
            (Some(before), Some(after)) if after.minor() >= before.minor() => (&mut self.expansion, after.minus(before)?),
            (Some(before), Some(after)) => (&mut self.contraction, before.minus(after)?),
        };
        *place = place.plus(amount)?;
        Ok(())
    }

    /// ΔMRR = new + expansion + reactivation − contraction − churn (I12).
    pub fn net(&self) -> Result<Money, Reject> {
        self.new.plus(self.expansion)?.plus(self.reactivation)?.minus(self.contraction)?.minus(self.churn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::percent::Percent;
    use proptest::prelude::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).unwrap_or_else(|e| panic!("{e}")))
    }

    fn usd(minor: i64) -> Money {
        money(minor, "USD")
    }

    fn recurring(minor: i64, unit: Unit, count: u32) -> Recurring {
        Recurring { unit_amount: usd(minor), quantity: 1, interval: Interval { unit, count }, forever: None }
    }

    #[test]
    fn rule_7_mrr_is_a_month_of_the_price() {
        for (minor, unit, count, mrr) in [
            (999, Unit::Month, 1, 999),
            (2997, Unit::Month, 3, 999),
            (12_000, Unit::Year, 1, 1000),
            (24_000, Unit::Year, 2, 1000),
            (10_000, Unit::Year, 1, 833),
            (500, Unit::Week, 1, 2167),
            (1000, Unit::Week, 2, 2167),
            (100, Unit::Day, 1, 3042),
            (3000, Unit::Day, 30, 3042),
        ] {
            assert_eq!(recurring(minor, unit, count).mrr(), Ok(usd(mrr)), "{minor} {unit:?} {count}");
        }
        assert_eq!(recurring(10_000, Unit::Year, 1).exact_mrr(), Ok(Ratio::of(2500, 3)));
    }

    #[test]
    fn rule_7_mrr_is_rounded_once_after_quantity_and_forever_discount() {
        let three = Recurring { quantity: 3, ..recurring(10_000, Unit::Year, 1) };
        assert_eq!(three.mrr(), Ok(usd(2500)));
        let fifth = Some(Off::Percent(Percent::parse("20").unwrap_or_else(|e| panic!("{e}"))));
        assert_eq!(Recurring { forever: fifth, ..three }.mrr(), Ok(usd(2000)));
        assert_eq!(Recurring { forever: Some(Off::Amount(usd(30_000))), ..three }.mrr(), Ok(usd(0)));
        assert_eq!(Recurring { forever: Some(Off::Amount(usd(6_000))), ..three }.mrr(), Ok(usd(2000)));
    }

    #[test]
    fn rule_7_active_and_past_due_count() {
        let counted: Vec<_> = SubscriptionStatus::ALL.into_iter().filter(|s| counts(*s)).collect();
        assert_eq!(counted, [SubscriptionStatus::Active, SubscriptionStatus::PastDue]);
    }

    #[test]
    fn i12_each_movement_has_its_name() {
        let moved = |before: Counted, after: Counted, history| {
            let mut movements = Movements::none(usd(0).currency());
            movements.record(before, after, history).unwrap_or_else(|r| panic!("{r:?}"));
            [movements.new, movements.expansion, movements.reactivation, movements.contraction, movements.churn].map(Money::minor)
        };
        let (never, again) = (History::NeverCounted, History::CountedBefore);
        assert_eq!(moved(None, Some(usd(10)), never), [10, 0, 0, 0, 0]);
        assert_eq!(moved(Some(usd(10)), Some(usd(15)), again), [0, 5, 0, 0, 0]);
        assert_eq!(moved(None, Some(usd(10)), again), [0, 0, 10, 0, 0]);
        assert_eq!(moved(Some(usd(10)), Some(usd(4)), again), [0, 0, 0, 6, 0]);
        assert_eq!(moved(Some(usd(10)), None, again), [0, 0, 0, 0, 10]);
        assert_eq!(moved(None, None, never), [0; 5]);
        assert_eq!(moved(Some(money(10, "EUR")), Some(usd(10)), again), [0, 0, 10, 0, 0]);
        assert_eq!(moved(Some(usd(10)), Some(money(10, "EUR")), again), [0, 0, 0, 0, 10]);
    }

    fn refused(reject: Reject) -> TestCaseError {
        TestCaseError::fail(reject.message)
    }

    proptest! {
        #[test]
        fn i12_movements_are_the_change_of_mrr(
            states in proptest::collection::vec((proptest::option::of(0..10_000_i64), proptest::option::of(0..10_000_i64), any::<bool>()), 0..40),
        ) {
            let mut movements = Movements::none(usd(0).currency());
            let mut change = 0;
            for (before, after, counted_before) in states {
                change += after.unwrap_or(0) - before.unwrap_or(0);
                let history = if counted_before || before.is_some() { History::CountedBefore } else { History::NeverCounted };
                movements.record(before.map(usd), after.map(usd), history).map_err(refused)?;
            }
            prop_assert_eq!(movements.net().map_err(refused)?, usd(change));
        }
    }
}
