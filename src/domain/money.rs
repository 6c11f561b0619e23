//! Money: whole minor units of one ISO 4217 currency, with checked arithmetic only.
//!
//! On the wire an amount is a decimal string in major units with exactly the currency's decimals: `9.99` USD, `1935` JPY,
//! `1.935` KWD. Deliberately absent: floats, silent fall-backs, sums over currencies.

use crate::domain::ratio::{Ratio, rounded_quotient};
use crate::domain::reject::Reject;

/// An ISO 4217 currency that has minor units (funds codes, metals and test codes have none and are refused).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    pub fn parse(raw: &str) -> Result<Self, String> {
        let unknown = || "Must be an ISO 4217 currency code such as USD".to_owned();
        let text = raw;
        if text.len() != 3 || !text.bytes().all(|b| b.is_ascii_alphabetic()) {
            return Err(unknown());
        }
        let currency = iso_currency::Currency::from_code(&text.to_ascii_uppercase()).ok_or_else(unknown)?;
        currency.exponent().map(|_| Self(currency)).ok_or_else(unknown)
    }

    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Every currency, in order of its code.
    pub fn all() -> &'static [Self] {
        static ALL: std::sync::LazyLock<Vec<Currency>> = std::sync::LazyLock::new(|| {
            let letters = || 'A'..='Z';
            let codes = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| String::from_iter([a, b, c]))));
            codes.filter_map(|code| Currency::parse(&code).ok()).collect()
        });
        &ALL
    }

    /// Those that people pay with today, in order of their codes: no funds code, no accounting unit, nothing that another
    /// currency has replaced. Of the bolívar's two codes both are in use.
    pub fn circulating() -> impl Iterator<Item = Self> {
        let is_replaced = |c: iso_currency::Currency| c.is_superseded().is_some() && c != iso_currency::Currency::VES;
        Self::all().iter().copied().filter(move |c| !c.0.is_fund() && !c.0.is_special() && !is_replaced(c.0))
    }

    /// Its English name: "US Dollar".
    pub fn name(&self) -> &str {
        match self.code() {
            // The list that we take names from has a slip of the pen, and one name for both codes of the bolívar.
            "XCG" => "Caribbean guilder",
            "VED" => "Venezuelan digital bolívar",
            "VES" => "Venezuelan sovereign bolívar",
            _ => self.0.name(),
        }
    }

    /// Decimals: 0 for JPY, 2 for USD, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A decimal number as a client wrote it, before its currency is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decimal {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Decimal {
    /// `-2.50`, `10`, `1.935`: an optional minus, up to 12 digits, up to 4 decimals.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let wrong = || "Must be a decimal number in a string, such as \"9.99\"".to_owned();
        let text = raw;
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return Err(wrong()),
            Some(parts) => parts,
            None => (digits, ""),
        };
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(wrong());
        }
        if whole.len() > 12 || fraction.len() > 4 {
            return Err("Must have at most 12 digits and 4 decimals".into());
        }
        Ok(Self { negative, whole: whole.to_owned(), fraction: fraction.to_owned() })
    }

    /// As it is, in ten-thousandths: what a percentage is kept in.
    pub fn ten_thousandths(&self) -> i64 {
        let digits = format!("{}{:0<4}", self.whole, self.fraction);
        let value: i64 = digits.parse().expect("12 digits and 4 decimals are within i64");
        if self.negative { -value } else { value }
    }

    /// The amount in a currency. More decimals than it has are refused, not rounded (zeros included: "1.00" JPY).
    pub fn in_currency(&self, currency: Currency) -> Result<Money, String> {
        let exponent = currency.exponent();
        let width = usize::try_from(exponent).map_err(|e| e.to_string())?;
        if self.fraction.len() > width {
            return Err(match exponent {
                0 => format!("{} has no decimals", currency.code()),
                n => format!("{} has at most {n} decimals", currency.code()),
            });
        }
        let digits = format!("{}{:0<width$}", self.whole, self.fraction);
        let minor: i64 = digits.parse().map_err(|_| "Is too large".to_owned())?;
        if minor > Money::MAX_MINOR {
            return Err("Is too large".into());
        }
        Ok(Money::new(if self.negative { -minor } else { minor }, currency))
    }
}

