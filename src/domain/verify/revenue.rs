//! Revenue by day, added up from the lines' schedules in the order in which they were written.
//!
//! Schedules are only ever added, like the ledger's entries, so the sums of those that were read so far are right for the moment
//! of the last one. At the end of both they are compared with the table of changes, and with what was posted for each day.

use std::collections::BTreeMap;

use crate::domain::money::{Currency, Money};
use crate::domain::recognition::{Days, Schedule};
use crate::domain::time::day_text;
use crate::domain::verify::{Code, Rule, Violation, shown};

/// A schedule of a line, by internal keys.
#[derive(Clone, Copy, Debug)]
pub struct PlanFacts {
    pub row: i64,
    pub line: i64,
    pub code: Code,
    pub opens: i64,
    pub amount: i64,
    pub first_day: Option<i64>,
    pub days: Option<i64>,
}

impl PlanFacts {
    /// None in a currency that there is not.
    pub fn schedule(&self) -> Option<Schedule> {
        let currency = Currency::parse(&String::from_utf8_lossy(&self.code)).ok()?;
        let days = self.first_day.zip(self.days).map(|(first, count)| Days::new(first, count));
        Some(Schedule::new(Money::new(self.amount, currency), self.opens, days))
    }
}

/// Amounts by currency and day; what is zero is not in it.
pub type ByDay = BTreeMap<(Code, i64), i64>;

pub(super) fn add(sums: &mut ByDay, code: Code, day: i64, amount: i64) {
    let sum = sums.entry((code, day)).or_default();
    *sum = sum.saturating_add(amount);
    if *sum == 0 {
        sums.remove(&(code, day));
    }
}

/// What the schedules that were read so far come to.
#[derive(Clone, Default, Debug)]
pub struct Plans {
    changes: ByDay,
    /// The last one that was read.
    pub at: i64,
}

/// What the tables say, all of one moment.
#[derive(Clone, Default, Debug)]
pub struct Told {
    /// The first day that is not posted.
    pub open_day: Option<i64>,
    pub rates: Vec<(Code, i64)>,
    pub changes: Vec<(Code, i64, i64)>,
}

impl Plans {
    /// Takes the next schedule, and the one of the same line in whose place it stands.
    pub fn take(&mut self, plan: &PlanFacts, before: Option<&PlanFacts>, tell: &mut dyn FnMut(Violation)) {
        self.at = plan.row;
        let mut wrong = |what: &str| tell(Violation::new(Rule::I5, format!("schedule {} {what}", plan.row)));
        let Some(next) = plan.schedule() else { return wrong("is in a currency that there is not") };
        let changes = match before.map(|before| (before.code == plan.code, before.schedule())) {
            None => next.changes(plan.opens),
            Some((true, Some(before))) => before.changes_to(&next, plan.opens),
            Some(_) => return wrong("is in another currency than the one before it of the same line"),
        };
        changes.into_iter().for_each(|change| add(&mut self.changes, plan.code, change.day, change.minor));
    }

    /// Holds them against the tables, and against what was posted for each day.
    pub fn compare(&self, told: &Told, posted: &ByDay, tell: &mut dyn FnMut(Violation)) {
        let mut wrong = |what: String| tell(Violation::new(Rule::I5, what));
        let mut by_table = ByDay::new();
        told.changes.iter().for_each(|(code, day, amount)| add(&mut by_table, *code, *day, *amount));
        for (code, day) in self.changes.keys().chain(by_table.keys().filter(|key| !self.changes.contains_key(key))) {
            let at = |sums: &ByDay| i128::from(sums.get(&(*code, *day)).copied().unwrap_or(0));
            let (is, should) = (at(&by_table), at(&self.changes));
            if is != should {
                wrong(format!("revenue changes on {} by {}, and the lines' schedules say {}", day_text(*day), shown(is, *code), shown(should, *code)));
            }
        }
        let open = told.open_day.unwrap_or(i64::MIN);
        for code in codes(&self.changes, told, posted) {
            let rate = self.days_of(code, open, posted, &mut wrong);
            let kept = told.rates.iter().find(|(c, _)| *c == code).map_or(0, |(_, rate)| *rate);
            if kept != rate {
                let (kept, rate) = (shown(kept.into(), code), shown(rate.into(), code));
                wrong(format!("revenue of the last day is kept as {kept}, and the lines' schedules say {rate}"));
            }
        }
    }

