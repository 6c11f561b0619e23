//! Percentages: of a tax rate, of a coupon. Exact, with up to four decimals.

use crate::domain::money::{Decimal, Money};
use crate::domain::ratio::Ratio;
use crate::domain::reject::Reject;

/// 0 to 100 percent in ten-thousandths of a percent. Written without zeros at the end: `23.33`, `20`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Percent(u32);

impl Percent {
    /// Ten-thousandths in a hundred percent.
    const WHOLE: u32 = 1_000_000;
    pub const ZERO: Self = Self(0);

    pub fn parse(raw: &str) -> Result<Self, String> {
        Self::new(&Decimal::parse(raw)?)
    }

    pub fn new(decimal: &Decimal) -> Result<Self, String> {
        Self::from_ten_thousandths(decimal.ten_thousandths()).ok_or_else(|| "Must be from 0 to 100".to_owned())
    }

    /// As it is stored; none outside 0 to 100 percent.
    pub fn from_ten_thousandths(value: i64) -> Option<Self> {
        u32::try_from(value).ok().filter(|v| *v <= Self::WHOLE).map(Self)
    }

    pub fn ten_thousandths(self) -> i64 {
        i64::from(self.0)
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// What it multiplies by: 20 % is 1/5.
    pub fn ratio(self) -> Ratio {
        Ratio::of(self.ten_thousandths(), i64::from(Self::WHOLE))
    }

    /// That much of an amount, rounded half away from zero, once (rule 3.2).
    pub fn of(self, amount: Money) -> Result<Money, Reject> {
        amount.scaled(self.ratio())
    }

    /// The part that is not tax of a price that holds taxes of these percentages: 100 / (100 + Σp) (rule 3.2).
    pub fn net_part(percentages: impl IntoIterator<Item = Self>) -> Ratio {
        let sum: i64 = percentages.into_iter().map(Self::ten_thousandths).sum();
        Ratio::of(i64::from(Self::WHOLE), i64::from(Self::WHOLE) + sum)
    }

    /// The part of a price that is its tax: p / (100 + p) (rule 3.2).
    pub fn included_part(self) -> Ratio {
        Ratio::of(self.ten_thousandths(), i64::from(Self::WHOLE) + self.ten_thousandths())
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, mut fraction, mut width) = (self.0 / 10_000, self.0 % 10_000, 4);
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        while fraction % 10 == 0 {
            (fraction, width) = (fraction / 10, width - 1);
        }
        write!(f, "{whole}.{fraction:0width$}")
    }
}

impl serde::Serialize for Percent {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn a_percentage_is_exact_and_reads_back() {
        for (text, shown) in
            [("23.33", "23.33"), ("20", "20"), ("20.00", "20"), ("7.70", "7.7"), ("0.0001", "0.0001"), ("100", "100"), ("0", "0"), ("10.05", "10.05")]
        {
            let percent = Percent::parse(text);
            assert_eq!(percent.map(|p| p.to_string()), Ok(shown.into()), "{text}");
            assert_eq!(Percent::parse(shown), Percent::parse(text));
        }
        for wrong in ["", "100.0001", "-1", "1e1", "23.33333", "1000000000000", "%"] {
            assert!(Percent::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rule_3_2_a_part_in_percent_is_rounded_once() {
        let usd = |minor| Money::new(minor, Currency::parse("USD").unwrap_or_else(|e| panic!("{e}")));
        let percent = |text| Percent::parse(text).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(percent("23.33").of(usd(999)), Ok(usd(233)));
        assert_eq!(percent("50").of(usd(1)), Ok(usd(1)));
        assert_eq!(percent("19").included_part(), Ratio::of(19, 119));
        assert_eq!(Percent::net_part([percent("5"), percent("9.975")]), Ratio::of(100_000, 114_975));
    }
}
