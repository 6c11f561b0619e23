//! What reports count: monthly recurring revenue and what moves it (rules, section 7; I12), and how days become a report.
//!
//! Reports add up what was counted for each day and currency; a day is the business's, and one that has begun counts as far as
//! it has come. Deliberately absent: sums over currencies.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::domain::coupon::Off;
use crate::domain::ledger::{Account, EntryKind};
use crate::domain::money::{Currency, Money};
use crate::domain::ratio::{Ratio, rounded_quotient};
use crate::domain::reject::{FieldError, Reject};
use crate::domain::subscription::SubscriptionStatus;
use crate::domain::time::{Interval, Unit, Zone, next_month, next_week};

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

    /// Its MRR, rounded once: what a total sums, so that totals and movements agree to the unit. It may be more than an amount
    /// that a client can name: a great price for each day.
    pub fn mrr(&self) -> Result<Money, Reject> {
        Ok(Money::new(self.exact_mrr()?.rounded()?, self.unit_amount.currency()))
    }
}

/// What MRR a subscription has: none while it does not count.
pub type Counted = Option<Money>;

/// What moved a subscription's MRR.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Movement {
    /// It counts for the first time.
    New,
    Expansion,
    /// It counts again.
    Reactivation,
    Contraction,
    /// It counts no longer.
    Churn,
}

impl Movement {
    pub const ALL: [Movement; 5] = [Movement::New, Movement::Expansion, Movement::Reactivation, Movement::Contraction, Movement::Churn];

    pub fn text(self) -> &'static str {
        match self {
            Movement::New => "new",
            Movement::Expansion => "expansion",
            Movement::Reactivation => "reactivation",
            Movement::Contraction => "contraction",
            Movement::Churn => "churn",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.text() == text)
    }

    /// By how many the subscriptions that count become more.
    pub fn counts(self) -> i64 {
        match self {
            Movement::New | Movement::Reactivation => 1,
            Movement::Expansion | Movement::Contraction => 0,
            Movement::Churn => -1,
        }
    }

    /// Its amount as it changes MRR.
    pub fn signed(self, amount: i64) -> i64 {
        if matches!(self, Movement::Contraction | Movement::Churn) { -amount } else { amount }
    }
}

/// What one subscription's step moves, in the order in which it is written. A change of currency is churn in the one and
/// reactivation in the other. A subscription without a price counts, too, with nothing.
pub fn moved(before: Counted, after: Counted, history: History) -> Result<Vec<(Movement, Money)>, Reject> {
    Ok(match (before, after) {
        (None, None) => Vec::new(),
        (None, Some(after)) if history == History::NeverCounted => vec![(Movement::New, after)],
        (None, Some(after)) => vec![(Movement::Reactivation, after)],
        (Some(before), None) => vec![(Movement::Churn, before)],
        (Some(before), Some(after)) if before.currency() != after.currency() => vec![(Movement::Churn, before), (Movement::Reactivation, after)],
        (Some(before), Some(after)) if before == after => Vec::new(),
        (Some(before), Some(after)) if after.minor() > before.minor() => vec![(Movement::Expansion, after.minus(before)?)],
        (Some(before), Some(after)) => vec![(Movement::Contraction, before.minus(after)?)],
    })
}

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

    /// Adds a movement.
    pub fn add(&mut self, movement: Movement, amount: Money) -> Result<(), Reject> {
        let place = match movement {
            Movement::New => &mut self.new,
            Movement::Expansion => &mut self.expansion,
            Movement::Reactivation => &mut self.reactivation,
            Movement::Contraction => &mut self.contraction,
            Movement::Churn => &mut self.churn,
        };
        *place = place.plus(amount)?;
        Ok(())
    }

    /// ΔMRR = new + expansion + reactivation − contraction − churn (I12).
    pub fn net(&self) -> Result<Money, Reject> {
        self.new.plus(self.expansion)?.plus(self.reactivation)?.minus(self.contraction)?.minus(self.churn)
    }
}

/// Days of a report, the first and the last included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub first: i64,
    pub last: i64,
}

impl Span {
    /// Longer reports are asked for in parts.
    pub const MAX_DAYS: i64 = 3660;
    /// Of a report that says nothing else.
    const DAYS: i64 = 30;

