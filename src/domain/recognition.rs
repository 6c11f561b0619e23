//! Revenue recognition: what is billed ahead is earned evenly over the local days that it pays (rules, section 7).
//!
//! A line's schedule is an amount over days; what is earned up to a day is the exact share rounded once, so that the days sum
//! to the amount. Days are numbers of local dates (`Timestamp::local_day`), never seconds. Deliberately absent: the postings,
//! and when a day is over.

use crate::domain::money::Money;
use crate::domain::ratio::rounded_quotient;
use crate::domain::reject::Reject;
use crate::domain::time::{Period, Timestamp, Zone};

/// An amount that is earned evenly over days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Schedule {
    amount: Money,
    first_day: i64,
    days: i64,
}

impl Schedule {
    /// Less than one day counts as one: what pays no time (a setup fee, a period that its zone skipped) is earned at once.
    pub fn new(amount: Money, first_day: i64, days: i64) -> Self {
        Self { amount, first_day, days: days.max(1) }
    }

    /// Over a period's local days; the day on which it ends belongs to the next (rules 1.4 and 1.5).
    pub fn over(amount: Money, period: Period, zone: Zone) -> Self {
        Self::new(amount, period.start.local_day(zone), period.days(zone))
    }

    /// On one day: a line without a period.
    pub fn at_once(amount: Money, at: Timestamp, zone: Zone) -> Self {
        Self::new(amount, at.local_day(zone), 1)
    }

    pub fn amount(&self) -> Money {
        self.amount
    }

    pub fn first_day(&self) -> i64 {
        self.first_day
    }

    pub fn days(&self) -> i64 {
        self.days
    }

    /// The first day after it.
    pub fn end_day(&self) -> i64 {
        self.first_day.saturating_add(self.days)
    }

    /// What is earned before `day` begins: amount × days gone / days, rounded half away from zero.
    pub fn earned_before(&self, day: i64) -> Money {
        let gone = day.saturating_sub(self.first_day).clamp(0, self.days);
        let earned = rounded_quotient(i128::from(self.amount.minor()) * i128::from(gone), i128::from(self.days));
        Money::new(i64::try_from(earned).expect("a part of an amount is not more than it"), self.amount.currency())
    }

    /// What is earned from the beginning of day `from` to that of day `to`: one day, or all that was missed.
    pub fn earned_between(&self, from: i64, to: i64) -> Result<Money, Reject> {
        self.earned_before(to).minus(self.earned_before(from))
    }

    /// What is still deferred when `day` begins.
    pub fn deferred_at(&self, day: i64) -> Result<Money, Reject> {
        self.amount.minus(self.earned_before(day))
    }

    /// Credits a part of the amount when the days before `day` are earned: it comes out of what is deferred, and only what
    /// exceeds that out of revenue. What then is still deferred is earned evenly until `end_day`, the end of the days that
    /// are still served: its own end, or the day from which the time was credited. Where no day is left it is earned on `day`.
    ///
    /// # Panics
    /// On a credit below zero or above the schedule's amount (I6 forbids both).
    pub fn credit(&self, credit: Money, day: i64, end_day: i64) -> Result<Credited, Reject> {
        assert!(!credit.is_negative() && credit.minor() <= self.amount.minor(), "a credit is a part of its line");
        let deferred = self.deferred_at(day)?;
        let from_deferred = credit.min(deferred);
        let begins = day.max(self.first_day);
        let rest = Self::new(deferred.minus(from_deferred)?, begins, end_day.min(self.end_day()).saturating_sub(begins));
        Ok(Credited { from_deferred, from_revenue: credit.minus(from_deferred)?, rest })
    }

    /// The same when the days before `day` are earned and what is left moves to other days: a pause, an extension.
    pub fn moved(&self, day: i64, first_day: i64, days: i64) -> Result<Self, Reject> {
        Ok(Self::new(self.deferred_at(day)?, first_day, days))
    }
}