    /// Holds each posted day of a currency against the schedules; what the last one earned.
    fn days_of(&self, code: Code, open: i64, posted: &ByDay, wrong: &mut dyn FnMut(String)) -> i64 {
        let mut changes: Vec<(i64, i64)> = self.changes.range((code, i64::MIN)..(code, open)).map(|((_, day), amount)| (*day, *amount)).collect();
        let start = changes.first().map_or(open, |(day, _)| *day);
        changes.push((open, 0));
        let early = posted.range((code, i64::MIN)..(code, start)).chain(posted.range((code, open)..=(code, i64::MAX)));
        early.for_each(|((_, day), is)| wrong(posting(*day, *is, 0, code)));
        let mut rate = 0_i64;
        for (from, to) in changes.windows(2).map(|pair| (pair[0], pair[1].0)) {
            rate = rate.saturating_add(from.1);
            let mut expected = from.0;
            // Where the rate is zero no day has a posting; else each has.
            for ((_, day), is) in posted.range((code, from.0)..(code, to)) {
                if rate != 0 && *day != expected {
                    wrong(posting(expected, 0, rate, code));
                }
                if *is != rate {
                    wrong(posting(*day, *is, rate, code));
                }
                expected = day.saturating_add(1);
            }
            if rate != 0 && expected < to {
                wrong(posting(expected, 0, rate, code));
            }
        }
        rate
    }
}

fn posting(day: i64, is: i64, should: i64, code: Code) -> String {
    format!("{} were posted as revenue of {}, and the lines earned {}", shown(is.into(), code), day_text(day), shown(should.into(), code))
}

