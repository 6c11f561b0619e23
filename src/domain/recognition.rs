//! Revenue recognition: what is billed ahead is earned evenly over the local days that it pays (rules, section 7).
//!
//! A line's schedule is an amount over days. It earns amount / days a day, rounded down, and one minor unit more on each of the
//! first days until the amount is whole: so the days sum to it exactly, and what a day brings changes at three days at most.
//! That is what makes a day's posting cheap: beside the schedules stands, for each day, by how much the sum of what they earn
//! changes ([`Schedule::changes`]), and nobody adds up schedules day by day.
//!
//! Days are numbers of local dates (`Timestamp::local_day`), never seconds. A day that is over is posted and never touched
//! again: what a schedule would have earned before the day on which it was written is earned on that day. Deliberately absent:
//! the postings, and when a day is over.

use crate::domain::money::Money;
use crate::domain::reject::Reject;
use crate::domain::time::{Period, Timestamp, Zone};

/// The days over which something is earned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Days {
    pub first: i64,
    /// At least one: what pays no time (a setup fee, a period that its zone skipped) is earned at once.
    count: i64,
}

impl Days {
    pub fn new(first: i64, count: i64) -> Self {
        Self { first, count: count.max(1) }
    }

    /// A period's local days; the day on which it ends belongs to the next (rules 1.4 and 1.5).
    pub fn of(period: Period, zone: Zone) -> Self {
        Self::new(period.start.local_day(zone), period.days(zone))
    }

    /// The local days from one instant to another.
    pub fn between(start: Timestamp, end: Timestamp, zone: Zone) -> Self {
        Self::new(start.local_day(zone), end.local_day(zone).saturating_sub(start.local_day(zone)))
    }

    pub fn count(&self) -> i64 {
        self.count
    }

    /// The first day after them.
    pub fn end(&self) -> i64 {
        self.first.saturating_add(self.count)
    }
}

/// An amount that is earned evenly over days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Schedule {
    amount: Money,
    /// The first day that was not posted yet when it was written: what lies before it is earned on it.
    opens: i64,
    /// None while they are not known: the dates wait for a payment, or the subscription is paused. Then nothing is earned.
    days: Option<Days>,
}

/// By how much a day earns more, or less, than the day before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    pub day: i64,
    pub minor: i64,
}

impl Schedule {
    pub fn new(amount: Money, opens: i64, days: Option<Days>) -> Self {
        Self { amount, opens, days }
    }

    pub fn amount(&self) -> Money {
        self.amount
    }

    pub fn opens(&self) -> i64 {
        self.opens
    }

    pub fn days(&self) -> Option<Days> {
        self.days
    }

    /// What a day earns at least, and on how many of the first days it is one unit more.
    fn parts(&self, days: Days) -> (i64, i64) {
        (self.amount.minor().div_euclid(days.count), self.amount.minor().rem_euclid(days.count))
    }

    /// What is earned before `day` begins.
    pub fn earned_before(&self, day: i64) -> Money {
        let Some(days) = self.days.filter(|_| day > self.opens) else { return Money::zero(self.amount.currency()) };
        let gone = day.saturating_sub(days.first).clamp(0, days.count);
        let (each, more) = self.parts(days);
        Money::new(each * gone + gone.min(more), self.amount.currency())
    }

    /// What is still deferred when `day` begins.
    pub fn deferred_at(&self, day: i64) -> Result<Money, Reject> {
        self.amount.minus(self.earned_before(day))
    }

    /// What is earned on one day, in minor units.
    fn on(&self, day: i64) -> i64 {
        self.earned_before(day.saturating_add(1)).minor() - self.earned_before(day).minor()
    }

    /// How what it earns from `from` on changes from day to day, in the days' order: what it earned before counts as none.
    pub fn changes(&self, from: i64) -> Vec<Change> {
        let Some(days) = self.days else { return Vec::new() };
        let more = self.parts(days).1;
        let mut at = [from, self.opens, self.opens.saturating_add(1), days.first, days.first.saturating_add(more), days.end()];
        at.sort_unstable();
        let mut changes: Vec<Change> = Vec::new();
        for day in at.into_iter().filter(|day| *day >= from) {
            let before = if day == from { 0 } else { self.on(day - 1) };
            let minor = self.on(day) - before;
            if minor != 0 && changes.last().is_none_or(|last| last.day != day) {
                changes.push(Change { day, minor });
            }
        }
        changes
    }

