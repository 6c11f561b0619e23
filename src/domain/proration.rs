//! Proration: what a part of a period costs and what unused time is worth (rules, section 4).
//!
//! A charge is price × days / the whole period's days; a credit is what was invoiced × the days left / the days that the line
//! covers. Every result carries how it came about. Deliberately absent: taxes, which a document adds by its own rules, and
//! what is done with the amounts.

use crate::domain::money::Money;
use crate::domain::ratio::Ratio;
use crate::domain::reject::Reject;
use crate::domain::time::{Period, Timestamp, Zone};

/// Why time is cut, which decides whom the day itself belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// To another product, price or quantity: the day belongs to the new plan.
    Change,
    /// The day is used up.
    Cancel,
}

/// The local days of `time` that are left when it is cut at `now`, from none to all of it: end − d for a change on day d,
/// end − (d + 1) for a cancellation. Time that has not begun is left whole.
///
/// `time` is what a line covers and has not been credited yet: time that was credited is not credited again, so its end is
/// where an earlier credit began.
pub fn days_left(cut: Cut, now: Timestamp, time: Period, zone: Zone) -> i64 {
    if now < time.start {
        return time.days(zone);
    }
    let used_up = match cut {
        Cut::Change => 0,
        Cut::Cancel => 1,
    };
    (now.days_until(time.end, zone) - used_up).max(0)
}

/// So many days of so many: from none to all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayShare {
    days: i64,
    of: i64,
}

impl DayShare {
    /// More days than there are count as all of them, fewer than none as none. Of a period without a local day (where a zone
    /// skipped that day) there is never anything left.
    pub fn new(days: i64, of: i64) -> Self {
        if of < 1 { Self { days: 0, of: 1 } } else { Self { days: days.clamp(0, of), of } }
    }

    /// The share that `part` is of the whole period, for a period that begins late or ends early: a partial first period
    /// ahead of its anchor day, the last period of a fixed term.
    pub fn of_period(part: Period, whole: Period, zone: Zone) -> Self {
        Self::new(part.days(zone), whole.days(zone))
    }

    pub fn days(self) -> i64 {
        self.days
    }

    pub fn of(self) -> i64 {
        self.of
    }

    pub fn is_none(self) -> bool {
        self.days == 0
    }

    pub fn is_whole(self) -> bool {
        self.days == self.of
    }

    pub fn ratio(self) -> Ratio {
        Ratio::of(self.days, self.of)
    }
}

/// The dates of period 0 where something starts late in it.
pub fn partial_first(whole: Period, entered: Timestamp) -> Period {
    Period { start: entered.max(whole.start).min(whole.end), ..whole }
}

/// The dates of the last period of a fixed term: cut where the term ends.
pub fn partial_last(whole: Period, ends_at: Timestamp) -> Period {
    Period { end: ends_at.min(whole.end).max(whole.start), ..whole }
}

/// An amount for some days, and how it came about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prorated {
    pub amount: Money,
    pub explanation: Explanation,
}

/// What days of a period cost: quantity × price × days / the whole period's local days, rounded once, also where the
/// subscription entered in the middle of that period.
pub fn charge(unit_amount: Money, quantity: i64, share: DayShare) -> Result<Prorated, Reject> {
    let amount = unit_amount.times(quantity)?.scaled(share.ratio())?;
    Ok(Prorated { amount, explanation: Explanation { base: Base::Price { unit_amount, quantity }, share, amount, limited: false } })
}

/// What the unused days of an invoiced line are worth: its net (of discount and tax) × the days left / the days that the line
/// covers, rounded once, and never more than what is still uncredited of it.
pub fn credit(net: Money, uncredited: Money, share: DayShare) -> Result<Prorated, Reject> {
    let exact = net.scaled(share.ratio())?;
    let amount = exact.min(uncredited);
    Ok(Prorated { amount, explanation: Explanation { base: Base::Invoiced { net }, share, amount, limited: amount != exact } })
}

/// Of what a part was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Base {
    Price { unit_amount: Money, quantity: i64 },
    Invoiced { net: Money },
}

impl Base {
    fn minor(self) -> i128 {
        match self {
            Base::Price { unit_amount, quantity } => i128::from(unit_amount.minor()) * i128::from(quantity),
            Base::Invoiced { net } => i128::from(net.minor()),
        }
    }
}

/// How a prorated amount came about: the days, the fraction, the rounding. Its text is what a line or a preview shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Explanation {
    pub base: Base,
    pub share: DayShare,
    pub amount: Money,
    /// Less than the share, because more is not left to credit.
    pub limited: bool,
}