    /// From what a client asked for: until today and over thirty days, unless said otherwise.
    pub fn asked(from: Option<i64>, to: Option<i64>, today: i64) -> Result<Self, Reject> {
        let wrong = |field: &str, message: String| Reject::parameters(vec![FieldError::new(field, message)]);
        let last = to.unwrap_or_else(|| from.map_or(today, |from| today.max(from)));
        let first = from.unwrap_or(last - Self::DAYS + 1);
        if first < 0 {
            return Err(wrong(if from.is_some() { "from" } else { "to" }, "Must not lie before the year 1970".into()));
        }
        if last < first {
            return Err(wrong("to", "Must not lie before \"from\"".into()));
        }
        if last - first >= Self::MAX_DAYS {
            return Err(wrong("from", format!("Must lie at most {} days before \"to\"", Self::MAX_DAYS)));
        }
        if last > today.saturating_add(Self::MAX_DAYS) {
            return Err(wrong(if to.is_some() { "to" } else { "from" }, format!("Must lie at most {} days ahead", Self::MAX_DAYS)));
        }
        Ok(Self { first, last })
    }

    pub fn contains(&self, day: i64) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// Its days, or its weeks from Monday on, or its months; cut where it begins and ends.
    pub fn by(&self, every: Every) -> Vec<Self> {
        let (mut spans, mut first) = (Vec::new(), self.first);
        while first <= self.last {
            let next = match every {
                Every::Day => first + 1,
                Every::Week => next_week(first),
                Every::Month => next_month(first),
            };
            spans.push(Self { first, last: self.last.min(next - 1) });
            first = next;
        }
        spans
    }
}

/// How long a row of a series is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Every {
    Day,
    Week,
    Month,
}

impl Every {
    pub const ALL: [Every; 3] = [Every::Day, Every::Week, Every::Month];

    pub fn text(self) -> &'static str {
        match self {
            Every::Day => "day",
            Every::Week => "week",
            Every::Month => "month",
        }
    }
}

/// What was posted to an account on a day by one kind of entry.
#[derive(Clone, Debug)]
pub struct Posted {
    pub day: i64,
    pub account: String,
    pub kind: String,
    pub debit: i64,
    pub credit: i64,
}

/// Movements of MRR on a day: their amounts together, and how many.
#[derive(Clone, Copy, Debug)]
pub struct MovedOn {
    pub day: i64,
    pub movement: Movement,
    pub amount: i64,
    pub n: i64,
}

/// What invoices that are due on one day had to receive more on another, or less.
#[derive(Clone, Copy, Debug)]
pub struct Receivable {
    pub due_day: i64,
    pub day: i64,
    pub amount: i64,
}

/// What is counted by days, beside money.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counter {
    CustomerCreated,
    SubscriptionCreated,
    TrialBegun,
    TrialOver,
    /// Cancelled, or expired after it had begun.
    Ended,
    /// The same, of what had counted for MRR.
    Lost,
}

impl Counter {
    pub const ALL: [Counter; 6] =
        [Counter::CustomerCreated, Counter::SubscriptionCreated, Counter::TrialBegun, Counter::TrialOver, Counter::Ended, Counter::Lost];

    pub fn text(self) -> &'static str {
        match self {
            Counter::CustomerCreated => "customer_created",
            Counter::SubscriptionCreated => "subscription_created",
            Counter::TrialBegun => "trial_begun",
            Counter::TrialOver => "trial_over",
            Counter::Ended => "ended",
            Counter::Lost => "lost",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.text() == text)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct CountedOn {
    pub day: i64,
    pub counter: Counter,
    pub n: i64,
}

/// Everything that was counted in one currency, up to the end of a report, in order of the days.
#[derive(Clone, Debug)]
pub struct Counts {
    pub currency: Currency,
    pub posted: Vec<Posted>,
    pub moved: Vec<MovedOn>,
    pub receivable: Vec<Receivable>,
    pub counted: Vec<CountedOn>,
}

/// What came and went in some days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Flows {
    pub revenue: Money,
    pub billed: Money,
    pub collected: Money,
    pub refunds: Money,
    pub tax: Money,
}

/// A report's days, in the business's zone, and its currencies: the business's first.
#[derive(Clone, Debug)]
pub struct Frame {
    pub span: Span,
    pub zone: Zone,
    pub currencies: Vec<Currency>,
    /// Nothing was ever counted in any currency.
    pub is_unused: bool,
}