    /// How the sum changes when from `day` on `next` stands in this one's place.
    pub fn changes_to(&self, next: &Self, day: i64) -> Vec<Change> {
        let mut changes = next.changes(day);
        for gone in self.changes(day) {
            match changes.iter_mut().find(|change| change.day == gone.day) {
                Some(change) => change.minor -= gone.minor,
                None => changes.push(Change { day: gone.day, minor: -gone.minor }),
            }
        }
        changes.retain(|change| change.minor != 0);
        changes.sort_unstable_by_key(|change| change.day);
        changes
    }

    /// What is left of it when the days before `day` are earned, over other days: a pause, an extension, a payment that was
    /// awaited. No days: they are not known yet.
    pub fn moved(&self, day: i64, days: Option<Days>) -> Result<Self, Reject> {
        Ok(Self::new(self.deferred_at(day)?, day, days))
    }

    /// Takes back all that it earns, when the days before `day` are earned: a document that is void.
    pub fn undone(&self, day: i64) -> Result<Self, Reject> {
        self.moved(day, self.days).map(|rest| Self { amount: Money::zero(rest.amount.currency()), ..rest })
    }

    /// Credits a part of a line's amount when the days before `day` are earned: it comes out of what is deferred, and only what
    /// exceeds that out of revenue. What then is still deferred is earned evenly until `end_day`, the end of the days that
    /// are still served: its own end, or the day from which the time was credited. Where no day is left it is earned on `day`.
    ///
    /// # Panics
    /// On a credit below zero (I6 forbids it).
    pub fn credit(&self, credit: Money, day: i64, end_day: i64) -> Result<Credited, Reject> {
        assert!(!credit.is_negative(), "a credit is a part of its line");
        let deferred = self.deferred_at(day)?;
        let from_deferred = credit.min(deferred);
        let left = |days: Days| {
            let begins = day.max(days.first);
            Days::new(begins, end_day.min(days.end()).saturating_sub(begins))
        };
        let rest = Self::new(deferred.minus(from_deferred)?, day, self.days.map(left));
        Ok(Credited { from_deferred, from_revenue: credit.minus(from_deferred)?, rest })
    }
}

