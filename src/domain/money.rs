//! Money: whole minor units of one ISO 4217 currency, with checked arithmetic only.
//!
//! On the wire an amount is a decimal string in major units with exactly the currency's decimals: `9.99` USD, `1935` JPY,
//! `1.935` KWD. Deliberately absent: floats, silent fall-backs, sums over currencies.

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
        self.0.name()
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

fn too_large() -> Reject {
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
}
