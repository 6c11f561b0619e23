//! The engine's pure functions, asked the same as the calculator.

use billhead::domain::change::unused;
use billhead::domain::coupon::{Discount, Off as EngineOff};
use billhead::domain::credit_note::{Choice, Chosen, Creditable, Destination, Part, plan};
use billhead::domain::id::{TaxRateId, TypedId};
use billhead::domain::invoice::{AppliedRate, BillingReason, InvoicePlan, InvoiceStatus, LinePlan, PeriodPlan, Priced, Pricing, Rest};
use billhead::domain::money::{Currency, Money};
use billhead::domain::percent::Percent;
use billhead::domain::proration::{Cut, DayShare, charge, credit, days_left, partial_first, partial_last};
use billhead::domain::tax::RateTerms;
use billhead::domain::time::{Anchor, Interval, Period, Timestamp, Unit as EngineUnit, Zone as EngineZone};
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::bill::{self, Bill, Line, Off, Rate};
use super::calendar::{DAY, HOUR, Unit, ZONES, Zone, number};
use super::exact::Exact;

const CASES: u32 = 4000;

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap_or_else(|e| panic!("{code}: {e}"))
}

fn money(minor: i64) -> Money {
    Money::new(minor, currency("KWD"))
}

fn percent(ten_thousandths: i64) -> (Exact, Percent) {
    let engine = Percent::from_ten_thousandths(ten_thousandths).unwrap_or_else(|| panic!("{ten_thousandths}"));
    (Exact::ratio(i128::from(ten_thousandths), 10_000), engine)
}

/// Percentages as they are in the world, and any.
fn percents() -> impl Strategy<Value = i64> {
    prop_oneof![Just(190_000), Just(70_000), Just(99_750), Just(50_000), Just(333_333), Just(500_000), 0..=1_000_000_i64]
}

/// Amounts of a few units, of a shop, and of a bank.
fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![0..20_i64, 0..100_000_i64, 0..100_000_i64, 0..2_000_000_000_i64]
}

/// Instants of 2010 to 2027, many of them where months end and clocks are set.
fn instants() -> impl Strategy<Value = (Zone, i64)> {
    let (first, last) = (number(2010, 1, 1), number(2028, 1, 1));
    let anywhen = (first * DAY..last * DAY).prop_map(|at| at / 1000 * 1000);
    let at_the_end = (2010..2028_i64, 1..=12_i64, 28..=31_i64, 0..24_i64).prop_map(|(y, m, d, hour)| number(y, m, 1) * DAY + (d - 1) * DAY + hour * HOUR);
    let near_a_change = (2010..2028_i64, prop_oneof![Just(3_i64), Just(4), Just(10), Just(11)], 1..=31_i64, 0..8_i64)
        .prop_map(|(y, m, d, half)| number(y, m, 1) * DAY + (d - 1) * DAY + half * HOUR / 2);
    (0..ZONES.len(), prop_oneof![anywhen, at_the_end, near_a_change]).prop_map(|(zone, local)| (ZONES[zone], ZONES[zone].instant(local)))
}

/// Intervals, and the number of one of their periods within eight years.
fn intervals() -> impl Strategy<Value = (Unit, i64, i64)> {
    let all = prop_oneof![
        (Just(Unit::Day), 1..60_i64, 0..40_i64),
        (Just(Unit::Week), 1..10_i64, 0..40_i64),
        (Just(Unit::Month), 1..=1_i64, 0..90_i64),
        (Just(Unit::Month), 1..=12_i64, 0..7_i64),
        (Just(Unit::Year), 1..=2_i64, 0..4_i64)
    ];
    all.boxed()
}

fn engine_zone(zone: Zone) -> EngineZone {
    EngineZone::parse(zone.name).unwrap_or_else(|e| panic!("{}: {e}", zone.name))
}

fn engine_period(anchor: i64, zone: Zone, unit: Unit, count: i64, k: i64) -> Period {
    let unit = match unit {
        Unit::Day => EngineUnit::Day,
        Unit::Week => EngineUnit::Week,
        Unit::Month => EngineUnit::Month,
        Unit::Year => EngineUnit::Year,
    };
    let small = |n: i64| u32::try_from(n).unwrap_or_else(|e| panic!("{n}: {e}"));
    let anchor = Anchor::at(Timestamp::from_ms(anchor), engine_zone(zone));
    anchor.period(Interval { unit, count: small(count) }, small(k)).expect("it is within the calendar")
}

/// The days left of a period: those from the day of a change on, those after the day of a cancellation, all of one that has not begun.
fn left(zone: Zone, cut: Cut, now: i64, start: i64, end: i64) -> i64 {
    let whole = zone.days(start, end);
    if now < start {
        return whole;
    }
    let used_up = if cut == Cut::Cancel { 1 } else { 0 };
    (zone.days(now, end) - used_up).clamp(0, whole)
}