fn codes(changes: &ByDay, told: &Told, posted: &ByDay) -> Vec<Code> {
    let all = changes.keys().chain(posted.keys()).map(|(code, _)| *code).chain(told.rates.iter().map(|(code, _)| *code));
    let mut codes: Vec<Code> = all.collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// What a line's net should be earned by, in the order in which it was written.
#[derive(Clone, Debug)]
pub struct LinePlans {
    pub net: i64,
    pub plans: Vec<Schedule>,
}

impl LinePlans {
    /// What of the net was earned or is still to be: the whole of it, less what was taken out of deferred revenue. None where a
    /// schedule does not follow from the one before it.
    pub fn stays(&self) -> Option<i128> {
        let minor = |money: Money| i128::from(money.minor());
        let first = self.plans.first().map_or(0, |plan| plan.amount().minor());
        let (mut stays, mut fits) = (i128::from(first), first == self.net);
        for (before, next) in self.plans.iter().zip(self.plans.iter().skip(1)) {
            let taken = minor(before.deferred_at(next.opens()).ok()?) - minor(next.amount());
            fits &= taken >= 0 && next.opens() >= before.opens();
            stays -= taken;
        }
        fits.then_some(stays)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USD: Code = *b"USD";

    fn plan(row: i64, opens: i64, amount: i64, first_day: i64, days: i64) -> PlanFacts {
        PlanFacts { row, line: 1, code: USD, opens, amount, first_day: Some(first_day), days: Some(days) }
    }

    /// 30 over three days, of which two are posted; then what is left on another day.
    fn well() -> (Plans, Told, ByDay) {
        let mut plans = Plans::default();
        let (first, moved) = (plan(1, 0, 30, 0, 3), plan(2, 2, 10, 7, 1));
        plans.take(&first, None, &mut |v| panic!("{v}"));
        plans.take(&moved, Some(&first), &mut |v| panic!("{v}"));
        let told = Told { open_day: Some(2), rates: vec![(USD, 10)], changes: vec![(USD, 0, 10), (USD, 2, -10), (USD, 7, 10), (USD, 8, -10)] };
        (plans, told, ByDay::from([((USD, 0), 10), ((USD, 1), 10)]))
    }

    fn found(plans: &Plans, told: &Told, posted: &ByDay) -> Vec<String> {
        let mut found = Vec::new();
        plans.compare(told, posted, &mut |v| found.push(v.what));
        found
    }

    #[test]
    fn tables_and_postings_agree_with_the_schedules() {
        let (plans, told, posted) = well();
        assert_eq!(found(&plans, &told, &posted), Vec::<String>::new());
        let zeros = Told { changes: told.changes.iter().copied().chain([(USD, 4, 0)]).collect(), ..told.clone() };
        assert_eq!(found(&plans, &zeros, &posted), Vec::<String>::new());
        assert_eq!(found(&Plans::default(), &Told::default(), &ByDay::new()), Vec::<String>::new());
    }

    #[test]
    fn each_table_that_says_otherwise_is_named() {
        let (plans, told, posted) = well();
        let change = Told { changes: told.changes[1..].to_vec(), ..told.clone() };
        assert_eq!(found(&plans, &change, &posted), ["revenue changes on 1970-01-01 by 0.00 USD, and the lines' schedules say 0.10 USD"]);
        let rate = Told { rates: Vec::new(), ..told.clone() };
        assert_eq!(found(&plans, &rate, &posted), ["revenue of the last day is kept as 0.00 USD, and the lines' schedules say 0.10 USD"]);
        for (posted, wrong) in [
            (vec![(0, 10)], "0.00 USD were posted as revenue of 1970-01-02, and the lines earned 0.10 USD"),
            (vec![(1, 10)], "0.00 USD were posted as revenue of 1970-01-01, and the lines earned 0.10 USD"),
            (vec![(0, 10), (1, 9)], "0.09 USD were posted as revenue of 1970-01-02, and the lines earned 0.10 USD"),
            (vec![(-1, 1), (0, 10), (1, 10)], "0.01 USD were posted as revenue of 1969-12-31, and the lines earned 0.00 USD"),
            (vec![(0, 10), (1, 10), (2, 3)], "0.03 USD were posted as revenue of 1970-01-03, and the lines earned 0.00 USD"),
        ] {
            let posted = posted.into_iter().map(|(day, amount)| ((USD, day), amount)).collect();
            assert_eq!(found(&plans, &told, &posted), [wrong]);
        }
        let later = Told { open_day: Some(9), rates: Vec::new(), ..told };
        assert_eq!(found(&plans, &later, &posted), ["0.00 USD were posted as revenue of 1970-01-08, and the lines earned 0.10 USD"]);
    }

    #[test]
    fn a_line_is_earned_or_taken_back() {
        let plans = |net, plans: &[PlanFacts]| LinePlans { net, plans: plans.iter().filter_map(PlanFacts::schedule).collect() };
        let first = plan(1, 0, 30, 0, 3);
        assert_eq!(plans(30, &[first]).stays(), Some(30));
        assert_eq!(plans(30, &[first, plan(2, 2, 10, 7, 1)]).stays(), Some(30), "moved");
        assert_eq!(plans(30, &[first, plan(2, 1, 0, 0, 3)]).stays(), Some(10), "void after a day");
        assert_eq!(plans(0, &[]).stays(), Some(0), "free");
        assert_eq!(plans(30, &[]).stays(), None, "forgotten");
        assert_eq!(plans(31, &[first]).stays(), None);
        assert_eq!(plans(30, &[first, plan(2, 2, 11, 7, 1)]).stays(), None, "more than was left");
    }
}