/// The summary: what is not of a currency, and the figures of each side by side.
#[derive(Clone, Debug)]
pub struct SummaryReport {
    pub frame: Frame,
    pub new_customers: i64,
    /// In the order of the frame's currencies: at least one.
    pub figures: Vec<Figures>,
}

#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub currency: Currency,
    pub summary: Summary,
}

/// A row of a series: some days in one currency.
#[derive(Clone, Copy, Debug)]
pub struct Row<T> {
    pub span: Span,
    pub currency: Currency,
    pub of: T,
}

/// A series, in order of the days and then of the currencies.
#[derive(Clone, Debug)]
pub struct Series<T> {
    pub frame: Frame,
    pub every: Every,
    pub rows: Vec<Row<T>>,
}

/// What recurs at the end of some days, and what moved it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recurs {
    pub mrr: Money,
    pub active: i64,
    pub movements: Movements,
}

impl Recurs {
    /// Of a year.
    pub fn arr(&self) -> Money {
        Money::new(self.mrr.minor().saturating_mul(12), self.mrr.currency())
    }
}

/// What is to be received at the end of a day, by how many days it is overdue. What is due on the day itself is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ageing {
    pub not_due: Money,
    pub to_30: Money,
    pub to_60: Money,
    pub to_90: Money,
    pub over_90: Money,
    /// The last four together.
    pub overdue: Money,
    pub outstanding: Money,
}

/// The figures of some days in one currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Summary {
    pub recurs: Recurs,
    pub flows: Flows,
    pub ageing: Ageing,
    pub trialing: i64,
    pub new_subscriptions: i64,
    pub cancellations: i64,
    /// Of those that counted when the days began, those that ended; none where there were none.
    pub churn: Option<Percent>,
}

impl Counts {
    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    fn flows(&self, posted: &[Posted]) -> Flows {
        let sum = |of: &dyn Fn(&Posted) -> i64| self.money(posted.iter().map(of).sum());
        let (finalized, voided, granted) = (EntryKind::InvoiceFinalized.text(), EntryKind::InvoiceVoided.text(), EntryKind::BalanceGranted.text());
        let is = |p: &Posted, account: Account| p.account == account.text();
        let is_net = |p: &Posted| is(p, Account::DeferredRevenue) || is(p, Account::Revenue);
        let is_cash = |p: &Posted| p.account.starts_with("cash:");
        Flows {
            // What is given as goodwill is no less earned.
            revenue: sum(&|p| if is(p, Account::Revenue) && p.kind != granted { p.credit - p.debit } else { 0 }),
            billed: sum(&|p| if is_net(p) && (p.kind == finalized || p.kind == voided) { p.credit - p.debit } else { 0 }),
            collected: sum(&|p| if is_cash(p) { p.debit } else { 0 }),
            refunds: sum(&|p| if is_cash(p) { p.credit } else { 0 }),
            tax: sum(&|p| if is(p, Account::TaxPayable) { p.credit - p.debit } else { 0 }),
        }
    }

    /// The flows of each of some spans.
    pub fn flows_by(&self, spans: &[Span]) -> Vec<Flows> {
        let upto = |day: i64| self.posted.partition_point(|p| p.day < day);
        spans.iter().map(|span| self.flows(&self.posted[upto(span.first)..upto(span.last.saturating_add(1))])).collect()
    }

    /// What recurs at the end of each of some spans, which follow each other.
    pub fn recurs_by(&self, spans: &[Span]) -> Result<Vec<Recurs>, Reject> {
        let (mut mrr, mut active, mut rest) = (0_i64, 0_i64, self.moved.as_slice());
        let mut recurs = Vec::with_capacity(spans.len());
        for span in spans {
            let mut movements = Movements::none(self.currency);
            let (own, later) = rest.split_at(rest.partition_point(|m| m.day <= span.last));
            for m in own {
                mrr = mrr.saturating_add(m.movement.signed(m.amount));
                active += m.movement.counts() * m.n;
                if m.day >= span.first {
                    movements.add(m.movement, self.money(m.amount))?;
                }
            }
            recurs.push(Recurs { mrr: self.money(mrr), active, movements });
            rest = later;
        }
        Ok(recurs)
    }

