//! Taxes: the vendor's rates, whose apply, and what they come to on the lines of an invoice (rule 3.2).
//!
//! Deliberately absent: knowledge of any country's law. The vendor says what his rates are.

use crate::domain::id::TaxRateId;
use crate::domain::invoice::Sums;
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money, apportion, too_large};
use crate::domain::percent::Percent;
use crate::domain::reject::Reject;
use crate::domain::text::{Country, Encoded, searched};
use crate::domain::time::Timestamp;

#[derive(Clone, Debug)]
pub struct TaxRate {
    pub row: i64,
    pub id: TaxRateId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub name: String,
    pub terms: RateTerms,
    /// None: for customers of every country that has no rate of its own.
    pub country: Option<Country>,
    pub active: bool,
    pub metadata: Encoded<'static>,
    pub external_id: Option<String>,
}

impl TaxRate {
    /// What a search looks into, as it sees it.
    pub fn search_text(&self) -> String {
        let parts = [Some(self.name.as_str()), self.country.as_ref().map(Country::as_str), self.external_id.as_deref()];
        searched(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }

    /// Whether it may become another rate: not once it stands on an invoice.
    pub fn may_become(&self, other: &Self, was_used: bool) -> Result<(), Reject> {
        if was_used && (self.terms != other.terms || self.country != other.country) {
            return Err(Reject::state_conflict(
                "This tax rate stands on invoices, so its percentage, its kind and its country stay. Set \"active\" to false and make another.",
            ));
        }
        Ok(())
    }
}

#[derive(Clone, Debug, Default)]
pub struct TaxRateFilter {
    pub common: Common,
    pub active: Option<bool>,
}

/// What a rate takes, and from what. A document keeps them, so that its replacement is taxed alike.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateTerms {
    pub percent: Percent,
    /// The price holds the tax already.
    pub inclusive: bool,
}

/// Whom an invoice is for, as far as taxes care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Buyer<'a> {
    pub country: Option<&'a Country>,
    pub exempt: bool,
}

/// The rates that a customer pays, in the given order: all active ones of his country; where it has none (or he names no
/// country) all active ones without a country. An exempt customer pays none.
pub fn applicable<'a>(rates: &'a [TaxRate], buyer: Buyer<'_>) -> impl Iterator<Item = &'a TaxRate> {
    let active = || rates.iter().filter(move |r| r.active && !buyer.exempt);
    let own = buyer.country.filter(|country| active().any(|r| r.country.as_ref() == Some(country))).cloned();
    active().filter(move |r| r.country == own)
}

/// A line before taxes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PricedLine {
    /// Quantity × price, with whatever tax the price holds.
    pub priced: Money,
    /// Counted like the price; not more than it.
    pub discount: Money,
    pub taxable: bool,
}

/// What taxes make of a line. The price without the discount is the net and its inclusive taxes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TaxedLine {
    pub net: Money,
    /// Of all rates together.
    pub tax: Money,
}

/// What one rate takes of an invoice: a row of its `taxes`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateTax {
    /// The sum of the net of the taxable lines.
    pub taxable: Money,
    pub amount: Money,
}

/// The taxes of an invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// Subtotal and discount as priced; the total is all net and all tax.
    pub sums: Sums,
    /// In the order of the lines.
    pub lines: Vec<TaxedLine>,
    /// In the order of the rates.
    pub rates: Vec<RateTax>,
    /// What each rate takes of each line: the lines of the first rate, then those of the second, and so on.
    pub cells: Vec<Money>,
}

impl Assessment {
    /// What a rate takes of a line.
    pub fn cell(&self, rate: usize, line: usize) -> Money {
        self.cells[rate * self.lines.len() + line]
    }
}

/// The taxes on the lines of one invoice (rule 3.2).
///
/// Each rate is counted on the sum of the taxable lines and rounded once; the lines get their shares by largest remainder.
/// Inclusive rates come first and leave the net: one takes gross × p / (100 + p), several together leave
/// gross × 100 / (100 + Σp) and split the rest among them, so that net + tax = gross for the invoice and for each line.
/// Exclusive rates are counted on that net, whatever was in the price, and never on one another.
///
/// # Panics
/// On a line or discount below zero, and on a discount greater than its line.
pub fn assess(currency: Currency, lines: &[PricedLine], rates: &[RateTerms]) -> Result<Assessment, Reject> {
    let mut work = Work::new(currency, lines, rates);
    work.include()?;
    work.exclude()?;
    work.finish()
}

/// The sums on the way, in minor units.
struct Work<'a> {
    currency: Currency,
    lines: &'a [PricedLine],
    rates: &'a [RateTerms],
    /// Per line: the price less the discount, and from [`Work::include`] on less the inclusive taxes.
    nets: Vec<i64>,
    cells: Vec<i64>,
    amounts: Vec<i64>,
}