/// `12 of 31 days: 2 × 9.99 × 12/31 = 7.7341…, rounded to 7.73 USD`.
impl std::fmt::Display for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (DayShare { days, of }, code) = (self.share, self.amount.currency().code());
        match self.base {
            Base::Price { unit_amount, quantity } => write!(f, "{days} of {of} days: {quantity} × {unit_amount} × {days}/{of} = ")?,
            Base::Invoiced { net } => write!(f, "{days} of {of} days left: {net} × {days}/{of} = ")?,
        }
        let (numerator, of) = (self.base.minor() * i128::from(days), i128::from(of));
        let exact = numerator % of == 0;
        if exact && !self.limited {
            return write!(f, "{} {code}", self.amount);
        }
        write_fraction(f, numerator, of, self.amount.currency().exponent())?;
        match self.limited {
            false => write!(f, ", rounded to {} {code}", self.amount),
            true => write!(f, ", limited to the {} {code} that are not credited yet", self.amount),
        }
    }
}

/// An amount that is a fraction of minor units, with two decimals more than its currency has, and an ellipsis where they are
/// not all.
fn write_fraction(f: &mut std::fmt::Formatter<'_>, numerator: i128, denominator: i128, exponent: u32) -> std::fmt::Result {
    let (scaled, width) = (numerator.unsigned_abs() * 100, exponent as usize + 2);
    let (digits, rest) = (scaled / denominator.unsigned_abs(), scaled % denominator.unsigned_abs());
    let scale = 10_u128.pow(exponent + 2);
    let (sign, more) = (if numerator < 0 { "-" } else { "" }, if rest == 0 { "" } else { "…" });
    write!(f, "{sign}{}.{:0width$}{more}", digits / scale, digits % scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use proptest::prelude::*;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap_or_else(|e| panic!("{e}")))
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    fn period(start: &str, end: &str) -> Period {
        Period { start: at(start), end: at(end) }
    }

    fn minor(prorated: Result<Prorated, Reject>) -> i64 {
        prorated.map(|p| p.amount.minor()).unwrap_or_else(|r| panic!("{r:?}"))
    }

    #[test]
    fn rule_4_the_day_of_a_change_belongs_to_the_new_plan_and_that_of_a_cancellation_is_used_up() {
        let march = period("2026-03-01T10:00:00Z", "2026-04-01T10:00:00Z");
        let left = |cut, now| days_left(cut, at(now), march, Zone::UTC);
        assert_eq!((left(Cut::Change, "2026-03-11T23:59:59Z"), left(Cut::Cancel, "2026-03-11T00:00:00Z")), (21, 20));
        assert_eq!((left(Cut::Change, "2026-03-01T10:00:00Z"), left(Cut::Cancel, "2026-03-01T10:00:00Z")), (31, 30));
        assert_eq!((left(Cut::Change, "2026-03-31T12:00:00Z"), left(Cut::Cancel, "2026-03-31T12:00:00Z")), (1, 0));
        // On the last morning nothing is left, and nothing is owed back.
        assert_eq!((left(Cut::Change, "2026-04-01T09:00:00Z"), left(Cut::Cancel, "2026-04-01T09:00:00Z")), (0, 0));
        assert_eq!((left(Cut::Change, "2026-05-01T00:00:00Z"), left(Cut::Cancel, "2026-05-01T00:00:00Z")), (0, 0));
    }

    #[test]
    fn rule_4_a_period_that_has_not_begun_is_left_whole() {
        let april = period("2026-04-01T10:00:00Z", "2026-05-01T10:00:00Z");
        for now in ["2026-03-11T00:00:00Z", "2026-04-01T09:59:59Z"] {
            assert_eq!((days_left(Cut::Change, at(now), april, Zone::UTC), days_left(Cut::Cancel, at(now), april, Zone::UTC)), (30, 30));
        }
    }

    #[test]
    fn rule_1_5_days_left_are_dates_of_the_subscriptions_zone() {
        let new_york = Zone::parse("America/New_York").unwrap_or_else(|e| panic!("{e}"));
        let march = period("2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z");
        // The evening of the 10th in New York is the 11th in UTC; the clocks changed on the 8th.
        assert_eq!(days_left(Cut::Change, at("2026-03-11T02:00:00Z"), march, new_york), 22);
        assert_eq!(days_left(Cut::Cancel, at("2026-03-11T02:00:00Z"), march, new_york), 21);
        assert_eq!(march.days(new_york), 31);
    }

    #[test]
    fn rule_4_a_charge_is_the_price_by_the_whole_periods_days() {
        assert_eq!(minor(charge(usd(4995), 1, DayShare::new(11, 30))), 1832);
        // Rounded once, after the quantity: 3 × 1.00 × 1/3, not 3 × 0.33.
        assert_eq!(minor(charge(usd(100), 3, DayShare::new(1, 3))), 100);
        assert_eq!(minor(charge(usd(999), 2, DayShare::new(30, 30))), 1998);
        assert_eq!(minor(charge(usd(999), 2, DayShare::new(0, 30))), 0);
    }

    #[test]
    fn rule_4_a_credit_is_what_was_invoiced_by_the_days_that_the_line_covers() {
        // A partial first period of 10 days: 10.00 × 10 / 31 was invoiced; 4 of its days are left.
        let invoiced = minor(charge(usd(1000), 1, DayShare::new(10, 31)));
        assert_eq!(invoiced, 323);
        assert_eq!(minor(credit(usd(invoiced), usd(invoiced), DayShare::new(4, 10))), 129);
    }

    #[test]
    fn rule_4_a_credit_is_never_more_than_what_is_uncredited() {
        let capped = credit(usd(1000), usd(250), DayShare::new(15, 30)).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((capped.amount, capped.explanation.limited), (usd(250), true));
        assert_eq!(minor(credit(usd(1000), usd(0), DayShare::new(30, 30))), 0);
        assert_eq!(minor(credit(usd(1000), usd(1000), DayShare::new(30, 30))), 1000);
    }

    #[test]
    fn rule_4_time_that_was_credited_is_not_credited_again() {
        // A change on the 11th credited the line from there on; what a second change finds of it are days that were used.
        let uncredited = period("2026-03-01", "2026-03-11");
        assert_eq!(days_left(Cut::Change, at("2026-03-21"), uncredited, Zone::UTC), 0);
    }

    #[test]
    fn rule_4_a_partial_first_and_a_cut_last_period_are_charged_by_their_days() {
        let whole = period("2026-01-15", "2026-02-15");
        let first = partial_first(whole, at("2026-02-05T13:00:00Z"));
        assert_eq!(DayShare::of_period(first, whole, Zone::UTC), DayShare::new(10, 31));
        let last = partial_last(whole, at("2026-01-20"));
        assert_eq!((last, DayShare::of_period(last, whole, Zone::UTC)), (period("2026-01-15", "2026-01-20"), DayShare::new(5, 31)));
        assert_eq!(partial_last(whole, at("2027-01-01")), whole);
        assert_eq!(partial_first(whole, at("2025-01-01")), whole);
        assert!(DayShare::of_period(whole, whole, Zone::UTC).is_whole());
        assert!(DayShare::new(3, 0).is_none());
    }

    #[test]
    fn rule_4_an_amount_says_how_it_came_about() {
        let text = |prorated: Result<Prorated, Reject>| prorated.map(|p| p.explanation.to_string()).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!(text(charge(usd(999), 2, DayShare::new(12, 31))), "12 of 31 days: 2 × 9.99 × 12/31 = 7.7341…, rounded to 7.73 USD");
        assert_eq!(text(charge(usd(1000), 1, DayShare::new(15, 30))), "15 of 30 days: 1 × 10.00 × 15/30 = 5.00 USD");
        assert_eq!(text(charge(usd(1001), 1, DayShare::new(15, 30))), "15 of 30 days: 1 × 10.01 × 15/30 = 5.0050, rounded to 5.01 USD");
        assert_eq!(text(credit(usd(840), usd(840), DayShare::new(12, 31))), "12 of 31 days left: 8.40 × 12/31 = 3.2516…, rounded to 3.25 USD");
        assert_eq!(
            text(credit(usd(840), usd(100), DayShare::new(12, 31))),
            "12 of 31 days left: 8.40 × 12/31 = 3.2516…, limited to the 1.00 USD that are not credited yet"
        );
        let yen = Money::new(1000, Currency::parse("JPY").unwrap_or_else(|e| panic!("{e}")));
        assert_eq!(text(charge(yen, 1, DayShare::new(1, 31))), "1 of 31 days: 1 × 1000 × 1/31 = 32.25…, rounded to 32 JPY");
    }

    proptest! {
        #[test]
        fn rule_4_a_change_to_the_same_price_costs_nothing(price in 0..10_000_000_i64, days in 0..366_i64, of in 1..366_i64) {
            let share = DayShare::new(days, of);
            prop_assert_eq!(minor(charge(usd(price), 1, share)), minor(credit(usd(price), usd(price), share)));
        }

        #[test]
        fn rule_4_credits_in_any_number_of_steps_are_never_more_than_the_line(net in 0..100_000_i64, cuts in proptest::collection::vec(0..31_i64, 1..6)) {
            let (mut uncredited, mut end) = (net, 31);
            for cut in cuts {
                let left = (end - cut).max(0);
                uncredited -= minor(credit(usd(net), usd(uncredited), DayShare::new(left, 31)));
                end = end.min(cut);
                prop_assert!(uncredited >= 0);
            }
        }
    }
}