    /// What is to be received at the end of each of some spans, which follow each other.
    pub fn ageing_by(&self, spans: &[Span]) -> Vec<Ageing> {
        let mut changes: Vec<&Receivable> = self.receivable.iter().collect();
        changes.sort_by_key(|r| r.day);
        let (mut due, mut rest): (BTreeMap<i64, i64>, _) = (BTreeMap::new(), changes.as_slice());
        let mut ageing = Vec::with_capacity(spans.len());
        for span in spans {
            let (own, later) = rest.split_at(rest.partition_point(|r| r.day <= span.last));
            for change in own {
                let sum = due.entry(change.due_day).or_default();
                *sum = sum.saturating_add(change.amount);
                if *sum == 0 {
                    due.remove(&change.due_day);
                }
            }
            let sum = |days: RangeInclusive<i64>| self.money(due.range(days).map(|(_, amount)| amount).sum());
            let late = |from: i64, to: i64| sum(span.last.saturating_sub(to)..=span.last.saturating_sub(from));
            ageing.push(Ageing {
                not_due: sum(span.last..=i64::MAX),
                to_30: late(1, 30),
                to_60: late(31, 60),
                to_90: late(61, 90),
                over_90: late(91, i64::MAX),
                overdue: late(1, i64::MAX),
                outstanding: sum(i64::MIN..=i64::MAX),
            });
            rest = later;
        }
        ageing
    }

    fn count(&self, counter: Counter, days: impl Fn(i64) -> bool) -> i64 {
        self.counted.iter().filter(|c| c.counter == counter && days(c.day)).map(|c| c.n).sum()
    }

    pub fn summary(&self, span: Span) -> Result<Summary, Reject> {
        let before = Span { first: i64::MIN, last: span.first.saturating_sub(1) };
        let recurs = self.recurs_by(&[before, span])?;
        let (active_before, recurs) = (recurs[0].active, recurs[1]);
        let until_end = |day| day <= span.last;
        let lost = self.count(Counter::Lost, |day| span.contains(day));
        Ok(Summary {
            recurs,
            flows: self.flows_by(&[span])[0],
            ageing: self.ageing_by(&[span])[0],
            trialing: self.count(Counter::TrialBegun, until_end) - self.count(Counter::TrialOver, until_end),
            new_subscriptions: self.count(Counter::SubscriptionCreated, |day| span.contains(day)),
            cancellations: self.count(Counter::Ended, |day| span.contains(day)),
            churn: share(lost, active_before),
        })
    }
}

/// A part in percent, to two decimals; none of nothing.
fn share(part: i64, whole: i64) -> Option<Percent> {
    let hundredths = (whole > 0).then(|| rounded_quotient(i128::from(part) * 10_000, i128::from(whole)))?;
    Some(Percent { hundredths: i64::try_from(hundredths).ok()? })
}