impl<'a> Work<'a> {
    fn new(currency: Currency, lines: &'a [PricedLine], rates: &'a [RateTerms]) -> Self {
        let net = |line: &PricedLine| {
            assert!(!line.discount.is_negative() && line.discount.minor() <= line.priced.minor(), "a discount is from nothing to its line");
            line.priced.minor() - line.discount.minor()
        };
        let nets = lines.iter().map(net).collect();
        Self { currency, lines, rates, nets, cells: vec![0; lines.len() * rates.len()], amounts: vec![0; rates.len()] }
    }

    /// What is taxed of each line.
    fn weights(&self) -> Vec<i64> {
        self.lines.iter().zip(&self.nets).map(|(line, net)| if line.taxable { *net } else { 0 }).collect()
    }

    fn sum(&self, amounts: &[i64]) -> Result<Money, Reject> {
        Money::sum(self.currency, amounts.iter().map(|minor| Money::new(*minor, self.currency)))
    }

    /// Takes the inclusive taxes out of the prices. The lines' shares of all of them come first and are then split among the
    /// rates: so no line's net is off by more than one unit, or below zero, however many rates there are.
    fn include(&mut self) -> Result<(), Reject> {
        let inclusive: Vec<usize> = (0..self.rates.len()).filter(|r| self.rates[*r].inclusive).collect();
        if inclusive.is_empty() {
            return Ok(());
        }
        let weights = self.weights();
        let gross = self.sum(&weights)?;
        let percentages = || inclusive.iter().map(|r| self.rates[*r].percent);
        let tax = match inclusive.as_slice() {
            [one] => gross.scaled(self.rates[*one].percent.included_part())?,
            _ => gross.minus(gross.scaled(Percent::net_part(percentages()))?)?,
        };
        let by_rate = tax.allocate(&percentages().map(Percent::ten_thousandths).collect::<Vec<_>>());
        let mut left = vec![0; weights.len()];
        apportion(tax.minor(), &weights, &mut left);
        self.nets.iter_mut().zip(&left).for_each(|(net, tax)| *net -= tax);
        for (rate, amount) in inclusive.into_iter().zip(by_rate) {
            self.amounts[rate] = amount.minor();
            let cells = &mut self.cells[rate * weights.len()..][..weights.len()];
            apportion(amount.minor(), &left, cells);
            left.iter_mut().zip(cells).for_each(|(left, cell)| *left -= *cell);
        }
        Ok(())
    }

    fn exclude(&mut self) -> Result<(), Reject> {
        if self.rates.iter().all(|r| r.inclusive) {
            return Ok(());
        }
        let weights = self.weights();
        let net = self.sum(&weights)?;
        for (rate, terms) in self.rates.iter().enumerate().filter(|(_, terms)| !terms.inclusive) {
            let amount = terms.percent.of(net)?.minor();
            self.amounts[rate] = amount;
            apportion(amount, &weights, &mut self.cells[rate * weights.len()..][..weights.len()]);
        }
        Ok(())
    }