fn cuts() -> impl Strategy<Value = Cut> {
    prop_oneof![Just(Cut::Change), Just(Cut::Cancel)]
}

proptest! {
    #![proptest_config(Config::with_cases(CASES))]

    #[test]
    fn rule_1_3_boundaries_and_days_are_the_calculators((zone, anchor) in instants(), (unit, count, k) in intervals(), cut in cuts(), into in -20..120_i64) {
        let engine = engine_period(anchor, zone, unit, count, k);
        let (start, end) = (zone.boundary(anchor, unit, count, k), zone.boundary(anchor, unit, count, k + 1));
        prop_assert_eq!((engine.start.ms(), engine.end.ms()), (start, end), "{}", zone.name);
        prop_assert_eq!(engine.days(engine_zone(zone)), zone.days(start, end));
        let now = start + (end - start) / 100 * into;
        prop_assert_eq!(days_left(cut, Timestamp::from_ms(now), engine, engine_zone(zone)), left(zone, cut, now, start, end).max(0), "{} ms", now);
    }

    #[test]
    fn rule_4_charges_are_the_calculators(
        (zone, anchor) in instants(), (unit, count, k) in intervals(), price in amounts(), quantity in 1..100_i64, cut in 0..100_i64, is_first: bool,
    ) {
        let whole = engine_period(anchor, zone, unit, count, k);
        let (start, end) = (zone.boundary(anchor, unit, count, k), zone.boundary(anchor, unit, count, k + 1));
        let at = start + (end - start) / 100 * cut;
        let part = if is_first { partial_first(whole, Timestamp::from_ms(at)) } else { partial_last(whole, Timestamp::from_ms(at)) };
        let days = if is_first { zone.days(at, end) } else { zone.days(start, at) };
        let charged = charge(money(price), quantity, DayShare::of_period(part, whole, engine_zone(zone)));
        let expected = bill::prorated(i128::from(price) * i128::from(quantity), days, zone.days(start, end));
        prop_assert_eq!(charged.map(|p| i128::from(p.amount.minor())), Ok(expected), "{} of {} days", days, zone.days(start, end));
    }

    #[test]
    fn rule_4_credits_are_the_calculators(
        (zone, anchor) in instants(), (unit, count, k) in intervals(), net in amounts(), credited in 0..=100_i64, into in -20..120_i64, cut in cuts(), earlier in 0..300_i64,
    ) {
        let time = engine_period(anchor, zone, unit, count, k);
        let (start, end) = (zone.boundary(anchor, unit, count, k), zone.boundary(anchor, unit, count, k + 1));
        let within = |percent: i64| start + (end - start) / 100 * percent;
        let (now, credited) = (within(into), net * credited / 100);
        // What was credited before began somewhere within, or there was nothing.
        let credited_from = (earlier <= 100).then(|| within(earlier));
        let until = credited_from.map_or(end, |from| from.min(end));
        let days = if credited_from.is_some_and(|from| from <= start) { 0 } else { left(zone, cut, now, start, until) };
        let covered = zone.days(start, end);
        let expected = if days < 1 { 0 } else { bill::prorated(i128::from(net), days, covered).min(i128::from(net - credited)) };
        let part = Part { invoiced: money(net), credited: money(credited) };
        let found = unused(cut, Timestamp::from_ms(now), time, 0, credited_from.map(Timestamp::from_ms), part, engine_zone(zone));
        prop_assert_eq!(found.map(|u| u.map_or(0, |u| i128::from(u.amount.minor()))), Ok(expected), "{} of {} days", days, covered);
        let same = credit(money(net), money(net - credited), DayShare::new(days, covered));
        prop_assert_eq!(same.map(|p| i128::from(p.amount.minor())), Ok(expected));
    }

    #[test]
    fn rule_3_2_discounts_are_the_calculators(lines in proptest::collection::vec(amounts(), 1..8), off in offs(), days in 0..=400_i64, of in 1..=400_i64) {
        let (mine, engine) = off;
        let priced: Vec<Money> = lines.iter().copied().map(money).collect();
        let wide: Vec<i128> = lines.iter().copied().map(i128::from).collect();
        let found = engine.discounts(&priced).map(|all| all.iter().map(|d| i128::from(d.minor())).collect::<Vec<_>>());
        prop_assert_eq!(found, Ok(bill::discounts(mine, &wide)));
        let days = days.min(of);
        let found = engine.discount_of_change(priced[0], DayShare::new(days, of)).map(|d| i128::from(d.minor()));
        prop_assert_eq!(found, Ok(bill::discount_of_change(mine, wide[0], days, of)));
    }

    #[test]
    fn rule_3_2_invoices_are_the_calculators(case in cases()) {
        let (priced, expected) = (case.engine(), case.calculator());
        case.compare(&priced, &expected)?;
    }

    #[test]
    fn rule_4_credit_notes_are_the_calculators(case in cases(), steps in proptest::collection::vec((0..4_usize, 1..=100_i64), 1..4)) {
        let priced = case.engine();
        let (lines, rates) = (priced.assessment.lines.len(), case.rates.len());
        let part = |invoiced: Money| Part { invoiced, credited: money(0) };
        let mut nets: Vec<Part> = priced.assessment.lines.iter().map(|l| part(l.net)).collect();
        let mut taxes: Vec<Part> = priced.assessment.cells.iter().copied().map(part).collect();
        for (step, (line, share)) in steps.into_iter().enumerate() {
            let line = line % lines;
            let left = nets[line].invoiced.minor() - nets[line].credited.minor();
            let net = bill::prorated(i128::from(left), share, 100);
            if net == 0 {
                continue;
            }
            let net = i64::try_from(net).expect("it is a part of one");
            let due = money(0);
            let invoice = Creditable { status: InvoiceStatus::Paid, currency: due.currency(), due, refundable: priced.assessment.sums.total, nets: &nets, taxes: &taxes };
            let note = plan(&invoice, Chosen::Nets(&[Choice { line, net: money(net) }]), Destination::Balance).unwrap_or_else(|r| panic!("{r:?}"));
            prop_assert_eq!((note.subtotal.minor(), note.to_balance), (net, note.amount));
            nets[line].credited = money(nets[line].credited.minor() + net);
            let only = nets.iter().enumerate().filter(|(n, p)| case.lines[*n].taxable && !p.invoiced.is_zero()).count() == 1;
            for rate in 0..rates {
                let cell = &mut taxes[rate * lines + line];
                let given = note.cells[rate * lines + line].minor();
                cell.credited = money(cell.credited.minor() + given);
                // Its share of what the line's tax was: to the nearest unit where no other line shares it.
                let after = Exact::ratio(i128::from(cell.invoiced.minor()) * i128::from(nets[line].credited.minor()), i128::from(nets[line].invoiced.minor()));
                let credited = i128::from(cell.credited.minor());
                prop_assert!(given >= 0 && (after.floor()..=after.ceiling()).contains(&credited), "step {}: {} of {:?}", step, credited, after);
                if only {
                    prop_assert_eq!(credited, after.rounded());
                }
            }
        }
    }
}

