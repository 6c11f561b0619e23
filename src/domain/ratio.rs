//! Exact fractions. A percentage, a share of days, a month's part of a year: nothing is rounded until it becomes money.
//!
//! Deliberately absent: floats, and rounding other than half away from zero (rule 3.2).

use crate::domain::money::too_large;
use crate::domain::reject::Reject;

/// A fraction in lowest terms with a denominator above zero, so that equal fractions are equal values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// # Panics
    /// On a denominator of zero.
    pub fn of(numerator: i64, denominator: i64) -> Self {
        Self::reduced(i128::from(numerator), i128::from(denominator))
    }

    pub fn whole(number: i64) -> Self {
        Self { numerator: i128::from(number), denominator: 1 }
    }

    fn reduced(numerator: i128, denominator: i128) -> Self {
        assert_ne!(denominator, 0, "a fraction has a denominator");
        let divisor = gcd(numerator, denominator) * denominator.signum();
        Self { numerator: numerator / divisor, denominator: denominator / divisor }
    }

    pub fn numerator(self) -> i128 {
        self.numerator
    }

    pub fn denominator(self) -> i128 {
        self.denominator
    }

    pub fn times(self, other: Self) -> Result<Self, Reject> {
        // Reduced crosswise first, so that only a product that is really too large is refused.
        let (a, b) = (Self::reduced(self.numerator, other.denominator), Self::reduced(other.numerator, self.denominator));
        let numerator = within(a.numerator.checked_mul(b.numerator))?;
        let denominator = within(a.denominator.checked_mul(b.denominator))?;
        Ok(Self { numerator, denominator })
    }

    pub fn plus(self, other: Self) -> Result<Self, Reject> {
        let common = gcd(self.denominator, other.denominator);
        let (to_self, to_other) = (other.denominator / common, self.denominator / common);
        let sum = || self.numerator.checked_mul(to_self)?.checked_add(other.numerator.checked_mul(to_other)?);
        Ok(Self::reduced(within(sum())?, within(self.denominator.checked_mul(to_self))?))
    }

    /// The nearest whole number, half away from zero.
    pub fn rounded(self) -> Result<i64, Reject> {
        i64::try_from(rounded_quotient(self.numerator, self.denominator)).map_err(|_| too_large())
    }
}

/// The nearest whole number to a quotient, half away from zero. The denominator is above zero.
pub(in crate::domain) fn rounded_quotient(numerator: i128, denominator: i128) -> i128 {
    let (quotient, rest) = (numerator / denominator, (numerator % denominator).abs());
    if rest >= denominator - rest { quotient + numerator.signum() } else { quotient }
}

/// What a fraction can hold. The least i128 is left out: it has no absolute value.
fn within(result: Option<i128>) -> Result<i128, Reject> {
    result.filter(|n| *n != i128::MIN).ok_or_else(too_large)
}

/// The greatest common divisor; 1 for two zeros, so that it always divides.
fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_fraction_is_in_lowest_terms() {
        assert_eq!(Ratio::of(10, 30), Ratio::of(1, 3));
        assert_eq!(Ratio::of(1, -3), Ratio::of(-1, 3));
        assert_eq!(Ratio::of(0, -7), Ratio::ZERO);
        assert_eq!(Ratio::of(i64::MIN, i64::MIN), Ratio::ONE);
        assert_eq!(Ratio::of(5, 1), Ratio::whole(5));
    }

    #[test]
    fn rule_3_2_half_is_rounded_away_from_zero() {
        for (n, d, rounded) in [(1, 2, 1), (-1, 2, -1), (3, 2, 2), (-3, 2, -2), (1, 3, 0), (-1, 3, 0), (2, 3, 1), (-2, 3, -1), (7, 1, 7), (0, 5, 0)] {
            assert_eq!(Ratio::of(n, d).rounded(), Ok(rounded), "{n}/{d}");
        }
    }

    #[test]
    fn arithmetic_is_checked() {
        let huge = Ratio::of(i64::MAX, 1);
        let cubed = huge.times(huge).and_then(|square| square.times(huge));
        assert!(cubed.is_err());
        assert!(huge.times(huge).and_then(Ratio::rounded).is_err());
        assert_eq!(huge.times(Ratio::of(1, i64::MAX)), Ok(Ratio::ONE));
    }

    proptest! {
        #[test]
        fn sums_and_products_are_exact(a in -10_000_i64..10_000, b in 1_i64..10_000, c in -10_000_i64..10_000, d in 1_i64..10_000) {
            let (x, y) = (Ratio::of(a, b), Ratio::of(c, d));
            prop_assert_eq!(x.plus(y), Ok(Ratio::of(a * d + c * b, b * d)));
            prop_assert_eq!(x.times(y), Ok(Ratio::of(a * c, b * d)));
        }
    }
}