/// What a credit takes, and the schedule that stands in the old one's place from its day on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Credited {
    pub from_deferred: Money,
    pub from_revenue: Money,
    pub rest: Schedule,
}

/// What all schedules earn from the beginning of day `from` to that of day `to`: one amount for each currency, in the order
/// of its code; currencies in which nothing is earned are left out. This is the aggregate posting of a day.
pub fn aggregate<'a>(schedules: impl IntoIterator<Item = &'a Schedule>, from: i64, to: i64) -> Result<Vec<Money>, Reject> {
    // A business has few currencies: a search among them costs less than a map.
    let mut totals: Vec<Money> = Vec::new();
    for schedule in schedules {
        let earned = schedule.earned_between(from, to)?;
        if earned.is_zero() {
            continue;
        }
        match totals.iter_mut().find(|total| total.currency() == earned.currency()) {
            Some(total) => *total = total.plus(earned)?,
            None => totals.push(earned),
        }
    }
    totals.sort_by_key(|total| total.currency());
    Ok(totals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use proptest::prelude::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).unwrap_or_else(|e| panic!("{e}")))
    }

    fn usd(minor: i64) -> Money {
        money(minor, "USD")
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    fn by_day(schedule: Schedule) -> Vec<i64> {
        let days = schedule.first_day()..schedule.end_day();
        days.map(|day| schedule.earned_between(day, day + 1).map(Money::minor).unwrap_or_else(|r| panic!("{r:?}"))).collect()
    }

    #[test]
    fn rule_7_revenue_is_earned_evenly_over_the_days_and_sums_exactly() {
        assert_eq!(by_day(Schedule::new(usd(10), 100, 4)), [3, 2, 3, 2]);
        assert_eq!(by_day(Schedule::new(usd(100), 0, 3)), [33, 34, 33]);
        let schedule = Schedule::new(usd(100), 10, 3);
        assert_eq!([9, 10, 11, 12, 13, 99].map(|day| schedule.earned_before(day).minor()), [0, 0, 33, 67, 100, 100]);
        assert_eq!(schedule.deferred_at(12), Ok(usd(33)));
    }

    #[test]
    fn rule_1_5_a_period_is_earned_over_its_zones_dates() {
        let paris = Zone::parse("Europe/Paris").unwrap_or_else(|e| panic!("{e}"));
        let march = Period { start: at("2026-02-28T23:00:00Z"), end: at("2026-03-31T22:00:00Z") };
        let schedule = Schedule::over(usd(3100), march, paris);
        assert_eq!((schedule.days(), schedule.first_day()), (31, at("2026-03-01").local_day(Zone::UTC)));
        assert!(by_day(schedule).iter().all(|day| *day == 100));
        // In UTC it begins a day earlier.
        assert_eq!(Schedule::over(usd(3100), march, Zone::UTC).first_day(), schedule.first_day() - 1);
    }

    #[test]
    fn rule_7_a_line_that_pays_no_time_is_earned_at_once() {
        let fee = Schedule::at_once(usd(500), at("2026-03-01T10:00:00Z"), Zone::UTC);
        assert_eq!(by_day(fee), [500]);
        assert_eq!(Schedule::new(usd(500), 7, 0), Schedule::new(usd(500), 7, 1));
    }

    #[test]
    fn rule_7_a_credit_takes_what_is_deferred_and_the_rest_sums_exactly() {
        let month = Schedule::new(usd(1000), 0, 30);
        // Cancelled on day 10, which is used up: 19 of 30 days, 6.33, are credited, and 6.67 less what ten days earned remain.
        let cancelled = month.credit(usd(633), 10, 11).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((cancelled.from_deferred, cancelled.from_revenue), (usd(633), usd(0)));
        assert_eq!(by_day(cancelled.rest), [34]);
        assert_eq!(month.earned_before(10).minor() + 34 + 633, 1000);
        // A change on day 10 credits that day too: nothing but the rounding is left, and it is earned on the day.
        let changed = month.credit(usd(667), 10, 10).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((changed.from_deferred, by_day(changed.rest)), (usd(667), vec![0]));
        // Goodwill in the middle: the days that are left earn less.
        let goodwill = month.credit(usd(100), 10, 30).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((goodwill.rest.days(), goodwill.rest.amount()), (20, usd(567)));
    }

    #[test]
    fn rule_7_what_exceeds_the_deferred_comes_out_of_revenue() {
        let month = Schedule::new(usd(1000), 0, 30);
        let credited = month.credit(usd(900), 15, 30).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((credited.from_deferred, credited.from_revenue, credited.rest.amount()), (usd(500), usd(400), usd(0)));
        let late = month.credit(usd(1000), 99, 30).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((late.from_deferred, late.from_revenue, late.rest.amount()), (usd(0), usd(1000), usd(0)));
        let early = month.credit(usd(1000), -5, 30).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((early.from_deferred, early.from_revenue, early.rest.amount()), (usd(1000), usd(0), usd(0)));
    }

    #[test]
    fn rule_7_a_day_has_one_posting_per_currency() {
        let schedules =
            [Schedule::new(usd(300), 0, 30), Schedule::new(money(62, "EUR"), 0, 31), Schedule::new(usd(90), 5, 1), Schedule::new(money(7, "JPY"), 50, 7)];
        assert_eq!(aggregate(&schedules, 5, 6), Ok(vec![money(2, "EUR"), usd(100)]));
        assert_eq!(aggregate(&schedules, 0, 100), Ok(vec![money(62, "EUR"), money(7, "JPY"), usd(390)]));
        assert_eq!(aggregate(&schedules, 100, 101), Ok(Vec::new()));
    }

    fn refused(reject: Reject) -> TestCaseError {
        TestCaseError::fail(reject.message)
    }

    proptest! {
        #[test]
        fn rule_7_the_days_sum_to_the_amount_and_are_even(amount in 0..1_000_000_i64, days in 1..400_i64, first in -100_000..100_000_i64) {
            let parts = by_day(Schedule::new(usd(amount), first, days));
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            prop_assert!(parts.iter().all(|part| (amount / days..=amount / days + 1).contains(part)));
        }

        #[test]
        fn rule_1_7_earning_in_two_steps_is_earning_in_one(amount in 0..1_000_000_i64, days in 1..400_i64, mut cuts in [-9..420_i64, -9..420_i64, -9..420_i64]) {
            cuts.sort_unstable();
            let [a, b, c] = cuts;
            let schedule = Schedule::new(usd(amount), 0, days);
            let (first, second) = (schedule.earned_between(a, b).map_err(refused)?, schedule.earned_between(b, c).map_err(refused)?);
            prop_assert_eq!(first.plus(second).map_err(refused)?, schedule.earned_between(a, c).map_err(refused)?);
        }

        #[test]
        fn rule_7_earned_credited_and_left_are_the_amount_through_any_number_of_credits(
            amount in 0..100_000_i64, days in 1..40_i64, credits in proptest::collection::vec((0..12_i64, 0..=100_i64, 0..45_i64), 0..5),
        ) {
            let mut schedule = Schedule::new(usd(amount), 0, days);
            let (mut day, mut revenue, mut credited, mut from_day) = (0, 0, 0, 0);
            for (later, percent, end_day) in credits {
                day += later;
                revenue += schedule.earned_between(from_day, day).map_err(refused)?.minor();
                from_day = day;
                let credit = schedule.amount().minor() * percent / 100;
                let result = schedule.credit(usd(credit), day, end_day).map_err(refused)?;
                revenue -= result.from_revenue.minor();
                credited += credit;
                prop_assert!(!result.rest.amount().is_negative());
                schedule = result.rest;
            }
            revenue += schedule.earned_between(from_day, 1_000).map_err(refused)?.minor();
            prop_assert_eq!(revenue + credited, amount);
        }
    }
}