/// What a credit takes, and the schedule that stands in the old one's place from its day on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Credited {
    pub from_deferred: Money,
    pub from_revenue: Money,
    pub rest: Schedule,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::money::Currency;
    use proptest::prelude::*;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap_or_else(|e| panic!("{e}")))
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    /// Written on its first day.
    fn schedule(minor: i64, first: i64, count: i64) -> Schedule {
        Schedule::new(usd(minor), first, Some(Days::new(first, count)))
    }

    fn by_day(schedule: Schedule) -> Vec<i64> {
        let days = schedule.days().unwrap_or_else(|| panic!("no days"));
        (days.first..days.end()).map(|day| schedule.on(day)).collect()
    }

    fn told(changes: &[Change]) -> Vec<(i64, i64)> {
        changes.iter().map(|c| (c.day, c.minor)).collect()
    }

    #[test]
    fn rule_7_revenue_is_earned_evenly_over_the_days_and_sums_exactly() {
        assert_eq!(by_day(schedule(10, 100, 4)), [3, 3, 2, 2]);
        assert_eq!(by_day(schedule(100, 0, 3)), [34, 33, 33]);
        assert_eq!(by_day(schedule(2, 0, 5)), [1, 1, 0, 0, 0]);
        let three = schedule(100, 10, 3);
        assert_eq!([9, 10, 11, 12, 13, 99].map(|day| three.earned_before(day).minor()), [0, 0, 34, 67, 100, 100]);
        assert_eq!(three.deferred_at(12), Ok(usd(33)));
    }

    #[test]
    fn rule_7_what_a_day_brings_changes_on_three_days_at_most() {
        assert_eq!(told(&schedule(10, 100, 4).changes(100)), [(100, 3), (102, -1), (104, -2)]);
        assert_eq!(told(&schedule(100, 0, 4).changes(0)), [(0, 25), (4, -25)]);
        assert_eq!(told(&schedule(2, 0, 5).changes(0)), [(0, 1), (2, -1)]);
        assert_eq!(told(&schedule(10, 100, 4).changes(101)), [(101, 3), (102, -1), (104, -2)], "what is left of it");
        assert_eq!(told(&schedule(10, 100, 4).changes(104)), []);
    }

    #[test]
    fn rule_7_what_was_billed_late_is_earned_on_the_day_it_is_written() {
        let late = Schedule::new(usd(10), 102, Some(Days::new(100, 4)));
        assert_eq!([100, 101, 102, 103, 104].map(|day| late.on(day)), [0, 0, 8, 2, 0]);
        assert_eq!(told(&late.changes(102)), [(102, 8), (103, -6), (104, -2)]);
        let over = Schedule::new(usd(10), 200, Some(Days::new(100, 4)));
        assert_eq!(told(&over.changes(200)), [(200, 10), (201, -10)]);
    }

    #[test]
    fn rule_1_5_a_period_is_earned_over_its_zones_dates() {
        let paris = Zone::parse("Europe/Paris").unwrap_or_else(|e| panic!("{e}"));
        let march = Period { start: at("2026-02-28T23:00:00Z"), end: at("2026-03-31T22:00:00Z") };
        let days = Days::of(march, paris);
        assert_eq!((days.count(), days.first), (31, at("2026-03-01").local_day(Zone::UTC)));
        assert!(by_day(schedule(3100, days.first, days.count())).iter().all(|day| *day == 100));
        // In UTC it begins a day earlier.
        assert_eq!(Days::of(march, Zone::UTC).first, days.first - 1);
    }

    #[test]
    fn rule_7_a_line_that_pays_no_time_is_earned_at_once() {
        assert_eq!(by_day(schedule(500, 7, 0)), [500]);
    }

    #[test]
    fn rule_7_nothing_is_earned_before_the_days_are_known() {
        let waiting = Schedule::new(usd(300), 5, None);
        assert_eq!((waiting.earned_before(99), waiting.changes(5)), (usd(0), Vec::new()));
        let paid = waiting.moved(8, Some(Days::new(8, 30))).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!(told(&waiting.changes_to(&paid, 8)), [(8, 10), (38, -10)]);
        // Paused after ten days, and on again on another day.
        let paused = paid.moved(18, None).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((paused.amount(), told(&paid.changes_to(&paused, 18))), (usd(200), vec![(18, -10), (38, 10)]));
        let on = paused.moved(50, Some(Days::new(50, 20))).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!(told(&paused.changes_to(&on, 50)), [(50, 10), (70, -10)]);
    }

    #[test]
    fn rule_7_what_is_void_earns_nothing_more() {
        let month = schedule(300, 0, 30);
        let void = month.undone(12).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((void.amount(), told(&month.changes_to(&void, 12))), (usd(0), vec![(12, -10), (30, 10)]));
    }

    #[test]
    fn rule_7_a_credit_takes_what_is_deferred_and_the_rest_sums_exactly() {
        let month = schedule(1000, 0, 30);
        assert_eq!(month.earned_before(10), usd(340), "33 a day, and one more on the first ten");
        // Cancelled on day 10, which is used up: 19 of 30 days, 6.33, are credited.
        let cancelled = month.credit(usd(633), 10, 11).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((cancelled.from_deferred, cancelled.from_revenue), (usd(633), usd(0)));
        assert_eq!(by_day(cancelled.rest), [27]);
        // A change on day 10 credits that day too: what the first days had more is made good out of revenue.
        let changed = month.credit(usd(667), 10, 10).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((changed.from_deferred, changed.from_revenue, by_day(changed.rest)), (usd(660), usd(7), vec![0]));
        // Goodwill in the middle: the days that are left earn less.
        let goodwill = month.credit(usd(100), 10, 30).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((goodwill.rest.days().map(|d| d.count()), goodwill.rest.amount()), (Some(20), usd(560)));
    }

    #[test]
    fn rule_7_what_exceeds_the_deferred_comes_out_of_revenue() {
        let month = schedule(1000, 0, 30);
        let credited = month.credit(usd(900), 15, 30).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((credited.from_deferred, credited.from_revenue, credited.rest.amount()), (usd(495), usd(405), usd(0)));
        let late = month.credit(usd(1000), 99, 30).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((late.from_deferred, late.from_revenue, late.rest.amount()), (usd(0), usd(1000), usd(0)));
        let early = month.credit(usd(1000), -5, 30).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((early.from_deferred, early.from_revenue, early.rest.amount()), (usd(1000), usd(0), usd(0)));
        let waiting = Schedule::new(usd(1000), 0, None).credit(usd(400), 9, 9).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((waiting.from_deferred, waiting.rest), (usd(400), Schedule::new(usd(600), 9, None)));
    }

    fn refused(reject: Reject) -> TestCaseError {
        TestCaseError::fail(reject.message)
    }

    proptest! {
        #[test]
        fn rule_7_the_days_sum_to_the_amount_and_are_even(amount in 0..1_000_000_i64, days in 1..400_i64, first in -100_000..100_000_i64) {
            let parts = by_day(schedule(amount, first, days));
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            prop_assert!(parts.iter().all(|part| (amount / days..=amount / days + 1).contains(part)));
            prop_assert!(parts.is_sorted_by(|a, b| a >= b), "the first days have what does not divide");
        }

        #[test]
        fn rule_7_added_up_the_changes_are_what_each_day_earns(
            amount in 0..100_000_i64, first in 0..50_i64, days in 1..60_i64, opens in 0..120_i64, from in 0..120_i64,
        ) {
            let schedule = Schedule::new(usd(amount), opens, Some(Days::new(first, days)));
            let changes = schedule.changes(from);
            prop_assert!(changes.len() <= 4 && changes.is_sorted_by(|a, b| a.day < b.day), "{:?}", changes);
            prop_assert!(opens > first || from > first || changes.len() <= 3, "{:?}", changes);
            for day in from..130 {
                let rate: i64 = changes.iter().filter(|c| c.day <= day).map(|c| c.minor).sum();
                prop_assert_eq!(rate, schedule.on(day), "day {}", day);
            }
        }

        /// Whatever becomes of a line, day by day: the sum of changes is kept as the table of them is.
        #[test]
        fn rule_7_earned_credited_and_left_are_the_amount_through_anything(
            amount in 0..100_000_i64, days in 1..40_i64,
            steps in proptest::collection::vec((0..12_i64, 0..4_u8, 0..=100_i64, 0..45_i64), 0..6),
        ) {
            let mut schedule = schedule(amount, 0, days);
            let mut table: BTreeMap<i64, i64> = schedule.changes(0).iter().map(|c| (c.day, c.minor)).collect();
            let (mut today, mut rate, mut revenue, mut credited) = (0, 0, 0, 0);
            for (later, what, percent, span) in steps.into_iter().chain([(200, 9, 0, 0)]) {
                for day in today..today + later {
                    rate += table.get(&day).copied().unwrap_or(0);
                    revenue += rate;
                    prop_assert!(rate >= 0);
                }
                today += later;
                let next = match what {
                    0 => schedule.moved(today, None).map_err(refused)?,
                    1 => schedule.moved(today, Some(Days::new(today + span - 20, span))).map_err(refused)?,
                    2 => {
                        let credit = (amount - credited) * percent / 100;
                        let taken = schedule.credit(usd(credit), today, today + span).map_err(refused)?;
                        revenue -= taken.from_revenue.minor();
                        credited += credit;
                        taken.rest
                    }
                    _ => schedule.moved(today, Some(Days::new(today, span))).map_err(refused)?,
                };
                for change in schedule.changes_to(&next, today) {
                    prop_assert!(change.day >= today, "what is posted stays");
                    *table.entry(change.day).or_default() += change.minor;
                }
                schedule = next;
                prop_assert!(!schedule.amount().is_negative());
                prop_assert_eq!(revenue + credited + schedule.amount().minor(), amount);
            }
        }
    }
}