/// A share for people to read, in hundredths of a percent: it may be more than all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Percent {
    hundredths: i64,
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.hundredths / 100, self.hundredths % 100)
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
        let named = |before: Counted, after: Counted, history| moved(before, after, history).unwrap_or_else(|r| panic!("{r:?}"));
        let (never, again) = (History::NeverCounted, History::CountedBefore);
        assert_eq!(named(None, Some(usd(10)), never), [(Movement::New, usd(10))]);
        assert_eq!(named(Some(usd(10)), Some(usd(15)), again), [(Movement::Expansion, usd(5))]);
        assert_eq!(named(None, Some(usd(10)), again), [(Movement::Reactivation, usd(10))]);
        assert_eq!(named(Some(usd(10)), Some(usd(4)), again), [(Movement::Contraction, usd(6))]);
        assert_eq!(named(Some(usd(10)), None, again), [(Movement::Churn, usd(10))]);
        assert_eq!((named(None, None, never), named(Some(usd(10)), Some(usd(10)), again)), (Vec::new(), Vec::new()));
        assert_eq!(named(None, Some(usd(0)), never), [(Movement::New, usd(0))], "what is free counts, too");
        assert_eq!(named(Some(money(10, "EUR")), Some(usd(10)), again), [(Movement::Churn, money(10, "EUR")), (Movement::Reactivation, usd(10))]);
    }

    #[test]
    fn rule_7_a_great_price_for_each_day_has_its_mrr() {
        assert_eq!(recurring(Money::MAX_MINOR, Unit::Day, 1).mrr().map(Money::minor), Ok(30_416_666_666_636));
    }

    #[test]
    fn a_report_has_days_in_order_and_not_too_many() {
        let asked = |from, to| Span::asked(from, to, 20_000).map(|s| (s.first, s.last)).map_err(|r| r.details[0].field.clone());
        assert_eq!(asked(None, None), Ok((19_971, 20_000)));
        assert_eq!(asked(Some(19_000), None), Ok((19_000, 20_000)));
        assert_eq!(asked(Some(20_010), None), Ok((20_010, 20_010)));
        assert_eq!(asked(None, Some(100)), Ok((71, 100)));
        assert_eq!(asked(Some(5), Some(5)), Ok((5, 5)));
        assert_eq!(asked(Some(6), Some(5)), Err("to".into()));
        assert_eq!(asked(Some(-1), Some(5)), Err("from".into()));
        assert_eq!(asked(None, Some(5)), Err("to".into()));
        assert_eq!(asked(Some(0), Some(3659)), Ok((0, 3659)));
        assert_eq!(asked(Some(0), Some(3660)), Err("from".into()));
        assert_eq!(asked(Some(23_000), Some(23_661)), Err("to".into()));
    }

    #[test]
    fn weeks_begin_on_monday_and_what_is_cut_is_cut() {
        let day = |text: &str| crate::domain::time::parse_day(text).unwrap_or_else(|| panic!("{text}"));
        let text = |span: &Span| [span.first, span.last].map(|day| crate::domain::time::day_text(day)[5..].to_owned()).join("/");
        let span = Span { first: day("2024-01-30"), last: day("2024-03-05") };
        let texts = |every| span.by(every).iter().map(text).collect::<Vec<_>>();
        assert_eq!(texts(Every::Month), ["01-30/01-31", "02-01/02-29", "03-01/03-05"]);
        assert_eq!(texts(Every::Week), ["01-30/02-04", "02-05/02-11", "02-12/02-18", "02-19/02-25", "02-26/03-03", "03-04/03-05"]);
        assert_eq!(texts(Every::Day).len(), 36);
    }

    #[test]
    fn what_is_to_be_received_ages() {
        let counts = Counts {
            currency: usd(0).currency(),
            posted: Vec::new(),
            moved: Vec::new(),
            receivable: [(100, 93, 50), (100, 130, -20), (131, 124, 7)].map(|(due_day, day, amount)| Receivable { due_day, day, amount }).into(),
            counted: Vec::new(),
        };
        let spans: Vec<Span> = [92, 99, 100, 101, 130, 131, 160, 161, 190, 191].map(|last| Span { first: last, last }).into();
        let ages: Vec<_> = counts.ageing_by(&spans).iter().map(|a| [a.not_due, a.to_30, a.to_60, a.to_90, a.over_90].map(Money::minor)).collect();
        assert_eq!(ages[..4], [[0; 5], [50, 0, 0, 0, 0], [50, 0, 0, 0, 0], [0, 50, 0, 0, 0]]);
        assert_eq!(ages[4..7], [[7, 30, 0, 0, 0], [7, 0, 30, 0, 0], [0, 7, 30, 0, 0]]);
        assert_eq!(ages[7..], [[0, 7, 0, 30, 0], [0, 0, 7, 30, 0], [0, 0, 7, 0, 30]]);
        for a in counts.ageing_by(&spans) {
            let late = a.to_30.minor() + a.to_60.minor() + a.to_90.minor() + a.over_90.minor();
            assert_eq!((a.overdue.minor(), a.outstanding.minor()), (late, late + a.not_due.minor()));
        }
    }

    #[test]
    fn a_share_has_two_decimals() {
        let text = |part, whole| share(part, whole).map(|p| p.to_string());
        assert_eq!(
            [text(1, 3), text(1, 8), text(5, 4), text(0, 9), text(0, 0)],
            [Some("33.33".into()), Some("12.50".into()), Some("125.00".into()), Some("0.00".into()), None]
        );
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
                for (movement, amount) in moved(before.map(usd), after.map(usd), history).map_err(refused)? {
                    movements.add(movement, amount).map_err(refused)?;
                    prop_assert_eq!(movement.signed(1).abs(), 1);
                }
            }
            prop_assert_eq!(movements.net().map_err(refused)?, usd(change));
        }
    }
}