/// An amount in minor units of its currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// The greatest amount that a client can name. Far from the ends of i64, so that sums have room.
    pub const MAX_MINOR: i64 = 999_999_999_999;

    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    pub fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    pub fn minor(self) -> i64 {
        self.minor
    }

    pub fn currency(self) -> Currency {
        self.currency
    }

    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    pub fn is_negative(self) -> bool {
        self.minor < 0
    }

    pub fn is_positive(self) -> bool {
        self.minor > 0
    }

    pub fn plus(self, other: Self) -> Result<Self, Reject> {
        assert_eq!(self.currency, other.currency, "amounts of two currencies are never added");
        self.minor.checked_add(other.minor).map(|m| Self::new(m, self.currency)).ok_or_else(too_large)
    }

    pub fn minus(self, other: Self) -> Result<Self, Reject> {
        assert_eq!(self.currency, other.currency, "amounts of two currencies are never subtracted");
        self.minor.checked_sub(other.minor).map(|m| Self::new(m, self.currency)).ok_or_else(too_large)
    }

    pub fn times(self, quantity: i64) -> Result<Self, Reject> {
        let product = self.minor.checked_mul(quantity).ok_or_else(too_large)?;
        if product.unsigned_abs() > Self::MAX_MINOR.unsigned_abs() {
            return Err(too_large());
        }
        Ok(Self::new(product, self.currency))
    }

    /// An exact part or multiple of it, rounded half away from zero, once (rule 3.2).
    pub fn scaled(self, factor: Ratio) -> Result<Self, Reject> {
        let numerator = factor.numerator().checked_mul(i128::from(self.minor)).ok_or_else(too_large)?;
        let minor = i64::try_from(rounded_quotient(numerator, factor.denominator())).map_err(|_| too_large())?;
        if minor.unsigned_abs() > Self::MAX_MINOR.unsigned_abs() {
            return Err(too_large());
        }
        Ok(Self::new(minor, self.currency))
    }

    /// Splits it by weights, exactly: see [`apportion`].
    pub fn allocate(self, weights: &[i64]) -> Vec<Self> {
        let mut shares = vec![0; weights.len()];
        apportion(self.minor, weights, &mut shares);
        shares.into_iter().map(|minor| Self::new(minor, self.currency)).collect()
    }

    pub fn negated(self) -> Self {
        Self::new(-self.minor, self.currency)
    }

    /// The smaller of two amounts of one currency.
    pub fn min(self, other: Self) -> Self {
        assert_eq!(self.currency, other.currency, "amounts of two currencies are never compared");
        Self::new(self.minor.min(other.minor), self.currency)
    }

    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Money>) -> Result<Self, Reject> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }
}

/// Splits minor units by weights with the largest remainder, ties by order (rule 3.2). The shares sum to the total, each is
/// within one unit of the exact one, and a share never has a sign that the total has not. A negative total is split as its
/// opposite. Where every weight is zero, all count alike. No share is more than its weight while the total is not more than
/// the weights' sum, so what is left of several things can be its own weight.
///
/// # Panics
/// On a negative weight, on a total without anything to give it to, and on as many shares as there are not weights.
pub fn apportion(total: i64, weights: &[i64], shares: &mut [i64]) {
    assert_eq!(weights.len(), shares.len(), "each weight has a share");
    assert!(weights.iter().all(|w| *w >= 0), "a weight is not negative");
    assert!(total == 0 || !weights.is_empty(), "there is something to give a share to");
    if let [only] = shares {
        *only = total;
        return;
    }
    let sum: i128 = weights.iter().copied().map(i128::from).sum();
    let (even, sum) = if sum == 0 { (true, i128::try_from(weights.len()).expect("a length is within i128")) } else { (false, sum) };
    let magnitude = i128::from(total).abs();
    // Both factors are within 2^63.
    let exact = |weight: i64| magnitude * if even { 1 } else { i128::from(weight) };
    let signed = |share: i128| i64::try_from(share * i128::from(total.signum())).expect("a share is not more than the total");
    let mut left = magnitude;
    for (share, weight) in shares.iter_mut().zip(weights) {
        let whole = exact(*weight) / sum;
        left -= whole;
        *share = signed(whole);
    }
    if left > 0 {
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse(exact(weights[*i]) % sum));
        // Fewer units are left than there are shares with a remainder.
        for (i, _) in order.into_iter().zip(0..left) {
            shares[i] += total.signum();
        }
    }
}