fn offs() -> impl Strategy<Value = (Off, EngineOff)> {
    let of_percent = percents().prop_filter("a coupon takes something", |p| *p > 0).prop_map(|p| {
        let (mine, engine) = percent(p);
        (Off::Percent(mine), EngineOff::Percent(engine))
    });
    let of_amount = amounts().prop_filter("a coupon takes something", |a| *a > 0).prop_map(|a| (Off::Amount(i128::from(a)), EngineOff::Amount(money(a))));
    prop_oneof![of_percent, of_amount]
}

#[derive(Clone, Debug)]
struct PlannedLine {
    quantity: i64,
    price: i64,
    is_period: bool,
    taxable: bool,
}

/// An invoice to price: of a sale or a renewal, or of a change, which has one line for some days.
#[derive(Clone, Debug)]
struct Case {
    lines: Vec<PlannedLine>,
    off: Option<(Off, EngineOff)>,
    /// How many periods the coupon serves.
    serves: u32,
    rates: Vec<(Rate, RateTerms)>,
    change: Option<(i64, i64)>,
}

fn cases() -> impl Strategy<Value = Case> {
    let line = (1..20_i64, amounts(), any::<bool>(), prop_oneof![Just(true), Just(true), Just(true), Just(false)]);
    let rate = (percents(), any::<bool>()).prop_map(|(p, inclusive)| {
        let (mine, engine) = percent(p);
        (Rate { percent: mine, inclusive }, RateTerms { percent: engine, inclusive })
    });
    let change = proptest::option::weighted(0.2, (1..=400_i64, 1..=400_i64));
    (proptest::collection::vec(line, 1..5), proptest::option::of(offs()), 1..4_u32, proptest::collection::vec(rate, 0..4), change).prop_map(
        |(lines, off, serves, rates, change)| {
            let mut lines: Vec<PlannedLine> =
                lines.into_iter().map(|(quantity, price, is_period, taxable)| PlannedLine { quantity, price, is_period, taxable }).collect();
            // The first line is always a period.
            lines[0].is_period = true;
            if change.is_some() {
                lines.truncate(1);
                lines[0].quantity = 1;
            }
            Case { lines, off, serves, rates, change: change.map(|(days, of)| (days.min(of), of)) }
        },
    )
}