    fn finish(self) -> Result<Assessment, Reject> {
        let money = |minor: i64| Money::new(minor, self.currency);
        let taxable = self.sum(&self.weights())?;
        let (net, tax) = (self.sum(&self.nets)?, self.sum(&self.amounts)?);
        let sums = Sums {
            subtotal: Money::sum(self.currency, self.lines.iter().map(|l| l.priced))?,
            discount: Money::sum(self.currency, self.lines.iter().map(|l| l.discount))?,
            tax,
            total: net.plus(tax)?,
        };
        if sums.subtotal.minor() > Money::MAX_MINOR || sums.total.minor() > Money::MAX_MINOR {
            return Err(too_large());
        }
        let tax_of = |line: usize| (0..self.rates.len()).map(|rate| self.cells[rate * self.lines.len() + line]).sum();
        Ok(Assessment {
            sums,
            lines: self.nets.iter().enumerate().map(|(line, net)| TaxedLine { net: money(*net), tax: money(tax_of(line)) }).collect(),
            rates: self.amounts.iter().map(|amount| RateTax { taxable, amount: money(*amount) }).collect(),
            cells: self.cells.iter().map(|cell| money(*cell)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::TypedId;
    use proptest::prelude::*;

    fn eur() -> Currency {
        Currency::parse("EUR").unwrap_or_else(|e| panic!("{e}"))
    }

    fn line(priced: i64, discount: i64) -> PricedLine {
        PricedLine { priced: Money::new(priced, eur()), discount: Money::new(discount, eur()), taxable: true }
    }

    fn rate(percent: &str, inclusive: bool) -> RateTerms {
        RateTerms { percent: Percent::parse(percent).unwrap_or_else(|e| panic!("{e}")), inclusive }
    }

    fn assessed(lines: &[PricedLine], rates: &[RateTerms]) -> Assessment {
        assess(eur(), lines, rates).unwrap_or_else(|r| panic!("{r:?}"))
    }

    fn nets_and_taxes(assessment: &Assessment) -> Vec<(i64, i64)> {
        assessment.lines.iter().map(|l| (l.net.minor(), l.tax.minor())).collect()
    }

    fn sums(assessment: &Assessment) -> [i64; 4] {
        let Sums { subtotal, discount, tax, total } = assessment.sums;
        [subtotal, discount, tax, total].map(Money::minor)
    }

    fn amounts(assessment: &Assessment) -> Vec<(i64, i64)> {
        assessment.rates.iter().map(|r| (r.taxable.minor(), r.amount.minor())).collect()
    }

    #[test]
    fn rule_3_2_inclusive_sums_are_shown_as_priced() {
        let assessment = assessed(&[line(1000, 200)], &[rate("19", true)]);
        assert_eq!(sums(&assessment), [1000, 200, 128, 800]);
        assert_eq!(nets_and_taxes(&assessment), [(672, 128)]);
        assert_eq!(amounts(&assessment), [(672, 128)]);
    }

    #[test]
    fn rule_3_2_exclusive_tax_is_counted_on_the_sum_and_spread_by_largest_remainder() {
        // Line by line 20 % of 3.33 would be 0.67 each, 2.01 in all; of the sum, 9.99, it is 2.00.
        let assessment = assessed(&[line(333, 0), line(333, 0), line(333, 0)], &[rate("20", false)]);
        assert_eq!(sums(&assessment), [999, 0, 200, 1199]);
        assert_eq!(nets_and_taxes(&assessment), [(333, 67), (333, 67), (333, 66)]);
    }

    #[test]
    fn rule_3_2_exclusive_rates_are_counted_on_the_same_net() {
        // Québec: 5 % and 9.975 %, neither on the other.
        let assessment = assessed(&[line(10_000, 0)], &[rate("5", false), rate("9.975", false)]);
        assert_eq!(amounts(&assessment), [(10_000, 500), (10_000, 998)]);
        assert_eq!(sums(&assessment), [10_000, 0, 1498, 11_498]);
    }

    #[test]
    fn rule_3_2_inclusive_rates_leave_one_net_and_split_the_rest() {
        let assessment = assessed(&[line(1000, 0)], &[rate("5", true), rate("9.975", true)]);
        // 10.00 / 1.14975 = 8.6975…
        assert_eq!(nets_and_taxes(&assessment), [(870, 130)]);
        assert_eq!(amounts(&assessment), [(870, 43), (870, 87)]);
        assert_eq!(sums(&assessment), [1000, 0, 130, 1000]);
    }

    #[test]
    fn rule_3_2_an_exclusive_rate_is_counted_on_what_an_inclusive_one_leaves() {
        let assessment = assessed(&[line(1000, 0)], &[rate("5", false), rate("19", true)]);
        assert_eq!(amounts(&assessment), [(840, 42), (840, 160)]);
        assert_eq!(nets_and_taxes(&assessment), [(840, 202)]);
        assert_eq!(sums(&assessment), [1000, 0, 202, 1042]);
        assert_eq!((assessment.cell(0, 0).minor(), assessment.cell(1, 0).minor()), (42, 160));
    }

    #[test]
    fn rule_3_2_a_line_that_is_not_taxable_is_net() {
        for inclusive in [false, true] {
            let untaxed = PricedLine { taxable: false, ..line(500, 100) };
            let assessment = assessed(&[untaxed, line(1000, 0)], &[rate("25", inclusive)]);
            assert_eq!(nets_and_taxes(&assessment)[0], (400, 0));
            assert_eq!(amounts(&assessment)[0], if inclusive { (800, 200) } else { (1000, 250) });
        }
    }

    #[test]
    fn rule_3_2_tax_is_rounded_half_away_from_zero() {
        assert_eq!(amounts(&assessed(&[line(10, 0)], &[rate("5", false)])), [(10, 1)]);
        assert_eq!(amounts(&assessed(&[line(1, 0)], &[rate("100", true)])), [(0, 1)]);
        assert_eq!(amounts(&assessed(&[line(1, 0)], &[rate("50", true), rate("50", true)])), [(1, 0), (1, 0)]);
    }

    #[test]
    fn without_rates_or_lines_there_is_no_tax() {
        assert_eq!(sums(&assessed(&[line(1000, 200)], &[])), [1000, 200, 0, 800]);
        assert_eq!(sums(&assessed(&[], &[rate("19", true), rate("5", false)])), [0, 0, 0, 0]);
        assert_eq!(sums(&assessed(&[line(1000, 0)], &[rate("0", false)])), [1000, 0, 0, 1000]);
        assert!(assess(eur(), &[line(Money::MAX_MINOR, 0)], &[rate("19", false)]).is_err());
    }

    fn tax_rate(n: u128, country: Option<&str>, active: bool) -> TaxRate {
        TaxRate {
            row: 1,
            id: TaxRateId::from_uuid(uuid::Uuid::from_u128(n)),
            created_at: Timestamp::from_ms(0),
            updated_at: Timestamp::from_ms(0),
            name: "VAT".into(),
            terms: rate("19", false),
            country: country.map(|c| Country::parse(c).unwrap_or_else(|e| panic!("{e}"))),
            active,
            metadata: Encoded("{}".into()),
            external_id: None,
        }
    }

    #[test]
    fn rule_3_2_the_rates_of_the_country_apply_else_those_without_one() {
        let rates = [
            tax_rate(1, Some("DE"), true),
            tax_rate(2, None, true),
            tax_rate(3, Some("CA"), true),
            tax_rate(4, Some("CA"), true),
            tax_rate(5, Some("FR"), false),
            tax_rate(6, None, false),
        ];
        let chosen = |country: Option<&str>, exempt| {
            let country = country.map(|c| Country::parse(c).unwrap_or_else(|e| panic!("{e}")));
            applicable(&rates, Buyer { country: country.as_ref(), exempt }).map(|r| r.id.uuid().as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(chosen(Some("DE"), false), [1]);
        assert_eq!(chosen(Some("CA"), false), [3, 4]);
        assert_eq!(chosen(Some("US"), false), [2]);
        assert_eq!(chosen(Some("FR"), false), [2]);
        assert_eq!(chosen(None, false), [2]);
        assert_eq!(chosen(Some("DE"), true), [0_u128; 0]);
    }

    fn any_rate() -> impl Strategy<Value = RateTerms> {
        (prop_oneof![0..=1_000_000_i64, (0..=100_i64).prop_map(|p| p * 10_000)], any::<bool>())
            .prop_map(|(value, inclusive)| RateTerms { percent: Percent::from_ten_thousandths(value).unwrap_or(Percent::ZERO), inclusive })
    }

    fn any_line() -> impl Strategy<Value = PricedLine> {
        (prop_oneof![0..20_i64, 0..1_000_000_i64], 0..=100_i64, prop::bool::weighted(0.8))
            .prop_map(|(priced, percent, taxable)| PricedLine { taxable, ..line(priced, priced * percent / 100) })
    }

    proptest! {
        #[test]
        fn rule_3_3_lines_and_rates_add_up_to_the_total(
            lines in proptest::collection::vec(any_line(), 0..8), rates in proptest::collection::vec(any_rate(), 0..5),
        ) {
            let assessment = assess(eur(), &lines, &rates).map_err(|r| TestCaseError::fail(r.message))?;
            let (net, tax) = nets_and_taxes(&assessment).into_iter().fold((0, 0), |(n, t), (net, tax)| (n + net, t + tax));
            let [subtotal, discount, all_tax, total] = sums(&assessment);
            prop_assert_eq!(net + tax, total);
            prop_assert_eq!(tax, all_tax);
            prop_assert_eq!(tax, assessment.rates.iter().map(|r| r.amount.minor()).sum::<i64>());
            let exclusive: i64 = assessment.rates.iter().zip(&rates).filter(|(_, r)| !r.inclusive).map(|(r, _)| r.amount.minor()).sum();
            prop_assert_eq!(subtotal - discount + exclusive, total);
            for (rate, tax) in assessment.rates.iter().enumerate() {
                prop_assert_eq!((0..lines.len()).map(|line| assessment.cell(rate, line).minor()).sum::<i64>(), tax.amount.minor());
            }
        }

        #[test]
        fn rule_3_2_net_and_inclusive_tax_are_the_gross_of_each_line(
            lines in proptest::collection::vec(any_line(), 1..8), mut rates in proptest::collection::vec(any_rate(), 1..5),
        ) {
            rates.iter_mut().for_each(|r| r.inclusive = true);
            let assessment = assess(eur(), &lines, &rates).map_err(|r| TestCaseError::fail(r.message))?;
            for (at, (line, taxed)) in lines.iter().zip(&assessment.lines).enumerate() {
                prop_assert_eq!(taxed.net.minor() + taxed.tax.minor(), line.priced.minor() - line.discount.minor());
                prop_assert!(!taxed.net.is_negative());
                prop_assert!((0..rates.len()).all(|rate| !assessment.cell(rate, at).is_negative()));
                prop_assert!(line.taxable || taxed.tax.is_zero());
            }
        }
    }
}