/// What an amount beyond [`Money::MAX_MINOR`] answers.
pub fn too_large() -> Reject {
    Reject::new(crate::domain::reject::Code::ValidationError, "The amount is too large.")
}

/// In major units with exactly the currency's decimals.
impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let exponent = self.currency.exponent();
        let scale = 10_u64.pow(exponent);
        let minor = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        match exponent {
            0 => write!(f, "{sign}{minor}"),
            _ => write!(f, "{sign}{}.{:0width$}", minor / scale, minor % scale, width = exponent as usize),
        }
    }
}

impl serde::Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(text: &str, currency: &str) -> Result<Money, String> {
        Decimal::parse(text)?.in_currency(Currency::parse(currency)?)
    }

    #[test]
    fn amounts_have_exactly_their_currencys_decimals() {
        for (text, currency, minor, shown) in [
            ("9.99", "USD", 999, "9.99"),
            ("10", "usd", 1000, "10.00"),
            ("0.5", "EUR", 50, "0.50"),
            ("-2.50", "EUR", -250, "-2.50"),
            ("1935", "JPY", 1935, "1935"),
            ("1.935", "KWD", 1935, "1.935"),
            ("-0.005", "KWD", -5, "-0.005"),
            ("0", "USD", 0, "0.00"),
            ("-0", "USD", 0, "0.00"),
        ] {
            let amount = money(text, currency);
            assert_eq!(amount.as_ref().map(|m| m.minor()), Ok(minor), "{text} {currency}");
            assert_eq!(amount.map(|m| m.to_string()), Ok(shown.into()));
        }
    }

    #[test]
    fn only_what_people_pay_with_circulates() {
        let codes: Vec<&str> = Currency::circulating().map(Currency::code).collect();
        let name = |code: &str| Currency::parse(code).map(|c| c.name().to_owned());
        assert_eq!(name("XCG").as_deref(), Ok("Caribbean guilder"));
        let mut names: Vec<String> = Currency::circulating().map(|c| c.name().to_lowercase()).collect();
        names.sort();
        assert_eq!(names.windows(2).find(|pair| pair[0] == pair[1]), None, "a name is of one currency");
        for code in ["USD", "EUR", "JPY", "KWD", "XOF", "XAF", "SLE", "CUP", "VES", "XCG"] {
            assert!(codes.contains(&code), "{code}");
        }
        // Replaced, of funds, of accounts.
        for code in ["HRK", "BGN", "SLL", "ZWL", "CUC", "CHE", "CLF", "UYW", "USN", "XAD", "XAU"] {
            assert!(!codes.contains(&code), "{code}");
        }
        assert!(codes.is_sorted() && codes.len() > 140, "{codes:?}");
    }

    #[test]
    fn what_is_not_an_amount_of_the_currency_is_refused() {
        for (text, currency) in [
            ("9.999", "USD"),
            ("1.0", "JPY"),
            ("1.9355", "KWD"),
            ("", "USD"),
            ("-", "USD"),
            (".5", "USD"),
            ("5.", "USD"),
            ("1e3", "USD"),
            ("1,00", "USD"),
            ("+1", "USD"),
            ("NaN", "USD"),
            ("1234567890123", "USD"),
            ("٣", "USD"),
            ("99999999999", "USD"),
            ("1", "XXX"),
            ("1", "XAU"),
            ("1", "US"),
            ("1", "DOLLAR"),
            ("1", "ÄÖÜ"),
        ] {
            assert!(money(text, currency).is_err(), "{text} {currency}");
        }
        assert!(money("9999999999.99", "USD").is_ok());
    }

    #[test]
    fn arithmetic_is_checked() {
        let usd = Currency::parse("USD").unwrap_or_else(|e| panic!("{e}"));
        assert!(Money::new(i64::MAX, usd).plus(Money::new(1, usd)).is_err());
        assert!(Money::new(i64::MIN, usd).minus(Money::new(1, usd)).is_err());
        assert!(Money::new(Money::MAX_MINOR, usd).times(2).is_err());
        assert_eq!(Money::new(999, usd).times(3).map(Money::minor), Ok(2997));
    }

    #[test]
    fn rule_3_2_an_amount_is_rounded_half_away_from_zero_once() {
        let usd = Currency::parse("USD").unwrap_or_else(|e| panic!("{e}"));
        let scaled = |minor, n, d| Money::new(minor, usd).scaled(Ratio::of(n, d)).map(Money::minor);
        assert_eq!(scaled(4995, 11, 30), Ok(1832));
        assert_eq!(scaled(-4995, 11, 30), Ok(-1832));
        assert_eq!(scaled(1, 1, 2), Ok(1));
        assert_eq!(scaled(-1, 1, 2), Ok(-1));
        assert_eq!(scaled(1000, 1, 3), Ok(333));
        assert_eq!(scaled(2, 499, 1000), Ok(1));
        assert!(scaled(Money::MAX_MINOR, 1001, 1000).is_err());
    }

    #[test]
    fn rule_3_2_the_largest_remainder_gets_the_unit_and_ties_go_by_order() {
        let split = |total, weights: &[i64]| {
            let mut shares = vec![0; weights.len()];
            apportion(total, weights, &mut shares);
            shares
        };
        assert_eq!(split(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(split(200, &[1, 1, 1]), [67, 67, 66]);
        assert_eq!(split(-100, &[1, 1, 1]), [-34, -33, -33]);
        assert_eq!(split(10, &[1, 6]), [1, 9]);
        assert_eq!(split(5, &[0, 3, 0]), [0, 5, 0]);
        assert_eq!(split(5, &[0, 0]), [3, 2]);
        assert_eq!(split(7, &[0]), [7]);
        assert_eq!(split(0, &[]), [0_i64; 0]);
        assert_eq!(split(i64::MIN, &[i64::MAX, i64::MAX]), [i64::MIN / 2, i64::MIN / 2]);
    }

    proptest! {
        #[test]
        fn rule_3_2_an_allocation_sums_exactly_and_is_within_one_unit_of_the_exact_share(
            total in -1_000_000_i64..1_000_000, weights in proptest::collection::vec(prop_oneof![Just(0_i64), 0..1000_i64, 0..1_000_000_000_i64], 1..12),
        ) {
            let usd = Currency::parse("USD").map_err(TestCaseError::fail)?;
            let shares = Money::new(total, usd).allocate(&weights);
            prop_assert_eq!(shares.iter().map(|s| s.minor()).sum::<i64>(), total);
            let sum: i64 = weights.iter().sum();
            for (share, weight) in shares.iter().zip(&weights).filter(|_| sum > 0) {
                let (share, exact_times_sum) = (i128::from(share.minor()), i128::from(total) * i128::from(*weight));
                prop_assert!((share * i128::from(sum) - exact_times_sum).abs() < i128::from(sum));
            }
            let opposite: Vec<i64> = Money::new(-total, usd).allocate(&weights).into_iter().map(|s| -s.minor()).collect();
            prop_assert_eq!(opposite, shares.iter().map(|s| s.minor()).collect::<Vec<_>>());
        }

        #[test]
        fn no_share_of_what_is_left_is_more_than_it(parts in proptest::collection::vec(0..500_i64, 1..12)) {
            let sum: i64 = parts.iter().sum();
            for total in [0, sum / 3, sum / 2, sum - sum.min(1), sum] {
                let mut shares = vec![0; parts.len()];
                apportion(total, &parts, &mut shares);
                prop_assert!(shares.iter().zip(&parts).all(|(share, part)| (0..=*part).contains(share)), "{:?} of {:?}", shares, parts);
            }
        }
    }
}