impl Case {
    fn engine(&self) -> Priced {
        let mut k = 0_u32..;
        let line = |l: &PlannedLine| LinePlan {
            prorated: None,
            description: "a line".into(),
            quantity: l.quantity,
            unit_amount: money(l.price),
            period: k.next().filter(|_| l.is_period).map(|k| PeriodPlan { run: 0, k, dates: None }),
            taxable: l.taxable,
            rest: self.change.map(|(days, of)| Rest { share: DayShare::new(days, of), part: true, has_coupon: true }),
        };
        let lines = self.lines.iter().map(line).collect();
        let reason = if self.change.is_some() { BillingReason::SubscriptionUpdate } else { BillingReason::SubscriptionCycle };
        let due_at = Timestamp::from_ms(0);
        let plan = InvoicePlan { reason, currency: money(0).currency(), due_at, lines, run: None, replaces: None };
        let discount = self.off.map(|(_, off)| Discount { redemption: 1, code: "C".into(), off, periods: self.serves });
        let id = TaxRateId::from_uuid(uuid::Uuid::nil());
        let rates = self.rates.iter().map(|(_, terms)| AppliedRate { row: 1, id, name: "tax".into(), terms: *terms, country: None }).collect();
        plan.price(&Pricing { discount, rates, exempt: false }).unwrap_or_else(|r| panic!("{r:?}"))
    }

    fn calculator(&self) -> (Vec<Line>, Bill) {
        let priced: Vec<i128> = self.lines.iter().map(|l| i128::from(l.price) * i128::from(l.quantity)).collect();
        let mut discounts = vec![0; priced.len()];
        if let (Some((off, _)), Some((days, of))) = (self.off, self.change) {
            discounts[0] = bill::discount_of_change(off, priced[0], days, of);
        } else if let Some((off, _)) = self.off {
            // Each period anew, with the lines that follow it and are none.
            let starts: Vec<usize> = (0..priced.len()).filter(|at| self.lines[*at].is_period).collect();
            for (n, start) in starts.iter().enumerate().take(usize::try_from(self.serves).expect("a few")) {
                let end = starts.get(n + 1).copied().unwrap_or(priced.len());
                discounts.splice(*start..end, bill::discounts(off, &priced[*start..end]));
            }
        }
        let lines: Vec<Line> =
            self.lines.iter().enumerate().map(|(at, line)| Line { priced: priced[at], discount: discounts[at], taxable: line.taxable }).collect();
        let rates: Vec<Rate> = self.rates.iter().map(|(rate, _)| *rate).collect();
        let bill = bill::bill(&lines, &rates);
        (lines, bill)
    }

    fn compare(&self, priced: &Priced, (lines, expected): &(Vec<Line>, Bill)) -> Result<(), TestCaseError> {
        let wide = |amount: Money| i128::from(amount.minor());
        let found = &priced.assessment;
        let sums = [found.sums.subtotal, found.sums.discount, found.sums.tax, found.sums.total].map(wide);
        prop_assert_eq!(sums, [expected.subtotal, expected.discount, expected.tax, expected.total]);
        prop_assert_eq!(priced.discounts.iter().copied().map(wide).collect::<Vec<_>>(), lines.iter().map(|l| l.discount).collect::<Vec<_>>());
        prop_assert_eq!(found.lines.iter().map(|l| (wide(l.net), wide(l.tax))).collect::<Vec<_>>(), expected.lines.clone());
        prop_assert_eq!(found.rates.iter().map(|r| wide(r.amount)).collect::<Vec<_>>(), expected.rates.clone());
        prop_assert!(found.rates.iter().all(|r| wide(r.taxable) == expected.taxable(lines)));
        let gross: i128 = lines.iter().filter(|l| l.taxable).map(|l| l.priced - l.discount).sum();
        for (rate, cells) in expected.cells.iter().enumerate() {
            let mine: Vec<i128> = (0..lines.len()).map(|line| wide(found.cell(rate, line))).collect();
            match cells {
                Some(cells) => prop_assert_eq!(&mine, cells),
                // The rules leave open which line gets a unit: its sum is the rate's, and no line is off by more than the other rates' units.
                None => {
                    prop_assert_eq!(mine.iter().sum::<i128>(), expected.rates[rate]);
                    let most = Exact::whole(i128::try_from(self.rates.len()).expect("a few"));
                    for (line, cell) in lines.iter().zip(mine).filter(|(line, _)| line.taxable && gross > 0) {
                        let exact = Exact::ratio(expected.rates[rate] * (line.priced - line.discount), gross);
                        let off = if exact.is_less(Exact::whole(cell)) { Exact::whole(cell) - exact } else { exact - Exact::whole(cell) };
                        prop_assert!(off.is_less(most), "{} of {:?}", cell, exact);
                    }
                }
            }
        }
        Ok(())
    }
}
